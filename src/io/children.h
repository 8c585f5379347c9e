#ifndef ERWATCH_IO_CHILDREN_H
#define ERWATCH_IO_CHILDREN_H

#include <sys/types.h>

/** Call @p each for every child this process has now, ended ones that were not waited for included. */
void children_each(void (*each)(void *context, pid_t pid), void *context);

#endif
