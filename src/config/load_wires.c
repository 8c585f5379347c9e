/*
 * Receivers that are reached by an address: what each kind must have, and what cannot be together. An address may be a
 * secret, also one that was put in the wrong place, so no finding repeats it.
 */
#include "config/load_wires.h"

#include "config/address.h"
#include "config/value.h"

#include <string.h>

/* One receiver's own while it is read. */
struct wire_load {
    struct loading *loading;
    const struct node *map;
    const struct receiver_draft *draft;
    struct wire_settings *wire;
    const char *kind; /* "slack" */
};

static void wrong(const struct wire_load *load, const char *key, const char *what)
{
    diag_error(load->loading->diag, node_get(load->map, key)->place, "\"%s\" %s", key, what);
}

/* ---- addresses ---- */

/* `url` in the settings is for addresses that everybody may know. */
static void check_open_url(const struct wire_load *load)
{
    const char *url = load->wire->url;

    if (url == NULL || node_get(load->map, "url") == NULL)
        return;
    const char *what = address_wrong(url, ADDRESS_LOOPBACK);
    if (address_is_secret(url))
        wrong(load, "url", "holds a secret: whoever knows this address can post there; put it into a file and name "
                           "that with \"url_file\"");
    else if (what != NULL)
        diag_error(load->loading->diag, load->wire->url_place, "\"url\" %s; it must be an address (https://host[:port]/"
                   "path)", what);
}

static void check_url_or_file(const struct wire_load *load)
{
    if (load->wire->url != NULL && load->wire->url_file != NULL)
        diag_error(load->loading->diag, node_get(load->map, "url_file")->key_place,
                   "\"url_file\" is given beside \"url\"; the address is in one of them");
    else if (node_get(load->map, "url") == NULL && node_get(load->map, "url_file") == NULL)
        diag_error(load->loading->diag, load->map->place,
                   "\"url\" or \"url_file\" is missing: \"%s\" needs an address", load->kind);
}

/* A service whose paths we know: only its origin is given. */
static void check_origin(const struct wire_load *load)
{
    const char *url = load->wire->url, *what;
    size_t len = strlen(url);

    if (node_get(load->map, "url") == NULL)
        return;
    what = address_wrong(url, ADDRESS_LOOPBACK);
    if (what == NULL && strcspn(strstr(url, "://") + 3, "/?") + (size_t)(strstr(url, "://") + 3 - url) < len - 1)
        what = "has something behind the host";
    if (what != NULL)
        diag_error(load->loading->diag, load->wire->url_place,
                   "\"url\" %s; it must be an address (https://host[:port])", what);
    else if (url[len - 1] == '/')
        load->wire->url = arena_copy(load->loading->arena, url, len - 1);
}

/* ---- kinds ---- */

static void load_webhook(const struct wire_load *load)
{
    check_url_or_file(load);
    check_open_url(load);
    if (load->wire->old_key_file != NULL && load->wire->key_file == NULL)
        diag_error(load->loading->diag, node_get(load->map, "old_signing_key_file")->key_place,
                   "\"old_signing_key_file\" needs \"signing_key_file\", the new key");
}

static void load_alertmanager(const struct wire_load *load)
{
    struct loading *loading = load->loading;
    const struct node *list = load->draft->urls;

    if (list == NULL)
        return;
    const char **urls = arena_array(loading->arena, list->count + 1, sizeof *urls);
    size_t count = 0;
    for (const struct node *node = list->first; node != NULL; node = node->next) {
        if (!value_is_text(loading, "urls", "an address (http[s]://host[:port])", node))
            continue;
        const char *what = address_wrong(node->text, ADDRESS_ANYWHERE);
        if (what == NULL && (address_is_secret(node->text) || strchr(node->text, '?') != NULL))
            what = "has a user, a token or a query";
        if (what != NULL)
            diag_error(loading->diag, node->place,
                       "an address in \"urls\" %s; it must be http[s]://host[:port], perhaps with a path", what);
        else
            urls[count++] = arena_copy(loading->arena, node->text, node->len - (node->text[node->len - 1] == '/'));
    }
    load->wire->urls = urls;
}

static void load_slack(const struct wire_load *load)
{
    struct loading *loading = load->loading;

    if (load->wire->key_file == NULL) {
        check_url_or_file(load);
        check_open_url(load);
        if (load->wire->channel != NULL)
            diag_error(loading->diag, node_get(load->map, "channel")->key_place,
                       "\"channel\" needs \"token_file\"; an incoming webhook has a channel of its own");
        return;
    }
    if (load->wire->url_file != NULL)
        diag_error(loading->diag, node_get(load->map, "url_file")->key_place,
                   "\"url_file\" is given beside \"token_file\"; a bot needs no address");
    if (node_get(load->map, "channel") == NULL)
        diag_error(loading->diag, load->map->place,
                   "\"channel\" is missing: with \"token_file\" it says where to post");
    if (load->wire->url == NULL)
        load->wire->url = "https://slack.com";
    else
        check_origin(load);
}

static void load_teams(const struct wire_load *load)
{
    check_url_or_file(load);
    check_open_url(load);
}

static void check_mail_to(const struct wire_load *load)
{
    struct loading *loading = load->loading;
    const struct node *list = load->draft->to;

    if (list == NULL)
        return;
    const char **to = arena_array(loading->arena, list->count + 1, sizeof *to);
    size_t count = 0;
    for (const struct node *node = list->first; node != NULL; node = node->next) {
        if (!value_is_text(loading, "to", "a mail address", node))
            continue;
        const char *what = mail_address_wrong(node->text);
        if (what != NULL)
            diag_error(loading->diag, node->place, "\"%s\" %s", node->text, what);
        else
            to[count++] = arena_copy(loading->arena, node->text, node->len);
    }
    load->wire->to = to;
}

static void check_mail_user(const struct wire_load *load, bool safe)
{
    struct loading *loading = load->loading;
    const struct wire_settings *wire = load->wire;

    if (wire->user != NULL && wire->password_file == NULL)
        diag_error(loading->diag, load->map->place, "\"password_file\" is missing: \"user\" needs it");
    else if (wire->user == NULL && wire->password_file != NULL)
        diag_error(loading->diag, node_get(load->map, "password_file")->key_place, "\"password_file\" needs \"user\"");
    else if (wire->user != NULL && !safe)
        diag_error(loading->diag, node_get(load->map, "user")->place,
                   "a password would be sent without TLS; use smtps:// or \"starttls: yes\"");
}

static void load_email(const struct wire_load *load)
{
    struct wire_settings *wire = load->wire;
    bool tls = false, loopback = false;
    const char *what = wire->server != NULL ? mail_server_wrong(wire->server, &tls, &loopback) : NULL;

    if (what != NULL)
        diag_error(load->loading->diag, node_get(load->map, "server")->place,
                   "\"server\" %s; it must be smtp://host[:port] or smtps://host[:port]", what);
    if (wire->from != NULL && mail_address_wrong(wire->from) != NULL)
        diag_error(load->loading->diag, node_get(load->map, "from")->place, "\"%s\" %s", wire->from,
                   mail_address_wrong(wire->from));
    check_mail_to(load);
    check_mail_user(load, tls || wire->starttls || loopback);
}

static void load_stream(const struct wire_load *load)
{
    if (load->wire->path != NULL && load->wire->path[0] != '/')
        wrong(load, "path", "must be an absolute path");
}

/* ---- what they have in common ---- */

static void check_ca_file(const struct wire_load *load)
{
    const char *file = load->wire->ca_file;

    if (file == NULL || strcmp(file, "system") == 0)
        load->wire->ca_file = NULL;
    else if (file[0] != '/')
        wrong(load, "ca_file", "must be system or an absolute path");
}

static struct place place_of(const struct node *map, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        if (node_get(map, *keys) != NULL)
            return node_get(map, *keys)->place;
    return map->place;
}

void load_wire(struct loading *loading, const struct node *map, const struct receiver_draft *draft,
               struct receiver_settings *receiver)
{
    static void (*const loads[RECEIVER_KINDS])(const struct wire_load *) = {
        [RECEIVER_WEBHOOK] = load_webhook,     [RECEIVER_ALERTMANAGER] = load_alertmanager,
        [RECEIVER_PAGERDUTY] = check_origin,   [RECEIVER_OPSGENIE] = check_origin,
        [RECEIVER_SLACK] = load_slack,         [RECEIVER_TEAMS] = load_teams,
        [RECEIVER_EMAIL] = load_email,         [RECEIVER_STREAM] = load_stream,
    };
    static const char *const urls[] = { "url", "url_file", "server", NULL };
    static const char *const keys[] = { "signing_key_file", "routing_key_file", "api_key_file", "token_file",
                                        "password_file",    NULL };
    struct wire_load load = { loading, map, draft, &receiver->wire, receiver_kind_name(receiver->kind) };

    receiver->wire = draft->wire[receiver->kind];
    receiver->wire.place = map->place;
    receiver->wire.url_place = place_of(map, urls);
    receiver->wire.key_place = place_of(map, keys);
    if (map->kind != NODE_MAP)
        return;
    loads[receiver->kind](&load);
    check_ca_file(&load);
    load_proxy(loading, node_get(map, "proxy"), &receiver->wire.proxy);
}
