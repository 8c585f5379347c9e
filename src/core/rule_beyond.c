/* Rules 50 to 56, what lies beyond the circuit and what many of them share: meaning and steps (rule_text.h). */
#include "core/rule_text.h"

#include <stddef.h>

const char meaning_connection_down[] =
    "A connection between a virtual network gateway and the circuit is not connected, or its last operation failed, or "
    "one that is expected does not exist. The virtual networks behind that gateway cannot be reached over this circuit.";
const char *const steps_connection_down[] = {
    "Look at the connection: az network vpn-connection show --ids CONNECTION-ID",
    ("Look who changed it: az monitor activity-log list --resource-id CONNECTION-ID --offset 7d (deleted, another circuit, "
     "an authorisation that was taken away?)"),
    ("If its provisioning state is Failed, read and write it back: az network vpn-connection update --ids CONNECTION-ID "
     "--set tags.refreshed=1"),
    ("Look at the gateway behind it: is it being updated, reset or resized? Its connections are down for as long."),
    ("If the circuit is in another subscription, see whether its authorisation still exists: az network express-route "
     "auth list -g RESOURCE-GROUP --circuit-name CIRCUIT-NAME --query [].name"),
    ("If all of that is in order, open a support request with Microsoft: " SUPPORT_LINK),
    NULL,
};

const char meaning_global_reach_down[] =
    "A Global Reach link between the private peering of this circuit and that of another one is disconnected, or its last "
    "operation failed. Networks behind the two circuits do not reach each other through Microsoft's backbone. What Azure "
    "reports as Connected is believed only while the last operation on the link has succeeded.";
const char *const steps_global_reach_down[] = {
    "Look at the other circuit: is it Enabled and Provisioned, and are the sessions of its private peering up?",
    ("Look at the link: az network express-route peering connection list -g RESOURCE-GROUP --circuit-name CIRCUIT-NAME "
     "--peering-name AzurePrivatePeering"),
    ("If its last operation failed, delete the link and create it again with the same /29; it needs a fresh authorisation "
     "of the other circuit when that one is in another subscription."),
    "Check that the /29 of the link overlaps with nothing that either side announces.",
    ("If both circuits are in order, open a support request with Microsoft: " SUPPORT_LINK),
    NULL,
};

const char meaning_port_down[] =
    "A link of an ExpressRoute Direct port is down: it is switched off in Azure (adminState), or its line protocol is not "
    "up. Every circuit on the port loses the path that the link carries; with both links down none of them carries anything.";
const char *const steps_port_down[] = {
    ("If adminState is Disabled, ask who switched it off (activity log), then switch it on: az network express-route port "
     "link update -g RESOURCE-GROUP --port-name PORT-NAME -n LINK --admin-state Enabled"),
    "Look at your own router: port up, optics, errors, light received and sent.",
    "Compare the light levels of the link, in the facts of this notice or in the metrics of the port.",
    "Call the operator of the meet-me room: ask them to check the cross connect with the patch panel and rack in the facts.",
    ("If your side sends light that Microsoft does not receive, or the reverse, open a support request: " SUPPORT_LINK),
    NULL,
};

const char meaning_light_level[] =
    "The light of a link of an ExpressRoute Direct port is outside the band of the settings, or much weaker than a day ago. "
    "The link may still carry traffic; errors, and then its loss, are what comes next.";
const char *const steps_light_level[] = {
    "Compare with your own router: what it sends and receives on that link (show interfaces transceiver).",
    ("Too little light that Microsoft receives: your transmitter, the patch cable, the cross connect. Ask the operator of "
     "the meet-me room to clean and measure it; the patch panel is in the facts."),
    ("Too little light that Microsoft sends: open a support request with Microsoft: " SUPPORT_LINK),
    "Too much light: an attenuator is missing, or the optics are for a longer way.",
    "If these optics are meant to have other levels, say so in the settings (ports.light) and reload.",
    NULL,
};

const char meaning_planned_maintenance[] =
    "Microsoft has announced maintenance for this circuit. It works on one of the two edge devices at a time and moves "
    "traffic away from it beforehand; a circuit that has its sessions and routes on both paths carries on. This is an "
    "event: told when it is announced and again 24 hours before it begins, and once more when the beginning is moved.";
const char *const steps_planned_maintenance[] = {
    ("Read the announcement in Azure Service Health, Planned maintenance, by its tracking id: "
     "https://portal.azure.com/#view/Microsoft_Azure_Health/AzureHealthBrowseBlade/~/plannedMaintenance"),
    "Repair what keeps the other path from carrying all of the traffic before it begins: sessions, routes, bandwidth.",
    "Do no work of your own on the other path in that time.",
    "Tell those who use the circuit, and see that your routers prefer the path that stays (AS path, local preference).",
    NULL,
};

const char meaning_common_cause[] =
    "Many incidents of one rule were raised within alerts.group.wait, and their circuits share a cause: a provider at a "
    "peering location, a subscription, a credential. This one incident is told instead of all of them. It has the worst of "
    "their severities, later ones with the same cause join it, and it is over when none of them is open any more. An "
    "incident that fewer than alerts.group.least others share the cause with after an hour speaks for itself.";
const char *const steps_common_cause[] = { /* for any cause, then one for each enum cause_kind */
    "Look at what they share before you look at any one of them: a status page of the provider, a building, a change.",
    ("One provider at one peering location: call the provider once, with the list of circuits in the facts; ask Microsoft, "
     "too, if the provider sees nothing: " SUPPORT_LINK),
    ("One subscription: who changed it, and when? az monitor activity-log list --subscription SUBSCRIPTION --offset 1h; see "
     "whether it is disabled or over its limits."),
    "One credential: see erwatchctl loop for its requests and tokens, and whether its role was changed.",
    NULL,
};
