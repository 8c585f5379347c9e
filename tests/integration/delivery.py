"""Delivery to programs that fail, act and fail, or hang: in order, at least once, and one never for the other."""

import signal
import time

from faulty import fail, faulty_bed, mend, name_of, usable
from harness import expect, run, test, wait_until


@test
def what_was_refused_is_taken_once_when_the_receiver_is_back():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.mode("refuse")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_tries(3)
        pager.mode("")
        pager.wait_story("raised 15 lon-1")
        mend(bed, "lon-1")
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        bed.wait_polls("lon-1", 2)
        expect(len(pager.taken()) == 2, pager.story())
        raised = [one["id"] for one in pager.tries() if one["notice"]["event"] == "raised"]
        expect(len(set(raised)) == 1, f"one notice came with the ids {raised}")


@test
def a_receiver_that_acts_and_then_fails_sees_the_same_id_again():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.mode("act and fail")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_until(lambda: len(pager.taken()) >= 2, "a second try")
        pager.mode("")
        bed.wait_said(r"pager took notice")
        tries = len(pager.taken())
        bed.wait_polls("lon-1", 2)
        expect(len(pager.taken()) == tries, "it was sent again after it was taken")
        expect(len({one["id"] for one in pager.taken()}) == 1, pager.taken())
        expect(len({str(one) for one in pager.taken()}) == 1, "the text changed between two tries")


@test
def what_began_and_ended_meanwhile_is_told_in_order_with_its_own_times():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.mode("refuse")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        mend(bed, "lon-1")
        wait_until(lambda: bed.incidents(every=True, rule=15, state="cleared"), "the incident to be cleared")
        over = time.time()
        pager.mode("")
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        raised, cleared = pager.taken()
        expect(raised["time"] < cleared["time"], (raised["time"], cleared["time"]))
        expect(cleared["time"] <= time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(over + 1)), (cleared["time"], over))
        events = [one["notice"]["event"] for one in pager.tries()]
        expect(events.index("cleared") == len(events) - 1, f"cleared was tried before raised was taken: {events}")


@test
def one_that_hangs_delays_no_other():
    names = [f"c-{i}" for i in range(6)]
    with faulty_bed([usable(name) for name in names], receivers=("dead", "alive")) as (bed, dead, alive):
        dead.mode("hang")
        bed.start()
        for name in names:
            bed.wait_verdict(name, "usable")
        fail(bed, "c-*")
        wait_until(lambda: len(alive.taken()) == len(names), "the other to be told of all")
        expect(dead.taken() == [] and len(dead.tries()) <= 4, f"{len(dead.tries())} runs at once")
        expect(bed.daemon.get("/v1/status"), "it does not answer")
        dead.mode("")

        def all_taken():
            dead.end_all("hang")
            return len(dead.taken()) == len(names)
        wait_until(all_taken, "the dead one to hear of all")
        expect(sorted(dead.story()) == sorted(alive.story()), (dead.story(), alive.story()))


def receivers_told(receivers, rule, circuit):
    return {one.name for one in receivers if any(n["rule"] == rule and name_of(n) == circuit for n in one.taken())}


@test
def routes_choose_by_severity_rule_owner_and_label():
    names = ("night", "provider", "london", "rules", "both", "rest")
    circuits = [usable("lon-1"), usable("par-1"), usable("fra-1"), usable("ams-1"), usable("dub-1")]
    with faulty_bed(circuits, receivers=names) as (bed, *receivers):
        for circuit, labels in (("lon-1", {"site": "LON"}), ("fra-1", {"site": "FRA", "tier": "gold"}),
                                ("par-1", {"site": "PAR", "tier": "gold"})):
            next(one for one in bed.settings["circuits"] if one["id"].endswith("/" + circuit))["labels"] = labels
        bed.settings["routes"] = [
            {"match": {"site": "LON"}, "to": "london"},
            {"match": {"site": ["PAR", "FRA"], "tier": "gold", "severity": "critical"}, "to": ["night"],
             "continue": True},
            {"match": {"site": "FRA"}, "to": "both"},
            {"match": {"rule": ["operation-failed", 11]}, "to": "rules"},
            {"match": {"owner": "provider", "severity": ["critical", "warning"]}, "to": ["provider"]},
            {"match": {"severity": "info"}, "to": ["rest", "both"]},
        ]
        bed.write_settings()
        bed.start()
        for circuit in circuits:
            bed.wait_verdict(circuit["name"], "usable")
        fail(bed, "lon-1", "fra-1", "par-1", "ams-1")
        bed.sim.set("dub-1", {"operation": "Failed"})
        want = {("lon-1", 15): {"london"}, ("fra-1", 15): {"night", "both"}, ("par-1", 15): {"night", "provider"},
                ("ams-1", 15): {"provider"}, ("dub-1", 17): {"rules"}}
        for (circuit, rule), told in want.items():
            wait_until(lambda r=rule, c=circuit, t=told: receivers_told(receivers, r, c) >= t,
                       f"{rule} of {circuit} to reach {told}")
        mend(bed, "lon-1", "fra-1", "par-1", "ams-1")
        wait_until(lambda: not bed.incidents(rule=15), "all to be cleared")
        for (circuit, rule), told in want.items():
            expect(receivers_told(receivers, rule, circuit) == told, f"{rule} of {circuit} reached the wrong ones")


@test
def what_no_route_matches_goes_the_way_of_the_last_one():
    with faulty_bed([usable("lon-1")], receivers=("first", "second", "third")) as (bed, first, second, third):
        bed.settings["routes"] = [{"match": {"rule": 11}, "to": "third"},
                                  {"match": {"rule": 12}, "to": ["first", "second"]}]
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        first.wait_story("raised 15 lon-1")
        second.wait_story("raised 15 lon-1")
        expect(third.taken() == [], third.story())


@test
def a_severity_that_rises_is_told_and_whoever_was_told_hears_the_end():
    with faulty_bed([usable("lon-1")], receivers=("day", "night", "never")) as (bed, day, night, never):
        bed.settings["alerts"]["rules"] = {"deprovisioned": {"severity": "warning"}}
        bed.settings["routes"] = [{"match": {"severity": "warning"}, "to": "day"},
                                  {"match": {"severity": "critical"}, "to": "night"},
                                  {"match": {"severity": "info"}, "to": "never"}]
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        day.wait_story("raised 15 lon-1")
        expect(night.taken() == [], night.story())
        del bed.settings["alerts"]["rules"]
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, "the reload was refused")
        day.wait_story("raised 15 lon-1", "changed 15 lon-1")
        night.wait_story("changed 15 lon-1")
        expect([one["severity"] for one in day.taken()] == ["warning", "critical"], day.taken())
        expect(len({one["incident"] for one in day.taken()}) == 1, "it became another incident")
        mend(bed, "lon-1")
        day.wait_story("raised 15 lon-1", "changed 15 lon-1", "cleared 15 lon-1")
        night.wait_story("changed 15 lon-1", "cleared 15 lon-1")
        expect(never.taken() == [], never.story())
        ids = [one["id"] for one in day.taken()]
        expect(len(set(ids)) == 3 and [one["sequence"] for one in day.taken()] == [1, 2, 3], day.taken())


@test
def a_restart_pages_nothing_again_and_delivers_what_was_not_taken():
    with faulty_bed([usable("lon-1"), usable("par-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        for _ in range(3):
            pager.wait_idle(bed.daemon)
            bed.stop()
            bed.start()
            bed.wait_verdict("lon-1", "unusable")
            bed.sim.wait_more("list", 2)
            expect(pager.story() == ["raised 15 lon-1"], pager.story())
        pager.mode("refuse")
        fail(bed, "par-1")
        pager.wait_tries(2)
        bed.stop()
        pager.mode("")
        bed.start()
        pager.wait_story("raised 15 lon-1", "raised 15 par-1")
        mend(bed, "lon-1", "par-1")
        wait_until(lambda: len(pager.taken()) == 4, "both to be cleared")
        expect(sorted(pager.story()[2:]) == ["cleared 15 lon-1", "cleared 15 par-1"], pager.story())


def trouble_of_every_kind():
    """Circuits in subscriptions of their own, each with what is wrong with it and the rule that says so."""
    down = {"primary": "down", "secondary": "down"}
    troubles = {
        10: {"deleted": True}, 11: {"circuit_state": "Disabled"}, 13: {"provider_state": "Provisioning"},
        15: {"provider_state": "NotProvisioned"}, 16: {"provider_state": "Dancing"}, 17: {"operation": "Failed"},
        20: {"peerings.private": None}, 40: {"peerings.private.ipv4.sessions": down},
        41: {"peerings.private.ipv4.sessions": {"primary": "down"}},
        95: {"answer": "wrong-json"},
    }
    for rule, keys in troubles.items():
        yield rule, usable(f"c-{rule}", subscription=f"00000000-0000-0000-0000-0000000000{rule}"), keys


def begins_and_ends(pager):
    """A severity may go on rising meanwhile."""
    return [line for line in pager.story() if not line.startswith("changed")]


@test
def a_restart_neither_ends_nor_repeats_a_finding_of_any_kind():
    troubles = list(trouble_of_every_kind())
    once = {"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"}, "recover": "1/0s", "flap": {"window": 0}}
    settings = {"poll": {"sessions": "metrics", "stale": "5m"}, "alerts": once}
    with faulty_bed([circuit for _, circuit, _ in troubles], settings=settings) as (bed, pager):
        bed.start()
        for _, circuit, _ in troubles:
            bed.wait_verdict(circuit["name"], "usable")
        for rule, circuit, keys in troubles:
            if "answer" in keys:
                bed.sim.fault(f"f-{rule}", match={"endpoint": "circuit", "circuit": circuit["name"]}, **keys)
            else:
                bed.sim.set(circuit["name"], keys)
        for rule, circuit, _ in troubles:
            pager.wait_told(f"raised {rule} {circuit['name']}")
        for _ in range(2):
            pager.wait_idle(bed.daemon)
            told = begins_and_ends(pager)
            bed.stop()
            asked = bed.sim.requests()["circuits"]
            bed.start()
            for rule, circuit, _ in troubles[1:]:  # requests for a circuit that does not exist are nobody's
                for endpoint in ("circuit", "metrics") if rule in (40, 41) else ("circuit",):
                    more = 1 if rule == 95 else 3  # without a good answer it asks less and less often
                    bed.sim.wait(endpoint, asked[circuit["name"]][endpoint] + more, circuit["name"])
            pager.wait_idle(bed.daemon)
            expect(begins_and_ends(pager) == told, f"a restart told {begins_and_ends(pager)[len(told):]}")


def shared_finding_over_a_restart(rule, endpoint, poll=None, **fault):
    """A finding of the credential or the subscription; `endpoint` is what is asked after the restart."""
    once = {"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"}, "recover": "1/0s", "flap": {"window": 0}}
    circuits = [usable(name) for name in ("lon-1", "par-1", "fra-1")]
    with faulty_bed(circuits, settings={"alerts": once, "poll": poll or {}}) as (bed, pager):
        bed.sim.fault("all", **fault)
        bed.start()
        pager.wait_told(f"raised {rule} -")
        pager.wait_idle(bed.daemon)
        bed.stop()
        bed.start()
        bed.sim.wait_more(endpoint, 2)
        pager.wait_idle(bed.daemon)
        told = [line for line in pager.story() if line.endswith(f"{rule} -")]
        expect(told == [f"raised {rule} -"], f"a restart told {told}")
        bed.sim.clear()
        pager.wait_told(f"cleared {rule} -")


@test
def a_restart_neither_ends_nor_repeats_a_failing_sign_in():
    shared_finding_over_a_restart(91, "token", match=["token"], status=401, code="invalid_client", envelope="login")


@test
def a_restart_neither_ends_nor_repeats_a_common_blindness():
    shared_finding_over_a_restart(90, "list", {"stale": "10s"}, match=["arm"], status=503)


@test
def a_restart_neither_ends_nor_repeats_a_refused_read():
    poll = {"sessions": "metrics", "stale": "5m"}
    shared_finding_over_a_restart(92, "metrics", poll, match=["metrics"], status=403)


@test
def a_restart_neither_ends_nor_repeats_a_throttling():
    shared_finding_over_a_restart(93, "list", {"stale": "10s"}, match=["arm"], status=429, retry_after="1s")


@test
def what_ended_while_the_daemon_did_not_run_is_cleared():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        bed.stop()
        mend(bed, "lon-1")
        bed.start()
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        expect(len({one["incident"] for one in pager.taken()}) == 1, "the end has another identity than the begin")


@test
def a_circuit_that_left_the_settings_meanwhile_is_cleared():
    with faulty_bed([usable("lon-1"), usable("par-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        bed.stop()
        bed.settings["circuits"] = [one for one in bed.settings["circuits"] if not one["id"].endswith("lon-1")]
        bed.write_settings()
        bed.start()
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")


@test
def a_stop_does_not_wait_for_a_hook_that_hangs_and_the_next_start_sends_again():
    for mode in ("hang", "stubborn"):
        with faulty_bed([usable("lon-1")]) as (bed, pager):
            bed.start()
            bed.wait_verdict("lon-1", "usable")
            pager.mode(mode)
            fail(bed, "lon-1")
            pager.wait_tries(1)
            begun = time.monotonic()
            bed.stop()
            expect(time.monotonic() - begun < 90, "the stop took too long for TimeoutStopSec")
            hook = pager.tries()[0]["pid"]
            wait_until(lambda p=hook: not alive(p), "the hook to be gone")
            pager.mode("")
            bed.start()
            pager.wait_story("raised 15 lon-1")
            expect(len({one["id"] for one in pager.tries()}) == 1, pager.tries())


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(") ", 1)[1][0] not in "ZX"
    except OSError:
        return False


@test
def a_hook_that_ends_well_when_asked_to_stop_has_taken_its_notice():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        pager.mode("act and wait")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        bed.daemon.signal(signal.SIGTERM)
        expect(bed.daemon.wait_end() == 0, "it did not end in order")
        bed.start()
        bed.wait_verdict("lon-1", "unusable")
        bed.wait_polls("lon-1", 1)
        expect(pager.story() == ["raised 15 lon-1"], pager.story())


run()
