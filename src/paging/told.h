#ifndef ERWATCH_PAGING_TOLD_H
#define ERWATCH_PAGING_TOLD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A notice that is being sent: its own JSON, and what every kind of receiver asks of it. */

enum told_event { TOLD_RAISED, TOLD_CHANGED, TOLD_REMINDER, TOLD_ACKNOWLEDGED, TOLD_CLEARED, TOLD_TEST, TOLD_DIGEST, TOLD_EVENTS };

/** Texts are the object's; what is null there is "". */
struct told {
    json_t *object;
    enum told_event event;  /* one that is not known is TOLD_CHANGED */
    const char *id, *incident, *severity, *owner, *rule, *summary, *text, *circuit, *acknowledged_by;
    int64_t time_wall_ms, since_wall_ms; /* 0: not said */
};

/** @return false: it is no notice */
bool told_init(struct told *told, const char *notice_json);
void told_fini(struct told *told);

/** info 0, warning 1, critical 2; what is none of them counts as warning. */
unsigned told_rank(const char *severity);

/** "2026-11-21T10:00:00.000Z" as milliseconds since 1970; 0 when it is none. */
int64_t told_time(const char *text);

#define TIME_TEXT_MAX 40
/** The other way round. */
const char *time_text(int64_t wall_ms, char text[TIME_TEXT_MAX]);

#endif
