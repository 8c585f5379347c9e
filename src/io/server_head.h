#ifndef ERWATCH_IO_SERVER_HEAD_H
#define ERWATCH_IO_SERVER_HEAD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The head of an HTTP/1.1 request: everything up to the empty line, read strictly (RFC 9112). What clients that mean
 * well never send (folded lines, blanks before the colon, control characters, two lengths) is refused, not interpreted.
 */

#define SERVER_HEAD_MAX 65536
#define SERVER_HEADERS_MAX 64
#define SERVER_PARAMS_MAX 32

struct server_pair {
    const char *name, *value;
};

struct server_head {
    char *text, *decoded; /* owned; everything else points into them */
    const char *method, *uri, *path;
    struct server_pair headers[SERVER_HEADERS_MAX], params[SERVER_PARAMS_MAX];
    size_t header_count, param_count;
    size_t body_len;
    bool keep;     /* the connection may stay */
    bool hesitant; /* the client waits for "100 Continue" before it sends the body */
};

/**
 * @param text  @p len bytes and a NUL behind them, without the empty line at the end; belongs to @p out from here on
 * @param out   to be given to server_head_free() whatever is returned; enough is filled in to answer
 * @return      0, or the status to refuse it with: 400, 411, 413, 431, 505
 */
int server_head_read(char *text, size_t len, struct server_head *out);
void server_head_free(struct server_head *head);

/** Without regard to case; the first one of this name, NULL when there is none. */
const char *server_head_header(const struct server_head *head, const char *name);
/** Decoded; the first one of this name, NULL when there is none. */
const char *server_head_param(const struct server_head *head, const char *name);

#endif
