#ifndef ERWATCH_TESTS_NOTICE_BED_H
#define ERWATCH_TESTS_NOTICE_BED_H

#include "paging/paging.h"

/* Example notices, one for each file in tests/data/notice/. */

struct notice_bed {
    struct notice notice;
    struct incident incident;
    struct story story;
    struct circuit_settings circuit;
    struct label labels[80];
    char name[20001], long_text[20001];
    struct sample *sample;
};

enum example {
    EXAMPLE_RAISED,
    EXAMPLE_CHANGED,
    EXAMPLE_CLEARED,
    EXAMPLE_CREDENTIAL,
    EXAMPLE_TEST,
    EXAMPLE_HOSTILE,
    EXAMPLES
};

extern const char *const example_names[EXAMPLES]; /* "raised" … */

/** Heap; notice_bed_free(). */
struct notice_bed *notice_bed_new(enum example example);
void notice_bed_free(struct notice_bed *bed);

#endif
