#ifndef ERWATCH_IO_HTTP_CALL_H
#define ERWATCH_IO_HTTP_CALL_H

#include "io/http.h"
#include "io/http_host.h"
#include "io/http_readers.h"
#include "io/http_unread.h"

#include <curl/curl.h>

/* One request from beginning to end: its own copy of what is to be sent, and what has come back so far. */

#define HTTP_WHY_MAX 400
#define HTTP_HEADERS_MAX 65536

enum http_call_state {
    CALL_WAITING, CALL_RUNNING,
    CALL_READING, /* all of the answer came, and a part of it waits to be read */
    CALL_ENDED
};

/* Of a call that gets its answer in pieces. */
enum http_call_reads { READS_NOT, READS_IDLE, READS_WAITS };

struct http_call {
    TAILQ_ENTRY(http_call) link; /* in its host's queue, or among those of its state */
    struct http *http;
    struct http_host *host; /* NULL: refused before it had one */
    enum http_call_state state;
    http_done *done;
    http_piece *piece;
    void *context;
    struct timer *deadline;
    struct mono begun; /* http_send() */
    uint32_t epoch;    /* of the host */

    /* what is to be sent */
    char *method, *url;
    struct curl_slist *headers;
    char *request_body;
    size_t request_len;
    size_t limit;
    int64_t connect_ms;
    bool direct, plain, compressed;

    /* what came */
    CURL *easy; /* while it runs */
    char *body;
    size_t len, room;
    size_t given; /* bytes of the body that went to `piece` */
    struct http_readers *readers;
    TAILQ_ENTRY(http_call) turn; /* READS_WAITS: among those that wait for theirs */
    enum http_call_reads reads;
    struct http_unread unread;
    size_t came;  /* bytes of the body, as they came */
    char *packed; /* Content-Encoding; NULL: none was named */
    char *answer_headers;
    size_t headers_len, headers_room, headers_total;
    bool head_ended;    /* the blank line behind the headers came */
    const char *broken; /* why we refuse the rest of the answer; libcurl would only say that we did */
    enum http_end broken_end;
    char error[CURL_ERROR_SIZE];
    char why[HTTP_WHY_MAX];
    struct http_reply reply;
};

/** How every request is made. */
struct http_rules {
    char *user_agent, *ca_file, *proxy; /* proxy "": none; NULL: from the environment */
};

struct http_call *http_call_new(const struct http_request *request, http_done *done, void *context, struct mono now);
/** The headers that came, in the form of `http_reply.headers`. */
const char *http_call_headers(struct http_call *call);
/** A piece of the body, unpacked. @return false: the call is broken */
bool http_call_take(struct http_call *call, const char *bytes, size_t len);
/** The rest of the answer is refused. @return false */
bool http_call_break(struct http_call *call, enum http_end end, const char *what);
/** Wipes what may be secret. */
void http_call_free(struct http_call *call);

/** Sets a fresh easy handle up for the call. Once its connection stands, the call is `sent` and its host knows. */
void http_call_prepare(struct http_call *call, CURL *easy, const struct http_rules *rules, struct http_trust trust);

#endif
