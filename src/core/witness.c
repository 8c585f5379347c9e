/* The two witnesses of sessions: the empty state, and the copy that is kept, of which most is as in the empty one. */
#include "core/witness.h"

#include "core/pack.h"

#include <stdlib.h>
#include <string.h>

void witness_reset(struct witness *witness)
{
    memset(witness, 0, sizeof *witness);
    for (size_t p = 0; p < PEERINGS; p++)
        for (size_t path = 0; path < PATHS; path++) {
            struct path_witness *at = &witness->at[p][path];
            at->bgp.seen = at->arp.seen = at->arp_seen = MONO_NEVER;
            for (size_t f = 0; f < FAMILIES; f++)
                at->route[f].seen = MONO_NEVER;
        }
}

void *witness_pack(const struct witness *witness)
{
    struct witness nothing;
    uint8_t packed[PACK_MOST(sizeof nothing)];

    witness_reset(&nothing);
    size_t len = pack(witness, &nothing, sizeof nothing, packed);
    void *kept = malloc(len);
    if (kept == NULL)
        abort();
    return memcpy(kept, packed, len);
}

void witness_unpack(const void *packed, struct witness *out)
{
    struct witness nothing;

    witness_reset(&nothing);
    if (packed == NULL)
        *out = nothing;
    else
        (void)unpack(packed, &nothing, sizeof nothing, out);
}
