/*
 * Stories that nobody has thought of. They expect little: what holds in every story (check.c), that nothing stays open
 * when all is well, and that a loss is paged whatever came before it.
 */
#include "wild.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define EVENTS_MOST 60

struct wild {
    uint64_t random;
    FILE *out;
    int64_t clock_s;
    bool left[3]; /* circuits that are not in the settings now */
};

static const char *const circuits[] = { "london", "paris", "rome" };

static unsigned pick(struct wild *wild, unsigned most)
{
    wild->random = wild->random * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(wild->random >> 33) % most;
}

#define CHOOSE(wild, list) (list)[pick(wild, sizeof(list) / sizeof *(list))]

/* What an answer may say; the healthy words more often, so that not everything is broken at once. */
static const struct {
    const char *key;
    const char *const value[8];
} words[] = {
    { "circuit", { "Enabled", "Disabled", "Enabling", "Disabling", "Odd", "absent", "Enabled", "Enabled" } },
    { "provider", { "Provisioned", "NotProvisioned", "Provisioning", "Deprovisioning", "DeProvisioned", "Odd", "absent",
                    "Provisioned" } },
    { "op", { "Succeeded", "Updating", "Failed", "Odd", "absent", "Succeeded", "Creating", "Succeeded" } },
    { "private", { "Enabled", "Disabled", "gone", "Enabled", "Enabled", "Enabled", "gone", "Enabled" } },
    { "microsoft", { "Enabled", "Disabled", "gone", "Enabled", "Enabled", "Enabled", "gone", "Enabled" } },
    { "private.ipv6", { "Enabled", "Disabled", "gone", "Enabled", "gone", "Enabled", "Disabled", "gone" } },
    { "microsoft.ipv4", { "Enabled", "gone", "Enabled", "Enabled", "gone", "Enabled", "Enabled", "Enabled" } },
    { "microsoft.prefixes", { "Configured", "ValidationNeeded", "NotConfigured", "Configuring", "ValidationFailed",
                              "Odd", "absent", "Configured" } },
    { "microsoft.filter", { "yes", "no", "yes", "no", "yes", "no", "yes", "no" } },
    { "private.op", { "Succeeded", "Failed", "Updating", "Odd", "Succeeded", "Canceled", "Succeeded", "absent" } },
    { "peerings", { "absent", "none", "present", "present", "present", "present", "present", "present" } },
    { "bgp", { "0", "100", "50", "none", "100", "0", "100", "95" } },
    { "private.primary.bgp", { "0", "100", "50", "none", "100", "0", "100", "95" } },
    { "microsoft.secondary.bgp", { "0", "100", "50", "none", "100", "0", "100", "95" } },
    { "primary.arp", { "0", "100", "none", "100", "0", "100", "100", "100" } },
    { "routes", { "12", "0", "Idle", "none", "12", "Active", "12", "12" } },
    { "private.primary.ipv4.routes", { "12", "0", "Idle", "none", "12", "Active", "12", "12" } },
};

static void say(struct wild *wild, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct wild *wild, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vfprintf(wild->out, format, list);
    va_end(list);
    fputc('\n', wild->out);
}

static void say_answer(struct wild *wild)
{
    unsigned word = pick(wild, sizeof words / sizeof *words), other = pick(wild, sizeof words / sizeof *words);

    say(wild, "at %" PRId64 "s %s: %s=%s %s=%s", wild->clock_s, CHOOSE(wild, circuits), words[word].key,
        CHOOSE(wild, words[word].value), words[other].key, CHOOSE(wild, words[other].value));
}

static void say_failure(struct wild *wild)
{
    static const char *const kinds[] = { "500", "403", "404", "429", "401", "network", "unexpected", "locked" };
    static const char *const what[] = { "", "", "", ".metrics", ".routes" };
    static const char *const who[] = { "london", "paris", "rome", "all" };

    if (pick(wild, 8) == 0)
        say(wild, "at %" PRId64 "s ops fails sign-in", wild->clock_s);
    else
        say(wild, "at %" PRId64 "s %s%s fails %s", wild->clock_s, CHOOSE(wild, who), CHOOSE(wild, what),
            CHOOSE(wild, kinds));
}

static void say_all_answers(struct wild *wild)
{
    static const char *const who[] = { "all", "all.metrics", "all.routes", "ops", "dmz" };

    for (unsigned i = 0; i < sizeof who / sizeof *who; i++)
        say(wild, "at %" PRId64 "s %s answers", wild->clock_s, who[i]);
}

static void say_reload(struct wild *wild)
{
    static const char *const keys[] = { "", "credential=ops", "expect.provider=ordered", "credential=dmz" };
    unsigned circuit = pick(wild, 3);

    wild->left[circuit] = pick(wild, 2) == 0;
    say(wild, "at %" PRId64 "s reload %s %s %s", wild->clock_s, wild->left[circuit] ? "without" : "circuit",
        circuits[circuit], wild->left[circuit] ? "" : CHOOSE(wild, keys));
}

static void say_ours(struct wild *wild)
{
    static const char *const what[] = { "restart", "restart", "crash", "crash", "wall +1h", "wall -1h", "wall -1d" };

    if (pick(wild, 8) == 0) {
        say(wild, "at %" PRId64 "s suspend 40m", wild->clock_s);
        wild->clock_s += 40 * 60;
    } else {
        say(wild, "at %" PRId64 "s %s", wild->clock_s, CHOOSE(wild, what));
    }
}

static void say_mute(struct wild *wild)
{
    static const char *const who[] = { "london", "paris", "all", "severity=critical", "rule=41" };
    static const char *const spans[] = { "30s", "5m", "20m", "2h maintenance", "20m in 5m" };
    const char *scope = CHOOSE(wild, who);

    say(wild, "at %" PRId64 "s unmute %s", wild->clock_s, scope); /* so that they do not become too many */
    if (pick(wild, 3) > 0)
        say(wild, "at %" PRId64 "s mute %s for %s", wild->clock_s, scope, CHOOSE(wild, spans));
}

static void say_event(struct wild *wild)
{
    unsigned kind = pick(wild, 100);

    if (kind < 60)
        say_answer(wild);
    else if (kind < 75)
        say_failure(wild);
    else if (kind < 85)
        say_all_answers(wild);
    else if (kind < 92)
        say_ours(wild);
    else if (kind < 96)
        say_mute(wild);
    else
        say_reload(wild);
    say(wild, "at %" PRId64 "s -> anything", wild->clock_s);
}

static void say_trouble(struct wild *wild)
{
    static const int pauses_s[] = { 1, 5, 10, 30, 60, 120, 300, 600, 1800 };
    unsigned events = 5 + pick(wild, EVENTS_MOST - 5);

    for (unsigned i = 0; i < events; i++) {
        wild->clock_s += CHOOSE(wild, pauses_s);
        say(wild, "by %" PRId64 "ms -> anything", wild->clock_s * 1000 - 1);
        say_event(wild);
    }
}

static void say_end(struct wild *wild)
{
    wild->clock_s++;
    say(wild, "by %" PRId64 "ms -> anything", wild->clock_s * 1000 - 1);
    say(wild, "at %" PRId64 "s all: circuit=Enabled provider=Provisioned op=Succeeded peerings=present", wild->clock_s);
    say(wild, "at %" PRId64 "s all: private=Enabled private.op=Succeeded microsoft=Enabled microsoft.filter=yes",
        wild->clock_s);
    say(wild, "at %" PRId64 "s all: private.ipv6=Enabled microsoft.ipv4=Enabled microsoft.prefixes=Configured",
        wild->clock_s);
    say(wild, "at %" PRId64 "s all: bgp=100 arp=100 routes=12", wild->clock_s);
    say_all_answers(wild);
    say(wild, "  -> anything");
    wild->clock_s += 90 * 60;
    say(wild, "by %" PRId64 "s -> anything", wild->clock_s);
    say(wild, "  -> open none");
    say(wild, "  -> pending none");
    say(wild, "at %" PRId64 "s all: bgp=0 routes=Idle", ++wild->clock_s);
    say(wild, "by %" PRId64 "s -> anything", wild->clock_s += 25 * 60);
    for (unsigned i = 0; i < 3; i++)
        if (!wild->left[i])
            say(wild, "  -> 40 %s private ipv4 is raised\n  -> 40 %s microsoft ipv4 is raised", circuits[i],
                circuits[i]);
}

char *wild_write(unsigned seed)
{
    static const char *const sessions[] = { "metrics", "routes", "both" };
    static const char *const again[] = { "remind=5m,20m", "flap=20/30/25", "flap=8/20/10 remind=1h escalate=10m",
                                         "group=30s/2 remind=20m", "group=2m/3 flap=20/30/25 escalate=10m" };
    struct wild wild = { .random = seed, .clock_s = 60 };
    char *text = NULL;
    size_t size = 0;

    wild.out = open_memstream(&text, &size);
    if (wild.out == NULL)
        abort();
    say(&wild, "# a random story, %u", seed);
    say(&wild, "settings sessions=%s routes_take=%us", CHOOSE(&wild, sessions), pick(&wild, 2) * 20);
    say(&wild, "settings %s", CHOOSE(&wild, again));
    say(&wild, "circuit london paris rome");
    say(&wild, "at 0s all: microsoft=Enabled");
    say(&wild, "at 0s poll all every 60s");
    say_trouble(&wild);
    say_end(&wild);
    fclose(wild.out);
    return text;
}
