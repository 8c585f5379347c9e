/* Attributes of a circuit as text: what is written, what counts as a change, what is kept of what an answer lacks. */
#include "core/attributes.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(attributes, .fini = leaks_fail);

static struct sample sample, other;

static text_at add(struct sample *to, const char *text)
{
    return sample_add_text(to, text, strlen(text));
}

static void fill(struct sample *to)
{
    sample_reset(to);
    to->sku_tier = add(to, "Standard");
    to->sku_family = add(to, "MeteredData");
    to->bandwidth_mbps = 1000;
    to->location = add(to, "West Europe");
    to->provider_name = add(to, "Equinix");
    to->peering_location = add(to, "Amsterdam");
    struct peering_sample *private = &to->peering[PEERING_PRIVATE];
    private->present = private->family[FAMILY_IPV4].in_use = true;
    private->vlan = 100;
    private->azure_asn = 12076;
    private->peer_asn = 4200000000U;
    net_parse("172.16.0.0/30", 13, &private->family[FAMILY_IPV4].subnet[PATH_PRIMARY]);
    net_parse("172.16.0.4/30", 13, &private->family[FAMILY_IPV4].subnet[PATH_SECONDARY]);
}

Test(attributes, are_written_in_a_fixed_order)
{
    char text[ATTRIBUTES_TEXT_MAX];

    fill(&sample);
    cr_expect_str_eq(attributes_write(&sample, text),
                     "SKU tier\tStandard\nSKU family\tMeteredData\nbandwidth\t1000 Mbps\nlocation\tWest Europe\n"
                     "provider\tEquinix\npeering location\tAmsterdam\nprivate VLAN\t100\nprivate peer ASN\t4200000000\n"
                     "private Azure ASN\t12076\nprivate IPv4 primary peer prefix\t172.16.0.0/30\n"
                     "private IPv4 secondary peer prefix\t172.16.0.4/30\n");
    sample_reset(&sample);
    cr_expect_str_eq(attributes_write(&sample, text), "", "what is not there is not known");
}

Test(attributes, cannot_make_lines_of_their_own)
{
    char text[ATTRIBUTES_TEXT_MAX], longest[4000];

    fill(&sample);
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    sample.provider_name = add(&sample, "a\tb\nSKU tier\tPremium");
    sample.location = add(&sample, longest);
    attributes_write(&sample, text);
    cr_expect_not_null(strstr(text, "\nprovider\ta b SKU tier Premium\n"));
    cr_expect_eq(strspn(strstr(text, "location\t") + strlen("location\t"), "x"), WORD_TEXT_MAX);
}

Test(attributes, are_compared_without_case_and_blanks)
{
    static const struct {
        const char *was, *is, *changes;
    } rows[] = {
        { "location\tWest Europe\n", "location\twesteurope\n", NULL },
        { "bandwidth\t1000 Mbps\n", "bandwidth\t2000 Mbps\n", "bandwidth\t1000 Mbps\t2000 Mbps\n" },
        { "bandwidth\t1000 Mbps\n", "", NULL },
        { "", "bandwidth\t1000 Mbps\n", NULL },
        { "a\t1\nb\t2\nc\t3\n", "c\t4\na\t5\n", "c\t3\t4\na\t1\t5\n" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *changes = attributes_changes(rows[i].was, rows[i].is);
        if (rows[i].changes == NULL)
            cr_expect_null(changes, "%s", rows[i].was);
        else
            cr_expect_str_eq(changes, rows[i].changes);
        free(changes);
    }
}

Test(attributes, of_what_is_gone_for_a_while_are_kept)
{
    char kept[ATTRIBUTES_TEXT_MAX];

    cr_expect(attributes_merge("a\t1\nb\t2\n", "a\t3\n", kept));
    cr_expect_str_eq(kept, "a\t3\nb\t2\n");
    cr_expect_not(attributes_merge("a\t1\n", "a\t3\nc\t4\n", kept));
    cr_expect_str_eq(kept, "a\t3\nc\t4\n");
}

Test(attributes, are_read_line_by_line)
{
    const char *at = "bandwidth\t1000 Mbps\t2000 Mbps\nbroken\n";
    struct attribute_change change;

    cr_assert(attributes_next(&at, &change));
    cr_expect_str_eq(change.field, "bandwidth");
    cr_expect_str_eq(change.was, "1000 Mbps");
    cr_expect_str_eq(change.is, "2000 Mbps");
    cr_assert(attributes_next(&at, &change));
    cr_expect_not(attributes_next(&at, &change));
}

/* Every attribute: two answers that differ in it are not the same. */
Test(attributes, of_two_answers_differ_where_their_texts_do)
{
    char one[ATTRIBUTES_TEXT_MAX], two[ATTRIBUTES_TEXT_MAX];

    for (int what = 0; what < 14; what++) {
        fill(&sample);
        fill(&other);
        cr_expect(attributes_same(&sample, &other));
        struct peering_sample *private = &other.peering[PEERING_PRIVATE];
        struct family_sample *ipv4 = &private->family[FAMILY_IPV4];
        switch (what) {
        case 0: other.sku_tier = add(&other, "Premium"); break;
        case 1: other.sku_family = add(&other, "UnlimitedData"); break;
        case 2: other.bandwidth_mbps = 2000; break;
        case 3: other.location = add(&other, "East US"); break;
        case 4: other.provider_name = add(&other, "Colt"); break;
        case 5: other.peering_location = add(&other, "London"); break;
        case 6: private->vlan = 200; break;
        case 7: private->peer_asn = 65000; break;
        case 8: private->azure_asn = 0; break;
        case 9: ipv4->customer_asn = 64501; break;
        case 10: ipv4->subnet[PATH_PRIMARY].bytes[3] = 8; break;
        case 11: ipv4->subnet[PATH_SECONDARY] = NET_NONE; break;
        case 12: private->present = false; break;
        default: ipv4->in_use = false; break;
        }
        cr_expect_not(attributes_same(&sample, &other), "%d", what);
        cr_expect_str_neq(attributes_write(&sample, one), attributes_write(&other, two), "%d", what);
    }
}

Test(attributes, are_settled_when_no_operation_runs)
{
    fill(&sample);
    sample.circuit.code = CIRCUIT_ENABLED;
    cr_expect(attributes_settled(&sample));
    sample.operation.code = OPERATION_UPDATING;
    cr_expect_not(attributes_settled(&sample));
    sample.operation.code = OPERATION_FAILED;
    cr_expect(attributes_settled(&sample), "a failed one has ended");
    sample.peering[PEERING_PRIVATE].operation.code = OPERATION_UPDATING;
    cr_expect_not(attributes_settled(&sample));
    sample.peering[PEERING_PRIVATE].present = false;
    cr_expect(attributes_settled(&sample));
    sample.circuit.code = CIRCUIT_DISABLING;
    cr_expect_not(attributes_settled(&sample));
}
