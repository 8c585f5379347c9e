/*
 * Tokens: one per credential and audience, asked for when it is first needed, renewed in time, once more at once when
 * the audience answers 401. What is asked stands in sign_in_ask.c; here is when, and what follows from the answer. A
 * token that is not for ARM is only a convenience: that there is none is no finding.
 */
#include "app/app.h"
#include "app/search.h"
#include "app/try.h"

#include "core/span.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_MAX_MS (60 * 1000)
#define METADATA_TRIES 5 /* as Microsoft's own clients; an update of the service takes up to 70 s */
#define CLOCK_OFF_MS (30 * 1000)
#define FILE_AGAIN_MS 5000 /* a file that is being replaced is whole again by then */

/* Whose token, and what for. */
struct wanted {
    struct app *app;
    size_t credential;
    enum audience audience;
};

static const struct credential_settings *settings_of(const struct wanted *wanted)
{
    return wanted->app->sign_ins[wanted->credential].settings;
}

static struct grant *grant_of(const struct wanted *wanted)
{
    return &wanted->app->sign_ins[wanted->credential].grant[wanted->audience];
}

static bool usable(const struct grant *grant, struct mono now)
{
    return grant->token.text != NULL && !mono_reached(grant->expires, now);
}

static bool is_machine(const struct wanted *wanted)
{
    uint8_t method = settings_of(wanted)->method;

    return method == METHOD_MANAGED_IDENTITY || method == METHOD_ARC;
}

/* A refusal is asked about again once in each interval; what passes, sooner and sooner less often. */
static int64_t pause_after(const struct wanted *wanted, const struct failure *failure, bool passing)
{
    uint32_t failures = grant_of(wanted)->failures;
    int64_t pause;

    if (passing)
        pause = FILE_AGAIN_MS;
    else if (failure->kind == TROUBLE_SIGN_IN || failure->kind == TROUBLE_TOKEN)
        pause = wanted->app->settings->poll.every_ms;
    else if (is_machine(wanted))
        pause = token_metadata_pause_ms(failures);
    else
        pause = schedule_back_off(failures, 1000, RETRY_MAX_MS, app_random(wanted->app));
    return failure->retry_after_ms > pause ? failure->retry_after_ms : pause;
}

/* Whoever waits for the token goes on, with it or without. */
static void tell_waiting(const struct wanted *wanted, const struct failure *failure, struct moment now)
{
    if (wanted->app->trial != NULL) {
        try_token(wanted->app, wanted->credential, wanted->audience, failure, now);
        return;
    }
    if (wanted->audience == AUDIENCE_MANAGEMENT) {
        poll_token(wanted->app, wanted->credential, failure, now);
        discover_token(wanted->app, wanted->credential, now);
        search_token(wanted->app, wanted->credential, now);
    } else {
        poll_token_metrics(wanted->app, wanted->credential, failure, now);
    }
    app_follow(wanted->app, now);
}

static void sign_in_start(const struct wanted *wanted, struct moment now);

/* A file of the credential's was not there, or half there, while its token still serves: it may be being replaced. */
static bool may_pass(const struct grant *grant, const struct failure *failure, struct moment now)
{
    return failure->kind == TROUBLE_SIGN_IN && failure->http_status == 0 && grant->failures == 0 &&
           usable(grant, now.mono);
}

static void sign_in_failed(const struct wanted *wanted, const struct failure *failure, struct moment now)
{
    struct app *app = wanted->app;
    struct grant *grant = grant_of(wanted);
    struct call *refused = grant->refused;
    bool passing = may_pass(grant, failure, now);
    bool said_no = !passing && (failure->kind == TROUBLE_SIGN_IN || failure->kind == TROUBLE_TOKEN);

    grant->busy = false;
    grant->refused = NULL;
    grant->trouble = *failure;
    if (grant->failures < UINT32_MAX)
        grant->failures++;
    grant->not_before = mono_after(now.mono, pause_after(wanted, failure, passing));
    if (said_no && wanted->audience == AUDIENCE_MANAGEMENT && app->trial == NULL)
        engine_credential_failed(app->engine, wanted->credential, failure, now, &app->effects);
    ask_again(app, refused, failure, now);
    tell_waiting(wanted, failure, now);
}

static void sign_in_done(const struct wanted *wanted, struct token *token, struct mono asked, struct moment now)
{
    struct app *app = wanted->app;
    struct grant *grant = grant_of(wanted);
    struct call *refused = grant->refused;

    token_free(&grant->token);
    grant->token = *token;
    *token = (struct token){ 0 };
    grant->serial++;
    grant->got = asked;
    grant->expires = mono_after(asked, grant->token.lives_ms);
    grant->renew = schedule_renewal(asked, grant->token.lives_ms);
    grant->failures = 0;
    grant->busy = grant->corrected = false;
    grant->refused = NULL;
    grant->not_before = (struct mono){ 0 };
    bool was_refused = grant->trouble.kind == TROUBLE_SIGN_IN;
    grant->trouble.kind = TROUBLE_NONE;
    if (was_refused && wanted->audience == AUDIENCE_MANAGEMENT && app->trial == NULL)
        engine_credential_works(app->engine, wanted->credential, now, &app->effects);
    ask_again(app, refused, NULL, now);
    tell_waiting(wanted, NULL, now);
}

/* Where nothing answers as metadata service, time after time, the machine has no identity to sign in with. */
static void judge_machine(const struct wanted *wanted, bool answered, struct failure *failure)
{
    bool arc = settings_of(wanted)->method == METHOD_ARC;
    char why[sizeof failure->what];

    if (!is_machine(wanted) || failure->kind != TROUBLE_NETWORK || answered ||
        grant_of(wanted)->failures + 1 < METADATA_TRIES)
        return;
    memcpy(why, failure->what, sizeof why);
    failure->kind = TROUBLE_SIGN_IN;
    snprintf(failure->code, sizeof failure->code, "%s", arc ? "no-arc-agent" : "no-metadata-service");
    snprintf(failure->what, sizeof failure->what, "%s does not answer: %.100s",
             arc ? "the agent of Azure Arc" : "the machine's metadata service", why);
}

/* Azure says the same of every certificate that it does not take; that it is over can be seen here. */
static void judge_certificate(const struct wanted *wanted, struct failure *failure, struct moment now)
{
    int64_t ends_wall_ms = wanted->app->sign_ins[wanted->credential].ends_wall_ms;
    char when[WHEN_TEXT_MAX];

    if (settings_of(wanted)->method != METHOD_CLIENT_CERTIFICATE || failure->kind != TROUBLE_SIGN_IN ||
        failure->http_status == 0 || ends_wall_ms == 0 || ends_wall_ms > poll_azure_now(wanted->app, now))
        return;
    when_format(ends_wall_ms, when);
    snprintf(failure->what, sizeof failure->what,
             "the certificate ended on %s; make a new one and replace the file (%.32s)", when, failure->code);
}

static bool says_out_of_time(const struct failure *failure)
{
    return strcmp(failure->code, "AADSTS700024") == 0 || strcmp(failure->code, "AADSTS500133") == 0;
}

/* The refusal itself has brought Azure's time: was the assertion made by another one? Then once more, at once. */
static bool try_by_azures_time(const struct wanted *wanted, const struct failure *failure, struct moment now)
{
    struct grant *grant = grant_of(wanted);
    int64_t off = poll_azure_now(wanted->app, now) - now.mono.ms - grant->azure_ahead_ms;

    if (settings_of(wanted)->method != METHOD_CLIENT_CERTIFICATE || !says_out_of_time(failure) || grant->corrected ||
        (off < CLOCK_OFF_MS && off > -CLOCK_OFF_MS))
        return false;
    grant->corrected = true;
    sign_in_start(wanted, now);
    return true;
}

static void token_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                       struct moment now);

static void send_request(const struct wanted *wanted, struct azure_request *request)
{
    struct wanted *context = malloc(sizeof *context);

    if (context == NULL)
        abort();
    *context = *wanted;
    ask_plain(wanted->app, ASK_TOKEN, wanted->credential, request, token_came, context);
}

/* The Arc agent wants to see that we may read its file. */
static bool answer_challenge(const struct wanted *wanted, const struct azure_reply *reply, struct failure *failure)
{
    struct azure_request request = { 0 };

    if (!sign_in_answer_agent(wanted->app, settings_of(wanted), wanted->audience, reply, &request, failure))
        return false;
    grant_of(wanted)->challenged = true;
    send_request(wanted, &request);
    return true;
}

/* No token. Is there a second step, or is it a failure? */
static void token_did_not_come(const struct wanted *wanted, const struct azure_reply *reply, struct failure *failure,
                               struct moment now)
{
    bool challenge = reply != NULL && reply->status == 401 && settings_of(wanted)->method == METHOD_ARC &&
                     !grant_of(wanted)->challenged;

    if (challenge && answer_challenge(wanted, reply, failure))
        return;
    if (try_by_azures_time(wanted, failure, now))
        return;
    /* a portal or a proxy, or login has enough of us: nothing was said about any circuit or subscription */
    if (failure->kind == TROUBLE_UNEXPECTED || failure->kind == TROUBLE_THROTTLED)
        failure->kind = TROUBLE_NETWORK;
    judge_machine(wanted, reply != NULL, failure);
    judge_certificate(wanted, failure, now);
    sign_in_failed(wanted, failure, now);
}

static void token_came(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                       struct moment now)
{
    struct wanted wanted = *(struct wanted *)context;
    struct token token = { 0 };

    free(context);
    if (reply == NULL && failure->kind == TROUBLE_NONE)
        return;
    if (reply != NULL && token_read(reply, &token, failure) == AZURE_OK) {
        if (token.lives_ms > mono_between(asked, now.mono)) {
            sign_in_done(&wanted, &token, asked, now);
            return;
        }
        token_free(&token);
        *failure = (struct failure){ .kind = TROUBLE_NETWORK, .retry_after_ms = -1 };
        snprintf(failure->what, sizeof failure->what, "the sign-in service gave a token that had already expired");
    }
    token_did_not_come(&wanted, reply, failure, now);
}

static void sign_in_start(const struct wanted *wanted, struct moment now)
{
    struct app *app = wanted->app;
    struct grant *grant = grant_of(wanted);
    struct azure_request request = { 0 };
    struct failure failure;

    grant->busy = true;
    grant->challenged = false;
    grant->azure_ahead_ms = poll_azure_now(app, now) - now.mono.ms;
    if (sign_in_make(app, settings_of(wanted), wanted->audience, now, &request, &failure))
        send_request(wanted, &request);
    else
        sign_in_failed(wanted, &failure, now);
}

void sign_in_again(struct app *app, size_t credential, struct moment now)
{
    if (!app->sign_ins[credential].grant[AUDIENCE_MANAGEMENT].busy)
        sign_in_start(&(struct wanted){ app, credential, AUDIENCE_MANAGEMENT }, now);
}

/* A token that still serves says nothing of a secret that login has refused since. */
void sign_in_worked(struct app *app, size_t credential, struct moment now)
{
    if (app->sign_ins[credential].grant[AUDIENCE_MANAGEMENT].trouble.kind != TROUBLE_SIGN_IN)
        engine_credential_works(app->engine, credential, now, &app->effects);
}

bool sign_in_ready_for(struct app *app, size_t credential, enum audience audience, struct moment now)
{
    struct grant *grant = &app->sign_ins[credential].grant[audience];
    bool wanted = !usable(grant, now.mono) || mono_reached(grant->renew, now.mono);

    if (wanted && !grant->busy && mono_reached(grant->not_before, now.mono))
        sign_in_start(&(struct wanted){ app, credential, audience }, now);
    return usable(grant, now.mono);
}

bool sign_in_ready(struct app *app, size_t credential, struct moment now)
{
    return sign_in_ready_for(app, credential, AUDIENCE_MANAGEMENT, now);
}

struct mono sign_in_next(const struct app *app, size_t credential)
{
    const struct grant *grant = &app->sign_ins[credential].grant[AUDIENCE_MANAGEMENT];

    return grant->busy ? MONO_NEVER : grant->not_before;
}

void sign_in_refused(struct app *app, size_t credential, enum audience audience, struct call *call, uint64_t serial,
                     struct moment now)
{
    struct grant *grant = &app->sign_ins[credential].grant[audience];

    if (serial != grant->serial && usable(grant, now.mono)) {
        ask_again(app, call, NULL, now); /* it was sent before the present token came */
        return;
    }
    token_free(&grant->token);
    ask_hold(&grant->refused, call);
    if (!grant->busy)
        sign_in_start(&(struct wanted){ app, credential, audience }, now);
}
