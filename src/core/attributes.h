#ifndef ERWATCH_CORE_ATTRIBUTES_H
#define ERWATCH_CORE_ATTRIBUTES_H

#include "core/sample.h"

#include <stdbool.h>

/*
 * What a circuit was ordered and configured as (rule 54): SKU, bandwidth, location, provider, ASNs, VLANs, peer prefixes. As
 * lines of text "field\tvalue\n", which are kept over restarts, so that a change while nobody watched is told as well.
 */

#define ATTRIBUTES_TEXT_MAX 4096

/** A line for each attribute that the answer has; what it lacks, or has as 0 or "", is not known and gets none. */
const char *attributes_write(const struct sample *sample, char text[ATTRIBUTES_TEXT_MAX]);

/** Are the attributes of two answers the same? Cheaper than comparing two texts. */
bool attributes_same(const struct sample *one, const struct sample *other);

/** Nothing is in motion: an operation shows ASNs as 0 and leaves fields out for a moment. */
bool attributes_settled(const struct sample *sample);

/**
 * What differs between two texts, without regard to case and blanks, of what both of them know.
 *
 * @return lines "field\twas\tis\n" on the heap, or NULL when nothing differs
 */
char *attributes_changes(const char *was, const char *is);

/**
 * What is known from now on: all of @p is, and of @p was what @p is does not know (a peering that is gone for a while).
 *
 * @param kept  room for the text
 * @return      is there anything of @p was among it?
 */
bool attributes_merge(const char *was, const char *is, char kept[ATTRIBUTES_TEXT_MAX]);

/** One line of attributes_changes(); each text is a bounded copy. */
struct attribute_change {
    char field[64], was[WORD_TEXT_MAX + 1], is[WORD_TEXT_MAX + 1];
};

/** Take the next line; false at the end. @param at  where to read, moved behind the line */
bool attributes_next(const char **at, struct attribute_change *out);

#endif
