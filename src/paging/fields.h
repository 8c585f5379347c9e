#ifndef ERWATCH_PAGING_FIELDS_H
#define ERWATCH_PAGING_FIELDS_H

#include "paging/paging.h"

#include <jansson.h>
#include <stdbool.h>

/** Longest value of a field, in bytes. */
#define FIELD_VALUE_MAX 1024

/** Fields of a notice's object. @p hook: with those that only a hook gets. */
struct notice_fields *fields_from(const json_t *object, bool hook);

#endif
