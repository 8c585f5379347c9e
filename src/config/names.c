/*
 * Lists of names that other keys refer to. They are short and asked for often: each is put where it belongs by moving
 * the others, and found by halving.
 */
#include "config/names.h"

#include "config/nearest.h"

#include <assert.h>
#include <string.h>

void names_init(struct names *names, const char *what, struct arena *arena, size_t room)
{
    *names = (struct names){ .what = what, .room = room };
    names->sorted = arena_array(arena, room, sizeof *names->sorted);
    names->index = arena_array(arena, room, sizeof *names->index);
    names->place = arena_array(arena, room, sizeof *names->place);
}

/* Where it stands or belongs. */
static size_t position(const struct names *names, const char *name)
{
    size_t low = 0, high = names->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(names->sorted[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool stands_at(const struct names *names, size_t at, const char *name)
{
    return at < names->count && strcmp(names->sorted[at], name) == 0;
}

void names_add(struct names *names, const char *name, size_t index, struct place place, struct diag *diag)
{
    size_t at = position(names, name), behind = names->count - at;

    if (stands_at(names, at, name)) {
        diag_error(diag, place, "the %s \"%s\" is given twice, first on line %u", names->what, name,
                   names->place[at].line);
        return;
    }
    assert(names->count < names->room);
    memmove(names->sorted + at + 1, names->sorted + at, behind * sizeof *names->sorted);
    memmove(names->index + at + 1, names->index + at, behind * sizeof *names->index);
    memmove(names->place + at + 1, names->place + at, behind * sizeof *names->place);
    names->sorted[at] = name;
    names->index[at] = index;
    names->place[at] = place;
    names->count++;
}

bool names_find(const struct names *names, const char *name, struct place place, struct diag *diag, size_t *index)
{
    size_t at = position(names, name);

    if (stands_at(names, at, name)) {
        *index = names->index[at];
        return true;
    }
    if (diag_is_full(diag)) {
        diag_error(diag, place, "there is no %s \"%s\"", names->what, name);
        return false;
    }
    const char *meant = nearest_word(name, names->sorted, names->count);
    if (meant != NULL)
        diag_error(diag, place, "there is no %s \"%s\"; did you mean \"%s\"?", names->what, name, meant);
    else
        diag_error(diag, place, "there is no %s \"%s\"", names->what, name);
    return false;
}
