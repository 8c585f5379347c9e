#ifndef ERWATCH_APP_DELIVERY_H
#define ERWATCH_APP_DELIVERY_H

#include "app/app.h"
#include "core/array.h"
#include "core/outbox.h"

/*
 * Who is told, and what waits for whom: routing.c says who, receivers.c owns the queues, heirs.c says whose they are when a
 * receiver is gone, deliver.c works them off through the senders (send_*.c), fallback.c gives to another what a receiver
 * does not take, failing.c says which ones fail, digest.c and digest_make.c make one notice of what a digest has collected.
 * What is sent next is core/outbox.h's.
 */

struct receiver_test;

struct delivery {
    struct outbox_item item; /* first: one is the other */
    char *body;                 /* the notice, JSON; NULL: only in the database, as that of delivery … */
    int64_t body_of;            /* 0: it is not there yet */
    uint32_t body_size;
    bool fresh;                 /* it is in app->bodies.fresh */
    unsigned unread;            /* how often the disk did not give it */
    TAILQ_ENTRY(delivery) among_fresh;
    char *notice_id;
    int64_t created_wall_ms;
    struct receiver *receiver;
    struct delivery *next; /* among those that leave once their attempt is written down */
    uint64_t attempt;      /* the commit that says so */
    bool refused;          /* for good, with the least body, too */
    char *mailed;          /* to whom, as " a@b c@d "; heap, NULL: to nobody yet. See send_mail.c */
    struct receiver_test *test; /* it is one; NULL: it is not */
    struct digest_note note;    /* of one that waits for a digest; line NULL: not taken yet */
};

/** How far the digests of a receiver have come. */
struct digesting {
    struct digest_clock clock;
    int64_t looked_wall_ms; /* at the clock, last */
    uint32_t number;        /* of the last digest */
    int64_t upto;           /* the highest delivery id that it knew of */
    int64_t left_out;       /* of those that are over, since */
    bool known;             /* it was loaded, or began in this run */
};

struct receiver {
    LIST_ENTRY(receiver) gone; /* among those that are */
    struct app *app;
    const struct receiver_settings *settings; /* NULL: no longer in the settings, ends with its last run */
    const struct sender *sender;
    char *name;
    uint64_t destination; /* settings_destination() */
    struct outbox outbox;
    char trouble[256];     /* of the last attempt; "" when it went well */
    bool lasting;          /* … and only a change of settings or at the receiver will help */
    struct mono failing;   /* since the first failure after the last success; MONO_NEVER */
    bool tried;            /* an attempt of this run has ended */
    uint8_t standing;      /* enum standing: as rule 96 was told last */
    size_t refused;        /* how many of those that wait were refused for good */
    uint64_t failing_key;  /* of the incident of rule 96 that speaks of it */
    struct timer *timer;
    struct receiver_test *test; /* the one under way; NULL: none is */
    struct digesting *digesting; /* it is a digest; NULL: it is not */
    struct alerts *alerts; /* of Alertmanager: what its peers are told of again; NULL: nothing yet */
};

/** How one kind of receiver is reached. deliver_answered() is called later, once for each send(), never from inside. */
struct sender {
    void (*send)(struct delivery *delivery, struct moment now);
};

extern const struct sender send_exec, send_http, send_alerts, send_mail, send_stream, send_digest;

/* An alert that Alertmanager is not told of again ends by itself after that; a daemon that dies may be away for so long. */
#define SEND_ALIVE_MS (15 * 60 * 1000)

/** The client for a receiver's requests; NULL: there can be none, and why. */
struct http *clients_for(struct receiver *receiver, char why[256]);

/* alerts.c */
/** The peers of an Alertmanager know of this episode, and are told of it again and again, for a while once it is over. */
void alerts_note(struct receiver *receiver, uint64_t key, uint32_t episode, const char *body, bool over,
                 struct moment now);
void alerts_free(struct alerts *alerts);

/* send_mail.c */
/** What is under way is dropped. */
void mails_end(struct app *app);

/* send_http.c */
/** Other settings: further requests go through new clients. */
void clients_renew(struct app *app);
/** What is under way is cancelled. */
void clients_free(struct app *app);

/** The item's delivery. */
static inline struct delivery *delivery_of(struct outbox_item *item)
{
    return (struct delivery *)item;
}

/* deliver.c */
/** Put a notice into the queue of everybody who is to hear of it. */
void deliver_add(struct app *app, struct effect *effect, const char *json, struct moment now);
/** Put the end of an episode into a queue, beside another one of the same incident that goes on. */
void deliver_end(struct receiver *receiver, const struct effect *effect, struct moment now);
/** A delivery that is in no queue and has no body yet: bodies.h. @param notice_id  copied */
struct delivery *delivery_new(const char *notice_id);
/** Put a copy of it into a receiver's queue, and into the next commit. */
void deliver_copy(struct receiver *to, const struct delivery *from, struct moment now);
/** Send what may be sent. */
void deliver_pump(struct app *app, struct moment now);
/** An attempt has ended. @param took_ms  how long it ran */
void deliver_answered(struct delivery *delivery, const struct wire_outcome *outcome, int64_t took_ms, struct moment now);
/** The same of an attempt that has ended before it began: told in a later turn. */
void deliver_answer_soon(struct delivery *delivery, const struct wire_outcome *outcome, struct moment now);
void deliver_drop_ended(struct app *app);

/* deliver_restore.c */
void deliver_restore(struct app *app, const struct stored_delivery *stored, struct moment now);
void deliver_restore_told(struct app *app, const struct stored_told *stored, struct moment now);
/** After these: what Alertmanager is to be told of again. */
void deliver_restore_alert(struct app *app, const struct stored_incident *stored, struct moment now);
/** Put what waits for this one, and what it was told, into the next commit. */
void deliver_keep_all(struct receiver *receiver);
/** Put everything that waits and everything that is known into the next commit, behind batch_begin_picture(). */
void deliver_put_picture(struct app *app);

/* receivers.c */
/** The receivers of app->settings; queues go with the receiver's name. */
void deliver_adopt(struct app *app, struct moment now);
/** Start nothing more and end what runs. */
void deliver_stop(struct app *app);
void deliver_free(struct app *app);
void receiver_free(struct receiver *receiver);
struct receiver *receivers_find(const struct app *app, const char *name);
/** The queue of each, for those who look; heap. */
struct queue_view *receivers_queues(const struct app *app, struct moment now);
/** Has the receiver a form for a notice of this event (as of an item)? Only digests are not for everybody. */
bool receiver_takes(const struct receiver *receiver, uint8_t event);
/** Its receiver has no form for it any more: it goes to one that has, if there is one. */
void receiver_give_away(struct delivery *delivery, struct moment now);
/** The same for all that wait and do not run. */
void receiver_give_away_all(struct receiver *receiver, struct moment now);
/** Put into the queue, which owns it from now on. */
void receiver_enqueue(struct receiver *receiver, struct delivery *delivery, struct moment now);
/** The same for one that was stored, with the moment at which it was put long ago. */
void receiver_put_back(struct receiver *receiver, struct delivery *delivery);
/** For outbox_add() and outbox_thin(); @p context  the receiver */
void receiver_overtaken(void *context, struct outbox_item *item);
void delivery_free(struct delivery *delivery);
/** Was, or will be, the receiver told this notice of an incident that is still open there? */
bool receiver_has(const struct receiver *receiver, uint64_t key, uint32_t episode, uint32_t sequence);
/** Put the delivery, as it is now, into the next commit. */
void delivery_keep(struct app *app, const struct delivery *delivery);
/** Put what the receiver knows of an incident, or that it knows nothing any more, into the next commit. */
void receiver_keep_told(struct receiver *receiver, uint64_t key, struct moment now);

/* heirs.c */
/** Who gets what waits for a receiver that is no longer there: the last route's first one; NULL without receivers. */
struct receiver *receivers_heir(const struct app *app);
/** One that is no longer in the settings: what waits is handed over, and said so; it is freed with the end of its last run. */
void receiver_leave(struct app *app, struct receiver *receiver, struct moment now);

/* routing.c */
/** Mark the receivers that hear of an incident of this severity: `chosen` has one flag for each of app->settings. */
void routing_choose(const struct app *app, const struct incident *incident, uint8_t severity,
                    const struct circuit_settings *circuit, bool *chosen);

/** Mark those who also hear of an incident that was escalated. */
void routing_escalate(const struct app *app, bool *chosen);

/* failing.c */
/** Tell rule 96 how the receivers do. @return is that news? Then app_follow() tells the others. */
bool failing_look(struct app *app, struct moment now);
/** When the oldest notice will have waited for too long; MONO_NEVER: none waits, or it has. */
struct mono failing_due(const struct receiver *receiver, struct moment now);
/** Mark who hears of an incident of rule 96: everybody who does not fail, but for the one that it is about. */
void failing_choose(const struct app *app, uint64_t key, bool *chosen);
/** The receiver does not even take the least body of this one; it fails until this one is taken or forgotten. */
void failing_note_refusal(struct delivery *delivery);
void failing_forget_refusal(struct delivery *delivery);

/* digest.c */
/** The receiver has these settings now, which it had not before. @param was  NULL: it is new */
void digest_adopt(struct receiver *receiver, const struct receiver_settings *was, struct moment now);
/** It is no longer in the settings, or will have another name. */
void digest_forget_kept(struct receiver *receiver);
/** What was stored of it; before the deliveries that wait. */
void digest_restore(struct app *app, const struct stored_digest *stored);
/** How far it has come, into the next commit. */
void digest_keep(struct receiver *receiver);
void digests_put_picture(struct app *app);
/** A notice has been put into the receiver's queue. */
void digest_collected(struct delivery *delivery);
/** At the start: what is kept of those that are on the disk. */
void digests_preload(struct app *app, struct moment now);
/** See to it that its note has been taken. */
void digest_note_late(struct delivery *delivery, struct moment now);
/** Make those that are due. */
void digests_look(struct app *app, struct moment now);
/** When the receiver's next one is due; MONO_NEVER: it is no digest. */
struct mono digest_due(const struct receiver *receiver, struct moment now);
void digest_show(const struct receiver *receiver, struct queue_view *out, struct moment now);

/* digest_make.c */
/** One notice of what was collected, for whoever gets the digests, and the end of what it tells of. */
void digest_make(struct receiver *receiver, int64_t from_wall_ms, struct moment now);

/* fallback.c */
/** Give this one to the fallback now, if there is one, and all that waits behind it; but for what that has already. */
void fallback_give(struct receiver *receiver, struct delivery *delivery, struct moment now);
/** What is about to be told goes to a receiver and to its fallback: what waits for the first is given to both before. */
void fallback_follow(struct app *app, const bool *chosen, uint64_t key, struct moment now);
/** Is the fallback among those who are told anyway? @param chosen  a flag for each of app->receivers */
bool fallback_is_told(const struct receiver *receiver, const bool *chosen);
/** Give to the fallback what is due for it, and say when more is. */
struct mono fallback_look(struct receiver *receiver, struct moment now);

#endif
