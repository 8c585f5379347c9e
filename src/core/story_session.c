/* Stories of rules 40 to 46: BGP sessions, what the two witnesses say of them, and layer 2 below. */
#include "core/telling.h"

#include <stdio.h>
#include <string.h>

#define ARP_DOWN_PERCENT 10

static const struct path_witness *told_witness(const struct telling *telling, enum path path)
{
    if (telling->facts->witness == NULL || telling->opinion->subject.peering >= PEERINGS)
        return NULL;
    return &telling->facts->witness->at[telling->opinion->subject.peering][path];
}

/* Families that the facts and texts speak of: the subject's, or those of the peering. */
static bool told_family(const struct telling *telling, enum family family)
{
    uint8_t own = telling->opinion->subject.family;
    const struct peering_sample *peering = telling_peering(telling);

    return own < FAMILIES ? own == family : peering != NULL && peering->family[family].in_use;
}

static void metric_fact(struct telling *telling, const char *metric, enum path path, const struct metric_value *value)
{
    char name[64];

    snprintf(name, sizeof name, "%s %s", metric, path_name(path));
    if (mono_is_never(value->seen))
        tell_fact(telling, name, MONO_NEVER, "metrics", "no value");
    else
        tell_fact(telling, name, value->seen, "metrics", "%d %%", value->percent);
}

/* "established, 12 routes, up 1d13h", "Idle, up/down never", "no answer" */
static const char *shown_route(char to[SHOWN_MAX], const struct route_value *route)
{
    char word[SHOWN_MAX], uptime[SHOWN_MAX];
    struct text text;

    text_init(&text, to, SHOWN_MAX);
    shown_text(uptime, route->uptime);
    if (mono_is_never(route->seen))
        text_add(&text, "no answer");
    else if (route->state == ROUTE_NO_ROW)
        text_add(&text, "no row of this session");
    else if (route->state == ROUTE_ESTABLISHED)
        text_addf(&text, "established, %u routes", (unsigned)route->prefixes);
    else
        text_add(&text, shown_text(word, route->word));
    if (!mono_is_never(route->seen) && route->state != ROUTE_NO_ROW && *uptime != '\0')
        text_addf(&text, ", %s %s", route->state == ROUTE_ESTABLISHED ? "up" : "since", uptime);
    return to;
}

static void route_fact(struct telling *telling, enum path path, enum family family, const struct route_value *route)
{
    char name[64], shown[SHOWN_MAX];

    snprintf(name, sizeof name, "route summary %s %s", path_name(path), family_name(family));
    tell_fact(telling, name, route->seen, "routes", "%s", shown_route(shown, route));
}

static void path_facts(struct telling *telling, enum path path)
{
    static const char *const words[] = { "unknown", "complete", "Incomplete" };
    const struct path_witness *at = told_witness(telling, path);
    char name[64];

    metric_fact(telling, "BgpAvailability", path, &at->bgp);
    metric_fact(telling, "ArpAvailability", path, &at->arp);
    for (enum family family = 0; family < FAMILIES; family++)
        if (told_family(telling, family))
            route_fact(telling, path, family, &at->route[family]);
    if (at->arp_state == ARP_UNKNOWN)
        return;
    snprintf(name, sizeof name, "ARP table %s", path_name(path));
    tell_fact(telling, name, at->arp_seen, "arm", "%s", words[at->arp_state]);
}

void tell_session_facts(struct telling *telling)
{
    tell_circuit_facts(telling);
    for (enum path path = 0; path < PATHS; path++)
        if (told_witness(telling, path) != NULL)
            path_facts(telling, path);
}

static bool arp_down(const struct path_witness *at)
{
    return (!mono_is_never(at->arp.seen) && at->arp.percent < ARP_DOWN_PERCENT) || at->arp_state == ARP_INCOMPLETE;
}

/* " The primary session is down (BgpAvailability 0 %, route summary Idle)." */
static void say_path(struct telling *telling, enum path path)
{
    const struct path_witness *at = told_witness(telling, path);
    enum family family = (enum family)telling->opinion->subject.family;
    char route[SHOWN_MAX];

    if (at == NULL || family >= FAMILIES)
        return;
    tell_say(telling, " The %s session is %s (", path_name(path), session_name(telling_session(telling, path, family)));
    if (mono_is_never(at->bgp.seen))
        tell_say(telling, "BgpAvailability has no value");
    else
        tell_say(telling, "BgpAvailability %d %%", at->bgp.percent);
    tell_say(telling, "; route summary: %s).", shown_route(route, &at->route[family]));
    if (arp_down(at))
        tell_say(telling, " ARP is down on the %s path, too: the trouble is at layer 2, on the provider's line or at "
                          "your port.", path_name(path));
}

void tell_sessions_down(struct telling *telling)
{
    char where[SHOWN_MAX];

    shown_subject(where, telling->opinion->subject);
    tell_summary(telling, "both sessions of the %s are down; nothing passes", where);
    tell_say(telling, "Both BGP sessions of the %s are down although circuit, peering and prefixes are in order: "
                      "nothing passes on it.", where);
    say_path(telling, PATH_PRIMARY);
    say_path(telling, PATH_SECONDARY);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

/* What the path that is left does for the traffic. */
static void say_other(struct telling *telling, enum path other)
{
    enum family family = (enum family)telling->opinion->subject.family;
    const char *name = path_name(other);

    if (family >= FAMILIES)
        return;
    switch (telling_session(telling, other, family)) {
    case SESSION_UP:
        tell_say(telling, " Traffic flows over the %s path only; if that one fails too, nothing passes.", name);
        break;
    case SESSION_UNKNOWN:
        tell_say(telling, " Of the %s session nothing is known, so it cannot be said whether traffic flows.", name);
        break;
    default:
        tell_say(telling, " The %s path is not in order either: look at both.", name);
        break;
    }
    say_path(telling, other);
}

void tell_redundancy_lost(struct telling *telling)
{
    struct subject subject = telling->opinion->subject;
    enum path path = subject.path < PATHS ? (enum path)subject.path : PATH_PRIMARY;
    const char *what = telling->opinion->variant == VARIANT_NO_ROUTES_PATH ? "is up, but without routes"
                       : telling->opinion->variant == VARIANT_UNSTEADY     ? "is unsteady"
                                                                           : "is down";
    char where[SHOWN_MAX];

    subject.path = PATH_NONE;
    shown_subject(where, subject);
    tell_summary(telling, "redundancy lost: the %s session of the %s %s", path_name(path), where, what);
    tell_say(telling, "One of the two BGP sessions of the %s %s.", where, what);
    say_path(telling, path);
    say_other(telling, path == PATH_PRIMARY ? PATH_SECONDARY : PATH_PRIMARY);
    tell_maintained(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_no_routes(struct telling *telling)
{
    const struct circuit_settings *circuit = telling->facts->circuit;
    char where[SHOWN_MAX];

    shown_subject(where, telling->opinion->subject);
    tell_summary(telling, "no routes arrive on the %s; traffic is lost", where);
    tell_say(telling, "No path of the %s brings Microsoft's edge as many routes as are expected (min_routes %u): "
                      "Microsoft has no way back to your network, although a session is established.",
             where, (unsigned)(circuit != NULL ? circuit->expect.min_routes : 1));
    say_path(telling, PATH_PRIMARY);
    say_path(telling, PATH_SECONDARY);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

static uint32_t told_routes(const struct telling *telling, enum path path)
{
    const struct path_witness *at = told_witness(telling, path);
    uint8_t family = telling->opinion->subject.family;

    if (at == NULL || family >= FAMILIES || at->route[family].state != ROUTE_ESTABLISHED)
        return 0;
    return at->route[family].prefixes;
}

void tell_route_limit_near(struct telling *telling)
{
    struct subject subject = telling->opinion->subject;
    uint32_t one = told_routes(telling, PATH_PRIMARY), two = told_routes(telling, PATH_SECONDARY);
    uint32_t routes = one > two ? one : two;
    uint32_t limit = telling->facts->sample != NULL && subject.peering < PEERINGS
                         ? judge_route_limit(telling->facts, (enum peering_kind)subject.peering)
                         : 0;
    char where[SHOWN_MAX];

    shown_subject(where, subject);
    tell_summary(telling, "%u of %u routes on the %s: one too many and the session falls", (unsigned)routes,
                 (unsigned)limit, where);
    tell_say(telling, "Microsoft's edge receives %u routes on the %s and takes %u in one session. Beyond that it takes "
                      "the session down, and as both paths announce the same, both fall.",
             (unsigned)routes, where, (unsigned)limit);
    say_path(telling, PATH_PRIMARY);
    say_path(telling, PATH_SECONDARY);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_arp_incomplete(struct telling *telling)
{
    struct subject subject = telling->opinion->subject;
    enum path path = subject.path < PATHS ? (enum path)subject.path : PATH_PRIMARY;
    const struct path_witness *at = told_witness(telling, path);
    char where[SHOWN_MAX], provider[SHOWN_MAX];

    subject.path = PATH_NONE;
    shown_subject(where, subject);
    tell_summary(telling, "layer 2 is broken on the %s path of the %s: ARP is incomplete", path_name(path), where);
    tell_say(telling, "Microsoft's edge cannot resolve the address of your router on the %s path of the %s",
             path_name(path), where);
    if (at != NULL && !mono_is_never(at->arp.seen))
        tell_say(telling, " (ArpAvailability %d %%)", at->arp.percent);
    if (at != NULL && at->arp_state == ARP_INCOMPLETE)
        tell_say(telling, "; its ARP table says Incomplete");
    else if (at != NULL && at->arp_state == ARP_COMPLETE)
        tell_say(telling, ", although its last ARP table was complete");
    tell_say(telling, ". The place to look is the line of %s, the VLAN tags and your port, not BGP.",
             shown_provider(provider, telling));
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_edge_maintenance(struct telling *telling)
{
    struct subject subject = telling->opinion->subject;
    enum path path = subject.path < PATHS ? (enum path)subject.path : PATH_PRIMARY;
    char where[SHOWN_MAX];

    subject.path = PATH_NONE;
    shown_subject(where, subject);
    tell_summary(telling, "Microsoft seems to work on the edge: %s metric down, session up (%s)",
                 path_name(path), where);
    tell_say(telling, "The availability metric of the %s path has fallen, but Microsoft's edge shows the session as "
                      "established. That is what maintenance between its edge and its core looks like; traffic flows "
                      "over the other path.", path_name(path));
    say_path(telling, path);
    tell_as_of(telling);
    tell_rule_steps(telling);
}
