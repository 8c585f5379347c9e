/* erwatchd: options, then the daemon. */
#include "app/app.h"

#include <stdlib.h>

enum { EXIT_USAGE = 2 };

int main(int argc, char **argv)
{
    struct options options;

    switch (options_read(argc, argv, &options)) {
    case OPTIONS_DONE:
        return EXIT_SUCCESS;
    case OPTIONS_WRONG:
        return EXIT_USAGE;
    default:
        return app_run(&options);
    }
}
