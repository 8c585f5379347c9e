/*
 * One run. Storms, in which everything that can go wrong does, take turns with calms, in which nothing happens any more
 * and every fault ends; at the end of each calm the receivers must know what is true. At last all is well, and nothing
 * may be left over. Meanwhile the daemon dies and comes back, again and again.
 */
#include "config.h"

#include "simulation.h"

#include "app/app.h"
#include "azure.h"
#include "judge.h"
#include "pager.h"

#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEGIN_WALL_MS INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */
#define QUIET_START_MS (30 * MINUTE_MS)

struct simulation here;

void broken(const char *format, ...)
{
    va_list arguments;

    if (here.failed)
        return;
    va_start(arguments, format);
    vsnprintf(here.why, sizeof here.why, format, arguments);
    va_end(arguments);
    note("BROKEN: %s", here.why);
    here.failed = true;
}

/* ---- death ---- */

static void die(const char *how)
{
    note("the daemon is killed %s", how);
    here.dead = true;
}

bool crash_here(const char *what, unsigned per_mille)
{
    if (!here.dead && here.alive && !here.calm && disk_keeps() && dice_chance(&here.dice, per_mille))
        die(what);
    return here.dead;
}

static void is_stopped(void *context)
{
    (void)context;
    if (here.loop != NULL && disk_keeps()) {
        if (dice_chance(&here.dice, 500)) {
            note("the daemon is to stop");
            clocks_signal(SIGTERM);
        } else {
            die("between two turns");
        }
    }
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, MINUTE_MS, 12 * HOUR_MS), false, is_stopped, NULL);
}

/* ---- clocks ---- */

static void clock_is_set(void *context)
{
    static const int64_t steps[] = { HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS, 5 * MINUTE_MS, -5 * MINUTE_MS };
    int64_t kind = dice_between(&here.dice, 0, 10);

    (void)context;
    if (kind < 6)
        clocks_step(steps[kind]);
    else if (kind == 6)
        clocks_step(-(here.boot_ms + here.wall_ahead_ms)); /* 1970 */
    else
        clocks_step(here.right_ahead_ms - here.wall_ahead_ms);
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, MINUTE_MS, 2 * DAY_MS), false, clock_is_set, NULL);
}

static void machine_sleeps(void *context)
{
    (void)context;
    if (here.loop != NULL) {
        clocks_sleep(dice_span(&here.dice, 11 * MINUTE_MS, 8 * HOUR_MS)); /* longer than any pace of polls */
        judge_slept();
    }
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, HOUR_MS, DAY_MS), true, machine_sleeps, NULL);
}

/* ---- storm and calm ---- */

static void storm(void *context);
static void end_of_calm(void *context);
static void end_of_run(void *context);

static void people_end_silences(void *context)
{
    (void)context;
    people_calm();
}

static void calm(void *context)
{
    bool last = here.boot_ms >= here.days * DAY_MS;
    int64_t lasts_ms = 3 * HOUR_MS + 30 * here.poll_every_ms;

    (void)context;
    note("---- a calm%s", last ? ", in which all is well" : "");
    here.calm = true;
    judge_calm_begins();
    agenda_clear(&here.agenda, is_stopped);
    agenda_clear(&here.agenda, clock_is_set);
    agenda_clear(&here.agenda, machine_sleeps);
    azure_calm(last);
    disk_calm();
    pager_calm();
    people_calm();
    if (!here.alive && here.starts_ms > here.boot_ms + MINUTE_MS)
        here.starts_ms = here.boot_ms + MINUTE_MS;
    agenda_add(&here.agenda, here.boot_ms + 5 * MINUTE_MS, true, people_end_silences, NULL);
    agenda_add(&here.agenda, here.boot_ms + lasts_ms, true, last ? end_of_run : end_of_calm, NULL);
}

static void storm(void *context)
{
    (void)context;
    note("---- a storm");
    here.calm = false;
    azure_storm();
    disk_storm();
    pager_storm();
    people_storm();
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, 10 * MINUTE_MS, 6 * HOUR_MS), false, is_stopped,
               NULL);
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, HOUR_MS, DAY_MS), false, clock_is_set, NULL);
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, 10 * MINUTE_MS, DAY_MS), true, machine_sleeps, NULL);
    agenda_add(&here.agenda, here.boot_ms + dice_between(&here.dice, 4 * HOUR_MS, 20 * HOUR_MS), true, calm, NULL);
}

static void end_of_calm(void *context)
{
    judge_calm();
    storm(context);
}

static void end_of_run(void *context)
{
    (void)context;
    judge_calm();
    here.over = true;
    clocks_signal(SIGTERM);
}

/* ---- lives ---- */

static void live(void)
{
    static const struct options options = { .settings = "erwatch.yaml", .state_dir = "state", .run_dir = "run" };

    note("the daemon starts, for the %u. time", ++here.lives);
    here.dead = false;
    here.alive = true;
    azure_daemon_forgets();
    if (app_run(&options) != EXIT_SUCCESS)
        broken("the daemon does not start");
    here.alive = false;
    note("the daemon has ended");
    if (here.dead || !disk_keeps())
        judge_daemon_died();
    if (here.dead)
        pager_daemon_died();
}

static void be_down(void)
{
    here.starts_ms = here.boot_ms + dice_span(&here.dice, 100, 2 * HOUR_MS);
    while (here.boot_ms < here.starts_ms && !here.failed) {
        int64_t due = agenda_due(&here.agenda, false);
        clocks_advance(due < here.starts_ms ? due : here.starts_ms);
    }
}

/* After the end: a start with everything told must tell nothing. */
static void live_once_more(void)
{
    clocks_advance(here.boot_ms + MINUTE_MS);
    here.over = false;
    agenda_add(&here.agenda, here.boot_ms + HOUR_MS, true, end_of_run, NULL);
    live();
    clocks_advance(here.boot_ms + MINUTE_MS);
}

static int remove_one(const char *path, const struct stat *what, int kind, struct FTW *where)
{
    (void)what, (void)kind, (void)where;
    return remove(path);
}

void simulation_clean(const char *folder)
{
    (void)chdir("/");
    (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void simulation_fini(void)
{
    agenda_fini(&here.agenda);
    events_fini(&here.events);
    pager_reset();
    judge_reset();
}

static void begin(uint64_t seed, int64_t days)
{
    static const int64_t paces[] = { MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS };

    (void)nftw("state", remove_one, 8, FTW_DEPTH | FTW_PHYS);
    here = (struct simulation){ .seed = seed, .days = days, .boot_ms = 1000 };
    dice_init(&here.dice, seed);
    here.right_ahead_ms = here.wall_ahead_ms = BEGIN_WALL_MS - here.boot_ms;
    here.poll_every_ms = paces[dice_between(&here.dice, 0, 3)];
    here.calm = true;
    pager_reset();
    judge_reset();
    disk_reset();
    azure_reset();
    pager_calm();
    people_calm();
    settings_write();
    agenda_add(&here.agenda, here.boot_ms + QUIET_START_MS, false, storm, NULL);
}

void simulation_run(uint64_t seed, int64_t days)
{
    begin(seed, days);
    while (!here.over && !here.failed) {
        live();
        if (!here.over)
            be_down();
    }
    if (!here.failed)
        live_once_more();
    if (!here.failed)
        judge_end();
}
