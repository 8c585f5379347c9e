/*
 * Every reader of Azure's answers on the same bytes. What must hold: no crash, nothing read beyond the body, a sample
 * that was believed refers to nothing outside itself, and a failure says why in printable ASCII.
 *
 *     ./configure --enable-fuzzer CC=clang && make tests/fuzz/fuzz_arm
 *     tests/fuzz/fuzz_arm -dict=tests/fuzz/arm.dict /tmp/found tests/fuzz/arm tests/data/azure
 */
#include "azure/azure.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/lon-1"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sample sample, again;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_text(const char *text, size_t size)
{
    require(memchr(text, '\0', size) != NULL);
    for (; *text != '\0'; text++)
        require(*text >= ' ' && *text <= '~');
}

static void check_result(enum azure_result result, const struct failure *why)
{
    if (result != AZURE_FAILED)
        return;
    require(why->kind > TROUBLE_NONE && why->kind < TROUBLES && why->what[0] != '\0');
    check_text(why->code, sizeof why->code);
    check_text(why->what, sizeof why->what);
    check_text(why->action, sizeof why->action);
    check_text(why->scope, sizeof why->scope);
    check_text(why->correlation, sizeof why->correlation);
    require(why->retry_after_ms == -1 || (why->retry_after_ms >= 1000 && why->retry_after_ms <= 900000));
}

static void check_word(const struct sample *s, struct word word, enum word_list list)
{
    require(word.code < word_count(list) && (word.code != WORD_OTHER || word.raw != 0));
    require(strlen(sample_word(s, word, list)) > 0);
}

static void check_family(const struct sample *s, const struct family_sample *family)
{
    check_word(s, family->state, WORDS_SWITCH);
    check_word(s, family->prefixes_state, WORDS_PREFIXES);
    require(family->prefix_first + family->prefix_count <= s->prefix_count);
    for (size_t i = 0; i < family->prefix_count; i++) {
        const struct prefix_sample *prefix = &s->prefix[family->prefix_first + i];
        check_word(s, prefix->state, WORDS_PREFIXES);
        require(strlen(sample_text(s, prefix->text)) < SAMPLE_TEXT_MAX);
    }
}

static void check_sample(void *context, const struct sample *s)
{
    struct arm_id id;
    size_t size;
    void *packed = sample_pack(s, NULL, &size);

    (void)context;
    require(sample_same(packed, size, NULL, s));
    sample_unpack(packed, size, NULL, &again);
    require(sample_same(packed, size, NULL, &again));
    free(packed);
    require(arm_id_parse(sample_text(s, s->id), &id) && s->name != 0);
    require(strlen(s->service_key_tail) == 0 || strlen(s->service_key_tail) == 4);
    check_word(s, s->circuit, WORDS_CIRCUIT);
    check_word(s, s->provider, WORDS_PROVIDER);
    check_word(s, s->operation, WORDS_OPERATION);
    for (size_t kind = 0; kind < PEERINGS; kind++)
        for (size_t family = 0; family < FAMILIES; family++)
            check_family(s, &s->peering[kind].family[family]);
}

static void read_circuits(const struct azure_reply *reply)
{
    struct failure why;
    char *next = NULL;
    enum azure_result result = arm_read_circuit(reply, ID, &sample, &why);

    check_result(result, &why);
    if (result == AZURE_OK)
        check_sample(NULL, &sample);
    result = arm_read_list(reply, &sample, check_sample, NULL, &next, &why);
    check_result(result, &why);
    free(next);
}

static void read_tables(const struct azure_reply *reply)
{
    struct peering_sample peering = { .peer_asn = 65000 };
    struct route_value routes[FAMILIES];
    enum arp_state arp;
    struct failure why;

    for (size_t family = 0; family < FAMILIES; family++)
        peering.family[family].subnet[PATH_PRIMARY] = peering.family[family].subnet[PATH_SECONDARY] = NET_NONE;
    require(net_parse("192.168.1.0/30", 14, &peering.family[FAMILY_IPV4].subnet[PATH_PRIMARY]));
    for (enum path path = 0; path < PATHS; path++) {
        enum azure_result result = arm_read_routes(reply, &peering, path, (struct mono){ 1 }, routes, &why);
        check_result(result, &why);
        for (size_t family = 0; result == AZURE_OK && family < FAMILIES; family++) {
            check_text(routes[family].word, sizeof routes[family].word);
            check_text(routes[family].uptime, sizeof routes[family].uptime);
        }
    }
    check_result(arm_read_arp(reply, &arp, &why), &why);
}

static void read_metrics(const struct azure_reply *reply)
{
    struct witness witness;
    struct failure why;

    witness_reset(&witness);
    check_result(metrics_read(reply, INT64_C(1724656320000), (struct mono){ 1000000 }, &witness, &why), &why);
    for (size_t kind = 0; kind < PEERINGS; kind++)
        for (size_t path = 0; path < PATHS; path++) {
            const struct metric_value *bgp = &witness.at[kind][path].bgp;
            require(bgp->seen.ms == INT64_MAX || (bgp->percent >= 0 && bgp->percent <= 100 && bgp->seen.ms <= 1000000));
        }
}

static void count_witness(void *context, size_t index, const struct witness *seen)
{
    (void)context;
    require(index < 2 && metrics_count(seen, (struct mono){ 0 }) <= PEERINGS * PATHS * 2);
}

static void check_circuit(const char *id)
{
    struct arm_id parts;

    require(arm_id_parse(id, &parts) && strpbrk(id, "?#%\\") == NULL && strstr(id, "/../") == NULL);
}

static void check_connection(void *context, const char *id, const char *circuit)
{
    (void)context;
    require(connection_is_id(id));
    check_circuit(circuit);
}

static void check_event(void *context, const struct event *event)
{
    (void)context;
    check_text(event->value.tracking_id, sizeof event->value.tracking_id);
    require(event->value.tracking_id[0] != '\0' && strpbrk(event->value.tracking_id, "/?#%") == NULL);
    require(memchr(event->value.title, '\0', sizeof event->value.title) != NULL && event->value.path <= PATH_NONE);
    require(event->region_count <= EVENT_REGIONS_MAX);
}

static void check_target(void *context, const char *circuit, int64_t starts, int64_t ends)
{
    (void)context;
    check_circuit(circuit);
    require(starts >= 0 && ends >= 0);
}

static void check_row(void *context, const struct graph_row *row)
{
    (void)context;
    check_circuit(row->circuit);
    require(connection_is_id(row->id));
}

static void read_lists(const struct azure_reply *reply)
{
    struct failure why;
    char *next = NULL;
    size_t all = 0;

    check_result(connections_read(reply, check_connection, NULL, &next, &why), &why);
    free(next);
    next = NULL;
    check_result(events_read(reply, true, check_event, NULL, &next, &why), &why);
    free(next);
    next = NULL;
    check_result(impacted_read(reply, check_target, NULL, &all, &next, &why), &why);
    free(next);
    next = NULL;
    check_result(graph_read(reply, GRAPH_CONNECTIONS, check_row, NULL, &next, &why), &why);
    free(next);
}

static void read_beyond(const struct azure_reply *reply)
{
    static const char *const ids[] = { ID, ID "2" };
    struct connection_value connection;
    struct health_value health;
    struct port_value port;
    struct failure why;

    check_result(metrics_read_batch(reply, ids, 2, INT64_C(1724656320000), (struct mono){ 1000000 }, count_witness, NULL,
                                    &why),
                 &why);
    check_result(connection_read(reply, ID, (struct mono){ 1 }, &connection, &why), &why);
    if (health_read(reply, ID, (struct mono){ 1 }, &health, &why) == AZURE_OK)
        require(memchr(health.summary, '\0', sizeof health.summary) != NULL);
    port_value_reset(&port);
    check_result(port_read(reply, ID, (struct mono){ 1 }, &port, &why), &why);
    for (enum port_metrics which = PORT_LINE; which <= PORT_LIGHT; which++)
        check_result(port_read_metrics(reply, which, INT64_C(1724656320000), (struct mono){ 1000000 }, port.link, &why),
                     &why);
    for (size_t i = 0; i < LINKS; i++) {
        check_text(port.link[i].router, sizeof port.link[i].router);
        require(port.link[i].line_percent >= 0 && port.link[i].line_percent <= 100);
        require(port.link[i].rx.centi_dbm >= -10000 && port.link[i].rx.centi_dbm <= 10000);
    }
}

static void read_token(const struct azure_reply *reply)
{
    struct token token;
    struct failure why;
    enum azure_result result = token_read(reply, &token, &why);

    check_result(result, &why);
    if (result != AZURE_OK)
        return;
    require(token.lives_ms >= TOKEN_LIFE_LEAST_MS && token.lives_ms <= TOKEN_LIFE_MOST_MS);
    check_text(token.text, TOKEN_MAX);
    token_free(&token);
}

/* Whatever the agent says, it names a file of one folder. */
static void read_challenge(const char *text)
{
    static const char folder[] = "/var/opt/azcmagent/tokens";
    struct azure_reply reply = { .status = 401, .challenge = text };
    char name[TOKEN_ARC_NAME_MAX];
    struct failure why;

    if (token_arc_key(&reply, folder, name, &why))
        require(strchr(name, '/') == NULL && strlen(name) > 4);
    else
        check_text(why.what, sizeof why.what);
}

/* The bytes as header values and as a URL, too. */
static void read_headers(const uint8_t *data, size_t size)
{
    static const char arm[] = "https://management.azure.com";
    char *text = malloc(size + 1);
    struct arm_id id;

    if (text == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    int64_t wait = retry_after_ms(text, 0);
    require(wait == -1 || (wait >= 1000 && wait <= 900000));
    require(http_date_ms(text) >= -1);
    (void)iso_time_ms(text, size);
    (void)arm_id_parse(text, &id);
    read_challenge(text);
    struct azure_reply limits = { .left = { [QUOTA_USER] = text, [QUOTA_USER_RESETS] = text } };
    require(azure_quota_left(&limits, QUOTA_USER) >= -1 && azure_quota_resets_ms(&limits) >= -1);
    free(metrics_batch_origin(arm, text));
    if (azure_same_origin(arm, text))
        require(strncasecmp(text, arm, sizeof arm - 1) == 0 && strpbrk(text, "@\\# ") == NULL);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 200, 400, 403, 404, 429, 503 };

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct azure_reply reply = { .status = statuses[i], .body = (const char *)data, .len = size };
        struct failure why;
        check_result(arm_read_status(&reply, &why), &why);
        read_token(&reply);
        if (reply.status != 200)
            continue;
        read_circuits(&reply);
        read_tables(&reply);
        read_metrics(&reply);
        read_lists(&reply);
        read_beyond(&reply);
    }
    if (size < 32768)
        read_headers(data, size);
    return 0;
}
