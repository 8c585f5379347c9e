#ifndef ERWATCH_APP_OPTIONS_H
#define ERWATCH_APP_OPTIONS_H

#include <stdbool.h>

/* The command line of erwatchd. */

struct options {
    const char *settings;  /* -c */
    const char *state_dir; /* --state, $STATE_DIRECTORY, or the built-in one */
    const char *run_dir;   /* --run, $RUNTIME_DIRECTORY, or the built-in one */
    bool check;            /* -n */
    bool trial;            /* --try, with -n */
    bool verbose;          /* -v */
};

enum options_end {
    OPTIONS_GO,   /* run */
    OPTIONS_DONE, /* --help or -V has been answered */
    OPTIONS_WRONG /* said on standard error */
};

enum options_end options_read(int argc, char **argv, struct options *out);

#endif
