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
