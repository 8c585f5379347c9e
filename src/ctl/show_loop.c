/* What the daemon itself does: for the day when it is the suspect. And the outcome of a reload. */
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/table.h"

static void print_heartbeat(const struct screen *screen, const json_t *heartbeat)
{
    char age[AGE_TEXT_MAX];

    if (!json_is_object(heartbeat))
        return;
    show_field(screen, "Heartbeat", "to %s, last one %s", doc_text(heartbeat, "to"),
               age_text(doc_number(heartbeat, "sent_age"), age));
    if (doc_known(heartbeat, "trouble"))
        show_field(screen, "  silent", "%s", doc_text(heartbeat, "trouble"));
}

static void print_daemon(const struct screen *screen, const json_t *document)
{
    const json_t *daemon = json_object_get(document, "daemon");
    char age[AGE_TEXT_MAX], settings[AGE_TEXT_MAX];

    fprintf(screen->to, "%serwatchd %s%s on %s, up %s\n", screen_on(screen, PAINT_BOLD), doc_text(daemon, "version"),
            screen_off(screen, PAINT_BOLD), doc_text_or(daemon, "host", "?"),
            age_text(doc_number(daemon, "uptime"), age));
    show_field(screen, "Settings", "%s, valid for %s, %lld circuits", doc_text(daemon, "settings"),
               age_text(doc_number(daemon, "settings_since_age"), settings), doc_count(document, "circuits"));
    if (doc_known(daemon, "settings_trouble"))
        show_field(screen, "  refused", "%s", doc_text(daemon, "settings_trouble"));
    print_heartbeat(screen, json_object_get(daemon, "heartbeat"));
}

static void print_figures(const struct screen *screen, const json_t *document)
{
    const json_t *loop = json_object_get(document, "loop"), *queues = json_object_get(document, "queues");
    const json_t *journal = json_object_get(queues, "journal"), *store = json_object_get(queues, "store");

    show_field(screen, "Loop",
               "%lld turns, %lld timers; longest turn %.1f ms, 99.9 %% below %.1f ms, latest timer %.1f ms late",
               doc_count(loop, "turns"), doc_count(loop, "timers"), doc_number(loop, "longest_turn_ms"),
               doc_number(loop, "turns_below_ms"), doc_number(loop, "latest_timer_ms"));
    show_field(screen, "Journal", "%lld written, %lld waiting, %lld lost", doc_count(journal, "written"),
               doc_count(journal, "waiting"), doc_count(journal, "lost"));
    show_field(screen, "Store", "%lld transactions waiting", doc_count(store, "waiting"));
}

static const struct column delivery_columns[] = {
    { .title = "RECEIVER", .least = 10, .gives = 2 },
    { .title = "WAITING", .right = true },
    { .title = "OLDEST", .right = true },
    { .title = "TROUBLE", .least = 20, .gives = 1 },
};

static void add_delivery(struct table *table, const json_t *row)
{
    char age[AGE_TEXT_MAX];

    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "receiver"));
    table_cell(table, PAINT_PLAIN, "%lld", doc_count(row, "waiting"));
    table_cell(table, PAINT_PLAIN, "%s", age_text(doc_number(row, "oldest"), age));
    table_cell(table, PAINT_WARNING, "%s", doc_text_or(row, "trouble", "-"));
}

static const struct column digest_columns[] = {
    { .title = "DIGEST", .least = 10, .gives = 2 },
    { .title = "TO", .least = 8, .gives = 1 },
    { .title = "INCIDENTS", .right = true },
    { .title = "NEXT" },
    { .title = "IN", .right = true },
};

static void add_digest(struct table *table, const json_t *row)
{
    const json_t *digest = json_object_get(row, "digest");
    char age[AGE_TEXT_MAX];

    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "receiver"));
    table_cell(table, PAINT_PLAIN, "%s", doc_text(digest, "to"));
    table_cell(table, PAINT_PLAIN, "%lld", doc_count(digest, "incidents"));
    table_cell(table, PAINT_PLAIN, "%s", doc_text_or(digest, "next", "-"));
    table_cell(table, PAINT_PLAIN, "%s", age_text(doc_number(digest, "next_in"), age));
}

static const struct column request_columns[] = {
    { .title = "REQUESTS" },
    { .title = "LAST CYCLE", .right = true },
    { .title = "CYCLE BEFORE", .right = true },
    { .title = "SENT", .right = true },
    { .title = "ANSWERED", .right = true },
    { .title = "FAILED", .right = true },
};

/* Requests of a cycle, and how many questions they answer where one took several: pages of a list, an operation. */
static void add_cycle(struct table *table, const json_t *row, const char *cycle)
{
    long long requests = doc_count(row, cycle), questions = doc_count(json_object_get(row, "questions"), cycle);

    if (questions > 0 && questions != requests)
        table_cell(table, PAINT_PLAIN, "%lld for %lld", requests, questions);
    else
        table_cell(table, PAINT_PLAIN, "%lld", requests);
}

static void add_request(struct table *table, const json_t *row)
{
    long long failed = doc_count(row, "failed");

    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "kind"));
    add_cycle(table, row, "last_cycle");
    add_cycle(table, row, "cycle_before");
    table_cell(table, PAINT_PLAIN, "%lld", doc_count(row, "sent"));
    table_cell(table, PAINT_PLAIN, "%lld", doc_count(row, "answered"));
    table_cell(table, failed > 0 ? PAINT_WARNING : PAINT_PLAIN, "%lld", failed);
}

static const struct column budget_columns[] = {
    { .title = "BUDGET", .least = 10, .gives = 2 },
    { .title = "SUBSCRIPTION", .least = 13, .gives = 1 },
    { .title = "OF" },
    { .title = "LEFT", .right = true },
    { .title = "GROWS" },
    { .title = "PAUSED", .right = true },
};

static void add_budget(struct table *table, const json_t *row)
{
    bool paused = doc_known(row, "paused_for");
    char age[AGE_TEXT_MAX];

    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "credential"));
    table_cell(table, PAINT_PLAIN, "%s", doc_text_or(row, "subscription", "-"));
    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "of"));
    table_cell(table, paused ? PAINT_WARNING : PAINT_PLAIN, "%lld of %lld", doc_count(row, "left"),
               doc_count(row, "capacity"));
    table_cell(table, PAINT_PLAIN, "%lld/s", doc_count(row, "per_second"));
    table_cell(table, PAINT_WARNING, "%s", paused ? age_text(doc_number(row, "paused_for"), age) : "-");
}

static const struct column token_columns[] = {
    { .title = "CREDENTIAL", .least = 10, .gives = 2 },
    { .title = "FOR" },
    { .title = "TOKEN", .right = true },
    { .title = "ENDS" },
    { .title = "TROUBLE", .least = 20, .gives = 1 },
};

static void add_token(struct table *table, const json_t *row)
{
    char age[AGE_TEXT_MAX];

    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "credential"));
    table_cell(table, PAINT_PLAIN, "%s", doc_text_or(row, "for", "-"));
    table_cell(table, PAINT_PLAIN, "%s", age_text(doc_number(row, "expires_in"), age));
    table_cell(table, PAINT_PLAIN, "%.10s", doc_text_or(row, "ends", "-")); /* the day is enough */
    table_cell(table, PAINT_WARNING, "%s", doc_text_or(row, "trouble", "-"));
}

static const struct column discovery_columns[] = {
    { .title = "DISCOVERY IN", .least = 12, .gives = 2 },
    { .title = "AS" },
    { .title = "CIRCUITS", .right = true },
    { .title = "BEYOND", .right = true },
    { .title = "LISTED", .right = true },
    { .title = "TROUBLE", .least = 20, .gives = 1 },
};

static void add_discovery(struct table *table, const json_t *row)
{
    char age[AGE_TEXT_MAX];
    long long beyond = doc_count(row, "beyond");

    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "subscription"));
    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "credential"));
    table_cell(table, PAINT_PLAIN, "%lld", doc_count(row, "circuits"));
    table_cell(table, beyond > 0 ? PAINT_WARNING : PAINT_PLAIN, "%lld", beyond);
    table_cell(table, PAINT_PLAIN, "%s", age_text(doc_number(row, "listed_age"), age));
    table_cell(table, PAINT_WARNING, "%s", doc_text_or(row, "trouble", "-"));
}

static const struct column poll_columns[] = {
    { .title = "NEXT POLL OF", .least = 12, .gives = 1 },
    { .title = "IN", .right = true },
};

static void add_poll(struct table *table, const json_t *row)
{
    char age[AGE_TEXT_MAX];

    table_cell(table, PAINT_PLAIN, "%s", doc_text(row, "circuit"));
    table_cell(table, PAINT_PLAIN, "%s", age_text(doc_number(row, "in"), age));
}

static void print_table(const struct screen *screen, const json_t *rows, const struct column *columns, size_t count,
                        void (*add)(struct table *table, const json_t *row))
{
    struct table *table = table_new(columns, count);
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
        add(table, row);
    if (json_array_size(rows) > 0) {
        fputc('\n', screen->to);
        table_print(table, screen, 1, 0);
    }
    table_free(table);
}

/* Receivers that send, or digests; the caller's reference. */
static json_t *queues_of(const json_t *rows, bool digests)
{
    json_t *some = json_array(), *row;
    size_t i;

    json_array_foreach(rows, i, row)
        if (json_is_object(json_object_get(row, "digest")) == digests)
            (void)json_array_append(some, row);
    return some;
}

#define COUNT(columns) (sizeof(columns) / sizeof *(columns))

void show_loop(const struct screen *screen, const json_t *document)
{
    const json_t *rows = json_object_get(json_object_get(document, "queues"), "deliveries");
    json_t *queues = queues_of(rows, false), *digests = queues_of(rows, true);

    print_daemon(screen, document);
    print_figures(screen, document);
    print_table(screen, queues, delivery_columns, COUNT(delivery_columns), add_delivery);
    print_table(screen, digests, digest_columns, COUNT(digest_columns), add_digest);
    json_decref(queues);
    json_decref(digests);
    print_table(screen, json_object_get(document, "requests"), request_columns, COUNT(request_columns), add_request);
    print_table(screen, json_object_get(document, "budgets"), budget_columns, COUNT(budget_columns), add_budget);
    print_table(screen, json_object_get(document, "tokens"), token_columns, COUNT(token_columns), add_token);
    print_table(screen, json_object_get(json_object_get(document, "daemon"), "discovery"), discovery_columns,
                COUNT(discovery_columns), add_discovery);
    print_table(screen, json_object_get(document, "polls"), poll_columns, COUNT(poll_columns), add_poll);
}

void show_reload(const struct screen *screen, const json_t *document)
{
    const json_t *warning;
    size_t i;

    json_array_foreach(json_object_get(document, "warnings"), i, warning)
        fprintf(screen->to, "%s\n", json_is_string(warning) ? json_string_value(warning) : "");
    fprintf(screen->to, "%s: %lld circuits, %lld added, %lld removed, %lld changed\n", doc_text(document, "settings"),
            doc_count(document, "circuits"), doc_count(document, "added"), doc_count(document, "removed"),
            doc_count(document, "changed"));
}

void show_test(const struct screen *screen, const json_t *document)
{
    double took = doc_number(document, "took");
    const char *receiver = doc_text(document, "receiver"), *answer = doc_text_or(document, "answer", "");
    char time[32];

    snprintf(time, sizeof time, took < 10 ? "%.0f ms" : "%.1f s", took < 10 ? took * 1000 : took);
    if (doc_bool(document, "taken"))
        fprintf(screen->to, "%s took the test notice after %s%s%s\n", receiver, time, *answer != '\0' ? ": " : "", answer);
    else
        fprintf(screen->to, "%s did not take the test notice, after %s: %s\n", receiver, time,
                doc_text_or(document, "trouble", "no reason given"));
}
