/*
 * A reload that was refused (98): open until one is taken. A daemon that starts has taken its settings, so that what an
 * earlier run had raised is over then.
 */
#include "core/engine_inner.h"

#include <stdlib.h>

void engine_judge_settings(const struct engine *engine, struct moment now, struct opinions *out)
{
    if (engine->rejection == NULL || out->count == OPINIONS_MAX)
        return;
    out->item[out->count++] = (struct opinion){ .rule = RULE_SETTINGS_REJECTED,
                                                .subject = SUBJECT_CIRCUIT,
                                                .standing = STANDING_BAD,
                                                .owner = OWNER_YOU,
                                                .severity = SEVERITY_WARNING,
                                                .hold = HOLD_NOW,
                                                .basis = now.mono,
                                                .severity_basis = now.mono };
}

void engine_settings(struct engine *engine, const struct rejection *rejection, struct moment now, struct effects *out)
{
    free(engine->rejection);
    engine->rejection = NULL;
    if (rejection != NULL) {
        engine->rejection = malloc(sizeof *engine->rejection);
        if (engine->rejection == NULL)
            abort();
        *engine->rejection = *rejection;
    }
    engine_mark_local(engine);
    engine_settle(engine, now, out);
}
