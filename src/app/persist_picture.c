/* The picture: everything as it is now, for a disk that has missed what led to it. */
#include "app/delivery.h"
#include "app/mutes.h"

#include <stdlib.h>

/* What is open, with a notice as it would be made now: those of the time that the disk has missed are gone. */
static void put_open(struct app *app, struct target target, const struct incident *incident,
                     const struct opinion *opinion, struct moment now)
{
    struct effect effect = { .kind = EFFECT_TELL, .event = EVENT_CHANGED, .target = target, .incident = *incident,
                             .opinion = *opinion };
    char *json = effects_notice(app, &effect, now);
    struct stored_incident stored = { .incident = *incident,
                                      .scope = engine_scope_name(app->engine, target),
                                      .summary = app->story.summary,
                                      .notice = json };

    batch_put_incident(persist_batch(app), &stored);
    free(json);
}

static void put_incident(void *context, struct target target, const struct incident *incident,
                         const struct opinion *opinion)
{
    struct app *app = context;
    struct stored_incident stored = { .incident = *incident, .scope = engine_scope_name(app->engine, target) };

    if (incident_is_open(incident))
        put_open(app, target, incident, opinion, loop_now(app->loop));
    else
        batch_put_incident(persist_batch(app), &stored);
}

void persist_put_picture(struct app *app, struct moment now)
{
    char words[ENGINE_WORDS_MAX];

    batch_begin_picture(persist_batch(app), now.wall_ms);
    engine_each_incident(app->engine, true, put_incident, app);
    for (size_t i = 0; i < app->settings->circuit_count; i++) {
        struct id_text id = resource_id_lower(&app->settings->circuits[i].id);
        struct stored_memory memory = { .circuit = id.text,
                                        .memory = *engine_memory(app->engine, i),
                                        .words = engine_words(app->engine, i, words) };
        batch_put_memory(persist_batch(app), &memory);
    }
    discover_put_picture(app);
    deliver_put_picture(app);
    digests_put_picture(app);
    silences_put_picture(app);
    batch_end_picture(persist_batch(app));
}
