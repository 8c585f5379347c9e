/*
 * Models by size, since things of another size have the same in other places. They are numbered from 1, there are only
 * so many, and one goes when nothing is kept by it any more.
 */
#include "core/alike.h"

#include "core/array.h"
#include "core/pack.h"
#include "core/pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MODELS 256

struct model {
    uint8_t *bytes; /* NULL: a free place */
    size_t size, users;
};

struct alike {
    struct pool *pool;
    struct model model[MODELS];
    size_t models; /* places that were ever used */
    uint8_t *room;
    size_t room_size;
    const void *read; /* whose bytes are in the room; NULL: nobody's */
};

struct alike *alike_new(void)
{
    struct alike *alike = array_take(1, sizeof *alike);

    alike->pool = pool_new();
    return alike;
}

void alike_free(struct alike *alike)
{
    if (alike == NULL)
        return;
    for (size_t i = 0; i < alike->models; i++)
        assert(alike->model[i].bytes == NULL);
    pool_free(alike->pool);
    free(alike->room);
    free(alike);
}

static uint8_t *room_for(struct alike *alike, size_t size)
{
    alike->read = NULL;
    if (alike->room_size < size) {
        free(alike->room);
        alike->room = array_take(size, 1);
        alike->room_size = size;
    }
    return alike->room;
}

/* The place of the model for a size, or one for a new model; MODELS when there is neither. */
static size_t place_for(const struct alike *alike, size_t size)
{
    size_t vacant = alike->models;

    for (size_t i = 0; i < alike->models; i++) {
        if (alike->model[i].bytes == NULL)
            vacant = i;
        else if (alike->model[i].size == size)
            return i;
    }
    return vacant;
}

static struct model *model_for(struct alike *alike, const void *bytes, size_t size)
{
    size_t place = place_for(alike, size);

    if (place == MODELS)
        return NULL;
    struct model *model = &alike->model[place];
    if (model->bytes == NULL)
        *model = (struct model){ .bytes = memcpy(array_take(size, 1), bytes, size), .size = size };
    if (place == alike->models)
        alike->models++;
    return model;
}

static void give_up_unused(struct model *model)
{
    if (model == NULL || model->users > 0)
        return;
    free(model->bytes);
    *model = (struct model){ 0 };
}

struct likeness alike_keep(struct alike *alike, const void *bytes, size_t size)
{
    assert(size > 0 && size <= UINT32_MAX);
    struct model *model = model_for(alike, bytes, size);
    uint8_t *room = room_for(alike, PACK_MOST(size));
    size_t len = model != NULL ? pack(bytes, model->bytes, size, room) : size;

    if (len >= size) {
        give_up_unused(model);
        return (struct likeness){ pool_keep(alike->pool, bytes, size), (uint32_t)size, 0 };
    }
    model->users++;
    return (struct likeness){ pool_keep(alike->pool, room, len), (uint32_t)len, (uint16_t)(model - alike->model + 1) };
}

const void *alike_read(struct alike *alike, const struct likeness *likeness, size_t *size)
{
    if (likeness->bytes == NULL || likeness->model == 0) {
        *size = likeness->size;
        return likeness->bytes;
    }
    const struct model *model = &alike->model[likeness->model - 1];
    *size = model->size;
    if (alike->read == likeness->bytes) /* one thing is looked at several times in a row */
        return alike->room;
    (void)unpack(likeness->bytes, model->bytes, model->size, room_for(alike, model->size));
    alike->read = likeness->bytes;
    return alike->room;
}

void alike_drop(struct alike *alike, struct likeness *likeness)
{
    if (alike->read == likeness->bytes)
        alike->read = NULL;
    pool_drop(alike->pool, likeness->bytes, likeness->size);
    if (likeness->model > 0) {
        struct model *model = &alike->model[likeness->model - 1];
        model->users--;
        give_up_unused(model);
    }
    *likeness = (struct likeness){ 0 };
}
