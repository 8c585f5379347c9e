/*
 * Who is told: the receivers, one of several kinds each, and who stands in for whom. What a kind needs: load_wires.c.
 */
#include "config/load.h"
#include "config/load_digest.h"
#include "config/load_wires.h"
#include "config/read.h"

#include <string.h>

/* ---- programs ---- */

#define ARGUMENTS_MAX 64

static bool argument_is_fine(struct loading *loading, const struct node *node, bool is_program)
{
    if (node->kind == NODE_BROKEN)
        return false;
    if (node->kind != NODE_SCALAR) {
        diag_error(loading->diag, node->place, "an argument is a text, not %s", node_kind_name(node));
        return false;
    }
    if (is_program && node->text[0] != '/') {
        diag_error(loading->diag, node->place, "the program \"%s\" must be given by its absolute path", node->text);
        return false;
    }
    return true;
}

static const char *const *load_command(struct loading *loading, const struct node *list)
{
    size_t count = 0;

    if (list->kind == NODE_BROKEN)
        return NULL;
    if (list->kind != NODE_LIST || list->count == 0 || list->count > ARGUMENTS_MAX) {
        diag_error(loading->diag, list->place,
                   "\"command\" must be a list of 1 to %d texts such as [/usr/local/bin/page, --team, net]",
                   ARGUMENTS_MAX);
        return NULL;
    }
    const char **argv = arena_array(loading->arena, list->count + 1, sizeof *argv);
    for (const struct node *node = list->first; node != NULL; node = node->next)
        if (argument_is_fine(loading, node, node == list->first))
            argv[count++] = arena_copy(loading->arena, node->text, node->len);
    return argv;
}

static void load_exec(struct loading *loading, const struct receiver_draft *draft, struct exec_settings *exec)
{
    exec->timeout_ms = draft->timeout_ms;
    if (draft->command == NULL)
        return;
    exec->place = draft->command->place;
    exec->argv = load_command(loading, draft->command);
}

/* ---- kinds ---- */

static bool has_unknown_key(const struct node *map)
{
    for (const struct node *value = map->first; value != NULL; value = value->next)
        if (table_find(&receiver_table, value->key) == NULL)
            return true;
    return false;
}

/* Exactly one of the kinds must be there. A misspelt one has been found already. */
static bool find_kind(struct loading *loading, const struct node *map, uint8_t *kind)
{
    const struct node *found = NULL;

    for (enum receiver_kind i = 0; i < RECEIVER_KINDS; i++) {
        const struct node *node = node_get(map, receiver_kind_name(i));
        if (node != NULL && found != NULL) {
            diag_error(loading->diag, node->key_place, "\"%s\" is given beside \"%s\"; a receiver is of one kind",
                       node->key, found->key);
        } else if (node != NULL) {
            found = node;
            *kind = (uint8_t)i;
        }
    }
    if (found == NULL && !has_unknown_key(map))
        diag_error(loading->diag, map->place,
                   "a receiver needs one of exec, webhook, alertmanager, pagerduty, opsgenie, slack, teams, email, "
                   "stream and digest");
    return found != NULL;
}

static void load_receiver(struct loading *loading, const struct node *map, size_t index,
                          struct receiver_settings *receiver)
{
    struct receiver_draft draft = { 0 };

    receiver->fallback = NO_RECEIVER;
    read_defaults(loading, &receiver_table, &draft);
    read_map(loading, &receiver_table, map, &draft);
    if (map->kind != NODE_MAP)
        return;
    receiver->place = map->place;
    receiver->name = draft.name;
    receiver->summarise = draft.summarise != 0;
    receiver->fallback_after_ms = draft.fallback_after_ms;
    if (draft.name != NULL)
        names_add(&loading->receivers, draft.name, index, node_get(map, "name")->place, loading->diag);
    if (!find_kind(loading, map, &receiver->kind))
        return;
    if (receiver->kind == RECEIVER_EXEC)
        load_exec(loading, &draft, &receiver->exec);
    else if (receiver->kind == RECEIVER_DIGEST)
        load_digest(loading, node_get(map, "digest"), &draft, &receiver->digest);
    else
        load_wire(loading, node_get(map, receiver_kind_name(receiver->kind)), &draft, receiver);
}

/* ---- who stands in for whom ---- */

static void load_fallback(struct loading *loading, const struct node *map, struct receiver_settings *receiver)
{
    const struct node *to = node_get(node_get(map, "fallback"), "to");

    if (to != NULL && to->kind == NODE_SCALAR && !node_is_null(to))
        (void)names_find(&loading->receivers, to->text, to->place, loading->diag, &receiver->fallback);
}

/* What nobody takes would go round for ever. A loop is told once, at the first receiver that is part of it. */
static void check_loops(struct loading *loading, const struct receiver_settings *receivers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = receivers[i].fallback, steps = 0, least = i;
        while (at != NO_RECEIVER && at != i && steps++ < count) {
            least = at < least ? at : least;
            at = receivers[at].fallback;
        }
        if (at == i && least == i)
            diag_error(loading->diag, receivers[i].place, "the fallbacks from \"%s\" on lead back to it",
                       receivers[i].name);
    }
}

void load_receivers(struct loading *loading)
{
    const struct node *list = loading->draft.receivers;
    size_t count = list != NULL ? list->count : 0, index = 0;
    struct receiver_settings *receivers = arena_array(loading->arena, count, sizeof *receivers);

    names_init(&loading->receivers, "receiver", loading->arena, count);
    for (const struct node *map = count > 0 ? list->first : NULL; map != NULL; map = map->next, index++)
        load_receiver(loading, map, index, &receivers[index]);
    index = 0;
    for (const struct node *map = count > 0 ? list->first : NULL; map != NULL; map = map->next, index++)
        load_fallback(loading, map, &receivers[index]);
    index = 0;
    for (const struct node *map = count > 0 ? list->first : NULL; map != NULL; map = map->next, index++)
        load_digest_target(loading, map, receivers, index);
    check_loops(loading, receivers, count);
    loading->settings->receivers = receivers;
    loading->settings->receiver_count = count;
}
