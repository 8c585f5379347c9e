/*
 * What the core asked for, carried out: notices into the queue and the journal, records into the batch that one commit
 * will hold, looks into the poll's queue. State and notice go into the same transaction.
 */
#include "app/delivery.h"
#include "app/history.h"

#include <stdio.h>
#include <stdlib.h>

/* The notice of an effect; its texts live in app->story and the engine until the next call. */
static void make_notice(struct app *app, const struct effect *effect, struct facts *facts, struct notice *out,
                        struct moment now)
{
    bool circuit = effect->target.scope == SCOPE_CIRCUIT;

    engine_story(app->engine, effect->target, &effect->opinion, effect->event, now, &app->story);
    story_say_how(&app->story, &effect->incident, effect->event, effect->steady, now.wall_ms);
    *out = (struct notice){ .incident = &effect->incident,
                            .event = effect->event,
                            .time_wall_ms = now.wall_ms,
                            .verdict = VERDICT_UNKNOWN,
                            .story = &app->story,
                            .circuit = engine_circuit(app->engine, effect->target),
                            .port = engine_port(app->engine, effect->target),
                            .credential = engine_credential(app->engine, effect->target),
                            .subscription = engine_subscription(app->engine, effect->target),
                            .receiver = effect->incident.rule == RULE_DELIVERY_FAILING ? effect->incident.item : "",
                            .host = app->host,
                            .version = PACKAGE_VERSION };
    if (!circuit || effect->target.index >= app->settings->circuit_count)
        return;
    struct engine_view view;
    engine_view(app->engine, effect->target.index, now, &view);
    engine_facts(app->engine, effect->target.index, now, facts);
    out->verdict = view.verdict;
    out->sample = facts->sample;
}

char *effects_notice(struct app *app, const struct effect *effect, struct moment now)
{
    struct notice notice;
    struct facts facts;

    make_notice(app, effect, &facts, &notice, now);
    return notice_json(&notice);
}

static void run_tell(struct app *app, struct effect *effect, struct moment now)
{
    struct notice notice;
    struct facts facts;

    make_notice(app, effect, &facts, &notice, now);
    char *json = notice_json(&notice);
    tell_incident(app, effect, &notice);
    if (!effect->quiet)
        deliver_add(app, effect, json, now);
    struct stored_incident stored = { .incident = effect->incident,
                                      .scope = engine_scope_name(app->engine, effect->target),
                                      .summary = app->story.summary,
                                      .notice = json };
    batch_put_incident(persist_batch(app), &stored);
    history_tell(app, effect, app->story.summary, now);
    free(json);
}

static void run_save(struct app *app, const struct effect *effect)
{
    struct stored_incident stored = { .incident = effect->incident,
                                      .scope = engine_scope_name(app->engine, effect->target),
                                      .summary = NULL,
                                      .notice = NULL };
    batch_put_incident(persist_batch(app), &stored);
}

static void run_remember(struct app *app, const struct effect *effect, struct moment now)
{
    char words[ENGINE_WORDS_MAX];
    size_t circuit = effect->target.index;
    struct id_text id = resource_id_lower(&app->settings->circuits[circuit].id);
    struct stored_memory stored = { .circuit = id.text,
                                    .memory = *engine_memory(app->engine, circuit),
                                    .words = engine_words(app->engine, circuit, words) };

    batch_put_memory(persist_batch(app), &stored);
    /* a circuit that has changed may have sessions to ask about that it had not before */
    poll_look(app, circuit, LOOK_METRICS, now.mono);
    poll_look_beyond(app, circuit, now.mono);
    if (app->asked[target_id(app, ASK_ROUTES, circuit)].attempted.ms == 0)
        poll_look(app, circuit, LOOK_ROUTES, now.mono);
}

/* A port is looked at through one of the circuits on it. */
static void run_look(struct app *app, const struct effect *effect)
{
    size_t circuit = effect->target.scope == SCOPE_PORT ? engine_port_circuit(app->engine, effect->target.index)
                                                        : effect->target.index;

    if (circuit < app->settings->circuit_count)
        poll_look(app, circuit, effect->look, effect->at);
    if (circuit < app->settings->circuit_count && (effect->look & (LOOK_METRICS | LOOK_ROUTES)) != 0)
        poll_look_health(app, circuit, effect->at);
}

static void run_one(struct app *app, struct effect *effect, struct moment now)
{
    switch (effect->kind) {
    case EFFECT_TELL:
        run_tell(app, effect, now);
        break;
    case EFFECT_SAVE:
        run_save(app, effect);
        break;
    case EFFECT_FORGET:
        batch_forget_incident(persist_batch(app), effect->incident.key);
        break;
    case EFFECT_REMEMBER:
        run_remember(app, effect, now);
        break;
    case EFFECT_WORD:
        tell_word(app, effect);
        history_word(app, effect, now);
        break;
    case EFFECT_VERDICT:
        tell_verdict(app, effect);
        break;
    case EFFECT_LOOK:
        run_look(app, effect);
        break;
    case EFFECT_MUTE:
        history_mute(app, effect, now);
        break;
    default:
        break;
    }
}

void app_run_effects(struct app *app, struct moment now)
{
    for (size_t i = 0; i < app->effects.count; i++)
        run_one(app, &app->effects.item[i], now);
    app->effects.count = 0;
}
