/*
 * Addresses with a path. Host and port are read as those of every other service (origin.c); what stands behind them
 * only has to be fit for a request line. Of such an address only scheme, host and port are ever shown.
 */
#include "config/address.h"

#include "config/origin.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define TOKEN_LEAST 20 /* letters and digits in one piece; names of people are shorter or have no digits */

/* Length of scheme, host and port. */
static size_t origin_length(const char *url)
{
    const char *host = strstr(url, "://");

    return host == NULL ? strlen(url) : (size_t)(host + 3 - url) + strcspn(host + 3, "/?#");
}

const char *address_shown(const char *url, char text[ADDRESS_SHOWN_MAX])
{
    (void)snprintf(text, ADDRESS_SHOWN_MAX, "%.*s", (int)origin_length(url), url);
    return text;
}

static bool has_odd_byte(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text > '~' || strchr("\"<>\\^`{|}", *text) != NULL)
            return true;
    return false;
}

const char *address_wrong(const char *url, enum address_plain plain)
{
    struct origin_parts parts = { 0 };
    char origin[ADDRESS_SHOWN_MAX];

    if (strlen(url) > ADDRESS_MAX)
        return "is longer than 2048 bytes";
    if (has_odd_byte(url))
        return "has a blank or another character that must be written as %XX";
    if (strchr(url, '#') != NULL)
        return "has a fragment (#), which is never sent";
    if (origin_length(url) >= sizeof origin)
        return "has no proper host name";
    const char *wrong = origin_parse(address_shown(url, origin), &parts);
    if (wrong == NULL && !parts.tls && !parts.loopback && plain == ADDRESS_LOOPBACK)
        wrong = "has no TLS, which only an address of this host may lack";
    return wrong;
}

/* ---- secrets ---- */

static bool ends_with(const char *text, size_t len, const char *end)
{
    size_t end_len = strlen(end);

    return len >= end_len && strncasecmp(text + len - end_len, end, end_len) == 0 &&
           (len == end_len || text[len - end_len - 1] == '.' || text[len - end_len - 1] == '/');
}

/* Services whose addresses are made of secrets. */
static bool is_known_service(const char *url)
{
    static const char *const hosts[] = {
        "hooks.slack.com",      "hooks.slack-gov.com", "webhook.office.com",  "outlook.office.com", "logic.azure.com",
        "api.powerplatform.com", "discord.com",        "chat.googleapis.com", "hooks.zapier.com",
    };
    const char *host = strstr(url, "://");
    size_t len = host == NULL ? 0 : strcspn(host + 3, ":/?#");

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (len > 0 && ends_with(host + 3, len, hosts[i]))
            return true;
    return false;
}

/* A piece of letters and digits without any other character, long and mixed as no word is. */
static bool is_token(const char *piece, size_t len)
{
    size_t digits = 0, letters = 0;

    for (size_t i = 0; i < len; i++) {
        digits += isdigit((unsigned char)piece[i]) != 0;
        letters += isalpha((unsigned char)piece[i]) != 0;
    }
    return len >= TOKEN_LEAST && digits > 0 && letters > 0;
}

static bool has_token(const char *rest)
{
    static const char *const names[] = { "token=", "key=", "apikey=", "api_key=", "sig=", "secret=", "password=" };
    static const char part[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    for (size_t len; *rest != '\0'; rest += len > 0 ? len : 1) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (strncasecmp(rest, names[i], strlen(names[i])) == 0)
                return true;
        len = strspn(rest, part);
        if (is_token(rest, len))
            return true;
    }
    return false;
}

bool address_is_secret(const char *url)
{
    size_t len = origin_length(url);

    return memchr(url, '@', len) != NULL || is_known_service(url) || has_token(url + len);
}

/* ---- mail ---- */

const char *mail_server_wrong(const char *url, bool *tls, bool *loopback)
{
    struct origin_parts parts = { 0 };
    char origin[ADDRESS_SHOWN_MAX];

    *tls = strncasecmp(url, "smtps://", 8) == 0;
    if (!*tls && strncasecmp(url, "smtp://", 7) != 0)
        return "does not begin with smtp:// or smtps://";
    (void)snprintf(origin, sizeof origin, "https%s", url + (*tls ? 5 : 4)); /* the rest is as in any address */
    const char *wrong = origin_parse(origin, &parts);
    *loopback = parts.loopback;
    return wrong;
}

const char *mail_address_wrong(const char *text)
{
    static const char local[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-";
    static const char domain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    size_t name = strspn(text, local);
    const char *host = text + name + 1;

    if (name == 0 || name > 64 || text[name] != '@' || *host == '\0' || *host == '.' || *host == '-' ||
        host[strspn(host, domain)] != '\0' || strlen(host) > 253 || *text == '.' || strstr(text, "..") != NULL)
        return "is no mail address (name@example.net)";
    return NULL;
}
