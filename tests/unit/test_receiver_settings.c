/* Receivers of every kind, as read from a file and as shown to whoever checks it; and which addresses are secrets. */
#include "leaks.h"
#include "settings_files.h"

#include "config/address.h"

static void before(void)
{
    enter_folder();
}

static void after(void)
{
    leave_folder();
    leaks_fail();
}

TestSuite(receiver_settings, .init = before, .fini = after);

static const char every_kind[] = AZURE CIRCUITS
    "receivers:\n"
    "  - name: hook\n"
    "    exec: { command: [/bin/page, now] }\n"
    "  - name: bus\n"
    "    webhook: { url: \"https://bus.example.net:8443/in?team=net\", signing_key_file: k, old_signing_key_file: o, "
    "timeout: 5s }\n"
    "  - name: am\n"
    "    alertmanager: { urls: [\"http://am1:9093/\", \"https://am2.example.net/alertmanager\"], "
    "proxy: \"http://p.example.net:3128/\" }\n"
    "    late: summarise\n"
    "  - name: pd\n"
    "    pagerduty: { routing_key_file: pd-key }\n"
    "    fallback: { to: genie, after: 10m }\n"
    "  - name: genie\n"
    "    opsgenie: { api_key_file: genie-key, url: \"https://api.eu.opsgenie.com/\", ca_file: /etc/ca.pem }\n"
    "    fallback: { to: hook }\n"
    "  - name: chat\n"
    "    slack: { url_file: slack-url, proxy: environment }\n"
    "  - name: bot\n"
    "    slack: { token_file: slack-token, channel: C0123 }\n"
    "  - name: teams\n"
    "    teams: { url: \"http://127.0.0.1:8080/relay\" }\n"
    "  - name: mail\n"
    "    email: { server: \"smtp://mail.example.net:587\", from: erwatch@example.net, "
    "to: [a@example.net, b@example.net], user: u, password_file: p }\n"
    "  - name: line\n"
    "    stream: { path: /run/x }\n";

Test(receiver_settings, are_what_the_file_says)
{
    static const uint8_t kinds[] = { RECEIVER_EXEC,     RECEIVER_WEBHOOK, RECEIVER_ALERTMANAGER, RECEIVER_PAGERDUTY,
                                     RECEIVER_OPSGENIE, RECEIVER_SLACK,   RECEIVER_SLACK,        RECEIVER_TEAMS,
                                     RECEIVER_EMAIL,    RECEIVER_STREAM };
    struct settings *settings = load_fine(every_kind);
    const struct receiver_settings *receiver = settings->receivers;

    cr_assert_eq(settings->receiver_count, sizeof kinds);
    for (size_t i = 0; i < sizeof kinds; i++)
        cr_expect_eq(receiver[i].kind, kinds[i], "%zu", i);
    cr_expect_str_eq(receiver[0].exec.argv[1], "now");
    cr_expect_str_eq(receiver[1].wire.url, "https://bus.example.net:8443/in?team=net");
    cr_expect_str_eq(receiver[1].wire.key_file, "k");
    cr_expect_str_eq(receiver[1].wire.old_key_file, "o");
    cr_expect_eq(receiver[1].wire.format, FORMAT_ERWATCH);
    cr_expect_eq(receiver[1].wire.timeout_ms, 5000);
    cr_expect_str_eq(receiver[1].wire.proxy, "none");
    cr_expect_eq(receiver[1].wire.url_place.line, 7);
    cr_expect_eq(receiver[1].fallback, NO_RECEIVER);
    cr_expect_str_eq(receiver[2].wire.urls[0], "http://am1:9093");
    cr_expect_str_eq(receiver[2].wire.urls[1], "https://am2.example.net/alertmanager");
    cr_expect_null(receiver[2].wire.urls[2]);
    cr_expect_str_eq(receiver[2].wire.proxy, "http://p.example.net:3128");
    cr_expect(receiver[2].summarise && !receiver[3].summarise);
    cr_expect_str_eq(receiver[3].wire.url, "https://events.pagerduty.com");
    cr_expect_eq(receiver[3].fallback, 4);
    cr_expect_eq(receiver[3].fallback_after_ms, 600000);
    cr_expect_str_eq(receiver[4].wire.url, "https://api.eu.opsgenie.com");
    cr_expect_str_eq(receiver[4].wire.ca_file, "/etc/ca.pem");
    cr_expect_eq(receiver[4].fallback, 0);
    cr_expect_eq(receiver[4].fallback_after_ms, 300000);
    cr_expect_str_eq(receiver[5].wire.url_file, "slack-url");
    cr_expect_null(receiver[5].wire.key_file);
    cr_expect_null(receiver[5].wire.url);
    cr_expect_null(receiver[5].wire.ca_file);
    cr_expect_str_eq(receiver[6].wire.url, "https://slack.com");
    cr_expect_str_eq(receiver[6].wire.channel, "C0123");
    cr_expect_str_eq(receiver[8].wire.to[1], "b@example.net");
    cr_expect(receiver[8].wire.starttls);
    cr_expect_str_eq(receiver[9].wire.path, "/run/x");
    cr_expect_eq(receiver[9].wire.timeout_ms, 5000);
    settings_free(settings);
}

static const char shown[] =
    "10 receivers:\n"
    "  hook\n"
    "      runs /bin/page now (at most 30s)\n"
    "  bus\n"
    "      webhook at https://bus.example.net:8443 in the format erwatch,\n"
    "      signed with the key in k and that in o (at most 5s)\n"
    "  am\n"
    "      Alertmanager at http://am1:9093 and https://am2.example.net\n"
    "      by the proxy http://p.example.net:3128 (at most 20s);\n"
    "      what waits together becomes one notice\n"
    "  pd\n"
    "      PagerDuty at https://events.pagerduty.com with the routing key in pd-key\n"
    "      (at most 20s); what it does not take within 10m goes to genie\n"
    "  genie\n"
    "      Opsgenie at https://api.eu.opsgenie.com with the API key in genie-key\n"
    "      with the authorities in /etc/ca.pem (at most 20s);\n"
    "      what it does not take within 5m goes to hook\n"
    "  chat\n"
    "      Slack at the address in slack-url by the environment's proxy (at most 20s)\n"
    "  bot\n"
    "      Slack at https://slack.com\n"
    "      in the channel C0123 with the token in slack-token (at most 20s)\n"
    "  teams\n"
    "      Microsoft Teams at http://127.0.0.1:8080 (at most 20s)\n"
    "  mail\n"
    "      mail from erwatch@example.net to a@example.net and b@example.net\n"
    "      by smtp://mail.example.net:587 as u with the password in p (at most 20s)\n"
    "  line\n"
    "      lines into /run/x (at most 5s)\n";

Test(receiver_settings, are_shown_without_what_stands_behind_a_host)
{
    struct settings *settings = load_fine(every_kind);
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    settings_print(settings, file);
    cr_assert_eq(fclose(file), 0);
    const char *at = strstr(text, "10 receivers:\n");
    cr_assert_not_null(at);
    cr_expect_eq(strncmp(at, shown, strlen(shown)), 0, "%s", at);
    free(text);
    settings_free(settings);
}

/* Two receivers: do they go to the same destination? */
static const struct {
    const char *what, *one, *other;
    bool same;
} pairs[] = {
    { "a program is what it is called with", "exec: { command: [/bin/page, now] }",
      "exec: { command: [/bin/page, now], timeout: 9s }", true },
    { "other arguments are another destination", "exec: { command: [/bin/page, a] }", "exec: { command: [/bin/page, b] }",
      false },
    { "two arguments are not one", "exec: { command: [/bin/page, a, b] }", "exec: { command: [/bin/page, ab] }", false },
    { "a signing key only signs", "webhook: { url: \"https://a.example/\" }",
      "webhook: { url: \"https://a.example/\", signing_key_file: k, proxy: environment }", true },
    { "another address", "webhook: { url: \"https://a.example/1\" }", "webhook: { url: \"https://a.example/2\" }", false },
    { "another kind", "webhook: { url_file: k }", "teams: { url_file: k }", false },
    { "the key is the place", "pagerduty: { routing_key_file: a }", "pagerduty: { routing_key_file: b }", false },
    { "… and the same one the same", "pagerduty: { routing_key_file: a }", "pagerduty: { routing_key_file: a, timeout: 9s }",
      true },
    { "peers have no order", "alertmanager: { urls: [\"http://a:9093\", \"http://b:9093\"] }",
      "alertmanager: { urls: [\"http://b:9093\", \"http://a:9093\"] }", true },
    { "another peer", "alertmanager: { urls: [\"http://a:9093\"] }", "alertmanager: { urls: [\"http://b:9093\"] }", false },
    { "other mailboxes", "email: { server: \"smtp://m\", from: a@example.net, to: [b@example.net] }",
      "email: { server: \"smtp://m\", from: a@example.net, to: [c@example.net] }", false },
    { "another channel", "slack: { token_file: t, channel: C1 }", "slack: { token_file: t, channel: C2 }", false },
};

Test(receiver_settings, know_a_destination_under_another_name)
{
    char text[2048];

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        snprintf(text, sizeof text, AZURE CIRCUITS "receivers:\n  - name: a\n    %s\n  - name: b\n    %s\n", pairs[i].one,
                 pairs[i].other);
        struct settings *settings = load_fine(text);
        uint64_t one = settings_destination(&settings->receivers[0]), other = settings_destination(&settings->receivers[1]);
        cr_expect(one != 0 && (one == other) == pairs[i].same, "%s", pairs[i].what);
        settings_free(settings);
    }
}

/* Which addresses may stand in the settings. */
static const struct {
    const char *url;
    bool secret;
} addresses[] = {
    { "https://bus.example.net/in", false },
    { "https://bus.example.net/notices/network-operations-centre/incoming", false },
    { "https://bus.example.net/v2/enqueue?team=network&site=lon-1", false },
    { "https://bus.example.net/00000000000000000000", false }, /* no letter in it */
    { "https://myhooks.slack.com.example.net/x", false },
    { "https://hooks.slack.com/services/x", true },
    { "https://HOOKS.SLACK.COM/services/x", true },
    { "https://contoso.webhook.office.com/webhookb2/x", true },
    { "https://prod-01.westeurope.logic.azure.com:443/workflows/x", true },
    { "https://default1.05.environment.api.powerplatform.com/powerautomate/x", true },
    { "https://a.example/in?sig=x", true },
    { "https://a.example/in?x=1&KEY=x", true },
    { "https://a.example/8f14e45fceea167a5a36dedd4bea2543", true },
    { "https://a.example/hook/22222222-aaaa-2222-2222-222222222222", true },
    { "https://user@a.example/", true },
};

Test(receiver_settings, know_a_secret_address)
{
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        cr_expect_eq(address_is_secret(addresses[i].url), addresses[i].secret, "%s", addresses[i].url);
        cr_expect_eq(address_wrong(addresses[i].url, ADDRESS_LOOPBACK) == NULL, strchr(addresses[i].url, '@') == NULL);
    }
}
