"""Circuits that are watched because their subscription is: they appear, disappear, and outlive a restart."""

import json
import os
import signal
import sqlite3

from harness import SUBSCRIPTION, Bed, circuit_id, expect, run, test, wait_until

DAY_MS = 24 * 3600 * 1000


def circuits(*names, **keys):
    return [{"name": name, "peerings": {"private": {}}, **keys} for name in names]


def entry(**keys):
    return {"discover": [{"subscription": SUBSCRIPTION, "every": "1s", **keys}]}


def bed_of(names, watch=(), gone=(), scenario=None, **keys):
    all_of_them = circuits(*names)
    for circuit in all_of_them:
        if circuit["name"] in gone:
            circuit["deleted"] = True
    return Bed(circuits=all_of_them, watch=list(watch), scenario=scenario, settings=entry(**keys))


def watched(bed):
    return sorted(circuit["name"] for circuit in bed.daemon.get("/v1/status")["circuits"])


def wait_watched(bed, *names):
    wait_until(lambda: watched(bed) == sorted(names), lambda: f"{names} to be watched, not {watched(bed)}")


def wait_usable(bed, name):
    wait_until(lambda: name in watched(bed), lambda: f"{name} to be watched")
    bed.wait_verdict(name, "usable")


def stored(bed):
    link = sqlite3.connect(os.path.join(bed.daemon.state, "erwatch.db"))
    try:
        return link.execute("SELECT circuit, missing_wall_ms FROM found ORDER BY circuit").fetchall()
    finally:
        link.close()


@test
def all_circuits_of_a_subscription_are_watched():
    with bed_of(["lon-1", "lon-2", "ams-1"], labels={"found": "yes"}) as bed:
        bed.start()
        wait_watched(bed, "ams-1", "lon-1", "lon-2")
        for name in ("ams-1", "lon-1", "lon-2"):
            wait_usable(bed, name)
            bed.wait_said(f"{name} has appeared in subscription {SUBSCRIPTION}")
        expect(bed.circuit("lon-1")["labels"] == {"found": "yes"}, bed.circuit("lon-1"))
        expect(bed.notices() == [], bed.notices())
        bed.stop()


@test
def no_second_list_where_one_is_polled():
    with bed_of(["lon-1", "lon-2"]) as bed:
        bed.start()
        wait_usable(bed, "lon-1")
        requests = {row["kind"]: row["sent"] for row in bed.daemon.get("/v1/loop")["requests"]}
        bed.sim.wait_more("list", 4)
        later = {row["kind"]: row["sent"] for row in bed.daemon.get("/v1/loop")["requests"]}
        expect(later["discover"] == requests["discover"] and later["list"] > requests["list"], later)


@test
def a_new_circuit_is_found_in_the_list_that_is_polled():
    with bed_of(["lon-1", "lon-2", "lon-3"], gone=["lon-3"]) as bed:
        bed.start()
        wait_watched(bed, "lon-1", "lon-2")
        wait_usable(bed, "lon-2")
        bed.sim.set("lon-3", {"deleted": False})
        bed.wait_said("lon-3 has appeared")
        wait_usable(bed, "lon-3")
        expect(bed.err().count("has appeared") == 3, bed.err())
        expect(bed.notices() == [], bed.notices())


@test
def a_new_circuit_is_found_where_no_list_is_polled():
    with bed_of(["lon-1", "lon-2"], gone=["lon-2"]) as bed:
        bed.start()
        wait_usable(bed, "lon-1")
        bed.sim.set("lon-2", {"deleted": False})
        wait_usable(bed, "lon-2")


@test
def the_graph_says_where_a_list_is_worth_reading():
    with bed_of(["lon-1", "lon-2"], gone=["lon-2"], by="graph") as bed:
        bed.start()
        wait_usable(bed, "lon-1")
        bed.sim.wait_more("graph", 3)
        lists = bed.sim.requests("list")
        expect(lists <= 1, bed.sim.requests())
        bed.sim.set("lon-2", {"deleted": False})
        wait_usable(bed, "lon-2")


@test
def without_the_graph_lists_are_read():
    with bed_of(["lon-1", "lon-2"], gone=["lon-2"], by="graph") as bed:
        bed.sim.fault(match=["graph"], status=403, code="AuthorizationFailed", message="no graph")
        bed.start()
        wait_usable(bed, "lon-1")
        bed.sim.wait_more("list", 2)
        bed.sim.set("lon-2", {"deleted": False})
        wait_usable(bed, "lon-2")


def write_stale(bed, stale):
    bed.settings["poll"]["stale"] = stale
    bed.write_settings()


@test
def nothing_at_all_is_watched_and_no_list_comes():
    with bed_of(["lon-1"]) as bed:
        write_stale(bed, "10s")
        bed.sim.fault(match=["list"], status=503, code="ServiceUnavailable")
        bed.start()
        page = bed.wait_notice(rule=90, event="raised")
        expect(page["subject"]["credential"] == "ops" and "nothing is watched" in page["summary"], page)
        bed.stop()
        write_stale(bed, "10m")  # from here on nobody is blind for the machine's slowness
        bed.start()
        bed.sim.clear()
        wait_usable(bed, "lon-1")
        bed.wait_notice(rule=90, event="cleared")
        expect(len({notice["id"] for notice in bed.notices()}) == 2, bed.notices())


@test
def who_may_list_nothing_hears_of_it():
    with bed_of(["lon-1"], gone=["lon-1"]) as bed:
        bed.sim.fault(match=["list"], status=403, code="AuthorizationFailed", message="no right")
        bed.start()
        page = bed.wait_notice(rule=91, event="raised")
        expect(page["subject"]["credential"] == "ops", page)
        bed.sim.clear()
        bed.wait_notice(rule=91, event="cleared")
        expect(len({notice["id"] for notice in bed.notices()}) == 2, bed.notices())


@test
def patterns_say_which():
    with bed_of(["lon-1", "lon-lab", "ams-1"], include=["lon-*"], exclude=["*-LAB"]) as bed:
        bed.start()
        wait_watched(bed, "lon-1")
        bed.sim.wait_more("list", 3)
        expect(watched(bed) == ["lon-1"], watched(bed))


@test
def the_settings_win():
    with bed_of(["lon-1", "lon-2"], watch=[{"id": circuit_id("LON-1"), "name": "Mine"}]) as bed:
        bed.start()
        wait_watched(bed, "Mine", "lon-2")
        wait_usable(bed, "Mine")
        expect("lon-1 has appeared" not in bed.err().lower(), bed.err())


def moved_bed():
    """Two circuits of the settings; then these leave both to discovery, one with an incident, and no list comes."""
    bed = bed_of(["Lon-1", "Lon-2"], watch=["Lon-1", "Lon-2"])
    bed.settings_more = {}
    return bed


def leave_to_discovery(bed):
    bed.sim.set("Lon-2", {"provider_state": "NotProvisioned"})
    bed.wait_notice(rule=15, event="raised", circuit="Lon-2")
    bed.wait_kept()
    bed.sim.fault(match=["list"], status=500)
    bed.settings["circuits"] = []
    bed.settings.update(entry())
    bed.write_settings()


def goes_on(bed):
    expect(sorted(name.lower() for name in watched(bed)) == ["lon-1", "lon-2"], watched(bed))
    bed.sim.wait_struck(2)
    bed.sim.clear()
    bed.sim.wait_more("list", 4)
    expect([notice["event"] for notice in bed.notices(rule=15)] == ["raised"], bed.notices())
    expect("has appeared" not in bed.err(), bed.err())
    bed.sim.set("Lon-2", {"provider_state": "Provisioned"})
    bed.wait_notice(rule=15, event="cleared")


@test
def circuits_of_the_settings_that_are_left_to_discovery_stay_watched():
    with moved_bed() as bed:
        bed.start()
        bed.wait_verdict("Lon-2", "usable")
        leave_to_discovery(bed)
        expect("2 circuits, 0 added, 0 removed" in bed.ctl("reload").out, bed.err())
        goes_on(bed)
        expect(len(stored(bed)) == 2, stored(bed))


@test
def an_incident_of_a_circuit_that_a_restart_leaves_to_discovery_goes_on():
    with moved_bed() as bed:
        bed.start()
        bed.wait_verdict("Lon-2", "usable")
        leave_to_discovery(bed)
        bed.stop()
        bed.start()
        expect([name.lower() for name in watched(bed)] == ["lon-2"], "the other one had nothing open")
        bed.sim.clear()
        wait_until(lambda: len(watched(bed)) == 2, "both to be watched")
        bed.sim.wait_more("list", 4)
        expect([notice["event"] for notice in bed.notices(rule=15)] == ["raised"], bed.notices())


@test
def a_circuit_that_appears_ends_no_pause():
    with bed_of(["lon-1", "lon-2", "lon-3"], gone=["lon-3"]) as bed:
        bed.settings["poll"].update({"sessions": "both", "stale": "5m"})
        bed.write_settings()
        bed.sim.fault(match=["summary"], status=429, code="SubscriptionRequestsThrottled", retry_after="600s")

        def paused():
            return next(row for row in bed.daemon.get("/v1/loop")["budgets"] if row["of"] == "writes")["paused_for"]
        bed.start()
        wait_usable(bed, "lon-2")
        bed.sim.set("lon-1", {"peerings.private.bgp_metric": {"primary": 0, "secondary": 100}})
        wait_until(paused, "a pause")
        asked = bed.sim.requests("summary")
        bed.sim.set("lon-3", {"deleted": False})
        wait_usable(bed, "lon-3")
        expect(paused() is not None and paused() > 400, paused())
        expect("3 circuits" in bed.ctl("reload").out, bed.err())
        expect(paused() is not None and paused() > 400, paused())
        bed.sim.wait_more("list", 3)
        expect(bed.sim.requests("summary") == asked, bed.sim.requests())


@test
def one_that_disappears_is_missed_and_stays_watched():
    with bed_of(["lon-1", "lon-2", "lon-3"]) as bed:
        bed.start()
        wait_usable(bed, "lon-2")
        bed.sim.set("lon-2", {"deleted": True})
        bed.wait_notice(rule=10, event="raised", circuit="lon-2")
        bed.wait_said("lon-2 has disappeared from Azure")
        bed.sim.wait_more("list", 3)
        expect(watched(bed) == ["lon-1", "lon-2", "lon-3"], watched(bed))
        bed.sim.set("lon-2", {"deleted": False})
        bed.wait_said("lon-2 is there again")
        bed.wait_notice(rule=10, event="cleared", circuit="lon-2")
        bed.expect_no_other(10)


@test
def whoever_leaves_it_out_is_rid_of_it():
    with bed_of(["lon-1", "lon-2", "lon-3"]) as bed:
        bed.start()
        wait_usable(bed, "lon-2")
        bed.sim.set("lon-2", {"deleted": True})
        bed.wait_notice(rule=10, event="raised", circuit="lon-2")
        bed.settings["discover"][0]["exclude"] = ["lon-2"]
        bed.write_settings()
        bed.daemon.signal(signal.SIGHUP)
        bed.wait_said("lon-2 is not watched any more: the settings leave it out")
        bed.wait_notice(rule=10, event="cleared", circuit="lon-2")
        wait_watched(bed, "lon-1", "lon-3")
        bed.wait_kept()
        left = [circuit_id("lon-1").lower(), circuit_id("lon-3").lower()]
        expect([row[0] for row in stored(bed)] == left, stored(bed))


@test
def a_reload_keeps_what_was_found():
    with bed_of(["lon-1", "lon-2"]) as bed:
        bed.start()
        wait_usable(bed, "lon-2")
        bed.sim.fault(match=["list"], status=500)
        said = bed.ctl("reload").out
        expect("2 circuits, 0 added, 0 removed" in said, said)
        expect(watched(bed) == ["lon-1", "lon-2"], watched(bed))


@test
def an_empty_or_broken_list_takes_nothing_away():
    with bed_of(["lon-1", "lon-2"]) as bed:
        bed.start()
        wait_usable(bed, "lon-2")
        for answer in ("empty", "wrong-json", "empty-page"):
            bed.sim.fault(name=answer, match=["list"], answer=answer)
            bed.sim.wait_struck(2, name=answer)
            bed.sim.clear()
            bed.sim.wait_more("list", 2)
        expect(watched(bed) == ["lon-1", "lon-2"], watched(bed))
        expect("disappeared" not in bed.err() and "not watched any more" not in bed.err(), bed.err())
        bed.expect_no_circuit_finding()


@test
def a_restart_without_network_watches_what_was_found():
    with bed_of(["lon-1", "lon-2"]) as bed:
        bed.settings["poll"]["stale"] = "10s"
        bed.write_settings()
        bed.start()
        wait_usable(bed, "lon-2")
        bed.wait_kept()
        bed.stop()
        bed.sim.fault(match=["token", "arm"], status=503)
        bed.start()
        expect(watched(bed) == ["lon-1", "lon-2"], watched(bed))
        bed.wait_notice(rule=90, event="raised")
        expect(bed.err().count("has appeared") == 2, bed.err())


@test
def one_that_has_been_gone_for_long_is_forgotten():
    with bed_of(["lon-1", "lon-2", "lon-3"], keep="7d") as bed:
        bed.start()
        wait_usable(bed, "lon-2")
        bed.sim.set("lon-2", {"deleted": True})
        bed.wait_notice(rule=10, event="raised", circuit="lon-2")
        bed.wait_said("lon-2 has disappeared from Azure")
        bed.wait_kept()
        bed.stop()
        link = sqlite3.connect(os.path.join(bed.daemon.state, "erwatch.db"))
        link.execute("UPDATE found SET missing_wall_ms = missing_wall_ms - ? WHERE missing_wall_ms <> 0", (6 * DAY_MS,))
        link.commit()
        bed.start()
        bed.sim.wait_more("circuit", 3)
        expect("lon-2" in watched(bed), "six days are not seven")
        bed.stop()
        link.execute("UPDATE found SET missing_wall_ms = missing_wall_ms - ? WHERE missing_wall_ms <> 0", (2 * DAY_MS,))
        link.commit()
        link.close()
        bed.start()
        bed.wait_said("lon-2 is not watched any more: it has been gone")
        wait_watched(bed, "lon-1", "lon-3")
        bed.wait_notice(rule=10, event="cleared", circuit="lon-2")


@test
def more_than_most_are_not_watched_and_it_says_so():
    with bed_of(["lon-1", "lon-2", "lon-3", "lon-4"], most=2) as bed:
        bed.start()
        bed.wait_said('2 circuits are not watched, because "most" is reached')
        bed.sim.wait_more("list", 3)
        expect(len(watched(bed)) == 2, watched(bed))
        expect(bed.err().count("are not watched, because") == 1, bed.err())
        expect("2 circuits are not watched" in bed.ctl("status").out, bed.ctl("status").out)
        row = bed.daemon.get("/v1/loop")["daemon"]["discovery"][0]
        expect((row["circuits"], row["beyond"], row["trouble"]) == (2, 2, None), row)


@test
def a_refused_list_is_told_and_nothing_goes_blind():
    with bed_of(["lon-1"], watch=["lon-1"]) as bed:
        bed.sim.fault(match=["list"], status=403, code="AuthorizationFailed", message="no right to list")
        bed.start()
        bed.wait_said(f"discovery in subscription {SUBSCRIPTION} as ops: ")
        bed.wait_notice(rule=92, event="raised")
        wait_usable(bed, "lon-1")
        bed.sim.wait_more("list", 2)
        expect(bed.err().count("discovery in subscription") == 1, bed.err())
        bed.expect_no_circuit_finding()
        expect(f"Discovery: {SUBSCRIPTION}: " in bed.ctl("status").out, bed.ctl("status").out)
        expect(f"{SUBSCRIPTION}" in bed.ctl("loop").out, bed.ctl("loop").out)
        bed.sim.clear()
        bed.wait_notice(rule=92, event="cleared")
        wait_until(lambda: "Discovery: " not in bed.ctl("status").out, "the trouble to be over")


NOWHERE = "00000000-0000-0000-0000-00000000000f"
OTHER = "00000000-0000-0000-0000-00000000000a"


def many_kinds():
    return [
        {"name": "lon-1", "bandwidth": 200, "peerings": {"private": {}}},
        {"name": "lon-2",
         "peerings": {"private": {}, "microsoft": {"ipv4": {"prefixes": {"203.0.113.0/24": "Configured"}}}},
         "provider": "He said: \"#1\"\n- x: [y]\u001b[31m\u202e'"},
        {"name": "par-1", "subscription": OTHER, "provider_state": "NotProvisioned"},
    ]


@test
def what_can_be_seen_is_printed_as_settings_that_work():
    with Bed(circuits=many_kinds(), watch=["lon-1"]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        done = bed.ctl("discover")
        expect(done.status == 0 and done.err == "", (done.status, done.err, done.out))
        expect("lon-2" in done.out and "par-1" in done.out and "lon-1" not in done.out, done.out)
        expect("\x1b" not in done.out and "\u202e" not in done.out, done.out)
        folder = os.path.join(bed.folder, "circuits.d")
        os.mkdir(folder)
        with open(os.path.join(folder, "found.yaml"), "w", encoding="utf-8") as to:
            to.write(done.out)
        checked = bed.check()
        expect(checked.status == 0 and "3 circuits:" in checked.out, (checked.out, checked.err))
        expect("provisioned or ordered; no peerings" in checked.out, checked.out)
        expect("peerings private and microsoft; families IPv4; 1 prefix;" in " ".join(checked.out.split()), checked.out)
        expect(watched(bed) == ["lon-1"], "asking changes nothing")


@test
def what_is_printed_can_be_narrowed_and_widened():
    with Bed(circuits=many_kinds(), watch=["lon-1"]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        everything = bed.ctl("discover", "--all").out
        expect("lon-1" in everything and "# watched already" in everything, everything)
        one = bed.ctl("discover", "--subscription", OTHER, "--credential", "ops").out
        expect("par-1" in one and "lon-2" not in one, one)
        document = json.loads(bed.ctl("--json", "discover").out)
        expect(document["schema"] == "erwatch.discover/1", document)
        expect({(row["name"], row["watched"]) for row in document["circuits"]}
               == {("lon-1", True), ("lon-2", False), ("par-1", False)}, document)
        wrong = bed.ctl("discover", "--credential", "opps")
        expect(wrong.status == 1 and "no credential of that name" in wrong.err, wrong.err)
        wrong = bed.ctl("discover", "--subscription", "lab")
        expect(wrong.status == 1 and "8-4-4-4-12" in wrong.err, wrong.err)


@test
def the_graph_saves_lists_of_subscriptions_without_circuits():
    with Bed(circuits=many_kinds(), watch=["lon-1"], settings=entry(subscription=NOWHERE)) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        done = bed.ctl("--json", "discover", "--graph")
        expect(done.status == 0, done.err)
        document = json.loads(done.out)
        expect({row["subscription"] for row in document["lists"]} == {None, SUBSCRIPTION, OTHER}, document["lists"])
        expect(len(document["circuits"]) == 3, document)
        wrong = bed.ctl("discover", "--graph", "--subscription", OTHER)
        expect(wrong.status == 2, wrong.err)


@test
def what_cannot_be_read_is_said_and_the_rest_is_printed():
    with Bed(circuits=many_kinds(), watch=["lon-1"]) as bed:
        bed.sim.fault(match={"endpoint": ["list"], "subscription": OTHER}, status=403, code="AuthorizationFailed",
                      message="no right to list")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        done = bed.ctl("discover")
        expect(done.status == 1 and OTHER in done.err and "lon-2" in done.out, (done.err, done.out))


run()
