/* Addresses of services. Requests put their own paths behind them, so whatever follows host and port is a mistake. */
#include "config/origin.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX 253

static bool is_loopback(const char *host, size_t len)
{
    char copy[HOST_MAX + 1];
    struct in_addr four;

    memcpy(copy, host, len);
    copy[len] = '\0';
    if (strcasecmp(copy, "localhost") == 0 || strcmp(copy, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, copy, &four) == 1 && ntohl(four.s_addr) >> 24 == 127;
}

/* Length of a name, an IPv4 address or an IPv6 address in brackets; 0 when it is none. */
static size_t host_length(const char *text)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    char address[INET6_ADDRSTRLEN];
    struct in6_addr six;

    if (*text != '[') {
        size_t len = strspn(text, name);
        return *text != '.' && *text != '-' && len <= HOST_MAX ? len : 0;
    }
    size_t len = strcspn(text, "]");
    if (text[len] == '\0' || len - 1 >= sizeof address)
        return 0;
    memcpy(address, text + 1, len - 1);
    address[len - 1] = '\0';
    return inet_pton(AF_INET6, address, &six) == 1 ? len + 1 : 0;
}

/* Length of ":443"; 0 when it is no port. */
static size_t port_length(const char *text)
{
    size_t digits = strspn(text + 1, "0123456789");
    unsigned long port = 0;

    if (digits == 0 || digits > 5)
        return 0;
    for (size_t i = 1; i <= digits; i++)
        port = port * 10 + (unsigned long)(text[i] - '0');
    return port >= 1 && port <= 65535 ? digits + 1 : 0;
}

const char *origin_parse(const char *text, struct origin_parts *out)
{
    bool tls = strncasecmp(text, "https://", 8) == 0;
    size_t at = tls ? 8 : 7, port = 0;

    if (!tls && strncasecmp(text, "http://", 7) != 0)
        return "does not begin with https:// or http://";
    if (strchr(text, '@') != NULL)
        return "has a user part";
    size_t host = host_length(text + at);
    if (host == 0)
        return "has no proper host name";
    bool loopback = is_loopback(text + at, host);
    at += host;
    if (text[at] == ':') {
        port = port_length(text + at);
        if (port == 0)
            return "has no proper port";
        at += port;
    }
    if (text[at] != '\0' && strcmp(text + at, "/") != 0)
        return "has something behind the host";
    *out = (struct origin_parts){ tls, loopback, port > 0, at };
    return NULL;
}
