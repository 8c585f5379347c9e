/*
 * The rest of the machine, as far as the daemon sees it: the journal, where the judge reads what it decided; programs
 * that it runs; the control socket, behind which operators are; files with secrets, of which all are there. What the C
 * library would give of chance or of this machine comes from the seed.
 */
#include "simulation.h"

#include "io/clock.h"
#include "io/hook.h"
#include "io/journal.h"
#include "io/mail.h"
#include "io/notify.h"
#include "io/secret.h"
#include "io/server.h"
#include "judge.h"
#include "pager.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

/* ---- the journal ---- */

struct journal {
    int nothing;
};

struct journal *journal_new(struct loop *loop, const char *identifier, bool verbose)
{
    static struct journal journal;

    (void)loop, (void)identifier, (void)verbose;
    return &journal;
}

void journal_name_lost(struct journal *journal, const char *message_id, const char *event)
{
    (void)journal, (void)message_id, (void)event;
}

void journal_free(struct journal *journal, int64_t ms)
{
    (void)journal, (void)ms;
}

bool journal_ping(struct journal *journal)
{
    (void)journal;
    return true;
}

struct journal_figures journal_figures(const struct journal *journal)
{
    (void)journal;
    return (struct journal_figures){ 0 };
}

static const char *field(const struct journal_entry *entry, const char *name)
{
    for (size_t i = 0; i < entry->field_count; i++)
        if (strcmp(entry->fields[i].name, name) == 0 && entry->fields[i].value != NULL)
            return entry->fields[i].value;
    return "";
}

void journal_write(struct journal *journal, const struct journal_entry *entry)
{
    struct decision decision = { .incident = field(entry, "ERWATCH_INCIDENT"),
                                 .event = field(entry, "ERWATCH_EVENT"),
                                 .circuit = field(entry, "ERWATCH_CIRCUIT"),
                                 .path = field(entry, "ERWATCH_PATH"),
                                 .severity = field(entry, "ERWATCH_SEVERITY"),
                                 .rule = atoi(field(entry, "ERWATCH_RULE")),
                                 .quiet = strstr(entry->message, " (not sent: ") != NULL,
                                 .flapping = strstr(entry->message, "(flapping)") != NULL };

    (void)journal;
    if (here.dead)
        return;
    note("says %s %s: %s", decision.event, decision.incident, entry->message);
    if (decision.rule > 0)
        judge_decided(&decision);
}

void journal_say_at(struct journal *journal, int priority, const char *file, int line, const char *function,
                    const char *format, ...)
{
    char text[512];
    va_list arguments;

    (void)journal, (void)priority, (void)file, (void)line, (void)function;
    if (here.dead)
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    note("says %s", text);
}

/* ---- programs ---- */

struct hook_run {
    LIST_ENTRY(hook_run) link;
    struct hooks *hooks;
    char *input;
    size_t len;
    hook_done *done;
    void *context;
    int64_t started_ms;
    uint64_t acts, ends; /* in the agenda */
    struct hook_reply reply;
};

struct hooks {
    LIST_HEAD(runs, hook_run) runs;
};

static bool hook_fails;

struct hooks *hooks_new(struct loop *loop)
{
    struct hooks *hooks = calloc(1, sizeof *hooks);

    (void)loop;
    if (hooks == NULL)
        abort();
    return hooks;
}

static void run_free(struct hook_run *run)
{
    agenda_remove(&here.agenda, run->acts);
    agenda_remove(&here.agenda, run->ends);
    LIST_REMOVE(run, link);
    free(run->input);
    free(run);
}

size_t hooks_running(const struct hooks *hooks)
{
    const struct hook_run *run;
    size_t count = 0;

    LIST_FOREACH(run, &hooks->runs, link)
    count++;
    return count;
}

static void hook_acts(void *context)
{
    struct hook_run *run = context;

    run->acts = 0;
    pager_hook_took(run->input, run->len, run->started_ms);
}

static void hook_ends(void *context)
{
    struct hook_run *run = context;
    struct hook_reply reply = run->reply;
    hook_done *done = run->done;
    void *whose = run->context;

    reply.took_ms = here.boot_ms - run->started_ms;
    run->ends = 0;
    run_free(run);
    done(whose, &reply, (struct moment){ { here.boot_ms }, here.boot_ms + here.wall_ahead_ms });
}

/* The daemon was killed: they end with it. */
void hooks_free(struct hooks *hooks)
{
    while (!LIST_EMPTY(&hooks->runs)) {
        struct hook_run *run = LIST_FIRST(&hooks->runs);
        agenda_remove(&here.agenda, run->ends);
        run->reply.end = HOOK_SIGNALLED;
        hook_ends(run);
    }
    free(hooks);
}

struct hook_run *hook_start(struct hooks *hooks, const struct hook_request *request, hook_done *done, void *context)
{
    struct hook_run *run = calloc(1, sizeof *run);
    bool fails = hook_fails && dice_chance(&here.dice, 800), acts = !fails || dice_chance(&here.dice, 300);
    int64_t takes_ms = dice_span(&here.dice, 20, fails ? request->timeout_ms : 3000);

    if (run == NULL || (run->input = malloc(request->input_len + 1)) == NULL)
        abort();
    memcpy(run->input, request->input, request->input_len);
    run->len = request->input_len;
    run->hooks = hooks;
    run->done = done;
    run->context = context;
    run->started_ms = here.boot_ms;
    run->reply = (struct hook_reply){ .end = HOOK_EXITED, .status = fails, .output = "" };
    if (fails && takes_ms == request->timeout_ms)
        run->reply.end = HOOK_TIMED_OUT;
    LIST_INSERT_HEAD(&hooks->runs, run, link);
    if (here.dead)
        return run;
    if (acts)
        run->acts = agenda_add(&here.agenda, here.boot_ms + takes_ms / 2, true, hook_acts, run);
    run->ends = agenda_add(&here.agenda, here.boot_ms + takes_ms, true, hook_ends, run);
    return run;
}

void hook_stop(struct hook_run *run, int64_t grace_ms)
{
    agenda_remove(&here.agenda, run->acts);
    agenda_remove(&here.agenda, run->ends);
    run->reply.end = HOOK_SIGNALLED;
    run->ends =
        agenda_add(&here.agenda, here.boot_ms + dice_between(&here.dice, 1, grace_ms + 1), true, hook_ends, run);
}

void hooks_stop(struct hooks *hooks, int64_t grace_ms)
{
    struct hook_run *run;

    LIST_FOREACH(run, &hooks->runs, link)
    hook_stop(run, grace_ms);
}

bool hook_check(const char *path, char why[512])
{
    (void)path, (void)why;
    return true;
}

void machine_hook_storm(void)
{
    hook_fails = !here.calm && dice_chance(&here.dice, 300);
    note("programs %s", hook_fails ? "fail" : "work");
}

/* ---- the control socket ---- */

struct server {
    server_asked *asked;
    void *context;
};

struct server_call {
    machine_answered *answered;
    void *context;
};

static struct server server;

struct server *server_new(struct loop *loop, const struct server_settings *settings, server_asked *asked, void *context,
                          char why[256])
{
    (void)loop, (void)settings, (void)why;
    server = (struct server){ asked, context };
    return &server;
}

void server_free(struct server *freed)
{
    freed->asked = NULL;
}

void server_answer(struct server_call *call, int status, const char *const *headers, const char *body, size_t len)
{
    (void)headers, (void)len;
    if (!here.dead && call->answered != NULL)
        call->answered(call->context, status, body);
    free(call);
}

void machine_ask(const char *method, const char *uri, const char *body, machine_answered *answered, void *context)
{
    struct server_request request = { .method = method,
                                      .path = uri,
                                      .uri = uri,
                                      .body = body != NULL ? body : "",
                                      .peer_known = true,
                                      .peer_uid = geteuid() };

    if (here.loop == NULL || here.dead || server.asked == NULL)
        return;
    struct server_call *call = calloc(1, sizeof *call);
    if (call == NULL)
        abort();
    request.body_len = strlen(request.body);
    *call = (struct server_call){ answered, context };
    server.asked(server.context, call, &request,
                 (struct moment){ { here.boot_ms }, here.boot_ms + here.wall_ahead_ms });
}

/* ---- files, the service manager, mail ---- */

static bool give_secret(const char *name, struct secret *out)
{
    size_t len = strlen(name);

    if ((out->bytes = malloc(len + 1)) == NULL)
        abort();
    memcpy(out->bytes, name, len + 1);
    out->len = len;
    return true;
}

bool secret_read(const char *name, const char *folder, struct secret *out, char why[512])
{
    (void)folder, (void)why;
    return give_secret(name, out);
}

bool secret_read_kind(const char *name, const char *folder, enum secret_kind kind, struct secret *out, char why[512])
{
    (void)folder, (void)kind, (void)why;
    return give_secret(name, out);
}

bool secret_read_key(const char *folder, const char *name, size_t most, struct secret *out, char why[512])
{
    (void)folder, (void)most, (void)why;
    return give_secret(name, out);
}

uint64_t secret_stamp(const char *name, const char *folder)
{
    (void)name, (void)folder;
    return 1;
}

void secret_wipe(struct secret *secret)
{
    free(secret->bytes);
    *secret = (struct secret){ 0 };
}

bool clock_is_synchronised(char why[CLOCK_WHY_MAX])
{
    (void)why;
    return true;
}

void notify_ready(const char *status)
{
    (void)status;
}

void notify_status(const char *status)
{
    (void)status;
}

void notify_reloading(void)
{
}

void notify_stopping(const char *status)
{
    (void)status;
}

void notify_watchdog(void)
{
}

int64_t notify_watchdog_every_ms(void)
{
    return 0;
}

/* No settings of ours have a receiver of that kind. */
struct mails *mails_new(struct loop *loop)
{
    (void)loop;
    abort();
}

void mails_free(struct mails *mails, void (*drop)(void *context))
{
    (void)mails, (void)drop;
}

void mail_send(struct mails *mails, const struct mail_request *request, mail_done *done, void *context)
{
    (void)mails, (void)request, (void)done, (void)context;
    abort();
}

/* ---- what differs from one process to the next; the linker puts these in front of the C library's ---- */

ssize_t __wrap_getrandom(void *bytes, size_t len, unsigned flags);
int __wrap_gethostname(char *name, size_t len);
int __wrap_prctl(int option, ...);
struct mallinfo2 __wrap_mallinfo2(void);

ssize_t __wrap_getrandom(void *bytes, size_t len, unsigned flags)
{
    (void)flags;
    for (size_t i = 0; i < len; i++)
        ((unsigned char *)bytes)[i] = (unsigned char)dice_throw(&here.dice);
    return (ssize_t)len;
}

int __wrap_gethostname(char *name, size_t len)
{
    snprintf(name, len, "nms1");
    return 0;
}

/* The leak checker looks into us, which a daemon with secrets forbids. */
int __wrap_prctl(int option, ...)
{
    (void)option;
    return 0;
}

/* Walking through all free memory at each poll is for a daemon that has an hour for what we do in a second. */
struct mallinfo2 __wrap_mallinfo2(void)
{
    return (struct mallinfo2){ 0 };
}
