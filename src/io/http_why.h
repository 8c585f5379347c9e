#ifndef ERWATCH_IO_HTTP_WHY_H
#define ERWATCH_IO_HTTP_WHY_H

#include <curl/curl.h>

struct http_call;

/** Fills in the status line's number, 0 when none came. */
void http_why_status(struct http_call *call);
/** Fills in the status and how the call ended, with a sentence, from libcurl's result and what its handle knows. */
void http_why_ended(struct http_call *call, CURLcode code);
/** The same for an answer that we refused after libcurl had finished with it. */
void http_why_broken(struct http_call *call);

#endif
