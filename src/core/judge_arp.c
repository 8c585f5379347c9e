/* The decision list, layer 2: rule 45, and when an ARP table would help. ARP serves IPv4 only. */
#include "core/judging.h"
#include "core/reading.h"

/* 40 or 41 of that path, of the family that ARP serves, when it is bad */
static const struct opinion *session_finding(const struct facts *facts, const struct opinions *out,
                                             enum peering_kind peering, enum path path)
{
    const struct opinion *both = opinions_find(out, RULE_SESSIONS_DOWN, subject_family(peering, FAMILY_IPV4));
    const struct opinion *one = opinions_find(out, RULE_REDUNDANCY_LOST, subject_session(peering, path, FAMILY_IPV4));

    if (both != NULL && both->standing == STANDING_BAD && !rule_is_off(facts, RULE_SESSIONS_DOWN))
        return both;
    return one != NULL && one->standing == STANDING_BAD && !rule_is_off(facts, RULE_REDUNDANCY_LOST) ? one : NULL;
}

static void judge_path(const struct facts *facts, enum peering_kind peering, enum path path, struct opinions *out)
{
    struct subject subject = subject_session(peering, path, FAMILIES);
    const struct opinion *session = session_finding(facts, out, peering, path);
    struct arp_reading arp = read_arp(facts, peering, path);

    if (family_disabled(&facts->sample->peering[peering], FAMILY_IPV4))
        say_suppressed(out, RULE_ARP_INCOMPLETE, subject, RULE_PEERING_DISABLED,
                       subject_disabled(facts, peering, FAMILY_IPV4));
    else if (session != NULL) /* a lost session of the same path tells of it in its own text */
        say_suppressed(out, RULE_ARP_INCOMPLETE, subject, session->rule, session->subject);
    else if (arp.reading == READING_DOWN)
        say_bad(out, RULE_ARP_INCOMPLETE, subject, arp.heard, SEVERITY_WARNING, OWNER_PROVIDER, HOLD_CONFIRM,
                VARIANT_PLAIN);
    else if (arp.reading == READING_UP)
        say_good(out, RULE_ARP_INCOMPLETE, subject, arp.heard);
    else
        say_unknown(out, RULE_ARP_INCOMPLETE, subject);
}

void judge_arp(const struct facts *facts, enum peering_kind peering, struct opinions *out)
{
    if (facts->policy->sessions == SESSIONS_NONE || !family_judged(facts, peering, FAMILY_IPV4))
        return;
    for (enum path path = 0; path < PATHS; path++)
        judge_path(facts, peering, path, out);
}

/* Is layer 2 of that peering anybody's concern now, and may its table be asked for? */
static bool may_ask(const struct facts *facts, enum peering_kind peering)
{
    return facts->sample != NULL && (facts->policy->sessions & SESSIONS_ROUTES) != 0 &&
           !facts->look.feature_off[FEATURE_ARP] && !judge_stale(facts) && judge_usable(facts->sample) &&
           !judge_in_motion(facts->sample) && judge_expected(facts, peering) &&
           family_judged(facts, peering, FAMILY_IPV4) &&
           !family_disabled(&facts->sample->peering[peering], FAMILY_IPV4);
}

bool judge_wants_arp(const struct facts *facts, enum peering_kind peering, enum path path)
{
    if (!may_ask(facts, peering))
        return false;
    enum reading metric = read_percent(facts, &facts->witness->at[peering][path].arp);
    enum session session = judge_session(facts, peering, path, FAMILY_IPV4);

    return metric == READING_DOWN || metric == READING_BETWEEN || session == SESSION_DOWN ||
           session == SESSION_UNSTEADY || read_arp_table(facts, peering, path) == READING_DOWN;
}
