/* What the service manager is told, read from a socket of our own in its place. */
#include "config.h"

#include "io/notify.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int manager;
static char got[2048];

/* An abstract address: nothing to clean up. */
static void listen_as_manager(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char name[64];

    manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    cr_assert_geq(manager, 0);
    snprintf(name, sizeof name, "@erwatch-notify-%d", (int)getpid());
    memcpy(address.sun_path + 1, name + 1, strlen(name) - 1);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    cr_assert_eq(bind(manager, (struct sockaddr *)&address, len), 0);
    setenv("NOTIFY_SOCKET", name, 1);
}

static const char *heard(void)
{
    ssize_t len = recv(manager, got, sizeof got - 1, 0);

    got[len > 0 ? len : 0] = '\0';
    return got;
}

static void stop_listening(void)
{
    cr_expect_str_eq(heard(), "", "nothing more was said");
    close(manager);
    leaks_fail();
}

TestSuite(notify, .init = listen_as_manager, .fini = stop_listening);

Test(notify, words)
{
    notify_ready("Watching 3 circuits");
    cr_expect_str_eq(heard(), "READY=1\nSTATUS=Watching 3 circuits");
    notify_ready(NULL);
    cr_expect_str_eq(heard(), "READY=1");
    notify_status("1 alert");
    cr_expect_str_eq(heard(), "STATUS=1 alert");
    notify_stopping("Stopping");
    cr_expect_str_eq(heard(), "STOPPING=1\nSTATUS=Stopping");
    notify_stopping(NULL);
    cr_expect_str_eq(heard(), "STOPPING=1");
    notify_watchdog();
    cr_expect_str_eq(heard(), "WATCHDOG=1");
}

Test(notify, a_manager_that_does_not_read_holds_nobody_up)
{
    for (int i = 0; i < 2000; i++) /* more than any queue of datagrams takes */
        notify_status(i == 0 ? "the first" : "one more");
    cr_expect_str_eq(heard(), "STATUS=the first");
    while (*heard() != '\0')
        ;
    notify_ready("there is room again");
    cr_expect_str_eq(heard(), "READY=1\nSTATUS=there is room again");
}

Test(notify, reload_says_since_when)
{
    uint64_t usec = 0;

    notify_reloading();
    cr_expect_eq(sscanf(heard(), "RELOADING=1\nMONOTONIC_USEC=%" SCNu64, &usec), 1, "%s", got);
    cr_expect_gt(usec, 0);
}

/* libsystemd would wait here for ever. */
Test(notify, a_manager_that_does_not_read)
{
    for (int i = 0; i < 20; i++)
        notify_ready(NULL);
    cr_expect_str_eq(heard(), "READY=1");
    while (*heard() != '\0')
        cr_expect_str_eq(got, "READY=1");
}

Test(notify, a_status_cannot_say_more)
{
    char longest[2000];

    notify_status("all is well\nMAINPID=1\nREADY=1\x1b[31m");
    cr_expect_str_eq(heard(), "STATUS=all is well MAINPID=1 READY=1\\x1b[31m");
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    notify_ready(longest);
    cr_expect_lt(strlen(heard()), 600);
}

Test(notify, nobody_listens)
{
    unsetenv("NOTIFY_SOCKET");
    notify_ready("x");
    notify_status("x");
    notify_reloading();
    notify_watchdog();
    notify_stopping(NULL);
    setenv("NOTIFY_SOCKET", "/nowhere/erwatch", 1);
    notify_ready("x");
}

Test(notify, watchdog_is_a_third)
{
    static const struct {
        const char *what, *usec;
        bool ours;
        int64_t every_ms;
    } rows[] = {
        { "30 s", "30000000", true, 10000 },
        { "shorter than a millisecond each", "1000", true, 1 },
        { "none asked", NULL, true, 0 },
        { "zero", "0", true, 0 },
        { "no number", "soon", true, 0 },
        { "for another process", "30000000", false, 0 },
    };
    char pid[16];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(pid, sizeof pid, "%d", rows[i].ours ? (int)getpid() : 1);
        setenv("WATCHDOG_PID", pid, 1);
        unsetenv("WATCHDOG_USEC");
        if (rows[i].usec != NULL)
            setenv("WATCHDOG_USEC", rows[i].usec, 1);
        cr_expect_eq(notify_watchdog_every_ms(), rows[i].every_ms, "%s", rows[i].what);
    }
    unsetenv("WATCHDOG_PID");
    setenv("WATCHDOG_USEC", "3000000", 1);
    cr_expect_eq(notify_watchdog_every_ms(), 1000, "for whoever is there");
}
