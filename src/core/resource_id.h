#ifndef ERWATCH_CORE_RESOURCE_ID_H
#define ERWATCH_CORE_RESOURCE_ID_H

/*
 * The ARM id of a circuit, in two parts: the long beginning that it shares with the other circuits of its resource group,
 * which is kept once for all of them, and its own name. Azure compares ids without case; in lower case one is the identity.
 */

struct resource_id {
    const char *path; /* "/subscriptions/…/expressRouteCircuits/", as written; "": all of it is in `name` */
    const char *name; /* the rest, as written, without a trailing slash */
};

#define RESOURCE_ID_MAX 320 /* with its NUL: Azure's own limits add up to less */

/** An id as one text. What is longer than there is room for is cut. */
struct id_text {
    char text[RESOURCE_ID_MAX];
};

/** As it was written. */
struct id_text resource_id_text(const struct resource_id *id);

/** In lower case. */
struct id_text resource_id_lower(const struct resource_id *id);

/** Without case: below 0, 0 or above 0, as strcmp() of both in lower case. */
int resource_id_compare(const struct resource_id *left, const struct resource_id *right);

/** The same of a text, for bsearch() among what is sorted by id. */
int resource_id_compare_text(const char *text, const struct resource_id *id);

#endif
