#ifndef ERWATCH_IO_OR_DIE_H
#define ERWATCH_IO_OR_DIE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the loop cannot do without: when the system does not give it, one line, and the service manager starts us again. */

static inline void *or_die(void *made, const char *what)
{
    if (made == NULL) {
        fprintf(stderr, "erwatch: the system gives no %s: %s\n", what, strerror(errno));
        abort();
    }
    return made;
}

static inline int fd_or_die(int fd, const char *what)
{
    (void)or_die(fd >= 0 ? &fd : NULL, what);
    return fd;
}

#endif
