/*
 * The program: some seeds, each of them a run, and one of them twice. What fails says its seed, its moment and how to
 * see it again. `make check` runs a few; ERWATCH_SIMULATION=FIRST-LAST runs others, for as long as one likes.
 */
#include "simulation.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct wanted {
    unsigned long long first, last;
    long long days;
    bool tell; /* print the event log */
};

static void print_failure(const struct wanted *wanted)
{
    printf("# seed %llu, day %lld: %s\n# again: tests/simulation/simulation --seed %llu --days %lld -v\n",
           (unsigned long long)here.seed, (long long)(here.boot_ms / DAY_MS), here.why, (unsigned long long)here.seed,
           wanted->days);
    if (!wanted->tell)
        events_tail(&here.events, 30);
}

static bool run_seed(unsigned long long seed, const struct wanted *wanted)
{
    simulation_run(seed, wanted->days);
    if (wanted->tell)
        fwrite(here.events.text, 1, here.events.len, stdout);
    if (here.failed)
        print_failure(wanted);
    bool held = !here.failed;
    simulation_fini();
    return held;
}

static unsigned run_seeds(const struct wanted *wanted)
{
    unsigned failed = 0;

    for (unsigned long long seed = wanted->first; seed <= wanted->last; seed++)
        failed += !run_seed(seed, wanted);
    return failed;
}

/* The same seed, the same log. */
static bool is_repeated(const struct wanted *wanted)
{
    simulation_run(wanted->first, wanted->days);
    struct events once = here.events;
    here.events = (struct events){ 0 };
    simulation_fini();
    simulation_run(wanted->first, wanted->days);
    bool same = once.len == here.events.len && memcmp(once.text, here.events.text, once.len) == 0;
    size_t at = 0;
    while (!same && at < once.len && at < here.events.len && once.text[at] == here.events.text[at])
        at++;
    if (!same)
        printf("# they part at byte %zu: %.200s\n# and: %.200s\n", at, once.text + at, here.events.text + at);
    events_fini(&once);
    simulation_fini();
    return same;
}

static void read_range(const char *text, struct wanted *out)
{
    char *end;

    out->first = out->last = strtoull(text, &end, 10);
    if (*end == '-')
        out->last = strtoull(end + 1, NULL, 10);
}

static bool read_options(int argc, char **argv, struct wanted *out)
{
    static const struct option options[] = { { "seed", required_argument, NULL, 's' },
                                             { "days", required_argument, NULL, 'd' },
                                             { "verbose", no_argument, NULL, 'v' },
                                             { NULL, 0, NULL, 0 } };

    for (int option; (option = getopt_long(argc, argv, "s:d:v", options, NULL)) != -1;)
        if (option == 's')
            read_range(optarg, out);
        else if (option == 'd')
            out->days = strtoll(optarg, NULL, 10);
        else if (option == 'v')
            out->tell = true;
        else
            return false;
    return optind == argc && out->first <= out->last && out->days > 0;
}

int main(int argc, char **argv)
{
    struct wanted wanted = { .first = 1, .last = SIMULATION_SEEDS, .days = 1 };
    const char *more = getenv("ERWATCH_SIMULATION");
    char folder[] = "/dev/shm/erwatch-simulation-XXXXXX", disk[] = "/tmp/erwatch-simulation-XXXXXX";

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (more != NULL)
        read_range(more, &wanted);
    if (!read_options(argc, argv, &wanted)) {
        fprintf(stderr, "usage: simulation [--seed N|FIRST-LAST] [--days N] [-v]\n");
        return 2;
    }
    const char *made = mkdtemp(folder) != NULL ? folder : mkdtemp(disk);
    if (made == NULL || chdir(made) != 0)
        return 1;
    printf("1..2\n");
    unsigned failed = run_seeds(&wanted);
    printf("%s 1 - seeds %llu to %llu, %lld days each\n", failed == 0 ? "ok" : "not ok", wanted.first, wanted.last,
           wanted.days);
    bool same = is_repeated(&wanted);
    printf("%s 2 - seed %llu writes the same log twice\n", same ? "ok" : "not ok", wanted.first);
    simulation_clean(made);
    return failed == 0 && same ? 0 : 1;
}
