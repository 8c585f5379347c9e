/* What `erwatchd -n --try` found, as a table for a terminal of 80 columns. */
#include "app/try.h"

#include <string.h>

#define WIDTH 80
#define NAME_WIDTH 16
#define STATE_WIDTH 10
#define INDENT (2 + NAME_WIDTH + STATE_WIDTH + 1)

static const char *const states[] = {
    [TRIED_WAITS] = "not tried",   [TRIED_NOT_NEEDED] = "not needed", [TRIED_WORKS] = "works",
    [TRIED_REFUSED] = "refused",   [TRIED_FAILED] = "failed",         [TRIED_UNKNOWN] = "not tried",
};

/* How much of the text goes on a line: up to a blank or behind a slash, of which ids are full. */
static size_t line_of(const char *text, size_t room)
{
    size_t len = strlen(text), cut = room;

    if (len <= room)
        return len;
    while (cut > 1 && text[cut] != ' ' && text[cut - 1] != '/')
        cut--;
    return cut > 1 ? cut : room;
}

/* The cursor is behind the columns; what does not fit goes below. */
static void print_text(FILE *to, const char *text)
{
    while (*text != '\0') {
        size_t len = line_of(text, WIDTH - INDENT);
        fprintf(to, "%.*s\n", (int)len, text);
        text += len + strspn(text + len, " ");
        if (*text != '\0')
            fprintf(to, "%*s", INDENT, "");
    }
}

/* What the service says, else what the role has for it. */
static void print_refusal(FILE *to, enum trying trying, const struct failure *failure)
{
    char text[512];
    const char *action = failure->action[0] != '\0' ? failure->action : try_action(trying);

    snprintf(text, sizeof text, "%s%s%s", action, failure->scope[0] != '\0' ? " over " : "", failure->scope);
    print_text(to, text);
}

static void print_row(FILE *to, enum trying trying, const struct tried_row *row)
{
    const char *note = row->state == TRIED_WORKS && row->failure.kind != TROUBLE_NONE ? row->failure.what : row->note;
    bool more = row->state == TRIED_REFUSED || row->state == TRIED_FAILED || note[0] != '\0';

    fprintf(to, "  %-*s%s%*s", NAME_WIDTH, try_name(trying), states[row->state],
            more ? (int)(STATE_WIDTH + 1 - strlen(states[row->state])) : 0, "");
    if (row->state == TRIED_REFUSED)
        print_refusal(to, trying, &row->failure);
    else if (row->state == TRIED_FAILED)
        print_text(to, row->failure.what);
    else if (more)
        print_text(to, note);
    else
        fprintf(to, "\n");
}

static bool is_bad(const struct tried_row *row)
{
    return row->state == TRIED_REFUSED || row->state == TRIED_FAILED || row->state == TRIED_WAITS;
}

bool try_print(const struct trial *trial, FILE *to)
{
    size_t bad = 0, needed = 0;

    for (size_t i = 0; i < trial->count; i++) {
        const struct probe *probe = &trial->probe[i];
        fprintf(to, "\n%s in subscription %s:\n", trial->app->settings->azure.credentials[probe->credential].name,
                probe->subscription);
        for (enum trying at = 0; at < TRIES; at++) {
            print_row(to, at, &probe->row[at]);
            bad += is_bad(&probe->row[at]);
            needed += probe->row[at].state != TRIED_NOT_NEEDED && probe->row[at].state != TRIED_UNKNOWN;
        }
    }
    if (trial->count == 0)
        fprintf(to, "\nThe settings need nothing of Azure.\n");
    else if (bad == 0)
        fprintf(to, "\nEverything that was needed and could be tried works.\n");
    else
        fprintf(to, "\n%zu of %zu do not work.\n", bad, needed);
    return bad == 0;
}
