/*
 * Where a receiver's notices go, whatever the receiver is called: the same program, address, integration or mailboxes.
 * What only says how to get there (time-outs, authorities, proxies, signing keys) is no part of it.
 */
#include "config/config.h"

#include <stdbool.h>

/* FNV-1a, 64 bits; the NUL counts, so that two texts are not one. */
static uint64_t add(uint64_t hash, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)(text != NULL ? text : "");; at++) {
        hash = (hash ^ *at) * 0x100000001b3U;
        if (*at == '\0')
            return hash;
    }
}

/* The words of a program, in their order. */
static uint64_t add_list(uint64_t hash, const char *const *texts)
{
    for (; texts != NULL && *texts != NULL; texts++)
        hash = add(hash, *texts);
    return add(hash, NULL);
}

/* Peers and mailboxes, in any order. */
static uint64_t add_set(uint64_t hash, const char *const *texts)
{
    uint64_t sum = 0;

    for (; texts != NULL && *texts != NULL; texts++)
        sum += add(0xcbf29ce484222325U, *texts);
    return (hash ^ sum) * 0x100000001b3U;
}

/* Is the key the address, or does it only sign? */
static bool key_is_place(enum receiver_kind kind)
{
    return kind == RECEIVER_PAGERDUTY || kind == RECEIVER_OPSGENIE || kind == RECEIVER_SLACK;
}

uint64_t settings_destination(const struct receiver_settings *receiver)
{
    const struct wire_settings *wire = &receiver->wire;
    uint64_t hash = add(0xcbf29ce484222325U, receiver_kind_name(receiver->kind));

    if (receiver->kind == RECEIVER_EXEC)
        return add_list(hash, receiver->exec.argv) | 1;
    hash = add(hash, wire->url);
    hash = add(hash, wire->url_file);
    hash = add_set(hash, wire->urls);
    hash = add(hash, key_is_place(receiver->kind) ? wire->key_file : NULL);
    hash = add(hash, wire->channel);
    hash = add(hash, wire->server);
    hash = add_set(hash, wire->to);
    hash = add(hash, wire->path);
    if (receiver->kind == RECEIVER_DIGEST)
        hash = (hash ^ receiver->digest.destination) * 0x100000001b3U;
    return hash | 1;
}
