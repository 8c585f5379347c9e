/*
 * Recorded answers: read from a cassette, found by method and path, given in the order of the recording.
 */
#include "sim/cassette.h"

#include "io/memory.h"
#include "sim/answer.h"

#include <stdio.h>
#include <strings.h>

struct cassette {
    json_t *root;
    json_t *interactions; /* of root */
    bool *given;          /* one for each */
};

static const char *request_text(const json_t *interaction, const char *key)
{
    const char *text = json_string_value(json_object_get(json_object_get(interaction, "request"), key));

    return text != NULL ? text : "";
}

/* The path in "https://host/path?query"; "" when there is none. */
static const char *path_of(const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host != NULL ? strchr(host + 3, '/') : NULL;

    return path != NULL ? path : "";
}

static bool is_sound(const json_t *interactions)
{
    size_t index;
    json_t *each;

    if (json_array_size(interactions) == 0)
        return false;
    json_array_foreach ((json_t *)interactions, index, each) {
        const json_t *status = json_object_get(json_object_get(each, "response"), "status");
        if (*path_of(request_text(each, "url")) == '\0' || !json_is_integer(status) ||
            json_integer_value(status) < 200 || json_integer_value(status) > 599)
            return false;
    }
    return true;
}

struct cassette *cassette_load(const char *file, char why[256])
{
    json_error_t error;
    json_t *root = json_load_file(file, 0, &error);

    if (root == NULL) {
        snprintf(why, 256, "%s:%d:%d: %s", file, error.line, error.column, error.text);
        return NULL;
    }
    json_t *interactions = json_object_get(root, "interactions");
    if (!is_sound(interactions)) {
        snprintf(why, 256, "%s: \"interactions\" with request.url and response.status are missing", file);
        json_decref(root);
        return NULL;
    }
    struct cassette *cassette = xcalloc(1, sizeof *cassette);
    cassette->root = root;
    cassette->interactions = interactions;
    cassette->given = xcalloc(json_array_size(interactions), sizeof *cassette->given);
    return cassette;
}

void cassette_free(struct cassette *cassette)
{
    if (cassette == NULL)
        return;
    json_decref(cassette->root);
    free(cassette->given);
    free(cassette);
}

static bool same_path(const char *a, const char *b)
{
    size_t len = strcspn(a, "?");

    return len == strcspn(b, "?") && strncasecmp(a, b, len) == 0;
}

static const json_t *find(struct cassette *cassette, const char *method, const char *uri)
{
    const json_t *found = NULL;
    size_t index;
    json_t *each;

    json_array_foreach (cassette->interactions, index, each) {
        if (strcmp(request_text(each, "method"), method) != 0 ||
            !same_path(path_of(request_text(each, "url")), uri))
            continue;
        found = each;
        if (!cassette->given[index]) {
            cassette->given[index] = true;
            break;
        }
    }
    return found;
}

/* Every occurrence of @p from becomes @p to; heap. */
static char *replaced(const char *text, const char *from, size_t from_len, const char *to)
{
    char *out = NULL;
    size_t len;
    FILE *file = memory_or_die(open_memstream(&out, &len));
    const char *at;

    while (from_len != 0 && (at = memmem(text, strlen(text), from, from_len)) != NULL) {
        fprintf(file, "%.*s%s", (int)(at - text), text, to);
        text = at + from_len;
    }
    fputs(text, file);
    fclose(file);
    return memory_or_die(out);
}

/* The server makes these itself. */
static bool is_own_header(const char *name)
{
    static const char *const own[] = { "content-length", "transfer-encoding", "connection", "content-encoding" };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcasecmp(own[i], name) == 0)
            return true;
    return false;
}

bool cassette_answer(struct cassette *cassette, const char *method, const char *uri, const char *base,
                     struct answer *out)
{
    const json_t *found = find(cassette, method, uri), *response = json_object_get(found, "response");
    const char *name, *body = json_string_value(json_object_get(response, "body"));
    size_t headers = 0;
    json_t *value;

    if (found == NULL)
        return false;
    const char *url = request_text(found, "url");
    size_t host_len = (size_t)(path_of(url) - url);
    char *own = replaced(body != NULL ? body : "", url, host_len, base);
    answer_body(out, (int)json_integer_value(json_object_get(response, "status")), "application/json; charset=utf-8",
                own, strlen(own));
    json_object_foreach (json_object_get(response, "headers"), name, value) {
        if (!json_is_string(value) || is_own_header(name) || headers++ >= ANSWER_HEADERS_MAX - 1)
            continue;
        char *text = replaced(json_string_value(value), url, host_len, base);
        answer_header(out, name, "%s", text);
        free(text);
    }
    return true;
}
