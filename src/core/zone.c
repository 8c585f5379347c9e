/*
 * Compiled zone files. The table says from when on which offset holds; behind its last line the rule of the footer does
 * (POSIX TZ, "GMT0BST,M3.5.0/1,M10.5.0"). Both are seen as one row of spans, each with an offset; a local time is looked
 * for in all spans around it, so that it does not matter how often and how far a clock is put forward or back.
 *
 * The bytes are anybody's: every count is checked against the length before it is used.
 */
#include "core/zone.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define HEADER 44
#define KIND_SIZE 6
#define OFFSET_MOST (26 * 3600) /* RFC 8536 allows less than 26 hours */
#define DAY_S 86400
#define MOMENT_MOST (INT64_C(1) << 48) /* nobody's calendar goes there, and it can be added to */

enum zone_date_kind {
    DATE_JULIAN,   /* Jn: day 1 to 365 of the year, 29 February is never counted */
    DATE_ORDINAL,  /* n: day 0 to 365 */
    DATE_WEEKDAY,  /* Mm.w.d: weekday d of week w of month m; week 5 is the last one */
};

/* ---- the calendar ---- */

/* Years begin in March, so that the leap day is their last one; 400 of them have 146097 days. */
int64_t zone_day(int64_t year, unsigned month, unsigned day)
{
    assert(month >= 1 && month <= 12);
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    unsigned of_year = (153 * (month + (month > 2 ? -3U : 9U)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The year in which an instant lies, in UTC. */
static int64_t year_of(int64_t instant_s)
{
    int64_t day = instant_s / DAY_S, year = 1970 + day / 365;

    while (zone_day(year, 1, 1) * DAY_S > instant_s)
        year--;
    while (zone_day(year + 1, 1, 1) * DAY_S <= instant_s)
        year++;
    return year;
}

static int64_t day_of(const struct zone_date *date, int64_t year)
{
    int64_t first = zone_day(year, 1, 1);

    if (date->kind == DATE_ORDINAL)
        return first + date->day;
    if (date->kind == DATE_JULIAN)
        return first + date->day - 1 + (is_leap(year) && date->day >= 60);
    first = zone_day(year, date->month, 1);
    int64_t next = date->month == 12 ? zone_day(year + 1, 1, 1) : zone_day(year, date->month + 1U, 1);
    int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1 January 1970 was a Thursday */
    int64_t day = first + (date->day - weekday + 7) % 7 + 7 * (date->week - 1);
    return day >= next ? day - 7 : day;
}

/* ---- the rule ---- */

/* A number of at most @p most; false when there is none. */
static bool read_number(const char **at, unsigned most, unsigned *out)
{
    unsigned number = 0;
    size_t digits = strspn(*at, "0123456789");

    if (digits == 0 || digits > 4)
        return false;
    for (; digits > 0; digits--)
        number = number * 10 + (unsigned)(*(*at)++ - '0');
    *out = number;
    return number <= most;
}

static bool skip(const char **at, char letter)
{
    bool there = **at == letter;

    *at += there;
    return there;
}

/* "[+-]hh[:mm[:ss]]" */
static bool read_time(const char **at, int32_t *seconds)
{
    unsigned part[3] = { 0 };
    bool minus = skip(at, '-');

    if (!minus)
        (void)skip(at, '+');
    if (!read_number(at, 167, &part[0])) /* RFC 8536, 3.3.1: up to a week */
        return false;
    for (size_t i = 1; i < 3 && skip(at, ':'); i++)
        if (!read_number(at, 59, &part[i]))
            return false;
    *seconds = (int32_t)(part[0] * 3600 + part[1] * 60 + part[2]) * (minus ? -1 : 1);
    return true;
}

/* "GMT" or "<+1030>"; nobody asks for it. */
static bool skip_name(const char **at)
{
    bool quoted = skip(at, '<');
    size_t len = strspn(*at, quoted ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
                                    : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    *at += len;
    return len >= 3 && (!quoted || skip(at, '>'));
}

/* An offset is written as what has to be added to local time: west is positive. */
static bool read_offset(const char **at, int32_t *east)
{
    int32_t west;

    if (!read_time(at, &west) || west < -OFFSET_MOST || west > OFFSET_MOST)
        return false;
    *east = -west;
    return true;
}

static bool read_weekday(const char **at, struct zone_date *date)
{
    unsigned month, week, day;

    if (!read_number(at, 12, &month) || !skip(at, '.') || !read_number(at, 5, &week) || !skip(at, '.') ||
        !read_number(at, 6, &day) || month == 0 || week == 0)
        return false;
    *date = (struct zone_date){ DATE_WEEKDAY, (uint16_t)month, (uint16_t)week, (uint16_t)day, 0 };
    return true;
}

static bool read_date(const char **at, struct zone_date *date)
{
    unsigned day;

    if (!skip(at, ','))
        return false;
    if (skip(at, 'M')) {
        if (!read_weekday(at, date))
            return false;
    } else {
        bool julian = skip(at, 'J');
        if (!read_number(at, 365, &day) || (julian && day == 0))
            return false;
        *date = (struct zone_date){ .kind = julian ? DATE_JULIAN : DATE_ORDINAL, .day = (uint16_t)day };
    }
    date->second = 2 * 3600;
    return !skip(at, '/') || read_time(at, &date->second);
}

static bool read_rule(struct zone *zone, const char *text)
{
    zone->ruled = *text != '\0'; /* an empty rule says nothing: the last offset goes on */
    if (!zone->ruled)
        return true;
    if (!skip_name(&text) || !read_offset(&text, &zone->standard))
        return false;
    zone->changes = *text != '\0';
    if (!zone->changes)
        return true;
    if (!skip_name(&text))
        return false;
    zone->summer = zone->standard + 3600;
    if (*text != ',' && !read_offset(&text, &zone->summer))
        return false;
    return read_date(&text, &zone->begins) && read_date(&text, &zone->ends) && *text == '\0';
}

/* ---- the file ---- */

static uint32_t number_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t time_at(const struct zone *zone, size_t index)
{
    const uint8_t *at = zone->times + index * 8;

    return (int64_t)((uint64_t)number_at(at) << 32 | number_at(at + 4));
}

static int32_t offset_of(const struct zone *zone, size_t kind)
{
    return (int32_t)number_at(zone->offsets + kind * KIND_SIZE);
}

/* The six counts of a header, in its order. */
struct counts {
    uint64_t is_ut, is_standard, leaps, times, kinds, letters;
};

static bool read_header(const uint8_t *at, size_t len, struct counts *out)
{
    if (len < HEADER || memcmp(at, "TZif", 4) != 0 || at[4] < '2')
        return false;
    *out = (struct counts){ number_at(at + 20), number_at(at + 24), number_at(at + 28),
                            number_at(at + 32), number_at(at + 36), number_at(at + 40) };
    return out->kinds > 0;
}

static uint64_t data_size(const struct counts *counts, uint64_t time_size)
{
    return counts->times * (time_size + 1) + counts->kinds * KIND_SIZE + counts->letters +
           counts->leaps * (time_size + 4) + counts->is_standard + counts->is_ut;
}

/* Times grow, every kind is there, every offset is one. */
static bool table_is_sound(const struct zone *zone)
{
    for (size_t i = 0; i < zone->time_count; i++) {
        int64_t time = time_at(zone, i);
        if (zone->kinds[i] >= zone->kind_count || time > MOMENT_MOST || (i > 0 && time <= time_at(zone, i - 1)))
            return false;
    }
    for (size_t i = 0; i < zone->kind_count; i++)
        if (offset_of(zone, i) < -OFFSET_MOST || offset_of(zone, i) > OFFSET_MOST)
            return false;
    return true;
}

/* The rule stands between two line ends, and is no string yet. */
static bool read_footer(struct zone *zone, const uint8_t *at, size_t len)
{
    char rule[80];
    const uint8_t *end = len > 1 && at[0] == '\n' ? memchr(at + 1, '\n', len - 1) : NULL;

    if (end == NULL || (size_t)(end - at) > sizeof rule)
        return false;
    size_t size = (size_t)(end - at - 1);
    memcpy(rule, at + 1, size);
    rule[size] = '\0';
    return strlen(rule) == size && read_rule(zone, rule);
}

static bool fail(char why[ZONE_WHY_MAX], const char *sentence)
{
    snprintf(why, ZONE_WHY_MAX, "%s", sentence);
    return false;
}

bool zone_open(struct zone *zone, const uint8_t *bytes, size_t len, char why[ZONE_WHY_MAX])
{
    struct counts first, counts;
    struct zone made = { .time_count = 0 };

    if (len > ZONE_FILE_MAX || !read_header(bytes, len, &first) || data_size(&first, 4) > len - HEADER)
        return fail(why, "it is no compiled zone file of version 2 or later");
    const uint8_t *at = bytes + HEADER + data_size(&first, 4);
    size_t left = len - (size_t)(at - bytes);
    if (!read_header(at, left, &counts) || data_size(&counts, 8) > left - HEADER)
        return fail(why, "it is cut off");
    if (counts.leaps > 0)
        return fail(why, "it counts leap seconds, which the system's clock does not");
    made.time_count = counts.times;
    made.kind_count = counts.kinds;
    made.times = at + HEADER;
    made.kinds = made.times + counts.times * 8;
    made.offsets = made.kinds + counts.times;
    if (!table_is_sound(&made))
        return fail(why, "its table is damaged");
    uint64_t size = HEADER + data_size(&counts, 8);
    if (!read_footer(&made, at + size, left - size))
        return fail(why, "its last line is no rule");
    *zone = made;
    return true;
}

/* ---- spans ---- */

/* A time with one offset; a span ends where the next one begins. */
struct span {
    int64_t begins, ends;
    int32_t offset;
};

static int64_t last_time(const struct zone *zone)
{
    return zone->time_count > 0 ? time_at(zone, zone->time_count - 1) : INT64_MIN;
}

/* How many of the table's moments are not later? */
static size_t passed(const struct zone *zone, int64_t instant_s)
{
    size_t low = 0, high = zone->time_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (time_at(zone, middle) <= instant_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The rule's moments of a year; either may be the earlier one. */
static int64_t rule_moment(const struct zone *zone, int64_t year, bool begins)
{
    const struct zone_date *date = begins ? &zone->begins : &zone->ends;

    return day_of(date, year) * DAY_S + date->second - (begins ? zone->standard : zone->summer);
}

/* By the rule alone: the last of its moments that is not later, and the first that is. */
static struct span rule_span(const struct zone *zone, int64_t instant_s)
{
    struct span span = { INT64_MIN, INT64_MAX, zone->standard };
    int64_t year = year_of(instant_s);

    for (int64_t of = year - 1; of <= year + 1 && zone->changes; of++)
        for (int begins = 0; begins < 2; begins++) {
            int64_t moment = rule_moment(zone, of, begins);
            if (moment > instant_s) {
                span.ends = moment < span.ends ? moment : span.ends;
            } else if (moment > span.begins || (moment == span.begins && begins)) {
                span.begins = moment; /* summer that ends when it begins never ends */
                span.offset = begins ? zone->summer : zone->standard;
            }
        }
    return span;
}

static struct span span_at(const struct zone *zone, int64_t instant_s)
{
    size_t count = passed(zone, instant_s);

    if (count == zone->time_count && zone->ruled) {
        struct span span = rule_span(zone, instant_s);
        span.begins = span.begins > last_time(zone) ? span.begins : last_time(zone);
        return span;
    }
    return (struct span){ .begins = count > 0 ? time_at(zone, count - 1) : INT64_MIN,
                          .ends = count < zone->time_count ? time_at(zone, count) : INT64_MAX,
                          .offset = offset_of(zone, count > 0 ? zone->kinds[count - 1] : 0) };
}

int32_t zone_offset(const struct zone *zone, int64_t instant_s)
{
    assert(instant_s > -MOMENT_MOST && instant_s < MOMENT_MOST);
    return span_at(zone, instant_s).offset;
}

/*
 * In a span the local time is at local - offset, if that is inside. Between two spans it is leapt over when it is behind
 * the first and before the second.
 */
int64_t zone_instant(const struct zone *zone, int64_t local_s, enum zone_pick pick)
{
    int64_t last = local_s + OFFSET_MOST, found = 0;
    bool any = false;

    assert(local_s > -MOMENT_MOST && local_s < MOMENT_MOST);
    for (struct span span = span_at(zone, local_s - OFFSET_MOST);; span = span_at(zone, span.ends)) {
        int64_t instant = local_s - span.offset;
        if (instant >= span.begins && instant < span.ends) {
            found = instant;
            any = true;
        } else if (!any && span.begins != INT64_MIN && instant < span.begins) {
            found = span.begins;
            any = true;
        }
        if ((any && pick == ZONE_FIRST) || span.ends > last)
            break;
    }
    assert(any); /* the last span reaches beyond every offset */
    return found;
}
