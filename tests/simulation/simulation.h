#ifndef ERWATCH_TESTS_SIMULATION_SIMULATION_H
#define ERWATCH_TESTS_SIMULATION_SIMULATION_H

#include "agenda.h"
#include "dice.h"
#include "events.h"

#include "core/mono.h"

/*
 * One run: the real daemon, whole, in a world that is made of a seed. The rooms of erwatchd are linked as they are, but
 * for io: its headers are answered by the files of this folder, which keep no socket, file or thread. What the daemon
 * does, and when, follows from the seed alone.
 *
 *   run.c     the run: storms and calms, lives and deaths of the daemon
 *   clocks.c  io/loop.h: loop, timers, clocks      wire.c     io/http.h: requests, and who answers them
 *   disk.c    io/worker.h, and a disk that fails    machine.c  the rest of io: journal, hooks, control socket
 *   azure.c   what is true                          answers.c  how Azure tells it
 *   pager.c   what the receivers know
 *   people.c  what operators do                     judge.c    what must hold
 */

#define MINUTE_MS (60 * 1000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

struct simulation {
    uint64_t seed;
    int64_t days;
    struct dice dice;
    struct events events;
    struct agenda agenda;
    bool failed;
    char why[512];

    /* the clocks of the daemon's machine; Azure's and everybody else's wall clock is right */
    int64_t boot_ms;
    int64_t slept_ms;      /* of it the machine slept */
    int64_t wall_ahead_ms; /* wall clock less boot_ms */
    int64_t right_ahead_ms;
    int64_t stepped_ms; /* boot_ms of the last step of the wall clock */
    bool asleep;

    /* the daemon's life */
    struct loop *loop; /* NULL: it is not running */
    unsigned lives;
    bool alive;        /* it runs, starts or ends */
    int64_t starts_ms; /* it does not: when it does again */
    bool dead;         /* killed: nothing that it still does has any effect */
    bool over;         /* so is the run */
    bool calm;         /* nothing goes wrong at present, and what is true stays so */
    uint64_t commits;

    /* what is different from seed to seed */
    int64_t poll_every_ms;
    unsigned settings; /* which of settings_write()'s */
};

/* The daemon makes its loop, client and worker out of nothing, so the world that they are in has a fixed place. */
extern struct simulation here;

/** Begin with seed @p seed; the world is healthy. */
void simulation_run(uint64_t seed, int64_t days);
void simulation_fini(void);
/** Remove the folder that it ran in. */
void simulation_clean(const char *folder);

/** Something does not hold: the first such sentence is kept, and ends the run. */
void broken(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define note(...) events_add(&here.events, here.boot_ms, __VA_ARGS__)

/** Milliseconds since 1970 by a clock that is right. */
static inline int64_t right_wall(void)
{
    return here.boot_ms + here.right_ahead_ms;
}

/** Is the daemon dead, or killed at this very point, as may be while there is a storm? @p what  for the log */
bool crash_here(const char *what, unsigned per_mille);

/* settings.c */
/** Write the daemon's settings, as here.settings and here.poll_every_ms say. */
void settings_write(void);
/** Some of them change. */
void settings_change(void);
/** Is this circuit among those that are watched? */
bool settings_watch(size_t circuit);

/* clocks.c */
/** Move on to @p at_ms, or to what is due before. */
void clocks_advance(int64_t at_ms);
void clocks_signal(int number);
void clocks_step(int64_t by_ms);
void clocks_sleep(int64_t ms);

/* disk.c */
void disk_reset(void);
void disk_storm(void);
void disk_calm(void);
/** Is everything kept? While the disk is full the daemon works from memory, and it is no fault that a crash forgets. */
bool disk_keeps(void);

/* machine.c */
typedef void machine_answered(void *context, int status, const char *body);
/** A request to the control socket, if anybody is there. @param answered  runs once, perhaps later, or never; NULL */
void machine_ask(const char *method, const char *uri, const char *body, machine_answered *answered, void *context);
void machine_hook_storm(void);

/* people.c */
void people_storm(void);
void people_calm(void);
/** Does somebody want to hear nothing of this circuit, for certain? */
bool people_silenced(const char *circuit);
/** The wall clock was set. */
void people_look(void);

#endif
