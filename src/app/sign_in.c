/*
 * Tokens: one per credential, asked for when it is first needed, renewed in time, once more at once when ARM answers 401.
 * The secret is read from its file for every request, so a changed one is used without a restart; it is wiped at once.
 */
#include "app/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRETS_FOLDER ERWATCH_SYSCONFDIR "/secrets"
#define RETRY_MAX_MS (60 * 1000)
#define METADATA_TRIES 5 /* as Microsoft's own clients; an update of the service takes up to 70 s */

static void sign_in_failed(struct app *app, size_t credential, const struct failure *failure, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    struct call *refused = sign_in->refused;
    bool said_no = failure->kind == TROUBLE_SIGN_IN || failure->kind == TROUBLE_TOKEN;

    sign_in->busy = false;
    sign_in->refused = NULL;
    sign_in->trouble = *failure;
    if (sign_in->failures < UINT32_MAX)
        sign_in->failures++;
    int64_t pause = said_no ? app->settings->poll.every_ms
                            : schedule_back_off(sign_in->failures, 1000, RETRY_MAX_MS, app_random(app));
    if (failure->retry_after_ms > pause)
        pause = failure->retry_after_ms;
    sign_in->not_before = mono_after(now.mono, pause);
    if (said_no)
        engine_credential_failed(app->engine, credential, failure, now, &app->effects);
    ask_again(app, refused, failure, now);
    poll_token(app, credential, failure, now);
    app_follow(app, now);
}

static void sign_in_done(struct app *app, size_t credential, struct token *token, struct mono asked, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    struct call *refused = sign_in->refused;

    token_free(&sign_in->token);
    sign_in->token = *token;
    *token = (struct token){ 0 };
    sign_in->serial++;
    sign_in->got = asked;
    sign_in->expires = mono_after(asked, sign_in->token.lives_ms);
    sign_in->renew = schedule_renewal(asked, sign_in->token.lives_ms);
    sign_in->failures = 0;
    sign_in->busy = false;
    sign_in->refused = NULL;
    sign_in->not_before = (struct mono){ 0 };
    bool was_refused = sign_in->trouble.kind == TROUBLE_SIGN_IN;
    sign_in->trouble.kind = TROUBLE_NONE;
    if (was_refused)
        engine_credential_works(app->engine, credential, now, &app->effects);
    ask_again(app, refused, NULL, now);
    poll_token(app, credential, NULL, now);
    app_follow(app, now);
}

/* Where nothing answers as metadata service, time after time, the machine has no identity to sign in with. */
static void judge_metadata(const struct sign_in *sign_in, bool answered, struct failure *failure)
{
    char why[sizeof failure->what];

    if (sign_in->settings->method != METHOD_MANAGED_IDENTITY || failure->kind != TROUBLE_NETWORK || answered ||
        sign_in->failures + 1 < METADATA_TRIES)
        return;
    memcpy(why, failure->what, sizeof why);
    failure->kind = TROUBLE_SIGN_IN;
    snprintf(failure->code, sizeof failure->code, "no-metadata-service");
    snprintf(failure->what, sizeof failure->what, "the machine's metadata service does not answer: %.100s", why);
}

struct token_context {
    struct app *app;
    size_t credential;
};

static void token_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                       struct moment now)
{
    struct token_context at = *(struct token_context *)context;
    struct token token = { 0 };

    free(context);
    if (reply == NULL && failure->kind == TROUBLE_NONE)
        return;
    if (reply != NULL && token_read(reply, &token, failure) == AZURE_OK) {
        if (token.lives_ms > mono_between(asked, now.mono)) {
            sign_in_done(at.app, at.credential, &token, asked, now);
            return;
        }
        token_free(&token);
        *failure = (struct failure){ .kind = TROUBLE_NETWORK, .retry_after_ms = -1 };
        snprintf(failure->what, sizeof failure->what, "the sign-in service gave a token that had already expired");
    }
    judge_metadata(&at.app->sign_ins[at.credential], reply != NULL, failure);
    sign_in_failed(at.app, at.credential, failure, now);
}

/* Make the request; false when the secret cannot be used. */
static bool make_request(struct app *app, const struct credential_settings *settings, struct azure_request *request,
                         struct failure *failure)
{
    const struct azure_settings *azure = &app->settings->azure;
    struct secret secret;
    char why[512];

    if (settings->method == METHOD_MANAGED_IDENTITY) {
        const struct token_identity identity = { .client = settings->client };
        token_ask_metadata(request, azure->metadata, &identity, azure->audience);
        return true;
    }
    if (!secret_read(settings->secret_file, SECRETS_FOLDER, &secret, why)) {
        *failure = (struct failure){ .kind = TROUBLE_SIGN_IN, .retry_after_ms = -1 };
        snprintf(failure->code, sizeof failure->code, "secret-unusable");
        snprintf(failure->what, sizeof failure->what, "%.*s", (int)sizeof failure->what - 1, why);
        return false;
    }
    token_ask_secret(request, azure->login, settings->tenant, settings->client, secret.bytes, secret.len,
                     azure->audience);
    secret_wipe(&secret);
    return true;
}

static void sign_in_start(struct app *app, size_t credential, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    struct azure_request request = { 0 };
    struct failure failure;

    sign_in->busy = true;
    if (!make_request(app, sign_in->settings, &request, &failure)) {
        sign_in_failed(app, credential, &failure, now);
        return;
    }
    struct token_context *context = malloc(sizeof *context);
    if (context == NULL)
        abort();
    *context = (struct token_context){ app, credential };
    ask_plain(app, ASK_TOKEN, credential, &request, token_came, context);
}

static bool usable(const struct sign_in *sign_in, struct mono now)
{
    return sign_in->token.text != NULL && !mono_reached(sign_in->expires, now);
}

bool sign_in_ready(struct app *app, size_t credential, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    bool has = usable(sign_in, now.mono);
    bool wanted = !has || mono_reached(sign_in->renew, now.mono);

    if (wanted && !sign_in->busy && mono_reached(sign_in->not_before, now.mono))
        sign_in_start(app, credential, now);
    return usable(sign_in, now.mono);
}

struct mono sign_in_next(const struct app *app, size_t credential)
{
    const struct sign_in *sign_in = &app->sign_ins[credential];

    return sign_in->busy ? MONO_NEVER : sign_in->not_before;
}

void sign_in_refused(struct app *app, size_t credential, struct call *call, uint64_t serial, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];

    if (serial != sign_in->serial && usable(sign_in, now.mono)) {
        ask_again(app, call, NULL, now); /* it was sent before the present token came */
        return;
    }
    token_free(&sign_in->token);
    ask_hold(&sign_in->refused, call);
    if (!sign_in->busy)
        sign_in_start(app, credential, now);
}
