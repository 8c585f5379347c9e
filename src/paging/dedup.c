/*
 * Under which key an alert is open, and what comes next. What is remembered is "SEVERITY KEY", and "SEVERITY KEY OLD"
 * as long as the alert under the old key has not been closed.
 */
#include "paging/dedup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What was remembered. */
struct open {
    bool known;
    char severity[32], key[DEDUP_KEY_MAX], old[DEDUP_KEY_MAX];
};

static void read_kept(struct open *open, const struct told *told, const char *kept)
{
    *open = (struct open){ 0 };
    open->known = sscanf(kept, "%31s %79s %79s", open->severity, open->key, open->old) >= 2;
    if (open->known)
        return;
    *open = (struct open){ 0 };
    snprintf(open->severity, sizeof open->severity, "%s", told->severity);
    snprintf(open->key, sizeof open->key, "%s", told->incident);
}

static void keep(struct dedup_step *step, const char *severity, const char *key, const char *old)
{
    snprintf(step->kept, sizeof step->kept, "%.31s %.79s%s%.79s", severity, key, *old != '\0' ? " " : "", old);
}

static void set(struct dedup_step *step, enum dedup_action action, const char *key)
{
    step->action = action;
    snprintf(step->key, sizeof step->key, "%s", key);
}

/* Every test is an alert of its own, or the second one would page nobody. */
static void step_test(const struct told *told, struct dedup_step *step)
{
    step->action = DEDUP_OPEN;
    snprintf(step->key, sizeof step->key, "%.48s-%" PRId64, told->id, told->time_wall_ms);
}

static void step_rise(const struct told *told, const struct open *open, struct dedup_step *step)
{
    set(step, DEDUP_OPEN, told->id);
    keep(step, told->severity, told->id, open->key);
    step->more = true;
}

void dedup_step(const struct told *told, const char *kept, struct dedup_step *out)
{
    struct open open;

    *out = (struct dedup_step){ 0 };
    read_kept(&open, told, kept);
    if (told->event == TOLD_TEST) {
        step_test(told, out);
    } else if (*open.old != '\0') {
        set(out, DEDUP_CLOSE, open.old);
        keep(out, open.severity, open.key, "");
        out->more = strcmp(open.key, told->id) != 0; /* it was left over from another notice: this one's turn is next */
    } else if (told->event == TOLD_CLEARED) {
        set(out, DEDUP_CLOSE, open.key);
    } else if (told->event == TOLD_ACKNOWLEDGED) {
        set(out, DEDUP_ACKNOWLEDGE, open.key);
    } else if (open.known && told_rank(told->severity) > told_rank(open.severity)) {
        step_rise(told, &open, out);
    } else {
        set(out, open.known && told->event == TOLD_CHANGED ? DEDUP_NOTE : DEDUP_OPEN, open.key);
        keep(out, told->severity, open.key, "");
    }
}
