#ifndef ERWATCH_TESTS_SCENARIO_WILD_H
#define ERWATCH_TESTS_SCENARIO_WILD_H

/**
 * A story made up from a number: an hour to a day of everything that can happen to three circuits, then all is well
 * again, then all sessions fall. Whatever was told on the way, nothing is open in between, and every loss is paged at
 * the end.
 *
 * @return its text; free() it
 */
char *wild_write(unsigned seed);

#endif
