/* The list of circuits: one line each, the worst first, and what it comes to in one sentence. */
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/table.h"
#include "io/memory.h"

static const struct column columns[] = {
    { .title = "CIRCUIT", .least = 10, .gives = 1 }, /* at 80 columns it has 12 to 20 */
    { .title = "VERDICT" },
    { .title = "SINCE", .right = true },
    { .title = "PROVIDER", .least = 14, .gives = 2 },
    { .title = "PEERINGS", .least = 14, .gives = 4 },
    { .title = "PREFIXES", .least = 8, .gives = 3 },
    { .title = "AGE", .right = true },
    { .title = "FINDING", .optional = true },
};
#define COLUMNS (sizeof columns / sizeof *columns)

/* Worst first, as the rules order verdicts; a word of a newer daemon comes before all. */
static unsigned rank(const char *verdict)
{
    static const char *const order[] = { "unusable", "unknown", "degraded", "waiting", "usable" };

    for (unsigned i = 0; i < sizeof order / sizeof *order; i++)
        if (strcmp(order[i], verdict) == 0)
            return i + 1;
    return 0;
}

static int compare(const void *a, const void *b)
{
    const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
    unsigned left_rank = rank(doc_text(left, "verdict")), right_rank = rank(doc_text(right, "verdict"));

    if (left_rank != right_rank)
        return left_rank < right_rank ? -1 : 1;
    int by_name = strverscmp(doc_text(left, "name"), doc_text(right, "name"));
    return by_name != 0 ? by_name : strcmp(doc_text(left, "id"), doc_text(right, "id"));
}

static const char *short_peering(const char *name)
{
    return strcmp(name, "microsoft") == 0 ? "ms" : strcmp(name, "private") == 0 ? "pri" : "pub";
}

/* "2/2", "?/2" when none is known, or why there are no sessions to speak of */
static void say_sessions(FILE *to, const json_t *peering)
{
    long long all = doc_count(peering, "sessions"), known = doc_count(peering, "sessions_known");
    const char *state = doc_text(peering, "state");

    if (strcmp(state, "absent") == 0)
        fputs("none", to);
    else if (strcmp(state, "disabled") == 0)
        fputs("off", to);
    else if (all <= 0)
        fputs("?", to);
    else if (known <= 0)
        fprintf(to, "?/%lld", all);
    else
        fprintf(to, "%lld/%lld", doc_count(peering, "sessions_up"), all);
}

static char *peerings_text(const json_t *peerings)
{
    char *text = NULL;
    size_t len = 0, i;
    const json_t *peering;
    FILE *to = memory_or_die(open_memstream(&text, &len));

    if (json_array_size(peerings) == 0)
        fputs("-", to);
    json_array_foreach(peerings, i, peering) {
        fprintf(to, "%s%s ", i > 0 ? " " : "", short_peering(doc_text(peering, "name")));
        say_sessions(to, peering);
    }
    fclose(to);
    return text;
}

static enum paint peerings_paint(const json_t *peerings)
{
    const json_t *peering;
    const char *worst = "usable";
    size_t i;

    json_array_foreach(peerings, i, peering)
        if (rank(doc_text(peering, "verdict")) < rank(worst))
            worst = doc_text(peering, "verdict");
    return rank(worst) == rank("usable") ? PAINT_PLAIN : paint_of_verdict(worst);
}

/* The words of `advertisedPublicPrefixesState` are too long for a column. */
static const char *short_prefix_state(const char *state)
{
    static const struct {
        const char *state, *text;
    } words[] = {
        { "Configured", "" },
        { "NotConfigured", " not set" },
        { "Configuring", " configuring" },
        { "ValidationNeeded", " validate" },
        { "ManualValidationNeeded", " manual" },
        { "ValidationFailed", " failed" },
        { "AsnValidationFailed", " failed (ASN)" },
        { "CertificateMissingInRoutingRegistry", " failed (certificate)" },
        { "InvalidSignatureEncoding", " failed (signature)" },
        { "SignatureVerificationFailed", " failed (signature)" },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].state, state) == 0)
            return words[i].text;
    return " ?";
}

static void prefixes_cell(struct table *table, const json_t *prefixes)
{
    const char *state = short_prefix_state(doc_text(prefixes, "state"));

    if (!json_is_object(prefixes))
        table_cell(table, PAINT_PLAIN, "-");
    else
        table_cell(table, *state == '\0' ? PAINT_PLAIN : PAINT_WARNING, "%lld/%lld%s",
                   doc_count(prefixes, "configured"), doc_count(prefixes, "all"), state);
}

static void finding_cell(struct table *table, const json_t *findings)
{
    const json_t *worst = json_array_get(findings, 0);
    size_t more = json_array_size(findings);

    if (worst == NULL)
        table_cell(table, PAINT_PLAIN, "-");
    else if (more == 1)
        table_cell(table, paint_of_severity(doc_text(worst, "severity")), "%lld %s", doc_count(worst, "rule"),
                   doc_text(worst, "name"));
    else
        table_cell(table, paint_of_severity(doc_text(worst, "severity")), "%lld %s +%zu", doc_count(worst, "rule"),
                   doc_text(worst, "name"), more - 1);
}

static const char *provider_text(const json_t *row)
{
    return doc_bool(row, "direct") ? "Direct" : doc_text_or(row, "provider_state", "-");
}

static void add_row(struct table *table, const json_t *row)
{
    const json_t *peerings = json_object_get(row, "peerings");
    const char *verdict = doc_text_or(row, "verdict", "?");
    char *peerings_cell = peerings_text(peerings), since[AGE_TEXT_MAX], age[AGE_TEXT_MAX];

    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "name"));
    table_cell(table, paint_of_verdict(verdict), "%s%s", verdict, doc_bool(row, "confirming") ? "*" : "");
    table_cell(table, PAINT_PLAIN, "%s", age_text(doc_number(row, "since_age"), since));
    table_cell(table, PAINT_PLAIN, "%s", provider_text(row));
    table_cell(table, peerings_paint(peerings), "%s", peerings_cell);
    prefixes_cell(table, json_object_get(row, "prefixes"));
    table_cell(table, doc_known(row, "failure") ? PAINT_WARNING : PAINT_PLAIN, "%s",
               age_text(doc_number(row, "age"), age));
    finding_cell(table, json_object_get(row, "findings"));
    free(peerings_cell);
}

/* The rows in the order of the screen; free() the array, the rows belong to the document. */
static json_t **sorted(const json_t *circuits, size_t count)
{
    json_t **rows = xcalloc(count + 1, sizeof *rows);

    for (size_t i = 0; i < count; i++)
        rows[i] = json_array_get(circuits, i);
    qsort(rows, count, sizeof *rows, compare);
    return rows;
}

static void print_rows(const struct screen *screen, const json_t *circuits, size_t most)
{
    size_t count = json_array_size(circuits);
    json_t **rows = sorted(circuits, count);
    struct table *table = table_new(columns, COLUMNS);

    for (size_t i = 0; i < count; i++)
        add_row(table, rows[i]);
    if (count > 0)
        table_print(table, screen, 0, most);
    table_free(table);
    free(rows);
}

static bool any_confirming(const json_t *circuits)
{
    const json_t *row;
    size_t i;

    json_array_foreach(circuits, i, row)
        if (doc_bool(row, "confirming"))
            return true;
    return false;
}

static void print_verdicts(const struct screen *screen, const json_t *totals)
{
    static const char *const verdicts[] = { "usable", "waiting", "degraded", "unknown", "unusable" };
    long long circuits = doc_count(totals, "circuits");
    const char *before = ": ";

    fprintf(screen->to, "%lld circuit%s", circuits < 0 ? 0 : circuits, circuits == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        long long count = doc_count(totals, verdicts[i]);
        if (count <= 0)
            continue;
        fprintf(screen->to, "%s%s%lld %s%s", before, screen_on(screen, paint_of_verdict(verdicts[i])), count,
                verdicts[i], screen_off(screen, paint_of_verdict(verdicts[i])));
        before = ", ";
    }
}

static void print_raised(const struct screen *screen, const json_t *totals)
{
    const json_t *raised = json_object_get(totals, "raised");
    long long all = doc_count(raised, "all"), critical = doc_count(raised, "critical");
    long long pending = doc_count(totals, "pending"), suppressed = doc_count(totals, "suppressed");

    if (all <= 0)
        fputs("no incident raised", screen->to);
    else
        fprintf(screen->to, "%lld incident%s raised", all, all == 1 ? "" : "s");
    if (critical > 0)
        fprintf(screen->to, " (%s%lld critical%s)", screen_on(screen, PAINT_BAD), critical,
                screen_off(screen, PAINT_BAD));
    if (pending > 0)
        fprintf(screen->to, ", %lld pending", pending);
    if (suppressed > 0)
        fprintf(screen->to, ", %lld suppressed", suppressed);
}

typedef void print_part(const struct screen *screen, const json_t *totals);

static unsigned part_width(const struct screen *screen, print_part *print, const json_t *totals)
{
    struct screen plain = { .utf8 = screen->utf8 };
    char *text = NULL;
    size_t len = 0;

    plain.to = memory_or_die(open_memstream(&text, &len));
    print(&plain, totals);
    fclose(plain.to);
    unsigned width = text_width(text);
    free(text);
    return width;
}

/* One sentence; on two lines where it does not fit on one. */
static void print_totals(const struct screen *screen, const json_t *totals)
{
    unsigned width = part_width(screen, print_verdicts, totals) + 2 + part_width(screen, print_raised, totals);

    print_verdicts(screen, totals);
    fputs(screen->columns > 0 && width > screen->columns ? ";\n" : "; ", screen->to);
    print_raised(screen, totals);
    fputc('\n', screen->to);
}

/* Circuits that may be missing in the list above. */
static void print_discovery(const struct screen *screen, const json_t *discoveries)
{
    const json_t *discovery;
    size_t i;
    char text[512];

    json_array_foreach(discoveries, i, discovery) {
        long long beyond = doc_count(discovery, "beyond");
        if (!doc_known(discovery, "trouble") && beyond <= 0)
            continue;
        if (doc_known(discovery, "trouble"))
            snprintf(text, sizeof text, "%s: %s", doc_text(discovery, "subscription"), doc_text(discovery, "trouble"));
        else
            snprintf(text, sizeof text, "%s: %lld circuits are not watched, \"most\" is reached",
                     doc_text(discovery, "subscription"), beyond);
        screen_put(screen, PAINT_WARNING, "Discovery: ");
        screen_wrap(screen, text, 11, 11);
    }
}

/* Whoever relies on a maintenance window has to know. */
static void print_clock(const struct screen *screen, const json_t *daemon)
{
    char text[256];

    if (!doc_known(daemon, "clock_trouble"))
        return;
    snprintf(text, sizeof text, "%s; maintenance windows mute nothing", doc_text(daemon, "clock_trouble"));
    screen_put(screen, PAINT_WARNING, "Clock: ");
    screen_wrap(screen, text, 7, 7);
}

/* Silence is the alarm: whoever sees it here knows before the other side does. */
static void print_heartbeat(const struct screen *screen, const json_t *daemon)
{
    const json_t *heartbeat = json_object_get(daemon, "heartbeat");

    if (!doc_known(heartbeat, "trouble"))
        return;
    screen_put(screen, PAINT_WARNING, "Heartbeat: ");
    screen_wrap(screen, doc_text(heartbeat, "trouble"), 11, 11);
}

/* Whoever looks here must learn that others may not have been told. */
static void print_deliveries(const struct screen *screen, const json_t *list)
{
    const json_t *queue;
    size_t i;

    json_array_foreach(list, i, queue) {
        long long waiting = doc_count(queue, "waiting");
        char *text = NULL, age[AGE_TEXT_MAX];
        if (waiting <= 0 || !doc_known(queue, "trouble"))
            continue;
        if (asprintf(&text, "%s: %lld notice%s wait%s, the oldest for %s: %s", doc_text(queue, "receiver"), waiting,
                     waiting == 1 ? "" : "s", waiting == 1 ? "s" : "", age_text(doc_number(queue, "oldest"), age),
                     doc_text(queue, "trouble")) < 0)
            memory_or_die(NULL);
        screen_put(screen, PAINT_WARNING, "Receiver ");
        screen_wrap(screen, text, 9, 9);
        free(text);
    }
}

/* "1 silence, the next ends in 42m; 2 maintenance windows" */
static void print_silences(const struct screen *screen, const json_t *document)
{
    const json_t *daemon = json_object_get(document, "daemon");
    long long silences = doc_count(daemon, "silences"), windows = doc_count(daemon, "windows");
    char left[AGE_TEXT_MAX];

    if (silences > 0)
        fprintf(screen->to, "%lld silence%s, %sends in %s", silences, silences == 1 ? "" : "s",
                silences == 1 ? "" : "the next ", age_text(doc_number(daemon, "silences_end_in"), left));
    if (windows > 0)
        fprintf(screen->to, "%s%lld maintenance window%s", silences > 0 ? "; " : "", windows, windows == 1 ? "" : "s");
    if (silences > 0 || windows > 0)
        fputc('\n', screen->to);
}

void show_status(const struct screen *screen, const json_t *document, size_t most)
{
    const json_t *circuits = json_object_get(document, "circuits");
    const char *trouble = doc_text(json_object_get(document, "daemon"), "settings_trouble");

    print_rows(screen, circuits, most);
    if (any_confirming(circuits))
        screen_put(screen, PAINT_DIM, "* a finding is still being confirmed\n");
    if (*trouble != '\0') {
        screen_put(screen, PAINT_WARNING, "Settings: ");
        screen_wrap(screen, trouble, 10, 10);
    }
    print_clock(screen, json_object_get(document, "daemon"));
    print_heartbeat(screen, json_object_get(document, "daemon"));
    print_discovery(screen, json_object_get(json_object_get(document, "daemon"), "discovery"));
    print_deliveries(screen, json_object_get(document, "deliveries"));
    print_silences(screen, document);
    print_totals(screen, json_object_get(document, "totals"));
}
