/*
 * The published rules: one row for each, by number. Numbers, names and message ids never change; a row that is no
 * longer used keeps them. What a rule means and what to do about it stands in rule_circuit.c to rule_self.c. Severity,
 * owner and time are for people: what really holds is decided by judge.c and told by each opinion.
 */
#include "core/rule.h"
#include "core/rule_text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct rule_info rules[] = {
    {
        .number = RULE_CIRCUIT_MISSING, .name = "circuit-missing",
        .severity = "critical",
        .owner = "you",
        .time = "confirm, three polls and a GET of its own agree; now when it was never seen",
        .suppresses = "11 to 19, and 2x to 4x of the circuit",
        .subject = "circuit",
        .meaning = meaning_circuit_missing, .steps = steps_circuit_missing,
        .message_id = { "cbd5b239129a4b839e9510a7c29900dd", "4d1cfc6674f742a482e6ce0dd1d001f5",
                        "49626f0154c44644860c405748c53387" },
    },
    {
        .number = RULE_CIRCUIT_DISABLED, .name = "circuit-disabled",
        .severity = "critical; warning while in motion",
        .owner = "microsoft",
        .time = "confirm; long while in motion",
        .suppresses = "2x to 4x of the circuit",
        .subject = "circuit",
        .meaning = meaning_circuit_disabled, .steps = steps_circuit_disabled,
        .message_id = { "27733bcb4a0046359d9599d251e326cb", "c9993e19b59f4f769ad4485b2d393337",
                        "e5fe2ee4f5f841f4be0945f2d4f8c078" },
    },
    {
        .number = RULE_PROVIDER_NOT_PROVISIONED, .name = "provider-not-provisioned",
        .severity = "critical; info, then warning while ordered; info when retired",
        .owner = "provider",
        .time = "confirm",
        .suppresses = "2x to 4x of the circuit",
        .subject = "circuit",
        .meaning = meaning_provider_not_provisioned, .steps = steps_provider_not_provisioned,
        .message_id = { "579559098a68452db2fcd2392059c204", "fa670ab53e324863b2761b845cc6e1b9",
                        "ce884a74612f42c98a936d0074208893" },
    },
    {
        .number = RULE_PROVIDER_PROVISIONING, .name = "provider-provisioning",
        .severity = "critical; info, then warning while ordered; info when retired",
        .owner = "provider",
        .time = "confirm",
        .suppresses = "2x to 4x of the circuit",
        .subject = "circuit",
        .meaning = meaning_provider_provisioning, .steps = steps_provider_provisioning,
        .message_id = { "6ba9dbb191554f6bbfdec7caad3c6f55", "42cc353eac224e4bb19eb4fa43f23bd3",
                        "b42c24e672304932a34fd9d0a62b80e5" },
    },
    {
        .number = RULE_PROVIDER_DEPROVISIONING, .name = "provider-deprovisioning",
        .severity = "critical; info when retired",
        .owner = "provider",
        .time = "now",
        .suppresses = "2x to 4x of the circuit",
        .subject = "circuit",
        .meaning = meaning_provider_deprovisioning, .steps = steps_provider_deprovisioning,
        .message_id = { "6d985cc245ac45159c5bda224dc21fe5", "aada22fb41c94fe2b353585ca25d3d3c",
                        "f97c69eff15640948a2601a7d4893b04" },
    },
    {
        .number = RULE_DEPROVISIONED, .name = "deprovisioned",
        .severity = "critical; info when retired",
        .owner = "provider",
        .time = "confirm",
        .suppresses = "12, and 2x to 4x of the circuit",
        .subject = "circuit",
        .meaning = meaning_deprovisioned, .steps = steps_deprovisioned,
        .message_id = { "6606359b846a4ca9a88a4c45ef35352f", "4333cca2b96e45308ee8814ebbb3f52d",
                        "edc6a7538ee24508b20e59042aad8a19" },
    },
    {
        .number = RULE_UNKNOWN_STATE, .name = "unknown-state",
        .severity = "warning",
        .owner = "microsoft",
        .time = "confirm",
        .suppresses = "90 of the peerings, when the circuit has no list of peerings",
        .subject = "circuit, peering, or peering and family",
        .meaning = meaning_unknown_state, .steps = steps_unknown_state,
        .message_id = { "5850a8f1ec3741909f97b524cacbb67e", "8e0b910b64f74e23948faf2ae5408249",
                        "a293cd8fe83c42a99fd0887721bcbd7c" },
    },
    {
        .number = RULE_OPERATION_FAILED, .name = "operation-failed",
        .severity = "warning",
        .owner = "you",
        .time = "confirm",
        .suppresses = "",
        .subject = "circuit",
        .meaning = meaning_operation_failed, .steps = steps_operation_failed,
        .message_id = { "39abb2be92ea468b88a4fafa115097c5", "0e87c640b1594864a176f102493e06fc",
                        "3a52de1ed72942feaa360443e1741e9a" },
    },
    {
        .number = RULE_OPERATION_STUCK, .name = "operation-stuck",
        .severity = "warning",
        .owner = "you",
        .time = "long",
        .suppresses = "",
        .subject = "circuit or peering",
        .meaning = meaning_operation_stuck, .steps = steps_operation_stuck,
        .message_id = { "a3ff906d1bb24d0aae880fc31d72104c", "57a0d217b1f3408fa57e61ff247bf1ad",
                        "05036af847fa490c9d7432ad04cb4287" },
    },
    {
        .number = RULE_BILLED_WHILE_UNUSABLE, .name = "billed-while-unusable",
        .severity = "warning",
        .owner = "you",
        .time = "now, and again each week while it lasts",
        .suppresses = "",
        .subject = "circuit",
        .meaning = meaning_billed_while_unusable, .steps = steps_billed_while_unusable,
        .message_id = { "52ff5e2452694f81b7ae02e06bda35f2", "d7ca6398a9b640c394d6250e58200b82",
                        "b23f228b61c746ca90f7a02ca9cdef90" },
    },
    {
        .number = RULE_NO_PEERINGS, .name = "no-peerings",
        .severity = "critical",
        .owner = "you; provider where the provider owns layer 3",
        .time = "confirm",
        .suppresses = "16, 21 to 23, 25, 3x, 4x and 90 of the peerings",
        .subject = "circuit",
        .meaning = meaning_no_peerings, .steps = steps_no_peerings,
        .message_id = { "0082e2342b034257843a5f21576df366", "45f5b44f163b4e33bd20f4bfbe071f4d",
                        "380af8400264476e839185483592841c" },
    },
    {
        .number = RULE_PEERING_MISSING, .name = "peering-missing",
        .severity = "critical",
        .owner = "you; provider where the provider owns layer 3",
        .time = "confirm",
        .suppresses = "16, 22, 23, 25, 3x, 4x and 90 of the peering, when all of it is missing",
        .subject = "peering, or peering and family",
        .meaning = meaning_peering_missing, .steps = steps_peering_missing,
        .message_id = { "38b02eab4580413291889ee5a30f23a4", "06c5588990654888b3fbb97f3764afc8",
                        "36c249c87a7d4b69a98d42631cd135f9" },
    },
    {
        .number = RULE_PEERING_DISABLED, .name = "peering-disabled",
        .severity = "critical when no family is left, else warning",
        .owner = "you",
        .time = "confirm",
        .suppresses = "16, 25, 3x and 4x of the disabled family only",
        .subject = "peering, or peering and family",
        .meaning = meaning_peering_disabled, .steps = steps_peering_disabled,
        .message_id = { "ff9561b48a004ff0bb8f0e0cd8f7b3a1", "9ee0763166a648b793fe21540226d323",
                        "537dd82a748a45239a95a412a59dd536" },
    },
    {
        .number = RULE_PEERING_OPERATION_FAILED, .name = "peering-operation-failed",
        .severity = "warning",
        .owner = "you",
        .time = "confirm",
        .suppresses = "",
        .subject = "peering",
        .meaning = meaning_peering_operation_failed, .steps = steps_peering_operation_failed,
        .message_id = { "63788b5baab0429c9403d6ae6f2e212a", "0c595c9cd7ab48e1a35a5f3d3a79ddb3",
                        "fe88a0913b57435cac66eec68192cc54" },
    },
    {
        .number = RULE_PEERING_UNEXPECTED, .name = "peering-unexpected",
        .severity = "info",
        .owner = "you",
        .time = "now",
        .suppresses = "",
        .subject = "peering",
        .meaning = meaning_peering_unexpected, .steps = steps_peering_unexpected,
        .message_id = { "c0d1fc7455d342b2a186127b58c044d2", "98b55b58e1734d979f224b2bd18dee37",
                        "ba8020df62fe4aa38fb3156b5ba81e04" },
    },
    {
        .number = RULE_ROUTE_FILTER_MISSING, .name = "route-filter-missing",
        .severity = "warning",
        .owner = "you",
        .time = "confirm",
        .suppresses = "",
        .subject = "peering",
        .meaning = meaning_route_filter_missing, .steps = steps_route_filter_missing,
        .message_id = { "c029104417e049d583b545aefd4725fe", "75093cda7a604b5d893f9238d16ebed1",
                        "959926af4e364fcc806f69627ba73ed6" },
    },
    {
        .number = RULE_PREFIXES_NOT_CONFIGURED, .name = "prefixes-not-configured",
        .severity = "critical; warning while a session is up with routes",
        .owner = "you",
        .time = "confirm",
        .suppresses = "40 and 42 of the family; 41 unless a path is up; 90 of the peering when critical",
        .subject = "peering and family",
        .meaning = meaning_prefixes_not_configured, .steps = steps_prefixes_not_configured,
        .message_id = { "c720136273c84c768ebe3758b650b30f", "aed7fddc58394678bfbc05c89b210f93",
                        "71dd5205c6e54956948602d8e4bfa29e" },
    },
    {
        .number = RULE_PREFIXES_CONFIGURING, .name = "prefixes-configuring",
        .severity = "warning",
        .owner = "microsoft",
        .time = "long",
        .suppresses = "40, 41 and 42 of the family wait for the long hold",
        .subject = "peering and family",
        .meaning = meaning_prefixes_configuring, .steps = steps_prefixes_configuring,
        .message_id = { "2b986309148c4696af105aaf45540b55", "d5c76e183462484cb8b02115016a5ea9",
                        "3be1f011ee4c4e548ed6f1d96263f614" },
    },
    {
        .number = RULE_PREFIX_VALIDATION_NEEDED, .name = "prefix-validation-needed",
        .severity = "critical; warning while a session is up with routes",
        .owner = "you",
        .time = "now",
        .suppresses = "30 and 31; 40 and 42 of the family; 41 unless a path is up; 90 of the peering when critical",
        .subject = "peering and family",
        .meaning = meaning_prefix_validation_needed, .steps = steps_prefix_validation_needed,
        .message_id = { "c2d8bd4b3622476481ea24662851197d", "0740e55e84874532849dba7d4394b77b",
                        "c606bc4791f045bd8e2039fc6ea34a2d" },
    },
    {
        .number = RULE_PREFIX_MANUAL_VALIDATION, .name = "prefix-manual-validation",
        .severity = "critical",
        .owner = "you",
        .time = "now",
        .suppresses = "30 to 32; 40 and 42 of the family; 41 unless a path is up; 90 of the peering",
        .subject = "peering and family",
        .meaning = meaning_prefix_manual_validation, .steps = steps_prefix_manual_validation,
        .message_id = { "b21e286733964bfaadedc17ef8a90ec7", "3b64c3f72f6e4b71916ec8b870dde7e6",
                        "2b6cf578992d4b2aa88c3ece57350945" },
    },
    {
        .number = RULE_PREFIX_VALIDATION_FAILED, .name = "prefix-validation-failed",
        .severity = "critical",
        .owner = "you",
        .time = "now",
        .suppresses = "30 to 33; 40 and 42 of the family; 41 unless a path is up; 90 of the peering",
        .subject = "peering and family",
        .meaning = meaning_prefix_validation_failed, .steps = steps_prefix_validation_failed,
        .message_id = { "a94147e9ae0840caa5c0832dd14a9040", "b692e4efadde49bd8ced4ff3c4ba4f55",
                        "c46d4529d9464629b678939e589012e4" },
    },
    {
        .number = RULE_PREFIX_SET_DIFFERS, .name = "prefix-set-differs",
        .severity = "warning",
        .owner = "you",
        .time = "confirm",
        .suppresses = "",
        .subject = "peering and family",
        .meaning = meaning_prefix_set_differs, .steps = steps_prefix_set_differs,
        .message_id = { "3f426e57b4d14d7192e4664c7444e635", "dff0517ebad1447cb186e03506669309",
                        "c074eca5b17a4c4eb2fde14bac35e504" },
    },
    {
        .number = RULE_SESSIONS_DOWN, .name = "sessions-down",
        .severity = "critical",
        .owner = "you; provider where ARP is down or layer 3 is theirs",
        .time = "confirm; long while 31 holds",
        .suppresses = "41 of the family, 45 of both paths",
        .subject = "peering and family",
        .meaning = meaning_sessions_down, .steps = steps_sessions_down,
        .message_id = { "c84eeeb633a4414487219f4ed7c5fca0", "ea328a2d2c1845bf9ca7f27a47bf6a52",
                        "0516cc02328949df90486dcfca2e3d6a" },
    },
    {
        .number = RULE_REDUNDANCY_LOST, .name = "redundancy-lost",
        .severity = "warning",
        .owner = "you; provider where ARP is down or layer 3 is theirs",
        .time = "confirm; long while 31 holds",
        .suppresses = "45 of the path",
        .subject = "peering, family and path",
        .meaning = meaning_redundancy_lost, .steps = steps_redundancy_lost,
        .message_id = { "908ac3dd52524d399d0eee58b0659cf5", "dece604d53c0442aa9cb528d5ad74a08",
                        "17dacab9ee5140d2803c360e1e168aa5" },
    },
    {
        .number = RULE_NO_ROUTES, .name = "no-routes",
        .severity = "critical",
        .owner = "you; provider where ARP is down or layer 3 is theirs",
        .time = "confirm; long while 31 holds",
        .suppresses = "41 of the family",
        .subject = "peering and family",
        .meaning = meaning_no_routes, .steps = steps_no_routes,
        .message_id = { "a4cc5340b35c4110807e60c1d0b62b94", "6c81cfad5f074650a5c4e473cb665af9",
                        "148c8bb08a7446a0997442f20edb9ee7" },
    },
    {
        .number = RULE_ROUTE_LIMIT_NEAR, .name = "route-limit-near",
        .severity = "warning; critical from 95 %, unless another critical of the family says more",
        .owner = "you or provider",
        .time = "confirm",
        .suppresses = "",
        .subject = "peering and family",
        .meaning = meaning_route_limit_near, .steps = steps_route_limit_near,
        .message_id = { "dfc77fc559074722bdbe26d4559202ad", "794b557ddf8848008a215396cdb6ae31",
                        "4c8787f808b649cebb781c130b597fe0" },
    },
    {
        .number = RULE_ARP_INCOMPLETE, .name = "arp-incomplete",
        .severity = "warning",
        .owner = "provider",
        .time = "confirm",
        .suppresses = "",
        .subject = "peering and path",
        .meaning = meaning_arp_incomplete, .steps = steps_arp_incomplete,
        .message_id = { "f77b7172934e4c1cbdf59a27aa12243c", "a126319b7e834728bca392f6cd40b2f5",
                        "dff69139c2224b5691f932d137a4cc23" },
    },
    {
        .number = RULE_EDGE_MAINTENANCE, .name = "edge-maintenance",
        .severity = "info",
        .owner = "microsoft",
        .time = "confirm",
        .suppresses = "",
        .subject = "peering, family and path",
        .meaning = meaning_edge_maintenance, .steps = steps_edge_maintenance,
        .message_id = { "5b1497a1721e424286df8e1efac343b8", "b885b34de27b40f4bbcfa1fe448896c1",
                        "4414f8232cc8463dac1de16e3ab9391c" },
    },
    {
        .number = RULE_ATTRIBUTE_CHANGED, .name = "attribute-changed",
        .severity = "info",
        .owner = "you",
        .time = "event: told once, at once",
        .suppresses = "",
        .subject = "circuit",
        .meaning = meaning_attribute_changed, .steps = steps_attribute_changed,
        .message_id = { "0a178d3750d542e1bc8632b4ddfaaff3", "a659a47a31b743cc944b8f6083d842b3",
                        "a5f01e877c7c4309be9af48058e25195" },
    },
    {
        .number = RULE_BLIND, .name = "blind",
        .severity = "critical; warning for one peering",
        .owner = "self",
        .time = "once the facts are older than poll.stale",
        .suppresses = "2x to 4x of the circuit; of one peering nothing",
        .subject = "circuit, peering or credential",
        .meaning = meaning_blind, .steps = steps_blind,
        .message_id = { "0216a1c1f042414982a2a6254c910134", "648f52025d65463fa3d0e153c63dbe38",
                        "8c128c6fe21b41bb806e97e933bd0ce8" },
    },
    {
        .number = RULE_SIGN_IN_FAILED, .name = "sign-in-failed",
        .severity = "critical",
        .owner = "you",
        .time = "now; confirm for a repeated 401 or a 403",
        .suppresses = "90 of the same",
        .subject = "credential or circuit",
        .meaning = meaning_sign_in_failed, .steps = steps_sign_in_failed,
        .message_id = { "9c9a102afaa049379ad8df958e0ce36c", "482993e5cfbf4cdca65102981bbd03bd",
                        "c4243df22a42422e81c82fb044bd8f7f" },
    },
    {
        .number = RULE_FORBIDDEN, .name = "forbidden",
        .severity = "warning",
        .owner = "you",
        .time = "now, once per feature",
        .suppresses = "90 of the peerings when a witness of the sessions is refused",
        .subject = "credential or circuit, and feature",
        .meaning = meaning_forbidden, .steps = steps_forbidden,
        .message_id = { "2e9295eb3516493aa91be0c71c8a47e3", "2314f64cec6e4fe183d426d7c6b0b8eb",
                        "80616ef7554d442b866f6204ab8cec44" },
    },
    {
        .number = RULE_THROTTLED, .name = "throttled",
        .severity = "warning; critical once the facts are older than three times poll.stale",
        .owner = "self",
        .time = "once the facts are older than poll.stale",
        .suppresses = "90 of the same",
        .subject = "credential and subscription",
        .meaning = meaning_throttled, .steps = steps_throttled,
        .message_id = { "c007f15d48b9443db7d414d6f91b267f", "900f8c0f8bb241a9974a3e2ae2823536",
                        "658661ecef1d40a4b7607e62f44e2b70" },
    },
    {
        .number = RULE_CREDENTIAL_EXPIRING, .name = "credential-expiring",
        .severity = "warning at 30 and at 7 days; critical at 1 day",
        .owner = "you",
        .time = "now, and at each of these days again",
        .suppresses = "",
        .subject = "credential",
        .meaning = meaning_credential_expiring, .steps = steps_credential_expiring,
        .message_id = { "30d54052b79f4be6aac48acfcab4f341", "008b156be59b43238b25fed2314949c7",
                        "58aeaddbdcc24394ad361f85f5b1fb82" },
    },
    {
        .number = RULE_UNEXPECTED_ANSWER, .name = "unexpected-answer",
        .severity = "warning; critical after 10 polls without a usable answer, and where this host is the trouble",
        .owner = "self; you where this host is the trouble",
        .time = "confirm; now where this host is the trouble",
        .suppresses = "",
        .subject = "circuit; circuit and feature; peering, family and path; host",
        .meaning = meaning_unexpected_answer, .steps = steps_unexpected_answer,
        .message_id = { "1014cfb0af024f48b45b0183f7784afc", "59a31cde7847413db46c6cd6dc98e7bc",
                        "d7b8a1b0e3da43298acfceb6e2e9e382" },
    },
};

#define RULE_ROWS (sizeof rules / sizeof *rules)

const struct rule_info *rule_all(size_t *count)
{
    *count = RULE_ROWS;
    return rules;
}

static int compare_number(const void *key, const void *row)
{
    return (int)*(const enum rule *)key - (int)((const struct rule_info *)row)->number;
}

const struct rule_info *rule_find(enum rule number)
{
    return bsearch(&number, rules, RULE_ROWS, sizeof *rules, compare_number);
}

/* "12", and nothing else than the two digits. */
static bool is_number(const char *name, uint8_t number)
{
    return name[0] == (char)('0' + number / 10) && name[1] == (char)('0' + number % 10) && name[2] == '\0';
}

enum rule rule_by_name(const char *name)
{
    for (size_t i = 0; i < RULE_ROWS; i++)
        if (strcmp(name, rules[i].name) == 0 || (name[0] != '\0' && is_number(name, rules[i].number)))
            return (enum rule)rules[i].number;
    return RULE_NONE;
}

const char *rule_event_name(enum rule_event event)
{
    static const char *const names[] = { "raised", "changed", "cleared" };

    static_assert(sizeof names / sizeof *names == RULE_EVENTS, "a name for each event");
    assert(event < RULE_EVENTS);
    return names[event];
}
