"""The states of circuits: lists where several share a subscription, single reads elsewhere, and what no page may do."""

import itertools

from harness import SUBSCRIPTION, Bed, Listener, circuit_id, expect, run, test

OTHER = "00000000-0000-0000-0000-00000000000a"


def circuits(count, **keys):
    return [{"name": f"lon-{n}", "peerings": {"private": {}}, **keys} for n in range(1, count + 1)]


def usable(bed):
    for circuit in bed.circuits:
        bed.wait_verdict(circuit["name"], "usable")


@test
def several_circuits_are_one_list_in_each_cycle():
    with Bed(circuits=circuits(5)) as bed:
        bed.start()
        usable(bed)
        bed.sim.wait_more("list", 3)
        expect(bed.sim.requests("circuit") == 0, bed.sim.requests())
        expect(bed.notices() == [], bed.notices())


@test
def a_single_circuit_is_asked_for_by_itself():
    with Bed(circuits=circuits(3), watch=["lon-2"]) as bed:
        bed.start()
        bed.wait_verdict("lon-2", "usable")
        bed.wait_polls("lon-2", 2)
        expect(bed.sim.requests("list") == 0 and set(bed.sim.requests()["circuits"]) == {"lon-2"}, bed.sim.requests())


@test
def lists_and_single_reads_stand_side_by_side():
    alone = {"name": "par-1", "subscription": OTHER, "peerings": {"private": {}}}
    with Bed(circuits=[*circuits(2), alone]) as bed:
        bed.start()
        usable(bed)
        bed.wait_polls("par-1", 2)
        table = bed.sim.requests()
        singly = {name for name, asked in table["circuits"].items() if "circuit" in asked}
        expect(table["endpoints"]["list"] >= 2 and singly == {"par-1"}, table)


@test
def a_change_is_seen_in_the_list():
    with Bed(circuits=circuits(3)) as bed:
        bed.start()
        usable(bed)
        bed.sim.set("lon-2", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised", circuit="lon-2")
        expect(len(bed.notices()) == 1, bed.notices())


@test
def a_slow_list_does_not_contradict_a_later_answer():
    with Bed(circuits=circuits(2)) as bed:
        bed.start()
        usable(bed)
        bed.sim.fault(match=["list"], delay="3s", count=1)
        bed.sim.wait_struck()
        bed.sim.set("lon-2", {"provider_state": "NotProvisioned"})
        bed.ctl("poll", "lon-2")
        bed.sim.wait_more("list", 2)
        bed.wait_notice(rule=15, event="raised", circuit="lon-2")
        expect(bed.daemon.count("from Provisioned to NotProvisioned") == 1, bed.err())
        expect("from NotProvisioned to Provisioned" not in bed.err(), bed.err())


@test
def ids_are_compared_without_case():
    with Bed(circuits=circuits(2), watch=[{"id": circuit_id("LON-1").upper(), "name": "one"},
                                          {"id": circuit_id("lon-2").lower(), "name": "two"}]) as bed:
        bed.start()
        bed.wait_verdict("one", "usable")
        bed.wait_verdict("two", "usable")
        expect(bed.sim.requests("circuit") == 0, bed.sim.requests())


@test
def all_pages_are_read():
    with Bed(circuits=circuits(5), scenario={"answers": {"page": 2}}) as bed:
        bed.start()
        usable(bed)
        bed.sim.wait_more("list", 4)
        expect(bed.sim.requests("circuit") == 0, bed.sim.requests())
        expect(bed.notices() == [], bed.notices())


@test
def an_empty_page_in_the_middle_is_no_end():
    with Bed(circuits=circuits(3)) as bed:
        bed.start()
        usable(bed)
        bed.sim.fault(match=["list"], answer="empty-page", count=1)
        bed.sim.wait_more("list", 4)
        expect(bed.sim.requests("circuit") == 0, "the page behind the empty one holds them all")
        expect(bed.notices() == [], bed.notices())


@test
def a_circuit_that_vanished_from_the_list_is_asked_for_before_it_is_missing():
    with Bed(circuits=circuits(3)) as bed:
        bed.start()
        usable(bed)
        bed.sim.set("lon-2", {"deleted": True})
        notice = bed.wait_notice(rule=10, event="raised", circuit="lon-2", severity="critical", owner="you")
        expect("It was there before" in notice["text"], notice["text"])
        # the simulator keeps no count for a circuit that is not there
        table = bed.sim.requests()
        expect(bed.sim.requests("circuit") >= 3 and "circuit" not in table["circuits"].get("lon-2", {}), table)
        bed.sim.set("lon-2", {"deleted": False})
        bed.wait_notice(rule=10, event="cleared", circuit="lon-2")
        expect([notice["rule"] for notice in bed.notices()] == [10, 10], bed.notices())


@test
def a_list_that_forgets_a_circuit_is_contradicted_by_the_circuit():
    """One that lags, or is filtered; here the first one has somebody else's id."""
    with Bed(circuits=circuits(2)) as bed:
        bed.start()
        usable(bed)
        bed.sim.fault(match=["list"], answer="wrong-id")
        bed.sim.wait_more("circuit", 4, "lon-1")
        expect(bed.sim.requests("circuit", "lon-2") == 0, bed.sim.requests())
        expect(bed.notices() == [], bed.notices())
        bed.wait_verdict("lon-1", "usable")


@test
def an_id_that_azure_never_knew_is_a_matter_of_the_settings():
    with Bed(circuits=circuits(1), watch=["lon-1", "lon-l"]) as bed:
        bed.start()
        notice = bed.wait_notice(rule=10, event="raised", circuit="lon-l", severity="critical")
        expect("check the id" in notice["summary"], notice["summary"])
        bed.wait_verdict("lon-1", "usable")
        expect(len(bed.notices()) == 1, bed.notices())


@test
def a_list_that_is_refused_gives_way_to_single_reads():
    with Bed(circuits=circuits(3)) as bed:
        bed.sim.fault(match=["list"], status=403, code="AuthorizationFailed", message=(
            "The client 'x' with object id 'y' does not have authorization to perform action "
            f"'Microsoft.Network/expressRouteCircuits/read' over scope '/subscriptions/{SUBSCRIPTION}' or the scope is "
            "invalid."))
        bed.start()
        usable(bed)
        notice = bed.wait_notice(rule=92, event="raised", severity="warning")
        expect("Microsoft.Network/expressRouteCircuits/read" in notice["text"] and
               f"/subscriptions/{SUBSCRIPTION}" in notice["text"], notice["text"])
        bed.sim.wait_more("circuit", 6)
        usable(bed)
        expect(len(bed.notices()) == 1, bed.notices())


def odd_list(fault, words, **more):
    """What cannot be believed is told once, and the circuits answer for themselves meanwhile."""
    with Bed(circuits=circuits(3), **more) as bed:
        bed.start()
        usable(bed)
        bed.sim.fault(match=["list"], **(fault(bed) if callable(fault) else fault))
        notice = bed.wait_notice(rule=95, event="raised", severity="warning", circuit="lon-1")
        expect("list" in notice["summary"] and words in notice["text"], notice["text"])
        bed.wait_polls("lon-3", 2)
        bed.sim.set("lon-3", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised", circuit="lon-3")
        expect(bed.sim.requests("unknown") == 0, bed.sim.requests())
        bed.sim.clear()
        bed.wait_notice(rule=95, event="cleared", circuit="lon-1")
        told = [(notice["rule"], notice["event"], notice["circuit"]["name"]) for notice in bed.notices()]
        expect(told == [(95, "raised", "lon-1"), (15, "raised", "lon-3"), (95, "cleared", "lon-1")], bed.notices())
        return bed.notices()


def next_link_elsewhere(to):
    """`to` may speak of the simulator: it is asked once that runs."""
    told = odd_list(lambda bed: {"answer": "next-link-elsewhere", "to": to(bed)}, "does not lead to azure.management")
    expect("page-2" not in str(told), "the address is not repeated")


@test
def a_next_link_to_another_port_is_not_followed():
    with Listener() as other:
        next_link_elsewhere(lambda bed: f"https://{other.address}")
        expect(other.came == 0, f"{other.came} connections")


@test
def a_next_link_to_another_host_is_not_followed():
    next_link_elsewhere(lambda bed: bed.sim.url.replace("127.0.0.1", "localhost"))


@test
def a_next_link_without_tls_is_not_followed():
    next_link_elsewhere(lambda bed: bed.sim.url.replace("https:", "http:"))


@test
def a_next_link_with_a_user_is_not_followed():
    with Listener() as other:
        next_link_elsewhere(lambda bed: f"{bed.sim.url}@{other.address}")
        expect(other.came == 0, f"{other.came} connections")


@test
def a_next_link_whose_host_only_begins_alike_is_not_followed():
    next_link_elsewhere(lambda bed: bed.sim.url + ".elsewhere.invalid")


@test
def pages_that_lead_in_a_circle_end():
    odd_list({"answer": "empty-page"}, "")


@test
def a_list_that_is_broken_off_in_the_middle_is_not_believed_in_part():
    odd_list({"answer": "wrong-json"}, "no well-formed JSON", scenario={"answers": {"page": 2}})


@test
def a_list_that_is_a_web_page_is_not_believed():
    odd_list({"answer": "html"}, "JSON")


@test
def a_list_that_is_not_there_makes_no_circuit_missing():
    odd_list({"status": 404, "code": "ResourceGroupNotFound"}, "ResourceGroupNotFound")


@test
def half_a_page_changes_nothing():
    with Bed(circuits=circuits(4)) as bed:
        bed.start()
        usable(bed)
        bed.sim.fault(match=["list"], answer="wrong-json")
        bed.sim.fault(name="single", match=["circuit"], status=503)
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.sim.wait_more("list", 3)
        expect(bed.circuit("lon-1")["verdict"] == "usable", bed.circuit("lon-1"))
        bed.expect_no_circuit_finding()


@test
def one_subscription_that_hangs_delays_no_other():
    alone = [{"name": f"par-{n}", "subscription": OTHER, "peerings": {"private": {}}} for n in (1, 2)]
    with Bed(circuits=[*circuits(2), *alone]) as bed:
        bed.start()
        usable(bed)
        bed.sim.fault(match={"endpoint": ["list"], "subscription": OTHER}, answer="hang")
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised", circuit="lon-1")
        bed.sim.clear()


@test
def a_hundred_circuits_on_pages_are_all_seen():
    with Bed(circuits=[{"name": "lon", "copies": 120, "peerings": {"private": {}}}],
             watch=[f"lon-{n}" for n in range(1, 121)], scenario={"answers": {"page": 7}}) as bed:
        bed.circuits[0].pop("service_key")
        bed.start()
        for n in itertools.chain(range(1, 121, 17), [120]):
            bed.wait_verdict(f"lon-{n}", "usable")
        expect(bed.sim.requests("circuit") == 0, bed.sim.requests())
        expect(bed.notices() == [], bed.notices())


run()
