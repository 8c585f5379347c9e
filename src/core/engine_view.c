/* Looking at the engine: facts, stories, names, incidents. Nothing here changes anything. */
#include "core/engine_inner.h"

#include <stdio.h>
#include <string.h>

static const struct holder *holder_of(const struct engine *engine, struct target target)
{
    return engine_holder((struct engine *)engine, target); /* only looked at */
}

const char *engine_scope_name(const struct engine *engine, struct target target)
{
    return engine_holder_name(engine, holder_of(engine, target));
}

const struct circuit_settings *engine_circuit(const struct engine *engine, struct target target)
{
    return target.scope == SCOPE_CIRCUIT ? engine->circuits[target.index].settings : NULL;
}

const struct incident *engine_incident_of(const struct engine *engine, struct target target,
                                          const struct opinion *opinion)
{
    const struct slot *slot = holder_find(holder_of(engine, target), opinion->rule, opinion->subject);

    return slot != NULL ? &slot->incident : NULL;
}

/* Former ones are known by their scope's text only: "credential/NAME", "subscription/NAME/ID". */
static const char *former_part(const struct engine *engine, struct target target, const char *kind)
{
    const char *name = target.scope == SCOPE_FORMER ? engine->former[target.index].name : "";

    return strncmp(name, kind, strlen(kind)) == 0 ? strrchr(name, '/') + 1 : "";
}

const char *engine_credential(const struct engine *engine, struct target target)
{
    if (target.scope == SCOPE_FORMER)
        return former_part(engine, target, "credential/");
    if (target.scope == SCOPE_CAUSE)
        return cause_credential(engine->causes[target.index]);
    size_t index = target.scope == SCOPE_CREDENTIAL     ? target.index
                   : target.scope == SCOPE_SUBSCRIPTION ? engine->groups[target.index].credential
                                                        : engine->watch.credential_count;
    return index < engine->watch.credential_count ? engine->credentials[index].name : "";
}

const char *engine_subscription(const struct engine *engine, struct target target)
{
    if (target.scope == SCOPE_CAUSE)
        return cause_subscription(engine->causes[target.index]);
    return target.scope == SCOPE_SUBSCRIPTION ? engine->groups[target.index].subscription
                                              : former_part(engine, target, "subscription/");
}

void engine_facts(const struct engine *engine, size_t index, struct moment now, struct facts *out)
{
    engine_fill_facts(engine, &engine->circuits[index], now, out);
}

bool engine_wants_routes(const struct engine *engine, size_t index, struct moment now)
{
    struct facts facts;

    engine_facts(engine, index, now, &facts);
    return judge_wants_routes(&facts);
}

bool engine_wants_arp(const struct engine *engine, size_t index, enum peering_kind peering, enum path path,
                      struct moment now)
{
    struct facts facts;

    engine_facts(engine, index, now, &facts);
    return judge_wants_arp(&facts, peering, path);
}

enum verdict engine_verdict(const struct engine *engine, size_t index)
{
    return engine->circuits[index].verdict;
}

void engine_view(const struct engine *engine, size_t index, struct moment now, struct engine_view *out)
{
    const struct circuit *circuit = &engine->circuits[index];
    const struct unusual *unusual = circuit_unusual(circuit);
    struct raised raised[OPINIONS_MAX];
    struct facts facts;

    *out = (struct engine_view){ .verdict = circuit->verdict,
                                 .verdict_wall_ms = circuit->verdict_wall_ms,
                                 .failure = unusual->failure,
                                 .failed = unusual->failure != NULL ? unusual->failed : MONO_NEVER };
    for (size_t i = 0; i < circuit->holder.count; i++)
        out->confirming = out->confirming || circuit->holder.slots[i].incident.state == INCIDENT_PENDING;
    engine_facts(engine, index, now, &facts);
    size_t count = engine_raised_of(&circuit->holder, raised, OPINIONS_MAX);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        out->peering[kind] = judge_expected(&facts, kind) ? (uint8_t)verdict_peering(&facts, kind, raised, count)
                                                          : (uint8_t)VERDICT_UNKNOWN;
}

const char *engine_words(const struct engine *engine, size_t index, char text[ENGINE_WORDS_MAX])
{
    const struct circuit *circuit = &engine->circuits[index];
    char attributes[ATTRIBUTES_TEXT_MAX];

    text[0] = '\0';
    struct engine *writable = (struct engine *)engine; /* the scratch sample is nobody's state */
    const struct sample *sample = circuit_sample(engine, circuit, &writable->scratch);
    if (sample != NULL) {
        words_write(sample, text);
    } else if (circuit_unusual(circuit)->stored_words != NULL) {
        strncat(text, circuit_unusual(circuit)->stored_words, WORDS_TEXT_MAX - 1);
    }
    engine_attributes(engine, circuit, attributes);
    if (attributes[0] != '\0')
        snprintf(text + strlen(text), ENGINE_WORDS_MAX - strlen(text), "=\n%s", attributes);
    return text;
}

const struct memory *engine_memory(const struct engine *engine, size_t index)
{
    return &engine->circuits[index].memory;
}

/* Beside a circuit there is none: a stand-in with the name of what it is about. */
static const struct failure *shared_story(const struct engine *engine, struct target target,
                                          const struct opinion *opinion, struct circuit_settings *stand_in,
                                          const char **name)
{
    *stand_in = (struct circuit_settings){ .id = { "", "" }, .subscription = "" };
    *name = target.scope == SCOPE_SUBSCRIPTION ? engine->groups[target.index].subscription
            : target.scope == SCOPE_CREDENTIAL ? engine->credentials[target.index].name
            : target.scope == SCOPE_FORMER     ? strrchr(engine->former[target.index].name, '/') + 1
                                               : "erwatchd";
    stand_in->name = *name;
    if (target.scope == SCOPE_FORMER)
        return NULL;
    if (target.scope == SCOPE_LOCAL)
        return opinion->rule == RULE_UNEXPECTED_ANSWER ? &engine->local_failure : NULL;
    if (target.scope == SCOPE_SUBSCRIPTION)
        return &engine->groups[target.index].last;
    const struct credential *credential = &engine->credentials[target.index];
    if (opinion->rule == RULE_FORBIDDEN)
        return &credential->refused[opinion->subject.feature];
    return credential->failure.kind != TROUBLE_NONE ? &credential->failure : &credential->last;
}

/*
 * What went wrong, for a finding about a circuit. Where it is about a read beside the circuit, the circuit itself may
 * have answered since, or failed in another way: the last failure of that read tells why.
 */
static const struct failure *circuit_story(const struct engine *engine, const struct circuit *circuit,
                                           const struct opinion *opinion)
{
    const struct failure *last = circuit_unusual(circuit)->failure;
    uint8_t feature = opinion->subject.feature;
    bool beside = opinion->rule == RULE_FORBIDDEN || opinion->rule == RULE_UNEXPECTED_ANSWER;

    if (!beside || feature == FEATURE_NONE || feature >= FEATURES ||
        (last != NULL && last->feature == feature))
        return last;
    const struct failure *refused = &engine->credentials[circuit->settings->credential].refused[feature];
    enum trouble kind = opinion->rule == RULE_FORBIDDEN ? TROUBLE_FORBIDDEN : TROUBLE_UNEXPECTED;
    return refused->kind == kind ? refused : NULL;
}

/* The silence that it is about; NULL: it is about none, or about one that is over. */
static const struct ending *ending_of(const struct engine *engine, const struct opinion *opinion)
{
    for (size_t i = 0; i < engine->ending_count; i++)
        if (opinion->rule == RULE_SILENCE_ENDING && engine->endings[i].silence == opinion->subject.item)
            return &engine->endings[i];
    return NULL;
}

void engine_story(const struct engine *engine, struct target target, const struct opinion *opinion,
                  enum rule_event event, struct moment now, struct story *story)
{
    struct circuit_settings stand_in;
    struct facts facts;

    if (target.scope == SCOPE_CIRCUIT) {
        const struct circuit *circuit = &engine->circuits[target.index];
        engine_fill_facts(engine, circuit, now, &facts);
        facts.incident = engine_incident_of(engine, target, opinion);
        story_tell(story, &facts, opinion, event, circuit_story(engine, circuit, opinion), "");
        return;
    }
    if (target.scope == SCOPE_PORT) {
        engine_port_story(engine, target, opinion, event, now, story);
        return;
    }
    if (target.scope == SCOPE_CAUSE) {
        engine_cause_story(engine, target, opinion, event, now, story);
        return;
    }
    const char *name = "";
    struct witness nothing;
    witness_reset(&nothing);
    const struct failure *failure = shared_story(engine, target, opinion, &stand_in, &name);
    facts = (struct facts){ .circuit = &stand_in, .policy = engine->watch.policy, .witness = &nothing,
                             .incident = engine_incident_of(engine, target, opinion), .now = now };
    if (target.scope == SCOPE_LOCAL)
        facts.jump = engine->jump, facts.rejection = engine->rejection;
    if (target.scope == SCOPE_CREDENTIAL)
        facts.expiry = engine->credentials[target.index].expiry;
    facts.delivering = engine_delivering(engine, opinion);
    facts.ending = ending_of(engine, opinion);
    story_tell(story, &facts, opinion, event, failure, name);
}

static void each_of(const struct holder *holder, bool all,
                    void (*each)(void *, struct target, const struct incident *, const struct opinion *), void *context)
{
    for (size_t i = 0; i < holder->count; i++)
        if (holder->slots[i].incident.state != INCIDENT_CLEARED || (all && holder->slots[i].incident.episode > 0))
            each(context, holder->target, &holder->slots[i].incident, &holder->slots[i].opinion);
}

void engine_each_incident(const struct engine *engine, bool all,
                          void (*each)(void *context, struct target target, const struct incident *incident,
                                       const struct opinion *opinion),
                          void *context)
{
    each_of(&engine->local, all, each, context);
    for (size_t i = 0; i < engine->watch.credential_count; i++)
        each_of(&engine->credentials[i].holder, all, each, context);
    for (size_t i = 0; i < engine->group_count; i++)
        each_of(&engine->groups[i].holder, all, each, context);
    for (size_t i = 0; i < engine->port_count; i++)
        each_of(&engine->ports[i]->holder, all, each, context);
    for (size_t i = 0; i < engine->cause_count; i++)
        each_of(&engine->causes[i]->holder, all, each, context);
    for (size_t i = 0; i < engine->former_count; i++)
        each_of(&engine->former[i], all, each, context);
    for (size_t i = 0; i < engine->circuit_count; i++)
        each_of(&engine->circuits[i].holder, all, each, context);
}

void engine_incidents_of(const struct engine *engine, struct target target,
                         void (*each)(void *context, struct target target, const struct incident *incident,
                                      const struct opinion *opinion),
                         void *context)
{
    each_of(holder_of(engine, target), false, each, context);
}

const struct incident *engine_suppressor(const struct engine *engine, struct target target,
                                         const struct incident *incident)
{
    struct opinion opinion = { .by = incident->suppressed_by,
                               .by_scope = incident->suppressed_scope,
                               .by_subject = incident->suppressed_subject };

    if (incident->suppressed_by == RULE_NONE)
        return NULL;
    const struct slot *slot = engine_explaining((struct engine *)engine, holder_of(engine, target), &opinion);
    return slot != NULL ? &slot->incident : NULL;
}
