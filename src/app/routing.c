/*
 * Who is told of an incident: the first route that matches, and further ones after `continue: yes`; what no route matches
 * goes the way of the last one, and without routes everybody is told.
 */
#include "app/delivery.h"

#include <string.h>

static bool has_label(const struct circuit_settings *circuit, const struct label *wanted)
{
    for (size_t i = 0; circuit != NULL && i < circuit->label_count; i++)
        if (strcmp(circuit->labels[i].name, wanted->name) == 0 && strcmp(circuit->labels[i].value, wanted->value) == 0)
            return true;
    return false;
}

/* Each label that is named must have one of the values that are named for it. */
static bool labels_match(const struct match_settings *match, const struct circuit_settings *circuit)
{
    for (size_t i = 0; i < match->label_count; i++) {
        bool found = false;
        for (size_t k = 0; k < match->label_count; k++)
            if (strcmp(match->labels[k].name, match->labels[i].name) == 0)
                found = found || has_label(circuit, &match->labels[k]);
        if (!found)
            return false;
    }
    return true;
}

static bool route_matches(const struct match_settings *match, const struct incident *incident, uint8_t severity,
                          const struct circuit_settings *circuit)
{
    bool rule = match->rule_count == 0;

    for (size_t i = 0; i < match->rule_count; i++)
        rule = rule || match->rules[i] == incident->rule;
    return rule && (match->severities == 0 || match->severities & 1U << severity) &&
           (match->owners == 0 || match->owners & 1U << incident->owner) && labels_match(match, circuit);
}

static void choose(const struct route_settings *route, bool *chosen)
{
    for (size_t i = 0; i < route->to_count; i++)
        chosen[route->to[i]] = true;
}

/* Mark the receivers for one severity: the first route that matches, further ones after `continue`; else the last. */
void routing_choose(const struct app *app, const struct incident *incident, uint8_t severity,
                   const struct circuit_settings *circuit, bool *chosen)
{
    const struct settings *settings = app->settings;
    bool matched = false;

    for (size_t i = 0; i < settings->route_count; i++) {
        const struct route_settings *route = &settings->routes[i];
        if (!route_matches(&route->match, incident, severity, circuit))
            continue;
        matched = true;
        choose(route, chosen);
        if (!route->go_on)
            return;
    }
    if (settings->route_count > 0 && !matched)
        choose(&settings->routes[settings->route_count - 1], chosen);
    for (size_t i = 0; i < settings->receiver_count && settings->route_count == 0; i++)
        chosen[i] = true; /* without routes everybody is told */
}
