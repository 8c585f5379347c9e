#ifndef ERWATCH_SIM_METRICS_H
#define ERWATCH_SIM_METRICS_H

#include "sim/metrics_question.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ask;

/*
 * Metrics of resources of different types. A type has metrics, two dimensions, and cells: the smallest things that have
 * a value of their own. A series is the mean of all cells that a question does not tell apart.
 */

struct metric {
    const char *name, *label, *about, *unit;
    size_t dimensions; /* it has the first so many of its type's */
};

/** One value of each dimension; `first` and `second` are the type's own numbers for them. */
struct metric_cell {
    const char *value[DIMENSIONS_MAX];
    size_t first, second;
};

#define CELLS_MAX 32

struct metric_kind {
    const char *namespace;
    const char *dimensions[DIMENSIONS_MAX];
    const struct metric *metrics;
    size_t count;
    size_t (*cells)(const struct ask *ask, const void *resource, struct metric_cell out[CELLS_MAX]);
    /** @return false: there is no value */
    bool (*value)(const void *resource, size_t metric, const struct metric_cell *cell, int64_t wall_ms, double *out);
};

extern const struct metric_kind circuit_metrics, port_metrics;

/** A resource whose metrics are asked for. */
struct metered {
    const struct metric_kind *kind;
    const void *resource;
    const char *id, *location;
    const char *error; /* what `errorCode` says instead of "Success"; NULL: nothing is wrong */
};

/** The list `value` of an answer. NULL: it asks for a metric that the type does not have. */
json_t *metrics_list(const struct ask *ask, const struct metered *of, const struct question *q);
/** The names of a type's metrics for an error, on the heap. */
char *metrics_names(const struct metric_kind *kind);

#endif
