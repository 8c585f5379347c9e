/* What lies beyond a circuit, a line or a few for each kind; nothing where there is nothing. */
#include "ctl/doc.h"
#include "ctl/show.h"
#include "ctl/table.h"

#include <stdio.h>
#include <string.h>

static void print_health(const struct screen *screen, const json_t *health)
{
    char age[AGE_TEXT_MAX];

    if (!json_is_object(health))
        return;
    show_field(screen, "Azure health", "%s%s%s%s%s%s (%s old)", doc_text_or(health, "state", "?"),
               doc_known(health, "since") ? " since " : "", doc_text(health, "since"),
               doc_bool(health, "planned") ? ", planned" : "", doc_known(health, "text") ? ", " : "",
               doc_text(health, "text"), age_text(doc_number(health, "age"), age));
}

static void print_connection(const struct screen *screen, const json_t *connection)
{
    const char *operation = doc_text(connection, "operation");
    char age[AGE_TEXT_MAX];

    age_text(doc_number(connection, "age"), age);
    show_field(screen, "Connection", "%s: %s%s%s%s (%s%s)", doc_text(connection, "name"),
               doc_text_or(connection, "state", "?"), strcmp(operation, "Failed") == 0 ? ", last operation Failed" : "",
               doc_known(connection, "other_circuit") ? ", of another circuit" : "",
               doc_bool(connection, "expected") ? ", expected" : "", doc_known(connection, "age") ? age : "not seen yet",
               doc_known(connection, "age") ? " old" : "");
}

static void print_link(const struct screen *screen, const json_t *link)
{
    const json_t *rx = json_object_get(link, "rx"), *tx = json_object_get(link, "tx");
    char light[96] = "";

    if (json_is_number(rx) && json_is_number(tx))
        snprintf(light, sizeof light, ", light %.2f dBm received, %.2f dBm sent", json_number_value(rx),
                 json_number_value(tx));
    show_field(screen, "  link", "%s: %s, adminState %s%s", doc_text(link, "link"), doc_text_or(link, "state", "?"),
               doc_text_or(link, "admin", "not known"), light);
}

static void print_port(const struct screen *screen, const json_t *port)
{
    const json_t *link;
    size_t i;

    if (!json_is_object(port))
        return;
    show_field(screen, "Direct port", "%s", doc_text(port, "id"));
    json_array_foreach(json_object_get(port, "links"), i, link)
        print_link(screen, link);
}

static void print_reach(const struct screen *screen, const json_t *reach)
{
    show_field(screen, "Global Reach", "%s: %s, last operation %s", doc_text_or(reach, "name", "?"),
               doc_text_or(reach, "status", "?"), doc_text_or(reach, "operation", "?"));
}

static void print_maintenance(const struct screen *screen, const json_t *maintenance)
{
    show_field(screen, "Maintenance", "%s: %s to %s%s%s%s%s%s%s", doc_text(maintenance, "tracking_id"),
               doc_text_or(maintenance, "starts", "?"), doc_text_or(maintenance, "ends", "?"),
               doc_known(maintenance, "path") ? ", path " : "", doc_text(maintenance, "path"),
               doc_bool(maintenance, "resolved") ? ", resolved" : "",
               doc_bool(maintenance, "certain") ? "" : ", perhaps not this circuit",
               doc_known(maintenance, "title") ? ", " : "", doc_text(maintenance, "title"));
}

void show_beyond(const struct screen *screen, const json_t *circuit)
{
    static const struct {
        const char *key;
        void (*print)(const struct screen *screen, const json_t *entry);
    } lists[] = {
        { "connections", print_connection }, { "global_reach", print_reach }, { "maintenance", print_maintenance },
    };
    const json_t *entry;
    size_t at;

    print_health(screen, json_object_get(circuit, "health"));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        json_array_foreach(json_object_get(circuit, lists[i].key), at, entry)
            lists[i].print(screen, entry);
    print_port(screen, json_object_get(circuit, "port"));
}
