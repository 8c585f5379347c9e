/*
 * Why an incident is not told now, in words. Reasons hold together in any number: each has its own words, with whoever is
 * behind it and until when, and they are put in a row.
 */
#include "ctl/withheld.h"

#include "ctl/doc.h"
#include "io/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_over(const json_t *incident)
{
    return strcmp(doc_text(incident, "state"), "cleared") == 0;
}

static const json_t *reasons_of(const json_t *incident)
{
    return is_over(incident) ? NULL : json_object_get(incident, "withheld");
}

static bool is_explained(const json_t *incident)
{
    return !is_over(incident) && json_is_object(json_object_get(incident, "suppressed_by"));
}

bool withheld_is(const json_t *incident)
{
    return is_explained(incident) || json_array_size(reasons_of(incident)) > 0;
}

/* " by ada until 2026-12-01T22:00:00Z (CHG-1234)", when it is this kind that withholds it for longest. */
static void say_mute(FILE *to, const json_t *incident, const char *kind)
{
    const json_t *by = json_object_get(incident, "muted_by");

    if (strcmp(doc_text(by, "kind"), kind) != 0)
        return;
    if (doc_known(by, "who"))
        fprintf(to, " by %s", doc_text(by, "who"));
    fprintf(to, " until %s", doc_text_or(by, "until", "?"));
    if (*doc_text(by, "why") != '\0')
        fprintf(to, " (%s)", doc_text(by, "why"));
}

static void say_cause(FILE *to, const json_t *incident)
{
    if (doc_known(incident, "common_cause"))
        fprintf(to, " %.8s", doc_text(incident, "common_cause"));
}

static const struct words {
    const char *reason, *words;
    const char *mute;                               /* the kind of mute that says more about it */
    void (*more)(FILE *to, const json_t *incident); /* says more about it */
} words[] = {
    { .reason = "silenced", .words = "silenced", .mute = "silence" },
    { .reason = "maintenance", .words = "in a maintenance window", .mute = "maintenance" },
    { .reason = "grouped", .words = "spoken for by 56 common-cause", .more = say_cause },
    { .reason = "flapping", .words = "flapping" },
    { .reason = "waiting", .words = "waiting some seconds for others of its kind" },
};

/* A reason that a newer daemon has is said in the daemon's own word. */
static void say_reason(FILE *to, const json_t *incident, const char *reason)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct words *known = &words[i];
        if (strcmp(known->reason, reason) != 0)
            continue;
        fputs(known->words, to);
        if (known->mute != NULL)
            say_mute(to, incident, known->mute);
        if (known->more != NULL)
            known->more(to, incident);
        return;
    }
    fputs(reason, to);
}

static void say_reasons(FILE *to, const json_t *incident)
{
    const json_t *reason;
    size_t i;

    json_array_foreach(reasons_of(incident), i, reason) {
        fputs(ftell(to) > 0 ? "; " : "", to);
        say_reason(to, incident, json_is_string(reason) ? json_string_value(reason) : "?");
    }
}

static bool only_flaps(const json_t *incident)
{
    const json_t *reasons = reasons_of(incident);
    const char *first = json_string_value(json_array_get(reasons, 0));

    return !is_explained(incident) && json_array_size(reasons) == 1 && first != NULL && strcmp(first, "flapping") == 0;
}

/* Whoever was told of it hears of its end, whatever withholds it; and flapping hides nothing that is worse than before. */
static const char *what_is_sent(const json_t *incident)
{
    if (!doc_known(incident, "told_at"))
        return "sends nothing";
    return only_flaps(incident) ? "sends only that it became worse, and its end" : "sends only its end";
}

char *withheld_line(const json_t *incident)
{
    const json_t *by = json_object_get(incident, "suppressed_by");
    char *text = NULL;
    size_t len = 0;

    if (!withheld_is(incident))
        return NULL;
    FILE *to = memory_or_die(open_memstream(&text, &len));
    if (is_explained(incident))
        fprintf(to, "explained by %lld %s", doc_count(by, "rule"), doc_text(by, "name"));
    say_reasons(to, incident);
    fprintf(to, ", %s", what_is_sent(incident));
    fclose(to);
    return text;
}

char *withheld_explained(const json_t *incident)
{
    char *text = NULL;
    size_t len = 0;

    if (json_array_size(reasons_of(incident)) == 0)
        return NULL;
    FILE *to = memory_or_die(open_memstream(&text, &len));
    say_reasons(to, incident);
    fputs(doc_known(incident, "told_at") ? ": what has changed is told once that ends, its end at once"
                                         : ": it is told once that ends, if it is still open", to);
    fclose(to);
    return text;
}

char *withheld_acknowledged(const json_t *incident)
{
    const json_t *ack = json_object_get(incident, "acknowledged");
    char *text = NULL;
    size_t len = 0;

    if (is_over(incident) || !json_is_object(ack))
        return NULL;
    FILE *to = memory_or_die(open_memstream(&text, &len));
    fprintf(to, "acknowledged by %s", doc_text_or(ack, "by", "?"));
    if (doc_known(ack, "until"))
        fprintf(to, " until %s", doc_text(ack, "until"));
    if (doc_known(ack, "why"))
        fprintf(to, " (%s)", doc_text(ack, "why"));
    fputs(", sends no reminders", to);
    fclose(to);
    return text;
}
