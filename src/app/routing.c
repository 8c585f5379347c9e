/*
 * Who is told of an incident: the first route that matches, and further ones after `continue: yes`; what no route matches
 * goes the way of the last one, and without routes everybody is told.
 */
#include "app/delivery.h"

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
    const struct matched about = { .incident = incident->key,
                                   .rule = incident->rule,
                                   .severity = severity,
                                   .owner = incident->owner,
                                   .circuit = circuit,
                                   .for_rule = match_for_rule(incident) };
    bool matched = false;

    for (size_t i = 0; i < settings->route_count; i++) {
        const struct route_settings *route = &settings->routes[i];
        if (!match_holds(&route->match, &about))
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

void routing_escalate(const struct app *app, bool *chosen)
{
    for (size_t i = 0; i < app->settings->escalate_to_count; i++)
        chosen[app->settings->escalate_to[i]] = true;
}
