/* When a receiver wants to be asked again. It may say anything: more than a quarter of an hour is not waited. */
#include "paging/answer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define LONGEST_MS (INT64_C(15) * 60 * 1000)

static int64_t bounded(int64_t ms)
{
    return ms < 0 ? 0 : ms > LONGEST_MS ? LONGEST_MS : ms;
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate; senders may use no other form) as milliseconds; -1 when it is none. */
static int64_t date_ms(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm utc = { 0 };
    char month[4] = "";
    int end = 0;

    /* NOLINTNEXTLINE(cert-err34-c): few digits each, which always fit */
    if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &utc.tm_mday, month, &utc.tm_year,
               &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &end) != 6 || end == 0 || text[end] != '\0')
        return -1;
    const char *at = strlen(month) == 3 ? strstr(months, month) : NULL;
    if (at == NULL || (at - months) % 3 != 0 || utc.tm_mday < 1 || utc.tm_mday > 31 || utc.tm_hour > 23 ||
        utc.tm_min > 59 || utc.tm_sec > 60 || utc.tm_year < 1970)
        return -1;
    utc.tm_mon = (int)(at - months) / 3;
    utc.tm_year -= 1900;
    return (int64_t)timegm(&utc) * 1000;
}

static int64_t seconds_ms(const char *text)
{
    int64_t seconds = 0;

    for (; *text != '\0'; text++)
        seconds = seconds < LONGEST_MS ? seconds * 10 + (*text - '0') : seconds;
    return bounded(seconds * 1000);
}

int64_t retry_after_ms(const char *text, int64_t now_wall_ms)
{
    if (text == NULL)
        return -1;
    text += strspn(text, " \t");
    if (*text != '\0' && text[strspn(text, "0123456789")] == '\0')
        return seconds_ms(text);
    int64_t date = date_ms(text);
    return date < 0 ? -1 : bounded(date - now_wall_ms);
}
