/* Operators: they acknowledge, silence, ask for polls and change the settings, all over the control socket. */
#include "azure.h"
#include "pager.h"
#include "simulation.h"

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SILENCES 8

/* A silence is there for certain once the daemon has answered: until then a crash may forget it. */
struct silenced {
    size_t circuit;
    long long id; /* 0: none */
    int64_t from_wall_ms, to_wall_ms;
};

static struct silenced silences[SILENCES];

static int64_t wall(void)
{
    return here.boot_ms + here.wall_ahead_ms;
}

/* One that is over, or not yet begun by a clock that was set, is none for good. */
void people_look(void)
{
    for (size_t i = 0; i < SILENCES; i++)
        if (wall() < silences[i].from_wall_ms || wall() >= silences[i].to_wall_ms)
            silences[i] = (struct silenced){ 0 };
}

bool people_silenced(const char *circuit)
{
    size_t which = azure_find(circuit);

    people_look();
    for (size_t i = 0; i < SILENCES && which < CIRCUITS; i++)
        if (silences[i].id != 0 && silences[i].circuit == which)
            return true;
    return false;
}

/* What is asked for, while it is not answered. */
static void silenced(void *context, int status, const char *body)
{
    struct silenced *asked = context;
    const char *id = strstr(body, "\"id\":");
    size_t place = 0;

    while (place < SILENCES && silences[place].id != 0)
        place++;
    asked->id = status == 200 && id != NULL && !here.calm ? strtoll(id + 5 + strspn(id + 5, " \""), NULL, 10) : 0;
    if (place < SILENCES)
        silences[place] = *asked;
    note("%s is silenced (%d): %lld", azure_circuits[asked->circuit].name, status, asked->id);
    asked->to_wall_ms = 0;
}

static void silence(void)
{
    static struct silenced asked; /* one at a time */
    int64_t lasts_ms = dice_span(&here.dice, MINUTE_MS, 8 * HOUR_MS) / 1000 * 1000;
    char body[200];

    asked = (struct silenced){ .circuit = (size_t)dice_between(&here.dice, 0, CIRCUITS),
                               .from_wall_ms = wall(),
                               .to_wall_ms = wall() + lasts_ms };
    note("somebody silences %s for %lld min", azure_circuits[asked.circuit].name, (long long)lasts_ms / MINUTE_MS);
    snprintf(body, sizeof body, "{\"match\":{\"circuit\":\"%s\"},\"seconds\":%lld,\"why\":\"CHG-1\"}",
             azure_circuits[asked.circuit].name, (long long)lasts_ms / 1000);
    machine_ask("POST", "/v1/silences", body, silenced, &asked);
}

static void end_silence(long long id)
{
    char uri[64];

    for (size_t i = 0; i < SILENCES; i++)
        if (silences[i].id == id)
            silences[i] = (struct silenced){ 0 };
    note("somebody ends silence %lld", id);
    snprintf(uri, sizeof uri, "/v1/silences/%lld", id);
    machine_ask("DELETE", uri, NULL, NULL, NULL);
}

static void end_some_silence(void)
{
    size_t place = (size_t)dice_between(&here.dice, 0, SILENCES);

    if (silences[place].id != 0)
        end_silence(silences[place].id);
}

static void was_answered(void *context, int status, const char *body)
{
    (void)context, (void)body;
    note("the daemon answers %d", status);
}

/* Something that the chat knows of. */
static void acknowledge(void)
{
    size_t skip = (size_t)dice_between(&here.dice, 0, 1 + (int64_t)pager_open(PAGER_CHAT));
    char uri[96], body[96];

    for (const struct known *at = pager_known(PAGER_CHAT); at != NULL; at = at->next) {
        if (!at->open || skip-- > 0)
            continue;
        snprintf(uri, sizeof uri, "/v1/acknowledgements/%s-%u", at->key, at->episode);
        snprintf(body, sizeof body, "{\"seconds\":%lld,\"sticky\":%s}", (long long)dice_span(&here.dice, 60, 86400),
                 dice_chance(&here.dice, 200) ? "true" : "false");
        bool takes = dice_chance(&here.dice, 700);
        note("somebody %s %s-%u", takes ? "takes on" : "lets go", at->key, at->episode);
        machine_ask(takes ? "POST" : "DELETE", uri, takes ? body : NULL, was_answered, NULL);
        return;
    }
}

static void ask_for_poll(void)
{
    char uri[64];

    snprintf(uri, sizeof uri, "/v1/poll?circuit=%s", azure_circuits[dice_between(&here.dice, 0, CIRCUITS)].name);
    note("somebody wants a poll: %s", uri);
    machine_ask("POST", uri, NULL, was_answered, NULL);
}

static void change_settings(void)
{
    settings_change();
    if (dice_chance(&here.dice, 500))
        machine_ask("POST", "/v1/reload", NULL, was_answered, NULL);
    else
        clocks_signal(SIGHUP);
}

static void somebody_acts(void *context)
{
    static void (*const deeds[])(void) = { silence,     silence,     end_some_silence, acknowledge,
                                           acknowledge, acknowledge, ask_for_poll,     change_settings };

    (void)context;
    if (here.calm || here.over)
        return;
    if (here.loop != NULL)
        deeds[dice_between(&here.dice, 0, sizeof deeds / sizeof *deeds)]();
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, MINUTE_MS, 8 * HOUR_MS), true, somebody_acts, NULL);
}

void people_storm(void)
{
    agenda_add(&here.agenda, here.boot_ms + dice_span(&here.dice, MINUTE_MS, 4 * HOUR_MS), true, somebody_acts, NULL);
}

static void end_them(void *context, int status, const char *body)
{
    json_t *list = status == 200 ? json_loads(body, 0, NULL) : NULL, *one;
    size_t i;

    (void)context;
    json_array_foreach (json_object_get(list, "silences"), i, one) {
        json_t *id = json_object_get(one, "id");
        if (json_is_string(id) || json_is_integer(id))
            end_silence(json_is_string(id) ? strtoll(json_string_value(id), NULL, 10) : json_integer_value(id));
    }
    json_decref(list);
}

/* Whatever is silenced: no more. */
void people_calm(void)
{
    agenda_clear(&here.agenda, somebody_acts);
    memset(silences, 0, sizeof silences);
    machine_ask("GET", "/v1/silences", NULL, end_them, NULL);
}
