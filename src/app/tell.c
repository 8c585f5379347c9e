/* Entries of the journal about what is watched: incidents, state words, verdicts. Their fields are product contract. */
#include "app/app.h"

#include "core/rule.h"

#include <stdio.h>
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

void tell_incident(struct app *app, const struct effect *effect, const struct notice *notice)
{
    struct journal_field fields[FIELDS_MAX];
    struct notice_fields *all = notice_fields_new(notice);
    const struct rule_info *rule = rule_find(effect->incident.rule);
    size_t count = 0;

    for (size_t i = 0; i < all->count && count < FIELDS_MAX; i++)
        fields[count++] = (struct journal_field){ all->field[i].name, all->field[i].value };
    struct journal_entry entry = { .priority = priority_of(effect),
                                   .message_id = rule != NULL ? rule->message_id[effect->event] : NULL,
                                   .message = notice->story->summary,
                                   .fields = fields,
                                   .field_count = count,
                                   .file = __FILE__,
                                   .function = __func__,
                                   .line = __LINE__ };
    journal_write(app->journal, &entry);
    notice_fields_free(all);
}

/* The fields that every entry about a circuit has. */
static size_t circuit_fields(struct app *app, size_t index, struct journal_field *fields)
{
    const struct circuit_settings *circuit = &app->settings->circuits[index];
    size_t count = 0;

    fields[count++] = (struct journal_field){ "ERWATCH_CIRCUIT", circuit->name };
    fields[count++] = (struct journal_field){ "ERWATCH_CIRCUIT_ID", circuit->id };
    return count;
}

struct word_text tell_word_text(const struct word_change *change)
{
    struct word_text text;

    snprintf(text.text, sizeof text.text, "%s changed from %s to %s", change->field, change->was, change->is);
    return text;
}

void tell_word(struct app *app, const struct effect *effect)
{
    const struct message_info *message = message_find(MESSAGE_STATE_WORD_CHANGED);
    struct journal_field fields[8];
    char text[1024];

    size_t count = circuit_fields(app, effect->target.index, fields);
    fields[count++] = (struct journal_field){ "ERWATCH_EVENT", message->name };
    fields[count++] = (struct journal_field){ "ERWATCH_FIELD", effect->change.field };
    fields[count++] = (struct journal_field){ "ERWATCH_OLD", effect->change.was };
    fields[count++] = (struct journal_field){ "ERWATCH_NEW", effect->change.is };
    snprintf(text, sizeof text, "%s: %s", app->settings->circuits[effect->target.index].name,
             tell_word_text(&effect->change).text);
    struct journal_entry entry = { .priority = message->priority,
                                   .message_id = message->id,
                                   .message = text,
                                   .fields = fields,
                                   .field_count = count,
                                   .file = __FILE__,
                                   .function = __func__,
                                   .line = __LINE__ };
    journal_write(app->journal, &entry);
}

void tell_verdict(struct app *app, const struct effect *effect)
{
    const struct message_info *message = message_find(MESSAGE_VERDICT_CHANGED);
    struct journal_field fields[8];
    char text[1024];

    if (effect->target.index >= app->settings->circuit_count)
        return;
    size_t count = circuit_fields(app, effect->target.index, fields);
    fields[count++] = (struct journal_field){ "ERWATCH_EVENT", message->name };
    fields[count++] = (struct journal_field){ "ERWATCH_VERDICT", verdict_name(effect->is) };
    fields[count++] = (struct journal_field){ "ERWATCH_OLD", verdict_name(effect->was) };
    fields[count++] = (struct journal_field){ "ERWATCH_NEW", verdict_name(effect->is) };
    snprintf(text, sizeof text, "%s: now %s, was %s", app->settings->circuits[effect->target.index].name,
             verdict_name(effect->is), verdict_name(effect->was));
    struct journal_entry entry = { .priority = message->priority,
                                   .message_id = message->id,
                                   .message = text,
                                   .fields = fields,
                                   .field_count = count,
                                   .file = __FILE__,
                                   .function = __func__,
                                   .line = __LINE__ };
    journal_write(app->journal, &entry);
}

void tell_message(struct app *app, enum message kind, int priority, const char *text, const struct journal_field *more,
                  size_t more_count)
{
    const struct message_info *message = message_find(kind);
    struct journal_field fields[16] = { { "ERWATCH_EVENT", message->name } };
    size_t count = 1;

    for (size_t i = 0; i < more_count && count < sizeof fields / sizeof *fields; i++)
        fields[count++] = more[i];
    struct journal_entry entry = { .priority = priority >= 0 ? priority : message->priority,
                                   .message_id = message->id,
                                   .message = text,
                                   .fields = fields,
                                   .field_count = count,
                                   .file = __FILE__,
                                   .function = __func__,
                                   .line = __LINE__ };
    journal_write(app->journal, &entry);
}
