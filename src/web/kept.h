#ifndef ERWATCH_WEB_KEPT_H
#define ERWATCH_WEB_KEPT_H

/**
 * Say in an answer whether what was changed is on the disk: `kept`, and why not.
 *
 * @param json     a document of ours, heap, given up
 * @param trouble  a sentence; NULL: it is kept
 * @return         heap
 */
char *kept_say(char *json, const char *trouble);

#endif
