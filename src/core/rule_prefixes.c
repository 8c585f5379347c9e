/* Rules 30 to 35, advertised public prefixes of a Microsoft peering: meaning and steps (rule_text.h). */
#include "core/rule_text.h"

#include <stddef.h>

#define LOOK                                                                                                           \
    "az network express-route peering show -g RESOURCE-GROUP --circuit-name CIRCUIT-NAME -n PEERING-NAME"

const char meaning_prefixes_not_configured[] =
    "Prefixes are listed or expected for the Microsoft peering, but their state is NotConfigured: the peering has "
    "not been given them, and Microsoft accepts no route from you.";
const char *const steps_prefixes_not_configured[] = {
    ("Look which prefixes the peering has: " LOOK),
    ("Set the advertised public prefixes, customer ASN and routing registry: az network express-route peering update "
     "-g RESOURCE-GROUP --circuit-name CIRCUIT-NAME -n PEERING-NAME --advertised-public-prefixes PREFIXES"),
    ("If they were set already, read the circuit and write it back (refresh); then open a support request with "
     "Microsoft: " SUPPORT_LINK),
    WAY_BACK,
    NULL,
};

const char meaning_prefixes_configuring[] =
    "Microsoft has been configuring the advertised public prefixes for longer than the long hold. Until it is done "
    "the sessions may be down or without routes.";
const char *const steps_prefixes_configuring[] = {
    "Wait if you changed the prefixes within the last hours.",
    ("Otherwise open a support request with Microsoft: " SUPPORT_LINK),
    "Have at hand: the circuit id (CIRCUIT-ID), the peering, the prefixes, and the time of the change.",
    NULL,
};

const char meaning_prefix_validation_needed[] =
    "Microsoft could not prove by itself that the prefixes belong to the autonomous system that is to announce them "
    "(ValidationNeeded). Until that is settled the routes are not accepted. Where the answer has no states per "
    "prefix, this cannot be told apart from validation by hand and is treated as needing a human.";
const char *const steps_prefix_validation_needed[] = {
    ("Check the registry: each prefix needs a route object with this ASN as origin, or an inetnum that names your "
     "organisation; correct it there, then write the peering again."),
    ("If the registry cannot be corrected, prove it with a signature "
     "(Set-AzExpressRouteCircuitMicrosoftPeeringPrefixConfig) or open a support request with Microsoft: "
     SUPPORT_LINK),
    ("Attach to the request: circuit id, peering, ASNs, prefixes, registry, and proof that the registered holder lets "
     "this ASN announce them, such as a Letter of Authorization. For LACNIC a support request is the only way."),
    WAY_BACK,
    NULL,
};

const char meaning_prefix_manual_validation[] =
    "Microsoft cannot prove the ownership of a prefix automatically and waits for a human (ManualValidationNeeded). "
    "Nothing happens until you open a support request with evidence.";
const char *const steps_prefix_manual_validation[] = {
    ("Open a support request with Microsoft, service ExpressRoute, prefix validation: " SUPPORT_LINK),
    ("Attach the evidence: documents which show that the registered holder of each prefix lets this ASN announce it "
     "(a Letter of Authorization on the holder's letterhead, or the registry's record). With LACNIC it is always a "
     "request."),
    "State in it: the circuit id (CIRCUIT-ID), the peering, peer and customer ASN, the registry, and each prefix.",
    "A private ASN always needs this step; a public customer ASN and a route object avoid it.",
    WAY_BACK,
    NULL,
};

const char meaning_prefix_validation_failed[] =
    "Microsoft has refused a prefix: the validation failed, the ASN does not fit, no certificate is in the registry, "
    "or the signature is unreadable or wrong. The routes of that prefix are not accepted until this is corrected.";
const char *const steps_prefix_validation_failed[] = {
    ("See which prefix was refused and why: " LOOK),
    ("ValidationFailed: open a support request with Microsoft with proof that the registered holder lets this ASN "
     "announce the prefix, such as a Letter of Authorization: " SUPPORT_LINK),
    ("AsnValidationFailed: make the origin of the route object in the registry equal to the peering's customer ASN "
     "(or peer ASN), then submit again."),
    ("CertificateMissingInRoutingRegistry: publish the certificate in the public remarks of the prefix' record in the "
     "registry (ARIN: comments; RIPE, APNIC, AFRINIC: remarks of the inetnum), then submit again."),
    "InvalidSignatureEncoding: submit the signature as base64 on one line, 344 characters for RSA-2048.",
    ("SignatureVerificationFailed: sign the exact validation id with SHA-256 and the key of the published "
     "certificate; a newline at the end of the signed text is the usual mistake."),
    WAY_BACK,
    NULL,
};

const char meaning_prefix_set_differs[] =
    "The prefixes that the peering advertises are not those of expect.prefixes: some are missing, or there are more. "
    "Routes of a missing prefix are filtered at Microsoft's edge.";
const char *const steps_prefix_set_differs[] = {
    "See who changed them: az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d",
    "If the change was wanted, correct expect.prefixes of the circuit and reload.",
    ("If not, set the list again: az network express-route peering update -g RESOURCE-GROUP --circuit-name "
     "CIRCUIT-NAME -n PEERING-NAME --advertised-public-prefixes PREFIXES (a new prefix has to pass validation)"),
    NULL,
};
