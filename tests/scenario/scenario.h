#ifndef ERWATCH_TESTS_SCENARIO_H
#define ERWATCH_TESTS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A story as text: settings, what happens when, and what is expected. Only the form is read here (README.md). */

#define TOKENS_MAX 32

enum step_kind { STEP_SETTING, STEP_EVENT, STEP_EXPECT };

struct step {
    enum step_kind kind;
    unsigned line;
    int64_t at_ms; /* on the story's clock */
    bool by;       /* an expectation that may come true earlier, after the line before */
    size_t count;
    char *token[TOKENS_MAX];
};

struct scenario {
    const char *path;
    const char *title; /* the first line, a comment */
    char *text;        /* the tokens point into it */
    struct step *step;
    size_t count;
};

/**
 * Read a file.
 *
 * @param line, why  set when it cannot be read: where and what is wrong
 */
bool scenario_read(const char *path, struct scenario *out, unsigned *line, const char **why);
/** The same from a text, which is the scenario's from then on. */
bool scenario_parse(const char *path, char *text, struct scenario *out, unsigned *line, const char **why);
void scenario_free(struct scenario *scenario);

/** "90s", "1h30m", "2d", "1500ms". */
bool duration_read(const char *text, int64_t *ms);

/** The reverse: "1m30s". Returns @p text. */
#define DURATION_TEXT_MAX 48
const char *duration_write(int64_t ms, char text[DURATION_TEXT_MAX]);

/** Is this token `key=value` with that key? Then the value, else NULL. */
const char *value_of(const char *token, const char *key);

#endif
