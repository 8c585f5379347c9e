/* Silences as JSON: what is read is what is written, and back again. */
#include "web/silence.h"

#include "core/rule.h"
#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(silence, .fini = leaks_fail);

#define NOW INT64_C(1796083200000) /* 2026-12-01T00:00:00Z */

static const struct {
    const char *written, *kept; /* kept NULL: as it was written */
} matches[] = {
    { "{}", NULL },
    { "{\"circuit\":\"London 1\"}", NULL },
    { "{\"severity\":[\"info\",\"critical\"]}", NULL },
    { "{\"severity\":\"warning\",\"owner\":\"self\"}", "{\"severity\":[\"warning\"],\"owner\":[\"self\"]}" },
    { "{\"rule\":[\"40\",\"redundancy-lost\"]}", "{\"rule\":[\"sessions-down\",\"redundancy-lost\"]}" },
    { "{\"labels\":{\"site\":\"LON\",\"carrier\":[\"BT\",\"Colt\"]}}",
      "{\"labels\":{\"site\":[\"LON\"],\"carrier\":[\"BT\",\"Colt\"]}}" },
    { "{\"incident\":\"0123456789abcdef\"}", NULL },
    { "{\"circuit\":\"/subscriptions/0/x\",\"labels\":{\"a\":[\"\\u00E9\"]}}", NULL },
};

Test(silence, conditions_are_kept_as_they_were_meant)
{
    for (size_t i = 0; i < sizeof matches / sizeof *matches; i++) {
        struct silence *first = silence_new(), *again = silence_new();
        cr_assert(silence_read_match(matches[i].written, first), "%s", matches[i].written);
        char *text = silence_match_text(&first->mute.match);
        cr_expect_str_eq(text, matches[i].kept != NULL ? matches[i].kept : matches[i].written);
        cr_assert(silence_read_match(text, again), "%s", text);
        char *same = silence_match_text(&again->mute.match);
        cr_expect_str_eq(same, text);
        free(same);
        free(text);
        free(first);
        free(again);
    }
}

static const struct {
    const char *end;
    int64_t to_ms; /* after NOW; 0: it is refused */
} ends[] = {
    { "\"seconds\":1", 1000 },
    { "\"seconds\":2592000", INT64_C(2592000000) },
    { "\"seconds\":2592001", 0 },
    { "\"seconds\":-1", 0 },
    { "\"seconds\":1.5", 0 },
    { "\"until\":\"2026-12-01T00:00:01Z\"", 1000 },
    { "\"until\":\"2026-12-31T00:00:00Z\"", INT64_C(2592000000) },
    { "\"until\":\"2026-12-31T00:00:01Z\"", 0 },
    { "\"until\":\"2026-12-01T00:00:00Z\"", 0 },
    { "\"until\":\"2026-12-01T00:00:61Z\"", 0 },
    { "\"until\":\"2026-12-02T00:00:00+01:00\"", 0 },
    { "\"until\":\"2026-12-02 00:00:00Z\"", 0 },
    { "\"until\":\"-026-12-02T00:00:00Z\"", 0 },
    { "\"until\":7", 0 },
};

Test(silence, ends_after_now_and_within_thirty_days)
{
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct silence *silence = silence_new();
        char body[256], why[SILENCE_REFUSAL_MAX] = "";
        int len = snprintf(body, sizeof body, "{\"match\":{\"rule\":\"40\"},\"why\":\"x\",%s}", ends[i].end);
        bool taken = silence_read(body, (size_t)len, NOW, silence, why);
        cr_assert_eq(taken, ends[i].to_ms > 0, "%s: %s", ends[i].end, why);
        cr_expect_eq(taken, why[0] == '\0', "a refusal says why");
        if (taken)
            cr_expect_eq(silence->mute.to_wall_ms - NOW, ends[i].to_ms, "%s", ends[i].end);
        cr_expect_eq(silence->mute.reason, WITHHELD_SILENCED);
        free(silence);
    }
}
