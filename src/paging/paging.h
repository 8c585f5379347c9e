#ifndef ERWATCH_PAGING_PAGING_H
#define ERWATCH_PAGING_PAGING_H

#include "core/incident.h"
#include "core/notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A notice as each receiver wants it, and what its answer means. No sockets, no processes. */

/** All a notice is made of. Texts belong to the caller. */
struct notice {
    const struct incident *incident;
    enum rule_event event;      /* or RULE_EVENTS: a test */
    int64_t time_wall_ms;
    uint8_t verdict;
    const struct story *story;
    const struct circuit_settings *circuit; /* NULL beside a circuit */
    const struct sample *sample;            /* NULL: never seen */
    const char *credential, *subscription, *receiver; /* subject beside a circuit; "" when none */
    const char *host, *version;
};

/** "0123456789abcdef-4": the identity of an episode. */
#define INCIDENT_IDENTITY_MAX 32
const char *incident_identity(const struct incident *incident, char text[INCIDENT_IDENTITY_MAX]);

/** Schema "erwatch.notice/1" as compact JSON, one line; heap. */
char *notice_json(const struct notice *notice);

/** The `id` in a notice: the episode's identity and the sequence number; the same on every retry. */
#define NOTICE_ID_MAX 48
const char *notice_id(const struct incident *incident, char text[NOTICE_ID_MAX]);

/**
 * The environment of an exec hook: PATH, LANG and ERWATCH_* with the journal's names, made from the notice's JSON. Values
 * have their control characters replaced and are bounded.
 *
 * @return NULL-terminated heap array; exec_environment_free(); NULL when @p json is no notice
 */
char **exec_environment(const char *json);
void exec_environment_free(char **environment);

enum answer { ANSWER_DELIVERED, ANSWER_LATER, ANSWER_NEVER };

/** Pause before the next try: 1 s doubling to 15 s (60 s once an hour has passed), jitter from @p random (0..1). */
int64_t retry_pause_ms(uint32_t attempts, int64_t since_first_ms, bool page, double random);

#endif
