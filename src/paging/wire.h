#ifndef ERWATCH_PAGING_WIRE_H
#define ERWATCH_PAGING_WIRE_H

#include "core/receiver.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One notice on its way to one receiver: the request that its kind of receiver wants, and what the answer means.
 * Bodies are made with jansson from the notice's own JSON, so that a retry days later says what was true then. No
 * sockets, no files: secrets are handed in for the length of a call.
 */

/** What a receiver is. Texts belong to the caller; those marked secret never reach a log or the database. */
struct wire {
    enum receiver_kind kind; /* not RECEIVER_EXEC: for that there are exec_environment() and exec_answer() */
    const char *name;       /* in the settings */
    const char *url;        /* secret for some kinds: whole address, or its base (alertmanager, pagerduty, opsgenie) */
    const char *key;        /* secret: routing key, GenieKey, bot token, the signing key; NULL: none */
    const char *old_key;    /* secret: second signing key while keys are being changed; NULL: none */
    const char *channel;    /* Slack with a bot token: where it posts */
    const char *host;       /* of this daemon: "source" */
    const char *page_url;   /* where a person may look; NULL: nowhere */
    uint8_t format;         /* enum webhook_format, of a webhook */
    const char *mail_from;
    const char *const *mail_to; /* NULL ends */
    int64_t alive_ms;       /* alertmanager: an alert is re-sent before it is so old; its endsAt says so. 0: 15 min */
};

/**
 * What is remembered of an episode at a receiver from one delivered request to the next: Slack's channel and ts, under
 * which key it is open at PagerDuty, the first Message-ID of a mail. "" at first. Opaque outside of this room; no
 * secret.
 */
#define WIRE_KEPT_MAX 256

/** A request, all heap; wire_request_free() wipes it. */
struct wire_request {
    const char *method;  /* "POST"; "MAIL" and "LINE" (a stream): there is a body only. NULL: nothing to be sent, it */
                         /* counts as delivered (an acknowledgement that this kind has no word for) */
    char *url;
    char **headers;      /* "Name: value", NULL ends */
    char *body;          /* of a mail: RFC 5322 with CRLF; of a stream: one line with its newline */
    size_t body_len;
    char kept[WIRE_KEPT_MAX]; /* for wire_answer(); "" nothing new */
    bool api;                 /* for wire_answer(): Slack's API answers it, not an incoming webhook */
    bool learn;               /* for wire_answer(): the answer says where the message is (Slack) */
    bool more;                /* for wire_answer(): this is the first of two */
};

/**
 * @param notice_json  as notice_json() made it
 * @param kept         of this receiver and episode, "" when nothing
 * @param now_wall_ms  time of this attempt: timestamp of the signature, endsAt
 * @param minimal      the receiver refused the whole one (400, 413, 422): leave out what is not needed
 * @return             NULL when @p notice_json is no notice
 */
struct wire_request *wire_request_new(const struct wire *wire, const char *notice_json, const char *kept,
                                      int64_t now_wall_ms, bool minimal);
void wire_request_free(struct wire_request *request);

/** What became of an attempt. reliability: the table of answers in erwatchd(8), "DELIVERY". */
enum answer {
    ANSWER_DELIVERED,
    ANSWER_LATER,     /* network, 408, 425, most 5xx, a hook that failed: growing pauses */
    ANSWER_UNCERTAIN, /* it may have arrived: time-out or broken connection after the request was written, answer cut, */
                      /* 502 and 504: a gateway may have passed it on */
    ANSWER_SLOW_DOWN, /* 429: Retry-After, else 30 s doubling to 5 min */
    ANSWER_REDIRECT,  /* 3xx: never followed; every 5 min, rule 96 at once */
    ANSWER_REFUSED,   /* 400, 413, 422: once more with the least body; if that is refused, too, every 5 min and rule 96 */
    ANSWER_SETTINGS,  /* 401, 403, 404, 410, Slack's invalid_token …: every 5 min, rule 96 at once */
    ANSWERS
};

const char *answer_name(enum answer answer); /* "delivered", "later" … */

/** An HTTP or SMTP answer, or a failure before there was one (status 0). */
struct wire_reply {
    int status;              /* HTTP's; SMTP's last code */
    bool whole;              /* status, headers and body came to their end */
    bool sent;               /* the request may have left */
    const char *body;        /* NUL-terminated; "" */
    const char *retry_after; /* header; NULL */
    int64_t now_wall_ms;     /* for a Retry-After that is a date */
};

struct wire_outcome {
    enum answer answer;
    int64_t retry_after_ms;     /* -1: not said; 0 to 15 min (a date in the past is 0) */
    char said[32];              /* what the receiver answered, in two words: "HTTP 202"; "" when that is not known */
    char why[200];              /* not delivered: a sentence without any secret, such as "the receiver answered 503" */
    char kept[WIRE_KEPT_MAX];   /* delivered: what to remember for the episode; "" nothing new */
    bool more;                  /* delivered, but the notice is not done: remember `kept`, then make and send the */
                                /* next request of the same notice with it (PagerDuty: trigger, then resolve) */
};

/**
 * What an answer means; @p out is filled whole.
 *
 * @param wire     only its kind is looked at: secrets need not be kept until there is an answer
 * @param request  that it answers
 */
void wire_answer(const struct wire *wire, const struct wire_request *request, const struct wire_reply *reply,
                 struct wire_outcome *out);

/**
 * Is a secret what this kind of receiver takes: a signing key (whsec_ and base64), a routing key (32 characters) …?
 *
 * @return NULL, or what is wrong with it, without the secret: "is no signing key: whsec_ and base64 of 24 to 64 bytes"
 */
const char *wire_key_wrong(enum receiver_kind kind, const char *key);

#endif
