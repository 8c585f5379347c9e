/*
 * Settings with circuits that were discovered: those of the files stay as they are and lend everything but the list of
 * circuits, which is made anew from both.
 */
#include "config/circuit_id.h"
#include "config/config.h"

#include "config/arena.h"
#include "config/shared.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- which entry takes a circuit ---- */

/* A pattern that begins with a slash is for the whole id, any other one for the name. Both are in lower case. */
static bool fits(const char *const *patterns, size_t count, const char *id, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (fnmatch(patterns[i], patterns[i][0] == '/' ? id : name, 0) == 0)
            return true;
    return false;
}

static bool takes(const struct discover_settings *entry, const char *id, const char *name)
{
    return (entry->include_count == 0 || fits(entry->include, entry->include_count, id, name)) &&
           !fits(entry->exclude, entry->exclude_count, id, name);
}

static void make_lower(char *text)
{
    for (; *text != '\0'; text++)
        *text = (char)tolower((unsigned char)*text);
}

const struct discover_settings *settings_discover_of(const struct settings *settings, const char *id)
{
    char why[CIRCUIT_ID_WHY_MAX], lower[512];
    struct circuit_id parts;

    if (!circuit_id_parse(id, &parts, why) || parts.len >= sizeof lower)
        return NULL;
    memcpy(lower, id, parts.len);
    lower[parts.len] = '\0';
    make_lower(lower);
    const char *name = strrchr(lower, '/') + 1;
    for (size_t i = 0; i < settings->discover_count; i++) {
        const struct discover_settings *entry = &settings->discovers[i];
        if (strncasecmp(entry->subscription, parts.subscription, parts.subscription_len) == 0 &&
            takes(entry, lower, name))
            return entry;
    }
    return NULL;
}

/* ---- the list of circuits ---- */

static int by_id(const void *left, const void *right)
{
    return resource_id_compare(&((const struct circuit_settings *)left)->id, &((const struct circuit_settings *)right)->id);
}

static int id_to_circuit(const void *key, const void *element)
{
    return resource_id_compare_text(key, &((const struct circuit_settings *)element)->id);
}

const struct circuit_settings *settings_find(const struct settings *settings, const char *id)
{
    if (settings->circuit_count == 0)
        return NULL;
    return bsearch(id, settings->circuits, settings->circuit_count, sizeof *settings->circuits, id_to_circuit);
}

/* A slash at the end would make it another circuit: circuit_id_parse() leaves it out. */
static bool make_circuit(struct arena *arena, struct shared *shared, const struct settings *configured, const char *id,
                         struct circuit_settings *out)
{
    const struct discover_settings *entry = settings_discover_of(configured, id);
    char why[CIRCUIT_ID_WHY_MAX];
    struct circuit_id parts;

    if (entry == NULL || settings_find(configured, id) != NULL || !circuit_id_parse(id, &parts, why))
        return false;
    *out = entry->circuit;
    out->id = circuit_id_keep(arena, shared, id, &parts);
    out->name = out->id.name;
    return true;
}

static void hand_over(struct settings *settings, const struct circuit_settings *list, size_t count)
{
    struct circuit_settings *circuits = arena_array(settings->arena, count, sizeof *circuits);

    if (count > 0)
        memcpy(circuits, list, count * sizeof *circuits);
    settings->circuits = circuits;
    settings->circuit_count = count;
}

struct settings *settings_with_found(struct settings *settings, const char *const *ids, size_t count)
{
    struct settings *configured = settings->configured != NULL ? settings->configured : settings;
    struct arena *arena = arena_new();
    struct shared *shared = shared_new(arena);
    struct settings *made = arena_get(arena, sizeof *made);
    struct circuit_settings *list = calloc(configured->circuit_count + count + 1, sizeof *list);
    size_t used = 0;

    if (list == NULL)
        abort();
    *made = *configured;
    made->arena = arena;
    made->configured = configured;
    made->users = 1;
    configured->users++;
    for (; used < configured->circuit_count; used++)
        list[used] = configured->circuits[used];
    for (size_t i = 0; i < count; i++)
        used += make_circuit(arena, shared, configured, ids[i], &list[used]);
    qsort(list, used, sizeof *list, by_id);
    hand_over(made, list, used);
    free(list);
    shared_free(shared);
    return made;
}
