/* Holds the two readings of the decision list together, and what was judged against the list's invariants. */
#include "decision_bed.h"

#include "decision_inner.h"

#include <stdio.h>
#include <string.h>

static const char *const standing_names[] = { "good", "bad", "unknown", "suppressed" };
static const char *const decided_names[] = { "nothing", "bad", "suppressed", "open", "anything but bad" };

static bool same_finding(const struct decided_cell *cell, const struct opinion *opinion)
{
    return opinion->standing == STANDING_BAD && opinion->severity == cell->severity && opinion->hold == cell->hold &&
           opinion->variant == cell->variant && (cell->owner == DECIDED_ANY_OWNER || cell->owner == opinion->owner);
}

static bool matches(const struct decided_cell *cell, const struct opinion *opinion)
{
    switch (cell->decided) {
    case DECIDED_NOTHING:
        return opinion->standing == STANDING_GOOD;
    case DECIDED_BAD:
        return same_finding(cell, opinion);
    case DECIDED_SUPPRESSED:
        return opinion->standing == STANDING_SUPPRESSED && (cell->by == RULE_NONE || cell->by == opinion->by);
    case DECIDED_OPEN:
        return opinion->standing == STANDING_UNKNOWN || opinion->standing == STANDING_SUPPRESSED;
    default:
        return opinion->standing != STANDING_BAD;
    }
}

static void write_subject(struct subject subject, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s%s%s", subject.peering < PEERINGS ? peering_name(subject.peering) : "circuit",
             subject.family < FAMILIES ? " " : "", subject.family < FAMILIES ? family_name(subject.family) : "",
             subject.path < PATHS ? " " : "", subject.path < PATHS ? path_name(subject.path) : "");
}

static bool differs(const struct decided_cell *cell, unsigned rule, struct subject subject,
                    const struct opinion *opinion, char *text, size_t size)
{
    char about[64], judged[64] = "no opinion";

    write_subject(subject, about, sizeof about);
    if (opinion != NULL && opinion->standing == STANDING_BAD)
        snprintf(judged, sizeof judged, "bad severity %d owner %d hold %d variant %d", opinion->severity,
                 opinion->owner, opinion->hold, opinion->variant);
    else if (opinion != NULL)
        snprintf(judged, sizeof judged, "%s by %d", standing_names[opinion->standing], opinion->by);
    snprintf(text, size, "rule %u of %s: the list says %s (severity %d owner %d hold %d variant %d by %d), judged: %s",
             rule, about, decided_names[cell->decided], cell->severity, cell->owner, cell->hold, cell->variant,
             cell->by, judged);
    return false;
}

static bool findings_agree(const struct bed *bed, char *text, size_t size)
{
    struct decision *d = bed->decision;

    d->hearing++;
    for (size_t i = 0; i < bed->opinions.count; i++) {
        const struct opinion *opinion = &bed->opinions.item[i];
        size_t at = decision_cell(opinion->rule, opinion->subject);
        if (d->heard[at] == d->hearing) {
            snprintf(text, size, "rule %d is judged twice for one subject", opinion->rule);
            return false;
        }
        d->heard[at] = d->hearing;
        if (!matches(&d->cell[at], opinion))
            return differs(&d->cell[at], opinion->rule, opinion->subject, opinion, text, size);
    }
    for (size_t i = 0; i < d->count; i++) {
        size_t at = d->used[i];
        if (d->heard[at] != d->hearing && d->cell[at].decided != DECIDED_QUIET)
            return differs(&d->cell[at], (unsigned)(at / DECISION_SUBJECTS), decision_subject(at), NULL, text, size);
    }
    return true;
}

static bool verdicts_agree(const struct bed *bed, char *text, size_t size)
{
    const struct facts *facts = &bed->facts;
    struct raised raised[OPINIONS_MAX];
    size_t count = bed_raised(bed, raised);
    enum verdict listed = decision_verdict_circuit(facts, bed->decision),
                 judged = verdict_circuit(facts, raised, count);

    if (listed != judged) {
        snprintf(text, size, "verdict of the circuit: the list says %s, judged: %s", verdict_name(listed),
                 verdict_name(judged));
        return false;
    }
    for (enum peering_kind p = 0; p < PEERINGS; p++) {
        if (facts->sample == NULL || !decision_expected(facts, p))
            continue;
        listed = decision_verdict_peering(facts, bed->decision, p);
        judged = verdict_peering(facts, p, raised, count);
        if (listed != judged) {
            snprintf(text, size, "verdict of the %s peering: the list says %s, judged: %s", peering_name(p),
                     verdict_name(listed), verdict_name(judged));
            return false;
        }
    }
    return true;
}

bool bed_agrees(const struct bed *bed, char *text, size_t size)
{
    return findings_agree(bed, text, size) && verdicts_agree(bed, text, size);
}

/* ---- the invariants, from the facts and the opinions alone ---- */

static bool good_family(const struct bed *bed, enum peering_kind p, enum family f)
{
    const struct family_sample *part = &bed->sample->peering[p].family[f];
    bool good = part->state.code == SWITCH_ENABLED;

    if (p == PEERING_MICROSOFT) {
        good = good && part->config;
        for (size_t i = 0; i < part->prefix_count; i++) {
            uint8_t own = bed->sample->prefix[part->prefix_first + i].state.code;
            good = good && (own == PREFIXES_CONFIGURED || own == WORD_ABSENT);
        }
    }
    return good;
}

static bool up(const struct bed *bed, enum peering_kind p, enum path path, enum family f)
{
    const struct path_witness *at = &bed->witness.at[p][path];
    struct mono now = bed->facts.now.mono;
    int64_t stale = bed->policy.stale_ms;
    bool metric = at->bgp.seen.ms != INT64_MAX && mono_between(at->bgp.seen, now) <= stale && at->bgp.percent >= 90;
    bool route = at->route[f].seen.ms != INT64_MAX && mono_between(at->route[f].seen, now) <= stale &&
                 at->route[f].state == ROUTE_ESTABLISHED && at->route[f].prefixes >= bed->circuit.expect.min_routes;
    return bed->policy.sessions == SESSIONS_NONE || metric || route;
}

/** Nothing whatever is wrong or unknown with what is expected, as plain conditions. */
static bool healthy(const struct bed *bed)
{
    const struct sample *s = bed->facts.sample;
    bool good = s != NULL && s->circuit.code == CIRCUIT_ENABLED && s->operation.code == OPERATION_SUCCEEDED &&
                (s->direct || s->provider.code == PROVIDER_PROVISIONED) && !s->peerings_absent;

    for (enum peering_kind p = 0; good && p < PEERINGS; p++) {
        if (!decision_expected(&bed->facts, p))
            continue;
        good = s->peering[p].present;
        for (enum family f = 0; f < FAMILIES && good; f++)
            if (s->peering[p].family[f].in_use)
                good = good_family(bed, p, f) && up(bed, p, PATH_PRIMARY, f) && up(bed, p, PATH_SECONDARY, f);
    }
    return good && mono_between(bed->facts.look.sample_seen, bed->facts.now.mono) <= bed->policy.stale_ms;
}

static bool nothing_silent(const struct bed *bed, char *text, size_t size) /* 2 */
{
    for (size_t i = 0; i < bed->opinions.count; i++)
        if (bed->opinions.item[i].standing == STANDING_BAD || bed->opinions.item[i].standing == STANDING_UNKNOWN)
            return true;
    if (healthy(bed))
        return true;
    snprintf(text, size, "invariant 2: not healthy, and nothing is bad or unknown");
    return false;
}

static bool explained(const struct bed *bed, const struct opinion *opinion) /* 3 */
{
    for (unsigned depth = 0; depth < 4; depth++) {
        if (opinion->by_scope != SCOPE_CIRCUIT)
            return opinion->by == bed->facts.blind_by && opinion->by_scope == bed->facts.blind_scope;
        opinion = opinions_find(&bed->opinions, opinion->by, opinion->by_subject);
        if (opinion == NULL || opinion->standing == STANDING_BAD)
            return opinion != NULL;
        if (opinion->rule == RULE_BLIND && opinion->standing == STANDING_UNKNOWN)
            return true; /* after a sleep: a 90 that is open explains, and nothing else is */
        if (opinion->standing != STANDING_SUPPRESSED)
            return false;
    }
    return false;
}

static bool all_explained(const struct bed *bed, char *text, size_t size) /* 3 */
{
    char about[64];

    for (size_t i = 0; i < bed->opinions.count; i++) {
        const struct opinion *opinion = &bed->opinions.item[i];
        if (opinion->standing != STANDING_SUPPRESSED || explained(bed, opinion))
            continue;
        write_subject(opinion->subject, about, sizeof about);
        snprintf(text, size, "invariant 3: rule %d of %s is suppressed by %d, which is not bad", opinion->rule, about,
                 opinion->by);
        return false;
    }
    return true;
}

static bool one_page(const struct bed *bed, char *text, size_t size) /* 4 */
{
    unsigned of_circuit = 0, provider = 0, of[PEERINGS][FAMILIES + 1] = { { 0 } };

    for (size_t i = 0; i < bed->opinions.count; i++) {
        const struct opinion *opinion = &bed->opinions.item[i];
        if (opinion->standing != STANDING_BAD || opinion->severity != SEVERITY_CRITICAL || opinion->rule >= RULE_BLIND)
            continue;
        if (opinion->rule == RULE_CIRCUIT_MISSING && bed->facts.memory.seen && bed->facts.look.missing < 3)
            continue; /* cannot be raised yet */
        if (opinion->subject.peering < PEERINGS) {
            if (++of[opinion->subject.peering][opinion->subject.family] > 1) {
                snprintf(text, size, "invariant 4: a second critical (rule %d) of one peering and family",
                         opinion->rule);
                return false;
            }
            continue;
        }
        of_circuit++;
        provider += (opinion->rule >= 12 && opinion->rule <= 15) || opinion->rule == RULE_CIRCUIT_DISABLED;
    }
    if (of_circuit > 2 || (of_circuit == 2 && provider < 2)) {
        snprintf(text, size, "invariant 4: %u criticals of the circuit itself", of_circuit);
        return false;
    }
    return true;
}

static bool known_down(const struct bed *bed, enum peering_kind p, enum path path, enum family f)
{
    return decision_session(&bed->facts, p, path, f).session == SESSION_DOWN;
}

static bool always_40(const struct bed *bed, char *text, size_t size) /* 5 */
{
    const struct sample *s = bed->facts.sample;
    bool fine = s != NULL && s->circuit.code == CIRCUIT_ENABLED &&
                (s->direct || s->provider.code == PROVIDER_PROVISIONED) && !s->peerings_absent &&
                bed->facts.look.missing == 0 &&
                mono_between(bed->facts.look.sample_seen, bed->facts.now.mono) <= bed->policy.stale_ms;

    for (enum peering_kind p = 0; fine && p < PEERINGS; p++)
        for (enum family f = 0; f < FAMILIES && decision_expected(&bed->facts, p); f++) {
            const struct family_sample *part = &s->peering[p].family[f];
            if (!part->in_use || !good_family(bed, p, f) || !known_down(bed, p, PATH_PRIMARY, f) ||
                !known_down(bed, p, PATH_SECONDARY, f) ||
                (p == PEERING_MICROSOFT && part->prefixes_state.code != PREFIXES_CONFIGURED))
                continue;
            const struct opinion *opinion = opinions_find(&bed->opinions, 40, decision_about(p, PATH_NONE, f));
            if (opinion == NULL || opinion->standing != STANDING_BAD) {
                snprintf(text, size, "invariant 5: both sessions are down and 40 is not bad");
                return false;
            }
        }
    return true;
}

static bool witnessed_trouble(const struct bed *bed, enum peering_kind p, enum path path, enum family f)
{
    const struct path_witness *at = &bed->witness.at[p][path];
    bool metric = at->bgp.seen.ms != INT64_MAX && at->bgp.percent < 90;
    bool route = at->route[f].seen.ms != INT64_MAX &&
                 (at->route[f].state == ROUTE_DOWN ||
                  (at->route[f].state == ROUTE_ESTABLISHED && at->route[f].prefixes < bed->circuit.expect.min_routes));
    return metric || route;
}

static bool unknown_is_not_down(const struct bed *bed, char *text, size_t size) /* 6 */
{
    for (size_t i = 0; i < bed->opinions.count; i++) {
        const struct opinion *opinion = &bed->opinions.item[i];
        struct subject about = opinion->subject;
        if (opinion->standing != STANDING_BAD || opinion->rule < RULE_SESSIONS_DOWN || opinion->rule > RULE_NO_ROUTES)
            continue;
        for (enum path path = 0; path < PATHS; path++)
            if ((about.path == PATH_NONE || about.path == path) &&
                !witnessed_trouble(bed, about.peering, path, about.family)) {
                snprintf(text, size, "invariant 6: rule %d although no witness said so", opinion->rule);
                return false;
            }
    }
    return true;
}

bool bed_invariants(const struct bed *bed, char *text, size_t size)
{
    return nothing_silent(bed, text, size) && all_explained(bed, text, size) && one_page(bed, text, size) &&
           always_40(bed, text, size) && unknown_is_not_down(bed, text, size);
}

static bool stays_open(const struct opinion *opinion)
{
    return opinion->standing == STANDING_UNKNOWN || opinion->standing == STANDING_SUPPRESSED;
}

bool bed_failed_poll_changes_nothing(struct bed *bed, char *text, size_t size) /* 1 */
{
    struct look look = bed->facts.look;

    bed->before = bed->opinions;
    bed->facts.look.forbidden++;
    bed->facts.look.unexpected++;
    bed->facts.look.missing += bed->facts.memory.seen && look.missing == 0;
    bed->facts.look.throttled = true;
    judge_circuit(&bed->facts, &bed->opinions);
    bed->facts.look = look;
    bool same = true;
    for (size_t i = 0; i < bed->before.count && same; i++) {
        const struct opinion *was = &bed->before.item[i], *is = opinions_find(&bed->opinions, was->rule, was->subject);
        if (was->rule >= RULE_BLIND || was->rule == RULE_CIRCUIT_MISSING)
            continue;
        same = is != NULL && (is->standing == was->standing || (stays_open(is) && stays_open(was))) &&
               is->severity == was->severity && is->basis.ms == was->basis.ms &&
               is->severity_basis.ms == was->severity_basis.ms;
        if (!same)
            snprintf(text, size, "invariant 1: a failed poll changes rule %d", was->rule);
    }
    bed->opinions = bed->before;
    return same;
}
