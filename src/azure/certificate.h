#ifndef ERWATCH_AZURE_CERTIFICATE_H
#define ERWATCH_AZURE_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A private key with its certificate, as an application signs in with: read from PEM or PKCS#12, asked for thumbprints
 * and the end of its time, and for signatures. The only header over libcrypto here; no files, no clock.
 */

struct certificate;

#define CERTIFICATE_WHY_MAX 160

/**
 * Read key and certificate.
 *
 * PEM holds both, in any order, also with the certificates of authorities: the one that fits the key counts. PKCS#12 is
 * told by its first byte. A key without a password is read with or without @p password.
 *
 * @param bytes     @p len bytes, looked at during the call only
 * @param password  @p password_len bytes; NULL: none
 * @param out       set on success; certificate_free()
 * @param why       filled on failure: one sentence that continues "the certificate file NAME …"
 */
bool certificate_read(const char *bytes, size_t len, const char *password, size_t password_len,
                      struct certificate **out, char why[CERTIFICATE_WHY_MAX]);
/** The key's memory is overwritten. */
void certificate_free(struct certificate *certificate);

/** "notAfter", milliseconds since 1970. */
int64_t certificate_ends_ms(const struct certificate *certificate);

enum thumbprint { THUMBPRINT_SHA1, THUMBPRINT_SHA256 };
#define THUMBPRINT_MAX 32

/** Of the certificate in DER. @return its bytes */
size_t certificate_thumbprint(const struct certificate *certificate, enum thumbprint kind,
                              unsigned char out[THUMBPRINT_MAX]);

enum signature {
    SIGNATURE_PS256, /* RSASSA-PSS, SHA-256, MGF1 with SHA-256, salt of 32 bytes (RFC 7518, 3.5) */
    SIGNATURE_RS256, /* RSASSA-PKCS1-v1_5, SHA-256 (RFC 7518, 3.3) */
};
#define SIGNATURE_MAX 2048 /* of a key of 16384 bits, the longest that libcrypto uses */

/** Sign. @return the signature's bytes; 0 when libcrypto refuses (a provider without the algorithm) */
size_t certificate_sign(const struct certificate *certificate, enum signature kind, const char *text, size_t len,
                        unsigned char out[SIGNATURE_MAX]);

#endif
