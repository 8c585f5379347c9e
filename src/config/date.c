/* Days as people write them (ISO 8601), without any library's idea of time zones. */
#include "config/date.h"

#include <string.h>

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

static bool has_shape(const char *text)
{
    static const char shape[] = "0000-00-00";

    if (strlen(text) != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

bool date_parse(const char *text, int64_t *wall_ms)
{
    if (!has_shape(text))
        return false;
    int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_of(year, month))
        return false;
    int64_t passed = day - 1;
    for (int y = 1970; y < year; y++)
        passed += is_leap(y) ? 366 : 365;
    for (int m = 1; m < month; m++)
        passed += days_of(year, m);
    *wall_ms = passed * DAY_MS;
    return true;
}
