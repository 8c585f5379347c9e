#ifndef ERWATCH_CORE_NET_H
#define ERWATCH_CORE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum family { FAMILY_IPV4, FAMILY_IPV6, FAMILIES };

/** An IP prefix; the bits behind `length` are zero. */
struct net {
    uint8_t family; /* enum family */
    uint8_t length; /* bits; 255 means "no prefix" */
    uint8_t bytes[16];
};

#define NET_NONE ((struct net){ .length = 255 })

/** The longest text of a prefix, NUL included ("ffff:…:255.255.255.255/128"). */
#define NET_TEXT_MAX 52

/**
 * Read "192.0.2.0/24", "2001:db8::/32" or a lone address. Bits behind the length are cleared, because Azure returns
 * what the customer typed ("11.2.3.4/30").
 *
 * @return false, and *out untouched, when the text is no prefix
 */
bool net_parse(const char *text, size_t len, struct net *out);

/** Write the prefix as text; returns @p text. */
const char *net_format(const struct net *net, char text[NET_TEXT_MAX]);

bool net_equal(const struct net *a, const struct net *b);

/** Does @p outer cover @p inner (the same family, at least as short, the same leading bits)? */
bool net_covers(const struct net *outer, const struct net *inner);

/** "IPv4", "IPv6" */
const char *family_name(enum family family);

#endif
