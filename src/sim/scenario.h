#ifndef ERWATCH_SIM_SCENARIO_H
#define ERWATCH_SIM_SCENARIO_H

#include "core/sample.h"
#include "sim/thing.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct circuit;
struct diag;
struct node;

/* A scenario as it was read: the settings of the endpoints, the circuits as the story begins, and the story. */

struct event {
    int64_t at_ms; /* story time */
    json_t *json;  /* keys of `story` */
};

struct quota_settings {
    int64_t reads, writes, reads_refill, writes_refill; /* requests, and requests per second */
    bool enforce;
    const char *header;      /* "subscription", "global", "resource", "none" */
    const char *retry_after; /* "seconds", "date", "none" */
    int64_t queries;         /* of Resource Graph in five seconds */
};

struct scenario {
    json_t *root; /* owns every text below */
    const char *tenant, *client, *secret, *subscription;
    const char *token; /* always good; NULL: none */
    const char *certificate;   /* of the application, PEM; NULL: none */
    const json_t *federated;   /* tokens of other issuers that are trusted; NULL: none */
    const char *object, *resource; /* of the managed identity; NULL: none */
    const char *arc;           /* where the Arc agent puts its keys; NULL: there is none */
    int64_t clock_ahead_ms;    /* Azure's clock before this host's */
    bool secret_expired;
    int64_t token_life_ms;
    bool indent, check_version, gzip;
    size_t page; /* circuits on a page; 0: all */
    const char *id_case, *region;
    const json_t *extra;
    struct quota_settings quota;
    int64_t polls, retry_after_ms; /* of operations; retry_after_ms -1: no header */
    bool signed_urls;
    int64_t lag_ms, grain_ms; /* of metrics */
    const char *peer[PATHS];
    const char *metrics_audience; /* what a token for the metrics host is for; NULL: that host */
    const char *settings; /* NULL: none */
    struct circuit **circuits; /* sorted by id without case */
    size_t circuit_count;
    struct things things[THING_KINDS];
    struct event *events; /* sorted by time, equal ones as written */
    size_t event_count;
};

/**
 * Read a scenario and check it.
 *
 * @param diag  takes all findings
 * @return      NULL when there was an error
 */
struct scenario *scenario_load(const char *file, struct diag *diag);
/** One without circuits and story, all defaults. */
struct scenario *scenario_empty(void);
void scenario_free(struct scenario *scenario);

/**
 * Read and check one event, from the file or from a request.
 *
 * @param node  its mapping
 * @return      keys of `story`, NULL when there was an error
 */
json_t *event_read(const struct scenario *scenario, const struct node *node, struct diag *diag);

/** Does a pattern of the scenario ("lon-*") fit the name? Without regard to case; NULL fits all. */
bool name_matches(const char *pattern, const char *name);

#endif
