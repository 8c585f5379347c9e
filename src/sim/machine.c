/*
 * The services of a machine that give tokens: the metadata service of a virtual machine, and the agent of Azure Arc,
 * which first wants to see that the caller may read its keys.
 */
#include "sim/handlers.h"

#include "io/memory.h"
#include "io/server.h"
#include "sim/answer.h"
#include "sim/fault.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

static void refuse(struct answer *out, const char *error, const char *text)
{
    answer_json(out, 400, json_pack("{s:s, s:s}", "error", error, "error_description", text), false);
}

/* Numbers are written as strings here. */
static void give_token(const struct ask *ask, const char *resource, struct answer *out)
{
    char in[24], on[24], before[24];
    int64_t life_ms;
    const struct token *token = token_issue(ask, resource, &life_ms);

    snprintf(in, sizeof in, "%lld", (long long)life_ms / 1000);
    snprintf(on, sizeof on, "%lld", (long long)token->ends_wall_ms / 1000);
    snprintf(before, sizeof before, "%lld", (long long)token->begins_wall_ms / 1000);
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "access_token", token->text, "expires_in", in,
                             "expires_on", on, "not_before", before, "resource", "", "token_type", "Bearer");
    json_object_set_new(json, "resource", json_string(resource));
    json_object_set_new(json, "client_id", json_string(ask->world->scenario->client));
    answer_json(out, 200, json, false);
}

/* ---- a virtual machine ---- */

static bool is_assigned(const struct ask *ask)
{
    const struct scenario *s = ask->world->scenario;
    const struct {
        const char *name, *wanted;
    } names[] = { { "client_id", s->client }, { "object_id", s->object }, { "msi_res_id", s->resource } };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *asked = server_query(ask->call, names[i].name);
        if (asked != NULL && (names[i].wanted == NULL || strcasecmp(asked, names[i].wanted) != 0))
            return false;
    }
    return true;
}

static void answer_metadata(const struct ask *ask, const char *resource, struct answer *out)
{
    if (is_assigned(ask))
        give_token(ask, resource, out);
    else
        refuse(out, "invalid_request", "Identity not found");
}

/* ---- Azure Arc ---- */

/* A key in a file that only the agent's group may read; false when it cannot be written. */
static bool write_key(const struct world *world)
{
    int fd = open(world->arc_file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    size_t len = strlen(world->arc_key);
    bool good = fd >= 0 && write(fd, world->arc_key, len) == (ssize_t)len;

    if (fd >= 0)
        good = close(fd) == 0 && good;
    return good;
}

static void forget_key(struct world *world)
{
    if (world->arc_file != NULL)
        (void)unlink(world->arc_file);
    free(world->arc_file);
    world->arc_file = NULL;
}

static void challenge(const struct ask *ask, struct answer *out)
{
    struct world *world = ask->world;
    char name[GUID_TEXT], first[GUID_TEXT], second[GUID_TEXT];

    forget_key(world);
    world->arc_file = text_format("%s/%s.key", world->scenario->arc, guid_random(name));
    snprintf(world->arc_key, sizeof world->arc_key, "%s%s", guid_random(first), guid_random(second));
    if (!write_key(world)) {
        answer_error(out, 500, ENVELOPE_TEXT, "", "Cannot write %s: %s", world->arc_file, strerror(errno));
        return;
    }
    answer_json(out, 401, json_pack("{s:s, s:s}", "error", "unauthorized_client", "error_description",
                                    "Missing Basic Authorization header"), false);
    answer_header(out, "WWW-Authenticate", "Basic realm=%s", world->arc_file);
}

/* Each key opens once. */
static void answer_agent(const struct ask *ask, const char *resource, struct answer *out)
{
    struct world *world = ask->world;
    const char *header = server_header(ask->call, "Authorization");
    bool opens = header != NULL && strncmp(header, "Basic ", 6) == 0 && world->arc_file != NULL &&
                 strcmp(header + 6, world->arc_key) == 0;

    if (opens) {
        forget_key(world);
        give_token(ask, resource, out);
    } else {
        challenge(ask, out);
    }
}

/* ---- both ---- */

static bool is_agents(const char *version)
{
    return version != NULL && (strcmp(version, "2019-11-01") == 0 || strcmp(version, "2020-06-01") == 0);
}

void machine_answer(const struct ask *ask, struct answer *out)
{
    const char *header = server_header(ask->call, "Metadata"), *resource = server_query(ask->call, "resource");

    if (header == NULL || strcmp(header, "true") != 0)
        refuse(out, "bad_request_102", "Required metadata header not specified");
    else if (resource == NULL || *resource == '\0')
        refuse(out, "bad_request_101", "Required query variable 'resource' is missing");
    else if (ask->world->scenario->arc != NULL && is_agents(server_query(ask->call, "api-version")))
        answer_agent(ask, resource, out);
    else
        answer_metadata(ask, resource, out);
}

void machine_forget(struct world *world)
{
    forget_key(world);
}
