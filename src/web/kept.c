/* What an answer to a change says of the disk. */
#include "web/kept.h"

#include "web/put.h"

#include <assert.h>
#include <stdlib.h>

char *kept_say(char *json, const char *trouble)
{
    json_t *document = json_loads(json, 0, NULL);

    assert(json_is_object(document)); /* our own text */
    free(json);
    put_bool(document, "kept", trouble == NULL);
    put_text(document, "trouble", trouble);
    return put_end(document);
}
