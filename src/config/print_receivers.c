/*
 * Receivers for a person who checks the settings. Of an address only scheme and host are shown, of a secret only the
 * file it is in.
 */
#include "config/print_receivers.h"

#include "config/address.h"
#include "config/duration.h"
#include "config/paragraph.h"

#include <string.h>

static void put_address(struct paragraph *line, const char *before, const char *url)
{
    char shown[ADDRESS_SHOWN_MAX];

    paragraph_put(line, "%s%s", before, address_shown(url, shown));
}

/* "at https://bus.example.net" or "at the address in slack-url" */
static void put_url(struct paragraph *line, const struct wire_settings *wire)
{
    if (wire->url != NULL)
        put_address(line, "at ", wire->url);
    else
        paragraph_put(line, "at the address in %s", wire->url_file);
}

static void put_exec(struct paragraph *line, const struct receiver_settings *receiver)
{
    paragraph_put(line, "runs");
    for (const char *const *argument = receiver->exec.argv; *argument != NULL; argument++)
        paragraph_put(line, "%s", *argument);
}

static void put_webhook(struct paragraph *line, const struct receiver_settings *receiver)
{
    const struct wire_settings *wire = &receiver->wire;

    paragraph_put(line, "webhook");
    put_url(line, wire);
    paragraph_put(line, "in the format %s,", webhook_format_name(wire->format));
    if (wire->key_file == NULL)
        paragraph_put(line, "not signed");
    else
        paragraph_put(line, "signed with the key in %s", wire->key_file);
    if (wire->old_key_file != NULL)
        paragraph_put(line, "and that in %s", wire->old_key_file);
}

static void put_alertmanager(struct paragraph *line, const struct receiver_settings *receiver)
{
    paragraph_put(line, "Alertmanager");
    for (const char *const *url = receiver->wire.urls; *url != NULL; url++)
        put_address(line, url == receiver->wire.urls ? "at " : "and ", *url);
}

static void put_pagerduty(struct paragraph *line, const struct receiver_settings *receiver)
{
    paragraph_put(line, "PagerDuty");
    put_url(line, &receiver->wire);
    paragraph_put(line, "with the routing key in %s", receiver->wire.key_file);
}

static void put_opsgenie(struct paragraph *line, const struct receiver_settings *receiver)
{
    paragraph_put(line, "Opsgenie");
    put_url(line, &receiver->wire);
    paragraph_put(line, "with the API key in %s", receiver->wire.key_file);
}

static void put_slack(struct paragraph *line, const struct receiver_settings *receiver)
{
    paragraph_put(line, "Slack");
    put_url(line, &receiver->wire);
    if (receiver->wire.key_file != NULL)
        paragraph_put(line, "in the channel %s with the token in %s", receiver->wire.channel, receiver->wire.key_file);
}

static void put_teams(struct paragraph *line, const struct receiver_settings *receiver)
{
    paragraph_put(line, "Microsoft Teams");
    put_url(line, &receiver->wire);
}

static void put_email(struct paragraph *line, const struct receiver_settings *receiver)
{
    const struct wire_settings *wire = &receiver->wire;

    paragraph_put(line, "mail from %s", wire->from);
    for (const char *const *to = wire->to; *to != NULL; to++)
        paragraph_put(line, "%s %s", to == wire->to ? "to" : "and", *to);
    put_address(line, "by ", wire->server);
    if (wire->user != NULL)
        paragraph_put(line, "as %s with the password in %s", wire->user, wire->password_file);
}

static void put_stream(struct paragraph *line, const struct receiver_settings *receiver)
{
    paragraph_put(line, "lines into %s", receiver->wire.path);
}

static void put_digest(struct paragraph *line, const struct receiver_settings *receiver)
{
    const struct digest_settings *digest = &receiver->digest;
    char every[DURATION_TEXT_MAX];

    if (digest->plan.every_ms > 0)
        paragraph_put(line, "every %s", duration_format(digest->plan.every_ms, every));
    else
        paragraph_put(line, "each day at %s (%s)", digest->at, digest->plan.zone != NULL ? digest->zone_name : "UTC");
    if (digest->empty)
        paragraph_put(line, "also when there is nothing to tell");
}

static void (*const puts_of[RECEIVER_KINDS])(struct paragraph *, const struct receiver_settings *) = {
    [RECEIVER_EXEC] = put_exec,
    [RECEIVER_WEBHOOK] = put_webhook,
    [RECEIVER_ALERTMANAGER] = put_alertmanager,
    [RECEIVER_PAGERDUTY] = put_pagerduty,
    [RECEIVER_OPSGENIE] = put_opsgenie,
    [RECEIVER_SLACK] = put_slack,
    [RECEIVER_TEAMS] = put_teams,
    [RECEIVER_EMAIL] = put_email,
    [RECEIVER_STREAM] = put_stream,
    [RECEIVER_DIGEST] = put_digest,
};

static void put_way(struct paragraph *line, const struct wire_settings *wire)
{
    if (wire->proxy != NULL && strcmp(wire->proxy, "environment") == 0)
        paragraph_put(line, "by the environment's proxy");
    else if (wire->proxy != NULL && strcmp(wire->proxy, "none") != 0)
        put_address(line, "by the proxy ", wire->proxy);
    if (wire->ca_file != NULL)
        paragraph_put(line, "with the authorities in %s", wire->ca_file);
}

void print_receiver(const struct settings *settings, const struct receiver_settings *receiver, FILE *to)
{
    struct paragraph line = paragraph_begin(to, 6);
    bool program = receiver->kind == RECEIVER_EXEC;
    char timeout[DURATION_TEXT_MAX], after[DURATION_TEXT_MAX];

    fprintf(to, "  %s\n", receiver->name);
    if (receiver->kind == RECEIVER_DIGEST)
        paragraph_put(&line, "a digest to %s,", settings->receivers[receiver->digest.to].name);
    puts_of[receiver->kind](&line, receiver);
    if (receiver->kind == RECEIVER_DIGEST) {
        paragraph_end(&line);
        return;
    }
    if (!program)
        put_way(&line, &receiver->wire);
    paragraph_put(&line, "(at most %s)%s",
                  duration_format(program ? receiver->exec.timeout_ms : receiver->wire.timeout_ms, timeout),
                  receiver->fallback != NO_RECEIVER || receiver->summarise ? ";" : "");
    if (receiver->summarise)
        paragraph_put(&line, "what waits together becomes one notice%s", receiver->fallback != NO_RECEIVER ? ";" : "");
    if (receiver->fallback != NO_RECEIVER)
        paragraph_put(&line, "what it does not take within %s goes to %s",
                      duration_format(receiver->fallback_after_ms, after),
                      settings->receivers[receiver->fallback].name);
    paragraph_end(&line);
}
