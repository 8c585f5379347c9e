#ifndef ERWATCH_CTL_SILENCE_H
#define ERWATCH_CTL_SILENCE_H

#include <stdbool.h>
#include <stddef.h>

/* What `silence add` was told on the command line. */

#define WORDS_MAX 32

struct words {
    const char *word[WORDS_MAX];
    size_t count;
};

struct silence_words {
    const char *span, *until, *why, *circuit, *incident; /* NULL: not said */
    struct words rules, severities, owners, labels;
};

/**
 * The body of the request that makes the silence.
 *
 * @param all  --all: it has no condition
 * @param out  heap; set when nothing is wrong
 * @return     NULL, or what is wrong: a sentence without a full stop
 */
const char *silence_body(const struct silence_words *said, bool all, char **out);

/** The body of the request that acknowledges, with what was said of --for and --why. As silence_body(). */
const char *ack_body(const struct silence_words *said, bool sticky, char **out);

#endif
