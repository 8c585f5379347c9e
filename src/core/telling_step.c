/*
 * The steps of a rule, as its table has them, with the words in capitals filled in: the id of the circuit, the name of
 * its provider, the path. A word that is not known stays, for the reader to fill in.
 */
#include "core/telling.h"

#include "core/rule_text.h"

#include <ctype.h>
#include <string.h>

/* The segment of an ARM id that follows `key`, without regard to case. */
static void id_segment(const char *id, const char *key, char *to, size_t room)
{
    size_t len = strlen(key);

    to[0] = '\0';
    for (const char *at = strchr(id, '/'); at != NULL; at = strchr(at + 1, '/')) {
        if (strncasecmp(at + 1, key, len) != 0 || at[1 + len] != '/')
            continue;
        const char *from = at + len + 2;
        size_t found = strcspn(from, "/");
        if (found < room) {
            memcpy(to, from, found);
            to[found] = '\0';
        }
        return;
    }
}

struct telling_name telling_name(const char *id)
{
    struct telling_name out = { "", "" };

    id_segment(id, "resourceGroups", out.group, sizeof out.group);
    id_segment(id, "expressRouteCircuits", out.name, sizeof out.name);
    return out;
}

static void add_known(struct text *text, const char *known, const char *word)
{
    text_add_cut(text, *known != '\0' ? known : word, ID_MAX_SHOWN);
}

/* The circuit's id; "" when it is about none. */
static struct id_text id_of(const struct telling *telling)
{
    static const struct resource_id none = { "", "" };

    return resource_id_text(telling->facts->circuit != NULL ? &telling->facts->circuit->id : &none);
}

static void fill_id(struct text *text, const struct telling *telling, const char *word)
{
    add_known(text, id_of(telling).text, word);
}

static void fill_name(struct text *text, const struct telling *telling, const char *word)
{
    add_known(text, telling_name(id_of(telling).text).name, word);
}

static void fill_group(struct text *text, const struct telling *telling, const char *word)
{
    add_known(text, telling_name(id_of(telling).text).group, word);
}

static void fill_peering(struct text *text, const struct telling *telling, const char *word)
{
    add_known(text, peering_arm_name((enum peering_kind)telling->opinion->subject.peering), word);
}

/* Both paths are meant where the subject names none; the first is asked first. */
static void fill_path(struct text *text, const struct telling *telling, const char *word)
{
    uint8_t path = telling->opinion->subject.path;

    add_known(text, path_name(path < PATHS ? (enum path)path : PATH_PRIMARY), word);
}

static void fill_provider(struct text *text, const struct telling *telling, const char *word)
{
    char provider[SHOWN_MAX];

    add_known(text, shown_provider(provider, telling), word);
}

static void fill_connection(struct text *text, const struct telling *telling, const char *word)
{
    add_known(text, telling_connection_id(telling), word);
}

static void fill_port(struct text *text, const struct telling *telling, const char *word)
{
    add_known(text, telling_port_name(telling), word);
}

static void fill_link(struct text *text, const struct telling *telling, const char *word)
{
    add_known(text, telling->facts->port != NULL ? telling_link_name(telling) : "", word);
}

static void fill_subscription(struct text *text, const struct telling *telling, const char *word)
{
    const struct common *common = telling->facts->common;

    add_known(text, common != NULL && common->kind == CAUSE_SUBSCRIPTION ? common->name : "", word);
}

static const struct {
    const char *word;
    void (*fill)(struct text *text, const struct telling *telling, const char *word);
} blanks[] = {
    { "CIRCUIT-ID", fill_id },        { "CIRCUIT-NAME", fill_name }, { "RESOURCE-GROUP", fill_group },
    { "PEERING-NAME", fill_peering }, { "PATH", fill_path },         { "PROVIDER", fill_provider },
    { "CONNECTION-ID", fill_connection }, { "PORT-NAME", fill_port }, { "LINK", fill_link },
    { "SUBSCRIPTION", fill_subscription },
};

static bool in_word(char byte)
{
    return isalnum((unsigned char)byte) || byte == '-';
}

/* The word at `at`, or one character that is in no word. */
static size_t word_span(const char *at)
{
    size_t len = 0;

    while (in_word(at[len]))
        len++;
    return len > 0 ? len : 1;
}

/* Fill in the word at `at` if it is one that we know. Returns how much of the step that was, 0 for nothing. */
static size_t fill_blank(struct text *text, const struct telling *telling, const char *at)
{
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++) {
        size_t len = strlen(blanks[i].word);
        if (strncmp(at, blanks[i].word, len) != 0 || in_word(at[len]))
            continue;
        blanks[i].fill(text, telling, blanks[i].word);
        return len;
    }
    return 0;
}

static bool of_other_peering(const struct telling *telling, const char *step)
{
    return telling->opinion->subject.peering != PEERING_MICROSOFT &&
           strncmp(step, ONLY_MICROSOFT, strlen(ONLY_MICROSOFT)) == 0;
}

void tell_rule_step(struct telling *telling, const char *step)
{
    char line[2 * STEP_MAX];
    struct text text;

    if (of_other_peering(telling, step))
        return;
    text_init(&text, line, sizeof line);
    for (const char *at = step; *at != '\0';) {
        size_t len = in_word(*at) ? fill_blank(&text, telling, at) : 0;
        if (len == 0) {
            len = word_span(at);
            text_add_bytes(&text, at, len);
        }
        at += len;
    }
    tell_step(telling, "%s", line);
}

void tell_rule_steps(struct telling *telling)
{
    for (const char *const *step = telling->rule->steps; *step != NULL; step++)
        tell_rule_step(telling, *step);
}
