/*
 * Tables. The layout is found first, from widths alone: optional columns go, then columns shrink in the order they say.
 * Two blanks stand between columns; what is last on a line is not padded, so no line has blanks at its end.
 */
#include "ctl/table.h"

#include "io/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>

#define GAP 2

struct cell {
    char *text;
    unsigned width;
    enum paint paint;
};

struct table {
    const struct column *columns;
    size_t column_count;
    struct cell *cells;
    size_t count, room;
};

struct layout {
    bool shown[TABLE_COLUMNS_MAX];
    unsigned width[TABLE_COLUMNS_MAX];
};

struct table *table_new(const struct column *columns, size_t count)
{
    struct table *table = xcalloc(1, sizeof *table);

    assert(count > 0 && count <= TABLE_COLUMNS_MAX);
    table->columns = columns;
    table->column_count = count;
    return table;
}

void table_free(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i].text);
    free(table->cells);
    free(table);
}

void table_cell(struct table *table, enum paint paint, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    int len = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (len < 0)
        memory_or_die(NULL);
    if (table->count == table->room) {
        table->room = table->room * 2 + table->column_count;
        table->cells = xrealloc(table->cells, table->room * sizeof *table->cells);
    }
    table->cells[table->count++] = (struct cell){ .text = text, .width = text_width(text), .paint = paint };
}

static unsigned layout_width(const struct table *table, const struct layout *layout)
{
    unsigned sum = 0;

    for (size_t c = 0; c < table->column_count; c++)
        if (layout->shown[c])
            sum += layout->width[c] + (sum > 0 ? GAP : 0);
    return sum;
}

/* Cut the columns whose turn is @p turn by as much as is needed and they can give. */
static void shrink(const struct table *table, struct layout *layout, unsigned turn, unsigned limit)
{
    for (size_t c = 0; c < table->column_count; c++) {
        unsigned total = layout_width(table, layout), least = table->columns[c].least;
        if (table->columns[c].gives != turn || !layout->shown[c] || total <= limit || layout->width[c] <= least)
            continue;
        unsigned over = total - limit, spare = layout->width[c] - least;
        layout->width[c] -= over < spare ? over : spare;
    }
}

static void lay_out(const struct table *table, unsigned limit, struct layout *layout)
{
    size_t columns = table->column_count;

    for (size_t c = 0; c < columns; c++) {
        layout->shown[c] = true;
        layout->width[c] = text_width(table->columns[c].title);
        for (size_t i = c; i < table->count; i += columns)
            if (table->cells[i].width > layout->width[c])
                layout->width[c] = table->cells[i].width;
    }
    for (size_t c = columns; limit > 0 && c-- > 0;)
        if (table->columns[c].optional && layout_width(table, layout) > limit)
            layout->shown[c] = false;
    for (unsigned turn = 1; limit > 0 && turn <= columns; turn++)
        shrink(table, layout, turn, limit);
}

static void print_cell(const struct screen *screen, const struct cell *cell, unsigned width, bool right, bool last)
{
    const char *mark = screen->utf8 ? "\xe2\x80\xa6" : "~";
    bool cut = cell->width > width;
    size_t len = cut ? text_fit(cell->text, width - 1) : strlen(cell->text);
    char *shown = xmemdup(cell->text, len);
    unsigned used = text_width(shown) + cut, pad = used < width ? width - used : 0;

    if (right)
        screen_blanks(screen, pad);
    fprintf(screen->to, "%s%s%s%s", screen_on(screen, cell->paint), shown, cut ? mark : "",
            screen_off(screen, cell->paint));
    if (!right && !last)
        screen_blanks(screen, pad);
    if (!last)
        screen_blanks(screen, GAP);
    free(shown);
}

static void print_row(const struct table *table, const struct screen *screen, const struct layout *layout,
                      const struct cell *cells, unsigned indent)
{
    size_t last = 0;

    for (size_t c = 0; c < table->column_count; c++)
        if (layout->shown[c] && cells[c].width > 0)
            last = c;
    screen_blanks(screen, indent);
    for (size_t c = 0; c <= last; c++)
        if (layout->shown[c])
            print_cell(screen, &cells[c], layout->width[c], table->columns[c].right, c == last);
    fputc('\n', screen->to);
}

void table_print(const struct table *table, const struct screen *screen, unsigned indent, size_t most)
{
    struct layout layout = { 0 };
    struct cell head[TABLE_COLUMNS_MAX];
    size_t columns = table->column_count, rows = table->count / columns;
    size_t shown = most > 0 && rows > most ? most - 1 : rows;

    assert(table->count % columns == 0);
    lay_out(table, screen->columns > indent ? screen->columns - indent : screen->columns, &layout);
    for (size_t c = 0; c < columns; c++)
        head[c] = (struct cell){ .text = (char *)(uintptr_t)table->columns[c].title,
                                 .width = text_width(table->columns[c].title), .paint = PAINT_DIM };
    print_row(table, screen, &layout, head, indent);
    for (size_t row = 0; row < shown; row++)
        print_row(table, screen, &layout, table->cells + row * columns, indent);
    if (shown < rows)
        fprintf(screen->to, "%*s%s %zu more\n", (int)indent, "", screen->utf8 ? "\xe2\x80\xa6" : "...", rows - shown);
}
