/*
 * Azure Resource Health of a circuit. Unknown is its most common word and means that Azure has no data, so a word that
 * is not known here is as good as that one.
 */
#include "azure/health.h"

#include "azure/arm.h"
#include "azure/ask.h"
#include "azure/plain.h"
#include "azure/text.h"
#include "azure/value.h"
#include "azure/when.h"

#include <string.h>
#include <strings.h>

#define API_VERSION "2024-02-01"

void health_ask(struct azure_request *out, const char *management, const char *id)
{
    arm_ask_at(out, management, id, "/providers/Microsoft.ResourceHealth/availabilityStatuses/current", API_VERSION,
               ARM_SMALL_MAX);
}

enum { ID, PROPERTIES, STATE, TITLE, SUMMARY, REASON, OCCURRED };

static const struct json_key properties_keys[] = {
    JSON_KEY_TEXT("availabilityState", STATE),
    JSON_KEY_TEXT("title", TITLE),
    JSON_KEY_TEXT("summary", SUMMARY),
    JSON_KEY_TEXT("reasonType", REASON),
    JSON_KEY_TEXT("occurredTime", OCCURRED),
    JSON_KEY_TEXT("occuredTime", OCCURRED), /* the spelling of the published description */
    JSON_KEYS_END,
};
static const struct json_shape properties_shape = { properties_keys };
static const struct json_key health_keys[] = {
    JSON_KEY_TEXT("id", ID),
    JSON_KEY_OBJECT("properties", PROPERTIES, &properties_shape),
    JSON_KEYS_END,
};
static const struct json_shape health_shape = { health_keys };

struct decoder {
    const char *id;
    bool properties, titled;
    struct health_value value;
    const char *because;
};

static uint8_t state_of(const struct json_value *value)
{
    for (enum availability state = AVAILABILITY_UNKNOWN; state <= AVAILABILITY_UNAVAILABLE; state++)
        if (value_is(value, availability_name(state)))
            return (uint8_t)state;
    return AVAILABILITY_UNKNOWN;
}

/* The answer's id is the circuit's with more behind it. */
static bool is_of(const struct decoder *decoder, const struct json_value *value)
{
    size_t len = strlen(decoder->id);

    return value->len > len && value->text[len] == '/' && strncasecmp(value->text, decoder->id, len) == 0;
}

static void take_summary(struct decoder *decoder, int tag, const struct json_value *value)
{
    if (decoder->titled)
        return;
    plain_text(decoder->value.summary, sizeof decoder->value.summary, value->text, value->len);
    decoder->titled = tag == TITLE && decoder->value.summary[0] != '\0';
}

/* Of the two spellings the one that is a time. */
static void take_since(struct health_value *health, const struct json_value *value)
{
    int64_t at = iso_time_ms(value->text, value->len);

    if (at > 0)
        health->since_wall_ms = at;
}

static bool take(void *into, int tag, const struct json_value *value)
{
    struct decoder *decoder = into;

    switch (tag) {
    case ID:
        if (!is_of(decoder, value)) {
            decoder->because = "is about another resource than the one asked for";
            return false;
        }
        break;
    case STATE:
        decoder->value.state = state_of(value);
        break;
    case TITLE:
    case SUMMARY:
        take_summary(decoder, tag, value);
        break;
    case REASON:
        decoder->value.planned = value_is(value, "Planned");
        break;
    case OCCURRED:
        take_since(&decoder->value, value);
        break;
    }
    return true;
}

static bool enter(void *into, int tag, enum json_type type, bool opens)
{
    struct decoder *decoder = into;

    (void)type;
    decoder->properties = decoder->properties || (tag == PROPERTIES && opens);
    return true;
}

enum azure_result health_read(const struct azure_reply *reply, const char *id, struct mono seen,
                              struct health_value *out, struct failure *why)
{
    struct decoder decoder = { .id = id };
    struct answer_reader reader = { &health_shape, take, enter, &decoder, &decoder.because };
    enum azure_result result = answer_read_final(reply, &reader, why);

    if (result == AZURE_OK && !decoder.properties)
        result = answer_refuse(reply, why, "is no availability status");
    if (result == AZURE_OK) {
        decoder.value.seen = seen;
        *out = decoder.value;
    }
    return result;
}
