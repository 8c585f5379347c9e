/*
 * Files of time zones, as the system has installed them. A name is a path below one folder and cannot lead out of it; what
 * is read is bounded, and core/zone.c says whether it is a zone at all.
 */
#include "config/zone_file.h"

#include "config/nearest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/usr/share/zoneinfo"
#define NAMES_MAX 2000 /* tzdata has some 600 */
#define DEPTH_MAX 3    /* "America/Argentina/Buenos_Aires" */
#define PATH_ROOM 512

static const char *folder(void)
{
    const char *given = getenv("TZDIR");

    return given != NULL && given[0] == '/' ? given : FOLDER;
}

/* Letters, digits and what stands in names of zones; no empty part and no "..". */
static bool name_is_fine(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";

    return name[0] != '\0' && name[0] != '/' && name[strspn(name, allowed)] == '\0' && strstr(name, "//") == NULL &&
           name[strlen(name) - 1] != '/' && strlen(name) < 64;
}

static bool fail(char why[ZONE_WHY_MAX], int error)
{
    snprintf(why, ZONE_WHY_MAX, "%s", strerror(error));
    return false;
}

/* A regular file of a bounded size; never waits for a pipe or a device. */
static bool read_bytes(const char *path, struct arena *arena, const uint8_t **bytes, size_t *len,
                       char why[ZONE_WHY_MAX])
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat about;

    if (file < 0)
        return fail(why, errno);
    bool fine = fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= ZONE_FILE_MAX;
    uint8_t *room = fine ? arena_get(arena, (size_t)about.st_size + 1) : NULL;
    ssize_t got = fine ? read(file, room, (size_t)about.st_size) : -1;
    (void)close(file);
    if (got < 0 || got != about.st_size)
        return fail(why, fine ? EIO : EINVAL);
    *bytes = room;
    *len = (size_t)got;
    return true;
}

enum zone_found zone_file_read(const char *name, struct arena *arena, struct zone *zone, char why[ZONE_WHY_MAX])
{
    char path[PATH_ROOM];
    const uint8_t *bytes = NULL;
    size_t len = 0;
    struct stat about;

    if (stat(folder(), &about) != 0) {
        snprintf(why, ZONE_WHY_MAX, "no time zones are installed (package tzdata)");
        return ZONE_UNREADABLE;
    }
    if (!name_is_fine(name) || snprintf(path, sizeof path, "%s/%s", folder(), name) >= (int)sizeof path)
        return ZONE_NO_SUCH;
    if (stat(path, &about) != 0 ? errno == ENOENT || errno == ENOTDIR : !S_ISREG(about.st_mode))
        return ZONE_NO_SUCH;
    return read_bytes(path, arena, &bytes, &len, why) && zone_open(zone, bytes, len, why) ? ZONE_FOUND
                                                                                         : ZONE_UNREADABLE;
}

/* ---- what was meant ---- */

struct names {
    struct arena *arena;
    const char *name[NAMES_MAX];
    size_t count;
};

static void collect(struct names *names, const char *before, unsigned depth);

/* Zones and their folders begin with a capital; "posix", "right" and tables do not. */
static void collect_one(struct names *names, const char *before, const struct dirent *entry, unsigned depth)
{
    char path[PATH_ROOM];
    struct stat about;
    const char *name = arena_format(names->arena, "%s%s", before, entry->d_name);

    if (entry->d_name[0] < 'A' || entry->d_name[0] > 'Z' || !name_is_fine(name) ||
        snprintf(path, sizeof path, "%s/%s", folder(), name) >= (int)sizeof path || stat(path, &about) != 0)
        return;
    if (S_ISDIR(about.st_mode))
        collect(names, arena_format(names->arena, "%s/", name), depth + 1);
    else if (S_ISREG(about.st_mode) && names->count < NAMES_MAX)
        names->name[names->count++] = name;
}

static void collect(struct names *names, const char *before, unsigned depth)
{
    char path[PATH_ROOM];

    if (depth > DEPTH_MAX || snprintf(path, sizeof path, "%s/%s", folder(), before) >= (int)sizeof path)
        return;
    DIR *directory = opendir(path);
    if (directory == NULL)
        return;
    for (const struct dirent *entry = readdir(directory); entry != NULL && names->count < NAMES_MAX;
         entry = readdir(directory))
        collect_one(names, before, entry, depth);
    (void)closedir(directory);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

const char *zone_file_meant(const char *name, struct arena *arena)
{
    struct names *names = arena_get(arena, sizeof *names);

    names->arena = arena;
    collect(names, "", 0);
    qsort(names->name, names->count, sizeof *names->name, by_name); /* the first of equals does not hang on the folder */
    return nearest_word(name, names->name, names->count);
}
