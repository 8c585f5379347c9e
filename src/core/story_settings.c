/* Rule 98: a reload that was refused. */
#include "core/telling.h"

#include "core/span.h"

void tell_settings_facts(struct telling *telling)
{
    const struct rejection *rejection = telling->facts->rejection;
    char when[WHEN_TEXT_MAX];

    if (rejection == NULL)
        return;
    tell_fact(telling, "refused", MONO_NEVER, "settings", "%s", when_format(rejection->at_wall_ms, when));
    tell_fact(telling, "in force are those of", MONO_NEVER, "settings", "%s",
              when_format(rejection->loaded_wall_ms, when));
    if (rejection->errors > 0)
        tell_fact(telling, "errors", MONO_NEVER, "settings", "%zu", rejection->errors);
    tell_fact(telling, "first error", MONO_NEVER, "settings", "%s", rejection->first);
}

void tell_settings_rejected(struct telling *telling)
{
    const struct rejection *rejection = telling->facts->rejection;
    char loaded[WHEN_TEXT_MAX];

    tell_summary(telling, "new settings were refused, the old ones stay in force");
    if (rejection == NULL) { /* of an earlier run: it has ended since */
        tell_say(telling, "A reload was refused, and the settings from before stayed in force.");
    } else {
        tell_say(telling, "A reload was refused as a whole: the daemon goes on with the settings of %s. What was changed "
                          "in the files since then is not watched and routes nothing, and a daemon that is started with "
                          "these files ends at once.", when_format(rejection->loaded_wall_ms, loaded));
        if (rejection->errors > 1)
            tell_say(telling, " The first of %zu errors: %s", rejection->errors, rejection->first);
        else
            tell_say(telling, " The reason: %s", rejection->first);
    }
    tell_rule_steps(telling);
}
