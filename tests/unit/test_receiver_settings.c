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
    "    stream: { path: /run/x }\n"
    "  - name: daily\n"
    "    digest: { to: mail, at: 07:30, zone: Europe/London }\n"
    "  - name: often\n"
    "    digest: { to: bus, every: 4h, empty: yes }\n"
    "  - name: plain\n"
    "    digest: { to: hook }\n";

Test(receiver_settings, are_what_the_file_says)
{
    static const uint8_t kinds[] = { RECEIVER_EXEC,     RECEIVER_WEBHOOK, RECEIVER_ALERTMANAGER, RECEIVER_PAGERDUTY,
                                     RECEIVER_OPSGENIE, RECEIVER_SLACK,   RECEIVER_SLACK,        RECEIVER_TEAMS,
                                     RECEIVER_EMAIL,    RECEIVER_STREAM,  RECEIVER_DIGEST,       RECEIVER_DIGEST,
                                     RECEIVER_DIGEST };
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
    cr_expect(receiver[10].digest.to == 8 && receiver[10].digest.plan.every_ms == 0 && !receiver[10].digest.empty);
    cr_expect_eq(receiver[10].digest.plan.at_s, 7 * 3600 + 30 * 60);
    cr_assert_not_null(receiver[10].digest.plan.zone);
    cr_expect_eq(zone_offset(receiver[10].digest.plan.zone, 1782864000), 3600, "the rules of London, in July");
    cr_expect(receiver[11].digest.to == 1 && receiver[11].digest.plan.every_ms == 4 * 3600000 &&
              receiver[11].digest.empty);
    cr_expect(receiver[12].digest.plan.at_s == 8 * 3600 && receiver[12].digest.plan.zone == NULL);
    settings_free(settings);
}

static const char shown[] =
    "13 receivers:\n"
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
    "      lines into /run/x (at most 5s)\n"
    "  daily\n"
    "      a digest to mail, each day at 07:30 (Europe/London)\n"
    "  often\n"
    "      a digest to bus, every 4h also when there is nothing to tell\n"
    "  plain\n"
    "      a digest to hook, each day at 08:00 (UTC)\n";

Test(receiver_settings, are_shown_without_what_stands_behind_a_host)
{
    struct settings *settings = load_fine(every_kind);
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    settings_print(settings, file);
    cr_assert_eq(fclose(file), 0);
    const char *at = strstr(text, "13 receivers:\n");
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

/* ---- digests ---- */

#define HOOK "  - { name: hook, exec: { command: [/bin/page] } }\n"
#define DAILY "  - { name: daily, digest: { to: hook } }\n"

/* What is written behind "receivers:", and the one finding: place, and a part of what it says. */
static const struct {
    const char *text, *finding, *what;
} wrong[] = {
    { "  - { name: daily, digest: {} }\n", "4:28: error: \"to\" is missing", "who gets it" },
    { "  - { name: daily, digest: { to: hook, at: \"8:00\" } }\n" HOOK, "4:44: error: \"at\" is \"8:00\"; it must be a time",
      "two digits" },
    { "  - { name: daily, digest: { to: hook, at: 24:00 } }\n" HOOK, "4:44: error: \"at\" is \"24:00\"; it must be a time",
      "no such hour" },
    { "  - { name: daily, digest: { to: hook, at: 08:60 } }\n" HOOK, "4:44: error: \"at\" is \"08:60\"; it must be a time",
      "no such minute" },
    { "  - { name: daily, digest: { to: hook, at: 08:00, every: 4h } }\n" HOOK, "4:51: error: \"every\" is given beside",
      "both" },
    { "  - { name: daily, digest: { to: hook, zone: UTC, every: 4h } }\n" HOOK, "4:46: error: \"zone\" needs \"at\"",
      "a zone of an interval" },
    { "  - { name: daily, digest: { to: hook, zone: Europe/Lundon } }\n" HOOK,
      "4:46: error: \"Europe/Lundon\" is no time zone; it must be a name such as Europe/London; did you mean",
      "no such zone" },
    { "  - { name: daily, digest: { to: hook, every: 10s } }\n" HOOK, "4:47: error: \"every\" is 10s; it may be 1m to 7d",
      "too often" },
    { "  - { name: daily, digest: { to: hok } }\n" HOOK, "4:34: error: there is no receiver \"hok\"", "nobody" },
    { "  - { name: daily, digest: { to: often } }\n  - { name: often, digest: { to: hook, every: 4h } }\n" HOOK,
      "4:34: error: \"often\" is a digest, too", "a digest of digests" },
    { "  - { name: daily, digest: { to: daily } }\n", "4:34: error: \"daily\" is a digest, too", "itself" },
    { "  - { name: daily, digest: { to: pd } }\n  - { name: pd, pagerduty: { routing_key_file: k } }\n",
      "4:34: error: \"pd\" (pagerduty) has no form for a digest", "PagerDuty" },
    { "  - { name: daily, digest: { to: og } }\n  - { name: og, opsgenie: { api_key_file: k } }\n",
      "4:34: error: \"og\" (opsgenie) has no form for a digest", "Opsgenie" },
    { "  - { name: daily, digest: { to: am } }\n  - { name: am, alertmanager: { urls: [\"http://am\"] } }\n",
      "4:34: error: \"am\" (alertmanager) has no form for a digest", "Alertmanager" },
    { "  - { name: daily, digest: { to: w } }\n  - { name: w, webhook: { url: \"https://w\", format: prometheus } }\n",
      "4:34: error: \"w\" (webhook) has no form for a digest", "the format of Alertmanager" },
    { DAILY "  - { name: hook, exec: { command: [/bin/page] }, fallback: { to: daily } }\n",
      "5:67: error: \"daily\" is a digest; what was not taken must reach somebody at once", "a fallback" },
    { "  - { name: daily, digest: { to: hook }, fallback: { to: hook } }\n" HOOK,
      "4:42: error: \"fallback\" means nothing for a digest", "of a digest" },
    { "  - { name: daily, digest: { to: hook }, late: summarise }\n" HOOK,
      "4:42: error: \"late\" means nothing for a digest", "it never comes late" },
    { HOOK DAILY "alerts: { escalate: { to: [daily], after: 1h } }\n",
      "6:27: error: \"daily\" is a digest; what nobody acknowledges must reach somebody at once", "escalation" },
    { DAILY HOOK "routes: [ { to: [hook], continue: yes }, { to: [daily] } ]\n", NULL, "the pager has had it before" },
    { DAILY HOOK "routes: [ { match: { severity: critical }, to: [hook] }, { to: [daily] } ]\n", NULL, "and here, too" },
    { DAILY HOOK "routes: [ { match: { severity: [info, warning] }, to: [daily] }, { to: [hook] } ]\n", NULL,
      "nothing critical goes to the digest" },
    { DAILY HOOK "routes: [ { match: { severity: info }, to: [daily] }, { to: [hook, daily] } ]\n", NULL, "to both" },
    { DAILY HOOK, NULL, "everybody gets everything" },
    { DAILY HOOK "routes: [ { match: { owner: self }, to: [daily] }, { to: [hook] } ]\n",
      "6:11: warning: critical findings that go this way are told in a digest only", "some of it" },
    { DAILY HOOK "routes: [ { match: { owner: you }, to: [hook] }, { match: { severity: info }, to: [daily] } ]\n",
      "6:50: warning: critical findings that go this way are told in a digest only", "what none of them matches" },
    { DAILY HOOK "routes: [ { to: [daily] } ]\n",
      "6:11: warning: critical findings that go this way are told in a digest only", "all of it" },
};

Test(receiver_settings, have_digests_that_can_be_sent_and_page_nobody)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct diag *diag = diag_new();
        char text[2048];
        snprintf(text, sizeof text, AZURE CIRCUITS "receivers:\n%s", wrong[i].text);
        write_text(MAIN_FILE, text);
        struct settings *settings = settings_load(MAIN_FILE, diag);
        cr_expect_eq(diag_count(diag), wrong[i].finding != NULL, "%s: %zu findings, first %s", wrong[i].what,
                     diag_count(diag), diag_count(diag) > 0 ? diag_line(diag, 0) : "none");
        if (wrong[i].finding != NULL && diag_count(diag) > 0)
            cr_expect(strstr(diag_line(diag, 0), wrong[i].finding) != NULL, "%s: %s", wrong[i].what, diag_line(diag, 0));
        cr_expect_eq(settings == NULL, diag_errors(diag) > 0);
        settings_free(settings);
        diag_free(diag);
    }
}
