/*
 * What every story is built with: texts that never outgrow the story's storage, and the words for circuits, peerings,
 * providers and times. Foreign text goes through shown_text() or is bounded where it is added.
 */
#include "core/telling.h"

#include "core/span.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SUMMARY_MAX 201 /* 200 bytes and the NUL */
#define NAME_MAX_SHOWN 80
#define TEXT_MAX 3600
#define FACT_NAME_MAX 80
#define FACT_VALUE_MAX 240
#define FACT_ROOM_LEAST 64 /* no fact is begun with less than this left */

/* Room for one more text; `most` with its NUL. */
static struct text begin(struct telling *telling, size_t most)
{
    struct story *story = telling->story;
    size_t left = sizeof story->storage - story->used;
    struct text text;

    assert(left >= 8);
    text_init(&text, story->storage + story->used, most < left ? most : left);
    return text;
}

static const char *end(struct telling *telling, const struct text *text)
{
    telling->story->used += text->used + 1;
    return text->at;
}

static void add_list(struct text *text, const char *format, va_list list) __attribute__((format(printf, 2, 0)));

static void add_list(struct text *text, const char *format, va_list list)
{
    char line[2048];
    int len = vsnprintf(line, sizeof line, format, list);

    assert(len >= 0);
    if ((size_t)len < sizeof line) {
        text_add(text, line);
        return;
    }
    line[text_fit(line, sizeof line - 1, sizeof line - 2)] = '\0';
    text_add(text, line);
    text_add(text, "…");
}

/* A word from outside may have a line break in it; a summary may not. */
static void make_one_line(char *line)
{
    for (; *line != '\0'; line++)
        if ((unsigned char)*line < ' ')
            *line = ' ';
}

void tell_summary(struct telling *telling, const char *format, ...)
{
    const struct circuit_settings *circuit = telling->facts->circuit;
    struct text text = begin(telling, SUMMARY_MAX);
    va_list list;

    if (*telling->subject_name != '\0')
        text_add_cut(&text, telling->subject_name, NAME_MAX_SHOWN);
    else
        text_add_cut(&text, circuit != NULL ? circuit->name : "erwatch", NAME_MAX_SHOWN);
    text_add(&text, ": ");
    va_start(list, format);
    add_list(&text, format, list);
    va_end(list);
    make_one_line(text.at);
    telling->story->summary = end(telling, &text);
    telling->text = begin(telling, TEXT_MAX);
}

void tell_say(struct telling *telling, const char *format, ...)
{
    va_list list;

    assert(telling->story->summary != NULL && !telling->text_done);
    if (telling->instead != NULL)
        return;
    va_start(list, format);
    add_list(&telling->text, format, list);
    va_end(list);
}

void tell_say_id(struct telling *telling)
{
    const struct circuit_settings *circuit = telling->facts->circuit;

    if (telling->instead != NULL)
        return;
    text_add_cut(&telling->text, circuit != NULL ? resource_id_text(&circuit->id).text : "(no id)", ID_MAX_SHOWN);
}

void tell_text_end(struct telling *telling)
{
    void (*instead)(struct telling *telling) = telling->instead;

    if (telling->text_done)
        return;
    telling->instead = NULL;
    if (instead != NULL)
        instead(telling);
    telling->story->text = end(telling, &telling->text);
    telling->text_done = true;
}

void tell_step(struct telling *telling, const char *format, ...)
{
    struct story *story = telling->story;
    va_list list;

    tell_text_end(telling);
    if (story->step_count == STEPS_MAX || sizeof story->storage - story->used < FACT_ROOM_LEAST)
        return;
    struct text text = begin(telling, STEP_MAX);
    va_start(list, format);
    add_list(&text, format, list);
    va_end(list);
    story->step[story->step_count++] = end(telling, &text);
}

bool mono_is_never(struct mono at)
{
    return at.ms == MONO_NEVER.ms;
}

static int64_t wall_of(const struct telling *telling, struct mono seen)
{
    const struct moment *now = &telling->facts->now;

    return mono_is_never(seen) ? 0 : now->wall_ms - mono_between(seen, now->mono);
}

void tell_fact(struct telling *telling, const char *name, struct mono seen, const char *source, const char *format, ...)
{
    struct story *story = telling->story;
    va_list list;

    tell_text_end(telling);
    if (story->fact_count == FACTS_MAX || sizeof story->storage - story->used < 2 * FACT_ROOM_LEAST)
        return;
    struct fact *fact = &story->fact[story->fact_count++];
    struct text text = begin(telling, FACT_NAME_MAX);
    text_add(&text, name);
    fact->name = end(telling, &text);
    text = begin(telling, FACT_VALUE_MAX);
    va_start(list, format);
    add_list(&text, format, list);
    va_end(list);
    fact->value = end(telling, &text);
    fact->seen_wall_ms = wall_of(telling, seen);
    fact->source = source;
}

const char *shown_text(char to[SHOWN_MAX], const char *foreign)
{
    struct text text;

    text_init(&text, to, SHOWN_MAX);
    text_add_foreign(&text, foreign, 120);
    return to;
}

const char *shown_word(char to[SHOWN_MAX], const struct sample *sample, struct word word, enum word_list list)
{
    return shown_text(to, sample_word(sample, word, list));
}

const char *shown_provider(char to[SHOWN_MAX], const struct telling *telling)
{
    const struct sample *sample = telling->facts->sample;

    if (sample == NULL || sample->provider_name == 0)
        return strcpy(to, "the connectivity provider");
    return shown_text(to, sample_text(sample, sample->provider_name));
}

const char *shown_kind(enum peering_kind kind)
{
    static const char *const names[PEERINGS + 1] = { "private", "Microsoft", "public", "" };

    return names[kind];
}

const char *shown_subject(char to[SHOWN_MAX], struct subject subject)
{
    struct text text;

    text_init(&text, to, SHOWN_MAX);
    if (subject.peering >= PEERINGS) {
        text_add(&text, "the circuit");
        return to;
    }
    text_addf(&text, "%s peering", shown_kind((enum peering_kind)subject.peering));
    if (subject.family < FAMILIES)
        text_addf(&text, " (%s)", family_name((enum family)subject.family));
    if (subject.path < PATHS)
        text_addf(&text, ", %s path", path_name((enum path)subject.path));
    return to;
}

const char *shown_seen(char to[SHOWN_MAX], const struct telling *telling, struct mono seen)
{
    char when[WHEN_TEXT_MAX], age[SPAN_TEXT_MAX];

    if (mono_is_never(seen))
        return strcpy(to, "never");
    snprintf(to, SHOWN_MAX, "%s (%s ago)", when_format(wall_of(telling, seen), when),
             span_format(mono_between(seen, telling->facts->now.mono), age));
    return to;
}

void tell_as_of(struct telling *telling)
{
    char seen[SHOWN_MAX];

    if (telling->opinion->basis.ms > 0 && !mono_is_never(telling->opinion->basis))
        tell_say(telling, " As of %s.", shown_seen(seen, telling, telling->opinion->basis));
}

enum session telling_session(const struct telling *telling, enum path path, enum family family)
{
    uint8_t peering = telling->opinion->subject.peering;

    if (telling->facts->sample == NULL || telling->facts->witness == NULL || peering >= PEERINGS)
        return SESSION_UNKNOWN;
    return judge_session(telling->facts, (enum peering_kind)peering, path, family);
}

const struct peering_sample *telling_peering(const struct telling *telling)
{
    uint8_t peering = telling->opinion->subject.peering;

    if (telling->facts->sample == NULL || peering >= PEERINGS)
        return NULL;
    return &telling->facts->sample->peering[peering];
}

void tell_ids(struct telling *telling, const struct failure *failure, const char *source)
{
    if (failure->correlation[0] != '\0')
        tell_fact(telling, "correlation id", MONO_NEVER, source, "%.39s", failure->correlation);
    if (failure->request[0] != '\0')
        tell_fact(telling, "request id", MONO_NEVER, source, "%.39s", failure->request);
    if (failure->client[0] != '\0')
        tell_fact(telling, "client request id", MONO_NEVER, source, "%.39s", failure->client);
}
