/* The words for kinds of receivers. */
#include "core/receiver.h"

#include <assert.h>

const char *receiver_kind_name(enum receiver_kind kind)
{
    static const char *const names[] = { "exec",  "webhook", "alertmanager", "pagerduty", "opsgenie",
                                         "slack", "teams",   "email",        "stream" };
    static_assert(sizeof names / sizeof *names == RECEIVER_KINDS, "a name for each kind");
    return names[kind];
}

const char *webhook_format_name(enum webhook_format format)
{
    static const char *const names[] = { "erwatch", "cloudevents", "prometheus" };
    static_assert(sizeof names / sizeof *names == FORMATS, "a name for each format");
    return names[format];
}
