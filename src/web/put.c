/*
 * What all documents of this room are built with: numbers, texts, times and ages under a key. The conventions of the
 * API live here and nowhere else: null for what is not known, RFC 3339 for times, seconds for ages.
 */
#include "web/put.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void no_memory(void)
{
    fputs("erwatch: out of memory\n", stderr);
    abort();
}

static json_t *sure(json_t *value)
{
    if (value == NULL)
        no_memory();
    return value;
}

json_t *put_object_new(void)
{
    return sure(json_object());
}

json_t *put_array_new(void)
{
    return sure(json_array());
}

void put_value(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, sure(value)) != 0)
        no_memory();
}

void put_item(json_t *array, json_t *value)
{
    if (json_array_append_new(array, sure(value)) != 0)
        no_memory();
}

/* How long the UTF-8 sequence a byte begins should be; 0 for a byte that begins none. */
static size_t sequence_len(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/* Does a character begin here, after jansson's own judgement? */
static bool is_character(const char *at, size_t len)
{
    json_t *probe = len == 0 || strnlen(at, len) < len ? NULL : json_stringn(at, len);

    json_decref(probe);
    return probe != NULL;
}

json_t *put_string(const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */
    json_t *whole = json_string(text);

    if (whole != NULL)
        return whole;
    char *repaired = malloc(strlen(text) * (sizeof replacement - 1) + 1), *end = repaired;
    if (repaired == NULL)
        no_memory();
    while (*text != '\0') {
        size_t len = sequence_len((unsigned char)*text);
        bool good = is_character(text, len);
        size_t put = good ? len : sizeof replacement - 1;
        memcpy(end, good ? text : replacement, put);
        end += put;
        text += good ? len : 1;
    }
    *end = '\0';
    whole = sure(json_string(repaired));
    free(repaired);
    return whole;
}

void put_text(json_t *object, const char *key, const char *text)
{
    put_value(object, key, text == NULL ? json_null() : put_string(text));
}

void put_known(json_t *object, const char *key, const char *text)
{
    put_text(object, key, text == NULL || *text == '\0' ? NULL : text);
}

void put_number(json_t *object, const char *key, int64_t number)
{
    put_value(object, key, json_integer(number));
}

void put_count(json_t *object, const char *key, int64_t number)
{
    put_value(object, key, number < 0 ? json_null() : json_integer(number));
}

void put_bool(json_t *object, const char *key, bool value)
{
    put_value(object, key, json_boolean(value));
}

void put_null(json_t *object, const char *key)
{
    put_value(object, key, json_null());
}

void put_seconds(json_t *object, const char *key, int64_t ms)
{
    put_value(object, key, ms < 0 ? json_null() : json_real((double)ms / 1000));
}

void put_time(json_t *object, const char *key, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    char text[32];

    if (wall_ms <= 0 || gmtime_r(&seconds, &utc) == NULL || strftime(text, sizeof text, "%FT%TZ", &utc) == 0)
        put_null(object, key);
    else
        put_text(object, key, text);
}

void put_since(json_t *object, const char *key, int64_t wall_ms, int64_t now_wall_ms)
{
    char age[64];
    int len = snprintf(age, sizeof age, "%s_age", key);

    assert(len > 0 && (size_t)len < sizeof age);
    put_time(object, key, wall_ms);
    /* the wall clock may have been set back since: an age is never negative */
    put_seconds(object, age, wall_ms <= 0 ? -1 : wall_ms < now_wall_ms ? now_wall_ms - wall_ms : 0);
}

char *put_end(json_t *document)
{
    char *text = json_dumps(document, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));

    if (text == NULL)
        no_memory();
    json_decref(document);
    return text;
}
