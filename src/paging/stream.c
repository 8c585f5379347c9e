/* A stream: the notice on one line. The JSON is written anew, so that it is one line whatever it was. */
#include "paging/object.h"
#include "paging/request.h"

#include <stdlib.h>
#include <string.h>

struct wire_request *stream_request(const struct making *making)
{
    struct wire_request *request = request_new("LINE");
    char *text = object_dump(json_incref(making->told->object));
    size_t len = strlen(text);

    text = realloc(text, len + 2);
    if (text == NULL)
        abort();
    memcpy(text + len, "\n", 2);
    request_body(request, text);
    return request;
}
