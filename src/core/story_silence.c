/* Rule 99: a silence that ends while something that it mutes is still wrong. */
#include "core/telling.h"

#include "core/span.h"

#include <inttypes.h>

void tell_ending_facts(struct telling *telling)
{
    const struct ending *ending = telling->facts->ending;
    char when[WHEN_TEXT_MAX];

    if (ending == NULL)
        return;
    tell_fact(telling, "silence", MONO_NEVER, "settings", "%" PRIu64, ending->silence);
    tell_fact(telling, "made by", MONO_NEVER, "settings", "%s", ending->who);
    tell_fact(telling, "why", MONO_NEVER, "settings", "%s", ending->why);
    tell_fact(telling, "ends", MONO_NEVER, "settings", "%s", when_format(ending->to_wall_ms, when));
    tell_fact(telling, "open incidents", MONO_NEVER, "memory", "%" PRIu32, ending->incidents);
}

void tell_silence_ending(struct telling *telling)
{
    const struct ending *ending = telling->facts->ending;
    char when[WHEN_TEXT_MAX], span[SPAN_TEXT_MAX];

    if (ending == NULL) { /* after a restart, until it has been looked at; or it is over */
        tell_summary(telling, "a silence ends within a day");
        tell_say(telling, "Something that the silence mutes was still open. What is still wrong at its end is told at once.");
        tell_rule_steps(telling);
        return;
    }
    bool one = ending->incidents == 1;
    int64_t left = ending->to_wall_ms - telling->facts->now.wall_ms;
    tell_summary(telling, "silence %" PRIu64 " ends in %s, and %" PRIu32 " incident%s that it mutes %s still open",
                 ending->silence, span_format(left > 0 ? left : 0, span), ending->incidents, one ? "" : "s",
                 one ? "is" : "are");
    tell_say(telling, "Silence %" PRIu64 ", which %s has made (%s), ends on %s. What is still wrong then is told at once.",
             ending->silence, ending->who, ending->why, when_format(ending->to_wall_ms, when));
    tell_rule_steps(telling);
}
