/*
 * The list of circuits, live. A frame is made in memory and written at once, each line cleared to its end, so that
 * nothing flickers and a slow line shows no half frame. The terminal's size is asked for each frame.
 */
#include "ctl/watch.h"

#include "ctl/ask.h"
#include "ctl/doc.h"
#include "ctl/show.h"
#include "io/memory.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define EVERY_S 2

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

void terminal_size(unsigned *columns, unsigned *lines)
{
    struct winsize size = { 0 };

    *columns = *lines = 0;
    if (isatty(STDOUT_FILENO) == 0)
        return;
    bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    *columns = told && size.ws_col > 0 ? size.ws_col : 80;
    *lines = told && size.ws_row > 0 ? size.ws_row : 24;
}

static void draw_head(const struct screen *screen, const json_t *document)
{
    const json_t *daemon = json_object_get(document, "daemon");
    char up[AGE_TEXT_MAX];

    fprintf(screen->to, "%serwatchd %s on %s, up %s, %s%s\n", screen_on(screen, PAINT_DIM), doc_text(daemon, "version"),
            doc_text(daemon, "host"), age_text(doc_number(daemon, "uptime"), up), doc_text(document, "time"),
            screen_off(screen, PAINT_DIM));
}

static void draw_answer(const struct screen *screen, const struct answer *answer, size_t most)
{
    if (answer->end != ASK_ANSWERED || answer->status != 200) {
        const char *message = doc_text_or(json_object_get(answer->body, "error"), "message", "erwatchd refused");
        json_t *text = memory_or_die(json_pack("{s:s}", "why", answer->end == ASK_ANSWERED ? message : answer->why));
        json_t *safe = doc_harmless(text, !screen->utf8);
        screen_wrap(screen, doc_text(safe, "why"), 0, 0);
        json_decref(safe);
        json_decref(text);
        return;
    }
    json_t *safe = doc_harmless(answer->body, !screen->utf8);
    draw_head(screen, safe);
    show_status(screen, safe, most);
    json_decref(safe);
}

/* Each line is cleared to its end before the next, and the screen below the last one. */
static void write_frame(FILE *to, const char *frame)
{
    fputs("\033[H", to);
    for (const char *line = frame; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        fprintf(to, "%.*s\033[K\n", (int)len, line);
        line += len + (line[len] == '\n');
    }
    fputs("\033[J", to);
    fflush(to);
}

/* @return heap */
static char *frame_of(struct screen screen, const struct answer *answer, size_t most)
{
    char *text = NULL;
    size_t len = 0;

    screen.to = memory_or_die(open_memstream(&text, &len));
    draw_answer(&screen, answer, most);
    fclose(screen.to);
    return text;
}

static size_t lines_of(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* A frame with one line for the circuits says how many lines are left for them; the cursor needs one, too. */
static void draw(const struct call *call)
{
    struct screen screen = call->screen;
    struct answer answer;
    unsigned columns, lines;

    terminal_size(&columns, &lines);
    screen.columns = screen_columns(NULL, columns);
    ask(call->socket, "GET", "/v1/status", NULL, call->timeout_ms > 0 ? call->timeout_ms : ASK_READ_MS, &answer);
    char *text = frame_of(screen, &answer, 1);
    size_t least = lines_of(text);
    if (least < lines) {
        free(text);
        text = frame_of(screen, &answer, lines - least);
    }
    json_decref(answer.body);
    write_frame(call->screen.to, text);
    free(text);
}

enum exit_status watch_status(const struct call *call)
{
    struct sigaction action = { .sa_handler = interrupt };

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    fputs("\033[2J", call->screen.to);
    while (!interrupted) {
        draw(call);
        struct timespec pause = { .tv_sec = EVERY_S };
        if (!interrupted)
            nanosleep(&pause, NULL);
    }
    fputc('\n', call->screen.to);
    return EXIT_DONE;
}
