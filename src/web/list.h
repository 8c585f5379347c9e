#ifndef ERWATCH_WEB_LIST_H
#define ERWATCH_WEB_LIST_H

#include "core/judge.h"
#include "core/policy.h"

#include <jansson.h>
#include <stddef.h>

/* A list that grows as text; what `struct view_list` is inside this room. */

struct view_list {
    char *text; /* the entries so far, with commas between them */
    size_t len, room;
    size_t count;
    /* totals of the status */
    size_t verdicts[VERDICTS], raised[SEVERITIES], pending, suppressed;
};

/** @p entry is given up. */
void list_add(struct view_list *list, json_t *entry);

/** @p head with the entries as its last key @p key; both are given up. */
char *list_end(struct view_list *list, json_t *head, const char *key);

#endif
