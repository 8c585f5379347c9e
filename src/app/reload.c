/*
 * Other settings while running: read, checked, and taken whole or not at all. What is known of circuits, credentials and
 * receivers goes with their identity; requests that are under way belong to the old settings and are dropped.
 */
#include "app/adopt.h"

#include "io/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

static bool same_labels(const struct circuit_settings *a, const struct circuit_settings *b)
{
    bool same = a->label_count == b->label_count;

    for (size_t i = 0; same && i < a->label_count; i++)
        same = strcmp(a->labels[i].name, b->labels[i].name) == 0 && strcmp(a->labels[i].value, b->labels[i].value) == 0;
    return same;
}

static bool same_expectation(const struct expect *a, const struct expect *b)
{
    bool same = a->provider == b->provider && a->peerings_set == b->peerings_set && a->families_set == b->families_set &&
                a->prefixes_set == b->prefixes_set && a->prefix_count == b->prefix_count &&
                a->min_routes == b->min_routes && a->bandwidth_mbps == b->bandwidth_mbps &&
                memcmp(a->peering, b->peering, sizeof a->peering) == 0 &&
                memcmp(a->family, b->family, sizeof a->family) == 0;

    for (size_t i = 0; same && i < a->prefix_count; i++)
        same = net_equal(&a->prefixes[i], &b->prefixes[i]);
    return same;
}

static bool same_circuit(const struct settings *was, const struct circuit_settings *a, const struct settings *is,
                         const struct circuit_settings *b)
{
    return strcmp(a->name, b->name) == 0 && a->every_ms == b->every_ms && same_labels(a, b) &&
           same_expectation(&a->expect, &b->expect) &&
           strcmp(was->azure.credentials[a->credential].name, is->azure.credentials[b->credential].name) == 0;
}

static void count_changes(const struct settings *was, const struct settings *is, struct reload_view *out)
{
    size_t a = 0, b = 0;

    while (a < was->circuit_count || b < is->circuit_count) {
        int order = a == was->circuit_count  ? 1
                    : b == is->circuit_count ? -1
                                             : resource_id_compare(&was->circuits[a].id, &is->circuits[b].id);
        if (order < 0) {
            out->removed++;
            a++;
        } else if (order > 0) {
            out->added++;
            b++;
        } else {
            out->changed += !same_circuit(was, &was->circuits[a], is, &is->circuits[b]);
            a++;
            b++;
        }
    }
}

/* The first sentence is kept for `erwatchctl loop`; every line goes to the journal. */
static void rejected(struct app *app, const struct diag *diag, const char *why, struct moment now)
{
    struct rejection rejection = { .errors = diag_errors(diag), .at_wall_ms = now.wall_ms,
                                   .loaded_wall_ms = app->loaded.wall_ms };
    char text[1024];

    snprintf(app->settings_trouble, sizeof app->settings_trouble, "%s",
             diag_errors(diag) > 0 ? diag_line(diag, 0) : why);
    snprintf(text, sizeof text, "new settings refused, the old ones stay: %s", app->settings_trouble);
    tell_message(app, MESSAGE_SETTINGS_REJECTED, -1, text, NULL, 0);
    for (size_t i = 1; i < diag_count(diag); i++)
        journal_say(app->journal, LOG_WARNING, "%s", diag_line(diag, i));
    snprintf(rejection.first, sizeof rejection.first, "%s", app->settings_trouble);
    engine_settings(app->engine, &rejection, now, &app->effects);
}

static void taken(struct app *app, const struct reload_view *view, struct moment now)
{
    char text[512];

    app->loaded = now;
    app->settings_trouble[0] = '\0';
    snprintf(text, sizeof text, "settings of %s taken: %zu circuits (%zu added, %zu removed, %zu changed)",
             app->settings->file, view->circuits, view->added, view->removed, view->changed);
    tell_message(app, MESSAGE_SETTINGS_LOADED, -1, text, NULL, 0);
    engine_settings(app->engine, NULL, now, &app->effects);
}

bool reload_now(struct app *app, struct diag *diag, struct reload_view *out, struct moment now)
{
    char why[256] = "";
    notify_reloading();
    struct settings *settings = settings_load(app->options->settings, diag);
    *out = (struct reload_view){ .file = app->options->settings };
    bool good = settings != NULL && check_files(settings, diag);
    if (good) {
        settings = discover_dress(app, settings);
        count_changes(app->settings, settings, out);
    }
    if (good && app_adopt(app, settings, now, why)) {
        out->circuits = app->settings->circuit_count;
        taken(app, out, now);
    } else {
        if (why[0] != '\0')
            diag_error(diag, (struct place){ .file = app->options->settings }, "%s", why);
        settings_free(settings);
        rejected(app, diag, why, now);
        good = false;
    }
    notify_ready(NULL);
    app_follow(app, now);
    app_status(app);
    return good && app->settings_trouble[0] == '\0';
}
