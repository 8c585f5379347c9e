/*
 * A bounded text builder. Names and words from outside may be thousands of bytes of anything; here they only become
 * short enough. Making them harmless (control characters, quoting) is the business of whoever prints them.
 */
#include "core/text.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ELLIPSIS "…"
#define GUID_LENGTH 36

void text_init(struct text *text, char *at, size_t room)
{
    assert(room >= 8);
    *text = (struct text){ .at = at, .room = room };
    at[0] = '\0';
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

size_t text_fit(const char *text, size_t len, size_t most)
{
    size_t fit = most;

    if (len <= most)
        return len;
    while (fit > 0 && most - fit < 3 && continues(text[fit]))
        fit--;
    return continues(text[fit]) ? most : fit; /* no UTF-8 at all: any cut is as good */
}

/* It does not fit: make room for the sign that says so. */
static void close_full(struct text *text)
{
    size_t most = text->room - sizeof ELLIPSIS;

    text->used = text_fit(text->at, text->used, most);
    memcpy(text->at + text->used, ELLIPSIS, sizeof ELLIPSIS);
    text->used += sizeof ELLIPSIS - 1;
    text->full = true;
}

void text_add_bytes(struct text *text, const char *add, size_t len)
{
    if (text->full)
        return;
    size_t left = text->room - text->used - 1;
    size_t fit = len < left ? len : left;
    memcpy(text->at + text->used, add, fit);
    text->used += fit;
    text->at[text->used] = '\0';
    if (fit < len)
        close_full(text);
}

void text_add(struct text *text, const char *add)
{
    text_add_bytes(text, add, strlen(add));
}

void text_addf(struct text *text, const char *format, ...)
{
    va_list list;

    if (text->full)
        return;
    size_t left = text->room - text->used;
    va_start(list, format);
    int len = vsnprintf(text->at + text->used, left, format, list);
    va_end(list);
    assert(len >= 0);
    if ((size_t)len < left) {
        text->used += (size_t)len;
        return;
    }
    text->used = text->room - 1;
    close_full(text);
}

void text_add_cut(struct text *text, const char *add, size_t most)
{
    size_t len = strnlen(add, most + 1);
    size_t fit = text_fit(add, len, most);

    text_add_bytes(text, add, fit);
    if (fit < len)
        text_add(text, ELLIPSIS);
}

static size_t hex_digits(const char *at, size_t most)
{
    size_t count = 0;

    while (count < most && isxdigit((unsigned char)at[count]))
        count++;
    return count;
}

/* How many bytes at `at` are a GUID, or the beginning of one that was cut; 0 when it is none. */
static size_t guid_span(const char *at, const char *end)
{
    size_t len = (size_t)(end - at), span = 0;

    if (hex_digits(at, len) != 8 || len < 14 || at[8] != '-' || hex_digits(at + 9, len - 9) != 4 || at[13] != '-')
        return 0;
    while (span < len && span < GUID_LENGTH && (isxdigit((unsigned char)at[span]) || at[span] == '-'))
        span++;
    return span;
}

void text_add_foreign(struct text *text, const char *add, size_t most)
{
    size_t len = strnlen(add, most + 1);
    const char *end = add + text_fit(add, len, most), *plain = add;

    for (const char *at = add; at < end;) {
        size_t span = at > add && isxdigit((unsigned char)at[-1]) ? 0 : guid_span(at, end);
        if (span == 0) {
            at++;
            continue;
        }
        text_add_bytes(text, plain, (size_t)(at - plain));
        text_add(text, ELLIPSIS);
        plain = span == GUID_LENGTH ? at + GUID_LENGTH - 4 : at + span;
        at += span;
    }
    text_add_bytes(text, plain, (size_t)(end - plain));
    if (end < add + len)
        text_add(text, ELLIPSIS);
}
