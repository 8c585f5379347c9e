/* A request piece by piece. Everything in it may be a secret, so all of it is wiped when it is given back. */
#include "paging/request.h"

#include "paging/object.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

struct wire_request *request_new(const char *method)
{
    struct wire_request *request = must(calloc(1, sizeof *request));

    request->method = method;
    request->headers = must(calloc(REQUEST_HEADERS_MAX + 1, sizeof *request->headers));
    return request;
}

static char *joined(const char *first, const char *between, const char *second)
{
    size_t size = strlen(first) + strlen(between) + strlen(second) + 1;
    char *text = must(malloc(size));

    snprintf(text, size, "%s%s%s", first, between, second);
    return text;
}

void request_url(struct wire_request *request, const char *base, const char *path)
{
    request->url = joined(base, "", path);
}

void request_header(struct wire_request *request, const char *name, const char *value)
{
    size_t count = 0;

    while (request->headers[count] != NULL)
        count++;
    assert(count < REQUEST_HEADERS_MAX);
    request->headers[count] = joined(name, ": ", value);
    request->headers[count][strcspn(request->headers[count], "\r\n")] = '\0'; /* a key's file may have changed since */
}

void request_body(struct wire_request *request, char *text)
{
    request->body = text;
    request->body_len = strlen(text);
}

void request_json(struct wire_request *request, json_t *object)
{
    request_header(request, "Content-Type", "application/json");
    request_body(request, object_dump(object));
}

void request_keep(struct wire_request *request, const char *kept)
{
    assert(strlen(kept) < sizeof request->kept);
    strcpy(request->kept, kept);
}

const char *request_link(const struct wire *wire)
{
    const char *url = wire->page_url;

    if (url == NULL || (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0))
        return NULL;
    for (const char *at = url; *at != '\0'; at++)
        if (*at <= ' ' || *at > '~' || strchr("\"<>\\^`{|}", *at) != NULL)
            return NULL;
    return url;
}

static void wipe(char *text)
{
    if (text != NULL)
        explicit_bzero(text, strlen(text));
    free(text);
}

void wire_request_free(struct wire_request *request)
{
    if (request == NULL)
        return;
    for (char **header = request->headers; *header != NULL; header++)
        wipe(*header);
    free(request->headers);
    wipe(request->url);
    wipe(request->body);
    free(request);
}
