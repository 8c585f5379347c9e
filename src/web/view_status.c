/*
 * The list of circuits: one row each, with the counts that fit on a line, and the totals. Rows become text as they are
 * added; the document is put together at its end.
 */
#include "web/entry.h"
#include "web/list.h"
#include "web/put.h"
#include "web/view.h"

#include <assert.h>

/* How many sessions of a peering are up, known and there at all, over the families it uses or should use. */
struct session_count {
    unsigned up, known, all;
};

static struct session_count count_sessions(const struct facts *facts, enum peering_kind peering)
{
    struct session_count count = { 0 };

    for (enum family family = 0; family < FAMILIES; family++)
        for (enum path path = 0; path < PATHS && judge_family(facts, peering, family); path++) {
            enum session session = judge_session(facts, peering, path, family);
            count.all++;
            count.known += session != SESSION_UNKNOWN;
            count.up += session == SESSION_UP;
        }
    return count;
}

/* The advertised prefixes of the Microsoft peering. */
struct prefix_count {
    bool apply; /* there is such a peering, and it lists prefixes or tells their state */
    unsigned all, configured;
    const char *worst; /* the state word that stands for them */
};

/* How bad a state word of prefixes is, by the order in which the rules let it decide (34, 33, 32, 30, 31). */
static unsigned badness(uint8_t code)
{
    static const uint8_t order[PREFIXES_WORDS] = {
        [PREFIXES_CONFIGURED] = 0,
        [WORD_ABSENT] = 1,
        [WORD_OTHER] = 2,
        [PREFIXES_CONFIGURING] = 3,
        [PREFIXES_NOT_CONFIGURED] = 4,
        [PREFIXES_VALIDATION_NEEDED] = 5,
        [PREFIXES_MANUAL_VALIDATION_NEEDED] = 6,
        [PREFIXES_VALIDATION_FAILED] = 7,
        [PREFIXES_ASN_VALIDATION_FAILED] = 7,
        [PREFIXES_CERTIFICATE_MISSING] = 7,
        [PREFIXES_INVALID_SIGNATURE_ENCODING] = 7,
        [PREFIXES_SIGNATURE_VERIFICATION_FAILED] = 7,
    };
    assert(code < PREFIXES_WORDS);
    return order[code];
}

static void count_word(struct prefix_count *count, unsigned *worst, const struct sample *sample, struct word word)
{
    count->configured += word.code == PREFIXES_CONFIGURED;
    if (count->worst == NULL || badness(word.code) > *worst) {
        *worst = badness(word.code);
        count->worst = sample_word(sample, word, WORDS_PREFIXES);
    }
}

static void count_family(struct prefix_count *count, unsigned *worst, const struct sample *sample,
                         const struct family_sample *family)
{
    for (size_t i = family->prefix_first; i < (size_t)family->prefix_first + family->prefix_count; i++) {
        struct word own = sample->prefix[i].state;
        count_word(count, worst, sample, own.code != WORD_ABSENT ? own : family->prefixes_state);
        count->all++;
    }
    if (family->prefix_count == 0 && family->prefixes_state.code != WORD_ABSENT) {
        unsigned configured = count->configured;
        count_word(count, worst, sample, family->prefixes_state);
        count->configured = configured;
    }
}

static struct prefix_count count_prefixes(const struct facts *facts)
{
    struct prefix_count count = { 0 };
    unsigned worst = 0;

    if (facts->sample == NULL || !facts->sample->peering[PEERING_MICROSOFT].present)
        return count;
    for (enum family number = 0; number < FAMILIES; number++) {
        const struct family_sample *family = &facts->sample->peering[PEERING_MICROSOFT].family[number];
        if (family->config && judge_family(facts, PEERING_MICROSOFT, number))
            count_family(&count, &worst, facts->sample, family);
    }
    count.apply = count.worst != NULL;
    return count;
}

static json_t *prefixes(const struct facts *facts)
{
    struct prefix_count count = count_prefixes(facts);

    if (!count.apply)
        return json_null();
    json_t *entry = put_object_new();
    put_number(entry, "all", count.all);
    put_number(entry, "configured", count.configured);
    put_text(entry, "state", count.worst);
    return entry;
}

/* A peering in a word: absent, disabled (in every family it uses), else enabled. */
static const char *peering_state(const struct facts *facts, enum peering_kind peering)
{
    const struct peering_sample *sample = facts->sample == NULL ? NULL : &facts->sample->peering[peering];
    bool in_use = false;

    if (sample == NULL)
        return "unknown";
    if (!sample->present)
        return "absent";
    for (enum family family = 0; family < FAMILIES; family++) {
        in_use = in_use || sample->family[family].in_use;
        if (sample->family[family].in_use && sample->family[family].state.code != SWITCH_DISABLED)
            return "enabled";
    }
    return in_use || sample->family[FAMILY_IPV4].state.code == SWITCH_DISABLED ? "disabled" : "enabled";
}

static json_t *peerings(const struct circuit_view *circuit)
{
    json_t *list = put_array_new();

    for (enum peering_kind peering = 0; peering < PEERINGS; peering++) {
        if (!judge_expected(circuit->facts, peering))
            continue;
        struct session_count count = count_sessions(circuit->facts, peering);
        json_t *entry = put_object_new();
        put_text(entry, "name", peering_name(peering));
        put_text(entry, "state", peering_state(circuit->facts, peering));
        put_text(entry, "verdict", verdict_name(circuit->peering_verdict[peering]));
        put_number(entry, "sessions", count.all);
        put_number(entry, "sessions_known", count.known);
        put_number(entry, "sessions_up", count.up);
        put_item(list, entry);
    }
    return list;
}

/* What raised findings it has, the worst first: number and name are enough for a line. */
static json_t *findings(const struct circuit_view *circuit)
{
    json_t *list = put_array_new();

    for (size_t i = 0; i < circuit->incident_count; i++) {
        const struct incident *incident = circuit->incidents[i].incident;
        const struct rule_info *rule = rule_find(incident->rule);
        if (incident->state < INCIDENT_RAISED || incident->suppressed_by != RULE_NONE)
            continue;
        json_t *entry = put_object_new();
        put_number(entry, "rule", incident->rule);
        put_text(entry, "name", rule == NULL ? NULL : rule->name);
        put_text(entry, "severity", severity_name(incident->severity));
        put_item(list, entry);
    }
    return list;
}

static json_t *row_entry(const struct circuit_view *circuit)
{
    const struct facts *facts = circuit->facts;
    const struct sample *sample = facts->sample;
    json_t *row = put_object_new();

    put_text(row, "id", resource_id_text(&facts->circuit->id).text);
    put_text(row, "name", facts->circuit->name);
    put_value(row, "labels", entry_labels(facts->circuit));
    put_text(row, "verdict", verdict_name(circuit->verdict));
    put_since(row, "since", circuit->since_wall_ms, facts->now.wall_ms);
    put_bool(row, "confirming", circuit->confirming);
    put_value(row, "direct", sample == NULL ? json_null() : json_boolean(sample->direct));
    put_text(row, "circuit_state", sample == NULL ? NULL : sample_word(sample, sample->circuit, WORDS_CIRCUIT));
    put_text(row, "provider_state",
             sample == NULL || sample->direct ? NULL : sample_word(sample, sample->provider, WORDS_PROVIDER));
    put_value(row, "peerings", peerings(circuit));
    put_value(row, "prefixes", prefixes(facts));
    put_seconds(row, "age", facts->look.has_sample ? entry_age(facts->look.sample_seen, facts->now.mono) : -1);
    put_text(row, "failure", circuit->failure == NULL ? NULL : circuit->failure->what);
    put_value(row, "findings", findings(circuit));
    return row;
}

void view_status_circuit(struct view_list *list, const struct circuit_view *circuit)
{
    assert(circuit->verdict < VERDICTS);
    list->verdicts[circuit->verdict]++;
    list_add(list, row_entry(circuit));
}

void view_status_incident(struct view_list *list, const struct incident *incident)
{
    if (incident->state == INCIDENT_PENDING)
        list->pending++;
    else if (incident->state >= INCIDENT_RAISED && incident->suppressed_by == RULE_NONE)
        list->raised[incident->severity]++;
    else if (incident->state >= INCIDENT_RAISED)
        list->suppressed++;
}

static json_t *totals(const struct view_list *list)
{
    json_t *entry = put_object_new(), *raised = put_object_new();
    size_t sum = 0;

    put_number(entry, "circuits", (int64_t)list->count);
    for (enum verdict verdict = 0; verdict < VERDICTS; verdict++)
        put_number(entry, verdict_name(verdict), (int64_t)list->verdicts[verdict]);
    for (enum severity severity = SEVERITY_INFO; severity < SEVERITIES; severity++) {
        put_number(raised, severity_name(severity), (int64_t)list->raised[severity]);
        sum += list->raised[severity];
    }
    put_number(raised, "all", (int64_t)sum);
    put_value(entry, "raised", raised);
    put_number(entry, "pending", (int64_t)list->pending);
    put_number(entry, "suppressed", (int64_t)list->suppressed);
    return entry;
}

char *view_status_end(struct view_list *list, const struct daemon_view *daemon, struct moment now)
{
    json_t *head = entry_document("status", now);

    put_value(head, "daemon", entry_daemon(daemon, now));
    put_value(head, "deliveries", entry_deliveries(daemon, now));
    put_value(head, "totals", totals(list));
    return list_end(list, head, "circuits");
}
