/* Stories of rules 10 to 18: the circuit itself. */
#include "core/telling.h"

#include "core/span.h"

#include <string.h>

#define DAY_MS (24 * 3600 * (int64_t)1000)

void tell_circuit_facts(struct telling *telling)
{
    const struct facts *facts = telling->facts;
    const struct sample *sample = facts->sample;
    struct mono seen = facts->look.sample_seen;
    char shown[SHOWN_MAX];

    if (sample == NULL)
        return;
    tell_fact(telling, "circuitProvisioningState", seen, "arm", "%s",
              shown_word(shown, sample, sample->circuit, WORDS_CIRCUIT));
    if (sample->direct)
        tell_fact(telling, "serviceProviderProvisioningState", MONO_NEVER, "arm",
                  "does not apply: the circuit is on ExpressRoute Direct");
    else
        tell_fact(telling, "serviceProviderProvisioningState", seen, "arm", "%s",
                  shown_word(shown, sample, sample->provider, WORDS_PROVIDER));
    tell_fact(telling, "provisioningState", seen, "arm", "%s",
              shown_word(shown, sample, sample->operation, WORDS_OPERATION));
    if (sample->provider_name != 0)
        tell_fact(telling, "provider", seen, "arm", "%s", shown_provider(shown, telling));
    if (sample->peering_location != 0)
        tell_fact(telling, "peering location", seen, "arm", "%s",
                  shown_text(shown, sample_text(sample, sample->peering_location)));
    if (sample->service_key_tail[0] != '\0')
        tell_fact(telling, "service key ends in", seen, "arm", "%.4s", sample->service_key_tail);
    if (telling->failure != NULL)
        tell_ids(telling, telling->failure, "arm");
}

static void never_seen(struct telling *telling)
{
    tell_summary(telling, "Azure knows no circuit with this id; check the id in the settings");
    tell_say(telling, "Azure Resource Manager answers that there is no such circuit, and none was seen under this id "
                      "before: ");
    tell_say_id(telling);
    tell_say(telling, ". The circuit is not watched until the id is right.");
    tell_as_of(telling);
    tell_step(telling, "Check subscription, resource group and name of the id in the settings, letter by letter; the "
                       "portal shows it under Properties.");
    tell_rule_step(telling, "Look whether it exists: az network express-route show --ids CIRCUIT-ID");
    tell_step(telling, "If it was created just now, wait; if it is not wanted, remove it from the settings.");
}

void tell_circuit_missing(struct telling *telling)
{
    const struct look *look = &telling->facts->look;
    char seen[SHOWN_MAX];

    if (telling->opinion->variant == VARIANT_NEVER_SEEN) {
        never_seen(telling);
        return;
    }
    tell_summary(telling, "the circuit is missing: Azure says that it does not exist");
    tell_say(telling, "Azure Resource Manager answers that the circuit does not exist: ");
    tell_say_id(telling);
    tell_say(telling, ". It was there before");
    if (look->has_sample)
        tell_say(telling, "; it was last seen at %s", shown_seen(seen, telling, look->sample_seen));
    tell_say(telling, ". %u polls in a row said so. Nothing else about it is judged while it is missing.",
             (unsigned)look->missing);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_circuit_disabled(struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;
    char circuit[SHOWN_MAX], operation[SHOWN_MAX];

    if (sample == NULL) {
        tell_summary(telling, "the circuit is disabled");
    } else if (telling->opinion->variant == VARIANT_MOVING) {
        tell_summary(telling, "the circuit is %s while an operation runs, and that takes long",
                     shown_word(circuit, sample, sample->circuit, WORDS_CIRCUIT));
        tell_say(telling,
                 "circuitProvisioningState is %s and provisioningState is %s: the circuit is being changed. That is "
                 "normal for a while, but it has lasted longer than the long hold. What lies below is not judged "
                 "meanwhile, and what was open stays open.",
                 circuit, shown_word(operation, sample, sample->operation, WORDS_OPERATION));
    } else {
        tell_summary(telling, "the circuit is disabled on Microsoft's side; nothing passes");
        tell_say(telling,
                 "circuitProvisioningState is %s, and no operation is running (provisioningState %s). Microsoft's "
                 "side of the circuit is off, so no traffic passes on either path, whatever the routers show.",
                 shown_word(circuit, sample, sample->circuit, WORDS_CIRCUIT),
                 shown_word(operation, sample, sample->operation, WORDS_OPERATION));
    }
    tell_as_of(telling);
    tell_rule_steps(telling);
}

/* Since when we have been waiting: since the first time we asked for it. */
static const char *waited(const struct telling *telling, char text[SPAN_TEXT_MAX])
{
    int64_t first = telling->facts->memory.first_wall_ms;

    return span_format(first > 0 ? facts_today_ms(telling->facts) - first : 0, text);
}

static void say_key(struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;

    if (sample != NULL && sample->service_key_tail[0] != '\0')
        tell_say(telling, " The service key that the provider needs ends in %.4s.", sample->service_key_tail);
}

/* Why this is only info or warning: it was ordered, or it is being retired. */
static void say_expected(struct telling *telling)
{
    const struct facts *facts = telling->facts;
    unsigned days = facts->policy != NULL ? facts->policy->waiting_days : 0;

    if (telling->opinion->variant == VARIANT_OVERDUE)
        tell_say(telling, " It was ordered (expect.provider: ordered), and %u days to wait are over.", days);
    else if (telling->opinion->variant != VARIANT_EXPECTED)
        return;
    else if (facts->circuit != NULL && facts->circuit->expect.provider == EXPECT_NONE)
        tell_say(telling, " This is expected: the circuit is being retired (expect.provider: none). Azure bills it "
                          "until it is deleted.");
    else
        tell_say(telling, " This is expected for %u days: the line was ordered (expect.provider: ordered).", days);
}

static void waiting(struct telling *telling, const char *what, const char *means)
{
    char provider[SHOWN_MAX], word[SHOWN_MAX], age[SPAN_TEXT_MAX];
    const struct sample *sample = telling->facts->sample;

    shown_provider(provider, telling);
    if (telling->opinion->variant == VARIANT_OVERDUE)
        tell_summary(telling, "%s %s for at least %s, longer than expected", provider, what, waited(telling, age));
    else
        tell_summary(telling, "%s %s%s", provider, what,
                     telling->opinion->variant == VARIANT_EXPECTED ? ", as expected" : "; nothing passes");
    tell_say(telling, "serviceProviderProvisioningState is %s: %s The circuit has been watched for %s.",
             sample != NULL ? shown_word(word, sample, sample->provider, WORDS_PROVIDER) : "unknown", means,
             waited(telling, age));
    say_expected(telling);
    say_key(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_not_provisioned(struct telling *telling)
{
    waiting(telling, "has not provisioned the circuit",
            "the line between your network and Microsoft's edge does not exist yet, and Azure bills the circuit all "
            "the same.");
}

void tell_provisioning(struct telling *telling)
{
    waiting(telling, "is provisioning the circuit",
            "the provider is working on the line; it carries nothing until the state is Provisioned.");
}

static void going(struct telling *telling, const char *what, const char *means)
{
    char provider[SHOWN_MAX], word[SHOWN_MAX];
    const struct sample *sample = telling->facts->sample;

    tell_summary(telling, "%s %s%s", shown_provider(provider, telling), what,
                 telling->opinion->variant == VARIANT_EXPECTED ? ", as expected" : "");
    tell_say(telling, "serviceProviderProvisioningState is %s: %s",
             sample != NULL ? shown_word(word, sample, sample->provider, WORDS_PROVIDER) : "unknown", means);
    say_expected(telling);
    say_key(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_deprovisioning(struct telling *telling)
{
    going(telling, "is taking the circuit down (deprovisioning)",
          "the provider is removing the line. Traffic stops when that is done, if it has not stopped already.");
}

void tell_deprovisioned(struct telling *telling)
{
    going(telling, "has deprovisioned the circuit; it worked before",
          "the circuit was provisioned before, so the provider has taken the line down. Nothing passes any more, and "
          "Azure bills the circuit until it is deleted.");
}

/* The words or gaps that rule 16 is about. */
struct oddity {
    struct telling *telling;
    unsigned count;
    char first[SHOWN_MAX]; /* for the summary */
};

static void add_odd(struct oddity *odd, const char *key, struct word word, enum word_list list, bool needed)
{
    char shown[SHOWN_MAX];
    struct text text;

    if (word.code > WORD_OTHER || (word.code == WORD_ABSENT && !needed) || odd->count++ > 0)
        return;
    text_init(&text, odd->first, sizeof odd->first);
    if (word.code == WORD_ABSENT)
        text_addf(&text, "%s is missing", key);
    else
        text_addf(&text, "%s is \"%s\", a word that is not known", key,
                  shown_word(shown, odd->telling->facts->sample, word, list));
}

static void odd_circuit(struct oddity *odd, const struct sample *sample)
{
    add_odd(odd, "circuitProvisioningState", sample->circuit, WORDS_CIRCUIT, true);
    if (!sample->direct)
        add_odd(odd, "serviceProviderProvisioningState", sample->provider, WORDS_PROVIDER, true);
    add_odd(odd, "provisioningState", sample->operation, WORDS_OPERATION, false);
    if (sample->peerings_absent)
        add_odd(odd, "the list of peerings", (struct word){ .code = WORD_ABSENT }, WORDS_SWITCH, true);
}

static void odd_family(struct oddity *odd, const struct sample *sample, enum peering_kind kind, enum family family)
{
    const struct family_sample *part = &sample->peering[kind].family[family];
    bool own = false;

    add_odd(odd, family == FAMILY_IPV4 ? "state" : "ipv6PeeringConfig.state", part->state, WORDS_SWITCH, true);
    if (kind != PEERING_MICROSOFT)
        return;
    for (size_t i = 0; i < part->prefix_count; i++) {
        struct word state = sample->prefix[part->prefix_first + i].state;
        own = own || state.code != WORD_ABSENT;
        add_odd(odd, "validationState of a prefix", state, WORDS_PREFIXES, false);
    }
    if (!own)
        add_odd(odd, "advertisedPublicPrefixesState", part->prefixes_state, WORDS_PREFIXES, true);
}

static void find_odd(struct oddity *odd, const struct sample *sample, struct subject subject)
{
    if (subject.peering >= PEERINGS) {
        odd_circuit(odd, sample);
    } else if (subject.family < FAMILIES) {
        odd_family(odd, sample, (enum peering_kind)subject.peering, (enum family)subject.family);
    } else {
        const struct peering_sample *peering = &sample->peering[subject.peering];
        add_odd(odd, "provisioningState", peering->operation, WORDS_OPERATION, false);
        for (enum family family = 0; family < FAMILIES; family++)
            if (peering->family[family].in_use)
                odd_family(odd, sample, (enum peering_kind)subject.peering, family);
    }
}

void tell_unknown_state(struct telling *telling)
{
    struct oddity odd = { .telling = telling, .first = "a state is missing or not known" };
    struct subject subject = telling->opinion->subject;
    char where[SHOWN_MAX];

    if (telling->facts->sample != NULL)
        find_odd(&odd, telling->facts->sample, subject);
    shown_subject(where, subject);
    tell_summary(telling, "%s%s%s", subject.peering < PEERINGS ? where : "", subject.peering < PEERINGS ? ": " : "",
                 odd.first);
    tell_say(telling, "In Azure's answer about %s%s %s.", subject.peering < PEERINGS ? "the " : "", where, odd.first);
    if (odd.count > 1)
        tell_say(telling, " More states are like that: %u.", odd.count - 1);
    tell_say(telling, " It counts as unknown: it raises and clears nothing, and what lies below it is still judged. A "
                      "newer API version, or a cloud that is ahead, may use words that this version of erwatch does "
                      "not know.");
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_operation_failed(struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;
    char word[SHOWN_MAX];

    if (sample != NULL)
        shown_word(word, sample, sample->operation, WORDS_OPERATION);
    else
        strcpy(word, "Failed");
    tell_summary(telling, "the last operation on the circuit's object in Azure ended as %s", word);
    tell_say(telling, "provisioningState is %s. This is the object in Azure, not the line: traffic may flow as "
                      "before. But changes of peerings and connections are refused (ParentResourceIsInFailedState) "
                      "until the circuit has been read and written back.", word);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_operation_stuck(struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;
    const struct peering_sample *peering = telling_peering(telling);
    char word[SHOWN_MAX] = "running", where[SHOWN_MAX];

    if (sample != NULL)
        shown_word(word, sample, peering != NULL ? peering->operation : sample->operation, WORDS_OPERATION);
    shown_subject(where, telling->opinion->subject);
    tell_summary(telling, "%s: an operation does not end (%s)", where, word);
    tell_say(telling, "provisioningState of %s%s is %s, and has been for longer than the long hold. Other changes are "
                      "refused meanwhile, and the states of the peerings may change at any moment.",
             peering != NULL ? "the " : "", where, word);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_billed_while_unusable(struct telling *telling)
{
    const struct facts *facts = telling->facts;
    int64_t since = memory_unprovisioned_since(&facts->memory), day = 24LL * 3600 * 1000;
    long long days = since > 0 && facts_today_ms(facts) > since ? (long long)((facts_today_ms(facts) - since) / day) : 0;
    char state[SHOWN_MAX] = "not Provisioned", provider[SHOWN_MAX];

    if (facts->sample != NULL)
        shown_word(state, facts->sample, facts->sample->provider, WORDS_PROVIDER);
    shown_provider(provider, telling);
    tell_summary(telling, "billed although it cannot be used: provider state %s for at least %lld days", state, days);
    tell_say(telling, "The provider state of the circuit is %s and has not been Provisioned for at least %lld days, as "
                      "long as erwatch has watched it so. Azure bills it all the same, from its creation until it is "
                      "deleted.", state, days);
    if (facts->circuit != NULL && facts->circuit->expect.provider == EXPECT_NONE)
        tell_say(telling, " The settings say that it is being retired (expect.provider: none): what is missing is that "
                          "somebody deletes it.");
    else
        tell_say(telling, " Either %s provisions it, or it is better deleted.", provider);
    tell_as_of(telling);
    tell_rule_steps(telling);
}
