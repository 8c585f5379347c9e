/* The simulator's look at assertions: the golden one is good, once; each thing wrong with it has its number. */
#include "sim/assertion.h"

#include "leaks.h"

#include "config/diag.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(sim_assertion, .fini = leaks_fail);

#define AUDIENCE "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token"
#define CLIENT "22222222-2222-2222-2222-222222222222"
#define NOW (INT64_C(1790000000) * 1000)
#define MINUTE INT64_C(60000)

static char *file_read(const char *name)
{
    char path[512], *text = calloc(1, 65536);

    snprintf(path, sizeof path, "%s/tests/data/signin/%s", TEST_SOURCE, name);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    size_t len = fread(text, 1, 65535, file);
    fclose(file);
    if (len > 0 && text[len - 1] == '\n')
        text[len - 1] = '\0';
    return text;
}

/* @p certificate: a file's name; NULL: none */
static struct world *world_of(const char *certificate)
{
    struct scenario *scenario = scenario_empty();

    if (certificate != NULL) {
        char *pem = file_read(certificate);
        json_object_set_new(scenario->root, "certificate", json_string(pem));
        scenario->certificate = json_string_value(json_object_get(scenario->root, "certificate"));
        free(pem);
    }
    json_object_set_new(scenario->root, "federated", json_pack("[s]", "a.b.c"));
    scenario->federated = json_object_get(scenario->root, "federated");
    return world_new(scenario, 1, (struct moment){ { 0 }, 0 });
}

static const struct {
    const char *certificate, *client, *audience;
    int64_t wall_ms;
    int refused;
    const char *what;
} rows[] = {
    { "cert.pem", CLIENT, AUDIENCE, NOW, 0, "as it should be" },
    { "cert.pem", CLIENT, AUDIENCE, NOW + 13 * MINUTE, 0, "late, within what clocks may differ" },
    { "cert.pem", CLIENT, AUDIENCE, NOW - 5 * MINUTE, 0, "early, within the same" },
    { "cert.pem", CLIENT, AUDIENCE, NOW + 15 * MINUTE, 700024, "too late" },
    { "cert.pem", CLIENT, AUDIENCE, NOW - 7 * MINUTE, 700024, "too early" },
    { "cert.pem", CLIENT, "https://elsewhere/token", NOW, 700023, "for another place" },
    { "cert.pem", "33333333-3333-3333-3333-333333333333", AUDIENCE, NOW, 700021, "of another application" },
    { "other.pem", CLIENT, AUDIENCE, NOW, 700027, "another certificate" },
    { "cert.pem", CLIENT, AUDIENCE, NOW + 200 * 365 * 24 * 60 * MINUTE, 700027, "after the end of the certificate" },
    { NULL, CLIENT, AUDIENCE, NOW, 70021, "no certificate and no such issuer" },
};

Test(sim_assertion, the_golden_one)
{
    char *text = file_read("assertion-rs256.txt");

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world *world = world_of(rows[i].certificate);
        const struct asserted asserted = { text, rows[i].client, rows[i].audience, rows[i].wall_ms };
        cr_expect_eq(assertion_judge(world, &asserted), rows[i].refused, "%s", rows[i].what);
        if (rows[i].refused == 0)
            cr_expect_eq(assertion_judge(world, &asserted), 50013, "%s: twice", rows[i].what);
        world_free(world);
    }
    free(text);
}

Test(sim_assertion, a_changed_one_is_refused_wherever_it_was_changed)
{
    char *text = file_read("assertion-rs256.txt");
    struct world *world = world_of("cert.pem");

    for (size_t i = 0; text[i] != '\0'; i += 7) {
        char was = text[i];
        text[i] = was == 'A' ? 'B' : 'A';
        if (text[i + 1] != '\0' && text[i + 1] != '.') { /* the last one of a part has bits that mean nothing */
            const struct asserted asserted = { text, CLIENT, AUDIENCE, NOW };
            cr_expect_neq(assertion_judge(world, &asserted), 0, "changed at %zu", i);
        }
        text[i] = was;
    }
    world_free(world);
    free(text);
}

Test(sim_assertion, other_texts)
{
    static const struct {
        const char *text;
        int refused;
    } texts[] = { { "a.b.c", 0 }, { "a.b.d", 50027 }, { "", 50027 }, { "a", 50027 }, { "a.b", 50027 },
                  { "a.b.c.d", 50027 }, { "..", 50027 }, { "e30.e30.", 700027 }, { "e30.e30.\x80", 700027 } };
    struct world *world = world_of("cert.pem");

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct asserted asserted = { texts[i].text, CLIENT, AUDIENCE, NOW };
        cr_expect_eq(assertion_judge(world, &asserted), texts[i].refused, "\"%s\"", texts[i].text);
    }
    world_free(world);
}

Test(sim_assertion, certificates)
{
    char *pem = file_read("cert.pem"), *key = file_read("key.pem");

    cr_expect(assertion_is_certificate(pem));
    cr_expect_not(assertion_is_certificate(key));
    cr_expect_not(assertion_is_certificate(""));
    free(pem);
    free(key);
}
