/* Settings: what is read from good ones, and the bounds of what is taken from hostile ones. */
#include "leaks.h"
#include "settings_files.h"

#include "core/rule.h"

#include <dirent.h>

static void before(void)
{
    enter_folder();
}

static void after(void)
{
    leave_folder();
    leaks_fail();
}

TestSuite(settings, .init = before, .fini = after);

/* The example of the product's description, as far as this version goes. */
static const char example[] =
    "azure:\n"
    "  cloud: public\n"
    "  api_version: \"2024-05-01\"\n"
    "  proxy: http://proxy.example:3128/\n"
    "  ca_file: system\n"
    "  credentials:\n"
    "    - name: ops\n"
    "      tenant: 11111111-1111-1111-1111-111111111111\n"
    "      client: 22222222-2222-2222-2222-222222222222\n"
    "      method: client-secret\n"
    "      secret_file: azure-secret\n"
    "    - { name: here, method: managed-identity }\n"
    "poll:\n"
    "  every: 60s\n"
    "  retry: 20s\n"
    "  timeout: 20s\n"
    "  stale: 5m\n"
    "  sessions: both\n"
    "  sessions_every: 2m\n"
    "  health: no\n"
    "alerts:\n"
    "  confirm: { critical: 1/0s, warning: 4/3m, long: 3/30m }\n"
    "  recover: 3/2m\n"
    "  remind: [30m, 2h]\n"
    "  escalate: { after: 15m, to: [chat] }\n"
    "  flap: { window: 10, high: 40%, low: 20% }\n"
    "  waiting_days: 12\n"
    "  rules: { operation-failed: { severity: critical, recover: 5/1h }, 46: { enabled: no } }\n"
    "receivers:\n"
    "  - name: hook\n"
    "    exec: { command: [/usr/local/lib/erwatch/page, --team, net], timeout: 45s }\n"
    "  - name: chat\n"
    "    exec: { command: [/bin/chat] }\n"
    "routes:\n"
    "  - match: { severity: [critical, warning], rule: [40, redundancy-lost], site: [LON, AMS] }\n"
    "    to: [chat, hook]\n"
    "    continue: yes\n"
    "  - match: { owner: self }\n"
    "    to: chat\n"
    "  - to: [hook]\n"
    "defaults: { credential: ops, labels: { team: net, site: none }, expect: { min_routes: 2 } }\n"
    "ports: { light: { low: -14.5, high: 1.25, drop: 0 } }\n"
    "circuits:\n"
    "  - id: " GROUP "lon-1/\n"
    "    name: London 1\n"
    "    labels: { site: LON, carrier: Equinix }\n"
    "    every: 30s\n"
    "    credential: here\n"
    "    expect:\n"
    "      provider: ordered\n"
    "      peerings: [private, microsoft]\n"
    "      families: [ipv4]\n"
    "      prefixes: [203.0.113.0/24, 2001:db8::/32]\n"
    "      bandwidth: 1000\n"
    "      connections:\n"
    "        - /subscriptions/" GUID "/resourceGroups/net/providers/Microsoft.Network/connections/Hub\n"
    "        - /subscriptions/" GUID "/resourcegroups/net/providers/microsoft.network/expressroutegateways/g/"
    "expressrouteconnections/c\n"
    "  - id: " GROUP "AMS-1\n";

Test(settings, reads_azure_and_poll)
{
    struct settings *settings = load_fine(example);
    const struct azure_settings *azure = &settings->azure;

    cr_expect_str_eq(settings->file, MAIN_FILE);
    cr_expect_eq(azure->cloud, CLOUD_PUBLIC);
    cr_expect_str_eq(azure->management, "https://management.azure.com");
    cr_expect_str_eq(azure->login, "https://login.microsoftonline.com");
    cr_expect_str_eq(azure->metrics, "https://management.azure.com");
    cr_expect_str_eq(azure->metadata, "http://169.254.169.254");
    cr_expect_str_eq(azure->proxy, "http://proxy.example:3128", "the slash at its end is dropped");
    cr_expect_null(azure->ca_file);
    cr_assert_eq(azure->credential_count, 2);
    cr_expect_str_eq(azure->credentials[0].secret_file, "azure-secret");
    cr_expect_eq(azure->credentials[0].file_place.line, 11);
    cr_expect_eq(azure->credentials[1].method, METHOD_MANAGED_IDENTITY);
    cr_expect_null(azure->credentials[1].client, "the machine's own identity");
    cr_expect_eq(settings->poll.every_ms, 60000);
    cr_expect_eq(settings->poll.timeout_ms, 20000);
    cr_expect_eq(settings->policy.stale_ms, 300000);
    cr_expect_eq(settings->policy.retry_ms, 20000);
    cr_expect_eq(settings->policy.sessions, SESSIONS_BOTH);
    cr_expect_eq(settings->policy.sessions_every_ms, 120000);
    cr_expect(!settings->policy.health);
    cr_expect(settings->policy.light.low == -1450 && settings->policy.light.high == 125 &&
              settings->policy.light.drop == 0, "hundredths");
    settings_free(settings);
}

Test(settings, reads_alerts)
{
    struct settings *settings = load_fine(example);
    const struct policy *policy = &settings->policy;
    const struct rule_policy *failed = &policy->rule[RULE_OPERATION_FAILED];

    cr_expect(policy->confirm[SEVERITY_CRITICAL].count == 1 && policy->confirm[SEVERITY_CRITICAL].age_ms == 0);
    cr_expect(policy->confirm[SEVERITY_WARNING].count == 4 && policy->confirm[SEVERITY_WARNING].age_ms == 180000);
    cr_expect(policy->confirm[SEVERITY_INFO].count == 4, "an info has a warning's hold");
    cr_expect(policy->confirm_long.count == 3 && policy->confirm_long.age_ms == 1800000);
    cr_expect(policy->recover.count == 3 && policy->recover.age_ms == 120000);
    cr_expect_eq(policy->waiting_days, 12);
    cr_expect(policy->remind.count == 2 && policy->remind.after_ms[0] == 1800000 && policy->remind.after_ms[1] == 7200000);
    cr_expect_eq(policy->escalate_after_ms, 900000);
    cr_expect(settings->escalate_to_count == 1 && settings->escalate_to[0] == 1);
    cr_expect(policy->flap.window == 10 && policy->flap.high == 40 && policy->flap.low == 20);
    cr_expect_eq(failed->severity, SEVERITY_CRITICAL);
    cr_expect(failed->recover_set && failed->recover.count == 5 && failed->recover.age_ms == 3600000);
    cr_expect(!failed->confirm_set && !failed->disabled);
    cr_expect(policy->rule[RULE_EDGE_MAINTENANCE].disabled, "rules go by number too");
    cr_expect_not(policy->rule[RULE_BLIND].disabled);
    settings_free(settings);
}

Test(settings, reads_receivers_and_routes)
{
    struct settings *settings = load_fine(example);
    const struct route_settings *route = settings->routes;

    cr_assert_eq(settings->receiver_count, 2);
    cr_expect_str_eq(settings->receivers[0].name, "hook");
    cr_expect_str_eq(settings->receivers[0].exec.argv[2], "net");
    cr_expect_null(settings->receivers[0].exec.argv[3]);
    cr_expect_eq(settings->receivers[0].exec.timeout_ms, 45000);
    cr_expect_eq(settings->receivers[1].exec.timeout_ms, 30000);
    cr_assert_eq(settings->route_count, 3);
    cr_expect_eq(route[0].match.severities, 1 << SEVERITY_CRITICAL | 1 << SEVERITY_WARNING);
    cr_assert_eq(route[0].match.rule_count, 2);
    cr_expect(route[0].match.rules[0] == RULE_SESSIONS_DOWN && route[0].match.rules[1] == RULE_REDUNDANCY_LOST);
    cr_assert_eq(route[0].match.label_count, 2, "one entry for each allowed value");
    cr_expect_str_eq(route[0].match.labels[1].name, "site");
    cr_expect_str_eq(route[0].match.labels[1].value, "AMS");
    cr_expect(route[0].to_count == 2 && route[0].to[0] == 1 && route[0].to[1] == 0);
    cr_expect(route[0].go_on && !route[1].go_on);
    cr_expect_eq(route[1].match.owners, 1 << OWNER_SELF, "a lone word is a list of one");
    cr_expect(route[2].match.severities == 0 && route[2].match.owners == 0 && route[2].match.label_count == 0);
    settings_free(settings);
}

Test(settings, reads_circuits)
{
    struct settings *settings = load_fine(example);
    const struct circuit_settings *ams = &settings->circuits[0], *lon = &settings->circuits[1];

    cr_assert_eq(settings->circuit_count, 2);
    cr_expect_str_eq(resource_id_text(&lon->id).text, GROUP "lon-1", "without the slash at its end");
    cr_expect_str_eq(lon->name, "London 1");
    cr_expect_str_eq(lon->subscription, GUID);
    cr_expect(lon->credential == 1 && ams->credential == 0);
    cr_expect(lon->every_ms == 30000 && ams->every_ms == 60000);
    cr_expect_eq(lon->expect.provider, EXPECT_ORDERED);
    cr_expect(lon->expect.peerings_set && lon->expect.peering[PEERING_MICROSOFT] &&
              !lon->expect.peering[PEERING_PUBLIC]);
    cr_expect(lon->expect.families_set && lon->expect.family[FAMILY_IPV4] && !lon->expect.family[FAMILY_IPV6]);
    cr_expect(lon->expect.prefixes_set && lon->expect.prefix_count == 2 && lon->expect.prefixes[1].length == 32);
    cr_expect_eq(lon->expect.min_routes, 2, "from the defaults, although it has expectations of its own");
    cr_expect_eq(lon->expect.bandwidth_mbps, 1000);
    cr_assert_eq(lon->expect.connection_count, 2);
    cr_expect_not_null(strstr(lon->expect.connections[0], "/connections/Hub"), "as written");
    cr_expect_str_eq(ams->name, "AMS-1", "the resource's name, as written");
    cr_expect(strcmp(ams->id.name, "AMS-1") == 0 && strstr(ams->id.path, "/resourceGroups/") != NULL);
    cr_expect(!ams->expect.peerings_set && !ams->expect.prefixes_set && ams->expect.bandwidth_mbps == 0);
    settings_free(settings);
}

Test(settings, merges_labels_by_name)
{
    struct settings *settings = load_fine(example);
    const struct circuit_settings *ams = &settings->circuits[0], *lon = &settings->circuits[1];

    cr_assert_eq(lon->label_count, 3);
    cr_expect_str_eq(lon->labels[0].name, "carrier");
    cr_expect_str_eq(lon->labels[1].value, "LON", "its own wins");
    cr_expect_str_eq(lon->labels[2].name, "team");
    cr_assert_eq(ams->label_count, 2);
    cr_expect_str_eq(ams->labels[0].value, "none");
    settings_free(settings);
}

Test(settings, keep_equal_labels_once)
{
    struct settings *settings = load_fine(AZURE
                                          "circuits:\n"
                                          "  - { id: " GROUP "a, labels: { site: LON, carrier: BT } }\n"
                                          "  - { id: " GROUP "b, labels: { carrier: BT, site: LON } }\n"
                                          "  - { id: " GROUP "c, labels: { site: AMS, carrier: BT } }\n");
    const struct circuit_settings *circuits = settings->circuits;

    cr_assert_eq(circuits[0].label_count, 2);
    cr_expect_eq(circuits[0].labels, circuits[1].labels, "in whatever order they are written");
    cr_expect_neq(circuits[0].labels, circuits[2].labels);
    cr_expect_str_eq(circuits[2].labels[1].value, "AMS");
    cr_expect_eq(circuits[0].labels[0].value, circuits[2].labels[0].value, "a value that others have, too");
    settings_free(settings);
}

Test(settings, have_defaults_from_the_table)
{
    struct settings *settings = load_fine(AZURE CIRCUITS);
    const struct circuit_settings *circuit = settings->circuits;

    cr_expect_eq(settings->poll.every_ms, 60000);
    cr_expect_eq(settings->policy.sessions, SESSIONS_METRICS);
    cr_expect(settings->policy.confirm[SEVERITY_CRITICAL].count == 2 &&
              settings->policy.confirm[SEVERITY_CRITICAL].age_ms == 10000);
    cr_expect_eq(settings->policy.waiting_days, 10);
    cr_expect(settings->policy.remind.count == 5 && settings->policy.remind.after_ms[4] == 24 * 3600000);
    cr_expect_eq(settings->policy.escalate_after_ms, 0, "nobody is named");
    cr_expect(settings->policy.flap.window == 20 && settings->policy.flap.high == 30 && settings->policy.flap.low == 25);
    cr_expect_str_eq(settings->azure.proxy, "none");
    cr_expect_eq(circuit->credential, 0, "the only one");
    cr_expect(circuit->expect.provider == EXPECT_PROVISIONED && circuit->expect.min_routes == 1);
    cr_expect(settings->receiver_count == 0 && settings->route_count == 0);
    settings_free(settings);
}

Test(settings, without_routes_tell_everybody)
{
    struct settings *settings = load_fine(AZURE "receivers: [ { name: a, exec: { command: [/a] } }, "
                                                "{ name: b, exec: { command: [/b] } } ]\n" CIRCUITS);

    cr_assert_eq(settings->route_count, 1);
    cr_expect(settings->routes[0].to_count == 2 && settings->routes[0].to[1] == 1);
    settings_free(settings);
}

Test(settings, know_the_clouds)
{
    static const struct {
        const char *azure, *management, *login, *metrics, *metadata, *audience;
    } rows[] = {
        { "cloud: public", "https://management.azure.com", "https://login.microsoftonline.com",
          "https://management.azure.com", "http://169.254.169.254", "https://management.azure.com" },
        { "cloud: usgov", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us",
          "https://management.usgovcloudapi.net", "http://169.254.169.254", "https://management.usgovcloudapi.net" },
        { "cloud: china", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn",
          "https://management.chinacloudapi.cn", "http://169.254.169.254", "https://management.chinacloudapi.cn" },
        { "cloud: custom, management: \"http://[::1]:8080/\", login: \"http://localhost:8080\"", "http://[::1]:8080",
          "http://localhost:8080", "http://[::1]:8080", "http://169.254.169.254", "http://[::1]:8080" },
        { "cloud: custom, management: \"https://arm.example\", login: \"https://login.example:444/\", "
          "metrics: \"https://m.example\", metadata: \"http://10.0.0.1\", audience: \"https://a.example/2b/\"",
          "https://arm.example", "https://login.example:444", "https://m.example", "http://10.0.0.1",
          "https://a.example/2b" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, "azure: { %s, credentials: [ %s ] }\n%s", rows[i].azure, OPS, CIRCUITS);
        struct settings *settings = load_fine(text);
        cr_expect_str_eq(settings->azure.management, rows[i].management, "row %zu", i);
        cr_expect_str_eq(settings->azure.login, rows[i].login, "row %zu", i);
        cr_expect_str_eq(settings->azure.metrics, rows[i].metrics, "row %zu", i);
        cr_expect_str_eq(settings->azure.metadata, rows[i].metadata, "row %zu", i);
        cr_expect_str_eq(settings->azure.audience, rows[i].audience, "row %zu", i);
        settings_free(settings);
    }
}

Test(settings, take_the_version_of_the_cloud)
{
    static const struct {
        const char *azure, *version;
    } rows[] = {
        { "cloud: china", "2024-05-01" },
        { "cloud: china, api_version: 2023-09-01", "2023-09-01" },
        { "cloud: china, api_version: { public: 2025-01-01, china: 2023-09-01-preview }", "2023-09-01-preview" },
        { "api_version: { public: 2025-01-01, china: 2023-09-01 }", "2025-01-01" },
        { "cloud: usgov, api_version: { public: 2025-01-01, china: 2023-09-01 }", "2024-05-01" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, "azure: { %s, credentials: [ %s ] }\n%s", rows[i].azure, OPS, CIRCUITS);
        struct settings *settings = load_fine(text);
        cr_expect_str_eq(settings->azure.api_version, rows[i].version, "row %zu", i);
        settings_free(settings);
    }
}

Test(settings, know_every_way_to_sign_in)
{
    struct settings *settings = load_fine(
        "azure:\n  credentials:\n"
        "    - { name: a, method: client-certificate, tenant: a.example, client: " CLIENT ", certificate_file: c.pem,\n"
        "        password_file: p, algorithm: RS256, expires: 2027-03-01 }\n"
        "    - { name: b, method: workload-identity }\n"
        "    - { name: c, method: workload-identity, tenant: a.example, client: " CLIENT ", token_file: /run/t }\n"
        "    - { name: d, method: managed-identity, object: " CLIENT " }\n"
        "    - { name: e, method: managed-identity, resource: /subscriptions/s/resourceGroups/g/providers/"
        "Microsoft.ManagedIdentity/userAssignedIdentities/me }\n"
        "    - { name: f, method: arc }\n"
        "    - { name: g, method: arc, key_folder: /srv/keys// }\n"
        "    - { name: h, tenant: a.example, client: " CLIENT ", secret_file: s, expires: 2028-02-29 }\n"
        "defaults: { credential: a }\n" CIRCUITS);
    const struct credential_settings *all = settings->azure.credentials;

    cr_assert_eq(settings->azure.credential_count, 8);
    cr_expect(all[0].method == METHOD_CLIENT_CERTIFICATE && all[0].algorithm == ALGORITHM_RS256);
    cr_expect_str_eq(all[0].certificate_file, "c.pem");
    cr_expect_str_eq(all[0].password_file, "p");
    cr_expect_eq(all[0].expires_wall_ms, INT64_C(1803859200000));
    cr_expect(all[1].method == METHOD_WORKLOAD_IDENTITY && all[1].token_file == NULL && all[1].tenant == NULL);
    cr_expect_str_eq(all[2].token_file, "/run/t");
    cr_expect(all[3].method == METHOD_MANAGED_IDENTITY && all[3].client == NULL);
    cr_expect_str_eq(all[3].object, CLIENT);
    cr_expect_not_null(all[4].resource);
    cr_expect_eq(all[5].method, METHOD_ARC);
    cr_expect_str_eq(all[5].key_folder, "/var/opt/azcmagent/tokens");
    cr_expect_str_eq(all[6].key_folder, "/srv/keys");
    cr_expect(all[7].algorithm == ALGORITHM_PS256 && all[7].expires_wall_ms == INT64_C(1835395200000), "a leap day");
    settings_free(settings);
}

Test(settings, let_a_simulator_be_asked_each_second)
{
    struct settings *settings =
        load_fine("azure: { cloud: custom, management: \"http://127.0.0.1:8080\", login: \"http://127.0.0.1:8080\", "
                  "credentials: [ " OPS " ] }\npoll: { every: 1s, sessions_every: 2s }\n" CIRCUITS);

    cr_expect_eq(settings->poll.every_ms, 1000);
    cr_expect_eq(settings->policy.sessions_every_ms, 2000);
    settings_free(settings);
}

Test(settings, read_the_files_of_circuits_d_by_name)
{
    write_text("circuits.d/b.yaml", "circuits: [ { id: " GROUP "c } ]\n");
    write_text("circuits.d/a.yaml", "circuits: [ { id: " GROUP "b, labels: { x: y } } ]\n");
    write_text("circuits.d/.hidden.yaml", "rubbish: [\n");
    write_text("circuits.d/a.yaml~", "rubbish: [\n");
    struct settings *settings = load_fine(AZURE CIRCUITS "defaults: { labels: { team: net } }\n");

    cr_assert_eq(settings->circuit_count, 3);
    cr_expect_eq(settings->circuits[1].label_count, 2, "the main file's defaults count for them too");
    cr_expect_str_eq(settings->circuits[2].name, "c");
    settings_free(settings);
    (void)unlink("circuits.d/a.yaml");
    (void)unlink("circuits.d/b.yaml");
    (void)unlink("circuits.d/.hidden.yaml");
    (void)unlink("circuits.d/a.yaml~");
}

Test(settings, print_within_80_columns)
{
    struct settings *settings = load_fine(example);
    char *text = NULL, *line;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    settings_print(settings, file);
    cr_assert_eq(fclose(file), 0);
    static const char *const said[] = { "London 1",  "every 30s as here",  "site=LON",
                                        "ordered",   "2 prefixes",         "/usr/local/lib/erwatch/page --team net",
                                        "1000 Mbit", "rule=sessions-down", "Rules switched off: 46" };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        cr_expect(strstr(text, said[i]) != NULL, "it says %s:\n%s", said[i], text);
    for (line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        cr_expect(strlen(line) <= 80, "%s", line);
    free(text);
    settings_free(settings);
}

/* ---- hostile ones ---- */

/* Whatever the bytes are: settings or an error, never both, never neither. */
static void load_any(const char *text, size_t len)
{
    struct diag *diag = diag_new();

    write_bytes(MAIN_FILE, text, len);
    struct settings *settings = settings_load(MAIN_FILE, diag);
    cr_expect_eq(settings != NULL, diag_errors(diag) == 0);
    settings_free(settings);
    diag_free(diag);
}

Test(settings, survive_being_cut_anywhere)
{
    for (size_t len = 0; len < sizeof example; len++)
        load_any(example, len);
}

Test(settings, survive_a_wrong_byte_anywhere)
{
    static const char wrong[] = { '\0', '\n', '"', '{', ']', '&', '*', '\xff', '-', ':' };
    char text[sizeof example];

    for (size_t at = 0; at < sizeof example - 1; at++) {
        memcpy(text, example, sizeof example);
        text[at] = wrong[at % sizeof wrong];
        load_any(text, sizeof example - 1);
    }
}

Test(settings, survive_every_seed_of_the_fuzzer)
{
    DIR *folder = opendir(ERWATCH_SOURCE "/tests/fuzz/settings");
    unsigned seeds = 0;

    cr_assert_not_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[512];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof path, ERWATCH_SOURCE "/tests/fuzz/settings/%s", entry->d_name);
        char *text = slurp(path);
        load_any(text, strlen(text));
        free(text);
        seeds++;
    }
    cr_expect_gt(seeds, 5);
    cr_assert_eq(closedir(folder), 0);
}

Test(settings, find_the_same_circuit_among_many)
{
    static char text[2 * 1024 * 1024];
    size_t used = (size_t)snprintf(text, sizeof text, "%scircuits:\n", AZURE);
    struct diag *diag = diag_new();

    for (unsigned i = 0; i < 5000; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "  - id: %sc-%u\n", GROUP, i * 7919 % 5000);
    used += (size_t)snprintf(text + used, sizeof text - used, "  - id: %sC-0\n", GROUP);
    write_bytes(MAIN_FILE, text, used);
    cr_expect_null(settings_load(MAIN_FILE, diag));
    cr_assert_eq(diag_count(diag), 1);
    cr_expect_str_eq(diag_line(diag, 0), "erwatch.yaml:5003:5: error: this circuit is given twice, first on line 3");
    diag_free(diag);
}
