/* Incidents: the list with their summaries, and one of them explained. */
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/table.h"
#include "ctl/withheld.h"
#include "io/memory.h"

static const struct column columns[] = {
    { .title = "INCIDENT" }, { .title = "STATE" },
    { .title = "SEVERITY" }, { .title = "RULE", .least = 12, .gives = 1 },
    { .title = "SINCE", .right = true }, { .title = "OWNER" },
};
#define COLUMNS (sizeof columns / sizeof *columns)

const char *show_identity(const json_t *incident, char text[SHOW_IDENTITY_MAX])
{
    long long episode = doc_count(incident, "episode");

    snprintf(text, SHOW_IDENTITY_MAX, "%.8s-%lld", doc_text(incident, "key"), episode < 0 ? 0 : episode);
    return text;
}

static void add_row(struct table *table, const json_t *incident)
{
    const char *severity = doc_text(incident, "severity"), *state = doc_text(incident, "state");
    bool loud = strcmp(state, "raised") == 0 && !withheld_is(incident);
    char identity[SHOW_IDENTITY_MAX], since[AGE_TEXT_MAX];

    table_cell(table, loud ? PAINT_BOLD : PAINT_PLAIN, "%s", show_identity(incident, identity));
    table_cell(table, PAINT_PLAIN, "%s", state);
    table_cell(table, paint_of_severity(severity), "%s", severity);
    table_cell(table, PAINT_PLAIN, "%lld %s", doc_count(incident, "rule"), doc_text(incident, "name"));
    table_cell(table, PAINT_PLAIN, "%s", age_text(doc_number(incident, "since_age"), since));
    table_cell(table, PAINT_PLAIN, "%s", doc_text(incident, "owner"));
}

/* The loudest first: what sends something, then severity, then what lasts longest. */
static int loudness(const json_t *incident)
{
    static const char *const severities[] = { "info", "warning", "critical" };
    const char *state = doc_text(incident, "state");
    bool open = strcmp(state, "raised") == 0 || strcmp(state, "clearing") == 0;
    int loud = open && !withheld_is(incident) ? 30 : strcmp(state, "cleared") == 0 ? 0 : open ? 20 : 10;

    for (int i = 0; i < 3; i++)
        if (strcmp(severities[i], doc_text(incident, "severity")) == 0)
            loud += i;
    return loud;
}

static int compare(const void *a, const void *b)
{
    const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
    double left_age = doc_number(left, "since_age"), right_age = doc_number(right, "since_age");

    if (loudness(left) != loudness(right))
        return loudness(left) > loudness(right) ? -1 : 1;
    if (left_age < right_age || left_age > right_age)
        return left_age > right_age ? -1 : 1;
    return strcmp(doc_text(left, "identity"), doc_text(right, "identity"));
}

/* A new array in the order of the screen. */
static json_t *sorted(const json_t *incidents)
{
    size_t count = json_array_size(incidents);
    json_t **rows = xcalloc(count, sizeof *rows), *array = memory_or_die(json_array());

    for (size_t i = 0; i < count; i++)
        rows[i] = json_array_get(incidents, i);
    qsort(rows, count, sizeof *rows, compare);
    for (size_t i = 0; i < count; i++)
        if (json_array_append(array, rows[i]) != 0)
            memory_or_die(NULL);
    free(rows);
    return array;
}

/* The table is laid out once for all, but printed a line at a time, so that each summary follows its line. */
static char *table_lines(const struct screen *screen, const json_t *incidents, unsigned indent)
{
    struct table *table = table_new(columns, COLUMNS);
    const json_t *incident;
    char *text = NULL;
    size_t len = 0, i;
    struct screen memory = *screen;

    memory.to = memory_or_die(open_memstream(&text, &len));
    json_array_foreach(incidents, i, incident)
        add_row(table, incident);
    table_print(table, &memory, indent, 0);
    fclose(memory.to);
    table_free(table);
    return text;
}

static char *print_line(const struct screen *screen, char *line)
{
    char *end = strchrnul(line, '\n');

    fprintf(screen->to, "%.*s\n", (int)(end - line), line);
    return *end == '\0' ? end : end + 1;
}

static void print_note(const struct screen *screen, const char *text, unsigned indent)
{
    screen_blanks(screen, indent);
    screen_wrap(screen, text, indent, indent);
}

/* What it is about, why nobody hears of it, and who has taken it on. */
static void print_below(const struct screen *screen, const json_t *incident, unsigned indent)
{
    char *notes[] = { withheld_line(incident), withheld_acknowledged(incident) };

    print_note(screen, doc_text(incident, "summary"), indent);
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        if (notes[i] != NULL)
            print_note(screen, notes[i], indent);
        free(notes[i]);
    }
}

void show_incident_table(const struct screen *screen, const json_t *unsorted, unsigned indent)
{
    json_t *incidents = sorted(unsorted);
    char *lines = table_lines(screen, incidents, indent), *next = print_line(screen, lines);
    const json_t *incident;
    size_t i;

    json_array_foreach(incidents, i, incident) {
        next = print_line(screen, next);
        print_below(screen, incident, indent + 2);
    }
    free(lines);
    json_decref(incidents);
}

void show_incidents(const struct screen *screen, const json_t *document)
{
    const json_t *incidents = json_object_get(document, "incidents");

    if (json_array_size(incidents) == 0)
        fputs("no incidents\n", screen->to);
    else
        show_incident_table(screen, incidents, 0);
}

static void print_title(const struct screen *screen, const json_t *incident)
{
    const char *severity = doc_text(incident, "severity");

    fprintf(screen->to, "%s%lld %s%s: ", screen_on(screen, PAINT_BOLD), doc_count(incident, "rule"),
            doc_text(incident, "name"), screen_off(screen, PAINT_BOLD));
    screen_put(screen, paint_of_severity(severity), severity);
    fprintf(screen->to, ", %s\n", doc_text(incident, "state"));
}

/* The last part of an id, or the whole of what is none. */
static const char *short_name(const char *text)
{
    const char *slash = strrchr(text, '/');

    return slash != NULL ? slash + 1 : text;
}

/* Each part of a subject with the words that name it; a port is called by the end of its id. */
static void say_subject(FILE *to, const json_t *subject)
{
    static const struct {
        const char *key, *words;
    } parts[] = {
        { "peering", "peering " },
        { "family", "family " },
        { "path", "path " },
        { "connection", "gateway connection " },
        { "global_reach", "Global Reach link " },
        { "maintenance", "maintenance " },
        { "port", "ExpressRoute Direct port " },
        { "link", "" },
        { "feature", "reading of " },
        { "credential", "credential " },
        { "subscription", "subscription " },
        { "receiver", "receiver " },
        { "silence", "silence " },
        { "cause", "what they share: " },
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (doc_known(subject, parts[i].key))
            fprintf(to, "%s%s%s", ftell(to) > 0 ? ", " : "", parts[i].words,
                    strcmp(parts[i].key, "port") == 0 ? short_name(doc_text(subject, "port"))
                                                      : doc_text(subject, parts[i].key));
}

static void print_about(const struct screen *screen, const json_t *incident)
{
    const json_t *circuit = json_object_get(incident, "circuit"), *subject = json_object_get(incident, "subject");
    char *text = NULL;
    size_t len = 0;
    FILE *to = memory_or_die(open_memstream(&text, &len));

    if (json_is_object(circuit))
        fprintf(to, "circuit %s", doc_text(circuit, "name"));
    say_subject(to, subject);
    fclose(to);
    show_field(screen, "About", "%s", *text != '\0' ? text : "erwatchd itself and this host");
    free(text);
    if (json_is_object(circuit) || doc_known(subject, "port"))
        show_field(screen, "Id", "%s", json_is_object(circuit) ? doc_text(circuit, "id") : doc_text(subject, "port"));
}

static void print_ack(const struct screen *screen, const json_t *incident)
{
    const json_t *ack = json_object_get(incident, "acknowledged");

    if (json_is_object(ack))
        show_field(screen, "Taken on", "by %s at %s%s%s%s%s%s", doc_text(ack, "by"), doc_text(ack, "at"),
                   doc_known(ack, "until") ? ", until " : "", doc_text(ack, "until"),
                   doc_bool(ack, "sticky") ? ", also when it comes again" : "", doc_known(ack, "why") ? ": " : "",
                   doc_text(ack, "why"));
}

void show_ack(const struct screen *screen, const json_t *incident)
{
    const json_t *ack = json_object_get(incident, "acknowledged");
    char identity[SHOW_IDENTITY_MAX];

    fprintf(screen->to, "%s: ", show_identity(incident, identity));
    if (json_is_object(ack))
        fprintf(screen->to, "acknowledged by %s%s%s\n", doc_text(ack, "by"), doc_known(ack, "until") ? " until " : "",
                doc_text(ack, "until"));
    else
        fputs("acknowledged by nobody\n", screen->to);
}

static void print_reminder(const struct screen *screen, const json_t *incident)
{
    long long before = doc_count(incident, "reminders");

    if (!doc_known(incident, "next_reminder_at"))
        return;
    if (before <= 0)
        show_field(screen, "Reminder", "%s, the first", doc_text(incident, "next_reminder_at"));
    else
        show_field(screen, "Reminder", "%s, after %lld", doc_text(incident, "next_reminder_at"), before);
}

static void print_times(const struct screen *screen, const json_t *incident)
{
    char age[AGE_TEXT_MAX];

    show_field(screen, "Since", "%s (%s)", doc_text_or(incident, "since", "?"),
               age_text(doc_number(incident, "since_age"), age));
    if (doc_known(incident, "raised_at"))
        show_field(screen, "Raised", "%s", doc_text(incident, "raised_at"));
    if (doc_known(incident, "told_at"))
        show_field(screen, "Told", "%s%s", doc_text(incident, "told_at"),
                   doc_bool(incident, "escalated") ? ", also to those of alerts.escalate" : "");
    print_reminder(screen, incident);
    print_ack(screen, incident);
    if (doc_bool(incident, "flapping"))
        show_field(screen, "Flapping", "it comes and goes, and counts as open until it is steady");
    if (doc_known(incident, "cleared_at") && strcmp(doc_text(incident, "state"), "cleared") == 0)
        show_field(screen, "Cleared", "%s", doc_text(incident, "cleared_at"));
}

/* "2 of 3 samples, 40s of 120s": what was counted, and what it waits for. */
static void print_wait(const struct screen *screen, const json_t *incident)
{
    const json_t *hold = json_object_get(incident, "hold"), *by = json_object_get(incident, "suppressed_by");
    const char *state = doc_text(incident, "state");
    char *withheld = withheld_explained(incident);

    if (strcmp(state, "pending") == 0 || strcmp(state, "clearing") == 0)
        show_field(screen, "Count", "%lld of %lld %s samples, %.0f s of %.0f s", doc_count(hold, "count"),
                   doc_count(hold, "count_needed"), *state == 'p' ? "bad" : "good", doc_number(hold, "age"),
                   doc_number(hold, "age_needed"));
    show_field(screen, "Waits for", "%s", doc_text_or(incident, "waits_for", "?"));
    if (json_is_object(by))
        show_field(screen, "Suppressed", "by rule %lld %s%s%s: it sends nothing while that lasts",
                   doc_count(by, "rule"), doc_text(by, "name"), doc_known(by, "incident") ? ", incident " : "",
                   doc_text(by, "incident"));
    if (withheld != NULL)
        show_field(screen, "Withheld", "%s", withheld);
    free(withheld);
}

static void print_paragraph(const struct screen *screen, const char *heading, const char *text)
{
    if (*text == '\0')
        return;
    show_heading(screen, heading);
    fputc(' ', screen->to);
    screen_wrap(screen, text, 1, 1);
}

static void print_steps(const struct screen *screen, const json_t *steps)
{
    const json_t *step;
    size_t i;

    if (json_array_size(steps) > 0)
        show_heading(screen, "Next steps");
    json_array_foreach(steps, i, step) {
        int width = fprintf(screen->to, " %zu. ", i + 1);
        screen_wrap(screen, json_is_string(step) ? json_string_value(step) : "", (unsigned)width, (unsigned)width);
    }
}

static const struct column fact_columns[] = {
    { .title = "FACT" },
    { .title = "AGE", .right = true },
    { .title = "SOURCE" },
    { .title = "VALUE" }, /* last and never cut: an explanation that is cut explains nothing */
};

static void print_facts(const struct screen *screen, const json_t *facts)
{
    struct table *table = table_new(fact_columns, sizeof fact_columns / sizeof *fact_columns);
    const json_t *fact;
    char age[AGE_TEXT_MAX];
    size_t i;

    json_array_foreach(facts, i, fact) {
        table_cell(table, PAINT_PLAIN, "%s", doc_text(fact, "name"));
        table_cell(table, PAINT_PLAIN, "%s",
                   doc_known(fact, "seen_at_age") ? age_text(doc_number(fact, "seen_at_age"), age)
                                                  : doc_text_or(fact, "seen_at", "-"));
        table_cell(table, PAINT_PLAIN, "%s", doc_text_or(fact, "source", "-"));
        table_cell(table, PAINT_PLAIN, "%s", doc_text(fact, "value"));
    }
    if (json_array_size(facts) > 0) {
        show_heading(screen, "Facts");
        table_print(table, screen, 1, 0);
    }
    table_free(table);
}

void show_incident(const struct screen *screen, const json_t *incident)
{
    print_title(screen, incident);
    screen_wrap(screen, doc_text(incident, "summary"), 0, 0);
    fputc('\n', screen->to);
    show_field(screen, "Incident", "%s", doc_text(incident, "identity"));
    print_about(screen, incident);
    show_field(screen, "Owner", "%s", doc_text_or(incident, "owner", "?"));
    print_times(screen, incident);
    print_wait(screen, incident);
    print_paragraph(screen, "What was found", doc_text(incident, "text"));
    print_steps(screen, json_object_get(incident, "next_steps"));
    print_facts(screen, json_object_get(incident, "facts"));
    print_paragraph(screen, "What the rule says", doc_text(incident, "meaning"));
}
