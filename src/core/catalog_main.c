/*
 * erwatch-catalog writes the journal's message catalogue from the tables of rules and of messages: an entry for each
 * message id, so that `journalctl -x` explains a line where it stands. Runs during the build only.
 */
#include "core/message.h"
#include "core/rule.h"

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 78

/* The one word of a step that journalctl can fill in from the entry. */
static const char filled_word[] = "CIRCUIT-ID", filled_field[] = "@ERWATCH_CIRCUIT_ID@";

static void print_word(const char *word, size_t len)
{
    size_t filled = sizeof filled_word - 1;

    for (const char *at = word; at < word + len;) {
        if (strncmp(at, filled_word, filled) == 0) {
            fputs(filled_field, stdout);
            at += filled;
        } else {
            putchar(*at++);
        }
    }
}

/* A paragraph, filled; `first` begins it, later lines are indented by as much. */
static void print_paragraph(const char *first, const char *text)
{
    size_t indent = strlen(first), column = indent;

    fputs(first, stdout);
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, " ");
        if (column > indent && column + 1 + len > WIDTH) {
            printf("\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        print_word(at, len);
        column += len;
        at += len + strspn(at + len, " ");
    }
    putchar('\n');
}

/* What follows the Subject line of every entry. */
static void print_origin(void)
{
    printf("Defined-By: erwatch\nSupport: %s\nDocumentation: man:erwatch-rules(7)\n\n", PACKAGE_URL);
}

static void print_steps(const char *const *steps)
{
    char first[16];

    fputs("\nWhat to do, first thing first:\n\n", stdout);
    for (int i = 0; steps[i] != NULL; i++) {
        snprintf(first, sizeof first, "%2d. ", i + 1);
        print_paragraph(first, steps[i]);
    }
}

static void print_rule(const struct rule_info *rule, enum rule_event event)
{
    static const char *const ends[RULE_MESSAGES] = { "", ": there is news", " is over" };
    static const char *const news[RULE_MESSAGES] = {
        "", "The incident goes on; its severity, its owner or what is known of it has changed.",
        "This is over and nothing need be done. What it was:"
    };

    printf("-- %s\n", rule->message_id[event]);
    if (rule->number < RULE_BLIND)
        printf("Subject: Circuit @ERWATCH_CIRCUIT@: %s%s\n", rule->name, ends[event]);
    else
        printf("Subject: The monitoring: %s%s\n", rule->name, ends[event]);
    print_origin();
    printf("Rule %u, %s. Severity: %s. Owner: %s.\n\n", rule->number, rule->name, rule->severity, rule->owner);
    if (*news[event] != '\0') {
        print_paragraph("", news[event]);
        putchar('\n');
    }
    print_paragraph("", rule->meaning);
    if (event != EVENT_CLEARED)
        print_steps(rule->steps);
    putchar('\n');
}

static void print_message(const struct message_info *message)
{
    printf("-- %s\nSubject: %s\n", message->id, message->subject);
    print_origin();
    print_paragraph("", message->meaning);
    if (*message->todo != '\0') {
        putchar('\n');
        print_paragraph("", message->todo);
    }
    putchar('\n');
}

int main(void)
{
    size_t count;
    const struct rule_info *rules = rule_all(&count);

    for (size_t i = 0; i < count; i++)
        for (int event = 0; event < RULE_MESSAGES; event++)
            print_rule(&rules[i], (enum rule_event)event);
    for (int i = 0; i < MESSAGES; i++)
        print_message(message_find((enum message)i));
    return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
}
