"""erwatch-sim beyond circuits: batches of metrics, gateways, Global Reach, ports, health, events, Resource Graph."""
import datetime
import json
import os
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from simulator import NETWORK, SRC, SUBSCRIPTION, VERSION, Simulator, Tap, circuit_id

tap = Tap()
SCENARIO = os.path.join(SRC, "tests", "data", "sim", "beyond.yaml")
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network"
HEALTH = "/providers/Microsoft.ResourceHealth"
OTHER = "00000000-0000-0000-0000-000000000002"
PORT = f"{GROUP}/expressRoutePorts/fibre"


def go_on(sim, to):
    assert sim.ask(f"/_sim/clock?to={to}", "POST").status == 200


def names(reply):
    return [each["name"] for each in reply.json()["value"]]


# ---- metrics ----

def span(minutes=10):
    now = datetime.datetime.now(datetime.timezone.utc)
    return tuple(f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (now - datetime.timedelta(minutes=minutes), now))


def batch(sim, ids, token="always-good", subscription=SUBSCRIPTION, url=None, **more):
    start, end = span()
    form = {"starttime": start, "endtime": end, "interval": "PT1M", "aggregation": "average",
            "metricnamespace": "Microsoft.Network/expressRouteCircuits",
            "metricnames": "BgpAvailability,ArpAvailability", "filter": "PeeringType eq '*' and Peer eq '*'",
            "api-version": "2024-02-01"}
    form.update(more)
    path = f"/subscriptions/{subscription}/metrics:getBatch?{urllib.parse.urlencode(form)}"
    return sim.ask(path, "POST", json.dumps({"resourceids": ids}), token=token, url=url)


def keys(json_value):
    """The names in an object, each once, and of what lies in it."""
    if isinstance(json_value, list):
        return {k for each in json_value for k in keys(each)}
    if isinstance(json_value, dict):
        return set(json_value) | {k for each in json_value.values() for k in keys(each)}
    return set()


def test_batch(sim):
    lon, direct = circuit_id("lon"), circuit_id("direct")
    reply = batch(sim, [lon.upper(), direct])
    values = reply.json()["values"]
    tap.equal([v["resourceid"] for v in values], [lon.upper(), direct], "one value for each resource, ids as given")
    with open(os.path.join(SRC, "tests", "data", "azure", "spec-metrics-batch.json")) as file:
        example = json.load(file)
    tap.equal(list(values[0]), list(example["values"][0]), "the keys of the description's example, in its order")
    tap.equal(keys(values) - keys(example), set(), "… and none that it has not")
    metric = values[0]["value"][0]
    tap.equal((metric["name"]["value"], len(metric["timeseries"]), metric["timeseries"][0]["data"][0]["average"]),
              ("BgpAvailability", 2, 100.0), "BGP by path")
    tap.check("x-ms-ratelimit-remaining-subscription-writes" not in reply.headers, "it costs Resource Manager nothing")
    tap.equal(values[0]["namespace"], "microsoft.network/expressroutecircuits", "the namespace comes in lower case")
    lost = batch(sim, [circuit_id("nobody"), lon]).json()["values"]
    tap.equal([(v["value"][0]["errorCode"], len(v["value"][0]["timeseries"])) for v in lost],
              [("ResourceNotFound", 0), ("Success", 2)], "one that is not there has its own error")
    sim.event({"circuit": "direct", "set": {"metrics_error": "InternalError"}})
    mixed = batch(sim, [lon, direct]).json()["values"]
    tap.equal([v["value"][1]["errorCode"] for v in mixed], ["Success", "InternalError"], "so has one in trouble")
    sim.event({"circuit": "direct", "set": {"metrics_error": None}})
    for ids, more, what in (([lon, circuit_id("ams")], {}, "two regions"), ([lon, PORT], {}, "two types"),
                            ([], {}, "none"),
                            ([lon] * 51, {}, "more than fifty"), ([lon], {"metricnamespace": "x"}, "no namespace"),
                            ([lon], {"metricnames": "x"}, "no metric"), ([lon], {"starttime": "x"}, "no time"),
                            ([lon], {"api-version": "2018-01-01"}, "an old version"),
                            ([lon.replace(SUBSCRIPTION, OTHER)], {}, "another subscription")):
        tap.equal(batch(sim, ids, **more).status, 400, f"refused: {what}")
    tap.equal(len(batch(sim, [lon] * 50).json()["values"]), 50, "fifty are taken")
    tap.equal(batch(sim, [lon], subscription="3").status, 403, "no right to metrics there")
    sim.fault(match={"endpoint": "metrics-batch"}, status=403)
    tap.equal(batch(sim, [lon]).status, 403, "a fault for batches …")
    tap.equal(sim.ask(f"{lon}/providers/Microsoft.Insights/metrics?api-version=2023-10-01").status, 200,
              "… leaves the single call alone")
    sim.clear()


def test_audiences(sim):
    lon = circuit_id("lon")
    arm = sim.sign_in().json()["access_token"]
    own = sim.sign_in(scope="https://metrics.monitor.azure.com/.default").json()["access_token"]
    public = sim.sign_in(scope="https://management.azure.com//.default").json()["access_token"]
    other = sim.sign_in(scope="https://elsewhere.invalid/.default").json()["access_token"]
    local = sim.url.replace("127.0.0.1", "localhost")
    host = sim.sign_in(scope=local + "/.default").json()["access_token"]
    for token, url, circuit, batched, what in (
            (arm, None, 200, 200, "for this address: both, because both are here"),
            (own, None, 401, 200, "for metrics"), (public, None, 200, 401, "for Azure's Resource Manager"),
            (other, None, 401, 401, "for somebody else"),
            (host, local, 200, 200, "for the other name of this address"),
            (arm, local, 401, 401, "for the wrong name")):
        have = (sim.ask(f"{lon}?{VERSION}", token=token, url=url).status, batch(sim, [lon], token, url=url).status)
        tap.equal(have, (circuit, batched), f"a token {what}")


# ---- gateways ----

def test_connections(sim):
    reply = sim.ask(f"{GROUP}/connections?{VERSION}")
    value = reply.json()["value"]
    tap.equal([(c["name"], c["properties"]["connectionType"]) for c in value],
              [("to-lon", "ExpressRoute"), ("office", "IPsec"), ("vnets", "Vnet2Vnet")], "connections of a group")
    tap.check("connectionStatus" not in str(value), "a list says nothing of connectionStatus")
    one = sim.ask(f"{GROUP}/connections/TO-LON?{VERSION}").json()
    tap.equal(one["properties"]["connectionStatus"], "Connected", "a connection alone does")
    tap.equal(one["properties"]["peer"]["id"], circuit_id("lon"), "… and names its circuit")
    tap.check("peer" not in value[1]["properties"], "other types have no circuit")
    tap.equal(sim.ask(f"{GROUP}/connections/none?{VERSION}").code(), "ResourceNotFound", "no such connection")
    hub = f"{GROUP}/expressRouteGateways/hub-gateway"
    wan = sim.ask(f"{hub}/expressRouteConnections/from-hub?{VERSION}").json()
    tap.equal(wan["properties"]["expressRouteCircuitPeering"]["id"],
              circuit_id("ams") + "/peerings/AzurePrivatePeering", "Virtual WAN names the peering")
    tap.equal(names(sim.ask(f"{hub}/expressRouteConnections?{VERSION}")), ["from-hub"], "connections of such a gateway")
    tap.equal(len(sim.ask(f"{hub}?{VERSION}").json()["properties"]["expressRouteConnections"]), 1, "the gateway itself")
    tap.equal(sim.ask(f"{GROUP}/expressRouteGateways/none?{VERSION}").status, 404, "no such gateway")
    sim.event({"connection": "from-*", "set": {"operation": "Failed"}})
    wan = sim.ask(f"{hub}/expressRouteConnections/from-hub?{VERSION}").json()
    tap.equal(wan["properties"]["provisioningState"], "Failed", "a story changes it")
    sim.event({"connection": "office", "set": {"deleted": True}})
    tap.equal(names(sim.ask(f"{GROUP}/connections?{VERSION}")), ["to-lon", "vnets"], "one that is deleted")
    sim.fault(match={"endpoint": "connection", "circuit": "to-*"}, status=500)
    tap.equal([sim.ask(f"{GROUP}/connections/{n}?{VERSION}").status for n in ("to-lon", "vnets")], [500, 200],
              "a fault for one connection")
    sim.clear()


def test_reach(sim):
    peering = f"{circuit_id('lon')}/peerings/AzurePrivatePeering"
    listed = sim.ask(f"{peering}/connections?{VERSION}").json()["value"]
    whole = sim.ask(f"{circuit_id('lon')}?{VERSION}").json()["properties"]["peerings"][0]["properties"]["connections"]
    tap.check(listed == whole and listed[0]["name"] == "to-ams", "Global Reach comes with the circuit, too", whole)
    one = sim.ask(f"{peering}/connections/to-ams?{VERSION}").json()
    tap.equal(one["properties"]["circuitConnectionStatus"], "Connected", "a connection alone")
    tap.equal(one["properties"]["peerExpressRouteCircuitPeering"]["id"],
              circuit_id("ams") + "/peerings/AzurePrivatePeering", "… and its peer")
    tap.equal(sim.ask(f"{peering}/connections/none?{VERSION}").code(), "NotFound", "no such connection")
    sim.event({"circuit": "lon", "set": {"peerings.private.reach.from-par": {"peer": "par", "peered": True}}})
    private = sim.ask(f"{circuit_id('lon')}?{VERSION}").json()["properties"]["peerings"][0]["properties"]
    tap.equal([[link["name"] for link in private[kind]] for kind in ("connections", "peeredConnections")],
              [["to-ams"], ["from-par"]], "one that was made at the other end")


# ---- ports ----

def port_metrics(sim, names, dimensions="Link eq '*'", port=PORT):
    form = {"api-version": "2023-10-01", "metricnames": names, "interval": "PT1M", "aggregation": "Average",
            "timespan": "/".join(span()), "$filter": dimensions}
    return sim.ask(f"{port}/providers/Microsoft.Insights/metrics?{urllib.parse.urlencode(form)}").json()


def newest(answer, metric=0):
    return {tuple(m["value"] for m in s["metadatavalues"]): [p["average"] for p in s["data"] if "average" in p][-1]
            for s in answer["value"][metric]["timeseries"]}


def test_ports(sim):
    everywhere = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/ExpressRoutePorts?{VERSION}"
    for path in (f"{GROUP}/expressRoutePorts?{VERSION}", everywhere):
        tap.equal(names(sim.ask(path)), ["fibre"], f"ports: {path.split('/')[3]}")
    port = sim.ask(f"{PORT}?{VERSION}").json()
    tap.equal((port["properties"]["circuits"], port["properties"]["provisionedBandwidthInGbps"]),
              ([{"id": circuit_id("direct")}], 5.0), "the circuits on a port, and what they take")
    tap.equal(sim.ask(f"{PORT}/links?{VERSION}").json()["value"], port["properties"]["links"], "its links")
    tap.equal(sim.ask(f"{PORT}/links/Link2?{VERSION}").json(), port["properties"]["links"][1], "one link")
    tap.equal(sim.ask(f"{PORT}/links/link3?{VERSION}").status, 404, "no such link")
    tap.equal(sim.ask(f"{GROUP}/expressRoutePorts/none?{VERSION}").status, 404, "no such port")
    light = port_metrics(sim, "RxLightLevel,TxLightLevel", "Link eq '*' and Lane eq '*'")
    tap.equal(newest(light), {("link1", "0"): -2.5, ("link2", "0"): -3.5, ("link2", "1"): -4.5, ("link2", "2"): -3.5,
                              ("link2", "3"): -3.5}, "light by link and lane")
    line = port_metrics(sim, "AdminState,LineProtocol")
    tap.equal([newest(line, i) for i in (0, 1)], [{("link1",): 1.0, ("link2",): 1.0}] * 2, "the state of the lines")
    tap.equal(port_metrics(sim, "LineProtocol", "Link eq '*' and Lane eq '*'")["value"][0]["timeseries"], [],
              "a line has no lanes: no series")
    many = batch(sim, [PORT], metricnamespace="microsoft.network/expressRoutePorts", metricnames="RxLightLevel",
                 filter="Link eq '*'").json()["values"][0]
    tap.equal(newest(many), {("link1",): -2.5, ("link2",): -3.75}, "ports in a batch; without a split the mean")


# ---- health ----

def test_health(sim):
    lon = circuit_id("lon")
    current = sim.ask(f"{lon}{HEALTH}/availabilityStatuses/current?api-version=2024-02-01").json()
    tap.equal(current["properties"]["availabilityState"], "Available", "a circuit that is well")
    tap.check("occurredTime" in current["properties"] and "occuredTime" not in current["properties"], "one spelling",
              current)
    events = f"/subscriptions/{SUBSCRIPTION}{HEALTH}/events?api-version=2024-02-01"
    tap.equal(names(sim.ask(events)), ["NOISE-1", "FAR-1"], "what is not announced yet is not there")
    go_on(sim, "10s")
    tap.equal(names(sim.ask(events)), ["MNT1-ABC", "NOISE-1", "FAR-1"], "now it is")
    tap.equal(names(sim.ask(events + "&$filter=eventType%20eq%20%27PlannedMaintenance%27")), ["MNT1-ABC"], "a filter")
    today, later = (time.strftime("%m%%2F%d%%2F%Y", time.gmtime(time.time() + days * 86400)) for days in (-1, 2))
    tap.equal(names(sim.ask(f"{events}&queryStartTime={today}")), ["MNT1-ABC", "NOISE-1", "FAR-1"], "what is recent")
    tap.equal(names(sim.ask(f"{events}&queryStartTime={later}")), [], "what was last told of before that is not sent")
    event = sim.ask(events).json()["value"][0]["properties"]
    begins = datetime.datetime.fromisoformat(event["impactStartTime"].replace("Z", "+00:00"))
    ends = datetime.datetime.fromisoformat(event["impactMitigationTime"].replace("Z", "+00:00"))
    ahead = (begins - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    tap.check(3500 < ahead < 3700 and (ends - begins).total_seconds() == 3600, "an hour ahead, for an hour", event)
    tap.check("secondary" in event["summary"], "the path is named in prose", event["summary"])
    with open(os.path.join(SRC, "tests", "data", "azure", "spec-health-events.json")) as file:
        example = json.load(file)["value"][0]
    tap.equal(set(event) - set(example["properties"]), set(), "its keys are those of the description's example")
    tap.equal(names(sim.ask(f"{lon}{HEALTH}/events?api-version=2024-02-01")), ["MNT1-ABC"], "events of a circuit")
    impacted = events.replace("/events?", "/events/MNT1-ABC/impactedResources?")
    tap.equal([r["properties"]["targetResourceId"] for r in sim.ask(impacted).json()["value"]], [lon],
              "what an event concerns")
    tap.equal(sim.ask(impacted.replace("MNT1-ABC", "NONE")).status, 404, "no such event")
    tap.equal(names(sim.ask(events.replace(SUBSCRIPTION, OTHER))), ["FAR-1"],
              "another subscription sees what concerns its circuit")


def test_later(sim):
    lon = circuit_id("lon")
    go_on(sim, "20s")
    status = sim.ask(f"{GROUP}/connections/to-lon?{VERSION}").json()["properties"]["connectionStatus"]
    tap.equal(status, "NotConnected", "later: a connection is down")
    link = sim.ask(f"{PORT}/links/link1?{VERSION}").json()["properties"]
    tap.equal(link["adminState"], "Disabled", "later: a link is switched off")
    line = port_metrics(sim, "AdminState,LineProtocol")
    tap.equal(newest(line, 1)[("link1",)], 0.0, "later: its line is down")
    before = line["value"][1]["timeseries"][0]["data"][0]["average"]
    tap.equal(before, 1.0, "… and the past stays what it was")
    tap.equal(newest(port_metrics(sim, "RxLightLevel"))[("link1",)], -12.25, "later: its light has fallen")
    reach = sim.ask(f"{lon}/peerings/AzurePrivatePeering/connections/to-ams?{VERSION}").json()["properties"]
    tap.equal((reach["circuitConnectionStatus"], reach["addressPrefix"]), ("Disconnected", "192.168.9.0/29"),
              "later: Global Reach is down, and nothing else of it changed")
    current = sim.ask(f"{lon}{HEALTH}/availabilityStatuses/current?api-version=2024-02-01").json()["properties"]
    tap.check(current["availabilityState"] == "Degraded" and "occuredTime" in current and "occurredTime" not in current,
              "later: degraded, and the other spelling", current)
    event = sim.ask(f"{lon}{HEALTH}/events?api-version=2024-02-01").json()["value"][0]["properties"]
    tap.equal(event["status"], "Resolved", "later: the maintenance is called off")


# ---- discovery ----

def graph(sim, query, **options):
    body = {"subscriptions": [SUBSCRIPTION], "query": query, "options": {"resultFormat": "objectArray", **options}}
    return sim.ask("/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01", "POST", json.dumps(body))


def test_graph(sim):
    circuits = ("Resources | where type =~ 'microsoft.network/expressroutecircuits' | project id, name, type "
                "| order by id")
    reply = graph(sim, circuits, **{"$top": 2})
    first = reply.json()
    tap.equal((first["totalRecords"], first["count"], first["resultTruncated"]), (3, 2, "false"), "a page of rows")
    tap.equal(sorted(first["data"][0]), ["id", "name", "type"], "columns as asked for")
    rest = graph(sim, circuits, **{"$top": 2, "$skipToken": first["$skipToken"]}).json()
    tap.equal([r["name"] for r in first["data"] + rest["data"]], ["ams", "direct", "lon"], "and the rest of them")
    tap.check("$skipToken" not in rest, "the last page has no token")
    with open(os.path.join(SRC, "tests", "data", "azure", "resource-graph-page.json")) as file:
        tap.equal(list(first), list(json.load(file)), "the keys of a recorded page, in its order")
    tap.check(int(reply.headers["x-ms-user-quota-remaining"]) < 15 and
              reply.headers["x-ms-user-quota-resets-after"] == "00:00:05", "its own quota", reply.headers)
    row = graph(sim, "where type == 'microsoft.network/connections'").json()["data"][0]
    tap.check(row["properties"]["peer"]["id"] == circuit_id("lon") and row["resourceGroup"] == "net", "connections",
              row)
    named = graph(sim, "resources | where type =~ 'microsoft.network/connections' and properties.connectionType =~ "
                       "'expressroute' | order by id asc | project id, location, circuit = properties.peer.id, x = ''")
    tap.equal([sorted(r) for r in named.json()["data"]], [["circuit", "id", "location", "x"]], "paths and other names")
    tap.equal(named.json()["data"][0]["circuit"], circuit_id("lon"), "… and their values")
    tap.equal(graph(sim, "resources | where name in~ ('LON', 'ams') | project tags").json()["data"],
              [{"tags": None}] * 2, "a list of values; columns that are null")
    for query in ("circuits", "resources | where name", "resources | where name == lon", "resources | take 3", "",
                  "resources | where name in ('a'", "resources | project ,", "resources | where 'a' == "):
        tap.equal(graph(sim, query).status, 400, f"not understood: {query}")
    broken = graph(sim, "where where")
    with open(os.path.join(SRC, "tests", "data", "azure", "resource-graph-error.json")) as file:
        recorded = json.load(file)
    tap.equal((broken.status, keys(broken.json()), broken.json()["error"]["details"][0]),
              (400, keys(recorded), recorded["error"]["details"][0]), "a query with an error, as recorded")
    value = sim.ask("/subscriptions?api-version=2022-12-01").json()["value"]
    tap.equal([s["subscriptionId"] for s in value], [SUBSCRIPTION, OTHER], "subscriptions")


def test_attributes(sim):
    sim.event({"circuit": "ams", "set": {"bandwidth": 2000, "tier": "Premium", "peerings.private.vlan": 77,
                                         "peerings.private.asn": 65007, "location": "northeurope"}})
    ams = sim.ask(f"{circuit_id('ams')}?{VERSION}").json()
    peering = ams["properties"]["peerings"][0]["properties"]
    tap.equal((ams["properties"]["serviceProviderProperties"]["bandwidthInMbps"], ams["sku"]["tier"], peering["vlanId"],
               peering["peerASN"], ams["location"]), (2000, "Premium", 77, 65007, "northeurope"), "attributes change")
    sim.event({"circuit": "ams", "set": {"deleted": True}})
    tap.equal(names(sim.ask(f"/subscriptions/{SUBSCRIPTION}{NETWORK}?{VERSION}")), ["direct", "lon"], "circuits go")
    tap.equal(graph(sim, "resources").json()["totalRecords"], 5, "… from Resource Graph as well")


def main():
    with Simulator("--speed", "0", scenario=SCENARIO) as sim:
        for test in (test_batch, test_audiences, test_connections, test_reach, test_ports, test_health, test_later,
                     test_graph, test_attributes):
            test(sim)
    return tap.done()


sys.exit(main())
