/* What is going to happen. Some dozens of things at a time: a list that is walked is fast enough. */
#include "agenda.h"

#include <stdlib.h>

void agenda_fini(struct agenda *agenda)
{
    free(agenda->item);
    *agenda = (struct agenda){ 0 };
}

uint64_t agenda_add(struct agenda *agenda, int64_t at_ms, bool ours, agenda_happens *happens, void *context)
{
    if (agenda->count == agenda->room) {
        agenda->room = agenda->room * 2 + 64;
        agenda->item = realloc(agenda->item, agenda->room * sizeof *agenda->item);
        if (agenda->item == NULL)
            abort();
    }
    agenda->item[agenda->count++] = (struct agenda_item){ ++agenda->last, at_ms, ours, happens, context };
    return agenda->last;
}

void agenda_remove(struct agenda *agenda, uint64_t id)
{
    for (size_t i = 0; i < agenda->count; i++)
        if (agenda->item[i].id == id) {
            agenda->item[i] = agenda->item[--agenda->count];
            return;
        }
}

void agenda_clear(struct agenda *agenda, agenda_happens *happens)
{
    for (size_t i = agenda->count; i-- > 0;)
        if (agenda->item[i].happens == happens)
            agenda->item[i] = agenda->item[--agenda->count];
}

static bool sooner(const struct agenda_item *a, const struct agenda_item *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->id < b->id;
}

static const struct agenda_item *first(const struct agenda *agenda, bool asleep)
{
    const struct agenda_item *found = NULL;

    for (size_t i = 0; i < agenda->count; i++)
        if (!(asleep && agenda->item[i].ours) && (found == NULL || sooner(&agenda->item[i], found)))
            found = &agenda->item[i];
    return found;
}

int64_t agenda_due(const struct agenda *agenda, bool asleep)
{
    const struct agenda_item *item = first(agenda, asleep);

    return item != NULL ? item->at_ms : INT64_MAX;
}

void agenda_run(struct agenda *agenda, bool asleep)
{
    const struct agenda_item *found = first(agenda, asleep);

    if (found == NULL)
        return;
    struct agenda_item item = *found;
    agenda_remove(agenda, item.id);
    item.happens(item.context);
}
