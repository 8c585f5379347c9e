/* What answers say of the budgets that requests were counted on. */
#include "app/ask_budget.h"

#include "azure/quota.h"

/* The lowest of what the answer says is left of the budgets that a request is counted on; -1: it says nothing. */
static int64_t left_of(const struct azure_reply *reply, enum budget_kind kind)
{
    bool write = kind == BUDGET_WRITES;
    const enum azure_quota counted[] = { write ? QUOTA_SUBSCRIPTION_WRITES : QUOTA_SUBSCRIPTION_READS,
                                         write ? QUOTA_GLOBAL_WRITES : QUOTA_GLOBAL_READS, QUOTA_RESOURCE };
    int64_t lowest = -1;

    if (kind == BUDGET_METRICS)
        return -1;
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        int64_t left = azure_quota_left(reply, counted[i]);
        if (left >= 0 && (lowest < 0 || left < lowest))
            lowest = left;
    }
    return lowest;
}

/* A 429 that is throttling. A lock is none: it only delays what is locked. */
static void note_throttled(struct app *app, struct budget *budget, const struct azure_reply *reply, struct moment now)
{
    struct failure failure;

    if (reply == NULL || reply->status != 429)
        return;
    (void)arm_read_status(reply, &failure);
    if (failure.kind == TROUBLE_THROTTLED)
        budget_pause(budget, failure.retry_after_ms, app_random(app), now.mono);
}

void ask_note_budget(struct app *app, struct subscription *on, enum budget_kind kind, const struct azure_reply *reply,
                     struct moment now)
{
    struct budget *budget = &on->budget[kind];

    if (reply != NULL)
        budget_answered(budget, left_of(reply, kind), now.mono);
    else
        budget_unanswered(budget);
    poll_room(app, on, kind, now);
    note_throttled(app, budget, reply, now);
}

/* Its window begins anew all at once: with nothing left there is no use in coming back before that. */
void ask_note_graph(struct app *app, size_t credential, const struct azure_reply *reply, struct moment now)
{
    struct budget *budget = &app->sign_ins[credential].graph;

    if (reply == NULL) {
        budget_unanswered(budget);
        return;
    }
    int64_t left = azure_quota_left(reply, QUOTA_USER), resets_ms = azure_quota_resets_ms(reply);
    budget_answered(budget, left, now.mono);
    note_throttled(app, budget, reply, now);
    if (left == 0 && resets_ms >= 0)
        budget_pause(budget, resets_ms, app_random(app), now.mono);
}
