#ifndef ERWATCH_AZURE_ANSWER_H
#define ERWATCH_AZURE_ANSWER_H

#include "azure/json.h"
#include "azure/request.h"

/* What every answer has in common: its status, its error body, and whether its JSON can be believed. */

/**
 * Judge a reply by its status and error body alone.
 *
 * A 429 is TROUBLE_THROTTLED when a budget is used up. When it (or a 409) only says that another operation holds the
 * resource, it is TROUBLE_LOCKED: nothing else need wait, and that resource no longer than `retry_after_ms` says.
 *
 * @return AZURE_OK for 200, AZURE_PENDING for 202, else AZURE_FAILED with all of @p why but `feature`
 */
enum azure_result arm_read_status(const struct azure_reply *reply, struct failure *why);

/** Begin a failure: kind, status and ids of the reply, everything else empty. */
void failure_begin(struct failure *why, const struct azure_reply *reply, enum trouble kind);

/** The answer cannot be believed, because it … ("is no circuit"). Always AZURE_FAILED with TROUBLE_UNEXPECTED. */
enum azure_result answer_refuse(const struct azure_reply *reply, struct failure *why, const char *because);

/** The same for what json_read() found; @p because as `because` of a struct answer_reader. */
enum azure_result answer_refuse_json(const struct azure_reply *reply, enum json_result result,
                                     const struct json_fault *fault, const char *because, struct failure *why);

/** How a body is read: the arguments of json_read(). */
struct answer_reader {
    const struct json_shape *shape;
    json_take *take;
    json_enter *enter;
    void *into;
    const char *const *because; /* where the callbacks say why they stopped; NULL when they never do */
};

/** Read the body of a reply whose status is already known to be fine. AZURE_OK or AZURE_FAILED. */
enum azure_result answer_read(const struct azure_reply *reply, const struct answer_reader *reader, struct failure *why);

/** The same behind arm_read_status(); here 202 is no answer. */
enum azure_result answer_read_final(const struct azure_reply *reply, const struct answer_reader *reader,
                                    struct failure *why);

#endif
