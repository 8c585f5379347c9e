#ifndef ERWATCH_IO_HTTP_MULTI_H
#define ERWATCH_IO_HTTP_MULTI_H

#include "io/loop.h"

#include <curl/curl.h>

/* libcurl's transfers on the loop. Callbacks run outside of libcurl: anything may be added and removed in them. */

struct http_multi;

struct http_multi_callbacks {
    void (*ended)(void *context, CURL *easy, CURLcode code); /* it is removed already */
    void (*worked)(void *context);                           /* libcurl had its turn; transfers may have moved */
    void *context;
};

/** @param connections  most idle connections that are kept */
struct http_multi *http_multi_new(struct loop *loop, unsigned connections,
                                  const struct http_multi_callbacks *callbacks);
/** Everything that was added has ended or was removed. */
void http_multi_free(struct http_multi *multi);

void http_multi_add(struct http_multi *multi, CURL *easy);
void http_multi_remove(struct http_multi *multi, CURL *easy);

#endif
