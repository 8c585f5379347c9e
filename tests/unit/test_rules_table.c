/*
 * The tables of the decision list, row by row under their published numbers: facts, what is bad then, what else is
 * said, and the verdict where that is the row's point. Starts from a circuit in order; decision_text.h has the words.
 */
#include "decision_text.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(rules, .fini = leaks_fail);

struct row {
    const char *number; /* of the rule or of the table's row */
    const char *what;
    const char *facts;
    const char *bad;
    const char *says;    /* some of what else is said, "; " between two */
    const char *verdict; /* of the circuit; NULL: not the point */
};

/* The second reading of the list knows nothing of what the settings say about single rules. */
static bool settings_of_rules(const struct row *row)
{
    return strstr(row->facts, "off=") != NULL || strstr(row->facts, "soft=") != NULL;
}

static void check_says(const struct bed *bed, const struct row *row)
{
    char one[100];

    for (const char *at = row->says; *at != '\0'; at += strspn(at, "; ")) {
        size_t len = strcspn(at, ";");
        cr_assert_lt(len, sizeof one);
        memcpy(one, at, len);
        one[len] = '\0';
        cr_expect(bed_says(bed, one), "%s: %s: nothing says \"%s\"", row->number, row->what, one);
        at += len;
    }
}

static void check_verdict(const struct bed *bed, const struct row *row)
{
    struct raised raised[OPINIONS_MAX];
    size_t count = bed_raised(bed, raised);

    if (row->verdict != NULL)
        cr_expect_str_eq(verdict_name(verdict_circuit(&bed->facts, raised, count)), row->verdict, "%s: %s", row->number,
                         row->what);
}

static void check_row(const struct row *row)
{
    struct bed bed;
    char text[2000];

    bed_init(&bed);
    bed_set(&bed, row->facts);
    bed_judge(&bed);
    bed_findings(&bed, text, sizeof text);
    cr_expect_str_eq(text, row->bad, "%s: %s\n    bad is:      %s\n    instead of:  %s", row->number, row->what, text,
                     row->bad);
    check_says(&bed, row);
    check_verdict(&bed, row);
    if (!settings_of_rules(row))
        cr_expect(bed_agrees(&bed, text, sizeof text) && bed_invariants(&bed, text, sizeof text), "%s: %s: %s",
                  row->number, row->what, text);
    bed_fini(&bed);
}

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_row(&rows[i]);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

Test(rules, in_order)
{
    static const struct row rows[] = {
        { "-", "a circuit in order has no finding", "", "", "40 private IPv4 good; 90 good", "usable" },
        { "-", "nor has one with IPv6 only", "private.is=ipv6 microsoft.is=ipv6", "", "22 private IPv6 good",
          "usable" },
        { "-", "nor one on ExpressRoute Direct", "direct provider=(absent)", "", "12 good; 16 good", "usable" },
        { "-", "nor one that is watched without witnesses", "sessions=none private.M=down/down", "", "", "usable" },
    };
    CHECK(rows);
}

/* "First: did we see anything?" as it arrives here: decoded, and counted by the engine. */
Test(rules, first)
{
    static const struct row rows[] = {
        { "unreachable", "no answer changes nothing before the facts are stale", "circuit=Disabled",
          "11 critical microsoft confirm", "", "unusable" },
        { "unreachable", "then it is 90, and everything below is explained by it", "private.M=down/down stale",
          "90 critical self now", "40 private IPv4 by 90; 11 unknown; 20 by 90", "unknown" },
        { "unreachable", "before the first answer nothing is known, and nothing of what is open clears", "no-sample",
          "", "12 unknown; 40 private IPv4 unknown; 41 microsoft IPv6 primary unknown", "unknown" },
        { "token, sign-in", "a sign-in that fails explains why its circuits are not seen", "stale blind-by=91", "",
          "90 by 91; 40 private IPv4 by 91", "unknown" },
        { "no right", "403 on the circuit is 91 of the circuit", "forbidden=1", "91 critical you confirm", "",
          "unknown" },
        { "no right", "and explains its blindness", "forbidden=9 stale", "91 critical you confirm", "90 by 91",
          "unknown" },
        { "no right", "most circuits refused are one finding of the credential", "forbidden=1 blind-by=91", "",
          "91 by 91", NULL },
        { "no right", "on an optional feature it is 92, and that fact is unknown", "refused=routes private.M=up/none",
          "92 warning you now feature", "90 private by 92; 41 private IPv4 secondary unknown", "usable" },
        { "throttled", "429 explains blindness once facts are stale", "stale blind-by=93", "", "90 by 93", "unknown" },
        { "throttled", "and nothing before", "blind-by=93", "", "90 good", "usable" },
        { "gone", "404 after it was seen is 10 once three polls agree", "missing=3", "10 critical you confirm",
          "11 by 10; 18 by 10; 40 private IPv4 by 10", "unusable" },
        { "gone", "until then the rest is judged as before", "missing=2 private.M=down/down private.R=down/down",
          "10 critical you confirm; 40 critical you confirm private IPv4", "12 good", NULL },
        { "gone", "a 404 is an answer: nobody is blind", "missing=3 stale", "10 critical you confirm", "90 good",
          "unusable" },
        { "settings", "404 of one that was never seen is said now", "never-seen missing=1", "10 critical you now", "",
          "unusable" },
        { "95", "an answer that cannot be believed", "unexpected=1", "95 warning self confirm", "11 good", "usable" },
        { "95", "an optional read whose answer cannot be believed", "odd=metrics", "95 warning self confirm feature",
          "", "usable" },
        { "95", "nine polls with such answers", "unexpected=9", "95 warning self confirm", "", "usable" },
        { "95", "ten polls without a usable answer are critical", "unexpected=10", "95 critical self confirm", "",
          "usable" },
    };
    CHECK(rows);
}

Test(rules, billing)
{
    static const struct row rows[] = {
        { "19", "not before waiting_days are over", "provider=NotProvisioned age=9", "12 critical provider confirm",
          "19 good", "waiting" },
        { "19", "from then on, beside what says why", "provider=NotProvisioned age=10",
          "12 critical provider confirm; 19 warning you now", "", "waiting" },
        { "19", "also while Provisioning", "provider=Provisioning age=400",
          "13 critical provider confirm; 19 warning you now", "", "waiting" },
        { "19", "also one that is being retired: it is billed until it is deleted",
          "provider=NotProvisioned expect=none age=10", "12 info provider confirm; 19 warning you now", "", "waiting" },
        { "19", "one that was provisioned counts from the day it was not any more", "provider=NotProvisioned age=400 left=9",
          "15 critical provider confirm", "19 good", "unusable" },
        { "19", "and is billed without use from waiting_days after that", "provider=DeProvisioned age=400 left=10",
          "15 critical provider confirm; 19 warning you now", "", "unusable" },
        { "19", "not while it is provisioned", "age=400", "", "19 good", "usable" },
        { "19", "not on ExpressRoute Direct", "provider=NotProvisioned direct age=400", "", "19 good", "usable" },
        { "19", "an unknown word says nothing of it", "provider=(other) age=400", "16 warning microsoft confirm",
          "19 unknown", "unknown" },
        { "19", "nor do facts that are too old", "provider=NotProvisioned age=400 stale", "90 critical self now",
          "19 unknown", "unknown" },
        { "19", "what is not there is not billed", "provider=NotProvisioned age=400 missing=3",
          "10 critical you confirm", "19 by 10", "unusable" },
    };
    CHECK(rows);
}

Test(rules, circuit)
{
    static const struct row rows[] = {
        { "11", "Disabled and settled", "circuit=Disabled", "11 critical microsoft confirm", "40 private IPv4 by 11",
          "unusable" },
        { "11", "Disabled after an operation that failed: settled", "circuit=Disabled operation=Failed",
          "11 critical microsoft confirm; 17 warning you confirm", "", "unusable" },
        { "11", "an unknown provisioningState is settled", "circuit=Disabled operation=(other)",
          "11 critical microsoft confirm; 16 warning microsoft confirm", "18 unknown", "unusable" },
        { "11", "and so is a missing one, which is no 16", "circuit=Disabled operation=(absent)",
          "11 critical microsoft confirm", "16 good", "unusable" },
        { "11", "in motion: Disabled while Updating", "circuit=Disabled operation=Updating private.ipv4=Disabled",
          "11 warning microsoft long; 18 warning you long", "22 private IPv4 by 11", "waiting" },
        { "11", "in motion: Disabled while Creating", "circuit=Disabled operation=Creating",
          "11 warning microsoft long; 18 warning you long", "", "waiting" },
        { "11", "in motion: Disabled while Deleting", "circuit=Disabled operation=Deleting",
          "11 warning microsoft long; 18 warning you long", "", "waiting" },
        { "11", "in motion: Enabling", "circuit=Enabling", "11 warning microsoft long", "20 by 11", "waiting" },
        { "11", "in motion: Disabling, and what is open stays open though its peering is not in the answer",
          "circuit=Disabling list=empty", "11 warning microsoft long",
          "40 private IPv4 by 11; 34 microsoft IPv6 by 11; 95 public IPv4 primary by 11", "waiting" },
        { "11", "words are compared without case", "circuit=disabled", "11 critical microsoft confirm", "",
          "unusable" },
        { "12", "NotProvisioned", "provider=NotProvisioned", "12 critical provider confirm", "40 private IPv4 by 12",
          "waiting" },
        { "12", "ordered and young", "provider=NotProvisioned expect=ordered age=9", "12 info provider confirm", "",
          "waiting" },
        { "12", "ordered and waiting_days are over", "provider=NotProvisioned expect=ordered age=10",
          "12 warning provider confirm; 19 warning you now", "", "waiting" },
        { "12", "being retired", "provider=NotProvisioned expect=none", "12 info provider confirm", "", "waiting" },
        { "12", "does not apply on ExpressRoute Direct", "provider=NotProvisioned direct", "", "12 good", "usable" },
        { "12", "beside 11: the two criticals a circuit may have", "circuit=Disabled provider=NotProvisioned",
          "11 critical microsoft confirm; 12 critical provider confirm", "", "unusable" },
        { "13", "Provisioning", "provider=Provisioning", "13 critical provider confirm", "21 private by 13",
          "waiting" },
        { "13", "ordered and young", "provider=Provisioning expect=ordered age=3", "13 info provider confirm", "",
          "waiting" },
        { "13", "ordered and overdue", "provider=Provisioning expect=ordered age=30",
          "13 warning provider confirm; 19 warning you now", "", "waiting" },
        { "13", "after it was provisioned it is still 13", "provider=Provisioning was-provisioned",
          "13 critical provider confirm", "", "waiting" },
        { "14", "Deprovisioning is said now", "provider=Deprovisioning", "14 critical provider now", "20 by 14",
          "unusable" },
        { "14", "expected when being retired", "provider=Deprovisioning expect=none", "14 info provider now", "",
          "unusable" },
        { "14", "not expected when ordered", "provider=Deprovisioning expect=ordered", "14 critical provider now", "",
          "unusable" },
        { "15", "NotProvisioned after Provisioned was seen; 12 does not hold then",
          "provider=NotProvisioned was-provisioned", "15 critical provider confirm", "12 good", "unusable" },
        { "15", "DeProvisioned always", "provider=DeProvisioned", "15 critical provider confirm", "", "unusable" },
        { "15", "expected when being retired", "provider=DeProvisioned expect=none", "15 info provider confirm", "",
          "unusable" },
        { "16", "an unknown circuit word counts as fine for what lies below",
          "circuit=(other) private.M=down/down private.R=down/down",
          "16 warning microsoft confirm; 40 critical you confirm private IPv4", "11 unknown", "unknown" },
        { "16", "an unknown provider word clears none of 12 to 15", "provider=(other)", "16 warning microsoft confirm",
          "12 unknown; 15 unknown", "unknown" },
        { "16", "a provider word that is missing, beside ExpressRoute Direct", "provider=(absent)",
          "16 warning microsoft confirm", "", "unknown" },
        { "16", "on ExpressRoute Direct any provider word is ignored", "provider=(other) direct", "", "", "usable" },
        { "16", "an unknown provisioningState changes no verdict", "operation=(other)", "16 warning microsoft confirm",
          "17 unknown; 18 unknown", "usable" },
        { "16", "no list of peerings: all of them are unknown", "list=absent", "16 warning microsoft confirm",
          "20 unknown; 24 private unknown; 95 private IPv4 primary unknown; 90 private by 16", "unknown" },
        { "16", "a family's state", "private.ipv4=(other)", "16 warning microsoft confirm private IPv4",
          "22 private IPv4 unknown; 40 private IPv4 good", "degraded" },
        { "16", "a family's state that is missing", "private.ipv4=(absent)",
          "16 warning microsoft confirm private IPv4", "", "degraded" },
        { "16", "a peering's provisioningState", "private.operation=(other)", "16 warning microsoft confirm private",
          "23 private unknown", "usable" },
        { "16", "a prefix word", "microsoft.prefixes=(other)", "16 warning microsoft confirm microsoft IPv4",
          "34 microsoft IPv4 unknown", "degraded" },
        { "16", "a prefix state that is missing", "microsoft.config=none",
          "16 warning microsoft confirm microsoft IPv4", "", "degraded" },
        { "16", "one prefix without a state, where the peering's word does not help",
          "microsoft.prefixes=(absent) microsoft.prefix=Configured+(absent)",
          "16 warning microsoft confirm microsoft IPv4", "", "degraded" },
        { "17", "Failed is no outage", "operation=Failed", "17 warning you confirm", "", "usable" },
        { "17", "Canceled", "operation=Canceled", "17 warning you confirm", "", "usable" },
        { "18", "Updating for long", "operation=Updating", "18 warning you long", "", "usable" },
        { "18", "Deleting for long", "operation=Deleting", "18 warning you long", "", "usable" },
        { "18", "of a peering", "private.operation=Creating", "18 warning you long private", "", "usable" },
    };
    CHECK(rows);
}

Test(rules, peering)
{
    static const struct row rows[] = {
        { "20", "an empty list on a usable circuit", "list=empty", "20 critical you confirm",
          "21 private by 20; 40 microsoft IPv4 by 20", "unusable" },
        { "20", "covers every expected one", "list=empty peerings=private+microsoft", "20 critical you confirm",
          "21 private by 20; 21 microsoft by 20", "unusable" },
        { "20", "is the provider's who owns layer 3", "list=empty layer3=provider", "20 critical provider confirm", "",
          "unusable" },
        { "20", "peerings: [] expects none", "list=empty peerings=none", "", "20 good", "usable" },
        { "20", "not while a peering is there that nobody expects", "private.gone peerings=private",
          "21 critical you confirm private; 24 info you now microsoft", "20 good", "unusable" },
        { "21", "an expected peering is absent", "microsoft.gone peerings=private+microsoft",
          "21 critical you confirm microsoft", "40 microsoft IPv4 by 21; 25 microsoft by 21; 34 microsoft IPv6 by 21",
          "degraded" },
        { "21", "is the provider's who owns layer 3", "microsoft.gone peerings=private+microsoft layer3=provider",
          "21 critical provider confirm microsoft", "", "degraded" },
        { "21", "without expect.peerings nothing is missing", "microsoft.gone", "", "", "usable" },
        { "21", "an expected family is absent; the other one is judged",
          "families=ipv4+ipv6 microsoft.gone " "private.M=down/down private.R=down/down",
          "21 critical you confirm private IPv6; 40 critical you confirm private IPv4", "", "unusable" },
        { "21", "and degrades while the other works", "families=ipv4+ipv6 microsoft.gone",
          "21 critical you confirm private IPv6", "", "degraded" },
        { "21", "nothing else is said of the family that is absent",
          "families=ipv4 microsoft.gone private.is=none " "private.ipv4=Enabled private.M=down/down",
          "21 critical you confirm private IPv4", "", "degraded" },
        { "22", "the only family is Disabled", "microsoft.gone private.ipv4=Disabled private.M=down/down",
          "22 critical you confirm private IPv4", "40 private IPv4 by 22; 45 private primary by 22", "unusable" },
        { "22", "one of two families is Disabled",
          "microsoft.gone private.is=ipv4+ipv6 private.ipv6=Disabled " "private.M=down/up private.R6=down/down",
          "22 warning you confirm private IPv6; 46 info microsoft confirm private IPv4 primary",
          "40 private IPv6 by 22; 41 private IPv6 primary by 22", "degraded" },
        { "22", "both families are Disabled",
          "microsoft.gone private.is=ipv4+ipv6 private.ipv4=Disabled private.ipv6=Disabled",
          "22 critical you confirm private IPv4; 22 critical you confirm private IPv6", "", "unusable" },
        { "22", "with IPv6 only, Disabled outside means nothing", "microsoft.gone private.is=ipv6", "", "", "usable" },
        { "22", "Disabled with no family at all is the peering", "microsoft.is=none private.gone",
          "22 critical you confirm microsoft", "25 microsoft by 22; 40 microsoft IPv4 by 22", "unusable" },
        { "22", "suppresses 16 of that family", "microsoft.ipv4=Disabled microsoft.prefixes=(other)",
          "22 critical you confirm microsoft IPv4", "16 microsoft IPv4 by 22; 34 microsoft IPv4 by 22", "degraded" },
        { "23", "Failed", "private.operation=Failed", "23 warning you confirm private", "", "usable" },
        { "23", "Canceled", "private.operation=Canceled", "23 warning you confirm private", "", "usable" },
        { "24", "a peering that is not expected; nothing else is said of it",
          "peerings=private microsoft.M=down/down microsoft.prefixes=ValidationNeeded microsoft.operation=Failed",
          "24 info you now microsoft", "", "usable" },
        { "24", "peerings: [] expects none", "peerings=none", "24 info you now private; 24 info you now microsoft", "",
          "usable" },
        { "25", "a Microsoft peering without a route filter", "microsoft.filter=none",
          "25 warning you confirm microsoft", "", "usable" },
        { "25", "no private peering needs one", "private.filter=none", "", "", "usable" },
    };
    CHECK(rows);
}

Test(rules, prefixes)
{
    static const struct row rows[] = {
        { "30", "NotConfigured while a prefix is listed and a session is up", "microsoft.prefixes=NotConfigured",
          "30 warning you confirm microsoft IPv4", "", "degraded" },
        { "30", "and critical when none is",
          "microsoft.prefixes=NotConfigured microsoft.M=down/down microsoft.R=down/down",
          "30 critical you confirm microsoft IPv4", "40 microsoft IPv4 by 30; 41 microsoft IPv4 primary by 30",
          "degraded" },
        { "30", "a session without routes does not help", "microsoft.prefixes=NotConfigured microsoft.R=empty/empty",
          "30 critical you confirm microsoft IPv4", "42 microsoft IPv4 by 30", "degraded" },
        { "30", "nothing listed and nothing expected", "microsoft.prefixes=NotConfigured microsoft.listed=0", "", "",
          "usable" },
        { "30", "nothing listed but one expected", "microsoft.prefixes=NotConfigured microsoft.listed=0 prefixes=same",
          "30 warning you confirm microsoft IPv4; 35 warning you confirm microsoft IPv4", "", "degraded" },
        { "30", "inside a private peering it means nothing", "private.prefixes=NotConfigured", "", "", "usable" },
        { "31", "Configuring", "microsoft.prefixes=Configuring", "31 warning microsoft long microsoft IPv4", "",
          "degraded" },
        { "32", "ValidationNeeded while a session is up", "microsoft.prefixes=ValidationNeeded",
          "32 warning you now microsoft IPv4", "", "degraded" },
        { "32", "and critical when none is",
          "microsoft.prefixes=ValidationNeeded microsoft.M=down/down microsoft.R=down/down",
          "32 critical you now microsoft IPv4", "40 microsoft IPv4 by 32", "degraded" },
        { "32", "per prefix", "microsoft.prefix=Configured+ValidationNeeded", "32 warning you now microsoft IPv4", "",
          "degraded" },
        { "32", "waits for the first words of the witnesses",
          "microsoft.prefixes=ValidationNeeded microsoft.M=none/none microsoft.R=none/none since=80", "",
          "32 microsoft IPv4 unknown; 90 microsoft unknown", NULL },
        { "32", "not for those that have answered and said nothing",
          "microsoft.prefixes=ValidationNeeded microsoft.M=none/none microsoft.R=none/none since=80 answered=metrics",
          "32 critical you now microsoft IPv4", "90 microsoft by 32", NULL },
        { "32", "but not longer, and explains why no session is seen",
          "microsoft.prefixes=ValidationNeeded microsoft.M=none/none microsoft.R=none/none since=81",
          "32 critical you now microsoft IPv4", "90 microsoft by 32", NULL },
        { "33", "ManualValidationNeeded of one prefix", "microsoft.prefix=Configured+ManualValidationNeeded",
          "33 critical you now microsoft IPv4", "", "degraded" },
        { "33", "any word that says manual", "microsoft.prefix=ManuallyVerified", "33 critical you now microsoft IPv4",
          "", "degraded" },
        { "34", "ValidationFailed", "microsoft.prefix=ValidationFailed", "34 critical you now microsoft IPv4", "",
          "degraded" },
        { "34", "AsnValidationFailed", "microsoft.prefix=AsnValidationFailed", "34 critical you now microsoft IPv4", "",
          "degraded" },
        { "34", "CertificateMissingInRoutingRegistry", "microsoft.prefix=CertificateMissingInRoutingRegistry",
          "34 critical you now microsoft IPv4", "", "degraded" },
        { "34", "InvalidSignatureEncoding", "microsoft.prefix=InvalidSignatureEncoding",
          "34 critical you now microsoft IPv4", "", "degraded" },
        { "34", "SignatureVerificationFailed", "microsoft.prefix=SignatureVerificationFailed",
          "34 critical you now microsoft IPv4", "", "degraded" },
        { "34-31", "per-prefix states replace the peering's word",
          "microsoft.prefixes=ValidationNeeded " "microsoft.prefix=Configured+Configured", "", "32 microsoft IPv4 good",
          "usable" },
        { "34-31", "34 decides alone beside 33", "microsoft.prefix=ManualValidationNeeded+ValidationFailed",
          "34 critical you now microsoft IPv4", "", "degraded" },
        { "34-31", "33 beside 32", "microsoft.prefix=ValidationNeeded+ManualValidationNeeded",
          "33 critical you now microsoft IPv4", "", "degraded" },
        { "34-31", "32 beside 30", "microsoft.prefix=ValidationNeeded+NotConfigured",
          "32 warning you now microsoft IPv4", "", "degraded" },
        { "34-31", "30 beside 31", "microsoft.prefix=Configuring+NotConfigured",
          "30 warning you confirm microsoft IPv4", "", "degraded" },
        { "34-31", "an unknown word beside it clears no other", "microsoft.prefix=(other)+ValidationNeeded",
          "16 warning microsoft confirm microsoft IPv4; 32 warning you now microsoft IPv4", "34 microsoft IPv4 unknown",
          "degraded" },
        { "34-31", "a critical of one family while the other works",
          "private.gone microsoft.is=ipv4+ipv6 microsoft.prefix=ManualValidationNeeded",
          "33 critical you now microsoft IPv4; 33 critical you now microsoft IPv6", "", "unusable" },
        { "35", "one that is expected is missing", "prefixes=other", "35 warning you confirm microsoft IPv4", "",
          "usable" },
        { "35", "one of two is missing", "prefixes=two", "35 warning you confirm microsoft IPv4", "", "usable" },
        { "35", "one too many", "prefixes=same microsoft.listed=2", "35 warning you confirm microsoft IPv4", "",
          "usable" },
        { "35", "as expected", "prefixes=same", "", "35 microsoft IPv4 good", "usable" },
        { "35", "of a family that is not in use nothing is listed",
          "prefixes=same microsoft.is=ipv6 microsoft.listed=0", "35 warning you confirm microsoft IPv4", "", "usable" },
        { "35", "without a list nothing is known", "prefixes=same microsoft.config=none",
          "16 warning microsoft confirm microsoft IPv4", "35 microsoft IPv4 unknown", "degraded" },
    };
    CHECK(rows);
}

Test(rules, two_witnesses)
{
    static const struct row rows[] = {
        { "up, up", "up", "private.M=up/up private.R=up/up", "", "41 private IPv4 primary good", NULL },
        { "up, unknown", "up", "private.M=up/up private.R=none/no-row", "",
          "41 private IPv4 primary good; 41 private IPv4 secondary good", NULL },
        { "M", "up from 90 %, no more below", "private.M=90/89 private.R=none/none",
          "41 warning you confirm private IPv4 secondary", "41 private IPv4 primary good", NULL },
        { "M", "down below 10 %, from there on only unsteady", "private.M=9/10 private.R=none/none",
          "41 warning you confirm private IPv4 primary; 41 warning you confirm private IPv4 secondary",
          "40 private IPv4 unknown", NULL },
        { "M", "both below 10 %", "private.M=9/9 private.R=none/none", "40 critical you confirm private IPv4", "",
          NULL },
        { "R", "established with fewer routes than min_routes is without routes", "min-routes=4 private.R=4/3",
          "41 warning you confirm private IPv4 secondary", "41 private IPv4 primary good", NULL },
        { "R", "with none that are wanted, no number is too small", "min-routes=0 private.R=0/0", "", "", NULL },
        { "down, up", "up, and 46", "private.M=down/up", "46 info microsoft confirm private IPv4 primary",
          "41 private IPv4 primary good", NULL },
        { "down, down", "down", "private.M=down/up private.R=down/up", "41 warning you confirm private IPv4 primary",
          "", NULL },
        { "down, unknown", "down", "private.M=down/up private.R=none/up", "41 warning you confirm private IPv4 primary",
          "46 private IPv4 primary unknown", NULL },
        { "up, down", "up, and 95", "private.R=up/down", "95 warning self confirm private IPv4 secondary",
          "41 private IPv4 secondary good", NULL },
        { "unknown, up", "up", "private.M=none/none private.R=up/up", "", "41 private IPv4 primary good", NULL },
        { "unknown, down", "down", "private.M=none/none private.R=up/down",
          "41 warning you confirm private IPv4 secondary", "", NULL },
        { "unknown, unknown", "unknown: nothing at first", "private.M=up/none private.R=up/none since=60", "",
          "41 private IPv4 secondary unknown; 90 private unknown", "usable" },
        { "unknown, unknown", "unknown for longer than poll.stale is 90", "private.M=up/none private.R=up/no-row",
          "90 warning self now private", "41 private IPv4 secondary unknown", "usable" },
        { "between, up", "up, and 46", "private.M=between/up", "46 info microsoft confirm private IPv4 primary", "",
          NULL },
        { "between, down", "R decides: down", "private.M=between/between private.R=down/down",
          "40 critical you confirm private IPv4", "", NULL },
        { "between, unknown", "down for 41, never for 40", "private.M=between/between private.R=none/none",
          "41 warning you confirm private IPv4 primary; 41 warning you confirm private IPv4 secondary",
          "40 private IPv4 unknown", NULL },
        { "both families", "a fallen metric makes both suspect and R decides",
          "private.is=ipv4+ipv6 private.M=down/up private.R6=down/up",
          "41 warning you confirm private IPv6 primary; 46 info microsoft confirm private IPv4 primary", "", NULL },
    };
    CHECK(rows);
}

#define UP_DOWN "microsoft.M=up/down microsoft.R=up/down"
#define UP_BARE "microsoft.R=up/empty"
#define UP_UNKNOWN "microsoft.M=up/none microsoft.R=up/none since=60"
#define UP_UNSTEADY "microsoft.M=up/between microsoft.R=up/none"
#define DOWN_DOWN "microsoft.M=down/down microsoft.R=down/down"
#define BARE_BARE "microsoft.R=empty/empty"
#define BARE_DOWN "microsoft.M=up/down microsoft.R=empty/down"
#define DOWN_UNKNOWN "microsoft.M=down/none microsoft.R=down/none since=60"
#define BARE_UNKNOWN "microsoft.M=up/none microsoft.R=empty/none since=60"
#define UNSTEADY_UNSTEADY "microsoft.M=between/between microsoft.R=none/none"
#define UNKNOWN_UNKNOWN "microsoft.M=none/none microsoft.R=none/none since=60"
#define LOST_2 "41 warning you confirm microsoft IPv4 secondary"
#define LOST_1 "41 warning you confirm microsoft IPv4 primary"

Test(rules, two_paths_without_prefix_trouble)
{
    static const struct row rows[] = {
        { "up / up", "nothing", "", "", "40 microsoft IPv4 good; 42 microsoft IPv4 good", "usable" },
        { "up / down", "41", UP_DOWN, LOST_2, "40 microsoft IPv4 good", "degraded" },
        { "up / no routes", "41", UP_BARE, LOST_2, "42 microsoft IPv4 good", "degraded" },
        { "up / unknown", "nothing, but nothing clears", UP_UNKNOWN, "", "41 microsoft IPv4 secondary unknown",
          "usable" },
        { "up / unsteady", "41", UP_UNSTEADY, LOST_2, "", "degraded" },
        { "down / down", "40 alone", DOWN_DOWN, "40 critical you confirm microsoft IPv4",
          "41 microsoft IPv4 primary by 40; 41 microsoft IPv4 secondary by 40; 42 microsoft IPv4 by 40", "degraded" },
        { "no routes / no routes", "42 alone", BARE_BARE, "42 critical you confirm microsoft IPv4",
          "41 microsoft IPv4 primary by 42", "degraded" },
        { "no routes / down", "42 alone", BARE_DOWN, "42 critical you confirm microsoft IPv4",
          "41 microsoft IPv4 secondary by 42", "degraded" },
        { "down / unknown", "41, and 40 is not known", DOWN_UNKNOWN, LOST_1, "40 microsoft IPv4 unknown", "degraded" },
        { "no routes / unknown", "41", BARE_UNKNOWN, LOST_1, "40 microsoft IPv4 good; 42 microsoft IPv4 unknown",
          "degraded" },
        { "unsteady / unsteady", "41 of both, never 40", UNSTEADY_UNSTEADY, LOST_1 "; " LOST_2,
          "40 microsoft IPv4 unknown", "degraded" },
        { "unknown / unknown", "nothing, but nothing clears", UNKNOWN_UNKNOWN, "",
          "40 microsoft IPv4 unknown; 42 microsoft IPv4 unknown; 41 microsoft IPv4 primary unknown", "degraded" },
    };
    CHECK(rows);
}

#define WAIT " microsoft.prefixes=Configuring"
#define IS_31 "31 warning microsoft long microsoft IPv4"
#define LONG_2 "; 41 warning you long microsoft IPv4 secondary"
#define LONG_1 "; 41 warning you long microsoft IPv4 primary"

Test(rules, two_paths_while_31_holds)
{
    static const struct row rows[] = {
        { "up / up", "nothing", WAIT, IS_31, "", NULL },
        { "up / down", "41, long", UP_DOWN WAIT, IS_31 LONG_2, "", NULL },
        { "up / no routes", "41, long", UP_BARE WAIT, IS_31 LONG_2, "", NULL },
        { "up / unknown", "nothing", UP_UNKNOWN WAIT, IS_31, "", NULL },
        { "up / unsteady", "nothing", UP_UNSTEADY WAIT, IS_31, "41 microsoft IPv4 secondary unknown", NULL },
        { "down / down", "40, long", DOWN_DOWN WAIT, IS_31 "; 40 critical you long microsoft IPv4", "", NULL },
        { "no routes / no routes", "42, long", BARE_BARE WAIT, IS_31 "; 42 critical you long microsoft IPv4", "",
          NULL },
        { "no routes / down", "42, long", BARE_DOWN WAIT, IS_31 "; 42 critical you long microsoft IPv4", "", NULL },
        { "down / unknown", "41, long", DOWN_UNKNOWN WAIT, IS_31 LONG_1, "", NULL },
        { "no routes / unknown", "41, long", BARE_UNKNOWN WAIT, IS_31 LONG_1, "", NULL },
        { "unsteady / unsteady", "41, long", UNSTEADY_UNSTEADY WAIT, IS_31 LONG_1 LONG_2, "", NULL },
        { "unknown / unknown", "nothing", UNKNOWN_UNKNOWN WAIT, IS_31, "40 microsoft IPv4 unknown", NULL },
    };
    CHECK(rows);
}

#define NEED " microsoft.prefixes=ValidationNeeded"
#define IS_32 "32 warning you now microsoft IPv4"
#define IS_32_CRITICAL "32 critical you now microsoft IPv4"

Test(rules, two_paths_while_a_prefix_rule_holds)
{
    static const struct row rows[] = {
        { "up / up", "nothing", NEED, IS_32, "", NULL },
        { "up / down", "41", UP_DOWN NEED, IS_32 "; " LOST_2, "", NULL },
        { "up / no routes", "41", UP_BARE NEED, IS_32 "; " LOST_2, "", NULL },
        { "up / unknown", "nothing", UP_UNKNOWN NEED, IS_32, "", NULL },
        { "up / unsteady", "nothing", UP_UNSTEADY NEED, IS_32, "41 microsoft IPv4 secondary unknown", NULL },
        { "down / down", "suppressed, and critical", DOWN_DOWN NEED, IS_32_CRITICAL,
          "40 microsoft IPv4 by 32; 41 microsoft IPv4 primary by 32", NULL },
        { "no routes / no routes", "suppressed, and critical", BARE_BARE NEED, IS_32_CRITICAL,
          "42 microsoft IPv4 by 32; 41 microsoft IPv4 primary by 32", NULL },
        { "no routes / down", "suppressed, and critical", BARE_DOWN NEED, IS_32_CRITICAL, "42 microsoft IPv4 by 32",
          NULL },
        { "down / unknown", "suppressed", DOWN_UNKNOWN NEED, IS_32_CRITICAL, "41 microsoft IPv4 primary by 32", NULL },
        { "no routes / unknown", "suppressed", BARE_UNKNOWN NEED, IS_32_CRITICAL, "41 microsoft IPv4 primary by 32",
          NULL },
        { "unsteady / unsteady", "suppressed", UNSTEADY_UNSTEADY NEED, IS_32_CRITICAL,
          "41 microsoft IPv4 primary by 32; 41 microsoft IPv4 secondary by 32", NULL },
        { "unknown / unknown", "nothing", UNKNOWN_UNKNOWN " microsoft.prefixes=ManualValidationNeeded",
          "33 critical you now microsoft IPv4", "40 microsoft IPv4 unknown; 90 microsoft by 33", NULL },
        { "down / down", "33 suppresses as well", DOWN_DOWN " microsoft.prefixes=ManualValidationNeeded",
          "33 critical you now microsoft IPv4", "40 microsoft IPv4 by 33", NULL },
        { "down / down", "34 suppresses as well", DOWN_DOWN " microsoft.prefix=ValidationFailed",
          "34 critical you now microsoft IPv4", "40 microsoft IPv4 by 34", NULL },
        { "down / down", "a prefix rule that is off explains nothing", DOWN_DOWN NEED " off=32",
          "40 critical you confirm microsoft IPv4", "", NULL },
        { "down / down", "nor does one that the settings make a warning", DOWN_DOWN NEED " soft=32",
          IS_32 "; 40 critical you confirm microsoft IPv4", "", NULL },
        { "down / down", "without 40 the two 41 speak", DOWN_DOWN " off=40", LOST_1 "; " LOST_2, "", NULL },
    };
    CHECK(rows);
}

Test(rules, route_limit)
{
    static const struct row rows[] = {
        { "44", "one route less than 80 % is fine", "microsoft.R=159/159", "", "44 microsoft IPv4 good", "usable" },
        { "44", "80 % of 200", "microsoft.R=160/12", "44 warning you confirm microsoft IPv4", "", "usable" },
        { "44", "the fuller path counts, and it is one finding", "microsoft.R=160/189",
          "44 warning you confirm microsoft IPv4", "", "usable" },
        { "44", "95 % is critical", "microsoft.R=190/0", "41 warning you confirm microsoft IPv4 secondary; "
          "44 critical you confirm microsoft IPv4", "", "degraded" },
        { "44", "a private peering takes 4000", "private.R=3199/3199", "", "44 private IPv4 good", "usable" },
        { "44", "80 % of 4000", "private.R=3200/3200", "44 warning you confirm private IPv4", "", "usable" },
        { "44", "95 % of 4000", "private.R=3800/3800", "44 critical you confirm private IPv4", "", "usable" },
        { "44", "10000 with the Premium SKU", "sku=premium private.R=7999/7999", "", "44 private IPv4 good", "usable" },
        { "44", "80 % of 10000", "sku=Premium private.R=8000/8000", "44 warning you confirm private IPv4", "",
          "usable" },
        { "44", "an unknown path is not known to be fine", "private.R=12/none", "", "44 private IPv4 unknown",
          "usable" },
        { "44", "nor is one without a row", "private.R=12/no-row", "", "44 private IPv4 unknown", "usable" },
        { "44", "but the other one is enough to be told", "private.R=4000/none", "44 critical you confirm private IPv4",
          "", "usable" },
        { "44", "a session that is down brings nothing", "private.R=12/down private.M=up/down",
          "41 warning you confirm private IPv4 secondary", "44 private IPv4 good", "degraded" },
        { "44", "beside another page of the family it is no second one", "microsoft.R=200/200 microsoft.prefix=ValidationFailed",
          "34 critical you now microsoft IPv4; 44 warning you confirm microsoft IPv4", "", NULL },
        { "44", "without summaries nothing is said of it", "sessions=metrics private.R=4000/4000", "", "", "usable" },
        { "44", "a disabled family explains it", "private.R=4000/4000 private.ipv4=Disabled",
          "22 critical you confirm private IPv4", "44 private IPv4 by 22", NULL },
    };
    CHECK(rows);
}

Test(rules, resets)
{
    static const struct row rows[] = {
        { "43", "a session was reset", "private.reset=10/-", "43 info you now private IPv4 primary", "", "usable" },
        { "43", "both were: an event of each", "private.reset=10/20",
          "43 info you now private IPv4 primary; 43 info you now private IPv4 secondary", "", "usable" },
        { "43", "twice within an hour", "private.reset=3600/- private.reset=5/-",
          "43 info you now private IPv4 primary", "", "usable" },
        { "43", "three times within an hour", "private.reset=3605/- private.reset=200/- private.reset=5/-",
          "43 warning you now private IPv4 primary", "", "usable" },
        { "43", "the third one a second too late", "private.reset=3606/- private.reset=200/- private.reset=5/-",
          "43 info you now private IPv4 primary", "", "usable" },
        { "43", "what could not be told for so long is past", "private.reset=301/-", "", "", "usable" },
        { "43", "not of a disabled peering", "private.reset=10/- private.ipv4=Disabled",
          "22 critical you confirm private IPv4", "", NULL },
        { "43", "not of a circuit that is down", "private.reset=10/- circuit=Disabled",
          "11 critical microsoft confirm", "", "unusable" },
        { "43", "not while nothing is seen", "private.reset=10/- stale", "90 critical self now", "", "unknown" },
        { "43", "not without witnesses", "private.reset=10/- sessions=none", "", "", "usable" },
    };
    CHECK(rows);
}

Test(rules, attributes)
{
    static const struct row rows[] = {
        { "54", "something differs", "changed", "54 info you now", "", "usable" },
        { "54", "it was told", "changed=told", "", "", "usable" },
        { "54", "not while the circuit is being updated", "changed operation=Updating", "18 warning you long", "",
          "usable" },
        { "54", "nor while a peering is", "changed private.operation=Updating", "18 warning you long private", "",
          "usable" },
        { "54", "waits while the circuit is not usable", "changed provider=Provisioning",
          "13 critical provider confirm", "", "waiting" },
        { "54", "and while it is not seen", "changed stale", "90 critical self now", "", "unknown" },
        { "54", "and while it is in motion", "changed circuit=Disabling", "11 warning microsoft long", "", "waiting" },
        { "54", "the expected bandwidth", "bandwidth=1000/1000", "", "", "usable" },
        { "54", "another one, seen for the first time", "bandwidth=500/1000", "54 info you now", "", "usable" },
        { "54", "was told of", "bandwidth=500/1000 bandwidth-told=500/1000", "", "", "usable" },
        { "54", "a third one", "bandwidth=200/1000 bandwidth-told=500/1000", "54 info you now", "", "usable" },
        { "54", "another expectation", "bandwidth=500/2000 bandwidth-told=500/1000", "54 info you now", "", "usable" },
        { "54", "a bandwidth that is not known", "bandwidth=0/1000", "", "", "usable" },
        { "54", "the settings switch it off", "changed off=54", "", "", "usable" },
    };
    CHECK(rows);
}

Test(rules, arp_and_maintenance)
{
    static const struct row rows[] = {
        { "45", "ARP is down on a path whose session is up", "private.ARP=down/up",
          "45 warning provider confirm private primary", "45 private secondary good", "usable" },
        { "45", "Incomplete in the table", "private.ARP=up/incomplete", "45 warning provider confirm private secondary",
          "", "usable" },
        { "45", "a table outlives the metric's age, as a route summary does", "private.ARP=up/incomplete table-age=1199",
          "45 warning provider confirm private secondary", "", "usable" },
        { "45", "but not for ever", "private.ARP=up/incomplete table-age=1201", "", "45 private secondary good",
          "usable" },
        { "45", "a table older than poll.stale cannot outvote a fallen metric", "private.ARP=up/half table-age=301", "", "45 private secondary unknown", "usable" },
        { "45", "a complete table beside a metric that is neither", "private.ARP=up/half", "",
          "45 private secondary good", "usable" },
        { "45", "an empty table says nothing", "private.ARP=up/between", "", "45 private secondary unknown", "usable" },
        { "45", "nor does one that may not be read", "private.ARP=up/incomplete refused=arp",
          "92 warning you now feature", "45 private secondary good", "usable" },
        { "45", "is a fact in the text of 41 of that path", "private.ARP=down/up private.M=down/up private.R=down/up",
          "41 warning provider confirm private IPv4 primary", "45 private primary by 41", "degraded" },
        { "45", "and of 40", "private.ARP=down/down private.M=down/down private.R=down/down",
          "40 critical provider confirm private IPv4", "45 private primary by 40; 45 private secondary by 40", NULL },
        { "45", "the 41 of the other path does not count", "private.ARP=down/up private.M=up/down private.R=up/down",
          "41 warning provider confirm private IPv4 secondary; 45 warning provider confirm private primary", "", NULL },
        { "46", "the metric of one path fell, the session is up", "microsoft.M=up/down",
          "46 info microsoft confirm microsoft IPv4 secondary", "", "usable" },
    };
    CHECK(rows);
}

Test(rules, the_monitoring_itself)
{
    static const struct row rows[] = {
        { "90", "facts older than poll.stale", "stale", "90 critical self now", "", "unknown" },
        { "90", "after a sleep facts are old and nobody has looked", "stale asleep", "", "90 unknown", "unknown" },
        { "90", "one of the credential, when most of its circuits are blind", "stale blind-by=90", "", "90 by 90",
          "unknown" },
        { "90", "of one peering: a warning that suppresses nothing", "private.M=none/none private.R=none/none",
          "90 warning self now private", "20 good", "degraded" },
        { "90", "of a peering is explained by a critical prefix rule",
          "microsoft.M=none/none microsoft.R=none/none microsoft.prefixes=ManualValidationNeeded",
          "33 critical you now microsoft IPv4", "90 microsoft by 33", NULL },
        { "90", "and by a witness that is refused", "private.M=none/none private.R=none/none refused=metrics",
          "92 warning you now feature", "90 private by 92", NULL },
        { "90", "no witnesses, no blindness", "sessions=none private.M=none/none", "", "", "usable" },
        { "91", "403 on the circuit", "forbidden=2", "91 critical you confirm", "", "unknown" },
        { "92", "once per feature", "refused=list", "92 warning you now feature", "", "usable" },
        { "95", "an answer that cannot be believed", "unexpected=3", "95 warning self confirm", "", NULL },
        { "95", "disagreeing witnesses stay a warning", "unexpected=10 private.R=down/up",
          "95 warning self confirm private IPv4 primary; 95 critical self confirm", "", NULL },
    };
    CHECK(rows);
}

Test(rules, verdicts)
{
    static const struct row rows[] = {
        { "unusable", "every expected peering is",
          "peerings=private+microsoft private.M=down/down private.R=down/down " "microsoft.prefix=ValidationFailed",
          "34 critical you now microsoft IPv4; 40 critical you confirm private IPv4", "", "unusable" },
        { "unusable", "also with an odd word of the circuit",
          "microsoft.gone circuit=(other) private.M=down/down private.R=down/down",
          "16 warning microsoft confirm; 40 critical you confirm private IPv4", "", "unusable" },
        { "unknown", "no expected peering is better", "microsoft.gone private.ipv4=(other)",
          "16 warning microsoft confirm private IPv4", "", "unknown" },
        { "unknown", "one unusable, the other unknown",
          "private.ipv4=(other) microsoft.M=down/down microsoft.R=down/down",
          "16 warning microsoft confirm private IPv4; 40 critical you confirm microsoft IPv4", "", "unknown" },
        { "unknown", "all sessions are", "microsoft.gone private.M=none/none private.R=none/none since=60", "", "",
          "unknown" },
        { "degraded", "one peering is unusable, the other works", "private.M=down/down private.R=down/down",
          "40 critical you confirm private IPv4", "", "degraded" },
        { "degraded", "one family is down, the other works",
          "microsoft.gone private.is=ipv4+ipv6 private.M=none/none private.R=down/down private.R6=up/up",
          "40 critical you confirm private IPv4", "", "degraded" },
        { "degraded", "the only peering has lost its redundancy", "microsoft.gone private.M=up/down private.R=up/down",
          "41 warning you confirm private IPv4 secondary", "", "degraded" },
        { "waiting", "12 without a settled 11", "provider=NotProvisioned expect=ordered", "12 info provider confirm",
          "", "waiting" },
        { "waiting", "in motion", "circuit=Enabling provider=NotProvisioned",
          "11 warning microsoft long; 12 critical provider confirm", "", "waiting" },
        { "usable", "other warnings do not change it",
          "operation=Failed private.operation=Failed microsoft.filter=none "
          "prefixes=other private.ARP=down/up microsoft.M=down/up",
          "17 warning you confirm; 23 warning you confirm private; 25 warning you confirm microsoft; "
          "35 warning you confirm microsoft IPv4; 45 warning provider confirm private primary; "
          "46 info microsoft confirm microsoft IPv4 primary", "", "usable" },
    };
    CHECK(rows);
}

/* A verdict follows what is raised: while a finding is confirming, nothing is raised. */
Test(rules, a_verdict_waits_for_what_is_confirming)
{
    struct bed bed;

    bed_init(&bed);
    bed_set(&bed, "peerings=private microsoft.gone private.gone");
    cr_expect_eq(verdict_peering(&bed.facts, PEERING_PRIVATE, NULL, 0), VERDICT_UNKNOWN,
                 "absent, and 21 is not raised yet");
    bed_set(&bed, "private.is=ipv4 circuit=Disabled");
    cr_expect_eq(verdict_circuit(&bed.facts, NULL, 0), VERDICT_USABLE, "Disabled, and 11 is not raised yet");
    bed_fini(&bed);
}
