/* The head of a request, any bytes: refused or read, never a crash, and what was read is sane. Seeds are in http/. */
#include "io/server_head.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(int sane)
{
    if (!sane)
        abort();
}

static void walk(const struct server_head *head)
{
    for (size_t i = 0; i < head->header_count; i++) {
        expect(server_head_header(head, head->headers[i].name) != NULL);
        expect(strpbrk(head->headers[i].value, "\r\n") == NULL);
    }
    for (size_t i = 0; i < head->param_count; i++)
        expect(server_head_param(head, head->params[i].name) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct server_head head;
    char *text = malloc(size + 1);

    if (text == NULL)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    int refused = server_head_read(text, size, &head);
    expect(refused == 0 || (refused >= 400 && refused < 600));
    walk(&head);
    if (refused == 0)
        expect(head.uri[0] == '/' && head.path[0] == '/');
    expect(strlen(head.method) <= 16 && strlen(head.uri) <= size && strlen(head.path) <= size);
    server_head_free(&head);
    return 0;
}
