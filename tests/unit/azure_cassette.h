#ifndef ERWATCH_TESTS_AZURE_CASSETTE_H
#define ERWATCH_TESTS_AZURE_CASSETTE_H

#include "azure/json.h"
#include "azure/value.h"
#include "azure_data.h"

/* Recorded sequences of requests and answers (tests/data/azure, *.cassette.json), read with the room's own reader. */

#define TURNS_MAX 32

struct turn {
    int status;
    char *body, *location, *retry_after, *date; /* NULL when absent */
};

struct cassette {
    size_t count;
    struct turn turn[TURNS_MAX];
};

enum { TURN, TURN_RESPONSE, TURN_HEADERS, TURN_STATUS, TURN_BODY, TURN_LOCATION, TURN_RETRY_AFTER, TURN_DATE };

static const struct json_key turn_header_keys[] = {
    JSON_KEY_TEXT("location", TURN_LOCATION),
    { "retry-after", TURN_RETRY_AFTER, NULL, 0, 0 },
    JSON_KEY_TEXT("date", TURN_DATE),
    JSON_KEYS_END,
};
static const struct json_shape turn_header_shape = { turn_header_keys };
static const struct json_key turn_response_keys[] = {
    JSON_KEY_NUMBER("status", TURN_STATUS),
    JSON_KEY_OBJECT("headers", TURN_HEADERS, &turn_header_shape),
    JSON_KEY_TEXT("body", TURN_BODY),
    JSON_KEYS_END,
};
static const struct json_shape turn_response_shape = { turn_response_keys };
static const struct json_key turn_keys[] = {
    JSON_KEY_OBJECT("response", TURN_RESPONSE, &turn_response_shape),
    JSON_KEYS_END,
};
static const struct json_shape turn_shape = { turn_keys };
static const struct json_key cassette_keys[] = { JSON_KEY_OBJECTS("interactions", TURN, &turn_shape), JSON_KEYS_END };
static const struct json_shape cassette_shape = { cassette_keys };

static bool cassette_take(void *into, int tag, const struct json_value *value)
{
    struct cassette *cassette = into;
    struct turn *turn = &cassette->turn[cassette->count - 1];
    int64_t status;

    switch (tag) {
    case TURN_STATUS:
        cr_assert(value_whole(value, 100, 599, &status));
        turn->status = (int)status;
        break;
    case TURN_BODY:
        turn->body = strndup(value->text, value->len);
        break;
    case TURN_LOCATION:
        turn->location = strndup(value->text, value->len);
        break;
    case TURN_RETRY_AFTER:
        turn->retry_after = strndup(value->text, value->len);
        break;
    case TURN_DATE:
        turn->date = strndup(value->text, value->len);
        break;
    }
    return true;
}

static bool cassette_enter(void *into, int tag, enum json_type type, bool opens)
{
    struct cassette *cassette = into;

    if (tag == TURN && type == JSON_OBJECT && opens)
        cr_assert(++cassette->count <= TURNS_MAX);
    return true;
}

static inline void cassette_read(const char *name, struct cassette *out)
{
    struct json_fault fault;
    size_t len;
    char *text = data_read(name, &len);

    memset(out, 0, sizeof *out);
    cr_assert_eq(json_read(text, len, &cassette_shape, cassette_take, cassette_enter, out, &fault), JSON_OK, "%s",
                 name);
    free(text);
}

static inline void cassette_free(struct cassette *cassette)
{
    for (size_t i = 0; i < cassette->count; i++) {
        free(cassette->turn[i].body);
        free(cassette->turn[i].location);
        free(cassette->turn[i].retry_after);
        free(cassette->turn[i].date);
    }
}

static inline struct azure_reply reply_turn(const struct turn *turn)
{
    const char *body = turn->body != NULL ? turn->body : "";

    return (struct azure_reply){ .status = turn->status, .body = body, .len = strlen(body), .location = turn->location,
                                 .retry_after = turn->retry_after, .date = turn->date };
}

#endif
