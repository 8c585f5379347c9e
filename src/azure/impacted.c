/* Which resources an event of Azure Service Health concerns, and when each is worked on. */
#include "azure/health.h"

#include "azure/arm.h"
#include "azure/ask.h"
#include "azure/page.h"
#include "azure/text.h"
#include "azure/when.h"

#include <stdlib.h>
#include <string.h>

#define API_VERSION "2024-02-01"
#define IMPACTED_MAX (4 * 1024 * 1024)

void impacted_ask(struct azure_request *out, const char *management, const char *subscription, const char *tracking_id)
{
    struct line scope, suffix;

    line_init(&scope, sizeof "/subscriptions/" + strlen(subscription));
    line_add(&scope, "/subscriptions/");
    line_add(&scope, subscription);
    line_init(&suffix, 128 + strlen(tracking_id) * 3);
    line_add(&suffix, "/providers/Microsoft.ResourceHealth/events/");
    line_add_encoded(&suffix, tracking_id, strlen(tracking_id), "");
    line_add(&suffix, "/impactedResources");
    arm_ask_at(out, management, scope.text, suffix.text, API_VERSION, IMPACTED_MAX);
    free(suffix.text);
    free(scope.text);
}

static int64_t time_of(const struct json_value *value)
{
    int64_t at = iso_time_ms(value->text, value->len);

    return at > 0 ? at : 0;
}

enum { IMPACTED, NEXT, IMPACTED_PROPERTIES, TARGET, TARGET_STARTS, TARGET_ENDS };

static const struct json_key target_keys[] = {
    JSON_KEY_TEXT("targetResourceId", TARGET),
    JSON_KEY_TEXT("maintenanceStartTime", TARGET_STARTS),
    JSON_KEY_TEXT("maintenanceEndTime", TARGET_ENDS),
    JSON_KEYS_END,
};
static const struct json_shape target_shape = { target_keys };
static const struct json_key impacted_keys[] = { JSON_KEY_OBJECT("properties", IMPACTED_PROPERTIES, &target_shape),
                                                 JSON_KEYS_END };
static const struct json_shape impacted_shape = { impacted_keys };
static const struct json_key resources_keys[] = { PAGE_KEYS(IMPACTED, &impacted_shape, NEXT) };
static const struct json_shape resources_shape = { resources_keys };

struct target {
    char id[BEYOND_ID_MAX];
    int64_t starts_wall_ms, ends_wall_ms;
};

struct targets {
    struct page page;
    struct target target; /* that is being read */
    size_t all;
};

static bool take_target(void *into, int tag, const struct json_value *value)
{
    struct targets *targets = into;
    struct target *target = &targets->target;

    switch (tag) {
    case NEXT:
        return page_take_next(&targets->page, value);
    case TARGET:
        targets->all++;
        if (value->len < sizeof target->id)
            memcpy(target->id, value->text, value->len);
        break;
    case TARGET_STARTS:
        target->starts_wall_ms = time_of(value);
        break;
    case TARGET_ENDS:
        target->ends_wall_ms = time_of(value);
        break;
    }
    return true;
}

static bool enter_target(void *into, int tag, enum json_type type, bool opens)
{
    struct targets *targets = into;
    struct arm_id parts;
    void *row;

    if (tag != IMPACTED)
        return true;
    if (type == JSON_ARRAY) {
        targets->page.value = true;
    } else if (opens) {
        memset(&targets->target, 0, sizeof targets->target);
    } else if (arm_id_parse(targets->target.id, &parts)) {
        if (!page_add(&targets->page, &row))
            return false;
        memcpy(row, &targets->target, sizeof targets->target);
    }
    return true;
}

enum azure_result impacted_read(const struct azure_reply *reply, impacted_each *each, void *context, size_t *all,
                                char **next, struct failure *why)
{
    struct targets targets = { .all = 0 };
    struct answer_reader reader = { &resources_shape, take_target, enter_target, &targets, &targets.page.because };

    page_init(&targets.page, sizeof(struct target), PAGE_ROWS_MAX);
    enum azure_result result = page_read(&targets.page, reply, &reader, next, why);
    for (size_t i = 0; result == AZURE_OK && i < targets.page.count; i++) {
        const struct target *target = page_row(&targets.page, i);
        each(context, target->id, target->starts_wall_ms, target->ends_wall_ms);
    }
    if (result == AZURE_OK)
        *all += targets.all;
    page_fini(&targets.page);
    return result;
}
