/*
 * What the service manager is told: sd_notify(3)'s protocol, whose sender in libsystemd waits without end while the
 * manager does not read. Ours waits for a moment where the word is needed, and not at all where another will follow. A
 * status is one line whatever it is made of: a line end in it would be read as a further assignment.
 */
#include "io/notify.h"

#include "io/harmless.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#define STATUS_MAX 512
#define MESSAGE_MAX (STATUS_MAX + 64)

enum { WAIT_S = 1 }; /* the manager has so long to make room for what it must hear */

/* A path, or with "@" a name without a file. Returns its length, 0 when it is neither. */
static socklen_t manager_address(struct sockaddr_un *address)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t len = name != NULL ? strlen(name) : 0;

    if (len < 2 || len >= sizeof address->sun_path || (name[0] != '/' && name[0] != '@'))
        return 0;
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(address->sun_path, name, len);
    if (name[0] == '@')
        address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

static void send_message(const char *message, bool wait)
{
    static const struct timeval limit = { .tv_sec = WAIT_S };
    struct sockaddr_un address;
    socklen_t len = manager_address(&address);
    int manager = len != 0 ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;

    if (manager < 0)
        return;
    (void)setsockopt(manager, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    (void)sendto(manager, message, strlen(message), MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT),
                 (const struct sockaddr *)&address, len);
    (void)close(manager);
}

/* @param state  what the manager must hear; NULL: the status alone, which the next one corrects */
static void tell(const char *state, const char *status)
{
    char line[STATUS_MAX] = "", message[MESSAGE_MAX];

    if (status != NULL)
        harmless_text(status, strlen(status), HARMLESS_ONE_LINE, line, sizeof line);
    snprintf(message, sizeof message, "%s%s%s%s", state != NULL ? state : "", state != NULL && status != NULL ? "\n" : "",
             status != NULL ? "STATUS=" : "", line);
    send_message(message, state != NULL);
}

void notify_ready(const char *status)
{
    tell("READY=1", status);
}

void notify_status(const char *status)
{
    tell(NULL, status);
}

void notify_reloading(void)
{
    struct timespec now = { 0 };
    char message[MESSAGE_MAX];

    /* sd_notify(3) asks for this very clock, at this very moment; systemd 253 and later compare it */
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
             (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
    send_message(message, true);
}

void notify_stopping(const char *status)
{
    tell("STOPPING=1", status);
}

void notify_watchdog(void)
{
    send_message("WATCHDOG=1", false);
}

int64_t notify_watchdog_every_ms(void)
{
    uint64_t usec = 0;

    if (sd_watchdog_enabled(0, &usec) <= 0 || usec > INT64_MAX)
        return 0;
    return usec < 3000 ? 1 : (int64_t)(usec / 3000);
}
