/* The history as a time line, oldest first: when, what, which incident and rule, where; below it the sentence. */
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/table.h"
#include "io/memory.h"

static const struct column columns[] = {
    { .title = "TIME" },
    { .title = "WHAT", .least = 12, .gives = 3 },
    { .title = "SEVERITY" },
    { .title = "INCIDENT" },
    { .title = "RULE", .least = 9, .gives = 1 },
    { .title = "CIRCUIT", .least = 8, .gives = 2 },
};
#define COLUMNS (sizeof columns / sizeof *columns)

/* What the kinds are called here, and how they look; others as they are. */
static const struct {
    const char *kind, *shown;
    enum paint paint;
} kinds[] = {
    { "raised", "raised", PAINT_BAD },
    { "changed", "changed", PAINT_WARNING },
    { "worse", "worse", PAINT_BAD },
    { "better", "better", PAINT_GOOD },
    { "cleared", "cleared", PAINT_GOOD },
    { "reminder", "reminder", PAINT_PLAIN },
    { "acknowledged", "acknowledged", PAINT_WAITING },
    { "unacknowledged", "let go", PAINT_WAITING },
    { "silenced", "silenced", PAINT_WAITING },
    { "unsilenced", "unsilenced", PAINT_WAITING },
    { "silence-made", "silence", PAINT_WAITING },
    { "silence-ended", "silence over", PAINT_WAITING },
    { "delivered", "delivered", PAINT_DIM },
    { "word", "word", PAINT_DIM },
    { "started", "started", PAINT_BOLD },
    { "stopped", "stopped", PAINT_BOLD },
    { "gap", "gap", PAINT_BOLD },
};

static int rank(const char *severity)
{
    static const char *const severities[] = { "info", "warning", "critical" };

    for (int i = 0; i < 3; i++)
        if (strcmp(severities[i], severity) == 0)
            return i;
    return -1;
}

/* How a severity that has changed compares with the one before, as far as that is among what is shown. */
static const char *changed_how(json_t *severities, const json_t *line)
{
    const char *identity = doc_text(line, "identity");
    long long before = doc_count(severities, identity), now = rank(doc_text(line, "severity"));

    if (*identity != '\0' && json_object_set_new(severities, identity, json_integer(now)) != 0)
        memory_or_die(NULL);
    if (strcmp(doc_text(line, "kind"), "changed") != 0 || before < 0 || before == now)
        return NULL;
    return before < now ? "worse" : "better";
}

static void what_cell(struct table *table, const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, kind) == 0) {
            table_cell(table, kinds[i].paint, "%s", kinds[i].shown);
            return;
        }
    table_cell(table, PAINT_PLAIN, "%s", kind);
}

/* @param severities  of each incident, in its last line so far */
static void add_row(struct table *table, const json_t *line, json_t *severities)
{
    const json_t *circuit = json_object_get(line, "circuit");
    const char *severity = doc_text(line, "severity"), *id = doc_text(circuit, "id"), *last = strrchr(id, '/');
    const char *how = changed_how(severities, line);
    char identity[SHOW_IDENTITY_MAX];

    table_cell(table, PAINT_PLAIN, "%s", doc_text_or(line, "time", "?"));
    what_cell(table, how != NULL ? how : doc_text(line, "kind"));
    table_cell(table, paint_of_severity(severity), "%s", severity);
    table_cell(table, PAINT_PLAIN, "%s", doc_known(line, "identity") ? show_identity(line, identity) : "");
    if (doc_count(line, "rule") > 0)
        table_cell(table, PAINT_PLAIN, "%lld %s", doc_count(line, "rule"), doc_text(line, "name"));
    else
        table_cell(table, PAINT_PLAIN, "%s", "");
    table_cell(table, PAINT_PLAIN, "%s", doc_text_or(circuit, "name", last != NULL ? last + 1 : id));
}

static void print_sentence(const struct screen *screen, const json_t *line)
{
    char lasted[AGE_TEXT_MAX], *text = NULL;
    bool ended = doc_known(line, "lasted"), quiet = doc_known(line, "not_sent");

    int len = asprintf(&text, "%s%s%s%s%s%s%s", doc_text(line, "text"), ended ? " (after " : "",
                       ended ? age_text(doc_number(line, "lasted"), lasted) : "", ended ? ")" : "",
                       quiet ? " (not sent: " : "", doc_text(line, "not_sent"), quiet ? ")" : "");
    if (len < 0)
        memory_or_die(NULL);
    screen_blanks(screen, 2);
    screen_wrap(screen, text, 2, 2);
    free(text);
}

/* The table is laid out for all; each line is followed by its sentence. */
void show_history(const struct screen *screen, const json_t *lines)
{
    struct table *table = table_new(columns, COLUMNS);
    struct screen memory = *screen;
    const json_t *line;
    json_t *severities = memory_or_die(json_object());
    char *text = NULL;
    size_t len = 0, i;

    if (json_array_size(lines) == 0) {
        fputs("nothing is known of that time\n", screen->to);
        table_free(table);
        json_decref(severities);
        return;
    }
    memory.to = memory_or_die(open_memstream(&text, &len));
    json_array_foreach(lines, i, line)
        add_row(table, line, severities);
    table_print(table, &memory, 0, 0);
    fclose(memory.to);
    table_free(table);
    json_decref(severities);
    char *row = text, *end = strchrnul(row, '\n');
    fprintf(screen->to, "%.*s\n", (int)(end - row), row);
    json_array_foreach(lines, i, line) {
        row = *end == '\0' ? end : end + 1;
        end = strchrnul(row, '\n');
        fprintf(screen->to, "%.*s\n", (int)(end - row), row);
        print_sentence(screen, line);
    }
    free(text);
}
