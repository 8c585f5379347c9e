/*
 * JSON as events, over yajl; the only file that includes it. A stack of frames follows the text and the caller's shapes
 * side by side: each frame knows which keys matter in its object and which were seen.
 *
 * yajl is strict about syntax, but lets a few things through that this file refuses: repeated keys, any depth,
 * overlong UTF-8 and lone surrogates, and \u0000 inside a text. A number is handed on as it was written, so none
 * overflows here.
 */
#include "azure/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

struct frame {
    const struct json_shape *shape; /* object: its known keys; NULL: nothing in it matters */
    const struct json_key *of;      /* the key that leads here, NULL when unknown */
    bool array;
    uint8_t next;  /* behind the row of the last known key: a service writes its keys in the same order every time */
    uint64_t seen; /* bit per row of the shape */
};

struct json_reader {
    const struct json_shape *root;
    json_take *take;
    json_enter *enter;
    void *into;
    const struct json_key *key; /* of the next value in an object */
    size_t depth;
    enum json_result result;
    const char *fault_key;
    yajl_handle yajl;
    size_t fed;    /* bytes that were read */
    size_t marked; /* bytes of a byte-order mark that were seen; MARK_OVER behind it */
    bool ended;    /* nothing more is read */
    struct frame frame[JSON_DEPTH_MAX]; /* set as they are entered */
};

#define MARK_OVER 3

static int stop(struct json_reader *reader, enum json_result result, const struct json_key *key)
{
    reader->result = result;
    reader->fault_key = key != NULL ? key->name : NULL;
    return 0;
}

static int fold(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool same_key(const char *name, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (name[i] == '\0' || fold(name[i]) != fold(text[i]))
            return false;
    return name[len] == '\0';
}

/* How many bytes a UTF-8 sequence takes, 0 when it is none: overlong, a surrogate, beyond U+10FFFF, cut short. */
static size_t sequence(const unsigned char *text, size_t left)
{
    static const struct {
        unsigned char first, last, least, most; /* of the first byte; of the second */
        size_t len;
    } forms[] = {
        { 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 }, { 0xE1, 0xEC, 0x80, 0xBF, 3 },
        { 0xED, 0xED, 0x80, 0x9F, 3 }, { 0xEE, 0xEF, 0x80, 0xBF, 3 }, { 0xF0, 0xF0, 0x90, 0xBF, 4 },
        { 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (*text < forms[i].first || *text > forms[i].last)
            continue;
        if (left < forms[i].len || text[1] < forms[i].least || text[1] > forms[i].most)
            return 0;
        for (size_t at = 2; at < forms[i].len; at++)
            if ((text[at] & 0xC0) != 0x80)
                return 0;
        return forms[i].len;
    }
    return 0;
}

static bool clean_text(const unsigned char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t step = text[at] == 0 ? 0 : text[at] < 0x80 ? 1 : sequence(text + at, len - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

/* The key a value belongs to, NULL when it is not a known one. @p refused: its type is none of that key's. */
static const struct json_key *key_of(const struct json_reader *reader, enum json_type type, bool *refused)
{
    if (reader->depth == 0) {
        *refused = type != JSON_OBJECT;
        return NULL;
    }
    const struct frame *top = &reader->frame[reader->depth - 1];
    const struct json_key *key = top->array ? top->of : reader->key;
    unsigned allowed = key == NULL ? 0 : top->array ? key->elements : key->types;
    if (allowed != 0 && !top->array)
        allowed |= JSON_IS(JSON_NULL);
    *refused = allowed != 0 && (allowed & JSON_IS(type)) == 0;
    return key;
}

static int on_scalar(struct json_reader *reader, const struct json_value *value)
{
    bool refused;
    const struct json_key *key = key_of(reader, value->type, &refused);

    if (refused)
        return stop(reader, JSON_WRONG_TYPE, key);
    if (key == NULL || value->type == JSON_NULL)
        return 1;
    if (value->type == JSON_STRING && !clean_text((const unsigned char *)value->text, value->len))
        return stop(reader, JSON_BROKEN, key);
    if (reader->take != NULL && !reader->take(reader->into, key->tag, value))
        return stop(reader, JSON_STOPPED, key);
    return 1;
}

static int on_open(struct json_reader *reader, enum json_type type)
{
    bool refused;
    const struct json_key *key = key_of(reader, type, &refused);

    if (refused)
        return stop(reader, JSON_WRONG_TYPE, key);
    if (reader->depth == JSON_DEPTH_MAX)
        return stop(reader, JSON_TOO_DEEP, NULL);
    bool inner_array = type == JSON_ARRAY && reader->depth > 0 && reader->frame[reader->depth - 1].array;
    struct frame *frame = &reader->frame[reader->depth++];
    *frame = (struct frame){ .array = type == JSON_ARRAY, .of = inner_array ? NULL : key };
    if (type == JSON_OBJECT)
        frame->shape = reader->depth == 1 ? reader->root : key != NULL ? key->shape : NULL;
    if (frame->of != NULL && reader->enter != NULL && !reader->enter(reader->into, key->tag, type, true))
        return stop(reader, JSON_STOPPED, key);
    return 1;
}

static int on_close(struct json_reader *reader, enum json_type type)
{
    assert(reader->depth > 0);
    const struct json_key *key = reader->frame[--reader->depth].of;

    if (key != NULL && reader->enter != NULL && !reader->enter(reader->into, key->tag, type, false))
        return stop(reader, JSON_STOPPED, key);
    return 1;
}

static const struct json_key *find_key(const struct frame *frame, const char *text, size_t len)
{
    const struct json_key *keys = frame->shape->keys, *next = keys + frame->next;

    if (next->name != NULL && same_key(next->name, text, len))
        return next;
    for (const struct json_key *key = keys; key->name != NULL; key++)
        if (same_key(key->name, text, len))
            return key;
    return NULL;
}

static int on_key(void *context, const unsigned char *text, size_t len)
{
    struct json_reader *reader = context;
    struct frame *frame = &reader->frame[reader->depth - 1];

    reader->key = NULL;
    if (frame->shape == NULL)
        return 1;
    const struct json_key *key = find_key(frame, (const char *)text, len);
    if (key == NULL)
        return 1;
    ptrdiff_t row = key - frame->shape->keys;
    assert(row < JSON_KEYS_MAX);
    frame->next = (uint8_t)(row + 1);
    if ((frame->seen >> row & 1) != 0)
        return stop(reader, JSON_TWICE, key);
    frame->seen |= UINT64_C(1) << row;
    reader->key = key;
    return 1;
}

static int on_null(void *context)
{
    return on_scalar(context, &(struct json_value){ .type = JSON_NULL });
}

static int on_bool(void *context, int truth)
{
    return on_scalar(context, &(struct json_value){ .type = JSON_BOOL, .truth = truth != 0 });
}

static int on_number(void *context, const char *text, size_t len)
{
    return on_scalar(context, &(struct json_value){ .type = JSON_NUMBER, .text = text, .len = len });
}

static int on_string(void *context, const unsigned char *text, size_t len)
{
    return on_scalar(context, &(struct json_value){ .type = JSON_STRING, .text = (const char *)text, .len = len });
}

static int on_object(void *context)
{
    return on_open(context, JSON_OBJECT);
}

static int on_object_end(void *context)
{
    return on_close(context, JSON_OBJECT);
}

static int on_array(void *context)
{
    return on_open(context, JSON_ARRAY);
}

static int on_array_end(void *context)
{
    return on_close(context, JSON_ARRAY);
}

/* yajl does not look whether memory was there. What it takes is bounded by the text and by the depth. */
static void *take_memory(void *context, size_t size)
{
    (void)context;
    void *memory = malloc(size);
    if (memory == NULL)
        abort();
    return memory;
}

static void *resize_memory(void *context, void *old, size_t size)
{
    (void)context;
    void *memory = realloc(old, size);
    if (memory == NULL)
        abort();
    return memory;
}

static void give_memory(void *context, void *memory)
{
    (void)context;
    free(memory);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_bool,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

/* ---- the text ---- */

static const yajl_alloc_funcs memory = { take_memory, resize_memory, give_memory, NULL };

static void reader_init(struct json_reader *reader, const struct json_shape *shape, json_take *take, json_enter *enter,
                        void *into)
{
    yajl_alloc_funcs own = memory;

    memset(reader, 0, offsetof(struct json_reader, frame));
    reader->root = shape;
    reader->take = take;
    reader->enter = enter;
    reader->into = into;
    reader->yajl = yajl_alloc(&callbacks, &own, reader);
}

/* How much of the piece is the byte-order mark at the very beginning. A lone part of one is no JSON, and yajl says so. */
static size_t skip_mark(struct json_reader *reader, const char *text, size_t len)
{
    static const char mark[MARK_OVER] = { '\xEF', '\xBB', '\xBF' };
    size_t skipped = 0;

    while (reader->marked < MARK_OVER && skipped < len && text[skipped] == mark[reader->marked]) {
        reader->marked++;
        skipped++;
    }
    if (skipped < len && reader->marked > 0 && reader->marked < MARK_OVER)
        (void)stop(reader, JSON_BROKEN, NULL);
    if (skipped < len)
        reader->marked = MARK_OVER;
    return skipped;
}

bool json_feed(struct json_reader *reader, const char *text, size_t len)
{
    if (reader->ended)
        return false;
    size_t skipped = skip_mark(reader, text, len);
    reader->fed += skipped;
    reader->ended = reader->result != JSON_OK;
    if (!reader->ended && len > skipped) {
        yajl_status status = yajl_parse(reader->yajl, (const unsigned char *)text + skipped, len - skipped);
        reader->ended = status != yajl_status_ok;
        reader->fed += reader->ended ? yajl_get_bytes_consumed(reader->yajl) : len - skipped;
    }
    return !reader->ended;
}

bool json_inside(const struct json_reader *reader, int tag)
{
    const struct frame *top = &reader->frame[1];

    return !reader->ended && reader->depth == 2 && top->array && top->of != NULL && top->of->tag == tag;
}

static enum json_result reader_fini(struct json_reader *reader, struct json_fault *fault)
{
    bool broken = reader->ended || reader->marked < MARK_OVER || yajl_complete_parse(reader->yajl) != yajl_status_ok;

    yajl_free(reader->yajl);
    *fault = (struct json_fault){ reader->fed, reader->fault_key };
    return reader->result != JSON_OK ? reader->result : broken ? JSON_BROKEN : JSON_OK;
}

struct json_reader *json_begin(const struct json_shape *shape, json_take *take, json_enter *enter, void *into)
{
    struct json_reader *reader = take_memory(NULL, sizeof *reader);

    reader_init(reader, shape, take, enter, into);
    return reader;
}

enum json_result json_end(struct json_reader *reader, struct json_fault *fault)
{
    enum json_result result = reader_fini(reader, fault);

    free(reader);
    return result;
}

void json_drop(struct json_reader *reader)
{
    if (reader == NULL)
        return;
    yajl_free(reader->yajl);
    free(reader);
}

enum json_result json_read(const char *text, size_t len, const struct json_shape *shape, json_take *take,
                           json_enter *enter, void *into, struct json_fault *fault)
{
    struct json_reader reader;

    reader_init(&reader, shape, take, enter, into);
    (void)json_feed(&reader, text, len);
    return reader_fini(&reader, fault);
}

const char *json_result_words(enum json_result result)
{
    static const char *const words[] = {
        [JSON_OK] = "is fine",
        [JSON_BROKEN] = "is no well-formed JSON",
        [JSON_TOO_DEEP] = "is nested too deeply",
        [JSON_TWICE] = "has a key twice in one object",
        [JSON_WRONG_TYPE] = "has a value of the wrong type",
        [JSON_STOPPED] = "has a value that is not possible",
    };
    return words[result];
}
