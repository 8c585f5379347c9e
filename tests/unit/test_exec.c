/* The environment of a hook: complete, closed, harmless; and what a hook's end means. */
#include "notice_bed.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

TestSuite(exec, .fini = leaks_fail);

static char **environment_of(enum example example)
{
    struct notice_bed *bed = notice_bed_new(example);
    char *json = notice_json(&bed->notice);
    char **environment = exec_environment(json);

    cr_assert_not_null(environment, "%s", json);
    free(json);
    notice_bed_free(bed);
    return environment;
}

static const char *variable(char **environment, const char *name)
{
    size_t len = strlen(name);

    for (; *environment != NULL; environment++)
        if (strncmp(*environment, name, len) == 0 && (*environment)[len] == '=')
            return *environment + len + 1;
    return NULL;
}

Test(exec, gives_the_hook_exactly_this)
{
    static const char *const expected[] = {
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "ERWATCH_EVENT=raised", "ERWATCH_RULE=41",
        "ERWATCH_RULE_NAME=redundancy-lost", "ERWATCH_INCIDENT=0123456789abcdef-4", "ERWATCH_CIRCUIT=London 1",
        "ERWATCH_CIRCUIT_ID=/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/"
        "Microsoft.Network/expressRouteCircuits/lon-1",
        "ERWATCH_PEERING=microsoft", "ERWATCH_PATH=primary", "ERWATCH_FAMILY=ipv4", "ERWATCH_VERDICT=degraded",
        "ERWATCH_SEVERITY=warning", "ERWATCH_OWNER=you", "ERWATCH_NOTICE_ID=0123456789abcdef-4-1",
        "ERWATCH_SUMMARY=London 1: one of two paths is down, microsoft peering, primary path",
        "ERWATCH_LABEL_CARRIER=Equinix", "ERWATCH_LABEL_SITE=LON", "ERWATCH_LABEL_TEAM=", NULL,
    };
    char **environment = environment_of(EXAMPLE_RAISED);
    size_t i;

    for (i = 0; environment[i] != NULL && expected[i] != NULL; i++)
        cr_expect_str_eq(environment[i], expected[i]);
    cr_expect(environment[i] == NULL && expected[i] == NULL, "%zu variables", i);
    exec_environment_free(environment);
}

Test(exec, makes_hostile_names_harmless)
{
    char **environment = environment_of(EXAMPLE_HOSTILE);

    cr_expect_str_eq(variable(environment, "ERWATCH_EVENT"), "raised");
    cr_expect_str_eq(variable(environment, "ERWATCH_SUMMARY"), "line one?ERWATCH_EVENT=cleared??? \xef\xbf\xbd");
    cr_expect_str_eq(variable(environment, "ERWATCH_LABEL___REBOOT_"), "$(reboot)?`reboot`;|&<>*?'\"\\",
                     "no shell reads it, so it may stay");
    cr_expect_eq(strncmp(variable(environment, "ERWATCH_LABEL_SITE"), "--option", 8), 0, "the first of two counts");
    cr_expect_eq(strlen(variable(environment, "ERWATCH_CIRCUIT")), 252);
    for (char **one = environment; *one != NULL; one++) {
        cr_expect(strncmp(*one, "ERWATCH_", 8) == 0 || one - environment < 2, "%s", *one);
        for (char **other = one + 1; *other != NULL; other++)
            cr_expect_neq(strncmp(*one, *other, strcspn(*one, "=") + 1), 0, "given twice: %s", *one);
        for (const char *c = *one; *c != '\0'; c++)
            cr_expect(((unsigned char)*c >= 0x20 && *c != 0x7f), "a control character in %s", *one);
    }
    exec_environment_free(environment);
}

Test(exec, refuses_what_is_no_notice)
{
    static const char *const rows[] = {
        "", "null", "[]", "{}", "\"erwatch.notice/1\"", "{\"schema\":\"erwatch.notice/2\"}", "{\"schema\":1}",
        "{\"schema\":\"erwatch.notice/1\"", "{\"schema\":\"erwatch.notice/1\",\"schema\":\"erwatch.notice/1\"}",
        "{\"schema\":\"erwatch.notice/1\"} x",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_null(exec_environment(rows[i]), "%s", rows[i]);
    exec_environment_free(NULL);
}

Test(exec, leaves_out_what_has_no_value)
{
    /* types that our own notices never have, as a damaged queue might */
    char **environment = exec_environment("{\"schema\":\"erwatch.notice/1\",\"event\":[],\"rule\":\"x\",\"name\":1.5,"
                                          "\"circuit\":3,\"subject\":{\"peering\":null,\"path\":{}},\"owner\":true}");

    cr_assert_not_null(environment);
    cr_expect_str_eq(environment[2], "ERWATCH_RULE=x");
    cr_expect_null(environment[3], "%s", environment[3]);
    exec_environment_free(environment);
}

Test(exec, believes_the_exit_status)
{
    static const struct { bool exited; int status; enum answer answer; const char *what; } rows[] = {
        { true, 0, ANSWER_DELIVERED, "exit 0" },
        { true, 1, ANSWER_LATER, "exit 1" },
        { true, 126, ANSWER_LATER, "not executable" },
        { true, 255, ANSWER_LATER, "exit 255" },
        { false, 0, ANSWER_LATER, "not started" },
        { false, 9, ANSWER_LATER, "killed" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(exec_answer(rows[i].exited, rows[i].status), rows[i].answer, "%s", rows[i].what);
}
