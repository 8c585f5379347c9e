/*
 * How Azure answers: from what is true at the moment at which a question arrives, and perhaps lost, late, refused, or
 * older than the answer before. What the daemon hears is evidence for the judge.
 */
#include "azure.h"

#include "judge.h"
#include "simulation.h"
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POINT_LATE_MS (90 * 1000)          /* a minute's value is there so long after it */
#define TARGETS (CIRCUITS + SUBSCRIPTIONS) /* circuits, lists */

struct cached {
    bool there;
    struct wire_answer answer;
};

static struct {
    struct cached cache[TARGETS];
    char heard[TARGETS][32]; /* request id of the last answer that the daemon heard */
    uint64_t requests;
} answers;

void answers_reset(void)
{
    memset(&answers, 0, sizeof answers);
}

void azure_daemon_forgets(void)
{
    memset(answers.heard, 0, sizeof answers.heard);
}

/* ---- pieces ---- */

static void write_time(char out[32], int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm parts;

    gmtime_r(&seconds, &parts);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static void common_headers(struct wire_answer *out)
{
    time_t seconds = (time_t)(right_wall() / 1000);
    struct tm parts;
    char date[64];

    gmtime_r(&seconds, &parts);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    wire_header(out, "Content-Type", "application/json; charset=utf-8");
    wire_header(out, "Date", "%s", date);
    wire_header(out, "x-ms-request-id", "%016llx", (unsigned long long)++answers.requests);
}

static void refuse(struct wire_answer *out, int status, const char *code)
{
    common_headers(out);
    out->status = status;
    wire_body(out, "{\"error\":{\"code\":\"%s\",\"message\":\"That is how it is.\"}}", code);
}

static void write_peering(struct wire_answer *out, const char *id, size_t circuit)
{
    const struct truth *is = azure_truth(circuit);
    bool microsoft = azure_circuits[circuit].microsoft;
    const char *name = microsoft ? "MicrosoftPeering" : "AzurePrivatePeering";
    const char *validated = is->validation ? "ValidationNeeded" : "Configured";

    wire_body(
        out,
        "{\"name\":\"%s\",\"id\":\"%s/peerings/%s\",\"properties\":{\"provisioningState\":\"Succeeded\","
        "\"peeringType\":\"%s\",\"azureASN\":12076,\"peerASN\":65001,\"primaryPeerAddressPrefix\":\"192.0.2.0/30\","
        "\"secondaryPeerAddressPrefix\":\"192.0.2.4/30\",\"state\":\"%s\",\"vlanId\":100",
        name, id, name, name, is->peering_off ? "Disabled" : "Enabled");
    if (microsoft)
        wire_body(out,
                  ",\"routeFilter\":{\"id\":\"/subscriptions/x/resourceGroups/net/providers/Microsoft.Network/"
                  "routeFilters/all\"},\"microsoftPeeringConfig\":{\"advertisedPublicPrefixes\":[\"203.0.113.0/24\"],"
                  "\"advertisedPublicPrefixesState\":\"%s\",\"customerASN\":65001,\"routingRegistryName\":\"ARIN\"}",
                  validated);
    wire_body(out, "}}");
}

static void write_circuit(struct wire_answer *out, size_t circuit)
{
    static const char *const providers[PROVIDER_TRUTHS] = { "Provisioned", "NotProvisioned", "Deprovisioning",
                                                            "Pondering" };
    const struct truth *is = azure_truth(circuit);
    char id[CIRCUIT_ID_MAX];

    wire_body(
        out,
        "{\"name\":\"%s\",\"id\":\"%s\",\"etag\":\"W/\\\"%u\\\"\",\"type\":\"Microsoft.Network/expressRouteCircuits\","
        "\"location\":\"uksouth\",\"properties\":{\"provisioningState\":\"Succeeded\",\"peerings\":[",
        azure_circuits[circuit].name, azure_id(circuit, id), azure_changes(circuit));
    write_peering(out, id, circuit);
    wire_body(
        out,
        "],\"serviceProviderProperties\":{\"serviceProviderName\":\"Equinix\",\"peeringLocation\":\"London\","
        "\"bandwidthInMbps\":200},\"circuitProvisioningState\":\"%s\",\"serviceProviderProvisioningState\":\"%s\"},"
        "\"sku\":{\"name\":\"Standard_MeteredData\",\"tier\":\"Standard\",\"family\":\"MeteredData\"}}",
        is->disabled ? "Disabled" : "Enabled", providers[is->provider]);
}

static void answer_list(struct wire_answer *out, size_t subscription)
{
    const char *comma = "";

    common_headers(out);
    out->status = 200;
    wire_body(out, "{\"value\":[");
    for (size_t i = 0; i < CIRCUITS; i++)
        if (azure_circuits[i].subscription == subscription && !azure_truth(i)->gone) {
            wire_body(out, "%s", comma);
            write_circuit(out, i);
            comma = ",";
        }
    wire_body(out, "]}");
}

static void answer_circuit(struct wire_answer *out, size_t circuit)
{
    if (azure_truth(circuit)->gone) {
        refuse(out, 404, "ResourceNotFound");
        return;
    }
    common_headers(out);
    out->status = 200;
    write_circuit(out, circuit);
}

/* The newest minute that there is a value of; its place. */
static size_t newest_point(int64_t at_wall_ms)
{
    return (size_t)((at_wall_ms - POINT_LATE_MS) / MINUTE_MS) % POINTS;
}

static void write_series(struct wire_answer *out, size_t index, size_t path, bool bgp)
{
    size_t newest = newest_point(right_wall());
    char at[32];

    wire_body(out,
              "{\"metadatavalues\":[{\"name\":{\"value\":\"PeeringType\"},\"value\":\"%s\"},"
              "{\"name\":{\"value\":\"Peer\"},\"value\":\"%s\"}],\"data\":[",
              azure_circuits[index].microsoft ? "Microsoft" : "Private", path == 0 ? "Primary" : "Secondary");
    for (size_t i = 3; i-- > 0;) {
        size_t place = (newest + POINTS - i) % POINTS;
        write_time(at, azure_point(index, place)->at_ms);
        wire_body(out, "{\"timeStamp\":\"%s\",\"average\":%d}%s", at,
                  bgp && !azure_point(index, place)->up[path] ? 0 : 100, i > 0 ? "," : "");
    }
    wire_body(out, "]}");
}

static void answer_metrics(struct wire_answer *out, size_t circuit)
{
    if (azure_truth(circuit)->gone) {
        refuse(out, 404, "ResourceNotFound");
        return;
    }
    common_headers(out);
    out->status = 200;
    wire_body(out, "{\"cost\":0,\"interval\":\"PT1M\",\"value\":[");
    for (size_t metric = 0; metric < 2; metric++) {
        wire_body(out, "%s{\"name\":{\"value\":\"%s\"},\"errorCode\":\"Success\",\"timeseries\":[",
                  metric > 0 ? "," : "", metric == 0 ? "BgpAvailability" : "ArpAvailability");
        write_series(out, circuit, 0, metric == 0);
        wire_body(out, ",");
        write_series(out, circuit, 1, metric == 0);
        wire_body(out, "]}");
    }
    wire_body(out, "]}");
}

static void answer_arp(struct wire_answer *out)
{
    common_headers(out);
    out->status = 200;
    wire_body(out,
              "{\"value\":[{\"age\":9,\"interface\":\"Microsoft\",\"ipAddress\":\"192.0.2.2\",\"macAddress\":"
              "\"aaaa.bbbb.cccc\"},{\"age\":9,\"interface\":\"On-Prem\",\"ipAddress\":\"192.0.2.1\",\"macAddress\":"
              "\"dddd.eeee.ffff\"}]}");
}

/* ---- which question it is ---- */

enum question { ASKS_LIST, ASKS_CIRCUIT, ASKS_METRICS, ASKS_ARP, ASKS_CONNECTIONS, ASKS_GRAPH, QUESTIONS };

struct asked {
    enum question question;
    size_t subscription, circuit;
};

static size_t circuit_in(const char *url)
{
    const char *at = strstr(url, "/expressRouteCircuits/");
    char name[32];

    if (at == NULL || sscanf(at, "/expressRouteCircuits/%31[a-z]", name) != 1)
        return CIRCUITS;
    return azure_find(name);
}

static struct asked read_url(const char *url)
{
    struct asked asked = { .question = ASKS_LIST, .circuit = circuit_in(url) };

    asked.subscription = strstr(url, azure_subscription(0)) != NULL ? 0 : 1;
    if (strstr(url, "/providers/Microsoft.ResourceGraph/") != NULL)
        asked.question = ASKS_GRAPH;
    else if (strstr(url, "/providers/Microsoft.Network/connections") != NULL)
        asked.question = ASKS_CONNECTIONS;
    else if (strstr(url, "/metrics?") != NULL)
        asked.question = ASKS_METRICS;
    else if (strstr(url, "/arpTables/") != NULL)
        asked.question = ASKS_ARP;
    else if (asked.circuit < CIRCUITS)
        asked.question = ASKS_CIRCUIT;
    return asked;
}

/* ---- what becomes of a question ---- */

static void settle_fate(enum mood mood, struct wire_fate *fate)
{
    int64_t takes_ms = dice_span(&here.dice, 20, 2000);

    if (mood == MOOD_SLOW)
        takes_ms = dice_between(&here.dice, 1000, 25000);
    *fate = (struct wire_fate){ .arrives_ms = takes_ms / 2, .answers_ms = takes_ms, .end = HTTP_ANSWERED };
    if (mood == MOOD_UNREACHABLE)
        *fate = (struct wire_fate){ -1, dice_span(&here.dice, 1, 5000), HTTP_CONNECT };
    else if (mood == MOOD_LOST || (!here.calm && dice_chance(&here.dice, 10)))
        fate->answers_ms = -1;
    else if (!here.calm && dice_chance(&here.dice, 5))
        fate->end = HTTP_CUT;
}

static void azure_fate(const struct http_request *request, struct wire_fate *fate, int *tag)
{
    struct asked asked = read_url(request->url);

    *tag = 0;
    settle_fate(azure_mood(asked.subscription), fate);
}

static void throttle(struct wire_answer *out)
{
    static const char *const waits[] = { "17", "120", "0", "soon", "Thu, 01 Jan 2026 00:00:00 GMT", "1800" };

    refuse(out, 429, "TooManyRequests");
    if (dice_chance(&here.dice, 700))
        wire_header(out, "Retry-After", "%s", waits[dice_between(&here.dice, 0, 6)]);
}

/* @return is it answered that way? */
static bool answer_by_mood(enum mood mood, struct wire_answer *out)
{
    switch (mood) {
    case MOOD_ERROR:
        refuse(out, 500, "InternalServerError");
        return true;
    case MOOD_BUSY:
        refuse(out, 503, "ServerBusy");
        return true;
    case MOOD_THROTTLED:
        throttle(out);
        return true;
    case MOOD_FORBIDDEN:
        refuse(out, 403, "AuthorizationFailed");
        return true;
    case MOOD_UNAUTHORIZED:
        refuse(out, 401, "ExpiredAuthenticationToken");
        return true;
    case MOOD_GARBAGE:
        common_headers(out);
        out->status = 200;
        wire_body(out, "<html><body>Welcome to the hotel's network</body></html>");
        return true;
    default:
        return false;
    }
}

static void answer_truly(const struct asked *asked, struct wire_answer *out)
{
    static void (*const writers[QUESTIONS])(struct wire_answer *, size_t) = {
        [ASKS_LIST] = answer_list,
        [ASKS_CIRCUIT] = answer_circuit,
        [ASKS_METRICS] = answer_metrics,
    };

    if (asked->question == ASKS_ARP) {
        answer_arp(out);
    } else if (asked->question == ASKS_CONNECTIONS) {
        common_headers(out);
        out->status = 200;
        wire_body(out, "{\"value\":[]}");
    } else if (asked->question == ASKS_GRAPH) {
        common_headers(out);
        out->status = 200;
        wire_body(out, "{\"totalRecords\":0,\"count\":0,\"data\":[],\"resultTruncated\":\"false\"}");
    } else {
        writers[asked->question](out, asked->question == ASKS_LIST ? asked->subscription : asked->circuit);
    }
}

static void remember(struct cached *cached, const struct wire_answer *answer)
{
    cached->there = true;
    cached->answer = *answer;
}

static void azure_arrived(const struct http_request *request, int tag, int64_t sent_ms, struct wire_answer *out)
{
    struct asked asked = read_url(request->url);
    enum mood mood = azure_mood(asked.subscription);
    bool cacheable = asked.question == ASKS_LIST || asked.question == ASKS_CIRCUIT;
    struct cached *cached = &answers.cache[asked.question == ASKS_LIST ? CIRCUITS + asked.subscription : asked.circuit];

    (void)tag, (void)sent_ms;
    if (answer_by_mood(mood, out))
        return;
    if (cacheable && mood == MOOD_OLD && cached->there && dice_chance(&here.dice, 800)) {
        *out = cached->answer;
        return;
    }
    answer_truly(&asked, out);
    if (cacheable)
        remember(cached, out);
}

/* What an answer said, read from the answer itself: it may be older than what is true by now. */
static bool read_truth(const struct wire_answer *answer, size_t circuit, struct truth *out)
{
    char id[CIRCUIT_ID_MAX], begin[CIRCUIT_ID_MAX + 16];

    *out = (struct truth){ .provider = IS_PROVISIONED, .up = { true, true } };
    snprintf(begin, sizeof begin, "\"id\":\"%s\"", azure_id(circuit, id));
    const char *at = strstr(answer->body, begin);
    out->gone = at == NULL;
    if (at == NULL)
        return true;
    char text[2048];
    const char *end = strstr(at, "\"MeteredData\"}");
    size_t len = end != NULL ? (size_t)(end - at) : sizeof text;
    if (len >= sizeof text)
        return false;
    memcpy(text, at, len);
    text[len] = '\0';
    out->disabled = strstr(text, "\"circuitProvisioningState\":\"Disabled\"") != NULL;
    out->peering_off = strstr(text, "\"state\":\"Disabled\"") != NULL;
    out->validation = strstr(text, "\"ValidationNeeded\"") != NULL;
    out->provider = strstr(text, "\"NotProvisioned\"") != NULL   ? IS_NOT_PROVISIONED
                    : strstr(text, "\"Deprovisioning\"") != NULL ? IS_DEPROVISIONING
                    : strstr(text, "\"Pondering\"") != NULL      ? IS_STRANGE
                                                                 : IS_PROVISIONED;
    return true;
}

/* Of one path, whether the newest point of the answer says that its session is up. */
static bool metric_up(const struct wire_answer *answer, const char *path)
{
    const char *at = strstr(answer->body, path);
    const char *end = at != NULL ? strstr(at, "]}") : NULL;
    bool up = true;

    for (; at != NULL && at < end; at = strstr(at + 1, "\"average\":")) {
        if (strncmp(at, "\"average\":", 10) == 0)
            up = at[10] != '0';
    }
    return up;
}

static void heard_states(const struct asked *asked, const struct wire_answer *answer, int64_t sent_ms)
{
    struct truth said;

    for (size_t i = 0; i < CIRCUITS; i++) {
        bool about =
            asked->question == ASKS_LIST ? azure_circuits[i].subscription == asked->subscription : i == asked->circuit;
        if (about && read_truth(answer, i, &said))
            judge_heard_circuit(i, &said, asked->question == ASKS_LIST, sent_ms);
    }
}

/* An answer out of a cache that the daemon has had already is no news. */
static bool is_replay(const struct asked *asked, const struct wire_answer *answer)
{
    struct http_reply reply = { .headers = answer->headers };
    const char *id = http_header(&reply, "x-ms-request-id");
    char *heard = answers.heard[asked->question == ASKS_LIST ? CIRCUITS + asked->subscription : asked->circuit];

    if (strcmp(heard, id) == 0)
        return true;
    snprintf(heard, sizeof answers.heard[0], "%s", id);
    return false;
}

static void azure_heard(const struct http_request *request, int tag, int64_t sent_ms, const struct wire_answer *answer)
{
    struct asked asked = read_url(request->url);

    (void)tag;
    if (asked.question == ASKS_METRICS && answer->status == 200 && answer->body[0] == '{')
        judge_heard_metrics(asked.circuit, metric_up(answer, "\"Primary\""), metric_up(answer, "\"Secondary\""),
                            sent_ms);
    bool said =
        (answer->status == 200 && answer->body[0] == '{') || (answer->status == 404 && asked.question == ASKS_CIRCUIT);
    if (said && (asked.question == ASKS_LIST || asked.question == ASKS_CIRCUIT) && !is_replay(&asked, answer))
        heard_states(&asked, answer, sent_ms);
}

const struct wire_service azure_service = { "https://management.azure.com", azure_fate, azure_arrived, azure_heard };

/* ---- signing in ---- */

static void login_fate(const struct http_request *request, struct wire_fate *fate, int *tag)
{
    (void)request;
    *tag = 0;
    settle_fate(azure_mood(LOGIN), fate);
}

static void login_arrived(const struct http_request *request, int tag, int64_t sent_ms, struct wire_answer *out)
{
    enum mood mood = azure_mood(LOGIN);

    (void)request, (void)tag, (void)sent_ms;
    if (mood == MOOD_UNAUTHORIZED || mood == MOOD_FORBIDDEN) {
        common_headers(out);
        out->status = 401;
        wire_body(out,
                  "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: The provided client secret "
                  "keys are expired.\",\"error_codes\":[7000222]}");
        return;
    }
    if (answer_by_mood(mood, out))
        return;
    common_headers(out);
    out->status = 200;
    wire_body(out, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"token-%llu\"}",
              (unsigned long long)answers.requests);
}

static void login_heard(const struct http_request *request, int tag, int64_t sent_ms, const struct wire_answer *answer)
{
    (void)request, (void)tag, (void)sent_ms, (void)answer;
}

const struct wire_service login_service = { "https://login.microsoftonline.com", login_fate, login_arrived,
                                            login_heard };
