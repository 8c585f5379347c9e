/* Settings of a story. The keys are those of erwatch.yaml(5), so that a line of a report can be copied. */
#include "plan.h"

#include "core/rule.h"
#include "scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MINUTE_MS 60000

void plan_init(struct plan *plan)
{
    *plan = (struct plan){ .policy = { .stale_ms = 5 * MINUTE_MS,
                                       .health = true,
                                       .light = { -1000, 0, 300 },
                                       .retry_ms = 20000,
                                       .sessions = SESSIONS_METRICS,
                                       .sessions_every_ms = MINUTE_MS,
                                       .confirm = { [SEVERITY_INFO] = { 3, 2 * MINUTE_MS },
                                                    [SEVERITY_WARNING] = { 3, 2 * MINUTE_MS },
                                                    [SEVERITY_CRITICAL] = { 2, 10000 } },
                                       .confirm_long = { 3, 30 * MINUTE_MS },
                                       .recover = { 3, 2 * MINUTE_MS },
                                       .waiting_days = 10 } };
}

size_t plan_find(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->circuit_count; i++)
        if (strcmp(plan->circuit[i].name, name) == 0)
            return i;
    return PLAN_CIRCUITS_MAX;
}

/* ---- values ---- */

/* "2/10s"; a lone "1" is at once. */
static bool read_hold(const char *text, struct hold *out)
{
    char *end;
    long count = strtol(text, &end, 10);
    int64_t age_ms = 0;

    if (end == text || count < 1 || (*end == '/' ? !duration_read(end + 1, &age_ms) : *end != '\0'))
        return false;
    *out = (struct hold){ (uint32_t)count, age_ms };
    return true;
}

static bool read_number(const char *text, uint32_t *out)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    *out = (uint32_t)number;
    return end != text && *end == '\0';
}

/* Which of the names; -1 for none. */
static int choose(const char *text, const char *const *name)
{
    for (int i = 0; name[i] != NULL; i++)
        if (strcmp(text, name[i]) == 0)
            return i;
    return -1;
}

static bool read_sessions(const char *text, uint8_t *out)
{
    static const char *const names[] = { "none", "metrics", "routes", "both", NULL }; /* enum sessions_mode */
    int mode = choose(text, names);

    *out = (uint8_t)mode;
    return mode >= 0;
}

/* "1h,2h,4h" */
static bool read_remind(const char *text, struct remind *out)
{
    char word[32];

    *out = (struct remind){ 0 };
    for (size_t len; out->count < REMIND_MOST && (len = strcspn(text, ",")) > 0; text += len + (text[len] != '\0')) {
        if (len >= sizeof word)
            return false;
        snprintf(word, sizeof word, "%.*s", (int)len, text);
        if (!duration_read(word, &out->after_ms[out->count++]))
            return false;
    }
    return *text == '\0';
}

/* "20/30/25": samples, high and low */
static bool read_flap(const char *text, struct flap *out)
{
    unsigned window, high, low;

    if (sscanf(text, "%u/%u/%u", &window, &high, &low) != 3 || window > FLAP_WINDOW_MOST || high > 100 || low > high)
        return false;
    *out = (struct flap){ window, (uint8_t)high, (uint8_t)low };
    return true;
}

/* "10s/3": so long, so many. */
static bool read_group(const char *text, struct policy *policy)
{
    const char *least = strchr(text, '/');
    char wait[32];

    if (least == NULL || (size_t)(least - text) >= sizeof wait)
        return false;
    snprintf(wait, sizeof wait, "%.*s", (int)(least - text), text);
    return duration_read(wait, &policy->group_wait_ms) && read_number(least + 1, &policy->group_least);
}

/* ---- settings ---- */

static bool take_setting(struct plan *plan, const char *token)
{
    struct policy *policy = &plan->policy;
    const char *value;

    if ((value = value_of(token, "confirm.critical")) != NULL)
        return read_hold(value, &policy->confirm[SEVERITY_CRITICAL]);
    if ((value = value_of(token, "confirm.warning")) != NULL)
        return read_hold(value, &policy->confirm[SEVERITY_WARNING]) &&
               read_hold(value, &policy->confirm[SEVERITY_INFO]);
    if ((value = value_of(token, "confirm.long")) != NULL)
        return read_hold(value, &policy->confirm_long);
    if ((value = value_of(token, "recover")) != NULL)
        return read_hold(value, &policy->recover);
    if ((value = value_of(token, "remind")) != NULL)
        return read_remind(value, &policy->remind);
    if ((value = value_of(token, "escalate")) != NULL)
        return duration_read(value, &policy->escalate_after_ms);
    if ((value = value_of(token, "flap")) != NULL)
        return read_flap(value, &policy->flap);
    if ((value = value_of(token, "stale")) != NULL)
        return duration_read(value, &policy->stale_ms);
    if ((value = value_of(token, "retry")) != NULL)
        return duration_read(value, &policy->retry_ms);
    if ((value = value_of(token, "sessions")) != NULL)
        return read_sessions(value, &policy->sessions);
    if ((value = value_of(token, "sessions_every")) != NULL)
        return duration_read(value, &policy->sessions_every_ms);
    if ((value = value_of(token, "routes_take")) != NULL)
        return duration_read(value, &plan->routes_take_ms);
    if ((value = value_of(token, "group")) != NULL)
        return read_group(value, policy);
    value = value_of(token, "waiting_days");
    return value != NULL && read_number(value, &policy->waiting_days);
}

static const char *take_settings(struct plan *plan, char *const *token, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!take_setting(plan, token[i]))
            return token[i];
    return NULL;
}

static const char *take_rule(struct plan *plan, char *const *token, size_t count)
{
    static const char *const severities[] = { "none", "info", "warning", "critical", NULL };
    static const char *const answers[] = { "no", "yes", NULL };
    enum rule rule = count > 1 ? rule_by_name(token[1]) : RULE_NONE;
    struct rule_policy *row = &plan->policy.rule[rule];
    const char *value;

    if (rule == RULE_NONE)
        return token[count > 1];
    for (size_t i = 2; i < count; i++) {
        bool good = false;
        if ((value = value_of(token[i], "severity")) != NULL) {
            good = choose(value, severities) > 0;
            row->severity = (uint8_t)choose(value, severities);
        } else if ((value = value_of(token[i], "enabled")) != NULL) {
            good = choose(value, answers) >= 0;
            row->disabled = choose(value, answers) == 0;
        } else if ((value = value_of(token[i], "confirm")) != NULL) {
            good = row->confirm_set = read_hold(value, &row->confirm);
        } else if ((value = value_of(token[i], "recover")) != NULL) {
            good = row->recover_set = read_hold(value, &row->recover);
        }
        if (!good)
            return token[i];
    }
    return NULL;
}

/* ---- circuits ---- */

/* Each part of "a,b,c"; false as soon as one is refused. */
static bool each_part(const char *list, bool (*take)(void *, const char *, size_t), void *context)
{
    while (*list != '\0') {
        size_t len = strcspn(list, ",");
        if (!take(context, list, len))
            return false;
        list += len + (list[len] == ',');
    }
    return true;
}

static bool same(const char *text, size_t len, const char *name)
{
    return strlen(name) == len && strncasecmp(text, name, len) == 0;
}

static bool take_peering(void *context, const char *text, size_t len)
{
    struct expect *expect = context;

    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        if (same(text, len, peering_name(kind)))
            return expect->peering[kind] = true;
    return same(text, len, "none");
}

static bool take_family(void *context, const char *text, size_t len)
{
    struct expect *expect = context;

    for (enum family family = 0; family < FAMILIES; family++)
        if (same(text, len, family_name(family)))
            return expect->family[family] = true;
    return false;
}

static bool take_prefix(void *context, const char *text, size_t len)
{
    struct plan_circuit *circuit = context;

    return circuit->expect.prefix_count < PLAN_PREFIXES_MAX &&
           net_parse(text, len, &circuit->prefix[circuit->expect.prefix_count++]);
}

static bool take_provider(struct expect *expect, const char *value)
{
    static const char *const names[] = { "provisioned", "ordered", "none", NULL }; /* enum expect_provider */

    expect->provider = (uint8_t)choose(value, names);
    return choose(value, names) >= 0;
}

static bool copy_name(char *to, size_t size, const char *value)
{
    return (size_t)snprintf(to, size, "%s", value) < size;
}

static bool take_connection(void *context, const char *part, size_t len)
{
    struct plan_circuit *circuit = context;

    if (circuit->expect.connection_count == BEYOND_TRUTHS_MAX || len >= BEYOND_NAME_MAX)
        return false;
    snprintf(circuit->connection[circuit->expect.connection_count++], BEYOND_NAME_MAX, "%.*s", (int)len, part);
    return true;
}

static bool take_circuit_key(struct plan_circuit *circuit, const char *token)
{
    struct expect *expect = &circuit->expect;
    const char *value;

    if ((value = value_of(token, "name")) != NULL)
        return copy_name(circuit->shown, sizeof circuit->shown, value);
    if ((value = value_of(token, "credential")) != NULL)
        return copy_name(circuit->credential, sizeof circuit->credential, value);
    if ((value = value_of(token, "subscription")) != NULL)
        return copy_name(circuit->subscription, sizeof circuit->subscription, value);
    if ((value = value_of(token, "every")) != NULL)
        return duration_read(value, &circuit->every_ms);
    if ((value = value_of(token, "expect.provider")) != NULL)
        return take_provider(expect, value);
    if ((value = value_of(token, "expect.bandwidth")) != NULL)
        return read_number(value, &expect->bandwidth_mbps);
    if ((value = value_of(token, "expect.min_routes")) != NULL)
        return read_number(value, &expect->min_routes);
    if ((value = value_of(token, "expect.peerings")) != NULL) {
        expect->peerings_set = true;
        memset(expect->peering, 0, sizeof expect->peering);
        return each_part(value, take_peering, expect);
    }
    if ((value = value_of(token, "expect.families")) != NULL) {
        expect->families_set = true;
        memset(expect->family, 0, sizeof expect->family);
        return each_part(value, take_family, expect);
    }
    if ((value = value_of(token, "expect.connections")) != NULL) {
        expect->connection_count = 0;
        return each_part(value, take_connection, circuit);
    }
    if ((value = value_of(token, "expect.prefixes")) != NULL) {
        expect->prefixes_set = true;
        expect->prefix_count = 0;
        return each_part(value, take_prefix, circuit);
    }
    return false;
}

static struct plan_circuit *named_circuit(struct plan *plan, const char *name)
{
    size_t place = plan_find(plan, name);

    if (place < PLAN_CIRCUITS_MAX)
        return &plan->circuit[place];
    if (plan->circuit_count == PLAN_CIRCUITS_MAX || strlen(name) >= PLAN_NAME_MAX)
        return NULL;
    struct plan_circuit *circuit = &plan->circuit[plan->circuit_count++];
    *circuit = (struct plan_circuit){ .every_ms = MINUTE_MS, .expect = { .min_routes = 1 } };
    strcpy(circuit->name, name);
    strcpy(circuit->shown, name);
    strcpy(circuit->credential, "ops");
    strcpy(circuit->subscription, "net");
    return circuit;
}

/* "circuit london paris expect.peerings=private": names first, then what all of them have. */
static const char *take_circuits(struct plan *plan, char *const *token, size_t count)
{
    size_t names = 1;

    while (names < count && strchr(token[names], '=') == NULL)
        names++;
    for (size_t i = 1; i < names; i++) {
        struct plan_circuit *circuit = named_circuit(plan, token[i]);
        if (circuit == NULL)
            return token[i];
        circuit->watched = true;
        for (size_t key = names; key < count; key++)
            if (!take_circuit_key(circuit, token[key]))
                return token[key];
    }
    return names > 1 ? NULL : token[0];
}

static const char *take_without(struct plan *plan, char *const *token, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t place = plan_find(plan, token[i]);
        if (place == PLAN_CIRCUITS_MAX)
            return token[i];
        plan->circuit[place].watched = false;
    }
    return NULL;
}

const char *plan_take(struct plan *plan, char *const *token, size_t count)
{
    static const struct {
        const char *name;
        const char *(*take)(struct plan *, char *const *, size_t);
    } kinds[] = { { "settings", take_settings }, { "rule", take_rule }, { "circuit", take_circuits },
                  { "without", take_without } };

    for (size_t i = 0; count > 0 && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(token[0], kinds[i].name) == 0)
            return kinds[i].take(plan, token, count);
    return count > 0 ? token[0] : "(nothing)";
}

/* ---- what the engine is given ---- */

static size_t credential_index(struct watching *made, const char *name)
{
    for (size_t i = 0; i < made->watch.credential_count; i++)
        if (strcmp(made->credential[i], name) == 0)
            return i;
    if (made->watch.credential_count == PLAN_CREDENTIALS_MAX)
        abort();
    strcpy(made->credential[made->watch.credential_count], name);
    made->credentials[made->watch.credential_count] = made->credential[made->watch.credential_count];
    return made->watch.credential_count++;
}

/* The four texts of a circuit: the two parts of its id, name, subscription. */
static void write_texts(struct circuit_settings *settings, const struct plan_circuit *circuit, char *text, size_t size)
{
    static const char format[] =
        "/subscriptions/%s/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/";
    char *name = text + snprintf(text, size, format, circuit->subscription) + 1;
    char *shown = name + strlen(circuit->name) + 1, *subscription = shown + strlen(circuit->shown) + 1;

    settings->id = (struct resource_id){ text, strcpy(name, circuit->name) };
    settings->name = strcpy(shown, circuit->shown);
    settings->subscription = strcpy(subscription, circuit->subscription);
}

static void sort(const struct plan *plan, struct watching *made)
{
    struct watch *watch = &made->watch;

    for (size_t place = 0; place < plan->circuit_count; place++) {
        struct circuit_settings settings = { 0 };
        size_t at = watch->circuit_count;
        made->index[place] = PLAN_CIRCUITS_MAX;
        if (!plan->circuit[place].watched)
            continue;
        write_texts(&settings, &plan->circuit[place], made->text[place], sizeof made->text[place]);
        for (; at > 0 && resource_id_compare(&made->circuit[at - 1].id, &settings.id) > 0; at--) {
            made->circuit[at] = made->circuit[at - 1];
            made->place[at] = made->place[at - 1];
        }
        made->circuit[at] = settings;
        made->place[at] = place;
        watch->circuit_count++;
    }
}

struct watching *plan_watch(const struct plan *plan)
{
    struct watching *made = calloc(1, sizeof *made);

    if (made == NULL)
        abort();
    made->policy = plan->policy;
    sort(plan, made);
    for (size_t i = 0; i < made->watch.circuit_count; i++) {
        const struct plan_circuit *from = &plan->circuit[made->place[i]];
        struct circuit_settings *to = &made->circuit[i];
        made->index[made->place[i]] = i;
        memcpy(made->prefix[i], from->prefix, sizeof from->prefix);
        to->credential = credential_index(made, from->credential);
        to->every_ms = from->every_ms;
        to->expect = from->expect;
        to->expect.prefixes = made->prefix[i];
        for (size_t k = 0; k < from->expect.connection_count; k++)
            made->connections[i][k] = beyond_truth_id(from->connection[k], made->connection[i][k]);
        to->expect.connections = made->connections[i];
    }
    made->watch.policy = &made->policy;
    made->watch.circuits = made->circuit;
    made->watch.credentials = made->credentials;
    return made;
}
