/* What is said about settings that are wrong: the place, the mistake and what would be right. */
#include "leaks.h"
#include "settings_files.h"

static void before(void)
{
    enter_folder();
}

static void after(void)
{
    leave_folder();
    leaks_fail();
}

TestSuite(findings, .init = before, .fini = after);

#define AZURE_WITH(more) "azure: { " more ", credentials: [ " OPS " ] }\n"
#define CREDENTIAL(text) "azure:\n  credentials:\n    - " text "\n" CIRCUITS
#define CIRCUIT(text) AZURE "circuits:\n  - " text "\n"
#define HUB "/subscriptions/" GUID "/resourceGroups/net/providers/Microsoft.Network/connections/hub"
#define WITH(text) AZURE CIRCUITS text "\n"
#define RECEIVER(text) WITH("receivers: [ { name: a" text " } ]")
#define WEBHOOK(text) RECEIVER(", webhook: { " text " }")
#define MAIL(text) RECEIVER(", email: { from: a@b.example, to: [c@d.example], " text " }")
#define HOLDS_A_SECRET                                                                                                 \
    "holds a secret: whoever knows this address can post there; put it into a file and name that with \"url_file\""
#define HOOK "receivers: [ { name: hook, exec: { command: [/hook] } } ]\n"

/* The first finding of each; "e:" stands for the file and its colon. */
static const struct {
    const char *text, *line;
} rows[] = {
    /* the file as a whole */
    { "", "e:1:1: error: the file is empty: there is nothing to watch" },
    { "# nothing\n---\n", "e:3:1: error: the file is empty: there is nothing to watch" },
    { "- a\n", "e:1:1: error: the settings must be a mapping (keys with values), not a list" },
    { "text\n", "e:1:1: error: the settings must be a mapping (keys with values), not a text" },
    { AZURE, "e: error: there is nothing to watch: neither this file nor circuits.d has a circuit, and nothing is discovered" },
    { AZURE "circuits:\n", "e: error: there is nothing to watch: neither this file nor circuits.d has a circuit, and nothing is discovered" },
    { CIRCUITS, "e:1:1: error: \"azure\" is missing: where and as whom to ask" },
    { WITH("pol: { every: 60s }"), "e:3:1: error: \"pol\" is not a key of the settings; did you mean \"poll\"?" },
    { WITH("something: 1"), "e:3:1: error: \"something\" is not a key of the settings" },
    { WITH("poll: {}\npoll: {}"), "e:4:1: error: \"poll\" is given twice, first on line 3" },
    { WITH("poll: *x"), "e:3:7: error: an alias (*x) is not understood here; write the value out" },
    { WITH("poll: [a"),
      "e:4:1: error: did not find expected ',' or ']', while parsing a flow sequence that starts on line 3" },

    /* values */
    { WITH("poll: 60s"), "e:3:7: error: \"poll\" must be a mapping (keys with values), not a text" },
    { WITH("poll: { timeot: 5s }"), "e:3:9: error: \"timeot\" is not a key of \"poll\"; did you mean \"timeout\"?" },
    { WITH("poll: { every: 60 }"), "e:3:16: error: \"every\" is \"60\"; it must be a duration (60s, 5m, 2h)" },
    { WITH("poll: { every: 1.5h }"), "e:3:16: error: \"every\" is \"1.5h\"; it must be a duration (60s, 5m, 2h)" },
    { WITH("poll: { every: [60s] }"), "e:3:16: error: \"every\" is a list; it must be a duration (60s, 5m, 2h)" },
    { WITH("poll: { every: }"), "e:3:16: error: \"every\" has no value; it must be a duration (60s, 5m, 2h)" },
    { WITH("poll: { every: 5s }"),
      "e:3:16: error: \"every\" is 5s; it may be 10s to 24h (from 1s with a simulator on this host)" },
    { WITH("poll: { every: 2d }"),
      "e:3:16: error: \"every\" is 2d; it may be 10s to 24h (from 1s with a simulator on this host)" },
    { WITH("poll: { every: 99999999999999999h }"),
      "e:3:16: error: \"every\" is \"99999999999999999h\"; it must be a duration (60s, 5m, 2h)" },
    { WITH("poll: { retry: 0s }"), "e:3:16: error: \"retry\" is 0s; it may be 1s to 1h" },
    { WITH("poll: { timeout: 6m }"), "e:3:18: error: \"timeout\" is 6m; it may be 1s to 5m" },
    { WITH("poll: { sessions: metric }"), "e:3:19: error: \"sessions\" is \"metric\"; it must be one of metrics, "
                                          "routes, both, none; did you mean \"metrics\"?" },
    { WITH("poll: { stale: 30s }"), "e:3:16: error: an interval of 1m is longer than \"poll.stale\" (30s): the facts "
                                    "would be stale between two polls" },
    { WITH("poll: { every: 6m }"), "e:3:16: error: an interval of 6m is longer than \"poll.stale\" (5m): the facts "
                                   "would be stale between two polls" },
    { WITH("poll: { sessions_every: 10m }"),
      "e:3:25: warning: \"sessions_every\" is longer than \"poll.stale\" (5m): sessions will be unknown in between" },
    { WITH("alerts: { recover: 3 }"), "e:3:20: error: \"recover\" is \"3\"; it must be a count and a duration (3/2m)" },
    { WITH("alerts: { recover: 2m/3 }"),
      "e:3:20: error: \"recover\" is \"2m/3\"; it must be a count and a duration (3/2m)" },
    { WITH("alerts: { recover: 0/2m }"), "e:3:20: error: \"recover\" is 0/2m; it may be 1/0s to 100/24h" },
    { WITH("alerts: { recover: 3/25h }"), "e:3:20: error: \"recover\" is 3/25h; it may be 1/0s to 100/24h" },
    { WITH("alerts: { waiting_days: -1 }"), "e:3:25: error: \"waiting_days\" is \"-1\"; it must be a whole number" },
    { WITH("alerts: { remind: [1h, 30s] }"), "e:3:24: error: \"remind\" is 30s; it may be 1m to 7d" },
    { WITH("alerts: { remind: 1h, 2 }"), "e:3:23: error: \"2\" is not a key of \"alerts\"" },
    { WITH("alerts: { remind: \"1h, 2\" }"),
      "e:3:19: error: \"remind\" is \"2\"; it must be a list of durations (1h, 2h)" },
    { WITH("alerts: { remind: { after: 1h } }"),
      "e:3:19: error: \"remind\" is a mapping; it must be a list of durations (1h, 2h)" },
    { WITH("alerts: { remind: [1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m, 1m] }"),
      "e:3:84: error: \"remind\" has too many entries; it may have 16" },
    { WITH("alerts: { flap: { high: 30 } }"), "e:3:25: error: \"high\" is \"30\"; it must be a percentage (30%)" },
    { WITH("alerts: { flap: { high: 101% } }"), "e:3:25: error: \"high\" is 101%; it may be 1% to 100%" },
    { WITH("alerts: { flap: { low: 40% } }"),
      "e:3:17: error: \"low\" is above \"high\": it would be steady and flapping at once" },
    { WITH("alerts: { escalate: { after: 1h } }"),
      "e:3:21: error: \"to\" is missing: who else is told then, and from then on" },
    { WITH("alerts: { escalate: { to: [nobody] } }"), "e:3:28: error: there is no receiver \"nobody\"" },
    { WITH("alerts: { waiting_days: 366 }"), "e:3:25: error: \"waiting_days\" is 366; it may be 0 to 365" },
    { WITH("alerts: { confirm: { infos: 1/1s } }"), "e:3:22: error: \"infos\" is not a key of \"confirm\"" },
    { WITH("alerts: { rules: { sesions-down: {} } }"),
      "e:3:20: error: there is no rule \"sesions-down\" (erwatch-rules(7) lists them); did you mean "
      "\"sessions-down\"?" },
    { WITH("alerts: { rules: { 89: {} } }"), "e:3:20: error: there is no rule \"89\" (erwatch-rules(7) lists them)" },
    { WITH("alerts: { rules: { 40: {}, sessions-down: {} } }"),
      "e:3:28: error: rule 40 is given twice, first on line 3" },
    { WITH("alerts: { rules: { 40: off } }"),
      "e:3:24: error: a rule must be a mapping (keys with values), not a text" },
    { WITH("alerts: { rules: [ 40 ] }"), "e:3:18: error: \"rules\" must be a mapping of rules, not a list" },
    { WITH("alerts: { rules: { 40: { enabled: maybe } } }"),
      "e:3:35: error: \"enabled\" is \"maybe\"; it must be yes or no" },
    { WITH("alerts: { rules: { 40: { severity: none } } }"),
      "e:3:36: error: \"severity\" is \"none\"; it must be one of info, warning, critical" },

    /* discovery */
    { WITH("discover: [ {} ]"), "e:3:13: error: \"subscription\" is missing: whose circuits are watched" },
    { WITH("discover: [ { subscription: " GUID ", exlude: [lon-*] } ]"),
      "e:3:67: error: \"exlude\" is not a key of an entry of \"discover\"; did you mean \"exclude\"?" },
    { WITH("discover: [ { subscription: lab } ]"),
      "e:3:29: error: \"lab\" is no subscription's id (8-4-4-4-12 hexadecimal digits)" },
    { WITH("discover: [ { subscription: " GUID ", include: [net/lon-1] } ]"),
      "e:3:77: error: the pattern \"net/lon-1\" fits no name; one for whole ids begins with a slash: "
      "/subscriptions/*/lon-1" },
    { WITH("discover: [ { subscription: " GUID ", exclude: [''] } ]"),
      "e:3:77: error: a pattern has 0 bytes; it may have 1 to 256" },
    { WITH("discover: [ { subscription: " GUID ", keep: 5m } ]"),
      "e:3:73: error: \"keep\" is 5m; it may be 1h to 365d" },
    { WITH("discover: [ { subscription: " GUID ", credential: opps } ]"),
      "e:3:79: error: there is no credential \"opps\"; did you mean \"ops\"?" },
    { WITH("discover: [ { subscription: " GUID " }, { subscription: " GUID ", include: [lon-*] } ]"),
      "e:3:69: error: this entry gets no circuit: the one on line 3 takes all of the subscription" },

    /* azure */
    { "azure:\n" CIRCUITS, "e:1:7: error: \"credentials\" is missing: who asks" },
    { "azure: {}\n" CIRCUITS, "e:1:8: error: \"credentials\" is missing: who asks" },
    { "azure: { credentials: [] }\n" CIRCUITS,
      "e:1:23: error: \"credentials\" is an empty list; leave it out or name at least one" },
    { "azure: { credentials: ops }\n" CIRCUITS, "e:1:23: error: \"credentials\" must be a list of mappings" },
    { AZURE_WITH("cloud: publik") CIRCUITS, "e:1:17: error: \"cloud\" is \"publik\"; it must be one of public, usgov, "
                                            "china, custom; did you mean \"public\"?" },
    { AZURE_WITH("cloud: custom") CIRCUITS,
      "e:1:8: error: \"management\" is missing: a custom cloud has no address by itself" },
    { AZURE_WITH("login: \"https://a\"") CIRCUITS,
      "e:1:10: error: \"login\" needs \"cloud: custom\"; the other clouds have their own" },
    { AZURE_WITH("cloud: custom, management: \"http://arm.example\"") CIRCUITS,
      "e:1:37: error: \"management\" has no TLS, which only an address of this host may lack; it must be "
      "https://host[:port]" },
    { AZURE_WITH("cloud: custom, management: \"https://a/b\"") CIRCUITS,
      "e:1:37: error: \"management\" has something behind the host; it must be https://host[:port]" },
    { AZURE_WITH("cloud: custom, management: \"https://u@a\"") CIRCUITS,
      "e:1:37: error: \"management\" has a user part; it must be https://host[:port]" },
    { AZURE_WITH("cloud: custom, management: \"https://a:0\"") CIRCUITS,
      "e:1:37: error: \"management\" has no proper port; it must be https://host[:port]" },
    { AZURE_WITH("cloud: custom, management: \"a.example\"") CIRCUITS,
      "e:1:37: error: \"management\" does not begin with https:// or http://; it must be https://host[:port]" },
    { AZURE_WITH("cloud: custom, management: \"https://[::g]\"") CIRCUITS,
      "e:1:37: error: \"management\" has no proper host name; it must be https://host[:port]" },
    { AZURE_WITH("cloud: custom, management: \"http://127.0.0.1.evil.example\"") CIRCUITS,
      "e:1:37: error: \"management\" has no TLS, which only an address of this host may lack; it must be "
      "https://host[:port]" },
    { AZURE_WITH("cloud: custom, management: \"https://a.example\"") CIRCUITS,
      "e:1:73: error: \"azure.login\" is missing: a custom cloud needs it for \"method: client-secret\"" },
    { AZURE_WITH("proxy: \"http://user:pass@proxy:1\"") CIRCUITS,
      "e:1:17: error: the proxy has a user part; it must be none, environment or http://host:port" },
    { AZURE_WITH("proxy: \"http://proxy\"") CIRCUITS,
      "e:1:17: error: the proxy has no port; it must be none, environment or http://host:port" },
    { AZURE_WITH("proxy: \"https://proxy:1\"") CIRCUITS, "e:1:17: error: the proxy is asked with http://, also for "
                                                         "https; it must be none, environment or http://host:port" },
    { AZURE_WITH("ca_file: ca.pem") CIRCUITS,
      "e:1:19: error: \"ca_file\" is \"ca.pem\"; it must be system or an absolute path" },
    { AZURE_WITH("api_version: newest") CIRCUITS,
      "e:1:23: error: \"api_version\" is \"newest\"; it must be a date such as 2024-05-01" },
    { AZURE_WITH("api_version: { public: 2024-05-01, china: soon }") CIRCUITS,
      "e:1:52: error: \"api_version\" is \"soon\"; it must be a date such as 2024-05-01" },
    { AZURE_WITH("api_version: { chian: 2023-09-01 }") CIRCUITS,
      "e:1:25: error: \"cloud\" is \"chian\"; it must be one of public, usgov, china, custom; did you mean "
      "\"china\"?" },
    { AZURE_WITH("api_version: { china: [] }") CIRCUITS,
      "e:1:32: error: \"china\" is a list; it must be a date (2024-05-01), or a mapping of clouds to dates" },
    { AZURE_WITH("api_version: [ 2024-05-01 ]") CIRCUITS,
      "e:1:23: error: \"api_version\" is a list; it must be a date (2024-05-01), or a mapping of clouds to dates" },
    { AZURE_WITH("audience: \"https://a\"") CIRCUITS,
      "e:1:10: error: \"audience\" needs \"cloud: custom\"; the other clouds have their own" },
    { AZURE_WITH("cloud: custom, management: \"https://a\", login: \"https://l\", audience: a") CIRCUITS,
      "e:1:80: error: \"audience\" is \"a\"; it must be a URL such as https://management.azure.com" },

    /* credentials */
    { CREDENTIAL("{}"), "e:3:7: error: \"name\" is missing: what circuits call this credential" },
    { CREDENTIAL("{ name: ops }"), "e:3:7: error: \"tenant\" is missing: \"method: client-secret\" needs it" },
    { CREDENTIAL("{ name: \"o ps\" }"), "e:3:7: error: \"tenant\" is missing: \"method: client-secret\" needs it" },
    { CREDENTIAL("{ name: \"o ps\", method: managed-identity }"),
      "e:3:15: error: \"name\" is \"o ps\"; it must be a name (letters, digits, dot, dash, underscore)" },
    { CREDENTIAL("{ name: ops, method: managed-identity, secret_file: x }"),
      "e:3:46: error: \"secret_file\" has no use with \"method: managed-identity\"" },
    { CREDENTIAL("{ name: ops, method: arc, client: " CLIENT " }"),
      "e:3:33: error: \"client\" has no use with \"method: arc\"" },
    { CREDENTIAL("{ name: ops, method: managed-identity, tenant: a.example }"),
      "e:3:46: error: \"tenant\" has no use with \"method: managed-identity\"" },
    { CREDENTIAL("{ name: ops, method: client-certificate, tenant: a.example, client: " CLIENT " }"),
      "e:3:7: error: \"certificate_file\" is missing: \"method: client-certificate\" needs it" },
    { CREDENTIAL("{ name: ops, tenant: a.example, client: " CLIENT ", secret_file: s, algorithm: RS256 }"),
      "e:3:101: error: \"algorithm\" has no use with \"method: client-secret\"" },
    { CREDENTIAL("{ name: ops, method: workload-identity, expires: 2027-03-01 }"),
      "e:3:47: error: \"expires\" has no use with \"method: workload-identity\"" },
    { CREDENTIAL("{ name: ops, method: managed-identity, client: " CLIENT ", object: " CLIENT " }"),
      "e:3:92: error: \"object\" is given beside \"client\"; one of them names the identity" },
    { CREDENTIAL("{ name: ops, method: managed-identity, object: me }"),
      "e:3:54: error: \"object\" must be the identity's object id, a GUID (8-4-4-4-12 hexadecimal digits)" },
    { CREDENTIAL("{ name: ops, method: managed-identity, resource: /subscriptions/x/userAssignedIdentities/ }"),
      "e:3:56: error: \"resource\" must be the id of a user-assigned identity, /subscriptions/.../providers/"
      "Microsoft.ManagedIdentity/userAssignedIdentities/NAME" },
    { CREDENTIAL("{ name: ops, method: arc, key_folder: tokens }"),
      "e:3:45: error: \"key_folder\" must be an absolute path" },
    { CREDENTIAL("{ name: ops, tenant: a.example, client: " CLIENT ", secret_file: s, expires: 2027-02-29 }"),
      "e:3:110: error: \"expires\" is \"2027-02-29\"; it must be a date (2027-03-01)" },
    { CREDENTIAL("{ name: ops, tenant: a.example, client: " CLIENT ", secret_file: s, expires: soon }"),
      "e:3:110: error: \"expires\" is \"soon\"; it must be a date (2027-03-01)" },
    { CREDENTIAL("{ name: ops, method: managed-identity, secret: hunter2 }"),
      "e:3:46: error: \"secret\" is not a key of a credential; secrets do not stand in the settings: put it into a "
      "file and "
      "name that with \"secret_file\"" },
    { CREDENTIAL("{ name: ops, tenant: contoso, client: " CLIENT ", secret_file: s }"),
      "e:3:28: error: \"tenant\" must be the directory's GUID or a domain name such as contoso.onmicrosoft.com" },
    { CREDENTIAL("{ name: ops, tenant: \"...\", client: " CLIENT ", secret_file: s }"),
      "e:3:28: error: \"tenant\" must be the directory's GUID or a domain name such as contoso.onmicrosoft.com" },
    { CREDENTIAL("{ name: ops, tenant: a.example, client: hunter2, secret_file: s }"),
      "e:3:47: error: \"client\" must be the application's client id, a GUID (8-4-4-4-12 hexadecimal digits)" },
    { "azure: { credentials: [ " OPS ", " OPS " ] }\n" CIRCUITS,
      "e:1:129: error: the credential \"ops\" is given twice, first on line 1" },
    { "azure: { credentials: [ " OPS ", { name: b, method: managed-identity } ] }\n" CIRCUITS,
      "e:2:13: error: \"credential\" is missing: there are several, so the circuit or \"defaults\" must name one" },
    { WITH("defaults: { credential: opps }"), "e:3:25: error: there is no credential \"opps\"; did you mean \"ops\"?" },
    { CIRCUIT("{ id: " GROUP "a, credential: other }"), "e:3:146: error: there is no credential \"other\"" },

    /* circuits */
    { AZURE "circuits: { id: a }\n", "e:2:11: error: \"circuits\" must be a list of mappings" },
    { AZURE "circuits: [ a ]\n", "e:2:13: error: a circuit must be a mapping (keys with values), not a text" },
    { CIRCUIT("name: x"), "e:3:5: error: \"id\" is missing: the circuit's resource id" },
    { CIRCUIT("id: \"...\""),
      "e:3:9: error: the id is a placeholder; the portal shows it under \"Resource ID\", az network "
      "express-route list as \"id\"" },
    { CIRCUIT("id: /subscriptions/<guid>/resourceGroups/x"),
      "e:3:9: error: the id is a placeholder; the portal shows it under \"Resource ID\", az network express-route list "
      "as "
      "\"id\"" },
    { CIRCUIT("id: lon-1"), "e:3:9: error: the id must begin with /subscriptions/" },
    { CIRCUIT("id: https://management.azure.com" GROUP "a"), "e:3:9: error: the id must begin with /subscriptions/" },
    { CIRCUIT("id: /subscriptions/"), "e:3:9: error: the id ends too early: the subscription's GUID is missing" },
    { CIRCUIT("id: /subscriptions/" GUID), "e:3:9: error: the id ends too early: /resourceGroups/<group> is missing" },
    { CIRCUIT("id: /subscriptions/" GUID "/resourceGroups/net/providers/Microsoft.Network"),
      "e:3:9: error: the id ends too early: /expressRouteCircuits/<name> is missing" },
    { CIRCUIT("id: /subscriptions/" GUID "/resourceGroup/net/providers/Microsoft.Network/expressRouteCircuits/a"),
      "e:3:9: error: the id has \"resourceGroup\" where \"resourceGroups\" should stand: it is no circuit's" },
    { CIRCUIT("id: /subscriptions/" GUID "/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/a"),
      "e:3:9: error: the id has \"virtualNetworks\" where \"expressRouteCircuits\" should stand: it is no circuit's" },
    { CIRCUIT("id: /subscriptions/0000/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/a"),
      "e:3:9: error: the id has no GUID behind /subscriptions/ (8-4-4-4-12 hexadecimal digits)" },
    { CIRCUIT("id: /subscriptions/" GUID "/resourceGroups//providers/Microsoft.Network/expressRouteCircuits/a"),
      "e:3:9: error: the id has no proper resource group (1 to 90 letters, digits and -_.())" },
    { CIRCUIT("id: " GROUP "a?b"),
      "e:3:9: error: the id has no proper circuit name (1 to 80 letters, digits and -_.)" },
    { CIRCUIT("id: " GROUP "a/peerings/AzurePrivatePeering"),
      "e:3:9: error: the id goes on behind the circuit's name; it must end with \"a\"" },
    { CIRCUIT("id: " GROUP "a\n  - id: " GROUP "A/"), "e:4:5: error: this circuit is given twice, first on line 3" },
    { CIRCUIT("id: " GROUP "a\n    every: 10m"), "e:4:12: error: an interval of 10m is longer than \"poll.stale\" "
                                                 "(5m): the facts would be stale between two polls" },
    { CIRCUIT("id: " GROUP "a\n    name: \"a\\nb\""),
      "e:4:11: error: \"name\" holds a line end or another control character" },
    { CIRCUIT("id: " GROUP "a\n    labels: { 1site: x }"),
      "e:4:15: error: \"1site\" cannot be the name of a label: 1 to 32 letters, digits and _, no digit first" },
    { CIRCUIT("id: " GROUP "a\n    labels: { site: x, Site: y }"),
      "e:4:24: error: the labels \"site\" and \"Site\" differ in case only" },
    { CIRCUIT("id: " GROUP "a\n    labels: { site: [x] }"), "e:4:21: error: \"site\" is a list; it must be a text" },
    { CIRCUIT("id: " GROUP "a\n    labels: { site: \"\" }"),
      "e:4:21: error: the label \"site\" has 0 bytes; it may have 1 to 256" },
    { CIRCUIT("id: " GROUP "a\n    labels: [ a ]"),
      "e:4:13: error: \"labels\" must be a mapping of texts, not a list" },
    { CIRCUIT("id: " GROUP "a\n    labels: { Team: x }\ndefaults: { labels: { team: y } }"),
      "e:4:15: error: the labels \"team\" and \"Team\" differ in case only" },
    { CIRCUIT("id: " GROUP "a\n    expect: { peerings: [privat] }"),
      "e:4:26: error: \"peerings\" is \"privat\"; it must be a list of private, microsoft, public; did you mean "
      "\"private\"?" },
    { CIRCUIT("id: " GROUP "a\n    expect: { families: [] }"),
      "e:4:25: error: \"families\" is an empty list; leave it out or name at least one" },
    { CIRCUIT("id: " GROUP "a\n    expect: { prefixes: [203.0.113.0/33] }"),
      "e:4:26: error: \"203.0.113.0/33\" is not a prefix such as 203.0.113.0/24 or 2001:db8::/32" },
    { CIRCUIT("id: " GROUP "a\n    expect: { bandwidth: 1G }"),
      "e:4:26: error: \"bandwidth\" is \"1G\"; it must be a whole number" },
    { CIRCUIT("id: " GROUP "a\n    expect: { connections: [hub] }"),
      "e:4:29: error: \"hub\" is not the resource id of a gateway connection: /subscriptions/.../resourceGroups/.../"
      "providers/Microsoft.Network/connections/NAME, or .../expressRouteGateways/GATEWAY/expressRouteConnections/NAME" },
    { CIRCUIT("id: " GROUP "a\n    expect: { connections: [" HUB ", " HUB "] }"),
      "e:4:145: error: this connection is given twice" },

    /* ports */
    { WITH("poll: { health: perhaps }"), "e:3:17: error: \"health\" is \"perhaps\"; it must be yes or no" },
    { WITH("ports: { light: { low: -50 } }"), "e:3:24: error: \"low\" is -50; it may be -40 to 20" },
    { WITH("ports: { light: { high: bright } }"),
      "e:3:25: error: \"high\" is \"bright\"; it must be a number (-10, 3.5)" },
    { WITH("ports: { light: { drop: 1.234 } }"),
      "e:3:25: error: \"drop\" is \"1.234\"; it must be a number (-10, 3.5)" },
    { WITH("ports: { light: { low: 3 } }"),
      "e:3:17: error: \"low\" is not below \"high\": every level would be outside the band" },
    { WITH("ports: { lihgt: {} }"), "e:3:10: error: \"lihgt\" is not a key of \"ports\"; did you mean \"light\"?" },

    /* receivers and routes */
    { RECEIVER(""), "e:3:14: error: a receiver needs one of exec, webhook, alertmanager, pagerduty, opsgenie, slack, "
                    "teams, email, stream and digest" },
    { RECEIVER(", webhok: { url: \"https://a\" }"),
      "e:3:25: error: \"webhok\" is not a key of a receiver; did you mean \"webhook\"?" },
    { RECEIVER(", type: webhook"),
      "e:3:25: error: \"type\" is not a key of a receiver; its kind is a key of its own: \"webhook: { url: ... }\"" },
    { RECEIVER(", stream: { path: /s }, exec: { command: [/a] }"),
      "e:3:25: error: \"stream\" is given beside \"exec\"; a receiver is of one kind" },
    { RECEIVER(", stream: { path: /s }, late: sumarise"), "e:3:53: error: \"late\" is \"sumarise\"; it must be one of deliver, summarise; did "
                                    "you mean \"summarise\"?" },
    { WITH("receivers: [ { name: a, stream: { path: /s }, fallback: { to: b } } ]"),
      "e:3:63: error: there is no receiver \"b\"" },
    { WITH("receivers: [ { name: a, stream: { path: /s }, fallback: { to: a } } ]"),
      "e:3:14: error: the fallbacks from \"a\" on lead back to it" },
    { WITH("receivers: [ { name: x, stream: { path: /s }, fallback: { to: a } },\n"
           " { name: a, stream: { path: /s }, fallback: { to: b } },\n"
           " { name: b, stream: { path: /s }, fallback: { to: a, after: 1h } } ]"),
      "e:4:2: error: the fallbacks from \"a\" on lead back to it" },
    { WITH("receivers: [ { name: a, stream: { path: /s }, fallback: {} } ]"),
      "e:3:57: error: \"to\" is missing: the other receiver" },

    /* addresses of receivers; what may be a secret is not repeated */
    { WEBHOOK(""), "e:3:34: error: \"url\" or \"url_file\" is missing: \"webhook\" needs an address" },
    { WEBHOOK("url: \"https://a.example/\", url_file: b"),
      "e:3:63: error: \"url_file\" is given beside \"url\"; the address is in one of them" },
    { WEBHOOK("url: \"http://a.example/in\""),
      "e:3:41: error: \"url\" has no TLS, which only an address of this host may lack; it must be an address "
      "(https://host[:port]/path)" },
    { WEBHOOK("url: \"ftp://a.example/in\""),
      "e:3:41: error: \"url\" does not begin with https:// or http://; it must be an address "
      "(https://host[:port]/path)" },
    { WEBHOOK("url: \"https://a.example/in out\""),
      "e:3:41: error: \"url\" has a blank or another character that must be written as %XX; it must be an address "
      "(https://host[:port]/path)" },
    { WEBHOOK("url: \"https://a.example/in#here\""),
      "e:3:41: error: \"url\" has a fragment (#), which is never sent; it must be an address "
      "(https://host[:port]/path)" },
    { WEBHOOK("url: \"https://a.example:99999/in\""),
      "e:3:41: error: \"url\" has no proper port; it must be an address (https://host[:port]/path)" },
    { WEBHOOK("url: \"https://user:pass@a.example/in\""), "e:3:41: error: \"url\" " HOLDS_A_SECRET },
    { WEBHOOK("url: \"https://a.example/in?token=x\""), "e:3:41: error: \"url\" " HOLDS_A_SECRET },
    { WEBHOOK("url: \"https://a.example/in/3fGh8Kq9LmNoPqRsT2uV/x\""), "e:3:41: error: \"url\" " HOLDS_A_SECRET },
    { RECEIVER(", slack: { url: \"https://hooks.slack.com/services/T0/B0/x\" }"),
      "e:3:39: error: \"url\" " HOLDS_A_SECRET },
    { RECEIVER(", slack: { url: \"https://HOOKS.slack.com:443/services/T0/B0/x\" }"),
      "e:3:39: error: \"url\" " HOLDS_A_SECRET },
    { RECEIVER(", teams: { url: \"https://prod-1.westeurope.logic.azure.com:443/workflows/x\" }"),
      "e:3:39: error: \"url\" " HOLDS_A_SECRET },
    { WEBHOOK("url_file: u, signing_key: whsec_x"),
      "e:3:49: error: \"signing_key\" is not a key of \"webhook\"; secrets do not stand in the settings: put it into a "
      "file and name that with \"signing_key_file\"" },
    { WEBHOOK("url_file: u, old_signing_key_file: k"),
      "e:3:49: error: \"old_signing_key_file\" needs \"signing_key_file\", the new key" },
    { WEBHOOK("url_file: u, format: json"),
      "e:3:57: error: \"format\" is \"json\"; it must be one of erwatch, cloudevents, prometheus" },
    { WEBHOOK("url_file: u, proxy: \"http://u:secret@p:1\""),
      "e:3:56: error: the proxy has a user part; it must be none, environment or http://host:port" },
    { WEBHOOK("url_file: u, ca_file: ca.pem"),
      "e:3:58: error: \"ca_file\" must be system or an absolute path" },
    { RECEIVER(", alertmanager: { url: \"http://am:9093\" }"),
      "e:3:39: error: \"urls\" is missing: the addresses of all its peers" },
    { RECEIVER(", alertmanager: { urls: [\"http://am:9093\", \"am:9093\"] }"),
      "e:3:66: error: an address in \"urls\" does not begin with https:// or http://; it must be http[s]://host[:port], "
      "perhaps with a path" },
    { RECEIVER(", alertmanager: { urls: [\"http://u:p@am:9093\"] }"),
      "e:3:48: error: an address in \"urls\" has a user part; it must be http[s]://host[:port], perhaps with a path" },
    { RECEIVER(", pagerduty: {}"),
      "e:3:36: error: \"routing_key_file\" is missing: the file that holds the integration key of a service (Events API "
      "v2)" },
    { RECEIVER(", pagerduty: { routing_key_file: k, url: \"https://events.pagerduty.com/v2/enqueue\" }"),
      "e:3:64: error: \"url\" has something behind the host; it must be an address (https://host[:port])" },
    { RECEIVER(", opsgenie: { api_key: x }"), "e:3:35: error: \"api_key_file\" is missing: the file that holds the key of "
                                              "an API integration" },
    { RECEIVER(", slack: { token_file: t }"),
      "e:3:32: error: \"channel\" is missing: with \"token_file\" it says where to post" },
    { RECEIVER(", slack: { token_file: t, channel: c, url_file: u }"),
      "e:3:61: error: \"url_file\" is given beside \"token_file\"; a bot needs no address" },
    { RECEIVER(", slack: { url_file: u, channel: c }"),
      "e:3:47: error: \"channel\" needs \"token_file\"; an incoming webhook has a channel of its own" },
    { MAIL("server: \"mail.example.net\""),
      "e:3:80: error: \"server\" does not begin with smtp:// or smtps://; it must be smtp://host[:port] or "
      "smtps://host[:port]" },
    { MAIL("server: \"smtp://u@mail.example.net\""),
      "e:3:80: error: \"server\" has a user part; it must be smtp://host[:port] or smtps://host[:port]" },
    { MAIL("server: \"smtp://m\", user: u"), "e:3:32: error: \"password_file\" is missing: \"user\" needs it" },
    { MAIL("server: \"smtp://m\", user: u, password_file: p, starttls: no"),
      "e:3:98: error: a password would be sent without TLS; use smtps:// or \"starttls: yes\"" },
    { RECEIVER(", email: { server: \"smtp://m\", from: \"a@b.example\\nBcc: x@y.example\", to: [c@d.example] }"),
      "e:3:60: error: \"from\" holds a line end or another control character" },
    { RECEIVER(", email: { server: \"smtp://m\", from: a@b.example, to: [everybody] }"),
      "e:3:78: error: \"everybody\" is no mail address (name@example.net)" },
    { RECEIVER(", stream: { path: fifo }"), "e:3:41: error: \"path\" must be an absolute path" },

    /* programs */
    { WITH("receivers: [ { name: a, exec: {} } ]"),
      "e:3:31: error: \"command\" is missing: the program, by its absolute path, and its arguments" },
    { WITH("receivers: [ { name: a, exec: { command: /bin/page } } ]"),
      "e:3:42: error: \"command\" must be a list of 1 to 64 texts such as [/usr/local/bin/page, --team, net]" },
    { WITH("receivers: [ { name: a, exec: { command: [page] } } ]"),
      "e:3:43: error: the program \"page\" must be given by its absolute path" },
    { WITH("receivers: [ { name: a, exec: { command: [/page, [x]] } } ]"),
      "e:3:50: error: an argument is a text, not a list" },
    { WITH("receivers: [ { name: a, exec: { command: [/page], timeout: 11m } } ]"),
      "e:3:60: error: \"timeout\" is 11m; it may be 1s to 10m" },
    { WITH(HOOK "routes: [ { to: [hok] } ]"), "e:4:18: error: there is no receiver \"hok\"; did you mean \"hook\"?" },
    { WITH(HOOK "routes: [ { to: [hook, hook] } ]"), "e:4:24: error: \"hook\" is named twice" },
    { WITH(HOOK "routes: [ { to: [] } ]"),
      "e:4:17: error: \"to\" is an empty list; leave it out or name at least one" },
    { WITH(HOOK "routes: [ { match: { severity: crit }, to: hook } ]"),
      "e:4:32: error: \"severity\" is \"crit\"; it must be a list of info, warning, critical" },
    { WITH(HOOK "routes: [ { match: { rule: [41, circuit-misssing] }, to: hook } ]"),
      "e:4:33: error: there is no rule \"circuit-misssing\" (erwatch-rules(7) lists them); did you mean "
      "\"circuit-missing\"?" },
    { WITH(HOOK "routes: [ { match: { severty: critical }, to: hook } ]"),
      "e:4:22: warning: no circuit has a label \"severty\"; did you mean \"severity\"?" },
    { WITH(HOOK "routes: [ { match: { a-b: c }, to: hook } ]"),
      "e:4:22: error: \"a-b\" is neither severity, owner, rule nor circuit, and no name of a label either" },
    { WITH(HOOK "routes: [ { to: hook }, { to: hook } ]"),
      "e:4:25: warning: this route is never reached: the one on line 4 takes every notice" },
};

Test(findings, have_a_place_and_say_what_is_right)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diag *diag = diag_new();
        char expected[1024];

        (void)snprintf(expected, sizeof expected, "%s%s", MAIN_FILE, rows[i].line + 1);
        write_text(MAIN_FILE, rows[i].text);
        struct settings *settings = settings_load(MAIN_FILE, diag);
        cr_expect_eq(settings != NULL, diag_errors(diag) == 0);
        if (diag_count(diag) == 0)
            cr_expect_fail("row %zu: nothing, expected %s", i, expected);
        else
            cr_expect_str_eq(diag_line(diag, 0), expected, "row %zu:\n  said     %s\n  expected %s", i,
                             diag_line(diag, 0), expected);
        settings_free(settings);
        diag_free(diag);
    }
}

Test(findings, are_all_made_in_one_run_in_the_order_of_the_files)
{
    static const char *const expected[] = {
        "erwatch.yaml:1:18: error: there is no receiver \"nobody\"",
        "erwatch.yaml:3:9: error: the id must begin with /subscriptions/",
        "erwatch.yaml:4:12: error: \"every\" is a list; it must be a duration (60s, 5m, 2h)",
        "erwatch.yaml:6:10: error: \"every\" is 1s; it may be 10s to 24h (from 1s with a simulator on this host)",
        "erwatch.yaml:7:3: error: \"stael\" is not a key of \"poll\"; did you mean \"stale\"?",
        "erwatch.yaml:10:7: error: \"secret_file\" is missing: \"method: client-secret\" needs it",
        "erwatch.yaml:11:1: error: \"cloud\" is not a key of the settings",
        "circuits.d/a.yaml:1:1: error: \"poll\" is not a key of a file in circuits.d, which holds only \"circuits\"",
        "circuits.d/b.yaml:1:5: error: mapping values are not allowed in this context",
        "circuits.d/c.yaml:1:13: error: this circuit is given twice, first in circuits.d/a.yaml on line 2",
    };
    const size_t count = sizeof expected / sizeof *expected;
    struct diag *diag = diag_new();

    write_text(MAIN_FILE, "routes: [ { to: [nobody] } ]\n"
                          "circuits:\n"
                          "  - id: lon-1\n"
                          "    every: [1s]\n"
                          "poll:\n"
                          "  every: 1s\n"
                          "  stael: 5m\n"
                          "azure:\n"
                          "  credentials:\n"
                          "    - { name: ops, tenant: a.example, client: " CLIENT " }\n"
                          "cloud: public\n");
    write_text("circuits.d/a.yaml", "poll: {}\ncircuits: [ { id: " GROUP "x } ]\n");
    write_text("circuits.d/b.yaml", "a: b: c\n");
    write_text("circuits.d/c.yaml", "circuits: [ { id: " GROUP "X } ]\n");
    cr_expect_null(settings_load(MAIN_FILE, diag));
    cr_assert_eq(diag_count(diag), count);
    for (size_t i = 0; i < count; i++)
        cr_expect_str_eq(diag_line(diag, i), expected[i], "%s", diag_line(diag, i));
    diag_free(diag);
    (void)unlink("circuits.d/a.yaml");
    (void)unlink("circuits.d/b.yaml");
    (void)unlink("circuits.d/c.yaml");
}

Test(findings, are_bounded_and_counted)
{
    struct diag *diag = diag_new();
    FILE *file = fopen(MAIN_FILE, "w");
    char *text = NULL;
    size_t size = 0;

    cr_assert_not_null(file);
    fputs(AZURE "circuits:\n", file);
    for (unsigned i = 0; i < 1000; i++)
        fprintf(file, "  - { id: lon-%u }\n", i);
    cr_assert_eq(fclose(file), 0);
    cr_expect_null(settings_load(MAIN_FILE, diag));
    cr_expect_eq(diag_errors(diag), 1000);
    cr_expect_eq(diag_count(diag), DIAG_KEPT_MAX);
    file = open_memstream(&text, &size);
    diag_print(diag, file);
    cr_assert_eq(fclose(file), 0);
    cr_expect(strstr(text, "\n… and 800 more\n") != NULL);
    free(text);
    diag_free(diag);
}

Test(findings, cannot_move_the_cursor)
{
    struct diag *diag = diag_new();
    const struct place place = { "a\x1b[2J.yaml", 1, 2 };

    diag_error(diag, place, "%s", "x\ny\x9b \xe2\x80\xaez ä");
    cr_expect_str_eq(diag_line(diag, 0), "a\\x1b[2J.yaml:1:2: error: x\\x0ay\\x9b \\xe2\\x80\\xaez ä");
    char *text = calloc(1, 5000);
    cr_assert_not_null(text);
    memset(text, 'x', 4999);
    diag_error(diag, place, "%s", text);
    cr_expect_leq(strlen(diag_line(diag, 1)), 1024);
    free(text);
    diag_free(diag);
}

/* A secret in the wrong place, or a password in an address, must not reach the journal. */
Test(findings, do_not_repeat_secrets)
{
    static const char *const texts[] = {
        CREDENTIAL("{ name: ops, secret: hunter2 }"),
        CREDENTIAL("{ name: ops, tenant: hunter2, client: hunter2, secret_file: s }"),
        AZURE_WITH("proxy: \"http://user:hunter2@proxy\"") CIRCUITS,
        AZURE_WITH("cloud: custom, management: \"https://user:hunter2@a\"") CIRCUITS,
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct diag *diag = diag_new();
        write_text(MAIN_FILE, texts[i]);
        cr_expect_null(settings_load(MAIN_FILE, diag));
        for (size_t line = 0; line < diag_count(diag); line++)
            cr_expect(strstr(diag_line(diag, line), "hunter2") == NULL, "%s", diag_line(diag, line));
        diag_free(diag);
    }
}

Test(findings, name_a_file_that_cannot_be_read)
{
    struct diag *diag = diag_new();

    cr_expect_null(settings_load("absent.yaml", diag));
    cr_expect_null(settings_load("circuits.d", diag));
    cr_expect_null(settings_load("/dev/null", diag));
    cr_assert_eq(diag_count(diag), 3);
    diag_free(diag);
    diag = diag_new();
    cr_expect_null(settings_load("absent.yaml", diag));
    cr_expect_str_eq(diag_line(diag, 0), "absent.yaml: error: cannot read it: No such file or directory");
    diag_free(diag);
}
