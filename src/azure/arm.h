#ifndef ERWATCH_AZURE_ARM_H
#define ERWATCH_AZURE_ARM_H

#include "azure/answer.h"
#include "azure/digest.h"
#include "azure/request.h"
#include "core/sample.h"
#include "core/witness.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Azure Resource Manager: circuits, lists of them, and what the edge devices say of their sessions.
 * Fields and their values: Azure REST reference, "Express Route Circuits", 2024-05-01, and recorded answers.
 */

#define ARM_CIRCUIT_MAX (1024 * 1024)
#define ARM_LIST_MAX (32 * 1024 * 1024)
#define ARM_SMALL_MAX (1024 * 1024)
#define ARM_PAGES_MAX 100

/* ---- what is asked; @p management is "https://host[:port]" without a slash at the end ---- */

void arm_ask_circuit(struct azure_request *out, const char *management, const char *id, const char *api_version);
void arm_ask_list(struct azure_request *out, const char *management, const char *subscription, const char *api_version);

/**
 * nextLink or Location, unchanged.
 *
 * @return false with @p why, and nothing in @p out, when its origin is not exactly @p management's
 */
bool arm_ask_url(struct azure_request *out, const char *management, const char *url, size_t limit, struct failure *why);

/** The pages of one list that were followed already; all zero at its beginning. */
struct arm_pages {
    unsigned count;
    uint64_t followed[ARM_PAGES_MAX]; /* a sum of each link */
};

/** A link or token is followed; false with @p why when it was before, or is one too many. */
bool arm_pages_note(struct arm_pages *pages, const char *link, struct failure *why);

/** arm_ask_url() for a nextLink, which is refused as well when the list leads in a circle, or has too many pages. */
bool arm_ask_page(struct azure_request *out, struct arm_pages *pages, const char *management, const char *url,
                  size_t limit, struct failure *why);

/** The route summary (a POST that is answered 202 first) of one peering of the circuit @p id on one path. */
void arm_ask_routes(struct azure_request *out, const char *management, const char *id, enum peering_kind peering,
                    enum path path, const char *api_version);
/** The ARP table, likewise. */
void arm_ask_arp(struct azure_request *out, const char *management, const char *id, enum peering_kind peering,
                 enum path path, const char *api_version);

/* ---- what is answered ---- */

/**
 * One circuit.
 *
 * @param id   the one that was asked for, compared without case
 * @param out  used while reading; empty unless AZURE_OK
 * @return     AZURE_OK, or AZURE_FAILED with @p why
 */
enum azure_result arm_read_circuit(const struct azure_reply *reply, const char *id, struct sample *out,
                                   struct failure *why);

/** What one element of a list was. */
struct list_element {
    struct digest digest; /* of its bytes */
    uint32_t len;         /* 0: it is to be read in any case */
    uint32_t mark;        /* the caller's */
};

/** The elements of a whole list in their order, so that those that are the same next time need not be read. 0: none. */
struct list_memory {
    struct list_element *element;
    size_t count;
};

void list_memory_forget(struct list_memory *memory);

/** Who reads a list. */
struct arm_list_user {
    void *context;
    /**
     * An element. @p sample is NULL when its bytes are those that were given @p mark last time.
     *
     * @return the mark to give it
     */
    uint32_t (*each)(void *context, const struct sample *sample, uint32_t mark);
    /** May an element with this mark be taken for read when it is the same? Asked while pieces come. */
    bool (*stands)(void *context, uint32_t mark);
};

/** A list that is being read, page by page, each of them in pieces. */
struct arm_list;

/**
 * @param memory   looked at until arm_list_free(); NULL: everything is read
 * @param scratch  the caller's, used until arm_list_free(); NULL: the list has its own
 * @return         never NULL
 */
struct arm_list *arm_list_begin(const struct arm_list_user *user, struct digester *digester,
                                struct list_memory *memory, struct sample *scratch);

/** A piece of the body of a page whose status is 200. Nothing is told before the page is over. */
void arm_list_piece(struct arm_list *list, const char *text, size_t len);

/**
 * A page is over. It is believed as a whole, and then arm_list_tell() tells of its elements, or not at all.
 *
 * @param reply  its body, too, when that did not come in pieces
 * @param next   the nextLink, heap, NULL when this was the last page; untouched on failure
 */
enum azure_result arm_list_page(struct arm_list *list, const struct azure_reply *reply, char **next,
                                struct failure *why);

/** So many elements that are what they were last time count as one that had to be read. */
#define ARM_LIST_SAME 20

/**
 * Call `each` for further elements of the page, until @p most of them had to be read.
 *
 * @return are there more? Before the next page all must have been told of.
 */
bool arm_list_tell(struct arm_list *list, size_t most);

/** All pages were believed, and what `each` was called with is what counts from now on: remember it. */
void arm_list_remember(struct arm_list *list);

void arm_list_free(struct arm_list *list);

/** Called for each circuit of a list page, with the scratch sample. */
typedef void arm_each(void *context, const struct sample *sample);

/** A page that is there as a whole, without a memory. */
enum azure_result arm_read_list(const struct azure_reply *reply, struct sample *scratch, arm_each *each, void *context,
                                char **next, struct failure *why);

/**
 * A route summary of one peering and path; fills the two families of @p out with @p seen.
 *
 * A row belongs to a family when its neighbour lies in the peering's subnet of that path; where the peering has no such
 * subnet, when it is of that family and its AS is the peer's.
 *
 * @return AZURE_PENDING while the edge device has not answered: ask Location again
 */
enum azure_result arm_read_routes(const struct azure_reply *reply, const struct peering_sample *peering, enum path path,
                                  struct mono seen, struct route_value out[FAMILIES], struct failure *why);

/** An ARP table of one peering and path. AZURE_PENDING as above. */
enum azure_result arm_read_arp(const struct azure_reply *reply, enum arp_state *out, struct failure *why);

#endif
