/*
 * Common causes (56): what many incidents of one rule share, as a subject of its own beside the circuits. A cause is found
 * by its name, "cause/15/place/equinix/london"; its one incident is bad as long as any incident that it speaks for is open.
 * Which incidents it speaks for is decided in engine_group.c.
 */
#include "core/engine_inner.h"

#include "core/array.h"
#include "core/match.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND "cause/"

static const char *const kinds[] = { "place", "subscription", "credential" };
static_assert(sizeof kinds / sizeof *kinds == CAUSE_KINDS, "a name for each kind");

/* A '/' in a part would make two names of one, and another one of two. */
static void add_part(char name[CAUSE_NAME_MAX], const char *part)
{
    size_t used = strlen(name);

    if (used + 2 < CAUSE_NAME_MAX)
        name[used++] = '/';
    for (; *part != '\0' && used + 1 < CAUSE_NAME_MAX; part++)
        name[used++] = *part == '/' ? '_' : (char)tolower((unsigned char)*part);
    name[used] = '\0';
}

bool cause_name(const struct engine *engine, const struct circuit *circuit, const struct sample *sample,
                enum rule rule, enum cause_kind kind, char name[CAUSE_NAME_MAX])
{
    const struct circuit_settings *settings = circuit->settings;

    snprintf(name, CAUSE_NAME_MAX, KIND "%u/%s", (unsigned)rule, kinds[kind]);
    if (kind == CAUSE_PLACE) {
        if (sample == NULL || sample->provider_name == 0 || sample->peering_location == 0)
            return false; /* never seen, or on a port of ExpressRoute Direct, which has incidents of its own */
        add_part(name, sample_text(sample, sample->provider_name));
        add_part(name, sample_text(sample, sample->peering_location));
        return true;
    }
    add_part(name, engine->watch.credentials[settings->credential]);
    if (kind == CAUSE_SUBSCRIPTION)
        add_part(name, settings->subscription);
    return true;
}

static void write_text(struct cause *cause, const struct engine *engine, const struct circuit *circuit,
                       const struct sample *sample)
{
    const struct circuit_settings *settings = circuit->settings;
    char text[2 * ITEM_NAME_MAX];

    if (cause->kind == CAUSE_PLACE)
        snprintf(text, sizeof text, "%.60s in %.60s", sample_text(sample, sample->provider_name),
                 sample_text(sample, sample->peering_location));
    else
        snprintf(text, sizeof text, "%.90s", cause->kind == CAUSE_SUBSCRIPTION
                                                 ? settings->subscription
                                                 : engine->watch.credentials[settings->credential]);
    text[ITEM_NAME_MAX - 1] = '\0';
    memcpy(cause->text, text, ITEM_NAME_MAX);
}

static struct cause *find(struct engine *engine, uint64_t key)
{
    for (size_t i = 0; i < engine->cause_count; i++)
        if (engine->causes[i]->key == key)
            return engine->causes[i];
    return NULL;
}

/* The rule that its incidents are of stands in the subject: routes that name it mean this one, too. */
static struct subject subject_of(enum rule rule)
{
    return (struct subject){ PEERING_NONE, PATH_NONE, FAMILIES, FEATURE_NONE, rule };
}

uint64_t cause_key(const char *name, enum rule rule)
{
    return incident_key(RULE_COMMON_CAUSE, subject_of(rule), name);
}

static bool is_open(const struct cause *cause)
{
    for (size_t i = 0; i < cause->holder.count; i++)
        if (incident_is_open(&cause->holder.slots[i].incident))
            return true;
    return false;
}

static struct cause *add(struct engine *engine, const char *name, uint8_t rule, enum cause_kind kind)
{
    struct cause *cause = array_take(1, sizeof *cause);
    struct cause **grown = realloc(engine->causes, (engine->cause_count + 1) * sizeof(struct cause *));

    if (grown == NULL)
        abort();
    engine->causes = grown;
    *cause = (struct cause){ .key = cause_key(name, (enum rule)rule), .rule = rule, .kind = (uint8_t)kind };
    holder_init(&cause->holder, SCOPE_CAUSE, engine->cause_count, name);
    engine->causes[engine->cause_count++] = cause;
    return cause;
}

struct cause *cause_of(struct engine *engine, uint64_t key, const struct circuit *circuit,
                       const struct sample *sample, enum rule rule, enum cause_kind kind)
{
    char name[CAUSE_NAME_MAX];
    struct cause *cause = find(engine, key);

    if (cause == NULL) {
        cause_name(engine, circuit, sample, rule, kind, name);
        cause = add(engine, name, (uint8_t)rule, kind);
    }
    write_text(cause, engine, circuit, sample);
    return cause;
}

struct cause *cause_find_open(struct engine *engine, uint64_t key)
{
    struct cause *cause = find(engine, key);

    return cause != NULL && is_open(cause) ? cause : NULL;
}

struct cause *cause_find_speaking(struct engine *engine, uint64_t key)
{
    struct cause *cause = cause_find_open(engine, key);
    bool muted = false;

    for (size_t i = 0; cause != NULL && i < cause->holder.count; i++)
        muted = muted || (cause->holder.slots[i].incident.withheld & WITHHELD_BY_OTHERS) != 0;
    return muted ? NULL : cause;
}

static struct holder *restored(struct engine *engine, const char *name, uint8_t rule, enum cause_kind kind,
                               const char *text)
{
    struct cause *cause = find(engine, cause_key(name, (enum rule)rule));

    if (cause == NULL)
        cause = add(engine, name, rule, kind);
    snprintf(cause->text, sizeof cause->text, "%s", text);
    return &cause->holder;
}

struct holder *cause_holder(struct engine *engine, const char *name, const char *text)
{
    char *kind;
    unsigned long rule;

    if (strncmp(name, KIND, strlen(KIND)) != 0)
        return NULL;
    rule = strtoul(name + strlen(KIND), &kind, 10);
    if (*kind++ != '/' || rule >= RULE_NUMBERS || rule_find((enum rule)rule) == NULL)
        return NULL;
    for (enum cause_kind at = 0; at < CAUSE_KINDS; at++) {
        size_t len = strlen(kinds[at]);
        if (strncmp(kind, kinds[at], len) != 0 || kind[len] != '/')
            continue;
        return restored(engine, name, (uint8_t)rule, at, text);
    }
    return NULL;
}

void cause_restored(struct engine *engine, const struct holder *holder, struct mono raised)
{
    engine->causes[holder->target.index]->formed = raised;
}

void causes_adopt(struct engine *engine, struct mono now)
{
    for (size_t i = 0; i < engine->cause_count; i++) {
        free((void *)engine->causes[i]->routed.labels);
        engine->causes[i]->routed = (struct circuit_settings){ 0 };
    }
    group_look(engine, now);
}

void cause_free(struct cause *cause)
{
    holder_fini(&cause->holder);
    free((void *)cause->routed.labels);
    free(cause);
}

void causes_fini(struct engine *engine)
{
    for (size_t i = 0; i < engine->cause_count; i++)
        cause_free(engine->causes[i]);
    free(engine->causes);
}

/* ---- judging ---- */

void cause_count_begin(struct cause *cause)
{
    cause->children = 0;
    cause->worst = SEVERITY_NONE;
}

void cause_count_child(struct cause *cause, const struct incident *incident)
{
    cause->children++;
    if (incident->severity <= cause->worst)
        return;
    cause->worst = incident->severity;
    cause->owner = incident->owner;
}

static struct opinion opinion_of(const struct cause *cause, struct mono now)
{
    return (struct opinion){ .rule = RULE_COMMON_CAUSE,
                             .subject = subject_of((enum rule)cause->rule),
                             .standing = STANDING_BAD,
                             .severity = cause->worst,
                             .owner = cause->owner,
                             .hold = HOLD_NOW,
                             .variant = VARIANT_PLAIN,
                             .rises_at_once = true,
                             .basis = now,
                             .severity_basis = now };
}

bool cause_is_muted(struct engine *engine, const struct cause *cause, struct moment now)
{
    struct opinion opinion = opinion_of(cause, now.mono);
    struct incident about;

    incident_init(&about, cause->key, &opinion);
    about.severity = opinion.severity;
    about.owner = opinion.owner;
    return engine_mutes(engine, &cause->holder, &about, now);
}

void cause_judge(struct engine *engine, struct cause *cause, struct moment now, struct effects *out)
{
    struct opinions *opinions = &engine->opinions;

    opinions->count = cause->children > 0 ? 1 : 0; /* without any left it does not apply: over, at once */
    opinions->item[0] = opinion_of(cause, now.mono);
    engine_feed_all(engine, &cause->holder, opinions, now, out);
}

/* ---- looking at them ---- */

static bool speaks_for(const struct cause *cause, const struct circuit *circuit)
{
    for (size_t i = 0; i < circuit->holder.count; i++) {
        const struct incident *incident = &circuit->holder.slots[i].incident;
        if (incident->cause == cause->key && incident_is_open(incident))
            return true;
    }
    return false;
}

/* Keep the labels that this one has, too. */
static void keep_shared(struct circuit_settings *routed, const struct circuit_settings *circuit)
{
    struct label *labels = (struct label *)routed->labels;
    size_t kept = 0;

    for (size_t i = 0; i < routed->label_count; i++)
        if (match_has_label(circuit, &labels[i]))
            labels[kept++] = labels[i];
    routed->label_count = kept;
}

static void take_labels(struct circuit_settings *routed, const struct circuit_settings *circuit)
{
    struct label *labels = array_take(circuit->label_count, sizeof *labels);

    for (size_t i = 0; i < circuit->label_count; i++)
        labels[i] = circuit->labels[i];
    routed->labels = labels;
    routed->label_count = circuit->label_count;
}

void engine_each_routed(const struct engine *engine, struct target target,
                        void (*each)(void *context, const struct circuit_settings *circuit), void *context)
{
    size_t told = 0;

    for (size_t i = 0; target.scope == SCOPE_CAUSE && i < engine->watch.circuit_count; i++)
        if (speaks_for(engine->causes[target.index], &engine->circuits[i])) {
            each(context, engine->circuits[i].settings);
            told++;
        }
    if (told == 0)
        each(context, engine_routed(engine, target));
}

/* Labels that all its circuits share say who is told; when it is over, as they were while it was not. */
const struct circuit_settings *cause_routed(const struct engine *engine, struct target target)
{
    struct cause *cause = engine->causes[target.index];
    struct circuit_settings made = { .id = { "", cause->holder.name }, .subscription = "",
                                     .name = cause->text };

    for (size_t i = 0; i < engine->watch.circuit_count; i++) {
        if (!speaks_for(cause, &engine->circuits[i]))
            continue;
        if (made.labels == NULL)
            take_labels(&made, engine->circuits[i].settings);
        else
            keep_shared(&made, engine->circuits[i].settings);
    }
    if (made.labels == NULL && cause->routed.id.name != NULL)
        return &cause->routed;
    free((void *)cause->routed.labels);
    cause->routed = made;
    return &cause->routed;
}

const char *cause_subscription(const struct cause *cause)
{
    return cause->kind == CAUSE_SUBSCRIPTION ? cause->text : "";
}

const char *cause_credential(const struct cause *cause)
{
    return cause->kind == CAUSE_CREDENTIAL ? cause->text : "";
}

#define NAMED 20

void engine_cause_story(const struct engine *engine, struct target target, const struct opinion *opinion,
                        enum rule_event event, struct moment now, struct story *story)
{
    const struct circuit_settings *circuits[NAMED];
    const struct cause *cause = engine->causes[target.index];
    struct common common = { .rule = cause->rule, .kind = cause->kind, .name = cause->text, .circuit = circuits };
    struct facts facts = { .circuit = cause_routed(engine, target), .policy = engine->watch.policy, .common = &common,
                           .incident = engine_incident_of(engine, target, opinion), .now = now };

    for (size_t i = 0; i < engine->watch.circuit_count; i++)
        if (speaks_for(cause, &engine->circuits[i])) {
            if (common.named < NAMED)
                circuits[common.named++] = engine->circuits[i].settings;
            common.circuits++;
        }
    common.incidents = cause->children;
    story_tell(story, &facts, opinion, event, NULL, cause->text);
}
