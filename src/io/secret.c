/*
 * Secrets from files. The file is opened once, without following a link and without waiting for a FIFO's writer, and
 * what was opened is judged, so nobody can exchange it between the look and the read. Every buffer that held a byte of
 * it is overwritten before it is freed.
 */
#include "config.h"

#include "io/secret.h"

#include "io/memory.h"
#include "io/refuse.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* How a file is looked at. */
struct look {
    enum secret_kind kind;
    bool group_reads; /* fine: the service manager or another program put it there */
    bool any_owner;   /* fine: it is another program's, who may read it is that one's affair */
    size_t most;
};

/* Who may read it, as the mode says. */
static bool owner_and_mode_right(const char *path, const struct stat *st, const struct look *look, char why[REFUSE_MAX])
{
    unsigned mode = st->st_mode & 07777U;

    if (!look->any_owner && st->st_uid != 0 && st->st_uid != geteuid())
        return refuse(why, REFUSE_PATH " belongs to user %u; it must belong to root or to user %u, who runs this",
                      path, (unsigned)st->st_uid, (unsigned)geteuid());
    if ((mode & 0022) != 0)
        return refuse(why, REFUSE_PATH " may be changed by others (mode %04o); chmod 600", path, mode);
    if (!look->any_owner && (mode & (look->group_reads ? 0007 : 0077)) != 0)
        return refuse(why, REFUSE_PATH " may be read by others (mode %04o); chmod 600", path, mode);
    return true;
}

static bool acceptable(const char *path, int fd, const struct look *look, size_t *size, char why[REFUSE_MAX])
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return refuse(why, REFUSE_PATH " cannot be examined: %s", path, strerrordesc_np(errno));
    if (!S_ISREG(st.st_mode))
        return refuse(why, REFUSE_PATH " is no regular file", path);
    if (!owner_and_mode_right(path, &st, look, why))
        return false;
    if (st.st_size > (off_t)look->most)
        return refuse(why, REFUSE_PATH " is larger than %zu bytes", path, look->most);
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
static bool take(const char *path, int fd, size_t size, enum secret_kind kind, struct secret *secret,
                 char why[REFUSE_MAX])
{
    if (!read_whole(fd, secret->bytes, size + 1, &secret->len))
        return refuse(why, REFUSE_PATH " cannot be read: %s", path, strerrordesc_np(errno));
    if (secret->len != size)
        return refuse(why, REFUSE_PATH " changed while it was read", path);
    if (kind != SECRET_BINARY && memchr(secret->bytes, '\0', secret->len) != NULL)
        return refuse(why, REFUSE_PATH " holds a NUL byte", path);
    if (kind != SECRET_BINARY)
        drop_line_end(secret);
    if (secret->len == 0)
        return refuse(why, REFUSE_PATH " is empty", path);
    return true;
}

static bool read_open(const char *path, int fd, const struct look *look, struct secret *out, char why[REFUSE_MAX])
{
    struct secret secret = { 0 };
    size_t size = 0;

    if (!acceptable(path, fd, look, &size, why))
        return false;
    secret.bytes = xcalloc(1, size + 2);
    secret.len = size;
    if (!take(path, fd, size, look->kind, &secret, why)) {
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

#define OPEN_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static enum found read_path(const char *path, const struct look *look, struct secret *out, char why[REFUSE_MAX])
{
    int fd = open(path, OPEN_FLAGS | (look->kind != SECRET_ROTATED ? O_NOFOLLOW : 0));

    if (fd < 0)
        return cannot_open(path, errno, why);
    bool good = read_open(path, fd, look, out, why);
    close(fd);
    return good ? FOUND : WRONG;
}

static bool join(char path[PATH_MAX], const char *folder, const char *name)
{
    return snprintf(path, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

static enum found read_in(const char *folder, const char *name, const struct look *look, struct secret *out,
                          char why[REFUSE_MAX])
{
    char path[PATH_MAX];

    if (!join(path, folder, name)) {
        (void)refuse(why, "the path of the secret %.100s is too long", name);
        return WRONG;
    }
    return read_path(path, look, out, why);
}

/* Where the service manager put secrets for us; NULL: nowhere. */
static const char *managed_folder(void)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");

    return credentials != NULL && credentials[0] == '/' ? credentials : NULL;
}

bool secret_read_kind(const char *name, const char *folder, enum secret_kind kind, struct secret *out, char why[512])
{
    const struct look look = { .kind = kind, .group_reads = kind == SECRET_ROTATED, .most = SECRET_MAX };
    const struct look managed_look = { .kind = kind, .group_reads = true, .most = SECRET_MAX };
    const char *managed = managed_folder();

    if (name[0] == '\0')
        return refuse(why, "the name of the secret's file is empty");
    if (name[0] == '/')
        return read_path(name, &look, out, why) == FOUND;
    enum found found = managed != NULL ? read_in(managed, name, &managed_look, out, why) : NOT_THERE;
    if (found == NOT_THERE)
        found = read_in(folder, name, &look, out, why);
    if (found == NOT_THERE && managed != NULL)
        return refuse(why, "%.100s is neither in $CREDENTIALS_DIRECTORY (%.150s) nor in %.150s", name, managed, folder);
    return found == FOUND;
}

bool secret_read(const char *name, const char *folder, struct secret *out, char why[512])
{
    return secret_read_kind(name, folder, SECRET_TEXT, out, why);
}

bool secret_read_key(const char *folder, const char *name, size_t most, struct secret *out, char why[512])
{
    const struct look look = { .kind = SECRET_TEXT, .any_owner = true, .most = most };
    char path[PATH_MAX];

    assert(strchr(name, '/') == NULL && most <= SECRET_MAX);
    if (!join(path, folder, name))
        return refuse(why, "the path of the key %.100s is too long", name);
    return read_path(path, &look, out, why) == FOUND;
}

/* ---- has it changed? ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * 0x100000001b3U; /* FNV-1a, a word at a time: it only tells apart */
}

static uint64_t stamp_of(const struct stat *st)
{
    uint64_t hash = mix(0xcbf29ce484222325U, (uint64_t)st->st_ino);

    hash = mix(mix(hash, (uint64_t)st->st_dev), (uint64_t)st->st_size);
    hash = mix(mix(hash, (uint64_t)st->st_mode), (uint64_t)st->st_uid);
    hash = mix(mix(hash, (uint64_t)st->st_mtim.tv_sec), (uint64_t)st->st_mtim.tv_nsec);
    return mix(mix(hash, (uint64_t)st->st_ctim.tv_sec), (uint64_t)st->st_ctim.tv_nsec) | 1;
}

uint64_t secret_stamp(const char *name, const char *folder)
{
    const char *managed = managed_folder(), *folders[] = { managed != NULL ? managed : folder, folder };
    char path[PATH_MAX];
    struct stat st;

    if (name[0] == '/')
        return stat(name, &st) == 0 ? stamp_of(&st) : 0;
    for (size_t i = 0; i < 2; i++)
        if (join(path, folders[i], name) && stat(path, &st) == 0)
            return stamp_of(&st);
    return 0;
}

void secret_wipe(struct secret *secret)
{
    if (secret->bytes != NULL)
        explicit_bzero(secret->bytes, secret->len);
    free(secret->bytes);
    *secret = (struct secret){ 0 };
}
