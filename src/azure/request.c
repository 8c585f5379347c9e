/*
 * The parts of requests that need care: giving back one that holds a secret, whether a URL of an answer leads to the
 * place the token is for, and what an ARM id of a circuit is made of.
 */
#include "azure/request.h"

#include "azure/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ID_PART_MAX 256 /* ARM allows 90 characters for a group and 80 for a circuit */

static void free_text(char *text, bool secret)
{
    if (secret && text != NULL)
        explicit_bzero(text, strlen(text));
    free(text);
}

void azure_request_free(struct azure_request *request)
{
    free_text(request->body, request->secret);
    free_text(request->authorization, true);
    free(request->url);
    *request = (struct azure_request){ 0 };
}

/* ---- origins ---- */

struct url_origin {
    bool tls;
    const char *host;
    size_t host_len;
    unsigned port;
};

static bool plain_url(const char *url)
{
    size_t len = strnlen(url, ARM_URL_MAX + 1);

    if (len > ARM_URL_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if (url[i] <= ' ' || url[i] > '~' || strchr("\\#<>\"^`{|}", url[i]) != NULL)
            return false;
    return true;
}

/* A name or IPv4 address, or an IPv6 address in brackets; how long it is, 0 when it is neither. */
static size_t host_span(const char *text)
{
    if (*text == '[') {
        size_t len = strspn(text + 1, "0123456789abcdefABCDEF:.");
        return len > 0 && text[len + 1] == ']' ? len + 2 : 0;
    }
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || text[len] == '-' || text[len] == '.')
        len++;
    bool sound = len > 0 && text[0] != '.' && text[len - 1] != '.' && text_find(text, len, "..") == len;
    return sound ? len : 0;
}

/* ":443" and what follows; false when there is no sound port behind the colon. */
static bool read_port(const char **at, unsigned *port)
{
    const char *digits = *at + 1;
    size_t len = strspn(digits, "0123456789");

    if (len == 0 || len > 5 || *digits == '0')
        return false;
    *port = (unsigned)strtoul(digits, NULL, 10);
    *at = digits + len;
    return *port <= 65535;
}

static bool read_origin(const char *url, struct url_origin *out)
{
    if (!plain_url(url))
        return false;
    out->tls = strncasecmp(url, "https://", 8) == 0;
    if (!out->tls && strncasecmp(url, "http://", 7) != 0)
        return false;
    out->host = url + (out->tls ? 8 : 7);
    out->host_len = host_span(out->host);
    if (out->host_len == 0)
        return false;
    out->port = out->tls ? 443 : 80;
    const char *at = out->host + out->host_len;
    if (*at == ':' && !read_port(&at, &out->port))
        return false;
    return *at == '\0' || *at == '/';
}

bool azure_same_origin(const char *origin, const char *url)
{
    struct url_origin a, b;

    return read_origin(origin, &a) && read_origin(url, &b) && a.tls == b.tls && a.port == b.port &&
           a.host_len == b.host_len && strncasecmp(a.host, b.host, a.host_len) == 0;
}

/* ---- ids ---- */

/* The next "/segment"; false when there is none or it could be more than a name. */
static bool segment(const char **at, const char **out, size_t *len)
{
    if (**at != '/')
        return false;
    *out = *at + 1;
    *len = strcspn(*out, "/");
    *at = *out + *len;
    if (*len == 0 || *len > ID_PART_MAX || strspn(*out, ".") >= *len)
        return false;
    for (size_t i = 0; i < *len; i++)
        if ((unsigned char)(*out)[i] <= ' ' || (*out)[i] == 0x7F || strchr("?#%\\\"<>", (*out)[i]) != NULL)
            return false;
    return true;
}

static bool fixed_segment(const char **at, const char *word)
{
    const char *text;
    size_t len;

    return segment(at, &text, &len) && text_is(text, len, word);
}

/* "TYPE/NAME" for each word of @p type, the last name into @p out. */
static bool typed_segments(const char **at, const char *type, struct arm_id *out)
{
    while (*type != '\0') {
        const char *text;
        size_t len, word = strcspn(type, "/");
        if (!segment(at, &text, &len) || len != word || strncasecmp(text, type, word) != 0 ||
            !segment(at, &out->name, &out->name_len))
            return false;
        type += word + (type[word] == '/');
    }
    return true;
}

bool arm_id_of(const char *id, const char *type, struct arm_id *out)
{
    struct arm_id parts = { 0 };

    if (!fixed_segment(&id, "subscriptions") || !segment(&id, &parts.subscription, &parts.subscription_len) ||
        !fixed_segment(&id, "resourceGroups") || !segment(&id, &parts.group, &parts.group_len) ||
        !fixed_segment(&id, "providers") || !fixed_segment(&id, "Microsoft.Network") ||
        !typed_segments(&id, type, &parts) || *id != '\0')
        return false;
    *out = parts;
    return true;
}

bool arm_id_parse(const char *id, struct arm_id *out)
{
    return arm_id_of(id, "expressRouteCircuits", out);
}
