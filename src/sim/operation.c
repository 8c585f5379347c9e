/*
 * Long-running operations: a POST is answered 202 with the body `null` and a Location, the Location says 202 for a
 * while and then 200 with the rows, repeating itself. The rows are those of the moment of the answer.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/fault.h"
#include "sim/render.h"
#include "sim/scenario.h"
#include "sim/target.h"
#include "sim/world.h"

#include <inttypes.h>
#include <strings.h>

/* Since 2023 poll URLs carry a certificate and a signature; longer than many a fixed buffer. */
static char *signature(void)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char certificate[4097], hash[344];

    for (size_t i = 0; i < sizeof certificate; i++)
        certificate[i] = alphabet[i * 31 % 64];
    for (size_t i = 0; i < sizeof hash; i++)
        hash[i] = alphabet[i * 17 % 64];
    certificate[sizeof certificate - 1] = hash[sizeof hash - 1] = '\0';
    return text_format("&t=638723999999999999&c=%s&s=%s&h=erwatch-sim", certificate, hash);
}

static void put_location(const struct ask *ask, const struct operation *operation, struct answer *out)
{
    const char *region = state_text(operation->circuit->state, "location", "uksouth");
    char *tail = ask->world->scenario->signed_urls ? signature() : xstrdup("");

    answer_header(out, "Location",
                  "%s/subscriptions/%s/providers/Microsoft.Network/locations/%s/operationResults/%s?api-version=%s%s",
                  ask->base, operation->circuit->subscription, region != NULL ? region : "uksouth", operation->id,
                  arm_version(ask), tail);
    free(tail);
}

static void answer_pending(const struct ask *ask, const struct operation *operation, struct answer *out)
{
    int64_t retry_ms = ask->world->scenario->retry_after_ms;

    answer_body(out, 202, "application/json; charset=utf-8", xstrdup("null"), 4);
    put_location(ask, operation, out);
    if (retry_ms >= 0)
        answer_header(out, "Retry-After", "%" PRId64, (retry_ms + 999) / 1000);
}

void operation_start(const struct ask *ask, const struct circuit *circuit, enum peering_kind peering, enum path path,
                     struct answer *out)
{
    struct world *world = ask->world;
    struct operation *operation = &world->operations[world->operation_next++ % OPERATIONS_MAX];

    guid_random(operation->id);
    operation->endpoint = ask->target->endpoint;
    operation->circuit = circuit;
    operation->peering = (uint8_t)peering;
    operation->path = (uint8_t)path;
    operation->polls = ask->fault != NULL && ask->fault->polls >= 0 ? ask->fault->polls : world->scenario->polls;
    answer_pending(ask, operation, out);
}

static struct operation *operation_find(struct world *world, const char *id)
{
    for (size_t i = 0; i < OPERATIONS_MAX; i++)
        if (world->operations[i].circuit != NULL && strcasecmp(world->operations[i].id, id) == 0)
            return &world->operations[i];
    return NULL;
}

static json_t *result(const struct ask *ask, const struct operation *operation)
{
    json_t *(*render)(const struct circuit *, enum peering_kind, enum path, int64_t) =
        operation->endpoint == ENDPOINT_SUMMARY ? render_summary
        : operation->endpoint == ENDPOINT_ARP   ? render_arp
                                                : render_routes;

    return render(operation->circuit, operation->peering, operation->path, story_now(ask->world, ask->now.mono));
}

void operation_poll(const struct ask *ask, struct answer *out)
{
    struct operation *operation = operation_find(ask->world, ask->target->id);

    if (operation == NULL) {
        answer_error(out, 404, ENVELOPE_ARM, "NotFound", "Resource %s not found.", ask->request->path);
    } else if (operation->polls > 0) {
        operation->polls--;
        answer_pending(ask, operation, out);
    } else {
        answer_json(out, 200, result(ask, operation), ask->world->scenario->indent);
        put_location(ask, operation, out);
    }
}
