/*
 * The decision list, ports of ExpressRoute Direct: links that are down (rule 52) and light that is not as it should be (53).
 * A port is judged by itself; the circuits on it have findings of their own. Unknown is never down here, either.
 */
#include "core/judging.h"

#define LINE_UP 90 /* percent: the threshold of Azure Monitor's baseline alerts */

const char *port_link_name(enum port_link state)
{
    static const char *const names[] = { "unknown", "up", "down" };
    return names[state];
}

static bool never(struct mono at)
{
    return at.ms == MONO_NEVER.ms;
}

static bool is_fresh(struct mono seen, const struct policy *policy, struct mono now)
{
    return !never(seen) && mono_between(seen, now) <= PORTS_EVERY_MS + policy->stale_ms;
}

/* A switch that is off is down whatever the metric says; one that is on says little, but all there is without a metric. */
enum port_link judge_port_link(const struct port_facts *port, enum link link, const struct policy *policy,
                               struct mono now)
{
    const struct link_value *at = &port->value.link[link];
    bool admin = is_fresh(at->seen, policy, now), line = is_fresh(at->line_seen, policy, now);

    if (admin && at->admin == SWITCH_DISABLED)
        return PORT_LINK_DOWN;
    if (line)
        return at->line_percent < LINE_UP ? PORT_LINK_DOWN : PORT_LINK_UP;
    return admin && at->admin == SWITCH_ENABLED && never(at->line_seen) ? PORT_LINK_UP : PORT_LINK_UNKNOWN;
}

/* ---- 52 ---- */

/* What a link's state rests on: the same point of the metric is no new sample because the port was read again. */
static struct mono link_heard(const struct link_value *at)
{
    return at->admin == SWITCH_DISABLED || never(at->line_seen) ? at->seen : at->line_seen;
}

/* Of all links in that state; where it is so of both, both have to be heard of again. */
static struct mono heard(const struct port_facts *port, const enum port_link state[LINKS], enum port_link wanted)
{
    struct mono heard = MONO_NEVER;

    for (size_t link = 0; link < LINKS; link++)
        if (state[link] == wanted)
            heard = mono_earlier(heard, link_heard(&port->value.link[link]));
    return heard;
}

static size_t count_of(const enum port_link state[LINKS], enum port_link wanted)
{
    size_t count = 0;

    for (size_t link = 0; link < LINKS; link++)
        count += state[link] == wanted;
    return count;
}

/* One is enough for a ticket; that it is no page any more has to be known of the other one. */
static void one_is_down(struct mono heard, bool other_known, struct opinions *out)
{
    struct opinion *opinion = say_bad(out, RULE_PORT_DOWN, SUBJECT_CIRCUIT, heard, SEVERITY_WARNING, OWNER_YOU,
                                      HOLD_CONFIRM, VARIANT_PLAIN);

    if (!other_known)
        opinion->severity_basis = SEVERITY_NOT_KNOWN;
}

static void judge_links(const struct port_facts *port, const enum port_link state[LINKS], struct opinions *out)
{
    size_t down = count_of(state, PORT_LINK_DOWN), up = count_of(state, PORT_LINK_UP);

    if (down == LINKS)
        say_bad(out, RULE_PORT_DOWN, SUBJECT_CIRCUIT, heard(port, state, PORT_LINK_DOWN), SEVERITY_CRITICAL, OWNER_YOU,
                HOLD_CONFIRM, VARIANT_BOTH_LINKS);
    else if (down > 0)
        one_is_down(heard(port, state, PORT_LINK_DOWN), up > 0, out);
    else if (up == LINKS)
        say_good(out, RULE_PORT_DOWN, SUBJECT_CIRCUIT, heard(port, state, PORT_LINK_UP));
    else
        say_unknown(out, RULE_PORT_DOWN, SUBJECT_CIRCUIT);
}

/* ---- 53 ---- */

struct subject judge_link_subject(enum link link)
{
    struct subject subject = SUBJECT_CIRCUIT;

    subject.item = (uint64_t)link + 1;
    return subject;
}

enum shine { SHINE_UNKNOWN, SHINE_GOOD, SHINE_DIMMED, SHINE_BRIGHT, SHINE_DARK };

static enum shine judge_shine(const struct port_facts *port, enum link link, enum light light,
                              const struct policy *policy, struct mono now)
{
    const struct light_value *value = link_light(&port->value.link[link], light);
    int16_t yesterday;

    if (!is_fresh(value->seen, policy, now))
        return SHINE_UNKNOWN;
    if (value->centi_dbm < policy->light.low)
        return SHINE_DARK;
    if (value->centi_dbm > policy->light.high)
        return SHINE_BRIGHT;
    bool dimmed = policy->light.drop > 0 && port_light_yesterday(port, link, light, now, &yesterday) &&
                  yesterday - value->centi_dbm >= policy->light.drop;
    return dimmed ? SHINE_DIMMED : SHINE_GOOD;
}

static struct mono light_heard(const struct link_value *link)
{
    if (never(link->rx.seen) || never(link->tx.seen))
        return never(link->rx.seen) ? link->tx.seen : link->rx.seen;
    return mono_later(link->rx.seen, link->tx.seen);
}

/* The worse of both directions. */
static void judge_light(const struct port_facts *port, enum link link, const struct policy *policy, struct mono now,
                        struct opinions *out)
{
    static const uint8_t variants[] = { [SHINE_DIMMED] = VARIANT_DIMMED, [SHINE_BRIGHT] = VARIANT_BRIGHT,
                                        [SHINE_DARK] = VARIANT_PLAIN };
    struct subject subject = judge_link_subject(link);
    enum shine rx = judge_shine(port, link, LIGHT_RX, policy, now), tx = judge_shine(port, link, LIGHT_TX, policy, now);
    enum shine worse = rx > tx ? rx : tx;

    if (worse > SHINE_GOOD)
        say_bad(out, RULE_LIGHT_LEVEL, subject, light_heard(&port->value.link[link]), SEVERITY_WARNING, OWNER_YOU,
                HOLD_CONFIRM, variants[worse]);
    else if (rx == SHINE_GOOD && tx == SHINE_GOOD)
        say_good(out, RULE_LIGHT_LEVEL, subject, light_heard(&port->value.link[link]));
    else
        say_unknown(out, RULE_LIGHT_LEVEL, subject);
}

/* ---- a port ---- */

void judge_port(const struct port_facts *port, bool known, const struct policy *policy, struct mono now,
                struct opinions *out)
{
    enum port_link state[LINKS];

    out->count = 0;
    for (enum link link = 0; link < LINKS; link++)
        state[link] = known ? judge_port_link(port, link, policy, now) : PORT_LINK_UNKNOWN;
    judge_links(port, state, out);
    for (enum link link = 0; link < LINKS; link++)
        if (!known)
            say_unknown(out, RULE_LIGHT_LEVEL, judge_link_subject(link));
        else if (state[link] == PORT_LINK_DOWN) /* a link that is down has no light, or none that matters */
            say_suppressed(out, RULE_LIGHT_LEVEL, judge_link_subject(link), RULE_PORT_DOWN, SUBJECT_CIRCUIT)->by_scope =
                SCOPE_PORT;
        else
            judge_light(port, link, policy, now, out);
    judge_apply_policy(policy, out);
}

static struct mono stale_from(struct mono seen, const struct policy *policy, struct mono now)
{
    struct mono due = mono_after(seen, PORTS_EVERY_MS + policy->stale_ms + 1);

    return due.ms > now.ms ? due : MONO_NEVER;
}

struct mono judge_port_due(const struct port_facts *port, const struct policy *policy, struct mono now)
{
    struct mono due = MONO_NEVER;

    for (size_t link = 0; link < LINKS; link++) {
        const struct link_value *at = &port->value.link[link];
        due = mono_earlier(due, stale_from(at->seen, policy, now));
        due = mono_earlier(due, stale_from(at->line_seen, policy, now));
        due = mono_earlier(due, stale_from(at->rx.seen, policy, now));
        due = mono_earlier(due, stale_from(at->tx.seen, policy, now));
    }
    return due;
}
