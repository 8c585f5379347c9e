#ifndef ERWATCH_IO_WAKE_H
#define ERWATCH_IO_WAKE_H

#include "io/loop.h"

/** A call into the loop from another thread: wake_up() may be called from any thread, several calls may become one. */
struct wake;
struct wake *wake_new(struct loop *loop, loop_fired *fired, void *context);
void wake_free(struct wake *wake);
void wake_up(struct wake *wake);

#endif
