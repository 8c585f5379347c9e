/* Why an incident sends nothing, for every set of reasons, as one reads it aloud. */
#include "ctl/withheld.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(withheld, .fini = leaks_fail);

#define S 1U /* silenced */
#define M 2U /* in a maintenance window */
#define G 4U /* spoken for by a common cause */
#define F 8U /* flapping */
#define W 16U /* waiting for its like */
#define SETS 32

#define BY_ADA "silenced by ada until 2026-12-01T22:00:00Z (CHG-1)"
#define WINDOW "in a maintenance window"
#define SPOKEN "spoken for by 56 common-cause 012d3c0e"
#define FLAPS "flapping"
#define WAITS "waiting some seconds for others of its kind"

/* What each set reads like when the silence is what lasts longest; by the bits above. */
static const char *const sets[SETS] = {
    [S] = BY_ADA,
    [M] = WINDOW,
    [S | M] = BY_ADA "; " WINDOW,
    [G] = SPOKEN,
    [S | G] = BY_ADA "; " SPOKEN,
    [M | G] = WINDOW "; " SPOKEN,
    [S | M | G] = BY_ADA "; " WINDOW "; " SPOKEN,
    [F] = FLAPS,
    [S | F] = BY_ADA "; " FLAPS,
    [M | F] = WINDOW "; " FLAPS,
    [S | M | F] = BY_ADA "; " WINDOW "; " FLAPS,
    [G | F] = SPOKEN "; " FLAPS,
    [S | G | F] = BY_ADA "; " SPOKEN "; " FLAPS,
    [M | G | F] = WINDOW "; " SPOKEN "; " FLAPS,
    [S | M | G | F] = BY_ADA "; " WINDOW "; " SPOKEN "; " FLAPS,
    [W] = WAITS,
    [S | W] = BY_ADA "; " WAITS,
    [M | W] = WINDOW "; " WAITS,
    [S | M | W] = BY_ADA "; " WINDOW "; " WAITS,
    [G | W] = SPOKEN "; " WAITS,
    [S | G | W] = BY_ADA "; " SPOKEN "; " WAITS,
    [M | G | W] = WINDOW "; " SPOKEN "; " WAITS,
    [S | M | G | W] = BY_ADA "; " WINDOW "; " SPOKEN "; " WAITS,
    [F | W] = FLAPS "; " WAITS,
    [S | F | W] = BY_ADA "; " FLAPS "; " WAITS,
    [M | F | W] = WINDOW "; " FLAPS "; " WAITS,
    [S | M | F | W] = BY_ADA "; " WINDOW "; " FLAPS "; " WAITS,
    [G | F | W] = SPOKEN "; " FLAPS "; " WAITS,
    [S | G | F | W] = BY_ADA "; " SPOKEN "; " FLAPS "; " WAITS,
    [M | G | F | W] = WINDOW "; " SPOKEN "; " FLAPS "; " WAITS,
    [S | M | G | F | W] = BY_ADA "; " WINDOW "; " SPOKEN "; " FLAPS "; " WAITS,
};

static json_t *silence(void)
{
    return json_pack("{s:s, s:s, s:s, s:s}", "kind", "silence", "who", "ada", "until", "2026-12-01T22:00:00Z", "why",
                     "CHG-1");
}

static json_t *window(void)
{
    return json_pack("{s:s, s:n, s:s, s:s}", "kind", "maintenance", "who", "until", "2026-12-01T22:00:00Z", "why",
                     "CHG-2");
}

/* As the daemon sends it. */
static json_t *incident_of(unsigned set, const char *state)
{
    static const char *const reasons[] = { "silenced", "maintenance", "grouped", "flapping", "waiting" };
    json_t *incident = json_pack("{s:s, s:[], s:n, s:n, s:n, s:n}", "state", state, "withheld", "told_at",
                                 "suppressed_by", "acknowledged", "common_cause");

    for (unsigned i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (set & 1U << i)
            json_array_append_new(json_object_get(incident, "withheld"), json_string(reasons[i]));
    json_object_set_new(incident, "muted_by", set & S ? silence() : set & M ? window() : json_null());
    if (set & G)
        json_object_set_new(incident, "common_cause", json_string("012d3c0ead614d0e"));
    return incident;
}

static void expect_line(const json_t *incident, const char *text)
{
    char *line = withheld_line(incident);

    cr_expect_eq(line != NULL, withheld_is(incident));
    cr_expect_str_eq(line == NULL ? "(speaks)" : line, text);
    free(line);
}

/* "…, sends nothing" and the like; with the words for a window that nothing outlasts put in. */
static void expect_set(const json_t *incident, unsigned set, const char *before, const char *after)
{
    char text[512];
    const char *words = sets[set], *at = set & S ? NULL : strstr(words, WINDOW);
    int head = at == NULL ? (int)strlen(words) : (int)(at - words + (long)strlen(WINDOW));

    snprintf(text, sizeof text, "%s%.*s%s%s%s", before, head, words, at == NULL ? "" : " until 2026-12-01T22:00:00Z (CHG-2)",
             words + head, after);
    expect_line(incident, text);
}

Test(withheld, every_set_of_reasons)
{
    for (unsigned set = 1; set < SETS; set++) {
        json_t *incident = incident_of(set, "raised");
        expect_set(incident, set, "", ", sends nothing");
        json_object_set_new(incident, "told_at", json_string("2026-12-01T20:00:00Z"));
        expect_set(incident, set, "",
                   set == F ? ", sends only that it became worse, and its end" : ", sends only its end");
        json_decref(incident);
    }
}

Test(withheld, every_set_of_one_that_is_explained)
{
    for (unsigned set = 1; set < SETS; set++) {
        json_t *incident = incident_of(set, "pending");
        json_object_set_new(incident, "suppressed_by",
                            json_pack("{s:i, s:s}", "rule", 12, "name", "provider-not-provisioned"));
        expect_set(incident, set, "explained by 12 provider-not-provisioned; ", ", sends nothing");
        json_object_set_new(incident, "told_at", json_string("2026-12-01T20:00:00Z"));
        expect_set(incident, set, "explained by 12 provider-not-provisioned; ", ", sends only its end");
        json_decref(incident);
    }
}

Test(withheld, explained_by_another_rule_alone)
{
    json_t *incident = incident_of(0, "raised");

    expect_line(incident, "(speaks)");
    json_object_set_new(incident, "suppressed_by", json_pack("{s:i, s:s}", "rule", 40, "name", "sessions-down"));
    expect_line(incident, "explained by 40 sessions-down, sends nothing");
    json_decref(incident);
}

Test(withheld, what_is_over_is_withheld_by_nothing)
{
    for (unsigned set = 0; set < SETS; set++) {
        json_t *incident = incident_of(set, "cleared");
        expect_line(incident, "(speaks)");
        cr_expect_null(withheld_explained(incident));
        json_decref(incident);
    }
}

/* What is not known is left out, and a word of a newer daemon is said as it is. */
Test(withheld, with_less_or_more_than_is_known)
{
    json_t *incident = incident_of(S | G, "raised");

    json_object_del(incident, "common_cause");
    json_object_set_new(incident, "muted_by", json_null());
    expect_line(incident, "silenced; spoken for by 56 common-cause, sends nothing");
    json_object_set_new(incident, "muted_by", json_pack("{s:s}", "kind", "silence"));
    json_object_set_new(incident, "withheld", json_pack("[s, s, i]", "silenced", "asleep", 7));
    expect_line(incident, "silenced until ?; asleep; ?, sends nothing");
    json_decref(incident);
}

static void expect_heap(char *text, const char *expected)
{
    cr_expect_str_eq(text == NULL ? "(nothing)" : text, expected);
    free(text);
}

Test(withheld, explained_at_length)
{
    json_t *incident = incident_of(S | W, "raised");

    expect_heap(withheld_explained(incident), BY_ADA "; " WAITS ": it is told once that ends, if it is still open");
    json_object_set_new(incident, "told_at", json_string("2026-12-01T20:00:00Z"));
    expect_heap(withheld_explained(incident),
                BY_ADA "; " WAITS ": what has changed is told once that ends, its end at once");
    json_decref(incident);
}

Test(withheld, acknowledged)
{
    json_t *incident = incident_of(0, "raised");

    expect_heap(withheld_acknowledged(incident), "(nothing)");
    json_object_set_new(incident, "acknowledged", json_pack("{s:s, s:n, s:n}", "by", "ada", "until", "why"));
    expect_heap(withheld_acknowledged(incident), "acknowledged by ada, sends no reminders");
    json_object_set_new(incident, "acknowledged",
                        json_pack("{s:s, s:s, s:s}", "by", "ada", "until", "2026-12-01T22:00:00Z", "why", "on it"));
    expect_heap(withheld_acknowledged(incident),
                "acknowledged by ada until 2026-12-01T22:00:00Z (on it), sends no reminders");
    json_decref(incident);
}
