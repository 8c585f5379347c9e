#ifndef ERWATCH_SIM_FIELDS_H
#define ERWATCH_SIM_FIELDS_H

#include "config/diag.h"

#include <jansson.h>

struct field;
struct node;

/* Readers of single values, for schema.c alone. */

/** @return new JSON, or NULL with a finding in @p diag */
typedef json_t *field_reader(const struct node *value, const struct field *field, struct diag *diag);

/** By enum field_type. */
extern field_reader *const field_readers[];

#endif
