#ifndef ERWATCH_CORE_REJECTION_H
#define ERWATCH_CORE_REJECTION_H

#include <stddef.h>
#include <stdint.h>

/* A reload that was refused: the settings from before stay in force (rule 98). */

#define REJECTION_FIRST_MAX 512

struct rejection {
    size_t errors;                   /* how many lines were wrong; 0: they were right, but could not be taken */
    char first[REJECTION_FIRST_MAX]; /* the first of them, as file:line:column: error: …, or why they were not taken */
    int64_t at_wall_ms;              /* when it was refused; of several the last */
    int64_t loaded_wall_ms;          /* since when those in force are */
};

#endif
