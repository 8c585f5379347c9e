/* The log of a story and the report of its failure. */
#include "log.h"

#include "scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry *log_add(struct log *log, enum entry_kind kind, int64_t at_ms, const char *format, ...)
{
    char when[DURATION_TEXT_MAX];
    va_list list;

    if (log->count == log->room) {
        log->room = log->room > 0 ? log->room * 2 : 256;
        log->entry = realloc(log->entry, log->room * sizeof *log->entry);
        if (log->entry == NULL)
            abort();
    }
    struct entry *entry = &log->entry[log->count++];
    memset(entry, 0, sizeof *entry);
    entry->kind = (uint8_t)kind;
    entry->at_ms = at_ms;
    int used = snprintf(entry->line, sizeof entry->line, "%10s  ", duration_write(at_ms, when));
    va_start(list, format);
    vsnprintf(entry->line + used, sizeof entry->line - (size_t)used, format, list);
    va_end(list);
    return entry;
}

void log_lose(struct log *log, size_t count)
{
    size_t kept = count;

    for (size_t i = count; i < log->count; i++) {
        if (log->entry[i].kind == ENTRY_NOTE)
            log->entry[kept++] = log->entry[i];
        else
            free(log->entry[i].says);
    }
    log->count = kept;
}

void log_fini(struct log *log)
{
    for (size_t i = 0; i < log->count; i++)
        free(log->entry[i].says);
    free(log->entry);
    *log = (struct log){ 0 };
}

void report_fail(struct report *report, const char *format, ...)
{
    va_list list;

    if (report->failed)
        return; /* what follows from the first failure explains nothing */
    report->failed = true;
    int used = snprintf(report->text, sizeof report->text, "%s:%u: ", report->path, report->line);
    va_start(list, format);
    vsnprintf(report->text + used, sizeof report->text - (size_t)used, format, list);
    va_end(list);
}
