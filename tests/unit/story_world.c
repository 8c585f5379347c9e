/* The circuit of the stories' tests (story_world.h). */
#include "story_world.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS ((int64_t)60000)

static text_at add(struct world *world, const char *text)
{
    return sample_add_text(&world->sample, text, strlen(text));
}

void world_word(struct world *world, struct word *word, enum word_list list, const char *text)
{
    sample_set_word(&world->sample, word, list, text, strlen(text));
}

static void add_prefix(struct world *world, struct family_sample *part, const char *text)
{
    struct prefix_sample *prefix = &world->sample.prefix[world->sample.prefix_count];

    if (part->prefix_count == 0)
        part->prefix_first = world->sample.prefix_count;
    *prefix = (struct prefix_sample){ .text = add(world, text) };
    (void)net_parse(text, strlen(text), &prefix->net);
    world->sample.prefix_count++;
    part->prefix_count++;
}

static void init_family(struct world *world, struct family_sample *part)
{
    part->in_use = true;
    world_word(world, &part->state, WORDS_SWITCH, "Enabled");
}

static void init_peerings(struct world *world)
{
    struct peering_sample *private = &world->sample.peering[PEERING_PRIVATE];
    struct peering_sample *microsoft = &world->sample.peering[PEERING_MICROSOFT];

    world->sample.peering_count = 2;
    *private = (struct peering_sample){ .present = true, .azure_asn = 12076, .peer_asn = 65010, .vlan = 100 };
    *microsoft = (struct peering_sample){ .present = true, .azure_asn = 12076, .peer_asn = 64496, .vlan = 200 };
    world_word(world, &private->operation, WORDS_OPERATION, "Succeeded");
    world_word(world, &microsoft->operation, WORDS_OPERATION, "Succeeded");
    init_family(world, &private->family[FAMILY_IPV4]);
    for (enum family family = 0; family < FAMILIES; family++) {
        struct family_sample *part = &microsoft->family[family];
        init_family(world, part);
        part->config = part->route_filter = true;
        part->registry = add(world, "ARIN");
        part->customer_asn = 64500;
        world_word(world, &part->prefixes_state, WORDS_PREFIXES, "Configured");
    }
    add_prefix(world, &microsoft->family[FAMILY_IPV4], "203.0.113.0/24");
    add_prefix(world, &microsoft->family[FAMILY_IPV4], "198.51.100.0/24");
    add_prefix(world, &microsoft->family[FAMILY_IPV6], "2001:db8:1::/48");
}

static void init_settings(struct world *world)
{
    world->policy = (struct policy){ .stale_ms = 5 * MINUTE_MS, .retry_ms = 20000, .sessions = SESSIONS_BOTH,
                                     .sessions_every_ms = MINUTE_MS, .waiting_days = 10 };
    world->circuit = (struct circuit_settings){
        .id = { "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/"
                "expressRouteCircuits/", "lon-1" },
        .subscription = "00000000-0000-0000-0000-000000000000",
        .name = "London 1",
        .every_ms = MINUTE_MS,
        .expect = { .min_routes = 1 },
    };
}

void world_session(struct world *world, enum peering_kind peering, enum path path, int percent, const char *route)
{
    struct path_witness *at = &world->witness.at[peering][path];

    at->bgp = (struct metric_value){ .seen = { 100 * MINUTE_MS - 90000 }, .percent = (int16_t)percent };
    for (enum family family = 0; family < FAMILIES; family++) {
        struct route_value *value = &at->route[family];
        *value = (struct route_value){ .seen = { 100 * MINUTE_MS - 30000 } };
        value->state = isdigit((unsigned char)route[0]) ? ROUTE_ESTABLISHED : ROUTE_DOWN;
        value->prefixes = (uint32_t)strtoul(route, NULL, 10);
        strncpy(value->word, route, ROUTE_TEXT_MAX - 1);
        strcpy(value->uptime, value->state == ROUTE_ESTABLISHED ? "1d13h" : "0:09:17");
    }
}

void world_init(struct world *world)
{
    memset(world, 0, sizeof *world);
    sample_reset(&world->sample);
    witness_reset(&world->witness);
    world_word(world, &world->sample.circuit, WORDS_CIRCUIT, "Enabled");
    world_word(world, &world->sample.provider, WORDS_PROVIDER, "Provisioned");
    world_word(world, &world->sample.operation, WORDS_OPERATION, "Succeeded");
    world->sample.provider_name = add(world, "Equinix");
    world->sample.peering_location = add(world, "London");
    strcpy(world->sample.service_key_tail, "8b57");
    init_peerings(world);
    init_settings(world);
    for (enum peering_kind kind = PEERING_PRIVATE; kind <= PEERING_MICROSOFT; kind++)
        for (enum path path = 0; path < PATHS; path++)
            world_session(world, kind, path, 100, "12");
    world->facts = (struct facts){
        .circuit = &world->circuit,
        .policy = &world->policy,
        .sample = &world->sample,
        .witness = &world->witness,
        .memory = { .seen = true, .provisioned = true, .first_wall_ms = 1796162649000 - 12 * 24 * 60 * MINUTE_MS },
        .look = { .has_sample = true, .sample_seen = { 100 * MINUTE_MS - 12000 } },
        .now = { { 100 * MINUTE_MS }, 1796162649000 }, /* 2026-12-01 22:04:09 UTC */
    };
    world->subject_name = "";
}

void world_opinion(struct world *world, enum rule rule, enum severity severity, struct subject subject)
{
    world->opinion = (struct opinion){ .rule = (uint8_t)rule,
                                       .subject = subject,
                                       .standing = STANDING_BAD,
                                       .severity = (uint8_t)severity,
                                       .basis = world->facts.look.sample_seen };
}

void world_tell(const struct world *world, struct story *story)
{
    story_tell(story, &world->facts, &world->opinion, world->event, world->failed ? &world->failure : NULL,
               world->subject_name);
}
