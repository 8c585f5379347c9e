/* Six circuits for the tests of the API and of erwatchctl; see the header. */
#include "view_case.h"

#include <string.h>

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

const struct moment view_case_now = { { 900 * MINUTE }, 1795294800000 };

static const struct policy policy = {
    .stale_ms = 5 * MINUTE,
    .retry_ms = 20 * SECOND,
    .sessions = SESSIONS_BOTH,
    .sessions_every_ms = MINUTE,
    .confirm = { [SEVERITY_INFO] = { 3, 2 * MINUTE },
                 [SEVERITY_WARNING] = { 3, 2 * MINUTE },
                 [SEVERITY_CRITICAL] = { 2, 10 * SECOND } },
    .confirm_long = { 3, 30 * MINUTE },
    .recover = { 3, 2 * MINUTE },
    .waiting_days = 10,
};

static const struct label labels[] = { { "carrier", "Equinix" }, { "site", "LON" } };

static const char *const names[CASES] = {
    [CASE_GOOD] = "London 1",
    [CASE_ONE_PATH] = "Frankfurt backbone, \xe6\x9d\xb1\xe4\xba\xac customers, second line", /* two wide characters */
    [CASE_PREFIXES] = "ams-1",
    [CASE_ORDERED] = "Paris 2",
    [CASE_BLIND] = "Madrid 1",
    [CASE_HOSTILE] = CASE_HOSTILE_NAME,
};

#define ID(name) \
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/" \
    "expressRouteCircuits/" name

static const char *const ids[CASES] = { ID("lon-1"), ID("fra-2"), ID("ams-1"), ID("par-2"), ID("mad-1"), ID("evil") };

static text_at add(struct sample *sample, const char *text)
{
    return sample_add_text(sample, text, strlen(text));
}

static void set(struct sample *sample, struct word *word, enum word_list list, const char *text)
{
    sample_set_word(sample, word, list, text, strlen(text));
}

static struct net net(const char *text)
{
    struct net out = NET_NONE;

    net_parse(text, strlen(text), &out);
    return out;
}

static void make_family(struct sample *sample, struct family_sample *family)
{
    family->in_use = true;
    set(sample, &family->state, WORDS_SWITCH, "Enabled");
    family->subnet[PATH_PRIMARY] = net("192.0.2.0/30");
    family->subnet[PATH_SECONDARY] = net("192.0.2.4/30");
}

static void make_peering(struct sample *sample, enum peering_kind kind)
{
    struct peering_sample *peering = &sample->peering[kind];

    peering->present = true;
    set(sample, &peering->operation, WORDS_OPERATION, "Succeeded");
    make_family(sample, &peering->family[FAMILY_IPV4]);
    set(sample, &peering->family[FAMILY_IPV6].state, WORDS_SWITCH, "Disabled");
    sample->peering_count++;
}

static void make_sample(struct sample *sample, const char *provider)
{
    sample_reset(sample);
    set(sample, &sample->circuit, WORDS_CIRCUIT, "Enabled");
    set(sample, &sample->provider, WORDS_PROVIDER, provider);
    set(sample, &sample->operation, WORDS_OPERATION, "Succeeded");
    strcpy(sample->service_key_tail, "4f0c");
    sample->bandwidth_mbps = 1000;
    sample->location = add(sample, "uksouth");
    sample->provider_name = add(sample, "Equinix");
    sample->peering_location = add(sample, "London");
    sample->sku_tier = add(sample, "Premium");
    sample->sku_family = add(sample, "MeteredData");
}

static void add_prefix(struct sample *sample, const char *text, const char *state)
{
    struct prefix_sample *prefix = &sample->prefix[sample->prefix_count++];

    *prefix = (struct prefix_sample){ .text = add(sample, text), .net = net(text) };
    if (state != NULL)
        set(sample, &prefix->state, WORDS_PREFIXES, state);
    sample->peering[PEERING_MICROSOFT].family[FAMILY_IPV4].prefix_count++;
}

static void make_prefixes(struct sample *sample, const char *state)
{
    struct family_sample *family = &sample->peering[PEERING_MICROSOFT].family[FAMILY_IPV4];

    family->config = family->prefix_info = true;
    set(sample, &family->prefixes_state, WORDS_PREFIXES, state);
    family->prefix_first = sample->prefix_count;
}

static void make_session(struct view_case *it, enum peering_kind peering, enum path path, bool up)
{
    struct path_witness *at = &it->witness.at[peering][path];
    struct route_value *route = &at->route[FAMILY_IPV4];

    at->bgp = (struct metric_value){ .seen = { view_case_now.mono.ms - 42 * SECOND }, .percent = up ? 100 : 0 };
    *route = (struct route_value){ .seen = { view_case_now.mono.ms - 3 * MINUTE },
                                   .state = up ? ROUTE_ESTABLISHED : ROUTE_DOWN,
                                   .prefixes = up ? 12 : 0 };
    strcpy(route->word, up ? "12" : "Active");
    strcpy(route->uptime, up ? "3d04h" : "00:12:41");
}

static void make_incident(struct view_case *it, size_t index, enum rule rule, enum severity severity, enum owner owner,
                          const char *summary)
{
    struct incident *incident = &it->incident[index];

    *incident = (struct incident){
        .key = UINT64_C(0x3f2a91c0d4e5f607) + (uint64_t)rule * UINT64_C(0x1111111111111111),
        .episode = 1 + (uint32_t)index,
        .sequence = 1,
        .state = INCIDENT_RAISED,
        .rule = (uint8_t)rule,
        .subject = SUBJECT_CIRCUIT,
        .severity = (uint8_t)severity,
        .owner = (uint8_t)owner,
        .since_wall_ms = view_case_now.wall_ms - 12 * MINUTE - 41 * SECOND,
        .raised_wall_ms = view_case_now.wall_ms - 12 * MINUTE,
    };
    it->incident_view[index] = (struct incident_view){
        .incident = incident,
        .scope = it->settings.id.name,
        .circuit_id = it->settings.id.name,
        .circuit_name = it->settings.name,
        .summary = summary,
        .policy = &policy,
    };
    it->view.incidents = it->incident_view;
    it->view.incident_count = index + 1;
}

static void make_story(struct view_case *it, const char *summary, const char *text)
{
    struct story *story = &it->story;

    story->summary = summary;
    story->text = text;
    story->step[story->step_count++] =
        "Look at the router at the customer's end of the secondary path: interface, ARP, BGP.";
    story->step[story->step_count++] =
        "Ask Equinix whether the secondary cross connection is down; name the service key that ends in 4f0c.";
    story->fact[story->fact_count++] =
        (struct fact){ "metric.secondary", "0", view_case_now.wall_ms - 42 * SECOND, "metrics" };
    story->fact[story->fact_count++] =
        (struct fact){ "route.secondary", "Active", view_case_now.wall_ms - 3 * MINUTE, "routes" };
    story->fact[story->fact_count++] = (struct fact){ "expect.min_routes", "1", 0, "settings" };
    it->incident_view[0].story = story;
}

static void make_both_peerings(struct view_case *it)
{
    make_sample(&it->sample, "Provisioned");
    for (enum peering_kind peering = PEERING_PRIVATE; peering <= PEERING_MICROSOFT; peering++) {
        make_peering(&it->sample, peering);
        make_session(it, peering, PATH_PRIMARY, true);
        make_session(it, peering, PATH_SECONDARY, true);
    }
    make_prefixes(&it->sample, "Configured");
    it->view.verdict = VERDICT_USABLE;
}

static void make_good(struct view_case *it)
{
    make_both_peerings(it);
    add_prefix(&it->sample, "203.0.113.0/24", NULL);
}

static void make_one_path(struct view_case *it)
{
    static const char summary[] = "Frankfurt backbone: the secondary session of the private peering (IPv4) is down";

    make_good(it);
    make_session(it, PEERING_PRIVATE, PATH_SECONDARY, false);
    it->view.verdict = it->view.peering_verdict[PEERING_PRIVATE] = VERDICT_DEGRADED;
    make_incident(it, 0, RULE_REDUNDANCY_LOST, SEVERITY_WARNING, OWNER_PROVIDER, summary);
    it->incident[0].subject = (struct subject){ PEERING_PRIVATE, PATH_SECONDARY, FAMILY_IPV4, FEATURE_NONE, 0 };
    it->incident[0].state = INCIDENT_CLEARING;
    it->incident[0].withheld = WITHHELD_SILENCED | WITHHELD_MAINTENANCE;
    it->incident[0].told = 1U << SEVERITY_WARNING;
    it->incident[0].reminders = 2;
    it->incident[0].escalated = true;
    it->incident[0].told_wall_ms = it->incident[0].raised_wall_ms;
    it->incident[0].count = 2;
    it->incident[0].since_mono = (struct mono){ view_case_now.mono.ms - 40 * SECOND };
    make_story(it, summary,
               "One of the two BGP sessions is down. The other one carries the traffic, so nothing is lost yet, but a "
               "second fault would be an outage.");
}

static void make_bad_prefixes(struct view_case *it)
{
    make_both_peerings(it);
    make_prefixes(&it->sample, "ValidationNeeded");
    add_prefix(&it->sample, "198.51.100.0/25", "Configured");
    add_prefix(&it->sample, "203.0.113.0/24", "ManualValidationNeeded");
    it->view.verdict = VERDICT_DEGRADED;
    it->view.peering_verdict[PEERING_MICROSOFT] = VERDICT_UNUSABLE;
    it->view.confirming = true;
    make_incident(it, 0, RULE_PREFIX_MANUAL_VALIDATION, SEVERITY_CRITICAL, OWNER_YOU,
                  "ams-1: 203.0.113.0/24 of the Microsoft peering waits for manual validation by Microsoft");
    make_incident(it, 1, RULE_ROUTE_FILTER_MISSING, SEVERITY_WARNING, OWNER_YOU,
                  "ams-1: the Microsoft peering has no route filter, so no routes");
    it->incident[1].state = INCIDENT_PENDING;
    it->incident[1].episode = 0;
    it->incident[1].count = 1;
    it->incident[1].since_mono = (struct mono){ view_case_now.mono.ms - 20 * SECOND };
}

static void make_ordered(struct view_case *it)
{
    make_sample(&it->sample, "NotProvisioned");
    it->view.verdict = VERDICT_WAITING;
    make_incident(it, 0, RULE_PROVIDER_NOT_PROVISIONED, SEVERITY_CRITICAL, OWNER_PROVIDER,
                  "Paris 2: the provider has not provisioned the circuit");
    make_incident(it, 1, RULE_NO_PEERINGS, SEVERITY_CRITICAL, OWNER_YOU, "Paris 2: the circuit has no peerings");
    it->incident[1].suppressed_by = RULE_PROVIDER_NOT_PROVISIONED;
    it->incident_view[1].suppressed_by = "0123456789abcdef-1";
}

static void make_blind(struct view_case *it)
{
    it->facts.sample = NULL;
    it->facts.look.has_sample = false;
    it->view.verdict = VERDICT_UNKNOWN;
    it->view.peering_verdict[PEERING_PRIVATE] = it->view.peering_verdict[PEERING_MICROSOFT] = VERDICT_UNKNOWN;
    it->failure = (struct failure){ .kind = TROUBLE_NETWORK, .what = "connecting to management.azure.com timed out" };
    it->view.failure = &it->failure;
    it->view.failed = (struct mono){ view_case_now.mono.ms - 9 * SECOND };
}

static void make_hostile(struct view_case *it)
{
    make_good(it);
    set(&it->sample, &it->sample.provider, WORDS_PROVIDER, "Pro\033]0;owned\a\xe2\x80\xaevisioned");
    it->sample.provider_name = add(&it->sample, "\033[2J\xc2\x9bH broken \xff\xfe");
    it->view.verdict = VERDICT_UNKNOWN;
    make_incident(it, 0, RULE_UNKNOWN_STATE, SEVERITY_WARNING, OWNER_MICROSOFT, CASE_HOSTILE_NAME ": an unknown word");
    make_story(it, CASE_HOSTILE_NAME ": an unknown word", "The word \033[31m is not known.");
}

static void make_settings(struct view_case *it, enum view_case_number number)
{
    it->settings = (struct circuit_settings){
        .id = { "", ids[number] },
        .subscription = "00000000-0000-0000-0000-000000000000",
        .name = names[number],
        .labels = labels,
        .label_count = sizeof labels / sizeof *labels,
        .every_ms = MINUTE,
        .expect = { .peerings_set = true, .peering = { true, true, false }, .min_routes = 1 },
    };
}

void view_case_make(struct view_case *it, enum view_case_number number)
{
    static void (*const make[CASES])(struct view_case *it) = { make_good,    make_one_path, make_bad_prefixes,
                                                               make_ordered, make_blind,    make_hostile };

    memset(it, 0, sizeof *it);
    make_settings(it, number);
    witness_reset(&it->witness);
    it->facts = (struct facts){ .circuit = &it->settings,
                                .policy = &policy,
                                .sample = &it->sample,
                                .witness = &it->witness,
                                .now = view_case_now };
    it->facts.look.has_sample = true;
    it->facts.look.sample_seen = (struct mono){ view_case_now.mono.ms - 12300 };
    it->view = (struct circuit_view){ .facts = &it->facts, .credential = "ops", .failed = MONO_NEVER };
    it->view.since_wall_ms = view_case_now.wall_ms - 29 * HOUR;
    it->view.next_poll = (struct mono){ view_case_now.mono.ms + 47700 };
    make[number](it);
}

struct daemon_view view_case_daemon(void)
{
    static const struct discovery_view discoveries[] = {
        { "00000000-0000-0000-0000-000000000001", "ops", 3, 0, INT64_C(1763719200000), "" },
        { "00000000-0000-0000-0000-000000000002", "ops", 1000, 12, 0, "the right to list is missing" },
    };
    static const struct queue_view queues[] = {
        { .receiver = "hook", .oldest_ms = -1 },
        { .receiver = "pagerduty", .waiting = 3, .oldest_ms = 95 * SECOND, .trouble = "the program ended with status 7" },
        { .receiver = "daily", .oldest_ms = -1, .digest_to = "hook", .digest_lines = 12,
          .digest_wall_ms = INT64_C(1763762400000) },
    };

    return (struct daemon_view){ .discoveries = discoveries, .discovery_count = 2, .queues = queues, .queue_count = 3, .version = "0.1.0", .host = "nms1", .uptime_ms = 76 * HOUR,
                                 .settings_file = "/etc/erwatch/erwatch.yaml",
                                 .settings_wall_ms = view_case_now.wall_ms - 5 * HOUR };
}

struct loop_view view_case_loop(void)
{
    static const struct requests_view requests[] = {
        { "list", 18240, 18240, 0, 10, 10, 9120, 5, 5 }, { "circuit", 27360, 27359, 12, 6, 7, 27360, 6, 7 },
        { "metrics", 27301, 27301, 0, 5, 5, 27301, 5, 5 }, { "token", 92, 92, 0, 0, 1, 92, 0, 1 }
    };
    static const struct budget_view budgets[] = {
        { "ops", "00000000-0000-0000-0000-000000000001", "reads", 241, 250, 25, -1 },
        { "ops", "00000000-0000-0000-0000-000000000001", "writes", 0, 200, 10, 31 * SECOND }
    };
    static const struct token_view tokens[] = { { "ops", "management", 51 * MINUTE, NULL, INT64_C(1803859200000) } };
    static const struct next_poll_view polls[] = { { "London 1", 4200 }, { CASE_HOSTILE_NAME, 9000 } };

    return (struct loop_view){
        .daemon = view_case_daemon(),
        .circuits = CASES,
        .turns = 812345,
        .timers = 9,
        .longest_us = 3170,
        .late_us = 1240,
        .below_us = 895,
        .journal_written = 4711,
        .requests = requests,
        .request_count = 4,
        .budgets = budgets,
        .budget_count = 2,
        .tokens = tokens,
        .token_count = 1,
        .polls = polls,
        .poll_count = 2,
    };
}
