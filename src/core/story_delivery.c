/* Rule 96: a receiver that does not take what it is told. */
#include "core/telling.h"

#include "core/span.h"

void tell_delivery_facts(struct telling *telling)
{
    const struct delivering *delivering = telling->facts->delivering;
    char when[WHEN_TEXT_MAX];

    if (delivering == NULL)
        return;
    tell_fact(telling, "receiver", MONO_NEVER, "settings", "%s", delivering->name);
    tell_fact(telling, "notices that wait", MONO_NEVER, "memory", "%zu", delivering->waiting);
    if (delivering->since_wall_ms != 0)
        tell_fact(telling, "the oldest is of", MONO_NEVER, "memory", "%s", when_format(delivering->since_wall_ms, when));
    if (delivering->trouble[0] != '\0')
        tell_fact(telling, "last failed try", MONO_NEVER, "memory", "%s", delivering->trouble);
}

void tell_delivery_failing(struct telling *telling)
{
    const struct delivering *delivering = telling->facts->delivering;
    char when[WHEN_TEXT_MAX];

    if (delivering == NULL) { /* after a restart, until it has been tried; or it has left the settings */
        tell_summary(telling, "a receiver does not take notices");
        tell_say(telling, "Notices that a receiver did not take were waiting for it. They are tried until it takes them.");
        tell_rule_steps(telling);
        return;
    }
    tell_summary(telling, "receiver %s does not take notices", delivering->name);
    if (delivering->waiting > 0)
        tell_say(telling, "Receiver %s does not take what it is told: %zu notice%s for it, the oldest since %s.",
                 delivering->name, delivering->waiting, delivering->waiting == 1 ? " waits" : "s wait",
                 when_format(delivering->since_wall_ms, when));
    else
        tell_say(telling, "Receiver %s does not take what it is told.", delivering->name);
    if (delivering->trouble[0] != '\0')
        tell_say(telling, " The last try that failed: %s.", delivering->trouble);
    tell_say(telling, " Nothing is given up: it is tried again and again, and told everything in order once it takes "
                      "notices.");
    tell_rule_steps(telling);
}
