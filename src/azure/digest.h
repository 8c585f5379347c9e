#ifndef ERWATCH_AZURE_DIGEST_H
#define ERWATCH_AZURE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Digests of answers, to see that one is equal to the last without keeping it. Poly1305 under a key of this process
 * that never leaves it, as a keyed hash: who can choose what is answered cannot make two texts with one digest.
 */

struct digest {
    uint64_t half[2]; /* both 0: none */
};

#define DIGEST_NONE ((struct digest){ { 0, 0 } })

struct digester;

/** @return never NULL */
struct digester *digester_new(void);
void digester_free(struct digester *digester);

struct digest digest_of(struct digester *digester, const void *bytes, size_t len);

static inline bool digest_is_none(struct digest digest)
{
    return digest.half[0] == 0 && digest.half[1] == 0;
}

/** False, too, when both are DIGEST_NONE. */
bool digest_equal(struct digest a, struct digest b);

#endif
