/* The expectations of a story: what stands behind "->". */
#include "expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED_TEXT_MAX 512

/* The words of the line again, for the report. */
static const char *words_of(const struct step *step, char text[EXPECTED_TEXT_MAX])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < step->count && used < EXPECTED_TEXT_MAX; i++)
        used += (size_t)snprintf(text + used, EXPECTED_TEXT_MAX - used, "%s%s", i > 0 ? " " : "", step->token[i]);
    return text;
}

static void not_so(struct daemon *daemon, const struct step *step, const char *instead)
{
    char expected[EXPECTED_TEXT_MAX];

    report_fail(daemon->report, "expected \"%s\", but %s", words_of(step, expected), instead);
}

static void means_nothing(struct daemon *daemon, const struct step *step, const char *word)
{
    char expected[EXPECTED_TEXT_MAX];

    report_fail(daemon->report, "\"%s\" cannot be expected: %s?", words_of(step, expected), word);
}

static bool in_time(const struct daemon *daemon, const struct step *step, const struct entry *entry, int64_t since_ms)
{
    return entry->at_ms == daemon->clock_ms || (step->by && entry->at_ms > since_ms);
}

/* ---- what was told ---- */

void expect_no_more(struct daemon *daemon, bool before)
{
    for (size_t i = 0; i < daemon->log.count; i++) {
        const struct entry *entry = &daemon->log.entry[i];
        if (entry->kind == ENTRY_TOLD && !entry->expected && (!before || entry->at_ms < daemon->clock_ms)) {
            report_fail(daemon->report, "nothing like this was expected:%s", entry->line + strspn(entry->line, " "));
            return;
        }
    }
}

/* "raised 41 london …"; "quietly raised 41 london …": in the journal only. @p said  how many words of that */
static void expect_told(struct daemon *daemon, const struct step *step, int64_t since_ms, enum rule_event event,
                        size_t said)
{
    const enum entry_kind kind = said > 1 ? ENTRY_QUIET : ENTRY_TOLD;
    const struct entry *other = NULL;
    struct who who;
    const char *stray = who_read(step->token + said, step->count - said, &who);

    if (stray != NULL) {
        means_nothing(daemon, step, stray);
        return;
    }
    for (size_t i = 0; i < daemon->log.count; i++) {
        struct entry *entry = &daemon->log.entry[i];
        if (entry->kind != kind || entry->expected)
            continue;
        if (entry->effect.event == event && in_time(daemon, step, entry, since_ms) &&
            who_matches(&who, &entry->effect.incident, entry->scope)) {
            entry->expected = true;
            return;
        }
        other = other != NULL ? other : entry;
    }
    not_so(daemon, step, other != NULL ? other->line + strspn(other->line, " ") : "nothing was told");
}

/* "anything": a story about what must hold whatever is told. */
static void expect_anything(struct daemon *daemon)
{
    for (size_t i = 0; i < daemon->log.count; i++)
        daemon->log.entry[i].expected = true;
}

/* The words of the last notice that the story has named. */
static void expect_says(struct daemon *daemon, const struct step *step)
{
    const struct entry *last = NULL;

    for (size_t i = 0; i < daemon->log.count; i++)
        if (daemon->log.entry[i].kind == ENTRY_TOLD && daemon->log.entry[i].expected)
            last = &daemon->log.entry[i];
    if (last == NULL)
        not_so(daemon, step, "nothing was told yet");
    else if (step->count != 2 || strstr(last->says, step->token[1]) == NULL)
        not_so(daemon, step, last->says);
}

/* ---- what else the core asked for ---- */

static bool same_text(const struct entry *entry, const struct step *step)
{
    char expected[EXPECTED_TEXT_MAX];
    size_t when = strspn(entry->line, " ");

    when += strcspn(entry->line + when, " ");
    return strcmp(entry->line + when + strspn(entry->line + when, " "), words_of(step, expected)) == 0;
}

static bool looks_then(const struct entry *entry, const struct step *step)
{
    static const char *const names[] = { [LOOK_CIRCUIT] = "circuit", [LOOK_METRICS] = "metrics",
                                         [LOOK_ROUTES] = "routes", [LOOK_ARP] = "arp" };
    int64_t at_ms;

    return step->count == 4 && duration_read(step->token[3], &at_ms) && entry->look_ms == at_ms &&
           strcmp(who_scope(entry->scope), step->token[1]) == 0 &&
           strcmp(names[entry->effect.look], step->token[2]) == 0;
}

static void expect_entry(struct daemon *daemon, const struct step *step, int64_t since_ms, enum entry_kind kind)
{
    const struct entry *other = NULL;

    for (size_t i = 0; i < daemon->log.count; i++) {
        const struct entry *entry = &daemon->log.entry[i];
        if (entry->kind != kind || !in_time(daemon, step, entry, since_ms))
            continue;
        if (kind == ENTRY_LOOK ? looks_then(entry, step) : same_text(entry, step))
            return;
        other = entry;
    }
    not_so(daemon, step, other != NULL ? other->line + strspn(other->line, " ") : "nothing of the kind happened");
}

/* ---- what is so now ---- */

/* "verdict london degraded", "verdict london private usable" */
static void expect_verdict(struct daemon *daemon, const struct step *step)
{
    size_t place = step->count > 2 ? plan_find(&daemon->plan, step->token[1]) : PLAN_CIRCUITS_MAX;
    const char *wanted = step->token[step->count - 1], *is = NULL;
    struct engine_view view;

    if (place == PLAN_CIRCUITS_MAX || daemon->watching->index[place] == PLAN_CIRCUITS_MAX) {
        means_nothing(daemon, step, "no circuit");
        return;
    }
    engine_view(daemon->engine, daemon->watching->index[place], daemon_now(daemon), &view);
    if (step->count == 3)
        is = verdict_name(view.verdict);
    for (enum peering_kind kind = 0; step->count == 4 && kind < PEERINGS; kind++)
        if (strcmp(step->token[2], peering_name(kind)) == 0)
            is = verdict_name(view.peering[kind]);
    if (is == NULL)
        means_nothing(daemon, step, step->token[2]);
    else if (strcmp(is, wanted) != 0)
        not_so(daemon, step, is);
}

struct tally {
    struct daemon *daemon;
    size_t open, pending;
    const struct who *who;
    const struct incident *found;
    char one[WHO_TEXT_MAX];
};

static void tally_incident(void *context, struct target target, const struct incident *incident,
                           const struct opinion *opinion)
{
    struct tally *tally = context;
    const char *scope = engine_scope_name(tally->daemon->engine, target);
    bool pending = incident->state == INCIDENT_PENDING;

    (void)opinion;
    tally->open += !pending;
    tally->pending += pending;
    if (tally->who == NULL)
        who_write(incident, scope, tally->one);
    else if (who_matches(tally->who, incident, scope))
        tally->found = incident;
}

/* "open none", "open 2", "pending none" */
static void expect_count(struct daemon *daemon, const struct step *step)
{
    struct tally tally = { .daemon = daemon, .one = "nothing" };
    const char *wanted = step->count == 2 ? step->token[1] : "?";
    char instead[WHO_TEXT_MAX + 64];

    engine_each_incident(daemon->engine, false, tally_incident, &tally);
    size_t is = step->token[0][0] == 'o' ? tally.open : tally.pending;
    if (strcmp(wanted, "none") == 0 ? is == 0 : strtoul(wanted, NULL, 10) == is && is > 0)
        return;
    snprintf(instead, sizeof instead, "there are %zu, the last is %s", is, tally.one);
    not_so(daemon, step, instead);
}

/* "41 london private primary ipv4 is suppressed by 40", "… is raised", "… is gone" when there is none */
static void expect_is(struct daemon *daemon, const struct step *step, size_t is)
{
    struct who who;
    const char *stray = who_read(step->token, is, &who);
    struct tally tally = { .daemon = daemon, .who = &who };
    char wanted[64], state[64];

    snprintf(wanted, sizeof wanted, "%s", is + 1 < step->count ? step->token[is + 1] : "");
    if (stray != NULL) {
        means_nothing(daemon, step, stray);
        return;
    }
    engine_each_incident(daemon->engine, false, tally_incident, &tally);
    const struct incident *found = tally.found;
    snprintf(state, sizeof state, "%s", found != NULL ? incident_state_name(found->state) : "gone");
    if (found != NULL && found->withheld != 0 && strcmp(wanted, "withheld") == 0)
        snprintf(state, sizeof state, "withheld");
    if (found != NULL && found->escalated && strcmp(wanted, "escalated") == 0)
        snprintf(state, sizeof state, "escalated");
    if (found != NULL && found->suppressed_by != RULE_NONE)
        snprintf(state, sizeof state, "suppressed by %u", found->suppressed_by);
    if (step->count == is + 4)
        snprintf(wanted, sizeof wanted, "%s by %s", step->token[is + 1], step->token[is + 3]);
    if (strcmp(state, wanted) != 0)
        not_so(daemon, step, state);
}

void expect_step(struct daemon *daemon, const struct step *step, int64_t since_ms)
{
    const char *word = step->token[0];
    size_t told = strcmp(word, "quietly") == 0 && step->count > 1 ? 1 : 0;

    for (enum rule_event event = 0; event < RULE_EVENTS; event++)
        if (strcmp(step->token[told], rule_event_name(event)) == 0) {
            expect_told(daemon, step, since_ms, event, told + 1);
            return;
        }
    for (size_t i = 1; i < step->count; i++)
        if (strcmp(step->token[i], "is") == 0) {
            expect_is(daemon, step, i);
            return;
        }
    if (strcmp(word, "nothing") == 0)
        expect_no_more(daemon, false);
    else if (strcmp(word, "anything") == 0)
        expect_anything(daemon);
    else if (strcmp(word, "says") == 0)
        expect_says(daemon, step);
    else if (strcmp(word, "word") == 0)
        expect_entry(daemon, step, since_ms, ENTRY_WORD);
    else if (strcmp(word, "turns") == 0)
        expect_entry(daemon, step, since_ms, ENTRY_VERDICT);
    else if (strcmp(word, "look") == 0)
        expect_entry(daemon, step, since_ms, ENTRY_LOOK);
    else if (strcmp(word, "verdict") == 0)
        expect_verdict(daemon, step);
    else if (strcmp(word, "open") == 0 || strcmp(word, "pending") == 0)
        expect_count(daemon, step);
    else
        means_nothing(daemon, step, word);
}
