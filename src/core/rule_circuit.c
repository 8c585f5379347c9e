/*
 * Rules 10 to 18, the circuit itself: what each means and what to do about it, first thing first. For the manual, the
 * journal's catalogue and the notices; the notices put names for the words in capitals (rule_text.h).
 */
#include "core/rule_text.h"

#include <stddef.h>

const char meaning_circuit_missing[] =
    "Azure Resource Manager says that the circuit does not exist. A circuit that was seen before counts as gone when "
    "three polls and a GET of its own agree; one that was never seen is most likely a wrong id in the settings. "
    "Nothing else about the circuit can be judged.";
const char *const steps_circuit_missing[] = {
    "Look who deleted it: az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d",
    "If it was moved to another group or subscription, or the id is wrong, correct the id in the settings and reload.",
    "If it was retired, remove it from the settings and reload.",
    ("If it was deleted by mistake: a new circuit has a new service key and has to be ordered from PROVIDER again. "
     "Call PROVIDER at once; ask whether the old port is still patched."),
    NULL,
};

const char meaning_circuit_disabled[] =
    "circuitProvisioningState is Disabled although no operation is running: Microsoft's side of the circuit is off "
    "and nothing passes. While it is being enabled, disabled or changed the state is normal for a while; the rule "
    "then waits for the long hold and is a warning.";
const char *const steps_circuit_disabled[] = {
    ("Open a support request with Microsoft, severity A: " SUPPORT_LINK),
    ("Have at hand: the circuit id (CIRCUIT-ID), the last four characters of the service key, the time, and the "
     "correlation id of the last change from the activity log."),
    "Look what changed last: az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d",
    "If creating the circuit failed (provisioningState Failed), delete it and create it again.",
    NULL,
};

const char meaning_provider_not_provisioned[] =
    "The connectivity provider has not provisioned the circuit: the line between your network and Microsoft's edge "
    "does not exist yet. Azure bills the circuit from its creation. While expect.provider says ordered this is only "
    "noted, until waiting_days are over.";
const char *const steps_provider_not_provisioned[] = {
    ("Hand the service key to PROVIDER (whoever has it can order provisioning, so send it on a trusted way): az "
     "network express-route show --ids CIRCUIT-ID --query serviceKey"),
    "Ask PROVIDER for the order number, the date, and the name of a contact.",
    "Check that peering location, bandwidth and provider of the circuit are those of the order.",
    "If the circuit is no longer wanted, delete it: az network express-route delete --ids CIRCUIT-ID",
    NULL,
};

const char meaning_provider_provisioning[] =
    "The connectivity provider is working on the circuit (Provisioning). It carries no traffic until the state is "
    "Provisioned. While expect.provider says ordered this is only noted, until waiting_days are over.";
const char *const steps_provider_provisioning[] = {
    "Ask PROVIDER for the date on which the circuit will be ready; have the order number at hand.",
    "If it was Provisioned before, ask PROVIDER what they are changing and whether it was announced.",
    "Prepare the peerings meanwhile: ASN, VLAN, two peer subnets, and a router port for each path.",
    NULL,
};

const char meaning_provider_deprovisioning[] =
    "The connectivity provider is taking the circuit down (Deprovisioning). Traffic stops when it is done or has "
    "stopped already. This is worth a call at once, because undoing it gets harder with each step the provider takes.";
const char *const steps_provider_deprovisioning[] = {
    "Find out whether this was ordered: ask whoever owns the contract with PROVIDER.",
    ("If it was not ordered, call PROVIDER's operations now and have it stopped; give circuit, peering location and "
     "order number."),
    ("If it was ordered, set expect.provider of this circuit to none, and delete the circuit when the provider is "
     "done."),
    NULL,
};

const char meaning_deprovisioned[] =
    "The circuit was provisioned before and is not any more: the connectivity provider has taken the line down. "
    "Nothing passes, and Azure goes on billing the circuit until it is deleted.";
const char *const steps_deprovisioned[] = {
    ("Call PROVIDER's operations: ask who ordered the deprovisioning and when, and have the circuit provisioned "
     "again; they need the service key (az network express-route show --ids CIRCUIT-ID --query serviceKey)."),
    ("If it was ordered, delete the circuit (az network express-route delete --ids CIRCUIT-ID); it is billed until "
     "then."),
    ("Check that traffic has moved to another circuit or to a VPN: routes at your edge, and the connections of the "
     "virtual network gateway."),
    NULL,
};

const char meaning_unknown_state[] =
    "A state word is not in any list known to this version, or a state that this object should have is missing. The "
    "word counts as unknown: it raises and clears nothing, and what lies below it is still judged.";
const char *const steps_unknown_state[] = {
    "Look at the object yourself: az network express-route show --ids CIRCUIT-ID",
    "If the circuit works, nothing is urgent: report the word to the authors of erwatch, so that it gets its meaning.",
    ("If it does not work, open a support request with Microsoft and quote the word: " SUPPORT_LINK),
    NULL,
};

const char meaning_operation_failed[] =
    "The last operation on the circuit's object in Azure failed (provisioningState Failed or Canceled). This is no "
    "outage: traffic may flow as before. But changes of its peerings and connections are refused until the object "
    "has been written again.";
const char *const steps_operation_failed[] = {
    ("Read the circuit and write it back unchanged (refresh): $c = Get-AzExpressRouteCircuit -Name CIRCUIT-NAME "
     "-ResourceGroupName RESOURCE-GROUP; Set-AzExpressRouteCircuit -ExpressRouteCircuit $c. The same is Refresh in "
     "the portal, or az network express-route update --ids CIRCUIT-ID"),
    "See which operation failed, and why: az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d",
    ("If it fails again, open a support request with Microsoft with the correlation id of that operation: "
     SUPPORT_LINK),
    NULL,
};

const char meaning_operation_stuck[] =
    "An operation on the circuit or on one of its peerings (Updating, Creating, Deleting) has not ended for longer "
    "than the long hold. Other changes are refused meanwhile, and the states of the peerings cannot be trusted.";
const char *const steps_operation_stuck[] = {
    "See who started what, and when: az monitor activity-log list --resource-id CIRCUIT-ID --offset 1d",
    "Wait if it is a deployment of yours that still runs; start no second one, it would be refused (429 or 409).",
    ("After an hour open a support request with Microsoft with the correlation id of that operation: " SUPPORT_LINK),
    NULL,
};

const char meaning_billed_while_unusable[] =
    "Azure bills a circuit from the day it is created until it is deleted, whether the connectivity provider has "
    "provisioned it or not. This one has been without a provider for longer than waiting_days: it costs money and "
    "carries nothing. That goes for a circuit that is being retired, too.";
const char *const steps_billed_while_unusable[] = {
    "If it is still wanted: ask PROVIDER for the date on which it will be provisioned; they have the service key.",
    ("If it is not, delete it: az network express-route delete --ids CIRCUIT-ID. Azure refuses that while the provider "
     "state is Provisioning or Provisioned; PROVIDER has to deprovision it first."),
    "While it goes on this is told again each week.",
    NULL,
};

const char meaning_attribute_changed[] =
    "What the circuit was ordered or configured as is another thing than before: its SKU, bandwidth, location or "
    "provider, an ASN, a VLAN or a peer prefix of a peering; or its bandwidth is not the one that expect.bandwidth "
    "names. This is an event, told once, with the old and the new value of everything that changed.";
const char *const steps_attribute_changed[] = {
    "If you changed it on purpose, nothing need be done; change expect.bandwidth with it.",
    "If not, see who did, and when: az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d",
    "An ASN, a VLAN or a peer prefix must be the same at your router, or the session does not come back.",
    NULL,
};
