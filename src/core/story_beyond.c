/*
 * Stories of rules 50, 51 and 55, and what they share with all others: Azure Resource Health, which is a fact of every
 * explanation and never a finding.
 */
#include "core/telling.h"

#include "core/span.h"

#include <stdio.h>
#include <string.h>

/* ---- 50 ---- */

const char *telling_connection_id(const struct telling *telling)
{
    uint64_t item = telling->opinion->subject.item;
    const struct connection *connection = beyond_connection(telling->facts->beyond, item);
    const struct circuit_settings *circuit = telling->facts->circuit;

    if (connection != NULL)
        return connection->id;
    for (size_t i = 0; circuit != NULL && i < circuit->expect.connection_count; i++)
        if (item_of(circuit->expect.connections[i]) == item)
            return circuit->expect.connections[i];
    return "";
}

static const char *last_segment(const char *id)
{
    const char *slash = strrchr(id, '/');
    return slash != NULL ? slash + 1 : id;
}

static const struct connection *told_connection(const struct telling *telling)
{
    return beyond_connection(telling->facts->beyond, telling->opinion->subject.item);
}

void tell_connection_facts(struct telling *telling)
{
    const struct connection *connection = told_connection(telling);
    char shown[SHOWN_MAX];

    tell_circuit_facts(telling);
    if (*telling_connection_id(telling) != '\0')
        tell_fact(telling, "connection", MONO_NEVER, "arm", "%.239s", telling_connection_id(telling));
    if (connection == NULL)
        return;
    tell_fact(telling, "connectionStatus", connection->seen, "arm", "%s",
              connection->word[0] != '\0' ? shown_text(shown, connection->word) : "(absent)");
    tell_fact(telling, "provisioningState of the connection", connection->seen, "arm", "%s",
              word_name(WORDS_OPERATION, connection->operation));
    if (connection->peer[0] != '\0')
        tell_fact(telling, "circuit of the connection", connection->seen, "arm", "%.239s", connection->peer);
}

/* Asked of the settings: the severity may be another one there. */
static bool connection_expected(const struct telling *telling)
{
    const struct circuit_settings *circuit = telling->facts->circuit;

    for (size_t i = 0; circuit != NULL && i < circuit->expect.connection_count; i++)
        if (item_of(circuit->expect.connections[i]) == telling->opinion->subject.item)
            return true;
    return false;
}

void tell_connection_down(struct telling *telling)
{
    static const char *const hows[VARIANTS] = {
        [VARIANT_GONE] = "does not exist",
        [VARIANT_OTHER_CIRCUIT] = "belongs to another circuit",
        [VARIANT_OPERATION] = "has failed: its last operation in Azure did",
        [VARIANT_CONNECTING] = "has been connecting for long",
    };
    const struct connection *connection = told_connection(telling);
    const char *how = hows[telling->opinion->variant], *id = telling_connection_id(telling);
    char name[SHOWN_MAX], shown[SHOWN_MAX];

    how = how != NULL ? how : "is not connected";
    shown_text(name, *id != '\0' ? last_segment(id) : "of a gateway");
    tell_summary(telling, "the gateway connection %s %s", name, how);
    tell_say(telling, "The connection %s between a virtual network gateway and this circuit %s.", name, how);
    if (connection != NULL && telling->opinion->variant == VARIANT_OTHER_CIRCUIT)
        tell_say(telling, " Its circuit is %.200s: correct expect.connections, or the connection.", connection->peer);
    else if (connection != NULL && connection->word[0] != '\0')
        tell_say(telling, " Azure says: connectionStatus %s.", shown_text(shown, connection->word));
    tell_say(telling, connection_expected(telling)
                          ? " It is one of those that the settings expect (expect.connections)."
                          : " The settings do not name it in expect.connections; is it needed, name it there.");
    tell_as_of(telling);
    tell_rule_steps(telling);
}

/* ---- 51 ---- */

static const struct link_sample *told_link(const struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;

    for (size_t i = 0; sample != NULL && i < sample->link_count; i++)
        if (judge_link_item(sample, &sample->link[i]) == telling->opinion->subject.item)
            return &sample->link[i];
    return NULL;
}

/* The circuit in "/…/expressRouteCircuits/ams-1/peerings/AzurePrivatePeering". */
static const char *shown_peer(char to[SHOWN_MAX], const struct telling *telling, const struct link_sample *link)
{
    struct telling_name name = { "", "" };

    if (link != NULL)
        name = telling_name(sample_text(telling->facts->sample, link->peer));
    return shown_text(to, name.name[0] != '\0' ? name.name : "another circuit");
}

void tell_global_reach_facts(struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;
    const struct link_sample *link = told_link(telling);
    struct mono seen = telling->facts->look.sample_seen;
    char shown[SHOWN_MAX];

    tell_circuit_facts(telling);
    if (link == NULL)
        return;
    tell_fact(telling, "circuitConnectionStatus", seen, "arm", "%s",
              shown_word(shown, sample, link->status, WORDS_REACH));
    if (link->ipv6_status.code != WORD_ABSENT)
        tell_fact(telling, "circuitConnectionStatus IPv6", seen, "arm", "%s",
                  shown_word(shown, sample, link->ipv6_status, WORDS_REACH));
    tell_fact(telling, "provisioningState of the link", seen, "arm", "%s",
              shown_word(shown, sample, link->operation, WORDS_OPERATION));
    if (link->peer != 0)
        tell_fact(telling, "other circuit's peering", seen, "arm", "%.239s", sample_text(sample, link->peer));
}

void tell_global_reach_down(struct telling *telling)
{
    const struct link_sample *link = told_link(telling);
    bool failed = telling->opinion->variant == VARIANT_OPERATION;
    char name[SHOWN_MAX], peer[SHOWN_MAX];

    shown_text(name, link != NULL ? sample_text(telling->facts->sample, link->name) : "");
    shown_peer(peer, telling, link);
    tell_summary(telling, "the Global Reach link %s to %s %s", name, peer, failed ? "has failed" : "is disconnected");
    if (failed)
        tell_say(telling, "The last operation on the Global Reach link %s to %s failed. Azure may go on to report it as "
                          "Connected, which means nothing then.", name, peer);
    else
        tell_say(telling, "Azure reports the Global Reach link %s to %s as Disconnected: the networks behind the two "
                          "circuits do not reach each other through Microsoft's backbone.", name, peer);
    if (link != NULL && link->peered)
        tell_say(telling, " It was made from the other circuit.");
    tell_as_of(telling);
    tell_rule_steps(telling);
}

/* ---- 55 ---- */

static const struct maintenance *told_maintenance(const struct telling *telling)
{
    const struct beyond *beyond = telling->facts->beyond;

    for (size_t i = 0; beyond != NULL && i < beyond->maintenance_count; i++)
        if (beyond->maintenance[i]->item == telling->opinion->subject.item)
            return beyond->maintenance[i];
    return NULL;
}

/* "2026-12-01 22:00:00 UTC to 2026-12-02 04:00:00 UTC" */
static const char *shown_window(char to[SHOWN_MAX], const struct maintenance *maintenance)
{
    char starts[WHEN_TEXT_MAX], ends[WHEN_TEXT_MAX];
    struct text text;

    text_init(&text, to, SHOWN_MAX);
    if (maintenance->starts_wall_ms != 0)
        text_add(&text, when_format(maintenance->starts_wall_ms, starts));
    else
        text_add(&text, "a time that is not said");
    if (maintenance->ends_wall_ms != 0)
        text_addf(&text, " to %s", when_format(maintenance->ends_wall_ms, ends));
    else
        text_add(&text, " (its end is not said)");
    return to;
}

static void maintenance_fact(struct telling *telling, const struct maintenance *maintenance)
{
    char id[SHOWN_MAX], window[SHOWN_MAX], title[SHOWN_MAX];

    tell_fact(telling, "planned maintenance", telling->facts->beyond->maintenance_seen, "health", "%s, %s%s%s",
              shown_text(id, maintenance->tracking_id), shown_window(window, maintenance),
              maintenance->title[0] != '\0' ? ", " : "", shown_text(title, maintenance->title));
}

static void path_fact(struct telling *telling, enum peering_kind kind, enum path path, enum family family)
{
    char name[80];

    if (!judge_family(telling->facts, kind, family))
        return;
    snprintf(name, sizeof name, "%s %s %s session", peering_name(kind), family_name(family), path_name(path));
    tell_fact(telling, name, telling->facts->witness->at[kind][path].bgp.seen, "metrics", "%s",
              session_name(judge_session(telling->facts, kind, path, family)));
}

void tell_maintenance_facts(struct telling *telling)
{
    const struct maintenance *maintenance = told_maintenance(telling);
    const struct facts *facts = telling->facts;

    if (maintenance != NULL)
        maintenance_fact(telling, maintenance);
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS && facts->sample != NULL && facts->witness != NULL; path++)
            for (enum family family = 0; family < FAMILIES; family++)
                if (facts->sample->peering[kind].present && judge_expected(facts, kind))
                    path_fact(telling, kind, path, family);
    tell_circuit_facts(telling);
}

static void say_carries(struct telling *telling, const struct maintenance *maintenance)
{
    bool named = maintenance != NULL && maintenance->path < PATHS;
    const char *other = !named ? "" : path_name(maintenance->path == PATH_PRIMARY ? PATH_SECONDARY : PATH_PRIMARY);

    if (telling->opinion->severity < SEVERITY_WARNING)
        tell_say(telling, named ? " The sessions of the %s path are up with routes: it can carry the traffic."
                                : " All sessions are up with routes: the path that stays can carry the traffic.%s", other);
    else if (named)
        tell_say(telling, " The %s path could not carry the traffic as it is now, or nothing is known of its sessions: "
                          "repair that before it begins.", other);
    else
        tell_say(telling, " Not every session is known to be up with routes, and the announcement does not say which path "
                          "is worked on: repair that before it begins.");
}

void tell_planned_maintenance(struct telling *telling)
{
    const struct maintenance *maintenance = told_maintenance(telling);
    bool soon = telling->opinion->variant == VARIANT_SOON;
    char id[SHOWN_MAX], window[SHOWN_MAX], title[SHOWN_MAX], left[SPAN_TEXT_MAX];

    if (maintenance == NULL) {
        tell_summary(telling, "Microsoft has announced maintenance");
        tell_say(telling, "Microsoft has announced maintenance for this circuit; the announcement is no longer there.");
        tell_rule_steps(telling);
        return;
    }
    int64_t ms = telling->facts->policy != NULL ? mono_between(telling->facts->now.mono, maintenance->starts) : 0;
    shown_text(id, maintenance->tracking_id);
    shown_window(window, maintenance);
    if (soon && ms > 0)
        tell_summary(telling, "Microsoft's maintenance %s begins in %s", id, span_format(ms, left));
    else if (soon)
        tell_summary(telling, "Microsoft's maintenance %s has begun", id);
    else
        tell_summary(telling, "Microsoft has announced maintenance %s for %s", id, window);
    tell_say(telling, "Microsoft has announced planned maintenance %s: %s, %s.", id,
             maintenance->title[0] != '\0' ? shown_text(title, maintenance->title) : "without a title", window);
    if (maintenance->path < PATHS)
        tell_say(telling, " It is about the %s path.", path_name((enum path)maintenance->path));
    if (!maintenance->certain)
        tell_say(telling, " It names the region and ExpressRoute, not this circuit, which may not be concerned.");
    say_carries(telling, maintenance);
    tell_as_of(telling);
    tell_rule_steps(telling);
}

/* Of a lost path: whose doing it is, and until when. */
void tell_maintained(struct telling *telling)
{
    uint8_t path = telling->opinion->subject.path;
    const struct maintenance *maintenance =
        path < PATHS && telling->facts->beyond != NULL ? judge_maintained(telling->facts, (enum path)path) : NULL;
    char id[SHOWN_MAX], window[SHOWN_MAX];

    if (maintenance == NULL)
        return;
    tell_say(telling, " This is Microsoft's planned maintenance %s (%s); should the session still be lost when that is over, "
                      "it is told again as a warning.", shown_text(id, maintenance->tracking_id),
             shown_window(window, maintenance));
}

/* ---- Resource Health ---- */

void tell_health_fact(struct telling *telling)
{
    const struct beyond *beyond = telling->facts->beyond;
    char value[SHOWN_MAX + SHOWN_MAX], when[WHEN_TEXT_MAX], summary[SHOWN_MAX];
    struct text text;

    if (beyond == NULL || mono_is_never(beyond->health_seen))
        return;
    text_init(&text, value, sizeof value);
    text_add(&text, availability_name((enum availability)beyond->health));
    if (beyond->health_since_wall_ms != 0)
        text_addf(&text, " since %s", when_format(beyond->health_since_wall_ms, when));
    if (beyond->planned)
        text_add(&text, ", planned");
    if (beyond->health_summary != NULL)
        text_addf(&text, ", %s", shown_text(summary, beyond->health_summary));
    tell_fact(telling, "Azure Resource Health", beyond->health_seen, "health", "%s", value);
}
