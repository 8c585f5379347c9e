#ifndef ERWATCH_TESTS_SIMULATION_EVENTS_H
#define ERWATCH_TESTS_SIMULATION_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The event log of a run: everything that happened, one line each. Two runs of one seed have the same one. */

struct events {
    char *text;
    size_t len, room;
    size_t lines;
};

void events_fini(struct events *events);
void events_add(struct events *events, int64_t at_ms, const char *format, ...) __attribute__((format(printf, 3, 4)));
/** Print the last lines. */
void events_tail(const struct events *events, size_t lines);

#endif
