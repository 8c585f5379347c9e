/*
 * The columns of the tables. What an enum's number means is part of what is on disk: values are only ever added
 * at the end, and with a step in schema.c (it may be empty), so that an older release refuses what it would take for
 * damage; the assertions below hold them in place.
 */
#include "store/table.h"

#include "store/store.h"

#include "core/outbox.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static_assert(INCIDENT_CLEARED == 1 && INCIDENT_PENDING == 2, "on disk");
static_assert(INCIDENT_RAISED == 3 && INCIDENT_CLEARING == 4 && INCIDENT_STATES == 5, "on disk");
static_assert(PEERING_PRIVATE == 0 && PEERING_MICROSOFT == 1 && PEERING_PUBLIC == 2 && PEERING_NONE == 3, "on disk");
static_assert(PATH_PRIMARY == 0 && PATH_SECONDARY == 1 && PATH_NONE == 2, "on disk");
static_assert(FAMILY_IPV4 == 0 && FAMILY_IPV6 == 1 && FAMILIES == 2, "on disk");
static_assert(FEATURE_LIST == 1 && FEATURE_METRICS == 2 && FEATURE_ROUTES == 3 && FEATURE_ARP == 4 &&
                  FEATURE_CONNECTIONS == 5 && FEATURE_PORTS == 6 && FEATURE_HEALTH == 7 && FEATURE_MAINTENANCE == 8 &&
                  FEATURE_SEARCH == 9,
              "on disk");
static_assert(SEVERITY_INFO == 1 && SEVERITY_WARNING == 2 && SEVERITY_CRITICAL == 3, "on disk");
static_assert(OWNER_YOU == 0 && OWNER_PROVIDER == 1 && OWNER_MICROSOFT == 2 && OWNER_SELF == 3, "on disk");
static_assert(WITHHELD_SILENCED == 1 && WITHHELD_MAINTENANCE == 2 && WITHHELD_GROUPED == 4 && WITHHELD_FLAPPING == 8 &&
                  WITHHELD_WAITING == 16,
              "on disk");
static_assert(HOLD_CONFIRM == 0 && HOLD_NOW == 1 && HOLD_LONG == 2, "on disk");
static_assert(VARIANT_PLAIN == 0 && VARIANT_MOVING == 1 && VARIANT_DISAGREE == 12 && VARIANT_DAY == 14, "on disk");
static_assert(SCOPE_CIRCUIT == 0 && SCOPE_CREDENTIAL == 1 && SCOPE_SUBSCRIPTION == 2, "on disk");
static_assert(SCOPE_LOCAL == 3 && SCOPE_FORMER == 4 && SCOPE_PORT == 5 && SCOPE_CAUSE == 6, "on disk");
static_assert(EVENT_RAISED == 0 && EVENT_CHANGED == 1 && EVENT_CLEARED == 2 && EVENT_REMINDER == 3 &&
                  EVENT_ACKNOWLEDGED == 4 && OUTBOX_TEST == 5 && OUTBOX_DIGEST == 6,
              "on disk");
static_assert(DELIVERY_WAITING == 0 && DELIVERY_DONE == 1 && DELIVERY_OVERTAKEN == 2, "on disk");

#define SIZE(type, field) ((uint8_t)sizeof(((type *)NULL)->field))
#define NUMBER(name, type, field, least, most) \
    { name, COLUMN_NUMBER, SIZE(type, field), (uint16_t)offsetof(type, field), least, most }
#define GIVEN(name, type, field) \
    { name, COLUMN_GIVEN, SIZE(type, field), (uint16_t)offsetof(type, field), 0, INT64_MAX }
#define FLAG(name, type, field) NUMBER(name, type, field, 0, 1)
#define COUNT(name, type, field) NUMBER(name, type, field, 0, UINT32_MAX)
#define TIME(name, type, field) NUMBER(name, type, field, INT64_MIN, INT64_MAX)
#define KEY(name, type, field) { name, COLUMN_KEY, 8, (uint16_t)offsetof(type, field), 0, 0 }
#define TEXT(name, type, field) { name, COLUMN_TEXT, sizeof(char *), (uint16_t)offsetof(type, field), 0, 0 }
#define KEPT(name, type, field) { name, COLUMN_KEPT, sizeof(char *), (uint16_t)offsetof(type, field), 0, 0 }

#define I struct stored_incident
static const struct column incident_columns[] = {
    KEY("key", I, incident.key),
    COUNT("episode", I, incident.episode),
    COUNT("sequence", I, incident.sequence),
    NUMBER("state", I, incident.state, INCIDENT_CLEARED, INCIDENT_STATES - 1),
    NUMBER("rule", I, incident.rule, 0, RULE_NUMBERS - 1),
    NUMBER("peering", I, incident.subject.peering, 0, PEERING_NONE),
    NUMBER("path", I, incident.subject.path, 0, PATH_NONE),
    NUMBER("family", I, incident.subject.family, 0, FAMILIES),
    NUMBER("feature", I, incident.subject.feature, 0, FEATURES - 1),
    KEY("item", I, incident.subject.item),
    TEXT("item_name", I, item),
    NUMBER("severity", I, incident.severity, 0, SEVERITIES - 1),
    NUMBER("owner", I, incident.owner, 0, OWNERS - 1),
    NUMBER("variant", I, incident.variant, 0, VARIANTS - 1),
    NUMBER("hold", I, incident.hold, 0, HOLD_LONG),
    NUMBER("suppressed_by", I, incident.suppressed_by, 0, RULE_NUMBERS - 1),
    NUMBER("suppressed_peering", I, incident.suppressed_subject.peering, 0, PEERING_NONE),
    NUMBER("suppressed_path", I, incident.suppressed_subject.path, 0, PATH_NONE),
    NUMBER("suppressed_family", I, incident.suppressed_subject.family, 0, FAMILIES),
    NUMBER("suppressed_feature", I, incident.suppressed_subject.feature, 0, FEATURES - 1),
    KEY("suppressed_item", I, incident.suppressed_subject.item),
    NUMBER("suppressed_scope", I, incident.suppressed_scope, 0, SCOPES - 1),
    NUMBER("told", I, incident.told, 0, (1 << SEVERITIES) - 1),
    NUMBER("told_as", I, incident.told_as, 0, SEVERITIES - 1),
    NUMBER("withheld", I, incident.withheld, 0, WITHHELD_ALL),
    FLAG("owed", I, incident.owed),
    TIME("told_wall_ms", I, incident.told_wall_ms),
    COUNT("reminders", I, incident.reminders),
    TIME("paged_wall_ms", I, incident.paged_wall_ms),
    TEXT("ack_who", I, ack_who),
    TEXT("ack_why", I, ack_why),
    TIME("ack_wall_ms", I, incident.ack.at_wall_ms),
    TIME("ack_until_wall_ms", I, incident.ack.until_wall_ms),
    FLAG("ack_sticky", I, incident.ack.sticky),
    FLAG("flapping", I, incident.flapping),
    NUMBER("flap_count", I, incident.flap_count, 0, FLAP_WINDOW_MOST),
    COUNT("flap_bits", I, incident.flap_bits),
    TIME("flap_wall_ms", I, incident.flap_wall_ms),
    TIME("opened_wall_ms", I, incident.opened_wall_ms[0]),
    TIME("opened_before_wall_ms", I, incident.opened_wall_ms[1]),
    FLAG("escalated", I, incident.escalated),
    COUNT("count", I, incident.count),
    TIME("since_wall_ms", I, incident.since_wall_ms),
    TIME("count_wall_ms", I, incident.count_wall_ms),
    TIME("raised_wall_ms", I, incident.raised_wall_ms),
    TIME("cleared_wall_ms", I, incident.cleared_wall_ms),
    COUNT("stage", I, incident.stage),
    KEY("event", I, incident.event),
    KEY("cause", I, incident.cause),
    TEXT("scope", I, scope),
    KEPT("summary", I, summary),
    KEPT("notice", I, notice),
};
#undef I

#define M struct stored_memory
static const struct column memory_columns[] = {
    TEXT("circuit", M, circuit),
    FLAG("seen", M, memory.seen),
    FLAG("provisioned", M, memory.provisioned),
    FLAG("provider_owns", M, memory.provider_owns),
    TIME("first_wall_ms", M, memory.first_wall_ms),
    COUNT("odd_bandwidth", M, memory.odd_bandwidth),
    COUNT("odd_expected", M, memory.odd_expected),
    TIME("left_wall_ms", M, memory.left_wall_ms),
    TEXT("words", M, words),
};
#undef M

#define F struct stored_found
static const struct column found_columns[] = {
    TEXT("circuit", F, circuit),
    TEXT("id", F, id),
    TIME("found_wall_ms", F, found_wall_ms),
    TIME("missing_wall_ms", F, missing_wall_ms),
};
#undef F

#define S struct stored_silence
static const struct column silence_columns[] = {
    NUMBER("id", S, id, 1, DELIVERY_ID_MOST),
    TIME("from_wall_ms", S, from_wall_ms),
    TIME("to_wall_ms", S, to_wall_ms),
    NUMBER("uid", S, uid, 0, UINT32_MAX),
    TEXT("who", S, who),
    TEXT("why", S, why),
    TEXT("match", S, match),
};
#undef S

#define D struct stored_delivery
static const struct column delivery_columns[] = {
    NUMBER("id", D, id, 1, DELIVERY_ID_MOST),
    TEXT("receiver", D, receiver),
    TEXT("notice_id", D, notice_id),
    KEY("key", D, key),
    COUNT("episode", D, episode),
    COUNT("sequence", D, sequence),
    NUMBER("event", D, event, 0, OUTBOX_EVENTS - 1),
    NUMBER("severity", D, severity, 0, SEVERITIES - 1),
    TIME("created_wall_ms", D, created_wall_ms),
    COUNT("attempts", D, attempts),
    TIME("attempted_wall_ms", D, attempted_wall_ms),
    NUMBER("state", D, state, 0, DELIVERY_OVERTAKEN),
    FLAG("fell", D, fell),
    COUNT("body_size", D, body_size),
    FLAG("minimal", D, minimal),
    KEY("place", D, place),
};
#undef D

#define T struct stored_told
static const struct column told_columns[] = {
    KEY("key", T, key),
    TEXT("receiver", T, receiver),
    COUNT("episode", T, episode),
    COUNT("sequence", T, sequence),
    TEXT("kept", T, kept),
    COUNT("kept_episode", T, kept_episode),
    TIME("unsure_wall_ms", T, unsure_wall_ms),
    KEY("place", T, place),
};
#undef T

#define G struct stored_digest
static const struct column digest_columns[] = {
    TEXT("receiver", G, receiver),
    COUNT("number", G, number),
    NUMBER("made_wall_ms", G, made_wall_ms, -DIGEST_WALL_MOST_MS, DIGEST_WALL_MOST_MS),
    NUMBER("upto", G, upto, 0, DELIVERY_ID_MOST),
    NUMBER("left_out", G, left_out, 0, INT64_MAX),
    KEY("place", G, place),
};
#undef G

#define H struct stored_history
static const struct column history_columns[] = {
    GIVEN("id", H, id),
    TIME("wall_ms", H, wall_ms),
    TEXT("kind", H, kind),
    TEXT("scope", H, scope),
    TEXT("circuit", H, circuit),
    KEY("key", H, key),
    COUNT("episode", H, episode),
    NUMBER("rule", H, rule, 0, RULE_NUMBERS - 1),
    NUMBER("severity", H, severity, 0, SEVERITIES - 1),
    NUMBER("peering", H, subject.peering, 0, PEERING_NONE),
    NUMBER("path", H, subject.path, 0, PATH_NONE),
    NUMBER("family", H, subject.family, 0, FAMILIES),
    NUMBER("feature", H, subject.feature, 0, FEATURES - 1),
    TEXT("item_name", H, item),
    TEXT("who", H, who),
    TEXT("quiet", H, quiet),
    NUMBER("lasted_ms", H, lasted_ms, -1, INT64_MAX),
    TEXT("text", H, text),
};
#undef H

#define TABLE(name, columns, row) { name, columns, sizeof(columns) / sizeof *(columns), sizeof(row) }

const struct table tables[TABLES] = {
    [TABLE_INCIDENT] = TABLE("incident", incident_columns, struct stored_incident),
    [TABLE_MEMORY] = TABLE("memory", memory_columns, struct stored_memory),
    [TABLE_FOUND] = TABLE("found", found_columns, struct stored_found),
    [TABLE_SILENCE] = TABLE("silence", silence_columns, struct stored_silence),
    [TABLE_DELIVERY] = TABLE("delivery", delivery_columns, struct stored_delivery),
    [TABLE_TOLD] = TABLE("told", told_columns, struct stored_told),
    [TABLE_DIGEST] = TABLE("digest", digest_columns, struct stored_digest),
    [TABLE_HISTORY] = TABLE("history", history_columns, struct stored_history),
};

const char *key_format(uint64_t key, char text[KEY_TEXT_MAX])
{
    snprintf(text, KEY_TEXT_MAX, "%016" PRIx64, key);
    return text;
}

bool key_parse(const char *text, uint64_t *key)
{
    if (strspn(text, "0123456789abcdef") != KEY_TEXT_MAX - 1 || text[KEY_TEXT_MAX - 1] != '\0')
        return false;
    /* NOLINTNEXTLINE(cert-err34-c): exactly 16 hexadecimal digits always fit */
    return sscanf(text, "%16" SCNx64, key) == 1;
}

int64_t column_get(const struct column *column, const void *row)
{
    const char *at = (const char *)row + column->offset;
    uint32_t four;
    int64_t eight;

    assert(column->kind == COLUMN_NUMBER || column->kind == COLUMN_GIVEN);
    switch (column->size) {
    case 1:
        return *(const uint8_t *)at;
    case 4:
        memcpy(&four, at, sizeof four);
        return four;
    default:
        assert(column->size == sizeof eight);
        memcpy(&eight, at, sizeof eight);
        return eight;
    }
}

const char *column_get_text(const struct column *column, const void *row)
{
    const char *text;

    assert(column->kind == COLUMN_TEXT || column->kind == COLUMN_KEPT);
    memcpy(&text, (const char *)row + column->offset, sizeof text);
    return text == NULL ? "" : text;
}

bool column_set(const struct column *column, void *row, int64_t value)
{
    char *at = (char *)row + column->offset;
    uint32_t four = (uint32_t)value;

    assert(column->kind == COLUMN_NUMBER || column->kind == COLUMN_GIVEN);
    if (value < column->least || value > column->most)
        return false;
    switch (column->size) {
    case 1:
        *(uint8_t *)at = (uint8_t)value;
        break;
    case 4:
        memcpy(at, &four, sizeof four);
        break;
    default:
        assert(column->size == sizeof value);
        memcpy(at, &value, sizeof value);
    }
    return true;
}

bool column_set_text(const struct column *column, void *row, const char *value)
{
    char *at = (char *)row + column->offset;
    uint64_t key;

    if (column->kind == COLUMN_TEXT || column->kind == COLUMN_KEPT) {
        memcpy(at, &value, sizeof value);
        return true;
    }
    assert(column->kind == COLUMN_KEY);
    if (!key_parse(value, &key))
        return false;
    memcpy(at, &key, sizeof key);
    return true;
}

static void append(char sql[TABLE_SQL_MAX], const char *text)
{
    size_t used = strlen(sql);

    assert(used + strlen(text) < TABLE_SQL_MAX);
    memcpy(sql + used, text, strlen(text) + 1);
}

static void append_names(const struct table *table, char sql[TABLE_SQL_MAX])
{
    for (size_t i = 0; i < table->count; i++) {
        append(sql, i == 0 ? "" : ", ");
        append(sql, table->column[i].name);
    }
}

static void append_value(const struct table *table, size_t index, char sql[TABLE_SQL_MAX])
{
    char value[160];

    if (table->column[index].kind == COLUMN_KEPT)
        snprintf(value, sizeof value,
                 "CASE WHEN ?%zu <> '' THEN ?%zu ELSE COALESCE((SELECT %s FROM %s WHERE %s = ?1), '') END", index + 1,
                 index + 1, table->column[index].name, table->name, table->column[0].name);
    else if (table->column[index].kind == COLUMN_GIVEN)
        snprintf(value, sizeof value, "NULLIF(?%zu, 0)", index + 1);
    else
        snprintf(value, sizeof value, "?%zu", index + 1);
    append(sql, value);
}

void table_put_sql(const struct table *table, char sql[TABLE_SQL_MAX])
{
    strcpy(sql, "INSERT OR REPLACE INTO ");
    append(sql, table->name);
    append(sql, " (");
    append_names(table, sql);
    append(sql, ") VALUES (");
    for (size_t i = 0; i < table->count; i++) {
        append(sql, i == 0 ? "" : ", ");
        append_value(table, i, sql);
    }
    append(sql, ")");
}

void table_read_sql(const struct table *table, const char *order, char sql[TABLE_SQL_MAX])
{
    strcpy(sql, "SELECT ");
    append_names(table, sql);
    append(sql, " FROM ");
    append(sql, table->name);
    append(sql, " ");
    append(sql, order);
}
