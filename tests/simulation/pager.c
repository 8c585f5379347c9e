/*
 * The receivers: three services and a program. Each takes notices as a pager does, by the identity of the incident and
 * the number of the notice, and each has its bad days. What may come after what is checked as it comes.
 */
#include "pager.h"

#include "judge.h"
#include "simulation.h"
#include "wire.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const pager_names[PAGERS] = { "page", "chat", "extra", "hook" };

/* A request that was given up, or whose sender died, arrives within this; the daemon waits half a minute for it. */
#define LATEST_MS (29 * 1000)

enum manner {
    TAKES,
    REFUSES,
    FAILS,
    ACTS_AND_FAILS,
    THROTTLES,
    HANGS,
    ACTS_AND_HANGS,
    TAKES_LATE,
    DISLIKES,
    FORBIDS,
    MOVED,
    MANNERS
};

static const char *const manner_names[MANNERS] = {
    "takes notices",  "refuses connections", "fails (500)",        "acts and fails (500)", "throttles (429)",
    "hangs",          "acts and hangs",      "takes notices late", "dislikes them (400)",  "wants another key (401)",
    "has moved (302)"
};

/* A notice that has come, perhaps several times. */
struct taken {
    struct taken *next;
    char id[48];
    char time[40];
    bool unkept; /* it came out of the daemon's memory alone */
    bool answered;
    uint64_t commits; /* by the time of the answer */
};

static struct {
    struct receiver_state {
        uint8_t manner;
        int64_t since_ms; /* what was sent before was for another one of this name */
        bool inherits;    /* it was given what waited for one that left, perhaps what it had taken long ago */
        struct known *known;
        struct taken *taken;
    } at[PAGERS];
} pagers;

const struct known *pager_known(enum pager pager)
{
    return pagers.at[pager].known;
}

size_t pager_open(enum pager pager)
{
    size_t count = 0;

    for (const struct known *at = pagers.at[pager].known; at != NULL; at = at->next)
        count += at->open;
    return count;
}

static void forget(struct receiver_state *state)
{
    for (struct known *at = state->known, *next; at != NULL; at = next) {
        next = at->next;
        free(at);
    }
    for (struct taken *at = state->taken, *next; at != NULL; at = next) {
        next = at->next;
        free(at);
    }
    *state = (struct receiver_state){ .manner = state->manner, .since_ms = here.boot_ms };
}

void pager_changed(enum pager pager)
{
    forget(&pagers.at[pager]);
    pagers.at[PAGER_CHAT].inherits = true;
}

void pager_reset(void)
{
    for (enum pager pager = 0; pager < PAGERS; pager++) {
        forget(&pagers.at[pager]);
        pagers.at[pager].manner = TAKES;
        pagers.at[pager].inherits = false;
    }
}

/* ---- one notice ---- */

struct notice_read {
    char id[48], key[24], event[16], time[40], severity[16], circuit[32], path[16], subject[160];
    int rule;
    uint32_t episode, sequence;
};

static void copy_text(char *out, size_t size, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    snprintf(out, size, "%s", text != NULL ? text : "");
}

/* The least body has no circuit and no subject, but the summary, which begins with the one and names the other. */
static void read_summary(struct notice_read *out)
{
    size_t len = strcspn(out->subject, ":");

    if (out->circuit[0] != '\0' || len >= sizeof out->circuit)
        return;
    memcpy(out->circuit, out->subject, len);
    const char *path = strstr(out->subject, "secondary") != NULL ? "secondary" : "primary";
    if (strstr(out->subject, path) != NULL)
        snprintf(out->path, sizeof out->path, "%s", path);
}

static bool read_notice(const char *body, size_t len, struct notice_read *out)
{
    json_t *notice = json_loadb(body, len, 0, NULL);
    const json_t *subject = json_object_get(notice, "subject");
    char incident[64];

    memset(out, 0, sizeof *out);
    copy_text(out->id, sizeof out->id, notice, "id");
    copy_text(out->key, sizeof out->key, notice, "key");
    copy_text(out->event, sizeof out->event, notice, "event");
    copy_text(out->time, sizeof out->time, notice, "time");
    copy_text(out->severity, sizeof out->severity, notice, "severity");
    copy_text(out->circuit, sizeof out->circuit, json_object_get(notice, "circuit"), "name");
    copy_text(out->path, sizeof out->path, subject, "path");
    copy_text(out->subject, sizeof out->subject, notice, "summary");
    copy_text(incident, sizeof incident, notice, "incident");
    out->rule = (int)json_integer_value(json_object_get(notice, "rule"));
    out->sequence = (uint32_t)json_integer_value(json_object_get(notice, "sequence"));
    json_decref(notice);
    read_summary(out);
    return out->id[0] != '\0' && sscanf(incident, "%*[0-9a-f]-%" SCNu32, &out->episode) == 1;
}

static struct known *find_known(struct receiver_state *state, const struct notice_read *notice)
{
    for (struct known *at = state->known; at != NULL; at = at->next)
        if (strcmp(at->key, notice->key) == 0)
            return at;
    struct known *made = calloc(1, sizeof *made);
    if (made == NULL)
        abort();
    snprintf(made->key, sizeof made->key, "%s", notice->key);
    made->next = state->known;
    return state->known = made;
}

static struct taken *find_taken(struct receiver_state *state, const char *id)
{
    struct taken *at = state->taken;

    while (at != NULL && strcmp(at->id, id) != 0)
        at = at->next;
    return at;
}

/* What is wrong with it after those before; NULL: nothing. */
static const char *wrong_after(enum pager pager, const struct known *known, const struct notice_read *notice,
                               bool event)
{
    bool raised = strcmp(notice->event, "raised") == 0, cleared = strcmp(notice->event, "cleared") == 0;

    if (notice->episode < known->episode)
        return "is of an episode before the last one";
    if (notice->episode > known->episode && known->open)
        return "is of a new episode, while the one before is open: its end was lost";
    /* the fallback is given what another one does not take, perhaps no more than the end */
    if (notice->episode > known->episode && cleared && !event && pager != PAGER_HOOK)
        return "is the end of what it was never told of";
    if (notice->episode == known->episode && !known->open)
        return "comes behind the end of its episode";
    if (notice->episode == known->episode && notice->sequence <= known->sequence)
        return "comes behind a later one of its episode";
    if (raised && notice->episode == known->episode)
        return "begins an episode once more";
    return NULL;
}

/* Nothing that lasts: told once, and that was all. */
static bool is_event(int rule)
{
    return rule == 43 || rule == 54 || rule == 55 || rule == 97;
}

static void learn(struct known *known, const struct notice_read *notice)
{
    known->episode = notice->episode;
    known->sequence = notice->sequence;
    known->open = strcmp(notice->event, "cleared") != 0 && !is_event(notice->rule);
    known->rule = notice->rule;
    memcpy(known->circuit, notice->circuit, sizeof known->circuit);
    memcpy(known->path, notice->path, sizeof known->path);
    memcpy(known->severity, notice->severity, sizeof known->severity);
    memcpy(known->subject, notice->subject, sizeof known->subject);
}

/* It has come before: the same, and not after it was settled. */
static void take_again(enum pager pager, const struct taken *taken, const struct notice_read *notice,
                       const struct known *known)
{
    if (!taken->unkept && strcmp(taken->time, notice->time) != 0)
        broken("%s is sent %s once more, with another content (%s, %s)", pager_names[pager], notice->id, taken->time,
               notice->time);
    else if (known->episode == notice->episode && !known->open && strcmp(notice->event, "cleared") != 0 &&
             !is_event(notice->rule))
        broken("%s is sent %s again behind the end of its episode", pager_names[pager], notice->id);
}

static void take(enum pager pager, const char *body, size_t len, int64_t sent_ms)
{
    struct receiver_state *state = &pagers.at[pager];
    struct notice_read notice;

    if (!settings_have(pager) || sent_ms < state->since_ms)
        return;
    if (!read_notice(body, len, &notice)) {
        broken("%s is sent what is no notice: %.*s", pager_names[pager], 100, body);
        return;
    }
    note("%s takes %s %s (%d %s %s)", pager_names[pager], notice.event, notice.id, notice.rule, notice.circuit,
         notice.path);
    struct known *known = find_known(state, &notice);
    struct taken *taken = find_taken(state, notice.id);
    if (taken != NULL && state->inherits)
        return;
    if (taken != NULL) {
        take_again(pager, taken, &notice, known);
        return;
    }
    const char *wrong = wrong_after(pager, known, &notice, is_event(notice.rule));
    if (wrong != NULL)
        broken("%s: %s %s of rule %d, %s, %s", pager_names[pager], notice.event, notice.id, notice.rule, notice.circuit,
               wrong);
    taken = calloc(1, sizeof *taken);
    if (taken == NULL)
        abort();
    *taken = (struct taken){ .next = state->taken, .unkept = !disk_keeps() };
    memcpy(taken->id, notice.id, sizeof taken->id);
    memcpy(taken->time, notice.time, sizeof taken->time);
    state->taken = taken;
    learn(known, &notice);
}

void pager_hook_took(const char *body, size_t len, int64_t started_ms)
{
    take(PAGER_HOOK, body, len, started_ms);
}

/* ---- the services ---- */

static enum pager pager_of(const char *url)
{
    enum pager pager = 0;

    while (pager < PAGER_HOOK && strcmp(strrchr(url, '/') + 1, pager_names[pager]) != 0)
        pager++;
    return pager;
}

/* Is it sent again, long after the answer that it was taken has been written down? */
static void check_settled(const struct http_request *request)
{
    enum pager pager = pager_of(request->url);
    struct notice_read notice;

    if (!read_notice(request->body, request->body_len, &notice))
        return;
    const struct taken *taken = find_taken(&pagers.at[pager], notice.id);
    if (taken != NULL && taken->answered && !pagers.at[pager].inherits && here.commits >= taken->commits + 2)
        broken("%s is sent %s once more, which it has taken long ago", pager_names[pager], notice.id);
}

static void fate(const struct http_request *request, struct wire_fate *out, int *tag)
{
    uint8_t manner = pagers.at[pager_of(request->url)].manner;
    int64_t takes_ms = dice_span(&here.dice, 20, 3000);

    check_settled(request);
    *tag = manner;
    *out = (struct wire_fate){ .arrives_ms = takes_ms / 2, .answers_ms = takes_ms, .end = HTTP_ANSWERED };
    if (manner == TAKES && !here.calm && dice_chance(&here.dice, 30))
        *tag = manner = ACTS_AND_HANGS;
    if (manner == REFUSES)
        *out = (struct wire_fate){ -1, takes_ms, HTTP_CONNECT };
    else if (manner == HANGS)
        *out = (struct wire_fate){ -1, -1, HTTP_TIMEOUT };
    else if (manner == ACTS_AND_HANGS)
        *out = (struct wire_fate){ dice_between(&here.dice, 10, LATEST_MS), -1, HTTP_TIMEOUT };
    else if (manner == TAKES_LATE)
        *out = (struct wire_fate){ dice_between(&here.dice, 10, 8000), 9000, HTTP_ANSWERED };
    if (out->answers_ms < out->arrives_ms)
        out->answers_ms = -1;
}

static void arrived(const struct http_request *request, int tag, int64_t sent_ms, struct wire_answer *answer)
{
    static const int statuses[MANNERS] = {
        [TAKES] = 202,          [TAKES_LATE] = 200, [FAILS] = 500,   [ACTS_AND_FAILS] = 500,
        [THROTTLES] = 429,      [DISLIKES] = 400,   [FORBIDS] = 401, [MOVED] = 302,
        [ACTS_AND_HANGS] = 202, [HANGS] = 500,      [REFUSES] = 500
    };
    bool acts = tag == TAKES || tag == TAKES_LATE || tag == ACTS_AND_FAILS || tag == ACTS_AND_HANGS;

    answer->status = statuses[tag];
    wire_header(answer, "Content-Type", "text/plain");
    if (tag == THROTTLES && dice_chance(&here.dice, 500))
        wire_header(answer, "Retry-After", "%d", (int)dice_between(&here.dice, 1, 100));
    if (tag == MOVED)
        wire_header(answer, "Location", "https://elsewhere.example/");
    if (acts)
        take(pager_of(request->url), request->body, request->body_len, sent_ms);
}

/* The daemon learns that it was taken. */
static void heard(const struct http_request *request, int tag, int64_t sent_ms, const struct wire_answer *answer)
{
    struct receiver_state *state = &pagers.at[pager_of(request->url)];
    struct notice_read notice;

    (void)tag, (void)sent_ms;
    if (answer->status / 100 != 2 || !read_notice(request->body, request->body_len, &notice))
        return;
    struct taken *taken = find_taken(state, notice.id);
    if (taken == NULL || taken->answered)
        return;
    taken->answered = true;
    taken->commits = here.commits;
}

/* What it did not write down in time it may send again. */
void pager_daemon_died(void)
{
    for (enum pager pager = 0; pager < PAGERS; pager++)
        for (struct taken *at = pagers.at[pager].taken; at != NULL; at = at->next)
            at->answered = at->answered && here.commits >= at->commits + 2;
}

const struct wire_service pager_service = { "https://receivers.example", fate, arrived, heard };

/* ---- good and bad days ---- */

static void manner_changes(void *context)
{
    enum pager pager = (enum pager)(size_t)context;
    uint8_t *manner = &pagers.at[pager].manner;

    if (here.calm || here.over)
        return;
    if (pager == PAGER_HOOK) {
        machine_hook_storm();
    } else {
        *manner = *manner != TAKES ? TAKES : (uint8_t)dice_between(&here.dice, TAKES + 1, MANNERS);
        note("%s %s", pager_names[pager], manner_names[*manner]);
    }
    int64_t lasts_ms =
        *manner != TAKES ? dice_span(&here.dice, 5000, 6 * HOUR_MS) : dice_span(&here.dice, 10 * MINUTE_MS, DAY_MS);
    agenda_add(&here.agenda, here.boot_ms + lasts_ms, false, manner_changes, context);
}

void pager_storm(void)
{
    for (size_t i = 0; i < PAGERS; i++)
        agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, MINUTE_MS, 6 * HOUR_MS), false, manner_changes,
                   (void *)i);
}

void pager_calm(void)
{
    agenda_clear(&here.agenda, manner_changes);
    for (enum pager pager = 0; pager < PAGERS; pager++)
        pagers.at[pager].manner = TAKES;
    machine_hook_storm();
}
