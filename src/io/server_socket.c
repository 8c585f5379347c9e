/*
 * Listening sockets: a Unix socket whose mode is right from its first moment whatever the umask, without trampling on
 * a file or a server that is there already; and TCP on one given address.
 */
#include "io/server_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WHY_MAX 256
#define BACKLOG 512

static int fail(int fd, char why[WHY_MAX], const char *doing, const char *what)
{
    snprintf(why, WHY_MAX, "cannot %s %.150s: %s", doing, what, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Does a connection to this socket find somebody? */
static bool somebody_listens(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool refused;

    if (fd < 0)
        return true; /* we cannot know */
    refused = connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED;
    close(fd);
    return !refused;
}

static bool remove_stale(const struct sockaddr_un *address, char why[WHY_MAX])
{
    struct stat there;

    if (lstat(address->sun_path, &there) != 0)
        return true;
    if (!S_ISSOCK(there.st_mode)) {
        snprintf(why, WHY_MAX, "%s is there already and is no socket", address->sun_path);
        return false;
    }
    if (somebody_listens(address)) {
        snprintf(why, WHY_MAX, "somebody listens on %s already", address->sun_path);
        return false;
    }
    (void)unlink(address->sun_path); /* bind says what is wrong when it stays */
    return true;
}

static bool unix_address(const char *path, struct sockaddr_un *address, char why[WHY_MAX])
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address->sun_path) {
        snprintf(why, WHY_MAX, "the socket path is longer than %zu bytes: %.100s…", sizeof address->sun_path - 1,
                 path);
        return false;
    }
    memcpy(address->sun_path, path, strlen(path) + 1);
    return true;
}

static bool give_to_group(const char *path, const char *group)
{
    /* cppcheck-suppress getgrnamCalled ; no other thread of ours asks for groups */
    struct group *entry = group != NULL ? getgrnam(group) : NULL;

    return entry == NULL || lchown(path, (uid_t)-1, entry->gr_gid) == 0;
}

int server_listen_unix(const char *path, const char *group, struct stat *made, char why[WHY_MAX])
{
    struct sockaddr_un address;

    if (!unix_address(path, &address, why) || !remove_stale(&address, why))
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* the file is born with the descriptor's mode (less the umask), so there is no moment when everybody may connect */
    if (fd < 0 || fchmod(fd, 0600) != 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return fail(fd, why, "make the socket", path);
    if (!give_to_group(path, group))
        return fail(fd, why, "give to its group the socket", path);
    if (chmod(path, 0660) != 0 || lstat(path, made) != 0 || listen(fd, BACKLOG) != 0)
        return fail(fd, why, "open the socket", path);
    return fd;
}

static int bind_tcp(const struct addrinfo *info, const char *address, char why[WHY_MAX])
{
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, info->ai_addr, info->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0)
        return fail(fd, why, "listen on", address);
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address = { 0 };
    socklen_t len = sizeof address;

    if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): getsockname() has filled it */
    return ntohs(((const struct sockaddr_in *)&address)->sin_port);
}

int server_listen_tcp(const char *address, uint16_t *port, char why[WHY_MAX])
{
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM };
    struct addrinfo *info = NULL;
    char digits[6];

    snprintf(digits, sizeof digits, "%u", *port);
    int wrong = getaddrinfo(address, digits, &hints, &info);
    if (wrong != 0) {
        snprintf(why, WHY_MAX, "%.100s is no address to listen on: %s", address, gai_strerror(wrong));
        return -1;
    }
    int fd = bind_tcp(info, address, why);
    freeaddrinfo(info);
    if (fd >= 0)
        *port = port_of(fd);
    return fd;
}
