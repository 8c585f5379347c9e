#ifndef ERWATCH_PAGING_PAGING_H
#define ERWATCH_PAGING_PAGING_H

#include "core/digest.h"
#include "core/incident.h"
#include "core/notice.h"
#include "paging/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A notice as each receiver wants it, and what its answer means. No sockets, no processes. */

/** All a notice is made of. Texts belong to the caller. */
struct notice {
    const struct incident *incident; /* of a test: a key, a sequence and RULE_NONE */
    enum rule_event event;      /* or enum outbox_event: a test, a digest */
    int64_t time_wall_ms;
    uint8_t verdict;            /* of the circuit; not looked at beside one */
    const struct story *story;
    const struct circuit_settings *circuit; /* NULL beside a circuit */
    const struct sample *sample;            /* NULL: never seen */
    const char *port;                       /* id of the port of ExpressRoute Direct; NULL or "" when there is none */
    const char *credential, *subscription, *receiver; /* subject beside a circuit; "" when none */
    const char *host, *version;
};

/** "raised", "changed", "cleared" … "test", "digest" */
const char *notice_event_name(enum rule_event event);

/** "0123456789abcdef-4": the identity of an episode. */
#define INCIDENT_IDENTITY_MAX 32
const char *incident_identity(const struct incident *incident, char text[INCIDENT_IDENTITY_MAX]);

/** The `id` in a notice: the episode's identity and the sequence number; the same on every retry. */
#define NOTICE_ID_MAX 48
const char *notice_id(const struct incident *incident, char text[NOTICE_ID_MAX]);

#define NOTICE_SCHEMA "erwatch.notice/1"

/** Where the rules are explained, on the host itself. */
#define NOTICE_RUNBOOK "man:erwatch-rules(7)"

/* Bounds of the texts in a notice, in bytes; a longer one is cut after a whole character. */
#define NOTICE_SUMMARY_MAX 1024
#define NOTICE_TEXT_MAX 8192
#define NOTICE_STEP_MAX 1024  /* a next step, the value of a fact, an ARM id */
#define NOTICE_NAME_MAX 255   /* every other text */
#define NOTICE_LABELS_MAX 64  /* labels; further ones are left out */

/**
 * Schema "erwatch.notice/1" as compact JSON, one line; heap.
 *
 * Every key is always there, in the same order. What is unknown or does not apply is null, never "" or 0; a label may
 * have the value "". Times are RFC 3339 in UTC with milliseconds, "2026-11-21T10:00:00.000Z". What is no UTF-8 is
 * replaced (U+FFFD), all other characters are kept. The keys:
 *
 *   schema, id, event, incident, key, sequence, time
 *   since        when the present run of bad samples began
 *   rule, name   number and name of the rule; null in a test
 *   severity     "info", "warning", "critical"
 *   owner        "you", "provider", "microsoft", "self"
 *   verdict      of the circuit; null beside one
 *   summary, text, next_steps[]
 *   subject      peering, path ("primary"), family ("ipv4"), prefix (always null in this release), connection
 *                (name), global_reach (name of the link), link ("link1" of a port), maintenance (Microsoft's tracking
 *                id), port (ARM id of the port of ExpressRoute Direct), credential, subscription, receiver
 *   circuit      id, name, labels{}, location, provider, peering_location, bandwidth (Mbit/s), service_key_tail (four
 *                characters); null as a whole beside a circuit
 *   facts[]      name, value, seen_at (null: it is no observation), source
 *   suppressed_by    name of the rule that explains it; null: it speaks for itself
 *   acknowledged_by  who has taken it on; null: nobody
 *   runbook      NOTICE_RUNBOOK; null in a test
 *   daemon       host, version
 *
 * A digest has one key more, the last: digest_json() says what is in it.
 */
char *notice_json(const struct notice *notice);

/** All a digest is made of. Texts belong to the caller. */
struct digest_notice {
    const char *name;        /* of the receiver that has collected */
    uint64_t key;            /* the same for all of its digests … */
    uint32_t number;         /* … which are counted: together the identity */
    int64_t from_wall_ms;    /* when the last one was made */
    int64_t time_wall_ms;    /* now */
    int64_t next_wall_ms;    /* when the next one is due */
    const struct digest_line *line; /* as digest_lines() made them */
    size_t count;
    uint64_t left_out;       /* incidents that are over and were not kept, because there were too many */
    const char *host, *version;
};

/** Key of the digests of a receiver with this name, the same on every host. */
uint64_t digest_key(const char *name);

/** Lines that stand in a digest; of those behind them there is only the number. */
#define DIGEST_LINES_MOST 100

/**
 * Schema "erwatch.notice/1" with the event "digest"; heap. Beside the keys of every notice it has `digest`:
 *
 *   receiver     name of the receiver that has collected
 *   from, to     the time that it is about
 *   next         when the next one is due
 *   open, over, happened   how many of each there are, listed or not
 *   left_out     further ones that are over, of which nothing was kept
 *   lines[]      the first DIGEST_LINES_MOST, the most severe first:
 *     state      "open", "over"; "happened" of an event, which begins and ends at once
 *     incident, rule, name, severity, owner, circuit (name), summary, since, acknowledged_by: of its last notice; of
 *                one that is open, and of which that was a reminder or an acknowledgement, as they are now
 *     time       of that: of one that is over, its end
 *     times      so many episodes
 *     new        did it begin since the last digest?
 */
char *digest_json(const struct digest_notice *digest);

/** What is kept in memory of a notice that waits for a digest; heap. */
struct digest_note {
    bool once;     /* its rule tells of events */
    bool taken_on; /* it says who has acknowledged it */
    int64_t since_wall_ms;
    char *circuit; /* name; "" beside a circuit */
    char *line;    /* the keys of its line, JSON: `kept` of a digest_row */
};

/** @return false: @p notice_json is no notice */
bool digest_note(const char *notice_json, struct digest_note *note);
/** Is this a notice, as notice_json() makes one? For what was stored: the disk may have changed it. */
bool notice_is_sound(const char *json);

struct notice_field {
    const char *name, *value;
};

/** The journal's field of a label: "site" is ERWATCH_LABEL_SITE. Returns @p name. */
#define LABEL_FIELD_MAX 65
const char *label_field(const char *label, char name[LABEL_FIELD_MAX]);

/** Fields of a notice for machines; all texts are its own. */
struct notice_fields {
    size_t count;
    struct notice_field *field;
};

/**
 * The journal's fields of a notice: ERWATCH_EVENT, _RULE, _RULE_NAME, _INCIDENT, _CIRCUIT, _CIRCUIT_ID, _PEERING,
 * _PATH, _FAMILY, _PREFIX, _CONNECTION, _GLOBAL_REACH, _LINK, _MAINTENANCE, _PORT, _VERDICT, _SEVERITY, _OWNER and one
 * ERWATCH_LABEL_<NAME> for each label. The values are those of the JSON; what is null there is left out. Heap,
 * notice_fields_free().
 *
 * The name of a label is in upper case, every character but A-Z, 0-9 and _ a _, the whole at most 64 characters (the
 * journal's limit); of two labels with one such name the first counts.
 */
struct notice_fields *notice_fields_new(const struct notice *notice);
void notice_fields_free(struct notice_fields *fields);

/**
 * The environment of an exec hook, and the whole of it: PATH and LANG, then the journal's fields (see above) and
 * ERWATCH_NOTICE_ID and ERWATCH_SUMMARY, made from the notice's JSON. Control characters, direction overrides and line
 * separators in a value are replaced by '?', and it is at most 1024 bytes.
 *
 * @return NULL-terminated heap array; exec_environment_free(); NULL when @p json is no notice
 */
char **exec_environment(const char *json);
void exec_environment_free(char **environment);

/** A hook's end: exit status 0 is delivered; another one, a signal, the time limit, no start at all: later. */
enum answer exec_answer(bool exited, int status);

/**
 * Pause before the next try. Later or uncertain: 1 s doubling to 15 s (60 s once an hour has passed) for a page, to 5 min
 * for the rest; 429 without Retry-After: 30 s doubling to 5 min; redirected, refused, wrong settings: 5 min. Each a quarter
 * shorter to a quarter longer.
 *
 * @param attempts        tries so far, at least 1
 * @param since_first_ms  how long ago the first try was
 * @param random          0..1
 */
int64_t retry_pause_ms(enum answer answer, uint32_t attempts, int64_t since_first_ms, bool page, double random);

#endif
