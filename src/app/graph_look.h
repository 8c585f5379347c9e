#ifndef ERWATCH_APP_GRAPH_LOOK_H
#define ERWATCH_APP_GRAPH_LOOK_H

#include "app/app.h"

/* A question to Azure Resource Graph, page by page, on the budget that Azure keeps of it for each credential. */

/** Copied. */
struct graph_question {
    enum ask ask; /* what it is counted as */
    enum graph_kind kind;
    size_t credential; /* with a token that is there */
    const char *const *subscriptions; /* as of graph_ask() */
    size_t count;
};

/**
 * Ask it, as soon as the budget allows.
 *
 * @param each  hears of the rows of each page that is believed
 * @param done  called once, as of list_read(); never from inside
 */
void graph_look(struct app *app, const struct graph_question *question, graph_each *each, void *context,
                list_read_done *done);
/** End those that wait for the budget, as nobody wants them any more. */
void graph_look_stop(struct app *app);

#endif
