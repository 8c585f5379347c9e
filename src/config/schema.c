/*
 * The table of keys; those of "azure" are in schema_azure.c, those of receivers in schema_receivers.c. A new key is a
 * row here, a line in erwatch.yaml.5 and one in etc/erwatch.yaml; a test holds the three together. Rows are in the order
 * in which they are read: what others need comes first.
 */
#include "config/schema.h"

#include "config/address.h"
#include "config/draft.h"
#include "config/row.h"
#include "core/mute.h"

#include <string.h>

static const struct word_value sessions_modes[] = {
    { "metrics", SESSIONS_METRICS },
    { "routes", SESSIONS_ROUTES },
    { "both", SESSIONS_BOTH },
    { "none", SESSIONS_NONE },
    { 0 },
};
static const struct word_value severities[] = {
    { "info", SEVERITY_INFO },
    { "warning", SEVERITY_WARNING },
    { "critical", SEVERITY_CRITICAL },
    { 0 },
};
static const struct word_value owners[] = {
    { "you", OWNER_YOU },
    { "provider", OWNER_PROVIDER },
    { "microsoft", OWNER_MICROSOFT },
    { "self", OWNER_SELF },
    { 0 },
};
static const struct word_value provider_states[] = {
    { "provisioned", EXPECT_PROVISIONED },
    { "ordered", EXPECT_ORDERED },
    { "none", EXPECT_NONE },
    { 0 },
};
static const struct word_value peerings[] = {
    { "private", PEERING_PRIVATE },
    { "microsoft", PEERING_MICROSOFT },
    { "public", PEERING_PUBLIC },
    { 0 },
};
static const struct word_value families[] = {
    { "ipv4", FAMILY_IPV4 },
    { "ipv6", FAMILY_IPV6 },
    { 0 },
};

static const struct word_value discover_ways[] = { { "list", DISCOVER_LIST }, { "graph", DISCOVER_GRAPH }, { 0 } };

#define DRAFT(field) offsetof(struct file_draft, field)

/* ---- poll ---- */

static const struct key poll_keys[] = {
    ROW("every", VALUE_DURATION, PACED_LEAST_MS, DAY, "60s", DRAFT(poll.every_ms),
        "time between two questions about a circuit", .paced = true),
    ROW("retry", VALUE_DURATION, SECOND, HOUR, "20s", DRAFT(policy.retry_ms),
        "the shorter time while something is not confirmed yet"),
    ROW("timeout", VALUE_DURATION, SECOND, 5 * MINUTE, "20s", DRAFT(poll.timeout_ms), "longest wait for an answer"),
    ROW("stale", VALUE_DURATION, PACED_LEAST_MS, DAY, "5m", DRAFT(policy.stale_ms),
        "facts older than this decide nothing"),
    ROW("sessions", VALUE_CHOICE, 0, 0, "metrics", DRAFT(policy.sessions), "how to learn whether BGP sessions are up",
        .words = sessions_modes),
    ROW("sessions_every", VALUE_DURATION, PACED_LEAST_MS, DAY, "60s", DRAFT(policy.sessions_every_ms),
        "time between two questions about sessions", .paced = true),
    ROW("health", VALUE_SWITCH, 0, 0, "yes", DRAFT(policy.health),
        "whether Azure Resource Health and planned maintenance are asked for"),
};
static const struct table poll_table = { TABLE("\"poll\"", poll_keys) };

/* ---- ports ---- */

#define DBM(whole) ((whole) * 100)

static const struct key light_keys[] = {
    ROW("low", VALUE_LEVEL, DBM(-40), DBM(20), "-10", DRAFT(policy.light.low), "less light than this is told, in dBm"),
    ROW("high", VALUE_LEVEL, DBM(-40), DBM(20), "0", DRAFT(policy.light.high), "more light than this is told, in dBm"),
    ROW("drop", VALUE_LEVEL, 0, DBM(20), "3", DRAFT(policy.light.drop),
        "so much less light than a day ago is told, in dB; 0: it never is"),
};
static const struct table light_table = { TABLE("\"light\"", light_keys) };

static const struct key ports_keys[] = {
    ROW("light", VALUE_MAP, 0, 0, NULL, 0, "the light that the links should have", .inside = &light_table),
};
static const struct table ports_table = { TABLE("\"ports\"", ports_keys) };

/* ---- alerts ---- */

#define HOLD_COUNT_MOST 100

static const struct key confirm_keys[] = {
    ROW("critical", VALUE_HOLD, 1, HOLD_COUNT_MOST, "2/10s", DRAFT(policy.confirm[SEVERITY_CRITICAL]),
        "bad samples and their least age before a critical finding is raised"),
    ROW("warning", VALUE_HOLD, 1, HOLD_COUNT_MOST, "3/2m", DRAFT(policy.confirm[SEVERITY_WARNING]),
        "the same for a warning and for an info"),
    ROW("long", VALUE_HOLD, 1, HOLD_COUNT_MOST, "3/30m", DRAFT(policy.confirm_long),
        "the same for what is normal for a while"),
};
static const struct table confirm_table = { TABLE("\"confirm\"", confirm_keys) };

#define RULE(field) offsetof(struct rule_draft, field)

static const struct key rule_keys[] = {
    ROW("severity", VALUE_CHOICE, 0, 0, NULL, RULE(severity), "the severity of all findings of this rule",
        .words = severities, .absent = "the rule's own"),
    ROW("confirm", VALUE_HOLD, 1, HOLD_COUNT_MOST, NULL, RULE(confirm), "its hold before it is raised",
        .absent = "the rule's own"),
    ROW("recover", VALUE_HOLD, 1, HOLD_COUNT_MOST, NULL, RULE(recover), "its hold before it is cleared",
        .absent = "alerts.recover"),
    ROW("enabled", VALUE_SWITCH, 0, 0, "yes", RULE(enabled), "no: the rule is never judged"),
};
const struct table rule_table = { TABLE("a rule", rule_keys) };
static const struct table rules_table = { TABLE("\"rules\"", rule_keys), .others = "<rule>", .others_only = true };

static const struct key flap_keys[] = {
    ROW("window", VALUE_NUMBER, 0, FLAP_WINDOW_MOST, "20", DRAFT(policy.flap.window),
        "how many of the last samples are looked at; 0: flapping is not looked for"),
    ROW("high", VALUE_PERCENT, 1, 100, "30%", DRAFT(policy.flap.high),
        "from so many changes on, of those that were possible, it is flapping"),
    ROW("low", VALUE_PERCENT, 1, 100, "25%", DRAFT(policy.flap.low), "with fewer changes than this it is steady again"),
};
static const struct table flap_table = { TABLE("\"flap\"", flap_keys) };

static const struct key escalate_keys[] = {
    ROW("after", VALUE_DURATION, MINUTE, 7 * DAY, "30m", DRAFT(policy.escalate_after_ms),
        "how long a critical may go without an acknowledgement"),
    ROW("to", VALUE_LIST, 1, 100, NULL, DRAFT(escalate_to), "who else is told then, and from then on",
        .form = "a list of names of receivers", .required = true),
};
static const struct table escalate_table = { TABLE("\"escalate\"", escalate_keys) };

static const struct key group_keys[] = {
    ROW("wait", VALUE_DURATION, 0, 5 * MINUTE, "10s", DRAFT(policy.group_wait_ms),
        "a first notice waits so long for others of its kind"),
    ROW("least", VALUE_NUMBER, 0, 10000, "10", DRAFT(policy.group_least),
        "so many incidents of one rule with one cause are told as one; 0: never"),
};
static const struct table group_table = { TABLE("\"group\"", group_keys) };

static const struct word_value clock_words[] = { { "check", CLOCK_CHECK }, { "trust", CLOCK_TRUST }, { 0 } };

static const struct key alerts_keys[] = {
    ROW("confirm", VALUE_MAP, 0, 0, NULL, 0, "how much proof is needed before a finding is raised",
        .inside = &confirm_table),
    ROW("recover", VALUE_HOLD, 1, HOLD_COUNT_MOST, "3/2m", DRAFT(policy.recover),
        "good samples and their least age before a finding is cleared"),
    ROW("remind", VALUE_DURATIONS, MINUTE, 7 * DAY, "1h, 2h, 4h, 8h, 24h", DRAFT(policy.remind),
        "when a warning or a critical that goes on is told again, each time counted from the last; the last one repeats"),
    ROW("escalate", VALUE_MAP, 0, 0, NULL, 0, "who else is told of a critical that nobody acknowledges",
        .inside = &escalate_table),
    ROW("flap", VALUE_MAP, 0, 0, NULL, 0, "when a finding that comes and goes is told once for all",
        .inside = &flap_table),
    ROW("group", VALUE_MAP, 0, 0, NULL, 0, "when many incidents are told as one (rule 56)", .inside = &group_table),
    ROW("waiting_days", VALUE_NUMBER, 0, 365, "10", DRAFT(policy.waiting_days),
        "days a provider may take before its delay is a warning"),
    ROW("clock", VALUE_CHOICE, 0, 0, "check", DRAFT(clock),
        "whether maintenance windows hold while the kernel says that the clock is not synchronised; trust: they do",
        .words = clock_words),
    ROW("rules", VALUE_NODE, 0, 0, NULL, DRAFT(rules), "what differs for single rules, by name or number",
        .form = "a mapping of rules", .inside = &rules_table),
};
static const struct table alerts_table = { TABLE("\"alerts\"", alerts_keys) };

/* ---- routes; receivers: schema_receivers.c ---- */

#define MATCH(field) offsetof(struct match_draft, field)

static const struct key match_keys[] = {
    ROW("severity", VALUE_CHOICES, 1, 0, NULL, MATCH(severities), "severities that are meant", .words = severities,
        .absent = "any"),
    ROW("owner", VALUE_CHOICES, 1, 0, NULL, MATCH(owners), "who has to act", .words = owners, .absent = "any"),
    ROW("rule", VALUE_LIST, 1, 100, NULL, MATCH(rules), "rules that are meant, by name or number",
        .form = "a list of rules", .absent = "any"),
    ROW("circuit", VALUE_TEXT, 1, 1024, NULL, MATCH(circuit), "the circuit, by its name or its id",
        .form = "a name or a resource id", .absent = "any"),
};
const struct table match_table = { TABLE("\"match\"", match_keys), .others = "<label>" };

#define ROUTE(field) offsetof(struct route_draft, field)

static const struct key route_keys[] = {
    ROW("match", VALUE_MAP, 0, 0, NULL, ROUTE(match), "which notices go this way; all of it must hold",
        .inside = &match_table, .absent = "all notices"),
    ROW("to", VALUE_LIST, 1, 100, NULL, ROUTE(to), "names of the receivers", .form = "a list of names",
        .required = true),
    ROW("continue", VALUE_SWITCH, 0, 0, "no", ROUTE(go_on), "yes: later routes are looked at too"),
};
const struct table route_table = { TABLE("a route", route_keys) };

/* ---- maintenance ---- */

#define WINDOW(field) offsetof(struct window_draft, field)

static const struct key window_keys[] = {
    ROW("match", VALUE_MAP, 0, 0, NULL, WINDOW(match), "which incidents are muted; all of it must hold",
        .inside = &match_table, .required = true),
    ROW("from", VALUE_TEXT, 1, 40, NULL, WINDOW(from), "when it begins", .form = "a time (2026-12-01T22:00)",
        .required = true),
    ROW("to", VALUE_TEXT, 1, 40, NULL, WINDOW(to), "when it ends, at most 7 days later",
        .form = "a time (2026-12-02T02:00)", .required = true),
    ROW("zone", VALUE_TEXT, 1, 64, NULL, WINDOW(zone), "the zone whose local time they are",
        .form = "a name (Europe/London)", .absent = "from and to have offsets of their own, such as Z"),
    ROW("why", VALUE_TEXT, 1, 256, NULL, WINDOW(why), "what is done, or the number of the change", .required = true),
};
const struct table window_table = { TABLE("a maintenance window", window_keys) };

/* ---- heartbeat ---- */

#define HEARTBEAT(field) DRAFT(heartbeat.field)

static const struct key heartbeat_keys[] = {
    ROW("url", VALUE_TEXT, 1, ADDRESS_MAX, NULL, HEARTBEAT(url), "the address, when there is no secret in it",
        .form = "an address (https://host[:port]/path)", .absent = "url_file says it"),
    ROW("url_file", VALUE_TEXT, 1, PATH_TEXT_MAX, NULL, HEARTBEAT(url_file),
        "the file that holds the address, when that is a secret", .form = "a file name", .absent = "url says it"),
    ROW("every", VALUE_DURATION, HEARTBEAT_LEAST_MS, HOUR, "60s", HEARTBEAT(every_ms), "time between two words",
        .paced = true),
    ROW("proxy", VALUE_TEXT, 1, TEXT_MAX, "none", HEARTBEAT(proxy),
        "the way out: none, environment (https_proxy and no_proxy) or the address of a proxy",
        .form = "none, environment or http://host:port"),
    ROW("ca_file", VALUE_TEXT, 1, PATH_TEXT_MAX, "system", HEARTBEAT(ca_file),
        "certificates of the authorities to trust instead of the system's", .form = "system or an absolute path"),
};
static const struct table heartbeat_table = { TABLE("\"heartbeat\"", heartbeat_keys) };

/* ---- history ---- */

#define HISTORY(field) DRAFT(history.field)
#define HISTORY_MOST 5000000 /* rows; some 3 GB */

static const struct key history_keys[] = {
    ROW("keep", VALUE_DURATION, DAY, 3650 * DAY, "90d", HISTORY(keep_ms), "how long a line of the history is kept"),
    ROW("deliveries", VALUE_DURATION, HOUR, 3650 * DAY, "30d", HISTORY(deliveries_ms),
        "how long a notice stays in the database once it has been delivered, or overtaken"),
    ROW("most", VALUE_NUMBER, 1000, HISTORY_MOST, "200000", HISTORY(most),
        "so many lines are kept, and so many of these notices: the oldest go first, whatever their age"),
};
static const struct table history_table = { TABLE("\"history\"", history_keys) };

/* ---- circuits ---- */

#define CONNECTIONS_EXPECTED_MAX 100 /* Azure allows no more */

#define CIRCUIT(field) offsetof(struct circuit_draft, field)

static const struct key expect_keys[] = {
    ROW("provider", VALUE_CHOICE, 0, 0, "provisioned", CIRCUIT(expect.provider),
        "how far the provider should be; ordered: waiting is fine for alerts.waiting_days, none: it is being retired",
        .words = provider_states),
    ROW("peerings", VALUE_CHOICES, 0, 0, NULL, CIRCUIT(expect.peerings), "the peerings it should have",
        .words = peerings, .absent = "those it has, at least one"),
    ROW("families", VALUE_CHOICES, 1, 0, NULL, CIRCUIT(expect.families),
        "the address families each peering should have", .words = families, .absent = "those it has"),
    ROW("prefixes", VALUE_LIST, 0, SAMPLE_PREFIXES_MAX, NULL, CIRCUIT(expect.prefixes),
        "the prefixes the Microsoft peering should advertise", .form = "a list of prefixes", .absent = "any"),
    ROW("min_routes", VALUE_NUMBER, 0, 1000000, "1", CIRCUIT(expect.min_routes),
        "fewer routes than this on a session are none"),
    ROW("bandwidth", VALUE_NUMBER, 1, 1000000, NULL, CIRCUIT(expect.bandwidth_mbps),
        "the bandwidth it should have, in Mbit/s", .absent = "any"),
    ROW("connections", VALUE_LIST, 0, CONNECTIONS_EXPECTED_MAX, NULL, CIRCUIT(expect.connections),
        "the gateway connections it should have", .form = "a list of resource ids", .absent = "any"),
};
static const struct table expect_table = { TABLE("\"expect\"", expect_keys) };

static const struct key defaults_keys[] = {
    ROW("credential", VALUE_NAME, 1, 64, NULL, CIRCUIT(credential), "the credential of circuits that name none",
        .absent = "the only one"),
    ROW("labels", VALUE_NODE, 0, 0, NULL, CIRCUIT(labels), "labels of every circuit; its own win",
        .form = "a mapping of texts"),
    ROW("every", VALUE_DURATION, PACED_LEAST_MS, DAY, NULL, CIRCUIT(every_ms),
        "the interval of circuits that name none", .absent = "poll.every", .paced = true),
    ROW("expect", VALUE_MAP, 0, 0, NULL, 0, "what is expected of circuits that do not say it", .inside = &expect_table),
};
static const struct table defaults_table = { TABLE("\"defaults\"", defaults_keys) };

static const struct key circuit_keys[] = {
    ROW("id", VALUE_TEXT, 1, 1024, NULL, CIRCUIT(id), "the circuit's resource id", .form = "a resource id",
        .required = true, .borrowed = true),
    ROW("name", VALUE_TEXT, 1, 128, NULL, CIRCUIT(name), "what people call it", .absent = "the resource's name",
        .borrowed = true),
    ROW("labels", VALUE_NODE, 0, 0, NULL, CIRCUIT(labels), "words for routes and receivers, such as a site",
        .form = "a mapping of texts"),
    ROW("credential", VALUE_NAME, 1, 64, NULL, CIRCUIT(credential), "who asks for it", .absent = "defaults.credential",
        .borrowed = true),
    ROW("every", VALUE_DURATION, PACED_LEAST_MS, DAY, NULL, CIRCUIT(every_ms), "time between two questions about it",
        .absent = "defaults.every", .paced = true),
    ROW("expect", VALUE_MAP, 0, 0, NULL, 0, "what it should look like; what is not given comes from defaults.expect",
        .inside = &expect_table),
};
const struct table circuit_table = { TABLE("a circuit", circuit_keys) };

/* ---- discovery ---- */

#define DISCOVER(field) offsetof(struct discover_draft, field)
#define PATTERNS_MOST 100

static const struct key discover_keys[] = {
    ROW("subscription", VALUE_TEXT, 1, TEXT_MAX, NULL, DISCOVER(subscription), "whose circuits are watched",
        .form = "a GUID", .required = true),
    ROW("credential", VALUE_NAME, 1, 64, NULL, DISCOVER(circuit.credential), "who asks",
        .absent = "defaults.credential"),
    ROW("include", VALUE_LIST, 1, PATTERNS_MOST, NULL, DISCOVER(include), "only circuits that one of these fits",
        .form = "a list of patterns", .absent = "every circuit"),
    ROW("exclude", VALUE_LIST, 1, PATTERNS_MOST, NULL, DISCOVER(exclude), "no circuit that one of these fits",
        .form = "a list of patterns", .absent = "none is left out"),
    ROW("labels", VALUE_NODE, 0, 0, NULL, DISCOVER(circuit.labels), "labels of its circuits",
        .form = "a mapping of texts"),
    ROW("by", VALUE_CHOICE, 0, 0, "list", DISCOVER(by), "where to look for new circuits first",
        .words = discover_ways),
    ROW("every", VALUE_DURATION, PACED_LEAST_MS, DAY, "10m", DISCOVER(every_ms),
        "time between two looks for new circuits", .paced = true),
    ROW("keep", VALUE_DURATION, HOUR, 365 * DAY, "7d", DISCOVER(keep_ms),
        "how long a circuit that is gone from Azure stays watched"),
    ROW("most", VALUE_NUMBER, 1, 20000, "1000", DISCOVER(most), "circuits beyond this number are not watched"),
    ROW("expect", VALUE_MAP, 0, 0, NULL, 0,
        "what its circuits should look like; what is not given comes from defaults.expect", .inside = &expect_table),
};
static const struct hint discover_hints[] = {
    { "id", "it is the key of a circuit; discovery takes a \"subscription\"" },
    { "name", "circuits that are discovered have the names of their resources" },
    { "subscriptions", "name one \"subscription\" in each entry" },
    { 0 },
};
const struct table discover_table = { TABLE("an entry of \"discover\"", discover_keys), .hints = discover_hints };

/* ---- files ---- */

#define CIRCUITS_KEY                                                                                                   \
    ROW("circuits", VALUE_LIST, 0, 200000, NULL, DRAFT(circuits), "what is watched", .form = "a list of mappings",     \
        .inside = &circuit_table)

static const struct key file_keys[] = {
    ROW("azure", VALUE_MAP, 0, 0, NULL, 0, "where and as whom to ask", .inside = &azure_table, .required = true),
    ROW("poll", VALUE_MAP, 0, 0, NULL, 0, "how often to ask", .inside = &poll_table),
    ROW("alerts", VALUE_MAP, 0, 0, NULL, 0, "when to raise and to clear", .inside = &alerts_table),
    ROW("ports", VALUE_MAP, 0, 0, NULL, 0, "ports of ExpressRoute Direct that circuits are on", .inside = &ports_table),
    ROW("receivers", VALUE_LIST, 0, 100, NULL, DRAFT(receivers), "who is told", .form = "a list of mappings",
        .inside = &receiver_table),
    ROW("routes", VALUE_LIST, 0, 1000, NULL, DRAFT(routes), "which notice goes to whom; the first that matches wins",
        .form = "a list of mappings", .inside = &route_table, .absent = "every notice to every receiver"),
    ROW("heartbeat", VALUE_MAP, 0, 0, NULL, 0, "who is told while the whole chain works", .inside = &heartbeat_table,
        .absent = "nobody"),
    ROW("history", VALUE_MAP, 0, 0, NULL, 0, "how much is kept of what is over", .inside = &history_table),
    ROW("maintenance", VALUE_LIST, 0, WINDOWS_MAX, NULL, DRAFT(windows), "times in which notices are withheld",
        .form = "a list of mappings", .inside = &window_table, .absent = "none"),
    ROW("defaults", VALUE_MAP, 0, 0, NULL, DRAFT(defaults), "what circuits have unless they say otherwise",
        .inside = &defaults_table),
    CIRCUITS_KEY,
    ROW("discover", VALUE_LIST, 0, 1000, NULL, DRAFT(discovers), "subscriptions whose circuits are watched as they come",
        .form = "a list of mappings", .inside = &discover_table, .absent = "nothing is discovered"),
};
const struct table file_table = { TABLE("the settings", file_keys) };

static const struct key part_keys[] = { CIRCUITS_KEY };
const struct table part_table = { TABLE("a file in circuits.d, which holds only \"circuits\"", part_keys) };

const struct key *table_find(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    return NULL;
}
