#ifndef ERWATCH_APP_APP_H
#define ERWATCH_APP_APP_H

#include "config.h"

#include "app/bodies.h"
#include "app/discover.h"
#include "app/options.h"
#include "app/persist.h"
#include "app/target.h"
#include "azure/azure.h"
#include "config/config.h"
#include "core/engine.h"
#include "core/message.h"
#include "core/queue.h"
#include "core/schedule.h"
#include "io/hook.h"
#include "io/http.h"
#include "io/journal.h"
#include "io/loop.h"
#include "io/secret.h"
#include "io/server.h"
#include "paging/paging.h"
#include "web/route.h"
#include "web/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * The meeting of both sides: what io hears becomes an event of the core, each effect of the core becomes a call to io
 * or the store. One file per flow; this is what they share.
 */

#define APP_USER_AGENT "erwatch/" PACKAGE_VERSION

/* ---- signing in ---- */

/** What a token is for: it is only taken where it was asked for. */
enum audience { AUDIENCE_MANAGEMENT, AUDIENCE_METRICS, AUDIENCES };

const char *audience_name(enum audience audience); /* "management", "metrics" */

/** A token, and how asking for it goes. */
struct grant {
    struct token token;        /* text NULL: none */
    struct mono got, expires, renew, not_before;
    uint32_t failures;
    bool busy;
    bool challenged;        /* the Arc agent has asked for its key, which goes with the present request */
    bool corrected;         /* an assertion was outside its time, and was made once more with Azure's */
    int64_t azure_ahead_ms; /* by which time the present request was made */
    uint64_t serial;        /* of the token: tells an answer to an older one */
    struct failure trouble; /* why there is none; kind TROUBLE_NONE: nothing is wrong */
    struct call *refused;   /* calls that were answered with 401: sent once more with the new token */
};

struct sign_in {
    const struct credential_settings *settings;
    struct grant grant[AUDIENCES];
    bool looked;          /* … at its files */
    uint64_t stamp;       /* of them */
    int64_t ends_wall_ms; /* the certificate's own end; 0: not known */
    struct budget graph;  /* of Resource Graph, which is the credential's and no subscription's */
};

/** How often something happened: since the start, and by beats of poll.every. */
struct counted {
    uint64_t all, present, last, before; /* the present beat, the last whole one, the one before */
};

struct figures {
    struct counted questions; /* each is one request, or a chain of them */
    struct counted sent;
    uint64_t answered, failed; /* answered: it has ended, well or not */
};

struct app {
    const struct options *options;
    struct loop *loop;
    struct journal *journal;
    struct http *http;
    struct hooks *hooks;
    struct server *server;
    struct settings *settings;
    struct engine *engine;
    struct effects effects;
    struct story story;
    struct persistence store;

    const char **credential_names;
    bool *credential_discovers; /* are circuits looked for with it? */
    struct sign_in *sign_ins;
    struct subscription *subscriptions;
    size_t subscription_count;
    struct circuit_group *groups;
    size_t group_count;
    struct ports_known *ports; /* NULL: none yet */
    LIST_HEAD(errands, errand) errands; /* those that wait for a budget or a token */
    struct home *homes;      /* of the circuits */
    struct watched *watched; /* the same */
    struct asked *asked;
    struct queue *due; /* of `asked`: subscriptions, then circuits, metrics, routes */
    TAILQ_HEAD(list_runs, list_run) telling; /* lists of which a page is being told, in the order of their turns */
    struct timer *poll_timer, *tell_timer, *engine_timer, *watchdog, *cycle_timer, *status_timer, *credentials_timer;
    bool status_due;
    bool journal_answered, store_answered; /* their threads, since the watchdog was last told */
    struct figures figures[ASKS];
    struct sample scratch;
    struct digester *digester;
    bool azure_heard;       /* has Azure told us its time? */
    int64_t azure_ahead_ms; /* its clock less our clock that only runs forward: steps of the wall clock do not matter */
    uint64_t generation;    /* of the circuits: an answer to a question about older ones is dropped */
    uint64_t credential_generation; /* the same for questions that are about no circuit */
    struct discovery discovery;
    struct search *searches; /* one for each credential */
    size_t search_count;
    struct timer *search_timer;
    LIST_HEAD(graph_looks, graph_look) graph_looks; /* those that wait for a budget */
    uint64_t random;

    struct heartbeat *heartbeat; /* NULL: nobody is told */
    struct receiver **receivers;
    size_t receiver_count;
    struct departed *departed; /* while what was stored is loaded: what receivers that are gone were told */
    LIST_HEAD(receivers_gone, receiver) gone; /* no longer in the settings; they end with their last runs */
    bool receivers_changed;   /* rule 96 has not heard of these yet */
    struct bodies bodies;
    struct delivery *leaving; /* attempts that are about to be written down */
    struct ended *ended;      /* attempts whose end is told in a later turn */
    struct timer *ended_timer;
    struct client *clients;
    struct mails *mails; /* NULL: none was sent yet */

    char host[256];
    struct moment started, loaded;
    char status[512]; /* as last told to the service manager */
    char settings_trouble[512]; /* why the last reload was refused; "" when it was not */
    LIST_HEAD(kept_waits, kept_wait) kept_waits; /* answers that leave when the disk has what they say */
    bool stopping;
    struct timer *stop_timer;
    struct muter *muter; /* app/mutes.h */
    struct trial *trial; /* `erwatchd -n --try`: then there is no engine, store, receiver or server */
};

/* app.c */
int app_run(const struct options *options);
double app_random(struct app *app); /* 0 <= x < 1 */
/** Carry out what the core asked for, and see to it that it is called when it wants to be. */
void app_follow(struct app *app, struct moment now);
/** Say why, in the journal and to whoever started it by hand. @param why  a sentence */
void app_cannot_start(struct app *app, const char *why);
/** While stopping: the last hook has ended. */
void app_stop_if_idle(struct app *app);

/* status.c */
void app_status(struct app *app);

/* effects.c */
void app_run_effects(struct app *app, struct moment now);
/** The notice of an effect as JSON, heap; its texts lie in app->story until the next one is made. */
char *effects_notice(struct app *app, const struct effect *effect, struct moment now);

/* poll.c: what is asked, and when */
void poll_look(struct app *app, size_t circuit, unsigned look, struct mono at);
/** What lies beyond a circuit, and was never asked about, is asked about soon. */
void poll_look_beyond(struct app *app, size_t circuit, struct mono at);
/** There may be gateway connections of the group that were not asked about yet. */
void poll_look_connections(struct app *app, size_t group, struct mono at);
/** Sessions of the circuit are in doubt: what does Azure say of its health? */
void poll_look_health(struct app *app, size_t circuit, struct mono at);
/** An operator wants this circuit's own answer now, and what lies beyond it looked at. */
void poll_ask_now(struct app *app, size_t circuit, struct moment now);
/** The moment a circuit is asked about next, itself or in a list. */
struct mono poll_next(const struct app *app, size_t circuit);
void poll_arm(struct app *app);
/** A target is due at that moment, and not before; MONO_NEVER: not at all. */
void poll_set_due(struct app *app, enum ask ask, size_t index, struct mono due);
/** The timer's: ask for what is due. @p context  the app */
void poll_due(void *context, struct moment now);
/** Is it being asked about? */
bool poll_is_busy(const struct app *app, enum ask ask, size_t index);
/** It is, from now on until poll_ended(). */
void poll_begin(struct app *app, enum ask ask, size_t index, struct moment now);
/** For the figures: a question is asked. Those of targets that are asked by themselves are counted already. */
void poll_count_question(struct app *app, enum ask ask);
/** A request on this budget has ended: whoever waited for room goes on. */
void poll_room(struct app *app, struct subscription *on, enum budget_kind kind, struct moment now);
void poll_ended(struct app *app, enum ask ask, size_t index, bool well, struct moment now);
/**
 * Its circuit has not answered since the start, so that nobody knows what to ask: it comes again after poll.retry, and
 * counts as not tried.
 */
void poll_not_yet(struct app *app, enum ask ask, size_t index, struct moment now);
/** Whatever is asked about for hours is asked about again: no lost end may silence a question for good. */
void poll_watch(struct app *app, struct moment now);
/** Azure's time, milliseconds since 1970; ours until it has been heard. */
int64_t poll_azure_now(const struct app *app, struct moment now);

/* poll_start.c */
void poll_start(struct app *app, struct moment now);
void poll_stop(struct app *app);
/** The circuit's own answer has come: if it is on a port, that has a beat from now on. */
void poll_start_port(struct app *app, size_t circuit, struct moment now);

/** The machine slept: ask for everything as after a start. */
void poll_all_now(struct app *app, struct moment now);

/* clock.c */
/** What was stored has been loaded: is the clock behind it? From now on its jumps are told. */
void clock_start(struct app *app, struct moment now);

/* poll_fail.c: what follows when a question gave nothing */
/** A token has come, or will not: whoever waited for it goes on. */
void poll_token(struct app *app, size_t credential, const struct failure *failure, struct moment now);
/** The same for a token of the metrics service. */
void poll_token_metrics(struct app *app, size_t credential, const struct failure *failure, struct moment now);
void poll_failed(struct app *app, size_t circuit, struct failure *failure, struct moment now);
/** The same for all circuits of a subscription at once. */
void poll_failed_list(struct app *app, size_t subscription, const struct failure *failure, struct moment now);
/** Log the first failure of a row of them, before poll_ended(). */
void poll_tell_failed(struct app *app, enum ask ask, size_t index, const struct failure *failure);

/* ask.c: one request with a token, its answer or failure */
typedef void ask_done(void *context, const struct azure_reply *reply, struct failure *failure, struct mono asked,
                      struct moment now);
/**
 * Send a request to ARM with a subscription's credential and on its budgets. @p done runs once, later: with a reply (any
 * status but 401), or with a failure that says why there is none. Takes @p request over.
 */
void ask_about(struct app *app, enum ask ask, struct subscription *on, struct azure_request *request, ask_done *done,
               void *context);

/** The same, to the metrics service, with a token and a budget of its own. */
void ask_metrics_host(struct app *app, struct subscription *on, struct azure_request *request, ask_done *done,
                      void *context);

/** A piece of the body of an answer with status 200, before @p done. */
typedef void ask_piece(void *context, const char *bytes, size_t len);
/** The same; the body of a good answer comes in pieces, and the reply lacks it. */
void ask_about_pieces(struct app *app, enum ask ask, struct subscription *on, struct azure_request *request,
                      ask_piece *piece, ask_done *done, void *context);
/** The same, about no subscription in particular: no budget is kept of it. */
void ask_arm(struct app *app, enum ask ask, size_t credential, struct azure_request *request, ask_done *done,
             void *context);
void ask_arm_pieces(struct app *app, enum ask ask, size_t credential, struct azure_request *request, ask_piece *piece,
                    ask_done *done, void *context);

/** The same, with a token for any audience. */
void ask_alone(struct app *app, enum ask ask, size_t credential, enum audience audience, struct azure_request *request,
               ask_done *done, void *context);

/** A question to Resource Graph, on the credential's budget of it. */
void ask_graph(struct app *app, enum ask ask, size_t credential, struct azure_request *request, ask_done *done,
               void *context);

/** Send those that were refused once more, or end them with why there is no token. */
void ask_again(struct app *app, struct call *calls, const struct failure *failure, struct moment now);
/** Put a refused call on a list for ask_again(). */
void ask_hold(struct call **list, struct call *call);
/** End the calls that wait for a new token, unheard. */
void ask_drop_held(struct app *app, struct moment now);
/** A version 4 UUID; returns @p text. */
#define ASK_UUID_MAX 37
const char *ask_uuid(char text[ASK_UUID_MAX]);
/** Ask without a token (login, metadata). */
void ask_plain(struct app *app, enum ask ask, size_t credential, struct azure_request *request, ask_done *done,
               void *context);

/* sign_in.c */
/** Is there a token for ARM? Asks for one, or for the next one in time, when it may. */
bool sign_in_ready(struct app *app, size_t credential, struct moment now);
/** The same for any audience. */
bool sign_in_ready_for(struct app *app, size_t credential, enum audience audience, struct moment now);
/** A token with this serial number was not taken: get another, and hold the call until it is there. */
void sign_in_refused(struct app *app, size_t credential, enum audience audience, struct call *call, uint64_t serial,
                     struct moment now);
/** The credential has served: ARM has answered with what was asked for. */
void sign_in_worked(struct app *app, size_t credential, struct moment now);
/** Something that it rests on has changed: try now. */
void sign_in_again(struct app *app, size_t credential, struct moment now);
/** When it is worth to come back for a token; MONO_NEVER while one is being asked for. */
struct mono sign_in_next(const struct app *app, size_t credential);

/* sign_in_ask.c: what is asked for a token */
#define SECRETS_FOLDER ERWATCH_SYSCONFDIR "/secrets"
#define SIGN_IN_WHY_MAX 512
#define SIGN_IN_AGENT_MAX 256
/** The first request. @return false: @p failure says why none can be made */
bool sign_in_make(struct app *app, const struct credential_settings *settings, enum audience audience,
                  struct moment now, struct azure_request *request, struct failure *failure);
/** The second one to the Arc agent, with the key that its answer names. */
bool sign_in_answer_agent(struct app *app, const struct credential_settings *settings, enum audience audience,
                          const struct azure_reply *reply, struct azure_request *request, struct failure *failure);
/** What the settings say, else the environment; NULL: neither. */
const char *sign_in_tenant(const struct credential_settings *settings);
const char *sign_in_client(const struct credential_settings *settings);
const char *sign_in_token_file(const struct credential_settings *settings);
/** Where the Arc agent is: what the environment says, which must be this host, else the usual place. */
bool sign_in_agent(char origin[SIGN_IN_AGENT_MAX], char why[SIGN_IN_WHY_MAX]);
/** Read the certificate and its key; NULL after a sentence. */
struct certificate *sign_in_certificate(const struct credential_settings *settings, char why[SIGN_IN_WHY_MAX]);
/** Changes when one of the credential's files does. */
uint64_t sign_in_stamp(const struct credential_settings *settings);

/* sign_in_keep.c */
/** After other settings: credentials that stayed what they were take their tokens over, @p from those of @p was. */
void sign_in_keep(struct app *app, const struct azure_settings *was, struct sign_in *from);

/* credentials.c */
/** Look at the credentials' files now, and from time to time from now on. */
void credentials_look(struct app *app, struct moment now);
/** When secret or certificate end, milliseconds since 1970; 0: never, or nobody knows. */
int64_t credentials_end(const struct sign_in *sign_in);

/* lists.c */
void lists_ask(struct app *app, size_t subscription, struct moment now);
/** Tell the core of a slice of the next list: `tell_timer`, for @p context, the app. */
void lists_tell(void *context, struct moment now);
/** Forget those that the core is being told of. */
void lists_stop(struct app *app);

/* circuits.c, witness.c */
/** Is this answer one that was seen before? @p last is moved on. */
bool circuits_replay(struct app *app, const struct azure_reply *reply, struct digest *last);
void circuits_ask_one(struct app *app, size_t circuit, struct moment now);
/** Is there a session to ask about? @p facts  filled in any case */
bool witness_worth_asking(struct app *app, size_t circuit, struct moment now, struct facts *facts);
void witness_ask_metrics(struct app *app, size_t circuit, struct moment now);

/* operations.c */
void operations_ask(struct app *app, size_t circuit, struct moment now);
/** End what waits there; what is on the wire ends by its own answer. */
void operations_stop(struct app *app, size_t circuit);

/* health.c, connections.c, maintenance.c */
void health_ask_circuit(struct app *app, size_t circuit, struct moment now);
void connections_ask_group(struct app *app, size_t group, struct moment now);
void maintenance_ask(struct app *app, size_t subscription, struct moment now);

/* tell.c: entries of the journal */
struct word_text {
    char text[512];
};
/** Where in the source an entry was decided on: CODE_FILE, CODE_FUNC and CODE_LINE of the journal. */
struct place_told {
    const char *file, *function;
    int line;
};
#define TOLD_HERE ((struct place_told){ __FILE__, __func__, __LINE__ })

/** Why a change that is quiet is not sent: "silenced", "another rule explains it". */
const char *tell_why_quiet(const struct effect *effect, char reasons[WITHHELD_TEXT_MAX]);
void tell_incident_at(struct app *app, const struct effect *effect, const struct notice *notice, struct place_told at);
#define tell_incident(app, effect, notice) tell_incident_at(app, effect, notice, TOLD_HERE)
/** "FIELD changed from WAS to IS" */
struct word_text tell_word_text(const struct word_change *change);
/** One of the daemon's own messages. @param priority  syslog's; -1: the message's own */
void tell_message_at(struct app *app, enum message kind, int priority, const char *text,
                     const struct journal_field *more, size_t more_count, struct place_told at);
#define tell_message(app, kind, priority, text, more, more_count) \
    tell_message_at(app, kind, priority, text, more, more_count, TOLD_HERE)
void tell_word_at(struct app *app, const struct effect *effect, struct place_told at);
#define tell_word(app, effect) tell_word_at(app, effect, TOLD_HERE)
void tell_verdict_at(struct app *app, const struct effect *effect, struct place_told at);
#define tell_verdict(app, effect) tell_verdict_at(app, effect, TOLD_HERE)

/* check.c */
bool check_files(const struct settings *settings, struct diag *diag);

/* reload.c */
/** Read the settings again, whole or not at all. @return were they taken? Findings (warnings, too) go into @p diag. */
bool reload_now(struct app *app, struct diag *diag, struct reload_view *out, struct moment now);

/* control.c */
bool control_start(struct app *app);
/** Answer a call that was waiting. @param json  heap, given up */
void control_answer(struct server_call *call, char *json);
void control_refuse(struct server_call *call, enum api_error error, const char *message);
void control_polled(struct app *app, size_t circuit, struct moment now);
/** The settings are about to change, or the daemon stops: end what waits. */
void control_drop_waiters(struct app *app);

#endif
