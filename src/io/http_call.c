/*
 * One request: the rules of every transfer (what is verified, what is followed: nothing, what is counted) and the
 * buffers for the answer. Bytes are counted here, after decoding, because libcurl's own limit looks at declared
 * lengths only. Buffers that may hold a token or a secret are wiped before they are given back.
 */
#include "io/http_call.h"

#include "io/memory.h"

#include <assert.h>
#include <strings.h>

#define BODY_FIRST 4096
#define STALLED_AFTER_S 30L /* without a byte in either direction */
#define IDLE_MOST_S 90L     /* an unused connection is not trusted after that; common servers close after 60 to 120 */

/* ---- memory ---- */

static void wipe_free(void *memory, size_t len)
{
    if (memory != NULL)
        explicit_bzero(memory, len);
    free(memory);
}

/* Not realloc: that would leave a copy behind. */
static char *grow(char *bytes, size_t len, size_t *room, size_t need, size_t most)
{
    size_t more = *room != 0 ? *room * 2 : BODY_FIRST;

    if (more > most)
        more = most;
    if (more < need)
        more = need;
    char *larger = memory_or_die(malloc(more));
    if (len > 0)
        memcpy(larger, bytes, len);
    wipe_free(bytes, len);
    *room = more;
    return larger;
}

static void add_header(struct http_call *call, const char *line)
{
    call->headers = memory_or_die(curl_slist_append(call->headers, line));
}

static bool has_header(const char *const *headers, const char *name)
{
    for (; headers != NULL && *headers != NULL; headers++)
        if (strncasecmp(*headers, name, strlen(name)) == 0)
            return true;
    return false;
}

static void copy_headers(struct http_call *call, const char *const *headers)
{
    for (const char *const *line = headers; line != NULL && *line != NULL; line++) {
        assert(strchr(*line, ':') != NULL && strpbrk(*line, "\r\n") == NULL);
        add_header(call, *line);
    }
    add_header(call, "Expect:"); /* libcurl's own: none of these */
    if (!has_header(headers, "Content-Type:"))
        add_header(call, "Content-Type:");
}

struct http_call *http_call_new(const struct http_request *request, http_done *done, void *context, struct mono now)
{
    struct http_call *call = xcalloc(1, sizeof *call);

    assert(request->method != NULL && request->url != NULL && request->timeout_ms > 0 && done != NULL);
    http_unread_init(&call->unread);
    call->done = done;
    call->piece = request->piece;
    call->context = context;
    call->begun = now;
    call->method = xstrdup(request->method);
    call->url = xstrdup(request->url);
    copy_headers(call, request->headers);
    if (request->body != NULL)
        call->request_body = xmemdup(request->body, request->body_len);
    call->request_len = request->body != NULL ? request->body_len : 0;
    call->limit = request->limit;
    call->connect_ms = request->connect_ms;
    call->direct = request->direct;
    call->plain = request->plain;
    call->compressed = request->compressed;
    return call;
}

void http_call_free(struct http_call *call)
{
    for (struct curl_slist *line = call->headers; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(call->headers);
    wipe_free(call->request_body, call->request_len);
    wipe_free(call->body, call->len);
    wipe_free(call->answer_headers, call->headers_len);
    wipe_free(call->url, strlen(call->url));
    free(call->method);
    free(call->packed);
    timer_free(call->deadline);
    free(call);
}

/* ---- the answer, as libcurl hands it over ---- */

bool http_call_break(struct http_call *call, enum http_end end, const char *what)
{
    call->broken = what;
    call->broken_end = end;
    return false;
}

static bool keep_body(struct http_call *call, const char *bytes, size_t len)
{
    if (call->len + len + 1 > call->room)
        call->body = grow(call->body, call->len, &call->room, call->len + len + 1, call->limit + 1);
    memcpy(call->body + call->len, bytes, len);
    call->len += len;
    call->body[call->len] = '\0';
    return true;
}

bool http_call_take(struct http_call *call, const char *bytes, size_t len)
{
    if (len > call->limit - call->len - call->given)
        return http_call_break(call, HTTP_TOO_LARGE, "the answer is larger than allowed");
    if (len == 0)
        return true;
    if (call->piece == NULL || call->reply.status != 200)
        return keep_body(call, bytes, len);
    call->given += len;
    call->piece(call->context, bytes, len);
    return true;
}

/* Anything but the length given refuses the rest of the answer. */
static size_t body_comes(char *bytes, size_t one, size_t count, void *context)
{
    struct http_call *call = context;
    bool fine = call->piece != NULL ? http_readers_put(call->readers, call, bytes, count)
                                    : http_call_take(call, bytes, count);

    (void)one;
    return fine ? count : 0;
}

static void keep_text(struct http_call *call, const char *text, size_t len)
{
    if (call->headers_len + len + 1 > call->headers_room)
        call->answer_headers = grow(call->answer_headers, call->headers_len, &call->headers_room,
                                    call->headers_len + len + 1, HTTP_HEADERS_MAX + 2);
    memcpy(call->answer_headers + call->headers_len, text, len);
    call->headers_len += len;
    call->answer_headers[call->headers_len++] = '\0';
}

static size_t trimmed(const char **text, size_t len)
{
    while (len > 0 && strchr(" \t\r\n", **text) != NULL) {
        (*text)++;
        len--;
    }
    while (len > 0 && strchr(" \t\r\n", (*text)[len - 1]) != NULL)
        len--;
    return len;
}

static bool is_named(const char *line, size_t len, const char *name)
{
    return len == strlen(name) && strncasecmp(line, name, len) == 0;
}

static void keep_header(struct http_call *call, const char *line, const char *colon, size_t len)
{
    const char *value = colon + 1;
    size_t value_len = trimmed(&value, len - (size_t)(value - line));

    keep_text(call, line, (size_t)(colon - line));
    keep_text(call, value, value_len);
    if (call->piece != NULL && call->packed == NULL && is_named(line, (size_t)(colon - line), "Content-Encoding"))
        call->packed = xmemdup(value, value_len);
}

/*
 * One line of the head, the blank one at its end too; or of a trailer. Those of an earlier answer (100 Continue) go
 * when another status line comes.
 */
static size_t header_comes(char *line, size_t one, size_t len, void *context)
{
    struct http_call *call = context;
    const char *colon = memchr(line, ':', len);

    (void)one;
    call->headers_total += len;
    if (call->headers_total > HTTP_HEADERS_MAX)
        return http_call_break(call, HTTP_TOO_LARGE, "the answer's headers are larger than allowed");
    if (len > 5 && memcmp(line, "HTTP/", 5) == 0) {
        call->headers_len = 0;
        call->head_ended = false;
        free(call->packed);
        call->packed = NULL;
    } else if (len <= 2) {
        call->head_ended = true;
    } else if (colon != NULL && colon > line && memchr(line, '\0', len) == NULL) {
        keep_header(call, line, colon, len);
    }
    return len;
}

const char *http_call_headers(struct http_call *call)
{
    if (call->headers_len == 0)
        return "";
    keep_text(call, "", 0);
    return call->answer_headers;
}

const char *http_header(const struct http_reply *reply, const char *name)
{
    const char *at = reply->headers;

    while (at != NULL && *at != '\0') {
        const char *value = at + strlen(at) + 1;
        if (strcasecmp(at, name) == 0)
            return value;
        at = value + strlen(value) + 1;
    }
    return NULL;
}

/* ---- the request, as libcurl wants it ---- */

static void prepare_safety(const struct http_call *call, CURL *easy, const struct http_rules *rules)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, call->plain ? "http,https" : "https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (rules->ca_file != NULL) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, rules->ca_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* the file instead of the system's, not beside them */
    }
    if (call->direct || rules->proxy != NULL) {
        curl_easy_setopt(easy, CURLOPT_PROXY, call->direct ? "" : rules->proxy);
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    }
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

static void prepare_connection(const struct http_call *call, CURL *easy, struct http_trust trust)
{
    if (call->connect_ms > 0)
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)call->connect_ms);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* or a mute name server holds the loop up for its whole patience */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 10L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, STALLED_AFTER_S);
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, IDLE_MOST_S);
    curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, trust.lifetime_s);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, trust.fresh ? 1L : 0L);
}

static bool has_body(const struct http_call *call)
{
    return call->request_body != NULL || strcmp(call->method, "POST") == 0 || strcmp(call->method, "PUT") == 0 ||
           strcmp(call->method, "PATCH") == 0;
}

static void prepare_request(const struct http_call *call, CURL *easy, const struct http_rules *rules)
{
    curl_easy_setopt(easy, CURLOPT_URL, call->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, rules->user_agent);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, call->compressed ? "gzip" : NULL);
    curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, call->piece == NULL ? 1L : 0L); /* else http_unread.c does it */
    if (has_body(call)) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->request_len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->request_body != NULL ? call->request_body : "");
    } else if (strcmp(call->method, "HEAD") == 0) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
}

/* libcurl calls this when the connection stands and the request is next. */
/* NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type */
static int connection_stands(void *context, char *ip, char *local_ip, int port, int local_port)
{
    struct http_call *call = context;

    (void)ip;
    (void)local_ip;
    (void)port;
    (void)local_port;
    if (!call->reply.sent)
        http_host_sends(call->host, call->epoch);
    call->reply.sent = true;
    return CURL_PREREQFUNC_OK;
}

static void prepare_answer(struct http_call *call, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_comes);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header_comes);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, connection_stands);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
}

void http_call_prepare(struct http_call *call, CURL *easy, const struct http_rules *rules, struct http_trust trust)
{
    call->easy = easy;
    prepare_safety(call, easy, rules);
    prepare_connection(call, easy, trust);
    prepare_request(call, easy, rules);
    prepare_answer(call, easy);
}
