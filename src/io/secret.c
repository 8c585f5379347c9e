/*
 * Secrets from files. The file is opened once, without following a link and without waiting for a FIFO's writer, and
 * what was opened is judged, so nobody can exchange it between the look and the read. Every buffer that held a byte of
 * it is overwritten before it is freed.
 */
#include "config.h"

#include "io/secret.h"

#include "io/memory.h"
#include "io/refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* Who may read it, as the mode says. @p managed: the service manager put it there. */
static bool owner_and_mode_right(const char *path, const struct stat *st, bool managed, char why[REFUSE_MAX])
{
    unsigned mode = st->st_mode & 07777U;

    if (st->st_uid != 0 && st->st_uid != geteuid())
        return refuse(why, REFUSE_PATH " belongs to user %u; it must belong to root or to user %u, who runs this",
                      path, (unsigned)st->st_uid, (unsigned)geteuid());
    if ((mode & 0022) != 0)
        return refuse(why, REFUSE_PATH " may be changed by others (mode %04o); chmod 600", path, mode);
    if ((mode & (managed ? 0007 : 0077)) != 0)
        return refuse(why, REFUSE_PATH " may be read by others (mode %04o); chmod 600", path, mode);
    return true;
}

static bool acceptable(const char *path, int fd, bool managed, size_t *size, char why[REFUSE_MAX])
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return refuse(why, REFUSE_PATH " cannot be examined: %s", path, strerrordesc_np(errno));
    if (!S_ISREG(st.st_mode))
        return refuse(why, REFUSE_PATH " is no regular file", path);
    if (!owner_and_mode_right(path, &st, managed, why))
        return false;
    if (st.st_size > SECRET_MAX)
        return refuse(why, REFUSE_PATH " is larger than %d bytes", path, SECRET_MAX);
    *size = (size_t)st.st_size;
    return true;
}

/* Reads until the end or until @p room is full. Returns false when the system fails. */
static bool read_whole(int fd, char *bytes, size_t room, size_t *len)
{
    *len = 0;
    while (*len < room) {
        ssize_t got = read(fd, bytes + *len, room - *len);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0)
            *len += (size_t)got;
    }
    return true;
}

static void drop_line_end(struct secret *secret)
{
    if (secret->len > 0 && secret->bytes[secret->len - 1] == '\n')
        secret->len--;
    if (secret->len > 0 && secret->bytes[secret->len - 1] == '\r' && secret->bytes[secret->len] == '\n')
        secret->len--;
    secret->bytes[secret->len] = '\0';
}

/* @p size is what the file had when it was opened; a file that grew meanwhile is being written. */
static bool take(const char *path, int fd, size_t size, struct secret *secret, char why[REFUSE_MAX])
{
    if (!read_whole(fd, secret->bytes, size + 1, &secret->len))
        return refuse(why, REFUSE_PATH " cannot be read: %s", path, strerrordesc_np(errno));
    if (secret->len != size)
        return refuse(why, REFUSE_PATH " changed while it was read", path);
    if (memchr(secret->bytes, '\0', secret->len) != NULL)
        return refuse(why, REFUSE_PATH " holds a NUL byte", path);
    drop_line_end(secret);
    if (secret->len == 0)
        return refuse(why, REFUSE_PATH " is empty", path);
    return true;
}

static bool read_open(const char *path, int fd, bool managed, struct secret *out, char why[REFUSE_MAX])
{
    struct secret secret = { 0 };
    size_t size = 0;

    if (!acceptable(path, fd, managed, &size, why))
        return false;
    secret.bytes = xcalloc(1, size + 2);
    secret.len = size;
    if (!take(path, fd, size, &secret, why)) {
        secret.len = size + 1;
        secret_wipe(&secret);
        return false;
    }
    *out = secret;
    return true;
}

enum found { FOUND, NOT_THERE, WRONG };

static enum found cannot_open(const char *path, int error, char why[REFUSE_MAX])
{
    if (error == ENOENT)
        (void)refuse(why, REFUSE_PATH " does not exist", path);
    else if (error == ELOOP)
        (void)refuse(why, REFUSE_PATH " is a link; it must be the file itself", path);
    else if (error == ENXIO) /* a socket */
        (void)refuse(why, REFUSE_PATH " is no regular file", path);
    else
        (void)refuse(why, REFUSE_PATH " cannot be opened: %s", path, strerrordesc_np(error));
    return error == ENOENT ? NOT_THERE : WRONG;
}

static enum found read_path(const char *path, bool managed, struct secret *out, char why[REFUSE_MAX])
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (fd < 0)
        return cannot_open(path, errno, why);
    bool good = read_open(path, fd, managed, out, why);
    close(fd);
    return good ? FOUND : WRONG;
}

static enum found read_in(const char *folder, const char *name, bool managed, struct secret *out, char why[REFUSE_MAX])
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
        (void)refuse(why, "the path of the secret %.100s is too long", name);
        return WRONG;
    }
    return read_path(path, managed, out, why);
}

bool secret_read(const char *name, const char *folder, struct secret *out, char why[512])
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    bool managed = credentials != NULL && credentials[0] == '/';

    if (name[0] == '\0')
        return refuse(why, "the name of the secret's file is empty");
    if (name[0] == '/')
        return read_path(name, false, out, why) == FOUND;
    enum found found = managed ? read_in(credentials, name, true, out, why) : NOT_THERE;
    if (found == NOT_THERE)
        found = read_in(folder, name, false, out, why);
    if (found == NOT_THERE && managed)
        return refuse(why, "%.100s is neither in $CREDENTIALS_DIRECTORY (%.150s) nor in %.150s", name, credentials,
                      folder);
    return found == FOUND;
}

void secret_wipe(struct secret *secret)
{
    if (secret->bytes != NULL)
        explicit_bzero(secret->bytes, secret->len);
    free(secret->bytes);
    *secret = (struct secret){ 0 };
}
