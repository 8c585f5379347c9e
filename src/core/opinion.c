/* Subjects and lists of opinions. */
#include "core/opinion.h"

bool subject_equal(struct subject a, struct subject b)
{
    return a.peering == b.peering && a.path == b.path && a.family == b.family && a.feature == b.feature;
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
        "planned maintenance",
    };
    return names[feature];
}
