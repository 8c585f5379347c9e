#ifndef ERWATCH_IO_HTTP_READERS_H
#define ERWATCH_IO_HTTP_READERS_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* Those who get the body of their answer in pieces, and take turns in reading it. */

struct http_call;
struct http_readers;

/** Nothing is left to be read of a call whose transfer has ended, or what was read broke the call (`call->broken`). */
typedef void http_read_ended(void *context, struct http_call *call);

struct http_readers *http_readers_new(struct loop *loop, http_read_ended *ended, void *context);
void http_readers_free(struct http_readers *readers);

/** Bytes of the body came, to be read later. @return false: the call is broken */
bool http_readers_put(struct http_readers *readers, struct http_call *call, const char *bytes, size_t len);
/** All that came was read: what is packed must have come to its end, or the call is broken. */
void http_readers_check(struct http_call *call);
/** The call reads no more; what was left of its answer is wiped. */
void http_readers_drop(struct http_readers *readers, struct http_call *call);

#endif
