/* The story of rule 97: what a clock of this host did beside going on. */
#include "core/span.h"
#include "core/telling.h"

#include <inttypes.h>

/* To the second: a clock that is set by an hour is read a moment earlier and later. */
static const char *by_how_much(int64_t ms, char text[SPAN_TEXT_MAX])
{
    return span_format((ms + 500) / 1000 * 1000, text);
}

static void set(struct telling *telling, const struct clock_jump *jump)
{
    char by[SPAN_TEXT_MAX], from[WHEN_TEXT_MAX], to[WHEN_TEXT_MAX];
    bool back = jump->by_ms < 0;

    by_how_much(back ? -jump->by_ms : jump->by_ms, by);
    tell_summary(telling, "the clock of this host was set %s by %s", back ? "back" : "forward", by);
    tell_say(telling, "The wall clock of the host that watches was set %s by %s: it would show %s and shows %s. Nothing "
                      "is decided by it, so that the polls go on, and nothing was raised or cleared. Times that this "
                      "run of the daemon had noted were moved along; those in the journal and in the history before "
                      "this entry are by the old clock.", back ? "back" : "forward", by,
             when_format(jump->from_wall_ms, from), when_format(jump->to_wall_ms, to));
}

static void slept(struct telling *telling, const struct clock_jump *jump)
{
    char by[SPAN_TEXT_MAX], from[WHEN_TEXT_MAX], to[WHEN_TEXT_MAX];

    by_how_much(jump->by_ms, by);
    tell_summary(telling, "this host slept for %s", by);
    tell_say(telling, "The host that watches was suspended for %s, from %s to %s. Nobody watched meanwhile. Everything is "
                      "asked for again now; what was being confirmed before is counted anew.", by,
             when_format(jump->from_wall_ms, from), when_format(jump->to_wall_ms, to));
}

static void behind(struct telling *telling, const struct clock_jump *jump)
{
    char by[SPAN_TEXT_MAX], from[WHEN_TEXT_MAX], to[WHEN_TEXT_MAX];

    when_format(jump->to_wall_ms, to);
    if (jump->from_wall_ms <= CLOCK_LEAST_MS) {
        tell_summary(telling, "the clock of this host is wrong: it shows %s", to);
        tell_say(telling, "At the start of the daemon the clock of the host that watches shows %s, which is before this "
                          "program was made.", to);
    } else {
        tell_summary(telling, "the clock of this host is behind by %s or more", by_how_much(jump->by_ms, by));
        tell_say(telling, "At the start of the daemon the clock of the host that watches shows %s, but the newest entry "
                          "of the database is of %s: the clock is wrong now, or it was then.", to,
                 when_format(jump->from_wall_ms, from));
    }
    tell_say(telling, " Nothing is decided by it, and nothing counts as older than it is; but the times in messages "
                      "will be wrong until it is set, and TLS may refuse certificates as not valid yet.");
}

void tell_clock_jumped(struct telling *telling)
{
    const struct clock_jump *jump = &telling->facts->jump;

    switch (jump->kind) {
    case CLOCK_STEPPED:
        set(telling, jump);
        break;
    case CLOCK_SLEPT:
        slept(telling, jump);
        break;
    case CLOCK_BEHIND:
        behind(telling, jump);
        break;
    default: /* of an earlier run: what it was is in its own entry */
        tell_summary(telling, "a clock of this host jumped");
        tell_say(telling, "A clock of the host that watches jumped. By how much is in the history, at the time of this "
                          "incident.");
    }
    tell_rule_steps(telling);
}

void tell_jump_facts(struct telling *telling)
{
    static const char *const names[] = { "", "set", "slept", "behind" };
    const struct clock_jump *jump = &telling->facts->jump;
    char from[WHEN_TEXT_MAX], to[WHEN_TEXT_MAX];

    if (jump->kind == CLOCK_WENT_ON)
        return;
    tell_fact(telling, "what happened", MONO_NEVER, "host", "%s", names[jump->kind]);
    tell_fact(telling, "by", MONO_NEVER, "host", "%" PRId64 " s", jump->by_ms / 1000);
    tell_fact(telling, "from", MONO_NEVER, "host", "%s", when_format(jump->from_wall_ms, from));
    tell_fact(telling, "to", MONO_NEVER, "host", "%s", when_format(jump->to_wall_ms, to));
}
