/*
 * Cutting a page into elements. Where one is expected the text is first compared with the one that stood there last
 * time, by its length and digest: equal bytes that once were a whole object are one again, whatever stands around
 * them. Any other element is followed to its end by quotes and brackets, and given to the reader as a whole.
 */
#include "azure/elements.h"

#include <stdlib.h>
#include <string.h>

#define HEAD_MAX 4096            /* before the array: read byte by byte to see it begin */
#define ELEMENT_MAX (128 * 1024) /* larger ones are read as they come */
#define LOST 4                   /* so many not found in a row: their neighbours are not looked at any more */

static void give(struct elements *elements, const char *text, size_t len)
{
    if (!json_feed(elements->json, text, len))
        elements->plain = true; /* it has ended */
}

/* ---- where an element ends ---- */

/* Behind the closing quote of the text that begins at @p at; @p end when it has not come. */
static const char *text_end(const char *at, const char *end)
{
    for (const char *quote = at + 1; quote < end; quote++) {
        const char *back;
        quote = memchr(quote, '"', (size_t)(end - quote));
        if (quote == NULL)
            return end;
        for (back = quote; back[-1] == '\\'; back--)
            continue;
        if ((quote - back) % 2 == 0)
            return quote + 1;
    }
    return end;
}

/* The length of the object at @p text; 0 when its end has not come. */
static size_t object_len(const char *text, size_t len)
{
    const char *at = text, *end = text + len;
    size_t depth = 0;

    while (at < end) {
        if (*at == '"') {
            at = text_end(at, end);
            continue;
        }
        depth += *at == '{' || *at == '[';
        if ((*at == '}' || *at == ']') && --depth == 0)
            return (size_t)(at - text) + 1;
        at++;
    }
    return 0;
}

/* ---- what was there last time ---- */

static bool is_there(struct elements *elements, size_t place, const char *text, size_t len)
{
    const struct list_memory *memory = elements->memory;

    if (place >= memory->count)
        return false;
    const struct list_element *element = &memory->element[place];
    return element->len > 0 && element->len <= len && text[element->len - 1] == '}' &&
           elements->user->stands(elements->user->context, element->mark) &&
           digest_equal(element->digest, digest_of(elements->digester, text, element->len));
}

/* Is this the one expected? After one that was not found: perhaps that was a new one, or one is no longer there. */
static const struct list_element *find(struct elements *elements, const char *text, size_t len)
{
    const size_t places[] = { elements->cursor, elements->cursor - 1, elements->cursor + 1 };
    size_t tries = elements->missed > 0 && elements->missed <= LOST ? 3 : 1;

    for (size_t i = 0; i < tries; i++)
        if (is_there(elements, places[i], text, len)) {
            elements->cursor = places[i] + 1;
            elements->missed = 0;
            return &elements->memory->element[places[i]];
        }
    return NULL;
}

/* ---- one element ---- */

static void pass(struct elements *elements, const char *text, size_t gap, const struct list_element *known)
{
    give(elements, text, gap);
    elements->known = known;
    give(elements, "{}", 2);
    elements->known = NULL;
    elements->passed += known->len - 2;
}

static void read(struct elements *elements, const char *text, size_t gap, size_t len)
{
    elements->cursor++;
    elements->missed++;
    elements->read = (struct list_element){ .digest = digest_of(elements->digester, text + gap, len),
                                            .len = (uint32_t)len };
    give(elements, text, gap + len);
    elements->read = (struct list_element){ .len = 0 };
}

static size_t gap_len(const char *text, size_t len)
{
    bool comma = false;
    size_t at = 0;

    while (at < len && (strchr(" \t\r\n", text[at]) != NULL || (text[at] == ',' && !comma)) && text[at] != '\0')
        comma = text[at++] == ',' || comma;
    return at;
}

/* One element and what stands before it. @return its bytes; 0: it is not there as a whole, or the array is over */
static size_t take_element(struct elements *elements, const char *text, size_t len)
{
    size_t gap = gap_len(text, len), left = len - gap;

    if (left == 0)
        return 0;
    if (text[gap] != '{') {
        elements->plain = true;
        return 0;
    }
    const struct list_element *known = find(elements, text + gap, left);
    if (known != NULL) {
        pass(elements, text, gap, known);
        return gap + known->len;
    }
    size_t whole = object_len(text + gap, left);
    if (whole == 0)
        elements->plain = left > ELEMENT_MAX;
    else
        read(elements, text, gap, whole);
    return whole > 0 ? gap + whole : 0;
}

/* Byte by byte up to the beginning of the array. */
static size_t take_head(struct elements *elements, const char *text, size_t len)
{
    size_t at = 0;

    while (at < len && !elements->inside && !elements->plain) {
        give(elements, text + at++, 1);
        elements->inside = json_inside(elements->json, elements->tag);
        elements->plain = elements->plain || ++elements->head > HEAD_MAX;
    }
    return at;
}

/* ---- the page ---- */

/* @return the bytes that are done with */
static size_t take(struct elements *elements, const char *text, size_t len)
{
    size_t at = take_head(elements, text, len), taken = 1;

    while (!elements->plain && at < len && taken > 0) {
        taken = take_element(elements, text + at, len - at);
        at += taken;
    }
    if (!elements->plain)
        return at;
    give(elements, text + at, len - at);
    return len;
}

/* Room is made in steps, because what is kept is short and comes with nearly every piece. */
static void keep(struct elements *elements, const char *text, size_t len)
{
    if (elements->kept_len + len > elements->kept_room) {
        elements->kept_room = (elements->kept_len + len) * 2;
        elements->kept = realloc(elements->kept, elements->kept_room);
        if (elements->kept == NULL)
            abort();
    }
    memcpy(elements->kept + elements->kept_len, text, len);
    elements->kept_len += len;
}

void elements_begin(struct elements *elements, struct json_reader *json)
{
    elements->json = json;
    elements->plain = elements->memory == NULL;
    elements->inside = false;
    elements->head = elements->passed = elements->kept_len = 0;
}

void elements_feed(struct elements *elements, const char *text, size_t len)
{
    if (elements->kept_len == 0) {
        size_t taken = take(elements, text, len);
        if (taken < len)
            keep(elements, text + taken, len - taken);
        return;
    }
    keep(elements, text, len);
    size_t taken = take(elements, elements->kept, elements->kept_len);
    elements->kept_len -= taken;
    memmove(elements->kept, elements->kept + taken, elements->kept_len);
}

void elements_end(struct elements *elements)
{
    if (elements->kept_len > 0)
        give(elements, elements->kept, elements->kept_len);
    elements->kept_len = 0;
}

void elements_fini(struct elements *elements)
{
    free(elements->kept);
    elements->kept = NULL;
    elements->kept_room = elements->kept_len = 0;
}
