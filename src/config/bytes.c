/* The bytes of a file: read without waiting, bounded, and text. */
#include "config/bytes.h"

#include "config/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Open it without waiting for the other end of a pipe. NULL: *why says what is wrong. */
static FILE *open_file(const char *path, const char **why)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (descriptor < 0 || fstat(descriptor, &status) < 0) {
        *why = strerror(errno);
    } else if (!S_ISREG(status.st_mode)) {
        *why = "not a regular file";
    } else {
        FILE *file = fdopen(descriptor, "r");
        if (file != NULL)
            return file;
        *why = strerror(errno);
    }
    if (descriptor >= 0)
        (void)close(descriptor);
    return NULL;
}

/* Up to one byte more than is allowed: that is how too large shows, also of a file that grows meanwhile. */
static char *read_all(FILE *file, size_t most, size_t *len)
{
    size_t room = 64 * 1024, used = 0;
    char *text = malloc(room);

    while (text != NULL) {
        used += fread(text + used, 1, room - used, file);
        if (used < room || room > most)
            break;
        room = room * 2 > most ? most + 1 : room * 2;
        char *larger = realloc(text, room);
        if (larger == NULL)
            free(text);
        text = larger;
    }
    *len = used;
    return text;
}

char *bytes_read(const char *path, size_t most, struct diag *diag, size_t *len)
{
    const struct place whole = { path, 0, 0 };
    const char *why = NULL;
    size_t got = 0;
    FILE *file = open_file(path, &why);

    if (file == NULL) {
        diag_error(diag, whole, "cannot read it: %s", why);
        return NULL;
    }
    errno = 0;
    char *text = read_all(file, most, &got);
    bool fine = text != NULL && !ferror(file) && got <= most;
    if (text == NULL || ferror(file))
        diag_error(diag, whole, "cannot read it: %s", strerror(errno));
    else if (got > most)
        diag_error(diag, whole, "it is larger than %zu MiB", most >> 20);
    (void)fclose(file);
    if (!fine) {
        free(text);
        return NULL;
    }
    *len = got;
    return text;
}

/* libyaml would name the byte and not the line, and would take UTF-16. */
bool bytes_are_text(const char *name, const char *text, size_t len, struct diag *diag)
{
    struct place place = { name, 1, 1 };

    for (size_t at = 0, size; at < len; at += size) {
        uint32_t code = 0;
        size = utf8_next(text + at, len - at, &code);
        if (size == 0) {
            diag_error(diag, place, "byte 0x%02x is not UTF-8", (unsigned char)text[at]);
            return false;
        }
        if (code != '\t' && code != '\n' && code != '\r' && utf8_is_control(code)) {
            diag_error(diag, place, "a control character (U+%04X) is not allowed", (unsigned)code);
            return false;
        }
        place.column++;
        if (code == '\n')
            place.line++, place.column = 1;
    }
    return true;
}
