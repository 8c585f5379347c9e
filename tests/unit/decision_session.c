/* The oracle's sessions: the two-witness table and the table of two paths, cell by cell as they are printed. */
#include "decision_inner.h"

#include <strings.h>

enum metric_says { M_UNKNOWN, M_DOWN, M_BETWEEN, M_UP, M_COUNT };
enum route_says { R_UNKNOWN, R_DOWN, R_UP, R_UP_NO_ROUTES, R_COUNT };

#define UNKNOWN { SESSION_UNKNOWN, false, false }
#define UP { SESSION_UP, false, false }
#define UP_46 { SESSION_UP, true, false }
#define UP_95 { SESSION_UP, false, true }
#define BARE { SESSION_NO_ROUTES, false, false }
#define BARE_46 { SESSION_NO_ROUTES, true, false }
#define UNSTEADY { SESSION_UNSTEADY, false, false }
#define DOWN { SESSION_DOWN, false, false }

static const struct decided_session witnesses[M_COUNT][R_COUNT] = {
    /*               R unknown  R down  R up   R up without routes */
    [M_UNKNOWN] = {  UNKNOWN,   DOWN,   UP,    BARE },
    [M_DOWN] = {     DOWN,      DOWN,   UP_46, BARE_46 },
    [M_BETWEEN] = {  UNSTEADY,  DOWN,   UP_46, BARE_46 },
    [M_UP] = {       UP,        UP_95,  UP,    BARE },
};

static bool fresh(const struct facts *facts, struct mono seen, int64_t good_for_ms)
{
    return seen.ms != MONO_NEVER.ms && mono_between(seen, facts->now.mono) <= good_for_ms;
}

/** "A route summary counts until the next one is due plus poll.stale." */
static int64_t summary_good_for(const struct policy *policy)
{
    int64_t every = policy->sessions_every_ms > ROUTES_EVERY_MS ? policy->sessions_every_ms : ROUTES_EVERY_MS;
    return every + policy->stale_ms;
}

static enum metric_says metric_says(const struct facts *facts, const struct metric_value *value)
{
    if (!(facts->policy->sessions & SESSIONS_METRICS) || facts->look.feature_off[FEATURE_METRICS] ||
        !fresh(facts, value->seen, facts->policy->stale_ms))
        return M_UNKNOWN;
    return value->percent >= 90 ? M_UP : value->percent < 10 ? M_DOWN : M_BETWEEN;
}

/** Once the metric has fallen the next summary is due at once. */
static enum route_says route_says(const struct facts *facts, const struct route_value *value, enum metric_says metric)
{
    bool fell = metric == M_DOWN || metric == M_BETWEEN;
    if (!(facts->policy->sessions & SESSIONS_ROUTES) || facts->look.feature_off[FEATURE_ROUTES] ||
        !fresh(facts, value->seen, fell ? facts->policy->stale_ms : summary_good_for(facts->policy)) ||
        value->state == ROUTE_NO_ROW)
        return R_UNKNOWN;
    if (value->state == ROUTE_DOWN)
        return R_DOWN;
    return value->prefixes < facts->circuit->expect.min_routes ? R_UP_NO_ROUTES : R_UP;
}

static void ask(const struct facts *facts, enum peering_kind p, enum path path, enum family f, enum metric_says *m,
                enum route_says *r)
{
    const struct path_witness *at = &facts->witness->at[p][path];
    *m = metric_says(facts, &at->bgp);
    *r = route_says(facts, &at->route[f], *m);
}

struct decided_session decision_session(const struct facts *facts, enum peering_kind p, enum path path, enum family f)
{
    enum metric_says m;
    enum route_says r;
    ask(facts, p, path, f, &m, &r);
    return witnesses[m][r];
}

/* ---- two paths ---- */

enum column { COLUMN_GOOD, COLUMN_31, COLUMN_3X };

/** What a cell says of one rule. */
enum pair_says { NO, BAD, SUP, OPN };

/*
 * For the session of one path (row) and of the other (column): 40, 42, and 41 of the row's path. SUP: by the rule that
 * holds for both paths, or by the prefix rule. OPN: neither good nor bad.
 */
struct pair {
    uint8_t both_down, no_routes, lost;
};

static const struct pair in_order[5][5] = {
    /*                      unknown           up                no routes         unsteady          down */
    [SESSION_UNKNOWN] = {   { OPN, OPN, OPN },{ NO, NO, OPN },  { NO, OPN, OPN }, { OPN, OPN, OPN },{ OPN, OPN, OPN } },
    [SESSION_UP] = {        { NO, NO, NO },   { NO, NO, NO },   { NO, NO, NO },   { NO, NO, NO },   { NO, NO, NO } },
    [SESSION_NO_ROUTES] = { { NO, OPN, BAD }, { NO, NO, BAD },  { NO, BAD, SUP }, { NO, OPN, BAD }, { NO, BAD, SUP } },
    [SESSION_UNSTEADY] = {  { OPN, OPN, BAD },{ NO, NO, BAD },  { NO, OPN, BAD }, { OPN, OPN, BAD },{ OPN, OPN, BAD } },
    [SESSION_DOWN] = {      { OPN, OPN, BAD },{ NO, NO, BAD },  { NO, BAD, SUP }, { OPN, OPN, BAD },{ BAD, SUP, SUP } },
};

/** With 31 the same, but an unsteady path beside a good one is nothing. */
static struct pair while_configuring(enum session a, enum session b)
{
    struct pair pair = in_order[a][b];
    if (a == SESSION_UNSTEADY && b == SESSION_UP)
        pair.lost = OPN;
    return pair;
}

static const struct pair in_trouble[5][5] = {
    /*                      unknown           up                no routes         unsteady          down */
    [SESSION_UNKNOWN] = {   { OPN, OPN, OPN },{ NO, NO, OPN },  { NO, OPN, OPN }, { OPN, OPN, OPN },{ OPN, OPN, OPN } },
    [SESSION_UP] = {        { NO, NO, NO },   { NO, NO, NO },   { NO, NO, NO },   { NO, NO, NO },   { NO, NO, NO } },
    [SESSION_NO_ROUTES] = { { NO, OPN, SUP }, { NO, NO, BAD },  { NO, SUP, SUP }, { NO, OPN, SUP }, { NO, SUP, SUP } },
    [SESSION_UNSTEADY] = {  { OPN, OPN, SUP },{ NO, NO, OPN },  { NO, OPN, SUP }, { OPN, OPN, SUP },{ OPN, OPN, SUP } },
    [SESSION_DOWN] = {      { OPN, OPN, SUP },{ NO, NO, BAD },  { NO, SUP, SUP }, { OPN, OPN, SUP },{ SUP, SUP, SUP } },
};

static enum column column_of(const struct decision *out, enum peering_kind p, enum family f)
{
    static const uint8_t trouble[] = { 30, 32, 33, 34 };
    if (p != PEERING_MICROSOFT)
        return COLUMN_GOOD;
    for (size_t i = 0; i < sizeof trouble; i++)
        if (decision_is_bad(out, trouble[i], decision_about(p, PATH_NONE, f)))
            return COLUMN_3X;
    return decision_is_bad(out, 31, decision_about(p, PATH_NONE, f)) ? COLUMN_31 : COLUMN_GOOD;
}

static void say(struct decision *out, enum rule rule, struct subject subject, enum pair_says says, enum hold_kind hold)
{
    if (says == BAD)
        decide_bad(out, rule, subject)->hold = (uint8_t)hold;
    else if (says == SUP)
        decide_suppressed(out, rule, subject, RULE_NONE);
    else if (says == OPN)
        decide_open(out, rule, subject);
}

static void lost_variant(struct decision *out, struct subject subject, enum session session)
{
    struct decided_cell *cell = &out->cell[decision_cell(41, subject)];
    if (cell->decided == DECIDED_BAD && session == SESSION_NO_ROUTES)
        cell->variant = VARIANT_NO_ROUTES_PATH;
    if (cell->decided == DECIDED_BAD && session == SESSION_UNSTEADY)
        cell->variant = VARIANT_UNSTEADY;
}

static void two_paths(const struct facts *facts, enum peering_kind p, enum family f, struct decision *out)
{
    enum session is[PATHS];
    enum column column = column_of(out, p, f);
    enum hold_kind hold = column == COLUMN_31 ? HOLD_LONG : HOLD_CONFIRM;
    for (enum path path = 0; path < PATHS; path++)
        is[path] = decision_session(facts, p, path, f).session;
    for (enum path path = 0; path < PATHS; path++) {
        enum session a = is[path], b = is[PATH_SECONDARY - path];
        struct pair pair = column == COLUMN_3X   ? in_trouble[a][b]
                           : column == COLUMN_31 ? while_configuring(a, b)
                                                 : in_order[a][b];
        say(out, 41, decision_about(p, path, f), pair.lost, hold);
        lost_variant(out, decision_about(p, path, f), a);
        if (path == PATH_PRIMARY)
            say(out, 40, decision_about(p, PATH_NONE, f), pair.both_down, hold);
        if (path == PATH_PRIMARY)
            say(out, 42, decision_about(p, PATH_NONE, f), pair.no_routes, hold);
    }
}

/** 46 needs a fallen metric and an established session, 95 a metric that is up and a session that is not. */
static void witness_findings(const struct facts *facts, enum peering_kind p, enum family f, struct decision *out)
{
    for (enum path path = 0; path < PATHS; path++) {
        struct subject subject = decision_about(p, path, f);
        struct decided_session session = decision_session(facts, p, path, f);
        enum metric_says m;
        enum route_says r;
        ask(facts, p, path, f, &m, &r);
        if (session.maintenance)
            decide_bad(out, 46, subject);
        else if (m != M_UP && r != R_DOWN)
            decide_open(out, 46, subject);
        if (session.disagree)
            decide_bad(out, 95, subject)->variant = VARIANT_DISAGREE;
        else if ((m == M_UNKNOWN || r == R_UNKNOWN) && facts->policy->sessions == SESSIONS_BOTH)
            decide_open(out, 95, subject);
    }
}

/** 44: 80 % warning, 95 % critical of the limit, of the fuller path; a page of the family is enough of a page. */
static void route_limit(const struct facts *facts, enum peering_kind p, enum family f, struct decision *out)
{
    struct subject subject = decision_about(p, PATH_NONE, f);
    bool premium = strcasecmp(sample_text(facts->sample, facts->sample->sku_tier), "premium") == 0;
    double limit = p != PEERING_PRIVATE ? 200 : premium ? 10000 : 4000, most = 0;
    bool unknown = false, paged = false;
    if (!(facts->policy->sessions & SESSIONS_ROUTES))
        return;
    for (enum path path = 0; path < PATHS; path++) {
        enum metric_says m;
        enum route_says r;
        ask(facts, p, path, f, &m, &r);
        unknown = unknown || r == R_UNKNOWN;
        if ((r == R_UP || r == R_UP_NO_ROUTES) && facts->witness->at[p][path].route[f].prefixes > most)
            most = facts->witness->at[p][path].route[f].prefixes;
    }
    for (uint8_t rule = 10; rule < 44; rule++) {
        const struct decided_cell *cell = &out->cell[decision_cell(rule, subject)];
        paged = paged || (cell->decided == DECIDED_BAD && cell->severity == SEVERITY_CRITICAL);
    }
    if (most / limit >= 0.95 && !paged)
        decide_bad(out, 44, subject)->severity = SEVERITY_CRITICAL;
    else if (most / limit >= 0.8)
        decide_bad(out, 44, subject);
    else if (unknown)
        decide_open(out, 44, subject);
}

/** 45, of IPv4; a fact in the text of 40 or 41 of that path while one of these is bad. */
static void arp(const struct facts *facts, enum peering_kind p, enum path path, struct decision *out)
{
    const struct path_witness *at = &facts->witness->at[p][path];
    struct subject subject = decision_about(p, path, FAMILIES);
    enum metric_says metric = metric_says(facts, &at->arp);
    bool fell = metric == M_DOWN || metric == M_BETWEEN;
    bool table = !facts->look.feature_off[FEATURE_ARP] &&
                 fresh(facts, at->arp_seen, fell ? facts->policy->stale_ms : summary_good_for(facts->policy));
    if (decision_is_bad(out, 40, decision_about(p, PATH_NONE, FAMILY_IPV4)) ||
        decision_is_bad(out, 41, decision_about(p, path, FAMILY_IPV4)))
        decide_suppressed(out, 45, subject, RULE_NONE);
    else if (metric == M_DOWN || (table && at->arp_state == ARP_INCOMPLETE))
        decide_bad(out, 45, subject);
    else if (metric != M_UP && !(table && at->arp_state == ARP_COMPLETE))
        decide_open(out, 45, subject);
}

/** Since when could a session have been known, or was it known last? */
static struct mono known_since(const struct facts *facts, enum peering_kind p, enum path path, enum family f)
{
    const struct path_witness *at = &facts->witness->at[p][path];
    struct mono since = facts->look.judged_since[p];
    if ((facts->policy->sessions & SESSIONS_METRICS) && at->bgp.seen.ms != MONO_NEVER.ms)
        since = mono_later(since, at->bgp.seen);
    if ((facts->policy->sessions & SESSIONS_ROUTES) && at->route[f].seen.ms != MONO_NEVER.ms &&
        at->route[f].state != ROUTE_NO_ROW)
        since = mono_later(since, at->route[f].seen);
    return since;
}

/** Something that is critical, or a refused witness, says already why the sessions are not seen. */
static bool blindness_explained(const struct facts *facts, enum peering_kind p, const struct decision *out)
{
    const bool *off = facts->look.feature_off;
    bool by = ((facts->policy->sessions & SESSIONS_METRICS) && off[FEATURE_METRICS]) ||
              ((facts->policy->sessions & SESSIONS_ROUTES) && off[FEATURE_ROUTES]);
    for (enum family f = 0; f < FAMILIES; f++)
        for (uint8_t rule = 30; rule <= 34; rule++) {
            const struct decided_cell *cell = &out->cell[decision_cell(rule, decision_about(p, PATH_NONE, f))];
            by = by || (cell->decided == DECIDED_BAD && cell->severity == SEVERITY_CRITICAL);
        }
    return by;
}

/** 90 of a peering: a session has been unknown for longer than poll.stale although witnesses are set. */
static void blind_peering(const struct facts *facts, enum peering_kind p, struct decision *out)
{
    struct subject subject = decision_about(p, PATH_NONE, FAMILIES);
    bool unknown = false, for_long = false;
    for (enum family f = 0; f < FAMILIES; f++)
        for (enum path path = 0; path < PATHS && decision_family_judged(facts, p, f); path++)
            if (decision_session(facts, p, path, f).session == SESSION_UNKNOWN) {
                unknown = true;
                for_long = for_long || mono_between(known_since(facts, p, path, f), facts->look.sample_seen) >
                                           facts->policy->stale_ms;
            }
    if (blindness_explained(facts, p, out))
        decide_suppressed(out, 90, subject, RULE_NONE);
    else if (for_long)
        decide_bad(out, 90, subject)->severity = SEVERITY_WARNING;
    else if (unknown)
        decide_open(out, 90, subject);
}

/** Without witnesses there is nothing to say of sessions. */
static void no_witnesses(enum peering_kind p, struct decision *out)
{
    static const uint8_t of_path[] = { 41, 46, 95 };
    for (enum path path = 0; path < PATHS; path++) {
        decide_quiet(out, 45, decision_about(p, path, FAMILIES));
        for (enum family f = 0; f < FAMILIES; f++)
            for (size_t i = 0; i < sizeof of_path; i++)
                decide_quiet(out, of_path[i], decision_about(p, path, f));
    }
    for (enum family f = 0; f < FAMILIES; f++)
        for (uint8_t rule = 40; rule <= 44; rule += 2)
            decide_quiet(out, rule, decision_about(p, PATH_NONE, f));
}

/** 43: noticed not longer ago than facts may be old; three within an hour are a warning. */
static void resets(const struct facts *facts, enum peering_kind p, struct decision *out)
{
    bool any = decision_family_judged(facts, p, FAMILY_IPV4) || decision_family_judged(facts, p, FAMILY_IPV6);
    for (enum path path = 0; path < PATHS && facts->past != NULL; path++)
        for (unsigned f = 0; f <= FAMILIES; f++) {
            const struct reset *reset = &facts->past->at[p][path].reset[f];
            bool judged = f == FAMILIES ? any : decision_family_judged(facts, p, (enum family)f);
            if (!judged || reset->count == 0 || !fresh(facts, reset->noticed, facts->policy->stale_ms))
                continue;
            struct decided_cell *cell = decide_bad(out, 43, decision_about(p, path, (enum family)f));
            if (reset->count == 3 && reset->at[0].ms - reset->at[2].ms <= 3600000)
                cell->severity = SEVERITY_WARNING;
        }
}

void decide_sessions(const struct facts *facts, enum peering_kind p, struct decision *out)
{
    bool any = false;
    if (facts->policy->sessions == SESSIONS_NONE) {
        no_witnesses(p, out);
        return;
    }
    for (enum family f = 0; f < FAMILIES && !(facts->policy->sessions & SESSIONS_ROUTES); f++)
        decide_quiet(out, 44, decision_about(p, PATH_NONE, f)); /* nobody counts routes */
    for (enum family f = 0; f < FAMILIES; f++)
        if (decision_family_judged(facts, p, f)) {
            any = true;
            two_paths(facts, p, f, out);
            witness_findings(facts, p, f, out);
            route_limit(facts, p, f, out);
        }
    for (enum path path = 0; path < PATHS && decision_family_judged(facts, p, FAMILY_IPV4); path++)
        arp(facts, p, path, out);
    resets(facts, p, out);
    if (any)
        blind_peering(facts, p, out);
}
