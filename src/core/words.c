/*
 * The lists of state words and their spelling. Adding a word of a newer API version is adding it here and in the enum.
 */
#include "core/words.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *const circuit_names[] = { "(absent)", "(other)", "Enabled", "Disabled", "Enabling", "Disabling" };
static_assert(sizeof circuit_names / sizeof *circuit_names == CIRCUIT_WORDS, "a name for each word");

static const char *const provider_names[] = { "(absent)",     "(other)",        "NotProvisioned", "Provisioning",
                                              "Provisioned", "Deprovisioning", "DeProvisioned" };
static_assert(sizeof provider_names / sizeof *provider_names == PROVIDER_WORDS, "a name for each word");

static const char *const operation_names[] = { "(absent)", "(other)", "Succeeded", "Updating",
                                               "Deleting", "Failed",  "Creating",  "Canceled" };
static_assert(sizeof operation_names / sizeof *operation_names == OPERATION_WORDS, "a name for each word");

static const char *const switch_names[] = { "(absent)", "(other)", "Enabled", "Disabled" };
static_assert(sizeof switch_names / sizeof *switch_names == SWITCH_WORDS, "a name for each word");

static const char *const prefixes_names[] = {
    "(absent)",
    "(other)",
    "NotConfigured",
    "Configuring",
    "Configured",
    "ValidationNeeded",
    "ManualValidationNeeded",
    "ValidationFailed",
    "AsnValidationFailed",
    "CertificateMissingInRoutingRegistry",
    "InvalidSignatureEncoding",
    "SignatureVerificationFailed",
};
static_assert(sizeof prefixes_names / sizeof *prefixes_names == PREFIXES_WORDS, "a name for each word");

static const char *const reach_names[] = { "(absent)", "(other)", "Connected", "Connecting", "Disconnected" };
static_assert(sizeof reach_names / sizeof *reach_names == REACH_WORDS, "a name for each word");

static const struct {
    const char *const *names;
    uint8_t count;
} lists[WORD_LISTS] = {
    [WORDS_CIRCUIT] = { circuit_names, CIRCUIT_WORDS },       [WORDS_PROVIDER] = { provider_names, PROVIDER_WORDS },
    [WORDS_OPERATION] = { operation_names, OPERATION_WORDS }, [WORDS_SWITCH] = { switch_names, SWITCH_WORDS },
    [WORDS_PREFIXES] = { prefixes_names, PREFIXES_WORDS },     [WORDS_REACH] = { reach_names, REACH_WORDS },
};

static bool says_manual(const char *text, size_t len)
{
    for (size_t i = 0; i + 6 <= len; i++)
        if (strncasecmp(text + i, "manual", 6) == 0)
            return true;
    return false;
}

uint8_t word_find(enum word_list list, const char *text, size_t len)
{
    assert(list < WORD_LISTS);
    while (len > 0 && isspace((unsigned char)*text))
        text++, len--;
    while (len > 0 && isspace((unsigned char)text[len - 1]))
        len--;
    for (uint8_t code = WORD_OTHER + 1; code < lists[list].count; code++)
        if (strlen(lists[list].names[code]) == len && strncasecmp(lists[list].names[code], text, len) == 0)
            return code;
    /* Microsoft's support pages know more words that say so than its API does (rule 33) */
    if (list == WORDS_PREFIXES && says_manual(text, len))
        return PREFIXES_MANUAL_VALIDATION_NEEDED;
    return WORD_OTHER;
}

const char *word_name(enum word_list list, uint8_t code)
{
    assert(list < WORD_LISTS && code < lists[list].count);
    return lists[list].names[code];
}

uint8_t word_count(enum word_list list)
{
    assert(list < WORD_LISTS);
    return lists[list].count;
}
