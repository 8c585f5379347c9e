/* One way in for all kinds of receivers: what each does with a notice is in a file of its own. */
#include "paging/wire.h"

#include "paging/request.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static struct wire_request *(*const requests[RECEIVER_KINDS])(const struct making *) = {
    [RECEIVER_WEBHOOK] = webhook_request,     [RECEIVER_ALERTMANAGER] = alertmanager_request,
    [RECEIVER_PAGERDUTY] = pagerduty_request, [RECEIVER_OPSGENIE] = opsgenie_request,
    [RECEIVER_SLACK] = slack_request,         [RECEIVER_TEAMS] = teams_request,
    [RECEIVER_EMAIL] = email_request,         [RECEIVER_STREAM] = stream_request,
};

struct wire_request *wire_request_new(const struct wire *wire, const char *notice_json, const char *kept,
                                      int64_t now_wall_ms, bool minimal)
{
    struct told told;

    assert(wire->kind < RECEIVER_KINDS && requests[wire->kind] != NULL);
    if (!told_init(&told, notice_json))
        return NULL;
    struct making making = { wire, &told, notice_json, kept, now_wall_ms, minimal };
    struct wire_request *request = requests[wire->kind](&making);
    told_fini(&told);
    return request;
}

static const char *plain_key_wrong(const char *key)
{
    for (; *key != '\0'; key++)
        if (*key <= ' ' || *key > '~')
            return "is no key: it has a blank, a line end or a character that is not ASCII";
    return NULL;
}

/* Integration keys have 32 letters and digits (PagerDuty, Events API v2). */
static const char *routing_key_wrong(const char *key)
{
    size_t len = 0;

    while (isalnum((unsigned char)key[len]))
        len++;
    return len == 32 && key[len] == '\0' ? NULL : "is no integration key: 32 letters and digits";
}

static const char *token_wrong(const char *key)
{
    return strncmp(key, "xox", 3) == 0 ? plain_key_wrong(key) : "is no token of Slack: those begin with xox";
}

static const char *password_wrong(const char *key)
{
    return key[strcspn(key, "\r\n")] == '\0' ? NULL : "is no password: it has more than one line";
}

const char *wire_key_wrong(enum receiver_kind kind, const char *key)
{
    static const char *(*const checks[RECEIVER_KINDS])(const char *) = {
        [RECEIVER_WEBHOOK] = signing_key_wrong, [RECEIVER_PAGERDUTY] = routing_key_wrong,
        [RECEIVER_OPSGENIE] = plain_key_wrong,  [RECEIVER_SLACK] = token_wrong,
        [RECEIVER_EMAIL] = password_wrong,
    };
    return checks[kind] != NULL ? checks[kind](key) : NULL;
}
