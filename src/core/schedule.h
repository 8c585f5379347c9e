#ifndef ERWATCH_CORE_SCHEDULE_H
#define ERWATCH_CORE_SCHEDULE_H

#include "core/mono.h"

#include <stdint.h>

/*
 * When to ask again. Polls are spread over their interval by the name of what is asked, so that a thousand circuits are a
 * steady trickle and a restart changes nothing about it.
 */

/**
 * The next moment of a steady beat.
 *
 * @param name      what is asked; the same name has the same place in the interval on every start and host
 * @param every_ms  the interval
 * @return          after @p now, at most one interval later
 */
struct mono schedule_beat(const char *name, int64_t every_ms, struct moment now);

/**
 * The pause after a poll that failed.
 *
 * @param failures  in a row, at least 1
 * @param retry_ms  first pause; doubles up to @p every_ms (or stays, when that is shorter)
 * @param random    0 <= random < 1: jitter of a quarter either way
 */
int64_t schedule_back_off(uint32_t failures, int64_t retry_ms, int64_t every_ms, double random);

/** When to ask for a new token: five minutes before the end, or at half its life when it lives ten minutes or less. */
struct mono schedule_renewal(struct mono got, int64_t lives_ms);

#endif
