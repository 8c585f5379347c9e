/* Whose directory it is, what may lie in it, and that one daemon at a time has it. */
#include "store_bed.h"

#include "leaks.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(store_folder, .fini = leaks_fail);

#define NOBODY 65534

static void touch(const char *path, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    cr_assert_geq(file, 0);
    cr_assert_eq(fchmod(file, mode), 0);
    close(file);
}

static void link_elsewhere(const char *path)
{
    cr_assert_eq(symlink("/dev/null", path), 0);
}

static void make_fifo(const char *path)
{
    cr_assert_eq(mkfifo(path, 0600), 0);
}

static void make_folder(const char *path)
{
    cr_assert_eq(mkdir(path, 0700), 0);
}

static void make_writable(const char *path)
{
    touch(path, 0666);
}

static void make_group_writable(const char *path)
{
    touch(path, 0620);
}

static void make_foreign(const char *path)
{
    touch(path, 0600);
    cr_assert_eq(chown(path, NOBODY, NOBODY), 0);
}

static const struct row {
    const char *name;
    void (*make)(const char *path);
    bool root_only;
    const char *what;
} rows[] = {
    { "erwatch.db", link_elsewhere, false, "the database is a link" },
    { "erwatch.db-wal", link_elsewhere, false, "its log is a link" },
    { "erwatch.db-shm", link_elsewhere, false, "its index is a link" },
    { "erwatch.db-journal", link_elsewhere, false, "its journal is a link" },
    { "erwatch.lock", link_elsewhere, false, "the lock is a link" },
    { "erwatch.db", make_fifo, false, "the database is a FIFO" },
    { "erwatch.lock", make_fifo, false, "the lock is a FIFO" },
    { "erwatch.db", make_folder, false, "the database is a directory" },
    { "erwatch.db", make_writable, false, "everybody can write to the database" },
    { "erwatch.db-wal", make_group_writable, false, "the group can write to its log" },
    { "erwatch.lock", make_writable, false, "everybody can write to the lock" },
    { "erwatch.db", make_foreign, true, "the database is somebody else's" },
    { "erwatch.lock", make_foreign, true, "the lock is somebody else's" },
};

Test(store_folder, refuses_files_that_are_not_ours_alone)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bed bed;
        struct store *store = NULL;
        char path[PATH_MAX], why[STORE_WHY_MAX] = "";

        if (rows[i].root_only && geteuid() != 0)
            continue;
        bed_make(&bed);
        rows[i].make(bed_path(&bed, rows[i].name, path));
        cr_expect_eq(store_open(bed.directory, BED_NOW, &store, why), STORE_REFUSED, "%s: %s", rows[i].what, why);
        cr_expect_not_null(strstr(why, rows[i].name), "%s names no file: %s", rows[i].what, why);
        cr_expect_null(store);
        struct stat status;
        cr_expect_eq(lstat(path, &status), 0, "%s: it is left there", rows[i].what);
        bed_remove(&bed);
    }
}

static void expect_directory(const char *directory, enum store_result expected, const char *says, const char *what)
{
    struct store *store = NULL;
    char why[STORE_WHY_MAX] = "";

    cr_expect_eq(store_open(directory, BED_NOW, &store, why), expected, "%s: %s", what, why);
    cr_expect_not_null(strstr(why, says), "%s: %s", what, why);
    store_close(store);
}

Test(store_folder, refuses_directories_that_are_not_ours_alone)
{
    struct bed bed;
    char link[PATH_MAX + 8], slash[PATH_MAX + 16];
    bed_make(&bed);
    snprintf(link, sizeof link, "%s.link", bed.directory);
    snprintf(slash, sizeof slash, "%s//", link);
    cr_assert_eq(symlink(bed.directory, link), 0);

    expect_directory(link, STORE_REFUSED, "symbolic link", "a link to a good directory");
    expect_directory(slash, STORE_REFUSED, "symbolic link", "the same with slashes, which would follow it");
    cr_assert_eq(chmod(bed.directory, 0777), 0);
    expect_directory(bed.directory, STORE_REFUSED, "mode 0777", "everybody can write");
    cr_assert_eq(chmod(bed.directory, 0770), 0);
    expect_directory(bed.directory, STORE_REFUSED, "mode 0770", "the group can write");
    cr_assert_eq(chmod(bed.directory, 01777), 0);
    expect_directory(bed.directory, STORE_REFUSED, "mode 1777", "like /tmp");
    cr_assert_eq(chmod(bed.directory, 0700), 0);
    if (geteuid() == 0) {
        cr_assert_eq(chown(bed.directory, NOBODY, NOBODY), 0);
        expect_directory(bed.directory, STORE_REFUSED, "belongs to user 65534", "somebody else's");
        cr_assert_eq(chown(bed.directory, 0, 0), 0);
    }
    expect_directory("/dev/null", STORE_FAILED, "Not a directory", "no directory");
    expect_directory("/nonexistent/state", STORE_FAILED, "No such file", "not there");
    expect_directory("", STORE_FAILED, "empty", "no name");
    cr_expect_eq(bed_count(&bed, "erwatch"), 0, "nothing was made in any of them");
    cr_expect_eq(unlink(link), 0);
    bed_remove(&bed);
}

Test(store_folder, makes_files_for_us_alone)
{
    static const char *const names[] = { "erwatch.db", "erwatch.db-wal", "erwatch.db-shm", "erwatch.lock" };
    struct bed bed;
    struct stat status;
    char path[PATH_MAX];
    bed_make(&bed);
    umask(0);
    struct store *store = bed_open(&bed, STORE_OK);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cr_assert_eq(lstat(bed_path(&bed, names[i], path), &status), 0, "%s is there", names[i]);
        cr_expect_eq(status.st_mode & 07777, 0600, "%s has mode %o", names[i], (unsigned)status.st_mode & 07777);
    }
    store_close(store);
    cr_expect_eq(bed_count(&bed, "erwatch.db"), 1, "the log is gone after a clean end");
    bed_remove(&bed);
}

Test(store_folder, removes_what_an_interrupted_making_left)
{
    static const char *const names[] = { "erwatch.db.new", "erwatch.db.new-journal", "erwatch.db.new-wal" };
    struct bed bed;
    char path[PATH_MAX];
    bed_make(&bed);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        touch(bed_path(&bed, names[i], path), 0600);

    store_close(bed_open(&bed, STORE_OK));
    cr_expect_eq(bed_count(&bed, "erwatch.db.new"), 0);
    bed_remove(&bed);
}

/* A child that opens the same directory: its result is its exit status. */
static int open_in_child(const struct bed *bed, const char *expected)
{
    int status;
    pid_t child = fork();

    cr_assert_geq(child, 0);
    if (child == 0) {
        struct store *store = NULL;
        char why[STORE_WHY_MAX] = "";
        enum store_result result = store_open(bed->directory, BED_NOW, &store, why);
        _exit(strstr(why, expected) != NULL ? (int)result : 99);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Test(store_folder, lets_one_daemon_in)
{
    struct bed bed;
    char says[64];
    struct stat before, after;
    char path[PATH_MAX];
    bed_make(&bed);
    struct store *store = bed_open(&bed, STORE_OK);

    cr_assert_eq(stat(bed_path(&bed, "erwatch.lock", path), &before), 0);
    snprintf(says, sizeof says, "process %ld,", (long)getpid());
    cr_expect_eq(open_in_child(&bed, says), STORE_LOCKED, "it is refused, and the sentence names our process");
    cr_assert_eq(stat(path, &after), 0);
    cr_expect(after.st_mtim.tv_sec == before.st_mtim.tv_sec && after.st_mtim.tv_nsec == before.st_mtim.tv_nsec,
              "it changed nothing");
    store_close(store);
    cr_expect_eq(open_in_child(&bed, ""), STORE_OK, "the lock ended with its holder");
    bed_remove(&bed);
}
