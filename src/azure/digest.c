/* Keyed digests of answers, by OpenSSL's Poly1305. Without its memory or random numbers there is nothing to be done. */
#include "azure/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define KEY_LEN 32

struct digester {
    EVP_MAC_CTX *mac;
    unsigned char key[KEY_LEN];
};

static void die_unless(bool fine)
{
    if (!fine)
        abort();
}

struct digester *digester_new(void)
{
    struct digester *digester = calloc(1, sizeof *digester);
    EVP_MAC *poly1305 = EVP_MAC_fetch(NULL, "POLY1305", NULL);

    die_unless(digester != NULL && poly1305 != NULL);
    digester->mac = EVP_MAC_CTX_new(poly1305);
    die_unless(digester->mac != NULL && RAND_bytes(digester->key, KEY_LEN) == 1);
    EVP_MAC_free(poly1305);
    return digester;
}

void digester_free(struct digester *digester)
{
    if (digester == NULL)
        return;
    EVP_MAC_CTX_free(digester->mac);
    free(digester);
}

struct digest digest_of(struct digester *digester, const void *bytes, size_t len)
{
    struct digest digest;
    unsigned char tag[sizeof digest];
    size_t tag_len = 0;

    die_unless(EVP_MAC_init(digester->mac, digester->key, KEY_LEN, NULL) == 1 &&
               EVP_MAC_update(digester->mac, bytes, len) == 1 &&
               EVP_MAC_final(digester->mac, tag, &tag_len, sizeof tag) == 1 && tag_len == sizeof tag);
    memcpy(&digest, tag, sizeof digest);
    return digest;
}

bool digest_equal(struct digest a, struct digest b)
{
    return a.half[0] == b.half[0] && a.half[1] == b.half[1] && (a.half[0] | a.half[1]) != 0;
}
