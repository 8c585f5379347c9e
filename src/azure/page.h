#ifndef ERWATCH_AZURE_PAGE_H
#define ERWATCH_AZURE_PAGE_H

#include "azure/answer.h"

/*
 * A page of a list that is there as a whole: its rows are kept until the last byte has been read, so that it is
 * believed whole or not at all. Inside this room only.
 */

#define PAGE_ROWS_MAX 10000 /* ARM's own pages have up to 1000 */

struct page {
    size_t size, most; /* of a row; rows */
    size_t count, room;
    char *rows;
    char *next;
    bool value; /* the array was there */
    const char *because;
};

/** The two keys of every page; the tags are the caller's. */
#define PAGE_KEYS(value_tag, shape, next_tag) \
    JSON_KEY_OBJECTS("value", value_tag, shape), JSON_KEY_TEXT("nextLink", next_tag), JSON_KEYS_END

/** @param most  rows of @p size bytes that a page can have */
void page_init(struct page *page, size_t size, size_t most);

/** A row more, all zero; false with `because` when there are too many. The pointer holds until the next call. */
bool page_add(struct page *page, void **row);

/** nextLink. false with `because` when it is too long. */
bool page_take_next(struct page *page, const struct json_value *value);

/**
 * Read the page behind arm_read_status().
 *
 * @param next  the nextLink, heap, NULL when this was the last page; untouched on failure
 */
enum azure_result page_read(struct page *page, const struct azure_reply *reply, const struct answer_reader *reader,
                            char **next, struct failure *why);

/** The second half of that: the body has been read without a fault. */
enum azure_result page_believe(struct page *page, const struct azure_reply *reply, char **next, struct failure *why);

const void *page_row(const struct page *page, size_t index);

void page_fini(struct page *page);

#endif
