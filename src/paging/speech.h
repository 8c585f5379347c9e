#ifndef ERWATCH_PAGING_SPEECH_H
#define ERWATCH_PAGING_SPEECH_H

#include "paging/told.h"

/*
 * A notice in words, for people: mails, chats, descriptions. Plain text with foreign names in it: whoever puts it into
 * a format escapes that format's signs. All return @p text.
 */

#define SPEECH_LINE_MAX 1536
#define SPEECH_LINES_MAX 16384

/** "CRITICAL: London 1: …", "Still WARNING: …", "Acknowledged by ann: …", "Cleared: …", "Test: …"; one line. Of a digest
 * it is the summary. */
const char *speech_headline(const struct told *told, char text[SPEECH_LINE_MAX]);

/** What has happened, in sentences; line ends stay, what else would disturb a terminal does not. Of a digest its lines */
const char *speech_text(const struct told *told, char text[SPEECH_LINES_MAX]);

/** "the connectivity provider": whoever has to act, for the word in a notice */
const char *speech_owner(const char *owner);

/** "1. …" lines; "" when it is over, or none is given */
const char *speech_steps(const struct told *told, char text[SPEECH_LINES_MAX]);

/** "BGP availability, primary: 0 % (metrics, 30 s before)" lines: the first SPEECH_FACTS facts that say something */
#define SPEECH_FACTS 12
const char *speech_facts(const struct told *told, char text[SPEECH_LINES_MAX]);

/**
 * "Incident 0123456789abcdef-4 (rule 41 redundancy-lost), owner: the provider, since 2026-11-21 09:58:00 UTC (2 min)",
 * and when the notice had to wait longer than a minute: from when it is. Of a digest: its own identity and time.
 */
const char *speech_identity(const struct told *told, int64_t now_wall_ms, char text[SPEECH_LINE_MAX]);

#endif
