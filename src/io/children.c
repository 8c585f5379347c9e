/*
 * The children of this process, as the kernel lists them in /proc, by thread. A process whose parent ends becomes the
 * child of one of our threads when we are its subreaper, so all threads are asked. The whole list is read before
 * anybody acts on it: it is read by position, so one that is waited for meanwhile would make others be skipped. Those
 * that come later are told of by SIGCHLD, when they end or their parent does.
 */
#include "io/children.h"

#include "io/memory.h"

#include <dirent.h>

struct list {
    pid_t *pids;
    size_t count, room;
};

static void add(struct list *list, pid_t pid)
{
    if (list->count == list->room) {
        list->room = list->room * 2 + 16;
        list->pids = xrealloc(list->pids, list->room * sizeof *list->pids);
    }
    list->pids[list->count++] = pid;
}

static void add_children_of(const char *thread, struct list *list)
{
    char path[sizeof "/proc/self/task//children" + 256];
    int pid;

    snprintf(path, sizeof path, "/proc/self/task/%.255s/children", thread);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    /* NOLINTNEXTLINE(cert-err34-c): the kernel writes process numbers */
    while (fscanf(file, "%d", &pid) == 1)
        add(list, pid);
    fclose(file);
}

void children_each(void (*each)(void *context, pid_t pid), void *context)
{
    struct list list = { 0 };
    DIR *threads = opendir("/proc/self/task");

    if (threads == NULL)
        return;
    for (struct dirent *entry = readdir(threads); entry != NULL; entry = readdir(threads))
        if (entry->d_name[0] != '.')
            add_children_of(entry->d_name, &list);
    closedir(threads);
    for (size_t i = 0; i < list.count; i++)
        each(context, list.pids[i]);
    free(list.pids);
}
