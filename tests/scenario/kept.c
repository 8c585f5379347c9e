/* The story's database. An incident comes back as store.h promises: without anything of the clock that began anew. */
#include "kept.h"

#include <stdlib.h>
#include <string.h>

static struct kept_incident *find(struct kept *kept, uint64_t key)
{
    for (size_t i = 0; i < kept->count; i++)
        if (kept->incident[i].incident.key == key)
            return &kept->incident[i];
    return NULL;
}

void kept_copy(struct kept *to, struct kept *from)
{
    memcpy(to->incident, from->incident, from->count * sizeof from->incident[0]);
    to->count = from->count;
    for (size_t place = 0; place < PLAN_CIRCUITS_MAX; place++) {
        to->memory[place].there = from->memory[place].there;
        to->memory[place].memory = from->memory[place].memory;
        strcpy(to->memory[place].words, from->memory[place].words);
    }
    to->changed = from->changed = false;
}

const struct kept_incident *kept_find(const struct kept *kept, uint64_t key)
{
    return find((struct kept *)kept, key); /* only looked at */
}

void kept_put(struct kept *kept, const struct incident *incident, const char *scope)
{
    struct kept_incident *at = find(kept, incident->key);

    if (at == NULL) {
        if (kept->count == KEPT_INCIDENTS_MAX || strlen(scope) >= sizeof at->scope)
            abort();
        at = &kept->incident[kept->count++];
    }
    at->incident = *incident;
    strcpy(at->scope, scope);
    kept->changed = true;
}

void kept_forget(struct kept *kept, uint64_t key)
{
    struct kept_incident *at = find(kept, key);

    if (at == NULL)
        return;
    *at = kept->incident[--kept->count];
    kept->changed = true;
}

void kept_remember(struct kept *kept, size_t place, const struct memory *memory, const char *words)
{
    kept->memory[place].there = true;
    kept->memory[place].memory = *memory;
    strcpy(kept->memory[place].words, words);
    kept->changed = true;
}

int64_t kept_newest(const struct kept *kept)
{
    int64_t newest = 0;

    for (size_t i = 0; i < kept->count; i++) {
        const struct incident *at = &kept->incident[i].incident;
        const int64_t stamps[] = { at->count_wall_ms, at->raised_wall_ms, at->cleared_wall_ms, at->told_wall_ms };
        for (size_t k = 0; k < sizeof stamps / sizeof *stamps; k++)
            newest = stamps[k] > newest ? stamps[k] : newest;
    }
    return newest;
}

static struct incident as_loaded(const struct incident *incident)
{
    struct incident loaded = *incident;

    loaded.since_mono = loaded.told_mono = loaded.paged_mono = MONO_NEVER;
    loaded.basis = loaded.flap_basis = loaded.drift_basis = (struct mono){ INT64_MIN };
    loaded.drift_since = (struct mono){ 0 };
    loaded.ack.until = MONO_NEVER;
    loaded.drift = SEVERITY_NONE;
    loaded.drift_count = 0;
    return loaded;
}

void kept_restore(const struct kept *kept, struct engine *engine, const struct watching *watching, struct moment now)
{
    for (size_t i = 0; i < kept->count; i++) {
        struct incident loaded = as_loaded(&kept->incident[i].incident);
        engine_restore_incident(engine, &loaded, kept->incident[i].scope, now);
    }
    for (size_t i = 0; i < watching->watch.circuit_count; i++) {
        const struct kept_memory *memory = &kept->memory[watching->place[i]];
        if (memory->there)
            engine_restore_memory(engine, resource_id_text(&watching->circuit[i].id).text, &memory->memory,
                                  memory->words);
    }
}

static bool same_cause(const struct incident *a, const struct incident *b)
{
    return a->suppressed_by == b->suppressed_by &&
           (a->suppressed_by == RULE_NONE || (subject_equal(a->suppressed_subject, b->suppressed_subject) &&
                                              a->suppressed_scope == b->suppressed_scope));
}

/* A restart that finds a suspicion too old counts anew, without telling the disk until it has counted something. */
static bool same_count(const struct incident *kept, const struct incident *known)
{
    bool counting = kept->state == INCIDENT_PENDING || kept->state == INCIDENT_CLEARING;
    return !counting || known->count == 0 ||
           (kept->count == known->count && kept->count_wall_ms == known->count_wall_ms);
}

static bool same_text(const struct incident *a, const struct incident *b)
{
    return a->severity == b->severity && a->owner == b->owner && a->variant == b->variant && a->hold == b->hold &&
           a->told == b->told && a->told_as == b->told_as && a->owed == b->owed && a->withheld == b->withheld &&
           a->told_wall_ms == b->told_wall_ms && strcmp(a->ack.who, b->ack.who) == 0 &&
           a->ack.until_wall_ms == b->ack.until_wall_ms && a->ack.sticky == b->ack.sticky && a->reminders == b->reminders && a->escalated == b->escalated &&
           a->flapping == b->flapping && a->flap_bits == b->flap_bits && a->flap_count == b->flap_count &&
           a->paged_wall_ms == b->paged_wall_ms;
}

/* Who has heard of what is open, and why others have not. */
static bool same_telling(const struct incident *kept, const struct incident *known)
{
    bool open = known->state == INCIDENT_RAISED || known->state == INCIDENT_CLEARING;

    return !open ||
           (kept->told == known->told && kept->told_as == known->told_as && kept->owed == known->owed &&
            kept->withheld == known->withheld && kept->cause == known->cause && kept->escalated == known->escalated &&
            kept->flapping == known->flapping && kept->reminders == known->reminders &&
            kept->told_wall_ms == known->told_wall_ms && kept->paged_wall_ms == known->paged_wall_ms &&
            strcmp(kept->ack.who, known->ack.who) == 0 && kept->ack.until_wall_ms == known->ack.until_wall_ms);
}

bool kept_same(const struct incident *kept, const struct incident *known)
{
    return kept->key == known->key && kept->episode == known->episode && kept->sequence == known->sequence &&
           kept->state == known->state && kept->rule == known->rule &&
           subject_equal(kept->subject, known->subject) && kept->since_wall_ms == known->since_wall_ms &&
           kept->raised_wall_ms == known->raised_wall_ms && kept->cleared_wall_ms == known->cleared_wall_ms &&
           kept->event == known->event && kept->stage == known->stage &&
           same_text(kept, known) && same_cause(kept, known) && same_count(kept, known) &&
           same_telling(kept, known);
}
