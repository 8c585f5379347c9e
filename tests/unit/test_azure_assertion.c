/* Certificates and the assertions that are signed with them: every kind of file, golden tokens, signatures checked. */
#include "azure_data.h"
#include "leaks.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

TestSuite(azure_assertion, .fini = leaks_fail);

static char *file_read(const char *name, size_t *len)
{
    char path[512];

    snprintf(path, sizeof path, "%s/signin/%s", TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    char *bytes = malloc(65536);
    *len = fread(bytes, 1, 65535, file);
    bytes[*len] = '\0';
    fclose(file);
    return bytes;
}

static struct certificate *certificate_of(const char *name, const char *password)
{
    struct certificate *made = NULL;
    char why[CERTIFICATE_WHY_MAX] = "";
    size_t len;
    char *bytes = file_read(name, &len);

    bool good = certificate_read(bytes, len, password, password != NULL ? strlen(password) : 0, &made, why);
    cr_expect(good, "%s: %s", name, why);
    free(bytes);
    return made;
}

/* ---- files ---- */

static const struct {
    const char *file, *password;
    const char *wrong; /* NULL: fine */
} files[] = {
    { "app.pem", NULL, NULL },
    { "app.pem", "needless", NULL },
    { "chain.pem", NULL, NULL },
    { "expired.pem", NULL, NULL },
    { "encrypted.pem", "p4ssword", NULL },
    { "app.p12", "p4ssword", NULL },
    { "open.p12", NULL, NULL },
    { "open.p12", "", NULL },
    { "key.pem", NULL, "has no certificate" },
    { "cert.pem", NULL, "has no private key" },
    { "unfit.pem", NULL, "has a private key that does not fit its certificate" },
    { "encrypted.pem", NULL, "has an encrypted key; name the file with its password in \"password_file\"" },
    { "encrypted.pem", "wrong", "has a key that the password does not open" },
    { "app.p12", NULL, "is encrypted; name the file with its password in \"password_file\"" },
    { "app.p12", "wrong", "is not opened by the password" },
    { "app.p12", "p4sswor", "is not opened by the password" },
    { "old.p12", "p4ssword", "is encrypted with a cipher that is no longer supported (RC2, RC4?); export it anew" },
    { "no-key.p12", "p4ssword", "has no private key" },
    { "ec.pem", NULL, "has an elliptic-curve key; Azure takes RSA keys only" },
    { "short.pem", NULL, "has an RSA key of less than 2048 bits, which Azure refuses" },
    { "README.md", NULL, "has no private key" },
};

Test(azure_assertion, files)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct certificate *made = NULL;
        char why[CERTIFICATE_WHY_MAX] = "";
        size_t len;
        char *bytes = file_read(files[i].file, &len);
        const char *password = files[i].password;

        bool good = certificate_read(bytes, len, password, password != NULL ? strlen(password) : 0, &made, why);
        cr_expect_eq(good, files[i].wrong == NULL, "%s with %s: %s", files[i].file, password, why);
        if (files[i].wrong != NULL)
            cr_expect_str_eq(why, files[i].wrong, "%s with %s", files[i].file, password);
        certificate_free(made);
        free(bytes);
    }
}

/* A file that was cut or changed anywhere is refused or read, and nothing else. */
Test(azure_assertion, broken_files)
{
    static const char *const names[] = { "app.pem", "app.p12" };

    for (size_t n = 0; n < 2; n++) {
        size_t len;
        char *bytes = file_read(names[n], &len);
        for (size_t cut = 0; cut < len; cut += 1 + len / 150) {
            struct certificate *made = NULL;
            char why[CERTIFICATE_WHY_MAX] = "", was = bytes[cut];
            char *copy = malloc(cut + 1); /* exactly as long, so that reading beyond it is found */
            memcpy(copy, bytes, cut);
            cr_expect_not(certificate_read(copy, cut, "p4ssword", 8, &made, why), "%s cut at %zu", names[n], cut);
            cr_expect_neq(why[0], '\0', "%s cut at %zu", names[n], cut);
            free(copy);
            bytes[cut] = (char)(was ^ 0x15);
            if (certificate_read(bytes, len, "p4ssword", 8, &made, why))
                certificate_free(made);
            bytes[cut] = was;
        }
        free(bytes);
    }
}

Test(azure_assertion, the_end_of_a_certificate)
{
    struct certificate *made = certificate_of("expired.pem", NULL);

    cr_expect_eq(certificate_ends_ms(made), INT64_C(1577836800000), "2020-01-01 00:00:00 UTC");
    certificate_free(made);
    made = certificate_of("app.pem", NULL);
    cr_expect_gt(certificate_ends_ms(made), INT64_C(4900000000000), "beyond 32 bits");
    certificate_free(made);
    certificate_free(NULL);
}

/* ---- assertions ---- */

static const struct assertion_claims claims = {
    .audience = "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token",
    .client = "22222222-2222-2222-2222-222222222222",
    .id = "33333333-3333-4333-8333-333333333333",
    .now_wall_ms = INT64_C(1790000000500),
};

static char *golden(const char *name)
{
    size_t len;
    char *text = file_read(name, &len);

    text[strcspn(text, "\n")] = '\0';
    return text;
}

Test(azure_assertion, rs256_is_the_golden_one)
{
    struct certificate *made = certificate_of("app.pem", NULL);
    char *token = assertion_make(made, SIGNATURE_RS256, &claims), *wanted = golden("assertion-rs256.txt");

    cr_expect_str_eq(token, wanted);
    cr_expect(token_is_assertion(token, strlen(token)));
    free(wanted);
    free(token);
    certificate_free(made);
}

static size_t decode(const char *text, unsigned char *out)
{
    size_t used = 0;
    unsigned bits = 0, held = 0;

    for (; *text != '\0'; text++) {
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        const char *at = strchr(alphabet, *text);
        cr_assert_not_null(at);
        bits = bits << 6 | (unsigned)(at - alphabet);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[used++] = (unsigned char)(bits >> held);
        }
    }
    return used;
}

static EVP_PKEY *public_key(void)
{
    char path[512];

    snprintf(path, sizeof path, "%s/signin/cert.pem", TEST_DATA);
    FILE *file = fopen(path, "r");
    X509 *x509 = PEM_read_X509(file, NULL, NULL, NULL);
    EVP_PKEY *key = X509_get_pubkey(x509);
    X509_free(x509);
    fclose(file);
    return key;
}

static bool verifies(const char *text, size_t len, const unsigned char *signature, size_t signature_len)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *context = NULL;
    EVP_PKEY *key = public_key();

    EVP_DigestVerifyInit(digest, &context, EVP_sha256(), NULL, key);
    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32);
    bool good = EVP_DigestVerify(digest, signature, signature_len, (const unsigned char *)text, len) == 1;
    EVP_MD_CTX_free(digest);
    EVP_PKEY_free(key);
    return good;
}

Test(azure_assertion, ps256_says_the_same_and_its_signature_is_good)
{
    struct certificate *made = certificate_of("encrypted.pem", "p4ssword");
    char *token = assertion_make(made, SIGNATURE_PS256, &claims);
    char *again = assertion_make(made, SIGNATURE_PS256, &claims);
    char *wanted = golden("assertion-ps256-unsigned.txt");
    unsigned char signature[512];
    char *dot = strrchr(token, '.');

    cr_expect_str_neq(token, again, "its salt is random");
    size_t len = decode(dot + 1, signature);
    *dot = '\0';
    cr_expect_str_eq(token, wanted);
    cr_expect_eq(len, 256);
    cr_expect(verifies(token, strlen(token), signature, len));
    token[5] ^= 1;
    cr_expect_not(verifies(token, strlen(token), signature, len), "the test can fail");
    free(wanted);
    free(again);
    free(token);
    certificate_free(made);
}

/* What stands in the settings cannot break out of its string. */
Test(azure_assertion, claims_are_strings)
{
    struct assertion_claims odd = claims;
    struct certificate *made = certificate_of("app.p12", "p4ssword");
    unsigned char text[4096];

    odd.client = "a\",\"sub\":\"b\\\n";
    char *token = assertion_make(made, SIGNATURE_PS256, &odd);
    char *body = strchr(token, '.') + 1;
    *strchr(body, '.') = '\0';
    text[decode(body, text)] = '\0';
    cr_expect_not_null(strstr((char *)text, "\"iss\":\"a\\u0022,\\u0022sub\\u0022:\\u0022b\\u005c\\u000a\""), "%s",
                       text);
    free(token);
    certificate_free(made);
}

Test(azure_assertion, what_may_be_sent_as_one)
{
    static const struct {
        const char *text;
        bool fine;
    } rows[] = {
        { "eyJ.eyJ.c2ln", true }, { "eyJ.eyJ.", true },      { "a.b", false },        { "a.b.c.d", false },
        { "", false },            { ".b.c", false },         { "a.b.c\n", false },    { "a.b.c=", false },
        { "a.b.c&x=y", false },   { "a .b.c", false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(token_is_assertion(rows[i].text, strlen(rows[i].text)), rows[i].fine, "%s", rows[i].text);
}
