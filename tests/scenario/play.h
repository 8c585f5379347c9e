#ifndef ERWATCH_TESTS_SCENARIO_PLAY_H
#define ERWATCH_TESTS_SCENARIO_PLAY_H

#include "daemon.h"
#include "scenario.h"

/** Run a story to its end or its first failure; the daemon has been initialised. */
void play(const struct scenario *scenario, struct daemon *daemon);

#endif
