/* Days as people write them (ISO 8601), and times of a day, without any library's idea of time zones. */
#include "config/date.h"

#include "core/zone.h"

#include <string.h>

#define DAY_LEN strlen("0000-00-00")
#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

static int digits(const char *text, size_t count)
{
    int value = 0;

    for (size_t i = 0; i < count; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_of(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* A "0" stands for any digit, everything else for itself. */
static bool has_shape(const char *text, const char *shape)
{
    for (; *shape != '\0'; shape++, text++)
        if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
            return false;
    return true;
}

/* The ten characters of a day. */
static bool parse_day(const char *text, int64_t *wall_ms)
{
    if (!has_shape(text, "0000-00-00"))
        return false;
    int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_of(year, month))
        return false;
    *wall_ms = zone_day(year, (unsigned)month, (unsigned)day) * DAY_MS;
    return true;
}

bool date_parse(const char *text, int64_t *wall_ms)
{
    return strlen(text) == DAY_LEN && parse_day(text, wall_ms);
}

/* "22:00" or "22:00:30"; moves behind it. */
static bool parse_clock(const char **text, int64_t *seconds)
{
    if (!has_shape(*text, "00:00"))
        return false;
    int hour = digits(*text, 2), minute = digits(*text + 3, 2), second = 0;
    *text += 5;
    if (has_shape(*text, ":00")) {
        second = digits(*text + 1, 2);
        *text += 3;
    }
    *seconds = hour * 3600 + minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

/* "", "Z" or "+01:00" */
static bool parse_offset(const char *text, bool *absolute, int64_t *ahead)
{
    int64_t seconds = 0;
    bool minus = *text == '-';

    *absolute = *text != '\0';
    *ahead = 0;
    if (strcmp(text, "") == 0 || strcmp(text, "Z") == 0)
        return true;
    if ((*text != '+' && !minus) || strlen(text) != strlen("+00:00"))
        return false;
    text++;
    if (!parse_clock(&text, &seconds))
        return false;
    *ahead = minus ? -seconds : seconds;
    return true;
}

bool date_parse_time(const char *text, struct date_time *out)
{
    int64_t day_ms, clock, ahead;
    bool absolute;

    if (!parse_day(text, &day_ms) || (text[DAY_LEN] != 'T' && text[DAY_LEN] != ' '))
        return false;
    text += DAY_LEN + 1;
    if (!parse_clock(&text, &clock) || !parse_offset(text, &absolute, &ahead))
        return false;
    *out = (struct date_time){ day_ms / 1000 + clock - ahead, absolute };
    return true;
}
