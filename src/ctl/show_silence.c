/* Silences and maintenance windows: what is muted, until when, and how much of what is wrong that hides. */
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/table.h"
#include "io/memory.h"

#include <stdint.h>

static const struct column columns[] = {
    { .title = "ID", .right = true },
    { .title = "KIND" },
    { .title = "HOLDS" },
    { .title = "UNTIL" },
    { .title = "BY", .least = 6, .gives = 2 },
    { .title = "INCIDENTS", .right = true },
    { .title = "WHAT", .least = 12, .gives = 1 },
};
#define COLUMNS (sizeof columns / sizeof *columns)

static void say_list(FILE *to, const char *name, const json_t *list)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
        if (json_is_string(item))
            fprintf(to, "%s%s=%s", ftell(to) > 0 ? " " : "", name, json_string_value(item));
}

/* "circuit=London 1 rule=sessions-down site=LON"; heap */
static char *match_text(const json_t *silence)
{
    const json_t *match = json_object_get(silence, "match"), *labels = json_object_get(match, "labels"), *values;
    const char *name;
    char *text = NULL;
    size_t len = 0;
    FILE *to = memory_or_die(open_memstream(&text, &len));

    if (doc_known(match, "circuit"))
        fprintf(to, "circuit=%s", doc_text_or(silence, "circuit", doc_text(match, "circuit")));
    if (doc_known(match, "incident"))
        fprintf(to, "%sincident=%.8s", ftell(to) > 0 ? " " : "", doc_text(match, "incident"));
    say_list(to, "rule", json_object_get(match, "rule"));
    say_list(to, "severity", json_object_get(match, "severity"));
    say_list(to, "owner", json_object_get(match, "owner"));
    json_object_foreach((json_t *)(uintptr_t)labels, name, values)
        say_list(to, name, values);
    if (ftell(to) <= 0)
        fputs("everything", to);
    fclose(to);
    return text;
}

static void holds_cell(struct table *table, const json_t *silence)
{
    char left[AGE_TEXT_MAX];

    if (doc_bool(silence, "holds"))
        table_cell(table, PAINT_WARNING, "%s more", age_text(doc_number(silence, "ends_in"), left));
    else
        table_cell(table, PAINT_DIM, "not now");
}

static void add_row(struct table *table, const json_t *silence)
{
    char *match = match_text(silence);

    if (doc_known(silence, "id"))
        table_cell(table, PAINT_BOLD, "%lld", doc_count(silence, "id"));
    else
        table_cell(table, PAINT_PLAIN, "-");
    table_cell(table, PAINT_PLAIN, "%s", doc_text(silence, "kind"));
    holds_cell(table, silence);
    table_cell(table, PAINT_PLAIN, "%s", doc_text_or(silence, "until", "?"));
    table_cell(table, PAINT_PLAIN, "%s", doc_text_or(silence, "who", "settings"));
    table_cell(table, PAINT_PLAIN, "%lld", doc_count(silence, "incidents"));
    table_cell(table, PAINT_PLAIN, "%s", match);
    free(match);
}

/* The table is laid out for all; each line is followed by the reason. */
static void print_all(const struct screen *screen, const json_t *list)
{
    struct table *table = table_new(columns, COLUMNS);
    const json_t *silence;
    char *text = NULL;
    size_t len = 0, i;
    struct screen memory = *screen;

    memory.to = memory_or_die(open_memstream(&text, &len));
    json_array_foreach(list, i, silence)
        add_row(table, silence);
    table_print(table, &memory, 0, 0);
    fclose(memory.to);
    table_free(table);
    char *line = text, *end = strchrnul(line, '\n');
    fprintf(screen->to, "%.*s\n", (int)(end - line), line);
    json_array_foreach(list, i, silence) {
        line = *end == '\0' ? end : end + 1;
        end = strchrnul(line, '\n');
        fprintf(screen->to, "%.*s\n", (int)(end - line), line);
        screen_blanks(screen, 2);
        screen_wrap(screen, doc_text(silence, "why"), 2, 2);
    }
    free(text);
}

void show_silences(const struct screen *screen, const json_t *document)
{
    const json_t *list = json_object_get(document, "silences");

    if (json_array_size(list) == 0)
        fputs("no silences\n", screen->to);
    else
        print_all(screen, list);
}

void show_silence_made(const struct screen *screen, const json_t *silence)
{
    char *match = match_text(silence);
    long long incidents = doc_count(silence, "incidents");

    fprintf(screen->to, "silence %lld until %s: %s", doc_count(silence, "id"), doc_text_or(silence, "until", "?"), match);
    if (incidents > 0)
        fprintf(screen->to, "; %lld open incident%s", incidents, incidents == 1 ? "" : "s");
    fputc('\n', screen->to);
    free(match);
}

void show_silence_ended(const struct screen *screen, const json_t *silence)
{
    fprintf(screen->to, "silence %lld is over; what it has muted and is still wrong is told now\n",
            doc_count(silence, "id"));
}
