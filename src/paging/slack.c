/*
 * Slack. An incoming webhook gets a message for each notice. A bot has one live message for each incident, which is
 * changed in place; because nobody is told of a change, what matters is also said in the thread below it. What is
 * remembered is "CHANNEL TS SEQUENCE", the last being that of the notice the message shows; "gone" when there is none
 * any more. Markup begins with one of three characters, and those are escaped; names and links are not looked for
 * (verbatim).
 */
#include "paging/object.h"
#include "paging/request.h"
#include "paging/slack.h"
#include "paging/speech.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTION_MOST 2900 /* of 3000 characters in the text of a section */
#define TEXT_MOST 3500    /* of 4000, from which on Slack cuts */

/* "&", "<" and ">" are all that Slack's markup can begin with. */
static const char *entity_of(char c)
{
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : NULL;
}

/* Where the character that begins here ends. */
static size_t character_length(const char *at)
{
    size_t len = 1;

    while (((unsigned char)at[len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* Escaped, in whole characters and entities, at most so many bytes; heap. */
static char *escaped(const char *text, size_t most)
{
    char *out = malloc(most + 1);
    size_t used = 0;

    if (out == NULL)
        abort();
    while (*text != '\0') {
        const char *entity = entity_of(*text), *from = entity != NULL ? entity : text;
        size_t read = character_length(text), len = entity != NULL ? strlen(entity) : read;
        if (used + len > most)
            break;
        memcpy(out + used, from, len);
        used += len;
        text += read;
    }
    out[used] = '\0';
    return out;
}

static json_t *escaped_value(const char *text, size_t most)
{
    char *safe = escaped(text, most);
    json_t *value = text_json(safe, most);

    free(safe);
    return value;
}

/* The last line end before a section would be too long; NULL: all of it fits, or there is none. */
static char *cut_of(char *lines)
{
    char *cut = NULL;
    size_t used = 0;

    for (char *at = lines; *at != '\0'; at++) {
        used += entity_of(*at) != NULL ? strlen(entity_of(*at)) : 1;
        if (used > SECTION_MOST && cut != NULL)
            return cut;
        if (*at == '\n')
            cut = at;
    }
    return NULL;
}

static json_t *words_of(const char *text)
{
    json_t *words = object_new();

    object_put_text(words, "type", "mrkdwn", 8);
    object_put(words, "text", escaped_value(text, SECTION_MOST));
    object_put(words, "verbatim", json_true());
    return words;
}

static void add_section(json_t *blocks, const char *text)
{
    json_t *section = object_new();

    if (*text == '\0') { /* an empty one is refused */
        json_decref(section);
        return;
    }
    object_put_text(section, "type", "section", 16);
    object_put(section, "text", words_of(text));
    array_add(blocks, section);
}

/* A long text: as many sections as its lines need. */
static void add_sections(json_t *blocks, char *lines)
{
    char *end, *begin = lines;

    while ((end = cut_of(begin)) != NULL) {
        *end = '\0';
        add_section(blocks, begin);
        begin = end + 1;
    }
    add_section(blocks, begin);
}

static void add_context(json_t *blocks, const char *text)
{
    json_t *context = object_new(), *elements = array_new();

    array_add(elements, words_of(text));
    object_put_text(context, "type", "context", 16);
    object_put(context, "elements", elements);
    array_add(blocks, context);
}

static const char *colour_of(const struct told *told)
{
    static const char *const colours[] = { "#439fe0", "#daa038", "#d00000" };

    return told->event == TOLD_CLEARED ? "#2eb67d" : colours[told_rank(told->severity)];
}

static json_t *attachment_of(const struct making *making)
{
    json_t *attachment = object_new(), *blocks = array_new();
    char lines[SPEECH_LINES_MAX], line[SPEECH_LINE_MAX];

    (void)speech_text(making->told, lines);
    if (making->told->event == TOLD_DIGEST)
        add_sections(blocks, lines);
    else
        add_section(blocks, lines);
    add_section(blocks, speech_steps(making->told, lines));
    add_section(blocks, speech_facts(making->told, lines));
    add_context(blocks, speech_identity(making->told, making->now_wall_ms, line));
    object_put_text(attachment, "color", colour_of(making->told), 16);
    object_put(attachment, "blocks", blocks);
    return attachment;
}

static json_t *message_of(const struct making *making)
{
    json_t *message = object_new();
    char line[SPEECH_LINE_MAX];

    object_put(message, "text", escaped_value(speech_headline(making->told, line), TEXT_MOST));
    if (making->minimal)
        return message;
    json_t *attachments = array_new();
    array_add(attachments, attachment_of(making));
    object_put(message, "attachments", attachments);
    return message;
}

/* ---- a bot ---- */

struct live {
    char channel[SLACK_WORD_MAX + 1], ts[SLACK_WORD_MAX + 1];
    int64_t sequence;
};

static bool read_kept(const char *kept, struct live *live)
{
    static_assert(SLACK_WORD_MAX == 63, "as wide as below");
    /* NOLINTNEXTLINE(cert-err34-c): the number is one that we have written */
    return sscanf(kept, "%63s %63s %" SCNd64, live->channel, live->ts, &live->sequence) == 3;
}

static struct wire_request *bot_request(const struct making *making, const char *path, json_t *message)
{
    struct wire_request *request = request_new("POST");
    char key[512];

    request->api = true;
    snprintf(key, sizeof key, "Bearer %.480s", making->wire->key);
    request_url(request, making->wire->url, path);
    request_header(request, "Authorization", key);
    explicit_bzero(key, sizeof key);
    object_put(message, "unfurl_links", json_false());
    object_put(message, "unfurl_media", json_false());
    request_header(request, "Content-Type", "application/json; charset=utf-8");
    request_body(request, object_dump(message));
    return request;
}

/* A new message: what the answer says of it is remembered together with the sequence. */
static struct wire_request *post_request(const struct making *making, int64_t sequence)
{
    json_t *message = message_of(making);
    char kept[32];

    object_put_text(message, "channel", making->wire->channel, 255);
    struct wire_request *request = bot_request(making, "/api/chat.postMessage", message);
    snprintf(kept, sizeof kept, "%" PRId64, sequence);
    request_keep(request, kept);
    request->learn = true;
    return request;
}

static struct wire_request *update_request(const struct making *making, const struct live *live, int64_t sequence)
{
    json_t *message = message_of(making);
    char kept[WIRE_KEPT_MAX];

    object_put_text(message, "channel", live->channel, SLACK_WORD_MAX);
    object_put_text(message, "ts", live->ts, SLACK_WORD_MAX);
    struct wire_request *request = bot_request(making, "/api/chat.update", message);
    snprintf(kept, sizeof kept, "%s %s %" PRId64, live->channel, live->ts, sequence);
    request_keep(request, kept);
    request->more = making->told->event != TOLD_ACKNOWLEDGED; /* that is of interest to those who look only */
    return request;
}

/* In the thread, and in the channel, too, when people should look again. */
static struct wire_request *reply_request(const struct making *making, const struct live *live)
{
    json_t *message = object_new();
    char line[SPEECH_LINE_MAX];

    object_put(message, "text", escaped_value(speech_headline(making->told, line), TEXT_MOST));
    object_put_text(message, "channel", live->channel, SLACK_WORD_MAX);
    object_put_text(message, "thread_ts", live->ts, SLACK_WORD_MAX);
    if (making->told->event != TOLD_CLEARED)
        object_put(message, "reply_broadcast", json_true());
    return bot_request(making, "/api/chat.postMessage", message);
}

struct wire_request *slack_request(const struct making *making)
{
    int64_t sequence = json_integer_value(json_object_get(making->told->object, "sequence"));
    struct live live;

    if (making->wire->key == NULL) {
        struct wire_request *request = request_new("POST");
        request_url(request, making->wire->url, "");
        request_json(request, message_of(making));
        return request;
    }
    if (making->told->event == TOLD_TEST || !read_kept(making->kept, &live))
        return post_request(making, sequence);
    if (making->told->event != TOLD_REMINDER && live.sequence != sequence)
        return update_request(making, &live, sequence);
    return reply_request(making, &live);
}
