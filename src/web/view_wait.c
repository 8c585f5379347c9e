/* What an incident waits for to be raised, or to be over: how far its count has come, in numbers and as a sentence. */
#include "web/entry.h"
#include "web/put.h"

#include <stdio.h>

/* How far the present count has come; a raised incident counts nothing until a good sample arrives. */
struct progress {
    bool counts;
    struct hold hold; /* what has to be reached: to be raised while pending, else to be cleared */
    int64_t samples_left, ms_left, age_ms;
};

static struct hold hold_of(const struct incident_view *view)
{
    const struct incident *incident = view->incident;
    const struct rule_policy *rule = &view->policy->rule[incident->rule];

    if (incident->state == INCIDENT_PENDING)
        return incident_hold(view->policy, incident->rule, incident->severity, incident->hold);
    return rule->recover_set ? rule->recover : view->policy->recover;
}

static struct progress progress_of(const struct incident_view *view, struct moment now)
{
    const struct incident *incident = view->incident;
    bool counts = incident->state == INCIDENT_PENDING || incident->state == INCIDENT_CLEARING;
    struct progress progress = { .counts = counts, .hold = hold_of(view) };

    progress.age_ms = progress.counts ? entry_age(incident->since_mono, now.mono) : 0;
    if (progress.age_ms < 0)
        progress.age_ms = 0;
    int64_t count = progress.counts ? incident->count : 0;
    progress.samples_left = progress.hold.count > count ? progress.hold.count - count : 0;
    progress.ms_left = progress.hold.age_ms > progress.age_ms ? progress.hold.age_ms - progress.age_ms : 0;
    return progress;
}

/* What these are about says itself that it is over: no sample is counted for that. */
static const struct {
    uint8_t rule;
    const char *end;
} ends[] = {
    { RULE_COMMON_CAUSE, "the end of every incident that it speaks for" },
    { RULE_DELIVERY_FAILING, "the receiver takes what has waited for long, or leaves the settings" },
    { RULE_SETTINGS_REJECTED, "a reload that is taken" },
    { RULE_SILENCE_ENDING, "the end of the silence, or of everything wrong that it mutes" },
};

/* NULL: it is over when samples are good. */
static const char *end_of(const struct incident *incident)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends[i].rule == incident->rule && incident->state != INCIDENT_PENDING)
            return ends[i].end;
    return NULL;
}

static json_t *hold(const struct incident_view *view, struct moment now)
{
    struct progress progress = progress_of(view, now);

    if (end_of(view->incident) != NULL)
        return json_null();
    json_t *entry = put_object_new();
    put_text(entry, "toward", view->incident->state == INCIDENT_PENDING ? "raised" : "cleared");
    put_number(entry, "count", progress.counts ? view->incident->count : 0);
    put_number(entry, "count_needed", progress.hold.count);
    put_seconds(entry, "age", progress.age_ms);
    put_seconds(entry, "age_needed", progress.hold.age_ms);
    return entry;
}

/* "2 more bad samples, and 80 s more"; both are needed, and it is a sample that ends the wait, never time alone. */
static void say_left(char *text, size_t size, const struct progress *progress, const char *kind)
{
    long long samples = (long long)progress->samples_left, seconds = (long long)(progress->ms_left + 999) / 1000;
    const char *plural = samples == 1 ? "" : "s";

    if (samples > 0 && seconds > 0)
        snprintf(text, size, "%lld more %s sample%s, and %lld s more", samples, kind, plural, seconds);
    else if (samples > 0)
        snprintf(text, size, "%lld more %s sample%s", samples, kind, plural);
    else if (seconds > 0)
        snprintf(text, size, "a %s sample in %lld s or later", kind, seconds);
    else
        snprintf(text, size, "the next %s sample", kind);
}

static void say_end(char *text, size_t size, const struct incident_view *view, const struct progress *progress)
{
    const struct incident *incident = view->incident;
    char left[96];

    if (end_of(incident) != NULL) {
        snprintf(text, size, "To be cleared: %s.", end_of(incident));
        return;
    }
    say_left(left, sizeof left, progress, "good");
    snprintf(text, size, "To be cleared: %s%s.", incident->flapping ? "that it no longer comes and goes, and " : "", left);
}

static void put_sentence(json_t *entry, const struct incident_view *view, struct moment now)
{
    struct progress progress = progress_of(view, now);
    char left[96], text[192];

    switch (view->incident->state) {
    case INCIDENT_PENDING:
        say_left(left, sizeof left, &progress, "bad");
        snprintf(text, sizeof text, "To be raised: %s.", left);
        break;
    case INCIDENT_RAISED:
    case INCIDENT_CLEARING:
        say_end(text, sizeof text, view, &progress);
        break;
    default:
        snprintf(text, sizeof text, "%s",
                 view->incident->event != 0 ? "Nothing: it is an event." : "Nothing: it is over.");
    }
    put_text(entry, "waits_for", text);
}

void entry_wait(json_t *entry, const struct incident_view *view, struct moment now)
{
    put_value(entry, "hold", hold(view, now));
    put_sentence(entry, view, now);
}
