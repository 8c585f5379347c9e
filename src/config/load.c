/*
 * Settings from files: the order in which their parts are read, what holds between them, and the files of circuits.d.
 * Every part goes on after its findings, so that one run shows them all; only without an error are there settings.
 */
#include "config/load.h"
#include "config/duration.h"
#include "config/parts.h"
#include "config/read.h"

#include <stdlib.h>
#include <string.h>

/* ---- what holds between keys ---- */

static void load_default_credential(struct loading *loading, const struct node *root)
{
    const struct node *name = node_get(node_get(root, "defaults"), "credential");

    if (loading->draft.defaults.credential != NULL && loading->credentials.count > 0)
        (void)names_find(&loading->credentials, loading->draft.defaults.credential, name->place, loading->diag,
                         &loading->default_credential);
}

/* The place of the longest interval: a circuit's own, else the defaults', else that of what it is compared with. */
static struct place place_of_longest(const struct loading *loading, const struct node *root)
{
    const struct node *poll = node_get(root, "poll");
    const struct node *every = node_get(node_get(root, "defaults"), "every");

    if (loading->longest.file != NULL)
        return loading->longest;
    if (every == NULL)
        every = node_get(poll, "every");
    if (every == NULL)
        every = node_get(poll, "stale");
    return every != NULL ? every->place : root->place;
}

/* Facts that grow stale between two polls would make every circuit blind in between. */
static void check_stale(struct loading *loading, const struct node *root)
{
    char every[DURATION_TEXT_MAX], stale[DURATION_TEXT_MAX];
    const struct policy *policy = &loading->draft.policy;
    const struct node *sessions_every = node_get(node_get(root, "poll"), "sessions_every");

    (void)duration_format(policy->stale_ms, stale);
    if (loading->longest_ms > policy->stale_ms)
        diag_error(loading->diag, place_of_longest(loading, root),
                   "an interval of %s is longer than \"poll.stale\" (%s): the facts would be stale between two polls",
                   duration_format(loading->longest_ms, every), stale);
    if ((policy->sessions & SESSIONS_METRICS) != 0 && policy->sessions_every_ms > policy->stale_ms &&
        sessions_every != NULL)
        diag_warning(loading->diag, sessions_every->place,
                     "\"sessions_every\" is longer than \"poll.stale\" (%s): sessions will be unknown in between",
                     stale);
}

static void check_light(struct loading *loading, const struct node *root)
{
    const struct node *light = node_get(node_get(root, "ports"), "light");
    const struct light_band *band = &loading->draft.policy.light;

    if (light != NULL && band->low >= band->high)
        diag_error(loading->diag, light->place, "\"low\" is not below \"high\": every level would be outside the band");
}

static void check_flap(struct loading *loading, const struct node *root)
{
    const struct node *flap = node_get(node_get(root, "alerts"), "flap");

    if (flap != NULL && loading->draft.policy.flap.low > loading->draft.policy.flap.high)
        diag_error(loading->diag, flap->place, "\"low\" is above \"high\": it would be steady and flapping at once");
}

static void check_watched(struct loading *loading)
{
    if (loading->circuit_count == 0 && loading->discover_count == 0 && diag_errors(loading->diag) == 0)
        diag_error(loading->diag, (struct place){ loading->settings->file, 0, 0 },
                   "there is nothing to watch: neither this file nor circuits.d has a circuit, and nothing is discovered");
}

/* ---- files ---- */

static void load_main(struct loading *loading, const struct node *root)
{
    loading->simulated = azure_is_simulated(node_get(root, "azure"));
    read_map(loading, &file_table, root, &loading->draft);
    load_azure(loading, node_get(root, "azure"));
    load_credentials(loading);
    load_default_credential(loading, root);
    load_rules(loading);
    load_receivers(loading);
    load_heartbeat(loading, node_get(root, "heartbeat"));
    load_escalate(loading);
    load_default_labels(loading);
    load_default_expect(loading);
    load_circuits(loading, loading->draft.circuits);
    load_discovers(loading);
}

static void load_part(struct loading *loading, const char *path)
{
    struct arena *tree = arena_new();
    const struct node *root = yaml_read_file(path, tree, loading->diag);
    struct file_draft draft = { 0 };

    if (root != NULL) {
        read_map(loading, &part_table, root, &draft);
        load_circuits(loading, draft.circuits);
    }
    arena_free(tree);
}

static void load_parts(struct loading *loading)
{
    struct parts parts;

    parts_find(loading->settings->file, loading->arena, loading->diag, &parts);
    for (size_t i = 0; i < parts.count; i++)
        load_part(loading, parts.path[i]);
    parts_fini(&parts);
}

/* The others are looked at too when the main file is no YAML: each has its own findings. */
static void load_files(struct loading *loading, const struct node *root)
{
    if (root != NULL)
        load_main(loading, root);
    load_parts(loading);
    load_circuits_end(loading);
    if (root == NULL)
        return;
    load_routes(loading);
    load_windows(loading);
    check_stale(loading, root);
    check_light(loading, root);
    check_flap(loading, root);
    check_watched(loading);
}

/* ---- all of it ---- */

static void finish(struct loading *loading)
{
    struct settings *settings = loading->settings;

    settings->azure = loading->draft.azure;
    settings->poll = loading->draft.poll;
    settings->policy = loading->draft.policy;
    settings->clock = loading->draft.clock;
    settings->heartbeat = loading->draft.heartbeat;
    settings->history = loading->draft.history;
}

struct settings *settings_load(const char *file, struct diag *diag)
{
    struct loading loading = { .arena = arena_new(), .trees = arena_new(), .diag = diag };
    size_t errors = diag_errors(diag);

    loading.shared = shared_new(loading.arena);
    loading.settings = arena_get(loading.arena, sizeof *loading.settings);
    loading.settings->arena = loading.arena;
    loading.settings->users = 1;
    loading.settings->file = arena_copy(loading.arena, file, strlen(file));
    read_defaults(&loading, &file_table, &loading.draft);
    const struct node *root = yaml_read_file(loading.settings->file, loading.trees, diag);
    if (root != NULL && node_is_null(root))
        diag_error(diag, root->place, "the file is empty: there is nothing to watch");
    else
        load_files(&loading, root);
    finish(&loading);
    diag_sort(diag, file);
    arena_free(loading.trees);
    free(loading.circuits);
    shared_free(loading.shared);
    if (diag_errors(diag) == errors)
        return loading.settings;
    arena_free(loading.arena);
    return NULL;
}

void settings_free(struct settings *settings)
{
    if (settings == NULL || --settings->users > 0)
        return;
    struct settings *configured = settings->configured;
    arena_free(settings->arena);
    settings_free(configured);
}
