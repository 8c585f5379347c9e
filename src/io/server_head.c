/*
 * Reads the head of a request in place: lines and fields are cut out of the caller's text, only the path and the query
 * are copied, because they are decoded. Knows no sockets.
 */
#include "io/server_head.h"

#include "io/memory.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { OK = 0, BAD = 400, LENGTH_REQUIRED = 411, TOO_LARGE = 413, TOO_MANY_HEADERS = 431, OTHER_VERSION = 505 };

/* RFC 9110, 5.6.2 */
static bool is_token(const char *text)
{
    static const char allowed[] =
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    return *text != '\0' && text[strspn(text, allowed)] == '\0';
}

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' ? *text != '\t' : *text == 0x7f)
            return false;
    return true;
}

/* Cuts the line at *rest off and moves *rest behind it; NULL at the end. */
static char *next_line(char **rest)
{
    char *line = *rest;

    if (*line == '\0')
        return NULL;
    char *end = strstr(line, "\r\n");
    if (end != NULL) {
        *end = '\0';
        *rest = end + 2;
    } else {
        *rest = line + strlen(line);
    }
    return line;
}

static int hex_digit(char digit)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = digit != '\0' ? strchr(digits, digit) : NULL;

    if (at == NULL)
        return -1;
    return at - digits < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

/* Percent-encoding, in place. @return false: no two digits behind a percent sign, or they hide a NUL */
static bool decode(char *text, bool plus_is_blank)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '%') {
            int high = hex_digit(from[1]), low = high >= 0 ? hex_digit(from[2]) : -1;
            if (low < 0 || high + low == 0)
                return false;
            *to++ = (char)(high * 16 + low);
            from += 2;
        } else {
            *to++ = plus_is_blank && *from == '+' ? ' ' : *from;
        }
    }
    *to = '\0';
    return true;
}

static int read_params(char *query, struct server_head *head)
{
    for (char *rest = query, *one = strsep(&rest, "&"); one != NULL; one = strsep(&rest, "&")) {
        if (*one == '\0')
            continue;
        char *value = strchr(one, '=');
        if (value != NULL)
            *value++ = '\0';
        else
            value = one + strlen(one);
        if (head->param_count == SERVER_PARAMS_MAX || !decode(one, true) || !decode(value, true))
            return BAD;
        head->params[head->param_count++] = (struct server_pair){ one, value };
    }
    return OK;
}

static int read_target(const char *target, struct server_head *head)
{
    if (*target != '/')
        return BAD;
    head->decoded = xstrdup(target);
    head->path = head->decoded;
    char *query = strchr(head->decoded, '?');
    if (query != NULL)
        *query++ = '\0';
    if (!decode(head->decoded, false))
        return BAD;
    return query != NULL ? read_params(query, head) : OK;
}

static int read_request_line(char *line, struct server_head *head)
{
    char *target = strchr(line, ' ');
    char *version = target != NULL ? strchr(target + 1, ' ') : NULL;

    if (version == NULL)
        return BAD;
    *target++ = '\0';
    *version++ = '\0';
    if (!is_token(line) || strlen(line) > 16)
        return BAD;
    head->method = line;
    head->uri = target;
    if (strncmp(version, "HTTP/1.", 7) != 0 || version[7] < '0' || version[7] > '9' || version[8] != '\0')
        return strncmp(version, "HTTP/", 5) == 0 ? OTHER_VERSION : BAD;
    head->keep = version[7] != '0';
    return read_target(target, head);
}

static int read_header(char *line, struct server_head *head)
{
    char *value = strchr(line, ':');

    if (value == NULL)
        return BAD;
    *value++ = '\0';
    if (!is_token(line))
        return BAD;
    value += strspn(value, " \t");
    for (size_t len = strlen(value); len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'); len--)
        value[len - 1] = '\0';
    if (head->header_count == SERVER_HEADERS_MAX)
        return TOO_MANY_HEADERS;
    head->headers[head->header_count++] = (struct server_pair){ line, value };
    return OK;
}

static int read_length(const char *digits, struct server_head *head)
{
    size_t value = 0;

    if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
        return BAD;
    for (; *digits != '\0'; digits++) {
        if (value > (SIZE_MAX - 9) / 10)
            return TOO_LARGE;
        value = value * 10 + (size_t)(*digits - '0');
    }
    head->body_len = value;
    return OK;
}

/* One of the words in a list like "keep-alive, TE". */
static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (; *list != '\0'; list += strcspn(list, ","), list += *list == ',') {
        list += strspn(list, " \t");
        if (strncasecmp(list, word, len) == 0 && strchr(", \t", list[len]) != NULL)
            return true;
    }
    return false;
}

static size_t count_headers(const struct server_head *head, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < head->header_count; i++)
        count += strcasecmp(head->headers[i].name, name) == 0;
    return count;
}

/* What the headers say about the body and the connection. */
static int read_framing(struct server_head *head)
{
    const char *length = server_head_header(head, "Content-Length");
    const char *connection = server_head_header(head, "Connection");
    const char *expect = server_head_header(head, "Expect");

    if (server_head_header(head, "Transfer-Encoding") != NULL)
        return LENGTH_REQUIRED;
    if (count_headers(head, "Content-Length") > 1 || count_headers(head, "Host") > 1)
        return BAD;
    if (connection != NULL && has_word(connection, "close"))
        head->keep = false;
    head->hesitant = expect != NULL && strcasecmp(expect, "100-continue") == 0;
    return length != NULL ? read_length(length, head) : OK;
}

int server_head_read(char *text, size_t len, struct server_head *out)
{
    char *rest = text;

    *out = (struct server_head){ .text = text, .method = "", .uri = "", .path = "" };
    if (strlen(text) != len)
        return BAD; /* a NUL inside */
    char *line = next_line(&rest);
    int refused = line != NULL && is_printable(line) ? read_request_line(line, out) : BAD;
    while (refused == OK && (line = next_line(&rest)) != NULL)
        refused = is_printable(line) ? read_header(line, out) : BAD;
    return refused == OK ? read_framing(out) : refused;
}

void server_head_free(struct server_head *head)
{
    free(head->text);
    free(head->decoded);
}

const char *server_head_header(const struct server_head *head, const char *name)
{
    for (size_t i = 0; i < head->header_count; i++)
        if (strcasecmp(head->headers[i].name, name) == 0)
            return head->headers[i].value;
    return NULL;
}

const char *server_head_param(const struct server_head *head, const char *name)
{
    for (size_t i = 0; i < head->param_count; i++)
        if (strcmp(head->params[i].name, name) == 0)
            return head->params[i].value;
    return NULL;
}
