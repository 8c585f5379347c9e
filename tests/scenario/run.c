/*
 * Runs stories through the core: run [-v] [FILE…], without files all of tests/scenario and some that nobody wrote; run
 * --wild NUMBER prints such a one. TAP: one line for each story; a failing one says where, what was expected, what
 * happened, and what led to it. Every story is run twice, because the same events must give the same effects.
 */
#include "play.h"
#include "wild.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LED_TO_IT 12    /* lines of the log that a failure shows */
#define WILD_STORIES 60 /* a few milliseconds each */

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

static void print_outcome(const struct outcome *outcome, bool verbose)
{
    if (outcome->report.failed)
        print_comment(outcome->report.text);
    if (outcome->log != NULL && (outcome->report.failed || verbose))
        print_comment(verbose ? outcome->log : last_lines(outcome->log, LED_TO_IT));
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
    print_outcome(&outcome, verbose);
    free(outcome.log);
    scenario_free(&scenario);
    return !failed;
}

static bool run_wild(unsigned seed)
{
    struct outcome outcome = { .log = NULL };
    struct scenario scenario;
    unsigned line;
    const char *why;
    char path[32];

    snprintf(path, sizeof path, "--wild %u", seed);
    if (!scenario_parse(path, wild_write(seed), &scenario, &line, &why))
        report_fail(&outcome.report, "line %u: %s", line, why);
    else
        run_twice(&scenario, &outcome);
    print_outcome(&outcome, false);
    free(outcome.log);
    scenario_free(&scenario);
    return !outcome.report.failed;
}

static bool run_all_wild(size_t number)
{
    bool good = true;

    for (unsigned seed = 1; seed <= WILD_STORIES; seed++)
        good = run_wild(seed) && good;
    printf("%sok %zu - %u random stories: what must always hold does, all ends, a loss is paged\n", good ? "" : "not ",
           number, WILD_STORIES);
    return good;
}

static int run_files(char **path, size_t count, bool wild, bool verbose)
{
    bool good = count > 0;

    printf("1..%zu\n", count + wild);
    for (size_t i = 0; i < count; i++)
        good = run_file(path[i], i + 1, verbose) && good;
    if (wild)
        good = run_all_wild(count + 1) && good;
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
    int status = run_files(found.gl_pathv, found.gl_pathc, true, verbose);
    globfree(&found);
    return status;
}

static int print_wild(unsigned seed)
{
    char *text = wild_write(seed);

    fputs(text, stdout);
    free(text);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    int first = verbose ? 2 : 1;

    if (argc == 3 && strcmp(argv[1], "--wild") == 0)
        return print_wild((unsigned)strtoul(argv[2], NULL, 10));
    return first < argc ? run_files(argv + first, (size_t)(argc - first), false, verbose) : run_all(verbose);
}
