/* Local times and their instants, against figures that another implementation (Python's zoneinfo) has computed. */
#include "core/zone.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(zone, .fini = leaks_fail);

#define FILE_ROOM 8192

struct file {
    uint8_t bytes[FILE_ROOM];
    size_t len;
};

static void read_file(const char *name, struct file *file)
{
    char path[512];

    snprintf(path, sizeof path, "%s/tests/data/zone/%s", getenv("srcdir") != NULL ? getenv("srcdir") : ".", name);
    FILE *from = fopen(path, "rb");
    cr_assert_not_null(from, "%s", path);
    file->len = fread(file->bytes, 1, sizeof file->bytes, from);
    fclose(from);
}

static int64_t local(int year, unsigned month, unsigned day, unsigned hour, unsigned minute)
{
    return zone_day(year, month, day) * 86400 + (int64_t)hour * 3600 + (int64_t)minute * 60;
}

/* ---- the calendar ---- */

Test(zone, days_are_counted_from_1970)
{
    cr_expect_eq(zone_day(1970, 1, 1), 0);
    cr_expect_eq(zone_day(1969, 12, 31), -1);
    cr_expect_eq(zone_day(2000, 2, 29), 11016);
    cr_expect_eq(zone_day(2000, 3, 1), 11017);
    cr_expect_eq(zone_day(2026, 11, 22), 20779);
    cr_expect_eq(zone_day(9999, 12, 31), 2932896);
}

/* ---- nights on which the clock changes ---- */

/* 2026 is in the table of each file, 2050 behind it: there the rule of the last line holds. */
static const struct {
    const char *zone;
    int year;
    unsigned month, day, hour, minute;
    unsigned exists; /* so many times; 0: the clock leaps over it */
    int64_t first, last;
} rows[] = {
    { "Europe/London", 2026, 3, 29, 1, 30, 0, 1774746000, 1774746000 },
    { "Europe/London", 2026, 3, 29, 2, 0, 1, 1774746000, 1774746000 },
    { "Europe/London", 2026, 3, 29, 2, 30, 1, 1774747800, 1774747800 },
    { "Europe/London", 2026, 3, 29, 3, 30, 1, 1774751400, 1774751400 },
    { "Europe/London", 2026, 10, 25, 1, 30, 2, 1792888200, 1792891800 },
    { "Europe/London", 2026, 10, 25, 2, 0, 1, 1792893600, 1792893600 },
    { "Europe/London", 2026, 10, 25, 2, 30, 1, 1792895400, 1792895400 },
    { "Europe/London", 2026, 10, 25, 3, 30, 1, 1792899000, 1792899000 },
    { "Europe/London", 2050, 3, 27, 1, 30, 0, 2531955600, 2531955600 },
    { "Europe/London", 2050, 3, 27, 2, 0, 1, 2531955600, 2531955600 },
    { "Europe/London", 2050, 3, 27, 2, 30, 1, 2531957400, 2531957400 },
    { "Europe/London", 2050, 3, 27, 3, 30, 1, 2531961000, 2531961000 },
    { "Europe/London", 2050, 10, 30, 1, 30, 2, 2550702600, 2550706200 },
    { "Europe/London", 2050, 10, 30, 2, 0, 1, 2550708000, 2550708000 },
    { "Europe/London", 2050, 10, 30, 2, 30, 1, 2550709800, 2550709800 },
    { "Europe/London", 2050, 10, 30, 3, 30, 1, 2550713400, 2550713400 },
    { "America/New_York", 2026, 3, 8, 1, 30, 1, 1772951400, 1772951400 },
    { "America/New_York", 2026, 3, 8, 2, 0, 0, 1772953200, 1772953200 },
    { "America/New_York", 2026, 3, 8, 2, 30, 0, 1772953200, 1772953200 },
    { "America/New_York", 2026, 3, 8, 3, 30, 1, 1772955000, 1772955000 },
    { "America/New_York", 2026, 11, 1, 1, 30, 2, 1793511000, 1793514600 },
    { "America/New_York", 2026, 11, 1, 2, 0, 1, 1793516400, 1793516400 },
    { "America/New_York", 2026, 11, 1, 2, 30, 1, 1793518200, 1793518200 },
    { "America/New_York", 2026, 11, 1, 3, 30, 1, 1793521800, 1793521800 },
    { "America/New_York", 2050, 3, 13, 1, 30, 1, 2530765800, 2530765800 },
    { "America/New_York", 2050, 3, 13, 2, 0, 0, 2530767600, 2530767600 },
    { "America/New_York", 2050, 3, 13, 2, 30, 0, 2530767600, 2530767600 },
    { "America/New_York", 2050, 3, 13, 3, 30, 1, 2530769400, 2530769400 },
    { "America/New_York", 2050, 11, 6, 1, 30, 2, 2551325400, 2551329000 },
    { "America/New_York", 2050, 11, 6, 2, 0, 1, 2551330800, 2551330800 },
    { "America/New_York", 2050, 11, 6, 2, 30, 1, 2551332600, 2551332600 },
    { "America/New_York", 2050, 11, 6, 3, 30, 1, 2551336200, 2551336200 },
    { "Australia/Lord_Howe", 2026, 4, 5, 1, 30, 2, 1775313000, 1775314800 },
    { "Australia/Lord_Howe", 2026, 4, 5, 2, 0, 1, 1775316600, 1775316600 },
    { "Australia/Lord_Howe", 2026, 4, 5, 2, 30, 1, 1775318400, 1775318400 },
    { "Australia/Lord_Howe", 2026, 4, 5, 3, 30, 1, 1775322000, 1775322000 },
    { "Australia/Lord_Howe", 2026, 10, 4, 1, 30, 1, 1791039600, 1791039600 },
    { "Australia/Lord_Howe", 2026, 10, 4, 2, 0, 0, 1791041400, 1791041400 },
    { "Australia/Lord_Howe", 2026, 10, 4, 2, 30, 1, 1791041400, 1791041400 },
    { "Australia/Lord_Howe", 2026, 10, 4, 3, 30, 1, 1791045000, 1791045000 },
    { "Australia/Lord_Howe", 2050, 4, 3, 1, 30, 2, 2532522600, 2532524400 },
    { "Australia/Lord_Howe", 2050, 4, 3, 2, 0, 1, 2532526200, 2532526200 },
    { "Australia/Lord_Howe", 2050, 4, 3, 2, 30, 1, 2532528000, 2532528000 },
    { "Australia/Lord_Howe", 2050, 4, 3, 3, 30, 1, 2532531600, 2532531600 },
    { "Australia/Lord_Howe", 2050, 10, 2, 1, 30, 1, 2548249200, 2548249200 },
    { "Australia/Lord_Howe", 2050, 10, 2, 2, 0, 0, 2548251000, 2548251000 },
    { "Australia/Lord_Howe", 2050, 10, 2, 2, 30, 1, 2548251000, 2548251000 },
    { "Australia/Lord_Howe", 2050, 10, 2, 3, 30, 1, 2548254600, 2548254600 },
    { "Europe/Dublin", 2026, 3, 29, 1, 30, 0, 1774746000, 1774746000 },
    { "Europe/Dublin", 2026, 3, 29, 2, 0, 1, 1774746000, 1774746000 },
    { "Europe/Dublin", 2026, 3, 29, 2, 30, 1, 1774747800, 1774747800 },
    { "Europe/Dublin", 2026, 3, 29, 3, 30, 1, 1774751400, 1774751400 },
    { "Europe/Dublin", 2026, 10, 25, 1, 30, 2, 1792888200, 1792891800 },
    { "Europe/Dublin", 2026, 10, 25, 2, 0, 1, 1792893600, 1792893600 },
    { "Europe/Dublin", 2026, 10, 25, 2, 30, 1, 1792895400, 1792895400 },
    { "Europe/Dublin", 2026, 10, 25, 3, 30, 1, 1792899000, 1792899000 },
    { "Europe/Dublin", 2050, 3, 27, 1, 30, 0, 2531955600, 2531955600 },
    { "Europe/Dublin", 2050, 3, 27, 2, 0, 1, 2531955600, 2531955600 },
    { "Europe/Dublin", 2050, 3, 27, 2, 30, 1, 2531957400, 2531957400 },
    { "Europe/Dublin", 2050, 3, 27, 3, 30, 1, 2531961000, 2531961000 },
    { "Europe/Dublin", 2050, 10, 30, 1, 30, 2, 2550702600, 2550706200 },
    { "Europe/Dublin", 2050, 10, 30, 2, 0, 1, 2550708000, 2550708000 },
    { "Europe/Dublin", 2050, 10, 30, 2, 30, 1, 2550709800, 2550709800 },
    { "Europe/Dublin", 2050, 10, 30, 3, 30, 1, 2550713400, 2550713400 },
};

Test(zone, local_times_of_the_nights_on_which_the_clock_changes)
{
    char why[ZONE_WHY_MAX];
    struct file file;
    struct zone zone;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        read_file(rows[i].zone, &file);
        cr_assert(zone_open(&zone, file.bytes, file.len, why), "%s: %s", rows[i].zone, why);
        int64_t at = local(rows[i].year, rows[i].month, rows[i].day, rows[i].hour, rows[i].minute);
        int64_t first = zone_instant(&zone, at, ZONE_FIRST), last = zone_instant(&zone, at, ZONE_LAST);
        cr_expect_eq(first, rows[i].first, "row %zu: %lld", i, (long long)first);
        cr_expect_eq(last, rows[i].last, "row %zu: %lld", i, (long long)last);
        bool exists = first + zone_offset(&zone, first) == at;
        cr_expect_eq(exists, rows[i].exists > 0, "row %zu", i);
        cr_expect_eq(first != last, rows[i].exists > 1, "row %zu", i);
    }
}

/* Every quarter of an hour of some years: there and back again. */
Test(zone, every_instant_is_found_by_its_local_time)
{
    static const char *const names[] = { "Europe/London", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe" };
    char why[ZONE_WHY_MAX];
    struct file file;
    struct zone zone;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        read_file(names[i], &file);
        cr_assert(zone_open(&zone, file.bytes, file.len, why));
        for (int64_t at = local(2035, 1, 1, 0, 0); at < local(2040, 1, 1, 0, 0); at += 900) {
            int64_t is = at + zone_offset(&zone, at);
            int64_t first = zone_instant(&zone, is, ZONE_FIRST), last = zone_instant(&zone, is, ZONE_LAST);
            cr_assert(first == at || last == at, "%s at %lld", names[i], (long long)at);
            cr_assert(first <= last && last - first <= 3600);
        }
    }
}

/* ---- what is a zone file ---- */

/* A file with one kind of time and this rule. */
static size_t make(const char *rule, uint8_t out[512])
{
    static const uint8_t header[] = { 'T', 'Z', 'i', 'f', '2', [43] = 4 };
    size_t len = 0;

    for (int block = 0; block < 2; block++) {
        memcpy(out + len, header, sizeof header);
        out[len + 39] = 1;
        len += 44;
        memcpy(out + len, "\0\0\0\0\0\0UTC", 10);
        len += 10;
    }
    return len + (size_t)snprintf((char *)out + len, 512 - len, "\n%s\n", rule);
}

static const struct {
    const char *rule;
    int32_t winter, summer; /* on 15 January and 15 July 2026 */
    const char *what;
} rules[] = {
    { "", 0, 0, "no rule: the last offset goes on" },
    { "UTC0", 0, 0, "an offset without a change" },
    { "<+0545>-5:45", 20700, 20700, "a name in brackets, and minutes" },
    { "CET-1CEST,M3.5.0,M10.5.0/3", 3600, 7200, "summer is an hour ahead, and it begins at two, when nothing is said" },
    { "AAA3BBB1,J60,J300", -10800, -3600, "days of the year without the leap day" },
    { "AAA-10BBB-11,273/2,90/3", 39600, 36000, "the south: summer begins in spring and ends in the next year" },
    { "IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600, "summer time is in winter, and behind" },
    { "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600, "a change on the day before" },
    { "XXX3EDT4,0/0,J365/23", -14400, -14400, "summer all the year" },
};

Test(zone, rules_behind_the_table)
{
    char why[ZONE_WHY_MAX];
    uint8_t bytes[512];
    struct zone zone;

    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        size_t len = make(rules[i].rule, bytes);
        cr_assert(zone_open(&zone, bytes, len, why), "%s: %s", rules[i].what, why);
        cr_expect_eq(zone_offset(&zone, local(2026, 1, 15, 12, 0)), rules[i].winter, "%s", rules[i].what);
        cr_expect_eq(zone_offset(&zone, local(2026, 7, 15, 12, 0)), rules[i].summer, "%s", rules[i].what);
    }
}

Test(zone, what_is_no_rule_is_refused)
{
    static const char *const wrong[] = {
        "U0", "UTC", "UTC0x", "UTC25:60", "UTC27", "UTC0ABC", "UTC0ABC,", "UTC0ABC,M3.5.0", "UTC0ABC,M3.5.0,M10.6.0",
        "UTC0ABC,M13.5.0,M10.5.0", "UTC0ABC,M3.5.7,M10.5.0", "UTC0ABC,J0,J300", "UTC0ABC,366,1", "UTC0ABC,M3.5.0/168,1",
        "<UTC0", "<UTC0ABC,1,2", "UTC0ABC,1,2 ", "UTC0ABC,00001,2",
        "AVERYLONGNAMEAVERYLONGNAMEAVERYLONGNAMEAVERYLONGNAMEAVERYLONGNAMEAVERYLONGNAMEAVERYLONGNAME0",
    };
    char why[ZONE_WHY_MAX];
    uint8_t bytes[512];
    struct zone zone;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t len = make(wrong[i], bytes);
        cr_expect_not(zone_open(&zone, bytes, len, why), "%s", wrong[i]);
        cr_expect_str_eq(why, "its last line is no rule", "%s", wrong[i]);
    }
}

/* Cut anywhere it is refused, and nothing behind the cut is looked at (the sanitizer would tell). */
Test(zone, a_file_that_is_cut_off_is_refused)
{
    char why[ZONE_WHY_MAX];
    struct file file;
    struct zone zone;

    read_file("Europe/London", &file);
    for (size_t len = 0; len < file.len; len++) {
        uint8_t *part = malloc(len + 1);
        cr_assert_not_null(part);
        memcpy(part, file.bytes, len);
        cr_expect_not(zone_open(&zone, part, len, why), "%zu bytes", len);
        free(part);
    }
}

/* Any byte may be anything: it is refused, or every question has an answer. */
Test(zone, a_damaged_file_does_no_harm)
{
    char why[ZONE_WHY_MAX];
    struct file file;
    struct zone zone;

    read_file("Australia/Lord_Howe", &file);
    for (size_t at = 0; at < file.len; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            uint8_t was = file.bytes[at];
            file.bytes[at] = (uint8_t)(was ^ 1U << bit);
            if (zone_open(&zone, file.bytes, file.len, why)) {
                (void)zone_instant(&zone, local(2026, 4, 5, 1, 45), ZONE_LAST);
                (void)zone_instant(&zone, local(2050, 4, 3, 1, 45), ZONE_FIRST);
            }
            file.bytes[at] = was;
        }
}

Test(zone, leap_seconds_and_version_1_are_refused)
{
    char why[ZONE_WHY_MAX];
    uint8_t bytes[512];
    struct zone zone;
    size_t len = make("UTC0", bytes);

    bytes[4] = '\0';
    cr_expect_not(zone_open(&zone, bytes, len, why));
    len = make("UTC0", bytes);
    memmove(bytes + 54 + 44 + 10 + 12, bytes + 54 + 44 + 10, len - 108);
    memset(bytes + 54 + 44 + 10, 0, 12);
    bytes[54 + 31] = 1;
    cr_expect_not(zone_open(&zone, bytes, len + 12, why));
    cr_expect_str_eq(why, "it counts leap seconds, which the system's clock does not");
}
