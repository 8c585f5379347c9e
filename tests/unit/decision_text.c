/* Reads the facts of a test's row and writes what was judged; the words are explained in the header. */
#include "decision_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct setting {
    const char *key;
    void (*set)(struct bed *bed, enum peering_kind kind, const char *value);
};

static void give_up(const char *what, const char *text)
{
    fprintf(stderr, "a row of the table has %s \"%s\"\n", what, text);
    abort();
}

/** The place of a word in a list of words that NULL ends. */
static unsigned choice(const char *const *words, const char *text, size_t len)
{
    for (unsigned i = 0; words[i] != NULL; i++)
        if (strlen(words[i]) == len && strncmp(words[i], text, len) == 0)
            return i;
    give_up("the unknown word", text);
    return 0;
}

/** The next part of "a+b" or "a/b"; false at the end. */
static bool part(const char **text, size_t *len, const char **one)
{
    if (**text == '\0')
        return false;
    *one = *text;
    *len = strcspn(*text, "+/");
    *text += *len + ((*text)[*len] != '\0');
    return true;
}

static uint8_t word(enum word_list list, const char *text, size_t len)
{
    if (len == strlen("(absent)") && strncmp(text, "(absent)", len) == 0)
        return WORD_ABSENT;
    return word_find(list, text, len);
}

static const char *const peering_words[] = { "private", "microsoft", "public", "none", NULL };
static const char *const family_words[] = { "ipv4", "ipv6", "none", NULL };

static void set_circuit(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->sample->circuit.code = word(WORDS_CIRCUIT, value, strlen(value));
}

static void set_provider(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->sample->provider.code = word(WORDS_PROVIDER, value, strlen(value));
}

static void set_operation(struct bed *bed, enum peering_kind kind, const char *value)
{
    struct word *to = kind == PEERING_NONE ? &bed->sample->operation : &bed->sample->peering[kind].operation;
    to->code = word(WORDS_OPERATION, value, strlen(value));
}

static void set_direct(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    (void)value;
    bed->sample->direct = true;
}

static void set_was(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    (void)value;
    bed->facts.memory.provisioned = true;
}

static void set_layer3(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.memory.provider_owns = strcmp(value, "provider") == 0;
}

static void set_list(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    for (enum peering_kind p = 0; p < PEERINGS; p++)
        bed_no_peering(bed, p);
    bed->sample->peerings_absent = strcmp(value, "absent") == 0;
}

static void set_expect(struct bed *bed, enum peering_kind kind, const char *value)
{
    static const char *const words[] = { "provisioned", "ordered", "none", NULL };
    (void)kind;
    bed->circuit.expect.provider = (uint8_t)choice(words, value, strlen(value));
}

static void set_age(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.memory.first_wall_ms = bed->facts.now.wall_ms - atoi(value) * BED_DAY_MS;
}

static void set_left(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.memory.provisioned = true;
    bed->facts.memory.left_wall_ms = bed->facts.now.wall_ms - atoi(value) * BED_DAY_MS;
}

static void set_peerings(struct bed *bed, enum peering_kind kind, const char *value)
{
    const char *one;
    size_t len;
    (void)kind;
    bed->circuit.expect.peerings_set = true;
    while (part(&value, &len, &one)) {
        unsigned p = choice(peering_words, one, len);
        if (p < PEERINGS)
            bed->circuit.expect.peering[p] = true;
    }
}

static void set_families(struct bed *bed, enum peering_kind kind, const char *value)
{
    const char *one;
    size_t len;
    (void)kind;
    bed->circuit.expect.families_set = true;
    while (part(&value, &len, &one))
        bed->circuit.expect.family[choice(family_words, one, len)] = true;
}

static void set_prefixes(struct bed *bed, enum peering_kind kind, const char *value)
{
    static const char *const words[] = { "same", "other", "two", NULL };
    unsigned what = choice(words, value, strlen(value));
    (void)kind;
    bed->circuit.expect.prefixes_set = true;
    bed->circuit.expect.prefix_count = what == 2 ? 2 : 1;
    bed->expected[0] = bed->sample->prefix[what == 1].net;
    bed->expected[1] = bed->sample->prefix[1].net;
}

static void set_sessions(struct bed *bed, enum peering_kind kind, const char *value)
{
    static const char *const words[] = { "none", "metrics", "routes", "both", NULL };
    (void)kind;
    bed->policy.sessions = (uint8_t)choice(words, value, strlen(value));
}

static void set_min_routes(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->circuit.expect.min_routes = (uint32_t)atoi(value);
}

static void set_since(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    for (enum peering_kind p = 0; p < PEERINGS; p++)
        bed->facts.look.judged_since[p].ms = BED_NOW_MS - atoi(value) * 1000LL;
}

static void set_off(struct bed *bed, enum peering_kind kind, const char *value)
{
    const char *one;
    size_t len;
    (void)kind;
    while (part(&value, &len, &one))
        bed->policy.rule[atoi(one)].disabled = true;
}

static void set_soft(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->policy.rule[atoi(value)].severity = SEVERITY_WARNING;
}

static void set_missing(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.look.missing = (uint32_t)atoi(value);
}

static void set_forbidden(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.look.forbidden = (uint32_t)atoi(value);
}

static void set_unexpected(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.look.unexpected = (uint32_t)atoi(value);
}

static void set_never_seen(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    (void)value;
    bed->facts.sample = NULL;
    bed->facts.look.has_sample = bed->facts.memory.seen = false;
}

static void set_no_sample(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    (void)value;
    bed->facts.sample = NULL;
    bed->facts.look.has_sample = false;
}

static void set_stale(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    (void)value;
    bed->facts.look.sample_seen.ms = BED_NOW_MS - bed->policy.stale_ms - 1;
}

static void set_blind_by(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.blind_by = (uint8_t)atoi(value);
    bed->facts.blind_scope = bed->facts.blind_by == RULE_THROTTLED ? SCOPE_SUBSCRIPTION : SCOPE_CREDENTIAL;
}

static void set_asleep(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    (void)value;
    bed->facts.look.awake.ms = BED_NOW_MS - 1000;
}

static unsigned feature(const char *value)
{
    static const char *const words[] = { "", "list", "metrics", "routes", "arp", NULL };
    return choice(words, value, strlen(value));
}

static void set_refused(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.look.feature_off[feature(value)] = true;
}

static void set_odd(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.look.feature_odd[feature(value)] = 1;
}

static void set_answered(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.look.feature_seen[feature(value)].ms = BED_NOW_MS - 1000;
}

static void set_gone(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)value;
    bed_no_peering(bed, kind);
}

static void set_is(struct bed *bed, enum peering_kind kind, const char *value)
{
    bool in_use[FAMILIES + 1] = { false };
    const char *one;
    size_t len;
    while (part(&value, &len, &one))
        in_use[choice(family_words, one, len)] = true;
    bed_peering(bed, kind, in_use[FAMILY_IPV4], in_use[FAMILY_IPV6]);
}

static void set_ipv4(struct bed *bed, enum peering_kind kind, const char *value)
{
    bed->sample->peering[kind].family[FAMILY_IPV4].state.code = word(WORDS_SWITCH, value, strlen(value));
}

static void set_ipv6(struct bed *bed, enum peering_kind kind, const char *value)
{
    bed->sample->peering[kind].family[FAMILY_IPV6].state.code = word(WORDS_SWITCH, value, strlen(value));
}

static void set_level(struct bed *bed, enum peering_kind kind, const char *value)
{
    for (enum family f = 0; f < FAMILIES; f++)
        bed->sample->peering[kind].family[f].prefixes_state.code = word(WORDS_PREFIXES, value, strlen(value));
}

static void list_prefixes(struct bed *bed, enum peering_kind kind, size_t count)
{
    struct family_sample *family = bed->sample->peering[kind].family;
    for (enum family f = 0; f < FAMILIES; f++)
        family[f].prefix_count = family[f].in_use ? (uint16_t)count : 0;
}

static void set_single(struct bed *bed, enum peering_kind kind, const char *value)
{
    const struct family_sample *family = bed->sample->peering[kind].family;
    const char *one;
    size_t len, at = 0;
    while (part(&value, &len, &one)) {
        for (enum family f = 0; f < FAMILIES; f++)
            if (family[f].in_use)
                bed->sample->prefix[family[f].prefix_first + at].state.code = word(WORDS_PREFIXES, one, len);
        at++;
    }
    list_prefixes(bed, kind, at);
}

static void set_listed(struct bed *bed, enum peering_kind kind, const char *value)
{
    list_prefixes(bed, kind, (size_t)atoi(value));
}

static void set_filter(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)value;
    for (enum family f = 0; f < FAMILIES; f++)
        bed->sample->peering[kind].family[f].route_filter = false;
}

static void set_config(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)value;
    for (enum family f = 0; f < FAMILIES; f++) {
        struct family_sample *family = &bed->sample->peering[kind].family[f];
        family->config = false;
        family->prefix_count = 0;
        family->prefixes_state.code = WORD_ABSENT;
    }
}

static void set_metric(struct bed *bed, enum peering_kind kind, const char *value)
{
    static const char *const words[] = { "none", "down", "between", "up", NULL };
    const char *one;
    size_t len;
    for (enum path path = 0; part(&value, &len, &one); path++) {
        bool percent = isdigit((unsigned char)*one);
        bed_metric(bed, kind, path, percent ? METRIC_UP : choice(words, one, len));
        if (percent)
            bed->witness.at[kind][path].bgp.percent = (int16_t)atoi(one);
    }
}

static void set_route_of(struct bed *bed, enum peering_kind kind, enum family family, const char *value)
{
    static const char *const words[] = { "none", "no-row", "down", "up", "empty", NULL };
    const char *one;
    size_t len;
    for (enum path path = 0; part(&value, &len, &one); path++) {
        bool routes = isdigit((unsigned char)*one);
        bed_route(bed, kind, path, family, routes ? ROUTES_UP : choice(words, one, len));
        if (routes)
            bed->witness.at[kind][path].route[family].prefixes = (uint32_t)atoi(one);
    }
}

static void set_route(struct bed *bed, enum peering_kind kind, const char *value)
{
    set_route_of(bed, kind, FAMILY_IPV4, value);
}

static void set_route6(struct bed *bed, enum peering_kind kind, const char *value)
{
    set_route_of(bed, kind, FAMILY_IPV6, value);
}

static void set_arp(struct bed *bed, enum peering_kind kind, const char *value)
{
    static const char *const words[] = { "none", "down", "between", "up", "incomplete", "half", NULL };
    static const int16_t percent[] = { 0, 0, 50, 100, 100, 50 };
    const char *one;
    size_t len;
    for (enum path path = 0; part(&value, &len, &one); path++) {
        struct path_witness *at = &bed->witness.at[kind][path];
        unsigned what = choice(words, one, len);
        at->arp.seen = what == 0 ? MONO_NEVER : (struct mono){ BED_NOW_MS - 30000 };
        at->arp.percent = percent[what];
        at->arp_seen = (struct mono){ BED_NOW_MS - 30000 };
        at->arp_state = what == 4 ? ARP_INCOMPLETE : what == 5 ? ARP_COMPLETE : ARP_UNKNOWN;
    }
}

static void set_table_age(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    for (enum peering_kind p = 0; p < PEERINGS; p++)
        for (enum path path = 0; path < PATHS; path++)
            bed->witness.at[p][path].arp_seen.ms = BED_NOW_MS - atoi(value) * 1000LL;
}

static void set_sku(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->sample->sku_tier = sample_add_text(bed->sample, value, strlen(value));
}

static void set_changed(struct bed *bed, enum peering_kind kind, const char *value)
{
    (void)kind;
    bed->facts.changed = "bandwidth\t500 Mbps\t1000 Mbps\n";
    bed->facts.change_told = strcmp(value, "told") == 0;
}

static void set_bandwidth(struct bed *bed, enum peering_kind kind, const char *value)
{
    const char *one;
    size_t len;
    (void)kind;
    if (part(&value, &len, &one))
        bed->sample->bandwidth_mbps = (uint32_t)atoi(one);
    if (part(&value, &len, &one))
        bed->circuit.expect.bandwidth_mbps = (uint32_t)atoi(one);
}

static void set_odd_told(struct bed *bed, enum peering_kind kind, const char *value)
{
    const char *one;
    size_t len;
    (void)kind;
    if (part(&value, &len, &one))
        bed->facts.memory.odd_bandwidth = (uint32_t)atoi(one);
    if (part(&value, &len, &one))
        bed->facts.memory.odd_expected = (uint32_t)atoi(one);
}

/* "P.reset=10/80": how many seconds ago the session of each path was reset; "-" none; a second time is another reset */
static void set_reset(struct bed *bed, enum peering_kind kind, const char *value)
{
    const char *one;
    size_t len;
    bed->facts.past = &bed->past;
    for (enum path path = 0; part(&value, &len, &one); path++) {
        struct reset *reset = &bed->past.at[kind][path].reset[FAMILY_IPV4];
        if (*one == '-')
            continue;
        reset->at[2] = reset->at[1];
        reset->at[1] = reset->at[0];
        reset->at[0].ms = reset->noticed.ms = BED_NOW_MS - atoi(one) * 1000LL;
        reset->noticed_wall_ms = bed->facts.now.wall_ms - atoi(one) * 1000LL;
        reset->count = (uint8_t)(reset->count < RESETS_COUNTED ? reset->count + 1 : RESETS_COUNTED);
    }
}

static const struct setting of_circuit[] = {
    { "circuit", set_circuit },         { "provider", set_provider },     { "operation", set_operation },
    { "direct", set_direct },            { "was-provisioned", set_was },   { "layer3", set_layer3 },
    { "list", set_list },               { "expect", set_expect },         { "age", set_age },
    { "peerings", set_peerings },       { "families", set_families },     { "prefixes", set_prefixes },
    { "sessions", set_sessions },       { "since", set_since },           { "off", set_off },
    { "soft", set_soft },               { "missing", set_missing },       { "forbidden", set_forbidden },
    { "unexpected", set_unexpected },   { "never-seen", set_never_seen }, { "no-sample", set_no_sample },
    { "stale", set_stale },             { "asleep", set_asleep },         { "blind-by", set_blind_by },
    { "refused", set_refused },         { "odd", set_odd },               { "answered", set_answered },
    { "min-routes", set_min_routes },   { "left", set_left },
    { "table-age", set_table_age },     { "sku", set_sku },
    { "changed", set_changed },         { "bandwidth", set_bandwidth },   { "bandwidth-told", set_odd_told },
};

static const struct setting of_peering[] = {
    { "gone", set_gone },     { "is", set_is },           { "operation", set_operation }, { "ipv4", set_ipv4 },
    { "ipv6", set_ipv6 },     { "prefixes", set_level },  { "prefix", set_single },       { "listed", set_listed },
    { "filter", set_filter }, { "config", set_config },   { "M", set_metric },            { "R", set_route },
    { "R6", set_route6 },     { "ARP", set_arp },       { "reset", set_reset },
};

static void set_one(struct bed *bed, char *text)
{
    char *value = strchr(text, '='), *dot = strchr(text, '.');
    enum peering_kind kind = PEERING_NONE;
    const char *key = text;

    if (value != NULL)
        *value++ = '\0';
    if (dot != NULL && (value == NULL || dot < value)) {
        kind = choice(peering_words, text, (size_t)(dot - text));
        key = dot + 1;
    }
    const struct setting *settings = kind == PEERING_NONE ? of_circuit : of_peering;
    size_t count =
        kind == PEERING_NONE ? sizeof of_circuit / sizeof *of_circuit : sizeof of_peering / sizeof *of_peering;
    for (size_t i = 0; i < count; i++)
        if (strcmp(settings[i].key, key) == 0) {
            settings[i].set(bed, kind, value != NULL ? value : "");
            return;
        }
    give_up("the unknown key", key);
}

void bed_set(struct bed *bed, const char *settings)
{
    char text[400], *rest = text;

    if (strlen(settings) >= sizeof text)
        give_up("too many settings", settings);
    strcpy(text, settings);
    for (char *one = strtok_r(text, " ", &rest); one != NULL; one = strtok_r(NULL, " ", &rest))
        set_one(bed, one);
}

/* ---- what was judged ---- */

static void write_about(struct subject subject, char *text, size_t size)
{
    snprintf(text, size, "%s%s%s%s%s%s%s", subject.peering < PEERINGS ? " " : "",
             subject.peering < PEERINGS ? peering_name(subject.peering) : "", subject.family < FAMILIES ? " " : "",
             subject.family < FAMILIES ? family_name(subject.family) : "", subject.path < PATHS ? " " : "",
             subject.path < PATHS ? path_name(subject.path) : "", subject.feature != FEATURE_NONE ? " feature" : "");
}

void bed_findings(const struct bed *bed, char *text, size_t size)
{
    static const char *const holds[] = { "confirm", "now", "long" };
    char about[80];
    size_t used = 0;

    text[0] = '\0';
    for (unsigned rule = 0; rule < RULE_NUMBERS; rule++)
        for (size_t i = 0; i < bed->opinions.count; i++) {
            const struct opinion *opinion = &bed->opinions.item[i];
            if (opinion->rule != rule || opinion->standing != STANDING_BAD)
                continue;
            write_about(opinion->subject, about, sizeof about);
            used += (size_t)snprintf(text + used, size - used, "%s%u %s %s %s%s", used > 0 ? "; " : "", rule,
                                     severity_name(opinion->severity), owner_name(opinion->owner), holds[opinion->hold],
                                     about);
            if (used >= size)
                return;
        }
}

bool bed_says(const struct bed *bed, const char *what)
{
    static const char *const standings[] = { "good", "bad", "unknown", "suppressed" };
    char about[80], text[120];

    for (size_t i = 0; i < bed->opinions.count; i++) {
        const struct opinion *opinion = &bed->opinions.item[i];
        write_about(opinion->subject, about, sizeof about);
        if (opinion->standing == STANDING_SUPPRESSED)
            snprintf(text, sizeof text, "%d%s by %d", opinion->rule, about, opinion->by);
        else
            snprintf(text, sizeof text, "%d%s %s", opinion->rule, about, standings[opinion->standing]);
        if (strcmp(text, what) == 0)
            return true;
    }
    return false;
}
