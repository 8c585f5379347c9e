/* Reading a story's lines: comments, settings before the first moment, then moments with events and expectations. */
#include "scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t ms;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };

static int64_t unit_of(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == len && memcmp(units[i].name, name, len) == 0)
            return units[i].ms;
    return 0;
}

bool duration_read(const char *text, int64_t *ms)
{
    int64_t sum = 0;

    if (*text == '\0')
        return false;
    while (*text != '\0') {
        char *end;
        long number = strtol(text, &end, 10);
        size_t len = strspn(end, "abcdefghijklmnopqrstuvwxyz");
        if (end == text || number < 0 || unit_of(end, len) == 0)
            return false;
        sum += number * unit_of(end, len);
        text = end + len;
    }
    *ms = sum;
    return true;
}

const char *duration_write(int64_t ms, char text[DURATION_TEXT_MAX])
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = sizeof units / sizeof *units; i-- > 0 && used < DURATION_TEXT_MAX;) {
        if (ms / units[i].ms == 0)
            continue;
        used += (size_t)snprintf(text + used, DURATION_TEXT_MAX - used, "%" PRId64 "%s", ms / units[i].ms,
                                 units[i].name);
        ms %= units[i].ms;
    }
    return used > 0 ? text : strcpy(text, "0s");
}

const char *value_of(const char *token, const char *key)
{
    size_t len = strlen(key);
    return strncmp(token, key, len) == 0 && token[len] == '=' ? token + len + 1 : NULL;
}

static char *load(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t room = 0;

    if (file == NULL)
        return NULL;
    if (getdelim(&text, &room, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

/* One token: up to a blank that is not inside "…"; the quotes go. Returns where the next may begin. */
static char *take_token(char *from, char **token)
{
    char *to = from;
    bool quoted = false;

    *token = from;
    for (; *from != '\0' && (quoted || strchr(" \t", *from) == NULL); from++) {
        if (*from == '"')
            quoted = !quoted;
        else
            *to++ = *from;
    }
    bool more = *from != '\0';
    *to = '\0';
    return more ? from + 1 : from;
}

struct reader {
    struct scenario *out;
    size_t room;
    unsigned line;
    int64_t at_ms;
    bool by, begun;
    const char *why;
};

static struct step *add_step(struct reader *reader, enum step_kind kind)
{
    struct scenario *out = reader->out;

    if (out->count == reader->room) {
        reader->room = reader->room > 0 ? reader->room * 2 : 32;
        out->step = realloc(out->step, reader->room * sizeof *out->step);
        if (out->step == NULL)
            abort();
    }
    struct step *step = &out->step[out->count++];
    *step = (struct step){ .kind = kind, .line = reader->line, .at_ms = reader->at_ms, .by = reader->by };
    return step;
}

/* "at 5m", "at +30s", "by 7m": what stands on this line is then. */
static bool read_moment(struct reader *reader, char **token, size_t count)
{
    int64_t ms;
    bool further = count > 1 && token[1][0] == '+';

    if (count < 2 || !duration_read(token[1] + further, &ms))
        reader->why = "a moment is \"at 5m\", \"at +30s\" or \"by 7m\"";
    else if (!further && ms < reader->at_ms)
        reader->why = "time does not run backwards";
    else
        reader->at_ms = further ? reader->at_ms + ms : ms;
    reader->by = strcmp(token[0], "by") == 0;
    reader->begun = true;
    return reader->why == NULL;
}

static void add_tokens(struct reader *reader, enum step_kind kind, char **token, size_t count)
{
    if (count == 0)
        return;
    struct step *step = add_step(reader, kind);
    step->count = count;
    memcpy(step->token, token, count * sizeof *token);
}

static bool read_tokens(struct reader *reader, char **token, size_t count)
{
    size_t arrow = 0, first = 0;

    if (strcmp(token[0], "at") == 0 || strcmp(token[0], "by") == 0) {
        if (!read_moment(reader, token, count))
            return false;
        first = 2;
    }
    for (arrow = first; arrow < count && strcmp(token[arrow], "->") != 0; arrow++)
        ;
    if (!reader->begun && arrow < count)
        reader->why = "an expectation needs a moment: \"at 5m -> …\"";
    else if (reader->begun && first == 0 && arrow != 0)
        reader->why = "settings stand before the first moment; later lines begin with at, by or ->";
    else if (reader->by && arrow != first)
        reader->why = "an event has a moment of its own: \"at\", not \"by\"";
    if (reader->why != NULL)
        return false;
    add_tokens(reader, reader->begun ? STEP_EVENT : STEP_SETTING, token + first, arrow - first);
    if (arrow < count)
        add_tokens(reader, STEP_EXPECT, token + arrow + 1, count - arrow - 1);
    return true;
}

static bool read_line(struct reader *reader, char *line)
{
    char *token[TOKENS_MAX];
    size_t count = 0;

    while (count < TOKENS_MAX) {
        line += strspn(line, " \t");
        if (*line == '\0' || *line == '#')
            break;
        line = take_token(line, &token[count++]);
    }
    if (count == TOKENS_MAX) {
        reader->why = "too many words on one line";
        return false;
    }
    return count == 0 || read_tokens(reader, token, count);
}

/* The first line says what the story is about. */
static char *take_title(struct scenario *out, char *text)
{
    char *end = text + strcspn(text, "\n");

    if (text[0] != '#' || *end == '\0')
        return NULL;
    *end = '\0';
    out->title = text + 1 + strspn(text + 1, " ");
    return end + 1;
}

bool scenario_parse(const char *path, char *text, struct scenario *out, unsigned *line, const char **why)
{
    struct reader reader = { .out = out };
    char *at, *next;

    *line = 1;
    *why = "the first line is a comment that says what the story is about";
    *out = (struct scenario){ .path = path, .text = text };
    if ((at = take_title(out, text)) == NULL)
        return false;
    for (reader.line = 2; at != NULL; at = next, reader.line++) {
        char *end = strchr(at, '\n');
        next = end != NULL ? end + 1 : NULL;
        if (end != NULL)
            *end = '\0';
        if (!read_line(&reader, at))
            break;
    }
    *line = reader.line;
    *why = reader.why;
    return reader.why == NULL;
}

bool scenario_read(const char *path, struct scenario *out, unsigned *line, const char **why)
{
    char *text = load(path);

    if (text != NULL)
        return scenario_parse(path, text, out, line, why);
    *out = (struct scenario){ .path = path };
    *line = 1;
    *why = "the file cannot be read";
    return false;
}

void scenario_free(struct scenario *scenario)
{
    free(scenario->text);
    free(scenario->step);
    *scenario = (struct scenario){ 0 };
}
