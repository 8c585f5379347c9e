#ifndef ERWATCH_AZURE_SERIES_H
#define ERWATCH_AZURE_SERIES_H

#include "azure/answer.h"
#include "core/mono.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line;

/*
 * The elements of `value` in any answer of Azure Monitor: metrics, each with series that are told apart by dimensions,
 * each with points. What counts of a series is its newest point that has a value. Inside this room only.
 */

#define SERIES_METRICS_MAX 2
#define SERIES_SLOTS_MAX 6
#define SERIES_WORD_MAX 128

/** How far back is asked, and how old a point may be: the newest one to three minutes are usually empty. */
#define SERIES_WINDOW_MS (10 * 60 * 1000)

/** What was asked for: at most SERIES_METRICS_MAX metrics of one kind, split by two dimensions. */
struct series_plan {
    const char *metric[SERIES_METRICS_MAX]; /* NULL: one less */
    const char *dimension[2];
    double least, most; /* a value beyond is as good as absent */
    int scale;          /* how a value is kept: times this, rounded down, */
    int32_t top;        /* and not more than this */
    /** Where a series belongs by the values of its dimensions, "" where it has none; SERIES_SLOTS_MAX: nowhere. */
    size_t (*slot)(const char *first, const char *second);
    /** Of two series of one slot, does the first count? */
    bool (*worse)(int32_t a, int32_t b);
};

struct series_value {
    bool any;
    int64_t age_ms; /* below zero for a point that lies a little ahead */
    int32_t value;
};

/** By metric in the order of the plan, and slot. */
struct series_values {
    struct series_value at[SERIES_METRICS_MAX][SERIES_SLOTS_MAX];
};

/** The element's shape; its tags are from SERIES_METRIC on and below SERIES_TAGS, where the caller's own begin. */
extern const struct json_shape series_shape;
enum {
    SERIES_METRIC, /* of the array whose elements they are */
    SERIES_NAME,
    SERIES_NAME_VALUE,
    SERIES_ERROR,
    SERIES_LIST,
    SERIES_DIMENSION,
    SERIES_DIMENSION_NAME,
    SERIES_DIMENSION_NAME_VALUE,
    SERIES_DIMENSION_VALUE,
    SERIES_POINT,
    SERIES_TIME,
    SERIES_AVERAGE,
    SERIES_TAGS
};

struct series_reader {
    const struct series_plan *plan;
    int64_t now_wall_ms;
    bool value;                /* the array was there */
    struct series_values *out; /* where what is found is kept; what it holds already is kept when it is worse */
    /* of the metric that is being read: it counts once its error code is known */
    size_t metric;
    bool failed;
    struct series_value here[SERIES_SLOTS_MAX];
    /* of the series */
    char dimension[2][SERIES_WORD_MAX];
    struct series_value newest;
    /* of the dimension and the point */
    size_t which;
    char word[SERIES_WORD_MAX];
    struct series_value point;
    bool has_time, has_average;
};

/** @param now_wall_ms  what the age of a point is counted from */
void series_begin(struct series_reader *reader, const struct series_plan *plan, int64_t now_wall_ms,
                  struct series_values *out);
bool series_take(struct series_reader *reader, int tag, const struct json_value *value);
bool series_enter(struct series_reader *reader, int tag, enum json_type type, bool opens);

/**
 * Ask ARM for metrics of one resource in the time before @p now_wall_ms.
 *
 * @param names  percent-encoded, as is @p filter
 */
void series_ask(struct azure_request *out, const char *management, const char *id, const char *names,
                const char *filter, int64_t now_wall_ms);

/** The answer to that; @p out is filled on AZURE_OK and of no use otherwise. */
enum azure_result series_read(const struct azure_reply *reply, const struct series_plan *plan, int64_t now_wall_ms,
                              struct series_values *out, struct failure *why);

/** When a value was measured, on our clock; @p now: when the answer came. */
struct mono series_seen(const struct series_value *value, struct mono now);

/** "2024-08-26T07:10:00Z", percent-encoded. */
void series_add_time(struct line *url, int64_t wall_ms);

/** What several answers or elements said of one resource: in each slot what is worse. */
void series_merge(const struct series_plan *plan, struct series_values *have, const struct series_values *more);

/** Which one of the words is inside @p text, without case; @p count when none is, or more than one. */
size_t series_one_inside(const char *text, const char *const *words, size_t count);

#endif
