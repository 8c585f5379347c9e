#ifndef ERWATCH_TESTS_LEAKS_H
#define ERWATCH_TESTS_LEAKS_H

#include <stdlib.h>

/* A leak under the address sanitizer is printed but would not fail a Criterion test; this suite's end asks for it. */

extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static inline void leaks_fail(void)
{
    if (__lsan_do_recoverable_leak_check != NULL && __lsan_do_recoverable_leak_check() != 0)
        abort();
}

#endif
