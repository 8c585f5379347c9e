/*
 * Signatures of webhooks (Standard Webhooks 1.0, github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 over
 * "<id>.<timestamp>.<body>". The id stays the same on every retry, the timestamp is that of the attempt, and while
 * keys are being changed there is a signature with each of them.
 */
#include "paging/request.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "whsec_"
#define KEY_LEAST 24
#define KEY_MOST 64
#define KEY_TEXT_MOST 88 /* base64 of 64 bytes */

/* The key's bytes; 0 when it is none. */
static size_t decode_key(const char *text, unsigned char key[KEY_TEXT_MOST])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *code = text + strlen(PREFIX);

    if (strncmp(text, PREFIX, strlen(PREFIX)) != 0)
        return 0;
    size_t len = strlen(code), used = strspn(code, digits), padding = len - used;
    if (len == 0 || len % 4 != 0 || len > KEY_TEXT_MOST || padding > 2 || strspn(code + used, "=") != padding)
        return 0;
    int decoded = EVP_DecodeBlock(key, (const unsigned char *)code, (int)len);
    size_t bytes = decoded < 0 ? 0 : (size_t)decoded - padding; /* the padding decodes to NUL bytes */
    return bytes >= KEY_LEAST && bytes <= KEY_MOST ? bytes : 0;
}

const char *signing_key_wrong(const char *text)
{
    unsigned char key[KEY_TEXT_MOST];
    size_t len = decode_key(text, key);

    OPENSSL_cleanse(key, sizeof key);
    return len > 0 ? NULL : "is no signing key: " PREFIX " and the base64 of 24 to 64 bytes";
}

/* "v1,<base64>" of one key; nothing when it is none. */
static void add_signature(char *text, size_t room, const char *key_text, const char *signed_text, size_t len)
{
    unsigned char key[KEY_TEXT_MOST], code[EVP_MAX_MD_SIZE], encoded[2 * EVP_MAX_MD_SIZE];
    unsigned code_len = 0;
    size_t key_len = key_text != NULL ? decode_key(key_text, key) : 0, used = strlen(text);

    if (key_len == 0)
        return;
    if (HMAC(EVP_sha256(), key, (int)key_len, (const unsigned char *)signed_text, len, code, &code_len) == NULL)
        abort(); /* no memory */
    (void)EVP_EncodeBlock(encoded, code, (int)code_len);
    snprintf(text + used, room - used, "%sv1,%s", used > 0 ? " " : "", (const char *)encoded);
    OPENSSL_cleanse(key, sizeof key);
}

void request_sign(struct wire_request *request, const struct making *making)
{
    char timestamp[24], signatures[256] = "";
    size_t room = strlen(making->told->id) + sizeof timestamp + request->body_len + 3;
    char *text = malloc(room);

    if (text == NULL)
        abort();
    snprintf(timestamp, sizeof timestamp, "%" PRId64, making->now_wall_ms / 1000);
    int len = snprintf(text, room, "%s.%s.%s", making->told->id, timestamp, request->body);
    add_signature(signatures, sizeof signatures, making->wire->key, text, (size_t)len);
    add_signature(signatures, sizeof signatures, making->wire->old_key, text, (size_t)len);
    free(text);
    request_header(request, "webhook-id", making->told->id);
    request_header(request, "webhook-timestamp", timestamp);
    if (*signatures != '\0')
        request_header(request, "webhook-signature", signatures);
}
