/* Rules 20 to 25, the peerings: what each means and what to do about it, first thing first (rule_text.h). */
#include "core/rule_text.h"

#include <stddef.h>

const char meaning_no_peerings[] =
    "The circuit is usable, but it has no peering: no routing is configured and nothing passes. With a provider that "
    "manages layer 3 Azure's copy may be stale until the circuit is refreshed.";
const char *const steps_no_peerings[] = {
    ("Look at the peerings yourself: az network express-route peering list -g RESOURCE-GROUP --circuit-name "
     "CIRCUIT-NAME"),
    ("If the provider manages layer 3, refresh the circuit first (Refresh in the portal, or az network express-route "
     "update --ids CIRCUIT-ID) and look again."),
    "See who removed them: az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d",
    ("Configure the peering again: peer ASN, VLAN and the two peer subnets are in your router's configuration; or ask "
     "PROVIDER, if they manage layer 3."),
    NULL,
};

const char meaning_peering_missing[] =
    "An expected peering, or an expected address family of it, is not there. With a provider that manages layer 3 "
    "Azure's copy may be stale until the circuit is refreshed.";
const char *const steps_peering_missing[] = {
    ("Look at the peerings yourself: az network express-route peering list -g RESOURCE-GROUP --circuit-name "
     "CIRCUIT-NAME"),
    ("If the provider manages layer 3, refresh the circuit first (Refresh in the portal, or az network express-route "
     "update --ids CIRCUIT-ID) and look again."),
    "See who removed it: az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d",
    ("Configure it again with the ASN, VLAN and peer subnets of your router; or correct expect.peerings or "
     "expect.families in the settings."),
    NULL,
};

const char meaning_peering_disabled[] =
    "A peering, or one address family of it, is administratively off (state Disabled). Microsoft's edge keeps the "
    "sessions of that family down. A peering that only has IPv6 shows Disabled for IPv4; that means nothing and is "
    "not reported.";
const char *const steps_peering_disabled[] = {
    ("See who disabled it and whether that work is still going on: az monitor activity-log list --resource-id "
     "CIRCUIT-ID --offset 7d"),
    ("Enable it: az network express-route peering update -g RESOURCE-GROUP --circuit-name CIRCUIT-NAME -n "
     "PEERING-NAME --set state=Enabled (for IPv6: --set ipv6PeeringConfig.state=Enabled)"),
    ("Check that the sessions come up: Get-AzExpressRouteCircuitRouteTableSummary -ResourceGroupName RESOURCE-GROUP "
     "-ExpressRouteCircuitName CIRCUIT-NAME -PeeringType PEERING-NAME -DevicePath Primary"),
    NULL,
};

const char meaning_peering_operation_failed[] =
    "The last operation on the peering's object in Azure failed (provisioningState Failed or Canceled). This is no "
    "outage: the sessions may be up as before. But what was to be changed is not in force, and further changes may "
    "be refused.";
const char *const steps_peering_operation_failed[] = {
    "See which change failed, and why: az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d",
    ("Read the circuit and write it back unchanged (refresh): $c = Get-AzExpressRouteCircuit -Name CIRCUIT-NAME "
     "-ResourceGroupName RESOURCE-GROUP; Set-AzExpressRouteCircuit -ExpressRouteCircuit $c"),
    ("Do the change again; if it fails again, open a support request with Microsoft with its correlation id: "
     SUPPORT_LINK),
    NULL,
};

const char meaning_peering_unexpected[] =
    "The circuit has a peering that expect.peerings does not name. It is watched only for this; nothing else about "
    "it is judged.";
const char *const steps_peering_unexpected[] = {
    "If it is wanted, add it to expect.peerings of the circuit and reload.",
    ("If it is not, find out who made it (az monitor activity-log list --resource-id CIRCUIT-ID --offset 7d) and "
     "remove it."),
    NULL,
};

const char meaning_route_filter_missing[] =
    "A Microsoft peering has no route filter attached. Without one Microsoft announces no routes to your network, "
    "even though the sessions are up.";
const char *const steps_route_filter_missing[] = {
    "See whether the filter was deleted or only detached: az network route-filter list -g RESOURCE-GROUP",
    ("Attach a route filter with the communities you need: az network express-route peering update -g RESOURCE-GROUP "
     "--circuit-name CIRCUIT-NAME -n PEERING-NAME --route-filter FILTER-ID"),
    WAY_BACK,
    NULL,
};
