/* Which subscriptions a credential can see: ids of a page, and what is no page. */
#include "azure_data.h"
#include "azure/subscriptions.h"
#include "leaks.h"

TestSuite(azure_subscriptions, .fini = leaks_fail);

#define A "00000000-0000-0000-0000-00000000000a"
#define B "00000000-0000-0000-0000-00000000000B"
#define ROW(id, state) "{\"id\":\"/subscriptions/x\",\"subscriptionId\":\"" id "\",\"state\":\"" state "\"}"

static struct failure why;

static const struct {
    const char *body, *expected, *next, *what; /* expected: NULL: not believed */
} rows[] = {
    { "{\"value\":[" ROW(A, "Enabled") "]}", A ";", NULL, "one" },
    { "{\"value\":[" ROW(B, "Warned") "]}", "00000000-0000-0000-0000-00000000000b;", NULL, "in lower case" },
    { "{\"value\":[" ROW(A, "Disabled") "," ROW(B, "Deleted") "]}", "", NULL, "those that hold nothing are left out" },
    { "{\"value\":[],\"nextLink\":\"https://a/b\"}", "", "https://a/b", "an empty page with another behind it" },
    { "{\"value\":[" ROW("../../x", "Enabled") "]}", NULL, NULL, "an id that goes elsewhere" },
    { "{\"value\":[" ROW(A "0", "Enabled") "]}", NULL, NULL, "an id that is too long" },
    { "{\"value\":[" ROW(A, "Enabled") ",{}]}", NULL, NULL, "a row without an id" },
    { "{}", NULL, NULL, "no list" },
    { "", NULL, NULL, "nothing" },
};

static void note(void *context, const char *id)
{
    put(context, "%s;", id);
}

Test(azure_subscriptions, pages)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct azure_reply reply = reply_text(200, rows[i].body);
        struct page_text text = { 0 };
        char *next = NULL;

        cr_expect_eq(subscriptions_read(&reply, note, &text, &next, &why),
                     rows[i].expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", rows[i].what, why.what);
        cr_expect_str_eq(text.text, rows[i].expected != NULL ? rows[i].expected : "", "%s", rows[i].what);
        cr_expect_str_eq(next != NULL ? next : "", rows[i].next != NULL ? rows[i].next : "", "%s", rows[i].what);
        free(next);
    }
}

Test(azure_subscriptions, are_asked_for_at_the_tenant)
{
    struct azure_request request = { 0 };

    subscriptions_ask(&request, "https://arm.example");
    cr_expect_str_eq(request.url, "https://arm.example/subscriptions?api-version=2022-12-01");
    cr_expect(request.bearer);
    azure_request_free(&request);
}
