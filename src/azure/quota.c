/* What is left of Azure's budgets, from headers that are digits and nothing else. */
#include "azure/quota.h"

#include <assert.h>
#include <string.h>

#define LEFT_DIGITS_MAX 12
#define HOURS_DIGITS_MAX 4

static const char *const names[AZURE_QUOTAS] = {
    [QUOTA_SUBSCRIPTION_READS] = "x-ms-ratelimit-remaining-subscription-reads",
    [QUOTA_SUBSCRIPTION_WRITES] = "x-ms-ratelimit-remaining-subscription-writes",
    [QUOTA_GLOBAL_READS] = "x-ms-ratelimit-remaining-subscription-global-reads",
    [QUOTA_GLOBAL_WRITES] = "x-ms-ratelimit-remaining-subscription-global-writes",
    [QUOTA_TENANT_READS] = "x-ms-ratelimit-remaining-tenant-reads",
    [QUOTA_TENANT_WRITES] = "x-ms-ratelimit-remaining-tenant-writes",
    [QUOTA_RESOURCE] = "x-ms-ratelimit-remaining-subscription-resource-requests",
    [QUOTA_TENANT_RESOURCE] = "x-ms-ratelimit-remaining-tenant-resource-requests",
    [QUOTA_USER] = "x-ms-user-quota-remaining",
    [QUOTA_USER_RESETS] = "x-ms-user-quota-resets-after",
};

const char *azure_quota_header(enum azure_quota quota)
{
    assert(quota < AZURE_QUOTAS);
    return names[quota];
}

/* The digits at @p at, which is moved behind them; -1 when there are none or more than @p most. */
static int64_t take_digits(const char **at, size_t most)
{
    size_t count = strspn(*at, "0123456789");
    int64_t number = 0;

    if (count == 0 || count > most)
        return -1;
    for (size_t i = 0; i < count; i++)
        number = number * 10 + ((*at)[i] - '0');
    *at += count;
    return number;
}

int64_t azure_quota_left(const struct azure_reply *reply, enum azure_quota quota)
{
    assert(quota < QUOTA_USER_RESETS);
    const char *at = reply->left[quota];
    int64_t left = at != NULL ? take_digits(&at, LEFT_DIGITS_MAX) : -1;

    return left >= 0 && *at == '\0' ? left : -1;
}

/* Two digits below sixty behind a colon; -1 when they are not there. */
static int64_t take_sixty(const char **at)
{
    if (**at != ':')
        return -1;
    (*at)++;
    int64_t number = take_digits(at, 2);
    return number < 60 ? number : -1;
}

/* hh:mm:ss */
int64_t azure_quota_resets_ms(const struct azure_reply *reply)
{
    const char *at = reply->left[QUOTA_USER_RESETS];
    int64_t hours = at != NULL ? take_digits(&at, HOURS_DIGITS_MAX) : -1;
    int64_t minutes = hours >= 0 ? take_sixty(&at) : -1;
    int64_t seconds = minutes >= 0 ? take_sixty(&at) : -1;

    return seconds >= 0 && *at == '\0' ? ((hours * 60 + minutes) * 60 + seconds) * 1000 : -1;
}
