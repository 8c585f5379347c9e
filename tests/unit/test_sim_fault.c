/* What each fault does to an answer, and the answers themselves: headers, envelopes, dates. */
#include "sim/fault.h"

#include "leaks.h"
#include "sim/gzip.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <zlib.h>

TestSuite(sim_fault, .fini = leaks_fail);

#define URL "https://127.0.0.1:1/subscriptions/s?api-version=2024-05-01"
#define WALL_MS 1524867831000 /* Fri, 27 Apr 2018 22:23:51 GMT */

static void make_spoilt(const char *fault_json, struct answer *answer)
{
    json_t *json = json_loads(fault_json, 0, NULL);
    struct fault *fault = fault_new(json, 0);

    cr_assert_not_null(json, "%s", fault_json);
    answer_init(answer);
    answer_json(answer, 200, json_pack("{s:s, s:s}", "name", "a", "id", "/x/a"), false);
    fault_apply(fault, answer, URL, WALL_MS);
    fault_free(fault);
    json_decref(json);
}

static const char *header(const struct answer *answer, const char *name)
{
    for (size_t i = 0; answer->headers[i] != NULL; i++)
        if (strncmp(answer->headers[i], name, strlen(name)) == 0 && answer->headers[i][strlen(name)] == ':')
            return answer->headers[i] + strlen(name) + 2;
    return "";
}

static const struct row {
    const char *fault;
    int status;
    const char *body;
} rows[] = {
    { "{\"answer\":\"wrong-json\"}", 200, "{\"name\":\"a\"," },
    { "{\"answer\":\"empty\"}", 200, "" },
    { "{\"answer\":\"bom\"}", 200, "\xEF\xBB\xBF{\"name\":\"a\",\"id\":\"/x/a\"}" },
    { "{\"answer\":\"duplicate-key\"}", 200, "{\"name\":\"a\",\"id\":\"/x/a\",\"name\":\"a\",\"id\":\"/x/a\"}" },
    { "{\"answer\":\"wrong-id\"}", 200, "{\"name\":\"a\",\"id\":\"/x/a-of-somebody-else\"}" },
    { "{\"answer\":\"huge\",\"bytes\":3}", 200, "{\"name\":\"a\",\"id\":\"/x/a\"   }" },
    { "{\"answer\":\"next-link-elsewhere\"}", 200,
      "{\"name\":\"a\",\"id\":\"/x/a\",\"nextLink\":\"https://elsewhere.invalid/page-2\"}" },
    { "{\"answer\":\"page-loop\"}", 200, "{\"name\":\"a\",\"id\":\"/x/a\",\"nextLink\":\"" URL "\"}" },
    { "{\"answer\":\"empty-page\"}", 200, "{\"value\":[],\"nextLink\":\"" URL "&$skiptoken=0\"}" },
    { "{\"answer\":\"redirect\"}", 302, "" },
    { "{\"answer\":\"locked\",\"code\":\"ReferencedResourceNotProvisioned\"}", 429,
      "{\"error\":{\"code\":\"ReferencedResourceNotProvisioned\",\"message\":\"A retryable error occurred.\","
      "\"details\":[]}}" },
    { "{\"status\":503}", 503,
      "{\"error\":{\"code\":\"ServiceUnavailable\",\"message\":\"The scenario wants it so.\"}}" },
    { "{\"status\":400,\"code\":\" X\",\"message\":\"m\"}", 400, "{\"error\":{\"code\":\" X\",\"message\":\"m\"}}" },
    { "{\"status\":400,\"code\":\"X\",\"message\":\"m\",\"envelope\":\"bare\"}", 400,
      "{\"code\":\"X\",\"message\":\"m\"}" },
    { "{\"status\":429,\"code\":\"429\",\"message\":\"m\",\"envelope\":\"capitals\"}", 429,
      "{\"Code\":\"429\",\"Message\":\"m\",\"Details\":[]}" },
    { "{\"status\":500,\"code\":\"X\",\"message\":\"m\",\"envelope\":\"value\"}", 500,
      "{\"ErrorCode\":\"X\",\"Message\":{\"Value\":\"m\"}}" },
    { "{\"status\":500,\"code\":\"X\",\"message\":\"m\",\"envelope\":\"nested\"}", 500,
      "{\"ErrorResponse\":{\"error\":{\"code\":\"X\",\"message\":\"m\"}}}" },
    { "{\"status\":401,\"code\":\"invalid_client\",\"message\":\"AADSTS7000222: x\",\"envelope\":\"login\"}", 401,
      "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: x\",\"error_codes\":[7000222]}" },
    { "{\"status\":502,\"message\":\"Forbidden\",\"envelope\":\"text\"}", 502, "Forbidden" },
    { "{\"status\":403,\"envelope\":\"empty\"}", 403, "" },
};

Test(sim_fault, bodies)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer answer;
        make_spoilt(rows[i].fault, &answer);
        cr_expect_eq(answer.status, rows[i].status, "%s", rows[i].fault);
        cr_expect(answer.len == strlen(rows[i].body) && memcmp(answer.body, rows[i].body, answer.len) == 0, "%s: %.*s",
                  rows[i].fault, (int)answer.len, answer.body);
        answer_fini(&answer);
    }
}

Test(sim_fault, html)
{
    struct answer answer;

    make_spoilt("{\"answer\":\"html\"}", &answer);
    cr_expect_eq(answer.status, 200, "HTML where JSON should be, and says that all is well");
    cr_expect_str_eq(header(&answer, "Content-Type"), "text/html; charset=us-ascii");
    answer_fini(&answer);
    make_spoilt("{\"status\":503,\"envelope\":\"html\"}", &answer);
    cr_expect_eq(answer.status, 503);
    cr_expect(strncmp(answer.body, "<!DOCTYPE HTML", 14) == 0);
    answer_fini(&answer);
}

Test(sim_fault, headers_and_ways)
{
    struct answer answer;

    make_spoilt("{\"status\":429,\"retry_after\":1500}", &answer);
    cr_expect_str_eq(header(&answer, "Retry-After"), "2", "whole seconds, not too early");
    answer_fini(&answer);
    make_spoilt("{\"status\":429,\"retry_after\":10000,\"retry_after_date\":true}", &answer);
    cr_expect_str_eq(header(&answer, "Retry-After"), "Fri, 27 Apr 2018 22:24:01 GMT");
    answer_fini(&answer);
    make_spoilt("{\"answer\":\"location-elsewhere\",\"to\":\"http://other\\r\\nX: y\"}", &answer);
    cr_expect_str_eq(header(&answer, "Location"), "http://other??X: y/operationResults/1?api-version=2024-05-01",
                     "no header ends another");
    answer_fini(&answer);
    make_spoilt("{\"answer\":\"expired-token\"}", &answer);
    cr_expect_eq(answer.status, 401);
    cr_expect(strstr(header(&answer, "WWW-Authenticate"), "invalid_token") != NULL);
    answer_fini(&answer);
    make_spoilt("{\"answer\":\"hang\"}", &answer);
    cr_expect(answer.hang);
    answer_fini(&answer);
    make_spoilt("{\"answer\":\"endless\"}", &answer);
    cr_expect(answer.endless);
    answer_fini(&answer);
    make_spoilt("{\"delay\":250,\"cut\":3}", &answer);
    cr_expect_eq(answer.delay_ms, 250);
    cr_expect_eq(answer.send, 3);
    answer_fini(&answer);
}

/* Inflate as a client does, a piece at a time; the number of bytes, all of which must be @p filler if that is not 0. */
static size_t inflated(const struct answer *answer, char filler)
{
    static unsigned char piece[1 << 16];
    z_stream z = { .next_in = (Bytef *)answer->body, .avail_in = (uInt)answer->len };
    size_t total = 0;
    int state = Z_OK;

    cr_assert_eq(inflateInit2(&z, 15 + 16), Z_OK);
    while (state == Z_OK) {
        z.next_out = piece;
        z.avail_out = sizeof piece;
        state = inflate(&z, Z_NO_FLUSH);
        size_t got = sizeof piece - z.avail_out;
        for (size_t i = 0; i < got && filler != 0; i++)
            cr_assert_eq(piece[i], filler);
        total += got;
    }
    cr_expect(state == Z_STREAM_END || state == Z_BUF_ERROR, "%d", state);
    (void)inflateEnd(&z);
    return total;
}

Test(sim_fault, compressed_bodies)
{
    struct answer answer;
    size_t len;

    make_spoilt("{\"answer\":\"bomb\",\"bytes\":50000000}", &answer);
    cr_expect_str_eq(header(&answer, "Content-Encoding"), "gzip");
    cr_expect_lt(answer.len, 60000, "a small body");
    cr_expect_eq(inflated(&answer, ' '), (size_t)48 << 20, "whole mebibytes");
    answer_fini(&answer);
    answer_init(&answer);
    answer_body(&answer, 200, "text/plain", gzip_pack("abcabcabcabc", 12, &len), len);
    answer.len = len;
    cr_expect_eq(inflated(&answer, 0), 12);
    answer_fini(&answer);
}

Test(sim_fault, deep_bodies)
{
    struct answer answer;

    make_spoilt("{\"answer\":\"deep\"}", &answer);
    cr_expect_eq(answer.len, 9 + 200000 + 1);
    cr_expect(memcmp(answer.body, "{\"value\":[[", 11) == 0 && memcmp(answer.body + answer.len - 3, "]]}", 3) == 0);
    answer_fini(&answer);
}

Test(sim_fault, strikes_what_it_matches)
{
    json_t *json = json_loads("{\"match\":{\"endpoint\":[\"list\",\"token\"],\"subscription\":\"S*\"},\"status\":500}",
                              0, NULL);
    struct fault *fault = fault_new(json, 0);

    cr_expect(fault_matches(fault, ENDPOINT_LIST, NULL, "s1"));
    cr_expect_not(fault_matches(fault, ENDPOINT_LIST, NULL, "t1"));
    cr_expect_not(fault_matches(fault, ENDPOINT_TOKEN, NULL, NULL), "no subscription is not the right one");
    cr_expect_not(fault_matches(fault, ENDPOINT_CIRCUIT, "c", "s1"));
    fault_free(fault);
    json_decref(json);
    json = json_loads("{\"delay\":1}", 0, NULL);
    fault = fault_new(json, 0);
    cr_expect(fault_matches(fault, ENDPOINT_UNKNOWN, NULL, NULL), "without a match it strikes everything");
    cr_expect_not(fault_matches(fault, ENDPOINT_CONTROL, NULL, NULL), "but for the control of the simulator");
    fault_free(fault);
    json_decref(json);
}

Test(sim_fault, texts_of_strangers_stay_harmless)
{
    struct answer answer;

    answer_init(&answer);
    answer_error(&answer, 404, ENVELOPE_ARM, "NotFound", "Resource %s not found.", "/\xFF\x01\"");
    cr_expect_str_eq(answer.body, "{\"error\":{\"code\":\"NotFound\",\"message\":\"Resource /??\\\" not found.\"}}");
    answer_header(&answer, "x", "%s", "1");
    answer_header(&answer, "X", "%s", "2");
    cr_expect_str_eq(header(&answer, "X"), "2", "a header is replaced, whatever its case");
    answer_fini(&answer);
}

Test(sim_fault, guids_and_dates)
{
    char a[GUID_TEXT], b[GUID_TEXT], date[HTTP_DATE_TEXT];

    cr_expect_str_eq(guid_derived("service key", "/x", a), guid_derived("service key", "/x", b));
    cr_expect_str_neq(guid_derived("service key", "/x", a), guid_derived("resource", "/x", b));
    cr_expect_str_neq(guid_random(a), guid_random(b));
    cr_expect_eq(strlen(a), 36);
    cr_expect_str_eq(http_date(WALL_MS, date), "Fri, 27 Apr 2018 22:23:51 GMT");
}
