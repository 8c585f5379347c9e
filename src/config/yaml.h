#ifndef ERWATCH_CONFIG_YAML_H
#define ERWATCH_CONFIG_YAML_H

#include "config/arena.h"
#include "config/diag.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A YAML file as a tree of nodes. What a settings file has no use for is refused with a finding: anchors and aliases,
 * tags, keys that are given twice or are no words, a second document, NUL bytes, anything but UTF-8, and too much of
 * it:
 */
#define TREE_BYTES_MAX ((size_t)16 * 1024 * 1024) /* 10,000 circuits with labels and expectations are 3 MB */
#define TREE_NODES_MAX 500000                     /* and 130,000 nodes */
#define TREE_DEPTH_MAX 16                         /* the deepest key stands at 6 */
#define TREE_KEYS_MAX 256                         /* of one mapping: its keys are compared with each other */

enum node_kind {
    NODE_BROKEN, /* a finding was made of it: say nothing more */
    NODE_SCALAR,
    NODE_LIST,
    NODE_MAP,
};

/** A value. Values of a list are chained by `next`, those of a mapping too, with the key they stand under. */
struct node {
    struct place place;
    enum node_kind kind;
    bool plain;               /* scalar: written without quotes */
    const char *text;         /* scalar: ends in a NUL and holds no other; else "" */
    size_t len;               /* bytes of the text */
    const struct node *first; /* list, mapping: the first value or NULL */
    size_t count;             /* list, mapping: how many values */
    const struct node *next;
    const char *key; /* in a mapping, else NULL */
    struct place key_place;
};

/**
 * Read a file. Place names point to @p path, texts and nodes live in @p arena.
 *
 * @return the root, a plain empty scalar when the file has nothing but comments; NULL when it is unreadable or no YAML.
 *         Look at diag_errors(): a tree also comes with findings, so that the rest of it can be checked too
 */
const struct node *yaml_read_file(const char *path, struct arena *arena, struct diag *diag);

/** The same from memory. @p text is looked at during the call only; @p name is the file's name in the findings. */
const struct node *yaml_read_text(const char *name, const char *text, size_t len, struct arena *arena,
                                  struct diag *diag);

/** The value under a key of a mapping; NULL when it has none or @p map is no mapping (or NULL). */
const struct node *node_get(const struct node *map, const char *key);

/** Was nothing written, or null? */
bool node_is_null(const struct node *node);

/** "a text", "a list", "a mapping", for findings. */
const char *node_kind_name(const struct node *node);

#endif
