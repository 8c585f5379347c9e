/*
 * Signatures of webhooks. The figures were computed independently, with Python's hmac module and with
 *   printf '%s' "$id.$timestamp.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:... -binary | base64
 */
#include "leaks.h"
#include "wire_bed.h"

#include "paging/request.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

TestSuite(sign, .fini = leaks_fail);

#define ONE "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define TWO "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" /* that of the examples of Standard Webhooks */

static struct wire_request *signed_request(const char *id, const char *body, const char *key, const char *old,
                                           int64_t now_wall_ms)
{
    struct wire wire = { .kind = RECEIVER_WEBHOOK, .key = key, .old_key = old };
    struct told told = { .id = id };
    struct making making = { .wire = &wire, .told = &told, .now_wall_ms = now_wall_ms };
    struct wire_request *request = request_new("POST");

    request_body(request, strdup(body));
    request_sign(request, &making);
    return request;
}

static const struct {
    const char *what, *id, *body;
    int64_t now_wall_ms;
    const char *key, *old, *id_header, *time_header, *signature;
} rows[] = {
    { "the example of the specification's libraries", "msg_p5jXN8AQM9LWM0D4loKWxJek", "{\"test\": 2432232314}",
      1614265330000, TWO, NULL, "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp: 1614265330",
      "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
    { "two keys, the new one first", "0123456789abcdef-4-1", "{}", 1795255202999, ONE, TWO,
      "webhook-id: 0123456789abcdef-4-1", "webhook-timestamp: 1795255202",
      "webhook-signature: v1,+kltR4T9xI7ns2HSOJ+fAo4fyHOjpucKz2mtJLlGCKI= "
      "v1,pEIkGxRmxVRQQnr6UM8qrK90T+ZJHjULGYQe5giIHyo=" },
    { "no key, no signature", "a-1-1", "{}", 1795255202000, NULL, NULL, "webhook-id: a-1-1",
      "webhook-timestamp: 1795255202", NULL },
};

Test(sign, is_what_others_compute)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct wire_request *request = signed_request(rows[i].id, rows[i].body, rows[i].key, rows[i].old,
                                                      rows[i].now_wall_ms);
        cr_expect_str_eq(request->headers[0], rows[i].id_header, "%s", rows[i].what);
        cr_expect_str_eq(request->headers[1], rows[i].time_header, "%s", rows[i].what);
        if (rows[i].signature == NULL)
            cr_expect_null(request->headers[2], "%s", rows[i].what);
        else
            cr_expect_str_eq(request->headers[2], rows[i].signature, "%s", rows[i].what);
        wire_request_free(request);
    }
}

static const struct {
    const char *key, *what;
    bool fine;
} keys[] = {
    { ONE, "32 bytes", true },
    { TWO, "24 bytes", true },
    { "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==",
      "64 bytes", true },
    { "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A=",
      "65 bytes", false },
    { "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY=", "23 bytes", false },
    { "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "no beginning", false },
    { "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "a key of the other kind", false },
    { "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "no padding", false },
    { "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH-8=", "base64url", false },
    { "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", "a line end", false },
    { "whsec_=AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "padding in front", false },
    { "whsec_", "nothing", false },
    { "", "empty", false },
};

Test(sign, knows_a_key)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *wrong = wire_key_wrong(RECEIVER_WEBHOOK, keys[i].key);
        cr_expect_eq(wrong == NULL, keys[i].fine, "%s", keys[i].what);
        cr_expect(wrong == NULL || strlen(keys[i].key) < 8 || strstr(wrong, keys[i].key + 6) == NULL, "not repeated");
    }
}

static const struct {
    enum receiver_kind kind;
    const char *key;
    bool fine;
} others[] = {
    { RECEIVER_PAGERDUTY, "0123456789abcdef0123456789ABCDEF", true },
    { RECEIVER_PAGERDUTY, "0123456789abcdef0123456789ABCDE", false },
    { RECEIVER_PAGERDUTY, "0123456789abcdef0123456789ABCDE\"", false },
    { RECEIVER_OPSGENIE, "5ec2e700-0000-0000-0000-000000000000", true },
    { RECEIVER_OPSGENIE, "two words", false },
    { RECEIVER_SLACK, "xoxb-1-a", true },
    { RECEIVER_SLACK, "xoxb-1\r\nX: y", false },
    { RECEIVER_SLACK, "https://hooks.slack.com/services/x", false },
    { RECEIVER_EMAIL, "any pass \xc3\xa4 word", true },
    { RECEIVER_EMAIL, "two\nlines", false },
};

Test(sign, knows_other_secrets_by_their_form)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_expect_eq(wire_key_wrong(others[i].kind, others[i].key) == NULL, others[i].fine, "row %zu", i);
}
