/* Times as the API takes and gives them. */
#include "web/instant.h"

#include "core/zone.h"

#include <stdio.h>
#include <string.h>

bool instant_read(const char *text, int64_t *wall_ms)
{
    unsigned year, month, day, hour, minute, second;
    int end = 0;

    if (text == NULL || strlen(text) != strlen("2026-12-01T22:00:00Z") ||
        strspn(text, "0123456789-:TZ") != strlen(text) ||
        /* NOLINTNEXTLINE(cert-err34-c): few digits each, which always fit */
        sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2uZ%n", &year, &month, &day, &hour, &minute, &second, &end) != 6 ||
        end != (int)strlen(text) || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 59)
        return false;
    *wall_ms = (zone_day(year, month, day) * 86400 + (int64_t)(hour * 3600 + minute * 60 + second)) * 1000;
    return true;
}
