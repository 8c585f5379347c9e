/* Silences and maintenance windows as JSON: what is muted until when, by whom and why. */
#include "web/entry.h"
#include "web/put.h"
#include "web/view.h"

#include <stdio.h>

/* What withholds an incident, or is shown by itself. */
static void put_mute(json_t *entry, const struct mute *mute, struct moment now)
{
    put_count(entry, "id", mute->id > 0 ? (int64_t)mute->id : -1);
    put_text(entry, "kind", mute->reason == WITHHELD_SILENCED ? "silence" : "maintenance");
    put_known(entry, "who", mute->who);
    put_text(entry, "why", mute->why);
    put_time(entry, "from", mute->from_wall_ms);
    put_time(entry, "until", mute->to_wall_ms);
    put_seconds(entry, "ends_in", mute->to_wall_ms - now.wall_ms);
}

json_t *entry_mute(const struct mute *mute, struct moment now)
{
    json_t *entry;

    if (mute == NULL)
        return json_null();
    entry = put_object_new();
    put_mute(entry, mute, now);
    return entry;
}

static json_t *entry_silence(const struct silence_view *silence, struct moment now)
{
    json_t *entry = put_object_new();

    put_mute(entry, silence->mute, now);
    put_bool(entry, "holds", silence->holds);
    put_count(entry, "uid", silence->uid);
    put_text(entry, "circuit", silence->circuit_name);
    put_value(entry, "match", entry_match(&silence->mute->match));
    put_number(entry, "incidents", (int64_t)silence->incidents);
    return entry;
}

char *view_silence(const struct silence_view *silence, struct moment now)
{
    json_t *document = entry_document("silence", now);

    put_value(document, "silence", entry_silence(silence, now));
    return put_end(document);
}

char *view_silences(const struct silence_view *silences, size_t count, struct moment now)
{
    json_t *document = entry_document("silences", now), *list = put_array_new();

    for (size_t i = 0; i < count; i++)
        put_item(list, entry_silence(&silences[i], now));
    put_value(document, "silences", list);
    return put_end(document);
}
