/* The example notices that the tests of paging share: what an operator would see, and what nobody should have to. */
#include "notice_bed.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#define WHEN INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */

const char *const example_names[EXAMPLES] = { "raised", "changed", "cleared", "credential", "test", "hostile" };

static void set_circuit(struct notice_bed *bed)
{
    struct sample *sample = bed->sample;

    bed->labels[0] = (struct label){ "carrier", "Equinix" };
    bed->labels[1] = (struct label){ "site", "LON" };
    bed->labels[2] = (struct label){ "team", "" };
    bed->circuit = (struct circuit_settings){
        .id = { "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/"
                "expressRouteCircuits/", "lon-1" },
        .name = "London 1", .labels = bed->labels, .label_count = 3,
    };
    sample_reset(sample);
    sample->location = sample_add_text(sample, "uksouth", 7);
    sample->provider_name = sample_add_text(sample, "Equinix", 7);
    sample->peering_location = sample_add_text(sample, "London", 6);
    sample->bandwidth_mbps = 1000;
    memcpy(sample->service_key_tail, "c0de", 5);
    bed->notice.circuit = &bed->circuit;
    bed->notice.sample = sample;
}

static void set_story(struct notice_bed *bed, const char *summary, const char *text)
{
    bed->story.summary = summary;
    bed->story.text = text;
    bed->story.step_count = 2;
    bed->story.step[0] = "Look at your own router first: is the neighbour of the primary path reachable?";
    bed->story.step[1] = "Then ask the provider.";
    bed->story.fact_count = 3;
    bed->story.fact[0] = (struct fact){ "BGP availability, primary", "0 %", WHEN - 30500, "metrics" };
    bed->story.fact[1] = (struct fact){ "expected families", "IPv4", 0, "settings" };
    bed->story.fact[2] = (struct fact){ "neighbour", "", WHEN - 1, "routes" };
}

static void example_raised(struct notice_bed *bed)
{
    set_circuit(bed);
    set_story(bed, "London 1: one of two paths is down, microsoft peering, primary path",
              "The session on the primary path is down since 2 min. The other path carries the traffic.");
}

static void example_changed(struct notice_bed *bed)
{
    example_raised(bed);
    bed->notice.event = EVENT_CHANGED;
    bed->notice.verdict = VERDICT_UNUSABLE;
    bed->notice.sample = NULL; /* right after a restart */
    bed->incident.sequence = 2;
    bed->incident.severity = SEVERITY_CRITICAL;
    bed->incident.owner = OWNER_PROVIDER;
    bed->incident.suppressed_by = RULE_SESSIONS_DOWN;
}

static void example_cleared(struct notice_bed *bed)
{
    example_raised(bed);
    bed->notice.event = EVENT_CLEARED;
    bed->notice.verdict = VERDICT_USABLE;
    bed->incident.sequence = 3;
    bed->incident.subject = SUBJECT_CIRCUIT;
    bed->story = (struct story){ .summary = "London 1: both paths are up again", .text = "It lasted 12 min." };
}

static void example_credential(struct notice_bed *bed)
{
    bed->incident.rule = RULE_SIGN_IN_FAILED;
    bed->incident.severity = SEVERITY_CRITICAL;
    bed->incident.owner = OWNER_SELF;
    bed->incident.subject = SUBJECT_CIRCUIT;
    bed->notice.credential = "ops";
    bed->notice.subscription = "00000000-0000-0000-0000-000000000000";
    bed->notice.receiver = "pager";
    bed->story = (struct story){ .summary = "Credential ops: signing in failed", .text = "Its secret has expired." };
}

static void example_test(struct notice_bed *bed)
{
    bed->notice.event = RULE_EVENTS;
    bed->incident = (struct incident){ .key = 1, .sequence = 1, .subject = SUBJECT_CIRCUIT, .severity = SEVERITY_INFO,
                                       .owner = OWNER_SELF };
    bed->notice.receiver = "hook";
    bed->story = (struct story){ .summary = "A test of the receiver hook", .text = "Nothing is wrong." };
}

/* Names as somebody who can name resources and write labels may choose them. */
static void example_hostile(struct notice_bed *bed)
{
    example_raised(bed);
    for (size_t i = 0; i < 5000; i++)
        memcpy(bed->name + 4 * i, "\xf0\x9f\x94\xa5", 4);
    bed->circuit.name = bed->name;
    bed->circuit.id = (struct resource_id){ "/subscriptions/", "\",\"event\":\"cleared\",\"x\":\"" };
    bed->labels[0] = (struct label){ "$(reboot)", "$(reboot)\n`reboot`;|&<>*?'\"\\" };
    /* overlong, a surrogate, cut off */
    bed->labels[1] = (struct label){ "site", "--option \xc0\xaf \xed\xa0\x80 \xf0\x9f end" };
    bed->labels[2] = (struct label){ "SITE", "the same variable\x1b[31m\x7f\xc2\x9b" "1m \xe2\x80\xae" "txet" };
    bed->story.summary = "line one\nERWATCH_EVENT=cleared\r\t\x01 \xff";
    bed->story.step[0] = "{\"a\":1}";
    bed->story.fact[0].value = "</script><!--";
}

struct notice_bed *notice_bed_new(enum example example)
{
    static void (*const set[EXAMPLES])(struct notice_bed *) = { example_raised,     example_changed, example_cleared,
                                                                example_credential, example_test,    example_hostile };
    struct notice_bed *bed = calloc(1, sizeof *bed);

    cr_assert_not_null(bed);
    bed->sample = malloc(sizeof *bed->sample);
    cr_assert_not_null(bed->sample);
    bed->incident = (struct incident){ .key = 0x0123456789abcdef, .episode = 4, .sequence = 1, .state = INCIDENT_RAISED,
                                       .rule = RULE_REDUNDANCY_LOST,
                                       .subject = { PEERING_MICROSOFT, PATH_PRIMARY, FAMILY_IPV4, FEATURE_NONE, 0 },
                                       .severity = SEVERITY_WARNING, .owner = OWNER_YOU,
                                       .since_wall_ms = WHEN - 120000 };
    bed->notice = (struct notice){ .incident = &bed->incident, .event = EVENT_RAISED, .time_wall_ms = WHEN + 7,
                                   .verdict = VERDICT_DEGRADED, .story = &bed->story, .credential = "",
                                   .subscription = "", .receiver = "", .host = "nms1.example.net", .version = "0.1.0" };
    set[example](bed);
    return bed;
}

void notice_bed_free(struct notice_bed *bed)
{
    free(bed->sample);
    free(bed);
}
