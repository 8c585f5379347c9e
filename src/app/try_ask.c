/*
 * The kinds of reads that `erwatchd -n --try` knows: when the settings need one, how it is asked, and the right it
 * takes. The rights are those of the role in erwatchd(8), RIGHTS.
 */
#include "app/try.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS_BACK_MS (INT64_C(30) * 24 * 3600 * 1000)

static const struct settings *settings_of(const struct probe *probe)
{
    return probe->trial->app->settings;
}

static const char *management_of(const struct probe *probe)
{
    return settings_of(probe)->azure.management;
}

static const char *version_of(const struct probe *probe)
{
    return settings_of(probe)->azure.api_version;
}

/* ---- when it is needed: NULL, or why it is not ---- */

static const char *always(const struct probe *probe)
{
    (void)probe;
    return NULL;
}

static const char *with_discovery(const struct probe *probe)
{
    return probe->discovers ? NULL : "no \"discover\" names this one";
}

static const char *with_neighbours(const struct probe *probe)
{
    return probe->circuits > 1 ? NULL : "one circuit is asked for by itself";
}

static const char *with_circuit(const struct probe *probe)
{
    return probe->circuits > 0 || probe->discovers ? NULL : "no circuit";
}

static const char *with_others(const struct probe *probe)
{
    return probe->circuits < 2                   ? "no other circuit"
           : probe->circuits > TRY_CIRCUITS_MOST ? "more than 50 circuits: only the first is asked about"
                                                 : NULL;
}

static const char *with_metrics(const struct probe *probe)
{
    return settings_of(probe)->policy.sessions & SESSIONS_METRICS ? NULL : "poll.sessions does not name metrics";
}

static const char *with_batch(const struct probe *probe)
{
    const char *why = with_metrics(probe);

    return why != NULL ? why : settings_of(probe)->azure.metrics_batch != NULL ? NULL : "no azure.metrics_batch";
}

static const char *with_routes(const struct probe *probe)
{
    return settings_of(probe)->policy.sessions & SESSIONS_ROUTES ? NULL : "poll.sessions does not name routes";
}

const char *try_connection(const struct probe *probe)
{
    const struct settings *settings = settings_of(probe);

    for (size_t i = 0; i < settings->circuit_count; i++) {
        const struct circuit_settings *circuit = &settings->circuits[i];
        if (circuit->credential == probe->credential && strcmp(circuit->subscription, probe->subscription) == 0 &&
            circuit->expect.connection_count > 0)
            return circuit->expect.connections[0];
    }
    return NULL;
}

static const char *with_expected_connection(const struct probe *probe)
{
    return try_connection(probe) != NULL ? NULL : "no circuit expects one";
}

static const char *with_port(const struct probe *probe)
{
    bool direct = probe->seen && probe->sample->direct;

    return direct || !probe->seen ? NULL : "the circuit is not on ExpressRoute Direct";
}

static const char *with_health(const struct probe *probe)
{
    return settings_of(probe)->policy.health ? NULL : "poll.health: no";
}

/* ---- how it is asked: NULL, or why it cannot be ---- */

typedef const char *make(struct probe *probe, struct moment now, struct azure_request *out);

#define NO_CIRCUIT "there is no circuit to ask about"
#define NOT_SEEN "the circuit itself was not seen"

static const char *make_list(struct probe *probe, struct moment now, struct azure_request *out)
{
    (void)now;
    arm_ask_list(out, management_of(probe), probe->subscription, version_of(probe));
    return NULL;
}

static const char *make_circuit(struct probe *probe, struct moment now, struct azure_request *out)
{
    (void)now;
    if (probe->id == NULL)
        return NO_CIRCUIT;
    arm_ask_circuit(out, management_of(probe), probe->id, version_of(probe));
    return NULL;
}

bool try_next_circuit(struct probe *probe)
{
    const struct settings *settings = settings_of(probe);

    for (probe->other++; probe->other < settings->circuit_count; probe->other++) {
        const struct circuit_settings *circuit = &settings->circuits[probe->other];
        if (circuit->credential == probe->credential && strcmp(circuit->subscription, probe->subscription) == 0)
            return true;
    }
    return false;
}

static const char *make_others(struct probe *probe, struct moment now, struct azure_request *out)
{
    (void)now;
    if (probe->other == probe->circuit)
        (void)try_next_circuit(probe);
    struct id_text id = resource_id_text(&settings_of(probe)->circuits[probe->other].id);
    arm_ask_circuit(out, management_of(probe), id.text, version_of(probe));
    return NULL;
}

static const char *make_metrics(struct probe *probe, struct moment now, struct azure_request *out)
{
    if (probe->id == NULL)
        return NO_CIRCUIT;
    metrics_ask(out, settings_of(probe)->azure.metrics, probe->id, poll_azure_now(probe->trial->app, now));
    return NULL;
}

static const char *make_batch(struct probe *probe, struct moment now, struct azure_request *out)
{
    const char *id = probe->id;

    if (!probe->seen)
        return NOT_SEEN;
    char *origin = metrics_batch_origin(settings_of(probe)->azure.metrics_batch,
                                        sample_text(probe->sample, probe->sample->location));
    if (origin == NULL)
        return "the circuit's region is no part of a host name";
    metrics_ask_batch(out, origin, probe->subscription, &id, 1, poll_azure_now(probe->trial->app, now));
    free(origin);
    return NULL;
}

/* The first peering, on the primary path. PEERINGS: there is none. */
static enum peering_kind peering_of(const struct probe *probe)
{
    enum peering_kind kind = 0;

    while (kind < PEERINGS && !probe->sample->peering[kind].present)
        kind++;
    return kind;
}

static const char *make_device(struct probe *probe, struct azure_request *out,
                               void (*ask)(struct azure_request *, const char *, const char *, enum peering_kind,
                                           enum path, const char *))
{
    if (!probe->seen)
        return NOT_SEEN;
    if (peering_of(probe) == PEERINGS)
        return "the circuit has no peering";
    ask(out, management_of(probe), probe->id, peering_of(probe), PATH_PRIMARY, version_of(probe));
    return NULL;
}

static const char *make_routes(struct probe *probe, struct moment now, struct azure_request *out)
{
    (void)now;
    return make_device(probe, out, arm_ask_routes);
}

static const char *make_arp(struct probe *probe, struct moment now, struct azure_request *out)
{
    (void)now;
    return make_device(probe, out, arm_ask_arp);
}

static const char *make_result(struct probe *probe, struct moment now, struct azure_request *out)
{
    struct failure why;

    (void)now;
    if (probe->location == NULL)
        return "there is no result to fetch";
    return arm_ask_url(out, management_of(probe), probe->location, ARM_SMALL_MAX, &why)
               ? NULL
               : "its address does not lead to azure.management";
}

static const char *make_connections(struct probe *probe, struct moment now, struct azure_request *out)
{
    struct arm_id id;
    char group[256];

    (void)now;
    if (probe->id == NULL || !arm_id_parse(probe->id, &id) || id.group_len >= sizeof group)
        return NO_CIRCUIT;
    memcpy(group, id.group, id.group_len);
    group[id.group_len] = '\0';
    connections_ask(out, management_of(probe), probe->subscription, group, version_of(probe));
    return NULL;
}

static const char *make_connection(struct probe *probe, struct moment now, struct azure_request *out)
{
    const char *id = try_connection(probe);

    (void)now;
    if (!connection_is_id(id))
        return "what the circuit expects is no gateway connection";
    connection_ask(out, management_of(probe), id, version_of(probe));
    return NULL;
}

static const char *make_search(struct probe *probe, struct moment now, struct azure_request *out)
{
    (void)now;
    graph_ask(out, management_of(probe), GRAPH_CONNECTIONS, NULL, 0, NULL);
    return NULL;
}

const char *try_port(const struct probe *probe)
{
    return sample_text(probe->sample, probe->sample->port);
}

static const char *make_port(struct probe *probe, struct moment now, struct azure_request *out)
{
    (void)now;
    if (!probe->seen || !port_is_id(try_port(probe)))
        return probe->seen ? "the circuit does not say on which port it is" : NOT_SEEN;
    port_ask(out, management_of(probe), try_port(probe), version_of(probe));
    return NULL;
}

static const char *make_port_metrics(struct probe *probe, struct moment now, struct azure_request *out)
{
    const char *why = make_port(probe, now, out);

    azure_request_free(out);
    if (why == NULL)
        port_ask_metrics(out, settings_of(probe)->azure.metrics, try_port(probe), PORT_LINE,
                         poll_azure_now(probe->trial->app, now));
    return why;
}

static const char *make_health(struct probe *probe, struct moment now, struct azure_request *out)
{
    (void)now;
    if (probe->id == NULL)
        return NO_CIRCUIT;
    health_ask(out, management_of(probe), probe->id);
    return NULL;
}

static const char *make_events(struct probe *probe, struct moment now, struct azure_request *out)
{
    events_ask(out, management_of(probe), probe->subscription,
               poll_azure_now(probe->trial->app, now) - EVENTS_BACK_MS);
    return NULL;
}

/* ---- all of them ---- */

#define NETWORK "Microsoft.Network/"

static const struct {
    const char *name, *action;
    const char *(*needed)(const struct probe *);
    make *make;
} kinds[TRIES] = {
    [TRY_SIGN_IN] = { "sign-in", "", always, NULL },
    [TRY_DISCOVERY] = { "discovery", NETWORK "expressRouteCircuits/read", with_discovery, make_list },
    [TRY_LIST] = { "list", NETWORK "expressRouteCircuits/read", with_neighbours, make_list },
    [TRY_CIRCUIT] = { "circuit", NETWORK "expressRouteCircuits/read", with_circuit, make_circuit },
    [TRY_OTHERS] = { "other circuits", NETWORK "expressRouteCircuits/read", with_others, make_others },
    [TRY_METRICS] = { "metrics", "Microsoft.Insights/metrics/read", with_metrics, make_metrics },
    [TRY_BATCH] = { "metrics batch", "Microsoft.Insights/metrics/read", with_batch, make_batch },
    [TRY_ROUTES] = { "route summary", NETWORK "expressRouteCircuits/peerings/routeTablesSummary/*", with_routes,
                     make_routes },
    [TRY_RESULT] = { "its result", NETWORK "locations/operationResults/read", with_routes, make_result },
    [TRY_ARP] = { "ARP table", NETWORK "expressRouteCircuits/peerings/arpTables/*", with_routes, make_arp },
    [TRY_CONNECTIONS] = { "connections", NETWORK "connections/read", with_circuit, make_connections },
    [TRY_CONNECTION] = { "a connection", NETWORK "connections/read", with_expected_connection, make_connection },
    [TRY_SEARCH] = { "search", "Microsoft.ResourceGraph/resources/read", with_circuit, make_search },
    [TRY_PORT] = { "port", NETWORK "expressRoutePorts/read", with_port, make_port },
    [TRY_PORT_METRICS] = { "port metrics", "Microsoft.Insights/metrics/read", with_port, make_port_metrics },
    [TRY_HEALTH] = { "Resource Health", "Microsoft.ResourceHealth/availabilityStatuses/read", with_health,
                     make_health },
    [TRY_EVENTS] = { "maintenance", "Microsoft.ResourceHealth/events/read", with_health, make_events },
};

const char *try_name(enum trying trying)
{
    return kinds[trying].name;
}

const char *try_action(enum trying trying)
{
    return kinds[trying].action;
}

bool try_needed(struct probe *probe, enum trying trying)
{
    const char *why = kinds[trying].needed(probe);

    snprintf(probe->row[trying].note, sizeof probe->row[trying].note, "%s", why != NULL ? why : "");
    return why == NULL;
}

enum audience try_audience(enum trying trying)
{
    return trying == TRY_BATCH ? AUDIENCE_METRICS : AUDIENCE_MANAGEMENT;
}

bool try_make(struct probe *probe, enum trying trying, struct moment now, struct azure_request *out)
{
    const char *why = kinds[trying].make(probe, now, out);

    snprintf(probe->row[trying].note, sizeof probe->row[trying].note, "%s", why != NULL ? why : "");
    return why == NULL;
}
