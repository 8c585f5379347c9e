/*
 * The stories: a dozen of them word for word (tests/data/story/NAME.txt; STORY_WRITE=DIRECTORY writes what is told now
 * into files of that directory), and all of them for what must always hold.
 */
#include "leaks.h"
#include "story_world.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(story, .fini = leaks_fail);

#define CIRCUIT_SUBJECT SUBJECT_CIRCUIT
#define OF_PEERING(kind) ((struct subject){ kind, PATH_NONE, FAMILIES, FEATURE_NONE, 0 })
#define OF_FAMILY(kind, family) ((struct subject){ kind, PATH_NONE, family, FEATURE_NONE, 0 })
#define OF_SESSION(kind, path, family) ((struct subject){ kind, path, family, FEATURE_NONE, 0 })

/* The service key of the tests; no story may have it. */
#define KEY "cea82935-0545-49e4-982d-77e8526d8b57"

static void missing(struct world *world)
{
    world_opinion(world, RULE_CIRCUIT_MISSING, SEVERITY_CRITICAL, CIRCUIT_SUBJECT);
    world->facts.look.missing = 3;
    world->facts.look.sample_seen.ms -= 4 * 60000;
    world->opinion.basis = world->facts.now.mono;
}

static void never_seen(struct world *world)
{
    world_opinion(world, RULE_CIRCUIT_MISSING, SEVERITY_CRITICAL, CIRCUIT_SUBJECT);
    world->opinion.variant = VARIANT_NEVER_SEEN;
    world->facts.sample = NULL;
    world->facts.look.has_sample = false;
}

static void not_provisioned(struct world *world)
{
    world_opinion(world, RULE_PROVIDER_NOT_PROVISIONED, SEVERITY_WARNING, CIRCUIT_SUBJECT);
    world->opinion.variant = VARIANT_OVERDUE;
    world->circuit.expect.provider = EXPECT_ORDERED;
    world_word(world, &world->sample.provider, WORDS_PROVIDER, "NotProvisioned");
}

static void deprovisioned(struct world *world)
{
    world_opinion(world, RULE_DEPROVISIONED, SEVERITY_CRITICAL, CIRCUIT_SUBJECT);
    world_word(world, &world->sample.provider, WORDS_PROVIDER, "NotProvisioned");
}

static void unknown_state(struct world *world)
{
    world_opinion(world, RULE_UNKNOWN_STATE, SEVERITY_WARNING, CIRCUIT_SUBJECT);
    world_word(world, &world->sample.provider, WORDS_PROVIDER, "PartiallyProvisioned");
    world->sample.peerings_absent = true;
}

static void operation_failed(struct world *world)
{
    world_opinion(world, RULE_OPERATION_FAILED, SEVERITY_WARNING, CIRCUIT_SUBJECT);
    world_word(world, &world->sample.operation, WORDS_OPERATION, "Failed");
}

static void provider_owns(struct world *world)
{
    world_opinion(world, RULE_PEERING_MISSING, SEVERITY_CRITICAL, OF_PEERING(PEERING_PRIVATE));
    world->opinion.variant = VARIANT_PROVIDER_OWNS;
    world->opinion.owner = OWNER_PROVIDER;
    memset(&world->sample.peering[PEERING_PRIVATE], 0, sizeof world->sample.peering[PEERING_PRIVATE]);
    world->sample.peering_count = 1;
}

static struct family_sample *v4(struct world *world)
{
    return &world->sample.peering[PEERING_MICROSOFT].family[FAMILY_IPV4];
}

static void validation_needed(struct world *world)
{
    world_opinion(world, RULE_PREFIX_VALIDATION_NEEDED, SEVERITY_WARNING, OF_FAMILY(PEERING_MICROSOFT, FAMILY_IPV4));
    world->opinion.variant = VARIANT_NO_DETAIL;
    world_word(world, &v4(world)->prefixes_state, WORDS_PREFIXES, "ValidationNeeded");
}

static void manual_validation(struct world *world)
{
    world_opinion(world, RULE_PREFIX_MANUAL_VALIDATION, SEVERITY_CRITICAL, OF_FAMILY(PEERING_MICROSOFT, FAMILY_IPV4));
    world_word(world, &v4(world)->prefixes_state, WORDS_PREFIXES, "ValidationNeeded");
    world_word(world, &world->sample.prefix[0].state, WORDS_PREFIXES, "ManualValidationNeeded");
    world_word(world, &world->sample.prefix[1].state, WORDS_PREFIXES, "Configured");
}

static void validation_failed(struct world *world)
{
    world_opinion(world, RULE_PREFIX_VALIDATION_FAILED, SEVERITY_CRITICAL, OF_FAMILY(PEERING_MICROSOFT, FAMILY_IPV4));
    world_word(world, &world->sample.prefix[0].state, WORDS_PREFIXES, "SignatureVerificationFailed");
    world_word(world, &world->sample.prefix[1].state, WORDS_PREFIXES, "AsnValidationFailed");
}

static void set_differs(struct world *world)
{
    world_opinion(world, RULE_PREFIX_SET_DIFFERS, SEVERITY_WARNING, OF_FAMILY(PEERING_MICROSOFT, FAMILY_IPV4));
    net_parse("203.0.113.0/24", 14, &world->expected[0]);
    net_parse("192.0.2.0/24", 12, &world->expected[1]);
    world->circuit.expect.prefixes = world->expected;
    world->circuit.expect.prefix_count = 2;
}

static void sessions_down(struct world *world)
{
    world_opinion(world, RULE_SESSIONS_DOWN, SEVERITY_CRITICAL, OF_FAMILY(PEERING_MICROSOFT, FAMILY_IPV6));
    world_session(world, PEERING_MICROSOFT, PATH_PRIMARY, 0, "Idle");
    world_session(world, PEERING_MICROSOFT, PATH_SECONDARY, 0, "Active");
    world->witness.at[PEERING_MICROSOFT][PATH_PRIMARY].arp = (struct metric_value){ .seen = world->facts.look.sample_seen, .percent = 0 };
}

static void redundancy_lost(struct world *world)
{
    world_opinion(world, RULE_REDUNDANCY_LOST, SEVERITY_WARNING,
                  OF_SESSION(PEERING_PRIVATE, PATH_SECONDARY, FAMILY_IPV4));
    world_session(world, PEERING_PRIVATE, PATH_SECONDARY, 0, "Idle");
}

static void redundancy_restored(struct world *world)
{
    world_opinion(world, RULE_REDUNDANCY_LOST, SEVERITY_WARNING,
                  OF_SESSION(PEERING_PRIVATE, PATH_SECONDARY, FAMILY_IPV4));
    world->event = EVENT_CLEARED;
}

static void blind(struct world *world)
{
    world_opinion(world, RULE_BLIND, SEVERITY_CRITICAL, CIRCUIT_SUBJECT);
    world->facts.look.sample_seen.ms -= 11 * 60000;
    world->failure = (struct failure){ .kind = TROUBLE_NETWORK,
                                       .what = "connecting to management.azure.com timed out after 20 s" };
    world->failed = true;
}

static void sign_in_failed(struct world *world)
{
    world_opinion(world, RULE_SIGN_IN_FAILED, SEVERITY_CRITICAL, CIRCUIT_SUBJECT);
    world->facts.sample = NULL;
    world->facts.circuit = NULL;
    world->subject_name = "ops";
    world->failure = (struct failure){ .kind = TROUBLE_SIGN_IN,
                                       .http_status = 401,
                                       .code = "AADSTS7000222",
                                       .what = "the client secret has expired",
                                       .correlation = "11111111-2222-3333-4444-555555555555" };
    world->failed = true;
}

static void forbidden(struct world *world)
{
    world_opinion(world, RULE_FORBIDDEN, SEVERITY_WARNING,
                  (struct subject){ PEERING_NONE, PATH_NONE, FAMILIES, FEATURE_ROUTES, 0 });
    world->failure = (struct failure){
        .kind = TROUBLE_FORBIDDEN,
        .feature = FEATURE_ROUTES,
        .http_status = 403,
        .code = "AuthorizationFailed",
        .what = "the credential may not do this",
        .action = "Microsoft.Network/expressRouteCircuits/peerings/routeTablesSummary/action",
        .scope = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net",
        .correlation = "11111111-2222-3333-4444-555555555555",
    };
    world->failed = true;
}

static void certificate_ends(struct world *world)
{
    world_opinion(world, RULE_CREDENTIAL_EXPIRING, SEVERITY_WARNING, CIRCUIT_SUBJECT);
    world->facts.sample = NULL;
    world->facts.circuit = NULL;
    world->subject_name = "ops";
    world->facts.expiry = (struct expiry){ EXPIRY_CERTIFICATE, 1796162649000 + INT64_C(29) * 86400000 + 3 * 3600000,
                                           { world->facts.now.mono.ms + INT64_C(29) * 86400000 + 3 * 3600000 } };
}

static void secret_has_ended(struct world *world)
{
    certificate_ends(world);
    world->opinion.severity = SEVERITY_CRITICAL;
    world->opinion.variant = VARIANT_DAY;
    world->facts.expiry = (struct expiry){ EXPIRY_SECRET, 1796162649000 - 60000, { world->facts.now.mono.ms - 60000 } };
}

static void local_trouble(struct world *world)
{
    static const struct circuit_settings stand_in = { .id = { "", "" }, .subscription = "",
                                                      .name = "erwatchd" };

    world_opinion(world, RULE_UNEXPECTED_ANSWER, SEVERITY_CRITICAL, CIRCUIT_SUBJECT);
    world->facts.circuit = &stand_in;
    world->facts.sample = NULL;
    world->subject_name = "erwatchd";
    world->failure = (struct failure){ .kind = TROUBLE_LOCAL, .what = "writing the database: no space left on device" };
    world->failed = true;
}

static void rule_switched_off(struct world *world)
{
    redundancy_restored(world);
    world->policy.rule[RULE_REDUNDANCY_LOST].disabled = true;
    world_session(world, PEERING_PRIVATE, PATH_SECONDARY, 0, "Idle");
}

static const struct {
    const char *name;
    void (*prepare)(struct world *world);
} told[] = {
    { "10-missing", missing },
    { "10-never-seen", never_seen },
    { "12-overdue", not_provisioned },
    { "15-deprovisioned", deprovisioned },
    { "16-unknown-state", unknown_state },
    { "17-operation-failed", operation_failed },
    { "21-provider-owns", provider_owns },
    { "32-validation-needed", validation_needed },
    { "33-manual-validation", manual_validation },
    { "34-validation-failed", validation_failed },
    { "35-set-differs", set_differs },
    { "40-sessions-down", sessions_down },
    { "41-redundancy-lost", redundancy_lost },
    { "41-redundancy-restored", redundancy_restored },
    { "41-no-longer-applies", rule_switched_off },
    { "90-blind", blind },
    { "91-sign-in-failed", sign_in_failed },
    { "92-forbidden", forbidden },
    { "94-certificate-ends", certificate_ends },
    { "94-secret-has-ended", secret_has_ended },
    { "95-local", local_trouble },
};

#define TOLD (sizeof told / sizeof *told)

static void print_story(FILE *to, const struct story *story)
{
    fprintf(to, "%s\n\n%s\n", story->summary, story->text);
    for (size_t i = 0; i < story->step_count; i++)
        fprintf(to, "%s%zu. %s\n", i == 0 ? "\n" : "", i + 1, story->step[i]);
    for (size_t i = 0; i < story->fact_count; i++) {
        const struct fact *fact = &story->fact[i];
        fprintf(to, "%s%s: %s [%s, %lld]\n", i == 0 ? "\n" : "", fact->name, fact->value, fact->source,
                (long long)fact->seen_wall_ms);
    }
}

static char *printed(const struct story *story)
{
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    print_story(to, story);
    fclose(to);
    return text;
}

static char *file_text(const char *directory, const char *name, const char *mode, const char *write)
{
    char path[512], *text = calloc(1, 65536);

    snprintf(path, sizeof path, "%s/%s.txt", directory, name);
    FILE *file = fopen(path, mode);
    cr_assert(file != NULL, "%s opens", path);
    if (write != NULL)
        fputs(write, file);
    else
        cr_assert(fread(text, 1, 65535, file) > 0, "%s is not empty", path);
    fclose(file);
    return text;
}

/* Worlds and stories are big: one of each. */
static struct world world;
static struct story story;

Test(story, is_told_word_for_word)
{
    const char *write = getenv("STORY_WRITE");

    for (size_t i = 0; i < TOLD; i++) {
        world_init(&world);
        told[i].prepare(&world);
        world_tell(&world, &story);
        char *now = printed(&story);
        if (write != NULL)
            free(file_text(write, told[i].name, "w", now));
        char *expected = file_text(write != NULL ? write : TEST_DATA "/story", told[i].name, "r", NULL);
        cr_expect_str_eq(now, expected, "%s reads as in its file", told[i].name);
        free(expected);
        free(now);
    }
}

static bool whole_utf8(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0';) {
        unsigned more = *at < 0x80 ? 0 : *at < 0xC2 ? 9 : *at < 0xE0 ? 1 : *at < 0xF0 ? 2 : *at < 0xF5 ? 3 : 9;
        if (more == 9)
            return false;
        for (at++; more > 0; more--, at++)
            if ((*at & 0xC0) != 0x80)
                return false;
    }
    return true;
}

/* Every text that a story has, one after the other; NULL after the last. */
static const char *story_part(const struct story *told_story, size_t i)
{
    if (i == 0)
        return told_story->summary;
    if (i == 1)
        return told_story->text;
    i -= 2;
    if (i < told_story->step_count)
        return told_story->step[i];
    i -= told_story->step_count;
    if (i < 2 * told_story->fact_count)
        return i % 2 == 0 ? told_story->fact[i / 2].name : told_story->fact[i / 2].value;
    return NULL;
}

static void expect_sound(const struct story *sound, const struct world *from, const char *what)
{
    const struct opinion *of = &from->opinion;
    const char *end = sound->storage + sizeof sound->storage;

    cr_assert(sound->used <= sizeof sound->storage);
    cr_expect(sound->summary != NULL && strlen(sound->summary) <= 200, "%s: rule %u: summary", what, of->rule);
    cr_expect(strchr(sound->summary, '\n') == NULL, "%s: rule %u: one line", what, of->rule);
    for (size_t i = 0; story_part(sound, i) != NULL; i++) {
        const char *part = story_part(sound, i);
        cr_assert(part >= sound->storage && part < end, "%s: rule %u: part %zu in the storage", what, of->rule, i);
        cr_assert(memchr(part, '\0', (size_t)(end - part)) != NULL, "%s: rule %u: part %zu ends", what, of->rule, i);
        cr_expect(*part != '\0', "%s: rule %u variant %u: part %zu is empty", what, of->rule, of->variant, i);
        cr_expect(whole_utf8(part), "%s: rule %u: part %zu is UTF-8: %s", what, of->rule, i, part);
        cr_expect(strstr(part, KEY) == NULL && strstr(part, "cea82935") == NULL, "%s: rule %u: no key in: %s", what,
                  of->rule, part);
        cr_expect(strstr(part, "CIRCUIT-ID") == NULL || *from->subject_name != '\0', "%s: filled in: %s", what, part);
        cr_expect(strstr(part, "(null)") == NULL, "%s: rule %u: %s", what, of->rule, part);
    }
    if (from->event != EVENT_CLEARED)
        cr_expect(sound->step_count > 0, "%s: rule %u variant %u: a first step", what, of->rule, of->variant);
    for (size_t i = 0; i < sound->fact_count; i++)
        cr_expect(sound->fact[i].source != NULL && *sound->fact[i].source != '\0');
}

static const struct subject subjects[] = {
    SUBJECT_CIRCUIT,
    { PEERING_PRIVATE, PATH_NONE, FAMILIES, FEATURE_NONE, 0 },
    { PEERING_MICROSOFT, PATH_NONE, FAMILIES, FEATURE_NONE, 0 },
    { PEERING_MICROSOFT, PATH_NONE, FAMILY_IPV4, FEATURE_NONE, 0 },
    { PEERING_MICROSOFT, PATH_NONE, FAMILY_IPV6, FEATURE_NONE, 0 },
    { PEERING_PRIVATE, PATH_PRIMARY, FAMILY_IPV4, FEATURE_NONE, 0 },
    { PEERING_MICROSOFT, PATH_SECONDARY, FAMILY_IPV6, FEATURE_NONE, 0 },
    { PEERING_PUBLIC, PATH_SECONDARY, FAMILIES, FEATURE_NONE, 0 },
    { PEERING_NONE, PATH_NONE, FAMILIES, FEATURE_METRICS, 0 },
};

/* Every rule, variant, event and severity, about every kind of subject. */
static void walk(const char *what)
{
    size_t count;
    const struct rule_info *rules = rule_all(&count);

    for (size_t rule = 0; rule < count; rule++)
        for (unsigned cell = 0; cell < (VARIANT_DISAGREE + 1) * RULE_EVENTS * SEVERITIES; cell++)
            for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
                world_opinion(&world, (enum rule)rules[rule].number, (enum severity)(cell % SEVERITIES), subjects[i]);
                world.event = (enum rule_event)(cell / SEVERITIES % RULE_EVENTS);
                world.opinion.variant = (uint8_t)(cell / SEVERITIES / RULE_EVENTS);
                world_tell(&world, &story);
                expect_sound(&story, &world, what);
            }
}

Test(story, is_sound_for_every_rule)
{
    world_init(&world);
    walk("all in order");
}

Test(story, is_sound_without_anything_seen)
{
    world_init(&world);
    world.facts.sample = NULL;
    world.facts.look.has_sample = false;
    walk("no sample");
    world.circuit = (struct circuit_settings){ .id = { "", "" }, .subscription = "", .name = "ops" };
    world.subject_name = "ops";
    walk("a credential's");
    world.facts.circuit = NULL;
    world.facts.witness = NULL;
    world.facts.policy = NULL;
    walk("nothing at all");
}

static void fill(char *to, size_t size, const char *with)
{
    size_t len = strlen(with);

    for (size_t at = 0; at + len < size; at += len)
        memcpy(to + at, with, len + 1);
}

/* Every text of the world is long, foreign and has the key in it. */
static void make_hostile(const char *name)
{
    static char words[8192];
    struct sample *sample = &world.sample;

    world.circuit.name = name;
    fill(words, sizeof words, "Azure-SKEY|" KEY "|\x1b[31m\n\xe2\x80\xae|ASN-1000 ");
    sample_set_word(sample, &sample->circuit, WORDS_CIRCUIT, words, strlen(words));
    sample_set_word(sample, &sample->provider, WORDS_PROVIDER, words + 1, strlen(words + 1));
    sample_set_word(sample, &sample->operation, WORDS_OPERATION, words + 11, strlen(words + 11));
    sample->provider_name = sample->peering_location = sample_add_text(sample, words, 4000);
    for (enum family family = 0; family < FAMILIES; family++) {
        struct family_sample *part = &sample->peering[PEERING_MICROSOFT].family[family];
        part->registry = sample->provider_name;
        sample_set_word(sample, &part->prefixes_state, WORDS_PREFIXES, words, strlen(words));
        sample_set_word(sample, &part->state, WORDS_SWITCH, words, strlen(words));
    }
}

static void many_prefixes(void)
{
    struct sample *sample = &world.sample;
    struct family_sample *part = v4(&world);

    part->prefix_first = 0;
    part->prefix_count = sample->prefix_count = SAMPLE_PREFIXES_MAX;
    for (size_t i = 0; i < SAMPLE_PREFIXES_MAX; i++) {
        sample->prefix[i] = (struct prefix_sample){ .text = sample->provider_name };
        sample->prefix[i].state = (struct word){ .code = (uint8_t)(i % PREFIXES_WORDS) };
    }
}

Test(story, stays_bounded_with_hostile_texts)
{
    static char name[5001];
    static const char *const fillings[] = { "x", "\xf0\x9f\x9a\x92", "\x1b]0;you\x07", "\xe2\x80\xae%s%n" };

    for (size_t i = 0; i < sizeof fillings / sizeof *fillings; i++) {
        fill(name, sizeof name, fillings[i]);
        world_init(&world);
        make_hostile(name);
        many_prefixes();
        walk(fillings[i]);
    }
}

Test(story, cuts_a_long_name_on_a_character)
{
    static char name[5001];

    for (size_t shift = 0; shift < 4; shift++) {
        world_init(&world);
        memset(name, 'a', shift);
        fill(name + shift, sizeof name - shift, "\xf0\x9f\x9a\x92");
        world.circuit.name = name;
        redundancy_lost(&world);
        world_tell(&world, &story);
        cr_expect(whole_utf8(story.summary), "%s", story.summary);
        cr_expect(strstr(story.summary, "…: redundancy lost") != NULL, "%s", story.summary);
    }
}

Test(story, is_cut_when_bytes_are_no_utf8)
{
    static char name[5001];

    world_init(&world);
    fill(name, sizeof name, "\x80");
    world.circuit.name = name;
    redundancy_lost(&world);
    world_tell(&world, &story);
    cr_expect(strlen(story.summary) <= 200);
}

Test(story, shows_no_service_key)
{
    world_init(&world);
    sample_add_text(&world.sample, KEY, strlen(KEY));
    world.sample.provider_name = sample_add_text(&world.sample, "key " KEY " of it", strlen("key " KEY " of it"));
    world_opinion(&world, RULE_PROVIDER_NOT_PROVISIONED, SEVERITY_CRITICAL, CIRCUIT_SUBJECT);
    world_tell(&world, &story);
    expect_sound(&story, &world, "key");
    char *text = printed(&story);
    cr_expect(strstr(text, "key …8b57 of it") != NULL, "only the end of the key is shown");
    free(text);
}

/* The texts for each reason of rule 34 name that reason and no other. */
Test(story, tells_each_reason_of_a_refused_prefix)
{
    for (uint8_t code = PREFIXES_VALIDATION_FAILED; code < PREFIXES_WORDS; code++) {
        world_init(&world);
        validation_failed(&world);
        world.sample.prefix[0].state.code = PREFIXES_CONFIGURED;
        world.sample.prefix[1].state.code = code;
        world_tell(&world, &story);
        for (uint8_t other = PREFIXES_VALIDATION_FAILED; other < PREFIXES_WORDS; other++) {
            char sentence[64];
            snprintf(sentence, sizeof sentence, " %s: ", word_name(WORDS_PREFIXES, other));
            cr_expect_eq(strstr(story.text, sentence) != NULL, other == code, "%s in: %s", sentence, story.text);
            size_t steps = 0;
            for (size_t i = 0; i < story.step_count; i++)
                steps += strncmp(story.step[i], sentence + 1, strlen(sentence) - 1) == 0;
            cr_expect_eq(steps, other == code ? 1 : 0, "steps of %s", sentence);
        }
    }
}
