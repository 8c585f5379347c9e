#ifndef ERWATCH_CTL_WATCH_H
#define ERWATCH_CTL_WATCH_H

#include "ctl/command.h"

/** `status --watch`: draw the list again every two seconds until interrupted. Goes on while the daemon is away. */
enum exit_status watch_status(const struct call *call);

/** Columns and lines of the terminal on standard output; 0 when it is none. */
void terminal_size(unsigned *columns, unsigned *lines);

#endif
