/* Ids in two parts: put together, compared with each other and with texts. */
#include "core/resource_id.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(resource_id, .fini = leaks_fail);

#define GROUP "/subscriptions/S/resourceGroups/"
#define KIND "/providers/Microsoft.Network/expressRouteCircuits/"

static const struct {
    struct resource_id left, right;
    int order;
    const char *what;
} rows[] = {
    { { GROUP "net" KIND, "lon-1" }, { GROUP "net" KIND, "LON-1" }, 0, "names are compared without case" },
    { { GROUP "net" KIND, "lon-1" }, { GROUP "NET" KIND, "lon-1" }, 0, "and so are groups" },
    { { GROUP "net" KIND, "lon-1" }, { GROUP "net" KIND, "lon-2" }, -1, "names decide within a group" },
    { { GROUP "net" KIND, "lon" }, { GROUP "net" KIND, "lon-1" }, -1, "the shorter one comes first" },
    { { GROUP "net" KIND, "lon-2" }, { GROUP "net-b" KIND, "lon-1" }, 1, "a dash comes before the slash behind a group" },
    { { GROUP "a" KIND, "z" }, { GROUP "B" KIND, "a" }, -1, "a capital letter is no earlier one" },
    { { "", GROUP "net" KIND "lon-1" }, { GROUP "net" KIND, "lon-1" }, 0, "where it is cut does not matter" },
    { { "", "/c" }, { GROUP "net" KIND, "lon-1" }, -1, "an id may be shorter than the other's beginning" },
    { { "/subscriptions/T/", "lon" }, { GROUP "net" KIND, "lon-1" }, 1, "another subscription" },
};

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

Test(resource_id, two_are_compared_as_their_texts_in_lower_case_would_be)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct resource_id *left = &rows[i].left, *right = &rows[i].right;
        struct id_text text = resource_id_text(left), lower = resource_id_lower(left);

        cr_expect_eq(sign(resource_id_compare(left, right)), rows[i].order, "%s", rows[i].what);
        cr_expect_eq(sign(resource_id_compare(right, left)), -rows[i].order, "the other way: %s", rows[i].what);
        cr_expect_eq(sign(strcmp(lower.text, resource_id_lower(right).text)), rows[i].order, "in full: %s", rows[i].what);
        cr_expect_eq(sign(resource_id_compare_text(text.text, right)), rows[i].order, "a text: %s", rows[i].what);
        cr_expect_eq(resource_id_compare_text(lower.text, left), 0, "itself: %s", rows[i].what);
    }
}

Test(resource_id, a_text_is_as_written_or_in_lower_case)
{
    const struct resource_id id = { GROUP "N\xc3\x84t" KIND, "Lon-1" };

    cr_expect_str_eq(resource_id_text(&id).text, GROUP "N\xc3\x84t" KIND "Lon-1");
    cr_expect_str_eq(resource_id_lower(&id).text, "/subscriptions/s/resourcegroups/n\xc3\x84t/providers/"
                                                  "microsoft.network/expressroutecircuits/lon-1",
                     "letters beyond ASCII stay as they are");
}

Test(resource_id, a_text_too_long_is_cut)
{
    char name[2 * RESOURCE_ID_MAX];
    const struct resource_id id = { "/", name };

    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    cr_expect_eq(strlen(resource_id_text(&id).text), RESOURCE_ID_MAX - 1);
}
