/* Discovery in the settings: entries, patterns, and the list of circuits that is made of files and findings. */
#include "leaks.h"
#include "settings_files.h"

static void before(void)
{
    enter_folder();
}

static void after(void)
{
    leave_folder();
    leaks_fail();
}

TestSuite(discover_settings, .init = before, .fini = after);

#define OTHER "00000000-0000-0000-0000-00000000000b"
#define OTHER_GROUP "/subscriptions/" OTHER "/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/"
#define ENTRY "{ subscription: " GUID " }"

Test(discover_settings, one_entry_is_enough_to_watch)
{
    struct settings *settings = load_fine(AZURE "discover: [ " ENTRY " ]\n");

    cr_assert_eq(settings->discover_count, 1);
    const struct discover_settings *entry = &settings->discovers[0];
    cr_expect_str_eq(entry->subscription, GUID);
    cr_expect_eq(entry->most, 1000);
    cr_expect_eq(entry->every_ms, 600000);
    cr_expect_eq(entry->keep_ms, 7 * 24 * 3600 * INT64_C(1000));
    cr_expect_eq(entry->circuit.every_ms, 60000);
    cr_expect_eq(settings->circuit_count, 0);
    settings_free(settings);
}

Test(discover_settings, labels_and_expectations_are_the_defaults_and_its_own)
{
    struct settings *settings = load_fine(
        AZURE "defaults: { labels: { team: net, site: none }, expect: { min_routes: 3, bandwidth: 50 } }\n"
              "discover: [ { subscription: " GUID ", labels: { site: LON }, expect: { bandwidth: 100 } } ]\n");
    const struct circuit_settings *circuit = &settings->discovers[0].circuit;

    cr_assert_eq(circuit->label_count, 2);
    cr_expect_str_eq(circuit->labels[0].value, "LON");
    cr_expect_str_eq(circuit->labels[1].value, "net");
    cr_expect_eq(circuit->expect.min_routes, 3);
    cr_expect_eq(circuit->expect.bandwidth_mbps, 100);
    settings_free(settings);
}

static const struct taken {
    const char *entries, *id;
    int entry; /* -1: none takes it */
    const char *what;
} taken[] = {
    { ENTRY, GROUP "a", 0, "an entry without patterns takes every circuit" },
    { ENTRY, OTHER_GROUP "a", -1, "but none of another subscription" },
    { ENTRY, GROUP "a/peerings/p", -1, "and nothing that is no circuit" },
    { ENTRY, "", -1, "not even an empty id" },
    { "{ subscription: " GUID ", include: lon-* }", GROUP "LON-1", 0, "names are compared without case" },
    { "{ subscription: " GUID ", include: [LON-?] }", GROUP "lon-1", 0, "and so are patterns" },
    { "{ subscription: " GUID ", include: [lon-?] }", GROUP "lon-12", -1, "? stands for one character" },
    { "{ subscription: " GUID ", include: ['lon-[12]'] }", GROUP "lon-2", 0, "[12] stands for one of several" },
    { "{ subscription: " GUID ", include: [ams-*, lon-*] }", GROUP "lon-1", 0, "one of the patterns is enough" },
    { "{ subscription: " GUID ", include: [lon-*], exclude: [lon-1] }", GROUP "lon-1", -1, "exclude wins" },
    { "{ subscription: " GUID ", exclude: ['/*/resourcegroups/NET/*'] }", GROUP "lon-1", -1,
      "a pattern with a slash in front is for the whole id" },
    { "{ subscription: " GUID ", exclude: ['/*/resourcegroups/ne/*'] }", GROUP "lon-1", 0, "and must fit all of it" },
    { "{ subscription: " GUID ", include: [lon-*] }, { subscription: " GUID " }", GROUP "ams-1", 1,
      "the next entry gets what the first does not take" },
    { "{ subscription: " OTHER " }, { subscription: " GUID " }", GROUP "ams-1", 1, "each subscription has its own" },
};

Test(discover_settings, the_first_entry_that_takes_a_circuit_has_it)
{
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, AZURE "discover: [ %s ]\n", taken[i].entries);
        struct settings *settings = load_fine(text);
        const struct discover_settings *entry = settings_discover_of(settings, taken[i].id);
        int index = entry != NULL ? (int)(entry - settings->discovers) : -1;
        cr_expect_eq(index, taken[i].entry, "%s", taken[i].what);
        settings_free(settings);
    }
}

static const char with_both[] =
    AZURE "circuits: [ { id: " GROUP "b, name: Mine } ]\n"
          "discover: [ { subscription: " GUID ", exclude: [x*], labels: { found: \"yes\" } } ]\n";

Test(discover_settings, what_was_found_stands_beside_what_is_configured)
{
    static const char *const ids[] = { GROUP "C", GROUP "B", GROUP "a", GROUP "x1", OTHER_GROUP "a" };
    struct settings *settings = load_fine(with_both), *made = settings_with_found(settings, ids, 5);

    cr_assert_eq(made->circuit_count, 3, "b once, x1 is left out, and the other subscription is nobody's");
    cr_expect_str_eq(made->circuits[0].name, "a");
    cr_expect_str_eq(made->circuits[0].labels[0].name, "found");
    cr_expect_str_eq(made->circuits[1].name, "Mine", "the settings win");
    cr_expect_eq(made->circuits[1].label_count, 0);
    cr_expect_str_eq(resource_id_text(&made->circuits[2].id).text, GROUP "C", "as Azure writes it");
    cr_expect_eq(made->circuits[2].id.path, made->circuits[0].id.path, "the beginning of ids is kept once");
    settings_free(settings);
    cr_expect_str_eq(made->azure.credentials[0].name, "ops", "what the files say lives as long as anything uses it");
    settings_free(made);
}

Test(discover_settings, other_findings_replace_those_before)
{
    static const char *const first[] = { GROUP "a" }, *const second[] = { GROUP "c" };
    struct settings *settings = load_fine(with_both), *made = settings_with_found(settings, first, 1);
    struct settings *again = settings_with_found(made, second, 1);

    cr_expect_eq(again->configured, settings);
    cr_assert_eq(again->circuit_count, 2);
    cr_expect_str_eq(again->circuits[1].name, "c");
    settings_free(settings);
    settings_free(made);
    settings_free(again);
}
