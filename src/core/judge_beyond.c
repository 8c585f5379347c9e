/*
 * The decision list, what lies beyond the circuit: gateway connections (rule 50), Global Reach (51), announced
 * maintenance (55) and what it means for the redundancy of a session (41). Ports are judge_port.c's.
 */
#include "core/judging.h"

static struct subject subject_item(uint64_t item)
{
    struct subject subject = SUBJECT_CIRCUIT;

    subject.item = item;
    return subject;
}

uint64_t judge_link_item(const struct sample *sample, const struct link_sample *link)
{
    uint64_t name = item_of(sample_text(sample, link->name));

    return link->peered ? ~name : name; /* two circuits may call theirs the same */
}

/* ---- what explains that nothing is connected ---- */

/* May the rule speak for a critical one? Not when the settings switch it off or make less of it. */
static bool speaks(const struct facts *facts, enum rule rule)
{
    const struct rule_policy *row = &facts->policy->rule[rule];

    return !row->disabled && (row->severity == SEVERITY_NONE || row->severity == SEVERITY_CRITICAL);
}

static bool is_bad(const struct facts *facts, const struct opinion *opinion)
{
    return opinion != NULL && opinion->standing == STANDING_BAD && speaks(facts, opinion->rule);
}

static const struct opinion *disabled_whole(const struct opinions *out)
{
    for (size_t i = 0; i < out->count; i++) {
        const struct opinion *opinion = &out->item[i];
        if (opinion->rule == RULE_PEERING_DISABLED && opinion->subject.peering == PEERING_PRIVATE &&
            opinion->severity == SEVERITY_CRITICAL)
            return opinion;
    }
    return NULL;
}

/* 40 of every family that the private peering serves; the first of them. */
static const struct opinion *sessions_down(const struct facts *facts, const struct opinions *out)
{
    const struct peering_sample *peering = &facts->sample->peering[PEERING_PRIVATE];
    const struct opinion *first = NULL;

    for (enum family family = 0; family < FAMILIES; family++) {
        if (!family_judged(facts, PEERING_PRIVATE, family) || family_disabled(peering, family))
            continue;
        const struct opinion *opinion =
            opinions_find(out, RULE_SESSIONS_DOWN, subject_family(PEERING_PRIVATE, family));
        if (!is_bad(facts, opinion))
            return NULL;
        first = first == NULL ? opinion : first;
    }
    return first;
}

/* What goes through a gateway or to another circuit goes through the private peering: without that it cannot be up. */
static const struct opinion *private_cause(const struct facts *facts, const struct opinions *out)
{
    const struct opinion *of[] = {
        opinions_find(out, RULE_NO_PEERINGS, SUBJECT_CIRCUIT),
        opinions_find(out, RULE_PEERING_MISSING, subject_peering(PEERING_PRIVATE)),
        disabled_whole(out),
    };

    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (is_bad(facts, of[i]))
            return of[i];
    return sessions_down(facts, out);
}

/* ---- 50 ---- */

bool judge_connection_expected(const struct facts *facts, uint64_t item)
{
    const struct expect *expect = &facts->circuit->expect;

    for (size_t i = 0; i < expect->connection_count; i++)
        if (item_of(expect->connections[i]) == item)
            return true;
    return false;
}

static void connection_is_bad(const struct connection *connection, bool expected, enum variant variant,
                              struct opinions *out)
{
    say_bad(out, RULE_CONNECTION_DOWN, subject_item(connection->item), connection->seen,
            expected ? SEVERITY_CRITICAL : SEVERITY_WARNING, OWNER_YOU,
            variant == VARIANT_CONNECTING ? HOLD_LONG : HOLD_CONFIRM, variant);
}

/* One that is gone and that nobody misses has no opinion: it is over. */
static void judge_connection(const struct facts *facts, const struct connection *connection, struct opinions *out)
{
    struct subject subject = subject_item(connection->item);
    bool expected = judge_connection_expected(facts, connection->item);
    int64_t age = mono_between(connection->seen, facts->now.mono);

    if (age > CONNECTIONS_EVERY_MS + facts->policy->stale_ms) /* one may be refused and others not */
        say_unknown(out, RULE_CONNECTION_DOWN, subject);
    else if (connection->missing && expected)
        connection_is_bad(connection, expected, VARIANT_GONE, out);
    else if (connection->missing)
        return;
    else if (connection->peer[0] != '\0' && expected)
        connection_is_bad(connection, expected, VARIANT_OTHER_CIRCUIT, out);
    else if (connection->operation == OPERATION_FAILED)
        connection_is_bad(connection, expected, VARIANT_OPERATION, out);
    else if (connection->status == LINKED_DISCONNECTED)
        connection_is_bad(connection, expected, VARIANT_PLAIN, out);
    else if (connection->status == LINKED_CONNECTING)
        connection_is_bad(connection, expected, VARIANT_CONNECTING, out);
    else if (connection->status == LINKED_CONNECTED)
        say_good(out, RULE_CONNECTION_DOWN, subject, connection->seen);
    else
        say_unknown(out, RULE_CONNECTION_DOWN, subject);
}

static void judge_connections(const struct facts *facts, struct opinions *out)
{
    const struct expect *expect = &facts->circuit->expect;

    for (size_t i = 0; facts->beyond != NULL && i < facts->beyond->connection_count; i++)
        judge_connection(facts, facts->beyond->connection[i], out);
    for (size_t i = 0; i < expect->connection_count; i++) {
        uint64_t item = item_of(expect->connections[i]);
        if (beyond_connection(facts->beyond, item) == NULL)
            say_unknown(out, RULE_CONNECTION_DOWN, subject_item(item));
    }
}

/* ---- 51 ---- */

static bool is_word(const struct link_sample *link, enum reach_word word)
{
    return link->status.code == word || link->ipv6_status.code == word;
}

/* Connected is worth something only once the last operation has succeeded. */
static void judge_link(const struct facts *facts, const struct link_sample *link, struct opinions *out)
{
    struct subject subject = subject_item(judge_link_item(facts->sample, link));
    struct mono seen = facts->look.sample_seen;

    if (operation_moving(link->operation))
        say_unknown(out, RULE_GLOBAL_REACH_DOWN, subject);
    else if (is_word(link, REACH_DISCONNECTED) || link->operation.code == OPERATION_FAILED)
        say_bad(out, RULE_GLOBAL_REACH_DOWN, subject, seen, SEVERITY_WARNING, OWNER_YOU, HOLD_CONFIRM,
                is_word(link, REACH_DISCONNECTED) ? VARIANT_PLAIN : VARIANT_OPERATION);
    else if (link->status.code == REACH_CONNECTED && link->operation.code == OPERATION_SUCCEEDED &&
             (link->ipv6_status.code == WORD_ABSENT || link->ipv6_status.code == REACH_CONNECTED))
        say_good(out, RULE_GLOBAL_REACH_DOWN, subject, seen);
    else
        say_unknown(out, RULE_GLOBAL_REACH_DOWN, subject);
}

/* ---- 55 ---- */

struct mono judge_maintenance_end(const struct maintenance *maintenance)
{
    bool said = maintenance->ends.ms != MONO_NEVER.ms && maintenance->ends.ms > maintenance->starts.ms;

    return said ? maintenance->ends : mono_after(maintenance->starts, MAINTENANCE_LASTS_MS);
}

static bool concerns(const struct maintenance *maintenance, enum path path)
{
    return maintenance->path == PATH_NONE || maintenance->path == path;
}

const struct maintenance *judge_maintained(const struct facts *facts, enum path path)
{
    for (size_t i = 0; facts->beyond != NULL && i < facts->beyond->maintenance_count; i++) {
        const struct maintenance *maintenance = facts->beyond->maintenance[i];
        if (maintenance->certain && !maintenance->resolved && concerns(maintenance, path) &&
            mono_reached(maintenance->starts, facts->now.mono) &&
            !mono_reached(judge_maintenance_end(maintenance), facts->now.mono))
            return maintenance;
    }
    return NULL;
}

static bool path_carries(const struct facts *facts, enum peering_kind kind, enum path path)
{
    for (enum family family = 0; family < FAMILIES; family++)
        if (family_judged(facts, kind, family) && !family_disabled(&facts->sample->peering[kind], family) &&
            judge_session(facts, kind, path, family) != SESSION_UP)
            return false;
    return true;
}

/* A path that is not worked on must be up with routes; where no path is named, either may be the one. */
bool judge_could_carry(const struct facts *facts, uint8_t worked_on)
{
    if (facts->sample == NULL || facts->policy->sessions == SESSIONS_NONE)
        return false;
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            if (path != worked_on && judge_expected(facts, kind) && facts->sample->peering[kind].present &&
                !path_carries(facts, kind, path))
                return false;
    return true;
}

/* The witnesses have not had their time yet: after a start, a sleep, or a while in which nothing was seen. */
static bool settling(const struct facts *facts)
{
    struct mono since = facts->look.awake;

    for (size_t kind = 0; kind < PEERINGS; kind++)
        if (facts->look.judged_since[kind].ms != MONO_NEVER.ms)
            since = mono_later(since, facts->look.judged_since[kind]);
    return mono_between(since, facts->now.mono) < facts->policy->stale_ms;
}

static void judge_announcement(const struct facts *facts, const struct maintenance *maintenance, struct opinions *out)
{
    struct subject subject = subject_item(maintenance->item);
    bool soon = mono_between(facts->now.mono, maintenance->starts) <= MAINTENANCE_SOON_MS;
    bool carries = judge_could_carry(facts, maintenance->path);

    if (maintenance->resolved || mono_reached(judge_maintenance_end(maintenance), facts->now.mono))
        return;
    if (!carries && settling(facts)) { /* there is time */
        say_unknown(out, RULE_PLANNED_MAINTENANCE, subject)->event = 1;
        return;
    }
    struct opinion *opinion = say_bad(out, RULE_PLANNED_MAINTENANCE, subject, facts->beyond->maintenance_seen,
                                      carries ? SEVERITY_INFO : SEVERITY_WARNING, OWNER_MICROSOFT, HOLD_NOW,
                                      soon ? VARIANT_SOON : VARIANT_PLAIN);
    /* once for the announcement, once a day before; once more when the beginning is another one */
    opinion->event = (uint64_t)maintenance->starts_wall_ms * 2 + (soon ? 1 : 2);
}

struct mono judge_beyond_due(const struct beyond *beyond, struct mono now)
{
    struct mono due = MONO_NEVER;

    for (size_t i = 0; i < beyond->maintenance_count; i++) {
        const struct maintenance *maintenance = beyond->maintenance[i];
        const struct mono moments[] = { mono_after(maintenance->starts, -MAINTENANCE_SOON_MS), maintenance->starts,
                                        judge_maintenance_end(maintenance) };
        for (size_t m = 0; m < sizeof moments / sizeof *moments; m++)
            if (moments[m].ms > now.ms)
                due = mono_earlier(due, moments[m]);
    }
    return due;
}

struct mono judge_connections_due(const struct beyond *beyond, const struct policy *policy, struct mono now)
{
    struct mono due = MONO_NEVER;

    for (size_t i = 0; i < beyond->connection_count; i++) {
        struct mono stale = mono_after(beyond->connection[i]->seen, CONNECTIONS_EVERY_MS + policy->stale_ms + 1);
        if (stale.ms > now.ms)
            due = mono_earlier(due, stale);
    }
    return due;
}

/* ---- all of it ---- */

/* What was said from @p first on is of no account: @p as says why. */
static void explain(struct opinions *out, size_t first, const struct opinion *as)
{
    for (size_t i = first; as != NULL && i < out->count; i++) {
        struct opinion *opinion = &out->item[i];
        opinion->standing = as->standing;
        opinion->by = as->by;
        opinion->by_scope = as->by_scope;
        opinion->by_subject = as->by_subject;
    }
}

static struct opinion because_of(const struct opinion *cause)
{
    return (struct opinion){ .standing = STANDING_SUPPRESSED, .by = cause->rule, .by_subject = cause->subject };
}

void judge_beyond(const struct facts *facts, const struct opinion *above, struct opinions *out)
{
    size_t links = facts->sample != NULL ? facts->sample->link_count : 0;
    struct opinion cause;

    if (facts->beyond == NULL && facts->circuit->expect.connection_count == 0 && links == 0)
        return;
    const struct opinion *of_private = above == NULL ? private_cause(facts, out) : NULL;
    if (of_private != NULL)
        cause = because_of(of_private);
    size_t first = out->count;
    judge_connections(facts, out);
    for (size_t i = 0; i < links; i++)
        judge_link(facts, &facts->sample->link[i], out);
    explain(out, first, of_private != NULL ? &cause : above);
    first = out->count;
    for (size_t i = 0; facts->beyond != NULL && i < facts->beyond->maintenance_count; i++)
        judge_announcement(facts, facts->beyond->maintenance[i], out);
    explain(out, first, above);
}
