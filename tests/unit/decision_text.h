#ifndef ERWATCH_TESTS_DECISION_TEXT_H
#define ERWATCH_TESTS_DECISION_TEXT_H

#include "decision_bed.h"

/*
 * Facts and findings as text, so that a test is a table one can read beside the published one.
 *
 * Facts are blank-separated settings on top of the healthy circuit of bed_init():
 *
 *   circuit=WORD provider=WORD operation=WORD     as Azure spells them; (absent) and (other) for the rest
 *   direct  was-provisioned  layer3=provider  list=absent  list=empty
 *   expect=ordered|none  age=DAYS                 expect.provider, and since when the circuit is watched
 *   sku=TIER  table-age=SECONDS                   sku.tier; how old the ARP tables are
 *   changed  changed=told                         attributes that differ from those before
 *   bandwidth=N/N  bandwidth-told=N/N             of the answer and expected; as 54 told them last
 *   left=DAYS                                     it was provisioned, and has not been for so long
 *   peerings=P+P|none  families=F+F  prefixes=same|other|two  min-routes=N   expect.*
 *   sessions=none|metrics|routes|both  since=SECONDS           poll.sessions; since when sessions can be expected
 *   off=RULE+RULE  soft=RULE                      rules switched off; a rule whose severity the settings lower
 *   missing=N forbidden=N unexpected=N never-seen no-sample stale asleep blind-by=RULE
 *   refused=list|metrics|routes  odd=list|metrics|routes     an optional read answers 403, or what cannot be believed
 *   answered=metrics|routes                       a moment ago, whatever it said
 *   P.gone  P.is=F+F|none                         the peering is not there; its families in use
 *   P.operation=WORD  P.F=WORD                    provisioningState; state of a family
 *   P.prefixes=WORD  P.prefix=WORD+WORD  P.listed=N  P.filter=none  P.config=none     of every family in use
 *   P.M=A/B  P.R=A/B  P.R6=A/B  P.ARP=A/B     primary/secondary: none, no-row, down, between, up, empty;
 *                                             for M the percentage, for R the number of routes will do,
 *                                             for ARP incomplete (a good metric), half (neither, and a complete table)
 *
 *   P.reset=SECONDS/SECONDS                       so long ago the session of each path was reset, "-" not; again for more
 *
 * P is private, microsoft or public; F is ipv4 or ipv6.
 */
void bed_set(struct bed *bed, const char *settings);

/** What is bad, in the order of the numbers: "41 warning you confirm private IPv4 secondary; ..." */
void bed_findings(const struct bed *bed, char *text, size_t size);

/** Is this among the opinions: "41 private IPv4 primary by 40", "41 private IPv4 primary unknown" (or "good")? */
bool bed_says(const struct bed *bed, const char *what);

#endif
