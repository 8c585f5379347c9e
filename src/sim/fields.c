/*
 * One function for each type of field: a YAML node becomes JSON, or a finding that names the key, the place and what
 * would have been right.
 */
#include "sim/fields.h"

#include "config/duration.h"
#include "config/nearest.h"
#include "config/yaml.h"
#include "core/net.h"
#include "core/words.h"
#include "io/memory.h"
#include "sim/schema.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static json_t *text_json(const struct node *value)
{
    return memory_or_die(json_stringn(value->text, value->len));
}

/* Is it a scalar? A finding otherwise, but for a node that has had its finding. */
static bool is_scalar(const struct node *value, const struct field *field, struct diag *diag)
{
    if (value->kind == NODE_SCALAR && !node_is_null(value))
        return true;
    if (value->kind != NODE_BROKEN)
        diag_error(diag, value->place, "\"%s\" needs a value, not %s", field->name,
                   node_is_null(value) ? "nothing" : node_kind_name(value));
    return false;
}

static json_t *read_text(const struct node *value, const struct field *field, struct diag *diag)
{
    return is_scalar(value, field, diag) ? text_json(value) : NULL;
}

static size_t list_length(const char *const *list)
{
    size_t count = 0;

    while (list[count] != NULL)
        count++;
    return count;
}

static json_t *read_choice(const struct node *value, const struct field *field, struct diag *diag)
{
    const char *const *list = field->more;

    if (!is_scalar(value, field, diag))
        return NULL;
    for (size_t i = 0; list[i] != NULL; i++)
        if (strcmp(list[i], value->text) == 0)
            return text_json(value);
    const char *near = nearest_word(value->text, list, list_length(list));
    char all[512] = "";
    for (size_t i = 0; near == NULL && list[i] != NULL; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i != 0 ? ", " : "", list[i]);
    if (near != NULL)
        diag_error(diag, value->place, "\"%s\" may not be \"%s\"; did you mean \"%s\"?", field->name, value->text,
                   near);
    else
        diag_error(diag, value->place, "\"%s\" is \"%s\"; it may be one of %s", field->name, value->text, all);
    return NULL;
}

/* Any word goes, because Azure's enumerations are open; but a near miss is probably a slip of the pen. */
static void warn_of_state(const struct node *value, enum word_list list, const char *name, struct diag *diag)
{
    const char *known[32];
    uint8_t count = word_count(list);

    if (word_find(list, value->text, value->len) != WORD_OTHER)
        return;
    assert(count <= sizeof known / sizeof *known);
    for (uint8_t code = 0; code < count; code++)
        known[code] = code <= WORD_OTHER ? NULL : word_name(list, code);
    const char *near = nearest_word(value->text, known, count);
    if (near != NULL)
        diag_warning(diag, value->place, "\"%s\" is a word Azure does not document for \"%s\"; did you mean \"%s\"?",
                     value->text, name, near);
}

static json_t *read_state(const struct node *value, const struct field *field, struct diag *diag)
{
    const enum word_list *list = field->more;

    if (!is_scalar(value, field, diag))
        return NULL;
    warn_of_state(value, *list, field->name, diag);
    return text_json(value);
}

static bool parse_number(const char *text, int64_t *out)
{
    char *end;

    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || errno != 0)
        return false;
    *out = number;
    return true;
}

static json_t *read_number(const struct node *value, const struct field *field, struct diag *diag)
{
    int64_t number;

    if (!is_scalar(value, field, diag))
        return NULL;
    if (parse_number(value->text, &number) && number >= field->least && number <= field->most)
        return json_integer(number);
    diag_error(diag, value->place, "\"%s\" is \"%s\"; it may be a number from %" PRId64 " to %" PRId64, field->name,
               value->text, field->least, field->most);
    return NULL;
}

static json_t *read_yes_no(const struct node *value, const struct field *field, struct diag *diag)
{
    static const char *const yes[] = { "yes", "true", "on" }, *const no[] = { "no", "false", "off" };

    if (!is_scalar(value, field, diag))
        return NULL;
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(value->text, yes[i]) == 0)
            return json_true();
        if (strcmp(value->text, no[i]) == 0)
            return json_false();
    }
    diag_error(diag, value->place, "\"%s\" is \"%s\"; it may be yes or no", field->name, value->text);
    return NULL;
}

static json_t *read_duration(const struct node *value, const struct field *field, struct diag *diag)
{
    char least[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX];
    int64_t ms;

    if (!is_scalar(value, field, diag))
        return NULL;
    if (duration_parse(value->text, &ms) && ms >= field->least && ms <= field->most)
        return json_integer(ms);
    diag_error(diag, value->place, "\"%s\" is \"%s\"; it may be a duration from %s to %s", field->name, value->text,
               duration_format(field->least, least), duration_format(field->most, most));
    return NULL;
}

static json_t *read_net(const struct node *value, const struct field *field, struct diag *diag)
{
    struct net net;

    if (!is_scalar(value, field, diag))
        return NULL;
    if (net_parse(value->text, value->len, &net))
        return text_json(value);
    diag_error(diag, value->place, "\"%s\" is \"%s\", which is no IP prefix", field->name, value->text);
    return NULL;
}

static bool is_kind(const struct node *value, enum node_kind kind, const struct field *field, const char *wanted,
                    struct diag *diag)
{
    if (value->kind == kind)
        return true;
    if (value->kind != NODE_BROKEN)
        diag_error(diag, value->place, "\"%s\" must be %s, not %s", field->name, wanted,
                   node_is_null(value) ? "nothing" : node_kind_name(value));
    return false;
}

static json_t *read_map(const struct node *value, const struct field *field, struct diag *diag)
{
    return is_kind(value, NODE_MAP, field, "a mapping", diag) ? schema_read(value, field->more, diag) : NULL;
}

static json_t *read_maps(const struct node *value, const struct field *field, struct diag *diag)
{
    if (!is_kind(value, NODE_LIST, field, "a list", diag))
        return NULL;
    json_t *list = memory_or_die(json_array());
    for (const struct node *each = value->first; each != NULL; each = each->next) {
        json_t *one = read_map(each, field, diag);
        json_array_append_new(list, one != NULL ? one : json_object()); /* places stay in step with the file */
    }
    return list;
}

static json_t *read_texts(const struct node *value, const struct field *field, struct diag *diag)
{
    json_t *list = memory_or_die(json_array());

    if (value->kind != NODE_LIST && is_scalar(value, field, diag))
        json_array_append_new(list, text_json(value));
    for (const struct node *each = value->kind == NODE_LIST ? value->first : NULL; each != NULL; each = each->next)
        if (is_scalar(each, field, diag))
            json_array_append_new(list, text_json(each));
    return list;
}

static json_t *read_states(const struct node *value, const struct field *field, struct diag *diag)
{
    const enum word_list *list = field->more;
    struct net net;

    if (!is_kind(value, NODE_MAP, field, "a mapping of prefixes to states", diag))
        return NULL;
    json_t *map = memory_or_die(json_object());
    for (const struct node *each = value->first; each != NULL; each = each->next) {
        if (!net_parse(each->key, strlen(each->key), &net))
            diag_error(diag, each->key_place, "\"%s\" is no IP prefix", each->key);
        else if (node_is_null(each))
            json_object_set_new(map, each->key, json_null());
        else if (is_scalar(each, field, diag)) {
            warn_of_state(each, *list, field->name, diag);
            json_object_set_new(map, each->key, text_json(each));
        }
    }
    return map;
}

static json_t *read_labels(const struct node *value, const struct field *field, struct diag *diag)
{
    if (!is_kind(value, NODE_MAP, field, "a mapping of texts", diag))
        return NULL;
    json_t *map = memory_or_die(json_object());
    for (const struct node *each = value->first; each != NULL; each = each->next)
        if (is_scalar(each, field, diag))
            json_object_set_new(map, each->key, text_json(each));
    return map;
}

static json_t *scalar_json(const struct node *value)
{
    int64_t number;

    if (node_is_null(value))
        return json_null();
    if (!value->plain)
        return text_json(value);
    if (strcmp(value->text, "true") == 0 || strcmp(value->text, "false") == 0)
        return json_boolean(*value->text == 't');
    return parse_number(value->text, &number) ? json_integer(number) : text_json(value);
}

/* The depth is bounded by the reader of the file. */
static json_t *read_any(const struct node *value, const struct field *field, struct diag *diag)
{
    if (value->kind == NODE_BROKEN)
        return NULL;
    if (value->kind == NODE_SCALAR)
        return scalar_json(value);
    json_t *json = memory_or_die(value->kind == NODE_MAP ? json_object() : json_array());
    for (const struct node *each = value->first; each != NULL; each = each->next) {
        json_t *inner = read_any(each, field, diag);
        if (value->kind == NODE_MAP)
            json_object_set_new(json, each->key, inner);
        else
            json_array_append_new(json, inner);
    }
    return json;
}

static json_t *read_session(const struct node *value, const struct field *field, struct diag *diag)
{
    static const char *const words[] = { "up",       "down",        "reset",       "none", "Idle", "Active", "Connect",
                                         "OpenSent", "OpenConfirm", "Idle (Admin)" };
    int64_t number;

    if (!is_scalar(value, field, diag))
        return NULL;
    if (parse_number(value->text, &number) && number >= 0 && number <= 20000)
        return json_integer(number);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(value->text, words[i]) == 0)
            return text_json(value);
    diag_error(diag, value->place,
               "\"%s\" is \"%s\"; a session is up, down, reset, none, a number of prefixes up to 20000, or a state "
               "such as Idle, Active or Connect",
               field->name, value->text);
    return NULL;
}

static json_t *read_metric(const struct node *value, const struct field *field, struct diag *diag)
{
    int64_t number;

    if (!is_scalar(value, field, diag))
        return NULL;
    if (strcmp(value->text, "follow") == 0 || strcmp(value->text, "gap") == 0)
        return text_json(value);
    if (parse_number(value->text, &number) && number >= 0 && number <= 100)
        return json_integer(number);
    diag_error(diag, value->place, "\"%s\" is \"%s\"; it may be follow, gap or a percentage", field->name, value->text);
    return NULL;
}

static json_t *read_named(const struct node *value, const struct field *field, struct diag *diag)
{
    if (!is_kind(value, NODE_MAP, field, "a mapping of names", diag))
        return NULL;
    json_t *map = memory_or_die(json_object());
    for (const struct node *each = value->first; each != NULL; each = each->next) {
        json_t *one = node_is_null(each) ? json_null() : read_map(each, field, diag);
        if (one != NULL)
            json_object_set_new(map, each->key, one);
    }
    return map;
}

static json_t *read_dbm(const struct node *value, const struct field *field, struct diag *diag)
{
    char *end;

    if (!is_scalar(value, field, diag))
        return NULL;
    if (strcmp(value->text, "gap") == 0)
        return text_json(value);
    double dbm = strtod(value->text, &end);
    if (end != value->text && *end == '\0' && dbm >= -100 && dbm <= 100)
        return json_real(dbm);
    diag_error(diag, value->place, "\"%s\" is \"%s\"; light is from -100 to 100 dBm, or gap", field->name, value->text);
    return NULL;
}

static json_t *read_light(const struct node *value, const struct field *field, struct diag *diag)
{
    if (value->kind != NODE_LIST)
        return read_dbm(value, field, diag);
    json_t *list = memory_or_die(json_array());
    for (const struct node *each = value->first; each != NULL; each = each->next) {
        json_t *one = read_dbm(each, field, diag);
        if (one != NULL)
            json_array_append_new(list, one);
    }
    return list;
}

static json_t *read_later(const struct node *value, const struct field *field, struct diag *diag)
{
    (void)is_kind(value, NODE_LIST, field, "a list", diag);
    return NULL;
}

field_reader *const field_readers[] = {
    [FIELD_TEXT] = read_text,     [FIELD_CHOICE] = read_choice,     [FIELD_STATE] = read_state,
    [FIELD_NUMBER] = read_number, [FIELD_YES_NO] = read_yes_no,     [FIELD_DURATION] = read_duration,
    [FIELD_NET] = read_net,       [FIELD_MAP] = read_map,           [FIELD_MAPS] = read_maps,
    [FIELD_TEXTS] = read_texts,   [FIELD_STATES] = read_states,     [FIELD_LABELS] = read_labels,
    [FIELD_ANY] = read_any,       [FIELD_SESSION] = read_session,   [FIELD_METRIC] = read_metric,
    [FIELD_LATER] = read_later,   [FIELD_NAMED] = read_named,       [FIELD_LIGHT] = read_light,
};
