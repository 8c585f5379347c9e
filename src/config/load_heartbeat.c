/* The heartbeat: where it goes. Its address is mostly a secret, so no finding repeats it. */
#include "config/load.h"

#include "config/address.h"

#include <string.h>

static void check_url(struct loading *loading, const struct node *map, const char *url)
{
    const char *what = address_wrong(url, ADDRESS_LOOPBACK);

    if (address_is_secret(url))
        diag_error(loading->diag, node_get(map, "url")->place,
                   "\"url\" holds a secret: whoever knows this address can keep the alarm quiet; put it into a file and "
                   "name that with \"url_file\"");
    else if (what != NULL)
        diag_error(loading->diag, node_get(map, "url")->place,
                   "\"url\" %s; it must be an address (https://host[:port]/path)", what);
}

static void check_address(struct loading *loading, const struct node *map)
{
    struct heartbeat_settings *heartbeat = &loading->draft.heartbeat;
    const struct node *url = node_get(map, "url"), *file = node_get(map, "url_file");

    if (url == NULL && file == NULL)
        diag_error(loading->diag, map->place, "\"url\" or \"url_file\" is missing: \"heartbeat\" needs an address");
    else if (url != NULL && file != NULL)
        diag_error(loading->diag, file->key_place,
                   "\"url_file\" is given beside \"url\"; the address is in one of them");
    else if (heartbeat->url != NULL)
        check_url(loading, map, heartbeat->url);
    heartbeat->url_place = (url != NULL ? url : file != NULL ? file : map)->place;
}

void load_heartbeat(struct loading *loading, const struct node *map)
{
    struct heartbeat_settings *heartbeat = &loading->draft.heartbeat;

    if (map == NULL || node_is_null(map))
        return;
    heartbeat->place = map->place;
    check_address(loading, map);
    if (strcmp(heartbeat->ca_file, "system") == 0)
        heartbeat->ca_file = NULL;
    else if (heartbeat->ca_file[0] != '/')
        diag_error(loading->diag, node_get(map, "ca_file")->place, "\"ca_file\" must be system or an absolute path");
    load_proxy(loading, node_get(map, "proxy"), &heartbeat->proxy);
}
