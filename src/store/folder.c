/*
 * The state directory. It is opened once, without following a link, and all names in it are looked up from there. As
 * nobody but us (and root) can write in it, what was checked stays as it was; SQLite, which wants a path, gets the
 * one without links and refuses links itself. The lock is flock's: it ends with the process, however that ends.
 */
#include "store/folder.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* What belongs to a database; the database itself last: while it is there, so is the reason to set it aside. */
static const char *const parts[] = { "-wal", "-shm", "-journal", "" };
#define PARTS (sizeof parts / sizeof *parts)

void explain(char why[STORE_WHY_MAX], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, STORE_WHY_MAX, format, arguments);
    va_end(arguments);
}

/* Ours (or root's, for the directory) and not to be written by others? */
static bool check_owner(const struct stat *status, bool root_too, const char *what, const char *name,
                        char why[STORE_WHY_MAX])
{
    if (status->st_uid != geteuid() && !(root_too && status->st_uid == 0)) {
        explain(why, "The %s %s belongs to user %u, and this is user %u; it must be our own.", what, name,
                (unsigned)status->st_uid, (unsigned)geteuid());
        return false;
    }
    if ((status->st_mode & 022) != 0) {
        explain(why, "The %s %s has mode %04o: others can write to it; take that right away.", what, name,
                (unsigned)status->st_mode & 07777);
        return false;
    }
    return true;
}

static enum store_result open_directory(struct folder *folder, const char *directory, char why[STORE_WHY_MAX])
{
    struct stat status;

    folder->fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder->fd >= 0)
        return STORE_OK;
    int error = errno;
    if (lstat(directory, &status) == 0 && S_ISLNK(status.st_mode)) {
        explain(why, "The state directory %s is a symbolic link; name the directory itself.", directory);
        return STORE_REFUSED;
    }
    explain(why, "The state directory %s could not be opened: %s.", directory, strerror(error));
    return STORE_FAILED;
}

static enum store_result check_directory(struct folder *folder, const char *directory, char why[STORE_WHY_MAX])
{
    struct stat opened, named;

    if (fstat(folder->fd, &opened) != 0 || realpath(directory, folder->path) == NULL ||
        lstat(folder->path, &named) != 0) {
        explain(why, "The state directory %s could not be examined: %s.", directory, strerror(errno));
        return STORE_FAILED;
    }
    if (opened.st_dev != named.st_dev || opened.st_ino != named.st_ino) {
        explain(why, "The state directory %s was replaced while it was opened.", directory);
        return STORE_REFUSED;
    }
    return check_owner(&opened, true, "state directory", directory, why) ? STORE_OK : STORE_REFUSED;
}

/* A file that is there must be a plain one of ours. */
static enum store_result check_file(const struct folder *folder, const char *name, char why[STORE_WHY_MAX])
{
    struct stat status;

    if (fstatat(folder->fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT)
            return STORE_OK;
        explain(why, "The file %s/%s could not be examined: %s.", folder->path, name, strerror(errno));
        return STORE_FAILED;
    }
    if (!S_ISREG(status.st_mode)) {
        explain(why, "%s/%s is no regular file; remove it.", folder->path, name);
        return STORE_REFUSED;
    }
    return check_owner(&status, false, "file", name, why) ? STORE_OK : STORE_REFUSED;
}

static enum store_result check_files(const struct folder *folder, char why[STORE_WHY_MAX])
{
    char name[ASIDE_MAX];

    for (size_t i = 0; i < PARTS; i++) {
        snprintf(name, sizeof name, "%s%s", DATABASE_NAME, parts[i]);
        enum store_result result = check_file(folder, name, why);
        if (result != STORE_OK)
            return result;
    }
    return STORE_OK;
}

/* The number in the lock file, for the message; 0 when there is none. */
static long lock_holder(int lock)
{
    char text[24] = "";
    ssize_t len = pread(lock, text, sizeof text - 1, 0);

    return len > 0 ? strtol(text, NULL, 10) : 0;
}

static enum store_result explain_lock(int lock, const struct folder *folder, int error, char why[STORE_WHY_MAX])
{
    long holder = lock_holder(lock);

    if (error != EWOULDBLOCK) {
        explain(why, "%s/%s could not be locked: %s.", folder->path, LOCK_NAME, strerror(error));
        return STORE_FAILED;
    }
    if (holder > 0)
        explain(why, "Another erwatchd, process %ld, uses the state directory %s.", holder, folder->path);
    else
        explain(why, "Another erwatchd uses the state directory %s.", folder->path);
    return STORE_LOCKED;
}

static enum store_result take_lock(struct folder *folder, char why[STORE_WHY_MAX])
{
    enum store_result result = check_file(folder, LOCK_NAME, why);
    if (result != STORE_OK)
        return result;
    int lock = openat(folder->fd, LOCK_NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (lock < 0) {
        explain(why, "%s/%s could not be opened: %s.", folder->path, LOCK_NAME, strerror(errno));
        return STORE_FAILED;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        result = explain_lock(lock, folder, errno, why);
        (void)close(lock);
        return result;
    }
    /* the number is for people: on a full disk the lock holds without it */
    if (ftruncate(lock, 0) == 0)
        (void)dprintf(lock, "%ld\n", (long)getpid());
    folder->lock = lock;
    return STORE_OK;
}

/* "dir/" would follow a link that "dir" does not. */
static bool without_slashes(const char *directory, char copy[PATH_MAX])
{
    size_t len = strlen(directory);

    if (len == 0 || len >= PATH_MAX)
        return false;
    while (len > 1 && directory[len - 1] == '/')
        len--;
    memcpy(copy, directory, len);
    copy[len] = '\0';
    return true;
}

enum store_result folder_open(struct folder *folder, const char *directory, char why[STORE_WHY_MAX])
{
    char name[PATH_MAX];

    if (!without_slashes(directory, name)) {
        explain(why, "The name of the state directory is empty or too long.");
        return STORE_FAILED;
    }
    folder->fd = folder->lock = -1;
    enum store_result result = open_directory(folder, name, why);
    if (result == STORE_OK)
        result = check_directory(folder, name, why);
    if (result == STORE_OK)
        result = take_lock(folder, why);
    if (result == STORE_OK)
        result = check_files(folder, why);
    if (result != STORE_OK)
        folder_close(folder);
    return result;
}

void folder_close(struct folder *folder)
{
    if (folder->lock >= 0)
        (void)close(folder->lock);
    if (folder->fd >= 0)
        (void)close(folder->fd);
    folder->fd = folder->lock = -1;
}

bool folder_has(const struct folder *folder, const char *name)
{
    struct stat status;

    return fstatat(folder->fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

bool folder_path(const struct folder *folder, const char *name, char path[PATH_MAX])
{
    int len = snprintf(path, PATH_MAX, "%s/%s", folder->path, name);

    return len > 0 && len < PATH_MAX;
}

bool folder_adopt_new(const struct folder *folder, char why[STORE_WHY_MAX])
{
    if (renameat(folder->fd, DATABASE_NEW_NAME, folder->fd, DATABASE_NAME) == 0 && fsync(folder->fd) == 0)
        return true;
    explain(why, "The new database %s/%s could not be put in place: %s.", folder->path, DATABASE_NAME, strerror(errno));
    return false;
}

void folder_drop_new(const struct folder *folder)
{
    char name[ASIDE_MAX];

    for (size_t i = 0; i < PARTS; i++) {
        snprintf(name, sizeof name, "%s%s", DATABASE_NEW_NAME, parts[i]);
        (void)unlinkat(folder->fd, name, 0);
    }
}

static bool any_part(const struct folder *folder, const char *database)
{
    char name[ASIDE_MAX + 16];
    bool any = false;

    for (size_t i = 0; i < PARTS; i++) {
        snprintf(name, sizeof name, "%s%s", database, parts[i]);
        any = any || folder_has(folder, name);
    }
    return any;
}

bool folder_has_remains(const struct folder *folder)
{
    return any_part(folder, DATABASE_NAME);
}

/* A name that is not taken: the second database of one second gets "-2". */
static void aside_name(const struct folder *folder, int64_t now_wall_ms, char name[ASIDE_MAX])
{
    time_t seconds = (time_t)(now_wall_ms / 1000);
    struct tm utc = { 0 };
    char stamp[32];

    (void)gmtime_r(&seconds, &utc);
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc);
    snprintf(name, ASIDE_MAX, "%s.damaged-%s", DATABASE_NAME, stamp);
    for (unsigned n = 2; n < 1000 && any_part(folder, name); n++)
        snprintf(name, ASIDE_MAX, "%s.damaged-%s-%u", DATABASE_NAME, stamp, n);
}

bool folder_set_aside(const struct folder *folder, int64_t now_wall_ms, char name[ASIDE_MAX], char why[STORE_WHY_MAX])
{
    char from[ASIDE_MAX], to[ASIDE_MAX + 16];

    aside_name(folder, now_wall_ms, name);
    for (size_t i = 0; i < PARTS; i++) {
        snprintf(from, sizeof from, "%s%s", DATABASE_NAME, parts[i]);
        snprintf(to, sizeof to, "%s%s", name, parts[i]);
        if (renameat(folder->fd, from, folder->fd, to) != 0 && errno != ENOENT) {
            explain(why, "The damaged database %s/%s could not be renamed to %s: %s.", folder->path, from, to,
                    strerror(errno));
            return false;
        }
    }
    (void)fsync(folder->fd); /* a power cut now means setting it aside once more */
    return true;
}
