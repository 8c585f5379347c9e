/*
 * The keys of receivers: one table for each kind. What kinds have in common (the way out, the time limit) is written
 * once and stands in each of their tables. Which of the keys must, may and must not be together: load_wires.c.
 */
#include "config/draft.h"
#include "config/row.h"

static const struct word_value formats[] = {
    { "erwatch", FORMAT_ERWATCH },
    { "cloudevents", FORMAT_CLOUDEVENTS },
    { "prometheus", FORMAT_PROMETHEUS },
    { 0 },
};
static const struct word_value late_ways[] = { { "deliver", 0 }, { "summarise", 1 }, { 0 } };

#define RECEIVER(field) offsetof(struct receiver_draft, field)
#define WIRE(kind, field) RECEIVER(wire[kind].field)

#define ADDRESS "an address (https://host[:port]/path)"
#define ORIGIN "an address (https://host[:port])"
#define FILE_NAME "a file name"

#define FILE_ROW(key, kind, field, text, ...)                                                                          \
    ROW(key, VALUE_TEXT, 1, PATH_TEXT_MAX, NULL, WIRE(kind, field), text, .form = FILE_NAME, ##__VA_ARGS__)
#define URL_FILE_ROW(kind)                                                                                             \
    FILE_ROW("url_file", kind, url_file, "the file that holds the address, when that is a secret",                     \
             .absent = "the address is in the settings")

#define TIMEOUT_ROW(kind)                                                                                              \
    ROW("timeout", VALUE_DURATION, SECOND, 5 * MINUTE, "20s", WIRE(kind, timeout_ms), "longest wait for an answer")
#define CA_ROW(kind)                                                                                                   \
    ROW("ca_file", VALUE_TEXT, 1, PATH_TEXT_MAX, "system", WIRE(kind, ca_file),                                        \
        "certificates of the authorities to trust instead of the system's", .form = "system or an absolute path")
#define WAY_ROWS(kind)                                                                                                 \
    CA_ROW(kind),                                                                                                      \
        ROW("proxy", VALUE_TEXT, 1, TEXT_MAX, "none", WIRE(kind, proxy),                                               \
            "the way out: none, environment (https_proxy and no_proxy) or the address of a proxy",                     \
            .form = "none, environment or http://host:port"),                                                          \
        TIMEOUT_ROW(kind)

#define NO_SECRET_HERE(file)                                                                                           \
    "secrets do not stand in the settings: put it into a file and name that with \"" file "\""

static const struct key exec_keys[] = {
    ROW("command", VALUE_NODE, 0, 0, NULL, RECEIVER(command), "the program, by its absolute path, and its arguments",
        .form = "a list of texts", .required = true),
    ROW("timeout", VALUE_DURATION, SECOND, 10 * MINUTE, "30s", RECEIVER(timeout_ms), "longest time it may run"),
};
static const struct table exec_table = { TABLE("\"exec\"", exec_keys) };

static const struct key webhook_keys[] = {
    ROW("url", VALUE_TEXT, 1, 2048, NULL, WIRE(RECEIVER_WEBHOOK, url), "where notices are posted", .form = ADDRESS,
        .absent = "url_file says it"),
    URL_FILE_ROW(RECEIVER_WEBHOOK),
    ROW("format", VALUE_CHOICE, 0, 0, "erwatch", WIRE(RECEIVER_WEBHOOK, format), "what is posted", .words = formats),
    FILE_ROW("signing_key_file", RECEIVER_WEBHOOK, key_file, "the file that holds the key of the signatures",
             .absent = "nothing is signed"),
    FILE_ROW("old_signing_key_file", RECEIVER_WEBHOOK, old_key_file,
             "the file that holds a second key, while keys are being changed", .absent = "there is one signature"),
    WAY_ROWS(RECEIVER_WEBHOOK),
};
static const struct hint webhook_hints[] = {
    { "signing_key", NO_SECRET_HERE("signing_key_file") },
    { "secret", NO_SECRET_HERE("signing_key_file") },
    { "key_file", "it is called \"signing_key_file\"" },
    { "urls", "a webhook has one \"url\"; write a receiver for each" },
    { 0 },
};
static const struct table webhook_table = { TABLE("\"webhook\"", webhook_keys), .hints = webhook_hints };

static const struct key alertmanager_keys[] = {
    ROW("urls", VALUE_LIST, 1, 8, NULL, RECEIVER(urls), "the addresses of all its peers", .form = "a list of addresses",
        .required = true),
    WAY_ROWS(RECEIVER_ALERTMANAGER),
};
static const struct hint alertmanager_hints[] = {
    { "url", "it is called \"urls\", a list of all peers" },
    { 0 },
};
static const struct table alertmanager_table = { TABLE("\"alertmanager\"", alertmanager_keys),
                                                 .hints = alertmanager_hints };

static const struct key pagerduty_keys[] = {
    FILE_ROW("routing_key_file", RECEIVER_PAGERDUTY, key_file,
             "the file that holds the integration key of a service (Events API v2)", .required = true),
    ROW("url", VALUE_TEXT, 1, TEXT_MAX, "https://events.pagerduty.com", WIRE(RECEIVER_PAGERDUTY, url),
        "the address of its Events API", .form = ORIGIN),
    WAY_ROWS(RECEIVER_PAGERDUTY),
};
static const struct hint pagerduty_hints[] = {
    { "routing_key", NO_SECRET_HERE("routing_key_file") },
    { "integration_key", NO_SECRET_HERE("routing_key_file") },
    { "service_key", NO_SECRET_HERE("routing_key_file") },
    { "service_key_file", "it is called \"routing_key_file\"" },
    { 0 },
};
static const struct table pagerduty_table = { TABLE("\"pagerduty\"", pagerduty_keys), .hints = pagerduty_hints };

static const struct key opsgenie_keys[] = {
    FILE_ROW("api_key_file", RECEIVER_OPSGENIE, key_file, "the file that holds the key of an API integration",
             .required = true),
    ROW("url", VALUE_TEXT, 1, TEXT_MAX, "https://api.opsgenie.com", WIRE(RECEIVER_OPSGENIE, url),
        "the address of its Alert API", .form = ORIGIN),
    WAY_ROWS(RECEIVER_OPSGENIE),
};
static const struct hint opsgenie_hints[] = {
    { "api_key", NO_SECRET_HERE("api_key_file") },
    { "region", "give the address of the region: \"url: https://api.eu.opsgenie.com\"" },
    { 0 },
};
static const struct table opsgenie_table = { TABLE("\"opsgenie\"", opsgenie_keys), .hints = opsgenie_hints };

static const struct key slack_keys[] = {
    URL_FILE_ROW(RECEIVER_SLACK),
    FILE_ROW("token_file", RECEIVER_SLACK, key_file, "the file that holds a bot's token, instead of an address",
             .absent = "it is an incoming webhook"),
    ROW("channel", VALUE_TEXT, 1, 80, NULL, WIRE(RECEIVER_SLACK, channel), "the channel that a bot posts in",
        .form = "a channel's id or name", .absent = "must be given with token_file"),
    ROW("url", VALUE_TEXT, 1, 2048, NULL, WIRE(RECEIVER_SLACK, url),
        "an incoming webhook without a secret in its address; with token_file, where Slack's API is", .form = ADDRESS,
        .absent = "with token_file: https://slack.com"),
    WAY_ROWS(RECEIVER_SLACK),
};
static const struct hint slack_hints[] = {
    { "token", NO_SECRET_HERE("token_file") },
    { "bot_token", NO_SECRET_HERE("token_file") },
    { "webhook_url", NO_SECRET_HERE("url_file") },
    { 0 },
};
static const struct table slack_table = { TABLE("\"slack\"", slack_keys), .hints = slack_hints };

static const struct key teams_keys[] = {
    URL_FILE_ROW(RECEIVER_TEAMS),
    ROW("url", VALUE_TEXT, 1, 2048, NULL, WIRE(RECEIVER_TEAMS, url),
        "the address of the workflow, when there is no secret in it", .form = ADDRESS, .absent = "url_file says it"),
    WAY_ROWS(RECEIVER_TEAMS),
};
static const struct hint teams_hints[] = {
    { "webhook_url", NO_SECRET_HERE("url_file") },
    { 0 },
};
static const struct table teams_table = { TABLE("\"teams\"", teams_keys), .hints = teams_hints };

static const struct key email_keys[] = {
    ROW("server", VALUE_TEXT, 1, TEXT_MAX, NULL, WIRE(RECEIVER_EMAIL, server), "the mail server that takes the mail",
        .form = "an address (smtp://host[:port] or smtps://host[:port])", .required = true),
    ROW("from", VALUE_TEXT, 3, 254, NULL, WIRE(RECEIVER_EMAIL, from), "the sender", .form = "a mail address",
        .required = true),
    ROW("to", VALUE_LIST, 1, 50, NULL, RECEIVER(to), "who gets it", .form = "a list of mail addresses",
        .required = true),
    ROW("user", VALUE_TEXT, 1, TEXT_MAX, NULL, WIRE(RECEIVER_EMAIL, user), "the name to sign in with",
        .absent = "nobody signs in"),
    FILE_ROW("password_file", RECEIVER_EMAIL, password_file, "the file that holds the password of the user",
             .absent = "must be given with user"),
    ROW("starttls", VALUE_SWITCH, 0, 0, "yes", WIRE(RECEIVER_EMAIL, starttls),
        "whether an smtp:// server must go over to TLS before anything is said"),
    CA_ROW(RECEIVER_EMAIL),
    TIMEOUT_ROW(RECEIVER_EMAIL),
};
static const struct hint email_hints[] = {
    { "password", NO_SECRET_HERE("password_file") },
    { "url", "it is called \"server\"" },
    { "host", "it is called \"server\": smtp://host:587" },
    { "smarthost", "it is called \"server\": smtp://host:587" },
    { 0 },
};
static const struct table email_table = { TABLE("\"email\"", email_keys), .hints = email_hints };

static const struct key stream_keys[] = {
    ROW("path", VALUE_TEXT, 1, PATH_TEXT_MAX, NULL, WIRE(RECEIVER_STREAM, path),
        "a FIFO or a Unix socket that somebody reads", .form = "an absolute path", .required = true),
    ROW("timeout", VALUE_DURATION, SECOND, 5 * MINUTE, "5s", WIRE(RECEIVER_STREAM, timeout_ms),
        "longest wait for a line to be taken"),
};
static const struct table stream_table = { TABLE("\"stream\"", stream_keys) };

static const struct key digest_keys[] = {
    ROW("to", VALUE_NAME, 1, 64, NULL, RECEIVER(digest_to), "the receiver that gets the digests", .required = true),
    ROW("at", VALUE_TEXT, 1, 16, "08:00", RECEIVER(digest_at), "the time of day at which one is made",
        .form = "a time of day (08:00)"),
    ROW("zone", VALUE_TEXT, 1, 64, NULL, RECEIVER(digest_zone), "the time zone that \"at\" is a time of",
        .form = "a time zone (Europe/London)", .absent = "UTC"),
    ROW("every", VALUE_DURATION, MINUTE, 7 * DAY, NULL, RECEIVER(digest_every_ms),
        "time between two digests, instead of a time of day", .absent = "once a day", .paced = true),
    ROW("empty", VALUE_SWITCH, 0, 0, "no", RECEIVER(digest_empty),
        "whether one is sent, too, when there is nothing to tell"),
};
static const struct hint digest_hints[] = {
    { "time", "it is called \"at\"" },
    { "interval", "it is called \"every\"" },
    { 0 },
};
static const struct table digest_table = { TABLE("\"digest\"", digest_keys), .hints = digest_hints };

static const struct key fallback_keys[] = {
    ROW("to", VALUE_NAME, 1, 64, NULL, RECEIVER(fallback), "the other receiver", .required = true),
    ROW("after", VALUE_DURATION, SECOND, DAY, "5m", RECEIVER(fallback_after_ms),
        "how long a notice may wait before the other receiver gets it, too"),
};
static const struct table fallback_table = { TABLE("\"fallback\"", fallback_keys) };

#define KIND_ROW(key, table, text) ROW(key, VALUE_MAP, 0, 0, NULL, 0, text, .inside = &(table))

static const struct key receiver_keys[] = {
    ROW("name", VALUE_NAME, 1, 64, NULL, RECEIVER(name), "what routes call this receiver", .required = true),
    KIND_ROW("exec", exec_table, "a program that gets the notice on its standard input"),
    KIND_ROW("webhook", webhook_table, "an address that notices are posted to"),
    KIND_ROW("alertmanager", alertmanager_table, "Prometheus Alertmanager"),
    KIND_ROW("pagerduty", pagerduty_table, "PagerDuty"),
    KIND_ROW("opsgenie", opsgenie_table, "Opsgenie"),
    KIND_ROW("slack", slack_table, "Slack"),
    KIND_ROW("teams", teams_table, "Microsoft Teams"),
    KIND_ROW("email", email_table, "mail"),
    KIND_ROW("stream", stream_table, "lines of JSON for a program on this host"),
    KIND_ROW("digest", digest_table, "notices are collected, and go to another receiver as one"),
    ROW("fallback", VALUE_MAP, 0, 0, NULL, 0, "who is told when this receiver does not take a notice",
        .inside = &fallback_table, .absent = "nobody else"),
    ROW("late", VALUE_CHOICE, 0, 0, "deliver", RECEIVER(summarise),
        "what becomes of notices of one episode that had to wait together", .words = late_ways),
};
static const struct hint receiver_hints[] = {
    { "type", "its kind is a key of its own: \"webhook: { url: ... }\"" },
    { "kind", "its kind is a key of its own: \"webhook: { url: ... }\"" },
    { "url", "it belongs into the kind of receiver: \"webhook: { url: ... }\"" },
    { "command", "it belongs into \"exec: { command: [...] }\"" },
    { "hook", "a program is called \"exec\", an address \"webhook\"" },
    { "mail", "it is called \"email\"" },
    { "smtp", "it is called \"email\"" },
    { "msteams", "it is called \"teams\"" },
    { "prometheus", "it is called \"alertmanager\"; a webhook may have \"format: prometheus\"" },
    { "summary", "it is called \"digest\"" },
    { "fifo", "it is called \"stream\"" },
    { "socket", "it is called \"stream\"" },
    { 0 },
};
const struct table receiver_table = { TABLE("a receiver", receiver_keys), .hints = receiver_hints };
