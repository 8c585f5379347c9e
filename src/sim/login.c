/*
 * Sign-in: the token endpoint of Microsoft's identity platform with its errors, what clients read there before they
 * sign in, and the check of the tokens that were given out.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/assertion.h"
#include "sim/fault.h"
#include "sim/scenario.h"
#include "sim/target.h"
#include "sim/world.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

/* ---- tokens ---- */

static void keep_audience(struct token *token, const char *audience)
{
    static const char tail[] = "/.default";
    assert(audience != NULL);
    size_t len = strlen(audience);

    if (len >= strlen(tail) && strcmp(audience + len - strlen(tail), tail) == 0)
        len -= strlen(tail);
    while (len != 0 && audience[len - 1] == '/')
        len--;
    snprintf(token->audience, sizeof token->audience, "%.*s", (int)len, audience);
}

/* "https://uksouth.metrics.localhost:1" is a region of "https://metrics.localhost:1". */
static bool is_region_of(const char *base, const char *audience)
{
    const char *host = strstr(base, "://"), *dot = host != NULL ? strchr(host, '.') : NULL, *of = strstr(audience, "://");

    return dot != NULL && of != NULL && of - audience == host - base &&
           strncasecmp(base, audience, (size_t)(host - base)) == 0 && strcasecmp(dot + 1, of + 3) == 0;
}

/*
 * Is the token for the host that was asked? Azure's own names are good everywhere, because this program stands for
 * them; any other audience must be the address by which the client calls us.
 */
static bool audience_fits(const struct ask *ask, const struct token *token)
{
    const char *metrics = ask->world->scenario->metrics_audience;
    bool batch = ask->target->endpoint == ENDPOINT_METRICS_BATCH;
    bool for_metrics = metrics != NULL ? strcasecmp(token->audience, metrics) == 0
                                       : strstr(token->audience, "://metrics.monitor.azure.") != NULL;

    if (for_metrics || (batch && metrics != NULL))
        return for_metrics && batch;
    if (!batch && strstr(token->audience, "://management.") != NULL)
        return true;
    return strcasecmp(token->audience, ask->base) == 0 || (batch && is_region_of(ask->base, token->audience));
}

const struct token *token_issue(const struct ask *ask, const char *audience, int64_t *life_ms)
{
    struct world *world = ask->world;
    struct token *token = &world->tokens[world->token_next++ % TOKENS_MAX];
    char guid[GUID_TEXT];

    *life_ms = ask->fault != NULL && ask->fault->token_life_ms >= 0 ? ask->fault->token_life_ms
                                                                    : world->scenario->token_life_ms;
    snprintf(token->text, sizeof token->text, "sim.%s", guid_random(guid));
    keep_audience(token, audience);
    token->begins_wall_ms = ask->now.wall_ms;
    token->ends_wall_ms = ask->now.wall_ms + *life_ms;
    return token;
}

static const struct token *token_find(const struct world *world, const char *text)
{
    for (size_t i = 0; i < TOKENS_MAX; i++)
        if (world->tokens[i].text[0] != '\0' && strcmp(world->tokens[i].text, text) == 0)
            return &world->tokens[i];
    return NULL;
}

/* "8/17/2020 3:46:33 AM" */
static const char *american_time(int64_t wall_ms, char out[40])
{
    time_t seconds = wall_ms / 1000;
    struct tm utc;

    gmtime_r(&seconds, &utc);
    snprintf(out, 40, "%d/%d/%d %d:%02d:%02d %s", utc.tm_mon + 1, utc.tm_mday, utc.tm_year + 1900,
             utc.tm_hour % 12 == 0 ? 12 : utc.tm_hour % 12, utc.tm_min, utc.tm_sec, utc.tm_hour < 12 ? "AM" : "PM");
    return out;
}

static bool refuse_token(const struct ask *ask, const char *code, const char *message, const char *why,
                         struct answer *out)
{
    answer_error(out, 401, ENVELOPE_ARM, code, "%s", message);
    answer_header(out, "WWW-Authenticate", "Bearer authorization_uri=\"%s/%s\", error=\"invalid_token\", "
                                           "error_description=\"%s\"",
                  ask->base, ask->world->scenario->tenant, why);
    answer_header(out, "x-ms-failure-cause", "gateway");
    return false;
}

static bool refuse_expired(const struct ask *ask, const struct token *token, struct answer *out)
{
    char ended[40], now[40];
    char *message = text_format("The access token expiry UTC time '%s' is earlier than current UTC time '%s'.",
                                american_time(token->ends_wall_ms, ended), american_time(ask->now.wall_ms, now));

    refuse_token(ask, "ExpiredAuthenticationToken", message, "The access token has expired.", out);
    free(message);
    return false;
}

bool login_check(const struct ask *ask, struct answer *out)
{
    const char *header = server_header(ask->call, "Authorization"), *always = ask->world->scenario->token;

    if (header == NULL)
        return refuse_token(ask, "AuthenticationFailed",
                            "Authentication failed. The 'Authorization' header is missing.",
                            "The authorization header is missing.", out);
    if (strncasecmp(header, "Bearer ", 7) != 0)
        return refuse_token(ask, "AuthenticationFailedInvalidHeader",
                            "Authentication failed. The 'Authorization' header is provided in an invalid format.",
                            "The authorization header is invalid.", out);
    if (always != NULL && strcmp(header + 7, always) == 0)
        return true;
    const struct token *token = token_find(ask->world, header + 7);
    if (token == NULL)
        return refuse_token(ask, "InvalidAuthenticationToken", "The access token is invalid.",
                            "Could not parse the access token.", out);
    if (!audience_fits(ask, token))
        return refuse_token(ask, "InvalidAuthenticationToken", "The access token has been obtained for wrong audience.",
                            "The audience is invalid.", out);
    return token->ends_wall_ms > ask->now.wall_ms || refuse_expired(ask, token, out);
}

/* ---- the form of a token request ---- */

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : isxdigit((unsigned char)c) ? tolower(c) - 'a' + 10 : -1;
}

/* The decoded value of a form's field, heap; NULL when it is not there. */
static char *form_value(const char *form, const char *name)
{
    size_t len = strlen(name), at = 0;

    while (strncmp(form, name, len) != 0 || form[len] != '=') {
        form = strchr(form, '&');
        if (form++ == NULL)
            return NULL;
    }
    form += len + 1;
    char *value = xcalloc(strcspn(form, "&") + 1, 1);
    for (; *form != '\0' && *form != '&'; form++) {
        if (*form == '%' && hex_digit(form[1]) >= 0 && hex_digit(form[2]) >= 0) {
            value[at++] = (char)(hex_digit(form[1]) * 16 + hex_digit(form[2]));
            form += 2;
        } else {
            value[at++] = *form == '+' ? ' ' : *form;
        }
    }
    return value;
}

/* ---- the token endpoint ---- */

struct refusal {
    int status;
    const char *error;
    int number; /* AADSTS… */
    const char *text;
};

static const struct refusal refusals[] = {
    { 400, "invalid_request", 90002, "Tenant '%s' not found. Check to make sure you have the correct tenant ID and are "
                                     "signing into the correct cloud." },
    { 400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type '%s'." },
    { 400, "invalid_scope", 1002012, "The provided value for scope %s is not valid. Client credential flows must have "
                                     "a scope value with /.default suffixed to the resource identifier (application "
                                     "ID URI)." },
    { 400, "unauthorized_client", 700016, "Application with identifier '%s' was not found in the directory." },
    { 401, "invalid_client", 7000222, "The provided client secret keys for app '%s' are expired. Visit the Azure "
                                      "portal to create new keys for your app: https://aka.ms/NewClientSecret." },
    { 401, "invalid_client", 7000215, "Invalid client secret provided. Ensure the secret being sent in the request is "
                                      "the client secret value, not the client secret ID, for a secret added to app "
                                      "'%s'." },
    { 401, "invalid_client", 50027, "Invalid JWT token of app '%s'. The token is malformed." },
    { 401, "invalid_client", 700027, "The certificate with identifier used to sign the client assertion is not "
                                     "registered on application '%s' or is expired." },
    { 401, "invalid_client", 700021, "Client assertion application identifier doesn't match 'client_id' parameter "
                                     "'%s'." },
    { 401, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer, app '%s'." },
    { 401, "invalid_client", 700024, "Client assertion is not within its valid time range, app '%s'." },
    { 401, "invalid_client", 50013, "Assertion failed signature validation of app '%s': it was used before." },
    { 401, "invalid_client", 70021, "No matching federated identity record found for presented assertion of app "
                                    "'%s'." },
    { 401, "invalid_client", 7000216, "'client_assertion', 'client_secret' or 'request' is required for the "
                                      "'client_credentials' grant type, app '%s'." },
};

static void refuse_sign_in(const struct ask *ask, int number, const char *about, struct answer *out)
{
    const struct refusal *refusal = refusals;
    char trace[GUID_TEXT], correlation[GUID_TEXT], stamp[32];
    time_t seconds = ask->now.wall_ms / 1000;
    struct tm utc;

    while (refusal->number != number)
        refusal++;
    strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%SZ", gmtime_r(&seconds, &utc));
    guid_random(trace);
    guid_random(correlation);
    const char *gap = strstr(refusal->text, "%s");
    char *text = text_format("AADSTS%d: %.*s%s%s Trace ID: %s Correlation ID: %s Timestamp: %s", number,
                             (int)(gap - refusal->text), refusal->text, about != NULL ? about : "", gap + 2, trace,
                             correlation, stamp);
    json_t *description = json_string(text);
    char *uri = text_format("%s/error?code=%d", ask->base, number);
    answer_json(out, refusal->status,
                json_pack("{s:s, s:o, s:[i], s:s, s:s, s:s, s:s}", "error", refusal->error, "error_description",
                          description != NULL ? description : json_string("The request is no text."), "error_codes",
                          number, "timestamp", stamp, "trace_id", trace, "correlation_id", correlation, "error_uri",
                          uri),
                false);
    free(uri);
    free(text);
}

static bool ends_in(const char *text, const char *end)
{
    size_t len = text != NULL ? strlen(text) : 0;

    return len >= strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

/* The fields that matter, heap or NULL. */
struct form {
    char *grant, *scope, *client, *secret, *type, *assertion;
};

static struct form form_read(const char *text)
{
    return (struct form){ .grant = form_value(text, "grant_type"),
                          .scope = form_value(text, "scope"),
                          .client = form_value(text, "client_id"),
                          .secret = form_value(text, "client_secret"),
                          .type = form_value(text, "client_assertion_type"),
                          .assertion = form_value(text, "client_assertion") };
}

static void form_fini(struct form *form)
{
    free(form->grant);
    free(form->scope);
    free(form->client);
    free(form->secret);
    free(form->type);
    free(form->assertion);
}

static int judge_assertion(const struct ask *ask, const struct form *form)
{
    char *url = text_format("%s/%s/oauth2/v2.0/token", ask->base, ask->target->tenant);
    const struct asserted asserted = { form->assertion, form->client, url, ask->now.wall_ms };
    static const char type[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"; /* RFC 7523, 2.2 */
    bool bearer = form->type != NULL && strcmp(form->type, type) == 0;
    int refused = bearer ? assertion_judge(ask->world, &asserted) : 7000216;

    free(url);
    return refused;
}

/* In the order in which the real endpoint looks; 0: welcome. */
static int judge(const struct ask *ask, const struct form *form)
{
    const struct scenario *s = ask->world->scenario;

    if (strcasecmp(ask->target->tenant, s->tenant) != 0)
        return 90002;
    if (form->grant == NULL || strcmp(form->grant, "client_credentials") != 0)
        return 70003;
    if (!ends_in(form->scope, "/.default"))
        return 1002012;
    if (form->client == NULL || strcasecmp(form->client, s->client) != 0)
        return 700016;
    if (form->assertion != NULL)
        return judge_assertion(ask, form);
    if (form->secret == NULL || strcmp(form->secret, s->secret) != 0)
        return 7000215;
    return s->secret_expired ? 7000222 : 0;
}

/* What the sentence of a refusal is about. */
static const char *about(const struct ask *ask, const struct form *form, int refused)
{
    return refused == 90002     ? ask->target->tenant
           : refused == 70003   ? form->grant
           : refused == 1002012 ? form->scope
                                : form->client;
}

static void answer_token(const struct ask *ask, struct answer *out)
{
    struct form form = form_read(ask->request->body);
    int refused = judge(ask, &form);
    int64_t life_ms;

    if (refused == 0) {
        const struct token *token = token_issue(ask, form.scope, &life_ms);
        answer_json(out, 200,
                    json_pack("{s:s, s:I, s:I, s:s}", "token_type", "Bearer", "expires_in", (json_int_t)life_ms / 1000,
                              "ext_expires_in", (json_int_t)life_ms / 1000, "access_token", token->text),
                    false);
    } else {
        refuse_sign_in(ask, refused, about(ask, &form, refused), out);
    }
    form_fini(&form);
}

/* ---- discovery ---- */

static void answer_openid(const struct ask *ask, struct answer *out)
{
    char *root = text_format("%s/%s", ask->base, ask->world->scenario->tenant);
    char *token = text_format("%s/oauth2/v2.0/token", root), *authorize = text_format("%s/oauth2/v2.0/authorize", root);
    char *issuer = text_format("%s/v2.0", root);

    answer_json(out, 200,
                json_pack("{s:s, s:s, s:s, s:[s,s]}", "token_endpoint", token, "authorization_endpoint", authorize,
                          "issuer", issuer, "token_endpoint_auth_methods_supported", "client_secret_post",
                          "private_key_jwt"),
                false);
    free(issuer);
    free(authorize);
    free(token);
    free(root);
}

void login_answer(const struct ask *ask, struct answer *out)
{
    char date[HTTP_DATE_TEXT];

    answer_header(out, "Cache-Control", "no-store, no-cache");
    answer_header(out, "Pragma", "no-cache");
    answer_header(out, "Expires", "-1");
    answer_header(out, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    answer_header(out, "X-Content-Type-Options", "nosniff");
    answer_header(out, "Date", "%s", http_date(ask->now.wall_ms, date));
    if (ask->target->wrong_method)
        answer_json(out, 400, json_pack("{s:s, s:s}", "error", "invalid_request", "error_description",
                                        "The method is not supported here."), false);
    else if (ask->target->endpoint == ENDPOINT_TOKEN)
        answer_token(ask, out);
    else if (ask->target->endpoint == ENDPOINT_OPENID)
        answer_openid(ask, out);
    else
        machine_answer(ask, out);
}
