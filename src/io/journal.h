#ifndef ERWATCH_IO_JOURNAL_H
#define ERWATCH_IO_JOURNAL_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Structured log entries: to journald when it is there, else one line each to standard error. Never blocks. */

#define JOURNAL_VALUE_MAX 8192 /* bytes of a field's value, see journal_entry */
#define JOURNAL_FIELDS_MAX 256 /* of one entry */

struct journal;

/**
 * @param identifier  SYSLOG_IDENTIFIER, what `journalctl -t` asks for
 * @param verbose     write LOG_DEBUG too, and show every entry on standard error as well when that is a terminal
 */
struct journal *journal_new(struct loop *loop, const char *identifier, bool verbose);
/** What the entry that tells of lost ones is: its MESSAGE_ID and ERWATCH_EVENT. Both must outlive the journal. */
void journal_name_lost(struct journal *journal, const char *message_id, const char *event);
/** Waits at most @p ms for what is queued. */
void journal_free(struct journal *journal, int64_t ms);

struct journal_field {
    const char *name;  /* "ERWATCH_RULE": our own constants only; checked by assert, see journal_name_ok() */
    const char *value; /* any text, made harmless (harmless.h) and cut to JOURNAL_VALUE_MAX bytes; NULL: left out */
};

struct journal_entry {
    int priority; /* syslog's: LOG_DEBUG is written only when verbose */
    const char *message_id; /* 32 hex digits or NULL */
    const char *message;
    const struct journal_field *fields;
    size_t field_count; /* what is beyond JOURNAL_FIELDS_MAX is left out */
    const char *file, *function; /* where it was logged */
    int line;
};

/** Capital letters, digits and underscores, at most 64, not beginning with an underscore or a digit. */
bool journal_name_ok(const char *name);

/** Everything is copied. When the queue is full the entry counts as lost, which is told as soon as there is room. */
void journal_write(struct journal *journal, const struct journal_entry *entry);

/** A plain line with the caller's place in the source. */
#define journal_say(journal, priority, ...) \
    journal_say_at(journal, priority, __FILE__, __LINE__, __func__, __VA_ARGS__)
void journal_say_at(struct journal *journal, int priority, const char *file, int line, const char *function,
                    const char *format, ...) __attribute__((format(printf, 6, 7)));

/** Has the thread that writes answered the last ping (worker_ping)? For the watchdog. */
bool journal_ping(struct journal *journal);

struct journal_figures {
    uint64_t written, lost; /* lost: no room in the queue, or neither journald nor standard error took it */
    size_t waiting;
};
struct journal_figures journal_figures(const struct journal *journal);

#endif
