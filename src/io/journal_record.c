/*
 * One log entry as it is sent: the fields one after the other in one block, each its length and "NAME=value". journald
 * frames fields by length, so no value can forge a field, whatever is in it; but control characters would pass through
 * to the terminal of whoever reads the journal, so values are made harmless here.
 */
#include "io/journal_record.h"

#include "io/harmless.h"
#include "io/memory.h"

#include <assert.h>
#include <stdint.h>
#include <syslog.h>

#define NAME_MOST 64 /* systemd's journal-file.c takes no longer ones */

struct journal_record {
    int priority;
    size_t message_at, message_len; /* the value of MESSAGE within text */
    size_t count, bytes, room;
    char *text;
};

bool journal_name_ok(const char *name)
{
    size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /* cppcheck-suppress arrayIndexOutOfBoundsCond ; strspn() stops at the end of any array */
    return len > 0 && len <= NAME_MOST && name[len] == '\0' && name[0] != '_' && (name[0] < '0' || name[0] > '9');
}

static void make_room(struct journal_record *record, size_t more)
{
    if (record->bytes + more <= record->room)
        return;
    record->room = record->bytes + more + 512;
    record->text = xrealloc(record->text, record->room);
}

/* Returns where in the text the value begins, for MESSAGE. */
static size_t add(struct journal_record *record, const char *name, const char *value)
{
    size_t name_len = strlen(name), len = strnlen(value, JOURNAL_VALUE_MAX + 1);
    uint32_t field_len;
    size_t room = HARMLESS_ROOM(len) < JOURNAL_VALUE_MAX + 1 ? HARMLESS_ROOM(len) : JOURNAL_VALUE_MAX + 1;

    assert(journal_name_ok(name) && record->count < JOURNAL_RECORD_FIELDS);
    make_room(record, sizeof field_len + name_len + 1 + room);
    char *field = record->text + record->bytes + sizeof field_len;
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): '=' and the value follow */
    memcpy(field, name, name_len);
    field[name_len] = '=';
    len = harmless_text(value, len, HARMLESS_KEEP_LINES, field + name_len + 1, room);
    field_len = (uint32_t)(name_len + 1 + len);
    memcpy(field - sizeof field_len, &field_len, sizeof field_len);
    record->bytes += sizeof field_len + field_len;
    record->count++;
    return record->bytes - len;
}

static void add_number(struct journal_record *record, const char *name, int value)
{
    char digits[16];

    snprintf(digits, sizeof digits, "%d", value);
    (void)add(record, name, digits);
}

static void add_place(struct journal_record *record, const struct journal_entry *entry)
{
    if (entry->file == NULL)
        return;
    (void)add(record, "CODE_FILE", entry->file);
    add_number(record, "CODE_LINE", entry->line);
    (void)add(record, "CODE_FUNC", entry->function != NULL ? entry->function : "");
}

struct journal_record *journal_record_new(const char *identifier, const struct journal_entry *entry)
{
    struct journal_record *record = xcalloc(1, sizeof *record);
    size_t fields = entry->field_count < JOURNAL_FIELDS_MAX ? entry->field_count : JOURNAL_FIELDS_MAX;

    assert(entry->priority >= LOG_EMERG && entry->priority <= LOG_DEBUG);
    record->priority = entry->priority;
    record->message_at = add(record, "MESSAGE", entry->message);
    record->message_len = record->bytes - record->message_at;
    add_number(record, "PRIORITY", entry->priority);
    if (entry->message_id != NULL)
        (void)add(record, "MESSAGE_ID", entry->message_id);
    (void)add(record, "SYSLOG_IDENTIFIER", identifier);
    add_place(record, entry);
    for (size_t i = 0; i < fields; i++)
        if (entry->fields[i].value != NULL)
            (void)add(record, entry->fields[i].name, entry->fields[i].value);
    record->text = xrealloc(record->text, record->bytes);
    record->room = record->bytes;
    return record;
}

void journal_record_free(struct journal_record *record)
{
    if (record == NULL)
        return;
    free(record->text);
    free(record);
}

size_t journal_record_bytes(const struct journal_record *record)
{
    return sizeof *record + record->bytes;
}

int journal_record_fields(const struct journal_record *record, struct iovec fields[JOURNAL_RECORD_FIELDS])
{
    char *at = record->text;
    uint32_t len;

    for (size_t i = 0; i < record->count; i++) {
        memcpy(&len, at, sizeof len);
        fields[i] = (struct iovec){ .iov_base = at + sizeof len, .iov_len = len };
        at += sizeof len + len;
    }
    return (int)record->count;
}

size_t journal_record_line(const struct journal_record *record, bool prefixed, char line[JOURNAL_LINE_MAX])
{
    size_t len = 0;

    if (prefixed)
        len = (size_t)snprintf(line, JOURNAL_LINE_MAX, "<%d>", record->priority);
    len += harmless_text(record->text + record->message_at, record->message_len, HARMLESS_ONE_LINE, line + len,
                         JOURNAL_LINE_MAX - len - 1);
    line[len++] = '\n';
    line[len] = '\0';
    return len;
}
