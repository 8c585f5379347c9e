#ifndef ERWATCH_CORE_RECEIVER_H
#define ERWATCH_CORE_RECEIVER_H

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
    RECEIVER_KINDS
};

/** The key in the settings: "exec", "webhook", "alertmanager" … "stream". */
const char *receiver_kind_name(enum receiver_kind kind);

/** What a webhook gets. */
enum webhook_format { FORMAT_ERWATCH, FORMAT_CLOUDEVENTS, FORMAT_PROMETHEUS, FORMATS };

const char *webhook_format_name(enum webhook_format format); /* "erwatch", "cloudevents", "prometheus" */

#endif
