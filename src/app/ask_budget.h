#ifndef ERWATCH_APP_ASK_BUDGET_H
#define ERWATCH_APP_ASK_BUDGET_H

#include "app/app.h"

/** A request has ended that this budget paid for. @param reply  NULL: there was no answer */
void ask_note_budget(struct app *app, struct subscription *on, enum budget_kind kind, const struct azure_reply *reply,
                     struct moment now);
/** The same of the credential's budget of Resource Graph. */
void ask_note_graph(struct app *app, size_t credential, const struct azure_reply *reply, struct moment now);

#endif
