/*
 * What credentials can see, as entries for circuits.d. It is read by the daemon again, so every text is a double-quoted
 * scalar in which all that could end it, move a terminal's cursor or look like something else is escaped; a comment
 * holds such scalars, too.
 */
#include "ctl/show.h"

#include "ctl/doc.h"
#include "io/harmless.h"
#include "io/memory.h"

#include <stdint.h>
#include <string.h>

#define LABEL_VALUE_MAX 256 /* as in the settings */

/* ---- scalars ---- */

/* The code point at @p at, which is UTF-8 as the JSON reader has checked. */
static uint32_t next_code(const unsigned char **at)
{
    static const unsigned char lengths[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4 };
    static const unsigned char masks[5] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    unsigned len = lengths[**at >> 4];
    uint32_t code = *(*at)++ & masks[len];

    for (unsigned i = 1; i < len && **at != '\0'; i++)
        code = code << 6 | (*(*at)++ & 0x3f);
    return code;
}

/* May the text stand as it is, but for quotes and backslashes? */
static bool is_harmless(const char *text, bool utf8)
{
    size_t len = strlen(text), room = HARMLESS_ROOM(len);
    char *safe = xcalloc(1, room);

    harmless_text(text, len, HARMLESS_ONE_LINE, safe, room);
    bool same = strcmp(safe, text) == 0;
    for (const char *at = text; same && !utf8 && *at != '\0'; at++)
        same = (unsigned char)*at < 0x80;
    free(safe);
    return same;
}

void yaml_text(FILE *to, const char *text, bool utf8)
{
    bool plain = is_harmless(text, utf8);
    const unsigned char *at = (const unsigned char *)text;

    fputc('"', to);
    while (*at != '\0') {
        const unsigned char *from = at;
        uint32_t code = next_code(&at);
        if (code == '"' || code == '\\')
            fprintf(to, "\\%c", (int)code);
        else if (code >= 0x20 && (code < 0x7f || (plain && code >= 0xa0)))
            fwrite(from, 1, (size_t)(at - from), to);
        else if (code <= 0xff)
            fprintf(to, "\\x%02X", (unsigned)code);
        else
            fprintf(to, code <= 0xffff ? "\\u%04X" : "\\U%08X", (unsigned)code);
    }
    fputc('"', to);
}

/* ---- one circuit ---- */

static void put_label(const struct screen *screen, const char *name, const char *value)
{
    bool fine = *value != '\0' && strlen(value) <= LABEL_VALUE_MAX && strpbrk(value, "\n\r\t") == NULL &&
                is_harmless(value, true);

    if (*value == '\0')
        return;
    fprintf(screen->to, fine ? "      %s: " : "      # %s: ", name);
    yaml_text(screen->to, value, screen->utf8);
    fputc('\n', screen->to);
}

/* Words for routes and receivers; which of them are wanted only the operator knows. */
static void put_labels(const struct screen *screen, const json_t *circuit)
{
    const char *region = doc_text(circuit, "location");

    if (*doc_text(circuit, "peering_location") == '\0' && *doc_text(circuit, "provider") == '\0')
        fputs("    labels: {}\n", screen->to);
    else
        fputs("    labels:\n", screen->to);
    put_label(screen, "peering_location", doc_text(circuit, "peering_location"));
    put_label(screen, "provider", doc_text(circuit, "provider"));
    if (*region == '\0')
        return;
    fputs("      # region: ", screen->to);
    yaml_text(screen->to, region, screen->utf8);
    fputc('\n', screen->to);
}

static void put_provider(const struct screen *screen, const json_t *circuit)
{
    static const struct {
        const char *state, *expect;
    } rows[] = {
        { "Provisioned", "provisioned" },  { "NotProvisioned", "ordered" },  { "Provisioning", "ordered" },
        { "Deprovisioning", "none" },      { "Deprovisioned", "none" },
    };
    const char *state = doc_text(circuit, "provider_state"), *expect = NULL;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].state, state) == 0)
            expect = rows[i].expect;
    if (expect != NULL)
        fprintf(screen->to, "      provider: %s\n", expect);
}

static bool same_families(const json_t *peerings)
{
    const json_t *first = json_object_get(json_array_get(peerings, 0), "families"), *peering;
    size_t i;

    json_array_foreach(peerings, i, peering)
        if (!json_equal(json_object_get(peering, "families"), first))
            return false;
    return json_array_size(first) > 0;
}

/* Our own words in lower case: "IPv4" is written ipv4. Anything else is not ours and left out. */
static void put_words(const struct screen *screen, const char *key, const json_t *list, const char *name)
{
    static const char *const known[] = { "private", "microsoft", "public", "IPv4", "IPv6" };
    static const char *const written[] = { "private", "microsoft", "public", "ipv4", "ipv6" };
    const json_t *item;
    size_t i, count = 0;

    fprintf(screen->to, "      %s: [", key);
    json_array_foreach(list, i, item) {
        const char *word = name != NULL ? doc_text(item, name) : json_is_string(item) ? json_string_value(item) : "";
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (strcmp(known[k], word) == 0)
                fprintf(screen->to, "%s%s", count++ > 0 ? ", " : "", written[k]);
    }
    fputs("]\n", screen->to);
}

static void put_prefixes(const struct screen *screen, const json_t *list)
{
    const json_t *item;
    size_t i;

    if (json_array_size(list) == 0)
        return;
    fputs("      prefixes:\n", screen->to);
    json_array_foreach(list, i, item) {
        fputs("        - ", screen->to);
        yaml_text(screen->to, json_is_string(item) ? json_string_value(item) : "", screen->utf8);
        fputc('\n', screen->to);
    }
}

static void put_expect(const struct screen *screen, const json_t *circuit)
{
    const json_t *peerings = json_object_get(circuit, "peerings");

    fputs("    expect:\n", screen->to);
    put_provider(screen, circuit);
    put_words(screen, "peerings", peerings, "name");
    if (same_families(peerings))
        put_words(screen, "families", json_object_get(json_array_get(peerings, 0), "families"), NULL);
    else if (json_array_size(peerings) > 0)
        fputs("      # families: not the same in all peerings, so none are expected\n", screen->to);
    put_prefixes(screen, json_object_get(circuit, "prefixes"));
    if (doc_count(circuit, "bandwidth") > 0)
        fprintf(screen->to, "      bandwidth: %lld\n", doc_count(circuit, "bandwidth"));
}

static void put_pair(const struct screen *screen, const char *before, const char *value)
{
    fputs(before, screen->to);
    yaml_text(screen->to, value, screen->utf8);
    fputc('\n', screen->to);
}

static void put_circuit(const struct screen *screen, const json_t *circuit)
{
    if (doc_bool(circuit, "watched"))
        fputs("  # watched already\n", screen->to);
    put_pair(screen, "  - id: ", doc_text(circuit, "id"));
    put_pair(screen, "    name: ", doc_text(circuit, "name"));
    put_pair(screen, "    credential: ", doc_text(circuit, "credential"));
    put_labels(screen, circuit);
    put_expect(screen, circuit);
}

/* ---- all of them ---- */

static bool is_wanted(const json_t *circuit, bool all)
{
    return *doc_text(circuit, "id") != '\0' && (all || !doc_bool(circuit, "watched"));
}

void show_discover(const struct screen *screen, const json_t *document, bool all)
{
    const json_t *circuits = json_object_get(document, "circuits"), *circuit;
    size_t i, wanted = 0;

    json_array_foreach(circuits, i, circuit)
        wanted += is_wanted(circuit, all);
    fprintf(screen->to, "# %zu circuits can be seen, %zu of them %s. For a file in circuits.d; \"expect\" is what is\n"
                        "# there now: look whether it is what should be.\n",
            json_array_size(circuits), wanted, all ? "are below" : "are not watched yet");
    fputs(wanted > 0 ? "circuits:\n" : "circuits: []\n", screen->to);
    json_array_foreach(circuits, i, circuit)
        if (is_wanted(circuit, all))
            put_circuit(screen, circuit);
}
