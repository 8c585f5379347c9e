/* What an operator sees in `systemctl status`: how many circuits there are, how they are, and what is raised. */
#include "app/app.h"

#include "io/notify.h"

#include <stdio.h>
#include <string.h>

struct tally {
    size_t raised, critical;
};

static void count_raised(void *context, struct target target, const struct incident *incident,
                         const struct opinion *opinion)
{
    struct tally *tally = context;

    (void)target;
    (void)opinion;
    if (incident->state == INCIDENT_PENDING || incident->suppressed_by != RULE_NONE)
        return;
    tally->raised++;
    tally->critical += incident->severity == SEVERITY_CRITICAL;
}

void app_status(struct app *app)
{
    static const char *const order[] = { "usable", "waiting", "degraded", "unknown", "unusable" };
    size_t verdicts[VERDICTS] = { 0 };
    struct tally tally = { 0, 0 };
    char text[512];
    int used;

    if (app->stopping)
        return;
    for (size_t i = 0; i < app->settings->circuit_count; i++)
        verdicts[engine_verdict(app->engine, i)]++;
    engine_each_incident(app->engine, false, count_raised, &tally);
    used = snprintf(text, sizeof text, "%zu circuits", app->settings->circuit_count);
    for (size_t i = 0; i < VERDICTS; i++)
        if (verdicts[i] > 0)
            used += snprintf(text + used, sizeof text - (size_t)used, "%s %zu %s", used > 0 && i > 0 ? "," : ":",
                             verdicts[i], order[i]);
    snprintf(text + used, sizeof text - (size_t)used, "; %zu incidents, %zu critical%s", tally.raised, tally.critical,
             app->settings_trouble[0] != '\0' ? "; new settings were refused" : "");
    if (strcmp(text, app->status) == 0)
        return;
    snprintf(app->status, sizeof app->status, "%s", text);
    notify_status(text);
}
