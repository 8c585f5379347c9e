/* Names of the ways in which a poll can give nothing. */
#include "core/notice.h"

#include <assert.h>

const char *trouble_name(enum trouble trouble)
{
    static const char *const names[] = { "none",      "network",   "token",   "sign-in",    "forbidden",
                                         "throttled", "locked",    "missing", "unexpected", "local" };

    static_assert(sizeof names / sizeof *names == TROUBLES, "a name for each trouble");
    assert(trouble < TROUBLES);
    return names[trouble];
}
