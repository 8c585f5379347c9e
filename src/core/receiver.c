/* The words for kinds of receivers. */
#include "core/receiver.h"

#include <assert.h>

const char *receiver_kind_name(enum receiver_kind kind)
{
    static const char *const names[] = { "exec",  "webhook", "alertmanager", "pagerduty", "opsgenie",
                                         "slack", "teams",   "email",        "stream",    "digest" };
    static_assert(sizeof names / sizeof *names == RECEIVER_KINDS, "a name for each kind");
    return names[kind];
}

const char *webhook_format_name(enum webhook_format format)
{
    static const char *const names[] = { "erwatch", "cloudevents", "prometheus" };
    static_assert(sizeof names / sizeof *names == FORMATS, "a name for each format");
    return names[format];
}

bool receiver_takes_digests(enum receiver_kind kind, uint8_t format)
{
    static const bool takes[RECEIVER_KINDS] = { [RECEIVER_EXEC] = true,  [RECEIVER_WEBHOOK] = true,
                                                [RECEIVER_SLACK] = true, [RECEIVER_TEAMS] = true,
                                                [RECEIVER_EMAIL] = true, [RECEIVER_STREAM] = true };
    return takes[kind] && (kind != RECEIVER_WEBHOOK || format != FORMAT_PROMETHEUS);
}
