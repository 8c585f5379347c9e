/* The resource id of a circuit, and what exactly is wrong with one that is none. */
#include "config/circuit_id.h"

#include "config/arena.h"
#include "config/shared.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define GROUP_MAX 90
#define NAME_MAX_BYTES 80

/* A NULL word stands for a part of one's own. */
static const struct {
    const char *word, *missing;
} segments[] = {
    { "subscriptions", NULL },
    { NULL, "the subscription's GUID" },
    { "resourceGroups", "/resourceGroups/<group>" },
    { NULL, "the resource group's name" },
    { "providers", "/providers/Microsoft.Network" },
    { "Microsoft.Network", "Microsoft.Network" },
    { "expressRouteCircuits", "/expressRouteCircuits/<name>" },
    { NULL, "the circuit's name" },
};

#define SEGMENTS (sizeof segments / sizeof *segments)

struct span {
    const char *text;
    size_t len;
};

bool guid_is_fine(const char *text, size_t len)
{
    if (len != 36)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
            return false;
    }
    return true;
}

static bool is_placeholder(const char *text)
{
    return strstr(text, "...") != NULL || strstr(text, "…") != NULL || strpbrk(text, "<>{}") != NULL;
}

/* Letters beyond ASCII may stand in a group's name. */
static bool name_is_fine(struct span name, const char *marks, bool beyond_ascii, size_t most)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.text[i];
        if (byte >= 0x80 ? !beyond_ascii : !isalnum(byte) && strchr(marks, byte) == NULL)
            return false;
    }
    return name.len >= 1 && name.len <= most;
}

/* Cut at the slashes; false after the reason. */
static bool split(const char *text, size_t len, struct span part[SEGMENTS], char why[CIRCUIT_ID_WHY_MAX])
{
    size_t at = 0;

    for (size_t i = 0; i < SEGMENTS; i++) {
        if (at >= len) {
            (void)snprintf(why, CIRCUIT_ID_WHY_MAX, "ends too early: %s is missing", segments[i].missing);
            return false;
        }
        const char *end = memchr(text + at + 1, '/', len - at - 1);
        part[i] = (struct span){ text + at + 1, end != NULL ? (size_t)(end - text) - at - 1 : len - at - 1 };
        const char *word = segments[i].word;
        if (word != NULL && (strlen(word) != part[i].len || strncasecmp(word, part[i].text, part[i].len) != 0)) {
            (void)snprintf(why, CIRCUIT_ID_WHY_MAX, "has \"%.*s\" where \"%s\" should stand: it is no circuit's",
                           (int)(part[i].len < 60 ? part[i].len : 60), part[i].text, word);
            return false;
        }
        at += part[i].len + 1;
    }
    if (at < len)
        (void)snprintf(why, CIRCUIT_ID_WHY_MAX, "goes on behind the circuit's name; it must end with \"%.*s\"",
                       (int)(part[SEGMENTS - 1].len < 80 ? part[SEGMENTS - 1].len : 80), part[SEGMENTS - 1].text);
    return at >= len;
}

static const char *judge_names(struct span subscription, struct span group, struct span name)
{
    if (!guid_is_fine(subscription.text, subscription.len))
        return "has no GUID behind /subscriptions/ (8-4-4-4-12 hexadecimal digits)";
    if (!name_is_fine(group, "-_.()", true, GROUP_MAX))
        return "has no proper resource group (1 to 90 letters, digits and -_.())";
    if (!name_is_fine(name, "-_.", false, NAME_MAX_BYTES))
        return "has no proper circuit name (1 to 80 letters, digits and -_.)";
    return NULL;
}

bool circuit_id_parse(const char *text, struct circuit_id *out, char why[CIRCUIT_ID_WHY_MAX])
{
    size_t len = strlen(text);
    struct span part[SEGMENTS];
    const char *wrong = NULL;

    if (is_placeholder(text))
        wrong = "is a placeholder; the portal shows it under \"Resource ID\", az network express-route list as \"id\"";
    else if (strncasecmp(text, "/subscriptions/", 15) != 0)
        wrong = "must begin with /subscriptions/";
    if (wrong == NULL) {
        if (text[len - 1] == '/')
            len--;
        if (!split(text, len, part, why))
            return false;
        wrong = judge_names(part[1], part[3], part[7]);
    }
    if (wrong != NULL) {
        (void)snprintf(why, CIRCUIT_ID_WHY_MAX, "%s", wrong);
        return false;
    }
    *out = (struct circuit_id){ len, part[1].text, part[3].text, part[7].text, part[1].len, part[3].len, part[7].len };
    return true;
}

struct resource_id circuit_id_keep(struct arena *arena, struct shared *shared, const char *text,
                                   const struct circuit_id *id)
{
    char path[RESOURCE_ID_MAX];
    size_t len = (size_t)(id->name - text);

    assert(id->len < sizeof path); /* the lengths that circuit_id_parse() lets pass add up to less */
    (void)memcpy(path, text, len);
    path[len] = '\0';
    return (struct resource_id){ shared_text(shared, path), arena_copy(arena, id->name, id->name_len) };
}
