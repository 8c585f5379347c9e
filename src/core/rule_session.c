/* Rules 40 to 46, BGP sessions and what carries them: meaning and steps (rule_text.h). */
#include "core/rule_text.h"

#include <stddef.h>

#define ROUTER                                                                                                         \
    "Look at your router: port up, light, errors, the VLAN, then the BGP neighbour (show bgp summary); note the last " \
    "reset and its reason."
#define ARP_TABLE                                                                                                      \
    "Ask Microsoft's edge for layer 2: Get-AzExpressRouteCircuitARPTable -ResourceGroupName RESOURCE-GROUP "           \
    "-ExpressRouteCircuitName CIRCUIT-NAME -PeeringType PEERING-NAME -DevicePath PATH (On-Prem with a MAC address: "   \
    "layer 2 is fine; Incomplete: look at your side and the provider's)"

const char meaning_sessions_down[] =
    "Both BGP sessions of a peering are down although circuit, peering and prefixes are in order. Nothing passes on "
    "this peering.";
const char *const steps_sessions_down[] = {
    ROUTER,
    ARP_TABLE,
    "Call PROVIDER: give circuit, peering location, both paths and the time; ask for faults and works on both lines.",
    ("If layer 2 is fine on both paths and your router sees no answer, open a support request with Microsoft: "
     SUPPORT_LINK),
    "Check that traffic has moved to another circuit or a VPN.",
    WAY_BACK,
    NULL,
};

const char meaning_redundancy_lost[] =
    "One of the two BGP sessions of a peering is down, without routes or unsteady. Traffic flows over the other "
    "path; if that one fails too, nothing does. Microsoft's service level needs both.";
const char *const steps_redundancy_lost[] = {
    ROUTER,
    ARP_TABLE,
    "Call PROVIDER: give circuit, peering location, the path and the time; ask for faults and works on that line.",
    "Check Azure Service Health for planned maintenance; Microsoft works on one of its two edge devices at a time.",
    "Do nothing on the path that is still up before this one is back.",
    WAY_BACK,
    NULL,
};

const char meaning_no_routes[] =
    "No path of a peering brings Microsoft's edge as many routes as are expected (min_routes), although at least one "
    "BGP session is established: Microsoft has no way back to your network, and traffic is lost while a session "
    "looks healthy.";
const char *const steps_no_routes[] = {
    ("Look what your router announces to both neighbours (show bgp neighbors ADDRESS advertised-routes): an empty "
     "policy, a prefix list or a missing network statement is the usual cause."),
    ("See what arrives at Microsoft's edge: az network express-route list-route-tables-summary -g RESOURCE-GROUP -n "
     "CIRCUIT-NAME --peering-name PEERING-NAME --path PATH"),
    (ONLY_MICROSOFT " only prefixes that are listed and validated are accepted; private ASNs are removed from "
     "the path."),
    "If PROVIDER manages layer 3, call them.",
    NULL,
};

const char meaning_session_reset[] =
    "A BGP session went down and came back so soon that no loss was told: its uptime began anew, or its availability "
    "metric dipped between two good values. Once is worth a note; three times within an hour is a session that flaps. "
    "This is an event, told once for each reset.";
const char *const steps_session_reset[] = {
    ("Look at your router's log for the reason of the last reset (show bgp neighbors ADDRESS): a cleared session, an "
     "expired hold timer, a link that flapped."),
    "If it happens again and again, compare the times with errors on the port and with CPU load of the router.",
    "Call PROVIDER: give circuit, peering location, the path and the times; ask for flaps and works on that line.",
    "Check Azure Service Health for planned maintenance: sessions are reset when Microsoft works on an edge device.",
    NULL,
};

const char meaning_route_limit_near[] =
    "A BGP session brings nearly as many routes as Microsoft's edge takes (200 on a Microsoft peering; 4000 on a "
    "private one, 10000 with the Premium SKU). One route too many, and the edge takes the session down: both paths "
    "announce the same, so both fall together.";
const char *const steps_route_limit_near[] = {
    "Look what your router announces (show bgp neighbors ADDRESS advertised-routes), and what came to it lately.",
    "Announce summaries instead of single networks, and filter what nobody in Azure needs.",
    ("On a private peering the Premium SKU takes 10000: az network express-route update --ids CIRCUIT-ID --sku-tier "
     "Premium. It costs more, and going back is refused while more than 4000 routes arrive."),
    "If PROVIDER manages layer 3, call them.",
    NULL,
};

const char meaning_arp_incomplete[] =
    "On one path Microsoft's edge cannot resolve the address of your router (ARP is down or Incomplete): layer 2 "
    "between the edge and your router is broken. The place to look is the provider's line, the VLAN tags and your "
    "port.";
const char *const steps_arp_incomplete[] = {
    ("Look at your router: port up, light, errors, the outer and inner VLAN tag, and the address (the first of the "
     "/30)."),
    ARP_TABLE,
    "Call PROVIDER: ask for the state of the line and for the outer VLAN tag (S-tag) of that path.",
    NULL,
};

const char meaning_edge_maintenance[] =
    "The availability metric of a path has fallen although the route summary shows the session as established. "
    "Microsoft is most likely working between its edge and its core. Traffic flows over the other path.";
const char *const steps_edge_maintenance[] = {
    "Check Azure Service Health, planned maintenance, service ExpressRoute / ExpressRoute Circuits.",
    "Do nothing on the other path until this is over.",
    ("If nothing was announced and it lasts longer than an hour, open a support request with Microsoft: " SUPPORT_LINK),
    NULL,
};
