/*
 * The log. sd_journal_sendv() waits when journald does not read (a dozen entries are enough), so a thread of our own
 * sends, out of a queue bounded in entries and bytes; the loop only copies. What finds no room is counted, and the
 * count is an entry of its own once the thread gets through again. When journald is not there the library reports
 * success all the same, so its socket is looked for before each entry; standard error gets the line then.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION 1 /* its macros would give this file's; ours are the caller's */

#include "io/journal.h"

#include "io/journal_record.h"
#include "io/memory.h"
#include "io/worker.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#define SOCKET "/run/systemd/journal/socket" /* sd_journal_sendv()'s, fixed */
#define QUEUE_ENTRIES 16384
#define QUEUE_BYTES (8 * 1024 * 1024)

/* What standard error is; each job has its copy, because a thread that is left behind may outlive the journal. */
struct standard_error {
    bool prefixed; /* journald reads it, and understands "<4>" */
    bool show_all; /* somebody watches, and asked for everything */
};

struct job {
    struct journal_record *record;
    struct standard_error standard_error;
    uint64_t tells; /* of so many lost ones */
    bool written;
};

struct journal {
    struct worker *worker;
    char *identifier;
    const char *lost_id, *lost_event;
    bool verbose;
    struct standard_error standard_error;
    size_t queued_bytes;
    uint64_t written, lost, untold;
};

/* ---- on the thread ---- */

static bool print(const struct job *job)
{
    char line[JOURNAL_LINE_MAX];
    size_t len = journal_record_line(job->record, job->standard_error.prefixed, line), at = 0;

    while (at < len) {
        ssize_t wrote = write(STDERR_FILENO, line + at, len - at);
        if (wrote < 0 && errno != EINTR)
            return false;
        if (wrote > 0)
            at += (size_t)wrote;
    }
    return true;
}

static bool send_to_journald(const struct journal_record *record)
{
    struct iovec fields[JOURNAL_RECORD_FIELDS];
    struct stat st;

    if (stat(SOCKET, &st) != 0 || !S_ISSOCK(st.st_mode))
        return false;
    return sd_journal_sendv(fields, journal_record_fields(record, fields)) == 0;
}

static void run_job(void *context)
{
    struct job *job = context;

    job->written = send_to_journald(job->record);
    if (!job->written)
        job->written = print(job);
    else if (job->standard_error.show_all)
        (void)print(job);
}

/* ---- on the loop ---- */

static void free_job(struct job *job)
{
    journal_record_free(job->record);
    free(job);
}

/* One entry; or the one that tells of @p tells others, which then remain to be told. */
static void count_lost(struct journal *journal, uint64_t tells)
{
    journal->lost += tells == 0;
    journal->untold += tells != 0 ? tells : 1;
}

/* Takes the record. @p tells: see struct job. */
static void push(struct journal *journal, struct journal_record *record, uint64_t tells)
{
    size_t bytes = journal_record_bytes(record);
    struct job *job = xcalloc(1, sizeof *job);

    *job = (struct job){ .record = record, .standard_error = journal->standard_error, .tells = tells };
    if (journal->queued_bytes + bytes <= QUEUE_BYTES && worker_push(journal->worker, job)) {
        journal->queued_bytes += bytes;
        return;
    }
    count_lost(journal, tells);
    free_job(job);
}

static void tell_lost(struct journal *journal)
{
    uint64_t lost = journal->untold;
    char message[128], count[24];

    snprintf(count, sizeof count, "%" PRIu64, lost);
    snprintf(message, sizeof message, "%s log %s lost because the log could not take %s in time.", count,
             lost == 1 ? "entry was" : "entries were", lost == 1 ? "it" : "them");
    const struct journal_field fields[] = { { "ERWATCH_EVENT", journal->lost_event }, { "ERWATCH_LOST", count } };
    struct journal_entry entry = { .priority = LOG_WARNING, .message_id = journal->lost_id, .message = message,
                                   .fields = fields, .field_count = sizeof fields / sizeof *fields,
                                   .file = __FILE__, .line = __LINE__, .function = __func__ };
    journal->untold = 0;
    push(journal, journal_record_new(journal->identifier, &entry), lost);
}

/* Only what got through shows that there is room: else a log that takes nothing would be told so without end. */
static void job_done(void *context, void *done, struct moment now)
{
    struct journal *journal = context;
    struct job *job = done;

    (void)now;
    journal->queued_bytes -= journal_record_bytes(job->record);
    if (job->written)
        journal->written++;
    else
        count_lost(journal, job->tells);
    bool tell = job->written && journal->untold > 0;
    free_job(job);
    if (tell)
        tell_lost(journal);
}

/* $JOURNAL_STREAM says which stream journald reads (systemd.exec(5)); standard error may have been redirected since. */
static bool journald_reads_standard_error(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    uintmax_t device, inode;
    struct stat st;
    int end = 0;

    /* NOLINTNEXTLINE(cert-err34-c): a number that is too large is no number of a file that is open */
    return stream != NULL && sscanf(stream, "%" SCNuMAX ":%" SCNuMAX "%n", &device, &inode, &end) == 2 &&
           stream[end] == '\0' && fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

struct journal *journal_new(struct loop *loop, const char *identifier, bool verbose)
{
    struct journal *journal = xcalloc(1, sizeof *journal);

    journal->identifier = xstrdup(identifier);
    journal->verbose = verbose;
    journal->standard_error.prefixed = journald_reads_standard_error();
    journal->standard_error.show_all = verbose && isatty(STDERR_FILENO) == 1;
    journal->worker = worker_new(loop, "journal", QUEUE_ENTRIES, run_job, job_done, journal);
    return journal;
}

void journal_name_lost(struct journal *journal, const char *message_id, const char *event)
{
    journal->lost_id = message_id;
    journal->lost_event = event;
}

void journal_free(struct journal *journal, int64_t ms)
{
    if (journal == NULL)
        return;
    (void)worker_finish(journal->worker, ms);
    worker_free(journal->worker);
    free(journal->identifier);
    free(journal);
}

void journal_write(struct journal *journal, const struct journal_entry *entry)
{
    if (entry->priority == LOG_DEBUG && !journal->verbose)
        return;
    push(journal, journal_record_new(journal->identifier, entry), 0);
}

void journal_say_at(struct journal *journal, int priority, const char *file, int line, const char *function,
                    const char *format, ...)
{
    char message[JOURNAL_VALUE_MAX + 16]; /* more than is kept, so that the cut is between characters */
    va_list arguments;

    if (priority == LOG_DEBUG && !journal->verbose)
        return;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    journal_write(journal, &(struct journal_entry){ .priority = priority, .message = message, .file = file,
                                                    .line = line, .function = function });
}

bool journal_ping(struct journal *journal)
{
    return worker_ping(journal->worker);
}

struct journal_figures journal_figures(const struct journal *journal)
{
    return (struct journal_figures){ journal->written, journal->lost, worker_waiting(journal->worker) };
}
