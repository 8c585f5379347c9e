/* Lists of circuits: every recorded page, the order of checks, and what a broken element does to its page. */
#include "azure/text.h"
#include "azure_cassette.h"
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_list, .fini = leaks_fail);

static struct sample scratch;

/* What a page adds up to. */
struct sums {
    unsigned circuits, private, microsoft, public, ipv6, prefixes, needed, disabled;
};

struct list_row {
    const char *file;
    struct sums sums;
    const char *states; /* each combination of circuit, provider and operation, and how often */
};

static const struct list_row lists[] = {
    { "list-circuits-by-group-0.json", { 0, 0, 0, 0, 0, 0, 0, 0 },
      "" },
    { "list-circuits-by-group-1.json", { 1, 0, 0, 0, 0, 0, 0, 0 },
      "Enabled/NotProvisioned/Succeeded 1" },
    { "list-circuits-by-subscription-0.json", { 0, 0, 0, 0, 0, 0, 0, 0 },
      "" },
    { "list-circuits-by-subscription-1-2.json", { 1, 0, 1, 0, 0, 1, 1, 0 },
      "Enabled/NotProvisioned/Succeeded 1" },
    { "list-circuits-by-subscription-1-3.json", { 1, 0, 0, 0, 0, 0, 0, 0 },
      "Enabled/Provisioning/Succeeded 1" },
    { "list-circuits-by-subscription-1.json", { 1, 0, 0, 0, 0, 0, 0, 0 },
      "Disabled/NotProvisioned/Failed 1" },
    { "list-circuits-by-subscription-10-2.json", { 10, 3, 0, 0, 0, 0, 0, 0 },
      "Enabled/NotProvisioned/Succeeded 3; Enabled/Provisioned/Failed 3; Enabled/Provisioned/Succeeded 3; "
      "Enabled/Provisioning/Succeeded 1" },
    { "list-circuits-by-subscription-10.json", { 10, 5, 0, 0, 0, 0, 0, 0 },
      "Enabled/NotProvisioned/Succeeded 2; Enabled/Provisioned/Failed 4; Enabled/Provisioned/Succeeded 2; "
      "Enabled/Provisioning/Succeeded 2" },
    { "list-circuits-by-subscription-2-2.json", { 2, 1, 0, 0, 0, 0, 0, 0 },
      "Enabled/Provisioned/Deleting 1; Enabled/Provisioned/Failed 1" },
    { "list-circuits-by-subscription-2-3.json", { 2, 0, 1, 0, 0, 1, 0, 1 },
      "Enabled/Provisioned/Failed 1; Enabled/Provisioning/Failed 1" },
    { "list-circuits-by-subscription-2-4.json", { 2, 1, 0, 0, 0, 0, 0, 0 },
      "Enabled/Provisioned/Failed 2" },
    { "list-circuits-by-subscription-2.json", { 2, 0, 1, 0, 0, 1, 1, 0 },
      "Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioning/Succeeded 1" },
    { "list-circuits-by-subscription-3-2.json", { 3, 0, 2, 0, 0, 2, 1, 1 },
      "Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 1; Enabled/Provisioning/Failed 1" },
    { "list-circuits-by-subscription-3-3.json", { 3, 1, 0, 0, 0, 0, 0, 0 },
      "Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 2" },
    { "list-circuits-by-subscription-3-4.json", { 3, 0, 1, 0, 0, 1, 1, 0 },
      "Enabled/NotProvisioned/Succeeded 2; Enabled/Provisioning/Succeeded 1" },
    { "list-circuits-by-subscription-3-5.json", { 3, 0, 1, 0, 0, 1, 0, 1 },
      "Enabled/Provisioned/Failed 1; Enabled/Provisioning/Failed 2" },
    { "list-circuits-by-subscription-3.json", { 3, 3, 0, 0, 0, 0, 0, 0 },
      "Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 1; Enabled/Provisioned/Succeeded 1" },
    { "list-circuits-by-subscription-4-2.json", { 4, 1, 1, 0, 1, 2, 2, 0 },
      "Enabled/NotProvisioned/Deleting 1; Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 2" },
    { "list-circuits-by-subscription-4-3.json", { 4, 0, 2, 0, 0, 2, 1, 1 },
      "Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 1; Enabled/Provisioning/Failed 2" },
    { "list-circuits-by-subscription-4-4.json", { 4, 3, 1, 0, 0, 1, 1, 0 },
      "Enabled/NotProvisioned/Succeeded 2; Enabled/Provisioned/Failed 1; Enabled/Provisioned/Succeeded 1" },
    { "list-circuits-by-subscription-4.json", { 4, 0, 0, 0, 0, 0, 0, 0 },
      "Disabled/NotProvisioned/Failed 4" },
    { "list-circuits-by-subscription-5-2.json", { 5, 0, 1, 0, 0, 1, 0, 1 },
      "Enabled/NotProvisioned/Failed 1; Enabled/NotProvisioned/Succeeded 4" },
    { "list-circuits-by-subscription-5-3.json", { 5, 0, 1, 0, 0, 1, 0, 1 },
      "Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 3; Enabled/Provisioning/Failed 1" },
    { "list-circuits-by-subscription-5.json", { 5, 0, 1, 0, 0, 1, 1, 0 },
      "Disabled/NotProvisioned/Failed 4; Enabled/NotProvisioned/Succeeded 1" },
    { "list-circuits-by-subscription-6-2.json", { 6, 2, 1, 0, 0, 1, 0, 1 },
      "Enabled/NotProvisioned/Failed 1; Enabled/Provisioned/Failed 4; Enabled/Provisioning/Failed 1" },
    { "list-circuits-by-subscription-6-3.json", { 6, 2, 0, 0, 0, 0, 0, 0 },
      "Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 3; Enabled/Provisioned/Succeeded 2" },
    { "list-circuits-by-subscription-6.json", { 6, 0, 2, 0, 0, 2, 1, 1 },
      "Enabled/NotProvisioned/Failed 1; Enabled/NotProvisioned/Succeeded 5" },
    { "list-circuits-by-subscription-60-2.json", { 60, 13, 12, 2, 3, 28, 9, 5 },
      "Disabled/NotProvisioned/Failed 5; Enabled/NotProvisioned/Succeeded 9; Enabled/Provisioned/Failed 6; "
      "Enabled/Provisioned/Succeeded 25; Enabled/Provisioning/Succeeded 15" },
    { "list-circuits-by-subscription-60.json", { 60, 15, 12, 2, 3, 28, 9, 5 },
      "Disabled/NotProvisioned/Failed 5; Enabled/NotProvisioned/Succeeded 4; Enabled/Provisioned/Failed 6; "
      "Enabled/Provisioned/Succeeded 29; Enabled/Provisioning/Succeeded 16" },
    { "list-circuits-by-subscription-7-2.json", { 7, 2, 2, 0, 0, 2, 1, 1 },
      "Enabled/NotProvisioned/Failed 1; Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 4; "
      "Enabled/Provisioning/Failed 1" },
    { "list-circuits-by-subscription-7.json", { 7, 3, 2, 0, 0, 4, 2, 0 },
      "Enabled/NotProvisioned/Failed 1; Enabled/NotProvisioned/Succeeded 1; Enabled/Provisioned/Failed 2; "
      "Enabled/Provisioned/Succeeded 3" },
};

#define KINDS_MAX 16

struct tally {
    struct sums sums;
    size_t kinds;
    struct {
        char name[80];
        unsigned count;
    } kind[KINDS_MAX];
};

static void count_state(struct tally *tally, const char *name)
{
    size_t i = 0;

    while (i < tally->kinds && strcmp(tally->kind[i].name, name) != 0)
        i++;
    cr_assert(i < KINDS_MAX);
    if (i == tally->kinds)
        text_print(tally->kind[tally->kinds++].name, sizeof tally->kind[i].name, "%s", name);
    tally->kind[i].count++;
}

static void count_peering(struct sums *sums, const struct peering_sample *peering)
{
    sums->disabled += peering->family[FAMILY_IPV4].state.code == SWITCH_DISABLED;
    sums->ipv6 += peering->family[FAMILY_IPV6].in_use;
    for (size_t f = 0; f < FAMILIES; f++) {
        sums->prefixes += peering->family[f].prefix_count;
        sums->needed += peering->family[f].prefixes_state.code == PREFIXES_VALIDATION_NEEDED;
    }
}

static void count_circuit(void *context, const struct sample *s)
{
    struct tally *tally = context;
    struct page_text text = { 0 };

    check_sample(s);
    put_states(&text, s);
    count_state(tally, text.text);
    tally->sums.circuits++;
    tally->sums.private += s->peering[PEERING_PRIVATE].present;
    tally->sums.microsoft += s->peering[PEERING_MICROSOFT].present;
    tally->sums.public += s->peering[PEERING_PUBLIC].present;
    for (size_t kind = 0; kind < PEERINGS; kind++)
        count_peering(&tally->sums, &s->peering[kind]);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

Test(azure_list, every_recorded_page)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct list_row *row = &lists[i];
        struct page_text text = { 0 };
        struct tally tally = { 0 };
        struct failure why;
        char *next = (char *)1;
        size_t len;
        char *body = data_read(row->file, &len);
        struct azure_reply reply = reply_of(200, body, len);

        cr_assert_eq(arm_read_list(&reply, &scratch, count_circuit, &tally, &next, &why), AZURE_OK, "%s: %s", row->file,
                     why.what);
        free(body);
        cr_expect_null(next, "%s: the only page has no nextLink", row->file);
        cr_expect_arr_eq(&tally.sums, &row->sums, sizeof row->sums, "%s: sums", row->file);
        qsort(tally.kind, tally.kinds, sizeof tally.kind[0], by_name);
        for (size_t k = 0; k < tally.kinds; k++)
            put(&text, "%s%s %u", k > 0 ? "; " : "", tally.kind[k].name, tally.kind[k].count);
        cr_expect_str_eq(text.text, row->states, "%s", row->file);
    }
}

/* ---- pages of our own ---- */

#define ID(name) "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/" name
#define CIRCUIT(name) "{\"id\":\"" ID(name) "\",\"properties\":{\"peerings\":[]}}"

struct page_row {
    const char *body, *what;
    bool believed;
    unsigned circuits;
    const char *next;
};

static const struct page_row pages[] = {
    { "{\"value\":[]}", "an empty list is an answer", true, 0, NULL },
    { "{\"value\":[],\"nextLink\":\"https://m/x\"}", "an empty page may have another behind it", true, 0,
      "https://m/x" },
    { "{\"nextLink\":null,\"value\":[" CIRCUIT("a") "]}", "null ends the list", true, 1, NULL },
    { "{\"nextLink\":\"\",\"value\":[" CIRCUIT("a") "]}", "an empty link ends the list", true, 1, NULL },
    { "{\"VALUE\":[" CIRCUIT("a") "],\"NextLink\":\"https://m/y\"}", "keys without case", true, 1, "https://m/y" },
    { "{\"value\":[" CIRCUIT("a") "," CIRCUIT("b") "],\"x\":{\"value\":[1]}}", "unknown keys pass", true, 2, NULL },
    { "{\"value\":[" CIRCUIT("a") ",{}]}", "an element that is no circuit", false, 0, NULL },
    { "{\"value\":[" CIRCUIT("a") ",{\"id\":\"" ID("b") "\"}]}", "an element without properties", false, 0, NULL },
    { "{\"value\":[" CIRCUIT("a") ",{\"id\":\"/subscriptions/s\",\"properties\":{}}]}", "an id of something else",
      false, 0, NULL },
    { "{\"value\":[" CIRCUIT("a") ",null]}", "an element that is null", false, 0, NULL },
    { "{\"value\":[" CIRCUIT("a") ",[" CIRCUIT("b") "]]}", "a list in the list", false, 0, NULL },
    { "{\"value\":[" CIRCUIT("a") "]", "cut short", false, 0, NULL },
    { "{\"value\":[" CIRCUIT("a") "]}}", "something behind the end", false, 0, NULL },
    { "{\"value\":[" CIRCUIT("a") "],\"value\":[]}", "two lists", false, 0, NULL },
    { "{\"value\":{}}", "an object is no list", false, 0, NULL },
    { "{\"value\":null}", "null is no list", false, 0, NULL },
    { "{}", "no list at all", false, 0, NULL },
    { CIRCUIT("a"), "a circuit is no list", false, 0, NULL },
    { "[" CIRCUIT("a") "]", "a bare array", false, 0, NULL },
    { "null", "null", false, 0, NULL },
    { "", "nothing", false, 0, NULL },
    { "{\"value\":[],\"nextLink\":5}", "a link that is a number", false, 0, NULL },
    { "{\"value\":[" CIRCUIT("a") "],\"nextLink\":\"x\\u0000y\"}", "a link with NUL", false, 0, NULL },
};

static void count_only(void *context, const struct sample *s)
{
    unsigned *count = context;

    check_sample(s);
    (*count)++;
}

Test(azure_list, pages_of_our_own)
{
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        const struct page_row *row = &pages[i];
        struct azure_reply reply = reply_text(200, row->body);
        struct failure why = { 0 };
        unsigned count = 0;
        char *next = NULL;

        enum azure_result result = arm_read_list(&reply, &scratch, count_only, &count, &next, &why);
        cr_expect_eq(result, row->believed ? AZURE_OK : AZURE_FAILED, "%s: %s", row->what, why.what);
        cr_expect_eq(count, row->circuits, "%s", row->what);
        cr_expect(row->next == NULL ? next == NULL : next != NULL && strcmp(next, row->next) == 0, "%s", row->what);
        if (result == AZURE_FAILED)
            cr_expect_eq(why.kind, TROUBLE_UNEXPECTED, "%s", row->what);
        free(next);
    }
}

Test(azure_list, a_link_has_a_longest_length)
{
    static char body[ARM_URL_MAX + 64];

    for (size_t more = 0; more < 2; more++) {
        int at = snprintf(body, sizeof body, "{\"value\":[],\"nextLink\":\"");
        memset(body + at, 'a', ARM_URL_MAX + more);
        snprintf(body + (size_t)at + ARM_URL_MAX + more, 3, "\"}");
        struct azure_reply reply = reply_text(200, body);
        struct failure why;
        unsigned count = 0;
        char *next = NULL;
        cr_expect_eq(arm_read_list(&reply, &scratch, count_only, &count, &next, &why),
                     more == 0 ? AZURE_OK : AZURE_FAILED);
        free(next);
    }
}

Test(azure_list, a_page_cut_anywhere_gives_nothing)
{
    size_t len;
    char *body = data_read("list-circuits-by-subscription-3-5.json", &len);

    while (len > 0 && (body[len - 1] == '\n' || body[len - 1] == '\r' || body[len - 1] == ' '))
        len--;
    for (size_t cut = 0; cut < len; cut++) {
        char *part = malloc(cut + 1);
        memcpy(part, body, cut);
        struct azure_reply reply = reply_of(200, part, cut);
        struct failure why;
        unsigned count = 0;
        char *next = NULL;
        cr_expect_eq(arm_read_list(&reply, &scratch, count_only, &count, &next, &why), AZURE_FAILED, "cut at %zu", cut);
        cr_expect_eq(count, 0, "cut at %zu", cut);
        free(part);
    }
    free(body);
}

/* ---- a recorded sequence of pages ---- */

Test(azure_list, empty_pages_lead_on_and_resources_of_another_type_are_not_believed)
{
    struct cassette cassette;

    cassette_read("paging-empty-page.cassette.json", &cassette);
    cr_assert_eq(cassette.count, 4);
    for (size_t i = 0; i < cassette.count; i++) {
        struct azure_reply reply = reply_turn(&cassette.turn[i]);
        struct failure why;
        unsigned count = 0;
        char *next = NULL;
        bool last = i == cassette.count - 1;
        enum azure_result result = arm_read_list(&reply, &scratch, count_only, &count, &next, &why);

        cr_expect_eq(result, last ? AZURE_FAILED : AZURE_OK, "page %zu: its elements are no circuits", i);
        cr_expect_eq(count, 0);
        if (last)
            continue;
        struct azure_request request;
        cr_assert_not_null(next, "page %zu", i);
        cr_expect(arm_ask_url(&request, "https://management.azure.com", next, ARM_LIST_MAX, &why));
        cr_expect_str_eq(request.url, next, "it is asked unchanged");
        azure_request_free(&request);
        free(next);
    }
    cassette_free(&cassette);
}

Test(azure_list, a_recorded_list_of_peerings_is_no_list_of_circuits)
{
    size_t len;
    char *body = data_read("list-peerings-1.json", &len);
    struct azure_reply reply = reply_of(200, body, len);
    struct failure why;
    unsigned count = 0;
    char *next = NULL;

    cr_expect_eq(arm_read_list(&reply, &scratch, count_only, &count, &next, &why), AZURE_FAILED);
    cr_expect_eq(count, 0);
    cr_expect_eq(why.kind, TROUBLE_UNEXPECTED);
    free(body);
}
