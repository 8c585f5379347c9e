#ifndef ERWATCH_CORE_WORDS_H
#define ERWATCH_CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The state words of Azure Resource Manager, as the API declares them (2015-06-15 to 2025-09-01; every enumeration there
 * is an open string). Two values come first in each: the key was absent, and a word that is in no known list.
 */

enum word_list { WORDS_CIRCUIT, WORDS_PROVIDER, WORDS_OPERATION, WORDS_SWITCH, WORDS_PREFIXES, WORDS_REACH, WORD_LISTS };

#define WORD_ABSENT 0 /* the key is not there */
#define WORD_OTHER 1  /* a word outside the list; `struct word` says where its text is */

/** `circuitProvisioningState` */
enum circuit_word { CIRCUIT_ENABLED = 2, CIRCUIT_DISABLED, CIRCUIT_ENABLING, CIRCUIT_DISABLING, CIRCUIT_WORDS };

/** `serviceProviderProvisioningState` */
enum provider_word {
    PROVIDER_NOT_PROVISIONED = 2,
    PROVIDER_PROVISIONING,
    PROVIDER_PROVISIONED,
    PROVIDER_DEPROVISIONING,
    PROVIDER_DEPROVISIONED,
    PROVIDER_WORDS
};

/** `provisioningState` of a circuit or a peering: the last operation on the ARM object, not the state of the line */
enum operation_word {
    OPERATION_SUCCEEDED = 2,
    OPERATION_UPDATING,
    OPERATION_DELETING,
    OPERATION_FAILED,
    OPERATION_CREATING,
    OPERATION_CANCELED,
    OPERATION_WORDS
};

/** `state` of a peering or of its IPv6 part: administrative, says nothing about a session */
enum switch_word { SWITCH_ENABLED = 2, SWITCH_DISABLED, SWITCH_WORDS };

/** `advertisedPublicPrefixesState` and, per prefix, `validationState` */
enum prefixes_word {
    PREFIXES_NOT_CONFIGURED = 2,
    PREFIXES_CONFIGURING,
    PREFIXES_CONFIGURED,
    PREFIXES_VALIDATION_NEEDED,
    PREFIXES_MANUAL_VALIDATION_NEEDED, /* also every unknown word that says "manual" (rule 33) */
    PREFIXES_VALIDATION_FAILED,
    PREFIXES_ASN_VALIDATION_FAILED,
    PREFIXES_CERTIFICATE_MISSING,
    PREFIXES_INVALID_SIGNATURE_ENCODING,
    PREFIXES_SIGNATURE_VERIFICATION_FAILED,
    PREFIXES_WORDS
};

/** `circuitConnectionStatus` of Global Reach; worth something only while `provisioningState` is Succeeded */
enum reach_word { REACH_CONNECTED = 2, REACH_CONNECTING, REACH_DISCONNECTED, REACH_WORDS };

/** The longest state word that is kept; a longer one is cut. */
#define WORD_TEXT_MAX 64

/**
 * Find a word in a list, without regard to case and surrounding blanks.
 *
 * @param text  @p len bytes, need not end in NUL
 * @return      the value of that list's enum, or WORD_OTHER
 */
uint8_t word_find(enum word_list list, const char *text, size_t len);

/** The word as Microsoft's documentation spells it; "(absent)" and "(other)" for the first two values. */
const char *word_name(enum word_list list, uint8_t code);

/** How many values the list has, the first two included. */
uint8_t word_count(enum word_list list);

#endif
