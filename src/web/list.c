/* Lists of any length: an entry becomes text when it is added, so memory holds the text and one entry's tree. */
#include "web/list.h"

#include "web/put.h"
#include "web/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *sure(void *memory)
{
    if (memory == NULL) {
        fputs("erwatch: out of memory\n", stderr);
        abort();
    }
    return memory;
}

struct view_list *view_list_new(void)
{
    return sure(calloc(1, sizeof(struct view_list)));
}

void view_list_free(struct view_list *list)
{
    if (list != NULL)
        free(list->text);
    free(list);
}

static void append(struct view_list *list, const char *text, size_t len)
{
    if (len > list->room - list->len) {
        list->room = (list->room + len) * 2;
        list->text = sure(realloc(list->text, list->room));
    }
    memcpy(list->text + list->len, text, len);
    list->len += len;
}

void list_add(struct view_list *list, json_t *entry)
{
    char *text = put_end(entry);

    if (list->count++ > 0)
        append(list, ",", 1);
    append(list, text, strlen(text));
    free(text);
}

char *list_end(struct view_list *list, json_t *head, const char *key)
{
    char *text = put_end(head);
    size_t open = strlen(text) - 1; /* up to the closing brace */
    size_t size = open + strlen(key) + list->len + sizeof ",\"\":[]}";
    char *whole = sure(malloc(size));

    snprintf(whole, size, "%.*s,\"%s\":[%.*s]}", (int)open, text, key, (int)list->len, list->len > 0 ? list->text : "");
    free(text);
    view_list_free(list);
    return whole;
}
