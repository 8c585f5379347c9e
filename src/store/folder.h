#ifndef ERWATCH_STORE_FOLDER_H
#define ERWATCH_STORE_FOLDER_H

#include "store/store.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The state directory and the files in it: whose they are, the lock, and the setting aside of a damaged database. */

#define DATABASE_NAME "erwatch.db"
#define DATABASE_NEW_NAME "erwatch.db.new" /* while it is being made; renamed when whole */
#define LOCK_NAME "erwatch.lock"

struct folder {
    int fd;
    int lock; /* held until folder_close() */
    char path[PATH_MAX]; /* absolute, without links */
};

/** One sentence for people, cut to STORE_WHY_MAX. */
void explain(char why[STORE_WHY_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * Open the directory, see that it is ours alone, take the lock, check what lies in it.
 *
 * @return STORE_OK, STORE_LOCKED, STORE_REFUSED or STORE_FAILED; @p folder is to be closed after STORE_OK only
 */
enum store_result folder_open(struct folder *folder, const char *directory, char why[STORE_WHY_MAX]);
void folder_close(struct folder *folder);

bool folder_has(const struct folder *folder, const char *name);

/** Write "PATH/NAME"; @return false when that is longer than a path may be. */
bool folder_path(const struct folder *folder, const char *name, char path[PATH_MAX]);

/** Put the finished new database in its place, on the disk when it returns true. */
bool folder_adopt_new(const struct folder *folder, char why[STORE_WHY_MAX]);

/** Remove what a start that was killed left of a new database. */
void folder_drop_new(const struct folder *folder);

/** The room a name of a database that was set aside needs. */
#define ASIDE_MAX 64

/**
 * Rename the database and what belongs to it to erwatch.db.damaged-<time>.
 *
 * @param name  the new name of the database itself
 */
bool folder_set_aside(const struct folder *folder, int64_t now_wall_ms, char name[ASIDE_MAX], char why[STORE_WHY_MAX]);

/** Does anything of a database lie there (the database itself, or only its log)? */
bool folder_has_remains(const struct folder *folder);

#endif
