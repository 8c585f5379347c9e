/*
 * Every recorded circuit and peering, and what must be concluded from it. The rows were written by a second,
 * independent reader of the same bodies; what each of them stands for is in the second text.
 */
#include "azure/text.h"
#include "azure_data.h"
#include "leaks.h"

#include <ctype.h>

TestSuite(azure_circuit, .fini = leaks_fail);

static struct sample sample;

struct circuit_row {
    const char *file, *what, *circuit, *peerings;
};

static const struct circuit_row circuits[] = {
    { "circuit-enabled-notprovisioned-succeeded-ms-configured-v6.json",
      "the families have states of their own; an older version without a service tag; the provider has not begun",
      "Enabled/NotProvisioned/Succeeded ps9452 brazilsouth equinix/Silicon Valley 1000M Premium-MeteredData key=6aeb "
      "stag=0",
      "[microsoft Succeeded by=customer as=12076/44 vlan=555 v4 Enabled 192.171.1.0/30 192.171.2.0/30 filter "
      "Configured as=1000 AFRINIC 11.2.3.4/30 12.2.3.4/30 v6 Enabled fc00::/126 fc00::/126 ValidationNeeded as=2000 "
      "RADB fc02::1/128]" },
    { "circuit-enabled-notprovisioned-succeeded-ms-configured.json",
      "an older version without a service tag; the provider has not begun",
      "Enabled/NotProvisioned/Succeeded ps9452 brazilsouth equinix/Silicon Valley 1000M Premium-MeteredData key=6aeb "
      "stag=0",
      "[microsoft Succeeded by=customer as=12076/33 vlan=224 v4 Enabled 192.171.1.0/30 192.171.2.0/30 Configured "
      "as=1000 AFRINIC 11.2.3.4/30 12.2.3.4/30]" },
    { "circuit-enabled-notprovisioned-succeeded-ms-v6-disabled.json",
      "IPv6 only: the outer Disabled speaks of no family in use; an older version without a service tag; the provider "
      "has not begun",
      "Enabled/NotProvisioned/Succeeded ps9452 brazilsouth equinix/Silicon Valley 1000M Premium-MeteredData key=6aeb "
      "stag=0",
      "[microsoft Succeeded by=customer as=12076/44 vlan=555 v4 Disabled unused v6 Enabled fc00::/126 fc00::/126 "
      "ValidationNeeded as=2000 RADB fc02::1/128]" },
    { "circuit-enabled-notprovisioned-succeeded-ms-validationneeded.json",
      "Enabled, and the prefixes are not usable all the same; the provider has not begun",
      "Enabled/NotProvisioned/Succeeded erc856455 northcentralus Microsoft ER Test/Area51 50M Premium-MeteredData "
      "key=67c1 stag=2",
      "[microsoft Succeeded by=customer as=12076/100 vlan=200 v4 Enabled 123.0.0.0/30 123.0.0.4/30 ValidationNeeded "
      "as=0 NONE 123.1.0.0/24]" },
    { "circuit-enabled-notprovisioned-succeeded-nopeerings.json",
      "an empty list of peerings is not an absent one; the provider has not begun",
      "Enabled/NotProvisioned/Succeeded circuit1 westus Ibiza Test Provider/Area51 50M Premium-MeteredData key=194c "
      "stag=4",
      "" },
    { "circuit-enabled-notprovisioned-succeeded-priv-pub.json",
      "the retired public peering is still told; an older version without a service tag; the provider has not begun",
      "Enabled/NotProvisioned/Succeeded ps1524 brazilsouth equinix/Silicon Valley 1000M Standard-MeteredData key=be1d "
      "stag=0",
      "[private Succeeded by=customer as=12076/100 vlan=22 v4 Enabled 192.168.1.0/30 192.168.2.0/30] [public "
      "Succeeded by=customer as=12076/30 vlan=33 v4 Enabled 192.168.1.0/30 192.168.2.0/30]" },
    { "circuit-enabled-notprovisioned-succeeded-priv.json",
      "an older version without a service tag; the provider has not begun",
      "Enabled/NotProvisioned/Succeeded ps1524 brazilsouth equinix/Silicon Valley 1000M Standard-MeteredData key=be1d "
      "stag=0",
      "[private Succeeded by=customer as=12076/100 vlan=22 v4 Enabled 192.168.1.0/30 192.168.2.0/30]" },
    { "circuit-provisioned-ms-validationneeded-prefixinfo.json",
      "Enabled, and the prefixes are not usable all the same; each prefix has a state of its own",
      "Enabled/Provisioned/Succeeded ps6689 centraluseuap bvtcustomerixp01/boydton 1 dc 200M Premium-MeteredData "
      "key=8b57 stag=25",
      "[microsoft Succeeded by=customer as=12076/33 vlan=224 v4 Enabled 192.171.1.0/30 192.171.2.0/30 "
      "ValidationNeeded as=1000 AFRINIC 11.2.3.4/30=ValidationNeeded]" },
    { "circuit-put-disabled-notprovisioned-updating-nopeerings-2.json",
      "an answer to a change: Disabled while it is being made; the key of all zeros is none; an empty list of "
      "peerings is not an absent one; an older version without a service tag",
      "Disabled/NotProvisioned/Updating circuit1 westus Ibiza Test Provider/Area51 50M Premium-MeteredData key= stag=0",
      "" },
    { "circuit-put-disabled-notprovisioned-updating-nopeerings.json",
      "an answer to a change: Disabled while it is being made; an empty list of peerings is not an absent one",
      "Disabled/NotProvisioned/Updating circuit1 westus Ibiza Test Provider/Area51 50M Premium-MeteredData key=194c "
      "stag=4",
      "" },
    { "spec-circuit-get.json",
      "an empty list of peerings is not an absent one; an older version without a service tag; the provider has not "
      "begun",
      "Enabled/NotProvisioned/Succeeded circuitName westus providerName/peeringLocation 200M Standard-MeteredData "
      "key=98d1 stag=0",
      "" },
    { "xcircuit-disabled-notprovisioned-failed-nopeerings.json",
      "creation failed and left it Disabled; the key of all zeros is none; an empty list of peerings is not an absent "
      "one; Failed is the last operation, not the line; an older version without a service tag",
      "Disabled/NotProvisioned/Failed test westus CenturyLink/Silicon Valley 50M Standard-MeteredData key= stag=0",
      "" },
    { "xcircuit-enabled-notprovisioned-deleting-ms-validationneeded-v6-deleting.json",
      "Enabled, and the prefixes are not usable all the same; the last operation on the microsoft peering is "
      "Deleting; it is being deleted",
      "Enabled/NotProvisioned/Deleting circuit1 westus Ibiza Test Provider/Area51 50M Premium-MeteredData key=561f "
      "stag=3",
      "[microsoft Deleting by=customer as=12076/10002 vlan=103 A51-IBIZA-06GMR-CIS-1-PRI-A "
      "A51-IBIZA-06GMR-CIS-2-SEC-A v4 Enabled 104.0.0.0/30 105.0.0.0/30 ValidationNeeded as=10000 LEVEL3 104.0.0.0/30 "
      "v6 Enabled 2001:db00::/126 2002:db00::/126 ValidationNeeded as=100001 LEVEL3 2001:db00::/126]" },
    { "xcircuit-enabled-notprovisioned-failed-ms-notconfigured-disabled-failed.json",
      "AS 0 until the peering is made; the last operation on the microsoft peering is Failed; Failed is the last "
      "operation, not the line; an older version without a service tag",
      "Enabled/NotProvisioned/Failed erc231118 northcentralus Equinix/Silicon Valley 50M Standard-MeteredData "
      "key=416d stag=0",
      "[microsoft Failed by=? as=0/100 vlan=200 v4 Disabled 123.0.0.0/30 123.0.0.4/30 NotConfigured as=0 NONE "
      "123.1.0.0/24]" },
    { "xcircuit-enabled-notprovisioned-failed-nopeerings.json",
      "an empty list of peerings is not an absent one; Failed is the last operation, not the line",
      "Enabled/NotProvisioned/Failed zb-express eastus CenturyLink Test/Silicon Valley Test 200M Standard-MeteredData "
      "key=32ac stag=13",
      "" },
    { "xcircuit-enabled-notprovisioned-succeeded-ms-validationneeded.json",
      "Enabled, and the prefixes are not usable all the same; the provider has not begun",
      "Enabled/NotProvisioned/Succeeded erc856455 northcentralus Microsoft ER Test/Area51 50M Premium-MeteredData "
      "key=67c1 stag=2",
      "[microsoft Succeeded by=customer as=12076/100 vlan=200 A51-TEST-06GMR-CIS-1-PRI-C A51-TEST-06GMR-CIS-2-SEC-C "
      "v4 Enabled 123.0.0.0/30 123.0.0.4/30 ValidationNeeded as=0 NONE 123.1.0.0/24]" },
    { "xcircuit-enabled-notprovisioned-succeeded-priv-auth-available.json",
      "an older version without a service tag; the provider has not begun; authorizations pass by unread",
      "Enabled/NotProvisioned/Succeeded erc46a218132b87 westcentralus Microsoft ER Test/Area51 50M "
      "Premium-MeteredData key=8c19 stag=0",
      "[private Succeeded by=customer as=12076/100 vlan=200 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 123.0.0.0/30 123.0.0.4/30]" },
    { "xcircuit-enabled-provisioned-deleting-priv-deleting-auth-available.json",
      "the last operation on the private peering is Deleting; it is being deleted; authorizations pass by unread",
      "Enabled/Provisioned/Deleting erc18d7754853f7 westus2 Microsoft ER Test/Area51 50M Premium-MeteredData key=fbb4 "
      "stag=12",
      "[private Deleting by=customer as=12076/100 vlan=200 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 123.0.0.0/30 123.0.0.4/30]" },
    { "xcircuit-enabled-provisioned-failed-ms-notconfigured-disabled-deleting.json",
      "AS 0 until the peering is made; the last operation on the microsoft peering is Deleting; Failed is the last "
      "operation, not the line",
      "Enabled/Provisioned/Failed erc798782 northcentralus Microsoft ER Test/Area51 50M Premium-MeteredData key=d112 "
      "stag=36",
      "[microsoft Deleting by=? as=0/100 vlan=200 v4 Disabled 123.0.0.0/30 123.0.0.4/30 NotConfigured as=0 NONE "
      "123.1.0.0/24]" },
    { "xcircuit-enabled-provisioned-failed-ms-notconfigured-disabled-failed.json",
      "AS 0 until the peering is made; the last operation on the microsoft peering is Failed; Failed is the last "
      "operation, not the line",
      "Enabled/Provisioned/Failed ER-Standard-021518-A eastus Microsoft ER Test/Area51 50M Standard-UnlimitedData "
      "key=43e7 stag=34",
      "[microsoft Failed by=? as=0/65500 vlan=320 v4 Disabled 192.168.1.0/30 192.168.2.0/30 NotConfigured as=0 NONE "
      "1.1.1.1/32]" },
    { "xcircuit-enabled-provisioned-failed-ms-validationneeded-deleting.json",
      "Enabled, and the prefixes are not usable all the same; the last operation on the microsoft peering is "
      "Deleting; Failed is the last operation, not the line",
      "Enabled/Provisioned/Failed er3 westus Microsoft ER Test/Area51 50M Premium-MeteredData key=403e stag=5",
      "[microsoft Deleting by=customer as=12076/4 vlan=100 A51-TEST-06GMR-CIS-1-PRI-C A51-TEST-06GMR-CIS-2-SEC-C v4 "
      "Enabled 192.168.0.0/30 192.168.1.0/30 ValidationNeeded as=0 NONE 192.168.0.0/30 192.168.1.0/30]" },
    { "xcircuit-enabled-provisioned-failed-ms-validationneeded-failed.json",
      "Enabled, and the prefixes are not usable all the same; the last operation on the microsoft peering is Failed; "
      "Failed is the last operation, not the line",
      "Enabled/Provisioned/Failed StandardSKU-032018 westcentralus Microsoft ER Test/Denver Test 50M "
      "Standard-UnlimitedData key=b2e2 stag=5",
      "[microsoft Failed by=customer as=12076/65001 vlan=300 DNA-TEST-06GMR-CIS-1-PRI-A DNA-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 192.168.0.0/30 192.168.1.0/30 ValidationNeeded as=0 NONE 1.1.1.1/32]" },
    { "xcircuit-enabled-provisioned-failed-ms-validationneeded-updating.json",
      "Enabled, and the prefixes are not usable all the same; the last operation on the microsoft peering is "
      "Updating; Failed is the last operation, not the line",
      "Enabled/Provisioned/Failed MS-Peering-Standard westus Microsoft ER Test/Area51 100M Standard-UnlimitedData "
      "key=edbf stag=31",
      "[microsoft Updating by=customer as=12076/65500 vlan=320 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A "
      "v4 Enabled 192.168.1.0/30 192.168.2.0/30 ValidationNeeded as=0 NONE 1.1.1.1/32]" },
    { "xcircuit-enabled-provisioned-failed-nopeerings-auth-available.json",
      "an empty list of peerings is not an absent one; Failed is the last operation, not the line; authorizations "
      "pass by unread",
      "Enabled/Provisioned/Failed er-prod-private-att-dc eastus Microsoft ER Test/Area51 1000M Premium-UnlimitedData "
      "key=5a52 stag=41",
      "" },
    { "xcircuit-enabled-provisioned-failed-priv-deleting-auth-available.json",
      "the last operation on the private peering is Deleting; Failed is the last operation, not the line; "
      "authorizations pass by unread",
      "Enabled/Provisioned/Failed erc18d7754853f7 westus2 Microsoft ER Test/Area51 50M Premium-MeteredData key=fbb4 "
      "stag=12",
      "[private Deleting by=customer as=12076/100 vlan=200 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 123.0.0.0/30 123.0.0.4/30]" },
    { "xcircuit-enabled-provisioned-failed-priv-deleting.json",
      "the private peering holds a prefix state, which means nothing there; the last operation on the private peering "
      "is Deleting; Failed is the last operation, not the line",
      "Enabled/Provisioned/Failed er3 westus Microsoft ER Test/Area51 50M Premium-MeteredData key=403e stag=5",
      "[private Deleting by=customer as=12076/100 vlan=100 A51-TEST-06GMR-CIS-1-PRI-C A51-TEST-06GMR-CIS-2-SEC-C v4 "
      "Enabled 192.168.1.0/30 192.168.2.0/30 NotConfigured as=0 NONE]" },
    { "xcircuit-enabled-provisioned-failed-priv-failed.json",
      "the last operation on the private peering is Failed; Failed is the last operation, not the line",
      "Enabled/Provisioned/Failed tf-er2 eastus Microsoft ER Test/Area51 50M Standard-MeteredData key=4ab7 stag=3",
      "[private Failed by=customer as=12076/100 vlan=100 v4 Enabled 192.168.1.0/30 192.168.1.0/30]" },
    { "xcircuit-enabled-provisioned-failed-priv-updating.json",
      "the private peering holds a prefix state, which means nothing there; the last operation on the private peering "
      "is Updating; Failed is the last operation, not the line",
      "Enabled/Provisioned/Failed tf-er eastus Microsoft ER Test/Area51 50M Standard-MeteredData key=f460 stag=2",
      "[private Updating by=customer as=12076/100 vlan=100 v4 Enabled 192.168.1.0/30 192.168.2.0/30 NotConfigured "
      "as=0 NONE]" },
    { "xcircuit-enabled-provisioned-succeeded-ms-configured-priv.json",
      "a healthy one",
      "Enabled/Provisioned/Succeeded MS-Peering-IPv6-F eastus Microsoft ER Test/Area51 50M Premium-MeteredData "
      "key=8498 stag=27",
      "[private Succeeded by=customer as=12076/33138 vlan=700 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A "
      "v4 Enabled 206.212.160.128/30 206.212.160.132/30] [microsoft Succeeded by=customer as=12076/33138 vlan=300 "
      "A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 Enabled 206.212.160.136/30 206.212.160.140/30 "
      "Configured as=0 NONE 172.85.63.224/27 172.85.62.224/27 172.85.62.2/32 172.85.62.3/32 172.85.62.4/32 "
      "172.85.62.5/32 172.85.63.2/32 172.85.63.3/32 172.85.63.4/32 172.85.63.5/32 206.212.176.12/32 206.212.176.13/32 "
      "206.212.176.14/32 206.212.139.1/32 206.212.139.2/32 206.212.136.0/26]" },
    { "xcircuit-enabled-provisioned-succeeded-ms-v6-disabled.json",
      "IPv6 only: the outer Disabled speaks of no family in use",
      "Enabled/Provisioned/Succeeded MS-Peering-IPv6-B eastus Microsoft ER Test/Area51 50M Premium-MeteredData "
      "key=63b5 stag=24",
      "[microsoft Succeeded by=customer as=12076/11179 vlan=3346 A51-TEST-06GMR-CIS-1-PRI-A "
      "A51-TEST-06GMR-CIS-2-SEC-A v4 Disabled unused v6 Enabled be37:44bd:8630:7a0:2a3d:ff95:dd33:42f0/126 "
      "be37:44bd:8630:7a0:2a3d:ff95:dd34:42f0/126 ValidationNeeded as=0 ARIN "
      "be37:44bd:8630:7a0:2a3d:ff95:dd35:42f0/126]" },
    { "xcircuit-enabled-provisioned-succeeded-ms-validationneeded.json",
      "Enabled, and the prefixes are not usable all the same",
      "Enabled/Provisioned/Succeeded tf-er-spt1 eastus Microsoft ER Test/Sao Paulo Test 50M Standard-MeteredData "
      "key=8e65 stag=23",
      "[microsoft Succeeded by=customer as=12076/4 vlan=100 SAO-TEST-06GMR-CIS-1-PRI-A SAO-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 192.168.0.0/30 192.168.1.0/30 ValidationNeeded as=0 NONE 192.168.0.0/30 192.168.1.0/30]" },
    { "xcircuit-enabled-provisioned-succeeded-nopeerings-auth-available.json",
      "an empty list of peerings is not an absent one; authorizations pass by unread",
      "Enabled/Provisioned/Succeeded vinayaTestCircuit northeurope Microsoft ER Test/Area51 200M "
      "Premium-UnlimitedData key=a2bd stag=7",
      "" },
    { "xcircuit-enabled-provisioned-succeeded-priv-2.json",
      "a healthy one",
      "Enabled/Provisioned/Succeeded tf-er3 eastus Microsoft ER Test/Area51 50M Standard-MeteredData key=3b6b stag=4",
      "[private Succeeded by=customer as=12076/100 vlan=100 v4 Enabled 192.168.1.0/30 192.168.1.0/30]" },
    { "xcircuit-enabled-provisioned-succeeded-priv-auth-available.json",
      "authorizations pass by unread",
      "Enabled/Provisioned/Succeeded SwaggerExample3 westus Microsoft ER Test/Area51 200M Premium-MeteredData "
      "key=98d1 stag=33",
      "[private Succeeded by=customer as=12076/100 vlan=200 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 10.0.0.0/30 10.0.0.4/30]" },
    { "xcircuit-enabled-provisioned-succeeded-priv-byprovider.json",
      "the provider made the peering",
      "Enabled/Provisioned/Succeeded tf-denver2 eastus Microsoft ER Test/Denver Test 50M Standard-MeteredData "
      "key=f276 stag=26",
      "[private Succeeded by=provider as=12076/200 vlan=200 DNA-TEST-06GMR-CIS-1-PRI-A DNA-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 192.168.16.252/30 192.168.18.252/30]" },
    { "xcircuit-enabled-provisioned-succeeded-priv-ms-validationneeded-auth-available.json",
      "the private peering holds a prefix state, which means nothing there; Enabled, and the prefixes are not usable "
      "all the same; authorizations pass by unread",
      "Enabled/Provisioned/Succeeded vinayaCircuit westus Microsoft ER Test/Area51 50M Premium-UnlimitedData key=171f "
      "stag=28",
      "[private Succeeded by=customer as=12076/201 vlan=100 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 10.1.1.0/30 11.1.1.0/30 NotConfigured as=0 NONE] [microsoft Succeeded by=customer as=12076/11111 "
      "vlan=111 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 Enabled 192.168.0.0/30 192.167.0.0/30 "
      "ValidationNeeded as=0 NONE 192.163.0.0/30]" },
    { "xcircuit-enabled-provisioned-succeeded-priv-pub-auth-available-used.json",
      "the private peering holds a prefix state, which means nothing there; the public peering holds a prefix state, "
      "which means nothing there; the retired public peering is still told; authorizations pass by unread",
      "Enabled/Provisioned/Succeeded PortalTestProvisioned2 eastus Microsoft ER Test/Area51 10000M "
      "Premium-UnlimitedData key=d729 stag=5",
      "[private Succeeded by=customer as=12076/22 vlan=125 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 10.1.0.0/30 20.1.0.0/30 NotConfigured as=0 NONE] [public Succeeded by=customer as=12076/1212 vlan=323 "
      "A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 Enabled 192.168.0.0/30 192.167.0.0/30 NotConfigured "
      "as=0 NONE]" },
    { "xcircuit-enabled-provisioned-succeeded-priv.json",
      "the private peering holds a prefix state, which means nothing there",
      "Enabled/Provisioned/Succeeded ER4Bugfix westus Ibiza Test Provider/Area51 50M Standard-UnlimitedData key=ea21 "
      "stag=7",
      "[private Succeeded by=customer as=12076/111 vlan=343 A51-IBIZA-06GMR-CIS-1-PRI-A A51-IBIZA-06GMR-CIS-2-SEC-A "
      "v4 Enabled 192.168.0.0/30 192.167.0.0/30 NotConfigured as=0 NONE]" },
    { "xcircuit-enabled-provisioning-failed-nopeerings.json",
      "an empty list of peerings is not an absent one; Failed is the last operation, not the line; the provider is at "
      "work",
      "Enabled/Provisioning/Failed circuit1 westus Microsoft ER Test/Area51 50M Premium-MeteredData key=a575 stag=44",
      "" },
    { "xcircuit-enabled-provisioning-succeeded-ms-v6-disabled.json",
      "IPv6 only: the outer Disabled speaks of no family in use; the provider is at work",
      "Enabled/Provisioning/Succeeded MS-Peering-IPv6-A eastus Microsoft ER Test/Area51 50M Premium-MeteredData "
      "key=d7d9 stag=23",
      "[microsoft Succeeded by=customer as=12076/11179 vlan=3346 A51-TEST-06GMR-CIS-1-PRI-A "
      "A51-TEST-06GMR-CIS-2-SEC-A v4 Disabled unused v6 Enabled 2402:3dc0::/126 2402:3dc0::4/126 ValidationNeeded "
      "as=0 ARIN 2402:3dc1::/126]" },
    { "xcircuit-enabled-provisioning-succeeded-nopeerings-auth-available.json",
      "an empty list of peerings is not an absent one; the provider is at work; authorizations pass by unread",
      "Enabled/Provisioning/Succeeded SwaggerExample4 westus Microsoft ER Test/Area51 200M Standard-MeteredData "
      "key=f609 stag=37",
      "" },
    { "xcircuit-enabled-provisioning-succeeded-priv-2.json",
      "the provider is at work",
      "Enabled/Provisioning/Succeeded tf-er-spt1 eastus Microsoft ER Test/Sao Paulo Test 50M Standard-MeteredData "
      "key=8e65 stag=23",
      "[private Succeeded by=customer as=12076/100 vlan=100 SAO-TEST-06GMR-CIS-1-PRI-A SAO-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 192.168.1.0/30 192.168.1.0/30]" },
    { "xcircuit-enabled-provisioning-succeeded-priv.json",
      "the private peering holds a prefix state, which means nothing there; the provider is at work",
      "Enabled/Provisioning/Succeeded TestERPRoviderExperience eastus Microsoft ER Test/Area51 50M "
      "Premium-UnlimitedData key=ac62 stag=8",
      "[private Succeeded by=customer as=12076/1111 vlan=111 A51-TEST-06GMR-CIS-1-PRI-A A51-TEST-06GMR-CIS-2-SEC-A v4 "
      "Enabled 192.168.0.0/30 192.167.0.0/30 NotConfigured as=0 NONE]" },
};

struct peering_row {
    const char *file, *what, *peering;
};

/* Bodies of a peering alone; the test puts each into a circuit. */
static const struct peering_row peerings[] = {
    { "peering-ms-enabled-succeeded-validationneeded-v6-validationneeded.json",
      "Enabled, and the prefixes are not usable all the same",
      "[microsoft Succeeded by=customer as=12076/10002 vlan=103 A51-IBIZA-06GMR-CIS-1-PRI-A "
      "A51-IBIZA-06GMR-CIS-2-SEC-A v4 Enabled 104.0.0.0/30 105.0.0.0/30 ValidationNeeded as=10000 LEVEL3 104.0.0.0/30 "
      "v6 Enabled 2001:db00::/126 2002:db00::/126 ValidationNeeded as=100001 LEVEL3 2001:db00::/126]" },
    { "peering-ms-enabled-succeeded-validationneeded.json", "Enabled, and the prefixes are not usable all the same",
      "[microsoft Succeeded by=customer as=12076/10002 vlan=103 A51-IBIZA-06GMR-CIS-1-PRI-A "
      "A51-IBIZA-06GMR-CIS-2-SEC-A v4 Enabled 104.0.0.0/30 105.0.0.0/30 ValidationNeeded as=10000 LEVEL3 "
      "104.0.0.0/30]" },
    { "peering-priv-enabled-succeeded.json", "a healthy one",
      "[private Succeeded by=customer as=12076/10001 vlan=101 A51-IBIZA-06GMR-CIS-1-PRI-A A51-IBIZA-06GMR-CIS-2-SEC-A "
      "v4 Enabled 102.0.0.0/30 103.0.0.0/30]" },
    { "peering-put-ms-disabled-updating-notconfigured-noport.json",
      "AS 0 until the peering is made; the last operation on the microsoft peering is Updating",
      "[microsoft Updating by=? as=0/100 vlan=200 v4 Disabled 123.0.0.0/30 123.0.0.4/30 NotConfigured as=0 NONE "
      "123.1.0.0/24]" },
    { "peering-put-ms-enabled-updating-notconfigured-noport.json",
      "AS 0 until the peering is made; the last operation on the microsoft peering is Updating",
      "[microsoft Updating by=? as=0/10002 vlan=103 v4 Enabled 104.0.0.0/30 105.0.0.0/30 NotConfigured as=10000 "
      "LEVEL3 104.0.0.0/30]" },
    { "peering-put-ms-enabled-updating-validationneeded-v6-notconfigured.json",
      "Enabled, and the prefixes are not usable all the same; the families have states of their own; the last "
      "operation on the microsoft peering is Updating",
      "[microsoft Updating by=customer as=12076/10002 vlan=103 A51-IBIZA-06GMR-CIS-1-PRI-A "
      "A51-IBIZA-06GMR-CIS-2-SEC-A v4 Enabled 104.0.0.0/30 105.0.0.0/30 ValidationNeeded as=10000 LEVEL3 104.0.0.0/30 "
      "v6 Enabled 2001:db00::/126 2002:db00::/126 NotConfigured as=100001 LEVEL3 2001:db00::/126]" },
    { "peering-put-ms-enabled-updating-validationneeded.json",
      "Enabled, and the prefixes are not usable all the same; the last operation on the microsoft peering is Updating",
      "[microsoft Updating by=customer as=12076/101 vlan=300 A51-TEST-06GMR-CIS-1-PRI-C A51-TEST-06GMR-CIS-2-SEC-C v4 "
      "Enabled 123.0.0.0/30 123.0.0.8/30 ValidationNeeded as=0 NONE 123.1.0.0/24]" },
    { "peering-put-priv-enabled-updating-noport.json",
      "AS 0 until the peering is made; the last operation on the private peering is Updating",
      "[private Updating by=? as=0/10001 vlan=101 v4 Enabled 102.0.0.0/30 103.0.0.0/30]" },
    { "peering-put-priv-enabled-updating.json", "the last operation on the private peering is Updating",
      "[private Updating by=customer as=12076/10001 vlan=200 A51-IBIZA-06GMR-CIS-1-PRI-A A51-IBIZA-06GMR-CIS-2-SEC-A "
      "v4 Enabled 102.0.0.0/30 103.0.0.0/30]" },
};

/* The id as the answer has it; its own reader must be told it. */
static void own_id(const char *body, size_t len, char id[512])
{
    const char *at = body + text_find(body, len, "\"id\"");
    cr_assert(at < body + len);
    const char *open = memchr(at + 4, '"', len - (size_t)(at + 4 - body));
    cr_assert_not_null(open);
    size_t size = strcspn(open + 1, "\"");
    cr_assert(size < 512);
    memcpy(id, open + 1, size);
    id[size] = '\0';
}

static const char *all_of(const struct sample *s, struct page_text *out, void (*write)(struct page_text *,
                                                                                    const struct sample *))
{
    out->len = 0;
    out->text[0] = '\0';
    write(out, s);
    return out->text[0] == ' ' ? out->text + 1 : out->text;
}

static void expect_circuit(const struct circuit_row *row, const char *body, size_t len)
{
    struct azure_reply reply = reply_of(200, body, len);
    struct failure why;
    struct page_text text;
    char id[512];

    own_id(body, len, id);
    enum azure_result result = arm_read_circuit(&reply, id, &sample, &why);
    cr_assert_eq(result, AZURE_OK, "%s (%s): %s", row->file, row->what, why.what);
    cr_expect_str_eq(all_of(&sample, &text, put_circuit), row->circuit, "%s: %s", row->file, row->what);
    cr_expect_str_eq(all_of(&sample, &text, put_peerings), row->peerings, "%s: %s", row->file, row->what);
    check_sample(&sample);
}

Test(azure_circuit, every_recorded_circuit)
{
    for (size_t i = 0; i < sizeof circuits / sizeof *circuits; i++) {
        size_t len;
        char *body = data_read(circuits[i].file, &len);
        expect_circuit(&circuits[i], body, len);
        free(body);
    }
}

Test(azure_circuit, every_recorded_circuit_behind_a_byte_order_mark)
{
    for (size_t i = 0; i < sizeof circuits / sizeof *circuits; i++) {
        size_t len;
        char *body = data_read(circuits[i].file, &len);
        char *marked = malloc(len + 3);
        memcpy(marked, "\xEF\xBB\xBF", 3);
        memcpy(marked + 3, body, len);
        expect_circuit(&circuits[i], marked, len + 3);
        free(marked);
        free(body);
    }
}

#define WRAP_ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c"

Test(azure_circuit, every_recorded_peering)
{
    for (size_t i = 0; i < sizeof peerings / sizeof *peerings; i++) {
        const struct peering_row *row = &peerings[i];
        static char whole[16384];
        struct page_text text;
        struct failure why;
        size_t len;
        char *body = data_read(row->file, &len);

        snprintf(whole, sizeof whole, "{\"id\":\"%s\",\"properties\":{\"peerings\":[%.*s]}}", WRAP_ID, (int)len, body);
        free(body);
        struct azure_reply reply = reply_text(200, whole);
        cr_assert_eq(arm_read_circuit(&reply, WRAP_ID, &sample, &why), AZURE_OK, "%s: %s", row->file, why.what);
        cr_expect_str_eq(all_of(&sample, &text, put_peerings), row->peering, "%s: %s", row->file, row->what);
        cr_expect_eq(sample.peering_count, 1);
    }
}

/* ---- of our own ---- */

#define HEAD "{\"id\":\"" WRAP_ID "\",\"properties\":{"
#define KEY(key) HEAD "\"peerings\":[],\"serviceKey\":\"" key "\"}}"
#define STATES "(absent)/(absent)/(absent)"

static const struct circuit_row own[] = {
    { KEY("cea82935-0545-49e4-982d-77e8526d8b57"), "the last four characters of the key, and no more",
      STATES " c  / 0M - key=8b57 stag=0", "" },
    { KEY("00000000-0000-0000-0000-000000000000"), "zeros are no key", STATES " c  / 0M - key= stag=0", "" },
    { KEY("abcd"), "four of a short one would be the whole of it", STATES " c  / 0M - key= stag=0", "" },
    { KEY("cea82935-0545-49e4-982d-77e8526d\\u001b[0m"), "what is no key shows nothing", STATES " c  / 0M - key= stag=0",
      "" },
    { HEAD "\"peerings\":[],\"expressRoutePort\":{\"id\":\"/p\"},\"bandwidthInGbps\":2.5}}",
      "on a Direct port in Gbit/s", STATES " direct c  / 2500M - key= stag=0", "" },
    { HEAD "\"peerings\":[],\"expressRoutePort\":null,\"serviceProviderProperties\":null}}", "null is no Direct port",
      STATES " c  / 0M - key= stag=0", "" },
    { HEAD "\"peerings\":[],\"bandwidthInGbps\":10,\"serviceProviderProperties\":{\"bandwidthInMbps\":200}}}",
      "the provider's figure first", STATES " c  / 200M - key= stag=0", "" },
    { HEAD "\"peerings\":[],\"serviceProviderProperties\":{\"bandwidthInMbps\":0},\"bandwidthInGbps\":10}}",
      "unless it is none", STATES " c  / 10000M - key= stag=0", "" },
    { HEAD "\"peerings\":[{\"name\":\"azureprivatepeering\",\"properties\":{\"state\":\"Enabled\"}}]}}",
      "without a type the name decides", STATES " c  / 0M - key= stag=0",
      "[private (absent) by=? as=0/0 vlan=0 v4 Enabled unused]" },
    { HEAD "\"peerings\":[{\"name\":\"mine\",\"properties\":{\"peeringType\":\"MicrosoftPeering\",\"state\":\"\"}}]}}",
      "the type decides over a name of one's own; an empty state is absent", STATES " c  / 0M - key= stag=0",
      "[microsoft (absent) by=? as=0/0 vlan=0 v4 (absent) unused]" },
    { HEAD "\"peerings\":[{\"name\":\"Other\",\"properties\":{\"state\":\"Odd\",\"microsoftPeeringConfig\":{"
           "\"advertisedPublicPrefixes\":[\"11.0.0.0/8\"]}}},{\"name\":\"AzurePrivatePeering\"}]}}",
      "a kind that nobody knows yet leaves nothing behind", STATES " c  / 0M - key= stag=0",
      "[private (absent) by=? as=0/0 vlan=0 v4 (absent) unused]" },
    { HEAD "\"peerings\":[{\"name\":\"AzurePrivatePeering\",\"properties\":{\"primaryPeerAddressPrefix\":\"\","
           "\"secondaryPeerAddressPrefix\":\"10.0.0.6/30\",\"ipv6PeeringConfig\":null,\"peerASN\":4294967295}}]}}",
      "one subnet is a family in use; null is no IPv6", STATES " c  / 0M - key= stag=0",
      "[private (absent) by=? as=0/4294967295 vlan=0 v4 (absent) 10.0.0.4/30]" },
    { HEAD "\"peerings\":[{\"name\":\"MicrosoftPeering\",\"properties\":{\"ipv6PeeringConfig\":{\"routeFilter\":{"
           "\"id\":\"/f\"},"
           "\"state\":\"Enabled\"},\"state\":\"Disabled\",\"routeFilter\":{\"id\":\"\"},\"primaryPeerAddressPrefix\":"
           "\"x\"}}]}}",
      "the inner filter is IPv6's; an empty one is none; what is behind the inner part is IPv4's",
      STATES " c  / 0M - key= stag=0", "[microsoft (absent) by=? as=0/0 vlan=0 v4 Disabled v6 Enabled filter]" },
    { HEAD "\"peerings\":[{\"name\":\"AzurePrivatePeering\",\"properties\":{\"primaryPeerAddressPrefix\":\"\","
           "\"secondaryPeerAddressPrefix\":\"\"}}]}}",
      "empty subnets are no family in use", STATES " c  / 0M - key= stag=0",
      "[private (absent) by=? as=0/0 vlan=0 v4 (absent) unused]" },
    { HEAD
      "\"peerings\":[],\"serviceProviderProvisioningState\":\" provisioned\"},\"sku\":null,\"tags\":{\"id\":\"x\"}}",
      "blanks and case, and a tag named like a key", "(absent)/ provisioned/(absent) c  / 0M - key= stag=0", "" },
};

Test(azure_circuit, circuits_of_our_own)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        struct circuit_row row = own[i];
        const char *body = row.file;
        row.file = "own";
        expect_circuit(&row, body, strlen(body));
    }
}

Test(azure_circuit, an_unknown_kind_is_counted_and_its_prefixes_are_not_kept)
{
    static const char body[] = HEAD "\"peerings\":[{\"name\":\"Other\",\"properties\":{\"microsoftPeeringConfig\":{"
                                    "\"advertisedPublicPrefixes\":[\"11.0.0.0/8\"]}}}]}}";
    struct azure_reply reply = reply_text(200, body);
    struct failure why;

    cr_assert_eq(arm_read_circuit(&reply, WRAP_ID, &sample, &why), AZURE_OK);
    cr_expect_eq(sample.peering_count, 1, "the list is not empty");
    cr_expect_eq(sample.prefix_count, 0);
}

Test(azure_circuit, equal_answers_are_equal_bytes)
{
    /* whatever the scratch sample held before */
    size_t len, first_size;
    char *body = data_read("circuit-provisioned-ms-validationneeded-prefixinfo.json", &len);
    struct azure_reply reply = reply_of(200, body, len);
    struct failure why;
    char id[512];

    own_id(body, len, id);
    memset(&sample, 0x55, sizeof sample);
    cr_assert_eq(arm_read_circuit(&reply, id, &sample, &why), AZURE_OK);
    void *first = sample_pack(&sample, NULL, &first_size);
    memset(&sample, 0xAA, sizeof sample);
    cr_assert_eq(arm_read_circuit(&reply, id, &sample, &why), AZURE_OK);
    cr_expect(sample_same(first, first_size, NULL, &sample));
    free(first);
    free(body);
}

Test(azure_circuit, a_copy_borrows_the_id_that_its_keeper_knows)
{
    static struct sample again;
    size_t len, whole_size, size;
    char *body = data_read("circuit-provisioned-ms-validationneeded-prefixinfo.json", &len);
    struct azure_reply reply = reply_of(200, body, len);
    struct page_text was = { 0 }, is = { 0 };
    struct failure why;
    char id[512], lower[512], other[512];
    const struct resource_id known = { "", id }, unknown = { "", other };

    own_id(body, len, id);
    for (size_t i = 0; i < sizeof id; i++)
        other[i] = lower[i] = (char)tolower((unsigned char)id[i]);
    other[strlen(other) - 1] ^= 1;
    cr_assert_eq(arm_read_circuit(&reply, id, &sample, &why), AZURE_OK);
    void *whole = sample_pack(&sample, &unknown, &whole_size), *packed = sample_pack(&sample, &known, &size);
    cr_expect_eq(size + strlen(id), whole_size, "another id is none that can be borrowed");
    cr_expect(sample_same(packed, size, &known, &sample) && sample_same(whole, whole_size, &unknown, &sample));
    sample_unpack(packed, size, &known, &again);
    cr_expect_str_eq(sample_text(&again, again.id), lower);
    put_circuit(&was, &sample);
    put_peerings(&was, &sample);
    put_circuit(&is, &again);
    put_peerings(&is, &again);
    cr_expect_str_eq(is.text, was.text, "everything else is as it was");
    sample_unpack(whole, whole_size, &unknown, &again);
    cr_expect_str_eq(sample_text(&again, again.id), id);
    sample.text[sample.location] ^= 1;
    cr_expect_not(sample_same(packed, size, &known, &sample), "a text behind the id is compared");
    free(whole);
    free(packed);
    free(body);
}

Test(azure_circuit, peerings_on_one_port_share_its_name)
{
#define TWO_ID "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/two"
    static const char body[] =
        "{\"id\":\"" TWO_ID "\",\"properties\":{\"peerings\":["
        "{\"name\":\"AzurePrivatePeering\",\"properties\":{\"peeringType\":\"AzurePrivatePeering\","
        "\"primaryAzurePort\":\"LON-PRI-A\",\"secondaryAzurePort\":\"LON-SEC-A\"}},"
        "{\"name\":\"MicrosoftPeering\",\"properties\":{\"peeringType\":\"MicrosoftPeering\","
        "\"primaryAzurePort\":\"LON-PRI-A\",\"secondaryAzurePort\":\"LON-SEC-AB\"}}]}}";
    struct azure_reply reply = reply_of(200, body, sizeof body - 1);
    struct failure why;

    cr_assert_eq(arm_read_circuit(&reply, TWO_ID, &sample, &why), AZURE_OK, "%s", why.what);
    const struct peering_sample *one = &sample.peering[PEERING_PRIVATE], *other = &sample.peering[PEERING_MICROSOFT];
    cr_expect_str_eq(sample_text(&sample, one->port[PATH_PRIMARY]), "LON-PRI-A");
    cr_expect_eq(one->port[PATH_PRIMARY], other->port[PATH_PRIMARY], "kept once");
    cr_expect_str_eq(sample_text(&sample, one->port[PATH_SECONDARY]), "LON-SEC-A");
    cr_expect_str_eq(sample_text(&sample, other->port[PATH_SECONDARY]), "LON-SEC-AB", "the beginning is not all of it");
}

Test(azure_circuit, reads_global_reach_and_no_key)
{
    size_t len;
    char *body = data_read("xcircuit-enabled-provisioned-failed-priv-failed.json", &len);
    struct azure_reply reply = reply_of(200, body, len);
    struct failure why;
    char id[512];

    own_id(body, len, id);
    cr_assert_eq(arm_read_circuit(&reply, id, &sample, &why), AZURE_OK, "%s", why.what);
    cr_assert_eq(sample.link_count, 1);
    const struct link_sample *link = &sample.link[0];
    cr_expect(!link->peered && link->status.code == REACH_CONNECTED && link->operation.code == OPERATION_FAILED);
    cr_expect_str_eq(sample_text(&sample, link->name), "example-ercircuitconnection");
    cr_expect_not_null(strstr(sample_text(&sample, link->peer), "/tf-er-spt2/peerings/"));
    for (size_t at = 0; at < sample.text_len; at++)
        cr_expect_null(strstr(sample.text + at, "REDACTED"), "where the authorisation key was");
    free(body);
}

Test(azure_circuit, reads_what_leads_beyond_a_circuit)
{
    static const char body[] =
        HEAD "\"expressRoutePort\":{\"id\":\"/ports/p1\"},\"peerings\":["
             "{\"name\":\"MicrosoftPeering\",\"properties\":{\"connections\":[{\"name\":\"stray\"}]}},"
             "{\"name\":\"AzurePrivatePeering\",\"properties\":{\"expressRouteConnection\":{\"id\":\"/gateways/g/c\"},"
             "\"connections\":null,\"peeredConnections\":[{\"name\":\"there\",\"properties\":{"
             "\"circuitConnectionStatus\":\"Wobbling\",\"ipv6CircuitConnectionConfig\":{"
             "\"circuitConnectionStatus\":\"Disconnected\"}}}]}}]}}";
    struct azure_reply reply = reply_text(200, body);
    struct failure why;

    cr_assert_eq(arm_read_circuit(&reply, WRAP_ID, &sample, &why), AZURE_OK, "%s", why.what);
    cr_expect_str_eq(sample_text(&sample, sample.port), "/ports/p1");
    cr_expect_str_eq(sample_text(&sample, sample.peering[PEERING_PRIVATE].connection), "/gateways/g/c");
    cr_assert_eq(sample.link_count, 1, "only the private peering's");
    cr_expect(sample.link[0].peered && sample.link[0].status.code == WORD_OTHER);
    cr_expect_str_eq(sample_word(&sample, sample.link[0].status, WORDS_REACH), "Wobbling");
    cr_expect_eq(sample.link[0].ipv6_status.code, REACH_DISCONNECTED);
    cr_expect_eq(sample.link[0].operation.code, WORD_ABSENT);
}
