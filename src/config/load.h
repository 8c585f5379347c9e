#ifndef ERWATCH_CONFIG_LOAD_H
#define ERWATCH_CONFIG_LOAD_H

#include "config/arena.h"
#include "config/config.h"
#include "config/draft.h"
#include "config/names.h"
#include "config/shared.h"
#include "config/yaml.h"

/* What the parts of the loader share while one set of files is read. */

struct circuit_entry {
    struct circuit_settings circuit;
    struct place place;
    size_t number; /* in the order of the files */
};

struct loading {
    struct arena *arena; /* of the settings */
    struct arena *trees; /* of the main file's tree, which the drafts point into */
    struct diag *diag;
    struct settings *settings;
    struct file_draft draft;
    bool simulated; /* azure_is_simulated(): known before any interval is read */
    struct names credentials, receivers;
    struct shared *shared; /* labels, beginnings of ids */
    const struct label *labels; /* of every circuit */
    size_t label_count;
    struct expect default_expect; /* its prefixes and connections only, which all circuits share */
    size_t default_credential;
    struct circuit_entry *circuits; /* heap, grows */
    size_t circuit_count, circuit_room;
    struct discover_settings *discovers;
    size_t discover_count;
    struct place longest; /* where the longest interval of a circuit is set; no file when nowhere */
    int64_t longest_ms;
};

/** Is the cloud a simulator on this host? Short intervals are fine then. @p azure, here and below, may be NULL. */
bool azure_is_simulated(const struct node *azure);

/** The addresses of the cloud, and the way there. */
void load_azure(struct loading *loading, const struct node *azure);
void load_credentials(struct loading *loading);

/** The way out to a service: none, environment or a proxy's address, which loses the slash at its end. */
void load_proxy(struct loading *loading, const struct node *node, const char **proxy);

/** `alerts.rules`, and the severities that others stand for. */
void load_rules(struct loading *loading);

/** A rule by name or number; RULE_NONE after a finding. */
uint8_t load_rule(struct loading *loading, const char *text, struct place place);

void load_receivers(struct loading *loading);

/** `alerts.escalate`: who else is told of what nobody acknowledges. After the receivers. */
void load_escalate(struct loading *loading);

/** After the circuits, whose labels the conditions are compared with. */
void load_routes(struct loading *loading);

void load_heartbeat(struct loading *loading, const struct node *heartbeat);

/** A finding about a time zone that does not exist, with the one that was probably meant. */
void load_no_such_zone(struct loading *loading, struct place place, const char *name);

/** `maintenance`; after the circuits, too. */
void load_windows(struct loading *loading);

/** A condition. @param map  as it was written; NULL when it was not */
void load_match(struct loading *loading, const struct node *map, const struct match_draft *draft, struct match *match);

/** The elements of a list; a lone word is a list of one. */
const struct node *load_first(const struct node *list);
const struct node *load_next(const struct node *list, const struct node *element);
size_t load_count(const struct node *list);

/** `expect.connections`: what @p list names goes into @p expect. */
void load_connections(struct loading *loading, const struct node *list, struct expect *expect);

/** The prefixes and connections of `defaults.expect`, read once. */
void load_default_expect(struct loading *loading);

/** Add the circuits of one file. */
void load_circuits(struct loading *loading, const struct node *list);

/** Sort them, find those given twice, hand them to the settings. */
void load_circuits_end(struct loading *loading);

/**
 * What circuits and entries of `discover` have in common: credential, labels, interval, expectations.
 *
 * @param what  the thing that must name a credential when there are several: "circuit"
 */
void load_common(struct loading *loading, const struct node *map, const struct circuit_draft *draft, const char *what,
                 struct circuit_settings *circuit);

/** `discover`; before the routes, whose labels it may give. */
void load_discovers(struct loading *loading);

/** `defaults.labels`, checked once. */
void load_default_labels(struct loading *loading);

/** The labels of a circuit: its @p own (NULL: none) win over the defaults. By name. */
const struct label *load_labels(struct loading *loading, const struct node *own, size_t *count);

/** May a label be called so? */
bool label_name_is_fine(const char *name);

#define LABEL_VALUE_MAX 256
#define LABELS_MAX 64

#endif
