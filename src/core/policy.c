/* Names of severities and owners. */
#include "core/policy.h"

const char *severity_name(enum severity severity)
{
    static const char *const names[SEVERITIES] = { "none", "info", "warning", "critical" };
    return names[severity];
}

const char *owner_name(enum owner owner)
{
    static const char *const names[OWNERS] = { "you", "provider", "microsoft", "self" };
    return names[owner];
}
