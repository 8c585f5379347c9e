#ifndef ERWATCH_SIM_HANDLERS_H
#define ERWATCH_SIM_HANDLERS_H

#include "core/mono.h"
#include "core/sample.h"
#include "sim/render.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct answer;
struct circuit;
struct fault;
struct server_call;
struct server_request;
struct target;
struct thing;
struct token;
struct world;

/* Those who answer: one function for each host of Azure that the simulator stands for. */

struct ask {
    struct world *world;
    const struct server_call *call; /* for headers and parameters */
    const struct server_request *request;
    const struct target *target;
    const struct fault *fault; /* that strikes this request; NULL: none */
    const char *base;          /* "https://host:port", as the client calls us */
    struct moment now;
};

/** The api-version that was asked for, or a default when there is none or it is no version. */
const char *arm_version(const struct ask *ask);

/** Resource Manager: everything with a token and an api-version (arm.c). */
void arm_answer(const struct ask *ask, struct answer *out);

/** Metrics of a circuit or a port; token and version have been looked at (metrics.c). */
void metrics_answer(const struct ask *ask, const struct circuit *circuit, struct answer *out);
void metrics_answer_port(const struct ask *ask, const struct thing *port, struct answer *out);
/** The metrics host: many resources in one call, a token of its own (metrics.c). */
void metrics_answer_batch(const struct ask *ask, struct answer *out);

/** Gateway connections and ports; token, version and budget have been looked at (beyond.c). */
void beyond_answer(const struct ask *ask, struct answer *out);
/** Global Reach of a circuit's peering (beyond.c). */
void reach_answer(const struct ask *ask, const struct circuit *circuit, enum peering_kind kind, struct answer *out);
/** Resource Health of a circuit; events of a circuit, or of a subscription when it is NULL; what an event concerns
 * (health.c). */
void health_answer(const struct ask *ask, const struct circuit *circuit, struct answer *out);
void events_answer(const struct ask *ask, const struct circuit *circuit, struct answer *out);
void impacted_answer(const struct ask *ask, struct answer *out);
/** Resource Graph and the list of subscriptions (graph.c). */
void graph_answer(const struct ask *ask, struct answer *out);
void subscriptions_answer(const struct ask *ask, struct answer *out);

/** A POST that starts a long-running operation, and the GET of its Location (operation.c). */
void operation_start(const struct ask *ask, const struct circuit *circuit, enum peering_kind peering, enum path path,
                     struct answer *out);
void operation_poll(const struct ask *ask, struct answer *out);

/** Microsoft's identity platform: token and discovery (login.c). */
void login_answer(const struct ask *ask, struct answer *out);
/** A new token, and how long it lasts. @p audience: "https://host", as asked for; a "/.default" at its end is cut. */
const struct token *token_issue(const struct ask *ask, const char *audience, int64_t *life_ms);
/** The machine's own services that give tokens: metadata, and the agent of Azure Arc (machine.c). */
void machine_answer(const struct ask *ask, struct answer *out);
/** Take the Arc agent's key off the disk. */
void machine_forget(struct world *world);
/** Is there a good bearer token for this host? If not, @p out is the 401. */
bool login_check(const struct ask *ask, struct answer *out);

/** 404 of Resource Manager for a path that leads nowhere. */
void arm_not_found(const struct ask *ask, struct answer *out);
/** 404 for a resource of Microsoft.Network that is not there, and for a part of one. */
void arm_no_resource(const struct ask *ask, const char *type, const char *name, struct answer *out);
void arm_child_not_found(const struct ask *ask, struct answer *out);
/** 200 as the scenario wants JSON written; takes @p json over. */
void arm_ok(const struct ask *ask, json_t *json, struct answer *out);
/** The page of a list that was asked for; takes the array @p all over (beyond.c). */
void arm_page(const struct ask *ask, json_t *all, struct answer *out);
/** How resources are to be written. */
struct look arm_look(const struct ask *ask);
/** Is the api-version known at this endpoint? If not, @p out is the 400. */
bool arm_check_version(const struct ask *ask, struct answer *out);

#endif
