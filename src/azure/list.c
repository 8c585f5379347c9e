/*
 * The two answers that hold circuits: one alone, and a page of a list. A page is believed whole or not at all, so its
 * samples are kept packed until the last byte has been read.
 */
#include "azure/arm.h"
#include "azure/circuit.h"
#include "azure/text.h"
#include "azure/value.h"

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

struct packed {
    void *bytes;
    size_t size;
};

struct page {
    struct circuit_decoder decoder;
    struct sample *scratch;
    const char *because;
    bool value; /* the array was there */
    char *next;
    struct packed *circuit;
    size_t count, room;
};

static void keep(struct page *page)
{
    if (page->count == page->room) {
        page->room = page->room * 2 + 16;
        page->circuit = realloc(page->circuit, page->room * sizeof *page->circuit);
        if (page->circuit == NULL)
            abort();
    }
    struct packed *packed = &page->circuit[page->count++];
    packed->bytes = sample_pack(page->scratch, &packed->size);
}

static bool take_item(void *into, int tag, const struct json_value *value)
{
    struct page *page = into;

    if (tag == LIST_NEXT) {
        if (value->len > ARM_URL_MAX) {
            page->because = "has a nextLink that is too long";
            return false;
        }
        if (value->len > 0 && (page->next = strndup(value->text, value->len)) == NULL)
            abort();
        return true;
    }
    bool fine = circuit_take(&page->decoder, tag, value);
    page->because = page->decoder.because;
    return fine;
}

static bool enter_item(void *into, int tag, enum json_type type, bool opens)
{
    struct page *page = into;
    bool fine = true;

    if (tag != LIST_VALUE)
        fine = circuit_enter(&page->decoder, tag, type, opens);
    else if (type == JSON_ARRAY)
        page->value = true;
    else if (opens)
        circuit_begin(&page->decoder, page->scratch);
    else if ((fine = circuit_end(&page->decoder)))
        keep(page);
    page->because = page->decoder.because;
    return fine;
}

static void free_page(struct page *page)
{
    for (size_t i = 0; i < page->count; i++)
        free(page->circuit[i].bytes);
    free(page->circuit);
    free(page->next);
}

enum azure_result arm_read_list(const struct azure_reply *reply, struct sample *scratch, arm_each *each, void *context,
                                char **next, struct failure *why)
{
    struct page page = { .scratch = scratch };
    struct answer_reader reader = { &list_shape, take_item, enter_item, &page, &page.because };
    enum azure_result result = answer_read_final(reply, &reader, why);

    if (result == AZURE_OK && !page.value)
        result = answer_refuse(reply, why, "is no list");
    if (result == AZURE_OK) {
        for (size_t i = 0; i < page.count; i++) {
            sample_unpack(page.circuit[i].bytes, page.circuit[i].size, scratch);
            each(context, scratch);
        }
        *next = page.next;
        page.next = NULL;
    }
    free_page(&page);
    return result;
}
