/* One circuit in full: what it is, where it stands, each session with what both witnesses say, prefixes, incidents. */
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/table.h"
#include "io/memory.h"

#include <stdarg.h>
#include <stdint.h>

void show_label(const struct screen *screen, const char *label)
{
    fputc(' ', screen->to);
    screen_put(screen, PAINT_DIM, label);
    screen_blanks(screen, SHOW_LABEL > strlen(label) ? SHOW_LABEL - (unsigned)strlen(label) : 1);
}

void show_field(const struct screen *screen, const char *label, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        memory_or_die(NULL);
    va_end(arguments);
    show_label(screen, label);
    screen_wrap(screen, text, SHOW_LABEL + 1, SHOW_LABEL + 1);
    free(text);
}

void show_heading(const struct screen *screen, const char *heading)
{
    fputc('\n', screen->to);
    screen_put(screen, PAINT_BOLD, heading);
    fputc('\n', screen->to);
}

static void print_title(const struct screen *screen, const json_t *circuit)
{
    const char *verdict = doc_text_or(circuit, "verdict", "?");
    char since[AGE_TEXT_MAX];

    screen_put(screen, PAINT_BOLD, doc_text(circuit, "name"));
    fputs(": ", screen->to);
    screen_put(screen, paint_of_verdict(verdict), verdict);
    if (doc_known(circuit, "since_age"))
        fprintf(screen->to, " for %s", age_text(doc_number(circuit, "since_age"), since));
    fprintf(screen->to, "%s\n", doc_bool(circuit, "confirming") ? ", a finding is still being confirmed" : "");
}

static void print_line(const struct screen *screen, const json_t *circuit)
{
    const json_t *states = json_object_get(circuit, "states");
    const char *where = doc_text(circuit, "peering_location"), *region = doc_text(circuit, "location");
    long long bandwidth = doc_count(circuit, "bandwidth");

    if (!json_is_object(states)) {
        show_field(screen, "State", "not known: Azure has not answered yet");
        return;
    }
    show_field(screen, "State", "circuit %s, provider %s, last operation %s", doc_text_or(states, "circuit", "?"),
               doc_bool(circuit, "direct") ? "not needed (ExpressRoute Direct)" : doc_text_or(states, "provider", "?"),
               doc_text_or(states, "operation", "?"));
    show_field(screen, "Line", "%s%s%s%s%s", doc_text_or(circuit, "provider", "ExpressRoute Direct"),
               *where != '\0' ? " in " : "", where, *region != '\0' ? ", Azure region " : "", region);
    if (bandwidth > 0)
        show_field(screen, "Size", "%lld Mbit/s, %s", bandwidth, doc_text_or(circuit, "sku", "SKU not known"));
    if (doc_known(circuit, "service_key_tail"))
        show_field(screen, "Service key", "ends in %s", doc_text(circuit, "service_key_tail"));
}

static void print_labels(const struct screen *screen, const json_t *labels)
{
    char *text = NULL;
    size_t len = 0;
    const json_t *value;
    const char *name;
    FILE *to = memory_or_die(open_memstream(&text, &len));

    json_object_foreach((json_t *)(uintptr_t)labels, name, value)
        fprintf(to, "%s%s=%s", ftell(to) > 0 ? "  " : "", name, json_is_string(value) ? json_string_value(value) : "");
    fclose(to);
    if (len > 0)
        show_field(screen, "Labels", "%s", text);
    free(text);
}

static void print_data(const struct screen *screen, const json_t *circuit)
{
    const json_t *failure = json_object_get(circuit, "failure");
    char age[AGE_TEXT_MAX], next[AGE_TEXT_MAX], failed[AGE_TEXT_MAX];

    age_text(doc_number(circuit, "age"), age);
    age_text(doc_number(circuit, "next_poll_in"), next);
    show_field(screen, "Data", "%s%s, next poll %s%s, credential %s", doc_known(circuit, "age") ? age : "none yet",
               doc_known(circuit, "age") ? " old" : "", doc_known(circuit, "next_poll_in") ? "in " : "not planned",
               doc_known(circuit, "next_poll_in") ? next : "", doc_text_or(circuit, "credential", "?"));
    if (json_is_object(failure))
        show_field(screen, "Last poll", "%s: %s (%s ago)", doc_text_or(failure, "kind", "failed"),
                   doc_text(failure, "text"), age_text(doc_number(failure, "age"), failed));
}

static const char *step_mark(const struct screen *screen, const char *state)
{
    if (strcmp(state, "done") == 0)
        return screen->utf8 ? "\xe2\x9c\x93" : "+"; /* check mark */
    if (strcmp(state, "open") == 0)
        return screen->utf8 ? "\xe2\x9c\x97" : "-"; /* ballot x */
    return strcmp(state, "unknown") == 0 ? "?" : "n/a";
}

static void print_workflow(const struct screen *screen, const json_t *workflow)
{
    const json_t *step;
    char *text = NULL;
    size_t len = 0, i;
    FILE *to = memory_or_die(open_memstream(&text, &len));

    json_array_foreach(json_object_get(workflow, "steps"), i, step)
        fprintf(to, "%s%lld %s %s", i > 0 ? "  " : "", doc_count(step, "step"), doc_text(step, "name"),
                step_mark(screen, doc_text(step, "state")));
    fclose(to);
    if (len > 0) {
        show_field(screen, "Workflow", "%s", text);
        if (doc_known(workflow, "next"))
            show_field(screen, "  next", "%s: %s", doc_text(workflow, "next"), doc_text(workflow, "needs"));
    }
    free(text);
}

static const struct column session_columns[] = {
    { .title = "PEERING" }, { .title = "STATE" },
    { .title = "PATH" },    { .title = "SESSION" },
    { .title = "METRIC" },  { .title = "ROUTES", .least = 10, .gives = 1 },
    { .title = "UPTIME", .least = 6, .gives = 2 },
};
#define SESSION_COLUMNS (sizeof session_columns / sizeof *session_columns)

static enum paint paint_of_session(const char *state)
{
    if (strcmp(state, "up") == 0)
        return PAINT_GOOD;
    if (strcmp(state, "down") == 0)
        return PAINT_BAD;
    return strcmp(state, "unknown") == 0 ? PAINT_ODD : PAINT_WARNING;
}

/* The metric in per cent and how old the point is; "-" when there was none. */
static void metric_cell(struct table *table, const json_t *session)
{
    char age[AGE_TEXT_MAX];

    if (!doc_known(session, "metric_age"))
        table_cell(table, PAINT_PLAIN, "-");
    else
        table_cell(table, PAINT_PLAIN, "%lld%% (%s)", doc_count(session, "metric"),
                   age_text(doc_number(session, "metric_age"), age));
}

/* What the route summary says: prefixes received or the state word, and how old that is. */
static void route_cell(struct table *table, const json_t *session)
{
    char age[AGE_TEXT_MAX];

    age_text(doc_number(session, "route_age"), age);
    if (!doc_known(session, "route_age"))
        table_cell(table, PAINT_PLAIN, "-");
    else if (doc_known(session, "prefixes_received"))
        table_cell(table, PAINT_PLAIN, "%lld (%s)", doc_count(session, "prefixes_received"), age);
    else
        table_cell(table, PAINT_PLAIN, "%s (%s)", doc_text_or(session, "route", "no row"), age);
}

static void add_session(struct table *table, const json_t *peering, const json_t *family, const json_t *session,
                        bool first)
{
    const char *state = doc_text(session, "state");

    table_cell(table, paint_of_verdict(doc_text(peering, "verdict")), "%s%s%s", first ? doc_text(peering, "name") : "",
               first ? " " : "", first ? doc_text(family, "family") : "");
    table_cell(table, PAINT_PLAIN, "%s", first ? doc_text_or(family, "state", "-") : "");
    table_cell(table, PAINT_PLAIN, "%s", doc_text(session, "path"));
    table_cell(table, paint_of_session(state), "%s", state);
    metric_cell(table, session);
    route_cell(table, session);
    table_cell(table, PAINT_PLAIN, "%s", doc_text_or(session, "uptime", "-"));
}

static void add_peering(struct table *table, const json_t *peering)
{
    const json_t *family, *session, *families = json_object_get(peering, "families");
    size_t f, s;

    json_array_foreach(families, f, family)
        json_array_foreach(json_object_get(family, "sessions"), s, session)
            add_session(table, peering, family, session, s == 0);
    if (json_array_size(families) > 0)
        return;
    bool absent = json_is_false(json_object_get(peering, "present"));
    table_cell(table, paint_of_verdict(doc_text(peering, "verdict")), "%s", doc_text(peering, "name"));
    table_cell(table, PAINT_PLAIN, absent ? "absent" : "-");
    for (size_t i = 2; i < SESSION_COLUMNS; i++)
        table_cell(table, PAINT_PLAIN, "-");
}

static void print_peerings(const struct screen *screen, const json_t *peerings)
{
    struct table *table = table_new(session_columns, SESSION_COLUMNS);
    const json_t *peering;
    size_t i;

    json_array_foreach(peerings, i, peering)
        add_peering(table, peering);
    if (json_array_size(peerings) > 0) {
        fputc('\n', screen->to);
        table_print(table, screen, 1, 0);
    }
    table_free(table);
}

static const struct column prefix_columns[] = { { .title = "PREFIX" }, { .title = "FAMILY" }, { .title = "STATE" } };

static void add_prefixes(struct table *table, const json_t *family)
{
    const json_t *prefix, *prefixes = json_object_get(family, "prefixes");
    const char *common = doc_text_or(family, "prefixes_state", "-");
    size_t i;

    json_array_foreach(prefixes, i, prefix) {
        const char *state = doc_text_or(prefix, "state", common);
        table_cell(table, PAINT_PLAIN, "%s", doc_text(prefix, "prefix"));
        table_cell(table, PAINT_PLAIN, "%s", doc_text(family, "family"));
        table_cell(table, strcmp(state, "Configured") == 0 ? PAINT_GOOD : PAINT_WARNING, "%s%s", state,
                   doc_known(prefix, "state") ? "" : " (of the peering)");
    }
}

static void print_prefixes(const struct screen *screen, const json_t *peerings)
{
    struct table *table = table_new(prefix_columns, sizeof prefix_columns / sizeof *prefix_columns);
    const json_t *peering, *family;
    size_t p, f, count = 0;

    json_array_foreach(peerings, p, peering)
        json_array_foreach(json_object_get(peering, "families"), f, family) {
            add_prefixes(table, family);
            count += json_array_size(json_object_get(family, "prefixes"));
        }
    if (count > 0) {
        fputc('\n', screen->to);
        table_print(table, screen, 1, 0);
    }
    table_free(table);
}

void show_circuit(const struct screen *screen, const json_t *circuit)
{
    const json_t *incidents = json_object_get(circuit, "incidents");

    print_title(screen, circuit);
    show_field(screen, "Id", "%s", doc_text(circuit, "id"));
    print_line(screen, circuit);
    print_labels(screen, json_object_get(circuit, "labels"));
    print_data(screen, circuit);
    print_workflow(screen, json_object_get(circuit, "workflow"));
    show_beyond(screen, circuit);
    print_peerings(screen, json_object_get(circuit, "peerings"));
    print_prefixes(screen, json_object_get(circuit, "peerings"));
    if (json_array_size(incidents) > 0) {
        fputc('\n', screen->to);
        show_incident_table(screen, incidents, 1);
    }
}
