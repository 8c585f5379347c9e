/* Which subscriptions there are: their ids out of a page, and only those that can still hold something. */
#include "azure/subscriptions.h"

#include "azure/arm.h"
#include "azure/ask.h"
#include "azure/page.h"
#include "azure/text.h"
#include "azure/value.h"

#include <string.h>

#define API_VERSION "2022-12-01"

void subscriptions_ask(struct azure_request *out, const char *management)
{
    arm_ask_at(out, management, "", "/subscriptions", API_VERSION, ARM_SMALL_MAX);
}

enum { LIST, NEXT, ID, STATE };

static const struct json_key subscription_keys[] = {
    JSON_KEY_TEXT("subscriptionId", ID),
    JSON_KEY_TEXT("state", STATE),
    JSON_KEYS_END,
};
static const struct json_shape subscription_shape = { subscription_keys };
static const struct json_key list_keys[] = { PAGE_KEYS(LIST, &subscription_shape, NEXT) };
static const struct json_shape list_shape = { list_keys };

struct row {
    char id[SUBSCRIPTION_ID_MAX];
};

struct subscriptions {
    struct page page;
    struct row row; /* that is being read */
    bool closed;
};

/* It goes into URLs: only what looks like one. */
static void take_id(struct row *row, const struct json_value *value)
{
    if (value->len != 36 || strspn(value->text, "0123456789abcdefABCDEF-") < value->len)
        return;
    for (size_t i = 0; i < value->len; i++) {
        char c = value->text[i];
        row->id[i] = (char)(c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c);
    }
}

static bool take(void *into, int tag, const struct json_value *value)
{
    struct subscriptions *list = into;

    if (tag == NEXT)
        return page_take_next(&list->page, value);
    if (tag == ID)
        take_id(&list->row, value);
    else if (tag == STATE)
        list->closed = value_is(value, "Disabled") || value_is(value, "Deleted");
    return true;
}

static bool end_row(struct subscriptions *list)
{
    void *row;

    if (list->closed)
        return true;
    if (list->row.id[0] == '\0') {
        list->page.because = "has a subscription without an id";
        return false;
    }
    if (!page_add(&list->page, &row))
        return false;
    memcpy(row, &list->row, sizeof list->row);
    return true;
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    struct subscriptions *list = into;

    if (tag != LIST)
        return true;
    if (type == JSON_ARRAY)
        list->page.value = true;
    else if (!opens)
        return end_row(list);
    list->row = (struct row){ "" };
    list->closed = false;
    return true;
}

enum azure_result subscriptions_read(const struct azure_reply *reply, subscription_each *each, void *context,
                                     char **next, struct failure *why)
{
    struct subscriptions list = { .closed = false };
    struct answer_reader reader = { &list_shape, take, enter, &list, &list.page.because };

    page_init(&list.page, sizeof(struct row), PAGE_ROWS_MAX);
    enum azure_result result = page_read(&list.page, reply, &reader, next, why);
    for (size_t i = 0; result == AZURE_OK && i < list.page.count; i++)
        each(context, ((const struct row *)page_row(&list.page, i))->id);
    page_fini(&list.page);
    return result;
}
