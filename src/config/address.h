#ifndef ERWATCH_CONFIG_ADDRESS_H
#define ERWATCH_CONFIG_ADDRESS_H

#include <stdbool.h>

/*
 * Addresses of receivers: a service with a path behind it, which is often a secret. No sentence repeats what was
 * given.
 */

#define ADDRESS_MAX 2048

/** Who may be asked without TLS. */
enum address_plain {
    ADDRESS_LOOPBACK, /* this host only */
    ADDRESS_ANYWHERE, /* Alertmanager on a network of one's own */
};

/** @return NULL, or what is wrong with it: "has no TLS, which only an address of this host may lack" */
const char *address_wrong(const char *url, enum address_plain plain);

/** Does it look as if whoever knows it could post: known services of that kind, a long token in path or query? */
bool address_is_secret(const char *url);

/** @return NULL, or what is wrong with the address of a mail server; @p tls: smtps, @p loopback: on this host */
const char *mail_server_wrong(const char *url, bool *tls, bool *loopback);

/** @return NULL, or what is wrong with a mail address: "is no mail address (name@example.net)" */
const char *mail_address_wrong(const char *text);

/** "https://host:port" of @p url in @p text: what may be shown. */
#define ADDRESS_SHOWN_MAX 300
const char *address_shown(const char *url, char text[ADDRESS_SHOWN_MAX]);

#endif
