/*
 * Writes what the API would answer about the circuits of tests/unit/view_case.c, one file per document, into the folder
 * that is given: what the fake daemon of the tests of erwatchctl serves is made by the daemon's own code.
 */
#include "view_case.h"

#include "web/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct view_case cases[CASES];

static void save(const char *name, char *text)
{
    FILE *to = fopen(name, "we");

    if (to == NULL || fputs(text, to) < 0 || fclose(to) != 0) {
        perror(name);
        exit(1);
    }
    free(text);
}

static void save_lists(void)
{
    struct daemon_view daemon = view_case_daemon();
    struct view_list *status = view_list_new(), *incidents = view_list_new();

    for (size_t i = 0; i < CASES; i++) {
        view_status_circuit(status, &cases[i].view);
        for (size_t j = 0; j < cases[i].view.incident_count; j++) {
            view_status_incident(status, &cases[i].incident[j]);
            view_incidents_add(incidents, &cases[i].incident_view[j], view_case_now);
        }
    }
    save("status.json", view_status_end(status, &daemon, view_case_now));
    save("incidents.json", view_incidents_end(incidents, view_case_now));
}

/* Two pages: the second is one hostile line. */
static void save_history(void)
{
    const struct incident *incident = &cases[CASE_ONE_PATH].incident[0];
    struct incident worse = *incident;
    struct incident none = { .subject = SUBJECT_CIRCUIT };
    worse.severity = SEVERITY_CRITICAL;
    const char *id = "/subscriptions/0/x/lon-1", *name = "London 1";
    struct history_view lines[] = {
        { 1796163000000, "changed", id, name, incident, "", "", -1, "London 1: one path" },
        { 1796162700000, "changed", id, name, &worse, "", "", -1, "London 1: no path" },
        { 1796162400000, "cleared", id, name, incident, "", "", 11100000, "London 1: both paths are up" },
        { 1796158800000, "acknowledged", id, name, incident, "ada", "", -1,
          "London 1: the private peering has lost its secondary session (acknowledged by ada)" },
        { 1796155200000, "raised", id, name, incident, "", "silenced", -1,
          "London 1: the private peering has lost its secondary session" },
        { 1796151600000, "started", "local", "", &none, "", "", -1, "erwatchd starts" },
    };
    struct history_view hostile = { 1796148000000,     "new kind " CASE_HOSTILE_NAME, "/x/" CASE_HOSTILE_NAME,
                                    CASE_HOSTILE_NAME, &none,                         CASE_HOSTILE_NAME,
                                    CASE_HOSTILE_NAME, -1,                            CASE_HOSTILE_NAME };
    struct view_list *list = view_list_new();

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        view_history_line(list, &lines[i]);
    save("history.json", view_history_end(list, &(struct history_next){ 1796151600000, 17 }, view_case_now));
    list = view_list_new();
    view_history_line(list, &hostile);
    save("history-rest.json", view_history_end(list, NULL, view_case_now));
}

int main(int argc, char **argv)
{
    static const char *const files[CASES] = { "good.json",    "one-path.json", "prefixes.json",
                                              "ordered.json", "blind.json",    "hostile.json" };
    static const char *const findings[] = {
        "erwatch.yaml:3:5: error: \"evry\" is not a key of \"poll\"; did you mean \"every\"?"
    };
    struct loop_view loop = view_case_loop();

    if (argc != 2 || chdir(argv[1]) != 0) {
        fputs("usage: control_documents FOLDER\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < CASES; i++) {
        view_case_make(&cases[i], (enum view_case_number)i);
        save(files[i], view_circuit(&cases[i].view));
    }
    save_lists();
    save_history();
    save("incident.json", view_incident(&cases[CASE_ONE_PATH].incident_view[0], view_case_now));
    save("hostile-incident.json", view_incident(&cases[CASE_HOSTILE].incident_view[0], view_case_now));
    save("loop.json", view_loop(&loop, view_case_now));
    save("poll.json", view_poll(&cases[CASE_GOOD].view, 812));
    save("poll-failed.json", view_poll(&cases[CASE_BLIND].view, 20000));
    struct test_view test = { .receiver = "pager", .notice = "0123456789abcdef-0-1", .answer = "HTTP 202",
                              .took_ms = 212 };
    save("test.json", view_test(&test, view_case_now));
    test = (struct test_view){ .receiver = "chat", .notice = "0123456789abcdef-0-1", .took_ms = 20010,
                               .trouble = "nobody\033[2J answered" };
    save("test-failed.json", view_test(&test, view_case_now));
    save("no-receiver.json", api_error_body(API_NO_RECEIVER, "no receiver of the settings has that name", NULL, 0));
    save("reload.json",
         view_reload(&(struct reload_view){ .file = "/etc/erwatch/erwatch.yaml", .circuits = 6, .added = 1 }));
    save("refused.json", api_error_body(API_REFUSED, "the settings were not taken; the old ones stay", findings, 1));
    save("no-circuit.json", api_error_body(API_NO_CIRCUIT, "no circuit has that name or id", NULL, 0));
    return 0;
}
