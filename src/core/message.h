#ifndef ERWATCH_CORE_MESSAGE_H
#define ERWATCH_CORE_MESSAGE_H

#include <stddef.h>

/*
 * Kinds of journal messages of the daemon that are no rule's. Each has a message id that never changes and an entry in
 * the journal's catalogue; erwatch-rules(7) lists them.
 */
enum message {
    MESSAGE_STARTED,
    MESSAGE_STOPPED,
    MESSAGE_SETTINGS_LOADED,
    MESSAGE_SETTINGS_REJECTED,
    MESSAGE_STATE_WORD_CHANGED,
    MESSAGE_VERDICT_CHANGED,
    MESSAGE_DELIVERY_SUCCEEDED,
    MESSAGE_DELIVERY_FAILED,
    MESSAGE_HOOK_OUTPUT,
    MESSAGE_POLL_ASKED,
    MESSAGE_LOCAL_TROUBLE,
    MESSAGE_JOURNAL_LOST,
    MESSAGE_CIRCUIT_APPEARED,
    MESSAGE_CIRCUIT_DISAPPEARED,
    MESSAGE_CIRCUIT_FORGOTTEN,
    MESSAGE_DISCOVERY_FAILED,
    MESSAGE_SILENCE_MADE,
    MESSAGE_SILENCE_ENDED,
    MESSAGE_CLOCK_UNSYNCHRONISED,
    MESSAGES
};

struct message_info {
    const char *name;    /* "settings-rejected" */
    const char *id;      /* 32 hex digits */
    int priority;        /* syslog's, 0..7 */
    const char *subject; /* first line of the catalogue's entry; @FIELD@ is filled in by journalctl */
    const char *meaning;
    const char *todo;    /* "" when there is nothing to do */
};

const struct message_info *message_find(enum message message);

#endif
