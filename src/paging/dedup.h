#ifndef ERWATCH_PAGING_DEDUP_H
#define ERWATCH_PAGING_DEDUP_H

#include "paging/told.h"
#include "paging/wire.h"

/*
 * Pagers that know an alert by a key (PagerDuty's dedup_key, Opsgenie's alias). The key is the identity of the
 * episode. A pager does not page again for an alert that somebody has acknowledged, so when the severity rises, the
 * alert is opened anew under the id of that notice, and then the old one is closed: two requests of one notice.
 */

enum dedup_action { DEDUP_OPEN, DEDUP_NOTE, DEDUP_ACKNOWLEDGE, DEDUP_CLOSE };

#define DEDUP_KEY_MAX 80

struct dedup_step {
    enum dedup_action action;
    char key[DEDUP_KEY_MAX];
    char kept[WIRE_KEPT_MAX]; /* once it is delivered; "" nothing new */
    bool more;
};

/** What is to be done for this notice, when so much is remembered of the last one. */
void dedup_step(const struct told *told, const char *kept, struct dedup_step *out);

#endif
