/*
 * What the service manager is told, through libsystemd. A status is one line whatever it is made of: a line end in it
 * would be read as a further assignment.
 */
#include "io/notify.h"

#include "io/harmless.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#define STATUS_MAX 512

static void tell(const char *state, const char *status)
{
    char line[STATUS_MAX];

    if (status == NULL) {
        (void)sd_notify(0, state);
        return;
    }
    harmless_text(status, strlen(status), HARMLESS_ONE_LINE, line, sizeof line);
    (void)sd_notifyf(0, "%s\nSTATUS=%s", state, line);
}

void notify_ready(const char *status)
{
    tell("READY=1", status);
}

void notify_status(const char *status)
{
    char line[STATUS_MAX];

    harmless_text(status, strlen(status), HARMLESS_ONE_LINE, line, sizeof line);
    (void)sd_notifyf(0, "STATUS=%s", line);
}

void notify_reloading(void)
{
    struct timespec now = { 0 };

    /* sd_notify(3) asks for this very clock, at this very moment; systemd 253 and later compare it */
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
                     (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

void notify_stopping(const char *status)
{
    tell("STOPPING=1", status);
}

void notify_watchdog(void)
{
    (void)sd_notify(0, "WATCHDOG=1");
}

int64_t notify_watchdog_every_ms(void)
{
    uint64_t usec = 0;

    if (sd_watchdog_enabled(0, &usec) <= 0 || usec > INT64_MAX)
        return 0;
    return usec < 3000 ? 1 : (int64_t)(usec / 3000);
}
