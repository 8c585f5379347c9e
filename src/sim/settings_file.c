/*
 * Settings for the daemon that is to watch this simulator, so that a fire drill needs no typing.
 */
#include "sim/settings_file.h"

#include "io/memory.h"
#include "sim/answer.h"
#include "sim/circuit.h"
#include "sim/gateway.h"
#include "sim/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* A text in single quotes, where only the quote itself needs care (YAML 1.1, 7.3.2). */
static void put_quoted(FILE *to, const char *text)
{
    fputc('\'', to);
    for (; *text != '\0'; text++)
        fprintf(to, *text == '\'' ? "''" : "%c", *text);
    fputc('\'', to);
}

static void put_line(FILE *to, const char *key, const char *value)
{
    fprintf(to, "%s: ", key);
    put_quoted(to, value);
    fputc('\n', to);
}

static void put_azure(FILE *to, const struct scenario *s, const struct whereabouts *where, const char *secret)
{
    char absolute[PATH_MAX];

    fputs("# Written by erwatch-sim. The circuits are a scenario's, not real ones.\nazure:\n  cloud: custom\n", to);
    put_line(to, "  management", where->url);
    put_line(to, "  login", where->url);
    put_line(to, "  metrics", where->url);
    put_line(to, "  metrics_batch", where->metrics);
    put_line(to, "  metadata", where->metadata);
    if (where->tls_dir != NULL && realpath(where->tls_dir, absolute) != NULL) {
        char *ca = text_format("%s/ca.pem", absolute);
        put_line(to, "  ca_file", ca);
        free(ca);
    }
    fputs("  credentials:\n    - name: sim\n", to);
    put_line(to, "      tenant", s->tenant);
    put_line(to, "      client", s->client);
    fputs("      method: client-secret\n", to);
    put_line(to, "      secret_file", secret);
}

/* The gateway connections that a circuit has now are those it should have. */
static void put_connections(FILE *to, const struct scenario *s, const struct circuit *circuit)
{
    const struct things *all = &s->things[THING_CONNECTION];
    bool any = false;

    for (size_t i = 0; i < all->count; i++) {
        char *id = connection_circuit_id(s, all->at[i]);
        if (id != NULL && strcasecmp(id, circuit->id) == 0 && !thing_deleted(all->at[i])) {
            fputs(any ? "" : "    expect:\n      connections:\n", to);
            fputs("        - ", to);
            put_quoted(to, all->at[i]->id);
            fputc('\n', to);
            any = true;
        }
        free(id);
    }
}

static void put_circuits(FILE *to, const struct scenario *s)
{
    if (s->circuit_count == 0)
        return;
    fputs("defaults: { credential: sim }\ncircuits:\n", to);
    for (size_t i = 0; i < s->circuit_count; i++) {
        put_line(to, "  - id", s->circuits[i]->id);
        put_line(to, "    name", s->circuits[i]->name);
        put_connections(to, s, s->circuits[i]);
    }
}

static FILE *open_file(const char *path, mode_t mode, char why[256])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    FILE *file = fd >= 0 && fchmod(fd, mode) == 0 ? fdopen(fd, "w") : NULL;

    if (file == NULL) {
        snprintf(why, 256, "cannot write %s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
    }
    return file;
}

static bool close_file(FILE *file, const char *path, char why[256])
{
    bool good = ferror(file) == 0;

    good = fclose(file) == 0 && good;
    if (!good)
        snprintf(why, 256, "cannot write %s: %s", path, strerror(errno));
    return good;
}

/* "DIR/erwatch-sim.secret" with an absolute DIR, because the daemon looks relative names up elsewhere; heap */
static char *secret_path(const char *file, char why[256])
{
    char absolute[PATH_MAX], *copy = xstrdup(file);
    char *path = NULL;

    if (realpath(dirname(copy), absolute) != NULL)
        path = text_format("%s/erwatch-sim.secret", absolute);
    else
        snprintf(why, 256, "there is no directory for %s: %s", file, strerror(errno));
    free(copy);
    return path;
}

static bool write_secret(const char *path, const char *secret, char why[256])
{
    FILE *file = open_file(path, 0600, why);

    if (file == NULL)
        return false;
    fprintf(file, "%s\n", secret);
    return close_file(file, path, why);
}

bool settings_file_write(const char *file, const struct scenario *scenario, const struct whereabouts *where,
                         char why[256])
{
    char *secret = secret_path(file, why);
    FILE *to = NULL;

    if (secret != NULL && write_secret(secret, scenario->secret, why))
        to = open_file(file, 0644, why);
    if (to != NULL) {
        put_azure(to, scenario, where, secret);
        put_circuits(to, scenario);
        if (scenario->settings != NULL)
            fputs(scenario->settings, to);
    }
    free(secret);
    return to != NULL && close_file(to, file, why);
}
