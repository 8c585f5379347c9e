/* `alerts`: what differs for single rules, and severities that share a hold. */
#include "config/load.h"
#include "config/read.h"
#include "config/value.h"
#include "core/rule.h"

uint8_t load_rule(struct loading *loading, const char *text, struct place place)
{
    const char *names[RULE_NUMBERS];
    enum rule rule = rule_by_name(text);
    size_t count = 0;

    if (rule != RULE_NONE)
        return (uint8_t)rule;
    const struct rule_info *all = rule_all(&count);
    for (size_t i = 0; i < count; i++)
        names[i] = all[i].name;
    diag_error(loading->diag, place, "there is no rule \"%s\" (erwatch-rules(7) lists them)%s", text,
               value_meant(loading, text, names, count));
    return RULE_NONE;
}

static void load_rule_policy(struct loading *loading, const struct node *map, unsigned first_line[RULE_NUMBERS])
{
    struct rule_draft draft = { 0 };
    uint8_t rule = load_rule(loading, map->key, map->key_place);

    if (rule != RULE_NONE && first_line[rule] != 0)
        diag_error(loading->diag, map->key_place, "rule %u is given twice, first on line %u", rule, first_line[rule]);
    first_line[rule] = map->key_place.line;
    read_defaults(loading, &rule_table, &draft);
    read_map(loading, &rule_table, map, &draft);
    loading->draft.policy.rule[rule] = (struct rule_policy){
        .disabled = !draft.enabled,
        .severity = draft.severity,
        .confirm_set = node_get(map, "confirm") != NULL,
        .recover_set = node_get(map, "recover") != NULL,
        .confirm = draft.confirm,
        .recover = draft.recover,
    };
}

void load_rules(struct loading *loading)
{
    const struct node *rules = loading->draft.rules;
    struct policy *policy = &loading->draft.policy;
    unsigned first_line[RULE_NUMBERS] = { 0 };

    policy->confirm[SEVERITY_INFO] = policy->confirm[SEVERITY_WARNING];
    if (rules == NULL || rules->kind == NODE_BROKEN || node_is_null(rules))
        return;
    if (rules->kind != NODE_MAP)
        diag_error(loading->diag, rules->place, "\"rules\" must be a mapping of rules, not %s", node_kind_name(rules));
    for (const struct node *map = rules->kind == NODE_MAP ? rules->first : NULL; map != NULL; map = map->next)
        load_rule_policy(loading, map, first_line);
    policy->rule[RULE_NONE] = (struct rule_policy){ 0 }; /* where misspelt ones went */
}
