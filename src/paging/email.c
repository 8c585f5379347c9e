/*
 * Mail (RFC 5322, RFC 2047). The body is base64, so no line of it can be too long or mean something to a mail server.
 * A foreign name is only ever in the subject, where whatever is not plain ASCII is encoded, and in the body: no header
 * can be added. Notices of one incident are a thread: each refers to the first one, whose id is what is remembered.
 */
#include "paging/object.h"
#include "paging/request.h"
#include "paging/speech.h"
#include "paging/utf8.h"

#include "core/text.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SUBJECT_MOST 250
#define LINE_BYTES 57 /* become 76 characters of base64 */
#define WORD_BYTES 42 /* become 56: with "=?UTF-8?B?" and "?=" an encoded word has less than 75 */
#define ID_MAX 128

static FILE *start(char **text, size_t *size)
{
    FILE *out = open_memstream(text, size);

    if (out == NULL)
        abort();
    return out;
}

static void put_base64(FILE *out, const char *bytes, size_t len)
{
    unsigned char code[4 * (LINE_BYTES + 2) / 3 + 1];

    (void)EVP_EncodeBlock(code, (const unsigned char *)bytes, (int)len);
    fputs((const char *)code, out);
}

/* ---- headers ---- */

static bool needs_encoding(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            return true;
    return strlen(text) > 60 || strstr(text, "=?") != NULL || *text == ' ';
}

/* How much of it is whole characters. */
static size_t word_length(const char *text)
{
    size_t len = strlen(text);

    return len <= WORD_BYTES ? len : text_fit(text, len, WORD_BYTES);
}

/* One encoded word on each line (RFC 2047, 2 and 5). */
static void put_encoded(FILE *out, const char *text)
{
    for (size_t len; *text != '\0'; text += len) {
        len = word_length(text);
        fputs("=?UTF-8?B?", out);
        put_base64(out, text, len);
        fputs(text[len] != '\0' ? "?=\r\n " : "?=", out);
    }
}

static void put_subject(FILE *out, const struct told *told)
{
    char line[SPEECH_LINE_MAX], subject[SUBJECT_MOST + 8];
    struct text text;

    text_init(&text, subject, sizeof subject);
    text_add(&text, "[erwatch] ");
    text_add_cut(&text, speech_headline(told, line), SUBJECT_MOST - 16);
    fputs("Subject: ", out);
    if (needs_encoding(subject))
        put_encoded(out, subject);
    else
        fputs(subject, out);
    fputs("\r\n", out);
}

static void put_date(FILE *out, int64_t wall_ms)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc = { 0 };

    (void)gmtime_r(&seconds, &utc);
    fprintf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon],
            utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

static void put_to(FILE *out, const char *const *to)
{
    fputs("To: ", out);
    for (size_t i = 0; to[i] != NULL; i++)
        fprintf(out, "%s%s", i > 0 ? ",\r\n " : "", to[i]);
    fputs("\r\n", out);
}

/* "<0123456789abcdef-4-1@nms1.example.net>"; the same on every try. Two tests are two mails. */
static void make_id(const struct making *making, char id[ID_MAX])
{
    static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    size_t len = strspn(making->wire->host, fine);
    bool usable = len > 0 && making->wire->host[len] == '\0' && len <= 64;
    char when[24] = "";

    if (making->told->event == TOLD_TEST)
        snprintf(when, sizeof when, ".%" PRId64, making->told->time_wall_ms);
    snprintf(id, ID_MAX, "<%.40s%s@%s>", making->told->id, when, usable ? making->wire->host : "erwatch.invalid");
}

/* The first of an episode is remembered, later ones refer to it. A test belongs to nothing. */
static void put_thread(FILE *out, const struct making *making, struct wire_request *request)
{
    char id[ID_MAX];

    make_id(making, id);
    fprintf(out, "Message-ID: %s\r\n", id);
    if (making->told->event == TOLD_TEST)
        return;
    if (*making->kept == '<' && strcmp(making->kept, id) != 0)
        fprintf(out, "In-Reply-To: %s\r\nReferences: %s\r\n", making->kept, making->kept);
    else
        request_keep(request, id);
}

static void put_headers(FILE *out, const struct making *making, struct wire_request *request)
{
    const struct told *told = making->told;
    bool urgent = told_rank(told->severity) == 2 && told->event != TOLD_CLEARED && told->event != TOLD_ACKNOWLEDGED;

    put_date(out, told->time_wall_ms > 0 ? told->time_wall_ms : making->now_wall_ms);
    fprintf(out, "From: erwatch <%s>\r\n", making->wire->mail_from);
    put_to(out, making->wire->mail_to);
    put_subject(out, told);
    put_thread(out, making, request);
    fputs("Auto-Submitted: auto-generated\r\n", out);
    fputs(urgent ? "Importance: high\r\n" : "", out);
    fputs("MIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: base64\r\n"
          "\r\n", out);
}

/* ---- body ---- */

/* A paragraph; line ends are CRLF in a text of MIME, also below the base64. */
static void put_paragraph(FILE *out, const char *title, const char *text)
{
    if (*text == '\0')
        return;
    fprintf(out, "%s%s", title, *title != '\0' ? "\r\n" : "");
    for (; *text != '\0'; text++)
        if (*text == '\n')
            fputs("\r\n", out);
        else if (*text != '\r')
            fputc(*text, out);
    fputs("\r\n\r\n", out);
}

static void put_text(FILE *out, const struct making *making)
{
    const struct told *told = making->told;
    const char *id = object_text(told->object, "circuit", "id");
    char lines[SPEECH_LINES_MAX], line[SPEECH_LINE_MAX];

    put_paragraph(out, "", speech_headline(told, line));
    if (!making->minimal) {
        put_paragraph(out, "", speech_text(told, lines));
        put_paragraph(out, "What to do:", speech_steps(told, lines));
        put_paragraph(out, "Facts:", speech_facts(told, lines));
        put_paragraph(out, "Circuit:", id);
    }
    put_paragraph(out, "", speech_identity(told, making->now_wall_ms, line));
    if (making->wire->page_url != NULL)
        put_paragraph(out, "", making->wire->page_url);
}

static void put_body(FILE *out, const struct making *making)
{
    char *text = NULL;
    size_t size = 0;
    FILE *plain = start(&text, &size);

    put_text(plain, making);
    if (fclose(plain) != 0)
        abort();
    for (size_t at = 0; at < size; at += LINE_BYTES) {
        put_base64(out, text + at, size - at < LINE_BYTES ? size - at : LINE_BYTES);
        fputs("\r\n", out);
    }
    free(text);
}

struct wire_request *email_request(const struct making *making)
{
    struct wire_request *request = request_new("MAIL");
    char *text = NULL;
    size_t size = 0;
    FILE *out = start(&text, &size);

    put_headers(out, making, request);
    put_body(out, making);
    if (fclose(out) != 0)
        abort();
    request_body(request, text);
    return request;
}
