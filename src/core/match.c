/* Conditions on incidents. Lists are short, so they are walked. */
#include "core/match.h"

#include "core/incident.h"
#include "core/rule.h"

#include <string.h>

bool match_has_label(const struct circuit_settings *circuit, const struct label *label)
{
    for (size_t i = 0; circuit != NULL && i < circuit->label_count; i++)
        if (strcmp(circuit->labels[i].name, label->name) == 0 && strcmp(circuit->labels[i].value, label->value) == 0)
            return true;
    return false;
}

/* Each label that is named must have one of the values that are named for it. */
static bool labels_hold(const struct match *match, const struct circuit_settings *circuit)
{
    for (size_t i = 0; i < match->label_count; i++) {
        bool found = false;
        for (size_t k = 0; k < match->label_count; k++)
            if (strcmp(match->labels[k].name, match->labels[i].name) == 0)
                found = found || match_has_label(circuit, &match->labels[k]);
        if (!found)
            return false;
    }
    return true;
}

static bool circuit_holds(const struct match *match, const struct circuit_settings *circuit)
{
    return match->circuit == NULL || (circuit != NULL && (strcmp(match->circuit, circuit->name) == 0 ||
                                                          
                                                          resource_id_compare_text(match->circuit, &circuit->id) == 0));
}

/* Who names a rule means a storm of its incidents, too, that is told as one. */
static bool rule_holds(const struct match *match, const struct matched *matched)
{
    bool found = match->rule_count == 0;

    for (size_t i = 0; i < match->rule_count; i++)
        found = found || match->rules[i] == matched->rule ||
                (matched->for_rule != RULE_NONE && match->rules[i] == matched->for_rule);
    return found;
}

uint8_t match_for_rule(const struct incident *incident)
{
    return incident->rule == RULE_COMMON_CAUSE ? (uint8_t)incident->subject.item : (uint8_t)RULE_NONE;
}

bool match_holds(const struct match *match, const struct matched *matched)
{
    return (match->severities == 0 || match->severities & 1U << matched->severity) &&
           (match->owners == 0 || match->owners & 1U << matched->owner) &&
           (match->incident == 0 || match->incident == matched->incident) && rule_holds(match, matched) &&
           circuit_holds(match, matched->circuit) && labels_hold(match, matched->circuit);
}

bool match_is_empty(const struct match *match)
{
    return match->severities == 0 && match->owners == 0 && match->rule_count == 0 && match->label_count == 0 &&
           match->circuit == NULL && match->incident == 0;
}
