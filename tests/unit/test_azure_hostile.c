/*
 * Circuit answers that are cut, bent and faked: never a crash, and never a sample that says what the answer did not.
 */
#include "azure/text.h"
#include "azure_data.h"
#include "azure_walk.h"
#include "leaks.h"

TestSuite(azure_hostile, .fini = leaks_fail, .timeout = 120);

#define ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/lon-1"
#define HEAD "{\"id\":\"" ID "\",\"properties\":{"
#define PEERING(rest) "{\"name\":\"MicrosoftPeering\",\"properties\":{\"peeringType\":\"MicrosoftPeering\"" rest "}}"

/* Every key the decoder knows, each once, and some that it does not. Written for this test. */
static const char full[] =
    "{\"name\":\"lon-1\",\"id\":\"" ID
    "\",\"etag\":\"W/\\\"1\\\"\",\"type\":\"Microsoft.Network/expressRouteCircuits\","
    "\"location\":\"uksouth\",\"tags\":{\"a\":\"b\"},\"sku\":{\"name\":\"Premium_MeteredData\",\"tier\":\"Premium\","
    "\"family\":\"MeteredData\"},\"properties\":{\"provisioningState\":\"Succeeded\",\"allowGlobalReach\":false,"
    "\"circuitProvisioningState\":\"Enabled\",\"serviceProviderProvisioningState\":\"Provisioned\","
    "\"serviceKey\":\"cea82935-0545-49e4-982d-77e8526d8b57\",\"stag\":25,\"bandwidthInGbps\":2.5,"
    "\"serviceProviderProperties\":{\"serviceProviderName\":\"equinix\",\"peeringLocation\":\"London\","
    "\"bandwidthInMbps\":200},\"expressRoutePort\":{\"id\":\"/x\"},\"authorizations\":[{\"name\":\"a\",\"properties\":"
    "{\"provisioningState\":\"Failed\"}}],\"peerings\":[{\"name\":\"MicrosoftPeering\",\"id\":\"/y\",\"properties\":{"
    "\"provisioningState\":\"Succeeded\",\"peeringType\":\"MicrosoftPeering\",\"azureASN\":12076,\"peerASN\":"
    "4200000000,"
    "\"primaryPeerAddressPrefix\":\"192.171.1.0/30\",\"secondaryPeerAddressPrefix\":\"192.171.2.0/30\","
    "\"primaryAzurePort\":\"p1\",\"secondaryAzurePort\":\"p2\",\"state\":\"Enabled\",\"vlanId\":224,"
    "\"lastModifiedBy\":\"Customer\",\"microsoftPeeringConfig\":{\"advertisedPublicPrefixes\":[\"11.2.3.4/30\","
    "\"11.2.4.0/24\"],\"advertisedPublicPrefixesState\":\"ValidationNeeded\",\"customerASN\":1000,\"legacyMode\":0,"
    "\"routingRegistryName\":\"AFRINIC\",\"advertisedPublicPrefixInfo\":[{\"prefix\":\"11.2.3.0/"
    "30\",\"signature\":\"\","
    "\"validationState\":\"ManualValidationNeeded\"}]},\"routeFilter\":{\"id\":\"/f\"},\"ipv6PeeringConfig\":{"
    "\"primaryPeerAddressPrefix\":\"fc00::/126\",\"secondaryPeerAddressPrefix\":\"fc01::/126\",\"state\":\"Enabled\","
    "\"microsoftPeeringConfig\":{\"advertisedPublicPrefixes\":[\"fc02::1/128\"],\"advertisedPublicPrefixesState\":"
    "\"Configured\",\"customerASN\":0,\"routingRegistryName\":\"RADB\"},\"routeFilter\":{\"id\":\"/g\"}},"
    "\"expressRouteConnection\":{\"id\":\"/h\"},\"connections\":[{\"name\":\"l\",\"properties\":{"
    "\"circuitConnectionStatus\":\"Connected\",\"provisioningState\":\"Succeeded\",\"authorizationKey\":\"k\","
    "\"peerExpressRouteCircuitPeering\":{\"id\":\"/i\"},\"ipv6CircuitConnectionConfig\":{"
    "\"circuitConnectionStatus\":\"Connecting\"}}}],\"peeredConnections\":[]},\"type\":\"z\"}]}}";

/* How many values of that text the decoder looks at, the whole of it included: counted by hand. */
#define KNOWN_VALUES 74

static struct sample sample, other;

static enum azure_result decode(const char *body, size_t len, struct sample *out, struct failure *why)
{
    /* a copy as large as the text, so that the sanitizer sees a look beyond it */
    char *copy = malloc(len > 0 ? len : 1);
    memcpy(copy, body, len);
    struct azure_reply reply = reply_of(200, copy, len);
    enum azure_result result = arm_read_circuit(&reply, ID, out, why);
    if (result == AZURE_OK)
        check_sample(out);
    else
        cr_expect_eq(why->kind, TROUBLE_UNEXPECTED);
    free(copy);
    return result;
}

static bool same_samples(const struct sample *a, const struct sample *b)
{
    size_t size;
    void *packed = sample_pack(a, NULL, &size);
    bool same = sample_same(packed, size, NULL, b);
    free(packed);
    return same;
}

/* ---- rows of our own ---- */

struct row {
    const char *body, *what;
    const char *expected; /* NULL: not believed */
};

static const struct row rows[] = {
    { HEAD "\"peerings\":[]}}", "an empty list of peerings", "(absent)/(absent)/(absent)" },
    { HEAD "}}", "no peerings key at all", "(absent)/(absent)/(absent) no-peerings-key" },
    { HEAD "\"peerings\":null}}", "null is as good as absent", "(absent)/(absent)/(absent) no-peerings-key" },
    { HEAD "\"peerings\":[],\"expressRoutePort\":{\"id\":\"/p\"},\"circuitProvisioningState\":\"enabled \"}}",
      "on a Direct port, and a word in other letters", "enabled /(absent)/(absent) direct" },
    { HEAD "\"peerings\":[],\"circuitProvisioningState\":\"Enabled\",\"serviceProviderProvisioningState\":"
           "\"DeProvisioned\"}}",
      "a word of a newer version", "Enabled/DeProvisioned/(absent)" },
    { HEAD "\"peerings\":[],\"circuitProvisioningState\":\"Melting\"}}", "an unknown word is kept",
      "Melting/(absent)/(absent)" },
    { HEAD "\"peerings\":[],\"circuitProvisioningState\":\"\"}}", "an empty word is as good as none",
      "(absent)/(absent)/(absent)" },
    { HEAD "\"peerings\":[],\"\\u0063ircuitProvisioningState\":\"Disabled\"}}", "an escaped key is the same key",
      "Disabled/(absent)/(absent)" },
    { HEAD "\"PEERINGS\":[],\"CircuitProvisioningState\":\"Disabled\"}}", "keys without case",
      "Disabled/(absent)/(absent)" },
    { HEAD "\"peerings\":[],\"circuitProvisioningState\":\"Enabled\\u0000\"}}", "NUL inside a word", NULL },
    { HEAD "\"peerings\":[],\"circuitProvisioningState\":\"Enabled\xC3\x28\"}}", "invalid UTF-8 in a word", NULL },
    { HEAD "\"peerings\":[],\"circuitProvisioningState\":\"\xC0\x80\"}}", "overlong UTF-8", NULL },
    { HEAD "\"peerings\":[],\"circuitProvisioningState\":\"\xED\xA0\x80\"}}", "a surrogate in UTF-8", NULL },
    { HEAD "\"peerings\":[],\"circuitProvisioningState\":\"\\uDC00\"}}", "a lone low surrogate", NULL },
    { HEAD "\"peerings\":[],\"x\":{\"circuitProvisioningState\":\"Disabled\"}}}", "a known key at an unknown place",
      "(absent)/(absent)/(absent)" },
    { HEAD "\"peerings\":[],\"x\":1,\"x\":2}}", "an unknown key twice", "(absent)/(absent)/(absent)" },
    { HEAD "\"peerings\":[],\"peerings\":[]}}", "peerings twice", NULL },
    { HEAD "\"stag\":1,\"peerings\":[],\"STAG\":2}}", "a key twice in other letters", NULL },
    { HEAD "\"stag\":null,\"peerings\":[],\"stag\":2}}", "a key twice, once null", NULL },
    { HEAD "\"peerings\":[]},\"properties\":{}}", "properties twice", NULL },
    { HEAD "\"peerings\":[" PEERING("") "," PEERING("") "]}}", "a peering twice", NULL },
    { HEAD "\"peerings\":[{}]}}", "a peering without a name", NULL },
    { HEAD "\"peerings\":[{\"name\":\"AzurePrivatePeering\",\"properties\":{\"peeringType\":\"MicrosoftPeering\"}}]}}",
      "a peering whose type is another one's", NULL },
    { HEAD "\"peerings\":[null]}}", "a peering that is null", NULL },
    { HEAD "\"peerings\":{}}}", "peerings that are an object", NULL },
    { HEAD "\"stag\":-1}}", "a negative number", NULL },
    { HEAD "\"stag\":4294967296}}", "a number beyond 32 bits", NULL },
    { HEAD "\"stag\":1e999}}", "a number beyond everything", NULL },
    { HEAD "\"stag\":1.5}}", "half a tag", NULL },
    { HEAD "\"stag\":25.0,\"peerings\":[]}}", "a whole number with a point", "(absent)/(absent)/(absent)" },
    { HEAD "\"x\":123456789012345678901234567890123456789012345678901234567890e999,\"peerings\":[]}}",
      "an unknown number of any size", "(absent)/(absent)/(absent)" },
    { "{\"id\":\"" ID "\",\"type\":\"Microsoft.Network/virtualNetworks\",\"properties\":{\"peerings\":[]}}",
      "another type", NULL },
    { "{\"id\":\"" ID "\",\"type\":\"microsoft.network/EXPRESSROUTECIRCUITS\",\"properties\":{\"peerings\":[]}}",
      "the type without case", "(absent)/(absent)/(absent)" },
    { "{\"id\":\"/SUBSCRIPTIONS/S/resourcegroups/G/Providers/microsoft.network/expressroutecircuits/LON-1\","
      "\"properties\":{\"peerings\":[]}}",
      "the id without case", "(absent)/(absent)/(absent)" },
    { "{\"id\":\"" ID "2\",\"properties\":{\"peerings\":[]}}", "another circuit", NULL },
    { "{\"id\":\"/subscriptions/s\",\"properties\":{\"peerings\":[]}}", "an id of something else", NULL },
    { "{\"properties\":{\"peerings\":[]}}", "no id", NULL },
    { "{\"id\":\"" ID "\"}", "no properties", NULL },
    { "{\"id\":\"" ID "\",\"properties\":null}", "properties that are null", NULL },
    { "{\"id\":\"" ID "\",\"properties\":[]}", "properties that are a list", NULL },
    { "{\"error\":{\"code\":\"ResourceNotFound\"}}", "an error with status 200", NULL },
    { "<html></html>", "HTML", NULL },
    { "null", "null", NULL },
    { "[]", "a list", NULL },
    { "\"x\"", "a text", NULL },
    { "", "nothing", NULL },
    { "   ", "blanks", NULL },
    { "\xEF\xBB\xBF", "a byte-order mark alone", NULL },
    { "\xEF\xBB\xBF\xEF\xBB\xBF{}", "two byte-order marks", NULL },
    { HEAD "\"peerings\":[]}}{}", "two documents", NULL },
    { HEAD "\"peerings\":[]}} x", "rubbish behind the end", NULL },
    { HEAD "\"peerings\":[],}}", "a comma too many", NULL },
    { HEAD "\"peerings\":[]/**/}}", "a comment", NULL },
    { HEAD "'peerings':[]}}", "single quotes", NULL },
    { HEAD "\"x\":01,\"peerings\":[]}}", "a number with a leading zero", NULL },
    { HEAD "\"x\":NaN,\"peerings\":[]}}", "no number", NULL },
    { HEAD "\"x\":\"\n\",\"peerings\":[]}}", "a raw line break in a text", NULL },
};

Test(azure_hostile, rows)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        struct failure why = { 0 };
        struct page_text text = { 0 };
        enum azure_result result = decode(row->body, strlen(row->body), &sample, &why);

        cr_expect_eq(result, row->expected != NULL ? AZURE_OK : AZURE_FAILED, "%s: %s", row->what, why.what);
        if (result != AZURE_OK) {
            cr_expect_eq(sample.id, 0, "%s: nothing is left of it", row->what);
            continue;
        }
        put_states(&text, &sample);
        cr_expect_str_eq(text.text, row->expected, "%s", row->what);
    }
}

Test(azure_hostile, status_200_alone_is_an_answer)
{
    static const int statuses[] = { 201, 202, 203, 204, 206, 299 };

    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct azure_reply reply = reply_text(statuses[i], full);
        struct failure why;
        cr_expect_eq(arm_read_circuit(&reply, ID, &sample, &why), AZURE_FAILED, "HTTP %d", statuses[i]);
        cr_expect_eq(why.kind, TROUBLE_UNEXPECTED, "HTTP %d", statuses[i]);
    }
}

/* ---- prefixes ---- */

#define PREFIXES(list, info) \
    HEAD "\"peerings\":[" PEERING(",\"microsoftPeeringConfig\":{\"advertisedPublicPrefixes\":[" list "]" info "}") "]}}"
#define INFO(list) ",\"advertisedPublicPrefixInfo\":[" list "]"
#define ONE(prefix, state) "{\"prefix\":\"" prefix "\",\"validationState\":\"" state "\"}"

static const struct row prefixes[] = {
    { PREFIXES("\"11.0.0.0/8\",\"12.0.0.0/8\"", ""), "listed without states", "11.0.0.0/8 12.0.0.0/8" },
    { PREFIXES("\"11.0.0.0/8\",\"12.0.0.0/8\"",
               INFO(ONE("12.0.0.0/8", "Configured") "," ONE("11.0.0.0/8", "ValidationFailed"))),
      "states in another order", "11.0.0.0/8=ValidationFailed 12.0.0.0/8=Configured" },
    { PREFIXES("\"11.2.3.4/8\"", INFO(ONE("11.0.0.0/8", "Configured"))), "the same prefix with host bits",
      "11.2.3.4/8=Configured" },
    { PREFIXES("\"11.0.0.0/8\"", INFO(ONE("12.0.0.0/8", "Configured"))), "each only in one of the two",
      "11.0.0.0/8 12.0.0.0/8=Configured" },
    { PREFIXES("", INFO(ONE("12.0.0.0/8", "Configured"))), "only with a state", "12.0.0.0/8=Configured" },
    { PREFIXES("\"11.0.0.0/8\",\"11.0.0.0/8\"", ""), "listed twice is one", "11.0.0.0/8" },
    { PREFIXES("\"11.0.0.0/8\"", INFO(ONE("11.0.0.0/8", "Configured") "," ONE("11.0.0.0/8", "ValidationFailed"))),
      "two states of one prefix: neither is lost", "11.0.0.0/8=Configured 11.0.0.0/8=ValidationFailed" },
    { PREFIXES("\"bogus\",\"BOGUS \"", INFO(ONE("bogus", "ValidationNeeded"))),
      "no prefix at all is kept as it is written", "bogus=ValidationNeeded BOGUS " },
    { PREFIXES("\"11.0.0.0/8\",\"\"", ""), "an empty one is none", "11.0.0.0/8" },
    { PREFIXES("\"11.0.0.0/8\"", INFO("{\"validationState\":\"ValidationFailed\"}")),
      "a state without a prefix is not lost", "11.0.0.0/8 =ValidationFailed" },
    { PREFIXES("\"11.0.0.0/8\"", INFO(ONE("11.0.0.0/8", "NeedsManualReview"))), "a new word that says manual",
      "11.0.0.0/8=NeedsManualReview" },
    { HEAD "\"peerings\":[" PEERING(",\"microsoftPeeringConfig\":{\"advertisedPublicPrefixInfo\":[" ONE(
          "12.0.0.0/8", "Configured") "],\"advertisedPublicPrefixes\":[\"11.0.0.0/8\",\"12.0.0.0/8\"]}") "]}}",
      "the states come first", "12.0.0.0/8=Configured 11.0.0.0/8" },
};

Test(azure_hostile, prefixes_of_both_lists_become_one)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const struct row *row = &prefixes[i];
        const struct family_sample *family = &sample.peering[PEERING_MICROSOFT].family[FAMILY_IPV4];
        struct page_text text = { 0 };
        struct failure why;

        cr_assert_eq(decode(row->body, strlen(row->body), &sample, &why), AZURE_OK, "%s: %s", row->what, why.what);
        for (uint16_t p = 0; p < family->prefix_count; p++) {
            const struct prefix_sample *prefix = &sample.prefix[family->prefix_first + p];
            char net[NET_TEXT_MAX];
            put(&text, "%s%s", p > 0 ? " " : "", sample_prefix(&sample, prefix, net));
            if (prefix->state.code != WORD_ABSENT)
                put(&text, "=%s", sample_word(&sample, prefix->state, WORDS_PREFIXES));
        }
        cr_expect_str_eq(text.text, row->expected, "%s", row->what);
    }
}

Test(azure_hostile, too_many_prefixes_are_not_believed)
{
    static char body[SAMPLE_PREFIXES_MAX * 24 + 1024];

    for (size_t count = SAMPLE_PREFIXES_MAX; count <= SAMPLE_PREFIXES_MAX + 1; count++) {
        struct failure why;
        size_t at = (size_t)snprintf(body, sizeof body,
                                     HEAD "\"peerings\":[{\"name\":\"MicrosoftPeering\",\"properties\":{"
                                          "\"microsoftPeeringConfig\":{\"advertisedPublicPrefixes\":[");
        for (size_t i = 0; i < count; i++)
            at += (size_t)snprintf(body + at, sizeof body - at, "%s\"10.%zu.%zu.0/24\"", i > 0 ? "," : "", i / 256,
                                   i % 256);
        at += (size_t)snprintf(body + at, sizeof body - at, "]}}}]}}");
        bool fits = count == SAMPLE_PREFIXES_MAX;
        cr_expect_eq(decode(body, at, &sample, &why), fits ? AZURE_OK : AZURE_FAILED, "%zu prefixes", count);
    }
}

/* ---- cut, bent, deep, large ---- */

Test(azure_hostile, cut_at_every_byte)
{
    static const char *const files[] = { "circuit-provisioned-ms-validationneeded-prefixinfo.json",
                                         "circuit-enabled-notprovisioned-succeeded-ms-configured-v6.json",
                                         "xcircuit-enabled-provisioned-succeeded-ms-v6-disabled.json" };
    struct failure why;

    for (size_t len = 0; len < sizeof full - 1; len++)
        cr_expect_eq(decode(full, len, &sample, &why), AZURE_FAILED, "cut at %zu", len);
    cr_expect_eq(decode(full, sizeof full - 1, &sample, &why), AZURE_OK, "%s", why.what);
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        size_t len;
        char *body = data_read(files[f], &len);
        while (body[len - 1] != '}')
            len--;
        for (size_t cut = 0; cut < len; cut++)
            cr_expect_eq(decode(body, cut, &sample, &why), AZURE_FAILED, "%s cut at %zu", files[f], cut);
        free(body);
    }
}

Test(azure_hostile, every_byte_bent)
{
    static const char bends[] = { 0,   1,   ' ', '"', '\\', '{', '}',    '[',    ']',   ',',
                                  ':', '0', '9', '-', 'e',  'n', '\x7F', '\x80', '\xFF' };
    static char body[sizeof full];
    struct failure why;
    size_t believed = 0;

    for (size_t at = 0; at < sizeof full - 1; at++)
        for (size_t b = 0; b < sizeof bends; b++) {
            memcpy(body, full, sizeof full);
            body[at] = bends[b];
            believed += decode(body, sizeof full - 1, &sample, &why) == AZURE_OK;
        }
    cr_expect(believed > 0, "letters inside texts may change");
}

Test(azure_hostile, depth_is_bounded_in_what_is_unknown_too)
{
    static char body[400000];

    for (size_t depth = 1; depth < 150000; depth = depth < 70 ? depth + 1 : depth * 10) {
        struct failure why;
        size_t at = (size_t)snprintf(body, sizeof body, HEAD "\"peerings\":[],\"x\":");
        memset(body + at, '[', depth);
        memset(body + at + depth, ']', depth);
        memcpy(body + at + 2 * depth, "}}", 2);
        /* the root and `properties` are levels, too */
        enum azure_result expected = depth + 2 <= JSON_DEPTH_MAX ? AZURE_OK : AZURE_FAILED;
        cr_expect_eq(decode(body, at + 2 * depth + 2, &sample, &why), expected, "%zu deep", depth);
    }
}

Test(azure_hostile, texts_that_do_not_fit_are_not_believed)
{
    static char body[200000];
    struct failure why;

    for (size_t size = 1000; size < 150000; size *= 12) {
        size_t at = (size_t)snprintf(body, sizeof body, HEAD "\"peerings\":[],\"circuitProvisioningState\":\"X\","
                                                        "\"serviceProviderProperties\":{\"peeringLocation\":\"");
        memset(body + at, 'x', size);
        memcpy(body + at + size, "\"}}}", 4);
        cr_expect_eq(decode(body, at + size + 4, &sample, &why), size < SAMPLE_TEXT_MAX - 200 ? AZURE_OK : AZURE_FAILED,
                     "%zu bytes", size);
    }
}

/* ---- every value with every other type ---- */

/* The text with a value replaced. */
static size_t put_instead(const struct span *span, const char *value, char *out, size_t size)
{
    return (size_t)snprintf(out, size, "%.*s%s%s", (int)span->begin, full, value, full + span->end);
}

/* The text as if the key were not there: it has another name. */
static size_t put_unknown(const struct span *span, char *out)
{
    memcpy(out, full, sizeof full);
    memset(out + span->key_begin, 'z', span->key_end - span->key_begin);
    return sizeof full - 1;
}

Test(azure_hostile, every_value_with_every_other_type)
{
    static const char *const values[] = {
        "\"x\"", "1", "true", "null", "{}", "[]", "[1]", "[null]", "[[]]", "{\"a\":1}"
    };
    static char body[sizeof full + 64];
    struct spans spans = { 0 };
    struct failure why;
    size_t known = 0;

    cr_assert_eq(walk(full, 0, 0, 0, &spans), sizeof full - 1);
    for (size_t i = 0; i < spans.count; i++) {
        const struct span *span = &spans.span[i];
        bool keyed = span->key_begin != span->key_end, refused = false;
        bool without = keyed && decode(body, put_unknown(span, body), &other, &why) == AZURE_OK;
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            bool same_type = type_of(*values[v]) == type_of(full[span->begin]);
            enum azure_result result = decode(body, put_instead(span, values[v], body, sizeof body), &sample, &why);
            refused = refused || (!same_type && *values[v] != 'n' && result == AZURE_FAILED);
            if (same_type || result == AZURE_FAILED)
                continue;
            /* believed all the same: then the value, or null, must have counted for nothing */
            if (keyed)
                cr_expect(without && same_samples(&sample, &other), "%.*s: %s", (int)(span->key_end - span->key_begin),
                          full + span->key_begin, values[v]);
        }
        known += refused;
    }
    cr_expect_eq(known, KNOWN_VALUES, "%zu values are relied upon", known);
}
