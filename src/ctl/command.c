/*
 * The commands. Each is a row: what is asked, and who shows the answer. Failures go to standard error and become an
 * exit status here, so that the screens never see one.
 */
#include "ctl/command.h"

#include "ctl/ask.h"
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/silence.h"
#include "ctl/watch.h"
#include "io/harmless.h"
#include "io/memory.h"

#include <stdarg.h>

void complain(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    int len = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (len < 0)
        memory_or_die(NULL);
    size_t room = HARMLESS_ROOM((size_t)len);
    char *safe = xcalloc(1, room);
    harmless_text(text, (size_t)len, HARMLESS_ONE_LINE, safe, room);
    fprintf(stderr, "erwatchctl: %s\n", safe);
    free(safe);
    free(text);
}

static void print_findings(const json_t *findings, bool ascii)
{
    const json_t *finding;
    size_t i;
    json_t *safe = json_is_array(findings) ? doc_harmless(findings, ascii) : NULL;

    json_array_foreach(safe, i, finding)
        if (json_is_string(finding))
            fprintf(stderr, "%s\n", json_string_value(finding));
    json_decref(safe);
}

enum exit_status command_judge(const struct call *call, const struct answer *answer)
{
    const json_t *error = json_object_get(answer->body, "error");

    if (answer->end != ASK_ANSWERED) {
        complain("%s", answer->why);
        return answer->end == ASK_BROKEN ? EXIT_FAILED : EXIT_NO_DAEMON;
    }
    if (answer->status == 200)
        return EXIT_DONE;
    print_findings(json_object_get(error, "findings"), !call->screen.utf8);
    complain("%s", doc_text_or(error, "message", "erwatchd refused without saying why"));
    bool no_such = strncmp(doc_text(error, "code"), "no-such-", 8) == 0;
    return no_such ? EXIT_NO_SUCH : EXIT_FAILED;
}

void command_print_json(const struct call *call, const json_t *body)
{
    json_dumpf(body, call->screen.to, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
    fputc('\n', call->screen.to);
}

typedef void show_document(const struct screen *screen, const json_t *document);

static void show_body(const struct call *call, const json_t *body, const char *part, show_document *show)
{
    if (call->json) {
        command_print_json(call, body);
        return;
    }
    json_t *safe = doc_harmless(body, !call->screen.utf8);
    show(&call->screen, part == NULL ? safe : json_object_get(safe, part));
    json_decref(safe);
}

static void ask_daemon(const struct call *call, const char *method, const char *path, long usual_ms,
                       struct answer *answer)
{
    ask(call->socket, method, path, NULL, call->timeout_ms > 0 ? call->timeout_ms : usual_ms, answer);
}

/* Ask, then show the document or one part of it. */
static enum exit_status ask_and_show(const struct call *call, const char *path, const char *part, show_document *show)
{
    struct answer answer;

    ask_daemon(call, "GET", path, ASK_READ_MS, &answer);
    enum exit_status status = command_judge(call, &answer);
    if (status == EXIT_DONE)
        show_body(call, answer.body, part, show);
    json_decref(answer.body);
    return status;
}

static enum exit_status ask_named(const struct call *call, const char *before, const char *part, show_document *show)
{
    char *path = ask_path(before, call->argument);
    enum exit_status status = ask_and_show(call, path, part, show);

    free(path);
    return status;
}

static void show_whole_status(const struct screen *screen, const json_t *document)
{
    show_status(screen, document, 0);
}

static enum exit_status run_status(const struct call *call)
{
    return call->watch ? watch_status(call) : ask_and_show(call, "/v1/status", NULL, show_whole_status);
}

static enum exit_status run_show(const struct call *call)
{
    return ask_named(call, "/v1/circuits/", "circuit", show_circuit);
}

static enum exit_status run_incidents(const struct call *call)
{
    return ask_and_show(call, call->all ? "/v1/incidents?all=1" : "/v1/incidents", NULL, show_incidents);
}

static enum exit_status run_explain(const struct call *call)
{
    return ask_named(call, "/v1/incidents/", "incident", show_incident);
}

static enum exit_status run_poll(const struct call *call)
{
    char *path = ask_path("/v1/poll?circuit=", call->argument);
    struct answer answer;

    ask_daemon(call, "POST", path, ASK_POLL_MS, &answer);
    free(path);
    enum exit_status status = command_judge(call, &answer);
    if (status == EXIT_DONE) {
        const json_t *failure = json_object_get(json_object_get(answer.body, "circuit"), "failure");
        show_body(call, answer.body, "circuit", show_circuit);
        if (!doc_bool(answer.body, "answered")) {
            complain("the poll was not answered: %s", doc_text_or(failure, "text", "no reason given"));
            status = EXIT_FAILED;
        }
    }
    json_decref(answer.body);
    return status;
}

/* Whoever tests wants to know whether it was taken, also as the exit status. */
static enum exit_status run_test(const struct call *call)
{
    char *before = ask_path("/v1/receivers/", call->argument), *path = NULL;
    struct answer answer;

    if (asprintf(&path, "%s/test", before) < 0)
        memory_or_die(NULL);
    ask_daemon(call, "POST", path, ASK_TEST_MS, &answer);
    free(before);
    free(path);
    enum exit_status status = command_judge(call, &answer);
    if (status == EXIT_DONE) {
        show_body(call, answer.body, NULL, show_test);
        status = doc_bool(answer.body, "taken") ? EXIT_DONE : EXIT_FAILED;
    }
    json_decref(answer.body);
    return status;
}

static enum exit_status run_loop(const struct call *call)
{
    return ask_and_show(call, "/v1/loop", NULL, show_loop);
}

static enum exit_status run_reload(const struct call *call)
{
    struct answer answer;

    ask_daemon(call, "POST", "/v1/reload", ASK_RELOAD_MS, &answer);
    enum exit_status status = command_judge(call, &answer);
    if (status == EXIT_DONE)
        show_body(call, answer.body, NULL, show_reload);
    json_decref(answer.body);
    return status;
}

/* What could not be read; the rest is shown all the same. */
static enum exit_status judge_lists(const json_t *lists)
{
    enum exit_status status = EXIT_DONE;
    const json_t *list;
    size_t i;

    json_array_foreach(lists, i, list) {
        if (!doc_known(list, "trouble"))
            continue;
        complain("%s as %s: %s", doc_text_or(list, "subscription", "the list of subscriptions"),
                 doc_text(list, "credential"), doc_text(list, "trouble"));
        status = EXIT_FAILED;
    }
    return status;
}

static enum exit_status run_discover(const struct call *call)
{
    char *credential = ask_path(call->graph ? "/v1/discover?graph=1&credential=" : "/v1/discover?credential=",
                                call->credential != NULL ? call->credential : "");
    char *before = NULL;
    struct answer answer;

    if (asprintf(&before, "%s&subscription=", credential) < 0)
        memory_or_die(NULL);
    char *path = ask_path(before, call->subscription != NULL ? call->subscription : "");
    ask_daemon(call, "POST", path, ASK_DISCOVER_MS, &answer);
    free(credential);
    free(before);
    free(path);
    enum exit_status status = command_judge(call, &answer);
    if (status == EXIT_DONE) {
        if (call->json)
            command_print_json(call, answer.body);
        else
            show_discover(&call->screen, answer.body, call->all);
        status = judge_lists(json_object_get(answer.body, "lists"));
    }
    json_decref(answer.body);
    return status;
}

/* It holds; but will it after a crash? */
static void complain_unless_kept(const json_t *body)
{
    if (doc_known(body, "trouble"))
        complain("%s", doc_text(body, "trouble"));
}

/* Have something changed, and show what that came to: @p key of the answer. @param body  given up */
static enum exit_status change(const struct call *call, const char *method, const char *path, char *body,
                               const char *key, show_document *show)
{
    struct answer answer;

    ask(call->socket, method, path, body, call->timeout_ms > 0 ? call->timeout_ms : ASK_READ_MS, &answer);
    free(body);
    enum exit_status status = command_judge(call, &answer);
    if (status == EXIT_DONE) {
        show_body(call, answer.body, key, show);
        complain_unless_kept(answer.body);
    }
    json_decref(answer.body);
    return status;
}

static enum exit_status add_silence(const struct call *call)
{
    char *body = NULL;
    const char *wrong = call->object != NULL ? "silence add takes options only" : NULL;

    if (wrong == NULL)
        wrong = silence_body(&call->silence, call->all, &body);
    if (wrong != NULL) {
        complain("%s", wrong);
        return EXIT_USAGE;
    }
    return change(call, "POST", "/v1/silences", body, "silence", show_silence_made);
}

static enum exit_status end_silence(const struct call *call)
{
    if (call->object == NULL || *call->object == '\0') {
        complain("silence end needs the number of a silence behind it");
        return EXIT_USAGE;
    }
    char *path = ask_path("/v1/silences/", call->object);
    enum exit_status status = change(call, "DELETE", path, NULL, "silence", show_silence_ended);
    free(path);
    return status;
}

static enum exit_status run_silence(const struct call *call)
{
    const char *verb = call->argument != NULL ? call->argument : "list";

    if (strcmp(verb, "add") == 0)
        return add_silence(call);
    if (strcmp(verb, "end") == 0)
        return end_silence(call);
    if (strcmp(verb, "list") == 0 && call->object == NULL)
        return ask_and_show(call, "/v1/silences", NULL, show_silences);
    complain("silence takes add, list or end, not: %s", call->object != NULL ? call->object : verb);
    return EXIT_USAGE;
}

/* Take it on or let it go. @param body  given up */
static enum exit_status change_ack(const struct call *call, const char *method, char *body)
{
    char *path = ask_path("/v1/acknowledgements/", call->argument);
    enum exit_status status = change(call, method, path, body, "incident", show_ack);

    free(path);
    return status;
}

static enum exit_status run_ack(const struct call *call)
{
    char *body = NULL;
    const char *wrong = ack_body(&call->silence, call->sticky, &body);

    if (wrong == NULL)
        return change_ack(call, "POST", body);
    complain("%s", wrong);
    return EXIT_USAGE;
}

static enum exit_status run_unack(const struct call *call)
{
    return change_ack(call, "DELETE", NULL);
}

static const struct command commands[] = {
    { .name = "status", .takes_watch = true, .run = run_status, .help = "one line per circuit, the worst first" },
    { .name = "show", .argument = "CIRCUIT", .run = run_show,
      .help = "one circuit in full; by name or by its Azure resource id" },
    { .name = "incidents", .takes_all = true, .run = run_incidents, .help = "what is wrong, or is being confirmed" },
    { .name = "explain", .argument = "INCIDENT", .run = run_explain,
      .help = "one incident: rule, facts, next steps, what it waits for" },
    { .name = "history", .may = "[CIRCUIT|INCIDENT]", .takes_range = true, .run = run_history,
      .help = "what happened, and who did what; the newest last" },
    { .name = "poll", .argument = "CIRCUIT", .run = run_poll,
      .help = "ask Azure now, wait for the answer and show the circuit" },
    { .name = "ack", .argument = "INCIDENT", .takes_ack = true, .run = run_ack,
      .help = "take an incident on: no reminders, no escalation" },
    { .name = "unack", .argument = "INCIDENT", .run = run_unack, .help = "let it go again: reminders go on" },
    { .name = "silence", .words = "add|list|end", .takes_all = true, .run = run_silence,
      .help = "withhold notices for a while: what is silenced, by whom and why" },
    { .name = "test", .argument = "RECEIVER", .run = run_test,
      .help = "send a test notice to a receiver and wait for the answer" },
    { .name = "discover", .takes_all = true, .takes_scope = true, .run = run_discover,
      .help = "circuits that can be seen, as YAML for circuits.d" },
    { .name = "loop", .run = run_loop, .help = "what the daemon itself does: loop, queues, requests, tokens" },
    { .name = "reload", .run = run_reload, .help = "read the settings again and wait for the outcome" },
    { .name = NULL },
};

const struct command *command_all(void)
{
    return commands;
}

const struct command *command_find(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}
