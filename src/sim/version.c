/*
 * API versions: which there are, and the refusal of all others. Every provider of Resource Manager has versions of its
 * own.
 */
#include "sim/handlers.h"

#include "io/server.h"
#include "sim/answer.h"
#include "sim/scenario.h"
#include "sim/target.h"
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

/* Versions of the circuit API that its published description has (2015-06-15 to 2025-09-01), and of the metrics API. */
static const char *const network_versions[] = {
    "2015-06-15", "2016-03-30", "2016-06-01", "2016-09-01", "2016-12-01", "2017-03-01", "2017-06-01", "2017-08-01",
    "2017-09-01", "2017-10-01", "2017-11-01", "2018-01-01", "2018-02-01", "2018-04-01", "2018-06-01", "2018-07-01",
    "2018-08-01", "2018-10-01", "2018-11-01", "2018-12-01", "2019-02-01", "2019-04-01", "2019-06-01", "2019-07-01",
    "2019-08-01", "2019-09-01", "2019-11-01", "2019-12-01", "2020-03-01", "2020-04-01", "2020-05-01", "2020-06-01",
    "2020-07-01", "2020-08-01", "2020-11-01", "2021-02-01", "2021-03-01", "2021-05-01", "2021-08-01", "2022-01-01",
    "2022-05-01", "2022-07-01", "2022-09-01", "2022-11-01", "2023-02-01", "2023-04-01", "2023-05-01", "2023-06-01",
    "2023-09-01", "2023-11-01", "2024-01-01", "2024-03-01", "2024-05-01", "2024-07-01", "2024-10-01", "2025-01-01",
    "2025-03-01", "2025-05-01", "2025-07-01", "2025-09-01", NULL
};
static const char *const metrics_versions[] = { "2018-01-01", "2019-07-01", "2021-05-01",
                                                "2023-10-01", "2024-02-01", NULL };
static const char *const batch_versions[] = { "2023-10-01", "2024-02-01", NULL };
static const char *const health_versions[] = { "2020-05-01", "2022-10-01", "2024-02-01", "2025-05-01", NULL };
static const char *const graph_versions[] = { "2019-04-01", "2021-03-01", "2022-10-01", "2024-04-01", NULL };
static const char *const subscription_versions[] = { "2016-06-01", "2019-11-01", "2020-01-01",
                                                     "2021-01-01", "2022-12-01", NULL };

/* All others have network_versions. */
static const struct {
    enum endpoint endpoint;
    const char *const *versions;
    const char *type;
} version_rows[] = {
    { ENDPOINT_METRICS, metrics_versions, "metrics" },
    { ENDPOINT_PORT_METRICS, metrics_versions, "metrics" },
    { ENDPOINT_METRICS_BATCH, batch_versions, "metrics:getBatch" },
    { ENDPOINT_HEALTH, health_versions, "availabilityStatuses" },
    { ENDPOINT_CIRCUIT_EVENTS, health_versions, "events" },
    { ENDPOINT_EVENTS, health_versions, "events" },
    { ENDPOINT_IMPACTED, health_versions, "events" },
    { ENDPOINT_GRAPH, graph_versions, "resources" },
    { ENDPOINT_SUBSCRIPTIONS, subscription_versions, "subscriptions" },
};

/* It goes into URLs and decides about properties, so it must look like one: "2024-05-01", "2020-03-01-preview". */
const char *arm_version(const struct ask *ask)
{
    const char *version = server_query(ask->call, "api-version");
    bool fine = version != NULL && *version != '\0' && strlen(version) <= 20 &&
                strspn(version, "0123456789-abcdefghijklmnopqrstuvwxyz") == strlen(version);

    return fine ? version : "2024-05-01";
}

static const char *const *versions_of(enum endpoint endpoint, const char **type)
{
    *type = "expressRouteCircuits";
    for (size_t i = 0; i < sizeof version_rows / sizeof *version_rows; i++)
        if (version_rows[i].endpoint == endpoint) {
            *type = version_rows[i].type;
            return version_rows[i].versions;
        }
    return network_versions;
}

static bool version_known(const char *version, const char *const *versions)
{
    while (*versions != NULL && strcmp(*versions, version) != 0)
        versions++;
    return *versions != NULL;
}

static void refuse_version(const struct ask *ask, const char *version, struct answer *out)
{
    const char *type, *const *versions = versions_of(ask->target->endpoint, &type);
    char all[1024] = "";

    for (size_t i = 0; versions[i] != NULL; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i != 0 ? ", " : "", versions[i]);
    answer_error(out, 400, ENVELOPE_ARM, "NoRegisteredProviderFound",
                 "No registered resource provider found for location '' and API version '%s' for type "
                 "'%s'. The supported api-versions are '%s'.",
                 version, type, all);
}

bool arm_check_version(const struct ask *ask, struct answer *out)
{
    const char *type, *const *versions = versions_of(ask->target->endpoint, &type);
    const char *version = server_query(ask->call, "api-version");

    if (!ask->world->scenario->check_version)
        return true;
    if (version == NULL || *version == '\0')
        answer_error(out, 400, ENVELOPE_ARM, "MissingApiVersionParameter",
                     "The api-version query parameter (?api-version=) is required for all requests.");
    else if (!version_known(version, versions))
        refuse_version(ask, version, out);
    else
        return true;
    return false;
}
