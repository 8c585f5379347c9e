/* Entries of the journal about what is watched: incidents, state words, verdicts. Their fields are product contract. */
#include "app/app.h"

#include "core/rule.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#define FIELDS_MAX 128

static int priority_of(const struct effect *effect)
{
    static const int priorities[SEVERITIES] = { [SEVERITY_NONE] = LOG_INFO,
                                                [SEVERITY_INFO] = LOG_INFO,
                                                [SEVERITY_WARNING] = LOG_WARNING,
                                                [SEVERITY_CRITICAL] = LOG_CRIT };
    return effect->event == EVENT_CLEARED ? LOG_NOTICE : priorities[effect->incident.severity];
}

const char *tell_why_quiet(const struct effect *effect, char reasons[WITHHELD_TEXT_MAX])
{
    if (effect->event == EVENT_CLEARED)
        return "nobody was told that it began";
    if (effect->incident.withheld != 0)
        return withheld_text(effect->incident.withheld, reasons);
    return effect->incident.suppressed_by != RULE_NONE ? "another rule explains it" : "it is as it was told last";
}

void tell_incident_at(struct app *app, const struct effect *effect, const struct notice *notice, struct place_told at)
{
    struct journal_field fields[FIELDS_MAX];
    struct notice_fields *all = notice_fields_new(notice);
    const struct rule_info *rule = rule_find(effect->incident.rule);
    char text[NOTICE_SUMMARY_MAX + WITHHELD_TEXT_MAX + 64], reasons[WITHHELD_TEXT_MAX];
    size_t count = 0;

    for (size_t i = 0; i < all->count && count < FIELDS_MAX - 1; i++)
        fields[count++] = (struct journal_field){ all->field[i].name, all->field[i].value };
    if (effect->incident.withheld != 0)
        fields[count++] = (struct journal_field){ "ERWATCH_WITHHELD", withheld_text(effect->incident.withheld, reasons) };
    if (effect->quiet)
        snprintf(text, sizeof text, "%s (not sent: %s)", notice->story->summary, tell_why_quiet(effect, reasons));
    else
        snprintf(text, sizeof text, "%s", notice->story->summary);
    struct journal_entry entry = { .priority = priority_of(effect),
                                   .message_id = rule != NULL ? rule_message_id(rule, effect->event) : NULL,
                                   .message = text,
                                   .fields = fields,
                                   .field_count = count,
                                   .file = at.file,
                                   .function = at.function,
                                   .line = at.line };
    journal_write(app->journal, &entry);
    notice_fields_free(all);
}

/* One of the daemon's own messages, with the fields that it was given. */
static void write_message(struct app *app, enum message kind, int priority, const char *text,
                          const struct journal_field *fields, size_t count, struct place_told at)
{
    const struct message_info *message = message_find(kind);
    struct journal_entry entry = { .priority = priority >= 0 ? priority : message->priority,
                                   .message_id = message->id,
                                   .message = text,
                                   .fields = fields,
                                   .field_count = count,
                                   .file = at.file,
                                   .function = at.function,
                                   .line = at.line };
    journal_write(app->journal, &entry);
}

static void add(struct journal_field *fields, size_t *count, const char *name, const char *value)
{
    if (value != NULL && *count < FIELDS_MAX)
        fields[(*count)++] = (struct journal_field){ name, value };
}

/* A circuit's id, and the names of the fields of its labels; they last as long as the entry is being made. */
struct circuit_texts {
    struct id_text id;
    char label[NOTICE_LABELS_MAX][LABEL_FIELD_MAX];
};

/* What every entry about a circuit has: event, name, id and labels. */
static size_t circuit_fields(struct app *app, size_t index, enum message kind, struct circuit_texts *texts,
                             struct journal_field *fields)
{
    const struct circuit_settings *circuit = &app->settings->circuits[index];
    size_t count = 0;

    texts->id = resource_id_text(&circuit->id);
    add(fields, &count, "ERWATCH_EVENT", message_find(kind)->name);
    add(fields, &count, "ERWATCH_CIRCUIT", circuit->name);
    add(fields, &count, "ERWATCH_CIRCUIT_ID", texts->id.text);
    for (size_t i = 0; i < circuit->label_count && i < NOTICE_LABELS_MAX; i++)
        add(fields, &count, label_field(circuit->labels[i].name, texts->label[i]), circuit->labels[i].value);
    return count;
}

struct word_text tell_word_text(const struct word_change *change)
{
    struct word_text text;

    snprintf(text.text, sizeof text.text, "%s changed from %s to %s", change->field, change->was, change->is);
    return text;
}

/* The field of a changed word begins with what it is about: "microsoft IPv4 203.0.113.0/24 validationState". */
struct about {
    char word[4][WORD_FIELD_MAX];
    const char *peering, *family, *path, *prefix;
};

static void read_about(const char *field, struct about *out)
{
    struct net net;

    memset(out, 0, sizeof *out);
    sscanf(field, "%95s %95s %95s", out->word[0], out->word[1], out->word[2]);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        if (strcmp(out->word[0], peering_name(kind)) == 0)
            out->peering = peering_name(kind);
    for (enum family family = 0; family < FAMILIES && out->peering != NULL; family++)
        if (strcmp(out->word[1], family_name(family)) == 0)
            out->family = family == FAMILY_IPV4 ? "ipv4" : "ipv6"; /* as in a notice */
    for (enum path path = 0; path < PATHS && out->family != NULL; path++)
        if (strcmp(out->word[2], path_name(path)) == 0)
            out->path = path_name(path);
    if (out->family != NULL && net_parse(out->word[2], strlen(out->word[2]), &net))
        out->prefix = out->word[2];
}

void tell_word_at(struct app *app, const struct effect *effect, struct place_told at)
{
    struct journal_field fields[FIELDS_MAX];
    struct circuit_texts texts;
    struct about about;
    char text[1024];
    size_t count = circuit_fields(app, effect->target.index, MESSAGE_STATE_WORD_CHANGED, &texts, fields);

    read_about(effect->change.field, &about);
    add(fields, &count, "ERWATCH_PEERING", about.peering);
    add(fields, &count, "ERWATCH_FAMILY", about.family);
    add(fields, &count, "ERWATCH_PATH", about.path);
    add(fields, &count, "ERWATCH_PREFIX", about.prefix);
    add(fields, &count, "ERWATCH_FIELD", effect->change.field);
    add(fields, &count, "ERWATCH_OLD", effect->change.was);
    add(fields, &count, "ERWATCH_NEW", effect->change.is);
    snprintf(text, sizeof text, "%s: %s", app->settings->circuits[effect->target.index].name,
             tell_word_text(&effect->change).text);
    write_message(app, MESSAGE_STATE_WORD_CHANGED, -1, text, fields, count, at);
}

void tell_verdict_at(struct app *app, const struct effect *effect, struct place_told at)
{
    struct journal_field fields[FIELDS_MAX];
    struct circuit_texts texts;
    char text[1024];

    if (effect->target.index >= app->settings->circuit_count)
        return;
    size_t count = circuit_fields(app, effect->target.index, MESSAGE_VERDICT_CHANGED, &texts, fields);
    add(fields, &count, "ERWATCH_VERDICT", verdict_name(effect->is));
    add(fields, &count, "ERWATCH_OLD", verdict_name(effect->was));
    add(fields, &count, "ERWATCH_NEW", verdict_name(effect->is));
    snprintf(text, sizeof text, "%s: now %s, was %s", app->settings->circuits[effect->target.index].name,
             verdict_name(effect->is), verdict_name(effect->was));
    write_message(app, MESSAGE_VERDICT_CHANGED, -1, text, fields, count, at);
}

void tell_message_at(struct app *app, enum message kind, int priority, const char *text,
                     const struct journal_field *more, size_t more_count, struct place_told at)
{
    struct journal_field fields[FIELDS_MAX];
    size_t count = 0;

    add(fields, &count, "ERWATCH_EVENT", message_find(kind)->name);
    for (size_t i = 0; i < more_count; i++)
        add(fields, &count, more[i].name, more[i].value);
    write_message(app, kind, priority, text, fields, count, at);
}
