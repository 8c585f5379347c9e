#ifndef ERWATCH_TESTS_VIEW_CASE_H
#define ERWATCH_TESTS_VIEW_CASE_H

#include "web/view.h"

/*
 * A daemon in miniature for the tests of the API and of erwatchctl: six circuits in different trouble, one of them with a
 * name made to attack a terminal. All of it is made up; addresses are those for documentation.
 */

enum view_case_number { CASE_GOOD, CASE_ONE_PATH, CASE_PREFIXES, CASE_ORDERED, CASE_BLIND, CASE_HOSTILE, CASES };

/** ESC, a C1 control, a right-to-left override, a bell and a line end. */
#define CASE_HOSTILE_NAME "evil\033[31m\xc2\x9b" "31m\xe2\x80\xae" "gnp\a\nx"

struct view_case {
    struct circuit_settings settings;
    struct sample sample;
    struct witness witness;
    struct facts facts;
    struct failure failure;
    struct incident incident[2];
    struct incident_view incident_view[2];
    struct story story;
    struct circuit_view view;
};

extern const struct moment view_case_now; /* 2026-11-21T21:00:00Z */

/** Fill in one of them; the struct is large, keep it off the stack. */
void view_case_make(struct view_case *it, enum view_case_number number);

/** What the daemon says of itself. */
struct daemon_view view_case_daemon(void);
struct loop_view view_case_loop(void);

#endif
