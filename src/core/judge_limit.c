/*
 * The decision list, rule 44: how many routes a session brings, against the number at which Microsoft's edge takes it
 * down. Judged for a peering and family by the fuller path: both paths usually bring the same routes, and near the limit
 * that is one cause and one page.
 */
#include "core/judging.h"
#include "core/reading.h"

#include <strings.h>

/* Azure's limits of prefixes in one BGP session: "Azure subscription and service limits", ExpressRoute. */
#define LIMIT_MICROSOFT 200
#define LIMIT_PRIVATE 4000
#define LIMIT_PRIVATE_PREMIUM 10000

uint32_t judge_route_limit(const struct facts *facts, enum peering_kind peering)
{
    const char *tier = sample_text(facts->sample, facts->sample->sku_tier);

    if (peering != PEERING_PRIVATE)
        return LIMIT_MICROSOFT;
    return strcasecmp(tier, "Premium") == 0 ? LIMIT_PRIVATE_PREMIUM : LIMIT_PRIVATE;
}

/* The fuller path; a session that is down brings nothing. */
struct fill {
    uint32_t routes;
    bool known; /* of both paths */
    struct mono seen;
};

static struct fill fullest(const struct facts *facts, enum peering_kind peering, enum family family)
{
    struct fill fill = { .known = true, .seen = { INT64_MIN } };

    for (enum path path = 0; path < PATHS; path++) {
        const struct route_value *route = &facts->witness->at[peering][path].route[family];
        enum reading reading = read_both(facts, peering, path, family).route;
        if (reading == READING_UP && route->prefixes > fill.routes)
            fill.routes = route->prefixes;
        if (reading != READING_UNKNOWN)
            fill.seen = mono_later(fill.seen, route->seen);
        fill.known = fill.known && reading != READING_UNKNOWN;
    }
    return fill;
}

/* Another page of the same peering and family says already that something must be done at once. */
static bool is_paged(const struct opinions *out, struct subject subject)
{
    for (size_t i = 0; i < out->count; i++)
        if (out->item[i].standing == STANDING_BAD && out->item[i].severity == SEVERITY_CRITICAL &&
            subject_equal(out->item[i].subject, subject))
            return true;
    return false;
}

void judge_limit(const struct facts *facts, enum peering_kind peering, enum family family, struct opinions *out)
{
    struct subject subject = subject_family(peering, family);
    uint64_t limit = judge_route_limit(facts, peering);

    if ((facts->policy->sessions & SESSIONS_ROUTES) == 0)
        return;
    struct fill fill = fullest(facts, peering, family);
    bool near = fill.routes * 100ULL >= limit * 80, full = fill.routes * 100ULL >= limit * 95;
    enum owner owner = facts->sample->peering[peering].modified_by == MODIFIED_BY_PROVIDER ? OWNER_PROVIDER : OWNER_YOU;
    if (near)
        say_bad(out, RULE_ROUTE_LIMIT_NEAR, subject, fill.seen,
                full && !is_paged(out, subject) ? SEVERITY_CRITICAL : SEVERITY_WARNING, owner, HOLD_CONFIRM,
                VARIANT_PLAIN);
    else if (fill.known)
        say_good(out, RULE_ROUTE_LIMIT_NEAR, subject, fill.seen);
    else
        say_unknown(out, RULE_ROUTE_LIMIT_NEAR, subject);
}
