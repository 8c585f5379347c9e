/*
 * Who was told that something is done must find it done after a crash, too. So what operators change is answered when
 * the commit that holds it has ended; when none can, or it takes too long, the answer says that it is in memory only.
 */
#include "app/kept.h"

#include "web/kept.h"

#include <stdlib.h>

#define WAIT_MS (3 * 1000) /* erwatchctl waits for ten seconds */

struct kept_wait {
    LIST_ENTRY(kept_wait) link;
    struct server_call *call;
    char *json;
    uint64_t serial; /* of the commit */
    struct timer *timer;
};

static void answer(struct server_call *call, char *json, const char *trouble)
{
    control_answer(call, kept_say(json, trouble));
}

static void end(struct kept_wait *wait, const char *trouble)
{
    LIST_REMOVE(wait, link);
    timer_free(wait->timer);
    answer(wait->call, wait->json, trouble);
    free(wait);
}

static void waited_too_long(void *context, struct moment now)
{
    (void)now;
    end(context, "this is in memory only as yet: the database has not taken it within 3 s");
}

static bool is_lost(const struct app *app)
{
    return app->store.store == NULL || app->store.broken;
}

static const char in_memory[] = "this is kept in memory only: the database cannot be written";

void kept_answer(struct app *app, struct server_call *call, char *json, struct moment now)
{
    uint64_t serial = persist_latest(app);

    if (is_lost(app) || app->store.durable >= serial) {
        answer(call, json, is_lost(app) ? in_memory : NULL);
        return;
    }
    struct kept_wait *wait = calloc(1, sizeof *wait);
    if (wait == NULL)
        abort();
    *wait = (struct kept_wait){ .call = call, .json = json, .serial = serial,
                                .timer = timer_new(app->loop, waited_too_long, wait) };
    timer_set(wait->timer, mono_after(now.mono, WAIT_MS));
    LIST_INSERT_HEAD(&app->kept_waits, wait, link);
}

void kept_look(struct app *app)
{
    for (struct kept_wait *wait = LIST_FIRST(&app->kept_waits), *next; wait != NULL; wait = next) {
        next = LIST_NEXT(wait, link);
        if (is_lost(app) || app->store.durable >= wait->serial)
            end(wait, is_lost(app) ? in_memory : NULL);
    }
}

void kept_stop(struct app *app)
{
    while (!LIST_EMPTY(&app->kept_waits))
        end(LIST_FIRST(&app->kept_waits), "the daemon stops, and nobody knows yet whether the database has this");
}
