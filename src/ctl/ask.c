/*
 * Asking the daemon. libcurl speaks HTTP; this file adds the limits and turns failures into what an operator can act
 * on: the daemon is not there, the socket is not for us, or it does not answer.
 */
#include "config.h"

#include "ctl/ask.h"

#include "io/memory.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define DEPTH_MAX 64

struct body {
    char *bytes;
    size_t len, room;
};

/* libcurl's own limits trust the declared length; this one counts what arrives. */
static size_t take(char *bytes, size_t size, size_t count, void *context)
{
    struct body *body = context;
    size_t len = size * count;

    if (len > ASK_BODY_MAX - body->len)
        return 0;
    if (len > body->room - body->len) {
        body->room = (body->len + len) * 2;
        body->bytes = xrealloc(body->bytes, body->room);
    }
    memcpy(body->bytes + body->len, bytes, len);
    body->len += len;
    return len;
}

static void fail(struct answer *answer, enum ask_end end, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fail(struct answer *answer, enum ask_end end, const char *format, ...)
{
    va_list arguments;

    answer->end = end;
    va_start(arguments, format);
    vsnprintf(answer->why, sizeof answer->why, format, arguments);
    va_end(arguments);
}

/* Why could nobody be reached at the path? */
static void diagnose(const char *path, struct answer *answer)
{
    struct stat status;

    if (stat(path, &status) != 0 && errno != EACCES)
        fail(answer, ASK_NO_DAEMON,
             "there is no control socket at %s: erwatchd is not running, or --socket names the wrong path", path);
    else if (stat(path, &status) != 0 || access(path, R_OK | W_OK) != 0)
        fail(answer, ASK_DENIED,
             "permission denied for the control socket %s: you need to be in group erwatch (or root)", path);
    else if (!S_ISSOCK(status.st_mode))
        fail(answer, ASK_NO_DAEMON, "%s is not a socket: --socket names the wrong path", path);
    else
        fail(answer, ASK_NO_DAEMON, "nobody answers at the control socket %s: erwatchd is not running", path);
}

static void explain(CURLcode code, const char *path, long timeout_ms, struct answer *answer)
{
    switch (code) {
    case CURLE_COULDNT_CONNECT: diagnose(path, answer); break;
    case CURLE_OPERATION_TIMEDOUT:
        fail(answer, ASK_TIMEOUT, "erwatchd did not answer within %ld s; is it hanging?", timeout_ms / 1000);
        break;
    case CURLE_WRITE_ERROR: fail(answer, ASK_BROKEN, "the answer of erwatchd is too large"); break;
    default: fail(answer, ASK_BROKEN, "talking to erwatchd at %s failed: %s", path, curl_easy_strerror(code)); break;
    }
}

static bool too_deep(const json_t *value, unsigned depth)
{
    const json_t *item;
    const char *key;
    size_t i;

    if (depth > DEPTH_MAX)
        return true;
    json_object_foreach((json_t *)(uintptr_t)value, key, item)
        if (too_deep(item, depth + 1))
            return true;
    json_array_foreach(value, i, item)
        if (too_deep(item, depth + 1))
            return true;
    return false;
}

static void read_body(const struct body *body, struct answer *answer)
{
    json_t *document = body->len == 0 ? NULL : json_loadb(body->bytes, body->len, JSON_REJECT_DUPLICATES, NULL);

    if (!json_is_object(document) || too_deep(document, 0)) {
        json_decref(document);
        fail(answer, ASK_BROKEN, "the answer is not one of erwatchd (HTTP status %ld): does --socket name its socket?",
             answer->status);
        return;
    }
    answer->end = ASK_ANSWERED;
    answer->body = document;
}

static CURL *prepare(const char *socket, const char *method, const char *url, const char *sent, long timeout_ms,
                     struct body *body)
{
    CURL *curl = memory_or_die(curl_easy_init());

    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L); /* a circuit may be called ".." */
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 2000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, PACKAGE_NAME "ctl/" PACKAGE_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    if (strcmp(method, "POST") == 0)
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, sent != NULL ? sent : "");
    else if (strcmp(method, "GET") != 0)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    return curl;
}

void ask(const char *socket, const char *method, const char *path, const char *sent, long timeout_ms,
         struct answer *answer)
{
    struct body body = { 0 };
    char *url;

    *answer = (struct answer){ .end = ASK_BROKEN };
    if (strlen(socket) >= sizeof ((struct sockaddr_un *)NULL)->sun_path) {
        fail(answer, ASK_NO_DAEMON, "the path of the control socket is too long: %.300s", socket);
        return;
    }
    if (asprintf(&url, "http://localhost%s", path) < 0)
        memory_or_die(NULL);
    CURL *curl = prepare(socket, method, url, sent, timeout_ms, &body);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    if (code == CURLE_OK)
        read_body(&body, answer);
    else
        explain(code, socket, timeout_ms, answer);
    curl_easy_cleanup(curl);
    free(url);
    free(body.bytes);
}

char *ask_path(const char *before, const char *value)
{
    char *escaped = memory_or_die(curl_easy_escape(NULL, value, (int)strlen(value))), *path;

    if (asprintf(&path, "%s%s", before, escaped) < 0)
        memory_or_die(NULL);
    curl_free(escaped);
    return path;
}
