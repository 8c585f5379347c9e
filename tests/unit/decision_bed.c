/* The healthy circuit that the tests of the decision list start from, and its facts in words. */
#include "decision_bed.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct net documentation[FAMILIES] = {
    { .family = FAMILY_IPV4, .length = 24, .bytes = { 203, 0, 113, 0 } },
    { .family = FAMILY_IPV6, .length = 32, .bytes = { 0x20, 0x01, 0x0d, 0xb8 } },
};

static struct mono ago(int64_t ms)
{
    return (struct mono){ BED_NOW_MS - ms };
}

static void set_policy(struct policy *policy)
{
    *policy = (struct policy){
        .stale_ms = 5 * BED_MINUTE_MS,
        .retry_ms = 20000,
        .sessions = SESSIONS_BOTH,
        .health = true,
        .sessions_every_ms = BED_MINUTE_MS,
        .confirm = { [SEVERITY_INFO] = { 3, 120000 },
                     [SEVERITY_WARNING] = { 3, 120000 },
                     [SEVERITY_CRITICAL] = { 2, 10000 } },
        .confirm_long = { 3, 30 * BED_MINUTE_MS },
        .recover = { 3, 120000 },
        .waiting_days = 10,
    };
}

static void set_look(struct facts *facts)
{
    facts->memory = (struct memory){ .seen = true, .first_wall_ms = 1000 * BED_DAY_MS - 3 * BED_DAY_MS };
    facts->now = (struct moment){ { BED_NOW_MS }, 1000 * BED_DAY_MS };
    facts->look.has_sample = true;
    facts->look.sample_seen = ago(10000);
    facts->look.missing_seen = facts->look.forbidden_seen = facts->look.unexpected_seen = ago(5000);
    for (size_t p = 0; p < PEERINGS; p++)
        facts->look.judged_since[p] = ago(BED_DAY_MS);
    facts->look.awake = ago(BED_DAY_MS);
}

void bed_init(struct bed *bed)
{
    *bed = (struct bed){ .sample = calloc(1, sizeof *bed->sample), .decision = calloc(1, sizeof *bed->decision) };
    if (bed->sample == NULL || bed->decision == NULL)
        abort();
    sample_reset(bed->sample);
    bed->sample->circuit.code = CIRCUIT_ENABLED;
    bed->sample->provider.code = PROVIDER_PROVISIONED;
    bed->sample->operation.code = OPERATION_SUCCEEDED;
    set_policy(&bed->policy);
    bed->circuit =
        (struct circuit_settings){ .id = { "/", "c" }, .name = "c", .expect = { .min_routes = 1 } };
    bed->circuit.expect.prefixes = bed->expected;
    bed->facts = (struct facts){
        .circuit = &bed->circuit, .policy = &bed->policy, .sample = bed->sample, .witness = &bed->witness
    };
    set_look(&bed->facts);
    witness_reset(&bed->witness);
    bed_peering(bed, PEERING_PRIVATE, true, false);
    bed_peering(bed, PEERING_MICROSOFT, true, false);
    for (enum peering_kind p = 0; p < PEERINGS; p++)
        bed_sessions(bed, p, METRIC_UP, ROUTES_UP);
}

void bed_fini(struct bed *bed)
{
    free(bed->sample);
    free(bed->decision);
}

static void count_peerings(struct bed *bed)
{
    bed->sample->peering_count = 0;
    for (size_t p = 0; p < PEERINGS; p++)
        bed->sample->peering_count = (uint8_t)(bed->sample->peering_count + bed->sample->peering[p].present);
}

static void set_prefixes(struct bed *bed, struct family_sample *part, enum family family)
{
    part->config = part->prefix_info = part->route_filter = true;
    part->prefixes_state.code = PREFIXES_CONFIGURED;
    part->prefix_first = (uint16_t)(2U * family);
    part->prefix_count = 1;
    bed->sample->prefix[part->prefix_first].net = documentation[family];
    bed->sample->prefix[part->prefix_first + 1U].net = documentation[family];
    bed->sample->prefix[part->prefix_first + 1U].net.bytes[1] ^= 0x40;
    bed->sample->prefix[part->prefix_first].state = bed->sample->prefix[part->prefix_first + 1U].state =
        (struct word){ 0 };
    bed->sample->prefix_count = 2 * FAMILIES;
}

void bed_peering(struct bed *bed, enum peering_kind kind, bool ipv4, bool ipv6)
{
    const bool in_use[FAMILIES] = { ipv4, ipv6 };
    struct peering_sample *peering = &bed->sample->peering[kind];

    *peering = (struct peering_sample){ .present = true };
    peering->operation.code = OPERATION_SUCCEEDED;
    for (enum family f = 0; f < FAMILIES; f++) {
        peering->family[f].in_use = in_use[f];
        /* an IPv6-only peering shows Disabled for IPv4 */
        peering->family[f].state.code = in_use[f] ? SWITCH_ENABLED : f == FAMILY_IPV4 ? SWITCH_DISABLED : WORD_ABSENT;
        if (kind == PEERING_MICROSOFT && in_use[f])
            set_prefixes(bed, &peering->family[f], f);
    }
    count_peerings(bed);
}

void bed_no_peering(struct bed *bed, enum peering_kind kind)
{
    bed->sample->peering[kind] = (struct peering_sample){ 0 };
    count_peerings(bed);
}

void bed_metric(struct bed *bed, enum peering_kind kind, enum path path, enum bed_metric metric)
{
    static const int16_t percent[BED_METRICS] = { [METRIC_DOWN] = 0, [METRIC_BETWEEN] = 50, [METRIC_UP] = 100 };
    struct metric_value *bgp = &bed->witness.at[kind][path].bgp;

    bgp->seen = metric == METRIC_NONE ? MONO_NEVER : ago(30000);
    bgp->percent = percent[metric];
}

void bed_route(struct bed *bed, enum peering_kind kind, enum path path, enum family family, enum bed_route route)
{
    struct route_value *value = &bed->witness.at[kind][path].route[family];

    *value = (struct route_value){ .seen = route == ROUTES_NONE ? MONO_NEVER : ago(20000), .state = ROUTE_NO_ROW };
    if (route == ROUTES_DOWN)
        value->state = ROUTE_DOWN;
    if (route == ROUTES_UP || route == ROUTES_UP_EMPTY)
        value->state = ROUTE_ESTABLISHED;
    value->prefixes = route == ROUTES_UP ? 12 : 0;
}

void bed_sessions(struct bed *bed, enum peering_kind kind, enum bed_metric metric, enum bed_route route)
{
    for (enum path path = 0; path < PATHS; path++) {
        bed_metric(bed, kind, path, metric);
        for (enum family f = 0; f < FAMILIES; f++)
            bed_route(bed, kind, path, f, route);
    }
}

void bed_judge(struct bed *bed)
{
    judge_circuit(&bed->facts, &bed->opinions);
    decision_make(&bed->facts, bed->decision);
}

size_t bed_raised(const struct bed *bed, struct raised *raised)
{
    size_t count = 0;

    for (size_t i = 0; i < bed->opinions.count; i++) {
        const struct opinion *opinion = &bed->opinions.item[i];
        if (opinion->standing == STANDING_BAD)
            raised[count++] = (struct raised){ opinion->rule, opinion->severity, opinion->variant, opinion->subject };
    }
    return count;
}

/* ---- the facts in words ---- */

struct line {
    char *text;
    size_t size, used;
};

static void add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct line *line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int written = vsnprintf(line->text + line->used, line->size - line->used, format, arguments);
    va_end(arguments);
    line->used += (size_t)written;
    if (line->used >= line->size)
        line->used = line->size - 1;
}

static void describe_session(const struct bed *bed, enum peering_kind kind, enum family f, struct line *line)
{
    for (enum path path = 0; path < PATHS; path++) {
        const struct path_witness *at = &bed->witness.at[kind][path];
        add(line, path == PATH_PRIMARY ? " M" : "/M");
        at->bgp.seen.ms == INT64_MAX ? add(line, "-") : add(line, "%d", at->bgp.percent);
        add(line, " R");
        if (at->route[f].seen.ms == INT64_MAX || at->route[f].state == ROUTE_NO_ROW)
            add(line, "-");
        else
            at->route[f].state == ROUTE_DOWN ? add(line, "down") : add(line, "%u", (unsigned)at->route[f].prefixes);
    }
}

static void describe_peering(const struct bed *bed, enum peering_kind kind, struct line *line)
{
    const struct peering_sample *peering = &bed->sample->peering[kind];

    add(line, "; %s%s:", peering_name(kind), bed->circuit.expect.peering[kind] ? " (expected)" : "");
    if (!peering->present) {
        add(line, " not there");
        return;
    }
    add(line, " %s", word_name(WORDS_OPERATION, peering->operation.code));
    for (enum family f = 0; f < FAMILIES; f++) {
        const struct family_sample *part = &peering->family[f];
        add(line, ", %s %s %s", family_name(f), part->in_use ? "in use" : "unused",
            word_name(WORDS_SWITCH, part->state.code));
        if (kind == PEERING_MICROSOFT && part->in_use) {
            add(line, " [%s", part->config ? word_name(WORDS_PREFIXES, part->prefixes_state.code) : "no config");
            for (size_t i = 0; i < part->prefix_count; i++)
                add(line, " %s", word_name(WORDS_PREFIXES, bed->sample->prefix[part->prefix_first + i].state.code));
            add(line, "]");
        }
        if (part->in_use || f == FAMILY_IPV4)
            describe_session(bed, kind, f, line);
    }
}

void bed_describe(const struct bed *bed, char *text, size_t size)
{
    const struct sample *s = bed->sample;
    const struct look *look = &bed->facts.look;
    const struct expect *expect = &bed->circuit.expect;
    struct line line = { text, size, 0 };

    add(&line, "%s/%s/%s%s%s, expect %d%s%s%s, sessions %d, age %llds", word_name(WORDS_CIRCUIT, s->circuit.code),
        word_name(WORDS_PROVIDER, s->provider.code), word_name(WORDS_OPERATION, s->operation.code),
        s->direct ? " direct" : "", bed->facts.memory.provisioned ? " was provisioned" : "", expect->provider,
        expect->peerings_set ? " peerings" : "", expect->families_set ? (expect->family[0] ? " ipv4" : "") : "",
        expect->families_set && expect->family[1] ? " ipv6" : "", bed->policy.sessions,
        (long long)(mono_between(look->sample_seen, bed->facts.now.mono) / 1000));
    add(&line, ", missing %u forbidden %u unexpected %u blind by %d%s", look->missing, look->forbidden,
        look->unexpected, bed->facts.blind_by,
        bed->facts.sample == NULL ? ", no sample"
        : s->peerings_absent      ? ", no list"
                                  : "");
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        describe_peering(bed, kind, &line);
}
