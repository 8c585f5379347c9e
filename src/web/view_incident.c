/*
 * One incident as JSON: what it is about, who hears of it and who does not. Text, steps and facts come from a story told
 * just now or, where none can be told any more, from the last notice.
 */
#include "web/entry.h"
#include "web/list.h"
#include "web/put.h"
#include "web/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_identity(json_t *entry, const struct incident *incident)
{
    char text[40];

    snprintf(text, sizeof text, "%016" PRIx64 "-%" PRIu32, incident->key, incident->episode);
    put_text(entry, "identity", text);
    text[16] = '\0';
    put_text(entry, "key", text);
    put_number(entry, "episode", incident->episode);
}

/* What kinds of subjects there are beside a circuit: the scope "port/…" is the key "port", and so on. */
static const char *const kinds[] = { "port", "credential", "subscription" };

/* The scope of a kind without it, NULL when it is of another kind: "credential/ops" is the credential "ops". */
static const char *beside(const struct incident_view *view, const char *kind)
{
    size_t len = strlen(kind);

    if (view->circuit_id != NULL || view->scope == NULL || strncmp(view->scope, kind, len) != 0 ||
        view->scope[len] != '/')
        return NULL;
    return view->scope + len + 1;
}

/* A subscription is watched through a credential: "subscription/ops/0000…" names both. */
static void put_beside(json_t *entry, const struct incident_view *view)
{
    const char *pair = beside(view, "subscription"), *id = pair != NULL ? strrchr(pair, '/') : NULL;
    char credential[320];

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        put_text(entry, kinds[i], beside(view, kinds[i]));
    if (id == NULL)
        return;
    put_text(entry, "subscription", id + 1);
    snprintf(credential, sizeof credential, "%.*s", (int)(id - pair), pair);
    put_text(entry, "credential", credential);
}

/* What the item of a rule is called: which receiver, which silence, what so many circuits share. */
static void put_own(json_t *entry, const struct incident *incident)
{
    static const struct {
        const char *key;
        uint8_t rule;
    } own[] = {
        { "receiver", RULE_DELIVERY_FAILING },
        { "silence", RULE_SILENCE_ENDING },
        { "cause", RULE_COMMON_CAUSE },
    };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        put_known(entry, own[i].key, own[i].rule == incident->rule ? incident->item : NULL);
}

json_t *entry_subject(const struct incident_view *view)
{
    const struct subject *at = &view->incident->subject;
    enum item_kind own = item_kind(view->incident->rule);
    json_t *entry = put_object_new();

    put_known(entry, "peering", peering_name(at->peering));
    put_known(entry, "path", path_name(at->path));
    put_known(entry, "family", family_name(at->family));
    put_known(entry, "feature", feature_name(at->feature));
    for (enum item_kind kind = ITEM_NONE + 1; kind < ITEM_KINDS; kind++)
        put_known(entry, item_kind_name(kind), kind == own ? view->incident->item : NULL);
    put_own(entry, view->incident);
    put_beside(entry, view);
    return entry;
}

static json_t *circuit(const struct incident_view *view)
{
    if (view->circuit_id == NULL)
        return json_null();
    json_t *entry = put_object_new();
    put_text(entry, "id", view->circuit_id);
    put_text(entry, "name", view->circuit_name);
    return entry;
}

static json_t *suppressed_by(const struct incident_view *view)
{
    uint8_t number = view->incident->suppressed_by;
    const struct rule_info *rule = rule_find(number);

    if (number == RULE_NONE)
        return json_null();
    json_t *entry = put_object_new();
    put_number(entry, "rule", number);
    put_text(entry, "name", rule == NULL ? NULL : rule->name);
    put_text(entry, "incident", view->suppressed_by);
    return entry;
}

/* Why nothing of it is sent now, beside what suppresses it. */
static json_t *withheld(const struct incident *incident)
{
    json_t *reasons = put_array_new();
    char text[WITHHELD_TEXT_MAX];

    for (unsigned reason = 1; reason <= WITHHELD_ALL; reason <<= 1)
        if (incident->withheld & reason)
            put_item(reasons, put_string(withheld_text((uint8_t)reason, text)));
    return reasons;
}

/* The key of the common cause (56) that speaks for it. */
static void put_common_cause(json_t *entry, const struct incident *incident)
{
    char key[20];

    snprintf(key, sizeof key, "%016" PRIx64, incident->cause);
    put_text(entry, "common_cause", incident->withheld & WITHHELD_GROUPED && incident->cause != 0 ? key : NULL);
}

static json_t *acknowledged(const struct ack *ack)
{
    if (ack->who[0] == '\0')
        return json_null();
    json_t *entry = put_object_new();
    put_text(entry, "by", ack->who);
    put_text(entry, "why", ack->why[0] != '\0' ? ack->why : NULL);
    put_time(entry, "at", ack->at_wall_ms);
    put_time(entry, "until", ack->until_wall_ms);
    put_bool(entry, "sticky", ack->sticky);
    return entry;
}

/* What was told again, and when it is the next time. */
static void put_again(json_t *entry, const struct incident_view *view, struct moment now)
{
    struct mono due = incident_remind_due(view->incident, view->policy);
    bool told_again = due.ms != MONO_NEVER.ms;

    put_number(entry, "reminders", view->incident->reminders);
    put_time(entry, "next_reminder_at", told_again ? now.wall_ms + mono_between(now.mono, due) : 0);
    put_bool(entry, "escalated", view->incident->escalated);
    put_bool(entry, "flapping", view->incident->flapping);
}

json_t *entry_incident(const struct incident_view *view, struct moment now)
{
    const struct incident *incident = view->incident;
    const struct rule_info *rule = rule_find(incident->rule);
    json_t *entry = put_object_new();

    put_identity(entry, incident);
    put_number(entry, "rule", incident->rule);
    put_text(entry, "name", rule == NULL ? NULL : rule->name);
    put_text(entry, "state", incident_state_name(incident->state));
    put_text(entry, "severity", severity_name(incident->severity));
    put_text(entry, "owner", owner_name(incident->owner));
    put_value(entry, "circuit", circuit(view));
    put_value(entry, "subject", entry_subject(view));
    put_since(entry, "since", incident->since_wall_ms, now.wall_ms);
    put_time(entry, "raised_at", incident->raised_wall_ms);
    put_time(entry, "cleared_at", incident->cleared_wall_ms);
    put_text(entry, "summary", view->story != NULL ? view->story->summary : view->summary);
    put_value(entry, "suppressed_by", suppressed_by(view));
    put_value(entry, "withheld", withheld(incident));
    put_common_cause(entry, incident);
    put_value(entry, "muted_by", entry_mute(view->muted_by, now));
    put_time(entry, "told_at", incident->told != 0 ? incident->told_wall_ms : 0);
    put_again(entry, view, now);
    put_value(entry, "acknowledged", acknowledged(&incident->ack));
    entry_wait(entry, view, now);
    return entry;
}

static json_t *story_steps(const struct story *story)
{
    json_t *steps = put_array_new();

    for (size_t i = 0; i < story->step_count; i++)
        put_item(steps, put_string(story->step[i]));
    return steps;
}

static json_t *story_facts(const struct story *story, struct moment now)
{
    json_t *facts = put_array_new();

    for (size_t i = 0; i < story->fact_count; i++) {
        const struct fact *fact = &story->fact[i];
        json_t *entry = put_object_new();
        put_text(entry, "name", fact->name);
        put_text(entry, "value", fact->value);
        put_since(entry, "seen_at", fact->seen_wall_ms, now.wall_ms);
        put_text(entry, "source", fact->source);
        put_item(facts, entry);
    }
    return facts;
}

static void put_story(json_t *entry, const struct story *story, struct moment now)
{
    put_text(entry, "text", story->text);
    put_value(entry, "next_steps", story_steps(story));
    put_value(entry, "facts", story_facts(story, now));
}

/* A key of the notice as it stands, when it has the right type; else an empty value of that type. */
static void put_from_notice(json_t *entry, const json_t *notice, const char *key, bool list)
{
    json_t *value = json_object_get(notice, key);
    bool fits = list ? json_is_array(value) : json_is_string(value);

    put_value(entry, key, fits ? json_incref(value) : list ? put_array_new() : json_null());
}

static void put_notice(json_t *entry, const char *text)
{
    json_t *notice = text == NULL || *text == '\0' ? NULL : json_loads(text, JSON_REJECT_DUPLICATES, NULL);

    put_from_notice(entry, notice, "text", false);
    put_from_notice(entry, notice, "next_steps", true);
    put_from_notice(entry, notice, "facts", true);
    json_decref(notice);
}

char *view_incident(const struct incident_view *view, struct moment now)
{
    const struct rule_info *rule = rule_find(view->incident->rule);
    json_t *document = entry_document("incident", now), *entry = entry_incident(view, now);

    if (view->story != NULL)
        put_story(entry, view->story, now);
    else
        put_notice(entry, view->notice);
    put_text(entry, "meaning", rule == NULL ? NULL : rule->meaning);
    put_value(document, "incident", entry);
    return put_end(document);
}

void view_incidents_add(struct view_list *list, const struct incident_view *incident, struct moment now)
{
    list_add(list, entry_incident(incident, now));
}

char *view_incidents_end(struct view_list *list, struct moment now)
{
    return list_end(list, entry_document("incidents", now), "incidents");
}
