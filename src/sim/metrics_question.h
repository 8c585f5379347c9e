#ifndef ERWATCH_SIM_METRICS_QUESTION_H
#define ERWATCH_SIM_METRICS_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ask;
struct metric_kind;

/* What a request wants to know of metrics: when, how fine, split by what. Both of Azure's calls ask the same. */

#define DIMENSIONS_MAX 2

struct question {
    const struct metric_kind *kind;      /* of the resources it is about */
    const char *names;                   /* "BgpAvailability,ArpAvailability" */
    int64_t from_ms, to_ms, interval_ms; /* wall clock; whole intervals */
    const char *interval;                /* "PT1M" */
    bool split[DIMENSIONS_MAX];
    char value[DIMENSIONS_MAX][64];      /* only this one; "" for all */
};

/** "2026-11-21T21:40:00Z" and what stands behind the year */
#define STAMP_TEXT 32
const char *stamp_format(int64_t wall_ms, char out[STAMP_TEXT]);
/** The time in front of @p end, with or without a fraction or an offset; -1 when it is none. */
int64_t stamp_parse(const char *text, const char **end);

/**
 * Read the times, the interval and the filter.
 *
 * @param times   "FROM/TO"; NULL: the last hour
 * @param filter  "PeeringType eq '*' and Peer eq 'Primary'"; NULL: none
 * @param out     `kind` and `names` are set already
 * @return        NULL, or the sentence to refuse with
 */
const char *question_read(const struct ask *ask, const char *times, const char *filter, struct question *out);

#endif
