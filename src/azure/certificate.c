/*
 * A private key with its certificate, through libcrypto. Files and passwords come as bytes; what libcrypto says about
 * an error is not repeated, because it may quote the file: each way to fail has a sentence of its own.
 */
#include "azure/certificate.h"

#include "azure/text.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BITS_LEAST 2048 /* Azure refuses shorter RSA keys */

struct certificate {
    EVP_PKEY *key;
    X509 *x509;
};

static bool refuse(char why[CERTIFICATE_WHY_MAX], const char *because)
{
    snprintf(why, CERTIFICATE_WHY_MAX, "%s", because);
    return false;
}

void certificate_free(struct certificate *certificate)
{
    if (certificate == NULL)
        return;
    EVP_PKEY_free(certificate->key);
    X509_free(certificate->x509);
    free(certificate);
}

/* ---- PEM ---- */

struct password {
    const char *text;
    size_t len;
    bool wanted; /* libcrypto asked for it: the key is encrypted */
};

static int give_password(char *buffer, int room, int writing, void *context)
{
    struct password *password = context;

    (void)writing;
    password->wanted = true;
    if (password->text == NULL || password->len > (size_t)room)
        return -1;
    memcpy(buffer, password->text, password->len);
    return (int)password->len;
}

static BIO *open_bytes(const char *bytes, size_t len)
{
    BIO *bio = BIO_new_mem_buf(bytes, (int)len);

    if (bio == NULL)
        abort();
    return bio;
}

static bool read_pem_key(const char *bytes, size_t len, struct password *password, EVP_PKEY **out,
                         char why[CERTIFICATE_WHY_MAX])
{
    BIO *bio = open_bytes(bytes, len);

    *out = PEM_read_bio_PrivateKey(bio, NULL, give_password, password);
    BIO_free(bio);
    if (*out != NULL)
        return true;
    if (password->wanted && password->text == NULL)
        return refuse(why, "has an encrypted key; name the file with its password in \"password_file\"");
    if (password->wanted)
        return refuse(why, "has a key that the password does not open");
    if (text_find(bytes, len, "PRIVATE KEY-----") < len)
        return refuse(why, "has a private key that cannot be read");
    return refuse(why, "has no private key");
}

/* The one that fits the key; those of authorities may stand before or behind it. */
static bool read_pem_certificate(const char *bytes, size_t len, const EVP_PKEY *key, X509 **out,
                                 char why[CERTIFICATE_WHY_MAX])
{
    BIO *bio = open_bytes(bytes, len);
    bool any = false;
    X509 *found = NULL;

    for (X509 *each; found == NULL && (each = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL; any = true) {
        if (X509_check_private_key(each, key) == 1)
            found = each;
        else
            X509_free(each);
    }
    BIO_free(bio);
    *out = found;
    if (found != NULL)
        return true;
    return refuse(why, any ? "has a private key that does not fit its certificate" : "has no certificate");
}

static bool read_pem(const char *bytes, size_t len, struct password *password, struct certificate *out,
                     char why[CERTIFICATE_WHY_MAX])
{
    return read_pem_key(bytes, len, password, &out->key, why) &&
           read_pem_certificate(bytes, len, out->key, &out->x509, why);
}

/* ---- PKCS#12 ---- */

/* A file without a password has the empty one or none, which are not the same to the format. */
static bool right_password(PKCS12 *file, char **password)
{
    if (PKCS12_mac_present(file) != 1 ||
        PKCS12_verify_mac(file, *password, *password != NULL ? (int)strlen(*password) : 0) == 1)
        return true;
    if (*password != NULL)
        return false;
    *password = strdup("");
    if (*password == NULL)
        abort();
    return PKCS12_verify_mac(file, *password, 0) == 1;
}

static bool take_pkcs12(PKCS12 *file, char **password, struct certificate *out, char why[CERTIFICATE_WHY_MAX])
{
    bool given = *password != NULL;

    if (!right_password(file, password))
        return refuse(why, given ? "is not opened by the password"
                                 : "is encrypted; name the file with its password in \"password_file\"");
    /* it says whether the key fits the certificate by giving the latter or not */
    if (PKCS12_parse(file, *password, &out->key, &out->x509, NULL) != 1)
        return refuse(why, "is encrypted with a cipher that is no longer supported (RC2, RC4?); export it anew");
    if (out->key == NULL)
        return refuse(why, "has no private key");
    if (out->x509 == NULL)
        return refuse(why, "has no certificate that fits its private key");
    return true;
}

static bool read_pkcs12(const char *bytes, size_t len, const struct password *given, struct certificate *out,
                        char why[CERTIFICATE_WHY_MAX])
{
    BIO *bio = open_bytes(bytes, len);
    PKCS12 *file = d2i_PKCS12_bio(bio, NULL);
    char *password = given->text != NULL ? strndup(given->text, given->len) : NULL;
    bool good = false;

    if (given->text != NULL && password == NULL)
        abort();
    if (file == NULL)
        refuse(why, "is neither PEM nor PKCS#12");
    else
        good = take_pkcs12(file, &password, out, why);
    if (password != NULL)
        explicit_bzero(password, strlen(password));
    free(password);
    PKCS12_free(file);
    BIO_free(bio);
    return good;
}

/* ---- both ---- */

static bool is_usable(const struct certificate *certificate, char why[CERTIFICATE_WHY_MAX])
{
    struct tm end;

    if (EVP_PKEY_get_base_id(certificate->key) == EVP_PKEY_EC)
        return refuse(why, "has an elliptic-curve key; Azure takes RSA keys only");
    if (EVP_PKEY_get_base_id(certificate->key) != EVP_PKEY_RSA)
        return refuse(why, "has a key that is no RSA key; Azure takes RSA keys only");
    if (EVP_PKEY_get_bits(certificate->key) < BITS_LEAST)
        return refuse(why, "has an RSA key of less than 2048 bits, which Azure refuses");
    if (EVP_PKEY_get_size(certificate->key) > SIGNATURE_MAX)
        return refuse(why, "has an RSA key of more than 16384 bits");
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate->x509), &end) != 1)
        return refuse(why, "has a certificate whose end cannot be read");
    return true;
}

bool certificate_read(const char *bytes, size_t len, const char *password, size_t password_len,
                      struct certificate **out, char why[CERTIFICATE_WHY_MAX])
{
    struct password given = { .text = password, .len = password_len };
    struct certificate *made = calloc(1, sizeof *made);

    if (made == NULL)
        abort();
    bool good = len <= INT_MAX && (len > 0 && bytes[0] == 0x30 /* SEQUENCE */
                                       ? read_pkcs12(bytes, len, &given, made, why)
                                       : read_pem(bytes, len, &given, made, why));
    good = good && is_usable(made, why);
    ERR_clear_error();
    if (good)
        *out = made;
    else
        certificate_free(made);
    return good;
}

int64_t certificate_ends_ms(const struct certificate *certificate)
{
    struct tm end;
    int converted = ASN1_TIME_to_tm(X509_get0_notAfter(certificate->x509), &end);

    return converted == 1 ? (int64_t)timegm(&end) * 1000 : 0;
}

size_t certificate_thumbprint(const struct certificate *certificate, enum thumbprint kind,
                              unsigned char out[THUMBPRINT_MAX])
{
    unsigned len = 0;

    if (X509_digest(certificate->x509, kind == THUMBPRINT_SHA1 ? EVP_sha1() : EVP_sha256(), out, &len) != 1)
        abort();
    return len;
}

static bool set_padding(EVP_PKEY_CTX *context, enum signature kind)
{
    if (kind == SIGNATURE_RS256)
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

size_t certificate_sign(const struct certificate *certificate, enum signature kind, const char *text, size_t len,
                        unsigned char out[SIGNATURE_MAX])
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY_CTX *context = NULL; /* the digest's */
    size_t signed_len = SIGNATURE_MAX;

    if (digest == NULL)
        abort();
    bool good = EVP_DigestSignInit(digest, &context, EVP_sha256(), NULL, certificate->key) == 1 &&
                set_padding(context, kind) &&
                EVP_DigestSign(digest, out, &signed_len, (const unsigned char *)text, len) == 1;
    EVP_MD_CTX_free(digest);
    ERR_clear_error();
    return good ? signed_len : 0;
}
