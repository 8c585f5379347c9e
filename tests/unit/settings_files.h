#ifndef ERWATCH_TESTS_SETTINGS_FILES_H
#define ERWATCH_TESTS_SETTINGS_FILES_H

#include "config/config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Settings files of a test: written into a folder of its own, which is the current one, and loaded from there. */

#define GUID "00000000-0000-0000-0000-000000000000"
#define GROUP "/subscriptions/" GUID "/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/"
#define CLIENT "22222222-2222-2222-2222-222222222222"
#define OPS "{ name: ops, tenant: a.example, client: " CLIENT ", secret_file: s }"

/* One line each, so that what follows has a line number that a reader can count. */
#define AZURE "azure: { credentials: [ " OPS " ] }\n"
#define CIRCUITS "circuits: [ { id: " GROUP "a } ]\n"

#define MAIN_FILE "erwatch.yaml"

static inline void enter_folder(void)
{
    static char folder[] = "/tmp/erwatch-settings-XXXXXX";

    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    cr_assert_eq(mkdir("circuits.d", 0700), 0);
}

static inline void leave_folder(void)
{
    char folder[256];

    cr_assert_not_null(getcwd(folder, sizeof folder));
    (void)unlink(MAIN_FILE);
    (void)rmdir("circuits.d");
    (void)chdir("/");
    (void)rmdir(folder);
}

static inline void write_bytes(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file, "%s", path);
    cr_assert_eq(fwrite(text, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
}

static inline void write_text(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

/* Settings that must be fine. */
static inline struct settings *load_fine(const char *text)
{
    struct diag *diag = diag_new();

    write_text(MAIN_FILE, text);
    struct settings *settings = settings_load(MAIN_FILE, diag);
    if (diag_errors(diag) > 0)
        diag_print(diag, stderr);
    cr_assert_not_null(settings);
    diag_free(diag);
    return settings;
}

/* A whole file as a text, heap. */
static inline char *slurp(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");

    cr_assert_not_null(file, "%s", path);
    (void)!getdelim(&text, &size, '\0', file);
    cr_assert_eq(fclose(file), 0);
    cr_assert_not_null(text);
    return text;
}

#endif
