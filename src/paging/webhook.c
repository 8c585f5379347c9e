/* Webhooks in our own format, and what all webhooks have: an address and a signature. */
#include "paging/request.h"

#include "paging/object.h"

/* What a receiver that refuses the whole one needs at least; the same keys, fewer of them. */
json_t *least_notice(const struct told *told)
{
    static const char *const keys[] = { "schema", "id", "event", "incident", "key", "sequence", "time", "since",
                                        "rule", "name", "severity", "owner", "verdict" };
    json_t *least = object_new();

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        object_put(least, keys[i], json_incref(json_object_get(told->object, keys[i])));
    object_put(least, "summary", text_json(told->summary, 255));
    return least;
}

static struct wire_request *erwatch_request(const struct making *making)
{
    struct wire_request *request = request_new("POST");
    json_t *notice = making->minimal ? least_notice(making->told) : json_incref(making->told->object);

    request_json(request, notice);
    return request;
}

struct wire_request *webhook_request(const struct making *making)
{
    static struct wire_request *(*const formats[FORMATS])(const struct making *) = {
        [FORMAT_ERWATCH] = erwatch_request,
        [FORMAT_CLOUDEVENTS] = cloudevents_request,
        [FORMAT_PROMETHEUS] = prometheus_request,
    };
    struct wire_request *request = formats[making->wire->format](making);

    request_url(request, making->wire->url, "");
    request_sign(request, making);
    return request;
}
