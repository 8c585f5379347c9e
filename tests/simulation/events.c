/* The event log, kept in memory: a run of a day is some hundred kilobytes. */
#include "events.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MOST 400

void events_fini(struct events *events)
{
    free(events->text);
    *events = (struct events){ 0 };
}

static void make_room(struct events *events)
{
    if (events->room - events->len > 2 * LINE_MOST)
        return;
    events->room = events->room * 2 + 65536;
    events->text = realloc(events->text, events->room);
    if (events->text == NULL)
        abort();
}

void events_add(struct events *events, int64_t at_ms, const char *format, ...)
{
    char line[LINE_MOST];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    make_room(events);
    events->len += (size_t)sprintf(events->text + events->len, "%3lldd %02lld:%02lld:%02lld.%03lld %s\n",
                                   (long long)(at_ms / 86400000), (long long)(at_ms / 3600000 % 24),
                                   (long long)(at_ms / 60000 % 60), (long long)(at_ms / 1000 % 60),
                                   (long long)(at_ms % 1000), line);
    events->lines++;
}

void events_tail(const struct events *events, size_t lines)
{
    const char *from = events->text + events->len;

    for (size_t found = 0; from > events->text; from--)
        if (from[-1] == '\n' && found++ == lines)
            break;
    fwrite(from, 1, (size_t)(events->text + events->len - from), stdout);
}
