#ifndef ERWATCH_PAGING_SETBACK_H
#define ERWATCH_PAGING_SETBACK_H

#include "core/outbox.h"
#include "paging/wire.h"

/* From an answer to what the queue does about it: erwatchd(8), "DELIVERY". */

/** How long a request that was given up may still be on its way on the other side, behind a proxy or in a queue. */
#define SETBACK_UNSURE_MS (30 * 1000)

/** An attempt that failed, and what came before it. */
struct setback_of {
    enum answer answer;
    int64_t retry_after_ms; /* -1: not said */
    bool program;           /* of a program: what one run says is no word about the next */
    uint32_t attempts;      /* of this notice, this one included */
    int64_t since_first_ms; /* since the first of them */
    bool page;
    bool minimal;           /* it was the one with the least body */
    uint32_t failures;      /* of the receiver in a row, without this one */
    int64_t failing_ms;     /* since the first of them */
    double random;          /* 0..1 */
};

struct outbox_setback setback_make(const struct setback_of *of);

/** Will only a change at the receiver or in the settings help? Then the fallback gets it at once, and rule 96 is told. */
bool setback_lasts(const struct setback_of *of);

#endif
