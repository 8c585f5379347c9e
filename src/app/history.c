/*
 * Lines of the history. Everything in here only puts them into the batch that is being made; what is kept, and for how
 * long, is the store's.
 */
#include "app/history.h"

#include "app/mutes.h"
#include "core/rule.h"
#include "core/span.h"

#include <stdio.h>

#define NONE -1 /* nothing has lasted */
#define TAKEN_ON_MAX (ACK_WHO_MAX + ACK_WHY_MAX + WHEN_TEXT_MAX + 64)

static void put(struct app *app, const struct stored_history *line)
{
    batch_put_history(persist_batch(app), line);
    persist_count_line(app);
}

static struct stored_history line_of(struct app *app, const struct effect *effect, const char *kind, const char *text,
                                     struct moment now)
{
    const struct incident *incident = &effect->incident;
    const struct circuit_settings *circuit = engine_circuit(app->engine, effect->target);

    return (struct stored_history){ .wall_ms = now.wall_ms,
                                    .kind = kind,
                                    .scope = engine_scope_name(app->engine, effect->target),
                                    .circuit = circuit != NULL ? circuit->name : "",
                                    .key = incident->key,
                                    .episode = incident->episode,
                                    .rule = incident->rule,
                                    .severity = incident->severity,
                                    .subject = incident->subject,
                                    .item = incident->item,
                                    .lasted_ms = NONE,
                                    .text = text };
}

/* Until when, and why: nobody is told of its end, so that its beginning has to say when that is. */
static const char *taken_on(const struct ack *ack, char text[TAKEN_ON_MAX])
{
    char until[WHEN_TEXT_MAX];

    snprintf(text, TAKEN_ON_MAX, "acknowledged by %s%s%s%s%s%s", ack->who, ack->until_wall_ms != 0 ? " until " : "",
             ack->until_wall_ms != 0 ? when_format(ack->until_wall_ms, until) : "",
             ack->sticky ? ", later episodes, too" : "", ack->why[0] != '\0' ? ": " : "", ack->why);
    return text;
}

void history_tell(struct app *app, const struct effect *effect, const char *summary, struct moment now)
{
    const struct incident *incident = &effect->incident;
    char reasons[WITHHELD_TEXT_MAX], text[TAKEN_ON_MAX];
    struct stored_history line = line_of(app, effect, rule_event_name(effect->event), summary, now);

    line.quiet = effect->quiet ? tell_why_quiet(effect, reasons) : "";
    if (effect->event == EVENT_ACKNOWLEDGED) {
        line.who = incident->ack.who;
        line.text = taken_on(&incident->ack, text);
    }
    if (effect->event == EVENT_CLEARED && incident->raised_wall_ms != 0)
        line.lasted_ms = incident->cleared_wall_ms > incident->raised_wall_ms
                             ? incident->cleared_wall_ms - incident->raised_wall_ms
                             : 0;
    put(app, &line);
}

void history_mute(struct app *app, const struct effect *effect, struct moment now)
{
    const struct mute *mute = mutes_of(app, effect->target, &effect->incident, now);
    char text[SILENCE_WHO_MAX + SILENCE_WHY_MAX + 128], until[WHEN_TEXT_MAX];

    if (mute == NULL) {
        struct stored_history line = line_of(app, effect, "unsilenced", "no longer silenced", now);
        put(app, &line);
        return;
    }
    bool silence = mute->reason == WITHHELD_SILENCED;
    snprintf(text, sizeof text, "%s%s until %s: %s", silence ? "silenced by " : "in maintenance",
             silence ? mute->who : "", when_format(mute->to_wall_ms, until), mute->why);
    struct stored_history line = line_of(app, effect, "silenced", text, now);
    line.who = mute->who;
    put(app, &line);
}

void history_done(struct app *app, uint64_t key, uint32_t episode, const char *kind, const char *who, const char *text,
                  struct moment now)
{
    struct stored_history line = {
        .wall_ms = now.wall_ms, .kind = kind, .key = key, .episode = episode, .who = who, .text = text
    };

    batch_put_history_of(persist_batch(app), &line);
    persist_count_line(app);
}

/* About no incident, at least not about one alone. */
static void put_plain(struct app *app, const char *scope, const char *name, const char *kind, const char *who,
                      uint64_t key, const char *text, struct moment now)
{
    struct stored_history line = { .wall_ms = now.wall_ms,
                                   .kind = kind,
                                   .scope = scope,
                                   .circuit = name,
                                   .key = key,
                                   .subject = SUBJECT_CIRCUIT,
                                   .who = who,
                                   .lasted_ms = NONE,
                                   .text = text };

    put(app, &line);
}

void history_word(struct app *app, const struct effect *effect, struct moment now)
{
    const struct circuit_settings *circuit = engine_circuit(app->engine, effect->target);

    put_plain(app, engine_scope_name(app->engine, effect->target), circuit != NULL ? circuit->name : "", "word", "", 0,
              tell_word_text(&effect->change).text, now);
}

void history_silence(struct app *app, const char *kind, const struct mute *mute, const char *who, const char *text,
                     struct moment now)
{
    const char *id = mute->match.circuit;
    const struct circuit_settings *circuit = id != NULL ? settings_find(app->settings, id) : NULL;

    put_plain(app, circuit != NULL ? resource_id_lower(&circuit->id).text : "local",
              circuit != NULL ? circuit->name : "", kind, who, mute->match.incident, text, now);
}

void history_circuit(struct app *app, const char *id_lower, const char *name, const char *kind, const char *text,
                     struct moment now)
{
    put_plain(app, id_lower, name, kind, "", 0, text, now);
}

void history_self(struct app *app, const char *kind, const char *text, struct moment now)
{
    put_plain(app, "local", "", kind, "", 0, text, now);
}
