/* The settings for a person who checks them: what would be watched, by whom, and who would be told. */
#include "config/address.h"
#include "config/config.h"
#include "config/duration.h"
#include "config/paragraph.h"
#include "config/print_receivers.h"
#include "core/rule.h"

#include <string.h>

/* ---- the watch ---- */

static const char *method_words(const struct credential_settings *credential)
{
    static const char *const words[METHODS] = {
        [METHOD_CLIENT_SECRET] = "client secret",
        [METHOD_CLIENT_CERTIFICATE] = "client certificate",
        [METHOD_WORKLOAD_IDENTITY] = "token of another issuer (workload identity federation)",
        [METHOD_MANAGED_IDENTITY] = "managed identity of this machine",
        [METHOD_ARC] = "managed identity of this machine, by Azure Arc's agent",
    };
    bool named = credential->client != NULL || credential->object != NULL || credential->resource != NULL;

    if (credential->method == METHOD_MANAGED_IDENTITY && named)
        return "user-assigned managed identity";
    return words[credential->method];
}

static void print_azure(const struct azure_settings *azure, FILE *to)
{
    fprintf(to, "Azure: %s, API %s\n", azure->management, azure->api_version);
    for (size_t i = 0; i < azure->credential_count; i++)
        fprintf(to, "  credential %s: %s\n", azure->credentials[i].name, method_words(&azure->credentials[i]));
}

static void print_poll(const struct settings *settings, FILE *to)
{
    static const char *const words[] = {
        [SESSIONS_NONE] = "not asked about",
        [SESSIONS_METRICS] = "by metrics",
        [SESSIONS_ROUTES] = "by route summaries",
        [SESSIONS_BOTH] = "by metrics and route summaries",
    };
    const struct policy *policy = &settings->policy;
    char stale[DURATION_TEXT_MAX], every[DURATION_TEXT_MAX];

    fprintf(to, "Sessions: %s", words[policy->sessions]);
    if (policy->sessions != SESSIONS_NONE)
        fprintf(to, ", every %s", duration_format(policy->sessions_every_ms, every));
    fprintf(to, "\nFacts older than %s decide nothing.\n", duration_format(policy->stale_ms, stale));
}

static void print_beyond(const struct policy *policy, FILE *to)
{
    const struct light_band *light = &policy->light;

    fprintf(to, "Azure Resource Health and planned maintenance: %s\n", policy->health ? "asked for" : "not asked for");
    fprintf(to, "Light of Direct ports: %g to %g dBm", light->low / 100.0, light->high / 100.0);
    if (light->drop > 0)
        fprintf(to, ", and not %g dB less than a day ago", light->drop / 100.0);
    fputc('\n', to);
}

static void print_rules(const struct policy *policy, FILE *to)
{
    struct paragraph line = paragraph_begin(to, 0);

    for (unsigned i = 0; i < RULE_NUMBERS; i++)
        if (policy->rule[i].disabled) {
            paragraph_put(&line, "%s%u %s", line.column == 0 ? "Rules switched off: " : "and ", i, rule_find(i)->name);
        }
    paragraph_end(&line);
}

/* ---- circuits ---- */

/* "peerings private and microsoft;" or "no peerings;" */
static void put_list(struct paragraph *line, const char *what, const char *const *names, const bool *named,
                     size_t count)
{
    char text[128] = "";

    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(text);
        if (named[i])
            (void)snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? " and " : " ", names[i]);
    }
    if (*text != '\0')
        paragraph_put(line, "%s%s;", what, text);
    else
        paragraph_put(line, "no %s;", what);
}

static void print_expect(const struct expect *expect, FILE *to)
{
    static const char *const providers[] = {
        [EXPECT_PROVISIONED] = "provisioned",
        [EXPECT_ORDERED] = "provisioned or ordered",
        [EXPECT_NONE] = "any provider state",
    };
    const char *const peerings[] = { peering_name(PEERING_PRIVATE), peering_name(PEERING_MICROSOFT),
                                     peering_name(PEERING_PUBLIC) };
    const char *const families[] = { family_name(FAMILY_IPV4), family_name(FAMILY_IPV6) };
    struct paragraph line = paragraph_begin(to, 6);

    paragraph_put(&line, "expects: %s;", providers[expect->provider]);
    if (expect->peerings_set)
        put_list(&line, "peerings", peerings, expect->peering, PEERINGS);
    else
        paragraph_put(&line, "the peerings it has;");
    if (expect->families_set)
        put_list(&line, "families", families, expect->family, FAMILIES);
    if (expect->prefixes_set)
        paragraph_put(&line, "%zu %s;", expect->prefix_count, expect->prefix_count == 1 ? "prefix" : "prefixes");
    if (expect->connection_count > 0)
        paragraph_put(&line, "%zu gateway %s;", expect->connection_count,
            expect->connection_count == 1 ? "connection" : "connections");
    paragraph_put(&line, "at least %u %s", expect->min_routes, expect->min_routes == 1 ? "route" : "routes");
    if (expect->bandwidth_mbps > 0)
        paragraph_put(&line, "and %u Mbit/s", expect->bandwidth_mbps);
    paragraph_end(&line);
}

static void print_circuit(const struct settings *settings, const struct circuit_settings *circuit, FILE *to)
{
    size_t ahead = strlen("/subscriptions/") + strlen(circuit->subscription) + strlen("/resourceGroups/");
    const char *group = circuit->id.path + ahead;
    struct paragraph line = paragraph_begin(to, 6);
    char every[DURATION_TEXT_MAX];

    fprintf(to, "  %s\n", circuit->name);
    paragraph_put(&line, "%s in group %.*s,", circuit->id.name, (int)strcspn(group, "/"), group);
    paragraph_put(&line, "subscription %s", circuit->subscription);
    paragraph_end(&line);
    paragraph_put(&line, "every %s as %s%s", duration_format(circuit->every_ms, every),
        settings->azure.credentials[circuit->credential].name, circuit->label_count > 0 ? ", labels" : "");
    for (size_t i = 0; i < circuit->label_count; i++)
        paragraph_put(&line, "%s=%s", circuit->labels[i].name, circuit->labels[i].value);
    paragraph_end(&line);
    print_expect(&circuit->expect, to);
}

/* ---- discovery ---- */

static void put_patterns(struct paragraph *line, const char *what, const char *const *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        paragraph_put(line, "%s%s%s", i == 0 ? what : "", patterns[i], i + 1 < count ? "," : ";");
}

static void print_discover(const struct settings *settings, const struct discover_settings *entry, FILE *to)
{
    struct paragraph line = paragraph_begin(to, 6);
    char every[DURATION_TEXT_MAX], keep[DURATION_TEXT_MAX];

    fprintf(to, "  subscription %s\n", entry->subscription);
    paragraph_put(&line, "looked at every %s", duration_format(entry->every_ms, every));
    paragraph_put(&line, "as %s%s;", settings->azure.credentials[entry->credential].name,
        entry->by == DISCOVER_GRAPH ? " by Resource Graph" : "");
    put_patterns(&line, "circuits ", entry->include, entry->include_count);
    put_patterns(&line, "but not ", entry->exclude, entry->exclude_count);
    paragraph_put(&line, "at most %u", entry->most);
    paragraph_put(&line, "%s,", entry->most == 1 ? "circuit" : "circuits");
    paragraph_put(&line, "each kept %s", duration_format(entry->keep_ms, keep));
    paragraph_put(&line, "when it is gone");
    paragraph_end(&line);
    paragraph_put(&line, "each asked every %s%s", duration_format(entry->circuit.every_ms, every),
        entry->circuit.label_count > 0 ? ", labels" : "");
    for (size_t i = 0; i < entry->circuit.label_count; i++)
        paragraph_put(&line, "%s=%s", entry->circuit.labels[i].name, entry->circuit.labels[i].value);
    paragraph_end(&line);
    print_expect(&entry->circuit.expect, to);
}

static void print_discovers(const struct settings *settings, FILE *to)
{
    if (settings->discover_count > 0)
        fputs("\nCircuits are discovered in:\n", to);
    for (size_t i = 0; i < settings->discover_count; i++)
        print_discover(settings, &settings->discovers[i], to);
}

/* ---- who is told ---- */

static void put_match(struct paragraph *line, const struct match *match)
{
    for (unsigned i = 0; i < SEVERITIES; i++)
        if (match->severities >> i & 1U)
            paragraph_put(line, "severity=%s", severity_name(i));
    for (unsigned i = 0; i < OWNERS; i++)
        if (match->owners >> i & 1U)
            paragraph_put(line, "owner=%s", owner_name(i));
    for (size_t i = 0; i < match->rule_count; i++)
        paragraph_put(line, "rule=%s", rule_find(match->rules[i])->name);
    if (match->circuit != NULL)
        paragraph_put(line, "circuit=%s", match->circuit);
    for (size_t i = 0; i < match->label_count; i++)
        paragraph_put(line, "%s=%s", match->labels[i].name, match->labels[i].value);
}

static void print_windows(const struct settings *settings, FILE *to)
{
    if (settings->window_count > 0)
        fprintf(to, "\nMaintenance, in which nobody is paged:\n");
    for (size_t i = 0; i < settings->window_count; i++) {
        const struct window_settings *window = &settings->windows[i];
        struct paragraph line = paragraph_begin(to, 2);
        paragraph_put(&line, "%s to %s", window->from, window->to);
        if (window->zone != NULL)
            paragraph_put(&line, "%s", window->zone);
        line.indent = 6;
        paragraph_put(&line, "(%s):", window->why);
        put_match(&line, &window->match);
        if (match_is_empty(&window->match))
            paragraph_put(&line, "every notice");
        paragraph_end(&line);
    }
}

static void print_route(const struct settings *settings, const struct route_settings *route, FILE *to)
{
    struct paragraph line = paragraph_begin(to, 2);

    put_match(&line, &route->match);
    if (line.column == 0)
        paragraph_put(&line, "every notice");
    line.indent = 6;
    paragraph_put(&line, "->");
    for (size_t i = 0; i < route->to_count; i++)
        paragraph_put(&line, "%s%s", settings->receivers[route->to[i]].name, i + 1 < route->to_count ? "," : "");
    if (route->go_on)
        paragraph_put(&line, "(and on)");
    paragraph_end(&line);
}

static void print_again(const struct settings *settings, FILE *to)
{
    const struct remind *remind = &settings->policy.remind;
    struct paragraph line = paragraph_begin(to, 0);
    char text[DURATION_TEXT_MAX];

    paragraph_put(&line, "%s", remind->count > 0 ? "What goes on is told again after" : "What goes on is not told again.");
    for (size_t i = 0; i < remind->count; i++)
        paragraph_put(&line, "%s%s", duration_format(remind->after_ms[i], text), i + 1 < remind->count ? "," : ".");
    if (settings->escalate_to_count > 0)
        paragraph_put(&line, "A critical that nobody acknowledges for %s also goes to",
            duration_format(settings->policy.escalate_after_ms, text));
    for (size_t i = 0; i < settings->escalate_to_count; i++)
        paragraph_put(&line, "%s%s", settings->receivers[settings->escalate_to[i]].name,
            i + 1 < settings->escalate_to_count ? "," : ".");
    paragraph_end(&line);
}

static void print_told(const struct settings *settings, FILE *to)
{
    if (settings->receiver_count == 0) {
        fputs("\nNo receivers: findings go to the journal only.\n", to);
        return;
    }
    fprintf(to, "\n%zu %s:\n", settings->receiver_count, settings->receiver_count == 1 ? "receiver" : "receivers");
    for (size_t i = 0; i < settings->receiver_count; i++)
        print_receiver(settings, &settings->receivers[i], to);
    fputs("\nRoutes:\n", to);
    for (size_t i = 0; i < settings->route_count; i++)
        print_route(settings, &settings->routes[i], to);
    print_again(settings, to);
}

static void print_heartbeat(const struct heartbeat_settings *heartbeat, FILE *to)
{
    char shown[ADDRESS_SHOWN_MAX], every[DURATION_TEXT_MAX];

    if (heartbeat->url == NULL && heartbeat->url_file == NULL)
        return;
    (void)duration_format(heartbeat->every_ms, every);
    if (heartbeat->url != NULL)
        fprintf(to, "\nA heartbeat every %s to %s\n", every, address_shown(heartbeat->url, shown));
    else
        fprintf(to, "\nA heartbeat every %s to the address in %s\n", every, heartbeat->url_file);
}

static void print_history(const struct history_settings *history, FILE *to)
{
    char keep[DURATION_TEXT_MAX], deliveries[DURATION_TEXT_MAX];
    struct paragraph line = paragraph_begin(to, 0);

    fputc('\n', to);
    paragraph_put(&line, "The history is kept for %s,", duration_format(history->keep_ms, keep));
    paragraph_put(&line, "what was delivered for %s;", duration_format(history->deliveries_ms, deliveries));
    paragraph_put(&line, "%u of each at most.", history->most);
    paragraph_end(&line);
}

void settings_print(const struct settings *settings, FILE *to)
{
    print_azure(&settings->azure, to);
    print_poll(settings, to);
    print_beyond(&settings->policy, to);
    print_rules(&settings->policy, to);
    fprintf(to, "\n%zu %s:\n", settings->circuit_count, settings->circuit_count == 1 ? "circuit" : "circuits");
    for (size_t i = 0; i < settings->circuit_count; i++)
        print_circuit(settings, &settings->circuits[i], to);
    print_discovers(settings, to);
    print_told(settings, to);
    print_windows(settings, to);
    print_heartbeat(&settings->heartbeat, to);
    print_history(&settings->history, to);
}
