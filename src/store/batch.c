/*
 * Making a transaction: every change is a statement's number and its values, one behind the other in a few blocks of
 * memory that are given back at once. Making one costs no system call, so the loop can do it.
 */
#include "store/batch.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 8192

struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) char data[];
};

struct batch {
    struct change *first, **end;
    struct block *blocks; /* the newest first */
};

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static void add_block(struct batch *batch, size_t least)
{
    size_t size = least > BLOCK_SIZE - sizeof(struct block) ? least : BLOCK_SIZE - sizeof(struct block);
    struct block *block = must(malloc(sizeof *block + size));

    block->next = batch->blocks;
    block->used = 0;
    block->size = size;
    batch->blocks = block;
}

static void *take(struct batch *batch, size_t size)
{
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (batch->blocks == NULL || batch->blocks->size - batch->blocks->used < size)
        add_block(batch, size);
    void *memory = batch->blocks->data + batch->blocks->used;
    batch->blocks->used += size;
    return memory;
}

static const char *copy(struct batch *batch, const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(take(batch, size), text, size);
}

struct batch *batch_new(void)
{
    struct batch *batch = must(calloc(1, sizeof *batch));

    batch->end = &batch->first;
    return batch;
}

void batch_free(struct batch *batch)
{
    if (batch == NULL)
        return;
    for (struct block *block = batch->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(batch);
}

bool batch_empty(const struct batch *batch)
{
    return batch->first == NULL;
}

const struct change *batch_first(const struct batch *batch)
{
    return batch->first;
}

/* A change at the end of the batch, its values still to be filled in. */
static struct change *add(struct batch *batch, enum change_kind kind, size_t count)
{
    struct change *change = take(batch, sizeof *change + count * sizeof change->value[0]);

    change->next = NULL;
    change->kind = kind;
    change->count = count;
    *batch->end = change;
    batch->end = &change->next;
    return change;
}

static struct value key_value(struct batch *batch, uint64_t key)
{
    char text[KEY_TEXT_MAX];

    return (struct value){ .text = copy(batch, key_format(key, text)) };
}

static struct value column_value(struct batch *batch, const struct column *column, const void *row)
{
    uint64_t key;

    switch ((enum column_kind)column->kind) {
    case COLUMN_KEY:
        memcpy(&key, (const char *)row + column->offset, sizeof key);
        return key_value(batch, key);
    case COLUMN_TEXT:
    case COLUMN_KEPT:
        return (struct value){ .text = copy(batch, column_get_text(column, row)) };
    case COLUMN_NUMBER:
    case COLUMN_GIVEN:
        break;
    }
    return (struct value){ .number = column_get(column, row) };
}

static void put_row(struct batch *batch, enum table_name name, const void *row)
{
    const struct table *table = &tables[name];
    struct change *change = add(batch, (enum change_kind)name, table->count);

    for (size_t i = 0; i < table->count; i++)
        change->value[i] = column_value(batch, &table->column[i], row);
}

static void add_numbers(struct batch *batch, enum change_kind kind, size_t count, const int64_t *numbers)
{
    struct change *change = add(batch, kind, count);

    for (size_t i = 0; i < count; i++)
        change->value[i] = (struct value){ .number = numbers[i] };
}

void batch_put_incident(struct batch *batch, const struct stored_incident *incident)
{
    struct stored_incident row = *incident;

    assert(incident->incident.state != INCIDENT_UNSET);
    row.item = row.incident.item;
    row.ack_who = row.incident.ack.who;
    row.ack_why = row.incident.ack.why;
    put_row(batch, TABLE_INCIDENT, &row);
}

void batch_forget_incident(struct batch *batch, uint64_t key)
{
    add(batch, CHANGE_FORGET_NEW, 1)->value[0] = key_value(batch, key);
    add(batch, CHANGE_FORGET_KNOWN, 1)->value[0] = key_value(batch, key);
}

void batch_put_memory(struct batch *batch, const struct stored_memory *memory)
{
    put_row(batch, TABLE_MEMORY, memory);
}

void batch_put_found(struct batch *batch, const struct stored_found *found)
{
    put_row(batch, TABLE_FOUND, found);
}

void batch_forget_found(struct batch *batch, const char *circuit)
{
    add(batch, CHANGE_FORGET_FOUND, 1)->value[0] = (struct value){ .text = copy(batch, circuit) };
}

void batch_put_silence(struct batch *batch, const struct stored_silence *silence)
{
    assert(silence->id > 0 && silence->id <= DELIVERY_ID_MOST);
    put_row(batch, TABLE_SILENCE, silence);
}

void batch_forget_silence(struct batch *batch, int64_t id)
{
    add_numbers(batch, CHANGE_FORGET_SILENCE, 1, &id);
}

void batch_put_delivery(struct batch *batch, const struct stored_delivery *delivery)
{
    assert(delivery->id > 0 && delivery->id <= DELIVERY_ID_MOST);
    put_row(batch, TABLE_DELIVERY, delivery);
    if (delivery->body == NULL)
        return;
    struct change *change = add(batch, CHANGE_PUT_BODY, 2);
    change->value[0] = (struct value){ .number = delivery->id };
    change->value[1] = (struct value){ .text = copy(batch, delivery->body) };
}

void batch_copy_body(struct batch *batch, int64_t id, int64_t from)
{
    add_numbers(batch, CHANGE_COPY_BODY, 2, (const int64_t[]){ id, from });
}

void batch_delivery_attempt(struct batch *batch, int64_t id, uint32_t attempts, int64_t attempted_wall_ms)
{
    add_numbers(batch, CHANGE_ATTEMPT, 3, (const int64_t[]){ id, attempts, attempted_wall_ms });
}

void batch_delivery_done(struct batch *batch, int64_t id, enum delivery_state state, int64_t now_wall_ms)
{
    assert(state != DELIVERY_WAITING);
    add_numbers(batch, CHANGE_DONE, 3, (const int64_t[]){ id, state, now_wall_ms });
    add_numbers(batch, CHANGE_FORGET_BODY, 1, &id);
}

void batch_alive(struct batch *batch, int64_t wall_ms)
{
    add_numbers(batch, CHANGE_ALIVE, 1, &wall_ms);
}

void batch_delivery_fell(struct batch *batch, int64_t id)
{
    add_numbers(batch, CHANGE_FELL, 1, &id);
}

void batch_delivery_minimal(struct batch *batch, int64_t id)
{
    add_numbers(batch, CHANGE_MINIMAL, 1, &id);
}

void batch_put_told(struct batch *batch, const struct stored_told *told)
{
    put_row(batch, TABLE_TOLD, told);
}

void batch_forget_told(struct batch *batch, uint64_t key, const char *receiver)
{
    struct change *change = add(batch, CHANGE_FORGET_TOLD, 2);

    change->value[0] = key_value(batch, key);
    change->value[1] = (struct value){ .text = copy(batch, receiver) };
}

void batch_put_digest(struct batch *batch, const struct stored_digest *digest)
{
    put_row(batch, TABLE_DIGEST, digest);
}

void batch_forget_digest(struct batch *batch, const char *receiver)
{
    add(batch, CHANGE_FORGET_DIGEST, 1)->value[0] = (struct value){ .text = copy(batch, receiver) };
}

void batch_begin_picture(struct batch *batch, int64_t now_wall_ms)
{
    add(batch, CHANGE_REST_INCIDENTS, 0);
    add(batch, CHANGE_REST_FOUND, 0);
    add(batch, CHANGE_REST_TOLD, 0);
    add(batch, CHANGE_REST_SILENCES, 0);
    add(batch, CHANGE_REST_DIGESTS, 0);
    add_numbers(batch, CHANGE_REST_DELIVERIES, 1, &now_wall_ms);
}

void batch_end_picture(struct batch *batch)
{
    add(batch, CHANGE_REST_BODIES, 0);
}

void batch_put_history(struct batch *batch, const struct stored_history *line)
{
    assert(line->id == 0);
    put_row(batch, TABLE_HISTORY, line);
}

void batch_put_history_of(struct batch *batch, const struct stored_history *line)
{
    struct change *change = add(batch, CHANGE_HISTORY_OF, 6);

    change->value[0] = key_value(batch, line->key);
    change->value[1] = (struct value){ .number = line->wall_ms };
    change->value[2] = (struct value){ .text = copy(batch, line->kind) };
    change->value[3] = (struct value){ .number = line->episode };
    change->value[4] = (struct value){ .text = copy(batch, line->who) };
    change->value[5] = (struct value){ .text = copy(batch, line->text) };
}
