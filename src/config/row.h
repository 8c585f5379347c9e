#ifndef ERWATCH_CONFIG_ROW_H
#define ERWATCH_CONFIG_ROW_H

#include "config/schema.h"

/* What the files with tables of keys write them with. */

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define TEXT_MAX 256
#define PATH_TEXT_MAX 4095

#define ROW(key, kind, low, high, preset, to, text, ...)                                                               \
    {                                                                                                                  \
        .name = key, .type = kind, .least = low, .most = high, .standard = preset, .offset = to, .help = text,         \
        ##__VA_ARGS__                                                                                                  \
    }
#define TABLE(what, rows) .title = (what), .keys = (rows), .count = sizeof(rows) / sizeof *(rows)

#endif
