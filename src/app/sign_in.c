/*
 * Tokens: one per credential, asked for when it is first needed, renewed in time, once more at once when ARM answers
 * 401. What is asked stands in sign_in_ask.c; here is when, and what follows from the answer.
 */
#include "app/app.h"

#include "core/span.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_MAX_MS (60 * 1000)
#define METADATA_TRIES 5 /* as Microsoft's own clients; an update of the service takes up to 70 s */
#define CLOCK_OFF_MS (30 * 1000)

static bool is_machine(const struct sign_in *sign_in)
{
    return sign_in->settings->method == METHOD_MANAGED_IDENTITY || sign_in->settings->method == METHOD_ARC;
}

/* A refusal is asked about again once in each interval; what passes, sooner and sooner less often. */
static int64_t pause_after(struct app *app, const struct sign_in *sign_in, const struct failure *failure)
{
    int64_t pause;

    if (failure->kind == TROUBLE_SIGN_IN || failure->kind == TROUBLE_TOKEN)
        pause = app->settings->poll.every_ms;
    else if (is_machine(sign_in) && failure->http_status != 0)
        pause = token_metadata_pause_ms(sign_in->failures);
    else
        pause = schedule_back_off(sign_in->failures, 1000, RETRY_MAX_MS, app_random(app));
    return failure->retry_after_ms > pause ? failure->retry_after_ms : pause;
}

static void sign_in_start(struct app *app, size_t credential, struct moment now);

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
    sign_in->not_before = mono_after(now.mono, pause_after(app, sign_in, failure));
    if (said_no)
        engine_credential_failed(app->engine, credential, failure, now, &app->effects);
    ask_again(app, refused, failure, now);
    poll_token(app, credential, failure, now);
    discover_token(app, credential, now);
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
    sign_in->busy = sign_in->corrected = false;
    sign_in->refused = NULL;
    sign_in->not_before = (struct mono){ 0 };
    bool was_refused = sign_in->trouble.kind == TROUBLE_SIGN_IN;
    sign_in->trouble.kind = TROUBLE_NONE;
    if (was_refused)
        engine_credential_works(app->engine, credential, now, &app->effects);
    ask_again(app, refused, NULL, now);
    poll_token(app, credential, NULL, now);
    discover_token(app, credential, now);
    app_follow(app, now);
}

/* Where nothing answers as metadata service, time after time, the machine has no identity to sign in with. */
static void judge_machine(const struct sign_in *sign_in, bool answered, struct failure *failure)
{
    bool arc = sign_in->settings->method == METHOD_ARC;
    char why[sizeof failure->what];

    if (!is_machine(sign_in) || failure->kind != TROUBLE_NETWORK || answered || sign_in->failures + 1 < METADATA_TRIES)
        return;
    memcpy(why, failure->what, sizeof why);
    failure->kind = TROUBLE_SIGN_IN;
    snprintf(failure->code, sizeof failure->code, "%s", arc ? "no-arc-agent" : "no-metadata-service");
    snprintf(failure->what, sizeof failure->what, "%s does not answer: %.100s",
             arc ? "the agent of Azure Arc" : "the machine's metadata service", why);
}

/* Azure says the same of every certificate that it does not take; that it is over can be seen here. */
static void judge_certificate(const struct app *app, const struct sign_in *sign_in, struct failure *failure,
                              struct moment now)
{
    char when[WHEN_TEXT_MAX];

    if (sign_in->settings->method != METHOD_CLIENT_CERTIFICATE || failure->kind != TROUBLE_SIGN_IN ||
        failure->http_status == 0 || sign_in->ends_wall_ms == 0 || sign_in->ends_wall_ms > poll_azure_now(app, now))
        return;
    when_format(sign_in->ends_wall_ms, when);
    snprintf(failure->what, sizeof failure->what,
             "the certificate ended on %s; make a new one and replace the file (%.32s)", when, failure->code);
}

static bool says_out_of_time(const struct failure *failure)
{
    return strcmp(failure->code, "AADSTS700024") == 0 || strcmp(failure->code, "AADSTS500133") == 0;
}

/* The refusal itself has brought Azure's time: was the assertion made by another one? Then once more, at once. */
static bool try_by_azures_time(struct app *app, size_t credential, const struct failure *failure, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    int64_t off = poll_azure_now(app, now) - now.mono.ms - sign_in->azure_ahead_ms;

    if (sign_in->settings->method != METHOD_CLIENT_CERTIFICATE || !says_out_of_time(failure) || sign_in->corrected ||
        (off < CLOCK_OFF_MS && off > -CLOCK_OFF_MS))
        return false;
    sign_in->corrected = true;
    sign_in_start(app, credential, now);
    return true;
}

struct token_context {
    struct app *app;
    size_t credential;
};

static void token_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                       struct moment now);

static void send_request(struct app *app, size_t credential, struct azure_request *request)
{
    struct token_context *context = malloc(sizeof *context);

    if (context == NULL)
        abort();
    *context = (struct token_context){ app, credential };
    ask_plain(app, ASK_TOKEN, credential, request, token_came, context);
}

/* The Arc agent wants to see that we may read its file. */
static bool answer_challenge(struct app *app, size_t credential, const struct azure_reply *reply,
                             struct failure *failure)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    struct azure_request request = { 0 };

    if (!sign_in_answer_agent(app, sign_in->settings, reply, &request, failure))
        return false;
    sign_in->challenged = true;
    send_request(app, credential, &request);
    return true;
}

/* No token. Is there a second step, or is it a failure? */
static void token_did_not_come(struct app *app, size_t credential, const struct azure_reply *reply,
                               struct failure *failure, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    bool challenge = reply != NULL && reply->status == 401 && sign_in->settings->method == METHOD_ARC &&
                     !sign_in->challenged;

    if (challenge && answer_challenge(app, credential, reply, failure))
        return;
    if (try_by_azures_time(app, credential, failure, now))
        return;
    judge_machine(sign_in, reply != NULL, failure);
    judge_certificate(app, sign_in, failure, now);
    sign_in_failed(app, credential, failure, now);
}

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
    token_did_not_come(at.app, at.credential, reply, failure, now);
}

static void sign_in_start(struct app *app, size_t credential, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    struct azure_request request = { 0 };
    struct failure failure;

    sign_in->busy = true;
    sign_in->challenged = false;
    sign_in->azure_ahead_ms = poll_azure_now(app, now) - now.mono.ms;
    if (sign_in_make(app, sign_in->settings, now, &request, &failure))
        send_request(app, credential, &request);
    else
        sign_in_failed(app, credential, &failure, now);
}

void sign_in_again(struct app *app, size_t credential, struct moment now)
{
    if (!app->sign_ins[credential].busy)
        sign_in_start(app, credential, now);
}

/* A token that still serves says nothing of a secret that login has refused since. */
void sign_in_worked(struct app *app, size_t credential, struct moment now)
{
    if (app->sign_ins[credential].trouble.kind != TROUBLE_SIGN_IN)
        engine_credential_works(app->engine, credential, now, &app->effects);
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
