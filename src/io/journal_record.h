#ifndef ERWATCH_IO_JOURNAL_RECORD_H
#define ERWATCH_IO_JOURNAL_RECORD_H

#include "io/journal.h"

#include <sys/uio.h>

/* One log entry as it is sent: a copy that belongs to whoever has it. For the files of the journal only. */

#define JOURNAL_RECORD_FIELDS (JOURNAL_FIELDS_MAX + 7)

struct journal_record;

struct journal_record *journal_record_new(const char *identifier, const struct journal_entry *entry);
void journal_record_free(struct journal_record *record);

/** What it takes in memory. */
size_t journal_record_bytes(const struct journal_record *record);
/** As sd_journal_sendv() wants it, pointing into the record. @return how many */
int journal_record_fields(const struct journal_record *record, struct iovec fields[JOURNAL_RECORD_FIELDS]);

#define JOURNAL_LINE_MAX (JOURNAL_VALUE_MAX + 8)

/**
 * As one line for standard error: the message, its line ends replaced, and a line end.
 *
 * @param prefixed  begin with the priority as sd-daemon(3) has it
 * @return          length of @p line
 */
size_t journal_record_line(const struct journal_record *record, bool prefixed, char line[JOURNAL_LINE_MAX]);

#endif
