/*
 * The daemon: what it is made of, in which order it starts and stops, and how effects of the core are followed. One
 * loop; disk, journal and name resolution have threads of their own behind io.
 */
#include "app/adopt.h"
#include "app/delivery.h"
#include "app/environment.h"
#include "app/heartbeat.h"
#include "app/history.h"
#include "app/kept.h"
#include "app/mutes.h"
#include "app/receiver_test.h"
#include "app/search.h"
#include "app/survey.h"
#include "app/try.h"
#include "io/notify.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#define STATUS_MS 1000
#define FREE_MOST 1000000 /* bytes that may stay ours though nothing is kept in them */
#define JOURNAL_FINISH_MS 3000
#define WATCHDOG_SOONER 8 /* how much sooner a thread is asked again that has not answered */
#define STOP_MS 8000 /* for hooks to end; the service manager waits longer */

/* xorshift64*: jitter only, nothing secret depends on it */
double app_random(struct app *app)
{
    app->random ^= app->random >> 12;
    app->random ^= app->random << 25;
    app->random ^= app->random >> 27;
    return (double)((app->random * 0x2545f4914f6cdd1dU) >> 11) / (double)(1ULL << 53);
}

static void seed(struct app *app)
{
    if (getrandom(&app->random, sizeof app->random, 0) != (ssize_t)sizeof app->random || app->random == 0)
        app->random = (uint64_t)loop_now(app->loop).wall_ms | 1;
}

void app_follow(struct app *app, struct moment now)
{
    app_run_effects(app, now);
    timer_set(app->engine_timer, engine_due(app->engine));
    persist_flush(app);
    if (persist_kept(app) == UINT64_MAX)
        deliver_pump(app, now); /* there is no commit whose end would do it */
    poll_arm(app);
    if (!app->status_due) { /* counting everything is not worth it for every answer */
        app->status_due = true;
        timer_set(app->status_timer, mono_after(now.mono, STATUS_MS));
    }
}

static void status_fired(void *context, struct moment now)
{
    struct app *app = context;

    (void)now;
    app->status_due = false;
    app_status(app);
}

static void engine_fired(void *context, struct moment now)
{
    struct app *app = context;

    engine_turn(app->engine, now, &app->effects);
    app_follow(app, now);
    deliver_pump(app, now);
}

/*
 * The loop runs, and every thread has answered since the last time: a log that stands still for good is for the manager
 * to see. One that just takes long is asked again soon, so that its answer still comes in time. A disk that hangs is
 * excused once that was told: a restart would wait for the same disk, and could not even watch from memory meanwhile.
 */
static void watchdog_fired(void *context, struct moment now)
{
    struct app *app = context;
    int64_t every = notify_watchdog_every_ms();

    app->journal_answered = app->journal_answered || journal_ping(app->journal);
    app->store_answered = app->store_answered || app->store.hung || worker_ping(app->store.worker);
    bool alive = app->journal_answered && app->store_answered;
    if (alive) {
        notify_watchdog();
        app->journal_answered = app->store_answered = false;
    }
    timer_set(app->watchdog, mono_after(now.mono, alive ? every : every / WATCHDOG_SOONER + 1));
}

static void count_cycle(struct counted *counted)
{
    counted->before = counted->last;
    counted->last = counted->present;
    counted->present = 0;
}

/* What a burst of news needed goes back to the system: the C library keeps what lies between things that stay. */
static void give_memory_back(void)
{
    if (mallinfo2().fordblks >= FREE_MOST)
        (void)malloc_trim(0);
}

/* A cycle is over: requests of it, for `erwatchctl loop`. */
static void cycle_fired(void *context, struct moment now)
{
    struct app *app = context;

    for (size_t i = 0; i < ASKS; i++) {
        count_cycle(&app->figures[i].questions);
        count_cycle(&app->figures[i].sent);
    }
    poll_watch(app, now);
    give_memory_back();
    timer_set(app->cycle_timer, mono_after(now.mono, app->settings->poll.every_ms));
}

/* ---- starting ---- */

static struct settings *load_settings(const struct options *options)
{
    struct diag *diag = diag_new();
    struct settings *settings = settings_load(options->settings, diag);

    if (settings != NULL && !check_files(settings, diag)) {
        settings_free(settings);
        settings = NULL;
    }
    diag_print(diag, stderr);
    diag_free(diag);
    return settings;
}

/* Core files, other processes' looks and key logs would hold tokens. */
static void guard_secrets(void)
{
    static const struct rlimit none = { 0, 0 };

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
    environment_clear();
    umask(077);
}

static bool make_folder(const char *path, mode_t mode)
{
    /* chmod: the umask is for files with secrets, the group looks at the socket in the run folder */
    if (mkdir(path, mode) == 0)
        return chmod(path, mode) == 0;
    if (errno == EEXIST)
        return true;
    fprintf(stderr, "erwatchd: cannot make %s: %s\n", path, strerror(errno));
    return false;
}

static void hang_up(void *context, struct moment now)
{
    struct app *app = context;
    struct diag *diag = diag_new();
    struct reload_view view;

    (void)reload_now(app, diag, &view, now);
    diag_free(diag);
}

void app_stop_if_idle(struct app *app)
{
    if (app->stopping && hooks_running(app->hooks) == 0)
        loop_stop(app->loop);
}

static void stop_late(void *context, struct moment now)
{
    struct app *app = context;

    (void)now;
    loop_stop(app->loop);
}

static void asked_to_stop(void *context, struct moment now)
{
    struct app *app = context;

    if (app->stopping)
        return;
    app->stopping = true;
    notify_stopping("stopping; undelivered notices are kept");
    tell_message(app, MESSAGE_STOPPED, -1, "erwatchd stops; incidents and undelivered notices are kept", NULL, 0);
    history_self(app, "stopped", "erwatchd stops", now);
    control_drop_waiters(app);
    kept_stop(app);
    receiver_tests_stop(app);
    survey_drop(app);
    deliver_stop(app);
    app->stop_timer = timer_new(app->loop, stop_late, app);
    timer_set(app->stop_timer, mono_after(now.mono, STOP_MS));
    app_stop_if_idle(app);
}

static bool make_timers(struct app *app, struct moment now)
{
    app->engine_timer = timer_new(app->loop, engine_fired, app);
    app->tell_timer = timer_new(app->loop, lists_tell, app);
    TAILQ_INIT(&app->telling);
    app->watchdog = timer_new(app->loop, watchdog_fired, app);
    app->cycle_timer = timer_new(app->loop, cycle_fired, app);
    app->status_timer = timer_new(app->loop, status_fired, app);
    timer_set(app->cycle_timer, mono_after(now.mono, app->settings->poll.every_ms));
    if (notify_watchdog_every_ms() > 0)
        timer_set(app->watchdog, now.mono);
    return loop_on_signal(app->loop, SIGHUP, hang_up, app) && loop_on_signal(app->loop, SIGTERM, asked_to_stop, app) &&
           loop_on_signal(app->loop, SIGINT, asked_to_stop, app);
}

void app_cannot_start(struct app *app, const char *why)
{
    journal_say(app->journal, LOG_ERR, "%s Not starting.", why);
    /* whoever started it by hand sees it, too: with a journal the line above is not on the terminal */
    if (access("/run/systemd/journal/socket", F_OK) == 0 && getenv("JOURNAL_STREAM") == NULL)
        fprintf(stderr, "erwatchd: %s Not starting.\n", why);
}

static bool start(struct app *app)
{
    struct moment now = loop_now(app->loop);
    char why[256] = "";

    seed(app);
    app->started = app->loaded = now;
    if (gethostname(app->host, sizeof app->host - 1) != 0)
        snprintf(app->host, sizeof app->host, "unknown");
    app->digester = digester_new();
    app->http = adopt_make_http(app, app->settings, why);
    if (app->http == NULL) {
        app_cannot_start(app, why);
        return false;
    }
    adopt_make_sign_ins(app);
    app->hooks = hooks_new(app->loop);
    if (!make_timers(app, now) || !persist_open(app, now))
        return false;
    discover_load(app);
    struct watch watch = adopt_watch(app);
    app->engine = engine_new(&watch, now);
    poll_start(app, now);
    deliver_adopt(app, now);
    persist_load(app, now);
    mutes_start(app, now);
    failing_look(app, now);
    clock_start(app, now);
    discover_start(app, now);
    search_start(app, now);
    credentials_look(app, now);
    heartbeat_adopt(app, now);
    if (!control_start(app))
        return false;
    history_self(app, "started", "erwatchd " PACKAGE_VERSION " starts", now);
    engine_turn(app->engine, now, &app->effects);
    app_follow(app, now);
    deliver_pump(app, now);
    return true;
}

static void announce(struct app *app)
{
    char text[512];

    snprintf(text, sizeof text, "erwatchd %s watches %zu circuits, settings of %s", PACKAGE_VERSION,
             app->settings->circuit_count, app->settings->file);
    tell_message(app, MESSAGE_STARTED, -1, text, NULL, 0);
    app_status(app);
    notify_ready(app->status);
}

static void finish(struct app *app)
{
    struct moment now = loop_now(app->loop);

    app->stopping = true;
    app->generation++;
    app->credential_generation++;
    discover_stop(app);
    if (app->server != NULL)
        server_free(app->server);
    if (app->sign_ins != NULL)
        ask_drop_held(app, now);
    heartbeat_free(app);
    if (app->http != NULL)
        http_free(app->http);
    clients_free(app);
    mails_end(app);
    if (app->hooks != NULL)
        hooks_free(app->hooks);
    persist_close(app);
    poll_stop(app); /* the last commit plans ahead like any other */
    deliver_free(app);
    mutes_free(app);
    discover_free(app);
    search_free(app);
    engine_free(app->engine);
    effects_fini(&app->effects);
    digester_free(app->digester);
    adopt_free_sign_ins(app->sign_ins, app->sign_ins != NULL ? app->settings->azure.credential_count : 0,
                  app->credential_names);
    free(app->credential_discovers);
    timer_free(app->poll_timer);
    timer_free(app->engine_timer);
    timer_free(app->tell_timer);
    timer_free(app->watchdog);
    timer_free(app->cycle_timer);
    timer_free(app->status_timer);
    timer_free(app->credentials_timer);
    timer_free(app->stop_timer);
    journal_free(app->journal, JOURNAL_FINISH_MS);
    loop_free(app->loop);
    settings_free(app->settings);
}

static struct app *make_app(const struct options *options, struct settings *settings)
{
    struct app *app = calloc(1, sizeof *app);

    if (app == NULL)
        abort();
    app->options = options;
    app->settings = settings;
    app->loop = loop_new();
    app->journal = journal_new(app->loop, "erwatchd", options->verbose);
    journal_name_lost(app->journal, message_find(MESSAGE_JOURNAL_LOST)->id, message_find(MESSAGE_JOURNAL_LOST)->name);
    return app;
}

/* The settings are sound: do they work in Azure, too? */
static bool try_settings(const struct options *options, struct settings *settings)
{
    struct app *app = make_app(options, settings);
    char why[256];
    bool well = false;

    seed(app);
    app->http = adopt_make_http(app, settings, why);
    if (app->http != NULL) {
        adopt_make_sign_ins(app);
        well = try_run(app);
    } else {
        fprintf(stderr, "erwatchd: %s\n", why);
    }
    finish(app);
    free(app);
    return well;
}

int app_run(const struct options *options)
{
    guard_secrets();
    struct settings *settings = load_settings(options);
    if (settings == NULL)
        return EXIT_FAILURE;
    if (options->check) {
        settings_print(settings, stdout);
        if (options->trial)
            return try_settings(options, settings) ? EXIT_SUCCESS : EXIT_FAILURE;
        settings_free(settings);
        return EXIT_SUCCESS;
    }
    if (!make_folder(options->state_dir, 0700) || !make_folder(options->run_dir, 0750)) {
        settings_free(settings);
        return EXIT_FAILURE;
    }
    struct app *app = make_app(options, settings);
    bool started = start(app);
    if (started) {
        announce(app);
        loop_run(app->loop);
    }
    finish(app);
    free(app);
    return started ? EXIT_SUCCESS : EXIT_FAILURE;
}
