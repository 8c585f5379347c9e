/* The folder of more circuits, circuits.d, and which of its files count. */
#include "config/parts.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool counts(const char *name)
{
    static const char ending[] = ".yaml";
    size_t len = strlen(name);

    return name[0] != '.' && len > strlen(ending) && strcmp(name + len - strlen(ending), ending) == 0;
}

static int compare(const void *left, const void *right)
{
    const char *const *a = left, *const *b = right;

    return strcmp(*a, *b);
}

static void add(struct parts *parts, const char *path)
{
    if ((parts->count & (parts->count - 1)) == 0) { /* full at each power of two */
        const char **larger = reallocarray(parts->path, parts->count > 0 ? parts->count * 2 : 1, sizeof *larger);
        if (larger == NULL)
            abort();
        parts->path = larger;
    }
    parts->path[parts->count++] = path;
}

static void read_names(DIR *folder, const char *path, struct arena *arena, struct diag *diag, struct parts *out)
{
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (!counts(entry->d_name))
            continue;
        if (out->count == PARTS_MAX) {
            diag_error(diag, (struct place){ path, 0, 0 }, "there are more than %d files", PARTS_MAX);
            return;
        }
        add(out, arena_format(arena, "%s/%s", path, entry->d_name));
    }
}

void parts_find(const char *file, struct arena *arena, struct diag *diag, struct parts *out)
{
    const char *slash = strrchr(file, '/');
    const char *path = arena_format(arena, "%.*scircuits.d", slash != NULL ? (int)(slash + 1 - file) : 0, file);
    DIR *folder = opendir(path);

    *out = (struct parts){ .path = NULL };
    if (folder == NULL) {
        if (errno != ENOENT)
            diag_error(diag, (struct place){ path, 0, 0 }, "cannot read it: %s", strerror(errno));
        return;
    }
    read_names(folder, path, arena, diag, out);
    (void)closedir(folder);
    if (out->count > 0)
        qsort(out->path, out->count, sizeof *out->path, compare);
}

void parts_fini(struct parts *parts)
{
    free(parts->path);
}
