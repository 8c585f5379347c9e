/* Where to ask: the addresses of the clouds, proxy, authorities. As whom: load_credentials.c. */
#include "config/load.h"
#include "config/origin.h"
#include "config/read.h"

#include <string.h>
#include <strings.h>

/* "National clouds" of the Microsoft identity platform; "Azure environments" of the command line (az cloud list) */
static const struct {
    const char *management, *login, *metrics_batch;
} clouds[] = {
    [CLOUD_PUBLIC] = { "https://management.azure.com", "https://login.microsoftonline.com",
                       "https://metrics.monitor.azure.com" },
    [CLOUD_USGOV] = { "https://management.usgovcloudapi.net", "https://login.microsoftonline.us",
                      "https://metrics.monitor.azure.us" },
    [CLOUD_CHINA] = { "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn",
                      "https://metrics.monitor.azure.cn" },
    [CLOUD_CUSTOM] = { NULL, NULL, NULL },
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

/*
 * The resource of tokens. Microsoft's clouds have that of their Resource Manager ("https://management.azure.com"); that
 * of Azure Stack Hub is a URL with a GUID in its path.
 */
static void check_audience(struct loading *loading, const struct node *node, struct azure_settings *azure)
{
    const char *text = azure->audience;

    if (node == NULL || text == NULL)
        return;
    size_t len = strlen(text);
    bool fine = strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0;
    if (azure->cloud != CLOUD_CUSTOM)
        diag_error(loading->diag, node->key_place,
                   "\"audience\" needs \"cloud: custom\"; the other clouds have their own");
    else if (!fine || text[strcspn(text, " ?#\"\\")] != '\0')
        diag_error(loading->diag, node->place, "\"audience\" is \"%s\"; it must be a URL such as %s", text,
                   clouds[CLOUD_PUBLIC].management);
    else if (text[len - 1] == '/')
        azure->audience = arena_copy(loading->arena, text, len - 1);
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

/* Any cloud's may be another one: what Microsoft says of the smaller clouds is not much. */
static void check_metrics_batch(struct loading *loading, const struct node *node, struct azure_settings *azure)
{
    if (azure->metrics_batch == NULL)
        azure->metrics_batch = clouds[azure->cloud].metrics_batch;
    else if (strcmp(azure->metrics_batch, "no") == 0)
        azure->metrics_batch = NULL;
    else
        check_address(loading, node, HTTP_LOOPBACK, &azure->metrics_batch);
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
    if (azure->audience == NULL || azure->cloud != CLOUD_CUSTOM)
        azure->audience = azure->management;
    if (azure->metadata == NULL || azure->cloud != CLOUD_CUSTOM)
        azure->metadata = METADATA_ADDRESS;
}

/* A proxy may come with a password in its address: the text is not repeated. */
void load_proxy(struct loading *loading, const struct node *node, const char **proxy)
{
    struct origin_parts parts = { 0 };

    if (node == NULL || *proxy == NULL || strcmp(*proxy, "none") == 0 || strcmp(*proxy, "environment") == 0)
        return;
    const char *wrong = origin_parse(*proxy, &parts);
    if (wrong == NULL && parts.tls)
        wrong = "is asked with http://, also for https";
    else if (wrong == NULL && !parts.port)
        wrong = "has no port";
    if (wrong != NULL)
        diag_error(loading->diag, node->place, "the proxy %s; it must be none, environment or http://host:port", wrong);
    else
        *proxy = arena_copy(loading->arena, *proxy, parts.len);
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
static bool is_version(const char *text)
{
    static const char shape[] = "0000-00-00";
    size_t at = 0;

    while (shape[at] != '\0' && (shape[at] == '-' ? text[at] == '-' : text[at] >= '0' && text[at] <= '9'))
        at++;
    return shape[at] == '\0' && (text[at] == '\0' || strcmp(text + at, "-preview") == 0);
}

/* One for all clouds, or one for each that is named. */
static void check_api_version(struct loading *loading, const struct node *node)
{
    const struct node *each = node == NULL || node->kind == NODE_SCALAR ? node : node->first;

    for (; each != NULL; each = node->kind == NODE_MAP ? each->next : NULL)
        if (each->kind == NODE_SCALAR && !node_is_null(each) && !is_version(each->text))
            diag_error(loading->diag, each->place, "\"api_version\" is \"%s\"; it must be a date such as 2024-05-01",
                       each->text);
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
    check_metrics_batch(loading, node_get(map, "metrics_batch"), azure);
    check_audience(loading, node_get(map, "audience"), azure);
    fill_addresses(loading, map, azure);
    load_proxy(loading, node_get(map, "proxy"), &azure->proxy);
    check_ca_file(loading, node_get(map, "ca_file"), azure);
    check_api_version(loading, node_get(map, "api_version"));
}
