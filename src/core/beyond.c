/*
 * What lies beyond a circuit, as it is kept: gateway connections, Resource Health, announced maintenance; and ports of
 * ExpressRoute Direct with a day of light levels. Each is kept as small as it is, because there may be thousands; what
 * follows from them is judge_beyond.c's.
 */
#include "core/beyond.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOUR_MS (INT64_C(3600) * 1000)
#define DAY_HOURS 24

const char *availability_name(enum availability availability)
{
    static const char *const names[] = { "unknown", "available", "degraded", "unavailable" };
    return names[availability];
}

const char *linked_name(enum linked linked)
{
    static const char *const names[] = { "unknown", "connected", "connecting", "disconnected", "other" };
    return names[linked];
}

const char *light_name(enum light light)
{
    static const char *const names[LIGHTS] = { "rx", "tx" };
    return names[light];
}

uint64_t item_of(const char *id)
{
    uint64_t hash = 0xcbf29ce484222325U;

    for (; *id != '\0'; id++)
        hash = (hash ^ (unsigned char)tolower((unsigned char)*id)) * 0x100000001b3U; /* FNV-1a, 64 bits */
    return hash != 0 ? hash : 1;
}

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

struct beyond beyond_nothing(void)
{
    return (struct beyond){ .health_seen = MONO_NEVER, .maintenance_seen = MONO_NEVER };
}

static void drop_maintenances(struct beyond *beyond)
{
    for (size_t i = 0; i < beyond->maintenance_count; i++)
        free(beyond->maintenance[i]);
    free(beyond->maintenance);
    beyond->maintenance = NULL;
    beyond->maintenance_count = 0;
}

void beyond_fini(struct beyond *beyond)
{
    for (size_t i = 0; i < beyond->connection_count; i++)
        free(beyond->connection[i]);
    free(beyond->connection);
    drop_maintenances(beyond);
    free(beyond->health_summary);
}

/* ---- connections ---- */

static size_t place_of(const struct beyond *beyond, uint64_t item)
{
    size_t place = 0;

    while (place < beyond->connection_count && beyond->connection[place]->item != item)
        place++;
    return place;
}

const struct connection *beyond_connection(const struct beyond *beyond, uint64_t item)
{
    size_t place = beyond != NULL ? place_of(beyond, item) : 0;

    return beyond != NULL && place < beyond->connection_count ? beyond->connection[place] : NULL;
}

/* One block: the struct, its id, its word, and the peer where that is a surprise. */
static struct connection *make_connection(const struct connection_value *value, const char *circuit)
{
    const char *peer = strcasecmp(value->peer, circuit) == 0 ? "" : value->peer;
    size_t id = strlen(value->id) + 1, word = strlen(value->word) + 1;
    struct connection *made = must(malloc(sizeof *made + id + word + strlen(peer) + 1));

    *made = (struct connection){ .item = item_of(value->id),
                                 .seen = value->seen,
                                 .missing = value->missing,
                                 .listed = true,
                                 .status = value->status,
                                 .operation = value->operation,
                                 .word = made->id + id,
                                 .peer = made->id + id + word };
    memcpy(made->id, value->id, id);
    memcpy(made->id + id, value->word, word);
    strcpy(made->id + id + word, peer);
    return made;
}

/* Nearly every answer says what the last one said: then it is only younger. */
static bool grows_younger(struct connection *connection, const struct connection_value *value, const char *circuit)
{
    const char *peer = strcasecmp(value->peer, circuit) == 0 ? "" : value->peer;

    if (connection->missing != value->missing || connection->status != value->status || !connection->listed ||
        connection->operation != value->operation || strcmp(connection->word, value->word) != 0 ||
        strcmp(connection->peer, peer) != 0)
        return false;
    connection->seen = value->seen;
    return true;
}

bool beyond_take_connection(struct beyond *beyond, const struct connection_value *value, const char *circuit)
{
    size_t place = place_of(beyond, item_of(value->id));

    if (place == CONNECTIONS_MAX ||
        (place < beyond->connection_count && grows_younger(beyond->connection[place], value, circuit)))
        return false;
    if (place == beyond->connection_count) {
        beyond->connection = must(realloc(beyond->connection, (place + 1) * sizeof(struct connection *)));
        beyond->connection[beyond->connection_count++] = NULL;
    }
    free(beyond->connection[place]);
    beyond->connection[place] = make_connection(value, circuit);
    return true;
}

static bool is_among(uint64_t item, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (item_of(ids[i]) == item)
            return true;
    return false;
}

void beyond_make_room(struct beyond *beyond, uint64_t item, const char *const *expected, size_t expected_count)
{
    size_t place = beyond->connection_count;

    if (place < CONNECTIONS_MAX || !is_among(item, expected, expected_count) || place_of(beyond, item) < place)
        return;
    while (place > 0 && is_among(beyond->connection[place - 1]->item, expected, expected_count))
        place--;
    if (place == 0)
        return;
    free(beyond->connection[place - 1]);
    beyond->connection[place - 1] = beyond->connection[--beyond->connection_count];
}

bool beyond_keep_connections(struct beyond *beyond, const char *const *ids, size_t count, const char *const *expected,
                             size_t expected_count)
{
    size_t kept = 0, was = beyond->connection_count;

    for (size_t i = 0; i < beyond->connection_count; i++) {
        struct connection *connection = beyond->connection[i];
        connection->listed = is_among(connection->item, ids, count);
        if (connection->listed || is_among(connection->item, expected, expected_count))
            beyond->connection[kept++] = connection;
        else
            free(connection);
    }
    beyond->connection_count = (uint16_t)kept;
    return kept != was;
}

/* ---- health and maintenance ---- */

bool beyond_take_health(struct beyond *beyond, const struct health_value *value)
{
    bool other = beyond->health_seen.ms == MONO_NEVER.ms || beyond->health != value->state;
    bool matters = value->state == AVAILABILITY_DEGRADED || value->state == AVAILABILITY_UNAVAILABLE;

    beyond->health_seen = value->seen;
    beyond->health = value->state;
    beyond->planned = value->planned;
    beyond->health_since_wall_ms = value->since_wall_ms;
    free(beyond->health_summary);
    beyond->health_summary = matters && value->summary[0] != '\0' ? must(strdup(value->summary)) : NULL;
    return other;
}

/* What is still to come and names the circuit first, what was called off last. */
static int worth(const struct maintenance_value *value)
{
    return value->resolved ? 0 : value->certain ? 2 : 1;
}

/* The last of those that are worth least. */
static size_t least_wanted(const struct maintenances *of)
{
    size_t least = of->count - 1;

    for (size_t i = least; i-- > 0;)
        if (worth(&of->item[i]) < worth(&of->item[least]))
            least = i;
    return least;
}

static bool is_wanted_more(const struct maintenance_value *value, const struct maintenance_value *than)
{
    int left = worth(value), right = worth(than);

    return left != right ? left > right : value->starts_wall_ms < than->starts_wall_ms;
}

void maintenances_put(struct maintenances *to, const struct maintenance_value *value)
{
    if (to->count == MAINTENANCE_MAX) {
        size_t least = least_wanted(to);
        if (!is_wanted_more(value, &to->item[least]))
            return;
        to->count--;
        memmove(to->item + least, to->item + least + 1, (to->count - least) * sizeof *to->item);
    }
    size_t place = to->count;
    while (place > 0 && to->item[place - 1].starts_wall_ms > value->starts_wall_ms)
        place--;
    memmove(to->item + place + 1, to->item + place, (to->count - place) * sizeof *to->item);
    to->item[place] = *value;
    to->count++;
}

static struct maintenance *make_maintenance(const struct maintenance_value *value)
{
    size_t id = strlen(value->tracking_id) + 1;
    struct maintenance *made = must(malloc(sizeof *made + id + strlen(value->title) + 1));

    *made = (struct maintenance){ .item = item_of(value->tracking_id),
                                  .starts_wall_ms = value->starts_wall_ms,
                                  .ends_wall_ms = value->ends_wall_ms,
                                  .starts = value->starts,
                                  .ends = value->ends,
                                  .certain = value->certain,
                                  .resolved = value->resolved,
                                  .path = value->path,
                                  .title = made->tracking_id + id };
    memcpy(made->tracking_id, value->tracking_id, id);
    strcpy(made->tracking_id + id, value->title);
    return made;
}

/* One tracking id may stand for several windows, one for each device: they are told apart, and each but once. */
static void add_maintenance(struct beyond *beyond, const struct maintenance_value *value)
{
    uint64_t item = item_of(value->tracking_id);

    for (size_t i = 0; i < beyond->maintenance_count; i++) {
        const struct maintenance *other = beyond->maintenance[i];
        if (strcasecmp(other->tracking_id, value->tracking_id) != 0)
            continue;
        if (other->starts_wall_ms == value->starts_wall_ms)
            return;
        item = other->item + 1;
    }
    struct maintenance *made = make_maintenance(value);
    made->item = item;
    beyond->maintenance[beyond->maintenance_count++] = made;
}

void beyond_take_maintenances(struct beyond *beyond, const struct maintenances *value)
{
    size_t count = value->count < MAINTENANCE_MAX ? value->count : MAINTENANCE_MAX;

    drop_maintenances(beyond);
    beyond->maintenance_seen = value->seen;
    if (count == 0)
        return;
    beyond->maintenance = must(calloc(count, sizeof(struct maintenance *)));
    assert(beyond->maintenance_count == 0); /* they were dropped above */
    for (size_t i = 0; i < count; i++)
        add_maintenance(beyond, &value->item[i]);
}

/* ---- ports ---- */

void port_reset(struct port_facts *port, const char *id)
{
    *port = (struct port_facts){ .value = { .seen = MONO_NEVER } };
    snprintf(port->value.id, sizeof port->value.id, "%s", id);
    for (size_t link = 0; link < LINKS; link++) {
        struct link_value *at = &port->value.link[link];
        at->seen = at->line_seen = at->rx.seen = at->tx.seen = MONO_NEVER;
    }
}

static bool never(struct mono at)
{
    return at.ms == MONO_NEVER.ms;
}

/*
 * A point that was read before is no new sample, however its age came out this time; a new one is newer on our clock, too
 * (engine_see.c takes the metrics of a circuit in the same way).
 */
static bool is_new(struct mono was, int64_t was_stamp, struct mono is, int64_t stamp)
{
    return !never(is) && (never(was) || stamp > was_stamp);
}

static struct mono newer(struct mono was, struct mono is)
{
    return never(was) ? is : mono_later(is, mono_after(was, 1));
}

static void take_light(struct light_value *to, const struct light_value *from, struct light_history *history)
{
    if (!is_new(to->seen, to->stamp_wall_ms, from->seen, from->stamp_wall_ms))
        return;
    struct mono seen = newer(to->seen, from->seen);
    *to = *from;
    to->seen = seen;
    int64_t hour = seen.ms / HOUR_MS + 1;
    history->hour[hour % LIGHT_HOURS] = hour;
    history->centi_dbm[hour % LIGHT_HOURS] = to->centi_dbm;
}

static void take_link(struct link_value *to, const struct link_value *from, struct light_history light[LIGHTS])
{
    if (!never(from->seen)) {
        to->seen = from->seen;
        to->admin = from->admin;
        memcpy(to->router, from->router, sizeof to->router);
        memcpy(to->interface, from->interface, sizeof to->interface);
        memcpy(to->panel, from->panel, sizeof to->panel);
    }
    if (is_new(to->line_seen, to->line_stamp_wall_ms, from->line_seen, from->line_stamp_wall_ms)) {
        to->line_seen = newer(to->line_seen, from->line_seen);
        to->line_stamp_wall_ms = from->line_stamp_wall_ms;
        to->line_percent = from->line_percent;
    }
    take_light(&to->rx, &from->rx, &light[LIGHT_RX]);
    take_light(&to->tx, &from->tx, &light[LIGHT_TX]);
}

void port_take(struct port_facts *port, const struct port_value *value)
{
    if (!never(value->seen)) {
        port->value.seen = value->seen;
        port->value.operation = value->operation;
        memcpy(port->value.location, value->location, sizeof value->location);
    }
    for (size_t link = 0; link < LINKS; link++)
        take_link(&port->value.link[link], &value->link[link], port->light[link]);
}

const struct light_value *link_light(const struct link_value *link, enum light light)
{
    return light == LIGHT_RX ? &link->rx : &link->tx;
}

/* The hour that ended a day ago, or the one beside it when nothing was heard in that one. */
bool port_light_yesterday(const struct port_facts *port, enum link link, enum light light, struct mono now,
                          int16_t *centi_dbm)
{
    const struct light_history *history = &port->light[link][light];
    int64_t wanted = now.ms / HOUR_MS + 1 - DAY_HOURS;

    for (int64_t hour = wanted; hour >= wanted - 1 && hour > 0; hour--)
        if (history->hour[hour % LIGHT_HOURS] == hour) {
            *centi_dbm = history->centi_dbm[hour % LIGHT_HOURS];
            return true;
        }
    return false;
}
