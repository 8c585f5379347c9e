/*
 * Loaded before the C library (LD_PRELOAD), for hung_disk.py: a disk that hangs. While somebody else holds the lock of
 * the file that HANG_LOCK names, what is written to a file, and what waits for the disk, does not come back; nor what is
 * read from one that SQLite has open. While somebody holds the lock of HANG_NEXT what comes next after a commit hangs.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_file(int fd)
{
    struct stat status;

    return fd > STDERR_FILENO && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

/* The environment is cleared by the daemon, so that it is read before. */
static char *lock_path, *next_path;
static bool waited; /* for the disk, and nothing was read or written since: the database is one thread's */

static char *path_of(const char *name)
{
    const char *path = getenv(name);

    return path != NULL ? realpath(path, NULL) : NULL;
}

__attribute__((constructor)) static void begin(void)
{
    lock_path = path_of("HANG_LOCK");
    next_path = path_of("HANG_NEXT");
}

static void hang_for(const char *path, int fd)
{
    int saved = errno;
    int lock = path != NULL && is_file(fd) ? open(path, O_RDONLY | O_CLOEXEC) : -1;

    if (lock >= 0) {
        while (flock(lock, LOCK_SH) != 0 && errno == EINTR)
            continue;
        close(lock);
    }
    errno = saved;
}

static void hang(int fd)
{
    if (waited)
        hang_for(next_path, fd);
    waited = false;
    hang_for(lock_path, fd);
}

/* The function behind ours, as the type of the variable it is put into. */
#define BEHIND(name) __typeof__(&name) behind = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    BEHIND(pwrite64);
    hang(fd);
    return behind(fd, bytes, len, offset);
}

int fdatasync(int fd)
{
    BEHIND(fdatasync);
    hang(fd);
    waited = true;
    return behind(fd);
}

int fsync(int fd)
{
    BEHIND(fsync);
    hang(fd);
    waited = true;
    return behind(fd);
}

ssize_t pread64(int fd, void *bytes, size_t len, off64_t offset)
{
    BEHIND(pread64);
    hang(fd);
    return behind(fd, bytes, len, offset);
}
