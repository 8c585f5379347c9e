/*
 * Every combination of the words, of settings and memory, of witnesses, in plain loops: the decision list as it is
 * judged against a second reading of it, and against the list's invariants.
 */
#include "decision_bed.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(walk, .fini = leaks_fail, .timeout = 300);

/* The sanitizers make this some ten times slower: then only one in so many combinations is judged. */
#if defined(__SANITIZE_ADDRESS__)
#define THINNED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define THINNED 1
#endif
#endif
#ifdef THINNED
#define STRIDE 7
#else
#define STRIDE 1
#endif

#define TOLD_MOST 40

/** One walk: how many combinations it has seen, and the differences it has told of, each kind once. */
struct walk {
    struct bed bed;
    unsigned long steps, judged, wrong;
    size_t told;
    char kind[TOLD_MOST][400];
};

static void begin(struct walk *walk)
{
    memset(walk, 0, sizeof *walk);
    bed_init(&walk->bed);
}

static void end(struct walk *walk, unsigned long least)
{
    bed_fini(&walk->bed);
    cr_expect_eq(walk->wrong, 0, "%lu of %lu combinations differ", walk->wrong, walk->judged);
    cr_expect_geq(walk->judged, least / STRIDE, "only %lu combinations were judged", walk->judged);
}

static void differs(struct walk *walk, const char *text)
{
    char facts[1200];

    walk->wrong++;
    for (size_t i = 0; i < walk->told; i++)
        if (strcmp(walk->kind[i], text) == 0)
            return;
    if (walk->told == TOLD_MOST)
        return;
    snprintf(walk->kind[walk->told++], sizeof walk->kind[0], "%s", text);
    bed_describe(&walk->bed, facts, sizeof facts);
    cr_expect(false, "%s\n    with %s", text, facts);
}

/** One combination: both readings, all invariants. */
static void step(struct walk *walk)
{
    char text[400];

    if (walk->steps++ % STRIDE != 0)
        return;
    walk->judged++;
    bed_judge(&walk->bed);
    if (!bed_agrees(&walk->bed, text, sizeof text) || !bed_invariants(&walk->bed, text, sizeof text) ||
        !bed_failed_poll_changes_nothing(&walk->bed, text, sizeof text))
        differs(walk, text);
}

/* ---- the circuit's words ---- */

enum below { BELOW_FINE, BELOW_NO_LIST, BELOW_EMPTY, BELOW_DISABLED, BELOW_ONE_LEFT, BELOWS };

static void set_below(struct bed *bed, enum below below)
{
    bed_peering(bed, PEERING_PRIVATE, true, true);
    bed_peering(bed, PEERING_MICROSOFT, true, false);
    bed->sample->peerings_absent = below == BELOW_NO_LIST;
    if (below == BELOW_NO_LIST || below == BELOW_EMPTY)
        for (enum peering_kind p = 0; p < PEERINGS; p++)
            bed_no_peering(bed, p);
    if (below == BELOW_ONE_LEFT)
        bed_no_peering(bed, PEERING_MICROSOFT);
    for (enum family f = 0; f < FAMILIES && below == BELOW_DISABLED; f++)
        bed->sample->peering[PEERING_PRIVATE].family[f].state.code = SWITCH_DISABLED;
}

static void walk_circuit_words(struct walk *walk)
{
    struct sample *s = walk->bed.sample;

    for (s->circuit.code = 0; s->circuit.code < CIRCUIT_WORDS; s->circuit.code++)
        for (s->provider.code = 0; s->provider.code < PROVIDER_WORDS; s->provider.code++)
            for (s->operation.code = 0; s->operation.code < OPERATION_WORDS; s->operation.code++)
                for (unsigned bits = 0; bits < 4; bits++) {
                    s->direct = bits & 1;
                    walk->bed.facts.memory.provisioned = bits & 2;
                    step(walk);
                }
}

Test(walk, words_of_the_circuit)
{
    static struct walk walk;

    begin(&walk);
    for (enum below below = 0; below < BELOWS; below++)
        for (uint8_t expect = 0; expect <= EXPECT_NONE; expect++)
            for (unsigned bits = 0; bits < 8; bits++) {
                set_below(&walk.bed, below);
                walk.bed.circuit.expect.provider = expect;
                walk.bed.facts.memory.first_wall_ms = walk.bed.facts.now.wall_ms - (bits & 1 ? 3 : 11) * BED_DAY_MS;
                walk.bed.circuit.expect.peerings_set = walk.bed.circuit.expect.peering[PEERING_MICROSOFT] = bits & 2;
                bed_sessions(&walk.bed, PEERING_PRIVATE, bits & 4 ? METRIC_DOWN : METRIC_UP, ROUTES_NONE);
                walk_circuit_words(&walk);
            }
    end(&walk, 160000);
}

/* ---- how the last polls went ---- */

static void walk_looks(struct walk *walk)
{
    static const uint8_t blind_by[] = { RULE_NONE, RULE_BLIND, RULE_SIGN_IN_FAILED, RULE_THROTTLED };
    static const uint32_t counts[] = { 0, 1, 2, 3, 9, 10 };
    struct look *look = &walk->bed.facts.look;

    for (size_t by = 0; by < sizeof blind_by; by++)
        for (size_t missing = 0; missing < 4; missing++)
            for (size_t unexpected = 0; unexpected < 6; unexpected++)
                for (unsigned bits = 0; bits < 64; bits++) {
                    walk->bed.facts.blind_by = blind_by[by];
                    walk->bed.facts.blind_scope =
                        blind_by[by] == RULE_THROTTLED ? SCOPE_SUBSCRIPTION : SCOPE_CREDENTIAL;
                    look->missing = counts[missing];
                    look->unexpected = counts[unexpected];
                    look->feature_odd[FEATURE_LIST] = (uint8_t)counts[unexpected];
                    look->forbidden = bits & 1;
                    look->throttled = bits & 2;
                    walk->bed.facts.memory.seen = walk->bed.facts.sample != NULL || bits & 4;
                    look->sample_seen.ms = BED_NOW_MS - 5 * BED_MINUTE_MS - (bits & 8 ? 1 : 0);
                    look->missing_seen.ms = BED_NOW_MS - (bits & 16 ? 5 * BED_MINUTE_MS + 1 : 0);
                    look->awake.ms = BED_NOW_MS - 5 * BED_MINUTE_MS - (bits & 32 ? 1 : 0);
                    step(walk);
                }
}

Test(walk, polls_that_gave_nothing)
{
    static const uint8_t circuits[] = { CIRCUIT_ENABLED, CIRCUIT_DISABLED, CIRCUIT_ENABLING, WORD_OTHER };
    static const uint8_t providers[] = { PROVIDER_PROVISIONED, PROVIDER_NOT_PROVISIONED, WORD_ABSENT };
    static struct walk walk;

    begin(&walk);
    for (size_t c = 0; c < sizeof circuits; c++)
        for (size_t p = 0; p < sizeof providers; p++)
            for (unsigned bits = 0; bits < 4; bits++) {
                walk.bed.sample->circuit.code = circuits[c];
                walk.bed.sample->provider.code = providers[p];
                walk.bed.facts.sample = bits & 1 ? NULL : walk.bed.sample;
                walk.bed.facts.look.has_sample = !(bits & 1);
                bed_sessions(&walk.bed, PEERING_PRIVATE, bits & 2 ? METRIC_DOWN : METRIC_UP, ROUTES_NONE);
                walk_looks(&walk);
            }
    end(&walk, 290000);
}

/* ---- peerings ---- */

static void walk_families(struct walk *walk, enum peering_kind kind)
{
    struct peering_sample *peering = &walk->bed.sample->peering[kind];
    struct family_sample *v4 = &peering->family[FAMILY_IPV4], *v6 = &peering->family[FAMILY_IPV6];

    for (unsigned in_use = 0; in_use < 4; in_use++) {
        bed_peering(&walk->bed, kind, in_use & 1, in_use & 2);
        for (v4->state.code = 0; v4->state.code < SWITCH_WORDS; v4->state.code++)
            for (v6->state.code = 0; v6->state.code < SWITCH_WORDS; v6->state.code++)
                for (peering->operation.code = 0; peering->operation.code < OPERATION_WORDS; peering->operation.code++)
                    step(walk);
    }
}

static void walk_expectations(struct walk *walk, enum peering_kind kind)
{
    struct expect *expect = &walk->bed.circuit.expect;

    for (unsigned families = 0; families < 5; families++) {
        expect->families_set = families > 0;
        expect->family[FAMILY_IPV4] = families & 1;
        expect->family[FAMILY_IPV6] = families > 0 && families & 2;
        for (unsigned peerings = 0; peerings < 9; peerings++) {
            expect->peerings_set = peerings > 0;
            for (enum peering_kind p = 0; p < PEERINGS; p++)
                expect->peering[p] = peerings > 0 && (peerings - 1) >> p & 1;
            walk_families(walk, kind);
            bed_no_peering(&walk->bed, kind);
            step(walk);
        }
    }
}

static void walk_peering(enum peering_kind kind)
{
    static struct walk walk;

    begin(&walk);
    for (unsigned bits = 0; bits < 8; bits++)
        for (unsigned other = 0; other < 2; other++) {
            walk.bed.facts.memory.provider_owns = bits & 1;
            walk.bed.policy.sessions = bits & 2 ? SESSIONS_BOTH : SESSIONS_NONE;
            bed_sessions(&walk.bed, kind, bits & 4 ? METRIC_DOWN : METRIC_UP, ROUTES_NONE);
            for (enum peering_kind p = 0; p < PEERINGS; p++)
                bed_no_peering(&walk.bed, p);
            if (other)
                bed_peering(&walk.bed, kind == PEERING_PRIVATE ? PEERING_MICROSOFT : PEERING_PRIVATE, true, false);
            walk_expectations(&walk, kind);
        }
    end(&walk, 300000);
}

Test(walk, a_private_peering)
{
    walk_peering(PEERING_PRIVATE);
}
Test(walk, a_microsoft_peering)
{
    walk_peering(PEERING_MICROSOFT);
}
Test(walk, a_public_peering)
{
    walk_peering(PEERING_PUBLIC);
}

/* ---- prefixes ---- */

static void walk_sessions_of_prefixes(struct walk *walk)
{
    static const struct {
        enum bed_metric metric[PATHS];
        enum bed_route route[PATHS];
    } rows[] = {
        { { METRIC_UP, METRIC_UP }, { ROUTES_UP, ROUTES_UP } },
        { { METRIC_DOWN, METRIC_UP }, { ROUTES_DOWN, ROUTES_NONE } },
        { { METRIC_DOWN, METRIC_DOWN }, { ROUTES_NONE, ROUTES_DOWN } },
        { { METRIC_NONE, METRIC_NONE }, { ROUTES_UP_EMPTY, ROUTES_UP_EMPTY } },
        { { METRIC_NONE, METRIC_NONE }, { ROUTES_NONE, ROUTES_NO_ROW } },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (unsigned fresh = 0; fresh < 3; fresh++) {
            walk->bed.facts.look.judged_since[PEERING_MICROSOFT].ms = BED_NOW_MS - (fresh > 0 ? 80000 : BED_DAY_MS);
            walk->bed.facts.look.feature_seen[FEATURE_METRICS].ms = fresh > 1 ? BED_NOW_MS - 5000 : 0;
            for (enum path path = 0; path < PATHS; path++) {
                bed_metric(&walk->bed, PEERING_MICROSOFT, path, rows[i].metric[path]);
                for (enum family f = 0; f < FAMILIES; f++)
                    bed_route(&walk->bed, PEERING_MICROSOFT, path, f, rows[i].route[path]);
            }
            step(walk);
        }
}

static void walk_single_prefixes(struct walk *walk, struct family_sample *part)
{
    struct prefix_sample *prefix = &walk->bed.sample->prefix[part->prefix_first];

    part->prefix_count = 0;
    walk_sessions_of_prefixes(walk);
    if (!part->config)
        return;
    for (prefix[0].state.code = 0; prefix[0].state.code < PREFIXES_WORDS; prefix[0].state.code++) {
        part->prefix_count = 1;
        walk_sessions_of_prefixes(walk);
        part->prefix_count = 2;
        for (prefix[1].state.code = 0; prefix[1].state.code < PREFIXES_WORDS; prefix[1].state.code++)
            walk_sessions_of_prefixes(walk);
    }
}

static void expect_prefixes(struct walk *walk, enum family family, unsigned what)
{
    struct expect *expect = &walk->bed.circuit.expect;
    const struct prefix_sample *prefix = walk->bed.sample->prefix;

    expect->prefixes_set = what > 0;
    expect->prefix_count = what > 0 ? what - 1U : 0U; /* none, one, two, and one of the other family */
    for (size_t i = 0; i < expect->prefix_count; i++)
        walk->bed.expected[i] = prefix[2U * family + i].net;
    if (what == 4)
        walk->bed.expected[2] = prefix[2U * (family ^ 1U)].net;
}

static void walk_prefixes(enum family family)
{
    static struct walk walk;
    struct family_sample *part;

    begin(&walk);
    bed_no_peering(&walk.bed, PEERING_PRIVATE);
    bed_peering(&walk.bed, PEERING_MICROSOFT, true, true);
    bed_peering(&walk.bed, PEERING_MICROSOFT, family == FAMILY_IPV4, family == FAMILY_IPV6);
    part = &walk.bed.sample->peering[PEERING_MICROSOFT].family[family];
    for (unsigned what = 0; what < 5; what++)
        for (unsigned bits = 0; bits < 4; bits++)
            for (uint8_t word = 0; word < PREFIXES_WORDS; word++) {
                expect_prefixes(&walk, family, what);
                part->config = !(bits & 1);
                part->route_filter = bits & 2;
                part->prefixes_state.code = part->config ? word : WORD_ABSENT;
                walk_single_prefixes(&walk, part);
            }
    end(&walk, 180000);
}

Test(walk, prefixes_of_ipv4)
{
    walk_prefixes(FAMILY_IPV4);
}
Test(walk, prefixes_of_ipv6)
{
    walk_prefixes(FAMILY_IPV6);
}

/* ---- sessions ---- */

struct families {
    enum peering_kind kind;
    bool ipv4, ipv6;
    uint8_t word; /* of the prefixes */
};

static void set_families(struct walk *walk, struct families with)
{
    bed_no_peering(&walk->bed, PEERING_PRIVATE);
    bed_no_peering(&walk->bed, PEERING_MICROSOFT);
    bed_peering(&walk->bed, with.kind, with.ipv4, with.ipv6);
    for (enum family f = 0; f < FAMILIES && with.kind == PEERING_MICROSOFT; f++)
        walk->bed.sample->peering[with.kind].family[f].prefixes_state.code = with.word;
}

/** Every metric and every route of one family, both paths. */
static void walk_witnesses(struct walk *walk, enum peering_kind kind, enum family family)
{
    for (unsigned i = 0; i < BED_METRICS * BED_METRICS * BED_ROUTES * BED_ROUTES; i++) {
        bed_metric(&walk->bed, kind, PATH_PRIMARY, i % BED_METRICS);
        bed_metric(&walk->bed, kind, PATH_SECONDARY, i / BED_METRICS % BED_METRICS);
        bed_route(&walk->bed, kind, PATH_PRIMARY, family, i / (BED_METRICS * BED_METRICS) % BED_ROUTES);
        bed_route(&walk->bed, kind, PATH_SECONDARY, family, i / (BED_METRICS * BED_METRICS * BED_ROUTES));
        step(walk);
    }
}

static void walk_modes(struct walk *walk, struct families with)
{
    enum family family = with.ipv4 ? FAMILY_IPV4 : FAMILY_IPV6;

    set_families(walk, with);
    for (uint8_t mode = SESSIONS_NONE; mode <= SESSIONS_BOTH; mode++)
        for (unsigned bits = 0; bits < 8; bits++) {
            walk->bed.policy.sessions = mode;
            walk->bed.facts.look.feature_off[FEATURE_METRICS] = bits & 1;
            walk->bed.facts.look.feature_off[FEATURE_ROUTES] = bits & 2;
            walk->bed.facts.look.judged_since[with.kind].ms = BED_NOW_MS - (bits & 4 ? BED_DAY_MS : 60000);
            walk_witnesses(walk, with.kind, family);
        }
}

Test(walk, sessions_of_one_family)
{
    static struct walk walk;

    begin(&walk);
    for (unsigned ipv6 = 0; ipv6 < 2; ipv6++) {
        walk_modes(&walk, (struct families){ PEERING_PRIVATE, !ipv6, ipv6, 0 });
        for (uint8_t word = 0; word < PREFIXES_WORDS; word++)
            walk_modes(&walk, (struct families){ PEERING_MICROSOFT, !ipv6, ipv6, word });
    }
    end(&walk, 300000);
}

Test(walk, sessions_of_both_families)
{
    static struct walk walk;

    begin(&walk);
    for (uint8_t word = 0; word <= PREFIXES_WORDS; word++) {
        enum peering_kind kind = word == PREFIXES_WORDS ? PEERING_PRIVATE : PEERING_MICROSOFT;
        set_families(&walk, (struct families){ kind, true, true, word });
        for (unsigned routes = 0; routes < BED_ROUTES * BED_ROUTES; routes++) {
            bed_route(&walk.bed, kind, PATH_PRIMARY, FAMILY_IPV6, routes % BED_ROUTES);
            bed_route(&walk.bed, kind, PATH_SECONDARY, FAMILY_IPV6, routes / BED_ROUTES);
            walk_witnesses(&walk, kind, FAMILY_IPV4);
        }
    }
    end(&walk, 120000);
}

/* ---- ARP beside sessions ---- */

static void set_arp(struct walk *walk, enum path path, unsigned metric, unsigned table)
{
    static const int16_t percent[BED_METRICS] = { 0, 0, 50, 100 };
    struct path_witness *at = &walk->bed.witness.at[PEERING_PRIVATE][path];

    at->arp.seen = metric == METRIC_NONE ? MONO_NEVER : (struct mono){ BED_NOW_MS - 30000 };
    at->arp.percent = percent[metric];
    at->arp_seen = table == ARP_UNKNOWN ? MONO_NEVER : (struct mono){ BED_NOW_MS - 30000 };
    at->arp_state = (uint8_t)table;
}

Test(walk, arp)
{
    static struct walk walk;

    begin(&walk);
    for (unsigned in_use = 0; in_use < 4; in_use++)
        for (unsigned i = 0; i < 12 * 3; i++)
            for (uint8_t mode = SESSIONS_NONE; mode <= SESSIONS_BOTH; mode++) {
                bed_peering(&walk.bed, PEERING_PRIVATE, in_use & 1, in_use & 2);
                walk.bed.policy.sessions = mode;
                set_arp(&walk, PATH_PRIMARY, i % 4, i / 4 % 3);
                set_arp(&walk, PATH_SECONDARY, i / 12, ARP_UNKNOWN);
                walk_witnesses(&walk, PEERING_PRIVATE, FAMILY_IPV4);
            }
    end(&walk, 230000);
}

/* ---- ages ---- */

static void walk_ages(struct walk *walk, enum peering_kind kind, const int64_t *ages, size_t count)
{
    for (size_t i = 0; i < count * count * count; i++)
        for (unsigned w = 0; w < BED_METRICS * BED_ROUTES; w++) {
            for (enum path path = 0; path < PATHS; path++) {
                struct path_witness *at = &walk->bed.witness.at[kind][path];
                bed_metric(&walk->bed, kind, path, w % BED_METRICS);
                bed_route(&walk->bed, kind, path, FAMILY_IPV4, w / BED_METRICS);
                if (at->bgp.seen.ms != INT64_MAX)
                    at->bgp.seen.ms = BED_NOW_MS - ages[i % count];
                if (at->route[FAMILY_IPV4].seen.ms != INT64_MAX)
                    at->route[FAMILY_IPV4].seen.ms = BED_NOW_MS - ages[i / count % count];
            }
            walk->bed.facts.look.sample_seen.ms = BED_NOW_MS - ages[i / count / count];
            step(walk);
        }
}

Test(walk, ages_of_facts)
{
    static const int64_t stale = 5 * BED_MINUTE_MS;
    static const int64_t ages[] = { 0,
                                    stale,
                                    stale + 1,
                                    ROUTES_EVERY_MS + stale,
                                    ROUTES_EVERY_MS + stale + 1,
                                    2 * ROUTES_EVERY_MS + stale,
                                    2 * ROUTES_EVERY_MS + stale + 1 };
    static struct walk walk;

    begin(&walk);
    for (unsigned bits = 0; bits < 16; bits++) {
        enum peering_kind kind = bits & 1 ? PEERING_PRIVATE : PEERING_MICROSOFT;
        set_families(
            &walk, (struct families){ kind, true, false, bits & 2 ? PREFIXES_VALIDATION_NEEDED : PREFIXES_CONFIGURED });
        walk.bed.policy.sessions_every_ms = bits & 4 ? 2 * ROUTES_EVERY_MS : BED_MINUTE_MS;
        walk.bed.policy.sessions = bits & 8 ? SESSIONS_BOTH : SESSIONS_ROUTES;
        walk_ages(&walk, kind, ages, sizeof ages / sizeof *ages);
    }
    end(&walk, 100000);
}

/* ---- events ---- */

static void set_resets(struct bed *bed, unsigned count, int64_t ago_ms)
{
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            for (unsigned family = 0; family <= FAMILIES; family++) {
                struct reset *reset = &bed->past.at[kind][path].reset[family];
                *reset = (struct reset){ .noticed = { BED_NOW_MS - ago_ms }, .count = (uint8_t)count };
                reset->noticed_wall_ms = count > 0 ? 1 : 0;
                reset->at[0].ms = BED_NOW_MS - ago_ms;
                reset->at[RESETS_COUNTED - 1].ms = BED_NOW_MS - 30 * BED_MINUTE_MS;
            }
}

static void walk_events(struct walk *walk)
{
    for (unsigned i = 0; i < 4 * 3 * 2 * 3 * 2; i++) {
        walk->bed.policy.sessions = (uint8_t)(i % 4);
        set_resets(&walk->bed, i / 4 % 3 * 2 - (i / 4 % 3 == 2), (i / 12 % 2 ? 5 * BED_MINUTE_MS + 1 : 5 * BED_MINUTE_MS));
        walk->bed.facts.changed = i / 24 % 3 > 0 ? "bandwidth\t500 Mbps\t1000 Mbps\n" : NULL;
        walk->bed.facts.change_told = i / 24 % 3 == 2;
        walk->bed.sample->bandwidth_mbps = i / 72 ? 500 : 1000;
        step(walk);
    }
}

Test(walk, events)
{
    static const uint8_t circuits[] = { CIRCUIT_ENABLED, CIRCUIT_DISABLED, CIRCUIT_DISABLING, WORD_OTHER };
    static const uint8_t operations[] = { OPERATION_SUCCEEDED, OPERATION_UPDATING, OPERATION_FAILED, WORD_ABSENT };
    static struct walk walk;

    begin(&walk);
    walk.bed.facts.past = &walk.bed.past;
    walk.bed.circuit.expect.bandwidth_mbps = 1000;
    for (size_t c = 0; c < sizeof circuits; c++)
        for (size_t o = 0; o < sizeof operations * sizeof operations; o++)
            for (unsigned in_use = 0; in_use < 4; in_use++)
                for (unsigned bits = 0; bits < 4; bits++) {
                    bed_peering(&walk.bed, PEERING_PRIVATE, in_use & 1, in_use & 2);
                    walk.bed.sample->circuit.code = circuits[c];
                    walk.bed.sample->operation.code = operations[o % 4];
                    walk.bed.sample->peering[PEERING_PRIVATE].operation.code = operations[o / 4];
                    walk.bed.sample->provider.code = bits & 1 ? PROVIDER_PROVISIONING : PROVIDER_PROVISIONED;
                    if (bits & 2)
                        walk.bed.sample->peering[PEERING_PRIVATE].family[FAMILY_IPV4].state.code = SWITCH_DISABLED;
                    walk_events(&walk);
                }
    end(&walk, 140000);
}
