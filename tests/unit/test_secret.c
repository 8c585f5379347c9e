/* Secrets: which files are refused and with which sentence, and where they are looked for. */
#include "config.h"

#include "io/secret.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[64], credentials[64];

static void prepare(void)
{
    strcpy(folder, "/tmp/erwatch-secret-XXXXXX");
    strcpy(credentials, "/tmp/erwatch-creds-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_not_null(mkdtemp(credentials));
    unsetenv("CREDENTIALS_DIRECTORY");
}

static void clean(void)
{
    char command[256];

    snprintf(command, sizeof command, "rm -rf %s %s", folder, credentials);
    cr_expect_eq(system(command), 0);
}

TestSuite(secret, .init = prepare, .fini = clean);
TestSuite(secret_memory, .fini = leaks_fail);

static const char *in(const char *where, const char *name)
{
    static char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", where, name);
    return path;
}

static void put(const char *where, const char *name, mode_t mode, const char *bytes, size_t len)
{
    (void)unlink(in(where, name)); /* an old one may be for reading alone */
    int fd = open(in(where, name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, bytes, len), (ssize_t)len);
    cr_assert_eq(fchmod(fd, mode), 0);
    close(fd);
}

static void expect_refused(const char *name, const char *reason, const char *what)
{
    struct secret secret = { .bytes = NULL, .len = 77 };
    char why[512] = "";

    cr_expect_not(secret_read(name, folder, &secret, why), "%s", what);
    cr_expect_not_null(strstr(why, reason), "%s: \"%s\" says \"%s\"", what, why, reason);
    cr_expect_eq(secret.len, 77, "%s: nothing is written on failure", what);
    cr_expect_null(strstr(why, "s3cr3t"), "%s: the sentence holds nothing of the secret", what);
}

static void expect_read(const char *name, const char *bytes, size_t len, const char *what)
{
    struct secret secret = { 0 };
    char why[512] = "";

    cr_assert(secret_read(name, folder, &secret, why), "%s: %s", what, why);
    cr_expect_eq(secret.len, len, "%s: %zu", what, secret.len);
    cr_expect_eq(memcmp(secret.bytes, bytes, len), 0, "%s", what);
    cr_expect_eq(secret.bytes[len], '\0', "%s", what);
    secret_wipe(&secret);
    cr_expect_null(secret.bytes);
    cr_expect_eq(secret.len, 0);
}

static const struct {
    const char *what;
    mode_t mode;
    const char *bytes;
    size_t len;
    const char *wrong; /* NULL: read as @p read */
    const char *read;
} rows[] = {
    { "as it should be", 0600, "s3cr3t", 6, NULL, "s3cr3t" },
    { "for reading alone", 0400, "s3cr3t", 6, NULL, "s3cr3t" },
    { "a line end is dropped", 0600, "s3cr3t\n", 7, NULL, "s3cr3t" },
    { "one of DOS too", 0600, "s3cr3t\r\n", 8, NULL, "s3cr3t" },
    { "only one", 0600, "s3cr3t\n\n", 8, NULL, "s3cr3t\n" },
    { "a carriage return alone is part of it", 0600, "s3cr3t\r", 7, NULL, "s3cr3t\r" },
    { "blanks are part of it", 0600, " s3cr3t ", 8, NULL, " s3cr3t " },
    { "lines inside stay", 0600, "-----BEGIN\ns3cr3t\n-----END\n", 27, NULL, "-----BEGIN\ns3cr3t\n-----END" },
    { "empty", 0600, "", 0, "is empty", NULL },
    { "a line end and nothing else", 0600, "\n", 1, "is empty", NULL },
    { "a line end of DOS and nothing else", 0600, "\r\n", 2, "is empty", NULL },
    { "a NUL byte", 0600, "s3cr3t\0more", 11, "holds a NUL byte", NULL },
    { "everybody may read", 0644, "s3cr3t", 6, "may be read by others (mode 0644); chmod 600", NULL },
    { "the group may read", 0640, "s3cr3t", 6, "may be read by others (mode 0640); chmod 600", NULL },
    { "others may execute, which is no use and no harm, but wrong", 0601, "s3cr3t", 6, "(mode 0601)", NULL },
    { "the group may write", 0620, "s3cr3t", 6, "may be changed by others (mode 0620)", NULL },
    { "everybody may write", 0602, "s3cr3t", 6, "may be changed by others (mode 0602)", NULL },
};

Test(secret, files)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        put(folder, "azure-secret", rows[i].mode, rows[i].bytes, rows[i].len);
        if (rows[i].wrong != NULL)
            expect_refused("azure-secret", rows[i].wrong, rows[i].what);
        else
            expect_read("azure-secret", rows[i].read, strlen(rows[i].read), rows[i].what);
        unlink(in(folder, "azure-secret"));
    }
}

Test(secret, sizes)
{
    char *bytes = malloc(SECRET_MAX + 1);

    memset(bytes, 'a', SECRET_MAX + 1);
    put(folder, "key", 0600, bytes, SECRET_MAX);
    expect_read("key", bytes, SECRET_MAX, "as large as may be");
    put(folder, "key", 0600, bytes, SECRET_MAX + 1);
    expect_refused("key", "larger than 65536 bytes", "one byte more");
    free(bytes);
}

Test(secret, what_is_no_file)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    put(folder, "real", 0600, "s3cr3t", 6);
    cr_assert_eq(symlink("real", in(folder, "link")), 0);
    cr_assert_eq(symlink("nothing", in(folder, "broken")), 0);
    cr_assert_eq(mkdir(in(folder, "folder"), 0700), 0);
    cr_assert_eq(mkfifo(in(folder, "fifo"), 0600), 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%.60s/socket", folder);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    expect_refused("link", "is a link", "a link to a good file");
    expect_refused("broken", "is a link", "a link to nothing");
    expect_refused("folder", "is no regular file", "a folder");
    expect_refused("fifo", "is no regular file", "a FIFO nobody writes to");
    expect_refused("socket", "is no regular file", "a socket");
    expect_refused("/dev/zero", "is no regular file", "a device");
    expect_refused("none", "does not exist", "nothing");
    expect_refused("real/x", "cannot be opened: Not a directory", "in a file");
    expect_refused("", "is empty", "no name");
    close(fd);
}

Test(secret, foreign_owner)
{
    if (geteuid() != 0)
        cr_skip_test("only root can give files away");
    put(folder, "key", 0600, "s3cr3t", 6);
    cr_assert_eq(chown(in(folder, "key"), 65534, 65534), 0);
    expect_refused("key", "belongs to user 65534", "of somebody else");
}

Test(secret, roots_file_for_another_user)
{
    if (geteuid() != 0)
        cr_skip_test("only root can become somebody else");
    put(credentials, "key", 0440, "s3cr3t", 6);
    cr_assert_eq(chmod(credentials, 0711), 0);
    cr_assert_eq(chown(in(credentials, "key"), 0, 65534), 0);
    cr_assert_eq(setenv("CREDENTIALS_DIRECTORY", credentials, 1), 0);
    cr_assert_eq(setegid(65534), 0);
    cr_assert_eq(seteuid(65534), 0);
    expect_read("key", "s3cr3t", 6, "root's file, given to us by the service manager");
    cr_assert_eq(seteuid(0), 0);
    cr_assert_eq(setegid(0), 0);
}

Test(secret, places)
{
    put(folder, "both", 0600, "folder", 6);
    put(folder, "one", 0600, "folder", 6);
    put(credentials, "both", 0400, "manager", 7);
    expect_read("both", "folder", 6, "without a service manager");
    setenv("CREDENTIALS_DIRECTORY", credentials, 1);
    expect_read("both", "manager", 7, "the service manager's comes first");
    expect_read("one", "folder", 6, "then the folder");
    expect_read(in(folder, "both"), "folder", 6, "an absolute name is the file");
    expect_refused("none", "is neither in $CREDENTIALS_DIRECTORY", "in neither");
    put(credentials, "both", 0440, "manager", 7);
    expect_read("both", "manager", 7, "an ACL's mask shows as the group's right there");
    put(credentials, "both", 0444, "s3cr3t", 6);
    expect_refused("both", "may be read by others (mode 0444)", "a wrong one there is not passed over");
    put(credentials, "both", 0460, "s3cr3t", 6);
    expect_refused("both", "may be changed by others", "the group may not write there either");
    setenv("CREDENTIALS_DIRECTORY", "relative", 1);
    expect_read("both", "folder", 6, "a folder that is no absolute path is none of the manager's");
}

/* ---- other kinds ---- */

static void expect_kind(const char *name, enum secret_kind kind, const char *bytes, size_t len, const char *what)
{
    struct secret secret = { 0 };
    char why[512] = "";

    cr_assert(secret_read_kind(name, folder, kind, &secret, why), "%s: %s", what, why);
    cr_expect(secret.len == len && memcmp(secret.bytes, bytes, len) == 0, "%s: %zu bytes", what, secret.len);
    secret_wipe(&secret);
}

static void expect_kind_refused(const char *name, enum secret_kind kind, const char *reason, const char *what)
{
    struct secret secret = { 0 };
    char why[512] = "";

    cr_expect_not(secret_read_kind(name, folder, kind, &secret, why), "%s", what);
    cr_expect_not_null(strstr(why, reason), "%s: %s", what, why);
}

Test(secret, binary_files_are_read_as_they_are)
{
    put(folder, "key.p12", 0600, "\x30\0s3cr3t\r\n", 10);
    expect_kind("key.p12", SECRET_BINARY, "\x30\0s3cr3t\r\n", 10, "NUL bytes and line ends stay");
    put(folder, "key.p12", 0640, "\x30\0s3cr3t", 8);
    expect_kind_refused("key.p12", SECRET_BINARY, "may be read by others", "who may read it is the same");
    put(folder, "key.p12", 0600, "", 0);
    expect_kind_refused("key.p12", SECRET_BINARY, "is empty", "nothing in it");
}

/* As a kubelet keeps them: token -> ..data/token, ..data -> ..2026 */
Test(secret, rotated_files_may_be_behind_links)
{
    cr_assert_eq(mkdir(in(folder, "..2026"), 0755), 0);
    put(folder, "..2026/token", 0640, "s3cr3t\n", 7);
    cr_assert_eq(symlink("..2026", in(folder, "..data")), 0);
    cr_assert_eq(symlink("..data/token", in(folder, "token")), 0);
    expect_kind("token", SECRET_ROTATED, "s3cr3t", 6, "a link to a link, readable by the group");
    expect_kind_refused("token", SECRET_TEXT, "is a link", "a secret of the operator's is the file itself");
    put(folder, "..2026/token", 0644, "s3cr3t", 6);
    expect_kind_refused("token", SECRET_ROTATED, "may be read by others (mode 0644)", "not by everybody");
    put(folder, "..2026/token", 0660, "s3cr3t", 6);
    expect_kind_refused("token", SECRET_ROTATED, "may be changed by others", "nor written by the group");
}

static bool read_key(const char *name, size_t most, struct secret *secret, char why[512])
{
    return secret_read_key(folder, name, most, secret, why);
}

Test(secret, keys_of_other_programs)
{
    struct secret secret = { 0 };
    char why[512] = "";

    put(folder, "a.key", 0644, "s3cr3t", 6);
    if (geteuid() == 0)
        cr_assert_eq(chown(in(folder, "a.key"), 65534, 65534), 0);
    cr_assert(read_key("a.key", 6, &secret, why), "whoever owns it: %s", why);
    cr_expect(secret.len == 6 && strcmp(secret.bytes, "s3cr3t") == 0);
    secret_wipe(&secret);
    cr_expect(!read_key("a.key", 5, &secret, why) && strstr(why, "larger than 5 bytes") != NULL, "%s", why);
    cr_assert_eq(symlink("a.key", in(folder, "b.key")), 0);
    cr_expect(!read_key("b.key", 100, &secret, why) && strstr(why, "is a link") != NULL, "%s", why);
    put(folder, "c.key", 0666, "s3cr3t", 6);
    cr_expect(!read_key("c.key", 100, &secret, why) && strstr(why, "changed by others") != NULL, "%s", why);
    cr_expect(!read_key("d.key", 100, &secret, why) && strstr(why, "does not exist") != NULL, "%s", why);
}

Test(secret, stamps_tell_contents_apart)
{
    put(folder, "key", 0600, "one", 3);
    uint64_t one = secret_stamp("key", folder);
    cr_expect_neq(one, 0);
    cr_expect_eq(secret_stamp("key", folder), one, "nothing has changed");
    cr_expect_eq(secret_stamp(in(folder, "key"), "/"), one, "an absolute name is the same file");
    put(folder, "new", 0600, "two", 3);
    char to[PATH_MAX];
    snprintf(to, sizeof to, "%s", in(folder, "key"));
    cr_assert_eq(rename(in(folder, "new"), to), 0);
    cr_expect_neq(secret_stamp("key", folder), one, "another file of the same size in its place");
    cr_expect_eq(secret_stamp("none", folder), 0, "nothing there");
    put(credentials, "key", 0400, "manager", 7);
    uint64_t two = secret_stamp("key", folder);
    setenv("CREDENTIALS_DIRECTORY", credentials, 1);
    cr_expect_neq(secret_stamp("key", folder), two, "the service manager's comes first");
    unlink(in(credentials, "key"));
    cr_expect_eq(secret_stamp("key", folder), two, "then the folder");
}

Test(secret_memory, wiping_nothing_is_fine)
{
    struct secret secret = { 0 };

    secret_wipe(&secret);
    secret_wipe(&secret);
    cr_expect_null(secret.bytes);
}

Test(secret_memory, nothing_stays_behind)
{
    struct secret secret;
    char why[512], path[] = "/tmp/erwatch-secret-XXXXXX";
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, "s3cr3t\n", 7), 7);
    close(fd);
    for (int i = 0; i < 3; i++) {
        cr_assert(secret_read(path, "/", &secret, why), "%s", why);
        secret_wipe(&secret);
    }
    chmod(path, 0644);
    cr_expect_not(secret_read(path, "/", &secret, why));
    truncate(path, 0);
    chmod(path, 0600);
    cr_expect_not(secret_read(path, "/", &secret, why));
    unlink(path);
}
