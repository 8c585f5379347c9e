/* Stories of events: what happened, told once. */
#include "core/attributes.h"
#include "core/telling.h"

#include <string.h>

/* All of it, with the old and the new value. */
static unsigned say_changes(struct telling *telling)
{
    const char *at = telling->facts->changed != NULL ? telling->facts->changed : "";
    struct attribute_change change;
    char was[SHOWN_MAX], is[SHOWN_MAX];
    unsigned count = 0;

    for (; attributes_next(&at, &change); count++)
        tell_say(telling, "%s%s changed from %s to %s", count > 0 ? "; " : "", change.field,
                 shown_text(was, change.was), shown_text(is, change.is));
    if (count > 0)
        tell_say(telling, ".");
    return count;
}

static void sum_up(struct telling *telling, bool odd)
{
    const char *at = telling->facts->changed != NULL ? telling->facts->changed : "";
    struct attribute_change first, other;
    char was[SHOWN_MAX], is[SHOWN_MAX];

    if (attributes_next(&at, &first))
        tell_summary(telling, "%s changed from %s to %s%s", first.field, shown_text(was, first.was),
                     shown_text(is, first.is), attributes_next(&at, &other) ? ", and more" : "");
    else if (odd)
        tell_summary(telling, "the bandwidth is %u Mbps, and %u Mbps are expected",
                     (unsigned)telling->facts->sample->bandwidth_mbps,
                     (unsigned)telling->facts->circuit->expect.bandwidth_mbps);
    else
        tell_summary(telling, "an attribute was changed");
}

void tell_attribute_changed(struct telling *telling)
{
    bool odd = telling->facts->circuit != NULL && judge_bandwidth_odd(telling->facts);

    sum_up(telling, odd);
    unsigned count = say_changes(telling);
    if (odd)
        tell_say(telling, "%sThe bandwidth is %u Mbps; expect.bandwidth in the settings says %u Mbps.",
                 count > 0 ? " " : "", (unsigned)telling->facts->sample->bandwidth_mbps,
                 (unsigned)telling->facts->circuit->expect.bandwidth_mbps);
    else if (count == 0)
        tell_say(telling, "What it was is in the history of the circuit (erwatchctl history).");
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_attribute_facts(struct telling *telling)
{
    const char *at = telling->facts->changed != NULL ? telling->facts->changed : "";
    struct attribute_change change;
    char was[SHOWN_MAX], is[SHOWN_MAX];

    while (attributes_next(&at, &change))
        tell_fact(telling, change.field, telling->facts->look.sample_seen, "arm", "%s -> %s",
                  shown_text(was, change.was), shown_text(is, change.is));
    tell_circuit_facts(telling);
}

/* ---- 43 ---- */

static const struct reset *told_reset(const struct telling *telling)
{
    struct subject subject = telling->opinion->subject;

    if (telling->facts->past == NULL || subject.peering >= PEERINGS || subject.path >= PATHS)
        return NULL;
    const struct reset *reset = &telling->facts->past->at[subject.peering][subject.path].reset[subject.family];
    return reset->noticed_wall_ms != 0 ? reset : NULL;
}

static void say_reset(struct telling *telling, const struct reset *reset)
{
    char was[SHOWN_MAX], is[SHOWN_MAX], when[SHOWN_MAX];

    shown_seen(when, telling, reset->at[0]);
    if (reset->by_uptime)
        tell_say(telling, " It began anew about %s: the route summary before said that it was up for %s, the last one "
                          "says %s.", when, shown_text(was, reset->was), shown_text(is, reset->is));
    else
        tell_say(telling, " BgpAvailability fell to %d %% at %s, between two good values, and was good again before a "
                          "loss could be confirmed.", reset->percent, when);
    if (reset_often(reset))
        tell_say(telling, " It is the third time within an hour: the session flaps.");
}

void tell_session_reset(struct telling *telling)
{
    const struct reset *reset = told_reset(telling);
    struct subject subject = telling->opinion->subject;
    const char *path = subject.path < PATHS ? path_name((enum path)subject.path) : "a";
    bool often = reset != NULL && reset_often(reset);
    char where[SHOWN_MAX];

    subject.path = PATH_NONE;
    shown_subject(where, subject);
    tell_summary(telling, "the %s session of the %s was reset%s", path, where,
                 often ? ", the third time within an hour" : " and is up again");
    tell_say(telling, "The BGP session of the %s on the %s path went down and came back by itself.", where, path);
    if (reset != NULL)
        say_reset(telling, reset);
    tell_as_of(telling);
    tell_rule_steps(telling);
}
