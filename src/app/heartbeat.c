/*
 * When the heartbeat is sent, and when not: all circuits are asked about or reported as unseen, the disk takes what is
 * written, no page waits for long, the loop is in time, and we are not stopping. The address may be a secret and is read
 * from its file each time, so that it can be replaced; the client is one of its own, with a proxy and authorities of its
 * own. Silence is told in the journal once, with the reason, and so is its end.
 */
#include "app/heartbeat.h"

#include "app/delivery.h"
#include "config/address.h"
#include "core/span.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#define TIMEOUT_MS (10 * 1000)
#define ANSWER_MOST 65536
#define INTERVALS 2 /* of its own, within which a circuit is asked about */
#define PAGE_WAITS_MOST_INTERVALS 10
#define PAGE_WAITS_MOST_MS (10 * 60 * 1000)
#define LAG_MOST_MS 1000
#define WHY_MAX 512

struct heartbeat {
    struct http *http;
    struct http_call *call; /* NULL: none under way */
    struct timer *timer;
    struct mono due;
    bool begun;             /* the first one of the run is not missed before all could be asked about */
    char shown[ADDRESS_SHOWN_MAX + 8];
    char silent[WHY_MAX];   /* why; "" while it is sent */
    int64_t sent_wall_ms;   /* when it was taken last; 0: never */
};

static const struct heartbeat_settings *settings_of(const struct app *app)
{
    return &app->settings->heartbeat; /* a discovery may have put others in their place */
}

/* ---- does everything work? ---- */

static bool say(char why[WHY_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool say(char why[WHY_MAX], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(why, WHY_MAX, format, arguments);
    va_end(arguments);
    return false;
}

/* The last attempt at the circuit itself: in the list of its subscription, or alone. */
static struct mono attempted(const struct app *app, size_t circuit)
{
    size_t subscription = app->homes[circuit].subscription;
    struct mono alone = app->asked[target_id(app, ASK_CIRCUIT, circuit)].attempted;

    if (!app->subscriptions[subscription].listed)
        return alone;
    return mono_later(alone, app->asked[target_id(app, ASK_LIST, subscription)].attempted);
}

struct unseen {
    bool reported;
};

static void note_report(void *context, struct target target, const struct incident *incident,
                        const struct opinion *opinion)
{
    struct unseen *unseen = context;
    bool blind = incident->rule == RULE_BLIND || incident->rule == RULE_SIGN_IN_FAILED ||
                 incident->rule == RULE_THROTTLED;

    (void)target;
    (void)opinion;
    if (blind && incident->subject.peering == PEERING_NONE && incident_is_open(incident))
        unseen->reported = true;
}

/* By itself, or by what it shares with others. */
static bool is_reported(const struct app *app, size_t circuit, struct moment now)
{
    struct unseen unseen = { false };
    struct facts facts;

    engine_facts(app->engine, circuit, now, &facts);
    engine_incidents_of(app->engine, (struct target){ SCOPE_CIRCUIT, circuit }, note_report, &unseen);
    return facts.blind_by != RULE_NONE || unseen.reported;
}

static bool all_asked(const struct app *app, struct moment now, char why[WHY_MAX])
{
    for (size_t i = 0; i < app->settings->circuit_count; i++) {
        const struct circuit_settings *circuit = &app->settings->circuits[i];
        int64_t most_ms = INTERVALS * circuit->every_ms + app->settings->poll.timeout_ms;
        struct mono at = attempted(app, i);
        char span[SPAN_TEXT_MAX];
        if (at.ms != 0 && mono_between(at, now.mono) <= most_ms)
            continue;
        if (!is_reported(app, i, now))
            return say(why, "%s was not asked about for more than %s", circuit->name, span_format(most_ms, span));
    }
    return true;
}

static bool disk_works(const struct app *app, struct moment now, char why[WHY_MAX])
{
    bool written = app->store.written.ms != 0 &&
                   mono_between(app->store.written, now.mono) <= settings_of(app)->every_ms + LAG_MOST_MS;

    if (app->store.store == NULL || app->store.broken || !written)
        return say(why, "the database takes no changes");
    return true;
}

/* The oldest page of a queue, which is in the order in which notices were made. */
static const struct outbox_item *oldest_page(const struct outbox *outbox)
{
    const struct outbox_item *item;

    TAILQ_FOREACH(item, &outbox->all, all)
        if (item->severity == SEVERITY_CRITICAL)
            return item;
    return NULL;
}

static bool pages_leave(const struct app *app, struct moment now, char why[WHY_MAX])
{
    int64_t most_ms = PAGE_WAITS_MOST_INTERVALS * settings_of(app)->every_ms;
    char span[SPAN_TEXT_MAX];

    if (most_ms > PAGE_WAITS_MOST_MS)
        most_ms = PAGE_WAITS_MOST_MS;
    for (size_t i = 0; i < app->receiver_count; i++) {
        const struct outbox_item *page = oldest_page(&app->receivers[i]->outbox);
        if (page != NULL && app->receivers[i]->digesting == NULL && mono_between(page->put, now.mono) > most_ms)
            return say(why, "a page has been waiting for %s for %s", app->receivers[i]->name,
                       span_format(mono_between(page->put, now.mono), span));
    }
    return true;
}

static bool loop_is_in_time(const struct app *app, struct moment now, char why[WHY_MAX])
{
    int64_t late_ms = mono_between(app->heartbeat->due, now.mono);

    return late_ms < LAG_MOST_MS || say(why, "the loop is %lld ms late", (long long)late_ms);
}

static bool all_works(const struct app *app, struct moment now, char why[WHY_MAX])
{
    return loop_is_in_time(app, now, why) && disk_works(app, now, why) && pages_leave(app, now, why) &&
           all_asked(app, now, why);
}

/* ---- sending ---- */

static void silent(struct app *app, const char *why)
{
    struct heartbeat *heartbeat = app->heartbeat;

    if (heartbeat->silent[0] == '\0')
        journal_say(app->journal, LOG_WARNING, "no heartbeat is sent to %s: %s", heartbeat->shown, why);
    snprintf(heartbeat->silent, sizeof heartbeat->silent, "%s", why);
}

static void taken(struct app *app, struct moment now)
{
    struct heartbeat *heartbeat = app->heartbeat;

    if (heartbeat->silent[0] != '\0')
        journal_say(app->journal, LOG_NOTICE, "the heartbeat to %s goes on", heartbeat->shown);
    heartbeat->silent[0] = '\0';
    heartbeat->sent_wall_ms = now.wall_ms;
}

static void answered(void *context, const struct http_reply *reply, struct moment now)
{
    struct app *app = context;
    char why[WHY_MAX];

    app->heartbeat->call = NULL;
    if (reply->end == HTTP_CANCELLED)
        return;
    if (reply->end == HTTP_ANSWERED && reply->status / 100 == 2) {
        taken(app, now);
        return;
    }
    if (reply->end == HTTP_ANSWERED)
        snprintf(why, sizeof why, "it answered with HTTP %d", reply->status);
    else
        snprintf(why, sizeof why, "%s", reply->why);
    silent(app, why);
}

/* "https://hc.example.net …1f2e": nobody can send in our name who reads it. */
static void show(struct heartbeat *heartbeat, const char *url)
{
    char origin[ADDRESS_SHOWN_MAX];
    const char *rest = strstr(url, "://");
    size_t len = strlen(url);

    address_shown(url, origin);
    rest = rest != NULL ? strchr(rest + 3, '/') : NULL;
    bool long_enough = rest != NULL && strlen(rest) > 12;
    snprintf(heartbeat->shown, sizeof heartbeat->shown, "%s%s%s", origin, long_enough ? "\342\200\246" : "",
             long_enough ? url + len - 4 : "");
}

static void send_to(struct app *app, const char *url)
{
    struct heartbeat *heartbeat = app->heartbeat;
    struct http_request request = { .method = "GET",
                                    .url = url,
                                    .limit = ANSWER_MOST,
                                    .timeout_ms = TIMEOUT_MS,
                                    .plain = strncmp(url, "http://", 7) == 0 };
    const char *wrong = address_wrong(url, ADDRESS_LOOPBACK);
    char why[WHY_MAX];

    if (wrong != NULL) {
        snprintf(why, sizeof why, "its address %s", wrong);
        silent(app, why);
        return;
    }
    show(heartbeat, url);
    heartbeat->call = http_send(heartbeat->http, &request, answered, app);
}

static void beat(struct app *app)
{
    const struct heartbeat_settings *settings = settings_of(app);
    struct secret secret;
    char why[WHY_MAX];

    if (app->heartbeat->call != NULL)
        return; /* its end is near, and says how it goes */
    if (settings->url != NULL) {
        send_to(app, settings->url);
    } else if (secret_read(settings->url_file, SECRETS_FOLDER, &secret, why)) {
        send_to(app, secret.bytes);
        secret_wipe(&secret);
    } else {
        silent(app, why);
    }
}

/* Until the next time this shows whether the disk takes a write. */
static void write_something(struct app *app, struct moment now)
{
    batch_alive(persist_batch(app), now.wall_ms);
    persist_flush(app);
}

static void fired(void *context, struct moment now)
{
    struct app *app = context;
    struct heartbeat *heartbeat = app->heartbeat;
    char why[WHY_MAX];

    if (app->stopping)
        return;
    if (all_works(app, now, why))
        beat(app);
    else if (heartbeat->begun)
        silent(app, why);
    heartbeat->begun = true;
    write_something(app, now);
    heartbeat->due = mono_after(now.mono, settings_of(app)->every_ms);
    timer_set(heartbeat->timer, heartbeat->due);
}

/* ---- settings ---- */

static struct http *make_client(struct app *app, const struct heartbeat_settings *settings, char why[256])
{
    const struct http_settings http = { .user_agent = APP_USER_AGENT,
                                        .ca_file = settings->ca_file,
                                        .proxy = settings->proxy,
                                        .connections = 1,
                                        .per_host = 1 };

    return http_new(app->loop, &http, why);
}

static struct heartbeat *begin(struct app *app)
{
    struct heartbeat *heartbeat = calloc(1, sizeof *heartbeat);

    if (heartbeat == NULL)
        abort();
    heartbeat->timer = timer_new(app->loop, fired, app);
    return heartbeat;
}

/* The present interval goes on: a reload must not be a word too soon, nor one too late. */
static void plan(struct app *app, struct moment now)
{
    struct heartbeat *heartbeat = app->heartbeat;
    struct mono due = mono_after(now.mono, settings_of(app)->every_ms);

    heartbeat->due = heartbeat->begun ? mono_earlier(heartbeat->due, due) : due;
    timer_set(heartbeat->timer, heartbeat->due);
}

void heartbeat_adopt(struct app *app, struct moment now)
{
    const struct heartbeat_settings *settings = settings_of(app);
    char why[256] = "";

    if (settings->url == NULL && settings->url_file == NULL) {
        heartbeat_free(app);
        return;
    }
    if (app->heartbeat == NULL)
        app->heartbeat = begin(app);
    struct heartbeat *heartbeat = app->heartbeat;
    struct http *old = heartbeat->http;
    heartbeat->http = make_client(app, settings, why);
    if (old != NULL)
        http_free(old);
    snprintf(heartbeat->shown, sizeof heartbeat->shown, "the address in %s",
             settings->url_file != NULL ? settings->url_file : "the settings");
    if (heartbeat->http == NULL) {
        silent(app, why);
        timer_set(heartbeat->timer, MONO_NEVER);
        return;
    }
    write_something(app, now);
    plan(app, now);
}

void heartbeat_free(struct app *app)
{
    struct heartbeat *heartbeat = app->heartbeat;

    if (heartbeat == NULL)
        return;
    if (heartbeat->http != NULL)
        http_free(heartbeat->http);
    timer_free(heartbeat->timer);
    free(heartbeat);
    app->heartbeat = NULL;
}

bool heartbeat_view(const struct app *app, struct heartbeat_view *out)
{
    const struct heartbeat *heartbeat = app->heartbeat;

    if (heartbeat == NULL)
        return false;
    *out = (struct heartbeat_view){ .to = heartbeat->shown,
                                    .sent_wall_ms = heartbeat->sent_wall_ms,
                                    .trouble = heartbeat->silent[0] != '\0' ? heartbeat->silent : NULL };
    return true;
}
