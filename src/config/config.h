#ifndef ERWATCH_CONFIG_CONFIG_H
#define ERWATCH_CONFIG_CONFIG_H

#include "config/diag.h"
#include "core/digest.h"
#include "core/match.h"
#include "core/policy.h"
#include "core/receiver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The finished settings: typed, immutable, everything in one arena that settings_free() gives back at once. */

struct arena;

enum cloud { CLOUD_PUBLIC, CLOUD_USGOV, CLOUD_CHINA, CLOUD_CUSTOM };
enum sign_in_method {
    METHOD_CLIENT_SECRET,
    METHOD_CLIENT_CERTIFICATE,
    METHOD_WORKLOAD_IDENTITY,
    METHOD_MANAGED_IDENTITY,
    METHOD_ARC,
    METHODS
};

const char *sign_in_method_name(enum sign_in_method method); /* "client-secret" … */

/** How the assertion of a certificate is signed (RFC 7518). */
enum assertion_algorithm { ALGORITHM_PS256, ALGORITHM_RS256 };

/** Who asks. What is not given is NULL; what the method has no use for, too. Names of files are as written. */
struct credential_settings {
    struct place place;
    const char *name;
    uint8_t method;                  /* enum sign_in_method */
    const char *tenant, *client;     /* workload identity: NULL means the environment's */
    const char *object, *resource;   /* managed identity: one of client, object, resource, or the system's own */
    const char *secret_file;
    const char *certificate_file, *password_file;
    uint8_t algorithm;               /* enum assertion_algorithm */
    const char *token_file;          /* workload identity: NULL means the environment's */
    const char *key_folder;          /* Azure Arc: where the agent puts its keys */
    int64_t expires_wall_ms;         /* when the secret ends: milliseconds since 1970; 0: not said */
    struct place file_place;         /* of secret_file, certificate_file or token_file; else of the whole */
};

struct exec_settings {
    const char *const *argv; /* argv[0] is an absolute path; ends in NULL */
    struct place place;      /* of `command` */
    int64_t timeout_ms;
};

/** How to reach a receiver that is no program. What is not given is NULL; names of files as written: secrets. */
struct wire_settings {
    struct place place;
    const char *url, *url_file;         /* a webhook, slack and teams have one of them; pagerduty, opsgenie and slack */
                                        /* with a token always have `url`: the origin of the service */
    const char *const *urls;            /* alertmanager: every peer; NULL ends */
    const char *key_file, *old_key_file; /* routing key, API key, bot token, signing key; the second while keys change */
    struct place url_place, key_place;  /* of the key that was given, else of the whole */
    uint8_t format;                     /* enum webhook_format */
    const char *ca_file;                /* NULL: the system's */
    const char *proxy;                  /* "none", "environment", "http://host:port" */
    const char *channel;                /* slack with a bot token */
    const char *server, *from, *const *to, *user, *password_file; /* email; server: "smtps://host:port" or "smtp://…" */
    bool starttls;                      /* email by smtp://: refuse to go on without TLS */
    const char *path;                   /* stream */
    int64_t timeout_ms;
};

/** A receiver that collects for another one. */
struct digest_settings {
    struct place place;
    size_t to;                  /* index of the receiver that gets the digests … */
    uint64_t destination;       /* … and its settings_destination() */
    struct digest_plan plan;
    const char *at, *zone_name; /* as written; the zone NULL: not given */
    bool empty;                 /* one is sent though there is nothing to tell */
};

#define NO_RECEIVER SIZE_MAX

struct receiver_settings {
    struct place place;
    const char *name;
    uint8_t kind; /* enum receiver_kind: which of the next three counts */
    struct exec_settings exec;
    struct wire_settings wire;
    struct digest_settings digest;
    size_t fallback;            /* index of the receiver that gets what this one refuses; NO_RECEIVER */
    int64_t fallback_after_ms;  /* … and what it has not taken for so long */
    bool summarise;             /* late: summarise: a raised and cleared that wait together become one notice */
};

struct route_settings {
    struct place place;
    struct match match;
    const size_t *to; /* indices into receivers */
    size_t to_count;
    bool go_on; /* `continue: yes` */
};

/** Do maintenance windows hold while the kernel says that the clock is not synchronised? */
enum clock_use { CLOCK_CHECK, CLOCK_TRUST };

/** A maintenance window. */
struct window_settings {
    struct place place;
    struct match match;
    const char *from, *to, *zone; /* as written; zone NULL: these are instants */
    int64_t from_wall_ms, to_wall_ms;
    const char *trouble; /* why its zone could not be read, so that it never holds; NULL: it could */
    const char *why;
};

/** Where new circuits are looked for first. */
enum discover_by { DISCOVER_LIST, DISCOVER_GRAPH };

/** A subscription whose circuits are watched without being listed one by one. */
struct discover_settings {
    struct place place;
    const char *subscription; /* lower case */
    size_t credential;
    const char *const *include; /* patterns; none: every circuit */
    size_t include_count;
    const char *const *exclude;
    size_t exclude_count;
    uint8_t by;                 /* enum discover_by */
    uint32_t most;              /* circuits; more of them are not watched */
    int64_t every_ms;           /* between two looks for new ones */
    int64_t keep_ms;            /* how long one that is gone stays watched */
    struct circuit_settings circuit; /* what its circuits have: labels, interval, expectations */
};

struct azure_settings {
    uint8_t cloud;
    const char *management, *login, *metrics; /* "https://host[:port]", no slash at the end */
    const char *metrics_batch;                /* the metrics service, without its regions; NULL: it is not asked */
    const char *audience;                     /* the resource that tokens are for; no slash at the end */
    const char *metadata;                     /* "http://169.254.169.254" unless set for a custom cloud */
    const char *api_version;
    const char *proxy;   /* "none", "environment" or "http://host:port" */
    const char *ca_file; /* NULL: the system's */
    struct place ca_place;
    const struct credential_settings *credentials;
    size_t credential_count;
};

struct poll_settings {
    int64_t every_ms, timeout_ms; /* retry, stale and sessions are in the policy */
};

/** Somebody outside who raises the alarm when he is not told for a while that the whole chain works. */
struct heartbeat_settings {
    const char *url, *url_file; /* one of them; neither: there is none */
    int64_t every_ms;
    const char *proxy;   /* "none", "environment", "http://host:port" */
    const char *ca_file; /* NULL: the system's */
    struct place place, url_place;
};

/** How long, and how much, is kept of what is over. */
struct history_settings {
    int64_t keep_ms;       /* lines of the history */
    int64_t deliveries_ms; /* rows of the queue that have ended */
    uint32_t most;         /* the newest of each, whatever their age */
};

struct settings {
    struct arena *arena; /* of everything here, this struct included */
    struct settings *configured; /* settings_with_found(): those of the files, which own the rest; else NULL */
    unsigned users;              /* such settings that rest on these, and the one who loaded them */
    const char *file;    /* the main file, as given */
    struct azure_settings azure;
    struct poll_settings poll;
    struct policy policy;
    const struct receiver_settings *receivers;
    size_t receiver_count;
    const struct route_settings *routes;
    size_t route_count;
    const size_t *escalate_to; /* indices into receivers: `alerts.escalate` */
    size_t escalate_to_count;
    const struct window_settings *windows;
    size_t window_count;
    uint8_t clock; /* enum clock_use */
    struct heartbeat_settings heartbeat;
    struct history_settings history;
    const struct circuit_settings *circuits; /* sorted by id */
    size_t circuit_count;
    const struct discover_settings *discovers; /* in the order of the file: the first that takes a circuit has it */
    size_t discover_count;
};

/**
 * Read the settings file and every `circuits.d/<name>.yaml` beside it.
 *
 * All findings of all files go into @p diag; nothing is half applied.
 *
 * @return the settings, owned by the caller; NULL when there was an error
 */
struct settings *settings_load(const char *file, struct diag *diag);

void settings_free(struct settings *settings);

/** The circuit with this id (any case); NULL: it is not watched. */
const struct circuit_settings *settings_find(const struct settings *settings, const char *id);

/** Which entry of `discover` takes the circuit with this id (any case)? NULL: none, or it is no circuit's id. */
const struct discover_settings *settings_discover_of(const struct settings *settings, const char *id);

/**
 * The same settings with circuits that were discovered. What the files say of a circuit wins, and an id that no entry of
 * `discover` takes is left out. Neither more than one entry's `most` nor the same circuit twice is looked for here.
 *
 * @param settings  of the files, or a result of this function: then what was found before is forgotten. Stays valid
 * @param ids       as Azure writes them; copied
 * @return          other settings, to be freed like any
 */
struct settings *settings_with_found(struct settings *settings, const char *const *ids, size_t count);

/**
 * Where a receiver's notices go: the same number for two of one kind with the same program, address, integration key or
 * mailboxes, whatever they are called. Never 0.
 */
uint64_t settings_destination(const struct receiver_settings *receiver);

/** For `erwatchd -n`: what would be watched, by whom, and who would be told; 80 columns where names allow it. */
void settings_print(const struct settings *settings, FILE *to);

/** For the manual, the sample and their tests: every key that can be written, as "poll.every" or "circuits[].id". */
struct key_info {
    char path[64];        /* "azure.credentials[].name"; "<rule>" and "<label>" stand for keys of one's own */
    char type[120];       /* "a duration (60s, 5m, 2h)", "one of public, usgov, china, custom" */
    char bounds[64];      /* "10s to 24h", "" when there are none */
    const char *standard; /* the default as one would write it; "" when it must be given or is absent */
    const char *absent;   /* what holds without it, in words; "" when `standard` says it or nothing does */
    const char *help;     /* one sentence without capital and full stop */
    bool required;
};

/** All of them, a mapping before the keys inside it. free() them. */
struct key_info *settings_keys(size_t *count);

#endif
