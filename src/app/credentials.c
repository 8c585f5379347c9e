/*
 * The files of the credentials, looked at from time to time: a changed one is tried at once while signing in fails, and
 * the core is told when secret or certificate end (rule 94). Azure's time counts: before it has been heard, nothing is
 * said about an end, because a machine may start with any idea of the time.
 */
#include "app/app.h"

#define LOOK_EVERY_MS (60 * 1000)

static bool has_files(const struct credential_settings *settings)
{
    return settings->method == METHOD_CLIENT_SECRET || settings->method == METHOD_CLIENT_CERTIFICATE ||
           settings->method == METHOD_WORKLOAD_IDENTITY;
}

/* The end of the certificate that is in the file now; one that cannot be read is found out by the next sign-in. */
static void read_end(struct sign_in *sign_in)
{
    char why[SIGN_IN_WHY_MAX];
    struct certificate *certificate = sign_in_certificate(sign_in->settings, why);

    if (certificate == NULL)
        return;
    sign_in->ends_wall_ms = certificate_ends_ms(certificate);
    certificate_free(certificate);
}

/* The earlier of what the settings say and what the certificate says. */
int64_t credentials_end(const struct sign_in *sign_in)
{
    int64_t said = sign_in->settings->expires_wall_ms, read = sign_in->ends_wall_ms;

    return said == 0 || (read != 0 && read <= said) ? read : said;
}

static struct expiry expiry_of(const struct app *app, const struct sign_in *sign_in, struct moment now)
{
    struct expiry expiry = { .of = EXPIRY_NEVER, .at = MONO_NEVER, .wall_ms = credentials_end(sign_in) };

    if (expiry.wall_ms == 0)
        return expiry;
    expiry.of = expiry.wall_ms == sign_in->ends_wall_ms ? EXPIRY_CERTIFICATE : EXPIRY_SECRET;
    expiry.at = mono_after(now.mono, expiry.wall_ms - poll_azure_now(app, now));
    return expiry;
}

static void look(struct app *app, size_t credential, struct moment now)
{
    struct sign_in *sign_in = &app->sign_ins[credential];
    uint64_t stamp = has_files(sign_in->settings) ? sign_in_stamp(sign_in->settings) : 0;
    bool first = !sign_in->looked, changed = !first && stamp != sign_in->stamp;

    sign_in->looked = true;
    sign_in->stamp = stamp;
    if (sign_in->settings->method == METHOD_CLIENT_CERTIFICATE && (first || changed))
        read_end(sign_in);
    struct expiry expiry = expiry_of(app, sign_in, now);
    if (app->azure_heard || expiry.of == EXPIRY_NEVER)
        engine_credential_expires(app->engine, credential, &expiry, now, &app->effects);
    if (changed && sign_in->grant[AUDIENCE_MANAGEMENT].trouble.kind == TROUBLE_SIGN_IN)
        sign_in_again(app, credential, now);
}

static void look_due(void *context, struct moment now)
{
    struct app *app = context;
    int64_t every = app->settings->poll.every_ms < LOOK_EVERY_MS ? app->settings->poll.every_ms : LOOK_EVERY_MS;

    if (app->stopping)
        return;
    for (size_t i = 0; i < app->settings->azure.credential_count; i++)
        look(app, i, now);
    timer_set(app->credentials_timer, mono_after(now.mono, every));
    app_follow(app, now);
}

void credentials_look(struct app *app, struct moment now)
{
    if (app->credentials_timer == NULL)
        app->credentials_timer = timer_new(app->loop, look_due, app);
    timer_set(app->credentials_timer, now.mono);
}
