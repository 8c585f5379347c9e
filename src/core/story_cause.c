/* The story of rule 56: many incidents of one rule, told once, in the name of what they share. */
#include "core/telling.h"

/* Of one that was restored, and that nothing is known of any more. */
static const struct common unknown = { .rule = RULE_COMMON_CAUSE, .name = "" };

static const struct common *common_of(const struct telling *telling)
{
    return telling->facts->common != NULL ? telling->facts->common : &unknown;
}

static const struct rule_info *rule_of(const struct common *common)
{
    return rule_find((enum rule)common->rule);
}

static const char *kind_text(const struct common *common)
{
    static const char *const texts[CAUSE_KINDS] = { "the provider and peering location", "the subscription", "the credential" };
    return texts[common->kind];
}

/* " Circuits: London 1, London 2 and 3 more." */
static void say_circuits(struct telling *telling, const struct common *common)
{
    tell_say(telling, " Circuits:");
    for (size_t i = 0; i < common->named; i++)
        tell_say(telling, "%s %.80s", i > 0 ? "," : "", common->circuit[i]->name);
    if (common->circuits > common->named)
        tell_say(telling, " and %zu more", common->circuits - common->named);
    tell_say(telling, ".");
}

/* The first step is for any cause, the others are for one kind each, in their order. */
static void say_steps(struct telling *telling, const struct common *common)
{
    const char *const *steps = telling->rule->steps;

    tell_rule_step(telling, steps[0]);
    tell_rule_step(telling, steps[1 + common->kind]);
}

void tell_common_cause(struct telling *telling)
{
    const struct common *common = common_of(telling);
    const struct rule_info *rule = rule_of(common);
    char name[SHOWN_MAX];

    tell_summary(telling, "%zu %s %s (rule %u) at once", common->circuits,
                 common->circuits == 1 ? "circuit is left that is" : "circuits are", rule->name, rule->number);
    tell_say(telling, "%zu incidents of rule %u, %s, of %zu circuits were raised together. What they share is %s, %s: look "
                      "there first. They are told by this incident alone, and so are later ones with the same cause.",
             common->incidents, rule->number, rule->name, common->circuits, kind_text(common),
             shown_text(name, common->name));
    say_circuits(telling, common);
    say_steps(telling, common);
    if (rule->steps[0] != NULL)
        tell_step(telling, "Then, of each circuit, as for rule %u (%s): erwatchctl incidents shows them.", rule->number,
                  rule->name);
}

void tell_common_facts(struct telling *telling)
{
    const struct common *common = common_of(telling);
    char name[SHOWN_MAX];

    tell_fact(telling, "common cause", MONO_NEVER, "memory", "%s: %s", kind_text(common), shown_text(name, common->name));
    tell_fact(telling, "rule", MONO_NEVER, "memory", "%u %s", rule_of(common)->number, rule_of(common)->name);
    tell_fact(telling, "incidents", MONO_NEVER, "memory", "%zu of %zu circuits", common->incidents, common->circuits);
    for (size_t i = 0; i < common->named; i++)
        tell_fact(telling, "circuit", MONO_NEVER, "settings", "%.80s, %.150s", common->circuit[i]->name,
                  resource_id_text(&common->circuit[i]->id).text);
}
