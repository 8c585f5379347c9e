/*
 * A process for a hook. posix_spawn() rather than fork(): the child shares our memory until it is another program, so
 * nothing is copied and no lock of another thread can stop it. What a program inherits is chosen here, all of it.
 */
#include "config.h"

#include "io/hook_spawn.h"

#include "io/refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct pipes {
    int input[2], output[2];
};

static void close_pair(const int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

/* The input first: then its end can have no higher number than the output's, and the dup2()s below cannot collide. */
static bool open_pipes(struct pipes *pipes)
{
    if (pipe2(pipes->input, O_CLOEXEC) != 0)
        return false;
    if (pipe2(pipes->output, O_CLOEXEC) == 0)
        return true;
    int error = errno;
    close_pair(pipes->input);
    errno = error;
    return false;
}

static void never_block(int fd)
{
    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* These only fail for want of memory, and then posix_spawn() is what fails next. */
static void choose_attributes(posix_spawnattr_t *attributes)
{
    sigset_t set;

    posix_spawnattr_init(attributes);
    sigfillset(&set);
    posix_spawnattr_setsigdefault(attributes, &set);
    sigemptyset(&set);
    posix_spawnattr_setsigmask(attributes, &set);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
}

static int choose_descriptors(posix_spawn_file_actions_t *actions, const struct pipes *pipes)
{
    int failed = posix_spawn_file_actions_init(actions);

    failed |= posix_spawn_file_actions_adddup2(actions, pipes->input[0], STDIN_FILENO);
    failed |= posix_spawn_file_actions_adddup2(actions, pipes->output[1], STDOUT_FILENO);
    failed |= posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO, STDERR_FILENO);
    failed |= posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
    return failed != 0 ? ENOMEM : 0;
}

static int spawn(const char *const *argv, const char *const *environment, const struct pipes *pipes, pid_t *pid)
{
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;

    choose_attributes(&attributes);
    int error = choose_descriptors(&actions, pipes);
    if (error == 0) /* neither list is written to: the type is older than const */
        error = posix_spawn(pid, argv[0], &actions, &attributes, (char *const *)argv, (char *const *)environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* Without a pidfd its end would pass unseen, so it must not run. */
static int watch(pid_t pid, int *pidfd)
{
    *pidfd = pidfd_open(pid, 0); /* closed on exec by itself */
    if (*pidfd >= 0)
        return 0;
    int error = errno;
    kill(-pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    return error;
}

bool hook_spawn(const char *const *argv, const char *const *environment, struct hook_child *out, char why[512])
{
    struct pipes pipes;
    struct hook_child child;

    if (!open_pipes(&pipes))
        return refuse(why, "no pipes for " REFUSE_PATH ": %s", argv[0], strerrordesc_np(errno));
    int error = spawn(argv, environment, &pipes, &child.pid);
    if (error == 0)
        error = watch(child.pid, &child.pidfd);
    close(pipes.input[0]);
    close(pipes.output[1]);
    if (error != 0) {
        close(pipes.input[1]);
        close(pipes.output[0]);
        return refuse(why, REFUSE_PATH " could not be started: %s", argv[0], strerrordesc_np(error));
    }
    child.input_fd = pipes.input[1];
    child.output_fd = pipes.output[0];
    never_block(child.input_fd);
    never_block(child.output_fd);
    *out = child;
    return true;
}
