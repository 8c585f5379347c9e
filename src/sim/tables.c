/*
 * What the routers say: rows of route summaries, ARP tables and route tables. Rows are only there when the circuit is
 * provisioned; empty tables are Azure's normal answer for circuits that are not.
 */
#include "sim/render.h"

#include "sim/circuit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define GATEWAY_ASN 65515
#define ROUTES_MAX 4000

/* The n-th host of a subnet: the customer's router is the first, Microsoft's the second. */
static const char *host_of(const char *subnet, unsigned n, char out[INET6_ADDRSTRLEN])
{
    struct net net;

    if (!net_parse(subnet, strlen(subnet), &net))
        return strcpy(out, "");
    size_t last = net.family == FAMILY_IPV4 ? 3 : 15;
    net.bytes[last] = (uint8_t)(net.bytes[last] + n);
    return inet_ntop(net.family == FAMILY_IPV4 ? AF_INET : AF_INET6, net.bytes, out, INET6_ADDRSTRLEN);
}

/* Uptime the way the routers print it: "0:07:16", "2h39m", "1d13h". */
static const char *router_duration(int64_t ms, char out[32])
{
    long long s = ms > 0 ? ms / 1000 : 0;

    if (s < 3600)
        snprintf(out, 32, "0:%02lld:%02lld", s / 60, s % 60);
    else if (s < 86400)
        snprintf(out, 32, "%lldh%lldm", s / 3600, s / 60 % 60);
    else
        snprintf(out, 32, "%lldd%lldh", s / 86400, s / 3600 % 24);
    return out;
}

static json_t *summary_row(const char *neighbor, enum family family, int64_t asn, const char *up_down,
                           const char *state)
{
    return json_pack("{s:s, s:i, s:I, s:s, s:s}", "neighbor", neighbor, "v", family == FAMILY_IPV4 ? 4 : 6, "as",
                     (json_int_t)asn, "upDown", up_down, "statePfxRcd", state);
}

static void add_session(json_t *rows, const struct circuit *circuit, enum peering_kind kind, enum family family,
                        enum path path, int64_t story_ms)
{
    const struct session *session = &circuit->sessions[kind][family][path];
    char subnet[NET_TEXT_MAX], neighbor[INET6_ADDRSTRLEN], duration[32], state[24];

    if (!session->listed)
        return;
    peering_subnet(circuit, kind, family, path, subnet);
    if (session->up)
        snprintf(state, sizeof state, "%u", session->prefixes);
    else
        snprintf(state, sizeof state, "%s", session->word);
    json_array_append_new(rows, summary_row(host_of(subnet, 1, neighbor), family,
                                            state_number(circuit_peering(circuit, kind), "asn", 65100, NULL),
                                            session->ever ? router_duration(story_ms - session->since_ms, duration)
                                                          : "never",
                                            state));
}

static bool has_gateways(const struct circuit *circuit, enum peering_kind kind)
{
    return circuit_provisioned(circuit) && json_is_true(json_object_get(circuit_peering(circuit, kind), "gateways"));
}

json_t *render_summary(const struct circuit *circuit, enum peering_kind kind, enum path path, int64_t story_ms)
{
    json_t *rows = json_array();

    for (enum family family = 0; family < FAMILIES; family++)
        add_session(rows, circuit, kind, family, path, story_ms);
    for (unsigned host = 12; has_gateways(circuit, kind) && host <= 13; host++) {
        char neighbor[32];
        snprintf(neighbor, sizeof neighbor, "10.255.0.%u", host);
        json_array_append_new(rows, summary_row(neighbor, FAMILY_IPV4, GATEWAY_ASN, "1d13h", "2"));
    }
    return json_pack("{s:o}", "value", rows);
}

static json_t *arp_row(int age, const char *interface, const char *address, const char *mac)
{
    return json_pack("{s:i, s:s, s:s, s:s}", "age", age, "interface", interface, "ipAddress", address, "macAddress",
                     mac);
}

json_t *render_arp(const struct circuit *circuit, enum peering_kind kind, enum path path, int64_t story_ms)
{
    const json_t *peering = circuit_peering(circuit, kind);
    const char *word = state_text(json_object_get(peering, "arp"), path_name(path), "complete");
    char subnet[NET_TEXT_MAX], address[INET6_ADDRSTRLEN];
    json_t *rows = json_array();

    (void)story_ms;
    peering_subnet(circuit, kind, FAMILY_IPV4, path, subnet);
    if (circuit_provisioned(circuit) && subnet[0] != '\0') {
        if (strcmp(word, "microsoft-only") != 0 && strcmp(word, "empty") != 0) {
            bool incomplete = strcmp(word, "incomplete") == 0;
            json_array_append_new(rows, arp_row(incomplete ? 0 : 98, "On-Prem", host_of(subnet, 1, address),
                                                incomplete ? "Incomplete" : "0050.56b4.d8aa"));
        }
        if (strcmp(word, "on-prem-only") != 0 && strcmp(word, "empty") != 0)
            json_array_append_new(rows, arp_row(0, "Microsoft", host_of(subnet, 2, address), "f40f.1b7f.6670"));
    }
    return json_pack("{s:o}", "value", rows);
}

json_t *render_routes(const struct circuit *circuit, enum peering_kind kind, enum path path, int64_t story_ms)
{
    const struct session *session = &circuit->sessions[kind][FAMILY_IPV4][path];
    char subnet[NET_TEXT_MAX], hop[INET6_ADDRSTRLEN], network[32], asn[24];
    unsigned count = session->up ? session->prefixes : 0;
    json_t *rows = json_array();

    (void)story_ms;
    host_of(peering_subnet(circuit, kind, FAMILY_IPV4, path, subnet), 1, hop);
    snprintf(asn, sizeof asn, "%lld", (long long)state_number(circuit_peering(circuit, kind), "asn", 65100, NULL));
    for (unsigned i = 0; i < count && i < ROUTES_MAX; i++) {
        /* a classful network comes without its length */
        if (i == 0)
            snprintf(network, sizeof network, "192.168.1.0");
        else
            snprintf(network, sizeof network, "10.%u.%u.0/24", i >> 8, i & 255);
        json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:i, s:s}", "network", network, "nextHop", hop, "locPrf",
                                              "", "weight", 0, "path", asn));
    }
    return json_pack("{s:o}", "value", rows);
}
