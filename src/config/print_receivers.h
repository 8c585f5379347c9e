#ifndef ERWATCH_CONFIG_PRINT_RECEIVERS_H
#define ERWATCH_CONFIG_PRINT_RECEIVERS_H

#include "config/config.h"

/** One receiver for `erwatchd -n`: its name and a paragraph. */
void print_receiver(const struct settings *settings, const struct receiver_settings *receiver, FILE *to);

#endif
