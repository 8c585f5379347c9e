/* erwatchd: options, then the daemon. */
#include "app/app.h"

#include <malloc.h>
#include <stdlib.h>

enum { EXIT_USAGE = 2 };

int main(int argc, char **argv)
{
    struct options options;

    /* The loop does nearly all of the work. An arena for each thread, those that look up names among them, would only add
       holes that nothing gives back: give_memory_back() sees one. Nobody holds its lock while he waits for anything. */
    (void)mallopt(M_ARENA_MAX, 1);
    switch (options_read(argc, argv, &options)) {
    case OPTIONS_DONE:
        return EXIT_SUCCESS;
    case OPTIONS_WRONG:
        return EXIT_USAGE;
    default:
        return app_run(&options);
    }
}
