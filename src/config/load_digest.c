/*
 * Digests: when one is due, and whose form is known. Who it goes to is looked up when all receivers are known; that is
 * never another digest, nor a pager, whose alerts somebody has to close.
 */
#include "config/load_digest.h"

#include "config/read.h"
#include "config/zone_file.h"

#include <string.h>

static struct place place_of(const struct node *map, const char *key)
{
    return node_get(map, key)->place;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "08:00" */
static bool read_at(const char *text, int32_t *seconds)
{
    if (strlen(text) != 5 || text[2] != ':' || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[3]) ||
        !is_digit(text[4]))
        return false;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    if (hour > 23 || minute > 59)
        return false;
    *seconds = (hour * 60 + minute) * 60;
    return true;
}

/* A zone that is there but cannot be read is no reason not to start; the digest comes, at another hour. */
static void load_zone(struct loading *loading, const struct node *map, struct digest_settings *digest)
{
    char why[ZONE_WHY_MAX];
    struct zone *zone = arena_get(loading->arena, sizeof *zone);

    switch (zone_file_read(digest->zone_name, loading->arena, zone, why)) {
    case ZONE_FOUND:
        digest->plan.zone = zone;
        break;
    case ZONE_UNREADABLE:
        diag_warning(loading->diag, place_of(map, "zone"),
                     "this digest goes by UTC: the zone \"%s\" cannot be read, because %s", digest->zone_name, why);
        break;
    case ZONE_NO_SUCH:
        load_no_such_zone(loading, place_of(map, "zone"), digest->zone_name);
        break;
    }
}

static void check_times(struct loading *loading, const struct node *map)
{
    const struct node *every = node_get(map, "every");

    if (every != NULL && node_get(map, "at") != NULL)
        diag_error(loading->diag, every->key_place, "\"every\" is given beside \"at\"; a digest has one of them");
    else if (every != NULL && node_get(map, "zone") != NULL)
        diag_error(loading->diag, place_of(map, "zone"), "\"zone\" needs \"at\"; \"every\" goes by UTC");
}

void load_digest(struct loading *loading, const struct node *map, const struct receiver_draft *draft,
                 struct digest_settings *digest)
{
    digest->place = map->place;
    digest->to = NO_RECEIVER;
    digest->at = draft->digest_at;
    digest->zone_name = draft->digest_zone;
    digest->empty = draft->digest_empty;
    if (map->kind != NODE_MAP)
        return;
    check_times(loading, map);
    if (node_get(map, "every") != NULL)
        digest->plan.every_ms = draft->digest_every_ms;
    if (digest->at != NULL && !read_at(digest->at, &digest->plan.at_s))
        diag_error(loading->diag, place_of(map, "at"), "\"at\" is \"%s\"; it must be a time of day such as 08:00",
                   digest->at);
    if (digest->zone_name != NULL)
        load_zone(loading, map, digest);
}

static void check_target(struct loading *loading, const struct node *to, const struct receiver_settings *target)
{
    if (target->kind == RECEIVER_DIGEST)
        diag_error(loading->diag, to->place, "\"%s\" is a digest, too; a digest goes to a receiver that sends",
                   to->text);
    else if (!receiver_takes_digests(target->kind, target->wire.format))
        diag_error(loading->diag, to->place,
                   "\"%s\" (%s) has no form for a digest; it may go to exec, webhook (but for the format prometheus), "
                   "slack, teams, email and stream",
                   to->text, receiver_kind_name(target->kind));
}

/* What digests have no use for: they never fail, and whoever they go to has these of his own. */
static void check_others(struct loading *loading, const struct node *map)
{
    static const char *const keys[] = { "fallback", "late", NULL };

    for (const char *const *key = keys; *key != NULL; key++)
        if (node_get(map, *key) != NULL)
            diag_error(loading->diag, node_get(map, *key)->key_place,
                       "\"%s\" means nothing for a digest; it belongs to the receiver that the digest goes to", *key);
}

void load_digest_target(struct loading *loading, const struct node *map, struct receiver_settings *receivers,
                        size_t index)
{
    struct receiver_settings *receiver = &receivers[index];
    const struct node *to = node_get(node_get(map, "digest"), "to");

    if (receiver->fallback != NO_RECEIVER && receivers[receiver->fallback].kind == RECEIVER_DIGEST)
        diag_error(loading->diag, place_of(node_get(map, "fallback"), "to"),
                   "\"%s\" is a digest; what was not taken must reach somebody at once",
                   receivers[receiver->fallback].name);
    if (receiver->kind != RECEIVER_DIGEST)
        return;
    check_others(loading, map);
    if (to == NULL || to->kind != NODE_SCALAR || node_is_null(to) ||
        !names_find(&loading->receivers, to->text, to->place, loading->diag, &receiver->digest.to))
        return;
    check_target(loading, to, &receivers[receiver->digest.to]);
    receiver->digest.destination = settings_destination(&receivers[receiver->digest.to]);
}

/* ---- what is critical and waits ---- */

static bool only_digests(const struct settings *settings, const size_t *to, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (settings->receivers[to[i]].kind != RECEIVER_DIGEST)
            return false;
    return count > 0;
}

static bool may_be_critical(const struct match *match)
{
    return match->severities == 0 || (match->severities & 1U << SEVERITY_CRITICAL) != 0;
}

/* Whatever is critical goes this way, if it gets here. */
static bool takes_every_critical(const struct route_settings *route)
{
    struct match rest = route->match;

    rest.severities = 0;
    return may_be_critical(&route->match) && match_is_empty(&rest);
}

void load_digest_routes(struct loading *loading)
{
    const struct settings *settings = loading->settings;
    bool all_taken = false;

    for (size_t i = 0; i < settings->route_count; i++) {
        const struct route_settings *route = &settings->routes[i];
        bool last = i + 1 == settings->route_count;
        bool critical = may_be_critical(&route->match) || last; /* the last one gets what none has matched */
        if (!all_taken && critical && only_digests(settings, route->to, route->to_count) && (last || !route->go_on))
            diag_warning(loading->diag, route->place.line > 0 ? route->place : settings->receivers[0].place,
                         "critical findings that go this way are told in a digest only: nobody hears of them at once");
        all_taken = all_taken || takes_every_critical(route);
    }
}
