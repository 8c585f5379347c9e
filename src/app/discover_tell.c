/*
 * What is said of the lists of `discover`: to the journal once, and to the core, which makes findings of it. A list
 * that is read for polling speaks through its circuits; one of a credential that has none yet speaks for itself.
 */
#include "app/app.h"

#include <stdio.h>
#include <string.h>

/* The polling of the same list; NULL: there is none. */
struct subscription *discover_polled(const struct app *app, const struct source *source)
{
    for (size_t i = 0; i < app->subscription_count; i++) {
        struct subscription *subscription = &app->subscriptions[i];
        if (subscription->credential == source->credential && strcmp(subscription->id, source->subscription) == 0)
            return subscription;
    }
    return NULL;
}

bool discover_watches_nothing(const struct app *app, size_t credential)
{
    for (size_t i = 0; i < app->subscription_count; i++)
        if (app->subscriptions[i].credential == credential)
            return false;
    return true;
}

/* ---- the journal ---- */

void discover_tell_trouble(struct app *app, const struct source *source, const struct failure *failure)
{
    const struct journal_field fields[] = { { "ERWATCH_EVENT", message_find(MESSAGE_DISCOVERY_FAILED)->name } };
    char text[512];

    snprintf(text, sizeof text, "discovery in subscription %s as %s: %s%s%s; what is watched already stays watched",
             source->subscription, app->credential_names[source->credential], failure->what,
             failure->correlation[0] != '\0' ? ", correlation id " : "", failure->correlation);
    tell_message(app, MESSAGE_DISCOVERY_FAILED, -1, text, fields, 1);
}

void discover_tell_beyond(struct app *app, const struct source *source)
{
    const struct journal_field fields[] = { { "ERWATCH_EVENT", message_find(MESSAGE_DISCOVERY_FAILED)->name } };
    char text[256];

    snprintf(text, sizeof text,
             "discovery in subscription %s: %zu circuits are not watched, because \"most\" is reached",
             source->subscription, source->beyond_so_far);
    tell_message(app, MESSAGE_DISCOVERY_FAILED, -1, text, fields, 1);
}

/* ---- the core ---- */

/* Who has no right to list is a finding where there is a circuit to tell it of. */
static void tell_refused(struct app *app, const struct source *source, const struct failure *failure, struct moment now)
{
    const struct subscription *subscription = discover_polled(app, source);
    struct failure copy;

    if (failure != NULL && failure->kind == TROUBLE_TOKEN) {
        engine_credential_failed(app->engine, source->credential, failure, now, &app->effects);
    } else if (subscription != NULL && failure != NULL && failure->kind == TROUBLE_FORBIDDEN) {
        copy = *failure;
        copy.feature = FEATURE_LIST;
        engine_failed(app->engine, subscription->circuits[0], &copy, now, &app->effects);
    } else if (subscription != NULL && failure == NULL) {
        engine_feature_works(app->engine, subscription->circuits[0], FEATURE_LIST, now, &app->effects);
    }
}

/* Did the last look at any list of the credential give one? */
static bool any_listed(const struct app *app, size_t credential)
{
    for (size_t i = 0; i < app->discovery.source_count; i++) {
        const struct source *source = &app->discovery.source[i];
        if (source->credential == credential && source->listed_wall_ms != 0 && source->trouble[0] == '\0')
            return true;
    }
    return false;
}

/* Where no circuit is watched, that no list comes is a finding of the credential. */
static void tell_lists(struct app *app, const struct source *source, const struct failure *failure, struct moment now)
{
    if (failure == NULL)
        engine_list_works(app->engine, source->credential, now, &app->effects);
    else if (!any_listed(app, source->credential))
        engine_list_failed(app->engine, source->credential, failure, now, &app->effects);
}

/* Nor does one come without a token. */
void discover_tell_no_token(struct app *app, const struct source *source, struct moment now)
{
    const struct grant *grant = &app->sign_ins[source->credential].grant[AUDIENCE_MANAGEMENT];

    if (!grant->busy && grant->trouble.kind != TROUBLE_NONE)
        engine_list_failed(app->engine, source->credential, &grant->trouble, now, &app->effects);
}

void discover_tell_core(struct app *app, const struct source *source, const struct failure *failure,
                        struct moment now)
{
    tell_refused(app, source, failure, now);
    tell_lists(app, source, failure, now);
}
