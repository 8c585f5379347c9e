#ifndef ERWATCH_TESTS_STORE_BED_H
#define ERWATCH_TESTS_STORE_BED_H

#include "store/store.h"

#include <limits.h>
#include <stddef.h>

/* A state directory of the test's own, and rows to put into it. */

#define BED_NOW INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */

struct bed {
    char directory[PATH_MAX];
};

void bed_make(struct bed *bed);
/** Remove the directory and what is in it. */
void bed_remove(struct bed *bed);
/** "DIRECTORY/NAME" in the caller's buffer; returns it. */
const char *bed_path(const struct bed *bed, const char *name, char path[PATH_MAX]);

/** Open the bed's store; the test ends when the result is another one than expected. */
struct store *bed_open(const struct bed *bed, enum store_result expected);

/** Apply and free; the test ends when that fails. */
void bed_apply(struct store *store, struct batch *batch);

/** How many names in the directory begin so. */
size_t bed_count(const struct bed *bed, const char *beginning);

/** Every field has a value of its own, so that no two can be taken for each other. */
struct stored_incident bed_incident(uint64_t key);
struct stored_delivery bed_delivery(int64_t id);
struct stored_memory bed_memory(const char *circuit);
/** A line about nothing in particular. */
struct stored_history bed_line(int64_t wall_ms, const char *scope, const char *text);

/** Every line, or those of a scope, newest first. */
bool bed_lines(struct store *store, const char *scope, void (*each)(void *, const struct stored_history *),
               void *context);

/** Drop what ended before this moment. */
void bed_prune(struct store *store, int64_t from_wall_ms);

#endif
