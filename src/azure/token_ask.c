/*
 * Bearer tokens: what is asked of the login service, of a virtual machine's metadata service and of Azure Arc's agent.
 * Sources: "OAuth 2.0 client credentials flow", "How to use managed identities to get an access token", "Authenticate
 * against Azure resources with Azure Arc-enabled servers".
 */
#include "azure/token.h"

#include "azure/answer.h"
#include "azure/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIXED_ROOM 512
#define METADATA_PATH "/metadata/identity/oauth2/token"

static void add_field(struct line *line, const char *name, const char *text, size_t len)
{
    line_add(line, name);
    line_add_encoded(line, text, len, "");
}

/* ---- login ---- */

char *token_url(const char *login, const char *tenant)
{
    struct line url;

    line_init(&url, FIXED_ROOM + strlen(login) + strlen(tenant) * 3);
    line_add(&url, login);
    line_add(&url, "/");
    line_add_encoded(&url, tenant, strlen(tenant), "");
    line_add(&url, "/oauth2/v2.0/token");
    return url.text;
}

/* Takes the form's text over. */
static void ask_login(struct azure_request *out, const char *login, const char *tenant, const struct line *form)
{
    *out = (struct azure_request){ .method = "POST", .url = token_url(login, tenant), .body = form->text,
                                   .accept = "application/json",
                                   .content_type = "application/x-www-form-urlencoded", .secret = true,
                                   .limit = TOKEN_MAX };
}

/* What both forms begin with; there is room for @p more bytes, encoded. */
static void begin_form(struct line *form, const char *client, const char *audience, size_t more)
{
    line_init(form, FIXED_ROOM + (strlen(client) + strlen(audience) + more) * 3);
    add_field(form, "grant_type=client_credentials&client_id=", client, strlen(client));
    add_field(form, "&scope=", audience, strlen(audience));
    line_add(form, "%2F.default");
}

void token_ask_secret(struct azure_request *out, const char *login, const char *tenant, const char *client,
                      const char *secret, size_t secret_len, const char *audience)
{
    struct line form;

    begin_form(&form, client, audience, secret_len);
    add_field(&form, "&client_secret=", secret, secret_len);
    ask_login(out, login, tenant, &form);
}

void token_ask_assertion(struct azure_request *out, const char *login, const char *tenant, const char *client,
                         const char *assertion, size_t assertion_len, const char *audience)
{
    static const char type[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"; /* RFC 7523, 2.2 */
    struct line form;

    begin_form(&form, client, audience, assertion_len);
    add_field(&form, "&client_assertion_type=", type, sizeof type - 1);
    add_field(&form, "&client_assertion=", assertion, assertion_len);
    ask_login(out, login, tenant, &form);
}

bool token_is_assertion(const char *text, size_t len)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    size_t dots = 0;

    for (size_t i = 0; i < len; i++) {
        if (memchr(alphabet, text[i], sizeof alphabet - 1) == NULL)
            return false;
        dots += text[i] == '.';
    }
    return dots == 2 && text[0] != '.';
}

/* ---- services of this machine ---- */

/* @p version: "2018-02-01"; room for @p more bytes, encoded */
static void begin_url(struct line *url, const char *service, const char *version, const char *audience, size_t more)
{
    line_init(url, FIXED_ROOM + strlen(service) + (strlen(audience) + more) * 3);
    line_add(url, service);
    line_add(url, METADATA_PATH "?api-version=");
    line_add(url, version);
    add_field(url, "&resource=", audience, strlen(audience));
    line_add(url, "%2F"); /* the slash behind the resource, as the documentation has it */
}

/* Takes the text of the URL over. */
static void ask_machine(struct azure_request *out, const struct line *url)
{
    *out = (struct azure_request){ .method = "GET", .url = url->text, .accept = "application/json", .metadata = true,
                                   .limit = TOKEN_MAX };
}

void token_ask_metadata(struct azure_request *out, const char *metadata, const struct token_identity *identity,
                        const char *audience)
{
    const struct {
        const char *name, *value;
    } names[] = {
        { "&client_id=", identity->client },
        { "&object_id=", identity->object },
        { "&msi_res_id=", identity->resource },
    };
    struct line url;
    size_t more = 0;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        more += names[i].value != NULL ? strlen(names[i].value) : 0;
    begin_url(&url, metadata, "2018-02-01", audience, more);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].value != NULL)
            add_field(&url, names[i].name, names[i].value, strlen(names[i].value));
    ask_machine(out, &url);
}

int64_t token_metadata_pause_ms(uint32_t failures)
{
    static const uint8_t seconds[] = { 2, 6, 14, 30 };
    size_t last = sizeof seconds - 1;

    return (failures <= last ? seconds[failures - 1] : seconds[last]) * INT64_C(1000);
}

/* ---- Azure Arc ---- */

void token_ask_arc(struct azure_request *out, const char *agent, const char *key, size_t key_len, const char *audience)
{
    struct line url;

    begin_url(&url, agent, "2019-11-01", audience, 0);
    ask_machine(out, &url);
    if (key == NULL)
        return;
    static const char scheme[] = "Basic ";
    out->authorization = malloc(sizeof scheme + key_len);
    if (out->authorization == NULL)
        abort();
    memcpy(out->authorization, scheme, sizeof scheme - 1);
    memcpy(out->authorization + sizeof scheme - 1, key, key_len);
    out->authorization[sizeof scheme - 1 + key_len] = '\0';
}

bool token_is_arc_key(const char *key, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (key[i] <= ' ' || key[i] > '~')
            return false;
    return len > 0 && len <= TOKEN_ARC_KEY_MAX;
}

static bool refuse(const struct azure_reply *reply, struct failure *why, const char *because)
{
    static const char code[] = "arc-challenge";

    failure_begin(why, reply, TROUBLE_SIGN_IN);
    text_copy(why->code, sizeof why->code, code, sizeof code - 1);
    text_print(why->what, sizeof why->what, "the Arc agent %s", because);
    return false;
}

bool token_arc_key(const struct azure_reply *reply, const char *folder, char name[TOKEN_ARC_NAME_MAX],
                   struct failure *why)
{
    static const char realm[] = "Basic realm=";
    const char *path = reply->challenge;
    size_t folder_len = strlen(folder);

    if (path == NULL || strncasecmp(path, realm, sizeof realm - 1) != 0)
        return refuse(reply, why, "does not say in which file its key is");
    path += sizeof realm - 1;
    if (strncmp(path, folder, folder_len) != 0 || path[folder_len] != '/')
        return refuse(reply, why, "names a key file outside its folder, which is not read");
    path += folder_len + 1;
    size_t len = strlen(path);
    if (len < 5 || len >= TOKEN_ARC_NAME_MAX || strchr(path, '/') != NULL || strcmp(path + len - 4, ".key") != 0)
        return refuse(reply, why, "names a key file of another form, which is not read");
    memcpy(name, path, len + 1);
    return true;
}
