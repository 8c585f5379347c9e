/*
 * The words about one incident. This file has the table of chapters, the cleared stories and the order of things; the
 * texts of each group of rules are in story_circuit.c to story_self.c, what they share in telling.c.
 */
#include "core/incident.h"
#include "core/span.h"
#include "core/telling.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct chapter {
    void (*tell)(struct telling *telling);
    void (*facts)(struct telling *telling);
    const char *over; /* the summary once it is over */
};

static const struct chapter chapters[RULE_NUMBERS] = {
    [RULE_CIRCUIT_MISSING] = { tell_circuit_missing, tell_circuit_facts, "the circuit is there again" },
    [RULE_CIRCUIT_DISABLED] = { tell_circuit_disabled, tell_circuit_facts, "no longer disabled" },
    [RULE_PROVIDER_NOT_PROVISIONED] = { tell_not_provisioned, tell_circuit_facts, "no longer waits for the provider" },
    [RULE_PROVIDER_PROVISIONING] = { tell_provisioning, tell_circuit_facts, "the provider's provisioning has ended" },
    [RULE_PROVIDER_DEPROVISIONING] = { tell_deprovisioning, tell_circuit_facts, "no longer being deprovisioned" },
    [RULE_DEPROVISIONED] = { tell_deprovisioned, tell_circuit_facts, "no longer deprovisioned" },
    [RULE_UNKNOWN_STATE] = { tell_unknown_state, tell_peering_facts, "every state word is known again" },
    [RULE_OPERATION_FAILED] = { tell_operation_failed, tell_circuit_facts, "the failed operation is mended" },
    [RULE_OPERATION_STUCK] = { tell_operation_stuck, tell_peering_facts, "the operation has ended" },
    [RULE_BILLED_WHILE_UNUSABLE] = { tell_billed_while_unusable, tell_circuit_facts,
                                     "no longer billed without a provider" },
    [RULE_NO_PEERINGS] = { tell_no_peerings, tell_peering_facts, "there are peerings again" },
    [RULE_PEERING_MISSING] = { tell_peering_missing, tell_peering_facts, "no longer missing" },
    [RULE_PEERING_DISABLED] = { tell_peering_disabled, tell_peering_facts, "no longer disabled" },
    [RULE_PEERING_OPERATION_FAILED] = { tell_peering_operation_failed, tell_peering_facts,
                                        "the failed operation is mended" },
    [RULE_PEERING_UNEXPECTED] = { tell_peering_unexpected, tell_peering_facts, "no longer unexpected" },
    [RULE_ROUTE_FILTER_MISSING] = { tell_route_filter_missing, tell_peering_facts, "a route filter is attached" },
    [RULE_PREFIXES_NOT_CONFIGURED] = { tell_prefixes_not_configured, tell_prefix_facts,
                                       "the prefixes are no longer unconfigured" },
    [RULE_PREFIXES_CONFIGURING] = { tell_prefixes_configuring, tell_prefix_facts,
                                    "the prefixes are no longer being configured" },
    [RULE_PREFIX_VALIDATION_NEEDED] = { tell_validation_needed, tell_prefix_facts,
                                        "the prefixes no longer need validation" },
    [RULE_PREFIX_MANUAL_VALIDATION] = { tell_manual_validation, tell_prefix_facts,
                                        "no prefix waits for manual validation" },
    [RULE_PREFIX_VALIDATION_FAILED] = { tell_validation_failed, tell_prefix_facts, "no prefix is refused any more" },
    [RULE_PREFIX_SET_DIFFERS] = { tell_prefix_set_differs, tell_prefix_facts, "the prefixes are the expected ones" },
    [RULE_SESSIONS_DOWN] = { tell_sessions_down, tell_session_facts, "no longer without a session" },
    [RULE_REDUNDANCY_LOST] = { tell_redundancy_lost, tell_session_facts, "redundancy restored" },
    [RULE_NO_ROUTES] = { tell_no_routes, tell_session_facts, "routes arrive again" },
    [RULE_SESSION_RESET] = { tell_session_reset, tell_session_facts, "a session was reset" },
    [RULE_ROUTE_LIMIT_NEAR] = { tell_route_limit_near, tell_session_facts, "fewer routes than the limit again" },
    [RULE_ARP_INCOMPLETE] = { tell_arp_incomplete, tell_session_facts, "ARP works again" },
    [RULE_EDGE_MAINTENANCE] = { tell_edge_maintenance, tell_session_facts, "metric and session agree again" },
    [RULE_CONNECTION_DOWN] = { tell_connection_down, tell_connection_facts, "the gateway connection is up again" },
    [RULE_GLOBAL_REACH_DOWN] = { tell_global_reach_down, tell_global_reach_facts, "the Global Reach link is up again" },
    [RULE_PORT_DOWN] = { tell_port_down, tell_port_facts, "both links of the port are up again" },
    [RULE_LIGHT_LEVEL] = { tell_light_level, tell_port_facts, "the light of the link is as it should be again" },
    [RULE_ATTRIBUTE_CHANGED] = { tell_attribute_changed, tell_attribute_facts, "an attribute was changed" },
    [RULE_PLANNED_MAINTENANCE] = { tell_planned_maintenance, tell_maintenance_facts, "the maintenance is over" },
    [RULE_COMMON_CAUSE] = { tell_common_cause, tell_common_facts, "no circuit has the common trouble any more" },
    [RULE_BLIND] = { tell_blind, tell_self_facts, "no longer blind" },
    [RULE_SIGN_IN_FAILED] = { tell_sign_in_failed, tell_self_facts, "sign-in no longer fails" },
    [RULE_FORBIDDEN] = { tell_forbidden, tell_self_facts, "the read is allowed again" },
    [RULE_THROTTLED] = { tell_throttled, tell_self_facts, "no longer throttled" },
    [RULE_CREDENTIAL_EXPIRING] = { tell_credential_expiring, tell_expiry_facts, "the credential no longer ends soon" },
    [RULE_UNEXPECTED_ANSWER] = { tell_unexpected_answer, tell_self_facts, "the answers can be believed again" },
    [RULE_SILENCE_ENDING] = { tell_silence_ending, tell_ending_facts,
                              "the silence is over, or nothing that it mutes is wrong any more" },
    [RULE_DELIVERY_FAILING] = { tell_delivery_failing, tell_delivery_facts, "the receiver takes notices again" },
    [RULE_CLOCK_JUMPED] = { tell_clock_jumped, tell_jump_facts, "a clock has jumped" },
    [RULE_SETTINGS_REJECTED] = { tell_settings_rejected, tell_settings_facts, "the settings were taken" },
};

static void say_circuit_now(struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;
    char circuit[SHOWN_MAX], provider[SHOWN_MAX], operation[SHOWN_MAX];

    tell_say(telling, " Now: circuit %s", shown_word(circuit, sample, sample->circuit, WORDS_CIRCUIT));
    if (!sample->direct)
        tell_say(telling, ", provider %s", shown_word(provider, sample, sample->provider, WORDS_PROVIDER));
    tell_say(telling, ", last operation %s.", shown_word(operation, sample, sample->operation, WORDS_OPERATION));
}

static void say_peering_now(struct telling *telling)
{
    const struct peering_sample *peering = telling_peering(telling);
    struct subject subject = telling->opinion->subject;
    char state[SHOWN_MAX], prefixes[SHOWN_MAX];

    for (enum family family = 0; peering != NULL && family < FAMILIES; family++) {
        const struct family_sample *part = &peering->family[family];
        if (!part->in_use || (subject.family != FAMILIES && subject.family != family))
            continue;
        tell_say(telling, " The %s peering (%s) is %s", shown_kind((enum peering_kind)subject.peering),
                 family_name(family), shown_word(state, telling->facts->sample, part->state, WORDS_SWITCH));
        if (subject.peering == PEERING_MICROSOFT && part->config)
            tell_say(telling, ", prefixes %s",
                     shown_word(prefixes, telling->facts->sample, part->prefixes_state, WORDS_PREFIXES));
        tell_say(telling, "; sessions: primary %s, secondary %s.",
                 session_name(telling_session(telling, PATH_PRIMARY, family)),
                 session_name(telling_session(telling, PATH_SECONDARY, family)));
    }
}

static void say_now(struct telling *telling)
{
    if (telling->facts->sample == NULL)
        return;
    say_circuit_now(telling);
    if (telling->opinion->subject.peering < PEERINGS)
        say_peering_now(telling);
}

/* A circuit's facts can be judged once more; what many circuits share cannot, and is believed. */
static bool still_applies(const struct telling *telling)
{
    const struct facts *facts = telling->facts;
    struct opinions opinions;

    if (*telling->subject_name != '\0' || facts->sample == NULL || facts->witness == NULL)
        return true;
    judge_circuit(facts, &opinions);
    const struct opinion *now = opinions_find(&opinions, (enum rule)telling->opinion->rule, telling->opinion->subject);
    return now != NULL && now->standing != STANDING_BAD;
}

static void sum_up(struct telling *telling, const char *what)
{
    struct subject subject = telling->opinion->subject;
    char where[SHOWN_MAX];

    if (subject.peering < PEERINGS)
        tell_summary(telling, "%s: %s", what, shown_subject(where, subject));
    else if (subject.feature != FEATURE_NONE)
        tell_summary(telling, "%s: %s", what, feature_name((enum feature)subject.feature));
    else
        tell_summary(telling, "%s", what);
}

#define ENDS_MAX (DELIVERING_NAME_MAX + 32)

/* Of a receiver that has left the settings nobody says anything any more. */
static const char *how_it_ended(const struct telling *telling, const struct chapter *chapter, char text[ENDS_MAX])
{
    const struct delivering *delivering = telling->facts->delivering;

    if (telling->opinion->rule == RULE_UNEXPECTED_ANSWER && *telling->subject_name != '\0')
        return "this host no longer keeps the watch from working";
    if (telling->opinion->rule != RULE_DELIVERY_FAILING)
        return chapter->over;
    if (delivering == NULL)
        return "a receiver that did not take notices has left the settings";
    snprintf(text, ENDS_MAX, "receiver %s takes notices again", delivering->name);
    return text;
}

static int64_t over_since(const struct facts *facts)
{
    const struct incident *incident = facts->incident;
    bool over = incident != NULL && incident->state == INCIDENT_CLEARED && incident->cleared_wall_ms != 0;

    return over ? incident->cleared_wall_ms : facts->now.wall_ms;
}

/*
 * Short: that it is over, and how it is now. An incident is also cleared when the settings have changed and the rule no
 * longer applies; then nothing has become better.
 */
static void tell_cleared(struct telling *telling, const struct chapter *chapter)
{
    const struct facts *facts = telling->facts;
    char when[WHEN_TEXT_MAX], end[ENDS_MAX];

    when_format(over_since(facts), when);
    if (still_applies(telling)) {
        sum_up(telling, how_it_ended(telling, chapter, end));
        tell_say(telling, "%s (rule %u) is over since %s.", telling->rule->name, telling->rule->number, when);
    } else {
        char what[64];
        snprintf(what, sizeof what, "%s no longer applies", telling->rule->name);
        sum_up(telling, what);
        tell_say(telling, "%s (rule %u) is not judged here any more since %s: the settings, or what is configured in "
                          "Azure, have changed. The incident is closed; this does not say that anything has become "
                          "better.", telling->rule->name, telling->rule->number, when);
    }
    say_now(telling);
}

/*
 * While an incident is clearing the chapter would tell of a trouble beside facts that say nothing of it. Its summary says
 * what the trouble was, its steps may still be needed; the text is of what is seen now.
 */
static void say_clearing(struct telling *telling)
{
    const struct incident *incident = telling->facts->incident;
    char since[SHOWN_MAX];

    tell_say(telling, "What was seen since %s is good: it is over once that has lasted for long enough.",
             shown_seen(since, telling, incident->since_mono));
    if (incident->flapping)
        tell_say(telling, " It has come and gone so often that it stays open until it is steady.");
    say_now(telling);
}

void story_tell(struct story *story, const struct facts *facts, const struct opinion *opinion, enum rule_event event,
                const struct failure *failure, const char *subject_name)
{
    const struct chapter *chapter = &chapters[opinion->rule];
    struct telling telling = {
        .story = story,
        .facts = facts,
        .opinion = opinion,
        .rule = rule_find((enum rule)opinion->rule),
        .failure = failure != NULL && failure->kind != TROUBLE_NONE ? failure : NULL,
        .subject_name = subject_name,
        .instead = facts->incident != NULL && facts->incident->state == INCIDENT_CLEARING ? say_clearing : NULL,
    };

    assert(telling.rule != NULL && chapter->tell != NULL);
    memset(story, 0, offsetof(struct story, storage));
    if (event == EVENT_CLEARED)
        tell_cleared(&telling, chapter);
    else
        chapter->tell(&telling);
    tell_text_end(&telling);
    chapter->facts(&telling);
    tell_health_fact(&telling);
}
