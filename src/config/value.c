/*
 * One value: text to the type of its row, within its bounds. Each reader gets the row and the node, and writes to its
 * place only when everything is right; what is wrong is said once, with what would be right.
 */
#include "config/value.h"

#include "config/date.h"
#include "config/duration.h"
#include "config/load.h"
#include "config/nearest.h"
#include "config/utf8.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#define WORDS_MAX 16
#define SAID_MAX 256

/* ---- what is wrong ---- */

/* "\"every\" is 5; it must be a duration such as 60s" */
static bool wrong_form(struct loading *loading, const struct key *key, const struct node *node)
{
    char type[SAID_MAX];

    diag_error(loading->diag, node->place, "\"%s\" is \"%s\"; it must be %s", key->name, node->text,
               key_type(key, type, sizeof type));
    return false;
}

/* "\"every\" is 5s; it may be 10s to 24h" */
static bool out_of_bounds(struct loading *loading, const struct key *key, const struct node *node)
{
    char bounds[SAID_MAX];

    diag_error(loading->diag, node->place, "\"%s\" is %s; it may be %s", key->name, node->text,
               key_bounds(key, bounds, sizeof bounds));
    return false;
}

bool value_is_text(struct loading *loading, const char *name, const char *form, const struct node *node)
{
    if (node->kind == NODE_BROKEN)
        return false;
    if (node->kind == NODE_SCALAR && !node_is_null(node))
        return true;
    if (node->kind == NODE_SCALAR)
        diag_error(loading->diag, node->place, "\"%s\" has no value; it must be %s", name, form);
    else
        diag_error(loading->diag, node->place, "\"%s\" is %s; it must be %s", name, node_kind_name(node), form);
    return false;
}

const char *value_meant(struct loading *loading, const char *text, const char *const *words, size_t count)
{
    const char *meant = diag_is_full(loading->diag) ? NULL : nearest_word(text, words, count);

    return meant != NULL ? arena_format(loading->arena, "; did you mean \"%s\"?", meant) : "";
}

/* ---- one reader for each type ---- */

static bool read_duration(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    int64_t ms = 0, least = key->paced && loading->simulated ? SIMULATED_LEAST_MS : key->least;

    if (!duration_parse(node->text, &ms))
        return wrong_form(loading, key, node);
    if (ms < least || ms > key->most)
        return out_of_bounds(loading, key, node);
    *(int64_t *)to = ms;
    return true;
}

/* One of a list of durations. */
static bool add_duration(struct loading *loading, const struct key *key, const struct node *node, struct remind *out)
{
    char type[SAID_MAX];

    if (!value_is_text(loading, key->name, key_type(key, type, sizeof type), node))
        return false;
    if (out->count == REMIND_MOST) {
        diag_error(loading->diag, node->place, "\"%s\" has too many entries; it may have %d", key->name, REMIND_MOST);
        return false;
    }
    return read_duration(loading, key, node, &out->after_ms[out->count++]);
}

/* "1h, 2h, 4h" without the brackets of a list */
static bool split_durations(struct loading *loading, const struct key *key, const struct node *node, struct remind *out)
{
    char text[SAID_MAX], *rest = text;

    if (node->len >= sizeof text)
        return wrong_form(loading, key, node);
    memcpy(text, node->text, node->len + 1);
    for (char *word = strsep(&rest, ","); word != NULL; word = strsep(&rest, ",")) {
        word += strspn(word, " ");
        const struct node one = { .place = node->place, .kind = NODE_SCALAR, .plain = true, .text = word,
                                  .len = strlen(word) };
        if (!add_duration(loading, key, &one, out))
            return false;
    }
    return true;
}

static bool read_durations(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    struct remind read = { 0 };
    bool fine = true;
    char type[SAID_MAX];

    if (node->kind != NODE_LIST)
        fine = value_is_text(loading, key->name, key_type(key, type, sizeof type), node) &&
               split_durations(loading, key, node, &read);
    for (const struct node *one = node->kind == NODE_LIST ? node->first : NULL; one != NULL && fine; one = one->next)
        fine = add_duration(loading, key, one, &read);
    if (fine)
        *(struct remind *)to = read;
    return fine;
}

/* Only digits, few of them; false if not. */
static bool parse_number(const char *text, size_t len, int64_t *number)
{
    int64_t value = 0;

    if (len == 0 || len > 9 || strspn(text, "0123456789") < len)
        return false;
    for (size_t i = 0; i < len; i++)
        value = value * 10 + (text[i] - '0');
    *number = value;
    return true;
}

static bool read_number(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    int64_t number = 0;

    if (!parse_number(node->text, node->len, &number))
        return wrong_form(loading, key, node);
    if (number < key->least || number > key->most)
        return out_of_bounds(loading, key, node);
    *(uint32_t *)to = (uint32_t)number;
    return true;
}

/* "30%" */
static bool read_percent(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    int64_t number = 0;

    if (node->len < 2 || node->text[node->len - 1] != '%' || !parse_number(node->text, node->len - 1, &number))
        return wrong_form(loading, key, node);
    if (number < key->least || number > key->most)
        return out_of_bounds(loading, key, node);
    *(uint8_t *)to = (uint8_t)number;
    return true;
}

/* "-10", "3.5", "-0.25": at most two digits behind the point */
static bool parse_level(const char *text, int64_t *hundredths)
{
    bool minus = *text == '-';
    const char *whole = text + minus, *point = strchr(whole, '.');
    size_t len = point != NULL ? (size_t)(point - whole) : strlen(whole), behind = point != NULL ? strlen(point + 1) : 0;
    int64_t number = 0, part = 0;

    if (!parse_number(whole, len, &number) || len > 4 || behind > 2 ||
        (point != NULL && !parse_number(point + 1, behind, &part)))
        return false;
    number = number * 100 + (behind == 1 ? part * 10 : part);
    *hundredths = minus ? -number : number;
    return true;
}

static bool read_level(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    int64_t level = 0;

    if (!parse_level(node->text, &level))
        return wrong_form(loading, key, node);
    if (level < key->least || level > key->most)
        return out_of_bounds(loading, key, node);
    *(int16_t *)to = (int16_t)level;
    return true;
}

/* "3/2m" */
static bool read_hold(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    const char *slash = strchr(node->text, '/');
    int64_t count = 0, age_ms = 0;

    if (slash == NULL || !parse_number(node->text, (size_t)(slash - node->text), &count) ||
        !duration_parse(slash + 1, &age_ms))
        return wrong_form(loading, key, node);
    if (count < key->least || count > key->most || age_ms > HOLD_AGE_MOST_MS)
        return out_of_bounds(loading, key, node);
    *(struct hold *)to = (struct hold){ (uint32_t)count, age_ms };
    return true;
}

static bool read_switch(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = { { "yes", true },    { "no", false }, { "true", true },
                  { "false", false }, { "on", true },  { "off", false } };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(node->text, words[i].word) == 0) {
            *(bool *)to = words[i].value;
            return true;
        }
    return wrong_form(loading, key, node);
}

static bool read_date(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    return date_parse(node->text, to) || wrong_form(loading, key, node);
}

/* The value of a word; false after a finding. */
static bool find_word(struct loading *loading, const struct key *key, const struct node *node, uint8_t *value)
{
    const char *names[WORDS_MAX];
    size_t count = 0;
    char type[SAID_MAX];

    if (!value_is_text(loading, key->name, key_type(key, type, sizeof type), node))
        return false;
    for (; key->words[count].name != NULL; count++) {
        assert(count < WORDS_MAX);
        names[count] = key->words[count].name;
        if (strcmp(node->text, names[count]) == 0) {
            *value = key->words[count].value;
            return true;
        }
    }
    diag_error(loading->diag, node->place, "\"%s\" is \"%s\"; it must be %s%s", key->name, node->text, type,
               value_meant(loading, node->text, names, count));
    return false;
}

static bool read_choice(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    return find_word(loading, key, node, to);
}

static bool check_count(struct loading *loading, const struct key *key, const struct node *node)
{
    if (node->count < (size_t)key->least) {
        diag_error(loading->diag, node->place, "\"%s\" is an empty list; leave it out or name %s", key->name,
                   key->least == 1 ? "at least one" : "some");
        return false;
    }
    if (key->most > 0 && node->count > (size_t)key->most) {
        diag_error(loading->diag, node->place, "\"%s\" has %zu entries; it may have %lld", key->name, node->count,
                   (long long)key->most);
        return false;
    }
    return true;
}

/* A lone word is a list of one. */
static bool read_choices(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    struct choices choices = { .set = true };
    bool fine = true;
    uint8_t value = 0;

    if (node->kind == NODE_LIST && !check_count(loading, key, node))
        return false;
    for (const struct node *word = node->kind == NODE_LIST ? node->first : node; word != NULL; word = word->next) {
        if (find_word(loading, key, word, &value))
            choices.bits |= (uint8_t)(1U << value);
        else
            fine = false;
        if (node->kind != NODE_LIST)
            break;
    }
    if (fine)
        *(struct choices *)to = choices;
    return fine;
}

static bool read_text(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    if (utf8_has_control(node->text, node->len)) {
        diag_error(loading->diag, node->place, "\"%s\" holds a line end or another control character", key->name);
        return false;
    }
    if (node->len < (size_t)key->least || node->len > (size_t)key->most) {
        diag_error(loading->diag, node->place, "\"%s\" has %zu bytes; it may have %lld to %lld", key->name, node->len,
                   (long long)key->least, (long long)key->most);
        return false;
    }
    *(const char **)to = key->borrowed ? node->text : arena_copy(loading->arena, node->text, node->len);
    return true;
}

static bool read_name(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    if (node->text[strspn(node->text, allowed)] != '\0')
        return wrong_form(loading, key, node);
    return read_text(loading, key, node, to);
}

/* A mapping's values are read one by one, whichever of them is wanted here: findings do not depend on the cloud. */
static bool read_per_cloud(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    char type[SAID_MAX];
    const char *text = NULL;
    bool fine = true;

    if (node->kind != NODE_MAP)
        return value_is_text(loading, key->name, key_type(key, type, sizeof type), node) &&
               read_text(loading, key, node, to);
    for (const struct node *value = node->first; value != NULL; value = value->next) {
        const struct node cloud = { .place = value->key_place, .kind = NODE_SCALAR, .plain = true, .text = value->key,
                                    .len = strlen(value->key) };
        const struct key clouds = { .name = "cloud", .type = VALUE_CHOICE, .words = key->words };
        uint8_t named = 0;
        bool good = find_word(loading, &clouds, &cloud, &named) &&
                    value_is_text(loading, value->key, key->form, value) && read_text(loading, key, value, &text);
        if (good && named == loading->draft.azure.cloud)
            *(const char **)to = text;
        fine = fine && good;
    }
    return fine;
}

static bool read_list(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    bool lone_word = key->inside == NULL && node->kind == NODE_SCALAR && !node_is_null(node);

    if (node->kind == NODE_BROKEN)
        return false;
    if (node->kind != NODE_LIST && !lone_word && !(node_is_null(node) && key->least == 0)) {
        diag_error(loading->diag, node->place, "\"%s\" must be %s", key->name, key->form);
        return false;
    }
    if (node->kind == NODE_LIST && !check_count(loading, key, node))
        return false;
    *(const struct node **)to = node;
    return true;
}

static bool read_node(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    (void)loading;
    (void)key;
    *(const struct node **)to = node;
    return true;
}

static const struct {
    bool (*read)(struct loading *, const struct key *, const struct node *, void *);
    bool scalar;
} readers[VALUE_TYPES] = {
    [VALUE_DURATIONS] = { read_durations, false },
    [VALUE_PERCENT] = { read_percent, true },
    [VALUE_DURATION] = { read_duration, true }, [VALUE_HOLD] = { read_hold, true },
    [VALUE_NUMBER] = { read_number, true },     [VALUE_SWITCH] = { read_switch, true },
    [VALUE_LEVEL] = { read_level, true },
    [VALUE_DATE] = { read_date, true },         [VALUE_PER_CLOUD] = { read_per_cloud, false },
    [VALUE_CHOICE] = { read_choice, true },     [VALUE_CHOICES] = { read_choices, false },
    [VALUE_TEXT] = { read_text, true },         [VALUE_NAME] = { read_name, true },
    [VALUE_LIST] = { read_list, false },        [VALUE_NODE] = { read_node, false },
};

bool value_read(struct loading *loading, const struct key *key, const struct node *node, void *to)
{
    char type[SAID_MAX];

    assert(readers[key->type].read != NULL);
    if (node->kind == NODE_BROKEN)
        return false;
    if (readers[key->type].scalar && !value_is_text(loading, key->name, key_type(key, type, sizeof type), node))
        return false;
    return readers[key->type].read(loading, key, node, to);
}
