#ifndef ERWATCH_AZURE_TEXT_H
#define ERWATCH_AZURE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Texts of requests and answers: comparing, making harmless, and building with percent-encoding. */

/** Is @p text, @p len bytes, this word, without regard to the case of ASCII letters? */
bool text_is(const char *text, size_t len, const char *word);

/** Where @p text contains this word, without regard to case; @p len when it does not. */
size_t text_find(const char *text, size_t len, const char *word);

/**
 * Copy for a log: blanks around it removed, anything but printable ASCII replaced by '?', cut to @p size - 1 bytes.
 */
void text_copy(char *out, size_t size, const char *text, size_t len);

/**
 * Copy the first sentence of a message of a service for a log. Words that could be a secret or say nothing to a reader
 * (URLs; twenty bytes or more with a digit in them: tokens, keys, GUIDs) become "(...)".
 */
void text_copy_sentence(char *out, size_t size, const char *text, size_t len);

/** Like snprintf(), for a sentence that may be cut. */
void text_print(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * A text of known greatest length, allocated once and never moved, so that a secret in it has one place only.
 * More than @p room bytes is our own mistake.
 */
struct line {
    char *text; /* always ends in NUL; free() it */
    size_t len, room;
};

void line_init(struct line *line, size_t room);
void line_add(struct line *line, const char *text);
void line_add_part(struct line *line, const char *text, size_t len);
/** As a JSON string with its quotes: LINE_JSON_MOST bytes for each at most, and two. */
#define LINE_JSON_MOST 6
void line_add_json(struct line *line, const char *text);
/** Percent-encode all but unreserved characters (RFC 3986) and those in @p keep: three bytes for each at most. */
void line_add_encoded(struct line *line, const char *text, size_t len, const char *keep);

#endif
