/* The daemon's settings, and how they change: a circuit comes and goes, a receiver, a fallback, the pace. */
#include "azure.h"
#include "pager.h"
#include "simulation.h"

#include <stdio.h>
#include <stdlib.h>

enum { WITHOUT_BRAVO = 1, WITHOUT_EXTRA = 2, WITHOUT_FALLBACK = 4, SLOWER = 8 };

bool settings_watch(size_t circuit)
{
    return (here.settings & WITHOUT_BRAVO) == 0 || circuit != 1;
}

bool settings_have(enum pager pager)
{
    return !(pager == PAGER_EXTRA && (here.settings & WITHOUT_EXTRA) != 0) &&
           !(pager == PAGER_HOOK && (here.settings & WITHOUT_FALLBACK) != 0);
}

static void write_credential(FILE *out, const char *name)
{
    fprintf(
        out,
        "    - { name: %s, tenant: 11111111-1111-1111-1111-111111111111, client: 22222222-2222-2222-2222-222222222222, "
        "secret_file: azure-secret }\n",
        name);
}

static void write_circuits(FILE *out)
{
    char id[CIRCUIT_ID_MAX];

    fprintf(out, "circuits:\n");
    for (size_t i = 0; i < CIRCUITS; i++)
        if (settings_watch(i))
            fprintf(out, "  - { id: %s, name: %s, credential: %s }\n", azure_id(i, id), azure_circuits[i].name,
                    azure_circuits[i].credential);
}

static void write_receivers(FILE *out)
{
    bool extra = settings_have(PAGER_EXTRA), fallback = settings_have(PAGER_HOOK);

    fprintf(out, "receivers:\n");
    for (enum pager pager = 0; pager < PAGER_HOOK; pager++)
        if (pager != PAGER_EXTRA || extra)
            fprintf(out, "  - { name: %s, webhook: { url: \"https://receivers.example/%s\" }%s }\n", pager_names[pager],
                    pager_names[pager], pager == PAGER_PAGE && fallback ? ", fallback: { to: hook, after: 5m }" : "");
    if (fallback)
        fprintf(out, "  - { name: hook, exec: { command: [/usr/local/lib/erwatch/page] } }\n");
    fprintf(out, "routes:\n  - { match: { severity: critical }, to: page, continue: yes }\n  - { to: [chat%s] }\n",
            extra ? ", extra" : "");
}

void settings_write(void)
{
    FILE *out = fopen("erwatch.yaml", "w");
    int64_t every_ms = here.settings & SLOWER ? here.poll_every_ms * 2 : here.poll_every_ms;

    if (out == NULL)
        abort();
    fprintf(out, "azure:\n  metrics_batch: no\n  credentials:\n");
    write_credential(out, "ops");
    write_credential(out, "net");
    write_circuits(out);
    fprintf(out, "poll: { every: %llds, stale: %llds, health: no }\nalerts: { group: { least: 0 } }\n",
            (long long)every_ms / 1000, (long long)every_ms * 5 / 1000);
    write_receivers(out);
    fclose(out);
}

void settings_change(void)
{
    unsigned was = here.settings;

    here.settings ^= 1U << dice_between(&here.dice, 0, 4);
    note("the settings are changed from %u to %u", was, here.settings);
    settings_write();
    azure_daemon_forgets();
    if (((was ^ here.settings) & WITHOUT_EXTRA) != 0)
        pager_changed(PAGER_EXTRA);
    if (((was ^ here.settings) & WITHOUT_FALLBACK) != 0)
        pager_changed(PAGER_HOOK);
}
