#ifndef ERWATCH_APP_ENVIRONMENT_H
#define ERWATCH_APP_ENVIRONMENT_H

/**
 * Remove all variables that the daemon does not want: no library may be talked into a proxy, a key log or another file
 * by whoever starts us. Before any thread is started.
 */
void environment_clear(void);

#endif
