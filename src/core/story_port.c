/* Stories of rules 52 and 53: a port of ExpressRoute Direct, told in the name of all circuits on it. */
#include "core/telling.h"

#include <stdio.h>
#include <string.h>

#define CIRCUITS_NAMED 8

static const char *link_name(enum link link)
{
    static const char *const names[LINKS] = { "link1", "link2" };
    return names[link];
}

static const char *last_segment(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash != NULL ? slash + 1 : id;
}

const char *telling_port_name(const struct telling *telling)
{
    return telling->facts->port != NULL ? last_segment(telling->facts->port->value.id) : "";
}

static enum port_link state_of(const struct telling *telling, enum link link)
{
    const struct facts *facts = telling->facts;

    return facts->port == NULL || facts->policy == NULL
               ? PORT_LINK_UNKNOWN
               : judge_port_link(facts->port, link, facts->policy, facts->now.mono);
}

/* The link of the finding; of a port the first that is down. */
const char *telling_link_name(const struct telling *telling)
{
    if (telling->opinion->rule == RULE_LIGHT_LEVEL)
        return link_name(telling->opinion->subject.item == LINK_TWO + 1 ? LINK_TWO : LINK_ONE);
    return link_name(state_of(telling, LINK_ONE) != PORT_LINK_DOWN && state_of(telling, LINK_TWO) == PORT_LINK_DOWN
                         ? LINK_TWO
                         : LINK_ONE);
}

/* ---- facts ---- */

static void light_fact(struct telling *telling, enum link link, enum light light)
{
    const struct port_facts *port = telling->facts->port;
    const struct light_value *value = link_light(&port->value.link[link], light);
    int16_t yesterday;
    char name[32];

    if (mono_is_never(value->seen))
        return;
    snprintf(name, sizeof name, "%s %s light", link_name(link), light_name(light));
    if (port_light_yesterday(port, link, light, telling->facts->now.mono, &yesterday))
        tell_fact(telling, name, value->seen, "metrics", "%.2f dBm, a day ago %.2f dBm", value->centi_dbm / 100.0,
                  yesterday / 100.0);
    else
        tell_fact(telling, name, value->seen, "metrics", "%.2f dBm", value->centi_dbm / 100.0);
}

static void place_fact(struct telling *telling, enum link link)
{
    const struct link_value *at = &telling->facts->port->value.link[link];
    char name[32], router[SHOWN_MAX], interface[SHOWN_MAX], panel[SHOWN_MAX];

    if (at->router[0] == '\0' && at->panel[0] == '\0')
        return;
    snprintf(name, sizeof name, "%s place", link_name(link));
    tell_fact(telling, name, at->seen, "arm", "router %s, interface %s, patch panel %s", shown_text(router, at->router),
              shown_text(interface, at->interface), shown_text(panel, at->panel));
}

static void link_facts(struct telling *telling, enum link link)
{
    const struct link_value *at = &telling->facts->port->value.link[link];
    char name[32];

    snprintf(name, sizeof name, "%s adminState", link_name(link));
    if (!mono_is_never(at->seen))
        tell_fact(telling, name, at->seen, "arm", "%s", word_name(WORDS_SWITCH, at->admin));
    snprintf(name, sizeof name, "%s LineProtocol", link_name(link));
    if (!mono_is_never(at->line_seen))
        tell_fact(telling, name, at->line_seen, "metrics", "%d %%", at->line_percent);
    light_fact(telling, link, LIGHT_RX);
    light_fact(telling, link, LIGHT_TX);
    place_fact(telling, link);
}

void tell_port_facts(struct telling *telling)
{
    const struct facts *facts = telling->facts;

    if (facts->port == NULL)
        return;
    tell_fact(telling, "port", MONO_NEVER, "arm", "%.239s", facts->port->value.id);
    for (enum link link = 0; link < LINKS; link++)
        link_facts(telling, link);
    for (size_t i = 0; i < facts->on_port_count && i < CIRCUITS_NAMED; i++)
        tell_fact(telling, "circuit on the port", MONO_NEVER, "arm", "%.80s, %.150s", facts->on_port[i]->name,
                  resource_id_text(&facts->on_port[i]->id).text);
}

/* ---- texts ---- */

/* " Circuits on it: London 1, London 2 and 3 more." */
static void say_circuits(struct telling *telling)
{
    const struct facts *facts = telling->facts;
    size_t named = facts->on_port_count < CIRCUITS_NAMED ? facts->on_port_count : CIRCUITS_NAMED;

    if (facts->on_port_total == 0) {
        tell_say(telling, " No circuit of the settings is known to be on it.");
        return;
    }
    tell_say(telling, facts->on_port_total == 1 ? " The circuit on it:" : " Circuits on it:");
    for (size_t i = 0; i < named; i++)
        tell_say(telling, "%s %.80s", i > 0 ? "," : "", facts->on_port[i]->name);
    if (facts->on_port_total > named)
        tell_say(telling, " and %zu more", facts->on_port_total - named);
    tell_say(telling, ".");
}

static void say_link(struct telling *telling, enum link link)
{
    const struct link_value *at = &telling->facts->port->value.link[link];
    enum port_link state = state_of(telling, link);

    tell_say(telling, " %s is %s", link_name(link), port_link_name(state));
    if (state == PORT_LINK_DOWN && at->admin == SWITCH_DISABLED)
        tell_say(telling, ": it is switched off (adminState Disabled)");
    else if (state == PORT_LINK_DOWN)
        tell_say(telling, ": LineProtocol %d %%", at->line_percent);
    tell_say(telling, ".");
}

void tell_port_down(struct telling *telling)
{
    bool both = telling->opinion->variant == VARIANT_BOTH_LINKS;

    if (both)
        tell_summary(telling, "both links of the port are down; no circuit on it carries anything");
    else
        tell_summary(telling, "%s of the port is down; its circuits have lost that path", telling_link_name(telling));
    if (both)
        tell_say(telling, "Both links of the ExpressRoute Direct port are down: no circuit on it carries anything.");
    else
        tell_say(telling, "One of the two links of the ExpressRoute Direct port is down: every circuit on it has lost the "
                          "path that the link carries.");
    for (enum link link = 0; link < LINKS && telling->facts->port != NULL; link++)
        say_link(telling, link);
    say_circuits(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

static void say_light(struct telling *telling, enum link link, enum light light)
{
    const struct light_value *value = link_light(&telling->facts->port->value.link[link], light);
    int16_t yesterday;

    if (mono_is_never(value->seen))
        return;
    tell_say(telling, " Light %s by Microsoft: %.2f dBm", light == LIGHT_RX ? "received" : "sent", value->centi_dbm / 100.0);
    if (port_light_yesterday(telling->facts->port, link, light, telling->facts->now.mono, &yesterday))
        tell_say(telling, " (a day ago %.2f dBm)", yesterday / 100.0);
    tell_say(telling, ".");
}

void tell_light_level(struct telling *telling)
{
    const struct policy *policy = telling->facts->policy;
    enum link link = telling->opinion->subject.item == LINK_TWO + 1 ? LINK_TWO : LINK_ONE;
    const char *how = telling->opinion->variant == VARIANT_BRIGHT   ? "too much light"
                      : telling->opinion->variant == VARIANT_DIMMED ? "much less light than a day ago"
                                                                    : "too little light";

    tell_summary(telling, "%s on %s of the port", how, link_name(link));
    tell_say(telling, "There is %s on %s of the ExpressRoute Direct port.", how, link_name(link));
    for (enum light light = 0; light < LIGHTS && telling->facts->port != NULL; light++)
        say_light(telling, link, light);
    if (policy != NULL)
        tell_say(telling, " The settings allow %.2f to %.2f dBm.", policy->light.low / 100.0, policy->light.high / 100.0);
    say_circuits(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}
