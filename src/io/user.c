/* Names of users, from the local file: whoever is not in there is a number. */
#include "io/user.h"

#include <pwd.h>
#include <stdio.h>

const char *user_name(uid_t uid, char name[USER_NAME_MAX])
{
    FILE *file = fopen("/etc/passwd", "re");

    snprintf(name, USER_NAME_MAX, "uid %lu", (unsigned long)uid);
    if (file == NULL)
        return name;
    /* cppcheck-suppress fgetpwentCalled ; no other thread of ours asks for users */
    for (const struct passwd *user = fgetpwent(file); user != NULL; user = fgetpwent(file))
        if (user->pw_uid == uid) {
            snprintf(name, USER_NAME_MAX, "%s", user->pw_name);
            break;
        }
    (void)fclose(file);
    return name;
}
