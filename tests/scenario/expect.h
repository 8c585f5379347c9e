#ifndef ERWATCH_TESTS_SCENARIO_EXPECT_H
#define ERWATCH_TESTS_SCENARIO_EXPECT_H

#include "daemon.h"
#include "scenario.h"

/**
 * Compare with what happened. The clock has reached the step's moment and everything due has happened.
 *
 * @param since_ms  the moment of the line before: what "by" may reach back to
 */
void expect_step(struct daemon *daemon, const struct step *step, int64_t since_ms);

/** Nothing was told up to now (with @p before: before this moment) that the story has not named. */
void expect_no_more(struct daemon *daemon, bool before);

#endif
