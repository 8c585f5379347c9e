/*
 * Log entries as they are sent, and what happens to them when standard error is all there is. How journald sees them
 * is tests/integration/journal.sh.
 */
#include "config.h"

#include "io/journal.h"
#include "io/journal_record.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(journal, .fini = leaks_fail, .timeout = 60);

/* ---- records ---- */

static struct journal_entry entry_of(const char *message)
{
    return (struct journal_entry){ .priority = LOG_ERR, .message = message, .file = "src/x.c", .line = 12,
                                   .function = "f" };
}

static bool field_is(const struct iovec *field, const char *text)
{
    return field->iov_len == strlen(text) && memcmp(field->iov_base, text, field->iov_len) == 0;
}

Test(journal, fields_in_order)
{
    static const char *const expected[] = {
        "MESSAGE=London 1: no\nroutes", "PRIORITY=3", "MESSAGE_ID=0123456789abcdef0123456789abcdef",
        "SYSLOG_IDENTIFIER=erwatchd", "CODE_FILE=src/x.c", "CODE_LINE=12", "CODE_FUNC=f",
        "ERWATCH_RULE=42", "ERWATCH_CIRCUIT=\\x1b[2Jx\nERWATCH_RULE=1", "ERWATCH_OLD=",
    };
    const struct journal_field fields[] = { { "ERWATCH_RULE", "42" },
                                            { "ERWATCH_PEERING", NULL },
                                            { "ERWATCH_CIRCUIT", "\x1b[2Jx\nERWATCH_RULE=1" },
                                            { "ERWATCH_OLD", "" } };
    struct journal_entry entry = entry_of("London 1: no\nroutes");
    struct iovec sent[JOURNAL_RECORD_FIELDS];

    entry.message_id = "0123456789abcdef0123456789abcdef";
    entry.fields = fields;
    entry.field_count = 4;
    struct journal_record *record = journal_record_new("erwatchd", &entry);
    int count = journal_record_fields(record, sent);
    cr_assert_eq(count, (int)(sizeof expected / sizeof *expected));
    for (int i = 0; i < count; i++)
        cr_expect(field_is(&sent[i], expected[i]), "%.*s", (int)sent[i].iov_len, (char *)sent[i].iov_base);
    cr_expect_geq(journal_record_bytes(record), 200);
    journal_record_free(record);
}

Test(journal, without_place_and_id)
{
    struct journal_entry entry = { .priority = LOG_INFO, .message = "" };
    struct iovec sent[JOURNAL_RECORD_FIELDS];
    struct journal_record *record = journal_record_new("x", &entry);

    cr_assert_eq(journal_record_fields(record, sent), 3);
    cr_expect(field_is(&sent[0], "MESSAGE="));
    journal_record_free(record);
    journal_record_free(NULL);
}

static char *long_text(const char *unit, size_t len)
{
    char *text = malloc(len + 8);
    size_t at = 0;

    for (; at < len; at += strlen(unit))
        memcpy(text + at, unit, strlen(unit));
    text[at] = '\0';
    return text;
}

Test(journal, values_are_bounded)
{
    static const struct {
        const char *what, *unit;
        size_t len, least, most;
    } rows[] = {
        { "as long as may be", "a", JOURNAL_VALUE_MAX, JOURNAL_VALUE_MAX, JOURNAL_VALUE_MAX },
        { "one byte more", "a", JOURNAL_VALUE_MAX + 1, JOURNAL_VALUE_MAX, JOURNAL_VALUE_MAX },
        { "two bytes each", "\xc3\xbc", 10000, JOURNAL_VALUE_MAX - 1, JOURNAL_VALUE_MAX },
        { "three bytes each", "\xe6\x9d\xb1", 10000, JOURNAL_VALUE_MAX - 2, JOURNAL_VALUE_MAX },
        { "four bytes each", "\xf0\x9f\x9a\x80", 10000, JOURNAL_VALUE_MAX - 3, JOURNAL_VALUE_MAX },
        { "longer once they are visible", "\x1b", 3000, JOURNAL_VALUE_MAX - 4, JOURNAL_VALUE_MAX },
        { "a megabyte", "a", 1000000, JOURNAL_VALUE_MAX, JOURNAL_VALUE_MAX },
    };
    struct iovec sent[JOURNAL_RECORD_FIELDS];

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = long_text(rows[i].unit, rows[i].len);
        struct journal_entry entry = entry_of(text);
        struct journal_record *record = journal_record_new("x", &entry);
        (void)journal_record_fields(record, sent);
        size_t len = sent[0].iov_len - strlen("MESSAGE=");
        bool cut = memcmp((char *)sent[0].iov_base + sent[0].iov_len - 3, "…", 3) == 0;
        cr_expect(len >= rows[i].least && len <= rows[i].most, "%s: %zu", rows[i].what, len);
        cr_expect_eq(cut, i != 0, "%s", rows[i].what);
        journal_record_free(record);
        free(text);
    }
}

Test(journal, fields_are_bounded)
{
    struct journal_field *fields = malloc(2 * JOURNAL_FIELDS_MAX * sizeof *fields);
    struct journal_entry entry = entry_of("many");
    struct iovec sent[JOURNAL_RECORD_FIELDS];

    for (size_t i = 0; i < 2 * JOURNAL_FIELDS_MAX; i++)
        fields[i] = (struct journal_field){ "ERWATCH_LABEL_X", "1" };
    entry.message_id = "0123456789abcdef0123456789abcdef";
    entry.fields = fields;
    entry.field_count = 2 * JOURNAL_FIELDS_MAX;
    struct journal_record *record = journal_record_new("x", &entry);
    cr_expect_eq(journal_record_fields(record, sent), JOURNAL_RECORD_FIELDS);
    journal_record_free(record);
    free(fields);
}

Test(journal, lines)
{
    char line[JOURNAL_LINE_MAX], *text = long_text("a", 20000);
    struct journal_entry entry = entry_of("two\nlines\r\n<0>\x1b[31m");
    struct journal_record *record = journal_record_new("x", &entry);

    cr_expect_eq(journal_record_line(record, true, line), strlen(line));
    cr_expect_str_eq(line, "<3>two lines\\x0d <0>\\x1b[31m\n");
    journal_record_line(record, false, line);
    cr_expect_str_eq(line, "two lines\\x0d <0>\\x1b[31m\n");
    journal_record_free(record);

    entry.message = text;
    record = journal_record_new("x", &entry);
    cr_expect_eq(journal_record_line(record, true, line), JOURNAL_VALUE_MAX + 4);
    cr_expect_eq(line[JOURNAL_VALUE_MAX + 3], '\n');
    journal_record_free(record);
    free(text);
}

Test(journal, names)
{
    static const struct {
        const char *name;
        bool ok;
    } rows[] = {
        { "MESSAGE", true },  { "ERWATCH_LABEL_SITE2", true }, { "A", true }, { "", false },   { "_PID", false },
        { "lower", false },   { "WITH SPACE", false },         { "2A", false }, { "A=B", false }, { "A\nB", false },
        { "A234567890123456789012345678901234567890123456789012345678901234", true },
        { "A2345678901234567890123456789012345678901234567890123456789012345", false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(journal_name_ok(rows[i].name), rows[i].ok, "%s", rows[i].name);
}

Test(journal, a_wrong_name_is_our_mistake, .signal = SIGABRT)
{
    struct journal_field field = { "_PID", "1" };
    struct journal_entry entry = entry_of("x");

    entry.fields = &field;
    entry.field_count = 1;
    journal_record_free(journal_record_new("x", &entry));
}

/* ---- standard error is all there is ---- */

static int reader = -1, saved = -1;

static void only_standard_error(void)
{
    struct stat st;
    int ends[2];

    if (stat("/run/systemd/journal/socket", &st) == 0)
        cr_skip_test("journald is here; tests/integration/journal.sh covers this");
    unsetenv("JOURNAL_STREAM");
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    reader = ends[0];
    saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
}

static void standard_error_back(void)
{
    if (saved < 0)
        return;
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(reader);
    leaks_fail();
}

static void read_all(char *text, size_t size)
{
    size_t len = 0;
    ssize_t got;

    dup2(saved, STDERR_FILENO); /* closes the last writing end, so that the end is seen */
    while (len + 1 < size && (got = read(reader, text + len, size - 1 - len)) > 0)
        len += (size_t)got;
    text[len] = '\0';
}

Test(journal, one_line_each, .init = only_standard_error, .fini = standard_error_back)
{
    struct loop *loop = loop_new();
    struct journal *journal = journal_new(loop, "erwatchd", false);
    char text[1024];

    journal_say(journal, LOG_WARNING, "%s is %s", "a\nb", "down");
    journal_say(journal, LOG_DEBUG, "not verbose");
    journal_say(journal, LOG_INFO, "second");
    journal_free(journal, 10000);
    loop_free(loop);
    read_all(text, sizeof text);
    cr_expect_str_eq(text, "a b is down\nsecond\n");
}

Test(journal, the_stream_of_journald_gets_priorities, .init = only_standard_error, .fini = standard_error_back)
{
    struct loop *loop = loop_new();
    char text[1024], stream[64];
    struct stat st;

    cr_assert_eq(fstat(STDERR_FILENO, &st), 0);
    snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    struct journal *journal = journal_new(loop, "erwatchd", true);
    journal_say(journal, LOG_CRIT, "first");
    journal_say(journal, LOG_DEBUG, "verbose");
    journal_free(journal, 10000);
    strcat(stream, "0");
    setenv("JOURNAL_STREAM", stream, 1);
    journal = journal_new(loop, "erwatchd", false);
    journal_say(journal, LOG_CRIT, "redirected since");
    journal_free(journal, 10000);
    loop_free(loop);
    read_all(text, sizeof text);
    cr_expect_str_eq(text, "<2>first\n<7>verbose\nredirected since\n");
}

#define FLOOD 40000

struct flood {
    struct loop *loop;
    struct journal *journal;
    struct timer *timer;
    unsigned ticks;
};

static void tick(void *context, struct moment now)
{
    struct flood *flood = context;

    if (++flood->ticks == 20)
        loop_stop(flood->loop);
    else
        timer_set(flood->timer, mono_after(now.mono, 1));
}

static void read_what_is_there(char *text, size_t size, size_t *len)
{
    ssize_t got;

    while ((got = read(reader, text + *len, size - 1 - *len)) > 0)
        *len += (size_t)got;
    text[*len] = '\0';
}

/* Reads the pipe until every entry was written or given up, and the losses were told. */
static void read_until_done(struct flood *flood, char *text, size_t size)
{
    size_t len = 0;

    (void)fcntl(reader, F_SETFL, O_NONBLOCK);
    for (struct journal_figures figures = { 0 }; figures.written + figures.lost <= FLOOD;) {
        read_what_is_there(text, size, &len);
        flood->ticks = 19;
        timer_set(flood->timer, loop_now(flood->loop).mono);
        loop_run(flood->loop);
        figures = journal_figures(flood->journal);
    }
    read_what_is_there(text, size, &len);
}

Test(journal, nobody_reads_and_the_loop_goes_on, .init = only_standard_error, .fini = standard_error_back)
{
    struct flood flood = { .loop = loop_new() };
    size_t size = FLOOD * 32;
    char *text = malloc(size), told[128];

    flood.journal = journal_new(flood.loop, "erwatchd", false);
    flood.timer = timer_new(flood.loop, tick, &flood);
    for (unsigned i = 0; i < FLOOD; i++)
        journal_say(flood.journal, LOG_INFO, "entry %u", i);
    uint64_t lost = journal_figures(flood.journal).lost;
    cr_expect_gt(lost, 0, "the queue has a bound");
    cr_expect_gt(journal_figures(flood.journal).waiting, 1000);
    timer_set(flood.timer, loop_now(flood.loop).mono);
    loop_run(flood.loop);
    cr_expect_eq(flood.ticks, 20, "the loop turns while the thread waits");
    read_until_done(&flood, text, size);
    cr_expect_eq(journal_figures(flood.journal).lost, lost);
    cr_expect_eq(journal_figures(flood.journal).written, FLOOD - lost + 1);
    timer_free(flood.timer);
    journal_free(flood.journal, 10000);
    loop_free(flood.loop);
    snprintf(told, sizeof told, "%ju log entries were lost", (uintmax_t)lost);
    cr_expect_not_null(strstr(text, told), "%s", told);
    free(text);
}

extern void __lsan_disable(void) __attribute__((weak));
extern void __lsan_enable(void) __attribute__((weak));

/* What a thread has that is left behind stays with it: no leak to speak of in a process that ends. */
Test(journal, leaving_does_not_wait_for_ever, .init = only_standard_error, .fini = standard_error_back)
{
    struct loop *loop = loop_new();
    struct journal *journal = journal_new(loop, "erwatchd", false);

    if (__lsan_disable != NULL)
        __lsan_disable();
    for (unsigned i = 0; i < 20000; i++)
        journal_say(journal, LOG_INFO, "entry %u", i);
    if (__lsan_enable != NULL)
        __lsan_enable();
    journal_free(journal, 20);
    loop_free(loop);
    journal_free(NULL, 0);
}
