#ifndef ERWATCH_TESTS_SIMULATION_JUDGE_H
#define ERWATCH_TESTS_SIMULATION_JUDGE_H

#include "azure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What must hold, in words: README.md. */

/** What the daemon heard of a circuit, that was asked for at @p asked_ms: the evidence for what it will say. */
void judge_heard_circuit(size_t circuit, const struct truth *truth, bool listed, int64_t asked_ms);
void judge_heard_metrics(size_t circuit, bool primary, bool secondary, int64_t asked_ms);

/** A notice as the core decided it, with what the journal has of it. */
struct decision {
    const char *incident, *event, *circuit, *path, *severity;
    int rule;
    bool quiet, flapping;
};
void judge_decided(const struct decision *decision);

/** The daemon's machine has slept: what was being confirmed is counted anew. */
void judge_slept(void);
void judge_daemon_died(void);

/** From now on nothing happens. */
void judge_calm_begins(void);
/** It was calm for so long that everything is known and told: is it what is true? */
void judge_calm(void);
/** The run is over, everything is healthy, the daemon has ended: what is left in its database? */
void judge_end(void);
void judge_reset(void);

/** Is this open, if what is true is as it is now? 0: it must not be; 1: it may be; 2: it must be, as a critical: 3. */
enum standing_truth { TRUTH_WRONG, TRUTH_MAY, TRUTH_MUST, TRUTH_PAGES };
enum standing_truth judge_truth(int rule, size_t circuit, const char *path);

#endif
