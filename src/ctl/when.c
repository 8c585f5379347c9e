/* A time without Z is the local one of whoever asks; the daemon is told in UTC. */
#include "ctl/when.h"

#include "config/duration.h"

#include <string.h>
#include <time.h>

static bool write_utc(time_t at, char utc[WHEN_READ_MAX])
{
    struct tm parts;

    return at != (time_t)-1 && gmtime_r(&at, &parts) != NULL &&
           strftime(utc, WHEN_READ_MAX, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0;
}

bool when_read(const char *text, char utc[WHEN_READ_MAX])
{
    static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d" };
    struct tm parts;
    const char *end = NULL;

    for (size_t i = 0; i < sizeof forms / sizeof *forms && end == NULL; i++) {
        parts = (struct tm){ .tm_isdst = -1 };
        end = strptime(text, forms[i], &parts);
        if (end != NULL && *end != '\0' && strcmp(end, "Z") != 0)
            end = NULL;
    }
    return end != NULL && write_utc(*end == 'Z' ? timegm(&parts) : mktime(&parts), utc);
}

bool when_read_past(const char *text, char utc[WHEN_READ_MAX])
{
    int64_t ms;

    if (!duration_parse(text, &ms))
        return when_read(text, utc);
    return write_utc(time(NULL) - (time_t)(ms / 1000), utc);
}
