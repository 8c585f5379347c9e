#ifndef ERWATCH_IO_NOTIFY_H
#define ERWATCH_IO_NOTIFY_H

#include <stdint.h>

/* What the service manager is told (sd_notify). Without $NOTIFY_SOCKET nothing happens. */

void notify_ready(const char *status);
void notify_status(const char *status);
void notify_reloading(void);
void notify_stopping(const char *status);
void notify_watchdog(void);
/** Milliseconds between two notify_watchdog(), a third of what the manager asks; 0 when it asks for none. */
int64_t notify_watchdog_every_ms(void);

#endif
