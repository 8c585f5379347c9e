/* Hooks, with real programs: how they end, what they inherit, what they may not do to us. */
#include "config.h"

#include "io/children.h"
#include "io/hook.h"

#include "leaks.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(hook, .fini = leaks_fail, .timeout = 60);

#define LONG_MS 50000 /* a limit that is not meant to be reached */

struct bench {
    struct loop *loop;
    struct hooks *hooks;
    size_t expected; /* callbacks still to come */
    struct timer *timer;
};

struct result {
    struct bench *bench;
    bool returned; /* hook_start() has */
    unsigned calls;
    enum hook_end end;
    int status;
    char output[HOOK_OUTPUT_MAX + 1], why[512];
    size_t len, total;
};

static void done(void *context, const struct hook_reply *reply, struct moment now)
{
    struct result *result = context;

    cr_expect(result->returned, "the callback never runs inside hook_start()");
    cr_expect_geq(reply->took_ms, 0);
    cr_expect_gt(now.mono.ms, 0);
    result->calls++;
    result->end = reply->end;
    result->status = reply->status;
    result->len = reply->output_len;
    result->total = reply->output_total;
    memcpy(result->output, reply->output, reply->output_len);
    result->output[reply->output_len] = '\0';
    cr_expect_eq(reply->why != NULL, reply->end == HOOK_NOT_STARTED);
    snprintf(result->why, sizeof result->why, "%s", reply->why != NULL ? reply->why : "");
    if (--result->bench->expected == 0)
        loop_stop(result->bench->loop);
}

static struct bench bench_new(void)
{
    struct loop *loop = loop_new();

    return (struct bench){ .loop = loop, .hooks = hooks_new(loop) };
}

static void bench_free(struct bench *bench)
{
    hooks_free(bench->hooks);
    loop_free(bench->loop);
}

static struct hook_run *start(struct bench *bench, struct result *result, const struct hook_request *request)
{
    result->bench = bench;
    bench->expected++;
    struct hook_run *run = hook_start(bench->hooks, request, done, result);
    result->returned = true;
    return run;
}

static const char *const path_only[] = { "PATH=/usr/local/bin:/usr/bin:/bin", NULL };

/* Starts `sh -c script`. */
static struct hook_run *start_script(struct bench *bench, struct result *result, const char *script, int64_t timeout_ms)
{
    const char *argv[] = { "/bin/sh", "-c", script, NULL };

    return start(bench, result,
                 &(struct hook_request){ .argv = argv, .environment = path_only, .input = "", .timeout_ms = timeout_ms,
                                         .grace_ms = 50 });
}

static struct result *run_script(struct bench *bench, const char *script, int64_t timeout_ms)
{
    struct result *result = calloc(1, sizeof *result);

    start_script(bench, result, script, timeout_ms);
    loop_run(bench->loop);
    cr_assert_eq(result->calls, 1);
    return result;
}

/* ---- waiting until nothing is left of what hooks started ---- */

static void count_child(void *context, pid_t pid)
{
    (void)pid;
    ++*(unsigned *)context;
}

static unsigned children(void)
{
    unsigned count = 0;

    children_each(count_child, &count);
    return count;
}

static void look_again(void *context, struct moment now)
{
    struct bench *bench = context;

    if (children() == 0)
        loop_stop(bench->loop);
    else
        timer_set(bench->timer, mono_after(now.mono, 2));
}

/* The suite's time limit ends it when it never comes true. */
static void until_no_child(struct bench *bench)
{
    bench->timer = timer_new(bench->loop, look_again, bench);
    timer_set(bench->timer, loop_now(bench->loop).mono);
    loop_run(bench->loop);
    timer_free(bench->timer);
}

/* ---- how it ends ---- */

static const struct {
    const char *what, *script;
    int64_t timeout_ms;
    enum hook_end end;
    int status;
    const char *output;
} ends[] = {
    { "a program that succeeds", "echo done", LONG_MS, HOOK_EXITED, 0, "done\n" },
    { "standard error is output too, in order", "echo a; echo b >&2; echo c", LONG_MS, HOOK_EXITED, 0, "a\nb\nc\n" },
    { "a program that fails", "echo no; exit 3", LONG_MS, HOOK_EXITED, 3, "no\n" },
    { "a program ended by a signal", "kill -9 $$", LONG_MS, HOOK_SIGNALLED, SIGKILL, "" },
    { "one that waits for ever", "echo before; exec sleep 1000", 100, HOOK_TIMED_OUT, 0, NULL },
    { "one that waits for ever and ignores SIGTERM", "trap '' TERM; while :; do sleep 1000; done", 100, HOOK_TIMED_OUT,
      0, NULL },
    { "one that calls it a success when it is told to end", "trap 'exit 0' TERM; sleep 1000 & wait", 200,
      HOOK_TIMED_OUT, 0, "" },
    { "one that stops itself", "kill -STOP $$", 100, HOOK_TIMED_OUT, 0, "" },
    { "closes its output and goes on", "exec >&- 2>&-; exit 4", LONG_MS, HOOK_EXITED, 4, "" },
    { "a child in the same group holds the output open", "sleep 1000 & exit 0", LONG_MS, HOOK_EXITED, 0, "" },
    { "a child with its own session holds the output open", "setsid sleep 1000 & exit 5", LONG_MS, HOOK_EXITED, 5, "" },
    { "a child with its own session, whose parent is gone too", "(setsid sh -c 'sleep 1000 & sleep 1000' &) ; exit 0",
      LONG_MS, HOOK_EXITED, 0, "" },
    { "a child with its own session and a time limit", "setsid sleep 1000 & sleep 1000", 100, HOOK_TIMED_OUT, 0, "" },
};

Test(hook, ends_as_it_should_and_leaves_nothing)
{
    struct bench bench = bench_new();

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct result *result = run_script(&bench, ends[i].script, ends[i].timeout_ms);
        cr_expect_eq(result->end, ends[i].end, "%s: %d", ends[i].what, result->end);
        cr_expect_eq(result->status, ends[i].status, "%s: %d", ends[i].what, result->status);
        if (ends[i].output != NULL)
            cr_expect_str_eq(result->output, ends[i].output, "%s: %s", ends[i].what, result->output);
        until_no_child(&bench);
        free(result);
    }
    bench_free(&bench);
}

Test(hook, one_that_hangs_delays_no_other)
{
    struct bench bench = bench_new();
    struct result *slow = calloc(1, sizeof *slow), *quick = calloc(1, sizeof *quick);

    start_script(&bench, slow, "trap '' TERM; echo here; while :; do sleep 1000; done", LONG_MS);
    start_script(&bench, quick, "exit 0", LONG_MS);
    bench.expected = 1;
    loop_run(bench.loop);
    cr_expect_eq(quick->calls, 1);
    cr_expect_eq(slow->calls, 0);
    cr_expect_eq(hooks_running(bench.hooks), 1);
    bench.expected = 1;
    hooks_stop(bench.hooks, 20);
    loop_run(bench.loop);
    cr_expect_eq(slow->end, HOOK_SIGNALLED);
    free(slow);
    free(quick);
    bench_free(&bench);
}

Test(hook, stopped_says_how_it_really_ended)
{
    struct bench bench = bench_new();
    struct result *polite = calloc(1, sizeof *polite), *deaf = calloc(1, sizeof *deaf);
    struct hook_run *polite_run, *deaf_run;
    char folder[] = "/tmp/erwatch-hook-XXXXXX", script[512];

    /* a FIFO of a folder of our own says when the traps are set: opening it for reading waits for the writer */
    cr_assert_not_null(mkdtemp(folder));
    snprintf(script, sizeof script, "mkfifo %s/a %s/b", folder, folder);
    cr_assert_eq(system(script), 0);
    snprintf(script, sizeof script, "trap 'exit 0' TERM; : > %s/a; sleep 1000 & wait", folder);
    polite_run = start_script(&bench, polite, script, LONG_MS);
    snprintf(script, sizeof script, "trap '' TERM; : > %s/b; while :; do sleep 1000; done", folder);
    deaf_run = start_script(&bench, deaf, script, LONG_MS);
    snprintf(script, sizeof script, "cat %s/a %s/b; rm -r %s", folder, folder, folder);
    cr_assert_eq(system(script), 0);
    hook_stop(polite_run, LONG_MS);
    hook_stop(deaf_run, 20);
    loop_run(bench.loop);
    cr_expect_eq(polite->end, HOOK_EXITED);
    cr_expect_eq(polite->status, 0, "it was done when we stopped it, so it is not to run again");
    cr_expect_eq(deaf->end, HOOK_SIGNALLED);
    cr_expect_eq(deaf->status, SIGKILL);
    free(polite);
    free(deaf);
    bench_free(&bench);
}

#define CROWD 600

static void reap(void *context, pid_t pid)
{
    *(unsigned *)context += waitpid(pid, NULL, WNOHANG) == pid;
}

Test(hook, all_children_are_seen_though_they_are_reaped_meanwhile)
{
    unsigned reaped = 0;

    for (unsigned i = 0; i < CROWD; i++) {
        pid_t pid = fork();
        cr_assert_geq(pid, 0);
        if (pid == 0)
            _exit(0);
        siginfo_t info;
        cr_assert_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    }
    children_each(reap, &reaped);
    cr_expect_eq(reaped, CROWD, "%u", reaped);
    cr_expect_eq(children(), 0);
}

/* ---- a child of a running hook is left alone when another hook ends ---- */

struct relay {
    struct result *first, *second;
    char flag[64];
};

static void touch_when_done(void *context, const struct hook_reply *reply, struct moment now)
{
    struct relay *relay = context;
    int fd = open(relay->flag, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    (void)reply;
    (void)now;
    cr_assert_geq(fd, 0);
    close(fd);
}

Test(hook, spares_what_a_running_hook_may_need)
{
    struct bench bench = bench_new();
    struct relay relay = { .first = calloc(1, sizeof *relay.first) };
    char script[512];
    const char *argv[] = { "/bin/true", NULL };

    snprintf(relay.flag, sizeof relay.flag, "/tmp/erwatch-hook-flag-%d", (int)getpid());
    snprintf(script, sizeof script,
             "helper=$( (setsid sleep 1000 >/dev/null 2>&1 & echo $!) ); while ! test -e %s; do sleep 0.01; done; "
             "kill -0 $helper", relay.flag);
    start_script(&bench, relay.first, script, LONG_MS);
    hook_start(bench.hooks, &(struct hook_request){ .argv = argv, .environment = path_only, .timeout_ms = LONG_MS },
               touch_when_done, &relay);
    loop_run(bench.loop);
    cr_expect_eq(relay.first->status, 0, "its helper had no parent but us, and lived: %s", relay.first->output);
    until_no_child(&bench);
    unlink(relay.flag);
    free(relay.first);
    bench_free(&bench);
}

/* ---- what goes in and comes out ---- */

Test(hook, keeps_a_part_of_endless_output)
{
    struct bench bench = bench_new();
    struct result *result = run_script(&bench, "head -c 12000000 /dev/zero", LONG_MS);

    cr_expect_eq(result->end, HOOK_EXITED);
    cr_expect_eq(result->status, 0);
    cr_expect_eq(result->total, 12000000);
    cr_expect_eq(result->len, HOOK_OUTPUT_MAX);
    cr_expect_eq(result->output[HOOK_OUTPUT_MAX - 1], '\0');
    free(result);
    result = run_script(&bench, "yes", 300);
    cr_expect_eq(result->end, HOOK_TIMED_OUT);
    cr_expect_leq(result->len, HOOK_OUTPUT_MAX);
    free(result);
    bench_free(&bench);
}

Test(hook, input_is_given_whole_and_need_not_be_read)
{
    static const struct {
        const char *what, *script, *output;
    } rows[] = {
        { "all of it arrives, then its end", "wc -c", "8000000\n" },
        { "nothing of it is read", "exit 0", "" },
        { "nothing of it is read for a while", "sleep 0.05", "" },
        { "one line is read, then the pipe is closed", "head -c 3; exec <&-; sleep 0.05", "aaa" },
    };
    struct bench bench = bench_new();
    size_t len = 8000000;
    char *input = malloc(len);

    memset(input, 'a', len);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result *result = calloc(1, sizeof *result);
        const char *argv[] = { "/bin/sh", "-c", rows[i].script, NULL };
        start(&bench, result, &(struct hook_request){ .argv = argv, .environment = path_only, .input = input,
                                                      .input_len = len, .timeout_ms = LONG_MS });
        loop_run(bench.loop);
        cr_expect_eq(result->end, HOOK_EXITED, "%s", rows[i].what);
        cr_expect_eq(result->status, 0, "%s", rows[i].what);
        cr_expect_str_eq(result->output, rows[i].output, "%s: %s", rows[i].what, result->output);
        free(result);
    }
    free(input);
    bench_free(&bench);
}

/* ---- what it inherits ---- */

Test(hook, inherits_what_is_listed_and_nothing_else)
{
    static const struct {
        const char *what, *script, *output;
    } rows[] = {
        { "descriptors", "ls /proc/$$/fd; :", "0\n1\n2\n" },
        { "blocked signals", "grep ^SigBlk /proc/self/status", "SigBlk:\t0000000000000000\n" },
        { "ignored signals (32 and 33 are the C library's own)",
          "ignored=$(grep ^SigIgn /proc/self/status | cut -f2); echo $((0x$ignored & ~0x180000000))", "0\n" },
        { "its own session", "read pid name state parent group session rest < /proc/self/stat; "
                             "test $pid = $group && test $pid = $session && echo own", "own\n" },
    };
    struct bench bench = bench_new();
    sigset_t set;

    cr_assert_eq(dup2(STDERR_FILENO, 50), 50); /* one that is not closed on exec by itself */
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct result *result = run_script(&bench, rows[i].script, LONG_MS);
        cr_expect_str_eq(result->output, rows[i].output, "%s: %s", rows[i].what, result->output);
        free(result);
    }
    bench_free(&bench);
}

Test(hook, arguments_and_environment_are_given_as_they_are)
{
    static const char *const hostile = "'\"$(touch /tmp/x)` ; --option\n%s\x1b[31m";
    const char *argv[] = { "/usr/bin/printf", "[%s]", hostile, "", "-n", NULL };
    const char *env_argv[] = { "/usr/bin/env", NULL };
    const char *const environment[] = { "ERWATCH_CIRCUIT=a b\"c", "LANG=C.UTF-8", NULL };
    struct bench bench = bench_new();
    struct result *result = calloc(2, sizeof *result);
    char expected[128];

    start(&bench, &result[0],
          &(struct hook_request){ .argv = argv, .environment = environment, .timeout_ms = LONG_MS });
    start(&bench, &result[1],
          &(struct hook_request){ .argv = env_argv, .environment = environment, .timeout_ms = LONG_MS });
    loop_run(bench.loop);
    snprintf(expected, sizeof expected, "[%s][][-n]", hostile);
    cr_expect_str_eq(result[0].output, expected);
    cr_expect_str_eq(result[1].output, "ERWATCH_CIRCUIT=a b\"c\nLANG=C.UTF-8\n");
    free(result);
    bench_free(&bench);
}

/* ---- not started ---- */

static void expect_not_started(struct bench *bench, const char *path, const char *reason)
{
    struct result *result = calloc(1, sizeof *result);
    const char *argv[] = { path, NULL };

    start(bench, result, &(struct hook_request){ .argv = argv, .environment = path_only, .timeout_ms = LONG_MS });
    loop_run(bench->loop);
    cr_expect_eq(result->calls, 1);
    cr_expect_eq(result->end, HOOK_NOT_STARTED, "%s", path);
    cr_expect_not_null(strstr(result->why, reason), "\"%s\" says \"%s\"", result->why, reason);
    cr_expect_not_null(strstr(result->why, path), "\"%s\" says \"%s\"", result->why, path);
    free(result);
}

Test(hook, what_cannot_be_started_says_why)
{
    struct bench bench = bench_new();

    expect_not_started(&bench, "/nowhere/erwatch-hook", "No such file or directory");
    expect_not_started(&bench, "/etc/passwd", "Permission denied");
    expect_not_started(&bench, "/etc/passwd/hook", "Not a directory");
    expect_not_started(&bench, "/", "Permission denied");
    bench_free(&bench);
}

Test(hook, stop_before_the_failure_was_told)
{
    struct bench bench = bench_new();
    struct result result = { 0 };
    const char *argv[] = { "/nowhere/erwatch-hook", NULL };

    hook_stop(start(&bench, &result, &(struct hook_request){ .argv = argv, .environment = path_only }), 0);
    loop_run(bench.loop);
    cr_expect_eq(result.calls, 1);
    cr_expect_eq(result.end, HOOK_NOT_STARTED);
    bench_free(&bench);
}

Test(hook, no_process_to_be_had)
{
    struct bench bench = bench_new();
    struct rlimit before, none;
    bool root = geteuid() == 0;

    cr_assert_eq(getrlimit(RLIMIT_NPROC, &before), 0);
    none = (struct rlimit){ .rlim_cur = 0, .rlim_max = before.rlim_max };
    cr_assert_eq(setrlimit(RLIMIT_NPROC, &none), 0);
    if (root) /* whom no limit holds */
        cr_assert_eq(setresuid(65534, 65534, 0), 0);
    expect_not_started(&bench, "/bin/true", "Resource temporarily unavailable");
    if (root)
        cr_assert_eq(setresuid(0, 0, 0), 0);
    cr_assert_eq(setrlimit(RLIMIT_NPROC, &before), 0);
    struct result *result = run_script(&bench, "exit 0", LONG_MS);
    cr_expect_eq(result->end, HOOK_EXITED, "and the next try succeeds");
    free(result);
    bench_free(&bench);
}

static unsigned descriptors(int *highest)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");

    cr_assert_not_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        int fd = atoi(entry->d_name);
        count++;
        if (highest != NULL && fd > *highest)
            *highest = fd;
    }
    closedir(folder);
    return count;
}

Test(hook, no_descriptor_to_be_had)
{
    struct bench bench = bench_new();
    unsigned before = descriptors(NULL);

    /* with every number below the limit in use but @p free ones: fails at the first pipe, the second, the pidfd */
    for (int spare = 0; spare < 5; spare++) {
        int taken[256], used = 0, highest = 0;
        struct rlimit limit, low;
        cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
        (void)descriptors(&highest);
        low = (struct rlimit){ .rlim_cur = (rlim_t)highest + 8, .rlim_max = limit.rlim_max };
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
        for (int fd = dup(0); fd >= 0; fd = dup(0))
            taken[used++] = fd;
        for (int i = 0; i < spare; i++)
            close(taken[--used]);
        expect_not_started(&bench, "/bin/true", "Too many open files");
        while (used > 0)
            close(taken[--used]);
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    }
    cr_expect_eq(descriptors(NULL), before);
    cr_expect_eq(children(), 0);
    bench_free(&bench);
}

/* ---- many ---- */

#define MANY 200
#define AT_ONCE 8

struct many {
    struct bench bench;
    unsigned started, ended, good;
};

static void start_next(struct many *many);

static void one_of_many_done(void *context, const struct hook_reply *reply, struct moment now)
{
    struct many *many = context;

    (void)now;
    many->ended++;
    many->good += reply->end == HOOK_EXITED && reply->status == 0 && reply->output_len == 3;
    if (many->ended == MANY)
        loop_stop(many->bench.loop);
    else
        start_next(many);
}

static void start_next(struct many *many)
{
    const char *argv[] = { "/bin/sh", "-c", "(setsid sleep 1000 >/dev/null 2>&1 &); cat; exit 0", NULL };

    if (many->started == MANY)
        return;
    many->started++;
    hook_start(many->bench.hooks,
               &(struct hook_request){ .argv = argv, .environment = path_only, .input = "abc", .input_len = 3,
                                       .timeout_ms = LONG_MS },
               one_of_many_done, many);
}

Test(hook, many_runs_leave_no_zombie_and_no_descriptor)
{
    struct many many = { .bench = bench_new() };
    unsigned before = descriptors(NULL);

    for (unsigned i = 0; i < AT_ONCE; i++)
        start_next(&many);
    loop_run(many.bench.loop);
    cr_expect_eq(many.good, MANY, "%u", many.good);
    cr_expect_eq(hooks_running(many.bench.hooks), 0);
    until_no_child(&many.bench);
    cr_expect_eq(descriptors(NULL), before);
    bench_free(&many.bench);
}
