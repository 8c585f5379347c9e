/*
 * Azure's side of a story beyond the circuit. Keys: "connection.NAME[.op|.peer]", "reach.NAME[.op]", "port",
 * "link1.admin|line|rx|tx", "health", "maintenance.ID".
 */
#include "beyond.h"

#include "azure.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IDS "/subscriptions/net/resourceGroups/net/providers/Microsoft.Network/"

void beyond_truth_init(struct beyond_truth *truth)
{
    *truth = (struct beyond_truth){ .port = "" };
    for (size_t link = 0; link < LINKS; link++)
        truth->link[link] = (struct link_truth){ .admin = "Enabled", .line = 100, .light = { -300, -200 } };
}

/* ---- keys ---- */

/* "connection.hub.op=Failed" in parts. */
struct parts {
    char kind[BEYOND_NAME_MAX], name[BEYOND_NAME_MAX], what[BEYOND_NAME_MAX];
    const char *value;
};

static const char *take_part(const char *text, char part[BEYOND_NAME_MAX])
{
    size_t len = strcspn(text, ".=");

    snprintf(part, BEYOND_NAME_MAX, "%.*s", (int)len, text);
    return text + len + (text[len] == '.');
}

static struct parts split(const char *token)
{
    struct parts parts = { .kind = "" };

    token = take_part(token, parts.kind);
    if (*token != '=')
        token = take_part(token, parts.name);
    if (*token != '=' && *token != '\0')
        token = take_part(token, parts.what);
    parts.value = *token == '=' ? token + 1 : token;
    return parts;
}

static bool copy(char *to, size_t size, const char *value)
{
    return (size_t)snprintf(to, size, "%s", strcmp(value, "absent") == 0 ? "" : value) < size;
}

static bool take_connection(struct beyond_truth *truth, const struct parts *parts)
{
    struct connection_truth *at = truth->connection;

    while (at < truth->connection + BEYOND_TRUTHS_MAX && at->name[0] != '\0' && strcmp(at->name, parts->name) != 0)
        at++;
    if (at == truth->connection + BEYOND_TRUTHS_MAX)
        return false;
    if (at->name[0] == '\0')
        *at = (struct connection_truth){ .status = "Connected", .operation = "Succeeded" };
    strcpy(at->name, parts->name);
    if (strcmp(parts->what, "op") == 0)
        return copy(at->operation, sizeof at->operation, parts->value);
    if (strcmp(parts->what, "peer") == 0)
        return copy(at->peer, sizeof at->peer, parts->value);
    at->gone = strcmp(parts->value, "gone") == 0;
    return parts->what[0] == '\0' && copy(at->status, sizeof at->status, parts->value);
}

static bool take_reach(struct beyond_truth *truth, const struct parts *parts)
{
    struct reach_truth *at = truth->reach;

    while (at < truth->reach + BEYOND_TRUTHS_MAX && at->name[0] != '\0' && strcmp(at->name, parts->name) != 0)
        at++;
    if (at == truth->reach + BEYOND_TRUTHS_MAX)
        return false;
    if (at->name[0] == '\0')
        *at = (struct reach_truth){ .status = "Connected", .operation = "Succeeded" };
    strcpy(at->name, parts->name);
    if (strcmp(parts->what, "op") == 0)
        return copy(at->operation, sizeof at->operation, parts->value);
    return parts->what[0] == '\0' && copy(at->status, sizeof at->status, parts->value);
}

static bool take_link(struct beyond_truth *truth, const struct parts *parts)
{
    struct link_truth *link = &truth->link[strcmp(parts->kind, "link2") == 0];
    double dbm = strtod(parts->value, NULL);

    if (strcmp(parts->name, "admin") == 0)
        return copy(link->admin, sizeof link->admin, parts->value);
    if (strcmp(parts->name, "line") == 0)
        link->line = strcmp(parts->value, "none") == 0 ? NO_POINT : atoi(parts->value);
    else if (strcmp(parts->name, "rx") == 0)
        link->light[LIGHT_RX] = (int)(dbm * 100);
    else if (strcmp(parts->name, "tx") == 0)
        link->light[LIGHT_TX] = (int)(dbm * 100);
    else
        return false;
    return true;
}

static bool take_word_of(struct maintenance_truth *at, const char *word)
{
    if (strcmp(word, "primary") == 0)
        at->path = PATH_PRIMARY;
    else if (strcmp(word, "secondary") == 0)
        at->path = PATH_SECONDARY;
    else if (strcmp(word, "region") == 0)
        at->uncertain = true;
    else
        return strcmp(word, "resolved") == 0 ? (at->resolved = true) : duration_read(word, &at->lasts_ms);
    return true;
}

/* "maintenance.AB1=2d/4h/primary": when it begins on the story's clock, how long it lasts, which path; "gone" */
static bool take_maintenance(struct beyond_truth *truth, const struct parts *parts)
{
    struct maintenance_truth *at = truth->maintenance;
    char text[64], *word, *rest = NULL;

    while (at < truth->maintenance + BEYOND_TRUTHS_MAX && at->id[0] != '\0' && strcmp(at->id, parts->name) != 0)
        at++;
    if (at == truth->maintenance + BEYOND_TRUTHS_MAX)
        return false;
    *at = (struct maintenance_truth){ .path = PATH_NONE };
    if (strcmp(parts->value, "gone") == 0)
        return true;
    strcpy(at->id, parts->name);
    snprintf(text, sizeof text, "%s", parts->value);
    word = strtok_r(text, "/", &rest);
    bool good = word != NULL && duration_read(word, &at->starts_ms);
    while (good && (word = strtok_r(NULL, "/", &rest)) != NULL)
        good = take_word_of(at, word);
    return good;
}

static bool take_port(struct beyond_truth *truth, const struct parts *parts)
{
    return copy(truth->port, sizeof truth->port, parts->value);
}

static bool take_health(struct beyond_truth *truth, const struct parts *parts)
{
    return copy(truth->health, sizeof truth->health, parts->value);
}

static const struct {
    const char *kind;
    bool (*take)(struct beyond_truth *, const struct parts *);
} kinds[] = { { "connection", take_connection }, { "reach", take_reach },   { "port", take_port },
              { "link1", take_link },            { "link2", take_link },    { "health", take_health },
              { "maintenance", take_maintenance } };

bool beyond_truth_key(const char *token)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t len = strlen(kinds[i].kind);
        if (strncmp(token, kinds[i].kind, len) == 0 && (token[len] == '.' || token[len] == '='))
            return true;
    }
    return false;
}

bool beyond_truth_take(struct beyond_truth *truth, const char *token)
{
    struct parts parts = split(token);

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(parts.kind, kinds[i].kind) == 0)
            return kinds[i].take(truth, &parts);
    return false;
}

/* ---- answers ---- */

static void set_word(struct sample *sample, struct word *word, enum word_list list, const char *text)
{
    if (text[0] != '\0')
        sample_set_word(sample, word, list, text, strlen(text));
}

void beyond_truth_sample(const struct beyond_truth *truth, struct sample *out)
{
    char id[BEYOND_ID_MAX];

    for (size_t i = 0; i < BEYOND_TRUTHS_MAX && truth->reach[i].name[0] != '\0'; i++) {
        struct link_sample *link = &out->link[out->link_count++];
        memset(link, 0, sizeof *link);
        set_word(out, &link->status, WORDS_REACH, truth->reach[i].status);
        set_word(out, &link->operation, WORDS_OPERATION, truth->reach[i].operation);
        link->name = sample_add_text(out, truth->reach[i].name, strlen(truth->reach[i].name));
        snprintf(id, sizeof id, IDS "expressRouteCircuits/%s/peerings/AzurePrivatePeering", truth->reach[i].name);
        link->peer = sample_add_text(out, id, strlen(id));
    }
    if (truth->port[0] == '\0')
        return;
    snprintf(id, sizeof id, IDS "expressRoutePorts/%s", truth->port);
    out->port = sample_add_text(out, id, strlen(id));
    out->direct = true;
}

const char *beyond_truth_id(const char *name, char id[BEYOND_ID_MAX])
{
    snprintf(id, BEYOND_ID_MAX, IDS "connections/%s", name);
    return id;
}

static uint8_t linked(const char *word)
{
    static const struct {
        const char *word;
        uint8_t linked;
    } rows[] = { { "Connected", LINKED_CONNECTED }, { "NotConnected", LINKED_DISCONNECTED },
                 { "Connecting", LINKED_CONNECTING }, { "Unknown", LINKED_UNKNOWN }, { "", LINKED_UNKNOWN } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].word, word) == 0)
            return rows[i].linked;
    return LINKED_OTHER;
}

bool beyond_truth_connection(const struct beyond_truth *truth, size_t index, const char *circuit, struct mono asked,
                             struct connection_value *out)
{
    const struct connection_truth *from = &truth->connection[index];

    *out = (struct connection_value){ .seen = asked };
    if (from->name[0] == '\0')
        return false;
    (void)beyond_truth_id(from->name, out->id);
    out->missing = from->gone;
    if (from->gone)
        return true;
    out->status = linked(from->status);
    out->operation = word_find(WORDS_OPERATION, from->operation, strlen(from->operation));
    strcpy(out->word, from->status);
    if (from->peer[0] != '\0')
        snprintf(out->peer, sizeof out->peer, IDS "expressRouteCircuits/%s", from->peer);
    else
        snprintf(out->peer, sizeof out->peer, "%s", circuit);
    return true;
}

void beyond_truth_port(const struct beyond_truth *truth, struct mono now, int64_t clock_ms, struct port_value *out)
{
    *out = (struct port_value){ .seen = now, .operation = OPERATION_SUCCEEDED };
    snprintf(out->id, sizeof out->id, IDS "expressRoutePorts/%s", truth->port);
    for (size_t link = 0; link < LINKS; link++) {
        const struct link_truth *from = &truth->link[link];
        struct link_value *to = &out->link[link];
        const int *light = from->light;
        *to = (struct link_value){ .seen = now, .line_seen = MONO_NEVER, .router = "lon-edge", .interface = "xe-1/1/11:3" };
        to->admin = word_find(WORDS_SWITCH, from->admin, strlen(from->admin));
        if (from->line != NO_POINT)
            to->line_seen = now;
        to->line_stamp_wall_ms = STORY_WALL_MS + clock_ms;
        to->line_percent = (int16_t)from->line;
        to->rx = (struct light_value){ now, STORY_WALL_MS + clock_ms, (int16_t)light[LIGHT_RX] };
        to->tx = (struct light_value){ now, STORY_WALL_MS + clock_ms, (int16_t)light[LIGHT_TX] };
    }
}

void beyond_truth_health(const struct beyond_truth *truth, struct mono now, struct health_value *out)
{
    *out = (struct health_value){ .seen = now, .since_wall_ms = STORY_WALL_MS, .summary = "A part of Azure is not well" };
    out->state = strcmp(truth->health, "Available") == 0     ? AVAILABILITY_AVAILABLE
                 : strcmp(truth->health, "Degraded") == 0    ? AVAILABILITY_DEGRADED
                 : strcmp(truth->health, "Unavailable") == 0 ? AVAILABILITY_UNAVAILABLE
                                                             : AVAILABILITY_UNKNOWN;
}

void beyond_truth_maintenance(const struct beyond_truth *truth, struct mono now, int64_t clock_ms,
                              struct maintenances *out)
{
    *out = (struct maintenances){ .seen = now };
    for (size_t i = 0; i < BEYOND_TRUTHS_MAX; i++) {
        const struct maintenance_truth *from = &truth->maintenance[i];
        if (from->id[0] == '\0')
            continue;
        struct maintenance_value *to = &out->item[out->count++];
        *to = (struct maintenance_value){ .title = "Edge device upgrade", .certain = !from->uncertain,
                                          .resolved = from->resolved, .path = from->path, .ends = MONO_NEVER };
        strcpy(to->tracking_id, from->id);
        to->starts = mono_after(now, from->starts_ms - clock_ms);
        to->starts_wall_ms = STORY_WALL_MS + from->starts_ms;
        if (from->lasts_ms > 0) {
            to->ends = mono_after(to->starts, from->lasts_ms);
            to->ends_wall_ms = to->starts_wall_ms + from->lasts_ms;
        }
    }
}
