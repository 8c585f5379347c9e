/* The schema in words: types and bounds for findings, and every key with its path for the manual and its test. */
#include "config/config.h"
#include "config/duration.h"
#include "config/schema.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 256 /* all paths together */

static const char *const type_words[VALUE_TYPES] = {
    [VALUE_DURATION] = "a duration (60s, 5m, 2h)",
    [VALUE_DURATIONS] = "a list of durations (1h, 2h)",
    [VALUE_PERCENT] = "a percentage (30%)",
    [VALUE_HOLD] = "a count and a duration (3/2m)",
    [VALUE_NUMBER] = "a whole number",
    [VALUE_LEVEL] = "a number (-10, 3.5)",
    [VALUE_SWITCH] = "yes or no",
    [VALUE_DATE] = "a date (2027-03-01)",
    [VALUE_CHOICE] = "one of",
    [VALUE_CHOICES] = "a list of",
    [VALUE_TEXT] = "a text",
    [VALUE_NAME] = "a name (letters, digits, dot, dash, underscore)",
    [VALUE_PER_CLOUD] = "a text, or a mapping of clouds to texts",
    [VALUE_LIST] = "a list",
    [VALUE_NODE] = "a mapping",
    [VALUE_MAP] = "a mapping",
};

static void append(char *text, size_t size, const char *more)
{
    size_t used = strlen(text);

    (void)snprintf(text + used, size - used, "%s", more);
}

const char *key_type(const struct key *key, char *text, size_t size)
{
    *text = '\0';
    append(text, size, key->form != NULL ? key->form : type_words[key->type]);
    if (key->type == VALUE_CHOICE || key->type == VALUE_CHOICES)
        for (const struct word_value *word = key->words; word->name != NULL; word++) {
            append(text, size, word == key->words ? " " : ", ");
            append(text, size, word->name);
        }
    return text;
}

static void duration_bounds(const struct key *key, char *text, size_t size)
{
    char least[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX], simulated[DURATION_TEXT_MAX];

    (void)snprintf(text, size, "%s to %s", duration_format(key->least, least), duration_format(key->most, most));
    if (key->paced) {
        append(text, size, " (from ");
        append(text, size, duration_format(SIMULATED_LEAST_MS, simulated));
        append(text, size, " with a simulator on this host)");
    }
}

const char *key_bounds(const struct key *key, char *text, size_t size)
{
    const char *unit = key->type == VALUE_LIST                              ? " entries"
                       : key->type == VALUE_TEXT || key->type == VALUE_NAME ? " bytes"
                                                                            : "";
    char age[DURATION_TEXT_MAX];

    *text = '\0';
    if (key->type == VALUE_DURATION || key->type == VALUE_DURATIONS)
        duration_bounds(key, text, size);
    else if (key->type == VALUE_HOLD)
        (void)snprintf(text, size, "%" PRId64 "/0s to %" PRId64 "/%s", key->least, key->most,
                       duration_format(HOLD_AGE_MOST_MS, age));
    else if (key->type == VALUE_PERCENT)
        (void)snprintf(text, size, "%" PRId64 "%% to %" PRId64 "%%", key->least, key->most);
    else if (key->type == VALUE_LEVEL)
        (void)snprintf(text, size, "%" PRId64 " to %" PRId64, key->least / 100, key->most / 100);
    else if (key->most > 0 && ((key->type != VALUE_TEXT && key->type != VALUE_PER_CLOUD) || key->form == NULL))
        /* bytes say nothing of a GUID */
        (void)snprintf(text, size, "%" PRId64 " to %" PRId64 "%s", key->least, key->most, unit);
    return text;
}

/* ---- all keys ---- */

struct walk {
    struct key_info *info;
    size_t count;
};

static void walk_table(struct walk *walk, const struct table *table, const char *prefix);

static void add(struct walk *walk, const char *path, const struct key *key)
{
    struct key_info *info = &walk->info[walk->count];

    assert(walk->count < KEYS_MAX && strlen(path) < sizeof info->path);
    walk->count++;
    memcpy(info->path, path, strlen(path) + 1);
    (void)key_type(key, info->type, sizeof info->type);
    (void)key_bounds(key, info->bounds, sizeof info->bounds);
    info->standard = key->standard != NULL ? key->standard : "";
    info->absent = key->absent != NULL ? key->absent : "";
    info->help = key->help;
    info->required = key->required;
}

static void walk_key(struct walk *walk, const struct key *key, const char *prefix)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s%s%s", prefix, *prefix != '\0' ? "." : "", key->name);
    add(walk, path, key);
    if (key->inside == NULL)
        return;
    if (key->type == VALUE_LIST)
        append(path, sizeof path, "[]");
    if (key->inside->others_only) {
        append(path, sizeof path, ".");
        append(path, sizeof path, key->inside->others);
    }
    walk_table(walk, key->inside, path);
}

static void walk_table(struct walk *walk, const struct table *table, const char *prefix)
{
    for (size_t i = 0; i < table->count; i++)
        walk_key(walk, &table->keys[i], prefix);
}

struct key_info *settings_keys(size_t *count)
{
    struct walk walk = { .info = calloc(KEYS_MAX, sizeof *walk.info) };

    if (walk.info == NULL)
        abort();
    walk_table(&walk, &file_table, "");
    *count = walk.count;
    return walk.info;
}
