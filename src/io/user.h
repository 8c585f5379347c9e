#ifndef ERWATCH_IO_USER_H
#define ERWATCH_IO_USER_H

#include <sys/types.h>

#define USER_NAME_MAX 64

/**
 * What a user is called: by /etc/passwd alone, because a directory service could take long to answer; else "uid 1234".
 * Returns @p name.
 */
const char *user_name(uid_t uid, char name[USER_NAME_MAX]);

#endif
