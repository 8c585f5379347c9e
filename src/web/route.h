#ifndef ERWATCH_WEB_ROUTE_H
#define ERWATCH_WEB_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The API's map: method and URI to what is asked; and the body of every refusal. As in erwatchctl(1), "API". */

enum api_call {
    API_STATUS,    /* GET /v1/status */
    API_CIRCUIT,   /* GET /v1/circuits/NAME */
    API_INCIDENTS, /* GET /v1/incidents */
    API_INCIDENT,  /* GET /v1/incidents/IDENTITY */
    API_LOOP,      /* GET /v1/loop */
    API_POLL,      /* POST /v1/poll?circuit=NAME */
    API_RELOAD,    /* POST /v1/reload */
    API_SILENCES,  /* GET /v1/silences */
    API_SILENCE,   /* POST /v1/silences, with a body */
    API_END_SILENCE, /* DELETE /v1/silences/ID */
    API_ACKNOWLEDGE,   /* POST /v1/acknowledgements/IDENTITY, perhaps with a body */
    API_UNACKNOWLEDGE, /* DELETE /v1/acknowledgements/IDENTITY */
    API_TEST,      /* POST /v1/receivers/NAME/test */
    API_DISCOVER,  /* POST /v1/discover?credential=NAME&subscription=ID&graph=1, all optional */
    API_HISTORY,   /* GET /v1/history?circuit=NAME, or incident=IDENTITY; since=, seconds=, until=, limit=, before= */
    API_CALLS
};

#define API_NAME_MAX 1024
#define API_ALLOW_MAX 32

#define API_INCIDENT_MAX 32 /* a key, and perhaps an episode */

/** Which lines of the history; what was not said is as given here. */
struct api_history {
    char incident[API_INCIDENT_MAX]; /* as it was written; "" */
    int64_t since_wall_ms;  /* INT64_MIN */
    int64_t seconds;        /* not older than so many; 0: any */
    int64_t until_wall_ms;  /* older than this; INT64_MAX */
    int64_t before_wall_ms, before_id; /* behind this line, as the last page's "next" said; INT64_MAX both */
    uint32_t limit;         /* API_HISTORY_USUAL; at most API_HISTORY_MOST */
};
#define API_HISTORY_USUAL 100
#define API_HISTORY_MOST 500

struct api_request {
    enum api_call call;
    bool changes;            /* more than reading: for root and the daemon's own user only */
    bool all;                /* API_INCIDENTS: the cleared ones, too */
    bool graph;              /* API_DISCOVER: Resource Graph says where to look */
    char name[API_NAME_MAX]; /* decoded: a circuit's name or id, an incident as it was written, a subscription, a receiver; else "" */
    char credential[API_NAME_MAX]; /* API_DISCOVER: its name; else "" */
    struct api_history history;    /* API_HISTORY, which has its circuit in `name` */
};

enum api_error {
    API_OK,
    API_BAD_REQUEST,       /* 400 */
    API_FORBIDDEN,         /* 403 */
    API_NOT_FOUND,         /* 404: no such resource of the API */
    API_NO_CIRCUIT,        /* 404 */
    API_NO_INCIDENT,       /* 404 */
    API_NO_SILENCE,        /* 404 */
    API_NO_RECEIVER,       /* 404 */
    API_METHOD,            /* 405 */
    API_AMBIGUOUS,         /* 409: the name fits several */
    API_NOT_OPEN,          /* 409: nothing to acknowledge, or nobody did */
    API_TOO_MANY,          /* 409: silences */
    API_REFUSED,           /* 422: the settings were not taken */
    API_UNREADABLE,        /* 500: the database cannot be read */
    API_BUSY,              /* 503: starting, stopping, or the same is under way already */
    API_TIMEOUT,           /* 504: the poll or the test did not end in time */
    API_ERRORS
};

/**
 * Find out what is asked.
 *
 * @param uri      as sent: path and query, still percent-encoded
 * @param out      filled on API_OK only
 * @param why      otherwise one sentence, without text from the request
 * @return         API_OK, API_BAD_REQUEST, API_NOT_FOUND or API_METHOD
 */
enum api_error api_route(const char *method, const char *uri, struct api_request *out, char why[128]);

/** The methods a path takes, for the Allow header of a 405: "GET", "GET, POST"; NULL for a path that is none. */
const char *api_allow(const char *uri, char methods[API_ALLOW_MAX]);

int api_status(enum api_error error);
const char *api_code(enum api_error error); /* "not-found" */

/**
 * {"error":{"code","message","findings"}}; heap.
 *
 * @param findings  lines such as "file:line:column: error: …"; may be NULL when @p count is 0
 */
char *api_error_body(enum api_error error, const char *message, const char *const *findings, size_t count);

/**
 * Does an operator's way to write an incident mean this one? "0123456789abcdef-4", or without the episode, or the first
 * four or more digits of the key with or without it.
 */
bool api_incident_meant(const char *written, uint64_t key, uint32_t episode);

#endif
