/*
 * The two answers that hold circuits: one alone, and a page of a list. A page is believed whole or not at all, so its
 * samples are kept packed until the last byte has been read. What has not changed since last time is not read at all:
 * elements.c finds it.
 */
#include "azure/arm.h"
#include "azure/circuit.h"
#include "azure/elements.h"
#include "azure/text.h"
#include "azure/value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- one circuit ---- */

enum azure_result arm_read_circuit(const struct azure_reply *reply, const char *id, struct sample *out,
                                   struct failure *why)
{
    struct circuit_decoder decoder;
    struct answer_reader reader = { &circuit_shape, circuit_take, circuit_enter, &decoder, &decoder.because };

    circuit_begin(&decoder, out);
    enum azure_result result = answer_read_final(reply, &reader, why);
    if (result == AZURE_OK && !circuit_end(&decoder))
        result = answer_refuse(reply, why, decoder.because);
    const char *got = sample_text(out, out->id);
    if (result == AZURE_OK && !text_is(got, strlen(got), id))
        result = answer_refuse(reply, why, "is about another circuit than the one asked for");
    if (result != AZURE_OK)
        sample_reset(out);
    return result;
}

/* ---- a page ---- */

enum { LIST_VALUE = CIRCUIT_TAGS, LIST_NEXT };

static const struct json_key list_keys[] = {
    JSON_KEY_OBJECTS("value", LIST_VALUE, &circuit_shape),
    JSON_KEY_TEXT("nextLink", LIST_NEXT),
    JSON_KEYS_END,
};
static const struct json_shape list_shape = { list_keys };

/* An element as it is kept until its page is believed. */
struct item {
    void *bytes; /* sample_pack(); NULL: it is what its mark says */
    size_t size;
    struct list_element element;
};

struct arm_list {
    struct arm_list_user user;
    struct list_memory *memory, fresh; /* `fresh`: of the pages that were believed */
    struct sample *scratch, *own_scratch;
    struct elements elements;
    /* of the page that is being read */
    struct json_reader *json; /* NULL: nothing of it has come */
    struct circuit_decoder decoder;
    const char *because;
    bool value; /* the array was there */
    char *next;
    struct item *item;
    size_t count, room, bytes;
    size_t told; /* of the page that was believed */
};

static struct item *add_item(struct arm_list *list, const struct list_element *element)
{
    if (list->count == list->room) {
        list->room = list->room * 2 + 16;
        list->item = realloc(list->item, list->room * sizeof *list->item);
        if (list->item == NULL)
            abort();
    }
    struct item *item = &list->item[list->count++];
    *item = (struct item){ .element = *element };
    return item;
}

static bool take_item(void *into, int tag, const struct json_value *value)
{
    struct arm_list *list = into;

    if (tag == LIST_NEXT) {
        if (value->len > ARM_URL_MAX) {
            list->because = "has a nextLink that is too long";
            return false;
        }
        if (value->len > 0 && (list->next = strndup(value->text, value->len)) == NULL)
            abort();
        return true;
    }
    bool fine = circuit_take(&list->decoder, tag, value);
    list->because = list->decoder.because;
    return fine;
}

/* A circuit begins or ends: one that is read, or one that was read last time. */
static bool enter_circuit(struct arm_list *list, bool opens)
{
    if (list->elements.known != NULL) {
        if (!opens)
            (void)add_item(list, list->elements.known);
        return true;
    }
    if (opens) {
        circuit_begin(&list->decoder, list->scratch);
        return true;
    }
    if (!circuit_end(&list->decoder))
        return false;
    struct item *item = add_item(list, &list->elements.read);
    item->bytes = sample_pack(list->scratch, NULL, &item->size);
    return true;
}

static bool enter_item(void *into, int tag, enum json_type type, bool opens)
{
    struct arm_list *list = into;
    bool fine = true;

    if (tag != LIST_VALUE)
        fine = circuit_enter(&list->decoder, tag, type, opens);
    else if (type == JSON_ARRAY)
        list->value = true;
    else
        fine = enter_circuit(list, opens);
    list->because = list->decoder.because;
    return fine;
}

/* ---- a list ---- */

struct arm_list *arm_list_begin(const struct arm_list_user *user, struct digester *digester, struct list_memory *memory,
                                struct sample *scratch)
{
    struct arm_list *list = calloc(1, sizeof *list);

    if (list == NULL)
        abort();
    list->user = *user;
    list->memory = memory;
    if (scratch == NULL)
        scratch = list->own_scratch = malloc(sizeof *scratch); /* it is large; what is not used is never touched */
    if (scratch == NULL)
        abort();
    list->scratch = scratch;
    list->elements = (struct elements){ .digester = digester, .memory = memory, .user = &list->user, .tag = LIST_VALUE };
    return list;
}

void arm_list_piece(struct arm_list *list, const char *text, size_t len)
{
    if (list->json == NULL) {
        list->json = json_begin(&list_shape, take_item, enter_item, list);
        elements_begin(&list->elements, list->json);
    }
    list->bytes += len;
    elements_feed(&list->elements, text, len);
}

static void end_page(struct arm_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->item[i].bytes);
    free(list->item);
    free(list->next);
    json_drop(list->json);
    list->item = NULL;
    list->next = NULL;
    list->json = NULL;
    list->because = NULL;
    list->value = false;
    list->count = list->room = list->bytes = list->told = 0;
}

static void tell_item(struct arm_list *list, struct item *item)
{
    if (item->bytes != NULL)
        sample_unpack(item->bytes, item->size, NULL, list->scratch);
    item->element.mark =
        list->user.each(list->user.context, item->bytes != NULL ? list->scratch : NULL, item->element.mark);
    list->fresh.element[list->fresh.count++] = item->element;
}

bool arm_list_tell(struct arm_list *list, size_t most)
{
    size_t work = 0;

    for (; list->told < list->count && work / ARM_LIST_SAME < most; list->told++) {
        work += list->item[list->told].bytes != NULL ? ARM_LIST_SAME : 1;
        tell_item(list, &list->item[list->told]);
    }
    if (list->told < list->count)
        return true;
    end_page(list);
    return false;
}

static void make_room(struct list_memory *fresh, size_t more)
{
    fresh->element = realloc(fresh->element, (fresh->count + more + 1) * sizeof *fresh->element);
    if (fresh->element == NULL)
        abort();
}

/* What the reader says of the page. */
static enum azure_result end_reading(struct arm_list *list, const struct azure_reply *reply, struct failure *why)
{
    struct azure_reply told = *reply;
    struct json_fault fault;

    elements_end(&list->elements);
    enum json_result result = json_end(list->json, &fault);
    list->json = NULL;
    told.len = list->bytes;
    fault.at += list->elements.passed;
    if (result != JSON_OK)
        return answer_refuse_json(&told, result, &fault, list->because, why);
    return list->value ? AZURE_OK : answer_refuse(&told, why, "is no list");
}

enum azure_result arm_list_page(struct arm_list *list, const struct azure_reply *reply, char **next,
                                struct failure *why)
{
    enum azure_result result = arm_read_status(reply, why);

    assert(list->told == 0);
    if (result == AZURE_PENDING)
        result = answer_refuse(reply, why, "is not the final one");
    if (result == AZURE_OK) {
        if (reply->len > 0 || list->json == NULL)
            arm_list_piece(list, reply->body, reply->len);
        result = end_reading(list, reply, why);
    }
    if (result != AZURE_OK) {
        end_page(list);
        return result;
    }
    make_room(&list->fresh, list->count);
    *next = list->next;
    list->next = NULL;
    return AZURE_OK;
}

void list_memory_forget(struct list_memory *memory)
{
    free(memory->element);
    *memory = (struct list_memory){ NULL, 0 };
}

void arm_list_remember(struct arm_list *list)
{
    if (list->memory == NULL)
        return;
    list_memory_forget(list->memory);
    *list->memory = list->fresh;
    list->fresh = (struct list_memory){ NULL, 0 };
}

void arm_list_free(struct arm_list *list)
{
    if (list == NULL)
        return;
    end_page(list);
    elements_fini(&list->elements);
    list_memory_forget(&list->fresh);
    free(list->own_scratch);
    free(list);
}

/* ---- a page alone ---- */

struct each_of_page {
    arm_each *each;
    void *context;
};

static uint32_t each_alone(void *context, const struct sample *sample, uint32_t mark)
{
    struct each_of_page *page = context;

    page->each(page->context, sample);
    return mark;
}

static bool stands_never(void *context, uint32_t mark)
{
    (void)context;
    (void)mark;
    return false;
}

enum azure_result arm_read_list(const struct azure_reply *reply, struct sample *scratch, arm_each *each, void *context,
                                char **next, struct failure *why)
{
    struct each_of_page page = { each, context };
    struct arm_list_user user = { &page, each_alone, stands_never };
    struct arm_list *list = arm_list_begin(&user, NULL, NULL, scratch);
    enum azure_result result = arm_list_page(list, reply, next, why);

    if (result == AZURE_OK)
        (void)arm_list_tell(list, SIZE_MAX);
    arm_list_free(list);
    return result;
}
