/* The words by which a story names an incident. */
#include "who.h"

#include "core/rule.h"
#include "core/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const features[] = { "", "list", "metrics", "routes", "arp", "connections", "ports", "health",
                                        "maintenance", "search" };
static_assert(sizeof features / sizeof *features == FEATURES, "a word for each feature");

const char *who_scope(const char *scope)
{
    return scope[0] == '/' || strncmp(scope, "port/", 5) == 0 ? strrchr(scope, '/') + 1 : scope;
}

static bool read_place(const char *token, struct subject *subject)
{
    for (enum peering_kind kind = 0; kind < PEERINGS; kind++)
        if (strcmp(token, peering_name(kind)) == 0) {
            subject->peering = (uint8_t)kind;
            return true;
        }
    for (enum path path = 0; path < PATHS; path++)
        if (strcmp(token, path_name(path)) == 0) {
            subject->path = (uint8_t)path;
            return true;
        }
    for (enum family family = 0; family < FAMILIES; family++)
        if (strcasecmp(token, family_name(family)) == 0) {
            subject->family = (uint8_t)family;
            return true;
        }
    for (enum feature feature = FEATURE_NONE + 1; feature < FEATURES; feature++)
        if (strcmp(token, features[feature]) == 0) {
            subject->feature = (uint8_t)feature;
            return true;
        }
    return false;
}

static bool read_weight(const char *token, struct who *out)
{
    for (enum severity severity = SEVERITY_INFO; severity < SEVERITIES; severity++)
        if (strcmp(token, severity_name(severity)) == 0) {
            out->severity = (uint8_t)severity;
            return true;
        }
    for (enum owner owner = 0; owner < OWNERS; owner++)
        if (strncmp(token, "owner=", 6) == 0 && strcmp(token + 6, owner_name(owner)) == 0) {
            out->owner = (uint8_t)owner;
            return true;
        }
    if (strncmp(token, "item=", 5) == 0) {
        snprintf(out->item, sizeof out->item, "%s", token + 5);
        for (char *plus = out->item; (plus = strchr(plus, '+')) != NULL;)
            *plus = ' ';
        return true;
    }
    if (strncmp(token, "episode=", 8) == 0)
        out->episode = (uint32_t)strtoul(token + 8, NULL, 10);
    return out->episode > 0;
}

const char *who_read(char *const *token, size_t count, struct who *out)
{
    *out = (struct who){ .subject = SUBJECT_CIRCUIT, .owner = OWNERS };
    for (size_t i = 0; i < count; i++) {
        enum rule rule = out->rule == RULE_NONE ? rule_by_name(token[i]) : RULE_NONE;
        if (rule != RULE_NONE)
            out->rule = (uint8_t)rule;
        else if (read_place(token[i], &out->subject) || read_weight(token[i], out))
            continue;
        else if (out->scope[0] != '\0' || strlen(token[i]) >= sizeof out->scope)
            return token[i];
        else
            strcpy(out->scope, token[i]);
    }
    return out->rule == RULE_NONE ? "no rule" : out->scope[0] == '\0' ? "no circuit" : NULL;
}

bool who_matches(const struct who *who, const struct incident *incident, const char *scope)
{
    struct subject subject = incident->subject;

    subject.item = 0;
    return who->rule == incident->rule && strcmp(who->item, incident->item) == 0 && strcmp(who->scope, who_scope(scope)) == 0 &&
           subject_equal(who->subject, subject) &&
           (who->severity == SEVERITY_NONE || who->severity == incident->severity) &&
           (who->owner == OWNERS || who->owner == incident->owner) &&
           (who->episode == 0 || who->episode == incident->episode);
}

const char *who_write(const struct incident *incident, const char *scope, char text[WHO_TEXT_MAX])
{
    const char *words[] = { peering_name(incident->subject.peering), path_name(incident->subject.path),
                            incident->subject.family < FAMILIES ? family_name(incident->subject.family) : "",
                            features[incident->subject.feature], severity_name(incident->severity) };
    struct text out;

    text_init(&out, text, WHO_TEXT_MAX);
    text_addf(&out, "%u %s", incident->rule, who_scope(scope));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i][0] != '\0')
            text_addf(&out, " %s", words[i]);
    if (incident->item[0] != '\0')
        text_addf(&out, " item=%s", incident->item);
    text_addf(&out, " owner=%s episode=%u", owner_name(incident->owner), incident->episode);
    return text;
}
