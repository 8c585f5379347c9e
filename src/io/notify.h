#ifndef ERWATCH_IO_NOTIFY_H
#define ERWATCH_IO_NOTIFY_H

#include <stdint.h>

/*
 * What the service manager is told (sd_notify(3)). Without $NOTIFY_SOCKET nothing happens. A manager that does not
 * read holds nobody up: a status or watchdog word is then dropped at once, the others after a second.
 */

/** @param status  what `systemctl status` shows: one sentence, cut after some 500 bytes; NULL: leave it as it is */
void notify_ready(const char *status);
void notify_status(const char *status); /* not NULL */
/** From here until notify_ready() the service is reloading. */
void notify_reloading(void);
void notify_stopping(const char *status);
void notify_watchdog(void);
/**
 * Milliseconds between two notify_watchdog(), a third of what the manager asks; 0 when it asks for none, or asks
 * another process ($WATCHDOG_PID).
 */
int64_t notify_watchdog_every_ms(void);

#endif
