/*
 * Labels for Alertmanager and for receivers of its webhooks. Two alerts are the same when all their labels are, so what
 * may change during an episode (a text, a time) is an annotation, and the episode itself is a label.
 */
#include "paging/labels.h"

#include "core/text.h"
#include "paging/object.h"
#include "paging/speech.h"

#include <string.h>

#define LABEL_NAME_MAX 64
#define LABEL_TEXT_MAX 1024

static void put_sanitised(json_t *labels, const char *name, const char *value)
{
    char clean[LABEL_NAME_MAX + 1];
    size_t len = 0;

    for (; *name != '\0' && len < LABEL_NAME_MAX; name++) {
        char c = *name;
        bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        clean[len] = (char)(letter || (digit && len > 0) ? c : '_');
        len++;
    }
    clean[len] = '\0';
    if (len > 0 && json_object_get(labels, clean) == NULL) /* our own names, and the first of two, count */
        object_put_text(labels, clean, value, LABEL_TEXT_MAX);
}

static void put_own_labels(json_t *labels, const struct told *told)
{
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(json_object_get(told->object, "circuit"), "labels"), name, value)
        if (json_is_string(value))
            put_sanitised(labels, name, json_string_value(value));
}

json_t *labels_object(const struct told *told, const char *severity, const char *owner)
{
    json_t *labels = object_new(), *value;
    const char *key;

    object_put_text(labels, "alertname", *told->rule != '\0' ? told->rule : "erwatch-test", LABEL_TEXT_MAX);
    object_put_text(labels, "severity", severity != NULL ? severity : told->severity, LABEL_TEXT_MAX);
    object_put_text(labels, "owner", owner != NULL ? owner : told->owner, LABEL_TEXT_MAX);
    object_put_text(labels, "incident", told->incident, LABEL_TEXT_MAX);
    object_put_text(labels, "circuit", told->circuit, LABEL_TEXT_MAX);
    object_put_text(labels, "circuit_id", object_text(told->object, "circuit", "id"), LABEL_TEXT_MAX);
    json_object_foreach(json_object_get(told->object, "subject"), key, value)
        if (json_is_string(value))
            put_sanitised(labels, key, json_string_value(value));
    put_own_labels(labels, told);
    return labels;
}

/* Lines of an array, one below the other. */
static void put_lines(json_t *annotations, const char *name, const char *lines)
{
    object_put_text(annotations, name, lines, SPEECH_LINES_MAX);
}

json_t *annotations_object(const struct told *told, bool minimal)
{
    json_t *annotations = object_new();
    char lines[SPEECH_LINES_MAX];

    object_put_text(annotations, "summary", told->summary, 1024);
    if (minimal)
        return annotations;
    object_put_text(annotations, "description", told->text, 8192);
    put_lines(annotations, "next_steps", speech_steps(told, lines));
    put_lines(annotations, "facts", speech_facts(told, lines));
    object_put_text(annotations, "runbook", object_text(told->object, NULL, "runbook"), 255);
    object_put_text(annotations, "acknowledged_by", told->acknowledged_by, 255);
    return annotations;
}
