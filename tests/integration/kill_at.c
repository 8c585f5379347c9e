/*
 * Loaded before the C library (LD_PRELOAD), for kill_sweep.py: the process dies as by SIGKILL just before its Nth call on
 * a file that it keeps, on the network, or on a program that it starts. Before call N is after call N - 1, so a sweep over
 * N kills between any two effects. With an odd N a write to a file is done by half first, as a crash may leave it.
 *
 *   KILL_AT=N        which call; 0: none, the calls are only counted
 *   KILL_COUNT=FILE  where the count stands, a number of 32 bits in the host's order
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t last;
static _Atomic uint32_t own_count;
static _Atomic uint32_t *count = &own_count;

__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("KILL_AT"), *file = getenv("KILL_COUNT");
    int fd = file != NULL ? open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;

    last = number != NULL ? (uint32_t)strtoul(number, NULL, 10) : 0;
    if (fd < 0 || ftruncate(fd, sizeof *count) != 0)
        return;
    void *shared = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared != MAP_FAILED)
        count = shared;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* One more call: is it the last one? */
static bool is_last(void)
{
    return atomic_fetch_add(count, 1) + 1 == last;
}

static bool is_file(int fd)
{
    int saved = errno;
    struct stat status;
    bool file = fd > STDERR_FILENO && fstat(fd, &status) == 0 && S_ISREG(status.st_mode);

    errno = saved;
    return file;
}

static bool is_network(int fd)
{
    int saved = errno, domain = 0;
    socklen_t len = sizeof domain;
    bool network = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
                   (domain == AF_INET || domain == AF_INET6);

    errno = saved;
    return network;
}

static void step(bool counts)
{
    if (counts && is_last())
        die();
}

/* The function behind ours, as the type of the variable it is put into. */
#define BEHIND(name) __typeof__(&name) behind = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset)
{
    BEHIND(pwrite64);

    if (is_file(fd) && is_last()) {
        if (last % 2 == 1)
            (void)!behind(fd, bytes, len / 2, offset);
        die();
    }
    return behind(fd, bytes, len, offset);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
    BEHIND(write);
    step(is_file(fd) || is_network(fd));
    return behind(fd, bytes, len);
}

int fdatasync(int fd)
{
    BEHIND(fdatasync);
    step(is_file(fd));
    return behind(fd);
}

int fsync(int fd)
{
    BEHIND(fsync);
    step(is_file(fd));
    return behind(fd);
}

int ftruncate64(int fd, off64_t length)
{
    BEHIND(ftruncate64);
    step(is_file(fd));
    return behind(fd, length);
}

int unlink(const char *path)
{
    BEHIND(unlink);
    step(true);
    return behind(path);
}

int connect(int fd, const struct sockaddr *to, socklen_t len)
{
    BEHIND(connect);
    step(is_network(fd));
    return behind(fd, to, len);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    BEHIND(send);
    step(is_network(fd));
    return behind(fd, bytes, len, flags);
}

ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
    BEHIND(recv);
    step(is_network(fd));
    return behind(fd, bytes, len, flags);
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const environment[])
{
    BEHIND(posix_spawn);
    step(true);
    return behind(pid, path, actions, attributes, argv, environment);
}

int waitid(idtype_t kind, id_t id, siginfo_t *info, int options)
{
    BEHIND(waitid);
    step(true);
    return behind(kind, id, info, options);
}
