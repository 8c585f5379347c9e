/*
 * The decision list, third part: advertised public prefixes of a Microsoft peering (rules 30-35), one family at a time.
 * Where the answer has states of single prefixes they replace the peering's word; the worst one speaks.
 */
#include "core/judging.h"

/* Worst first (rules.md, "Prefixes"). */
static const uint8_t by_rank[] = { RULE_PREFIX_VALIDATION_FAILED, RULE_PREFIX_MANUAL_VALIDATION,
                                   RULE_PREFIX_VALIDATION_NEEDED, RULE_PREFIXES_NOT_CONFIGURED,
                                   RULE_PREFIXES_CONFIGURING };

static enum rule rule_of_word(uint8_t code)
{
    static const uint8_t rules[PREFIXES_WORDS] = {
        [PREFIXES_NOT_CONFIGURED] = RULE_PREFIXES_NOT_CONFIGURED,
        [PREFIXES_CONFIGURING] = RULE_PREFIXES_CONFIGURING,
        [PREFIXES_VALIDATION_NEEDED] = RULE_PREFIX_VALIDATION_NEEDED,
        [PREFIXES_MANUAL_VALIDATION_NEEDED] = RULE_PREFIX_MANUAL_VALIDATION,
        [PREFIXES_VALIDATION_FAILED] = RULE_PREFIX_VALIDATION_FAILED,
        [PREFIXES_ASN_VALIDATION_FAILED] = RULE_PREFIX_VALIDATION_FAILED,
        [PREFIXES_CERTIFICATE_MISSING] = RULE_PREFIX_VALIDATION_FAILED,
        [PREFIXES_INVALID_SIGNATURE_ENCODING] = RULE_PREFIX_VALIDATION_FAILED,
        [PREFIXES_SIGNATURE_VERIFICATION_FAILED] = RULE_PREFIX_VALIDATION_FAILED,
    };
    return rules[code];
}

/* The states of one family, summed up. */
struct states {
    bool has[RULE_NUMBERS]; /* by rule */
    bool odd;               /* a word that is missing or unknown: clears nothing */
    bool single;            /* there are states of single prefixes */
};

static void add_state(struct states *states, struct word word)
{
    if (word.code <= WORD_OTHER)
        states->odd = true;
    else
        states->has[rule_of_word(word.code)] = true;
}

static size_t expected_prefixes(const struct expect *expect, enum family family)
{
    size_t count = 0;

    for (size_t i = 0; i < expect->prefix_count; i++)
        count += expect->prefixes[i].family == family;
    return count;
}

static struct states gather(const struct facts *facts, enum family family)
{
    const struct family_sample *part = &facts->sample->peering[PEERING_MICROSOFT].family[family];
    struct states states = { .odd = false };

    for (size_t i = 0; i < part->prefix_count; i++)
        states.single = states.single || facts->sample->prefix[part->prefix_first + i].state.code != WORD_ABSENT;
    if (!states.single) {
        add_state(&states, part->prefixes_state);
        if (part->prefix_count == 0 && expected_prefixes(&facts->circuit->expect, family) == 0)
            states.has[RULE_PREFIXES_NOT_CONFIGURED] = false; /* nothing is to be configured */
        return states;
    }
    for (size_t i = 0; i < part->prefix_count; i++) {
        struct word own = facts->sample->prefix[part->prefix_first + i].state;
        add_state(&states, own.code != WORD_ABSENT ? own : part->prefixes_state);
    }
    return states;
}

bool prefix_words_odd(const struct facts *facts, enum family family)
{
    return gather(facts, family).odd;
}

/* Is a session of this family known to be up, and when was the newest witness of it heard? */
static bool session_up(const struct facts *facts, enum family family)
{
    for (enum path path = 0; path < PATHS; path++)
        if (judge_session(facts, PEERING_MICROSOFT, path, family) == SESSION_UP)
            return true;
    return false;
}

/* Has the witness that is asked regularly answered at all since sessions could be expected? */
static bool witness_answered(const struct facts *facts)
{
    enum feature feature = (facts->policy->sessions & SESSIONS_METRICS) != 0 ? FEATURE_METRICS : FEATURE_ROUTES;

    return facts->look.feature_seen[feature].ms > facts->look.judged_since[PEERING_MICROSOFT].ms;
}

static bool sessions_unheard(const struct facts *facts, enum family family)
{
    struct mono since = facts->look.judged_since[PEERING_MICROSOFT];

    if (facts->policy->sessions == SESSIONS_NONE || since.ms == MONO_NEVER.ms || witness_answered(facts))
        return false;
    for (enum path path = 0; path < PATHS; path++)
        if (judge_session(facts, PEERING_MICROSOFT, path, family) != SESSION_UNKNOWN)
            return false;
    /* the witnesses get their first minutes; what stays unknown after that is treated as not up */
    return mono_between(since, facts->now.mono) <= facts->policy->sessions_every_ms + facts->policy->retry_ms;
}

static struct mono newest_witness(const struct facts *facts, enum family family)
{
    struct mono newest = facts->look.sample_seen;

    for (enum path path = 0; path < PATHS; path++) {
        const struct path_witness *at = &facts->witness->at[PEERING_MICROSOFT][path];
        if (at->bgp.seen.ms != MONO_NEVER.ms)
            newest = mono_later(newest, at->bgp.seen);
        if (at->route[family].seen.ms != MONO_NEVER.ms)
            newest = mono_later(newest, at->route[family].seen);
    }
    return newest;
}

static enum severity severity_of(const struct facts *facts, enum rule rule, enum family family)
{
    if (rule == RULE_PREFIXES_CONFIGURING)
        return SEVERITY_WARNING;
    if (rule == RULE_PREFIX_VALIDATION_NEEDED || rule == RULE_PREFIXES_NOT_CONFIGURED)
        return session_up(facts, family) ? SEVERITY_WARNING : SEVERITY_CRITICAL;
    return SEVERITY_CRITICAL;
}

static void say_prefix_bad(const struct facts *facts, enum rule rule, enum family family, bool single,
                           struct opinions *out)
{
    struct subject subject = subject_family(PEERING_MICROSOFT, family);
    bool depends = rule == RULE_PREFIX_VALIDATION_NEEDED || rule == RULE_PREFIXES_NOT_CONFIGURED;
    enum hold_kind hold = rule == RULE_PREFIXES_CONFIGURING      ? HOLD_LONG
                          : rule == RULE_PREFIXES_NOT_CONFIGURED ? HOLD_CONFIRM
                                                                 : HOLD_NOW;

    if (depends && sessions_unheard(facts, family)) {
        say_unknown(out, rule, subject);
        return;
    }
    struct opinion *opinion = say_bad(out, rule, subject, facts->look.sample_seen, severity_of(facts, rule, family),
                                      rule == RULE_PREFIXES_CONFIGURING ? OWNER_MICROSOFT : OWNER_YOU, hold,
                                      rule == RULE_PREFIX_VALIDATION_NEEDED && !single ? VARIANT_NO_DETAIL : VARIANT_PLAIN);
    if (depends)
        opinion->severity_basis = newest_witness(facts, family);
}

static bool listed(const struct sample *sample, const struct family_sample *part, const struct net *net)
{
    for (size_t i = 0; i < part->prefix_count; i++)
        if (net_equal(&sample->prefix[part->prefix_first + i].net, net))
            return true;
    return false;
}

static bool expected(const struct expect *expect, const struct net *net)
{
    for (size_t i = 0; i < expect->prefix_count; i++)
        if (net_equal(&expect->prefixes[i], net))
            return true;
    return false;
}

static bool set_differs(const struct facts *facts, enum family family)
{
    const struct family_sample *part = &facts->sample->peering[PEERING_MICROSOFT].family[family];
    const struct expect *expect = &facts->circuit->expect;

    for (size_t i = 0; i < expect->prefix_count; i++)
        if (expect->prefixes[i].family == family && !listed(facts->sample, part, &expect->prefixes[i]))
            return true;
    for (size_t i = 0; i < part->prefix_count; i++)
        if (!expected(expect, &facts->sample->prefix[part->prefix_first + i].net))
            return true;
    return false;
}

/* 35; of a family that is not in use nothing is listed */
void judge_prefix_set(const struct facts *facts, enum family family, struct opinions *out)
{
    const struct family_sample *part = &facts->sample->peering[PEERING_MICROSOFT].family[family];
    struct subject subject = subject_family(PEERING_MICROSOFT, family);

    if (!facts->circuit->expect.prefixes_set)
        return;
    if (part->in_use && !part->config)
        say_unknown(out, RULE_PREFIX_SET_DIFFERS, subject);
    else if (set_differs(facts, family))
        say_bad(out, RULE_PREFIX_SET_DIFFERS, subject, facts->look.sample_seen, SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM,
                VARIANT_PLAIN);
    else
        say_good(out, RULE_PREFIX_SET_DIFFERS, subject, facts->look.sample_seen);
}

struct prefix_trouble judge_prefixes(const struct facts *facts, enum family family, struct opinions *out)
{
    struct states states = gather(facts, family);
    struct prefix_trouble trouble = { RULE_NONE, subject_family(PEERING_MICROSOFT, family) };

    for (size_t i = 0; i < sizeof by_rank; i++) {
        if (trouble.rule == RULE_NONE && states.has[by_rank[i]]) {
            trouble.rule = by_rank[i];
            say_prefix_bad(facts, by_rank[i], family, states.single, out);
        } else if (states.odd) {
            say_unknown(out, by_rank[i], trouble.subject);
        } else {
            say_good(out, by_rank[i], trouble.subject, facts->look.sample_seen);
        }
    }
    return trouble;
}
