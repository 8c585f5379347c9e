/* State words as lines, and what differs between two of them: also over a restart, from the text alone. */
#include "core/differ.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

TestSuite(differ, .fini = leaks_fail);

static struct sample sample;
static char was[WORDS_TEXT_MAX], is[WORDS_TEXT_MAX];

static void set(struct word *word, enum word_list list, const char *text)
{
    sample_set_word(&sample, word, list, text, strlen(text));
}

static void make(void)
{
    sample_reset(&sample);
    set(&sample.circuit, WORDS_CIRCUIT, "Enabled");
    set(&sample.provider, WORDS_PROVIDER, "Provisioned");
    set(&sample.operation, WORDS_OPERATION, "Succeeded");
}

static void add_microsoft(void)
{
    struct peering_sample *peering = &sample.peering[PEERING_MICROSOFT];

    sample.peering_count = 1;
    peering->present = true;
    set(&peering->operation, WORDS_OPERATION, "Succeeded");
    peering->family[FAMILY_IPV4].in_use = true;
    set(&peering->family[FAMILY_IPV4].state, WORDS_SWITCH, "Enabled");
    set(&peering->family[FAMILY_IPV4].prefixes_state, WORDS_PREFIXES, "Configured");
}

static void add_prefix(const char *net, const char *word)
{
    struct family_sample *part = &sample.peering[PEERING_MICROSOFT].family[FAMILY_IPV4];
    struct prefix_sample *prefix = &sample.prefix[sample.prefix_count++];

    *prefix = (struct prefix_sample){ .net = NET_NONE };
    net_parse(net, strlen(net), &prefix->net);
    set(&prefix->state, WORDS_PREFIXES, word);
    part->prefix_count++;
}

/* What words_compare() says, as one text. */
static void say(void *context, const struct word_change *change)
{
    char *text = context;
    size_t used = strlen(text);

    snprintf(text + used, 1024 - used, "%s: %s -> %s; ", change->field, change->was, change->is);
}

static const char *difference(const char *from, const char *to)
{
    static char text[1024];

    text[0] = '\0';
    words_compare(from, to, say, text);
    return text;
}

Test(differ, a_line_for_each_word_in_a_fixed_order)
{
    make();
    add_microsoft();
    add_prefix("203.0.113.0/24", "ValidationNeeded");
    cr_expect_str_eq(words_write(&sample, is), "circuitProvisioningState\tEnabled\n"
                                               "serviceProviderProvisioningState\tProvisioned\n"
                                               "provisioningState\tSucceeded\n"
                                               "microsoft peering\tpresent\n"
                                               "microsoft provisioningState\tSucceeded\n"
                                               "microsoft IPv4 state\tEnabled\n"
                                               "microsoft IPv4 advertisedPublicPrefixesState\tConfigured\n"
                                               "microsoft IPv4 203.0.113.0/24 validationState\tValidationNeeded\n");
}

Test(differ, words_are_kept_as_sent)
{
    make();
    set(&sample.circuit, WORDS_CIRCUIT, "enabled");
    set(&sample.provider, WORDS_PROVIDER, "Frobnicating");
    sample.operation = (struct word){ WORD_ABSENT, 0 };
    cr_expect_str_eq(words_write(&sample, is), "circuitProvisioningState\tenabled\n"
                                               "serviceProviderProvisioningState\tFrobnicating\n"
                                               "provisioningState\t(absent)\n");
}

Test(differ, a_value_makes_no_lines_of_its_own)
{
    make();
    set(&sample.provider, WORDS_PROVIDER, "Pro\nvisioned\tby\rme");
    words_write(&sample, is);
    cr_expect_not_null(strstr(is, "serviceProviderProvisioningState\tPro visioned by me\n"), "%s", is);
}

Test(differ, what_changed_came_and_went)
{
    make();
    words_write(&sample, was);
    set(&sample.provider, WORDS_PROVIDER, "NotProvisioned");
    cr_expect_str_eq(difference(was, words_write(&sample, is)),
                     "serviceProviderProvisioningState: Provisioned -> NotProvisioned; ");
    cr_expect_str_eq(difference(is, is), "", "nothing changed");
    make();
    add_microsoft();
    sample.peering[PEERING_MICROSOFT].family[FAMILY_IPV4].in_use = false;
    words_write(&sample, is);
    cr_expect_str_eq(difference(was, is), "microsoft peering: (absent) -> present; "
                                          "microsoft provisioningState: (absent) -> Succeeded; ");
    cr_expect_str_eq(difference(is, was), "microsoft peering: present -> (absent); "
                                          "microsoft provisioningState: Succeeded -> (absent); ");
}

Test(differ, a_text_without_its_end_is_no_trouble)
{
    cr_expect_str_eq(difference("a\tb", "a\tc\n"), "a: b -> c; ");
    cr_expect_str_eq(difference("", ""), "");
}

/* Azure takes 200 prefixes for a session, an answer may hold more: what does not fit is left out whole. */
Test(differ, a_thousand_prefixes_end_with_a_whole_line)
{
    make();
    add_microsoft();
    for (unsigned i = 0; i < SAMPLE_PREFIXES_MAX; i++) {
        char net[32];
        snprintf(net, sizeof net, "10.%u.%u.0/24", i / 256, i % 256);
        add_prefix(net, "ValidationNeeded");
    }
    size_t len = strlen(words_write(&sample, is));
    cr_expect_lt(len, WORDS_TEXT_MAX);
    cr_expect_gt(len, WORDS_TEXT_MAX - 200);
    cr_expect_eq(is[len - 1], '\n');
}
