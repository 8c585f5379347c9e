/*
 * The exec receiver: a program of the operator's. Its arguments are fixed in the settings, the notice is its standard
 * input; this file makes its environment and says what its end means.
 */
#include "paging/fields.h"
#include "paging/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same on every host, whatever the daemon was started with. */
static const struct notice_field fixed[] = {
    { "PATH", "/usr/sbin:/usr/bin:/sbin:/bin" },
    { "LANG", "C.UTF-8" },
};
#define FIXED (sizeof fixed / sizeof *fixed)

static void *must(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static char *assignment(const struct notice_field *field)
{
    size_t size = strlen(field->name) + 1 + strlen(field->value) + 1;
    char *text = must(malloc(size));

    snprintf(text, size, "%s=%s", field->name, field->value);
    return text;
}

char **exec_environment(const char *json)
{
    json_t *object = notice_parse(json);

    if (object == NULL)
        return NULL;
    struct notice_fields *fields = fields_from(object, true);
    char **environment = must(calloc(FIXED + fields->count + 1, sizeof *environment));
    for (size_t i = 0; i < FIXED; i++)
        environment[i] = assignment(&fixed[i]);
    for (size_t i = 0; i < fields->count; i++)
        environment[FIXED + i] = assignment(&fields->field[i]);
    notice_fields_free(fields);
    json_decref(object);
    return environment;
}

void exec_environment_free(char **environment)
{
    if (environment == NULL)
        return;
    for (char **one = environment; *one != NULL; one++)
        free(*one);
    free(environment);
}

enum answer exec_answer(bool exited, int status)
{
    /* nothing a program says is final: a hook that is broken today may be repaired tomorrow */
    return exited && status == 0 ? ANSWER_DELIVERED : ANSWER_LATER;
}
