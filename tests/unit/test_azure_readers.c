/*
 * Every reader of this room on answers that are cut, bent and faked. Whatever is done to an answer, it is believed whole or
 * not at all: what a reader hands out is written down as text, and that text is either what the answer says without the
 * damaged value, or what the reader hands out when it believes nothing.
 */
#include "azure_data.h"
#include "azure_walk.h"
#include "leaks.h"

TestSuite(azure_readers, .fini = leaks_fail, .timeout = 240);

#define NETWORK "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/"
#define CIRCUIT NETWORK "expressRouteCircuits/lon-1"
#define CONNECTION NETWORK "connections/hub"
#define PORT NETWORK "expressRoutePorts/p"
#define LINK "https://management.azure.com/next?page=2"
#define AT_0712 INT64_C(1724656320000) /* 2024-08-26T07:12:00Z */
#define NOW ((struct mono){ 1000000 })

/* ---- the readers ---- */

typedef enum azure_result run(const struct azure_reply *reply, struct page_text *out, struct failure *why);

static struct sample sample;

static void put_sample(void *context, const struct sample *s)
{
    check_sample(s);
    put_states(context, s);
    put_circuit(context, s);
    put_peerings(context, s);
}

static enum azure_result put_next(enum azure_result result, char **next, struct page_text *out)
{
    if (*next != NULL)
        put(out, " next %s", *next);
    free(*next);
    return result;
}

static enum azure_result run_list(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    char *next = NULL;
    return put_next(arm_read_list(reply, &sample, put_sample, out, &next, why), &next, out);
}

static enum azure_result run_circuit(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    enum azure_result result = arm_read_circuit(reply, CIRCUIT, &sample, why);

    put_sample(out, &sample);
    return result;
}

static enum azure_result run_routes(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    struct peering_sample peering = { .peer_asn = 100 };
    struct route_value route[FAMILIES] = { 0 };

    for (size_t family = 0; family < FAMILIES; family++)
        peering.family[family].subnet[PATH_PRIMARY] = peering.family[family].subnet[PATH_SECONDARY] = NET_NONE;
    enum azure_result result = arm_read_routes(reply, &peering, PATH_PRIMARY, NOW, route, why);
    for (size_t family = 0; family < FAMILIES; family++)
        put(out, "%lld %d %u %s %s;", (long long)route[family].seen.ms, route[family].state, route[family].prefixes,
            route[family].word, route[family].uptime);
    return result;
}

static enum azure_result run_arp(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    enum arp_state state = ARP_UNKNOWN;
    enum azure_result result = arm_read_arp(reply, &state, why);

    put(out, "%d", result == AZURE_OK ? (int)state + 10 : (int)state);
    return result;
}

static void put_witness(struct page_text *out, const struct witness *witness)
{
    for (size_t p = 0; p < PEERINGS; p++)
        for (size_t path = 0; path < PATHS; path++) {
            const struct path_witness *at = &witness->at[p][path];
            if (at->bgp.seen.ms != MONO_NEVER.ms || at->arp.seen.ms != MONO_NEVER.ms)
                put(out, "%zu/%zu %d %d;", p, path, at->bgp.percent, at->arp.percent);
        }
}

static enum azure_result run_metrics(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    struct witness witness;
    witness_reset(&witness);
    enum azure_result result = metrics_read(reply, AT_0712, NOW, &witness, why);

    put_witness(out, &witness);
    return result;
}

static void put_each(void *context, size_t index, const struct witness *seen)
{
    put(context, "[%zu]", index);
    put_witness(context, seen);
}

static enum azure_result run_batch(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    static const char *const ids[] = { CIRCUIT, CIRCUIT "2" };
    return metrics_read_batch(reply, ids, 2, AT_0712, NOW, put_each, out, why);
}

static enum azure_result run_connection(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    struct connection_value value = { 0 };
    enum azure_result result = connection_read(reply, CONNECTION, NOW, &value, why);

    put(out, "%s %d %d %d %s %s %lld", value.id, value.missing, value.status, value.operation, value.word, value.peer,
        (long long)value.seen.ms);
    return result;
}

static void put_connection(void *context, const char *id, const char *circuit)
{
    put(context, "%s>%s;", id, circuit);
}

static enum azure_result run_connections(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    char *next = NULL;
    return put_next(connections_read(reply, put_connection, out, &next, why), &next, out);
}

static void put_port(struct page_text *out, const struct port_value *port)
{
    put(out, "%s %d %s", port->id, port->operation, port->location);
    for (size_t i = 0; i < LINKS; i++) {
        const struct link_value *link = &port->link[i];
        put(out, ";%d %d %d %d %s %s %s", link->admin, link->line_percent, link->rx.centi_dbm, link->tx.centi_dbm,
            link->router, link->interface, link->panel);
    }
}

static enum azure_result run_port(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    struct port_value port;
    port_value_reset(&port);
    enum azure_result result = port_read(reply, PORT, NOW, &port, why);

    put_port(out, &port);
    return result;
}

static enum azure_result run_port_metrics(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    struct port_value port;
    port_value_reset(&port);
    enum azure_result result = port_read_metrics(reply, PORT_LIGHT, AT_0712, NOW, port.link, why);

    put_port(out, &port);
    return result;
}

static enum azure_result run_health(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    struct health_value value = { 0 };
    enum azure_result result = health_read(reply, CIRCUIT, NOW, &value, why);

    put(out, "%lld %d %d %lld %s", (long long)value.seen.ms, value.state, value.planned,
        (long long)value.since_wall_ms, value.summary);
    return result;
}

static void put_event(void *context, const struct event *event)
{
    const struct maintenance_value *value = &event->value;

    put(context, "%s %s %lld %lld %d %d %d %d", value->tracking_id, value->title, (long long)value->starts_wall_ms,
        (long long)value->ends_wall_ms, value->certain, value->resolved, value->path, event->everywhere);
    for (size_t i = 0; i < event->region_count; i++)
        put(context, " %s", event->region[i]);
}

static enum azure_result run_events(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    char *next = NULL;
    return put_next(events_read(reply, false, put_event, out, &next, why), &next, out);
}

static void put_target(void *context, const char *circuit, int64_t starts, int64_t ends)
{
    put(context, "%s %lld %lld;", circuit, (long long)starts, (long long)ends);
}

static enum azure_result run_impacted(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    char *next = NULL;
    size_t all = 0;
    enum azure_result result = impacted_read(reply, put_target, out, &all, &next, why);

    put(out, "%zu", all);
    return put_next(result, &next, out);
}

static void put_row(void *context, const struct graph_row *row)
{
    put(context, "%s %s %s;", row->id, row->location, row->circuit);
}

static enum azure_result run_graph(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    char *token = NULL;
    return put_next(graph_read(reply, GRAPH_CONNECTIONS, put_row, out, &token, why), &token, out);
}

static enum azure_result run_token(const struct azure_reply *reply, struct page_text *out, struct failure *why)
{
    struct token token = { 0 };
    enum azure_result result = token_read(reply, &token, why);

    if (result == AZURE_OK)
        put(out, "%s %lld", token.text, (long long)token.lives_ms);
    token_free(&token);
    return result;
}

/* ---- what they read ---- */

#define SERIES(name, first, first_value, second, second_value, value)                                                 \
    "{\"value\":[{\"id\":\"x\",\"name\":{\"value\":\"" name "\",\"localizedValue\":\"x\"},\"unit\":\"Percent\","       \
    "\"timeseries\":[{\"metadatavalues\":[{\"name\":{\"value\":\"" first "\"},\"value\":\"" first_value                \
    "\"},{\"name\":{\"value\":\"" second "\"},\"value\":\"" second_value "\"}],\"data\":[{\"timeStamp\":"              \
    "\"2024-08-26T07:09:00Z\"},{\"timeStamp\":\"2024-08-26T07:10:00Z\",\"average\":" value "}]}],\"errorCode\":"       \
    "\"Success\"}],\"namespace\":\"n\",\"interval\":\"PT1M\""
#define BGP SERIES("BgpAvailability", "peeringtype", "Private", "peer", "Primary", "50")

static const struct reader {
    const char *name;
    run *run;
    const char *file, *body; /* one of them */
    bool open;               /* a body of any form says something: nothing is expected of wrong types */
    const char *either;      /* a key whose value may be a text or a number */
} readers[] = {
    { "circuit", run_circuit, NULL,
      "{\"id\":\"" CIRCUIT "\",\"name\":\"lon-1\",\"properties\":{\"circuitProvisioningState\":\"Enabled\",\"peerings\":[{"
      "\"name\":\"AzurePrivatePeering\",\"properties\":{\"peeringType\":\"AzurePrivatePeering\",\"state\":\"Enabled\","
      "\"vlanId\":5}}]}}", false, NULL },
    { "list", run_list, "list-circuits-by-subscription-1.json", NULL, false, NULL },
    { "routes", run_routes, "route-summary-active.json", NULL, false, "statePfxRcd" },
    { "arp", run_arp, "arp-table-incomplete.json", NULL, false, NULL },
    { "metrics", run_metrics, NULL, BGP "}", false, NULL },
    { "metrics of virtual machines", run_metrics, "metrics-with-values-trimmed.json", NULL, false, NULL },
    { "batch", run_batch, NULL, "{\"values\":[" BGP ",\"resourceid\":\"" CIRCUIT "2\"}]}", false, NULL },
    { "connection", run_connection, NULL,
      "{\"name\":\"hub\",\"id\":\"" CONNECTION "\",\"etag\":\"x\",\"properties\":{\"provisioningState\":\"Succeeded\","
      "\"connectionType\":\"ExpressRoute\",\"routingWeight\":3,\"connectionStatus\":\"NotConnected\",\"peer\":{\"id\":\""
      CIRCUIT "\"}}}", false, NULL },
    { "connections", run_connections, NULL,
      "{\"value\":[{\"id\":\"" CONNECTION "\",\"properties\":{\"connectionType\":\"ExpressRoute\",\"peer\":{\"id\":\""
      CIRCUIT "\"}}}],\"nextLink\":\"" LINK "\"}", false, NULL },
    { "port", run_port, NULL,
      "{\"id\":\"" PORT "\",\"properties\":{\"provisioningState\":\"Succeeded\",\"peeringLocation\":\"London\",\"mtu\":"
      "\"1500\",\"links\":[{\"name\":\"link1\",\"properties\":{\"adminState\":\"Enabled\",\"routerName\":\"r\","
      "\"interfaceName\":\"i\",\"patchPanelId\":\"a\\tb\",\"macSecConfig\":{\"cipher\":\"GcmAes128\"}}}]}}", false, NULL },
    { "port metrics", run_port_metrics, NULL, SERIES("RxLightLevel", "link", "link1", "lane", "0", "-3.5") "}", false, NULL },
    { "health", run_health, NULL,
      "{\"id\":\"" CIRCUIT "/providers/Microsoft.ResourceHealth/availabilityStatuses/current\",\"properties\":{"
      "\"availabilityState\":\"Degraded\",\"title\":\"t\",\"reasonType\":\"Planned\",\"occurredTime\":"
      "\"2026-01-01T00:00:00Z\",\"recommendedActions\":[{\"action\":\"wait\"}]}}", false, NULL },
    { "events", run_events, NULL,
      "{\"value\":[{\"name\":\"VN1K-9Z8\",\"properties\":{\"eventType\":\"PlannedMaintenance\",\"status\":\"Resolved\","
      "\"title\":\"primary\",\"impactStartTime\":\"2026-12-01T22:00:00Z\",\"impactMitigationTime\":"
      "\"2026-12-02T02:00:00Z\",\"impact\":[{\"impactedService\":\"ExpressRoute\",\"impactedRegions\":[{\"impactedRegion\":"
      "\"UK South\"}]}],\"article\":{\"articleContent\":\"<html>\"}}}],\"nextLink\":\"" LINK "\"}", false, NULL },
    { "impacted resources", run_impacted, NULL,
      "{\"value\":[{\"id\":\"x\",\"properties\":{\"targetResourceId\":\"" CIRCUIT "\",\"maintenanceStartTime\":"
      "\"2026-12-01T22:00:00Z\",\"maintenanceEndTime\":\"2026-12-02T02:00:00Z\"}}],\"nextLink\":\"" LINK "\"}", false, NULL },
    { "graph", run_graph, NULL,
      "{\"totalRecords\":2,\"count\":1,\"data\":[{\"id\":\"" CONNECTION "\",\"location\":\"uksouth\",\"circuit\":\"" CIRCUIT
      "\"}],\"facets\":[],\"resultTruncated\":\"true\",\"$skipToken\":\"abc\"}", false, NULL },
    { "token", run_token, NULL,
      "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"ext_expires_in\":3599,\"access_token\":\"eyJ0.a-b_c\"}", true, NULL },
};

#define READERS (sizeof readers / sizeof *readers)
#define ROOM 65536

/* The body without blanks and with a NUL behind it; free() it. */
static char *body_of(const struct reader *reader, size_t *len)
{
    char *from = reader->file != NULL ? data_read(reader->file, len) : strdup(reader->body);
    if (reader->body != NULL)
        *len = strlen(from);
    char *body = calloc(1, ROOM);
    cr_assert(body != NULL && *len < ROOM / 2, "%s", reader->name);
    memcpy(body, from, *len);
    free(from);
    *len = minify(body, *len);
    body[*len] = '\0';
    return body;
}

static struct failure why;

/* Reads a copy that is exactly as large, so that the sanitizer sees a look beyond it. */
static enum azure_result read_body(const struct reader *reader, const char *body, size_t len, struct page_text *out)
{
    char *copy = malloc(len > 0 ? len : 1);

    cr_assert_not_null(copy);
    memcpy(copy, body, len);
    struct azure_reply reply = reply_of(200, copy, len);
    out->len = 0;
    out->text[0] = '\0';
    memset(&why, 0, sizeof why);
    enum azure_result result = reader->run(&reply, out, &why);
    free(copy);
    return result;
}

/* Nothing was handed out, and a sentence says where the answer is at fault. */
static void expect_refused(const struct reader *reader, enum azure_result result, const struct page_text *out,
                           const char *what)
{
    struct page_text nothing = { 0 };
    struct failure said = why;

    cr_expect_eq(result, AZURE_FAILED, "%s, %s: %s", reader->name, what, out->text);
    cr_expect_eq(said.kind, TROUBLE_UNEXPECTED, "%s, %s", reader->name, what);
    cr_expect(reader->open || strncmp(said.what, "the answer (HTTP 200, ", 22) == 0, "%s, %s: %s", reader->name, what,
              said.what);
    for (const char *c = said.what; *c != '\0'; c++)
        cr_expect(*c >= ' ' && *c <= '~', "%s, %s: byte %02x", reader->name, what, (unsigned char)*c);
    (void)read_body(reader, "", 0, &nothing);
    cr_expect_str_eq(out->text, nothing.text, "%s, %s: half believed", reader->name, what);
    why = said;
}

Test(azure_readers, sound_answers_are_believed)
{
    for (size_t i = 0; i < READERS; i++) {
        struct page_text text, nothing, marked;
        size_t len;
        char *body = body_of(&readers[i], &len);
        cr_expect_eq(read_body(&readers[i], body, len, &text), AZURE_OK, "%s: %s", readers[i].name, why.what);
        cr_expect_eq(read_body(&readers[i], "", 0, &nothing), AZURE_FAILED, "%s", readers[i].name);
        if (strcmp(readers[i].name, "metrics of virtual machines") != 0)
            cr_expect_str_neq(text.text, nothing.text, "%s says something", readers[i].name);
        char *more = malloc(len + 6);
        memcpy(more, "\xEF\xBB\xBF\xEF\xBB\xBF", 6);
        memcpy(more + 3, body, len);
        cr_expect_eq(read_body(&readers[i], more, len + 3, &marked), AZURE_OK, "%s: a byte-order mark", readers[i].name);
        cr_expect_str_eq(marked.text, text.text, "%s: a byte-order mark", readers[i].name);
        memcpy(more + 3, "\xEF\xBB\xBF", 3);
        memmove(more + 6, body, len - 3);
        expect_refused(&readers[i], read_body(&readers[i], more, len + 3, &marked), &marked, "two byte-order marks");
        free(more);
        free(body);
    }
}

Test(azure_readers, cut_at_every_byte)
{
    for (size_t i = 0; i < READERS; i++) {
        struct page_text text;
        size_t len;
        char *body = body_of(&readers[i], &len);
        for (size_t cut = 0; cut < len; cut++)
            expect_refused(&readers[i], read_body(&readers[i], body, cut, &text), &text, "cut");
        free(body);
    }
}

/* Put @p value in the place of a value. Returns the length. */
static size_t replace(const char *body, const struct span *span, const char *value, char *out)
{
    return (size_t)snprintf(out, ROOM, "%.*s%s%s", (int)span->begin, body, value, body + span->end);
}

/* As if the key were not there: it has another name. */
static size_t hide(const char *body, const struct span *span, char *out)
{
    strcpy(out, body);
    memset(out + span->key_begin, 'z', span->key_end - span->key_begin);
    return strlen(out);
}

static void expect_as_without(const struct reader *reader, const char *body, const struct span *span,
                              const struct page_text *text, const char *value)
{
    static char other[ROOM];
    static struct page_text without;
    size_t key = span->key_end - span->key_begin;

    if (key == 0)
        return;
    enum azure_result result = read_body(reader, other, hide(body, span, other), &without);
    cr_expect(result == AZURE_OK && strcmp(without.text, text->text) == 0, "%s: %.*s as %s: %s", reader->name, (int)key,
              body + span->key_begin, value, text->text);
}

/* Every other type in the place of one value. Returns whether the value is relied upon. */
static bool every_type(const struct reader *reader, const char *body, const struct span *span)
{
    static const char *const values[] = { "null",  "true", "\"x\"", "1", "1e999", "99999999999999999999999999999999",
                                          "[]",    "[1]",  "[null]", "[[]]", "{}", "{\"a\":1}" };
    static char bent[ROOM];
    static struct page_text text;
    size_t key = span->key_end - span->key_begin;
    bool relied = false;

    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
        enum azure_result result = read_body(reader, bent, replace(body, span, values[v], bent), &text);
        bool same_type = type_of(*values[v]) == type_of(body[span->begin]);
        bool either = reader->either != NULL && key == strlen(reader->either) && type_of(*values[v]) == '0' &&
                      memcmp(body + span->key_begin, reader->either, key) == 0;
        if (result == AZURE_OK && !same_type && !either)
            expect_as_without(reader, body, span, &text, values[v]);
        if (result == AZURE_OK)
            continue;
        relied = true;
        expect_refused(reader, result, &text, values[v]);
        if (strstr(why.what, "wrong type") != NULL && key > 0)
            cr_expect(strstr(why.what, " at byte ") != NULL && strstr(why.what, " for ") != NULL,
                      "%s: %s", reader->name, why.what);
    }
    return relied;
}

Test(azure_readers, every_value_with_every_other_type)
{
    static struct spans spans;

    for (size_t i = 0; i < READERS; i++) {
        size_t len, relied = 0;
        char *body = body_of(&readers[i], &len);
        spans.count = 0;
        cr_assert_eq(walk(body, 0, 0, 0, &spans), len, "%s", readers[i].name);
        for (size_t s = 0; s < spans.count && !readers[i].open; s++)
            relied += every_type(&readers[i], body, &spans.span[s]);
        cr_expect(readers[i].open || relied >= 4, "%s relies on %zu values", readers[i].name, relied);
        free(body);
    }
}

/* A known key twice is refused, an unknown one says nothing. */
Test(azure_readers, every_key_twice)
{
    static struct spans spans;
    static char bent[ROOM];
    static struct page_text text, sound;

    for (size_t i = 0; i < READERS; i++) {
        size_t len, refused = 0;
        char *body = body_of(&readers[i], &len);
        spans.count = 0;
        walk(body, 0, 0, 0, &spans);
        (void)read_body(&readers[i], body, len, &sound);
        for (size_t s = 0; s < spans.count; s++) {
            const struct span *span = &spans.span[s];
            if (span->key_begin == span->key_end)
                continue;
            snprintf(bent, sizeof bent, "%.*s,\"%.*s\":null%s", (int)span->end, body,
                     (int)(span->key_end - span->key_begin), body + span->key_begin, body + span->end);
            enum azure_result result = read_body(&readers[i], bent, strlen(bent), &text);
            if (result == AZURE_OK) {
                cr_expect_str_eq(text.text, sound.text, "%s", readers[i].name);
                continue;
            }
            refused++;
            expect_refused(&readers[i], result, &text, "twice");
            cr_expect(readers[i].open || strstr(why.what, "twice") != NULL, "%s: %s", readers[i].name, why.what);
        }
        cr_expect_gt(refused, 0, "%s", readers[i].name);
        free(body);
    }
}

/* ---- deep and large ---- */

/* The body with an unknown key first, whose value is made by @p fill; heap. */
static char *with_more(const char *body, size_t len, size_t more, size_t *out_len)
{
    char *bent = malloc(len + more + 16);

    cr_assert_not_null(bent);
    memcpy(bent, "{\"zz\":", 6);
    memcpy(bent + 6 + more, ",", 1);
    memcpy(bent + 7 + more, body + 1, len - 1);
    *out_len = len + more + 6;
    return bent;
}

Test(azure_readers, what_is_unknown_may_be_large_but_not_deep)
{
    static const size_t deep[] = { 10, JSON_DEPTH_MAX, 100000 };

    for (size_t i = 0; i < READERS; i++) {
        struct page_text text, sound;
        size_t len, bent_len;
        char *body = body_of(&readers[i], &len);
        (void)read_body(&readers[i], body, len, &sound);
        for (size_t d = 0; d < sizeof deep / sizeof *deep; d++) {
            char *bent = with_more(body, len, deep[d] * 2, &bent_len);
            memset(bent + 6, '[', deep[d]);
            memset(bent + 6 + deep[d], ']', deep[d]);
            enum azure_result result = read_body(&readers[i], bent, bent_len, &text);
            if (d == 0)
                cr_expect(result == AZURE_OK && strcmp(text.text, sound.text) == 0, "%s: %s", readers[i].name, why.what);
            else
                expect_refused(&readers[i], result, &text, "deep");
            free(bent);
        }
        char *large = with_more(body, len, 10U << 20, &bent_len);
        memset(large + 6, 'x', 10U << 20);
        large[6] = large[5 + (10U << 20)] = '"';
        cr_expect_eq(read_body(&readers[i], large, bent_len, &text), AZURE_OK, "%s: %s", readers[i].name, why.what);
        cr_expect_str_eq(text.text, sound.text, "%s: 10 MB", readers[i].name);
        free(large);
        free(body);
    }
}

Test(azure_readers, every_byte_bent)
{
    static const char bends[] = { 0, ' ', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', 'n', '\x80', '\xFF' };
    static struct page_text text;

    for (size_t i = 0; i < READERS; i++) {
        size_t len;
        char *body = body_of(&readers[i], &len);
        for (size_t at = 0; at < len; at++)
            for (size_t b = 0; b < sizeof bends; b++) {
                char was = body[at];
                body[at] = bends[b];
                enum azure_result result = read_body(&readers[i], body, len, &text);
                body[at] = was;
                if (result != AZURE_OK)
                    cr_expect(why.what[0] != '\0', "%s", readers[i].name);
            }
        free(body);
    }
}

/* ---- links ---- */

Test(azure_readers, no_page_leads_elsewhere)
{
    static const char *const links[] = {
        "https://evil.example/next",
        "https://management.azure.com.evil.example/next",
        "https://management.azure.com@evil.example/next",
        "https://user:password@management.azure.com/next",
        "https://management.azure.com:8443/next",
        "http://management.azure.com/next",
        "//management.azure.com/next",
        "/next",
        "https:///management.azure.com/next",
        "https://management.azure.com\\u0009/next",
        "https://management.azure.com\\\\@evil.example/",
        "https://management.azure.com/#x",
        "file:///etc/passwd",
    };
    static run *const lists[] = { run_list, run_connections, run_events, run_impacted };

    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
            struct page_text text = { 0 };
            struct arm_pages pages = { 0 };
            struct azure_request request;
            char body[512];
            snprintf(body, sizeof body, "{\"value\":[],\"nextLink\":\"%s\"}", links[i]);
            struct azure_reply reply = reply_text(200, body);
            cr_assert_eq(lists[l](&reply, &text, &why), AZURE_OK, "%s: %s", links[i], why.what);
            const char *next = strstr(text.text, " next ");
            cr_assert_not_null(next, "%s", links[i]);
            cr_expect_not(arm_ask_page(&request, &pages, "https://management.azure.com", next + 6, 1000, &why), "%s",
                          links[i]);
            cr_expect_not_null(strstr(why.what, "does not lead to azure.management"), "%s", links[i]);
        }
}
