#ifndef ERWATCH_CORE_RECEIVER_H
#define ERWATCH_CORE_RECEIVER_H

#include <stdbool.h>
#include <stdint.h>

/* What kinds of receivers there are; the settings, the bodies and the delivery share these words. */

enum receiver_kind {
    RECEIVER_EXEC, /* a program of the operator's */
    RECEIVER_WEBHOOK,
    RECEIVER_ALERTMANAGER,
    RECEIVER_PAGERDUTY,
    RECEIVER_OPSGENIE,
    RECEIVER_SLACK,
    RECEIVER_TEAMS,
    RECEIVER_EMAIL,
    RECEIVER_STREAM, /* a FIFO or a Unix socket */
    RECEIVER_DIGEST, /* collects for another one */
    RECEIVER_KINDS
};

/** The key in the settings: "exec", "webhook", "alertmanager" … "digest". */
const char *receiver_kind_name(enum receiver_kind kind);

/** What a webhook gets. */
enum webhook_format { FORMAT_ERWATCH, FORMAT_CLOUDEVENTS, FORMAT_PROMETHEUS, FORMATS };

const char *webhook_format_name(enum webhook_format format); /* "erwatch", "cloudevents", "prometheus" */

/**
 * Has this kind of receiver a form for a digest? Pagers have none: what they are given is an alert, which somebody has to
 * close.
 *
 * @param format  enum webhook_format, of a webhook
 */
bool receiver_takes_digests(enum receiver_kind kind, uint8_t format);

#endif
