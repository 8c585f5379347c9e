/* The receivers that the tests of bodies and of answers share. The secrets in here are nobody's. */
#include "wire_bed.h"

#include <criterion/criterion.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const people[] = { "net@example.net", "noc@example.net", NULL };

const char *const wire_names[WIRES] = { "erwatch",  "cloudevents", "prometheus", "alertmanager", "pagerduty",
                                        "opsgenie", "slack",    "slackbot",    "teams",      "email",        "stream" };

#define COMMON .name = "receiver", .host = "nms1.example.net", .alive_ms = 600000

const struct wire wire_examples[WIRES] = {
    [WIRE_ERWATCH] = { COMMON, .kind = RECEIVER_WEBHOOK, .url = "https://bus.example.net/in", .format = FORMAT_ERWATCH,
                       .key = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                       .old_key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
    [WIRE_CLOUDEVENTS] = { COMMON, .kind = RECEIVER_WEBHOOK, .url = "https://bus.example.net/in",
                           .format = FORMAT_CLOUDEVENTS },
    [WIRE_PROMETHEUS] = { COMMON, .kind = RECEIVER_WEBHOOK, .url = "https://bus.example.net/in",
                          .format = FORMAT_PROMETHEUS, .page_url = "https://nms1.example.net:9469/" },
    [WIRE_ALERTMANAGER] = { COMMON, .kind = RECEIVER_ALERTMANAGER, .url = "http://am1.example.net:9093",
                            .page_url = "https://nms1.example.net:9469/" },
    [WIRE_PAGERDUTY] = { COMMON, .kind = RECEIVER_PAGERDUTY, .url = "https://events.pagerduty.com",
                         .key = "0123456789SECRET0123456789SECRET", .page_url = "https://nms1.example.net:9469/" },
    [WIRE_OPSGENIE] = { COMMON, .kind = RECEIVER_OPSGENIE, .url = "https://api.eu.opsgenie.com",
                        .key = "5ec2e700-0000-0000-0000-SECRET000000" },
    [WIRE_SLACK] = { COMMON, .kind = RECEIVER_SLACK, .url = "https://hooks.slack.com/services/SECRET" },
    [WIRE_SLACK_BOT] = { COMMON, .kind = RECEIVER_SLACK, .url = "https://slack.com", .key = "xoxb-SECRET",
                         .channel = "C0123456789" },
    [WIRE_TEAMS] = { COMMON, .kind = RECEIVER_TEAMS, .url = "https://prod.example.net/workflows/SECRET" },
    [WIRE_EMAIL] = { COMMON, .kind = RECEIVER_EMAIL, .url = "smtp://mail.example.net:587",
                     .mail_from = "erwatch@example.net", .mail_to = people },
    [WIRE_STREAM] = { COMMON, .kind = RECEIVER_STREAM },
};

char *wire_notice(const char *name)
{
    char path[512];
    json_error_t error;

    snprintf(path, sizeof path, "%s/paging/notice-%s.json", TEST_DATA, name);
    json_t *object = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(object, "%s:%d: %s", path, error.line, error.text);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    return text;
}

void wire_taken(const struct wire *wire, struct wire_reply *reply)
{
    static const struct wire_reply taken[RECEIVER_KINDS] = {
        [RECEIVER_WEBHOOK] = { .status = 204, .body = "" },
        [RECEIVER_ALERTMANAGER] = { .status = 200, .body = "" },
        [RECEIVER_PAGERDUTY] = { .status = 202, .body = "{\"status\":\"success\",\"message\":\"Event processed\","
                                                        "\"dedup_key\":\"x\"}" },
        [RECEIVER_OPSGENIE] = { .status = 202, .body = "{\"result\":\"Request will be processed\",\"took\":0.1,"
                                                       "\"requestId\":\"43a29c5c-3dbf-4fa4-9c26-f4f71023e120\"}" },
        [RECEIVER_SLACK] = { .status = 200, .body = "ok" },
        [RECEIVER_TEAMS] = { .status = 202, .body = "" },
        [RECEIVER_EMAIL] = { .status = 250, .body = "" },
        [RECEIVER_STREAM] = { .status = 0, .body = "" },
    };
    *reply = taken[wire->kind];
    if (wire->kind == RECEIVER_SLACK && wire->key != NULL)
        reply->body = "{\"ok\":true,\"channel\":\"C0123456789\",\"ts\":\"1795255202.000100\"}";
    reply->whole = reply->sent = true;
    reply->now_wall_ms = WIRE_NOW;
}
