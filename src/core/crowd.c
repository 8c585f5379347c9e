/*
 * Choosing what a crowd of incidents is told as. The crowd is sorted once by each kind of cause, so that those that share
 * one stand in a row.
 */
#include "core/crowd.h"

#include "core/array.h"

#include <stdlib.h>

struct waiting *crowd_add(struct crowd *crowd)
{
    if ((crowd->count & (crowd->count - 1)) == 0) { /* at each power of two */
        struct waiting *grown = realloc(crowd->item, (crowd->count > 0 ? crowd->count * 2 : 1) * sizeof *grown);
        if (grown == NULL)
            abort();
        crowd->item = grown;
    }
    return &crowd->item[crowd->count++];
}

static int by_key(const void *a, const void *b)
{
    const struct keyed *left = a, *right = b;

    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return left->at < right->at ? -1 : left->at > right->at;
}

void crowd_sort(struct crowd *crowd)
{
    for (enum cause_kind kind = 0; kind < CAUSE_KINDS; kind++) {
        crowd->by[kind] = array_take(crowd->count, sizeof *crowd->by[kind]);
        for (size_t i = 0; i < crowd->count; i++)
            crowd->by[kind][i] = (struct keyed){ crowd->item[i].key[kind], (uint32_t)i };
        qsort(crowd->by[kind], crowd->count, sizeof *crowd->by[kind], by_key);
    }
}

void crowd_fini(struct crowd *crowd)
{
    for (enum cause_kind kind = 0; kind < CAUSE_KINDS; kind++)
        free(crowd->by[kind]);
    free(crowd->item);
}

/* The cause of one kind that most share; with @p within only of those that share that one, too. */
static struct shared most_shared(const struct crowd *crowd, enum cause_kind kind, const struct shared *within)
{
    struct shared most = { .kind = (uint8_t)kind }, run = most;

    for (size_t i = 0; i < crowd->count; i++) {
        const struct waiting *waiting = &crowd->item[crowd->by[kind][i].at];
        if (waiting->cause != NULL || waiting->key[kind] == 0 || (within != NULL && waiting->key[within->kind] != within->key))
            continue;
        if (waiting->key[kind] != run.key)
            run = (struct shared){ .kind = (uint8_t)kind, .key = waiting->key[kind] };
        if (++run.count > most.count)
            most = run;
    }
    return most;
}

struct shared crowd_choose(const struct crowd *crowd)
{
    struct shared widest = { 0 };

    for (enum cause_kind kind = 0; kind < CAUSE_KINDS; kind++) {
        struct shared most = most_shared(crowd, kind, NULL);
        if (most.count > widest.count)
            widest = most;
    }
    for (enum cause_kind kind = 0; kind < widest.kind; kind++) {
        struct shared part = most_shared(crowd, kind, &widest);
        if (part.count * 5 >= widest.count * 4)
            return part;
    }
    return widest;
}

bool crowd_shares(const struct waiting *waiting, const struct shared *shared)
{
    return waiting->cause == NULL && waiting->key[shared->kind] == shared->key;
}
