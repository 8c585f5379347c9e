/*
 * `history`: the daemon gives it a page at a time, newest first. For people the pages are gathered and shown the other
 * way round, as a log is read; for programs each page is printed as it comes.
 */
#include "ctl/command.h"

#include "ctl/ask.h"
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/when.h"
#include "io/memory.h"

#define LINES_USUAL 100
#define PAGE_MOST 500 /* the daemon gives no more */

/* What is asked, page after page. */
struct reading {
    const struct call *call;
    char *what;     /* "&circuit=…", "&since=…" */
    long left;      /* lines that are still wanted */
    json_t *lines;  /* for people: newest first */
    bool more;      /* there are older ones */
};

/* Give @p text up and have it with "KEY" and an encoded value behind it. */
static char *with(char *text, const char *key, const char *value)
{
    char *before = NULL;

    if (asprintf(&before, "%s&%s=", text, key) < 0)
        memory_or_die(NULL);
    free(text);
    char *whole = ask_path(before, value);
    free(before);
    return whole;
}

/* @return false: a time is none, and that was said */
static bool with_range(const struct call *call, char **what)
{
    const struct {
        const char *key, *text;
    } ends[] = { { "since", call->since }, { "until", call->silence.until } };
    char utc[WHEN_READ_MAX];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (ends[i].text == NULL)
            continue;
        if (!when_read_past(ends[i].text, utc)) {
            complain("--%s takes a time such as 2026-12-01T22:00, a day, or a duration such as 2d", ends[i].key);
            return false;
        }
        *what = with(*what, ends[i].key, utc);
    }
    return true;
}

static void ask_page(const struct reading *reading, const char *before, struct answer *answer)
{
    long lines = reading->left < PAGE_MOST ? reading->left : PAGE_MOST;
    char *path = NULL;

    if (asprintf(&path, "/v1/history?limit=%ld%s", lines, reading->what) < 0)
        memory_or_die(NULL);
    if (before != NULL)
        path = with(path, "before", before);
    ask(reading->call->socket, "GET", path, NULL,
        reading->call->timeout_ms > 0 ? reading->call->timeout_ms : ASK_READ_MS, answer);
    free(path);
}

static void take_page(struct reading *reading, const json_t *body)
{
    const json_t *page = json_object_get(body, "history");

    reading->left -= (long)json_array_size(page);
    if (reading->call->json) {
        command_print_json(reading->call, body);
        return;
    }
    json_t *safe = doc_harmless(page, !reading->call->screen.utf8);
    if (json_array_extend(reading->lines, safe) != 0)
        memory_or_die(NULL);
    json_decref(safe);
}

/* All pages that are wanted, beginning with an answer to the first. */
static enum exit_status read_pages(struct reading *reading, struct answer *answer)
{
    enum exit_status status = command_judge(reading->call, answer);

    while (status == EXIT_DONE) {
        take_page(reading, answer->body);
        char *next = xstrdup(doc_text(answer->body, "next"));
        reading->more = *next != '\0';
        if (!reading->more || reading->left <= 0 || json_array_size(json_object_get(answer->body, "history")) == 0) {
            free(next);
            break;
        }
        json_decref(answer->body);
        ask_page(reading, next, answer);
        free(next);
        status = command_judge(reading->call, answer);
    }
    json_decref(answer->body);
    return status;
}

static void show(const struct reading *reading)
{
    const struct screen *screen = &reading->call->screen;
    json_t *turned = memory_or_die(json_array());

    for (size_t i = json_array_size(reading->lines); i-- > 0;)
        if (json_array_append(turned, json_array_get(reading->lines, i)) != 0)
            memory_or_die(NULL);
    show_history(screen, turned);
    if (reading->more)
        complain("there are older lines; --limit, --since and --until show them");
    json_decref(turned);
}

/* "0123456789abcdef-4", or the beginning of it */
static bool may_be_incident(const char *word)
{
    size_t digits = strspn(word, "0123456789abcdefABCDEF");
    const char *rest = word + digits;

    if (digits < 4 || digits > 16)
        return false;
    return *rest == '\0' || (*rest == '-' && strspn(rest + 1, "0123456789") == strlen(rest + 1));
}

/* What a word names is for the daemon to say: a circuit of that name, else an incident. */
static void ask_first(struct reading *reading, struct answer *answer)
{
    const char *word = reading->call->argument;
    char *range = reading->what;

    if (word != NULL)
        reading->what = with(xstrdup(range), "circuit", word);
    ask_page(reading, NULL, answer);
    bool unknown = answer->end == ASK_ANSWERED && answer->status == 404 && word != NULL && may_be_incident(word);
    if (unknown) {
        json_decref(answer->body);
        free(reading->what);
        reading->what = with(xstrdup(range), "incident", word);
        ask_page(reading, NULL, answer);
    }
    if (word != NULL)
        free(range);
}

enum exit_status run_history(const struct call *call)
{
    struct reading reading = { .call = call, .what = xstrdup(""), .left = call->limit > 0 ? call->limit : LINES_USUAL };
    struct answer answer;
    enum exit_status status = EXIT_USAGE;

    reading.lines = memory_or_die(json_array());
    if (with_range(call, &reading.what)) {
        ask_first(&reading, &answer);
        status = read_pages(&reading, &answer);
    }
    if (status == EXIT_DONE && !call->json)
        show(&reading);
    free(reading.what);
    json_decref(reading.lines);
    return status;
}
