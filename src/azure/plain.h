#ifndef ERWATCH_AZURE_PLAIN_H
#define ERWATCH_AZURE_PLAIN_H

#include <stddef.h>

/**
 * Titles and summaries of Azure's services are written by people, some of them in HTML: make a plain text of one line.
 * Tags, comments and what is inside <script> and <style> go, entities become characters, runs of blanks one blank;
 * control characters and those that change the direction of a text go, too. UTF-8, cut at a character.
 *
 * @param text  valid UTF-8 without NUL, @p len bytes
 */
void plain_text(char *out, size_t size, const char *text, size_t len);

#endif
