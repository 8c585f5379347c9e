#ifndef ERWATCH_CONFIG_SCHEMA_H
#define ERWATCH_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What can be written in a settings file, one row for each key: the loader and settings_keys() read the same ones. */

enum value_type {
    VALUE_DURATION, /* int64_t, milliseconds; least and most too */
    VALUE_DURATIONS, /* struct remind; least and most are of each, and the list may be empty */
    VALUE_HOLD,     /* struct hold, "3/2m"; least and most are of its count */
    VALUE_NUMBER,   /* uint32_t */
    VALUE_LEVEL,    /* int16_t, hundredths of what is written; least and most too */
    VALUE_PERCENT,  /* uint8_t, written with its sign */
    VALUE_SWITCH,   /* bool */
    VALUE_DATE,     /* int64_t, the beginning of the day in milliseconds since 1970 */
    VALUE_CHOICE,   /* uint8_t: the value of one of `words` */
    VALUE_CHOICES,  /* struct choices: any of `words` */
    VALUE_TEXT,     /* const char *; least and most are its bytes */
    VALUE_NAME,     /* the same: letters, digits, dots, dashes, underscores */
    VALUE_PER_CLOUD, /* const char *: a text, or a mapping of clouds to texts, of which the present cloud's is taken */
    VALUE_LIST,     /* const struct node *, at least and at most so many; the loader goes on from there */
    VALUE_NODE,     /* const struct node *, whatever it is */
    VALUE_MAP,      /* the keys of `inside`, read into the place of this one */
    VALUE_TYPES
};

/** A word and what it stands for. Lists end in a NULL name. */
struct word_value {
    const char *name;
    uint8_t value;
};

struct table;

struct key {
    const char *name;
    enum value_type type;
    int64_t least, most;
    const char *standard; /* read by the same parser; NULL: none */
    size_t offset;        /* where it goes, from the start of its table's struct */
    const char *help;     /* one sentence: "how long to wait for an answer" */
    const struct word_value *words;
    const struct table *inside; /* of VALUE_MAP; of VALUE_LIST and VALUE_NODE when their elements are mappings */
    const char *form;           /* the type for people where the reader's is not enough: "a GUID"; else NULL */
    const char *absent;         /* for people: what holds without it, when `standard` cannot say it */
    bool required;
    bool borrowed; /* a text that stays in the file's tree: whoever keeps it copies it */
    bool paced; /* an interval of questions to Azure: see PACED_LEAST_MS */
};

/** A key that people write and that does not exist, and what to do instead. */
struct hint {
    const char *name, *instead;
};

struct table {
    const char *title; /* as it stands in a sentence: "\"poll\"", "a circuit" */
    const struct key *keys;
    size_t count;
    const struct hint *hints; /* end in a NULL name; NULL: none */
    const char *others;       /* what other keys are, in brackets: "<label>"; NULL: not allowed */
    bool others_only;         /* all keys are such, and `keys` are those inside each */
};

/** Nobody is asked more often than this, but for a simulator on this host (`cloud: custom` and a loopback address). */
#define PACED_LEAST_MS 10000
#define SIMULATED_LEAST_MS 1000
/** Services of that kind take a word no more often. */
#define HEARTBEAT_LEAST_MS 12000

/** The longest age of a hold. */
#define HOLD_AGE_MOST_MS (24 * 60 * 60 * 1000)

extern const struct table file_table;       /* struct file_draft */
extern const struct table part_table;       /* struct file_draft, of circuits.d: only `circuits` */
extern const struct table azure_table;      /* struct file_draft, as a part of it */
extern const struct table credential_table; /* struct credential_settings */
extern const struct table rule_table;       /* struct rule_draft */
extern const struct table receiver_table;   /* struct receiver_draft */
extern const struct table match_table;      /* struct match_draft, as a part of others */
extern const struct table route_table;      /* struct route_draft */
extern const struct table window_table;     /* struct window_draft */
extern const struct table circuit_table;    /* struct circuit_draft */
extern const struct table discover_table;   /* struct discover_draft */

/** The row of a key; NULL when the table has none. */
const struct key *table_find(const struct table *table, const char *name);

/** The type and the bounds as they stand in a sentence: "one of public, usgov", "10s to 24h"; return @p text. */
const char *key_type(const struct key *key, char *text, size_t size);
const char *key_bounds(const struct key *key, char *text, size_t size);

#endif
