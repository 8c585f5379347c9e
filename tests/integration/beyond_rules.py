"""Rules about what lies beyond the states: resets, limits, ARP, attributes, gateways, Global Reach, ports, health."""

import time

from harness import SUBSCRIPTION, Bed, circuit_id, expect, fits, run, test, wait_until

NETWORK = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network"
PRIVATE = {"peerings": {"private": {}}}
LONDON = {"name": "lon-1", **PRIVATE}

# One good sample is enough: what this file is about is asked for rarely.
ONE = {"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"}, "recover": "1/0s", "flap": {"window": 0}}
# Nothing is told of what passes within a minute.
SLOW = {"confirm": {"critical": "20/60s", "warning": "20/60s", "long": "20/60s"}, "recover": "1/0s", "flap": {"window": 0}}


def bed_of(circuits=(LONDON,), sessions="none", scenario=None, settings=None, **more):
    quick = {"operations": {"polls": 0, "retry_after": "1s"}, **(scenario or {})}
    return Bed(circuits=[dict(circuit) for circuit in circuits], scenario=quick,
               settings={"poll": {"sessions": sessions, "stale": "10m"}, "alerts": ONE, **(settings or {})}, **more)


def asked_until(bed, count=1, **wanted):
    """Have the circuit looked at, as an operator would, until this is told; the notice, which may be the second one."""
    def look():
        found = [notice for notice in bed.notices() if fits(notice, wanted)]
        if len(found) >= count:
            return found[count - 1]
        done = bed.ctl("poll", "lon-1")
        expect(done.status == 0, done.err)
        return None
    return wait_until(look, lambda: f"notice {wanted}; there were {bed.notices()}")


def figures(bed, kind):
    return next(row for row in bed.daemon.get("/v1/loop")["requests"] if row["kind"] == kind)


def rules(bed):
    return sorted({notice["rule"] for notice in bed.notices()})


# ---- sessions ----

def session_of(bed, path="primary"):
    rows = bed.circuit("lon-1")["peerings"][0]["families"][0]["sessions"]
    return next(row for row in rows if row["path"] == path)


@test
def a_session_that_came_up_anew_is_told_once():
    """The metric falls, so the edge is asked: the session is up, and younger than before."""
    with bed_of(sessions="both", settings={"alerts": SLOW}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        wait_until(lambda: session_of(bed)["uptime"] == "1d13h", lambda: session_of(bed))
        bed.sim.set("lon-1", {"peerings.private": {"ipv4.sessions.primary": "reset", "bgp_metric.primary": 0}})
        notice = bed.wait_notice(rule=43, circuit="lon-1", severity="info",
                                 subject={"peering": "private", "path": "primary"})
        expect("1d13h" in notice["text"], notice["text"])
        bed.sim.set("lon-1", {"peerings.private.bgp_metric.primary": "follow"})
        bed.sim.wait_more("metrics", 3)
        expect(len(bed.notices()) == 1, bed.notices())
        bed.wait_verdict("lon-1", "usable")


@test
def a_metric_that_dips_is_a_reset_too():
    with bed_of(sessions="metrics", scenario={"metrics": {"lag": "0s", "grain": "2s"}},
                settings={"alerts": SLOW}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.private.ipv4.sessions.secondary": "down"})
        wait_until(lambda: session_of(bed, "secondary")["metric"] == 0, lambda: session_of(bed, "secondary"))
        seen = time.monotonic()
        wait_until(lambda: time.monotonic() > seen + 2.1, "the point to be over: one that is corrected was no dip")
        bed.sim.set("lon-1", {"peerings.private.ipv4.sessions.secondary": "up"})
        bed.wait_notice(rule=43, circuit="lon-1", subject={"peering": "private", "path": "secondary"})
        bed.sim.wait_more("metrics", 3)
        expect(len(bed.notices()) == 1, bed.notices())


@test
def routes_near_the_limit_are_told_before_the_session_ends():
    for routes, tier, limit, severity in ((3300, "Standard", 4000, "warning"), (3900, "Standard", 4000, "critical"),
                                          (8100, "Premium", 10000, "warning")):
        with bed_of([{**LONDON, "tier": tier}], sessions="routes") as bed:
            bed.sim.set("lon-1", {"peerings.private.ipv4.sessions": {"primary": routes, "secondary": 100}})
            bed.start()
            notice = bed.wait_notice(rule=44, event="raised", severity=severity, circuit="lon-1")
            expect(str(limit) in notice["text"] and str(routes) in notice["text"], notice["text"])


@test
def arp_that_is_down_is_looked_up_in_the_edge_and_leads_to_the_provider():
    with bed_of(sessions="both") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.private.arp.primary": "incomplete"})
        notice = bed.wait_notice(rule=45, event="raised", severity="warning", owner="provider",
                                 subject={"peering": "private", "path": "primary"})
        expect("Equinix" in notice["text"], notice["text"])
        wait_until(lambda: figures(bed, "ARP tables")["answered"] >= 2, lambda: figures(bed, "ARP tables"))
        bed.sim.set("lon-1", {"peerings.private.arp.primary": "complete"})  # the table is asked again as the metric rises
        bed.wait_notice(rule=45, event="cleared")


# ---- what somebody changed ----

@test
def what_was_changed_is_told_with_the_old_and_the_new():
    with bed_of() as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"bandwidth": 2000, "tier": "Premium", "peerings.private.vlan": 77})
        notice = bed.wait_notice(rule=54, circuit="lon-1", severity="info")
        text = notice["text"]
        expect(all(word in text for word in ("1000", "2000", "Standard", "Premium", "100", "77")), text)
        bed.wait_polls("lon-1", 3)
        expect(len(bed.notices()) == 1, bed.notices())


# ---- gateways ----

GATEWAYS = {"connections": [{"name": "to-lon", "circuit": "lon-1"}, {"name": "office", "type": "IPsec"},
                            {"name": "hub-lon", "circuit": "lon-1", "wan": "hub"}]}


def connection(bed, name, keys):
    bed.sim.event(connection=name, set=keys)


def gateway_down(severity, watch=None):
    with bed_of(scenario=GATEWAYS, watch=watch) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.wait("connection")
        for count, keys, good in ((1, {"status": "NotConnected"}, {"status": "Connected"}),
                                  (2, {"operation": "Failed"}, {"operation": "Succeeded"})):
            connection(bed, "to-lon", keys)
            told = asked_until(bed, count, rule=50, event="raised", severity=severity, circuit="lon-1")
            expect("to-lon" in told["text"].lower(), told["text"])
            connection(bed, "to-lon", good)
            asked_until(bed, count, rule=50, event="cleared")
        expect(rules(bed) == [50], bed.notices())


@test
def a_gateway_that_is_not_connected_is_a_warning():
    gateway_down("warning")


@test
def a_gateway_that_should_be_connected_is_critical():
    gateway_down("critical", watch=[{"name": "lon-1",
                                     "expect": {"connections": [f"{NETWORK}/connections/TO-LON"]}}])


@test
def connections_that_lead_elsewhere_are_nobodys_trouble():
    with bed_of(scenario={"connections": [{"name": "office", "type": "IPsec", "status": "NotConnected"},
                                          {"name": "to-ams", "circuit": "ams-1", "status": "NotConnected"}]}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.wait("connections")
        bed.ctl("poll", "lon-1")
        bed.sim.wait("connections", 2)
        bed.wait_polls("lon-1", 3)
        expect(bed.notices() == [], bed.notices())


# ---- restarts ----

@test
def a_restart_tells_nothing_of_what_lies_beyond_again():
    """What is stored is enough: an open finding stays open, an event stays told."""
    event = {"name": "XPLN-1", "from": "72h", "until": "76h", "circuits": "lon-1"}
    there = {"connections": [{"name": "to-lon", "circuit": "lon-1", "status": "NotConnected"}], "events": [event],
             "ports": [{"name": "fibre", "links": {"one": {"line": "down"}}}],
             "metrics": {"lag": "0s", "grain": "2s"}}
    with bed_of([{"name": "lon-1", "direct": "fibre", **PRIVATE}], sessions="metrics", scenario=there) as bed:
        bed.start()
        for rule in (50, 52, 55):
            bed.wait_notice(rule=rule, event="raised")
        for count in (2, 3):
            bed.stop()
            bed.start()
            for endpoint in ("connection", "impacted", "port"):
                bed.sim.wait(endpoint, count)
            bed.wait_polls("lon-1", 2)
            bed.wait_verdict("lon-1", "usable")
        told = {notice["id"]: notice["rule"] for notice in bed.notices()} # one may come twice, with the same id
        expect(sorted(told.values()) == [50, 52, 55], bed.notices())
        still = sorted(row["rule"] for row in bed.daemon.get("/v1/incidents")["incidents"])
        expect(still == [50, 52], still)


# ---- Global Reach ----

@test
def global_reach_that_is_lost_is_told():
    there = {"name": "lon-1", "peerings": {"private": {"reach": {"to-ams": {"peer": "ams-1"}}}}}
    with bed_of([there]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.private.reach.to-ams.status": "Disconnected"})
        notice = bed.wait_notice(rule=51, event="raised", severity="warning", circuit="lon-1")
        expect("to-ams" in notice["text"], notice["text"])
        bed.sim.set("lon-1", {"peerings.private.reach.to-ams.status": "Connected"})
        bed.wait_notice(rule=51, event="cleared")
        # Connected means nothing while the connection has failed
        bed.sim.set("lon-1", {"peerings.private.reach.to-ams.operation": "Failed"})
        bed.wait_notice(2, rule=51, event="raised")
        expect(rules(bed) == [51], bed.notices())


@test
def global_reach_that_the_other_end_has_made_is_told_as_well():
    there = {"name": "lon-1", "peerings": {"private": {"reach": {"from-ams": {"peer": "ams-1", "peered": True}}}}}
    with bed_of([there]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.private.reach.from-ams.status": "Disconnected"})
        notice = bed.wait_notice(rule=51, event="raised", severity="warning", circuit="lon-1")
        expect("from-ams" in notice["text"], notice["text"])
        bed.sim.set("lon-1", {"peerings.private.reach.from-ams.status": "Connected"})
        bed.wait_notice(rule=51, event="cleared")
        expect(rules(bed) == [51], bed.notices())


# ---- ExpressRoute Direct ----

# A point each two seconds: a line that is up again is seen in the next one.
FIBRE = {"ports": [{"name": "fibre"}], "metrics": {"lag": "0s", "grain": "2s"}}
DIRECT = {"name": "lon-1", "direct": "fibre", "bandwidth": 5000, **PRIVATE}


def links(bed, **keys):
    bed.sim.event(port="fibre", set={f"links.{link}": value for link, value in keys.items()})


@test
def one_link_of_a_port_is_a_warning_and_both_are_critical():
    with bed_of([DIRECT], scenario=FIBRE) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.wait("port-metrics", 2)
        links(bed, one={"line": "down"})
        asked_until(bed, rule=52, event="raised", severity="warning")
        links(bed, two={"line": "down"})
        asked_until(bed, rule=52, event="changed", severity="critical")
        links(bed, one={"line": "up"}, two={"line": "up"})
        asked_until(bed, rule=52, event="cleared")


@test
def light_that_falls_is_told_before_the_line_goes():
    with bed_of([DIRECT], scenario=FIBRE) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.wait("port-metrics", 2)
        links(bed, two={"rx": [-2.5, -12.5]})
        notice = asked_until(bed, rule=53, event="raised", severity="warning")
        expect("-12.5" in notice["text"], notice["text"])
        shown = bed.ctl("explain", notice["incident"]).out
        expect("About         ExpressRoute Direct port fibre, link2\n" in shown, shown)
        links(bed, two={"rx": -2.5})
        asked_until(bed, rule=53, event="cleared")


# ---- Azure's own view ----

@test
def azures_view_of_a_circuit_is_part_of_the_explanation():
    ill = {"provider_state": "NotProvisioned", "health": {"state": "Degraded", "title": "Edge router trouble",
                                                          "spelling": "occured"}}
    with bed_of([{**LONDON, **ill}]) as bed:
        bed.start()
        incident = bed.wait_notice(rule=12, event="raised", circuit="lon-1")["incident"]
        bed.sim.wait("health")
        wait_until(lambda: "Edge router trouble" in bed.ctl("explain", incident).out,
                   lambda: f"the title in {bed.ctl('explain', incident).out}")
        expect(rules(bed) == [12], "it is a fact, no alert")


# ---- metrics with a token of their own ----

@test
def the_metrics_host_gets_a_token_of_its_own():
    """It has a name here, and a region of it is another one; Resource Manager's token is refused there."""
    circuits = [{"name": f"lon-{n}", **PRIVATE} for n in (1, 2)]
    with bed_of(circuits, sessions="metrics") as bed:
        bed.settings["azure"]["metrics_batch"] = bed.sim.url.replace("127.0.0.1", "metrics.localhost")
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.wait("metrics-batch", 2)
        bed.sim.set("lon-2", {"peerings.private.ipv4.sessions": {"primary": "down", "secondary": "down"}})
        bed.wait_notice(rule=40, event="raised", circuit="lon-2")
        expect(bed.sim.requests("metrics") == 0 and bed.sim.requests("token") == 2, bed.sim.requests())
        expect(bed.sim.count(r"metrics:getBatch\S*: metrics-batch, 200") >= 2 and
               bed.sim.count(r"metrics-batch, 401") == 0, "a batch was refused")


run()
