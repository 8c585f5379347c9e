/*
 * Answers while they are made, and the parts all of them share: Resource Manager's headers, the envelopes of its
 * errors, GUIDs and dates. What is answered is other files' business.
 */
#include "sim/answer.h"

#include "io/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>
#include <sys/random.h>
#include <time.h>

const char *const envelope_names[ENVELOPES + 1] = { "arm",    "bare", "capitals", "value", "nested",
                                                    "login",  "html", "text",     "empty", NULL };

static char *text_format_list(const char *format, va_list list) __attribute__((format(printf, 1, 0)));
static char *text_format_list(const char *format, va_list list)
{
    char *text;

    if (vasprintf(&text, format, list) < 0)
        memory_or_die(NULL);
    return text;
}

char *text_format(const char *format, ...)
{
    va_list list;

    va_start(list, format);
    char *text = text_format_list(format, list);
    va_end(list);
    return text;
}

void answer_init(struct answer *answer)
{
    memset(answer, 0, sizeof *answer);
    answer->send = SIZE_MAX;
}

void answer_fini(struct answer *answer)
{
    for (size_t i = 0; answer->headers[i] != NULL; i++)
        free(answer->headers[i]);
    free(answer->body);
    answer_init(answer);
}

static size_t header_place(const struct answer *answer, const char *name)
{
    size_t len = strlen(name), i = 0;

    while (answer->headers[i] != NULL &&
           (strncasecmp(answer->headers[i], name, len) != 0 || answer->headers[i][len] != ':'))
        i++;
    return i;
}

bool answer_has_header(const struct answer *answer, const char *name)
{
    return answer->headers[header_place(answer, name)] != NULL;
}

void answer_header(struct answer *answer, const char *name, const char *format, ...)
{
    va_list list;
    size_t at = header_place(answer, name);

    assert(at < ANSWER_HEADERS_MAX);
    va_start(list, format);
    char *value = text_format_list(format, list);
    va_end(list);
    for (char *c = value; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = '?';
    free(answer->headers[at]);
    answer->headers[at] = text_format("%s: %s", name, value);
    free(value);
}

void answer_body(struct answer *answer, int status, const char *type, char *body, size_t len)
{
    answer->status = status;
    answer_header(answer, "Content-Type", "%s", type);
    free(answer->body);
    answer->body = body;
    answer->len = len;
}

static char *with_crlf(char *text)
{
    size_t lines = 0, at = 0;

    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    char *wide = xcalloc(strlen(text) + lines + 1, 1);
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\n')
            wide[at++] = '\r';
        wide[at++] = *c;
    }
    free(text);
    return wide;
}

void answer_json(struct answer *answer, int status, json_t *json, bool indent)
{
    char *text = memory_or_die(json_dumps(json, JSON_ENCODE_ANY | (indent ? JSON_INDENT(2) : JSON_COMPACT)));

    json_decref(json);
    if (indent)
        text = with_crlf(text);
    answer_body(answer, status, "application/json; charset=utf-8", text, strlen(text));
}

/* The number in "AADSTS7000215: …" stands in a list of its own as well. */
static json_t *login_json(const char *code, const char *message)
{
    int number = 0;

    /* NOLINTNEXTLINE(cert-err34-c): our own messages, and those of a scenario that wants to be odd */
    (void)sscanf(message, "AADSTS%d", &number);
    return json_pack("{s:s, s:s, s:[i]}", "error", code, "error_description", message, "error_codes", number);
}

static json_t *error_json(enum envelope envelope, const char *code, const char *message)
{
    switch (envelope) {
    case ENVELOPE_BARE: return json_pack("{s:s, s:s}", "code", code, "message", message);
    case ENVELOPE_CAPITALS: return json_pack("{s:s, s:s, s:[]}", "Code", code, "Message", message, "Details");
    case ENVELOPE_VALUE:
        return json_pack("{s:s, s:{s:s}}", "ErrorCode", code, "Message", "Value", message);
    case ENVELOPE_NESTED:
        return json_pack("{s:{s:{s:s, s:s}}}", "ErrorResponse", "error", "code", code, "message", message);
    case ENVELOPE_LOGIN: return login_json(code, message);
    default: return json_pack("{s:{s:s, s:s}}", "error", "code", code, "message", message);
    }
}

static void answer_text(struct answer *answer, int status, enum envelope envelope, const char *message)
{
    char *body;

    if (envelope == ENVELOPE_HTML)
        body = text_format("<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\""
                           "\"http://www.w3.org/TR/html4/strict.dtd\">\r\n<HTML><HEAD><TITLE>%d</TITLE>\r\n"
                           "<META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n"
                           "<BODY><h2>%d</h2>\r\n<hr><p>HTTP Error %d. %s</p>\r\n</BODY></HTML>\r\n",
                           status, status, status, message);
    else
        body = text_format("%s", envelope == ENVELOPE_TEXT ? message : "");
    answer_body(answer, status, envelope == ENVELOPE_HTML ? "text/html; charset=us-ascii" : "text/plain; charset=utf-8",
                body, strlen(body));
}

void answer_error(struct answer *answer, int status, enum envelope envelope, const char *code, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    char *message = text_format_list(format, list);
    va_end(list);
    for (char *c = message; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    if (envelope >= ENVELOPE_HTML)
        answer_text(answer, status, envelope, message);
    else
        answer_json(answer, status, memory_or_die(error_json(envelope, code, message)), false);
    free(message);
}

void answer_arm_headers(struct answer *answer, const char *region, int64_t wall_ms)
{
    char request[GUID_TEXT], correlation[GUID_TEXT], date[HTTP_DATE_TEXT], stamp[32];
    time_t seconds = wall_ms / 1000;
    struct tm utc;

    guid_random(request);
    guid_random(correlation);
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", gmtime_r(&seconds, &utc));
    answer_header(answer, "Cache-Control", "no-cache");
    answer_header(answer, "Pragma", "no-cache");
    answer_header(answer, "Expires", "-1");
    answer_header(answer, "x-ms-request-id", "%s", request);
    answer_header(answer, "x-ms-correlation-request-id", "%s", correlation);
    answer_header(answer, "x-ms-routing-request-id", "%s:%s:%s", region, stamp, correlation);
    answer_header(answer, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    answer_header(answer, "X-Content-Type-Options", "nosniff");
    answer_header(answer, "Date", "%s", http_date(wall_ms, date));
}

static const char *guid_text(const uint8_t bytes[16], char out[GUID_TEXT])
{
    size_t at = 0;

    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out[at++] = '-';
        at += (size_t)snprintf(out + at, GUID_TEXT - at, "%02x", bytes[i]);
    }
    return out;
}

const char *guid_random(char out[GUID_TEXT])
{
    uint8_t bytes[16];

    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        abort();
    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x40); /* RFC 9562: version 4 */
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
    return guid_text(bytes, out);
}

static uint64_t fnv1a(uint64_t hash, const char *text)
{
    do
        hash = (hash ^ (uint8_t)*text) * 0x100000001B3;
    while (*text++ != '\0');
    return hash;
}

const char *guid_derived(const char *what, const char *name, char out[GUID_TEXT])
{
    uint64_t halves[2];
    uint8_t bytes[16];

    for (size_t i = 0; i < 2; i++)
        halves[i] = fnv1a(fnv1a(0xCBF29CE484222325 + i, what), name);
    memcpy(bytes, halves, sizeof bytes);
    bytes[6] = (uint8_t)((bytes[6] & 0x0F) | 0x80); /* RFC 9562: version 8, made by our own rule */
    bytes[8] = (uint8_t)((bytes[8] & 0x3F) | 0x80);
    return guid_text(bytes, out);
}

const char *http_date(int64_t wall_ms, char out[HTTP_DATE_TEXT])
{
    time_t seconds = wall_ms / 1000;
    struct tm utc;

    /* no setlocale() is called, so the names are English */
    strftime(out, HTTP_DATE_TEXT, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&seconds, &utc));
    return out;
}
