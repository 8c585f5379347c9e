/* The command line: options, what the service manager says in the environment, and the built-in places. */
#include "app/options.h"

#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { OPTION_STATE = 256, OPTION_RUN, OPTION_TRY };

static const struct option long_options[] = {
    { "config", required_argument, NULL, 'c' },       { "check", no_argument, NULL, 'n' },
    { "verbose", no_argument, NULL, 'v' },            { "version", no_argument, NULL, 'V' },
    { "state", required_argument, NULL, OPTION_STATE }, { "run", required_argument, NULL, OPTION_RUN },
    { "try", no_argument, NULL, OPTION_TRY },         { "help", no_argument, NULL, 'h' },
    { NULL, 0, NULL, 0 },
};

static const char help[] =
    "Usage: erwatchd [-v] [-c FILE] [--state DIR] [--run DIR]\n"
    "       erwatchd -n [--try] [-v] [-c FILE]\n"
    "Watch Azure ExpressRoute circuits and page when something is wrong with one.\n"
    "\n"
    "  -c, --config FILE  settings (default " ERWATCH_SYSCONFDIR "/erwatch.yaml)\n"
    "  -n, --check        check the settings, say what would be watched, and exit\n"
    "      --try          with -n: sign in, too, make one read of every kind that the\n"
    "                     settings need, and say which work\n"
    "      --state DIR    where incidents and undelivered notices are kept\n"
    "                     (default $STATE_DIRECTORY, else " ERWATCH_STATEDIR ")\n"
    "      --run DIR      where the control socket is\n"
    "                     (default $RUNTIME_DIRECTORY, else " ERWATCH_RUNDIR ")\n"
    "  -v, --verbose      log what is asked and answered, too\n"
    "  -V, --version      print the version and exit\n"
    "  -h, --help         print this and exit\n"
    "\n"
    "SIGHUP or `erwatchctl reload` reads the settings again. The manual: erwatchd(8).\n";

static const char *place(const char *variable, const char *standard)
{
    const char *set = getenv(variable);

    return set != NULL && set[0] == '/' ? set : standard;
}

enum options_end options_read(int argc, char **argv, struct options *out)
{
    *out = (struct options){ .settings = ERWATCH_SYSCONFDIR "/erwatch.yaml",
                             .state_dir = place("STATE_DIRECTORY", ERWATCH_STATEDIR),
                             .run_dir = place("RUNTIME_DIRECTORY", ERWATCH_RUNDIR) };
    for (int option; (option = getopt_long(argc, argv, "c:nvVh", long_options, NULL)) != -1;) {
        switch (option) {
        case 'c':
            out->settings = optarg;
            break;
        case 'n':
            out->check = true;
            break;
        case 'v':
            out->verbose = true;
            break;
        case OPTION_TRY:
            out->trial = true;
            break;
        case OPTION_STATE:
            out->state_dir = optarg;
            break;
        case OPTION_RUN:
            out->run_dir = optarg;
            break;
        case 'V':
            puts("erwatchd " PACKAGE_VERSION);
            return OPTIONS_DONE;
        case 'h':
            fputs(help, stdout);
            return OPTIONS_DONE;
        default:
            fputs("Try `erwatchd --help`.\n", stderr);
            return OPTIONS_WRONG;
        }
    }
    if (out->trial && !out->check) {
        fputs("erwatchd: --try goes with -n\nTry `erwatchd --help`.\n", stderr);
        return OPTIONS_WRONG;
    }
    if (optind == argc)
        return OPTIONS_GO;
    fprintf(stderr, "erwatchd: \"%s\" is no option\nTry `erwatchd --help`.\n", argv[optind]);
    return OPTIONS_WRONG;
}
