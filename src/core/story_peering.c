/* Stories of rules 20 to 25: peerings. */
#include "core/telling.h"

#include <stdio.h>

/* One fact for each family of a peering that is in use. */
static void family_facts(struct telling *telling, enum peering_kind kind)
{
    const struct sample *sample = telling->facts->sample;
    const struct peering_sample *peering = &sample->peering[kind];
    char name[64], state[SHOWN_MAX], operation[SHOWN_MAX];

    shown_word(operation, sample, peering->operation, WORDS_OPERATION);
    for (enum family family = 0; family < FAMILIES; family++) {
        const struct family_sample *part = &peering->family[family];
        if (!part->in_use)
            continue;
        snprintf(name, sizeof name, "%s peering, %s", shown_kind(kind), family_name(family));
        tell_fact(telling, name, telling->facts->look.sample_seen, "arm", "state %s, provisioningState %s, VLAN %u",
                  shown_word(state, sample, part->state, WORDS_SWITCH), operation, (unsigned)peering->vlan);
    }
}

void tell_peering_facts(struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;

    tell_circuit_facts(telling);
    if (sample == NULL)
        return;
    if (sample->peering_count == 0 && !sample->peerings_absent)
        tell_fact(telling, "peerings", telling->facts->look.sample_seen, "arm", "none");
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        if (sample->peering[kind].present)
            family_facts(telling, kind);
}

static void say_stale_copy(struct telling *telling)
{
    char provider[SHOWN_MAX];

    tell_say(telling,
             " The peerings were last changed by %s, who manages layer 3 here. What they change is not visible in "
             "Azure's copy until the circuit is refreshed: the copy may be stale, and the peering may well be there.",
             shown_provider(provider, telling));
}

static void say_maybe_stale(struct telling *telling)
{
    if (telling->opinion->variant == VARIANT_PROVIDER_OWNS || telling->opinion->owner == OWNER_PROVIDER)
        say_stale_copy(telling);
    else
        tell_say(telling, " If the provider manages layer 3, Azure's copy may be stale until it is refreshed.");
}

void tell_no_peerings(struct telling *telling)
{
    tell_summary(telling, "the circuit has no peering; nothing passes");
    tell_say(telling, "The circuit is enabled and provisioned, but its list of peerings is empty: no routing is "
                      "configured, so nothing passes.");
    say_maybe_stale(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_peering_missing(struct telling *telling)
{
    struct subject subject = telling->opinion->subject;
    const char *kind = shown_kind((enum peering_kind)subject.peering);

    if (subject.family < FAMILIES) {
        const char *family = family_name((enum family)subject.family);
        tell_summary(telling, "%s of the %s peering is missing", family, kind);
        tell_say(telling, "%s is expected on the %s peering (expect.families), but the peering has no peer subnets of "
                          "that family: no %s traffic passes. The other family is not touched by this.",
                 family, kind, family);
    } else {
        tell_summary(telling, "the %s peering is missing", kind);
        tell_say(telling, "The circuit should have a %s peering, but Azure's list does not have one: nothing passes "
                          "that needs it.", kind);
    }
    say_maybe_stale(telling);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_peering_disabled(struct telling *telling)
{
    char where[SHOWN_MAX];
    bool last = telling->opinion->variant == VARIANT_LAST_FAMILY;

    shown_subject(where, telling->opinion->subject);
    tell_summary(telling, "%s is disabled%s", where, last ? "; nothing passes on it" : "");
    tell_say(telling, "The %s is administratively off (Disabled); Microsoft's edge keeps its sessions down.", where);
    tell_say(telling, last ? " No address family of this peering is left, so nothing passes on it."
                           : " The other address family of this peering is still enabled.");
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_peering_operation_failed(struct telling *telling)
{
    const struct peering_sample *peering = telling_peering(telling);
    char where[SHOWN_MAX], word[SHOWN_MAX] = "Failed";

    if (peering != NULL)
        shown_word(word, telling->facts->sample, peering->operation, WORDS_OPERATION);
    shown_subject(where, telling->opinion->subject);
    tell_summary(telling, "%s: its last operation in Azure ended as %s", where, word);
    tell_say(telling, "provisioningState of the %s is %s. This is the object in Azure, not the session: traffic may "
                      "flow as before. But what was to be changed is not in force.", where, word);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_peering_unexpected(struct telling *telling)
{
    const char *kind = shown_kind((enum peering_kind)telling->opinion->subject.peering);

    tell_summary(telling, "there is a %s peering that the settings do not expect", kind);
    tell_say(telling, "The circuit has a %s peering, which expect.peerings does not name; nothing else is judged.",
             kind);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

void tell_route_filter_missing(struct telling *telling)
{
    tell_summary(telling, "the Microsoft peering has no route filter; no routes are announced to you");
    tell_say(telling, "Neither the peering nor its IPv6 part has a route filter. Without one Microsoft announces no "
                      "routes to your network, even though the sessions may be up: traffic to Microsoft's public "
                      "services leaves by another way or not at all.");
    tell_as_of(telling);
    tell_rule_steps(telling);
}
