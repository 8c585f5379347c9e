#ifndef ERWATCH_TESTS_CERTS_H
#define ERWATCH_TESTS_CERTS_H

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* An authority of our own and certificates good and bad, made anew for each test: nothing of it can grow old. */

struct authority {
    EVP_PKEY *key;
    X509 *cert;
};

static inline void cert_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    cr_assert_not_null(extension);
    X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
}

/* names: "IP:127.0.0.1,DNS:x", NULL for an authority; from and to: seconds from now; by: NULL signs itself */
static inline struct authority cert_make(const char *name, const char *names, long from, long to,
                                         const struct authority *by)
{
    static long serial = 1;
    struct authority made = { .key = EVP_EC_gen("P-256"), .cert = X509_new() };
    X509_NAME *subject = X509_get_subject_name(made.cert);

    X509_set_version(made.cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.cert), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.cert), from);
    X509_gmtime_adj(X509_getm_notAfter(made.cert), to);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509 *issuer = by != NULL ? by->cert : made.cert;
    X509_set_issuer_name(made.cert, X509_get_subject_name(issuer));
    X509_set_pubkey(made.cert, made.key);
    cert_extension(made.cert, issuer, NID_basic_constraints, names == NULL ? "critical,CA:TRUE" : "CA:FALSE");
    if (names != NULL)
        cert_extension(made.cert, issuer, NID_subject_alt_name, names);
    cr_assert_gt(X509_sign(made.cert, by != NULL ? by->key : made.key, EVP_sha256()), 0);
    return made;
}

static inline void cert_write(const struct authority *made, const char *cert_file, const char *key_file)
{
    FILE *file = fopen(cert_file, "w");

    cr_assert_not_null(file);
    PEM_write_X509(file, made->cert);
    fclose(file);
    if (key_file == NULL)
        return;
    file = fopen(key_file, "w");
    cr_assert_not_null(file);
    PEM_write_PrivateKey(file, made->key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
}

static inline void cert_free(struct authority *made)
{
    EVP_PKEY_free(made->key);
    X509_free(made->cert);
}

#endif
