/* Subjects and lists of opinions. */
#include "core/opinion.h"

bool subject_equal(struct subject a, struct subject b)
{
    return a.peering == b.peering && a.path == b.path && a.family == b.family && a.feature == b.feature &&
           a.item == b.item;
}

enum item_kind item_kind(enum rule rule)
{
    switch (rule) {
    case RULE_CONNECTION_DOWN:
        return ITEM_CONNECTION;
    case RULE_GLOBAL_REACH_DOWN:
        return ITEM_GLOBAL_REACH;
    case RULE_LIGHT_LEVEL:
        return ITEM_LINK;
    case RULE_PLANNED_MAINTENANCE:
        return ITEM_MAINTENANCE;
    default:
        return ITEM_NONE;
    }
}

const char *item_kind_name(enum item_kind kind)
{
    static const char *const names[ITEM_KINDS] = { "", "connection", "global_reach", "link", "maintenance" };
    return names[kind];
}

const struct opinion *opinions_find(const struct opinions *opinions, enum rule rule, struct subject subject)
{
    for (size_t i = 0; i < opinions->count; i++)
        if (opinions->item[i].rule == rule && subject_equal(opinions->item[i].subject, subject))
            return &opinions->item[i];
    return NULL;
}

const char *feature_name(enum feature feature)
{
    static const char *const names[FEATURES] = {
        "", "list", "metrics", "route summary", "ARP table", "gateway connections", "Direct ports", "Resource Health",
        "planned maintenance", "connection search",
    };
    return names[feature];
}
