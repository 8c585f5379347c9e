#ifndef ERWATCH_TESTS_SCENARIO_BEYOND_H
#define ERWATCH_TESTS_SCENARIO_BEYOND_H

#include "core/beyond.h"
#include "core/sample.h"

#include <stddef.h>

/* What Azure would answer of what lies beyond a circuit; a story changes it with keys of their own. */

#define BEYOND_TRUTHS_MAX 4
#define BEYOND_NAME_MAX 32

struct connection_truth {
    char name[BEYOND_NAME_MAX]; /* "": none */
    char status[BEYOND_WORD_MAX], operation[BEYOND_NAME_MAX], peer[BEYOND_NAME_MAX];
    bool gone;
};

struct reach_truth {
    char name[BEYOND_NAME_MAX], status[BEYOND_NAME_MAX], operation[BEYOND_NAME_MAX];
};

struct link_truth {
    char admin[BEYOND_NAME_MAX];
    int line;               /* per cent, or NO_POINT */
    int light[LIGHTS];      /* hundredths of dBm */
};

struct maintenance_truth {
    char id[BEYOND_NAME_MAX];
    int64_t starts_ms, lasts_ms; /* on the story's clock; 0: its end is not said */
    uint8_t path;
    bool uncertain, resolved;
};

struct beyond_truth {
    struct connection_truth connection[BEYOND_TRUTHS_MAX];
    struct reach_truth reach[BEYOND_TRUTHS_MAX];
    char port[BEYOND_NAME_MAX]; /* "": on none */
    struct link_truth link[LINKS];
    char health[BEYOND_NAME_MAX]; /* "": not asked */
    struct maintenance_truth maintenance[BEYOND_TRUTHS_MAX];
};

void beyond_truth_init(struct beyond_truth *truth);

/** Is it a key of this file, "connection.hub=Connected" and the like? */
bool beyond_truth_key(const char *token);

/** Take such a key; false when its value means nothing. */
bool beyond_truth_take(struct beyond_truth *truth, const char *token);

/** The part of ARM's answer about the circuit. */
void beyond_truth_sample(const struct beyond_truth *truth, struct sample *out);

/** Id of a connection of that name. */
const char *beyond_truth_id(const char *name, char id[BEYOND_ID_MAX]);

/** One of its connections, as asked for at @p asked; false when there is no such one. @p circuit: id of the circuit */
bool beyond_truth_connection(const struct beyond_truth *truth, size_t index, const char *circuit, struct mono asked,
                             struct connection_value *out);

/** The port and its metrics at that moment. @p clock_ms: the story's clock */
void beyond_truth_port(const struct beyond_truth *truth, struct mono now, int64_t clock_ms, struct port_value *out);

void beyond_truth_health(const struct beyond_truth *truth, struct mono now, struct health_value *out);

void beyond_truth_maintenance(const struct beyond_truth *truth, struct mono now, int64_t clock_ms,
                              struct maintenances *out);

#endif
