#ifndef ERWATCH_TESTS_WIRE_BED_H
#define ERWATCH_TESTS_WIRE_BED_H

#include "paging/wire.h"

/* Receivers of every kind, and the notices of tests/data/paging/ that they get. */

enum wire_example {
    WIRE_ERWATCH,
    WIRE_CLOUDEVENTS,
    WIRE_PROMETHEUS,
    WIRE_ALERTMANAGER,
    WIRE_PAGERDUTY,
    WIRE_OPSGENIE,
    WIRE_SLACK,
    WIRE_SLACK_BOT,
    WIRE_TEAMS,
    WIRE_EMAIL,
    WIRE_STREAM,
    WIRES
};

extern const char *const wire_names[WIRES]; /* "erwatch" … */
extern const struct wire wire_examples[WIRES];

/** A moment, two seconds behind the notice's own time. */
#define WIRE_NOW INT64_C(1795255202000)

/** "raised", "changed", "reminder", "acknowledged", "cleared", "test", "hostile" as notice_json() writes it; heap. */
char *wire_notice(const char *name);

/** An answer with which this kind of receiver takes a request. */
void wire_taken(const struct wire *wire, struct wire_reply *reply);

#endif
