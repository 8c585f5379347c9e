/*
 * What the service manager is told. The datagrams are sent here because sd_notify() waits for ever when the manager does
 * not read (its queue holds some ten of them), and nothing may wait in the loop; their form is that of sd_notify(3). A
 * status is one line whatever it is made of: a line end in it would be read as a further assignment.
 */
#include "io/notify.h"

#include "io/harmless.h"

#include <inttypes.h>
#include <poll.h>
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
#define TELL_MAX (STATUS_MAX + 64)
#define PATIENCE_MS 50 /* for what the manager must know; a status or a sign of life comes again */

/* A path, or with "@" an abstract name. Returns its length, 0: none, or of a kind that is not known here. */
static socklen_t manager_address(struct sockaddr_un *to)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t len = name != NULL ? strlen(name) : 0;

    if (len < 2 || len >= sizeof to->sun_path || (name[0] != '/' && name[0] != '@'))
        return 0;
    *to = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(to->sun_path, name, len);
    if (name[0] == '@')
        to->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] == '/'));
}

static void tell_manager(const char *text, int patience_ms)
{
    struct sockaddr_un address;
    socklen_t len = manager_address(&address);

    if (len == 0)
        return;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    /* connected, so that poll() looks at the manager's queue */
    if (connect(fd, (struct sockaddr *)&address, len) == 0) {
        struct pollfd room = { .fd = fd, .events = POLLOUT };
        (void)poll(&room, 1, patience_ms);
        (void)send(fd, text, strlen(text), MSG_NOSIGNAL);
    }
    close(fd);
}

static void tell(const char *state, const char *status)
{
    char line[STATUS_MAX], text[TELL_MAX];

    if (status == NULL) {
        tell_manager(state, PATIENCE_MS);
        return;
    }
    harmless_text(status, strlen(status), HARMLESS_ONE_LINE, line, sizeof line);
    snprintf(text, sizeof text, "%s\nSTATUS=%s", state, line);
    tell_manager(text, PATIENCE_MS);
}

void notify_ready(const char *status)
{
    tell("READY=1", status);
}

void notify_status(const char *status)
{
    char line[STATUS_MAX], text[TELL_MAX];

    harmless_text(status, strlen(status), HARMLESS_ONE_LINE, line, sizeof line);
    snprintf(text, sizeof text, "STATUS=%s", line);
    tell_manager(text, 0);
}

void notify_reloading(void)
{
    struct timespec now = { 0 };
    char text[TELL_MAX];

    /* sd_notify(3) asks for this very clock, at this very moment; systemd 253 and later compare it */
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
             (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
    tell_manager(text, PATIENCE_MS);
}

void notify_stopping(const char *status)
{
    tell("STOPPING=1", status);
}

void notify_watchdog(void)
{
    tell_manager("WATCHDOG=1", 0);
}

int64_t notify_watchdog_every_ms(void)
{
    uint64_t usec = 0;

    if (sd_watchdog_enabled(0, &usec) <= 0 || usec > INT64_MAX)
        return 0;
    return usec < 3000 ? 1 : (int64_t)(usec / 3000);
}
