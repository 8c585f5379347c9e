/* IP prefixes: reading, writing and comparing them. */
#include "core/net.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

static void clear_host_bits(struct net *net)
{
    size_t whole = net->length / 8;

    if (whole == sizeof net->bytes)
        return;
    net->bytes[whole] &= (uint8_t)(0xff00U >> (net->length % 8));
    memset(net->bytes + whole + 1, 0, sizeof net->bytes - whole - 1);
}

/* The digits behind the slash; 255 when they are no length. */
static uint8_t read_length(const char *text, uint8_t most)
{
    unsigned value = 0;

    if (*text == '\0' || strlen(text) > 3)
        return 255;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return 255;
        value = value * 10 + (unsigned)(*text - '0');
    }
    return value > most ? 255 : (uint8_t)value;
}

bool net_parse(const char *text, size_t len, struct net *out)
{
    char copy[NET_TEXT_MAX];
    struct net net = { 0 };

    if (len == 0 || len >= sizeof copy || memchr(text, '\0', len) != NULL)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    char *slash = strchr(copy, '/');
    if (slash != NULL)
        *slash = '\0';
    if (inet_pton(AF_INET, copy, net.bytes) == 1)
        net.family = FAMILY_IPV4;
    else if (inet_pton(AF_INET6, copy, net.bytes) == 1)
        net.family = FAMILY_IPV6;
    else
        return false;
    uint8_t most = net.family == FAMILY_IPV4 ? 32 : 128;
    net.length = slash != NULL ? read_length(slash + 1, most) : most;
    if (net.length == 255)
        return false;
    clear_host_bits(&net);
    *out = net;
    return true;
}

static char *put_number(char *to, uint8_t number)
{
    if (number >= 100)
        *to++ = (char)('0' + number / 100);
    if (number >= 10)
        *to++ = (char)('0' + number / 10 % 10);
    *to++ = (char)('0' + number % 10);
    return to;
}

/* Without the printf family: every prefix of an answer that has changed comes through here. */
static char *put_ipv4(char *to, const uint8_t *bytes)
{
    for (size_t i = 0; i < 4; i++) {
        if (i > 0)
            *to++ = '.';
        to = put_number(to, bytes[i]);
    }
    return to;
}

const char *net_format(const struct net *net, char text[NET_TEXT_MAX])
{
    char *end;

    if (net->length == 255)
        return strcpy(text, "none");
    if (net->family == FAMILY_IPV4) {
        end = put_ipv4(text, net->bytes);
    } else {
        const char *done = inet_ntop(AF_INET6, net->bytes, text, NET_TEXT_MAX);
        assert(done != NULL);
        end = text + strlen(done);
    }
    *end++ = '/';
    *put_number(end, net->length) = '\0';
    return text;
}

bool net_equal(const struct net *a, const struct net *b)
{
    return a->family == b->family && a->length == b->length && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool net_covers(const struct net *outer, const struct net *inner)
{
    if (outer->length == 255 || inner->length == 255 || outer->family != inner->family || outer->length > inner->length)
        return false;
    struct net cut = *inner;
    cut.length = outer->length;
    clear_host_bits(&cut);
    return memcmp(cut.bytes, outer->bytes, sizeof cut.bytes) == 0;
}

const char *family_name(enum family family)
{
    return family == FAMILY_IPV4 ? "IPv4" : family == FAMILY_IPV6 ? "IPv6" : "";
}
