#ifndef ERWATCH_PAGING_NOTICE_H
#define ERWATCH_PAGING_NOTICE_H

#include "paging/paging.h"

#include <jansson.h>

/* The notice as an object, for whatever is made from it in this room. */

/** Schema erwatch.notice/1; the caller's reference. */
json_t *notice_object(const struct notice *notice);

/** Read notice_json()'s text back; NULL when it is none. The caller's reference. */
json_t *notice_parse(const char *json);

#endif
