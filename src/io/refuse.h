#ifndef ERWATCH_IO_REFUSE_H
#define ERWATCH_IO_REFUSE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#define REFUSE_MAX 512
#define REFUSE_PATH "%.300s" /* a long path loses its end rather than the sentence its reason */

/** Write the one sentence that says why. @return false, for the caller to return */
__attribute__((format(printf, 2, 3)))
static inline bool refuse(char why[REFUSE_MAX], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(why, REFUSE_MAX, format, arguments);
    va_end(arguments);
    return false;
}

#endif
