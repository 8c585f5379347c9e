/* The JSON Web Token of a certificate (RFC 7515, compact form): header and claims as text, base64url, a signature. */
#include "azure/assertion.h"

#include "azure/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIXED_ROOM 512

static size_t encoded_length(size_t len)
{
    return (len * 4 + 2) / 3;
}

/* base64url without padding (RFC 7515, appendix C) */
static void add_base64url(struct line *line, const void *bytes, size_t len)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *at = bytes;

    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i < 3 ? len - i : 3;
        unsigned group = (unsigned)at[i] << 16 | (left > 1 ? (unsigned)at[i + 1] << 8 : 0) | (left > 2 ? at[i + 2] : 0);
        char four[5] = { alphabet[group >> 18], alphabet[group >> 12 & 63], alphabet[group >> 6 & 63],
                         alphabet[group & 63], '\0' };
        four[left + 1] = '\0';
        line_add(line, four);
    }
}

/* A JSON string. URLs and GUIDs need no escape; whatever else somebody configured does no harm. */
static void add_string(struct line *line, const char *text)
{
    line_add(line, "\"");
    for (; *text != '\0'; text++) {
        char one[8] = { *text, '\0' };
        if (*text == '"' || *text == '\\' || (unsigned char)*text < ' ')
            snprintf(one, sizeof one, "\\u%04x", (unsigned)(unsigned char)*text);
        line_add(line, one);
    }
    line_add(line, "\"");
}

/* Which names say which key it was depends on the age of the algorithm: RS256 came with SHA-1. */
static void make_header(const struct certificate *certificate, enum signature kind, struct line *out)
{
    unsigned char thumbprint[THUMBPRINT_MAX];
    size_t len = certificate_thumbprint(certificate, kind == SIGNATURE_RS256 ? THUMBPRINT_SHA1 : THUMBPRINT_SHA256,
                                        thumbprint);

    line_init(out, FIXED_ROOM);
    line_add(out, kind == SIGNATURE_RS256 ? "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"x5t\":\""
                                          : "{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":\"");
    add_base64url(out, thumbprint, len);
    line_add(out, "\"}");
}

static void make_claims(const struct assertion_claims *claims, struct line *out)
{
    int64_t now = claims->now_wall_ms / 1000;
    char times[128];

    line_init(out, FIXED_ROOM + (strlen(claims->audience) + 2 * strlen(claims->client) + strlen(claims->id)) * 6);
    line_add(out, "{\"aud\":");
    add_string(out, claims->audience);
    line_add(out, ",\"iss\":");
    add_string(out, claims->client);
    line_add(out, ",\"sub\":");
    add_string(out, claims->client);
    line_add(out, ",\"jti\":");
    add_string(out, claims->id);
    snprintf(times, sizeof times, ",\"nbf\":%" PRId64 ",\"iat\":%" PRId64 ",\"exp\":%" PRId64 "}",
             now - ASSERTION_BACK_S, now - ASSERTION_BACK_S, now + ASSERTION_LIFE_S);
    line_add(out, times);
}

char *assertion_make(const struct certificate *certificate, enum signature kind, const struct assertion_claims *claims)
{
    unsigned char signature[SIGNATURE_MAX];
    struct line header, body, token;

    make_header(certificate, kind, &header);
    make_claims(claims, &body);
    line_init(&token, encoded_length(header.len) + encoded_length(body.len) + encoded_length(SIGNATURE_MAX) + 2);
    add_base64url(&token, header.text, header.len);
    line_add(&token, ".");
    add_base64url(&token, body.text, body.len);
    size_t len = certificate_sign(certificate, kind, token.text, token.len, signature);
    line_add(&token, ".");
    add_base64url(&token, signature, len);
    free(header.text);
    free(body.text);
    if (len > 0)
        return token.text;
    free(token.text);
    return NULL;
}
