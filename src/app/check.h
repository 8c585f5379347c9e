#ifndef ERWATCH_APP_CHECK_H
#define ERWATCH_APP_CHECK_H

#include "config/config.h"

/** Can the HTTPS client work with this file of authorities (not NULL)? */
void check_ca(const char *ca_file, const char *proxy, struct place place, struct diag *diag);

/** The address of the heartbeat, and its authorities. */
void check_heartbeat(const struct heartbeat_settings *heartbeat, struct diag *diag);

/** The program, or the secrets and authorities, that a receiver names. */
void check_receiver(const struct receiver_settings *receiver, struct diag *diag);

#endif
