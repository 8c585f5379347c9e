/* What is asked, where a token may go, and times as Azure writes them. */
#include "azure_data.h"
#include "leaks.h"

TestSuite(azure_request, .fini = leaks_fail);

#define ARM "https://management.azure.com"
#define ID "/subscriptions/0b1f/resourceGroups/net (a)/providers/Microsoft.Network/expressRouteCircuits/lon-1"
#define ID_SENT "/subscriptions/0b1f/resourceGroups/net%20(a)/providers/Microsoft.Network/expressRouteCircuits/lon-1"

Test(azure_request, what_is_asked_of_arm)
{
    struct azure_request request;

    arm_ask_circuit(&request, ARM, ID, "2024-05-01");
    cr_expect_str_eq(request.url, ARM ID_SENT "?api-version=2024-05-01");
    cr_expect_str_eq(request.method, "GET");
    cr_expect_null(request.body);
    cr_expect(request.bearer && !request.metadata && !request.secret);
    cr_expect_eq(request.limit, ARM_CIRCUIT_MAX);
    azure_request_free(&request);
    cr_expect_null(request.url, "freed, and empty");

    arm_ask_list(&request, ARM, "0b1f", "2024-05-01");
    cr_expect_str_eq(request.url,
                     ARM "/subscriptions/0b1f/providers/Microsoft.Network/expressRouteCircuits?api-version=2024-05-01");
    cr_expect_eq(request.limit, ARM_LIST_MAX);
    azure_request_free(&request);

    arm_ask_routes(&request, ARM, "/x", PEERING_MICROSOFT, PATH_SECONDARY, "2024-05-01");
    cr_expect_str_eq(request.url,
                     ARM "/x/peerings/MicrosoftPeering/routeTablesSummary/secondary?api-version=2024-05-01");
    cr_expect_str_eq(request.method, "POST");
    cr_expect_str_eq(request.body, "", "Content-Length: 0");
    azure_request_free(&request);

    arm_ask_arp(&request, ARM, "/x", PEERING_PRIVATE, PATH_PRIMARY, "a&b=c d");
    cr_expect_str_eq(request.url, ARM "/x/peerings/AzurePrivatePeering/arpTables/primary?api-version=a%26b%3Dc%20d",
                     "nothing in a setting can add to the query");
    azure_request_free(&request);
}

Test(azure_request, a_url_of_an_answer_is_asked_unchanged)
{
    static char url[12100];
    struct azure_request request = { .limit = 77 };
    struct failure why;

    int at = snprintf(url, sizeof url, ARM ":443/subscriptions/x?api-version=1&t=%%2B&c=");
    memset(url + at, 'M', 12000);
    cr_assert(arm_ask_url(&request, ARM, url, 1000, &why));
    cr_expect_str_eq(request.url, url);
    cr_expect_str_eq(request.method, "GET");
    cr_expect(request.bearer);
    cr_expect_eq(request.limit, 1000);
    azure_request_free(&request);

    request.limit = 77;
    cr_expect_not(arm_ask_url(&request, ARM, "https://evil.example/?sig=SECRET", 1000, &why));
    cr_expect_eq(request.limit, 77, "untouched");
    cr_expect_eq(why.kind, TROUBLE_UNEXPECTED);
    cr_expect_null(strstr(why.what, "SECRET"));
    cr_expect_null(strstr(why.what, "evil"));
}

/* ---- origins ---- */

struct origin_row {
    const char *url;
    bool same;
    const char *what;
};

static const struct origin_row origins[] = {
    { ARM, true, "itself" },
    { ARM "/", true, "with a path" },
    { ARM "/a?b=c&d=%2F%2e", true, "with a query" },
    { "HTTPS://MANAGEMENT.AZURE.COM/x", true, "other letters" },
    { ARM ":443/x", true, "its own port, written out" },
    { ARM ":8443/x", false, "another port" },
    { ARM ":0443/x", false, "a port with a zero before it" },
    { ARM ":/x", false, "no port behind the colon" },
    { ARM ":443x/", false, "a port with a letter" },
    { ARM ":99999999999/", false, "a port beyond all" },
    { "http://management.azure.com/x", false, "without TLS" },
    { "http://management.azure.com:443/x", false, "without TLS on that port" },
    { "ftp://management.azure.com/x", false, "another scheme" },
    { "//management.azure.com/x", false, "no scheme" },
    { "/x", false, "a path alone" },
    { "", false, "nothing" },
    { "https:management.azure.com", false, "no slashes" },
    { "https:///management.azure.com/x", false, "an empty host" },
    { "https://management.azure.com.evil.example/x", false, "a longer host" },
    { "https://evil.example/management.azure.com", false, "the host in the path" },
    { "https://xmanagement.azure.com/", false, "a host that ends alike" },
    { "https://management.azure.com./x", false, "a trailing dot" },
    { "https://.management.azure.com/x", false, "a leading dot" },
    { "https://management..azure.com/x", false, "two dots" },
    { "https://user@management.azure.com/x", false, "a user" },
    { "https://management.azure.com@evil.example/x", false, "the host as a user" },
    { "https://management.azure.com:443@evil.example/x", false, "the host and port as a user" },
    { "https://user:x@management.azure.com/x", false, "a user with a password" },
    { "https://management.azure.com\\@evil.example/x", false, "a backslash" },
    { "https:\\\\management.azure.com\\x", false, "backslashes" },
    { "https://management.azure.com/x\\y", false, "a backslash in the path" },
    { "https://management.azure.com%2F@evil.example/", false, "an encoded slash in the host" },
    { "https://management%2eazure.com/x", false, "an encoded dot" },
    { "https://management.azure.com/x#y", false, "a fragment" },
    { "https://management.azure.com#@evil.example/", false, "a fragment behind the host" },
    { "https://management.azure.com?x", false, "a query behind the host" },
    { " https://management.azure.com/", false, "a blank before it" },
    { "https://management.azure.com/ x", false, "a blank in it" },
    { "https://management.azure.com/\tx", false, "a tab" },
    { "https://management.azure.com/\r\nX: y", false, "a line break" },
    { "https://management.azure.com/\xC3\xA9", false, "bytes beyond ASCII" },
    { "https://management.azur\xD0\xB5.com/", false, "a letter that looks alike" },
    { "https://20.1.2.3/x", false, "an address" },
};

Test(azure_request, where_a_token_may_go)
{
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        cr_expect_eq(azure_same_origin(ARM, origins[i].url), origins[i].same, "%s: %s", origins[i].what,
                     origins[i].url);
}

struct pair_row {
    const char *origin, *url;
    bool same;
};

static const struct pair_row pairs[] = {
    { "http://127.0.0.1:8080", "http://127.0.0.1:8080/x", true },
    { "http://127.0.0.1:8080", "http://127.1:8080/x", false },
    { "http://127.0.0.1:8080", "http://2130706433:8080/x", false },
    { "http://127.0.0.1:8080", "http://localhost:8080/x", false },
    { "http://127.0.0.1", "http://127.0.0.1:80/x", true },
    { "http://[::1]:8080", "http://[::1]:8080/x", true },
    { "http://[::1]:8080", "http://[0:0:0:0:0:0:0:1]:8080/x", false },
    { "http://[::1]:8080", "http://[::1%25eth0]:8080/x", false },
    { "http://[::1]", "http://[::1/x", false },
    { "http://[::1]", "http://[]/x", false },
    { "https://arm.example:8443", "https://arm.example:8443/x", true },
    { "https://arm.example:8443", "https://arm.example/x", false },
    { "https://arm.example.", "https://arm.example./x", false },
    { "https://user@arm.example", "https://user@arm.example/x", false },
};

Test(azure_request, other_origins)
{
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        cr_expect_eq(azure_same_origin(pairs[i].origin, pairs[i].url), pairs[i].same, "%s", pairs[i].url);
}

Test(azure_request, a_url_has_a_longest_length)
{
    static char url[ARM_URL_MAX + 2];

    memset(url, 'a', sizeof url - 1);
    memcpy(url, ARM "/", sizeof ARM);
    cr_expect_not(azure_same_origin(ARM, url));
    url[ARM_URL_MAX] = '\0';
    cr_expect(azure_same_origin(ARM, url));
}

/* ---- ids ---- */

struct id_row {
    const char *id, *subscription, *group, *name; /* NULL: it is none */
};

#define MIDDLE "/providers/Microsoft.Network/expressRouteCircuits/"

static const struct id_row ids[] = {
    { "/subscriptions/s/resourceGroups/g" MIDDLE "c", "s", "g", "c" },
    { "/SUBSCRIPTIONS/S/resourcegroups/G/PROVIDERS/microsoft.network/ExpressRouteCircuits/C", "S", "G", "C" },
    { "/subscriptions/s/resourceGroups/g.(x)-_" MIDDLE "c.1-_", "s", "g.(x)-_", "c.1-_" },
    { "/subscriptions/s/resourceGroups/gr\xC3\xBC" MIDDLE "c", "s", "gr\xC3\xBC", "c" },
    { "/subscriptions/s/resourceGroups/g" MIDDLE "c/", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g" MIDDLE "c/peerings/p", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g" MIDDLE "", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/" MIDDLE "c", NULL, NULL, NULL },
    { "/subscriptions//resourceGroups/g" MIDDLE "c", NULL, NULL, NULL },
    { "subscriptions/s/resourceGroups/g" MIDDLE "c", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/c", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/.." MIDDLE "c", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g" MIDDLE ".", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g" MIDDLE "c?x", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g" MIDDLE "c#x", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g" MIDDLE "c%2F", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g" MIDDLE "c d", NULL, NULL, NULL },
    { "/subscriptions/s/resourceGroups/g" MIDDLE "c\n", NULL, NULL, NULL },
    { "", NULL, NULL, NULL },
    { "/", NULL, NULL, NULL },
};

static void expect_part(const char *part, size_t len, const char *expected, const char *id)
{
    cr_expect(strlen(expected) == len && memcmp(part, expected, len) == 0, "%s: %.*s", id, (int)len, part);
}

Test(azure_request, circuit_ids)
{
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct arm_id out = { 0 };

        cr_expect_eq(arm_id_parse(ids[i].id, &out), ids[i].name != NULL, "%s", ids[i].id);
        if (ids[i].name == NULL) {
            cr_expect_null(out.name, "untouched");
            continue;
        }
        expect_part(out.subscription, out.subscription_len, ids[i].subscription, ids[i].id);
        expect_part(out.group, out.group_len, ids[i].group, ids[i].id);
        expect_part(out.name, out.name_len, ids[i].name, ids[i].id);
    }
}

/* ---- times ---- */

struct time_row {
    const char *text;
    int64_t ms;
};

static const struct time_row http_dates[] = {
    { "Fri, 04 May 2018 20:27:55 GMT", INT64_C(1525465675000) },
    { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
    { "Sun, 06 Nov 1994 08:49:37 GMT", INT64_C(784111777000) },
    { "Sat, 29 Feb 2020 00:00:00 GMT", INT64_C(1582934400000) },
    { "Sun, 29 Feb 2021 00:00:00 GMT", -1 },
    { "Sun, 06 Nov 1994 24:00:00 GMT", -1 },
    { "Sun, 06 Nov 1994 08:60:37 GMT", -1 },
    { "Sun, 00 Nov 1994 08:49:37 GMT", -1 },
    { "Sun, 06 nov 1994 08:49:37 GMT", -1 },
    { "Sun, 06 Nov 1969 08:49:37 GMT", -1 },
    { "Sun, 06 Nov 1994 08:49:37 UTC", -1 },
    { "Sunday, 06-Nov-94 08:49:37 GMT", -1 },
    { "Sun Nov  6 08:49:37 1994", -1 },
    { "Sun, 06 Nov 1994 08:49:37 GMT ", -1 },
    { "Sun, -6 Nov 1994 08:49:37 GMT", -1 },
    { "1525465675", -1 },
    { "", -1 },
    { NULL, -1 },
};

static const struct time_row iso_times[] = {
    { "2024-08-26T07:10:00Z", INT64_C(1724656200000) },
    { "2024-08-26T07:10:00", INT64_C(1724656200000) },
    { "2024-08-26T07:10:00.5Z", INT64_C(1724656200500) },
    { "2024-08-26T07:10:00.1234567Z", INT64_C(1724656200123) },
    { "2024-08-26T07:10:00.Z", INT64_C(1724656200000) },
    { "2024-08-26T09:10:00+02:00", INT64_C(1724656200000) },
    { "2024-08-26T05:40:00.0-01:30", INT64_C(1724656200000) },
    { "2024-08-26t07:10:00z", INT64_C(1724656200000) },
    { "2024-08-26T07:10Z", -1 },
    { "2024-08-26 07:10:00Z", -1 },
    { "2024-13-26T07:10:00Z", -1 },
    { "2024-08-32T07:10:00Z", -1 },
    { "2024-08-26T07:10:00ZZ", -1 },
    { "2024-08-26T07:10:00+2", -1 },
    { "2024-08-26T07:10:00+99:00", -1 },
    { "20x4-08-26T07:10:00Z", -1 },
    { "", -1 },
};

static const struct time_row waits[] = { /* at Fri, 04 May 2018 20:27:55 GMT */
    { "0", 1000 },
    { "1", 1000 },
    { "10", 10000 },
    { "120 ", 120000 },
    { "900", 900000 },
    { "901", 900000 },
    { "99999999999999999999999999", 900000 },
    { "-5", -1 },
    { "1.5", -1 },
    { "5s", -1 },
    { " 5", -1 },
    { "", -1 },
    { "soon", -1 },
    { "Fri, 04 May 2018 20:28:55 GMT", 60000 },
    { "Fri, 04 May 2018 20:27:00 GMT", 1000 },
    { "Sat, 04 May 2019 20:27:55 GMT", 900000 },
    { "Sat, 04 Mai 2019 20:27:55 GMT", -1 },
    { NULL, -1 },
};

Test(azure_request, times)
{
    for (size_t i = 0; i < sizeof http_dates / sizeof *http_dates; i++)
        cr_expect_eq(http_date_ms(http_dates[i].text), http_dates[i].ms, "%s", http_dates[i].text);
    for (size_t i = 0; i < sizeof iso_times / sizeof *iso_times; i++)
        cr_expect_eq(iso_time_ms(iso_times[i].text, strlen(iso_times[i].text)), iso_times[i].ms, "%s",
                     iso_times[i].text);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        cr_expect_eq(retry_after_ms(waits[i].text, INT64_C(1525465675000)), waits[i].ms, "%s", waits[i].text);
    cr_expect_eq(retry_after_ms("Fri, 04 May 2018 20:28:55 GMT", -1), -1, "a date, and no time to measure it from");
}

Test(azure_request, times_as_text)
{
    char text[ISO_TIME_MAX];

    cr_expect_str_eq(iso_time(INT64_C(1724656200999), text), "2024-08-26T07:10:00Z");
    cr_expect_str_eq(iso_time(-5, text), "1970-01-01T00:00:00Z");
    cr_expect_str_eq(iso_time(INT64_MAX, text), "9999-12-31T23:59:59Z");
}

/* ---- pages ---- */

Test(azure_request, pages_that_lead_in_a_circle)
{
    static const char *const links[] = { ARM "/a?page=1", ARM "/a?page=2", ARM "/a?page=3" };
    struct arm_pages pages = { 0 };
    struct azure_request request;
    struct failure why;

    for (size_t i = 0; i < 3; i++) {
        cr_assert(arm_ask_page(&request, &pages, ARM, links[i], 1000, &why), "%s", why.what);
        cr_expect_str_eq(request.url, links[i]);
        azure_request_free(&request);
    }
    for (size_t i = 0; i < 3; i++) {
        cr_expect_not(arm_ask_page(&request, &pages, ARM, links[i], 1000, &why), "%s", links[i]);
        cr_expect_eq(why.kind, TROUBLE_UNEXPECTED);
        cr_expect_str_eq(why.what, "a page of the list leads back to one that was there before");
    }
    cr_expect_not(arm_ask_page(&request, &pages, ARM, "https://evil.example/", 1000, &why), "and elsewhere never");
}

Test(azure_request, pages_without_end)
{
    struct arm_pages pages = { 0 };
    struct azure_request request;
    struct failure why;
    unsigned followed = 0;
    char link[64];

    for (;; followed++) {
        snprintf(link, sizeof link, ARM "/a?page=%u", followed);
        if (!arm_ask_page(&request, &pages, ARM, link, 1000, &why))
            break;
        azure_request_free(&request);
    }
    cr_expect_eq(followed, ARM_PAGES_MAX - 1, "with the first page");
    cr_expect_str_eq(why.what, "the list did not end after 100 pages");
}
