#ifndef ERWATCH_CONFIG_ORIGIN_H
#define ERWATCH_CONFIG_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

/** An address of a service: scheme, host and perhaps a port, nothing behind them but a slash. */
struct origin_parts {
    bool tls;
    bool loopback; /* localhost, 127.0.0.0/8 or ::1 */
    bool port;     /* one was given */
    size_t len;    /* of the text, without the slash at its end */
};

/** @return NULL, or what is wrong with it: "has a path behind the host". */
const char *origin_parse(const char *text, struct origin_parts *out);

#endif
