/* Maintenance windows in the settings: what may be written, and which instants it stands for. */
#include "leaks.h"
#include "settings_files.h"

static void before(void)
{
    cr_assert_eq(setenv("TZDIR", ERWATCH_SOURCE "/tests/data/zone", 1), 0);
    enter_folder();
}

static void after(void)
{
    leave_folder();
    leaks_fail();
}

TestSuite(windows, .init = before, .fini = after);

#define WATCHED "circuits: [ { id: " GROUP "a, labels: { site: LON } } ]\n"

/* What stands on line 3. */
static void write_window(const char *entries)
{
    char text[2048];

    cr_assert_lt(snprintf(text, sizeof text, AZURE WATCHED "maintenance: [ %s ]\n", entries), (int)sizeof text);
    write_text(MAIN_FILE, text);
}

static const struct {
    const char *window;
    int64_t from_s, to_s;
    const char *what;
} instants[] = {
    { "from: 2026-12-01T22:00Z, to: 2026-12-02T02:00Z", 1796162400, 1796176800, "instants in UTC" },
    { "from: '2026-12-01T22:00:30+01:00', to: '2026-12-02T02:00-05:30'", 1796158830, 1796196600, "with offsets" },
    { "from: 2026-12-01T22:00, to: 2026-12-02T02:00, zone: Europe/London", 1796162400, 1796176800, "London in winter" },
    { "from: 2026-07-01T22:00, to: 2026-07-02T02:00, zone: Europe/London", 1782939600, 1782954000, "and in summer" },
    { "from: 2026-12-01 22:00, to: 2026-12-02 02:00, zone: America/New_York", 1796180400, 1796194800, "with a blank" },
    { "from: 2026-12-01T22:00Z, to: 2026-12-08T22:00Z", 1796162400, 1796767200, "seven days are allowed" },
    /* The nights on which the clock changes, in three zones, from 02:30 to 03:30. */
    { "from: 2026-03-29T02:30, to: 2026-03-29T03:30, zone: Europe/London", 1774747800, 1774751400, "behind the leap" },
    { "from: 2026-10-25T02:30, to: 2026-10-25T03:30, zone: Europe/London", 1792895400, 1792899000,
      "behind the hour that exists twice" },
    { "from: 2026-10-25T01:30, to: 2026-10-25T01:45, zone: Europe/London", 1792888200, 1792892700,
      "the first 01:30 to the last 01:45" },
    { "from: 2026-03-08T02:30, to: 2026-03-08T03:30, zone: America/New_York", 1772953200, 1772955000,
      "02:30 is leapt over: from the leap at 03:00 on" },
    { "from: 2026-11-01T02:30, to: 2026-11-01T03:30, zone: America/New_York", 1793518200, 1793521800, "back in winter" },
    { "from: 2026-10-04T02:30, to: 2026-10-04T03:30, zone: Australia/Lord_Howe", 1791041400, 1791045000,
      "half an hour is leapt over, and 02:30 is the first moment behind it" },
    { "from: 2026-10-04T02:15, to: 2026-10-04T03:30, zone: Australia/Lord_Howe", 1791041400, 1791045000,
      "02:15 is leapt over" },
    { "from: 2026-04-05T02:30, to: 2026-04-05T03:30, zone: Australia/Lord_Howe", 1775318400, 1775322000,
      "behind the half hour that exists twice" },
    { "from: 2026-04-05T01:30, to: 2026-04-05T01:30, zone: Australia/Lord_Howe", 1775313000, 1775314800,
      "from the first 01:30 to the last one" },
};

Test(windows, stand_for_instants_by_the_rules_of_their_zone)
{
    for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
        char entry[512];
        (void)snprintf(entry, sizeof entry, "{ match: {}, why: x, %s }", instants[i].window);
        write_window(entry);
        struct diag *diag = diag_new();
        struct settings *settings = settings_load(MAIN_FILE, diag);
        diag_print(diag, stderr);
        cr_assert_not_null(settings, "%s", instants[i].what);
        cr_assert_eq(settings->window_count, 1);
        const struct window_settings *window = &settings->windows[0];
        cr_expect_eq(window->from_wall_ms, instants[i].from_s * 1000, "%s: from %lld", instants[i].what,
                     (long long)window->from_wall_ms / 1000);
        cr_expect_eq(window->to_wall_ms, instants[i].to_s * 1000, "%s: to %lld", instants[i].what,
                     (long long)window->to_wall_ms / 1000);
        cr_expect_null(window->trouble);
        settings_free(settings);
        diag_free(diag);
    }
}

#define GOOD "from: 2026-12-01T22:00Z, to: 2026-12-02T02:00Z, why: x"

static const struct {
    const char *entry, *finding; /* the first one; behind the file's name */
} findings[] = {
    { "{ " GOOD " }", ":3:16: error: \"match\" is missing: which incidents are muted; all of it must hold" },
    { "{ match: {}, from: 2026-12-01T22:00Z, to: 2026-12-02T02:00Z }",
      ":3:16: error: \"why\" is missing: what is done, or the number of the change" },
    { "{ match: { sites: LON }, " GOOD " }", ":3:27: warning: no circuit has a label \"sites\"" },
    { "{ match: { circuit: b }, " GOOD " }", ":3:36: warning: no circuit has the name or the id \"b\"" },
    { "{ match: { rule: session-down }, " GOOD " }",
      ":3:33: error: there is no rule \"session-down\" (erwatch-rules(7) lists them); did you mean \"sessions-down\"?" },
    { "{ match: {}, from: 2026-12-01T24:00Z, to: 2026-12-02T02:00Z, why: x }",
      ":3:35: error: \"from\" is \"2026-12-01T24:00Z\"; it must be a time such as 2026-12-01T22:00, with a zone, or "
      "2026-12-01T22:00Z" },
    { "{ match: {}, from: 2026-12-01T22:00Z, to: 2026-02-29T02:00Z, why: x }",
      ":3:58: error: \"to\" is \"2026-02-29T02:00Z\"; it must be a time such as 2026-12-01T22:00, with a zone, or "
      "2026-12-01T22:00Z" },
    { "{ match: {}, from: 2026-12-01T22:00Z, to: 2026-12-01T22:00Z, why: x }",
      ":3:58: error: \"to\" (2026-12-01T22:00Z) is not after \"from\" (2026-12-01T22:00Z)" },
    { "{ match: {}, from: 2026-12-01T22:00Z, to: 2026-12-08T22:01Z, why: x }",
      ":3:58: error: the window is longer than 7 days; make several of it" },
    { "{ match: {}, from: 2026-12-01T22:00, to: 2026-12-02T02:00Z, why: x }",
      ":3:35: error: \"from\" is a local time of no zone; add a \"zone\" such as Europe/London, or write Z behind it for "
      "UTC" },
    { "{ match: {}, from: 2026-12-01T22:00, to: 2026-12-02T02:00Z, zone: Europe/London, why: x }",
      ":3:57: error: \"to\" has an offset of its own; leave that out, or \"zone\"" },
    { "{ match: {}, from: 2026-12-01T22:00, to: 2026-12-02T02:00, zone: Europe/Lodnon, why: x }",
      ":3:81: error: \"Europe/Lodnon\" is no time zone; it must be a name such as Europe/London; did you mean "
      "\"Europe/London\"?" },
    { "{ match: {}, from: 2026-12-01T22:00, to: 2026-12-02T02:00, zone: ../zone/Europe/London, why: x }",
      ":3:81: error: \"../zone/Europe/London\" is no time zone; it must be a name such as Europe/London" },
    { "{ match: {}, from: 2026-12-01T22:00, to: 2026-12-02T02:00, zone: Europe, why: x }",
      ":3:81: error: \"Europe\" is no time zone; it must be a name such as Europe/London" },
    { "{ match: {}, from: 2026-12-01T22:00, to: 2026-12-02T02:00, zone: README, why: x }",
      ":3:81: error: \"README\" is no time zone; it must be a name such as Europe/London" },
    { "{ match: {}, from: 2026-12-01T22:00, to: 2026-12-02T02:00, zone: bad, why: x }",
      ":3:81: warning: this window mutes nothing: the zone \"bad\" cannot be read, because it is no compiled zone file of "
      "version 2 or later" },
};

Test(windows, that_are_wrong_are_findings_with_their_place)
{
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        struct diag *diag = diag_new();
        write_window(findings[i].entry);
        if (strstr(findings[i].entry, "zone: bad") != NULL) { /* a folder with a file that is no zone */
            cr_assert_eq(setenv("TZDIR", "/tmp", 1), 0);
            char folder[256];
            cr_assert_not_null(getcwd(folder, sizeof folder));
            cr_assert_eq(setenv("TZDIR", folder, 1), 0);
            write_text("bad", "no zone");
        }
        settings_free(settings_load(MAIN_FILE, diag));
        cr_assert_gt(diag_count(diag), 0, "%s", findings[i].entry);
        cr_expect_str_eq(diag_line(diag, 0) + strlen(MAIN_FILE), findings[i].finding, "%s", findings[i].entry);
        diag_free(diag);
    }
    (void)unlink("bad");
}

/* A host whose zones went away must start all the same, and page. */
Test(windows, whose_zone_cannot_be_read_mute_nothing)
{
    struct diag *diag = diag_new();

    cr_assert_eq(setenv("TZDIR", "/nowhere/zoneinfo", 1), 0);
    write_window("{ match: {}, from: 2026-12-01T22:00, to: 2026-12-02T02:00, zone: Europe/London, why: x }");
    struct settings *settings = settings_load(MAIN_FILE, diag);
    cr_assert_not_null(settings);
    cr_expect_str_eq(settings->windows[0].trouble, "no time zones are installed (package tzdata)");
    settings_free(settings);
    diag_free(diag);
}

Test(windows, match_as_routes_do)
{
    struct settings *settings = load_fine(
        AZURE WATCHED "maintenance: [ { match: { severity: critical, rule: [40, redundancy-lost], site: [LON, AMS] }, " GOOD
                      " } ]\nalerts: { clock: trust }\n");
    const struct match *match = &settings->windows[0].match;
    const struct matched down = { 1, 40, SEVERITY_CRITICAL, OWNER_YOU, &settings->circuits[0], 0 };
    const struct matched lost = { 1, 41, SEVERITY_WARNING, OWNER_YOU, &settings->circuits[0], 0 };

    cr_expect(match_holds(match, &down));
    cr_expect_not(match_holds(match, &lost));
    cr_expect_eq(settings->clock, CLOCK_TRUST);
    settings_free(settings);
}

Test(windows, are_shown_by_the_check)
{
    struct settings *settings = load_fine(
        AZURE WATCHED "maintenance: [ { match: { circuit: a }, from: 2026-12-01T22:00, to: 2026-12-02T02:00, "
                      "zone: Europe/London, why: CHG-1234 } ]\n");
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);

    settings_print(settings, to);
    cr_assert_eq(fclose(to), 0);
    cr_expect_not_null(strstr(text, "\nMaintenance, in which nobody is paged:\n"
                                    "  2026-12-01T22:00 to 2026-12-02T02:00 Europe/London (CHG-1234): circuit=a\n"),
                       "%s", text);
    free(text);
    settings_free(settings);
}
