/* What may be run: each way to spoil a path, one component at a time. */
#include "config.h"

#include "io/hook.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A tree in a place that is itself out of others' reach (so not under /tmp): $HOME or where the build is. */
static char base[PATH_MAX / 2];

static bool safe_place(const char *folder)
{
    char path[PATH_MAX], why[512];

    if (folder == NULL || folder[0] != '/')
        return false;
    snprintf(path, sizeof path, "%s/erwatch-check-XXXXXX", folder);
    if (mkdtemp(path) == NULL)
        return false;
    cr_assert_lt(snprintf(base, sizeof base, "%s", path), (int)sizeof base);
    strcat(path, "/probe");
    close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700));
    chmod(path, 0700);
    bool safe = hook_check(path, why);
    unlink(path);
    if (!safe)
        rmdir(base);
    return safe;
}

static const char *at(const char *name)
{
    static char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", base, name);
    return path;
}

static void file(const char *name, mode_t mode)
{
    int fd = open(at(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    cr_assert_geq(fd, 0, "%s", name);
    cr_assert_eq(fchmod(fd, mode), 0);
    close(fd);
}

static void folder(const char *name, mode_t mode)
{
    cr_assert_eq(mkdir(at(name), 0700), 0, "%s", name);
    cr_assert_eq(chmod(at(name), mode), 0);
}

static void link_to(const char *target, const char *name)
{
    cr_assert_eq(symlink(target, at(name)), 0, "%s", name);
}

static void build(void)
{
    folder("good", 0755);
    file("good/hook", 0755);
    file("good/private", 0700);
    file("good/text", 0644);
    file("good/group", 0775);
    file("good/world", 0757);
    folder("good/folder", 0755);
    folder("shared", 0775);
    file("shared/hook", 0755);
    folder("sticky", 01777);
    file("sticky/hook", 0755);
    mkfifo(at("good/fifo"), 0700);
    link_to("good/hook", "link");
    link_to("../good/hook", "good/up");
    link_to("good", "folder-link");
    link_to("shared/hook", "link-to-shared");
    link_to("shared", "shared-link");
    link_to("/tmp/erwatch-no-such-hook", "link-to-tmp");
    link_to("circle", "circle");
    link_to("nowhere", "broken");
    folder("foreign", 0755);
    file("foreign/hook", 0755);
    file("good/foreign", 0755);
    link_to("good/hook", "foreign-link");
}

static void make_foreign(void)
{
    cr_assert_eq(chown(at("good/foreign"), 65534, 65534), 0);
    cr_assert_eq(chown(at("foreign"), 65534, 65534), 0);
    cr_assert_eq(lchown(at("foreign-link"), 65534, 65534), 0);
}

static void clean(void)
{
    char command[PATH_MAX];

    if (base[0] == '\0')
        return;
    snprintf(command, sizeof command, "rm -rf '%s'", base);
    cr_expect_eq(system(command), 0);
    base[0] = '\0';
}

static void prepare(void)
{
    if (!safe_place(getenv("HOME")) && !safe_place(getenv("builddir"))) {
        base[0] = '\0';
        cr_skip_test("neither $HOME nor the build's folder is out of others' reach");
    }
    build();
}

TestSuite(hook_check, .fini = leaks_fail);

static const struct {
    const char *name, *what;
    const char *wrong; /* NULL: may be run; else what the sentence names, relative to the tree or absolute */
    const char *reason;
} rows[] = {
    { "good/hook", "a program of ours", NULL, NULL },
    { "good/private", "a program for us alone", NULL, NULL },
    { "good//./hook", "empty and dot components", NULL, NULL },
    { "good/folder/../hook", "back up", NULL, NULL },
    { "link", "a link", NULL, NULL },
    { "good/up", "a link that goes up", NULL, NULL },
    { "folder-link/hook", "a link to a folder", NULL, NULL },
    { "good/text", "a file that may not be executed", "good/text", "executed" },
    { "good/group", "a program its group may change", "good/group", "mode 0775" },
    { "good/world", "a program everybody may change", "good/world", "mode 0757" },
    { "good/folder", "a folder", "good/folder", "no regular file" },
    { "good/fifo", "a FIFO", "good/fifo", "no regular file" },
    { "good/none", "a file that is not there", "good/none", "No such file" },
    { "good/hook/", "a slash at the end", "good/hook/", "folder" },
    { "good/hook/.", "a file used as a folder", "good/hook", "no folder" },
    { "good/hook/..", "a file used as a folder, upwards", "good/hook", "no folder" },
    { "good/hook/x", "a file in a file", "good/hook", "no folder" },
    { "shared/hook", "in a folder its group may change", "shared", "mode 0775" },
    { "shared/../good/hook", "the way leads through a folder its group may change", "shared", "mode 0775" },
    { "sticky/hook", "in a folder everybody may add to", "sticky", "mode 1777" },
    { "link-to-shared", "a link into a folder its group may change", "shared", "mode 0775" },
    { "shared-link/hook", "a link to a folder its group may change", "shared", "mode 0775" },
    { "link-to-tmp", "a link to /tmp", "/tmp", "mode 1777" },
    { "circle", "a link to itself", "circle", "too many" },
    { "broken", "a link to nothing", "nowhere", "No such file" },
};

static void expect_row(const char *name, const char *what, const char *wrong, const char *reason)
{
    char why[512] = "", named[PATH_MAX];
    bool may = hook_check(at(name), why);

    cr_expect_eq(may, wrong == NULL, "%s: %s", what, why);
    if (wrong == NULL || may)
        return;
    snprintf(named, sizeof named, "%s", wrong[0] == '/' ? wrong : at(wrong));
    cr_expect_eq(strncmp(why, named, strlen(named)), 0, "%s: %s", what, why);
    cr_expect_not_null(strstr(why, reason), "%s: %s", what, why);
}

Test(hook_check, every_component, .init = prepare, .fini = clean)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect_row(rows[i].name, rows[i].what, rows[i].wrong, rows[i].reason);
}

Test(hook_check, foreign_owners, .init = prepare, .fini = clean)
{
    if (geteuid() != 0)
        cr_skip_test("only root can give files away");
    make_foreign();
    expect_row("good/foreign", "a program of somebody else", "good/foreign", "belongs to user 65534");
    expect_row("foreign/hook", "in a folder of somebody else", "foreign", "belongs to user 65534");
    expect_row("foreign-link", "a link of somebody else", "foreign-link", "belongs to user 65534");
}

Test(hook_check, paths_that_are_none)
{
    char why[512], longest[2 * PATH_MAX];

    cr_expect_not(hook_check("", why));
    cr_expect_not(hook_check("hook", why));
    cr_expect_not_null(strstr(why, "no absolute path"), "%s", why);
    cr_expect_not(hook_check("/", why));
    memset(longest, 'a', sizeof longest - 1);
    longest[0] = '/';
    longest[sizeof longest - 1] = '\0';
    cr_expect_not(hook_check(longest, why));
    cr_expect_not_null(strstr(why, "too long"), "%s", why);
    longest[300] = '\0';
    cr_expect_not(hook_check(longest, why));
    cr_expect_not_null(strstr(why, "File name too long"), "%s", why);
    for (size_t i = 0; i + 2 < PATH_MAX; i += 2)
        memcpy(longest + i, "/.", 3);
    cr_expect_not(hook_check(longest, why), "%s", why);
}

Test(hook_check, the_system_may_be_run)
{
    char why[512] = "";

    cr_expect(hook_check("/bin/sh", why), "%s", why);
    cr_expect(hook_check("/usr/bin/env", why), "%s", why);
}
