/*
 * May a program be run by us? The path is walked from the root like the kernel walks it, one component at a time and
 * links resolved by hand, because each step on the way must be out of others' reach: who may rename a folder above the
 * program, or change a link to it, decides what runs.
 */
#include "config.h"

#include "io/hook.h"

#include "io/refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* path_resolution(7) */

struct walk {
    char done[PATH_MAX]; /* resolved and judged; "" is the root */
    char rest[PATH_MAX]; /* what is still to be walked */
    struct stat st;      /* of done */
    unsigned links;
};

static bool ours(const char *path, const struct stat *st, char why[REFUSE_MAX])
{
    if (st->st_uid == 0 || st->st_uid == geteuid())
        return true;
    return refuse(why, REFUSE_PATH " belongs to user %u; it must belong to root or to user %u, who runs this",
                  path, (unsigned)st->st_uid, (unsigned)geteuid());
}

/*
 * Others may write to it. A sticky folder (/tmp) is no harm: what lies in it is judged next, belongs to root or us,
 * and in such a folder nobody else can rename or replace it.
 */
static bool in_reach(const struct stat *st)
{
    bool sticky = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0;

    return !S_ISLNK(st->st_mode) && (st->st_mode & 0022) != 0 && !sticky;
}

/* Looks at what the walk has come to; a link is judged by its owner alone. */
static bool look(struct walk *walk, char why[REFUSE_MAX])
{
    const char *path = walk->done[0] != '\0' ? walk->done : "/";

    if (lstat(path, &walk->st) != 0)
        return refuse(why, REFUSE_PATH ": %s", path, strerrordesc_np(errno));
    if (!ours(path, &walk->st, why))
        return false;
    if (in_reach(&walk->st))
        return refuse(why, REFUSE_PATH " may be changed by others (mode %04o); chmod go-w", path,
                      (unsigned)walk->st.st_mode & 07777U);
    return true;
}

static bool program_right(const struct walk *walk, char why[REFUSE_MAX])
{
    if (!S_ISREG(walk->st.st_mode))
        return refuse(why, REFUSE_PATH " is no regular file", walk->done[0] != '\0' ? walk->done : "/");
    if (faccessat(AT_FDCWD, walk->done, X_OK, AT_EACCESS) != 0)
        return refuse(why, REFUSE_PATH " may not be executed by us (mode %04o)", walk->done,
                      (unsigned)walk->st.st_mode & 07777U);
    return true;
}

/* Takes the next component off the rest. Returns false at the end. */
static bool next(struct walk *walk, char component[PATH_MAX])
{
    const char *start = walk->rest + strspn(walk->rest, "/");
    size_t len = strcspn(start, "/");

    memcpy(component, start, len);
    component[len] = '\0';
    memmove(walk->rest, start + len, strlen(start + len) + 1);
    return len != 0;
}

static void go_up(struct walk *walk)
{
    char *slash = strrchr(walk->done, '/');

    if (slash != NULL)
        *slash = '\0';
}

static bool go_down(struct walk *walk, const char *component, char why[REFUSE_MAX])
{
    size_t len = strlen(walk->done), room = sizeof walk->done - len;

    if (snprintf(walk->done + len, room, "/%s", component) >= (int)room)
        return refuse(why, "the path is too long");
    return true;
}

/* The walk stands on a link: what it says takes its place before the rest. */
static bool follow(struct walk *walk, char why[REFUSE_MAX])
{
    char target[PATH_MAX], joined[2 * PATH_MAX];
    ssize_t len = readlink(walk->done, target, sizeof target - 1);

    if (len < 0)
        return refuse(why, REFUSE_PATH " cannot be read: %s", walk->done, strerrordesc_np(errno));
    target[len] = '\0';
    if (++walk->links > LINKS_MAX)
        return refuse(why, REFUSE_PATH " is one link too many", walk->done);
    if (snprintf(joined, sizeof joined, "%s/%s", target, walk->rest) >= PATH_MAX)
        return refuse(why, REFUSE_PATH " leads to a path that is too long", walk->done);
    strcpy(walk->rest, joined);
    if (target[0] == '/')
        walk->done[0] = '\0';
    else
        go_up(walk);
    return look(walk, why);
}

static bool step(struct walk *walk, const char *component, char why[REFUSE_MAX])
{
    if (!S_ISDIR(walk->st.st_mode))
        return refuse(why, REFUSE_PATH " is no folder", walk->done);
    if (strcmp(component, ".") == 0)
        return true;
    if (strcmp(component, "..") == 0)
        go_up(walk);
    else if (!go_down(walk, component, why))
        return false;
    return look(walk, why) && (!S_ISLNK(walk->st.st_mode) || follow(walk, why));
}

bool hook_check(const char *path, char why[512])
{
    struct walk walk = { .links = 0 };
    char component[PATH_MAX];
    size_t len = strlen(path);

    if (path[0] != '/')
        return refuse(why, REFUSE_PATH " is no absolute path", path);
    if (path[len - 1] == '/')
        return refuse(why, REFUSE_PATH " is a folder's path", path);
    if (len >= sizeof walk.rest)
        return refuse(why, "the path is too long");
    strcpy(walk.rest, path);
    if (!look(&walk, why))
        return false;
    while (next(&walk, component))
        if (!step(&walk, component, why))
            return false;
    return program_right(&walk, why);
}
