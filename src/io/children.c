/*
 * The children of this process, as the kernel lists them in /proc, by thread. A process whose parent ends becomes the
 * child of one of our threads when we are its subreaper, so all threads are asked. The list may miss one that comes or
 * goes meanwhile (proc(5)); whoever looks will be told of its end by SIGCHLD and look again.
 */
#include "io/children.h"

#include <dirent.h>
#include <stdio.h>

static void children_of_thread(const char *thread, void (*each)(void *context, pid_t pid), void *context)
{
    char path[sizeof "/proc/self/task//children" + 256];
    int pid;

    snprintf(path, sizeof path, "/proc/self/task/%.255s/children", thread);
    FILE *list = fopen(path, "re");
    if (list == NULL)
        return;
    while (fscanf(list, "%d", &pid) == 1)
        each(context, pid);
    fclose(list);
}

void children_each(void (*each)(void *context, pid_t pid), void *context)
{
    DIR *threads = opendir("/proc/self/task");

    if (threads == NULL)
        return;
    for (struct dirent *entry = readdir(threads); entry != NULL; entry = readdir(threads))
        if (entry->d_name[0] != '.')
            children_of_thread(entry->d_name, each, context);
    closedir(threads);
}
