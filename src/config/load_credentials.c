/*
 * Who asks: the credentials. Each way to sign in wants some of the keys, may have others, and has no use for the rest:
 * one table says which, so that what somebody wrote is never passed over in silence.
 */
#include "config/circuit_id.h"
#include "config/load.h"
#include "config/read.h"

#include <string.h>
#include <strings.h>

enum use { NO, MAY, MUST };

static const struct {
    const char *key;
    uint8_t use[METHODS]; /* enum use */
} uses[] = {
    /*                      secret, certificate, workload, managed, arc */
    { "tenant",           { MUST,   MUST,        MAY,      NO,      NO } },
    { "client",           { MUST,   MUST,        MAY,      MAY,     NO } },
    { "object",           { NO,     NO,          NO,       MAY,     NO } },
    { "resource",         { NO,     NO,          NO,       MAY,     NO } },
    { "secret_file",      { MUST,   NO,          NO,       NO,      NO } },
    { "certificate_file", { NO,     MUST,        NO,       NO,      NO } },
    { "password_file",    { NO,     MAY,         NO,       NO,      NO } },
    { "algorithm",        { NO,     MAY,         NO,       NO,      NO } },
    { "token_file",       { NO,     NO,          MAY,      NO,      NO } },
    { "key_folder",       { NO,     NO,          NO,       NO,      MAY } },
    { "expires",          { MAY,    MAY,         NO,       NO,      NO } },
};

static void check_uses(struct loading *loading, const struct node *map, enum sign_in_method method)
{
    const char *name = sign_in_method_name(method);

    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        const struct node *node = node_get(map, uses[i].key);
        if (node != NULL && uses[i].use[method] == NO)
            diag_error(loading->diag, node->key_place, "\"%s\" has no use with \"method: %s\"", node->key, name);
        else if (node == NULL && uses[i].use[method] == MUST)
            diag_error(loading->diag, map->place, "\"%s\" is missing: \"method: %s\" needs it", uses[i].key, name);
    }
}

/* ---- ids ---- */

/* A GUID, or a domain name such as contoso.onmicrosoft.com */
static bool tenant_is_fine(const char *text)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";

    if (guid_is_fine(text, strlen(text)))
        return true;
    return strchr(text, '.') != NULL && text[strspn(text, name)] == '\0' && *text != '.' && *text != '-' &&
           text[strlen(text) - 1] != '.' && strstr(text, "..") == NULL;
}

/* "/subscriptions/.../providers/Microsoft.ManagedIdentity/userAssignedIdentities/NAME" */
static bool identity_is_fine(const char *text)
{
    static const char kind[] = "/userAssignedIdentities/";
    bool found = false;

    for (const char *at = text; at != NULL; at = strchr(at + 1, '/'))
        found = found || (strncasecmp(at, kind, sizeof kind - 1) == 0 && at[sizeof kind - 1] != '\0');
    return found && strncasecmp(text, "/subscriptions/", 15) == 0 && text[strcspn(text, " ?#&%")] == '\0';
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
    if (credential->object != NULL && !guid_is_fine(credential->object, strlen(credential->object)))
        diag_error(loading->diag, node_get(map, "object")->place,
                   "\"object\" must be the identity's object id, a GUID (8-4-4-4-12 hexadecimal digits)");
    if (credential->resource != NULL && !identity_is_fine(credential->resource))
        diag_error(loading->diag, node_get(map, "resource")->place,
                   "\"resource\" must be the id of a user-assigned identity, /subscriptions/.../providers/"
                   "Microsoft.ManagedIdentity/userAssignedIdentities/NAME");
}

/* The metadata service takes one name of an identity. */
static void check_one_identity(struct loading *loading, const struct node *map)
{
    static const char *const names[] = { "client", "object", "resource" };
    const char *first = NULL;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct node *node = node_get(map, names[i]);
        if (node != NULL && first != NULL)
            diag_error(loading->diag, node->key_place, "\"%s\" is given beside \"%s\"; one of them names the identity",
                       names[i], first);
        else if (node != NULL)
            first = names[i];
    }
}

/* ---- the rest ---- */

static void note_file(const struct node *map, struct credential_settings *credential)
{
    static const char *const keys[METHODS] = { [METHOD_CLIENT_SECRET] = "secret_file",
                                               [METHOD_CLIENT_CERTIFICATE] = "certificate_file",
                                               [METHOD_WORKLOAD_IDENTITY] = "token_file" };
    const char *key = keys[credential->method];
    const struct node *node = key != NULL ? node_get(map, key) : NULL;

    credential->file_place = node != NULL ? node->place : map->place;
}

/* Without slashes at its end: what the agent names is compared with it, character by character. */
static void check_folder(struct loading *loading, const struct node *map, struct credential_settings *credential)
{
    const struct node *node = node_get(map, "key_folder");
    size_t len = node != NULL && credential->key_folder != NULL ? strlen(credential->key_folder) : 0;

    if (len == 0)
        return;
    if (credential->key_folder[0] != '/')
        diag_error(loading->diag, node->place, "\"key_folder\" must be an absolute path");
    while (len > 1 && credential->key_folder[len - 1] == '/')
        len--;
    credential->key_folder = arena_copy(loading->arena, credential->key_folder, len);
}

static void check_method(struct loading *loading, const struct node *map, struct credential_settings *credential)
{
    check_uses(loading, map, credential->method);
    if (credential->method == METHOD_MANAGED_IDENTITY)
        check_one_identity(loading, map);
    check_folder(loading, map, credential);
    if (credential->method <= METHOD_WORKLOAD_IDENTITY && loading->draft.azure.cloud == CLOUD_CUSTOM &&
        loading->draft.azure.login == NULL)
        diag_error(loading->diag, map->place, "\"azure.login\" is missing: a custom cloud needs it for \"method: %s\"",
                   sign_in_method_name(credential->method));
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
    note_file(map, credential);
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
