/*
 * Microsoft Teams: an adaptive card for a workflow. Text blocks know Markdown, the runs of a rich text block do not,
 * so all words stand in runs: what a name holds is shown as it is. A card may have 28 KB; what is not needed goes
 * first.
 */
#include "paging/digest.h"
#include "paging/object.h"
#include "paging/request.h"
#include "paging/speech.h"

#include <stdlib.h>
#include <string.h>

#define CARD_MOST ((size_t)27 * 1024)

#define DIGEST_MOST 9000     /* bytes of the lines of a digest, each of which becomes a paragraph */
#define DIGEST_SHORTER 3500

enum { CARD_WHOLE, CARD_WITHOUT_FACTS, CARD_SHORT, CARD_FORMS };

static json_t *run_of(const char *text, const char *weight, const char *size, const char *colour)
{
    json_t *run = object_new();

    object_put_text(run, "type", "TextRun", 16);
    object_put_text(run, "text", text, SPEECH_LINES_MAX);
    object_put_text(run, "weight", weight, 16);
    object_put_text(run, "size", size, 16);
    object_put_text(run, "color", colour, 16);
    return run;
}

static void add_paragraph(json_t *body, json_t *run)
{
    json_t *block = object_new(), *inlines = array_new();

    array_add(inlines, run);
    object_put_text(block, "type", "RichTextBlock", 16);
    object_put(block, "inlines", inlines);
    array_add(body, block);
}

/* One paragraph for each line. */
static void add_lines(json_t *body, char *lines)
{
    char *rest = NULL;

    for (char *line = strtok_r(lines, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        add_paragraph(body, run_of(line, NULL, NULL, NULL));
}

static const char *colour_of(const struct told *told)
{
    static const char *const colours[] = { "Accent", "Warning", "Attention" };

    return told->event == TOLD_CLEARED ? "Good" : colours[told_rank(told->severity)];
}

/* What has happened; a digest is as long as the form allows. */
static const char *text_of(const struct told *told, unsigned form, char lines[SPEECH_LINES_MAX])
{
    if (told->event != TOLD_DIGEST)
        return speech_text(told, lines);
    return digest_speech(told, form == CARD_WHOLE ? DIGEST_MOST : DIGEST_SHORTER, lines);
}

static json_t *body_of(const struct making *making, unsigned form)
{
    const struct told *told = making->told;
    json_t *body = array_new();
    char lines[SPEECH_LINES_MAX], line[SPEECH_LINE_MAX];

    add_paragraph(body, run_of(speech_headline(told, line), "Bolder", "Medium", colour_of(told)));
    (void)text_of(told, form, lines);
    if (form < CARD_SHORT)
        add_lines(body, lines);
    (void)speech_steps(told, lines);
    if (form < CARD_SHORT)
        add_lines(body, lines);
    (void)speech_facts(told, lines);
    if (form == CARD_WHOLE)
        add_lines(body, lines);
    add_paragraph(body, run_of(speech_identity(told, making->now_wall_ms, line), NULL, "Small", NULL));
    return body;
}

static json_t *card_of(const struct making *making, unsigned form)
{
    json_t *card = object_new(), *teams = object_new();

    object_put_text(teams, "width", "full", 8);
    object_put_text(card, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json", 64);
    object_put_text(card, "type", "AdaptiveCard", 16);
    object_put_text(card, "version", "1.2", 8);
    object_put(card, "body", body_of(making, form));
    object_put(card, "msteams", teams);
    return card;
}

static char *message_text(const struct making *making, unsigned form)
{
    json_t *message = object_new(), *attachments = array_new(), *attachment = object_new();

    object_put_text(attachment, "contentType", "application/vnd.microsoft.card.adaptive", 64);
    object_put(attachment, "contentUrl", json_null());
    object_put(attachment, "content", card_of(making, form));
    array_add(attachments, attachment);
    object_put_text(message, "type", "message", 16);
    object_put(message, "attachments", attachments);
    return object_dump(message);
}

struct wire_request *teams_request(const struct making *making)
{
    struct wire_request *request = request_new("POST");
    unsigned form = making->minimal ? CARD_SHORT : CARD_WHOLE;
    char *text = message_text(making, form);

    while (strlen(text) > CARD_MOST && form + 1 < CARD_FORMS) {
        free(text);
        text = message_text(making, ++form);
    }
    request_url(request, making->wire->url, "");
    request_header(request, "Content-Type", "application/json");
    request_body(request, text);
    return request;
}
