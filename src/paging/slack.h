#ifndef ERWATCH_PAGING_SLACK_H
#define ERWATCH_PAGING_SLACK_H

#include "paging/wire.h"

/** Longest channel id or time stamp that is remembered. */
#define SLACK_WORD_MAX 63

/** What was remembered is no longer there; see slack.c. */
#define SLACK_GONE "gone"

#endif
