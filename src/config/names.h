#ifndef ERWATCH_CONFIG_NAMES_H
#define ERWATCH_CONFIG_NAMES_H

#include "config/arena.h"
#include "config/diag.h"

#include <stdbool.h>
#include <stddef.h>

/** Names of credentials or of receivers, and which one each is: found without looking at all of them. */
struct names {
    const char *what; /* "credential" */
    const char **sorted;
    size_t *index; /* beside `sorted` */
    struct place *place;
    size_t count, room;
};

void names_init(struct names *names, const char *what, struct arena *arena, size_t room);

/** Add a name in its place; a name that is there already is a finding and not added. */
void names_add(struct names *names, const char *name, size_t index, struct place place, struct diag *diag);

/** false after a finding that says which was probably meant. */
bool names_find(const struct names *names, const char *name, struct place place, struct diag *diag, size_t *index);

#endif
