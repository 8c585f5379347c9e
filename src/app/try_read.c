/*
 * What the answers must be that `erwatchd -n --try` gets: the daemon's own readers, and what they say is thrown away,
 * but for the circuit, which the further questions are about.
 */
#include "app/try.h"

#include <stdlib.h>
#include <string.h>

typedef enum azure_result take(struct probe *probe, const struct azure_reply *reply, struct moment now,
                               struct failure *why);

/* Where the settings have no circuit the first that is found serves. */
static void first_found(void *context, const struct sample *sample)
{
    struct probe *probe = context;

    if (probe->id == NULL && (probe->id = strdup(sample_text(sample, sample->id))) == NULL)
        abort();
}

static enum azure_result take_list(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                   struct failure *why)
{
    char *next = NULL;
    enum azure_result result = arm_read_list(reply, probe->sample, first_found, probe, &next, why);

    (void)now;
    free(next);
    return result;
}

static enum azure_result take_circuit(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                      struct failure *why)
{
    enum azure_result result = arm_read_circuit(reply, probe->id, probe->sample, why);

    (void)now;
    probe->seen = result == AZURE_OK;
    return result;
}

static enum azure_result take_other(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                    struct failure *why)
{
    struct app *app = probe->trial->app;

    (void)now;
    return arm_read_circuit(reply, target_circuit_id(app, probe->other).text, &app->scratch, why);
}

static enum azure_result take_metrics(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                      struct failure *why)
{
    struct witness witness;

    witness_reset(&witness);
    return metrics_read(reply, poll_azure_now(probe->trial->app, now), now.mono, &witness, why);
}

static void ignore_each(void *context, size_t index, const struct witness *seen)
{
    (void)context;
    (void)index;
    (void)seen;
}

static enum azure_result take_batch(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                    struct failure *why)
{
    const char *id = probe->id;

    return metrics_read_batch(reply, &id, 1, poll_azure_now(probe->trial->app, now), now.mono, ignore_each, NULL, why);
}

/* Only the right to ask is tried: an answer of the router may take minutes. */
static enum azure_result take_status(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                     struct failure *why)
{
    (void)probe;
    (void)now;
    return arm_read_status(reply, why);
}

static enum azure_result take_routes(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                     struct failure *why)
{
    enum azure_result result = take_status(probe, reply, now, why);

    if (result == AZURE_PENDING && reply->location != NULL && (probe->location = strdup(reply->location)) == NULL)
        abort();
    return result;
}

static void ignore_connection(void *context, const char *id, const char *circuit)
{
    (void)context;
    (void)id;
    (void)circuit;
}

static enum azure_result take_connections(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                          struct failure *why)
{
    char *next = NULL;
    enum azure_result result = connections_read(reply, ignore_connection, NULL, &next, why);

    (void)probe;
    (void)now;
    free(next);
    return result;
}

static enum azure_result take_connection(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                         struct failure *why)
{
    struct connection_value value;

    return connection_read(reply, try_connection(probe), now.mono, &value, why);
}

static void ignore_row(void *context, const struct graph_row *row)
{
    (void)context;
    (void)row;
}

static enum azure_result take_search(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                     struct failure *why)
{
    char *token = NULL;
    enum azure_result result = graph_read(reply, GRAPH_CONNECTIONS, ignore_row, NULL, &token, why);

    (void)probe;
    (void)now;
    free(token);
    return result;
}

static enum azure_result take_port(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                   struct failure *why)
{
    struct port_value port;

    port_value_reset(&port);
    return port_read(reply, try_port(probe), now.mono, &port, why);
}

static enum azure_result take_port_metrics(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                           struct failure *why)
{
    struct port_value port;

    port_value_reset(&port);
    return port_read_metrics(reply, PORT_LINE, poll_azure_now(probe->trial->app, now), now.mono, port.link, why);
}

/* That Azure has no data about the circuit is an answer, too. */
static enum azure_result take_health(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                     struct failure *why)
{
    struct health_value value;
    enum azure_result result = health_read(reply, probe->id, now.mono, &value, why);

    return result == AZURE_FAILED && why->kind == TROUBLE_MISSING ? AZURE_OK : result;
}

static void ignore_event(void *context, const struct event *event)
{
    (void)context;
    (void)event;
}

static enum azure_result take_events(struct probe *probe, const struct azure_reply *reply, struct moment now,
                                     struct failure *why)
{
    char *next = NULL;
    enum azure_result result = events_read(reply, false, ignore_event, NULL, &next, why);

    (void)probe;
    (void)now;
    free(next);
    return result;
}

enum azure_result try_read(struct probe *probe, enum trying trying, const struct azure_reply *reply, struct moment now,
                           struct failure *failure)
{
    static take *const takes[TRIES] = {
        [TRY_DISCOVERY] = take_list,
        [TRY_LIST] = take_list,
        [TRY_CIRCUIT] = take_circuit,
        [TRY_OTHERS] = take_other,
        [TRY_METRICS] = take_metrics,
        [TRY_BATCH] = take_batch,
        [TRY_ROUTES] = take_routes,
        [TRY_RESULT] = take_status,
        [TRY_ARP] = take_status,
        [TRY_CONNECTIONS] = take_connections,
        [TRY_CONNECTION] = take_connection,
        [TRY_SEARCH] = take_search,
        [TRY_PORT] = take_port,
        [TRY_PORT_METRICS] = take_port_metrics,
        [TRY_HEALTH] = take_health,
        [TRY_EVENTS] = take_events,
    };
    return takes[trying](probe, reply, now, failure);
}
