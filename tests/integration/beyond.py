"""What lies beyond a circuit: gateway connections, ports of ExpressRoute Direct, health, maintenance, ARP tables."""

import time

from harness import SUBSCRIPTION, Bed, expect, run, test, wait_until

PRIVATE = {"peerings": {"private": {}}}
ONE = {"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"}, "recover": "1/0s", "flap": {"window": 0}}
OTHER = "00000000-0000-4000-8000-0000000000ff"
CONNECTIONS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{{}}/providers/Microsoft.Network/connections/{{}}"


def figures(bed, kind):
    return next(row for row in bed.daemon.get("/v1/loop")["requests"] if row["kind"] == kind)


def look(bed, name="lon-1"):
    """As an operator does: what lies beyond the circuit is looked at, too."""
    status, body = bed.daemon.ask(f"/v1/poll?circuit={name}", "POST")
    expect(status == 200, body)


def poll_until(bed, done, what, name="lon-1"):
    def step():
        look(bed, name)
        return done()
    return wait_until(step, what)


def bed_of(circuits, scenario=None, poll=None, **more):
    return Bed(circuits=circuits, scenario={"operations": {"polls": 1, "retry_after": "1s"}, **(scenario or {})},
               settings={"poll": {"stale": "5m", **(poll or {})}, "alerts": ONE}, **more)


@test
def a_connection_that_falls_is_told():
    with bed_of([{"name": "lon-1", **PRIVATE}], {"connections": [{"name": "hub", "circuit": "lon-1"}]}) as bed:
        bed.start()
        bed.sim.wait("connection")
        bed.wait_verdict("lon-1", "usable")
        bed.sim.event(connection="hub", set={"status": "NotConnected"})
        poll_until(bed, lambda: bed.notices(rule=50, event="raised"), "rule 50")
        bed.sim.event(connection="hub", set={"status": "Connected"})
        poll_until(bed, lambda: bed.notices(rule=50, event="cleared"), "the end of rule 50")
        expect({notice["rule"] for notice in bed.notices()} == {50}, bed.notices())


@test
def an_expected_connection_is_asked_for_where_it_is():
    watch = [{"name": "lon-1", "expect": {"connections": [CONNECTIONS.format("hub", "far")]}}]
    with bed_of([{"name": "lon-1", **PRIVATE}],
                {"connections": [{"name": "far", "group": "hub", "circuit": "lon-1", "status": "NotConnected"}]},
                watch=watch) as bed:
        bed.start()
        bed.wait_notice(rule=50, event="raised", circuit="lon-1")


FAR = {"name": "far", "group": "hub", "subscription": OTHER, "circuit": "lon-1", "status": "NotConnected"}


@test
def a_connection_is_found_wherever_it_is():
    with bed_of([{"name": "lon-1", **PRIVATE}], {"connections": [FAR]}) as bed:
        bed.start()
        poll_until(bed, lambda: bed.notices(rule=50, event="raised"), "rule 50")
        row = figures(bed, "connection search")
        expect(row["answered"] >= 1 and row["sent"] >= 1, row)
        # the graph goes on to name it, its own answer says that it is gone
        bed.sim.fault(match={"endpoint": "connection", "circuit": "far"}, status=404, code="ResourceNotFound")
        poll_until(bed, lambda: bed.notices(rule=50, event="cleared"), "the end of rule 50")
        expect({notice["rule"] for notice in bed.notices()} == {50}, bed.notices())


@test
def what_a_search_found_is_not_forgotten_while_the_graph_is_away():
    with bed_of([{"name": "lon-1", **PRIVATE}], {"connections": [FAR]}) as bed:
        bed.start()
        poll_until(bed, lambda: bed.notices(rule=50, event="raised"), "rule 50")
        bed.stop()
        bed.sim.fault(match=["graph"], status=503, code="ServiceUnavailable")
        bed.start()
        for looks in range(2):
            seen = bed.sim.requests("connections")
            poll_until(bed, lambda: bed.sim.requests("connections") > seen, "another list without it")
        bed.wait_verdict("lon-1", "usable")
        expect(bed.notices(rule=50, event="cleared") == [], bed.notices())
        bed.sim.clear()
        bed.sim.event(connection="far", set={"status": "Connected"})
        poll_until(bed, lambda: bed.notices(rule=50, event="cleared"), "the end of rule 50")


@test
def without_the_graph_connections_are_found_where_their_circuits_are():
    near = {"name": "hub", "circuit": "lon-1", "status": "NotConnected"}
    with bed_of([{"name": "lon-1", **PRIVATE}], {"connections": [near, FAR]}) as bed:
        bed.sim.fault(match=["graph"], status=403, code="AuthorizationFailed")
        bed.start()
        poll_until(bed, lambda: bed.notices(rule=50, event="raised"), "rule 50")
        bed.wait_notice(rule=92, event="raised")
        seen = bed.sim.requests("graph")
        poll_until(bed, lambda: bed.sim.requests("graph") > seen, "another search")
        expect(sorted(notice["rule"] for notice in bed.notices()) == [50, 92], bed.notices())
        bed.sim.clear()
        poll_until(bed, lambda: bed.notices(rule=92, event="cleared"), "the end of rule 92")
        poll_until(bed, lambda: len(bed.notices(rule=50, event="raised")) == 2, "the connection elsewhere")


@test
def a_connection_that_cannot_be_read_hides_no_other():
    there = [{"name": "aaa", "circuit": "lon-1"}, {"name": "hub", "circuit": "lon-1", "status": "NotConnected"}]
    with bed_of([{"name": "lon-1", **PRIVATE}], {"connections": there}) as bed:
        bed.sim.fault(match={"endpoint": "connection", "circuit": "aaa"}, status=500, code="InternalServerError")
        bed.start()
        bed.wait_notice(rule=50, event="raised")


@test
def a_refused_connection_is_told_once_whatever_the_others_answer():
    watch = [{"name": "lon-1", "expect": {"connections": [CONNECTIONS.format("net", "aaa")]}}]
    there = [{"name": "aaa", "circuit": "lon-1"}, {"name": "hub", "circuit": "lon-1"}]
    with Bed(circuits=[{"name": "lon-1", **PRIVATE}], scenario={"connections": there}, watch=watch,
             settings={"poll": {"stale": "5m"}, "alerts": {**ONE, "recover": "3/2m"}}) as bed:
        bed.sim.fault(match={"endpoint": "connection", "circuit": "aaa"}, status=403, code="AuthorizationFailed")
        bed.start()
        bed.wait_notice(rule=92, event="raised")
        for looks in (2, 3, 4):
            poll_until(bed, lambda: bed.sim.requests("connections") >= looks, "another look")
        bed.sim.event(connection="hub", set={"status": "NotConnected"})
        poll_until(bed, lambda: bed.notices(rule=50, event="raised"), "the other connection is judged all the same")
        raised = [row for row in bed.daemon.get("/v1/incidents")["incidents"] if row["rule"] == 92]
        expect([row["state"] for row in raised] == ["raised"], raised)
        expect({notice["rule"] for notice in bed.notices()} == {50, 92}, bed.notices())


@test
def who_may_not_list_connections_is_told_once_and_goes_on():
    with bed_of([{"name": "lon-1", **PRIVATE}]) as bed:
        bed.sim.fault(match=["connections"], status=403, code="AuthorizationFailed")
        bed.start()
        bed.wait_notice(rule=92, event="raised")
        bed.wait_polls("lon-1", 2)
        bed.wait_verdict("lon-1", "usable")
        expect(len(bed.notices()) == 1, bed.notices())


@test
def a_port_is_asked_for_once_for_all_circuits_on_it():
    direct = {"direct": "fibre", "peerings": {"private": {}}}
    names = [f"lon-{n}" for n in range(1, 6)]
    with bed_of([{"name": name, **direct} for name in names], {"ports": [{"name": "fibre"}]}) as bed:
        bed.start()
        bed.sim.wait("port-metrics", 2)
        for name in names:
            bed.wait_verdict(name, "usable")
        bed.sim.wait_more("list", 4)
        expect(bed.sim.requests("port") <= 2, bed.sim.requests())  # each five minutes, which may be just now
        expect(bed.notices() == [], bed.notices())
        bed.sim.event(port="fibre", set={"links": {"one": {"line": "down"}}})
        poll_until(bed, lambda: bed.notices(rule=52, event="raised"), lambda: f"rule 52: {bed.notices()}")


@test
def health_is_asked_for_and_again_when_a_session_falls():
    with bed_of([{"name": "lon-1", **PRIVATE}], poll={"sessions": "metrics"}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.wait("health", 1, "lon-1")
        bed.sim.set("lon-1", {"health": {"state": "Unavailable", "title": "Under investigation"}})
        look(bed)
        bed.sim.wait("health", 2, "lon-1")
        expect(bed.notices() == [], "what Azure thinks of its health is no finding by itself")


@test
def a_circuit_that_answers_late_has_what_lies_beyond_it_looked_at_all_the_same():
    """Each is due within half a minute of the start; the next beat would be five minutes later."""
    with bed_of([{"name": "lon-1", "direct": "fibre", **PRIVATE}], {"ports": [{"name": "fibre"}]}) as bed:
        bed.sim.fault(match=["circuit"], status=503)
        begun = time.monotonic()
        bed.start()
        wait_until(lambda: time.monotonic() > begun + 31, "half a minute")
        expect(bed.sim.requests("port") == bed.sim.requests("health") == 0, bed.sim.requests())
        bed.sim.clear()
        bed.sim.wait("port-metrics", 2, seconds=60)
        bed.sim.wait("health", seconds=60)


@test
def without_health_nobody_asks():
    with bed_of([{"name": "lon-1", **PRIVATE}], poll={"health": False}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.wait("connections")
        bed.wait_polls("lon-1", 3)
        table = bed.sim.requests()["endpoints"]
        expect(not {"health", "events", "circuit-events"} & set(table), table)


@test
def maintenance_is_announced():
    event = {"name": "XPLN-1", "from": "72h", "until": "76h", "circuits": "lon-1", "title": "Work on the edge"}
    with bed_of([{"name": "lon-1", **PRIVATE}, {"name": "lon-2", **PRIVATE}], {"events": [event]},
                {"sessions": "metrics"}) as bed:
        bed.start()
        notice = bed.wait_notice(rule=55)
        expect(notice["circuit"]["name"] == "lon-1", notice)
        expect(bed.sim.requests("impacted") <= 2, bed.sim.requests())  # each hour, which may be just now
        bed.sim.wait_more("list", 2)
        expect(len(bed.notices()) == 1, bed.notices())


@test
def maintenance_that_is_over_takes_no_place_of_what_is_to_come():
    past = [{"name": f"OLD-{i}", "from": f"{i}m", "until": f"{i + 20}m", "circuits": "lon-1"} for i in range(17)]
    event = {"name": "XPLN-1", "from": "72h", "until": "76h", "circuits": "lon-1"}
    with bed_of([{"name": "lon-1", **PRIVATE}], {"events": [*past, event]}, {"sessions": "metrics"}) as bed:
        bed.sim.ask("POST", "/_sim/clock?to=2h")
        bed.start()
        expect("XPLN-1" in bed.wait_notice(rule=55)["summary"], bed.notices())


@test
def who_may_not_read_the_events_of_a_subscription_reads_those_of_circuits():
    event = {"name": "XPLN-1", "from": "72h", "until": "76h", "circuits": "lon-*"}
    with bed_of([{"name": "lon-1", **PRIVATE}, {"name": "lon-2", **PRIVATE}], {"events": [event]},
                {"sessions": "metrics"}) as bed:
        bed.sim.fault(match=["events"], status=403, code="AuthorizationFailed")
        bed.start()
        bed.wait_notice(2, rule=55)
        expect(bed.sim.requests("circuit-events") >= 2, bed.sim.requests())
        expect({notice["rule"] for notice in bed.notices()} == {55}, bed.notices())


@test
def health_that_is_refused_is_one_finding_and_a_provider_that_is_not_there_none():
    with bed_of([{"name": "lon-1", **PRIVATE}]) as bed:
        bed.sim.fault(match=["health"], status=403, code="AuthorizationFailed")
        bed.sim.fault("gone", match=["events"], status=404, code="NotFound")
        bed.start()
        bed.wait_notice(rule=92, event="raised")
        bed.sim.wait("events")
        bed.wait_polls("lon-1", 2)
        expect(len(bed.notices()) == 1, bed.notices())


@test
def arp_tables_are_asked_where_a_session_is_down():
    with bed_of([{"name": "lon-1", **PRIVATE}], poll={"sessions": "both"}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        expect(bed.sim.requests("arp") == 0, "nobody asks for what does not help")
        bed.sim.set("lon-1", {"peerings.private.ipv4.sessions": {"primary": "down", "secondary": "up"}})
        bed.wait_notice(rule=41, event="raised")
        bed.sim.wait("arp")
        wait_until(lambda: figures(bed, "ARP tables")["answered"] >= 3, "its answer")
        expect(figures(bed, "ARP tables")["sent"] > 0, figures(bed, "ARP tables"))


run()
