/* Stories of rules 30 to 35: advertised public prefixes of a Microsoft peering, one family at a time. */
#include "core/rule_text.h"
#include "core/telling.h"

#include <stdio.h>
#include <string.h>

#define PREFIXES_TOLD 20 /* in the text; the facts have as many as there is room for */

static const struct family_sample *told_family(const struct telling *telling)
{
    const struct peering_sample *peering = telling_peering(telling);
    uint8_t family = telling->opinion->subject.family;

    if (peering == NULL || family >= FAMILIES)
        return NULL;
    return &peering->family[family];
}

static const struct prefix_sample *told_prefix(const struct telling *telling, const struct family_sample *part,
                                               size_t i)
{
    return &telling->facts->sample->prefix[part->prefix_first + i];
}

static const char *shown_prefix(char to[SHOWN_MAX], const struct telling *telling, const struct prefix_sample *prefix)
{
    char text[NET_TEXT_MAX];

    if (prefix->text != 0)
        return shown_text(to, sample_text(telling->facts->sample, prefix->text));
    return strcpy(to, net_format(&prefix->net, text));
}

/* A prefix and its own word, or the family's when it has none. */
static const char *shown_state(char to[SHOWN_MAX], const struct telling *telling, const struct family_sample *part,
                               const struct prefix_sample *prefix)
{
    struct word word = prefix->state.code != WORD_ABSENT ? prefix->state : part->prefixes_state;

    return shown_word(to, telling->facts->sample, word, WORDS_PREFIXES);
}

void tell_prefix_facts(struct telling *telling)
{
    const struct family_sample *part = told_family(telling);
    struct mono seen = telling->facts->look.sample_seen;
    char name[SHOWN_MAX + 8], prefix[SHOWN_MAX], state[SHOWN_MAX];

    tell_peering_facts(telling);
    if (part == NULL)
        return;
    tell_fact(telling, "advertisedPublicPrefixesState", seen, "arm", "%s",
              shown_word(state, telling->facts->sample, part->prefixes_state, WORDS_PREFIXES));
    if (part->registry != 0)
        tell_fact(telling, "routing registry", seen, "arm", "%s",
                  shown_text(state, sample_text(telling->facts->sample, part->registry)));
    tell_fact(telling, "peer ASN", seen, "arm", "%u", (unsigned)telling_peering(telling)->peer_asn);
    if (part->customer_asn != 0)
        tell_fact(telling, "customer ASN", seen, "arm", "%u", (unsigned)part->customer_asn);
    for (size_t i = 0; i < part->prefix_count; i++) {
        const struct prefix_sample *at = told_prefix(telling, part, i);
        snprintf(name, sizeof name, "prefix %s", shown_prefix(prefix, telling, at));
        tell_fact(telling, name, seen, "arm", "%s", shown_state(state, telling, part, at));
    }
}

/* " 203.0.113.0/24 (ValidationNeeded), 198.51.100.0/24 (Configured) and 12 more" */
static void say_prefixes(struct telling *telling, const struct family_sample *part)
{
    char prefix[SHOWN_MAX], state[SHOWN_MAX];
    size_t told = part->prefix_count < PREFIXES_TOLD ? part->prefix_count : PREFIXES_TOLD;

    for (size_t i = 0; i < told; i++) {
        const struct prefix_sample *at = told_prefix(telling, part, i);
        tell_say(telling, "%s%s (%s)", i == 0 ? " " : ", ", shown_prefix(prefix, telling, at),
                 shown_state(state, telling, part, at));
    }
    if (told < part->prefix_count)
        tell_say(telling, " and %zu more", part->prefix_count - told);
    if (part->prefix_count == 0)
        tell_say(telling, " none");
}

static const char *told_family_name(const struct telling *telling)
{
    return family_name((enum family)telling->opinion->subject.family);
}

/* Does traffic flow all the same? That is why it is a warning and no page. */
static void say_weight(struct telling *telling)
{
    if (telling->opinion->severity == SEVERITY_CRITICAL)
        tell_say(telling, " No session of this family is known to be up with routes: nothing passes.");
    else
        tell_say(telling, " A session of this family is up with routes, so traffic still flows; it is lost when the "
                          "session has to come up again.");
}

void tell_prefixes_not_configured(struct telling *telling)
{
    const struct family_sample *part = told_family(telling);

    tell_summary(telling, "the %s prefixes of the Microsoft peering are not configured", told_family_name(telling));
    tell_say(telling, "advertisedPublicPrefixesState is NotConfigured for %s although prefixes are listed or "
                      "expected: Microsoft filters every route from you.", told_family_name(telling));
    if (part != NULL) {
        tell_say(telling, " Listed:");
        say_prefixes(telling, part);
        tell_say(telling, ".");
    }
    say_weight(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_prefixes_configuring(struct telling *telling)
{
    const struct family_sample *part = told_family(telling);

    tell_summary(telling, "the %s prefixes of the Microsoft peering are still being configured",
                 told_family_name(telling));
    tell_say(telling, "Microsoft has been configuring the advertised %s prefixes for longer than the long hold.",
             told_family_name(telling));
    if (part != NULL) {
        tell_say(telling, " Prefixes:");
        say_prefixes(telling, part);
        tell_say(telling, ".");
    }
    tell_as_of(telling);
    tell_rule_steps(telling);
}

static void say_asns(struct telling *telling, const struct family_sample *part)
{
    char registry[SHOWN_MAX];

    tell_say(telling, "peer ASN %u, ", (unsigned)telling_peering(telling)->peer_asn);
    if (part->customer_asn != 0)
        tell_say(telling, "customer ASN %u, ", (unsigned)part->customer_asn);
    else
        tell_say(telling, "customer ASN the same, ");
    tell_say(telling, "registry named: %s; ",
             part->registry != 0 ? shown_text(registry, sample_text(telling->facts->sample, part->registry)) : "none");
}

/* All that Microsoft's support asks for. */
static void say_request(struct telling *telling, const struct family_sample *part)
{
    tell_say(telling, " A support request needs: circuit ");
    tell_say_id(telling);
    tell_say(telling, "; peering %s, %s; ", peering_arm_name(PEERING_MICROSOFT), told_family_name(telling));
    if (part != NULL) {
        say_asns(telling, part);
        tell_say(telling, "prefixes:");
        say_prefixes(telling, part);
        tell_say(telling, "; ");
    }
    tell_say(telling, "and proof that the registered holder of each prefix lets this ASN announce it, such as a "
                      "Letter of Authorization. Prefixes registered with LACNIC always need a request. Support: "
                      SUPPORT_LINK);
}

void tell_validation_needed(struct telling *telling)
{
    tell_summary(telling, "the %s prefixes of the Microsoft peering need validation", told_family_name(telling));
    tell_say(telling, "Microsoft could not prove by itself that the %s prefixes belong to the autonomous system that "
                      "is to announce them (ValidationNeeded).", told_family_name(telling));
    if (telling->opinion->variant == VARIANT_NO_DETAIL)
        tell_say(telling, " The answer has no states of single prefixes: ValidationNeeded of the whole peering cannot "
                          "be told apart from validation by hand, and is treated as needing a human.");
    say_weight(telling);
    tell_as_of(telling);
    say_request(telling, told_family(telling));
    tell_rule_steps(telling);
}

void tell_manual_validation(struct telling *telling)
{
    tell_summary(telling, "a support request is needed: %s prefixes wait for manual validation",
                 told_family_name(telling));
    tell_say(telling, "Microsoft cannot prove the ownership of a prefix automatically and waits for a human "
                      "(ManualValidationNeeded). Nothing happens until somebody opens a support request with "
                      "evidence; the routes are not accepted until then.");
    tell_as_of(telling);
    say_request(telling, told_family(telling));
    tell_rule_steps(telling);
}

/* Rule 34 tells each reason in its own words. */
static const struct {
    uint8_t code;
    const char *text;
} reasons[] = {
    { PREFIXES_VALIDATION_FAILED, "ValidationFailed: Microsoft has looked at the evidence and refused the prefix." },
    { PREFIXES_ASN_VALIDATION_FAILED,
      "AsnValidationFailed: the registry names another autonomous system as origin than the peering does." },
    { PREFIXES_CERTIFICATE_MISSING,
      "CertificateMissingInRoutingRegistry: the registry's record of the prefix has no certificate in its public "
      "remarks, so that the signature cannot be checked." },
    { PREFIXES_INVALID_SIGNATURE_ENCODING,
      "InvalidSignatureEncoding: the signature that was submitted is no base64 on one line." },
    { PREFIXES_SIGNATURE_VERIFICATION_FAILED,
      "SignatureVerificationFailed: the signature does not fit the published certificate; wrong key, wrong id, or a "
      "newline at the end of the signed text." },
};

#define REASONS (sizeof reasons / sizeof *reasons)

/* Is this the word of some prefix, or of the family when no prefix has one? */
static bool has_word(const struct telling *telling, const struct family_sample *part, uint8_t code)
{
    bool own = false;

    for (size_t i = 0; part != NULL && i < part->prefix_count; i++) {
        uint8_t state = told_prefix(telling, part, i)->state.code;
        if (state == code)
            return true;
        own = own || state != WORD_ABSENT;
    }
    return part != NULL && !own && part->prefixes_state.code == code;
}

/* A step that begins with the word of a reason is only for that reason. */
static bool step_applies(const struct telling *telling, const struct family_sample *part, const char *step)
{
    for (size_t i = 0; i < REASONS; i++) {
        const char *word = word_name(WORDS_PREFIXES, reasons[i].code);
        size_t len = strlen(word);
        if (strncmp(step, word, len) == 0 && step[len] == ':')
            return has_word(telling, part, reasons[i].code);
    }
    return true;
}

void tell_validation_failed(struct telling *telling)
{
    const struct family_sample *part = told_family(telling);
    const char *first = "";

    for (size_t i = REASONS; i-- > 0;)
        if (has_word(telling, part, reasons[i].code))
            first = word_name(WORDS_PREFIXES, reasons[i].code);
    tell_summary(telling, "Microsoft refuses %s prefixes of the Microsoft peering%s%s", told_family_name(telling),
                 *first != '\0' ? ": " : "", first);
    tell_say(telling, "The routes of a refused prefix are not accepted.");
    for (size_t i = 0; i < REASONS; i++)
        if (has_word(telling, part, reasons[i].code))
            tell_say(telling, " %s", reasons[i].text);
    if (part != NULL) {
        tell_say(telling, " The peering has ");
        say_asns(telling, part);
        tell_say(telling, "prefixes:");
        say_prefixes(telling, part);
        tell_say(telling, ".");
    }
    tell_as_of(telling);
    for (const char *const *step = telling->rule->steps; *step != NULL; step++)
        if (step_applies(telling, part, *step))
            tell_rule_step(telling, *step);
}

static bool is_expected(const struct expect *expect, const struct net *net)
{
    for (size_t i = 0; i < expect->prefix_count; i++)
        if (net_equal(&expect->prefixes[i], net))
            return true;
    return false;
}

static bool is_listed(const struct telling *telling, const struct family_sample *part, const struct net *net)
{
    for (size_t i = 0; i < part->prefix_count; i++)
        if (net_equal(&told_prefix(telling, part, i)->net, net))
            return true;
    return false;
}

static size_t say_missing(struct telling *telling, const struct family_sample *part, bool aloud)
{
    const struct expect *expect = &telling->facts->circuit->expect;
    char text[NET_TEXT_MAX];
    size_t count = 0;

    for (size_t i = 0; i < expect->prefix_count; i++) {
        const struct net *net = &expect->prefixes[i];
        if (net->family != telling->opinion->subject.family || is_listed(telling, part, net))
            continue;
        if (aloud && count < PREFIXES_TOLD)
            tell_say(telling, "%s%s", count == 0 ? " " : ", ", net_format(net, text));
        count++;
    }
    return count;
}

static size_t say_extra(struct telling *telling, const struct family_sample *part, bool aloud)
{
    char prefix[SHOWN_MAX];
    size_t count = 0;

    for (size_t i = 0; i < part->prefix_count; i++) {
        const struct prefix_sample *at = told_prefix(telling, part, i);
        if (is_expected(&telling->facts->circuit->expect, &at->net))
            continue;
        if (aloud && count < PREFIXES_TOLD)
            tell_say(telling, "%s%s", count == 0 ? " " : ", ", shown_prefix(prefix, telling, at));
        count++;
    }
    return count;
}

static void say_rest(struct telling *telling, size_t count)
{
    if (count > PREFIXES_TOLD)
        tell_say(telling, " and %zu more", count - PREFIXES_TOLD);
    tell_say(telling, ".");
}

void tell_prefix_set_differs(struct telling *telling)
{
    const struct family_sample *part = told_family(telling);
    bool known = part != NULL && telling->facts->circuit != NULL;
    size_t missing = known ? say_missing(telling, part, false) : 0;
    size_t extra = known ? say_extra(telling, part, false) : 0;

    tell_summary(telling, "the advertised %s prefixes are not the expected ones: %zu missing, %zu extra",
                 told_family_name(telling), missing, extra);
    tell_say(telling, "The prefixes of the Microsoft peering differ from expect.prefixes.");
    if (missing > 0) {
        tell_say(telling, " Expected, but not listed (their routes are filtered):");
        say_missing(telling, part, true);
        say_rest(telling, missing);
    }
    if (extra > 0) {
        tell_say(telling, " Listed, but not expected:");
        say_extra(telling, part, true);
        say_rest(telling, extra);
    }
    tell_as_of(telling);
    tell_rule_steps(telling);
}
