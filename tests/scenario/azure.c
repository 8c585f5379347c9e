/*
 * Azure's side of a story. A key is "[peering.][path.][family.]what": what is left out means all of them, so that
 * "bgp=0" takes every session down and "private.primary.bgp=0" one.
 */
#include "azure.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define POINTS_KEPT_MS (10 * 60000) /* so far back the metrics are asked for */
#define POINT_AGE_MS 1000           /* a point is that old when it can first be read */

static void peering_init(struct peering_truth *peering)
{
    *peering = (struct peering_truth){ .operation = "Succeeded", .vlan = 100, .azure_asn = 12076, .peer_asn = 64500 };
    for (size_t family = 0; family < FAMILIES; family++)
        peering->family[family] = (struct family_truth){ .state = "Enabled", .prefixes = "Configured", .filter = true };
    strcpy(peering->family[FAMILY_IPV4].list, "203.0.113.0/24");
    strcpy(peering->family[FAMILY_IPV6].list, "2001:db8:1::/48");
    peering->family[FAMILY_IPV4].there = true;
    for (size_t path = 0; path < PATHS; path++)
        peering->path[path] = (struct path_truth){ .bgp = 100, .arp = 100, .routes = { "12", "12" } };
}

void truth_init(struct circuit_truth *truth)
{
    *truth = (struct circuit_truth){ .circuit = "Enabled", .provider = "Provisioned", .operation = "Succeeded",
                                      .tier = "Standard", .location = "westeurope", .bandwidth = 1000 };
    for (size_t kind = 0; kind < PEERINGS; kind++) {
        peering_init(&truth->peering[kind]);
        for (size_t path = 0; path < PATHS; path++)
            truth->point[kind][path].bgp = truth->point[kind][path].arp = NO_POINT;
    }
    truth->peering[PEERING_PRIVATE].there = true;
    beyond_truth_init(&truth->beyond);
}

/* ---- keys ---- */

/* What a key speaks of; a value of PEERINGS, PATHS or FAMILIES stands for all. */
struct key {
    enum peering_kind peering;
    enum path path;
    enum family family;
    char what[24];
};

static bool is(const char *part, size_t len, const char *name)
{
    return strlen(name) == len && strncasecmp(part, name, len) == 0;
}

/* "private", "primary", "ipv4" narrow the key; true when the part was one of these. */
static bool narrow(struct key *key, const char *part, size_t len)
{
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        if (is(part, len, peering_name(kind))) {
            key->peering = kind;
            return true;
        }
    for (enum path path = 0; path < PATHS; path++)
        if (is(part, len, path_name(path))) {
            key->path = path;
            return true;
        }
    for (enum family family = 0; family < FAMILIES; family++)
        if (is(part, len, family_name(family))) {
            key->family = family;
            return true;
        }
    return false;
}

static bool read_key(const char *text, size_t len, struct key *out)
{
    *out = (struct key){ PEERINGS, PATHS, FAMILIES, "" };
    while (len > 0) {
        size_t part = strcspn(text, ".=");
        if (!narrow(out, text, part)) {
            if (out->what[0] != '\0' || part == 0 || part >= sizeof out->what)
                return false;
            memcpy(out->what, text, part);
        }
        text += part;
        len -= part;
        if (len > 0 && *text == '.')
            text++, len--;
    }
    return true;
}

static bool copy(char *to, size_t size, const char *value)
{
    return (size_t)snprintf(to, size, "%s", strcmp(value, "absent") == 0 ? "" : value) < size;
}

/* ---- sessions ---- */

static bool read_percent(const char *value, int *out)
{
    char *end;
    long number = strtol(value, &end, 10);

    *out = strcmp(value, "none") == 0 ? NO_POINT : (int)number;
    return *out == NO_POINT || (end != value && *end == '\0' && number >= 0 && number <= 100);
}

static bool read_table(const char *value, uint8_t *out)
{
    static const char *const words[] = { [ARP_UNKNOWN] = "empty", [ARP_COMPLETE] = "complete",
                                         [ARP_INCOMPLETE] = "Incomplete" };

    for (uint8_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], value) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static bool take_path(struct path_truth *path, const struct key *key, const char *value)
{
    if (strcmp(key->what, "table") == 0)
        return read_table(value, &path->table);
    if (strcmp(key->what, "bgp") == 0)
        return read_percent(value, &path->bgp);
    if (strcmp(key->what, "arp") == 0)
        return read_percent(value, &path->arp);
    for (enum family family = 0; family < FAMILIES && strcmp(key->what, "uptime") == 0; family++)
        if ((key->family == family || key->family == FAMILIES) && !copy(path->uptime[family], ROUTE_TEXT_MAX, value))
            return false;
    if (strcmp(key->what, "uptime") == 0)
        return true;
    for (enum family family = 0; family < FAMILIES; family++)
        if (key->family == family || key->family == FAMILIES)
            if (!copy(path->routes[family], ROUTE_TEXT_MAX, strcmp(value, "none") == 0 ? "" : value))
                return false;
    return true;
}

static bool take_session(struct circuit_truth *truth, const struct key *key, const char *value)
{
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        for (enum path path = 0; path < PATHS; path++)
            if ((key->peering == kind || key->peering == PEERINGS) && (key->path == path || key->path == PATHS))
                if (!take_path(&truth->peering[kind].path[path], key, value))
                    return false;
    return true;
}

/* ---- peerings ---- */

/* "private=Enabled" makes the peering, "private=gone" takes it away; with a family it is that family. */
static bool take_state(struct peering_truth *peering, const struct key *key, const char *value)
{
    bool gone = strcmp(value, "gone") == 0;
    struct family_truth *family = &peering->family[key->family == FAMILIES ? FAMILY_IPV4 : key->family];

    if (key->family == FAMILIES)
        peering->there = !gone;
    else
        family->there = !gone;
    return gone || copy(family->state, sizeof family->state, value);
}

static bool take_peering(struct peering_truth *peering, const struct key *key, const char *value)
{
    struct family_truth *family = &peering->family[key->family == FAMILIES ? FAMILY_IPV4 : key->family];

    if (key->what[0] == '\0')
        return take_state(peering, key, value);
    if (strcmp(key->what, "op") == 0)
        return copy(peering->operation, sizeof peering->operation, value);
    if (strcmp(key->what, "vlan") == 0)
        peering->vlan = (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(key->what, "azure_asn") == 0)
        peering->azure_asn = (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(key->what, "peer_asn") == 0)
        peering->peer_asn = (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(key->what, "by") == 0)
        peering->provider = strcmp(value, "provider") == 0;
    else if (strcmp(key->what, "filter") == 0)
        family->filter = strcmp(value, "yes") == 0;
    else if (strcmp(key->what, "prefixes") == 0)
        return copy(family->prefixes, sizeof family->prefixes, value);
    else if (strcmp(key->what, "list") == 0)
        return copy(family->list, sizeof family->list, strcmp(value, "none") == 0 ? "" : value);
    else
        return false;
    return true;
}

static void remove_peerings(struct circuit_truth *truth)
{
    for (size_t kind = 0; kind < PEERINGS; kind++)
        truth->peering[kind].there = false;
}

static bool take_circuit(struct circuit_truth *truth, const char *what, const char *value)
{
    if (strcmp(what, "circuit") == 0)
        return copy(truth->circuit, sizeof truth->circuit, value);
    if (strcmp(what, "provider") == 0)
        return copy(truth->provider, sizeof truth->provider, value);
    if (strcmp(what, "op") == 0)
        return copy(truth->operation, sizeof truth->operation, value);
    if (strcmp(what, "sku") == 0)
        return copy(truth->tier, sizeof truth->tier, value);
    if (strcmp(what, "at") == 0)
        return strchr(value, '/') != NULL && copy(truth->at, sizeof truth->at, value);
    if (strcmp(what, "location") == 0)
        return copy(truth->location, sizeof truth->location, value);
    if (strcmp(what, "bandwidth") == 0)
        truth->bandwidth = (uint32_t)strtoul(value, NULL, 10);
    else if (strcmp(what, "direct") == 0)
        truth->direct = strcmp(value, "yes") == 0;
    else if (strcmp(what, "peerings") == 0 && strcmp(value, "none") == 0)
        remove_peerings(truth);
    else if (strcmp(what, "peerings") == 0)
        truth->peerings_absent = strcmp(value, "absent") == 0;
    else
        return false;
    return true;
}

bool truth_take(struct circuit_truth *truth, const char *token)
{
    const char *equals = strchr(token, '=');
    struct key key;

    if (equals != NULL && beyond_truth_key(token))
        return beyond_truth_take(&truth->beyond, token);
    if (equals == NULL || !read_key(token, (size_t)(equals - token), &key))
        return false;
    if (strcmp(key.what, "bgp") == 0 || strcmp(key.what, "arp") == 0 || strcmp(key.what, "routes") == 0 ||
        strcmp(key.what, "table") == 0 || strcmp(key.what, "uptime") == 0)
        return take_session(truth, &key, equals + 1);
    if (key.peering != PEERINGS)
        return take_peering(&truth->peering[key.peering], &key, equals + 1);
    return take_circuit(truth, key.what, equals + 1);
}

/* ---- failures ---- */

bool failure_take(struct failure *failure, const char *kind)
{
    static const struct {
        const char *name;
        uint8_t kind;
        int status;
        const char *code, *what;
    } rows[] = {
        { "network", TROUBLE_NETWORK, 0, "", "connecting to management.azure.com timed out" },
        { "500", TROUBLE_NETWORK, 500, "InternalServerError", "ARM answered 500" },
        { "503", TROUBLE_NETWORK, 503, "ServiceUnavailable", "ARM answered 503" },
        { "401", TROUBLE_TOKEN, 401, "InvalidAuthenticationToken", "ARM refused a fresh token" },
        { "sign-in", TROUBLE_SIGN_IN, 401, "AADSTS7000222", "the client secret has expired" },
        { "403", TROUBLE_FORBIDDEN, 403, "AuthorizationFailed", "the credential has no right to read this" },
        { "404", TROUBLE_MISSING, 404, "ResourceNotFound", "the resource was not found" },
        { "429", TROUBLE_THROTTLED, 429, "SubscriptionRequestsThrottled", "too many requests" },
        { "locked", TROUBLE_LOCKED, 429, "AnotherOperationInProgress", "another operation holds the circuit" },
        { "unexpected", TROUBLE_UNEXPECTED, 200, "", "the answer is no JSON" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, kind) == 0) {
            *failure = (struct failure){ .kind = rows[i].kind, .http_status = rows[i].status, .retry_after_ms = -1 };
            snprintf(failure->code, sizeof failure->code, "%s", rows[i].code);
            snprintf(failure->what, sizeof failure->what, "%s", rows[i].what);
            return true;
        }
    return false;
}

/* ---- answers ---- */

static void set_word(struct sample *sample, struct word *word, enum word_list list, const char *text)
{
    if (text[0] != '\0')
        sample_set_word(sample, word, list, text, strlen(text));
}

/* "203.0.113.0/24(ValidationNeeded)": a prefix and, where it has one, its own state */
static void add_prefix(struct sample *sample, struct family_sample *part, const char *text, size_t len)
{
    struct prefix_sample *prefix = &sample->prefix[sample->prefix_count];
    const char *bracket = memchr(text, '(', len);
    size_t net_len = bracket != NULL ? (size_t)(bracket - text) : len;

    *prefix = (struct prefix_sample){ .text = sample_add_text(sample, text, net_len), .net = NET_NONE };
    (void)net_parse(text, net_len, &prefix->net);
    if (bracket != NULL && len >= net_len + 2)
        sample_set_word(sample, &prefix->state, WORDS_PREFIXES, bracket + 1, len - net_len - 2);
    if (part->prefix_count++ == 0)
        part->prefix_first = sample->prefix_count;
    sample->prefix_count++;
}

static void add_prefixes(struct sample *sample, struct family_sample *part, const char *list)
{
    while (*list != '\0') {
        size_t len = strcspn(list, ",");
        add_prefix(sample, part, list, len);
        list += len + (list[len] == ',');
    }
}

static void fill_family(struct sample *sample, enum peering_kind kind, enum family family,
                        const struct family_truth *truth)
{
    struct family_sample *part = &sample->peering[kind].family[family];

    part->in_use = truth->there;
    if (truth->there || family == FAMILY_IPV4) /* the outer state is there with or without IPv4 */
        set_word(sample, &part->state, WORDS_SWITCH, truth->state);
    if (!truth->there || kind != PEERING_MICROSOFT)
        return;
    part->config = true;
    part->route_filter = truth->filter;
    part->registry = sample_add_text(sample, "RIPENCC", strlen("RIPENCC"));
    set_word(sample, &part->prefixes_state, WORDS_PREFIXES, truth->prefixes);
    add_prefixes(sample, part, truth->list);
}

static void fill_peering(struct sample *sample, enum peering_kind kind, const struct peering_truth *truth)
{
    struct peering_sample *peering = &sample->peering[kind];

    *peering = (struct peering_sample){ .present = true, .azure_asn = truth->azure_asn, .peer_asn = truth->peer_asn,
                                         .vlan = truth->vlan };
    peering->modified_by = truth->provider ? MODIFIED_BY_PROVIDER : MODIFIED_BY_CUSTOMER;
    set_word(sample, &peering->operation, WORDS_OPERATION, truth->operation);
    for (enum family family = 0; family < FAMILIES; family++)
        fill_family(sample, kind, family, &truth->family[family]);
    sample->peering_count++;
}

void truth_sample(const struct circuit_truth *truth, struct sample *out)
{
    sample_reset(out);
    set_word(out, &out->circuit, WORDS_CIRCUIT, truth->circuit);
    set_word(out, &out->provider, WORDS_PROVIDER, truth->provider);
    set_word(out, &out->operation, WORDS_OPERATION, truth->operation);
    out->direct = truth->direct;
    out->peerings_absent = truth->peerings_absent;
    out->bandwidth_mbps = truth->bandwidth;
    out->sku_tier = sample_add_text(out, truth->tier, strlen(truth->tier));
    out->location = sample_add_text(out, truth->location, strlen(truth->location));
    size_t provider = strcspn(truth->at, "/");
    if (provider > 0) {
        out->provider_name = sample_add_text(out, truth->at, provider);
        out->peering_location = sample_add_text(out, truth->at + provider + 1, strlen(truth->at + provider + 1));
    }
    for (enum peering_kind kind = 0; kind < PEERINGS && !truth->peerings_absent; kind++)
        if (truth->peering[kind].there)
            fill_peering(out, kind, &truth->peering[kind]);
    beyond_truth_sample(&truth->beyond, out);
}

void truth_measure(struct circuit_truth *truth, int64_t clock_ms)
{
    for (size_t kind = 0; kind < PEERINGS; kind++)
        for (size_t path = 0; path < PATHS; path++) {
            const struct path_truth *is = &truth->peering[kind].path[path];
            if (is->bgp != NO_POINT) {
                truth->point[kind][path].bgp = is->bgp;
                truth->point[kind][path].bgp_ms = clock_ms - POINT_AGE_MS;
            }
            if (is->arp != NO_POINT) {
                truth->point[kind][path].arp = is->arp;
                truth->point[kind][path].arp_ms = clock_ms - POINT_AGE_MS;
            }
        }
}

static void fill_metric(struct metric_value *value, int percent, int64_t at_ms, int64_t clock_ms, int64_t base_ms)
{
    if (percent != NO_POINT && clock_ms - at_ms <= POINTS_KEPT_MS)
        *value = (struct metric_value){ .seen = { at_ms + base_ms },
                                        .stamp_wall_ms = STORY_WALL_MS + at_ms, /* Azure's clock is right */
                                        .percent = (int16_t)percent };
}

void truth_metrics(const struct circuit_truth *truth, int64_t clock_ms, int64_t base_ms, struct witness *out)
{
    witness_reset(out);
    for (size_t kind = 0; kind < PEERINGS; kind++)
        for (size_t path = 0; path < PATHS && truth->peering[kind].there; path++) {
            struct path_witness *at = &out->at[kind][path];
            fill_metric(&at->bgp, truth->point[kind][path].bgp, truth->point[kind][path].bgp_ms, clock_ms, base_ms);
            fill_metric(&at->arp, truth->point[kind][path].arp, truth->point[kind][path].arp_ms, clock_ms, base_ms);
        }
}

static void fill_uptime(const struct path_truth *path, enum family family, struct mono asked, bool established,
                        char out[ROUTE_TEXT_MAX])
{
    long long hours = asked.ms / 3600000 + 37;

    if (path->uptime[family][0] != '\0')
        strcpy(out, path->uptime[family]);
    else if (established)
        snprintf(out, ROUTE_TEXT_MAX, "%lldd%lldh", hours / 24 % 10000, hours % 24);
    else
        strcpy(out, "0:09:17");
}

void truth_routes(const struct circuit_truth *truth, enum peering_kind peering, enum path path, struct mono asked,
                  struct route_value out[FAMILIES])
{
    for (enum family family = 0; family < FAMILIES; family++) {
        const char *word = truth->peering[peering].path[path].routes[family];
        bool there = truth->peering[peering].family[family].there && word[0] != '\0';
        bool established = there && strspn(word, "0123456789") == strlen(word);
        out[family] = (struct route_value){ .seen = asked };
        out[family].state = !there ? ROUTE_NO_ROW : established ? ROUTE_ESTABLISHED : ROUTE_DOWN;
        out[family].prefixes = established ? (uint32_t)strtoul(word, NULL, 10) : 0;
        if (there) {
            strcpy(out[family].word, word);
            fill_uptime(&truth->peering[peering].path[path], family, asked, established, out[family].uptime);
        }
    }
}
