/*
 * The published rules by number and by name.
 */
#include "core/rule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int compare_number(const void *key, const void *row)
{
    return (int)*(const enum rule *)key - (int)((const struct rule_info *)row)->number;
}

const struct rule_info *rule_find(enum rule number)
{
    size_t count;
    const struct rule_info *rules = rule_all(&count);

    return bsearch(&number, rules, count, sizeof *rules, compare_number);
}

/* "12", and nothing else than the two digits. */
static bool is_number(const char *name, uint8_t number)
{
    return name[0] == (char)('0' + number / 10) && name[1] == (char)('0' + number % 10) && name[2] == '\0';
}

enum rule rule_by_name(const char *name)
{
    size_t count;
    const struct rule_info *rules = rule_all(&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(name, rules[i].name) == 0 || (name[0] != '\0' && is_number(name, rules[i].number)))
            return (enum rule)rules[i].number;
    return RULE_NONE;
}

bool rule_is_event(enum rule number)
{
    return number == RULE_SESSION_RESET || number == RULE_ATTRIBUTE_CHANGED || number == RULE_PLANNED_MAINTENANCE ||
           number == RULE_CLOCK_JUMPED;
}

const char *rule_event_name(enum rule_event event)
{
    static const char *const names[] = { "raised", "changed", "cleared", "reminder", "acknowledged" };

    static_assert(sizeof names / sizeof *names == RULE_EVENTS, "a name for each event");
    assert(event < RULE_EVENTS);
    return names[event];
}

const char *rule_message_id(const struct rule_info *rule, enum rule_event event)
{
    assert(event < RULE_EVENTS);
    return rule->message_id[event < RULE_MESSAGES ? event : EVENT_RAISED];
}
