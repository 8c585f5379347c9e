/*
 * A certificate authority that lives for one call, and the server certificate it signs. The authority's key is never
 * written, so nobody can sign anything else with it.
 */
#include "sim/cert.h"

#include "io/memory.h"
#include "sim/answer.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY ((long)24 * 3600)

const char *const cert_fault_names[CERT_FAULTS + 1] = { "none", "expired", "wrong-name", "other-ca", NULL };

static EVP_PKEY *key_new(void)
{
    return memory_or_die(EVP_EC_gen("P-256"));
}

static void add_extension(X509 *certificate, X509 *issuer, int number, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = memory_or_die(X509V3_EXT_conf_nid(NULL, &context, number, value));
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static X509 *certificate_new(EVP_PKEY *key, const char *name, long from, long until)
{
    X509 *certificate = memory_or_die(X509_new());
    uint8_t serial[8];

    RAND_bytes(serial, sizeof serial);
    serial[0] &= 0x7F; /* RFC 5280: positive */
    BIGNUM *number = memory_or_die(BN_bin2bn(serial, sizeof serial, NULL));
    X509_set_version(certificate, X509_VERSION_3);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    X509_gmtime_adj(X509_getm_notBefore(certificate), from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), until);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const unsigned char *)name, -1,
                               -1, 0);
    return certificate;
}

static X509 *authority_new(EVP_PKEY *key)
{
    X509 *ca = certificate_new(key, "erwatch-sim authority", -DAY, 3650 * DAY);

    X509_set_issuer_name(ca, X509_get_subject_name(ca));
    add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(ca, ca, NID_subject_key_identifier, "hash");
    X509_sign(ca, key, EVP_sha256());
    return ca;
}

static X509 *server_new_certificate(EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key, enum cert_fault fault)
{
    const char *names = fault == CERT_WRONG_NAME ? "DNS:elsewhere.invalid"
                                                 : "DNS:localhost,IP:127.0.0.1,IP:::1,DNS:" METRICS_HOST
                                                   ",DNS:*." METRICS_HOST;
    long until = fault == CERT_EXPIRED ? -DAY : 825 * DAY;
    X509 *server = certificate_new(key, "erwatch-sim", fault == CERT_EXPIRED ? -30 * DAY : -DAY, until);

    X509_set_issuer_name(server, X509_get_subject_name(ca));
    add_extension(server, ca, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(server, ca, NID_key_usage, "critical,digitalSignature");
    add_extension(server, ca, NID_ext_key_usage, "serverAuth");
    add_extension(server, ca, NID_subject_alt_name, names);
    add_extension(server, ca, NID_authority_key_identifier, "keyid");
    X509_sign(server, ca_key, EVP_sha256());
    return server;
}

/* Write one of the two as PEM. */
static bool write_pem(const char *dir, const char *name, X509 *certificate, EVP_PKEY *key, char why[256])
{
    char *path = text_format("%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, key != NULL ? 0600 : 0644);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    bool good = file != NULL && (key != NULL ? PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL)
                                             : PEM_write_X509(file, certificate)) == 1;

    if (file != NULL)
        good = fclose(file) == 0 && good;
    if (!good)
        snprintf(why, 256, "cannot write %s: %s", path, strerror(errno));
    free(path);
    return good;
}

static X509 *read_certificate(const char *dir, const char *name)
{
    char *path = text_format("%s/%s", dir, name);
    FILE *file = fopen(path, "re");
    X509 *certificate = file != NULL ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;

    if (file != NULL)
        fclose(file);
    free(path);
    return certificate;
}

/* May the ones that are there serve again? A watcher that is running trusts them already. */
static bool are_there(const char *dir)
{
    char *key_path = text_format("%s/server.key", dir);
    X509 *ca = read_certificate(dir, "ca.pem"), *server = read_certificate(dir, "server.pem");
    bool good = ca != NULL && server != NULL && access(key_path, R_OK) == 0 &&
                X509_verify(server, X509_get0_pubkey(ca)) == 1 &&
                X509_cmp_current_time(X509_get0_notAfter(server)) > 0 &&
                X509_check_host(server, "localhost", 0, 0, NULL) == 1 &&
                X509_check_host(server, METRICS_HOST, 0, 0, NULL) == 1;

    X509_free(ca);
    X509_free(server);
    free(key_path);
    return good;
}

bool cert_make(const char *dir, enum cert_fault fault, char why[256])
{
    if (mkdir(dir, 0755) != 0 && errno != EEXIST) {
        snprintf(why, 256, "cannot make the directory %s: %s", dir, strerror(errno));
        return false;
    }
    if (fault == CERT_FINE && are_there(dir))
        return true;
    EVP_PKEY *ca_key = key_new(), *other_key = key_new(), *key = key_new();
    X509 *ca = authority_new(ca_key), *other = authority_new(other_key);
    X509 *server = server_new_certificate(key, ca, ca_key, fault);
    bool good = write_pem(dir, "ca.pem", fault == CERT_OTHER_CA ? other : ca, NULL, why) &&
                write_pem(dir, "server.pem", server, NULL, why) && write_pem(dir, "server.key", NULL, key, why);

    X509_free(server);
    X509_free(other);
    X509_free(ca);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other_key);
    EVP_PKEY_free(ca_key);
    return good;
}
