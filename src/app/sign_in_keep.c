/*
 * Tokens over a reload: a credential that is asked for in the same way, of the same services, goes on with the token
 * that it has. So new settings are taken without a break also while nobody can sign in.
 */
#include "app/app.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whoever gets the token, and whoever gives it. */
static bool same_services(const struct azure_settings *a, const struct azure_settings *b)
{
    return same(a->management, b->management) && same(a->metrics, b->metrics) &&
           same(a->metrics_batch, b->metrics_batch) && same(a->login, b->login) &&
           same(a->metadata, b->metadata) && same(a->audience, b->audience);
}

/* Also the files: who names another one wants to see it work. */
static bool same_credential(const struct credential_settings *a, const struct credential_settings *b)
{
    return same(a->name, b->name) && a->method == b->method && same(a->tenant, b->tenant) &&
           same(a->client, b->client) && same(a->object, b->object) && same(a->resource, b->resource) &&
           same(a->secret_file, b->secret_file) && same(a->certificate_file, b->certificate_file) &&
           same(a->password_file, b->password_file) && a->algorithm == b->algorithm &&
           same(a->token_file, b->token_file) && same(a->key_folder, b->key_folder);
}

/* With the refusal, if there was one since: it is not over because other settings were read. Asked is at once. */
static void keep(struct grant *to, struct grant *from)
{
    to->token = from->token;
    to->got = from->got;
    to->expires = from->expires;
    to->renew = from->renew;
    to->serial = from->serial;
    to->trouble = from->trouble;
    from->token = (struct token){ 0 };
}

static void keep_all(struct sign_in *to, struct sign_in *from)
{
    for (enum audience audience = 0; audience < AUDIENCES; audience++)
        if (from->grant[audience].token.text != NULL)
            keep(&to->grant[audience], &from->grant[audience]);
}

void sign_in_keep(struct app *app, const struct azure_settings *was, struct sign_in *from)
{
    const struct azure_settings *is = &app->settings->azure;

    for (size_t i = 0; same_services(was, is) && i < is->credential_count; i++)
        for (size_t j = 0; j < was->credential_count; j++)
            if (same_credential(&was->credentials[j], &is->credentials[i]))
                keep_all(&app->sign_ins[i], &from[j]);
}
