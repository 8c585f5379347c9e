/* The table of rules and of messages; the manual page that shows the same. */
#include "leaks.h"

#include "core/message.h"
#include "core/rule.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(rule, .fini = leaks_fail);

#define PAGE_MAX (256 * 1024)

Test(rule, is_found_by_number_and_name)
{
    size_t count;
    const struct rule_info *rules = rule_all(&count);

    cr_assert_geq(count, 41);
    for (size_t i = 0; i < count; i++) {
        char number[8];
        snprintf(number, sizeof number, "%u", rules[i].number);
        cr_expect(i == 0 || rules[i].number > rules[i - 1].number, "rows are in the order of numbers");
        cr_expect_eq(rule_find((enum rule)rules[i].number), &rules[i]);
        cr_expect_eq(rule_by_name(number), rules[i].number);
        cr_expect_eq(rule_by_name(rules[i].name), rules[i].number, "%s", rules[i].name);
    }
}

Test(rule, is_not_found_when_it_is_none)
{
    static const char *const names[] = { "", "1", "47", "00", "012", "12 ", " 12", "120", "Blind", "blin",
                                         "blind ", "-1" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        cr_expect_eq(rule_by_name(names[i]), RULE_NONE, "\"%s\"", names[i]);
    cr_expect_null(rule_find(RULE_NONE));
    cr_expect_null(rule_find((enum rule)255));
}

static bool is_id(const char *id)
{
    return strlen(id) == 32 && strspn(id, "0123456789abcdef") == 32;
}

/* Ids that were published never change: the list is a file that only grows. */
Test(rule, keeps_its_message_ids)
{
    FILE *file = fopen(TEST_DATA "/rule/message-ids.txt", "r");
    char name[64], event[16], id[64];
    size_t count, lines = 0;

    cr_assert(file != NULL);
    rule_all(&count);
    while (fscanf(file, "%63s %15s %63s", name, event, id) == 3) {
        enum rule number = rule_by_name(name);
        lines++;
        cr_expect(is_id(id), "%s", id);
        for (enum rule_event at = 0; number != RULE_NONE && at < RULE_MESSAGES; at++)
            if (strcmp(rule_event_name(at), event) == 0)
                cr_expect_str_eq(rule_find(number)->message_id[at], id, "%s %s", name, event);
        for (enum message at = 0; number == RULE_NONE && at < MESSAGES; at++)
            if (strcmp(message_find(at)->name, name) == 0)
                cr_expect_str_eq(message_find(at)->id, id, "%s", name);
    }
    fclose(file);
    cr_expect_eq(lines, count * RULE_MESSAGES + MESSAGES, "a line for each id");
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

Test(rule, has_ids_that_are_all_different)
{
    const char *ids[RULE_NUMBERS * RULE_MESSAGES + MESSAGES];
    size_t count, used = 0;
    const struct rule_info *rules = rule_all(&count);

    for (size_t i = 0; i < count; i++)
        for (int event = 0; event < RULE_MESSAGES; event++)
            ids[used++] = rules[i].message_id[event];
    for (int i = 0; i < MESSAGES; i++)
        ids[used++] = message_find((enum message)i)->id;
    qsort(ids, used, sizeof *ids, compare_text);
    for (size_t i = 0; i < used; i++) {
        cr_expect(is_id(ids[i]), "%s", ids[i]);
        cr_expect(i == 0 || strcmp(ids[i], ids[i - 1]) != 0, "%s is there twice", ids[i]);
    }
}

Test(rule, says_everything)
{
    size_t count;
    const struct rule_info *rules = rule_all(&count);

    for (size_t i = 0; i < count; i++) {
        const struct rule_info *rule = &rules[i];
        cr_expect(strspn(rule->name, "abcdefghijklmnopqrstuvwxyz-") == strlen(rule->name), "%s", rule->name);
        cr_expect(*rule->severity != '\0' && *rule->owner != '\0' && *rule->time != '\0' && *rule->subject != '\0');
        cr_expect(strlen(rule->meaning) > 60 && rule->meaning[strlen(rule->meaning) - 1] == '.', "%s", rule->name);
        cr_expect(rule->steps[0] != NULL, "%s has a first step", rule->name);
        for (size_t step = 0; rule->steps[step] != NULL; step++)
            cr_expect(step < 10 && strlen(rule->steps[step]) < 480, "%s, step %zu", rule->name, step);
    }
    for (int i = 0; i < MESSAGES; i++) {
        const struct message_info *message = message_find((enum message)i);
        cr_expect(message->priority >= 0 && message->priority <= 7 && *message->name != '\0');
        cr_expect(*message->subject != '\0' && *message->meaning != '\0' && message->todo != NULL, "%s", message->name);
    }
}

/* The page without its macros' names and line breaks, so that a sentence can be looked for. */
static char *read_page(void)
{
    char *page = calloc(1, PAGE_MAX), line[4096], path[512];
    size_t used = 0;

    snprintf(path, sizeof path, "%s/../../man/erwatch-rules.7", TEST_DATA);
    FILE *file = fopen(path, "r");
    cr_assert(file != NULL, "%s opens", path);
    while (fgets(line, sizeof line, file) != NULL && used + sizeof line < PAGE_MAX) {
        line[strcspn(line, "\n")] = '\0';
        used += (size_t)snprintf(page + used, PAGE_MAX - used, "%s ", line);
    }
    fclose(file);
    return page;
}

/* The section of one rule, a copy. */
static char *section_of(const char *page, const struct rule_info *rule)
{
    char head[80];

    snprintf(head, sizeof head, ".Ss %u %s ", rule->number, rule->name);
    const char *from = strstr(page, head);
    cr_assert(from != NULL, "a section for %s", rule->name);
    const char *end = strstr(from + 1, " .Ss "), *chapter = strstr(from + 1, " .Sh ");
    if (end == NULL || (chapter != NULL && chapter < end))
        end = chapter;
    return strndup(from, end != NULL ? (size_t)(end - from) : strlen(from));
}

static void expect_field(const char *section, const char *field, const char *value)
{
    char text[512];

    snprintf(text, sizeof text, ".It %s %s ", field, *value != '\0' ? value : "nothing");
    cr_expect(strstr(section, text) != NULL, "\"%s\" in: %.60s", text, section);
}

Test(rule, stands_in_the_manual)
{
    size_t count;
    const struct rule_info *rules = rule_all(&count);
    char *page = read_page(), row[96];

    for (size_t i = 0; i < count; i++) {
        char *section = section_of(page, &rules[i]);
        snprintf(row, sizeof row, ".It %u Ta %s Ta %s ", rules[i].number, rules[i].name, rules[i].subject);
        cr_expect(strstr(page, row) != NULL, "the table has: %s", row);
        expect_field(section, "Severity", rules[i].severity);
        expect_field(section, "Owner", rules[i].owner);
        expect_field(section, "Time", rules[i].time);
        expect_field(section, "Suppresses", rules[i].suppresses);
        cr_expect(strstr(section, rules[i].meaning) != NULL, "the meaning of %s", rules[i].name);
        for (const char *const *step = rules[i].steps; *step != NULL; step++)
            cr_expect(strstr(section, *step) != NULL, "%s: %s", rules[i].name, *step);
        free(section);
    }
    free(page);
}

Test(rule, messages_stand_in_the_manual)
{
    char *page = read_page(), row[128];

    for (int i = 0; i < MESSAGES; i++) {
        const struct message_info *message = message_find((enum message)i);
        snprintf(row, sizeof row, ".It %s Ta %s ", message->name, message->id);
        cr_expect(strstr(page, row) != NULL, "the page has: %s", row);
    }
    free(page);
}
