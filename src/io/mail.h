#ifndef ERWATCH_IO_MAIL_H
#define ERWATCH_IO_MAIL_H

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* Mail over SMTP on the loop, through libcurl: TLS from the beginning (smtps://), or by STARTTLS, which is insisted on. */

struct mails;

struct mail_request {
    const char *server;     /* "smtps://host:port", "smtp://host:port" */
    bool starttls;          /* of smtp://: no word without TLS; else none is asked for */
    const char *ca_file;    /* NULL: the system's */
    const char *user, *password; /* NULL: none */
    const char *from;
    const char *const *to;  /* NULL ends */
    const char *text;       /* RFC 5322, CRLF */
    size_t len;
    int64_t timeout_ms;
};

/** One of those whom a mail is for, and what the server answered to the address; 0: it was not asked. */
struct mail_recipient {
    const char *address;
    int code;
};

struct mail_reply {
    bool whole;       /* the server has taken it, for those at least whose code says so (2xx) */
    bool sent;        /* all of the text has left */
    int status;       /* the server's last code; 0: none */
    const char *why;  /* not whole: one sentence without a secret */
    const struct mail_recipient *to; /* all of the request, in its order */
    size_t to_count;
    int64_t took_ms;
};

typedef void mail_done(void *context, const struct mail_reply *reply, struct moment now);

struct mails *mails_new(struct loop *loop);
/** What is under way is dropped, unheard; contexts must not need their callback. */
void mails_free(struct mails *mails, void (*drop)(void *context));

/** Everything is copied, and wiped after use. The callback runs once, never from inside. */
void mail_send(struct mails *mails, const struct mail_request *request, mail_done *done, void *context);

#endif
