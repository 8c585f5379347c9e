#ifndef ERWATCH_SIM_HANDLERS_H
#define ERWATCH_SIM_HANDLERS_H

#include "core/mono.h"
#include "core/sample.h"

#include <stdbool.h>
#include <stdint.h>

struct answer;
struct circuit;
struct fault;
struct server_call;
struct server_request;
struct target;
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

/** Metrics of a circuit; token and version have been looked at (metrics.c). */
void metrics_answer(const struct ask *ask, const struct circuit *circuit, struct answer *out);

/** A POST that starts a long-running operation, and the GET of its Location (operation.c). */
void operation_start(const struct ask *ask, const struct circuit *circuit, enum peering_kind peering, enum path path,
                     struct answer *out);
void operation_poll(const struct ask *ask, struct answer *out);

/** Microsoft's identity platform: token and discovery (login.c). */
void login_answer(const struct ask *ask, struct answer *out);
/** A new token, and how long it lasts. */
const struct token *token_issue(const struct ask *ask, int64_t *life_ms);
/** The machine's own services that give tokens: metadata, and the agent of Azure Arc (machine.c). */
void machine_answer(const struct ask *ask, struct answer *out);
/** Take the Arc agent's key off the disk. */
void machine_forget(struct world *world);
/** Is there a good bearer token? If not, @p out is the 401. */
bool login_check(const struct ask *ask, struct answer *out);

/** 404 of Resource Manager for a path that leads nowhere. */
void arm_not_found(const struct ask *ask, struct answer *out);

#endif
