/*
 * Hooks: one run of a program from its start to the one call of its callback. A run ends when the program does, as the
 * pidfd says; never when its output ends, because a process it started may hold that open for ever. Its life:
 *
 *     RUNNING --time limit, or hook_stop()--> ASKED (SIGTERM) --grace--> KILLED (SIGKILL) --5 s--> given up
 *        `-------------------------------- it ends ------------------------'
 *
 * Signals go to the group, and only while the program is not yet waited for: until then nobody else can have its
 * number. What has left the group comes back to us as a child (see children.c) and is ended once no hook runs.
 */
#include "io/hook.h"

#include "io/children.h"
#include "io/hook_pipes.h"
#include "io/hook_spawn.h"
#include "io/memory.h"

#include <assert.h>
#include <event2/event.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 5000   /* from SIGTERM to SIGKILL, unless asked otherwise */
#define GIVE_UP_MS 5000 /* from SIGKILL on: it hangs in the kernel, on a dead disk for example */

struct hooks {
    struct loop *loop;
    struct event *child_event; /* SIGCHLD */
    struct hook_run *runs;
    size_t running;
};

enum stage { RUNNING, ASKED, KILLED };

struct hook_run {
    struct hooks *hooks;
    struct hook_run *next;
    hook_done *done;
    void *context;
    enum stage stage;
    bool timed_out;
    int64_t grace_ms;
    struct timer *timer;
    struct moment started;
    struct hook_child child; /* pid 0: it was not started */
    struct event *end_event;
    struct hook_pipes pipes;
    char why[512];
};

/* ---- what hooks leave behind ---- */

static bool is_hook(const struct hooks *hooks, pid_t pid)
{
    for (const struct hook_run *run = hooks->runs; run != NULL; run = run->next)
        if (run->child.pid == pid)
            return true;
    return false;
}

static void sweep_one(void *context, pid_t pid)
{
    const struct hooks *hooks = context;

    if (is_hook(hooks, pid) || waitpid(pid, NULL, WNOHANG) != 0)
        return;
    if (hooks->running == 0)
        kill(pid, SIGKILL);
}

static void child_ended(evutil_socket_t number, short what, void *context)
{
    (void)number;
    (void)what;
    children_each(sweep_one, context);
}

struct hooks *hooks_new(struct loop *loop)
{
    struct hooks *hooks = xcalloc(1, sizeof *hooks);

    hooks->loop = loop;
    hooks->child_event = memory_or_die(evsignal_new(loop_base(loop), SIGCHLD, child_ended, hooks));
    event_add(hooks->child_event, NULL);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1UL);
    return hooks;
}

void hooks_free(struct hooks *hooks)
{
    if (hooks == NULL)
        return;
    assert(hooks->running == 0);
    children_each(sweep_one, hooks);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 0UL);
    event_free(hooks->child_event);
    free(hooks);
}

size_t hooks_running(const struct hooks *hooks)
{
    return hooks->running;
}

void hooks_stop(struct hooks *hooks, int64_t grace_ms)
{
    for (struct hook_run *run = hooks->runs; run != NULL; run = run->next)
        hook_stop(run, grace_ms);
}

/* ---- the end of a run ---- */

static void unlink_run(struct hook_run *run)
{
    struct hook_run **link = &run->hooks->runs;

    while (*link != run)
        link = &(*link)->next;
    *link = run->next;
    run->hooks->running--;
}

static void free_run(struct hook_run *run)
{
    hook_pipes_close(&run->pipes);
    timer_free(run->timer);
    free(run);
}

/* Off the list first: the callback may start the next one. */
static void finish(struct hook_run *run, enum hook_end end, int status)
{
    struct hooks *hooks = run->hooks;
    struct moment now = loop_now(hooks->loop);
    struct hook_reply reply = {
        .end = end,
        .status = status,
        .output = run->pipes.output != NULL ? run->pipes.output : "",
        .output_len = run->pipes.output_len,
        .output_total = run->pipes.output_total,
        .why = end == HOOK_NOT_STARTED ? run->why : NULL,
        .took_ms = mono_between(run->started.mono, now.mono),
    };

    unlink_run(run);
    if (run->child.pid != 0) {
        event_free(run->end_event);
        close(run->child.pidfd);
    }
    children_each(sweep_one, hooks);
    run->done(run->context, &reply, now);
    free_run(run);
}

/* If the program has ended: ends what it left in its group, then tells. Returns false while it runs. */
static bool finish_if_ended(struct hook_run *run)
{
    siginfo_t info = { 0 };
    int failed = waitid(P_PIDFD, (id_t)run->child.pidfd, &info, WEXITED | WNOHANG | WNOWAIT);

    assert(failed == 0); /* nobody else waits for it */
    (void)failed;
    if (info.si_pid == 0)
        return false;
    kill(-run->child.pid, SIGKILL);
    (void)waitid(P_PIDFD, (id_t)run->child.pidfd, &info, WEXITED | WNOHANG);
    hook_pipes_drain(&run->pipes);
    if (run->timed_out)
        finish(run, HOOK_TIMED_OUT, 0);
    else
        finish(run, info.si_code == CLD_EXITED ? HOOK_EXITED : HOOK_SIGNALLED, info.si_status);
    return true;
}

static void ended(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    (void)finish_if_ended(context);
}

/* ---- the way there ---- */

static void after(struct hook_run *run, struct moment now, int64_t ms)
{
    timer_set(run->timer, mono_after(now.mono, ms));
}

static void ask(struct hook_run *run, struct moment now, int64_t grace_ms)
{
    run->stage = ASKED;
    kill(-run->child.pid, SIGTERM);
    after(run, now, grace_ms);
}

static void time_is_up(void *context, struct moment now)
{
    struct hook_run *run = context;

    if (run->child.pid == 0) {
        finish(run, HOOK_NOT_STARTED, 0);
        return;
    }
    if (finish_if_ended(run)) /* in this very turn */
        return;
    switch (run->stage) {
    case RUNNING:
        run->timed_out = true;
        ask(run, now, run->grace_ms);
        return;
    case ASKED:
        run->stage = KILLED;
        kill(-run->child.pid, SIGKILL);
        after(run, now, GIVE_UP_MS);
        return;
    case KILLED:
        finish(run, HOOK_TIMED_OUT, 0); /* not waited for: it is swept up like any other child when it ends */
        return;
    }
}

static void watch(struct hook_run *run, const struct hook_request *request)
{
    struct event_base *base = loop_base(run->hooks->loop);

    run->end_event = memory_or_die(event_new(base, run->child.pidfd, EV_READ | EV_PERSIST, ended, run));
    event_add(run->end_event, NULL);
    hook_pipes_open(&run->pipes, base, run->child.input_fd, run->child.output_fd, request->input, request->input_len);
}

struct hook_run *hook_start(struct hooks *hooks, const struct hook_request *request, hook_done *done, void *context)
{
    struct hook_run *run = xcalloc(1, sizeof *run);

    assert(request->argv[0] != NULL && request->argv[0][0] == '/' && request->environment != NULL);
    run->hooks = hooks;
    run->done = done;
    run->context = context;
    run->grace_ms = request->grace_ms > 0 ? request->grace_ms : GRACE_MS;
    run->started = loop_now(hooks->loop);
    run->timer = timer_new(hooks->loop, time_is_up, run);
    bool started = hook_spawn(request->argv, request->environment, &run->child, run->why);
    if (started)
        watch(run, request);
    after(run, run->started, started ? request->timeout_ms : 0);
    run->next = hooks->runs;
    hooks->runs = run;
    hooks->running++;
    return run;
}

void hook_stop(struct hook_run *run, int64_t grace_ms)
{
    if (run->child.pid != 0 && run->stage != KILLED)
        ask(run, loop_now(run->hooks->loop), grace_ms);
}
