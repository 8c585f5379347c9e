/*
 * The small parts of which answers are put together: properties that may be absent, ids in some letter case, etags.
 */
#include "sim/put.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/circuit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void put_text(json_t *into, const char *name, const char *value)
{
    if (value != NULL)
        json_object_set_new(into, name, json_string(value));
}

void put_state(json_t *into, const char *name, const json_t *state, const char *key, const char *standard)
{
    put_text(into, name, state_text(state, key, standard));
}

void put_number(json_t *into, const char *name, const json_t *state, const char *key, int64_t standard)
{
    bool absent;
    int64_t value = state_number(state, key, standard, &absent);

    if (!absent)
        json_object_set_new(into, name, json_integer(value));
}

void put_extra(json_t *into, const json_t *extra)
{
    if (json_is_object(extra))
        json_object_update(into, (json_t *)extra);
}

/* Azure's services spell the fixed parts of ids in their own ways; the customer's names keep their letters. */
static char *spell_id(const char *id, const struct look *look)
{
    char *text = xstrdup(id);
    unsigned part = 0;

    if (strcmp(look->id_case, "usual") == 0)
        return text;
    for (char *c = text; *c != '\0'; c++) {
        if (*c == '/')
            part++;
        else if (part % 2 == 1 || part == 6)
            *c = (char)(*look->id_case == 'l' ? tolower(*c) : toupper(*c));
    }
    return text;
}

void put_id(json_t *into, const char *name, const char *id, const char *tail, const struct look *look)
{
    char *spelt = spell_id(id, look);
    char *whole = text_format("%s%s", spelt, tail);

    put_text(into, name, whole);
    free(whole);
    free(spelt);
}

void put_etag(json_t *into, const json_t *state, const char *id, unsigned changes)
{
    char made[GUID_TEXT], what[32];

    snprintf(what, sizeof what, "etag %u", changes);
    const char *guid = state_text(state, "etag", guid_derived(what, id, made));
    if (guid != NULL) {
        char *tag = text_format("W/\"%s\"", guid);
        put_text(into, "etag", tag);
        free(tag);
    }
}

void put_reference_to(json_t *into, const char *name, const char *id)
{
    if (id != NULL)
        json_object_set_new(into, name, json_pack("{s:s}", "id", id));
}

void put_reference(json_t *into, const char *name, const char *subscription, const char *group, const char *type,
                   const char *resource)
{
    if (resource == NULL)
        return;
    char *id = text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/%s/%s", subscription, group,
                           type, resource);
    put_reference_to(into, name, id);
    free(id);
}
