/*
 * One line into a FIFO or a Unix socket. It goes whole or not at all: the room is looked at first, because a pipe takes
 * a part of what is longer than PIPE_BUF.
 */
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void refuse(struct stream_end *out, const char *path, const char *reason)
{
    snprintf(out->why, sizeof out->why, "%.160s: %s", path, reason);
}

/* ---- a FIFO ---- */

/* Room for that many bytes; a longer line than the pipe ever has room for makes it larger, where the system allows it. */
static bool has_room(int fifo, size_t len)
{
    int size = fcntl(fifo, F_GETPIPE_SZ), used = 0;

    if (size >= 0 && (size_t)size < len)
        size = fcntl(fifo, F_SETPIPE_SZ, (int)len);
    return size >= 0 && ioctl(fifo, FIONREAD, &used) == 0 && (size_t)(size - used) >= len;
}

static void write_fifo(const char *path, const char *bytes, size_t len, struct stream_end *out)
{
    int fifo = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    struct stat found;

    if (fifo < 0) {
        refuse(out, path, errno == ENXIO ? "nobody reads it" : strerror(errno));
        return;
    }
    if (fstat(fifo, &found) != 0 || !S_ISFIFO(found.st_mode)) {
        refuse(out, path, "it is neither a FIFO nor a socket");
    } else if (!has_room(fifo, len)) {
        refuse(out, path, "the reader has not read what came before");
    } else {
        ssize_t done = write(fifo, bytes, len);
        out->sent = done > 0;
        out->whole = done == (ssize_t)len;
        if (!out->whole)
            refuse(out, path, done < 0 ? strerror(errno) : "only a part of the line was taken");
    }
    (void)close(fifo);
}

/* ---- a socket ---- */

static int connect_as(const struct sockaddr_un *address, int type)
{
    int link = socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (link >= 0 && connect(link, (const struct sockaddr *)address, sizeof *address) != 0) {
        int error = errno;
        (void)close(link);
        errno = error;
        return -1;
    }
    return link;
}

static void write_socket(const char *path, const char *bytes, size_t len, struct stream_end *out)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (strlen(path) >= sizeof address.sun_path) {
        refuse(out, path, "the path is too long for a socket");
        return;
    }
    strcpy(address.sun_path, path);
    int link = connect_as(&address, SOCK_STREAM);
    if (link < 0 && errno == EPROTOTYPE)
        link = connect_as(&address, SOCK_DGRAM);
    if (link < 0) {
        refuse(out, path, errno == ECONNREFUSED ? "nobody listens there" : strerror(errno));
        return;
    }
    ssize_t done = send(link, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
    out->sent = done > 0;
    out->whole = done == (ssize_t)len;
    if (!out->whole)
        refuse(out, path, done < 0 ? strerror(errno) : "only a part of the line was taken");
    (void)close(link);
}

void stream_write(const char *path, const char *bytes, size_t len, struct stream_end *out)
{
    struct stat found;

    *out = (struct stream_end){ .whole = false };
    if (lstat(path, &found) != 0)
        refuse(out, path, strerror(errno));
    else if (S_ISSOCK(found.st_mode))
        write_socket(path, bytes, len, out);
    else if (S_ISFIFO(found.st_mode))
        write_fifo(path, bytes, len, out);
    else
        refuse(out, path, "it is neither a FIFO nor a socket");
}
