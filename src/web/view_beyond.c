/* What lies beyond a circuit as JSON: health, connections, Global Reach, maintenance, the port it is on. */
#include "web/entry.h"
#include "web/put.h"

#include <string.h>

static json_t *health(const struct facts *facts)
{
    const struct beyond *beyond = facts->beyond;

    if (beyond == NULL || beyond->health_seen.ms == MONO_NEVER.ms)
        return json_null();
    json_t *entry = put_object_new();
    put_text(entry, "state", availability_name((enum availability)beyond->health));
    put_bool(entry, "planned", beyond->planned);
    put_time(entry, "since", beyond->health_since_wall_ms);
    put_known(entry, "text", beyond->health_summary);
    put_seconds(entry, "age", entry_age(beyond->health_seen, facts->now.mono));
    return entry;
}

static const char *last_segment(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash != NULL ? slash + 1 : id;
}

static json_t *connection_entry(const char *id, const struct connection *connection, bool expected, struct mono now)
{
    json_t *entry = put_object_new();

    put_text(entry, "id", id);
    put_text(entry, "name", last_segment(id));
    put_bool(entry, "expected", expected);
    put_text(entry, "state", connection == NULL    ? linked_name(LINKED_UNKNOWN)
                             : connection->missing ? "missing"
                                                   : linked_name((enum linked)connection->status));
    put_known(entry, "status", connection != NULL ? connection->word : NULL);
    put_text(entry, "operation", connection != NULL ? word_name(WORDS_OPERATION, connection->operation) : NULL);
    put_known(entry, "other_circuit", connection != NULL ? connection->peer : NULL);
    put_seconds(entry, "age", connection != NULL ? entry_age(connection->seen, now) : -1);
    return entry;
}

/* Those that were seen, then those that are expected and were not. */
static json_t *connections(const struct facts *facts)
{
    const struct beyond *beyond = facts->beyond;
    const struct expect *expect = &facts->circuit->expect;
    json_t *list = put_array_new();

    for (size_t i = 0; beyond != NULL && i < beyond->connection_count; i++) {
        const struct connection *connection = beyond->connection[i];
        put_item(list, connection_entry(connection->id, connection, judge_connection_expected(facts, connection->item),
                                        facts->now.mono));
    }
    for (size_t i = 0; i < expect->connection_count; i++)
        if (beyond_connection(beyond, item_of(expect->connections[i])) == NULL)
            put_item(list, connection_entry(expect->connections[i], NULL, true, facts->now.mono));
    return list;
}

static json_t *global_reach(const struct sample *sample)
{
    json_t *list = put_array_new();

    for (size_t i = 0; sample != NULL && i < sample->link_count; i++) {
        const struct link_sample *link = &sample->link[i];
        json_t *entry = put_object_new();
        put_known(entry, "name", sample_text(sample, link->name));
        put_known(entry, "peering", sample_text(sample, link->peer));
        put_bool(entry, "made_there", link->peered);
        put_text(entry, "status", sample_word(sample, link->status, WORDS_REACH));
        put_text(entry, "operation", sample_word(sample, link->operation, WORDS_OPERATION));
        put_item(list, entry);
    }
    return list;
}

static json_t *maintenances(const struct facts *facts)
{
    const struct beyond *beyond = facts->beyond;
    json_t *list = put_array_new();

    for (size_t i = 0; beyond != NULL && i < beyond->maintenance_count; i++) {
        const struct maintenance *maintenance = beyond->maintenance[i];
        json_t *entry = put_object_new();
        put_text(entry, "tracking_id", maintenance->tracking_id);
        put_known(entry, "title", maintenance->title);
        put_time(entry, "starts", maintenance->starts_wall_ms);
        put_time(entry, "ends", maintenance->ends_wall_ms);
        put_known(entry, "path", path_name((enum path)maintenance->path));
        put_bool(entry, "certain", maintenance->certain);
        put_bool(entry, "resolved", maintenance->resolved);
        put_item(list, entry);
    }
    return list;
}

static json_t *light_entry(const struct light_value *light)
{
    return light->seen.ms == MONO_NEVER.ms ? json_null() : json_real(light->centi_dbm / 100.0);
}

static json_t *link_entry(const struct facts *facts, enum link number)
{
    const struct link_value *link = &facts->port->value.link[number];
    json_t *entry = put_object_new();

    put_text(entry, "link", number == LINK_ONE ? "link1" : "link2");
    put_text(entry, "state", port_link_name(judge_port_link(facts->port, number, facts->policy, facts->now.mono)));
    put_text(entry, "admin", link->seen.ms == MONO_NEVER.ms ? NULL : word_name(WORDS_SWITCH, link->admin));
    put_count(entry, "line", link->line_seen.ms == MONO_NEVER.ms ? -1 : link->line_percent);
    put_value(entry, "rx", light_entry(&link->rx));
    put_value(entry, "tx", light_entry(&link->tx));
    put_known(entry, "router", link->router);
    put_known(entry, "interface", link->interface);
    put_known(entry, "patch_panel", link->panel);
    put_seconds(entry, "age", entry_age(link->seen, facts->now.mono));
    return entry;
}

static json_t *port(const struct facts *facts)
{
    if (facts->port == NULL)
        return json_null();
    json_t *entry = put_object_new(), *links = put_array_new();
    put_text(entry, "id", facts->port->value.id);
    put_known(entry, "location", facts->port->value.location);
    for (enum link link = 0; link < LINKS; link++)
        put_item(links, link_entry(facts, link));
    put_value(entry, "links", links);
    return entry;
}

void entry_beyond(json_t *entry, const struct facts *facts)
{
    put_value(entry, "health", health(facts));
    put_value(entry, "connections", connections(facts));
    put_value(entry, "global_reach", global_reach(facts->sample));
    put_value(entry, "maintenance", maintenances(facts));
    put_value(entry, "port", port(facts));
}
