#ifndef ERWATCH_CORE_RULE_TEXT_H
#define ERWATCH_CORE_RULE_TEXT_H

/*
 * The long texts of the rules, for rule.c. A word in capitals in a step stands for what the reader has to fill in.
 * The story of an incident fills in what it knows: CIRCUIT-ID, CIRCUIT-NAME and RESOURCE-GROUP (as in the id),
 * PEERING-NAME (as Azure names it), PATH, PROVIDER, CONNECTION-ID, PORT-NAME, LINK.
 */

/* A step that begins so is left out of the stories of other peerings. */
#define ONLY_MICROSOFT "On a Microsoft peering"
#define WAY_BACK                                                                                                       \
    (ONLY_MICROSOFT " mind the way back before you move traffic: the Internet must not leave by the same edge, or "    \
                    "answers take another path than questions and firewalls drop them (asymmetric routing).")
#define SUPPORT_LINK "https://portal.azure.com/#blade/Microsoft_Azure_Support/HelpAndSupportBlade"

#define RULE_TEXT(rule)                                                                                                \
    extern const char meaning_##rule[];                                                                                \
    extern const char *const steps_##rule[]

RULE_TEXT(circuit_missing);
RULE_TEXT(circuit_disabled);
RULE_TEXT(provider_not_provisioned);
RULE_TEXT(provider_provisioning);
RULE_TEXT(provider_deprovisioning);
RULE_TEXT(deprovisioned);
RULE_TEXT(unknown_state);
RULE_TEXT(operation_failed);
RULE_TEXT(operation_stuck);
RULE_TEXT(billed_while_unusable);
RULE_TEXT(no_peerings);
RULE_TEXT(peering_missing);
RULE_TEXT(peering_disabled);
RULE_TEXT(peering_operation_failed);
RULE_TEXT(peering_unexpected);
RULE_TEXT(route_filter_missing);
RULE_TEXT(prefixes_not_configured);
RULE_TEXT(prefixes_configuring);
RULE_TEXT(prefix_validation_needed);
RULE_TEXT(prefix_manual_validation);
RULE_TEXT(prefix_validation_failed);
RULE_TEXT(prefix_set_differs);
RULE_TEXT(sessions_down);
RULE_TEXT(redundancy_lost);
RULE_TEXT(no_routes);
RULE_TEXT(session_reset);
RULE_TEXT(route_limit_near);
RULE_TEXT(arp_incomplete);
RULE_TEXT(edge_maintenance);
RULE_TEXT(connection_down);
RULE_TEXT(global_reach_down);
RULE_TEXT(port_down);
RULE_TEXT(light_level);
RULE_TEXT(attribute_changed);
RULE_TEXT(planned_maintenance);
RULE_TEXT(common_cause);
RULE_TEXT(blind);
RULE_TEXT(sign_in_failed);
RULE_TEXT(forbidden);
RULE_TEXT(throttled);
RULE_TEXT(credential_expiring);
RULE_TEXT(unexpected_answer);
RULE_TEXT(delivery_failing);
RULE_TEXT(clock_jumped);
RULE_TEXT(settings_rejected);
RULE_TEXT(silence_ending);

#undef RULE_TEXT

#endif
