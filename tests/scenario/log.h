#ifndef ERWATCH_TESTS_SCENARIO_LOG_H
#define ERWATCH_TESTS_SCENARIO_LOG_H

#include "core/engine.h"
#include "who.h"

/* What happened in a story, in order: everything the core asked for, and what the daemon did beside it. */

#define LINE_MAX_BYTES 512

enum entry_kind { ENTRY_NOTE, ENTRY_TOLD, ENTRY_QUIET, ENTRY_WORD, ENTRY_VERDICT, ENTRY_LOOK };

struct entry {
    uint8_t kind;
    int64_t at_ms; /* on the story's clock */
    char scope[SCOPE_TEXT_MAX];
    struct effect effect;
    int64_t look_ms; /* ENTRY_LOOK: when, on the story's clock; never earlier than at_ms */
    bool expected;   /* ENTRY_TOLD, ENTRY_QUIET: the story has named it */
    char *says;      /* of these two: the words for people */
    char line[LINE_MAX_BYTES];
};

struct log {
    struct entry *entry;
    size_t count, room;
};

/** A new entry; its line begins with the time. */
struct entry *log_add(struct log *log, enum entry_kind kind, int64_t at_ms, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** Take back what came after the first @p count entries: a crash lost it. Notes stay. */
void log_lose(struct log *log, size_t count);
void log_fini(struct log *log);

/** The first failure of a story: where, what was expected, what happened instead. */
struct report {
    const char *path;
    unsigned line; /* of the step that runs now */
    bool failed;
    char text[4096];
};

void report_fail(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
