/* The empty state of the two witnesses of sessions. */
#include "core/witness.h"

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
