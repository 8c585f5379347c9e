/*
 * Loaded before the C library (LD_PRELOAD), for hooks.py: no process is to be had while a file is there, as when the limit
 * of processes is reached. Each refusal adds a byte to the file.
 *
 *   SPAWN_FAILS=FILE
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *path; /* the environment is cleared by the daemon, so that it is read before */

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("SPAWN_FAILS");

    path = file != NULL ? strdup(file) : NULL;
}

int posix_spawn(pid_t *restrict pid, const char *restrict program, const posix_spawn_file_actions_t *restrict actions,
                const posix_spawnattr_t *restrict attributes, char *const argv[restrict], char *const envp[restrict])
{
    int (*real)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
                char *const[]);
    int fd = path != NULL ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;

    if (fd >= 0) {
        (void)!write(fd, "x", 1);
        close(fd);
        return EAGAIN;
    }
    *(void **)&real = dlsym(RTLD_NEXT, "posix_spawn");
    return real(pid, program, actions, attributes, argv, envp);
}
