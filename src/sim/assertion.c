/*
 * Assertions as Azure looks at them: the certificate's thumbprint, the signature, the claims, the time; or, for another
 * issuer, whether it is one of those that the scenario trusts. What Azure is strict about is refused here as well.
 */
#include "sim/assertion.h"

#include "io/memory.h"
#include "sim/scenario.h"
#include "sim/world.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <strings.h>

#define SKEW_S 300        /* clocks may differ by so much */
#define LIFE_MOST_S 660   /* ten minutes, and a little */
#define TOKEN_MOST 16384

enum {
    REFUSED_FORM = 50027,
    REFUSED_KEY = 700027,
    REFUSED_APPLICATION = 700021,
    REFUSED_AUDIENCE = 700023,
    REFUSED_TIME = 700024,
    REFUSED_AGAIN = 50013,
    REFUSED_ISSUER = 70021,
};

static X509 *read_certificate(const char *pem)
{
    BIO *bio = memory_or_die(BIO_new_mem_buf(pem, -1));
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    BIO_free(bio);
    return certificate;
}

bool assertion_is_certificate(const char *pem)
{
    X509 *certificate = read_certificate(pem);

    X509_free(certificate);
    return certificate != NULL;
}

/* ---- base64url (RFC 4648, 5) ---- */

/* Decodes up to a dot or the end; heap, with a NUL behind it. NULL when it is none. */
static unsigned char *decode(const char *text, size_t *len)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t count = strcspn(text, ".");
    unsigned char *out = memory_or_die(malloc(count + 1));
    unsigned held = 0, bits = 0;

    *len = 0;
    for (size_t i = 0; i < count; i++) {
        const char *at = memchr(alphabet, text[i], sizeof alphabet - 1);
        if (at == NULL) {
            free(out);
            return NULL;
        }
        bits = bits << 6 | (unsigned)(at - alphabet);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[(*len)++] = (unsigned char)(bits >> held);
        }
    }
    out[*len] = '\0';
    return out;
}

static json_t *decode_json(const char *text)
{
    size_t len;
    unsigned char *bytes = decode(text, &len);
    json_t *json = bytes != NULL ? json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, NULL) : NULL;

    free(bytes);
    return json;
}

/* ---- the parts ---- */

static const char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text != NULL ? text : "";
}

/* Does the header name this certificate, and how it was signed? */
static bool header_fits(const json_t *header, const X509 *certificate, bool *pss)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    size_t len;

    *pss = strcmp(text_of(header, "alg"), "PS256") == 0;
    if (!*pss && strcmp(text_of(header, "alg"), "RS256") != 0)
        return false;
    X509_digest(certificate, *pss ? EVP_sha256() : EVP_sha1(), digest, &digest_len);
    unsigned char *named = decode(text_of(header, *pss ? "x5t#S256" : "x5t"), &len);
    bool fits = named != NULL && len == digest_len && memcmp(named, digest, len) == 0;
    free(named);
    return fits;
}

static bool signature_fits(const char *text, const X509 *certificate, bool pss)
{
    const char *dot = strrchr(text, '.');
    EVP_MD_CTX *digest = memory_or_die(EVP_MD_CTX_new());
    EVP_PKEY_CTX *context = NULL;
    size_t len;
    unsigned char *signature = decode(dot + 1, &len);
    bool good = signature != NULL &&
                EVP_DigestVerifyInit(digest, &context, EVP_sha256(), NULL, X509_get0_pubkey(certificate)) == 1 &&
                (!pss || (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                          EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1)) &&
                EVP_DigestVerify(digest, signature, len, (const unsigned char *)text, (size_t)(dot - text)) == 1;

    free(signature);
    EVP_MD_CTX_free(digest);
    return good;
}

static bool has_ended(const X509 *certificate, int64_t wall_ms)
{
    time_t now = wall_ms / 1000;

    return X509_cmp_time(X509_get0_notAfter(certificate), &now) < 0;
}

static bool in_time(const json_t *claims, int64_t wall_ms)
{
    int64_t now = wall_ms / 1000, from = json_integer_value(json_object_get(claims, "nbf"));
    int64_t until = json_integer_value(json_object_get(claims, "exp"));

    return from <= now + SKEW_S && until >= now - SKEW_S && until - from <= LIFE_MOST_S;
}

static bool was_used(struct world *world, const char *id)
{
    for (size_t i = 0; i < ASSERTIONS_MAX; i++)
        if (strcmp(world->assertions[i], id) == 0)
            return true;
    snprintf(world->assertions[world->assertion_next++ % ASSERTIONS_MAX], sizeof *world->assertions, "%s", id);
    return false;
}

static int judge_claims(struct world *world, const json_t *claims, const struct asserted *asserted)
{
    const char *id = text_of(claims, "jti");

    if (strcasecmp(text_of(claims, "iss"), asserted->client) != 0 ||
        strcasecmp(text_of(claims, "sub"), asserted->client) != 0)
        return REFUSED_APPLICATION;
    if (strcmp(text_of(claims, "aud"), asserted->audience) != 0)
        return REFUSED_AUDIENCE;
    if (!in_time(claims, asserted->wall_ms))
        return REFUSED_TIME;
    return *id == '\0' || was_used(world, id) ? REFUSED_AGAIN : 0;
}

static int judge_signed(struct world *world, const X509 *certificate, const struct asserted *asserted)
{
    json_t *header = decode_json(asserted->text), *claims = decode_json(strchr(asserted->text, '.') + 1);
    bool pss = false;
    int refused = 0;

    if (header == NULL || claims == NULL)
        refused = REFUSED_FORM;
    else if (!header_fits(header, certificate, &pss) || !signature_fits(asserted->text, certificate, pss) ||
             has_ended(certificate, asserted->wall_ms))
        refused = REFUSED_KEY;
    else
        refused = judge_claims(world, claims, asserted);
    json_decref(header);
    json_decref(claims);
    return refused;
}

/* "a.b.c" */
static bool has_parts(const char *text)
{
    const char *dot = strchr(text, '.');

    return dot != NULL && strchr(dot + 1, '.') != NULL && strchr(strchr(dot + 1, '.') + 1, '.') == NULL;
}

static bool is_trusted(const struct scenario *scenario, const char *text)
{
    size_t index;
    json_t *each;

    json_array_foreach (scenario->federated, index, each)
        if (strcmp(json_string_value(each), text) == 0)
            return true;
    return false;
}

int assertion_judge(struct world *world, const struct asserted *asserted)
{
    const struct scenario *scenario = world->scenario;

    if (is_trusted(scenario, asserted->text))
        return 0;
    if (!has_parts(asserted->text) || strlen(asserted->text) > TOKEN_MOST)
        return REFUSED_FORM;
    if (scenario->certificate == NULL)
        return REFUSED_ISSUER;
    X509 *certificate = memory_or_die(read_certificate(scenario->certificate));
    int refused = judge_signed(world, certificate, asserted);
    X509_free(certificate);
    return refused;
}
