#ifndef ERWATCH_CORE_TELLING_H
#define ERWATCH_CORE_TELLING_H

#include "core/notice.h"
#include "core/text.h"

/*
 * What the parts of a story share; for the story*.c files only. A story is told in this order: the summary, the text
 * (as many tell_say() as it takes), the steps, the facts.
 */
struct telling {
    struct story *story;
    const struct facts *facts;
    const struct opinion *opinion;
    const struct rule_info *rule;
    const struct failure *failure; /* NULL: none */
    const char *subject_name;      /* "" when it is a circuit's own */
    struct text text;              /* grows in the story's storage until the first step or fact */
    bool text_done;
    void (*instead)(struct telling *telling); /* says the text; NULL: the chapter does */
};

#define STEP_MAX 640
#define ID_MAX_SHOWN 300

/** One line: the name of the circuit (or of the subject beside it), a colon, and this. */
void tell_summary(struct telling *telling, const char *format, ...) __attribute__((format(printf, 2, 3)));

void tell_say(struct telling *telling, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Add the circuit's id to the text. */
void tell_say_id(struct telling *telling);

/** The text is complete; steps and facts do this themselves. */
void tell_text_end(struct telling *telling);

void tell_step(struct telling *telling, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** One step of the rule's table, or all of them, with the words in capitals filled in. */
void tell_rule_step(struct telling *telling, const char *step);
void tell_rule_steps(struct telling *telling);

/** @p seen: MONO_NEVER when it is no observation. Left out when the story is full. */
void tell_fact(struct telling *telling, const char *name, struct mono seen, const char *source, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Words for use in a sentence. Each is bounded, and what looks like a GUID in foreign ones is cut to its end. */

#define SHOWN_MAX 192

const char *shown_text(char to[SHOWN_MAX], const char *foreign);
const char *shown_word(char to[SHOWN_MAX], const struct sample *sample, struct word word, enum word_list list);
const char *shown_provider(char to[SHOWN_MAX], const struct telling *telling);

/** "private peering", "Microsoft peering (IPv6)", "private peering, secondary path", "the circuit". */
const char *shown_subject(char to[SHOWN_MAX], struct subject subject);

const char *shown_kind(enum peering_kind kind); /* "private", "Microsoft", "public" */

/** "2026-12-01 22:04:09 UTC (12 min ago)". */
const char *shown_seen(char to[SHOWN_MAX], const struct telling *telling, struct mono seen);

struct telling_name {
    char group[96], name[96]; /* "" when the id is of another form */
};

/** Resource group and name out of an ARM id. */
struct telling_name telling_name(const char *id);

bool mono_is_never(struct mono at);

/** " As of 2026-12-01 22:04:09 UTC (3 s ago)." from the opinion's newest sample; or nothing. */
void tell_as_of(struct telling *telling);

/** How one session stands, or SESSION_UNKNOWN when there is nothing to judge it by. */
enum session telling_session(const struct telling *telling, enum path path, enum family family);

/** Part of the subject's peering, or NULL when the sample has none. */
const struct peering_sample *telling_peering(const struct telling *telling);

/** Id of the gateway connection, name of the port, and of its link ("link1") that the opinion is about; "" for none. */
const char *telling_connection_id(const struct telling *telling);
const char *telling_port_name(const struct telling *telling);
const char *telling_link_name(const struct telling *telling);

/** What Azure Resource Health says, when it was asked: a fact of every story. */
void tell_health_fact(struct telling *telling);

/** Of a path that Microsoft works on now: that it does. */
void tell_maintained(struct telling *telling);

/* The chapters: one function for each rule. */
void tell_circuit_missing(struct telling *telling);
void tell_circuit_disabled(struct telling *telling);
void tell_not_provisioned(struct telling *telling);
void tell_provisioning(struct telling *telling);
void tell_deprovisioning(struct telling *telling);
void tell_deprovisioned(struct telling *telling);
void tell_unknown_state(struct telling *telling);
void tell_operation_failed(struct telling *telling);
void tell_operation_stuck(struct telling *telling);
void tell_billed_while_unusable(struct telling *telling);
void tell_attribute_changed(struct telling *telling);
void tell_attribute_facts(struct telling *telling);
void tell_no_peerings(struct telling *telling);
void tell_peering_missing(struct telling *telling);
void tell_peering_disabled(struct telling *telling);
void tell_peering_operation_failed(struct telling *telling);
void tell_peering_unexpected(struct telling *telling);
void tell_route_filter_missing(struct telling *telling);
void tell_prefixes_not_configured(struct telling *telling);
void tell_prefixes_configuring(struct telling *telling);
void tell_validation_needed(struct telling *telling);
void tell_manual_validation(struct telling *telling);
void tell_validation_failed(struct telling *telling);
void tell_prefix_set_differs(struct telling *telling);
void tell_sessions_down(struct telling *telling);
void tell_redundancy_lost(struct telling *telling);
void tell_no_routes(struct telling *telling);
void tell_session_reset(struct telling *telling);
void tell_route_limit_near(struct telling *telling);
void tell_arp_incomplete(struct telling *telling);
void tell_edge_maintenance(struct telling *telling);
void tell_connection_down(struct telling *telling);
void tell_global_reach_down(struct telling *telling);
void tell_port_down(struct telling *telling);
void tell_light_level(struct telling *telling);
void tell_planned_maintenance(struct telling *telling);
void tell_common_cause(struct telling *telling);
void tell_blind(struct telling *telling);
void tell_sign_in_failed(struct telling *telling);
void tell_forbidden(struct telling *telling);
void tell_throttled(struct telling *telling);
void tell_credential_expiring(struct telling *telling);
void tell_unexpected_answer(struct telling *telling);
void tell_delivery_failing(struct telling *telling);
void tell_clock_jumped(struct telling *telling);
void tell_silence_ending(struct telling *telling);

/* The facts of each group. */
void tell_circuit_facts(struct telling *telling);
void tell_peering_facts(struct telling *telling);
void tell_prefix_facts(struct telling *telling);
void tell_session_facts(struct telling *telling);
void tell_connection_facts(struct telling *telling);
void tell_global_reach_facts(struct telling *telling);
void tell_port_facts(struct telling *telling);
void tell_maintenance_facts(struct telling *telling);
void tell_common_facts(struct telling *telling);
void tell_self_facts(struct telling *telling);
void tell_expiry_facts(struct telling *telling);
void tell_delivery_facts(struct telling *telling);
void tell_settings_rejected(struct telling *telling);
void tell_settings_facts(struct telling *telling);
void tell_jump_facts(struct telling *telling);
void tell_ending_facts(struct telling *telling);

/** What support asks for: the ids of the last failing answer, as facts. */
void tell_ids(struct telling *telling, const struct failure *failure, const char *source);

#endif
