/*
 * Runs stories through the core: run [-v] [FILE…], without files all of tests/scenario. TAP: one line for each story; a
 * failing one says where, what was expected, what happened, and what led to it. Every story is run twice, because the
 * same events must give the same effects.
 */
#include "play.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LED_TO_IT 12 /* lines of the log that a failure shows */

struct outcome {
    struct report report;
    char *log;
};

static char *write_log(const struct log *log)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL)
        abort();
    for (size_t i = 0; i < log->count; i++)
        fprintf(out, "%s\n", log->entry[i].line);
    fclose(out);
    return text;
}

static void run_once(const struct scenario *scenario, struct outcome *out)
{
    struct daemon *daemon = malloc(sizeof *daemon);

    if (daemon == NULL)
        abort();
    out->report = (struct report){ .path = scenario->path };
    daemon_init(daemon, &out->report);
    play(scenario, daemon);
    out->log = write_log(&daemon->log);
    daemon_fini(daemon);
    free(daemon);
}

static void run_twice(const struct scenario *scenario, struct outcome *out)
{
    struct outcome again;

    run_once(scenario, out);
    run_once(scenario, &again);
    if (strcmp(out->log, again.log) != 0)
        report_fail(&out->report, "a second run of the same story went another way");
    free(again.log);
}

static void print_comment(const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        printf("# %.*s\n", (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static const char *last_lines(const char *text, unsigned count)
{
    const char *at = text + strlen(text);

    while (at > text && count > 0)
        count -= *--at == '\n' && at[1] != '\0';
    return at > text ? at + 1 : at;
}

static const char *last_segment(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool run_file(const char *path, size_t number, bool verbose)
{
    struct outcome outcome = { .log = NULL };
    struct scenario scenario;
    unsigned line;
    const char *why;

    bool read = scenario_read(path, &scenario, &line, &why);
    if (read) {
        run_twice(&scenario, &outcome);
    } else {
        outcome.report = (struct report){ .path = path, .line = line };
        report_fail(&outcome.report, "%s", why);
    }
    bool failed = outcome.report.failed;
    printf("%sok %zu - %s: %s\n", failed ? "not " : "", number, last_segment(path), read ? scenario.title : "");
    if (failed)
        print_comment(outcome.report.text);
    if (outcome.log != NULL && (failed || verbose))
        print_comment(verbose ? outcome.log : last_lines(outcome.log, LED_TO_IT));
    free(outcome.log);
    scenario_free(&scenario);
    return !failed;
}

static int run_files(char **path, size_t count, bool verbose)
{
    bool good = count > 0;

    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++)
        good = run_file(path[i], i + 1, verbose) && good;
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_all(bool verbose)
{
    const char *source = getenv("srcdir");
    char pattern[4096];
    glob_t found;

    snprintf(pattern, sizeof pattern, "%s/tests/scenario/*.txt", source != NULL ? source : ".");
    if (glob(pattern, 0, NULL, &found) != 0) {
        printf("Bail out! no stories in %s\n", pattern);
        return EXIT_FAILURE;
    }
    int status = run_files(found.gl_pathv, found.gl_pathc, verbose);
    globfree(&found);
    return status;
}

int main(int argc, char **argv)
{
    bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    int first = verbose ? 2 : 1;

    return first < argc ? run_files(argv + first, (size_t)(argc - first), verbose) : run_all(verbose);
}
