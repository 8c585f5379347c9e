/*
 * Labels of a circuit: the defaults and its own, one list by name. Two names that differ in case only are refused: in
 * the journal both would be the field ERWATCH_LABEL_<NAME>.
 */
#include "config/load.h"
#include "config/utf8.h"
#include "config/value.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LABEL_NAME_MAX 32

struct gathered {
    struct label label[LABELS_MAX];
    size_t count;
};

bool label_name_is_fine(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t len = strspn(name, allowed);

    return name[len] == '\0' && len >= 1 && len <= LABEL_NAME_MAX && (*name < '0' || *name > '9');
}

static bool label_is_fine(struct loading *loading, const struct node *value)
{
    if (!label_name_is_fine(value->key)) {
        diag_error(loading->diag, value->key_place,
                   "\"%s\" cannot be the name of a label: 1 to %d letters, digits and _, no digit first", value->key,
                   LABEL_NAME_MAX);
        return false;
    }
    if (!value_is_text(loading, value->key, "a text", value))
        return false;
    if (value->len < 1 || value->len > LABEL_VALUE_MAX) {
        diag_error(loading->diag, value->place, "the label \"%s\" has %zu bytes; it may have 1 to %d", value->key,
                   value->len, LABEL_VALUE_MAX);
        return false;
    }
    if (utf8_has_control(value->text, value->len)) {
        diag_error(loading->diag, value->place, "the label \"%s\" holds a line end or another control character",
                   value->key);
        return false;
    }
    return true;
}

/* Where the name stands or belongs in the order without case. */
static size_t position(const struct gathered *gathered, const char *name)
{
    size_t at = 0;

    while (at < gathered->count && strcasecmp(gathered->label[at].name, name) < 0)
        at++;
    return at;
}

static void add(struct loading *loading, struct gathered *gathered, const struct node *value)
{
    size_t at = position(gathered, value->key);
    struct label *label = &gathered->label[at];
    bool known = at < gathered->count && strcasecmp(label->name, value->key) == 0;

    if (known && strcmp(label->name, value->key) != 0) {
        diag_error(loading->diag, value->key_place, "the labels \"%s\" and \"%s\" differ in case only", label->name,
                   value->key);
        return;
    }
    if (!known && gathered->count == LABELS_MAX) {
        diag_error(loading->diag, value->key_place, "a circuit has at most %d labels", LABELS_MAX);
        return;
    }
    if (!known) {
        memmove(label + 1, label, (gathered->count - at) * sizeof *label);
        gathered->count++;
    }
    label->name = known ? label->name : shared_text(loading->shared, value->key);
    label->value = shared_text(loading->shared, value->text);
}

static void gather(struct loading *loading, const struct node *map, struct gathered *gathered)
{
    if (map->kind == NODE_BROKEN || node_is_null(map))
        return;
    if (map->kind != NODE_MAP)
        diag_error(loading->diag, map->place, "\"labels\" must be a mapping of texts, not %s", node_kind_name(map));
    for (const struct node *value = map->kind == NODE_MAP ? map->first : NULL; value != NULL; value = value->next)
        if (label_is_fine(loading, value))
            add(loading, gathered, value);
}

static int compare_without_case(const void *left, const void *right)
{
    const struct label *a = left, *b = right;

    return strcasecmp(a->name, b->name);
}

static int compare(const void *left, const void *right)
{
    const struct label *a = left, *b = right;

    return strcmp(a->name, b->name);
}

const struct label *load_labels(struct loading *loading, const struct node *own, size_t *count)
{
    struct gathered gathered = { .count = 0 };

    if (own == NULL) {
        *count = loading->label_count;
        return loading->labels;
    }
    for (; gathered.count < loading->label_count; gathered.count++)
        gathered.label[gathered.count] = loading->labels[gathered.count];
    /* the defaults are by name: put them in the order without case, then add */
    qsort(gathered.label, gathered.count, sizeof *gathered.label, compare_without_case);
    gather(loading, own, &gathered);
    qsort(gathered.label, gathered.count, sizeof *gathered.label, compare);
    *count = gathered.count;
    /* equal names and values lie at equal places, so equal lists of labels are equal bytes */
    return gathered.count > 0 ? shared_bytes(loading->shared, gathered.label, gathered.count * sizeof *gathered.label)
                              : NULL;
}

void load_default_labels(struct loading *loading)
{
    if (loading->draft.defaults.labels != NULL)
        loading->labels = load_labels(loading, loading->draft.defaults.labels, &loading->label_count);
}
