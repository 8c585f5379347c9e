/* Reading who takes an incident on. A key that is not known is refused: one that was misspelt would mean something else. */
#include "web/acknowledge.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define SECONDS_MOST (365 * 24 * 3600)

static bool read_seconds(const json_t *value, int64_t now_wall_ms, struct ack *out)
{
    json_int_t seconds = json_is_integer(value) ? json_integer_value(value) : 0;

    if (seconds < 1 || seconds > SECONDS_MOST)
        return false;
    out->until_wall_ms = now_wall_ms + (int64_t)seconds * 1000;
    return true;
}

static bool read_why(const json_t *value, struct ack *out)
{
    const char *text = json_string_value(value);

    if (text == NULL || strlen(text) >= sizeof out->why)
        return false;
    snprintf(out->why, sizeof out->why, "%s", text);
    return true;
}

static const char *read_key(const char *key, const json_t *value, int64_t now_wall_ms, struct ack *out)
{
    if (strcmp(key, "seconds") == 0)
        return read_seconds(value, now_wall_ms, out) ? NULL : "\"seconds\" is a whole number, at least 1 and at most a year.";
    if (strcmp(key, "why") == 0)
        return read_why(value, out) ? NULL : "\"why\" is a text of at most 255 bytes.";
    if (strcmp(key, "sticky") != 0)
        return "An acknowledgement takes seconds, sticky and why.";
    out->sticky = json_is_true(value);
    return json_is_boolean(value) ? NULL : "\"sticky\" is true or false.";
}

bool ack_read(const char *json, size_t len, int64_t now_wall_ms, struct ack *out, char why[ACK_REFUSAL_MAX])
{
    json_t *body = len == 0 ? json_object() : json_loadb(json, len, JSON_REJECT_DUPLICATES, NULL);
    const char *wrong = json_is_object(body) ? NULL : "The body is no JSON object.", *key;
    json_t *value;

    *out = (struct ack){ .until = MONO_NEVER };
    if (wrong == NULL)
        json_object_foreach(body, key, value)
            if (wrong == NULL)
                wrong = read_key(key, value, now_wall_ms, out);
    json_decref(body);
    if (wrong != NULL)
        snprintf(why, ACK_REFUSAL_MAX, "%s", wrong);
    return wrong == NULL;
}
