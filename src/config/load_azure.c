/* Where to ask and as whom: the addresses of the clouds, proxy, authorities, credentials. */
#include "config/circuit_id.h"
#include "config/load.h"
#include "config/origin.h"
#include "config/read.h"

#include <string.h>
#include <strings.h>

/* "National clouds" of the Microsoft identity platform; "Azure environments" of the command line (az cloud list) */
static const struct {
    const char *management, *login;
} clouds[] = {
    [CLOUD_PUBLIC] = { "https://management.azure.com", "https://login.microsoftonline.com" },
    [CLOUD_USGOV] = { "https://management.usgovcloudapi.net", "https://login.microsoftonline.us" },
    [CLOUD_CHINA] = { "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn" },
    [CLOUD_CUSTOM] = { NULL, NULL },
};

#define METADATA_ADDRESS "http://169.254.169.254"

enum plain_http { HTTP_LOOPBACK, HTTP_ANYWHERE };

/* An address that was given, without the slash at its end; *to is left alone when there is none or it is wrong. */
static void check_address(struct loading *loading, const struct node *node, enum plain_http plain, const char **to)
{
    struct origin_parts parts = { 0 };

    if (*to == NULL || node == NULL)
        return;
    const char *wrong = origin_parse(*to, &parts);
    if (wrong == NULL && !parts.tls && plain == HTTP_LOOPBACK && !parts.loopback)
        wrong = "has no TLS, which only an address of this host may lack";
    if (wrong != NULL) {
        diag_error(loading->diag, node->place, "\"%s\" %s; it must be %s://host[:port]", node->key, wrong,
                   plain == HTTP_ANYWHERE ? "http[s]" : "https");
        return;
    }
    *to = arena_copy(loading->arena, *to, parts.len);
}

/* The four addresses, which only a cloud of one's own may have. */
static void check_addresses(struct loading *loading, const struct node *map, struct azure_settings *azure)
{
    const struct {
        const char *key;
        const char **to;
        enum plain_http plain;
    } rows[] = {
        { "management", &azure->management, HTTP_LOOPBACK },
        { "login", &azure->login, HTTP_LOOPBACK },
        { "metrics", &azure->metrics, HTTP_LOOPBACK },
        { "metadata", &azure->metadata, HTTP_ANYWHERE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct node *node = node_get(map, rows[i].key);
        if (node != NULL && azure->cloud != CLOUD_CUSTOM)
            diag_error(loading->diag, node->key_place,
                       "\"%s\" needs \"cloud: custom\"; the other clouds have their own", node->key);
        else
            check_address(loading, node, rows[i].plain, rows[i].to);
    }
}

static void fill_addresses(struct loading *loading, const struct node *map, struct azure_settings *azure)
{
    if (azure->cloud != CLOUD_CUSTOM) {
        azure->management = clouds[azure->cloud].management;
        azure->login = clouds[azure->cloud].login;
    } else if (node_get(map, "management") == NULL) {
        diag_error(loading->diag, map->place, "\"management\" is missing: a custom cloud has no address by itself");
    }
    if (azure->metrics == NULL || azure->cloud != CLOUD_CUSTOM)
        azure->metrics = azure->management;
    if (azure->metadata == NULL || azure->cloud != CLOUD_CUSTOM)
        azure->metadata = METADATA_ADDRESS;
}

/* A proxy may come with a password in its address: the text is not repeated. */
static void check_proxy(struct loading *loading, const struct node *node, struct azure_settings *azure)
{
    struct origin_parts parts = { 0 };

    if (node == NULL || strcmp(azure->proxy, "none") == 0 || strcmp(azure->proxy, "environment") == 0)
        return;
    const char *wrong = origin_parse(azure->proxy, &parts);
    if (wrong == NULL && parts.tls)
        wrong = "is asked with http://, also for https";
    else if (wrong == NULL && !parts.port)
        wrong = "has no port";
    if (wrong != NULL)
        diag_error(loading->diag, node->place, "the proxy %s; it must be none, environment or http://host:port", wrong);
    else
        azure->proxy = arena_copy(loading->arena, azure->proxy, parts.len);
}

static void check_ca_file(struct loading *loading, const struct node *node, struct azure_settings *azure)
{
    if (node != NULL)
        azure->ca_place = node->place;
    if (strcmp(azure->ca_file, "system") == 0)
        azure->ca_file = NULL;
    else if (azure->ca_file[0] != '/')
        diag_error(loading->diag, azure->ca_place, "\"ca_file\" is \"%s\"; it must be system or an absolute path",
                   azure->ca_file);
}

/* "2024-05-01", perhaps with "-preview" behind */
static void check_api_version(struct loading *loading, const struct node *node, const struct azure_settings *azure)
{
    static const char shape[] = "0000-00-00";
    const char *text = azure->api_version;
    size_t at = 0;

    while (shape[at] != '\0' && (shape[at] == '-' ? text[at] == '-' : text[at] >= '0' && text[at] <= '9'))
        at++;
    if (node != NULL && (shape[at] != '\0' || (text[at] != '\0' && strcmp(text + at, "-preview") != 0)))
        diag_error(loading->diag, node->place, "\"api_version\" is \"%s\"; it must be a date such as 2024-05-01", text);
}

bool azure_is_simulated(const struct node *map)
{
    const struct node *cloud = node_get(map, "cloud"), *management = node_get(map, "management");
    struct origin_parts parts = { 0 };

    return cloud != NULL && strcmp(cloud->text, "custom") == 0 && management != NULL &&
           origin_parse(management->text, &parts) == NULL && parts.loopback;
}

void load_azure(struct loading *loading, const struct node *map)
{
    struct azure_settings *azure = &loading->draft.azure;

    if (map == NULL || map->kind != NODE_MAP)
        return;
    check_addresses(loading, map, azure);
    fill_addresses(loading, map, azure);
    check_proxy(loading, node_get(map, "proxy"), azure);
    check_ca_file(loading, node_get(map, "ca_file"), azure);
    check_api_version(loading, node_get(map, "api_version"), azure);
}

/* ---- credentials ---- */

/* A GUID, or a domain name such as contoso.onmicrosoft.com */
static bool tenant_is_fine(const char *text)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    if (guid_is_fine(text, strlen(text)))
        return true;
    return strchr(text, '.') != NULL && text[strspn(text, name)] == '\0' && *text != '.' && *text != '-' &&
           text[strlen(text) - 1] != '.' && strstr(text, "..") == NULL;
}

/* What was written may be a secret in the wrong place: it is not repeated. */
static void check_ids(struct loading *loading, const struct node *map, const struct credential_settings *credential)
{
    if (credential->tenant != NULL && !tenant_is_fine(credential->tenant))
        diag_error(loading->diag, node_get(map, "tenant")->place,
                   "\"tenant\" must be the directory's GUID or a domain name such as contoso.onmicrosoft.com");
    if (credential->client != NULL && !guid_is_fine(credential->client, strlen(credential->client)))
        diag_error(loading->diag, node_get(map, "client")->place,
                   "\"client\" must be the application's client id, a GUID (8-4-4-4-12 hexadecimal digits)");
}

static void check_method(struct loading *loading, const struct node *map, const struct credential_settings *credential)
{
    static const char *const needed[] = { "tenant", "client", "secret_file" };
    const struct node *secret = node_get(map, "secret_file");

    if (credential->method == METHOD_MANAGED_IDENTITY && secret != NULL)
        diag_error(loading->diag, secret->key_place, "\"secret_file\" has no use with \"method: managed-identity\"");
    for (size_t i = 0; credential->method == METHOD_CLIENT_SECRET && i < sizeof needed / sizeof *needed; i++)
        if (node_get(map, needed[i]) == NULL)
            diag_error(loading->diag, map->place, "\"%s\" is missing: \"method: client-secret\" needs it", needed[i]);
}

static void load_credential(struct loading *loading, const struct node *map, size_t index,
                            struct credential_settings *credential)
{
    read_defaults(loading, &credential_table, credential);
    read_map(loading, &credential_table, map, credential);
    if (map->kind != NODE_MAP)
        return;
    credential->place = map->place;
    if (credential->name != NULL)
        names_add(&loading->credentials, credential->name, index, node_get(map, "name")->place, loading->diag);
    check_ids(loading, map, credential);
    check_method(loading, map, credential);
    if (credential->secret_file != NULL)
        credential->secret_place = node_get(map, "secret_file")->place;
    if (credential->method == METHOD_CLIENT_SECRET && loading->draft.azure.cloud == CLOUD_CUSTOM &&
        loading->draft.azure.login == NULL)
        diag_error(loading->diag, map->place,
                   "\"azure.login\" is missing: a custom cloud needs it for a client secret");
}

void load_credentials(struct loading *loading)
{
    const struct node *list = loading->draft.credentials;
    size_t count = list != NULL ? list->count : 0, index = 0;
    struct credential_settings *credentials = arena_array(loading->arena, count, sizeof *credentials);

    names_init(&loading->credentials, "credential", loading->arena, count);
    for (const struct node *map = count > 0 ? list->first : NULL; map != NULL; map = map->next, index++)
        load_credential(loading, map, index, &credentials[index]);
    loading->draft.azure.credentials = credentials;
    loading->draft.azure.credential_count = count;
}
