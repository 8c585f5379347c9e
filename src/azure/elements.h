#ifndef ERWATCH_AZURE_ELEMENTS_H
#define ERWATCH_AZURE_ELEMENTS_H

#include "azure/arm.h"
#include "azure/json.h"

/*
 * The text of a list page, cut into its elements as it comes, so that one that is equal to what was there last time
 * can be passed by: its digest is compared, and the JSON reader is given {} in its place. The reader checks everything
 * else as ever, and so a wrong guess about where an element begins or ends can make a page unreadable, never believed
 * wrongly. Inside this room only.
 */

struct elements {
    struct digester *digester;
    const struct list_memory *memory; /* what was there last time; NULL: everything is read */
    const struct arm_list_user *user;
    struct json_reader *json; /* of this page */
    int tag;                  /* of the array */
    bool plain;               /* everything that comes goes to the reader as it is */
    bool inside;              /* the array has begun */
    size_t head;              /* bytes before it */
    size_t cursor;            /* where in the memory the next element is expected */
    size_t missed;            /* elements in a row that were not found there */
    size_t passed;            /* bytes the reader was not given */
    char *kept;               /* the beginning of an element whose end has not come */
    size_t kept_len, kept_room;
    const struct list_element *known; /* the one that the reader is given {} for */
    struct list_element read;         /* digest and length of the one that the reader is given now */
};

/** Begin a page. @p json stays the caller's, like all else. */
void elements_begin(struct elements *elements, struct json_reader *json);

void elements_feed(struct elements *elements, const char *text, size_t len);

/** No more pieces: the reader gets what was kept. */
void elements_end(struct elements *elements);

void elements_fini(struct elements *elements);

#endif
