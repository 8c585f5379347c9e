"""BGP sessions from metrics and route summaries: which path, which page, and which witness decides."""

from harness import Bed, expect, run, test

PRIVATE = {"name": "lon-1", "peerings": {"private": {}}}

# Azure's metrics have a point each minute, and one that was seen is no new sample: here one sample is enough.
ONE = {"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"}, "recover": "1/0s", "flap": {"window": 0}}


def bed_with(sessions, circuit=None, **more):
    return Bed(circuits=[circuit or PRIVATE], scenario={"operations": {"polls": 1, "retry_after": "1s"}, **more},
               settings={"poll": {"sessions": sessions, "stale": "5m"}, "alerts": ONE})


def sessions(primary, secondary, peering="private", family="ipv4"):
    return {f"peerings.{peering}.{family}.sessions": {"primary": primary, "secondary": secondary}}


def metric(primary, secondary, peering="private"):
    return {f"peerings.{peering}.bgp_metric": {"primary": primary, "secondary": secondary}}


def edge_has_spoken(bed):
    """The route summaries of both paths are digested."""
    bed.wait_circuit("lon-1", lambda circuit: all(session["uptime"] for family in circuit["peerings"][0]["families"]
                                                  for session in family["sessions"]), "to be known to the edge")


@test
def sessions_that_are_up_page_nobody():
    with bed_with("metrics") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.wait_more("metrics", 3)
        expect(bed.notices() == [], bed.notices())
        expect(bed.sim.requests("summary") == 0, "route summaries are not asked for")


@test
def one_session_down_is_lost_redundancy():
    with bed_with("metrics") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", sessions("down", "up"))
        notice = bed.wait_notice(rule=41, event="raised", severity="warning", circuit="lon-1",
                                 subject={"peering": "private", "path": "primary"})
        expect("primary" in notice["summary"], notice["summary"])
        bed.wait_verdict("lon-1", "degraded")
        bed.sim.set("lon-1", sessions("up", "up"))
        bed.wait_notice(rule=41, event="cleared")
        bed.wait_verdict("lon-1", "usable")
        expect(len(bed.notices()) == 2, bed.notices())


@test
def both_sessions_down_is_one_page():
    with bed_with("metrics") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", sessions("down", "down"))
        bed.wait_notice(rule=40, event="raised", severity="critical", circuit="lon-1", subject={"peering": "private"})
        bed.wait_verdict("lon-1", "unusable")
        bed.sim.set("lon-1", sessions("up", "up"))
        bed.wait_notice(rule=40, event="cleared")
        bed.wait_verdict("lon-1", "usable")
        expect({notice["rule"] for notice in bed.notices()} == {40}, bed.notices())


@test
def one_after_the_other_is_a_warning_and_then_a_page():
    with bed_with("metrics") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", sessions("up", "down"))
        bed.wait_notice(rule=41, event="raised", subject={"path": "secondary"})
        bed.sim.set("lon-1", sessions("down", "down"))
        bed.wait_notice(rule=40, event="raised", severity="critical")
        bed.sim.set("lon-1", sessions("up", "down"))
        bed.wait_notice(rule=40, event="cleared")
        bed.wait_verdict("lon-1", "degraded")
        bed.sim.set("lon-1", sessions("up", "up"))
        bed.wait_notice(rule=41, event="cleared")
        order = [(notice["rule"], notice["event"]) for notice in bed.notices() if notice["rule"] == 40]
        expect(order == [(40, "raised"), (40, "cleared")], bed.notices())


@test
def the_peering_and_the_path_are_named():
    both = {"name": "lon-1", "peerings": {"private": {}, "microsoft": {"ipv4": {
        "prefixes": {"203.0.113.0/24": "Configured"}, "registry": "RIPENCC", "route_filter": "office"}}}}
    with bed_with("metrics", both) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", sessions("up", "down", "microsoft"))
        bed.wait_notice(rule=41, event="raised", subject={"peering": "microsoft", "path": "secondary"})
        expect(len(bed.notices()) == 1, bed.notices())


@test
def a_fallen_metric_asks_the_edge_at_once_and_its_word_counts():
    with bed_with("both") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        edge_has_spoken(bed)
        asked = bed.sim.requests("summary")
        bed.sim.set("lon-1", metric(0, 100))
        bed.wait_notice(rule=46, event="raised", severity="info", owner="microsoft",
                        subject={"peering": "private", "path": "primary"})
        bed.sim.wait("summary", asked + 1)
        expect(bed.notices(rule=41) == [] and bed.notices(rule=40) == [], bed.notices())
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", metric("follow", "follow"))
        bed.wait_notice(rule=46, event="cleared")


@test
def when_both_witnesses_say_down_it_is_down():
    with bed_with("both") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        edge_has_spoken(bed)
        bed.sim.set("lon-1", sessions("down", "down"))
        bed.wait_notice(rule=40, event="raised", severity="critical")
        bed.sim.set("lon-1", sessions("up", "up"))
        bed.wait_notice(rule=40, event="cleared")
        bed.wait_verdict("lon-1", "usable")


@test
def the_edge_alone_can_say_that_a_session_is_down():
    with bed_with("routes") as bed:
        bed.sim.set("lon-1", sessions("up", "down"))
        bed.start()
        bed.wait_notice(rule=41, event="raised", subject={"peering": "private", "path": "secondary"})
        expect(bed.sim.requests("metrics") == 0, bed.sim.requests())


@test
def a_session_without_routes_is_no_session():
    with bed_with("routes") as bed:
        bed.sim.set("lon-1", sessions(0, 0))
        bed.start()
        bed.wait_notice(rule=42, event="raised", severity="critical", subject={"peering": "private"})
        bed.wait_verdict("lon-1", "unusable")


@test
def a_signed_location_of_five_kilobytes_is_followed_and_told_to_nobody():
    with bed_with("routes", operations={"polls": 1, "retry_after": "1s", "signed": True}) as bed:
        bed.sim.set("lon-1", sessions("down", "up"))
        bed.start("-v")
        bed.wait_notice(rule=41, event="raised", subject={"path": "primary"})
        expect("&s=" not in bed.err() and "&c=" not in bed.err(), "the signature was told")


@test
def a_location_elsewhere_is_not_followed():
    with bed_with("routes") as bed:
        bed.sim.fault(match=["summary"], answer="location-elsewhere",
                      to=bed.sim.url.replace("127.0.0.1", "localhost"))
        bed.start()
        notice = bed.wait_notice(rule=95, event="raised", severity="warning", circuit="lon-1")
        expect("route summary" in notice["summary"] and "azure.management" in notice["text"], notice)
        expect(bed.sim.requests("unknown") == 0, bed.sim.requests())
        bed.sim.clear()
        bed.wait_notice(rule=95, event="cleared")
        bed.expect_no_circuit_finding()


@test
def an_operation_that_takes_its_time_keeps_nobody_waiting():
    with bed_with("routes", operations={"polls": 1000, "retry_after": "1s"}) as bed:
        bed.start()
        bed.sim.wait("operation", 3)
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised")


@test
def a_lost_operation_is_begun_anew():
    with bed_with("routes") as bed:
        bed.sim.fault(match=["operation"], status=404, count=1)
        bed.sim.set("lon-1", sessions("up", "down"))
        bed.start()
        bed.wait_notice(rule=41, event="raised", subject={"path": "secondary"})
        bed.sim.wait("summary", 3)
        bed.expect_no_other(41)


@test
def a_refused_route_summary_is_told_once_and_the_metric_goes_on():
    with bed_with("both") as bed:
        bed.sim.fault(match=["summary"], status=403, message=(
            "The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Network/"
            "expressRouteCircuits/peerings/routeTablesSummary/action' over scope '/subscriptions/z' or the scope is "
            "invalid."))
        bed.start()
        notice = bed.wait_notice(rule=92, event="raised", severity="warning", circuit="lon-1")
        expect("routeTablesSummary/action" in notice["text"], notice["text"])
        bed.sim.set("lon-1", sessions("down", "up"))
        bed.wait_notice(rule=41, event="raised", subject={"path": "primary"})
        bed.sim.set("lon-1", sessions("down", "down"))
        bed.wait_notice(rule=40, event="raised", severity="critical")
        expect(len(bed.notices(rule=92)) == 1, bed.notices())


@test
def a_right_that_was_given_is_found_and_clears():
    with bed_with("metrics") as bed:
        bed.sim.fault(match=["metrics"], status=403)
        bed.start()
        bed.wait_notice(rule=92, event="raised", circuit="lon-1")
        bed.sim.clear()
        bed.wait_notice(rule=92, event="cleared")
        bed.expect_no_circuit_finding()


@test
def a_read_that_is_no_longer_wanted_is_no_longer_told_of():
    with bed_with("metrics") as bed:
        bed.sim.fault(match=["metrics"], status=403)
        bed.start()
        bed.wait_notice(rule=92, event="raised", circuit="lon-1")
        bed.settings["poll"]["sessions"] = "none"
        bed.write_settings()
        done = bed.ctl("reload")
        expect(done.status == 0, done.err)
        bed.wait_notice(rule=92, event="cleared")


@test
def metrics_that_fail_make_no_session_down():
    for fault in ({"status": 500}, {"answer": "html"}, {"answer": "empty"}, {"answer": "cut", "cut": 20}):
        if fault.get("answer") == "cut":
            fault = {"cut": 20}
        with bed_with("metrics") as bed:
            bed.start()
            bed.wait_verdict("lon-1", "usable")
            bed.sim.wait_more("metrics", 2)
            bed.sim.fault(match=["metrics"], **fault)
            bed.sim.wait_more("metrics", 3)
            expect(bed.circuit("lon-1")["verdict"] == "usable", bed.circuit("lon-1"))
            bed.expect_no_circuit_finding()


@test
def metrics_that_cannot_be_believed_are_told():
    with bed_with("metrics") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=["metrics"], answer="html")
        notice = bed.wait_notice(rule=95, event="raised", severity="warning", circuit="lon-1")
        expect("metrics" in notice["summary"], notice["summary"])
        bed.sim.clear()
        bed.wait_notice(rule=95, event="cleared")


@test
def sessions_nobody_can_see_are_a_blind_spot():
    with Bed(circuits=[PRIVATE], settings={"poll": {"sessions": "metrics", "stale": "10s"}}) as bed:
        bed.sim.fault(match=["metrics"], status=500)
        bed.start()
        bed.wait_notice(rule=90, event="raised", severity="warning", circuit="lon-1", subject={"peering": "private"})
        expect(bed.notices(rule=lambda number: number < 90) == [], bed.notices())


@test
def no_session_is_asked_for_where_no_line_is():
    with bed_with("both") as bed:
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.start()
        bed.wait_notice(rule=12, event="raised")
        bed.wait_polls("lon-1", 3)
        expect(bed.sim.requests("summary") == 0 and bed.sim.requests("metrics") == 0, bed.sim.requests())


@test
def arp_alone_is_the_providers():
    with bed_with("metrics") as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.private.arp.primary": "incomplete"})
        bed.wait_notice(rule=45, event="raised", severity="warning", owner="provider",
                        subject={"peering": "private", "path": "primary"})
        bed.sim.set("lon-1", {"peerings.private.arp.primary": "complete"})
        bed.wait_notice(rule=45, event="cleared")


run()
