#ifndef ERWATCH_TESTS_SIMULATION_PAGER_H
#define ERWATCH_TESTS_SIMULATION_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the receivers were told, and how they take it. */

enum pager { PAGER_PAGE, PAGER_CHAT, PAGER_EXTRA, PAGER_HOOK, PAGERS };

extern const char *const pager_names[PAGERS];

/** One incident, as a receiver knows it. */
struct known {
    struct known *next;
    char key[24];
    uint32_t episode, sequence;
    bool open;
    int rule;
    char circuit[32], path[16], severity[16], subject[160];
};

const struct known *pager_known(enum pager pager);
size_t pager_open(enum pager pager);

/** A notice, for a receiver that is a program of ours. */
void pager_hook_took(const char *body, size_t len, int64_t started_ms);

/** It is no longer in the settings, or in them again: it knows nothing. */
void pager_changed(enum pager pager);
/** settings.c: is it in them? */
bool settings_have(enum pager pager);

void pager_daemon_died(void);
void pager_reset(void);
void pager_storm(void);
void pager_calm(void);

#endif
