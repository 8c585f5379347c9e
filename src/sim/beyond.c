/*
 * What Resource Manager answers about gateway connections, ports of ExpressRoute Direct and Global Reach. Lists are
 * paged like those of circuits.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/gateway.h"
#include "sim/port.h"
#include "sim/reach.h"
#include "sim/scenario.h"
#include "sim/target.h"
#include "sim/world.h"

#include <string.h>
#include <strings.h>

/* ---- lists ---- */

/* The same question with a skip token, which always stands last. */
static char *next_link(const struct ask *ask, size_t next)
{
    char *uri = xstrdup(ask->request->uri), *token = strstr(uri, "&$skiptoken=");

    if (token != NULL)
        *token = '\0';
    char *link = text_format("%s%s&$skiptoken=%zu", ask->base, uri, next);
    free(uri);
    return link;
}

void arm_page(const struct ask *ask, json_t *all, struct answer *out)
{
    size_t page = ask->world->scenario->page, size = json_array_size(all);
    const char *token = server_query(ask->call, "$skiptoken");
    size_t skip = token != NULL ? (size_t)strtoul(token, NULL, 10) : 0;
    json_t *some = json_array();

    for (size_t i = skip; i < size && (page == 0 || i - skip < page); i++)
        json_array_append(some, json_array_get(all, i));
    json_t *json = json_pack("{s:o}", "value", some);
    if (page != 0 && skip < size && size - skip > page) {
        char *link = next_link(ask, skip + page);
        json_object_set_new(json, "nextLink", json_string(link));
        free(link);
    }
    json_decref(all);
    arm_ok(ask, json, out);
}

static bool listed(const struct ask *ask, const struct thing *thing)
{
    const struct target *t = ask->target;

    return !thing_deleted(thing) && strcasecmp(thing->subscription, t->subscription) == 0 &&
           (t->group == NULL || strcasecmp(thing->group, t->group) == 0);
}

static void list_connections(const struct ask *ask, struct answer *out)
{
    const struct things *all = &ask->world->scenario->things[THING_CONNECTION];
    const struct look look = arm_look(ask);
    const char *gateway = ask->target->gateway;
    json_t *list = json_array();

    for (size_t i = 0; i < all->count; i++) {
        const char *wan = state_text(all->at[i]->state, "wan", NULL);
        bool here = gateway == NULL ? wan == NULL : wan != NULL && strcasecmp(wan, gateway) == 0;
        if (here && listed(ask, all->at[i]))
            json_array_append_new(list, render_connection(ask->world, all->at[i], true, &look));
    }
    arm_page(ask, list, out);
}

static void list_ports(const struct ask *ask, struct answer *out)
{
    const struct things *all = &ask->world->scenario->things[THING_PORT];
    const struct look look = arm_look(ask);
    json_t *list = json_array();

    for (size_t i = 0; i < all->count; i++)
        if (listed(ask, all->at[i]))
            json_array_append_new(list, render_port(ask->world, all->at[i], &look));
    arm_page(ask, list, out);
}

/* ---- single ones ---- */

/* A resource, or a 404. */
static void answer_found(const struct ask *ask, json_t *json, const char *type, struct answer *out)
{
    if (json != NULL)
        arm_ok(ask, json, out);
    else
        arm_no_resource(ask, type, ask->target->name, out);
}

static void answer_connection(const struct ask *ask, struct answer *out)
{
    const struct look look = arm_look(ask);
    struct thing *found = world_thing(ask->world, THING_CONNECTION, ask->request->path);

    answer_found(ask, found != NULL ? render_connection(ask->world, found, false, &look) : NULL, "connections", out);
}

static void answer_gateway(const struct ask *ask, struct answer *out)
{
    const struct target *t = ask->target;
    const struct look look = arm_look(ask);

    answer_found(ask, render_gateway(ask->world, t->subscription, t->group, t->name, &look), "expressRouteGateways",
                 out);
}

static json_t *one_link(const struct ask *ask, const struct thing *port)
{
    const struct look look = arm_look(ask);

    for (size_t link = 0; link < PORT_LINKS; link++)
        if (strcasecmp(ask->target->id, port_link_names[link]) == 0)
            return render_link(port, link, &look);
    return NULL;
}

static void answer_port_parts(const struct ask *ask, const struct thing *port, struct answer *out)
{
    const struct look look = arm_look(ask);

    if (ask->target->endpoint == ENDPOINT_PORT) {
        arm_ok(ask, render_port(ask->world, port, &look), out);
    } else if (ask->target->endpoint == ENDPOINT_PORT_METRICS) {
        metrics_answer_port(ask, port, out);
    } else if (ask->target->endpoint == ENDPOINT_LINKS) {
        arm_page(ask, render_links(port, &look), out);
    } else {
        json_t *link = one_link(ask, port);
        if (link != NULL)
            arm_ok(ask, link, out);
        else
            arm_child_not_found(ask, out);
    }
}

static void answer_port(const struct ask *ask, struct answer *out)
{
    const struct target *t = ask->target;
    char *id = text_format("/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/expressRoutePorts/%s",
                           t->subscription, t->group, t->name);
    const struct thing *port = world_thing(ask->world, THING_PORT, id);

    free(id);
    if (port != NULL)
        answer_port_parts(ask, port, out);
    else
        arm_no_resource(ask, "expressRoutePorts", t->name, out);
}

void beyond_answer(const struct ask *ask, struct answer *out)
{
    switch (ask->target->endpoint) {
    case ENDPOINT_CONNECTIONS:
    case ENDPOINT_WAN_CONNECTIONS: list_connections(ask, out); break;
    case ENDPOINT_CONNECTION:
    case ENDPOINT_WAN_CONNECTION: answer_connection(ask, out); break;
    case ENDPOINT_WAN_GATEWAY: answer_gateway(ask, out); break;
    case ENDPOINT_PORTS:
    case ENDPOINT_PORTS_GROUP: list_ports(ask, out); break;
    default: answer_port(ask, out);
    }
}

/* ---- Global Reach ---- */

void reach_answer(const struct ask *ask, const struct circuit *circuit, enum peering_kind kind, struct answer *out)
{
    const struct look look = arm_look(ask);
    bool private = kind == PEERING_PRIVATE;

    if (ask->target->endpoint == ENDPOINT_REACHES) {
        arm_page(ask, private ? render_reaches(circuit, false, &look) : json_array(), out);
        return;
    }
    json_t *one = private ? render_reach(circuit, ask->target->name, &look) : NULL;
    if (one != NULL)
        arm_ok(ask, one, out);
    else
        arm_child_not_found(ask, out);
}
