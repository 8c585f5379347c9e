/*
 * Maintenance windows: local times of a named zone become instants, by that zone's rules. Of a local time that exists
 * twice `from` takes the first and `to` the last one: the window is never shorter than what was meant.
 */
#include "config/date.h"
#include "config/load.h"
#include "config/read.h"
#include "config/zone_file.h"
#include "core/mute.h"

#include <string.h>

/* Both ends of a window, before they are instants. */
struct ends {
    const struct node *map;
    struct date_time from, to;
};

static struct place place_of(const struct ends *ends, const char *key)
{
    return node_get(ends->map, key)->place;
}

static bool read_end(struct loading *loading, const struct ends *ends, const char *key, const char *text,
                     struct date_time *out)
{
    if (text == NULL) /* missing, which has been said */
        return false;
    if (date_parse_time(text, out))
        return true;
    diag_error(loading->diag, place_of(ends, key),
               "\"%s\" is \"%s\"; it must be a time such as 2026-12-01T22:00, with a zone, or 2026-12-01T22:00Z", key,
               text);
    return false;
}

/* Either local times and their zone, or instants without one. */
static bool check_offset(struct loading *loading, const struct ends *ends, const char *key, const struct date_time *time,
                         const char *zone)
{
    if (time->absolute && zone != NULL)
        diag_error(loading->diag, place_of(ends, key),
                   "\"%s\" has an offset of its own; leave that out, or \"zone\"", key);
    else if (!time->absolute && zone == NULL)
        diag_error(loading->diag, place_of(ends, key),
                   "\"%s\" is a local time of no zone; add a \"zone\" such as Europe/London, or write Z behind it for UTC",
                   key);
    return time->absolute == (zone == NULL);
}

void load_no_such_zone(struct loading *loading, struct place place, const char *name)
{
    const char *meant = diag_is_full(loading->diag) ? NULL : zone_file_meant(name, loading->trees);

    diag_error(loading->diag, place, "\"%s\" is no time zone; it must be a name such as Europe/London%s%s%s", name,
               meant != NULL ? "; did you mean \"" : "", meant != NULL ? meant : "", meant != NULL ? "\"?" : "");
}

/* @return false: there is no such zone */
static bool find_zone(struct loading *loading, const struct ends *ends, const char *name, struct window_settings *window,
                      struct zone *zone)
{
    char why[ZONE_WHY_MAX];
    enum zone_found found = zone_file_read(name, loading->trees, zone, why);

    if (found == ZONE_NO_SUCH) {
        load_no_such_zone(loading, place_of(ends, "zone"), name);
        return false;
    }
    if (found == ZONE_UNREADABLE) {
        window->trouble = arena_copy(loading->arena, why, strlen(why));
        diag_warning(loading->diag, place_of(ends, "zone"),
                     "this window mutes nothing: the zone \"%s\" cannot be read, because %s", name, why);
    }
    return true;
}

static int64_t instant_ms(const struct zone *zone, const struct date_time *time, enum zone_pick pick)
{
    return (zone != NULL ? zone_instant(zone, time->seconds, pick) : time->seconds) * 1000;
}

/* Local times of a zone that cannot be read are checked as if they were UTC; the window does not hold anyhow. */
static void set_instants(struct loading *loading, const struct ends *ends, const struct zone *zone,
                         struct window_settings *window)
{
    window->from_wall_ms = instant_ms(zone, &ends->from, ZONE_FIRST);
    window->to_wall_ms = instant_ms(zone, &ends->to, ZONE_LAST);
    if (window->to_wall_ms <= window->from_wall_ms)
        diag_error(loading->diag, place_of(ends, "to"), "\"to\" (%s) is not after \"from\" (%s)", window->to,
                   window->from);
    else if (window->to_wall_ms - window->from_wall_ms > WINDOW_MOST_MS)
        diag_error(loading->diag, place_of(ends, "to"), "the window is longer than 7 days; make several of it");
}

static void load_times(struct loading *loading, const struct node *map, struct window_settings *window)
{
    struct ends ends = { .map = map };
    struct zone zone;
    bool from = read_end(loading, &ends, "from", window->from, &ends.from);
    bool to = read_end(loading, &ends, "to", window->to, &ends.to);

    from = from && check_offset(loading, &ends, "from", &ends.from, window->zone);
    to = to && check_offset(loading, &ends, "to", &ends.to, window->zone);
    bool known = window->zone == NULL || find_zone(loading, &ends, window->zone, window, &zone);
    if (from && to && known)
        set_instants(loading, &ends, window->zone != NULL && window->trouble == NULL ? &zone : NULL, window);
}

static void load_window(struct loading *loading, const struct node *map, struct window_settings *window)
{
    struct window_draft draft = { 0 };

    read_defaults(loading, &window_table, &draft);
    read_map(loading, &window_table, map, &draft);
    if (map->kind != NODE_MAP)
        return;
    *window = (struct window_settings){
        .place = map->place, .from = draft.from, .to = draft.to, .zone = draft.zone, .why = draft.why,
    };
    load_match(loading, node_get(map, "match"), &draft.match, &window->match);
    load_times(loading, map, window);
}

void load_windows(struct loading *loading)
{
    const struct node *list = loading->draft.windows;
    size_t count = list != NULL ? list->count : 0, index = 0;
    struct window_settings *windows = arena_array(loading->arena, count, sizeof *windows);

    for (const struct node *map = count > 0 ? list->first : NULL; map != NULL; map = map->next, index++)
        load_window(loading, map, &windows[index]);
    loading->settings->windows = windows;
    loading->settings->window_count = count;
}
