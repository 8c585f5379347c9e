/* The rows of a page of a list, kept until the page can be believed, and where the next page is. */
#include "azure/page.h"

#include <stdlib.h>
#include <string.h>

void page_init(struct page *page, size_t size, size_t most)
{
    *page = (struct page){ .size = size, .most = most };
}

static void grow(struct page *page)
{
    page->room = page->room * 2 + 16;
    page->rows = realloc(page->rows, page->room * page->size);
    if (page->rows == NULL)
        abort();
}

bool page_add(struct page *page, void **row)
{
    if (page->count == page->most) {
        page->because = "has more elements than a page can have";
        return false;
    }
    if (page->count == page->room)
        grow(page);
    *row = page->rows + page->count++ * page->size;
    memset(*row, 0, page->size);
    return true;
}

bool page_take_next(struct page *page, const struct json_value *value)
{
    if (value->len > ARM_URL_MAX) {
        page->because = "has a nextLink that is too long";
        return false;
    }
    if (value->len > 0 && (page->next = strndup(value->text, value->len)) == NULL)
        abort();
    return true;
}

enum azure_result page_believe(struct page *page, const struct azure_reply *reply, char **next, struct failure *why)
{
    if (!page->value)
        return answer_refuse(reply, why, "is no list");
    *next = page->next;
    page->next = NULL;
    return AZURE_OK;
}

enum azure_result page_read(struct page *page, const struct azure_reply *reply, const struct answer_reader *reader,
                            char **next, struct failure *why)
{
    enum azure_result result = answer_read_final(reply, reader, why);

    return result == AZURE_OK ? page_believe(page, reply, next, why) : result;
}

const void *page_row(const struct page *page, size_t index)
{
    return page->rows + index * page->size;
}

void page_fini(struct page *page)
{
    free(page->rows);
    free(page->next);
    *page = (struct page){ 0 };
}
