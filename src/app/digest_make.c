/*
 * Making a digest: one notice in the queue of the receiver that gets it. That, the end of what was collected, and the
 * moment are one commit: a crash before it leaves all as it was, and nothing is sent before it. What is still open
 * stays for the next digest.
 */
#include "app/delivery.h"

#include <stdlib.h>
#include <syslog.h>

static const struct digest_settings *settings_of(const struct receiver *receiver)
{
    return &receiver->settings->digest;
}

static size_t take_rows(const struct receiver *receiver, struct digest_row *rows, struct moment now)
{
    struct outbox_item *item;
    size_t count = 0;

    TAILQ_FOREACH(item, &receiver->outbox.all, all) {
        struct delivery *delivery = delivery_of(item);
        if (item->busy || item->thread == NULL || item->event >= RULE_EVENTS)
            continue;
        digest_note_late(delivery, now);
        rows[count++] = (struct digest_row){ .id = item->id,
                                             .key = item->key,
                                             .episode = item->episode,
                                             .event = item->event,
                                             .severity = item->severity,
                                             .once = delivery->note.once,
                                             .since_wall_ms = delivery->note.since_wall_ms,
                                             .circuit = delivery->note.circuit,
                                             .kept = delivery->note.line,
                                             .of = delivery };
    }
    return count;
}

/* ---- what a line says now ---- */

/* Its last notice speaks of a moment that is over: nobody hears that an acknowledgement has ended. */
static bool is_dated(const struct digest_line *line)
{
    const struct delivery *delivery = line->last.of;

    return line->state == DIGEST_OPEN && (line->last.event == EVENT_REMINDER ||
                                          line->last.event == EVENT_ACKNOWLEDGED || delivery->note.taken_on);
}

struct finding {
    const struct digest_line *lines;
    size_t count;
    struct effect *found; /* of each line; of key 0: nothing is known */
};

static void find(void *context, struct target target, const struct incident *incident, const struct opinion *opinion)
{
    struct finding *finding = context;

    if (incident->state != INCIDENT_RAISED && incident->state != INCIDENT_CLEARING)
        return;
    for (size_t i = 0; i < finding->count; i++)
        if (finding->lines[i].last.key == incident->key && finding->lines[i].last.episode == incident->episode &&
            is_dated(&finding->lines[i]))
            finding->found[i] = (struct effect){ .kind = EFFECT_TELL, .event = EVENT_RAISED, .target = target,
                                                 .incident = *incident, .opinion = *opinion };
}

static void say_anew(struct app *app, struct digest_line *line, const struct effect *effect, struct moment now)
{
    struct delivery *delivery = line->last.of;
    struct digest_note note;
    char *json = effects_notice(app, effect, now);

    if (!digest_note(json, &note))
        abort(); /* it is our own */
    free(json);
    free(delivery->note.circuit);
    free(delivery->note.line);
    delivery->note = note;
    line->severity = effect->incident.severity;
    line->last.circuit = note.circuit;
    line->last.kept = note.line;
}

/* Only of those that are listed: their number is bounded, and so is the time that this takes. */
static void refresh(struct app *app, struct digest_line *lines, size_t count, struct moment now)
{
    struct finding finding = { lines, count < DIGEST_LINES_MOST ? count : DIGEST_LINES_MOST, NULL };

    finding.found = array_take(finding.count, sizeof *finding.found);
    engine_each_incident(app->engine, false, find, &finding);
    for (size_t i = 0; i < finding.count; i++)
        if (finding.found[i].incident.key != 0)
            say_anew(app, &lines[i], &finding.found[i], now);
    free(finding.found);
}

/* ---- making ---- */

/* Seconds since 1970, so that also behind a database that was lost no two digests have one identity. */
static uint32_t next_number(const struct digesting *digesting, struct moment now)
{
    int64_t seconds = now.wall_ms / 1000;

    return seconds > digesting->number && seconds < UINT32_MAX ? (uint32_t)seconds : digesting->number + 1;
}

static void put(struct receiver *receiver, struct receiver *to, const struct digest_notice *digest, struct moment now)
{
    struct app *app = receiver->app;
    const struct incident incident = { .key = digest->key, .episode = digest->number, .sequence = 1 };
    char id[NOTICE_ID_MAX];
    char *json = digest_json(digest);
    struct delivery *delivery = delivery_new(notice_id(&incident, id));

    bodies_hold(app, delivery, json);
    free(json);
    delivery->created_wall_ms = now.wall_ms;
    delivery->item.id = ++app->store.delivery_id;
    delivery->item.key = incident.key;
    delivery->item.episode = incident.episode;
    delivery->item.sequence = incident.sequence;
    delivery->item.event = OUTBOX_DIGEST;
    delivery->item.severity = SEVERITY_INFO;
    delivery->item.serial = app->store.serial;
    receiver_enqueue(to, delivery, now);
    delivery_keep(app, delivery);
    journal_say(app->journal, LOG_INFO, "digest %s of \"%s\" goes to %s: %zu incidents", id, receiver->name, to->name,
                digest->count);
}

/* What is open stays, by its last notice: until it is over every digest tells of it. */
static void end_line(struct receiver *receiver, const struct digest_line *line, struct moment now)
{
    struct outbox_thread *thread = outbox_thread(&receiver->outbox, line->last.key);

    for (struct outbox_item *at = TAILQ_FIRST(&thread->waiting), *next; at != NULL; at = next) {
        next = TAILQ_NEXT(at, next);
        if (at->busy || at->id > line->last.id || (line->state == DIGEST_OPEN && at->id == line->last.id))
            continue;
        batch_delivery_done(persist_batch(receiver->app), at->id, DELIVERY_DONE, now.wall_ms);
        outbox_take(&receiver->outbox, at);
        delivery_free(delivery_of(at));
    }
    if (line->state == DIGEST_OPEN)
        return;
    if (thread->episode == line->last.episode)
        thread->episode = 0;
    outbox_thread_drop(&receiver->outbox, thread);
    receiver_keep_told(receiver, line->last.key, now);
}

void digest_make(struct receiver *receiver, int64_t from_wall_ms, struct moment now)
{
    struct app *app = receiver->app;
    struct digesting *digesting = receiver->digesting;
    struct digest_row *rows = array_take(receiver->outbox.waiting, sizeof *rows);
    struct digest_line *lines = array_take(receiver->outbox.waiting, sizeof *lines);
    size_t count = digest_lines(rows, take_rows(receiver, rows, now), digesting->upto, from_wall_ms, lines);

    refresh(app, lines, count, now);
    if (count > 0 || digesting->left_out > 0 || settings_of(receiver)->empty) {
        digesting->number = next_number(digesting, now);
        struct digest_notice digest = { .name = receiver->name,
                                 .key = digest_key(receiver->name),
                                 .number = digesting->number,
                                 .from_wall_ms = from_wall_ms,
                                 .time_wall_ms = now.wall_ms,
                                 .next_wall_ms = digesting->clock.next_wall_ms,
                                 .line = lines,
                                 .count = count,
                                 .left_out = (uint64_t)digesting->left_out,
                                 .host = app->host,
                                 .version = PACKAGE_VERSION };
        put(receiver, app->receivers[settings_of(receiver)->to], &digest, now);
        digesting->upto = app->store.delivery_id;
        digesting->left_out = 0;
    }
    for (size_t i = 0; i < count; i++)
        end_line(receiver, &lines[i], now);
    digest_keep(receiver);
    free(rows);
    free(lines);
}
