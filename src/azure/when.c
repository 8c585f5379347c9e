/*
 * Times as Azure writes them: HTTP dates, Retry-After, and the ISO 8601 of metrics. Everything is UTC; strptime() and
 * the like would take the locale into account.
 */
#include "azure/when.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LAST_SECOND INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

/* Exactly @p count digits; -1 when they are not. */
static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t utc_ms(int year, int month, int day, int hour, int minute, int second)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days[month - 1] + (month == 2 && leap(year)) ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return -1;
    struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day,
                     .tm_hour = hour, .tm_min = minute, .tm_sec = second };
    return (int64_t)timegm(&tm) * 1000;
}

/* "Jan" and so on; 0 when it is none. HTTP's names are in English and in this case only. */
static int month_of(const char *text)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (int month = 0; month < 12; month++)
        if (strncmp(text, names + (ptrdiff_t)month * 3, 3) == 0)
            return month + 1;
    return 0;
}

int64_t http_date_ms(const char *text)
{
    /* Sun, 06 Nov 1994 08:49:37 GMT */
    static const char form[] = "AAA, 00 AAA 0000 00:00:00 GMT";

    if (text == NULL || strlen(text) != sizeof form - 1)
        return -1;
    for (size_t i = 0; form[i] != '\0'; i++)
        if (form[i] != 'A' && form[i] != '0' && form[i] != text[i])
            return -1;
    return utc_ms(digits(text + 12, 4), month_of(text + 8), digits(text + 5, 2), digits(text + 17, 2),
                  digits(text + 20, 2), digits(text + 23, 2));
}

int64_t retry_after_ms(const char *text, int64_t now_wall_ms)
{
    int64_t wait = 0;

    if (text == NULL)
        return -1;
    size_t count = strspn(text, "0123456789");
    if (count > 0) {
        if (text[count + strspn(text + count, " \t")] != '\0')
            return -1;
        for (size_t i = 0; i < count && wait < RETRY_AFTER_MOST_MS; i++)
            wait = wait * 10 + (text[i] - '0');
        wait = wait < RETRY_AFTER_MOST_MS ? wait * 1000 : RETRY_AFTER_MOST_MS;
    } else {
        int64_t until = http_date_ms(text);
        if (until < 0 || now_wall_ms < 0)
            return -1;
        wait = until - now_wall_ms;
    }
    return wait < RETRY_AFTER_LEAST_MS ? RETRY_AFTER_LEAST_MS : wait > RETRY_AFTER_MOST_MS ? RETRY_AFTER_MOST_MS : wait;
}

/* "Z", "+01:00" or nothing (Azure means UTC) to minutes east; false when it is none of these. */
static bool read_offset(const char *text, size_t len, int *minutes)
{
    *minutes = 0;
    if (len == 0 || (len == 1 && (*text == 'Z' || *text == 'z')))
        return true;
    if (len != 6 || (*text != '+' && *text != '-') || text[3] != ':')
        return false;
    int hours = digits(text + 1, 2), rest = digits(text + 4, 2);
    if (hours < 0 || hours > 14 || rest < 0 || rest > 59)
        return false;
    *minutes = (hours * 60 + rest) * (*text == '-' ? -1 : 1);
    return true;
}

int64_t iso_time_ms(const char *text, size_t len)
{
    int offset, thousandths = 0;

    if (len < 19 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
        text[16] != ':')
        return -1;
    int64_t ms = utc_ms(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), digits(text + 11, 2),
                        digits(text + 14, 2), digits(text + 17, 2));
    size_t at = 19;
    if (at < len && text[at] == '.') {
        int weight = 100;
        for (at++; at < len && text[at] >= '0' && text[at] <= '9'; at++, weight /= 10)
            thousandths += (text[at] - '0') * weight;
    }
    if (ms < 0 || !read_offset(text + at, len - at, &offset))
        return -1;
    return ms + thousandths - (int64_t)offset * 60000;
}

const char *iso_time(int64_t wall_ms, char text[ISO_TIME_MAX])
{
    int64_t second = wall_ms / 1000;
    time_t at = (time_t)(second < 0 ? 0 : second > LAST_SECOND ? LAST_SECOND : second);
    struct tm tm;

    gmtime_r(&at, &tm);
    strftime(text, ISO_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return text;
}
