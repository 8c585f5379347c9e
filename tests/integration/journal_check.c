/*
 * Writes log entries the way the daemon does, for journal.sh to look at: with names nobody would choose, and while
 * journald stands still.
 */
#include "io/journal.h"
#include "io/loop.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define STALL_ENTRIES 20000
#define TICKS 30

struct check {
    struct loop *loop;
    struct journal *journal;
    struct timer *timer;
    unsigned ticks;
    uint64_t until; /* so many entries are written or lost */
};

static void write_entries(struct check *check)
{
    static const char hostile[] = "'\"$(id)` --option %s\n\nPRIORITY=0\n_PID=1\x1b[31m\x7f\xc2\x9b\xe2\x80\xae\xff";
    const struct journal_field fields[] = {
        { "ERWATCH_CIRCUIT", hostile },
        { "ERWATCH_PEERING", NULL },
        { "ERWATCH_OLD", "" },
    };

    journal_write(check->journal, &(struct journal_entry){ .priority = LOG_CRIT, .message = hostile,
                                                           .message_id = "5c1d0a9e775f4e0c9e2c3a2b0f9b1d02",
                                                           .fields = fields, .field_count = 3, .file = "src/x.c",
                                                           .line = 77, .function = "where" });
    journal_say(check->journal, LOG_NOTICE, "said %d", 1);
    journal_say(check->journal, LOG_DEBUG, "details");
}

static void tick(void *context, struct moment now)
{
    struct check *check = context;

    if (++check->ticks == TICKS)
        loop_stop(check->loop);
    else
        timer_set(check->timer, mono_after(now.mono, 1));
}

static void look(void *context, struct moment now)
{
    struct check *check = context;
    struct journal_figures figures = journal_figures(check->journal);

    if (figures.written + figures.lost >= check->until)
        loop_stop(check->loop);
    else
        timer_set(check->timer, mono_after(now.mono, 2));
}

static void run_with(struct check *check, loop_fired *fired)
{
    check->timer = timer_new(check->loop, fired, check);
    timer_set(check->timer, loop_now(check->loop).mono);
    loop_run(check->loop);
    timer_free(check->timer);
}

static void flood(struct check *check, unsigned entries)
{
    for (unsigned i = 0; i < entries; i++)
        journal_say(check->journal, LOG_INFO, "entry %u", i);
}

static void print_figures(const struct check *check, const char *when)
{
    struct journal_figures figures = journal_figures(check->journal);

    printf("{\"when\": \"%s\", \"written\": %" PRIu64 ", \"lost\": %" PRIu64 ", \"waiting\": %zu, \"ticks\": %u}\n",
           when, figures.written, figures.lost, figures.waiting, check->ticks);
}

/* journald stops reading; the loop goes on; journald goes on, and everything arrives but what had no room. */
static void stall(struct check *check, pid_t journald)
{
    kill(journald, SIGSTOP);
    flood(check, STALL_ENTRIES);
    run_with(check, tick);
    print_figures(check, "stopped");
    kill(journald, SIGCONT);
    check->until = STALL_ENTRIES + 1; /* the one that tells of the lost */
    run_with(check, look);
    print_figures(check, "after");
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    pid_t journald = argc > 2 ? (pid_t)atoi(argv[2]) : 0;
    struct check check = { .loop = loop_new() };
    int64_t patience_ms = 20000;

    check.journal = journal_new(check.loop, "journal-check", strcmp(what, "verbose") == 0);
    journal_name_lost(check.journal, "deefdfc40e7642b4b039249ceac1a30b", "journal-lost");
    if (strcmp(what, "stall") == 0 && journald > 1) {
        stall(&check, journald);
    } else if (strcmp(what, "leave") == 0 && journald > 1) {
        kill(journald, SIGSTOP);
        flood(&check, 1000);
        patience_ms = 50;
    } else {
        write_entries(&check);
    }
    journal_free(check.journal, patience_ms);
    loop_free(check.loop);
    return 0;
}
