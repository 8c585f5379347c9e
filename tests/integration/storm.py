"""Many circuits at once: everything is told, nothing twice."""

import collections
import os

from faulty import fail, faulty_bed, mend, usable
from harness import Bed, expect, hook_program, run, test, wait_until
from pager import paged_bed

CIRCUITS = 1000

# one short line each, which the kernel appends whole
HOOK = """#!/bin/sh
cat >/dev/null
echo "$ERWATCH_EVENT $ERWATCH_RULE $ERWATCH_CIRCUIT $ERWATCH_NOTICE_ID" >>"$1"
"""


def lines(path):
    try:
        with open(path, encoding="utf-8") as file:
            return [line.split() for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


@test
def a_thousand_circuits_lost_and_back():
    names = [f"c-{i}" for i in range(1, CIRCUITS + 1)]
    with Bed(circuits=[{"name": "c", "copies": CIRCUITS, "peerings": {"private": {}}}], watch=names) as bed:
        told = os.path.join(bed.folder, "told")
        bed.settings["poll"]["every"] = "2s"
        bed.settings["receivers"] = [{"name": "pager",
                                      "exec": {"command": [hook_program(HOOK, "line"), told], "timeout": "5m"}}]
        bed.write_settings()
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == CIRCUITS, "all to be usable")
        fail(bed, "c-*")
        wait_until(lambda: len(lines(told)) >= CIRCUITS, lambda: f"{CIRCUITS} notices; there were {len(lines(told))}")
        mend(bed, "c-*")
        wait_until(lambda: len(lines(told)) >= 2 * CIRCUITS, lambda: f"the ends; there were {len(lines(told))}")
        wait_until(lambda: not bed.incidents(), "all to be cleared")
        found = lines(told)
        count = collections.Counter((event, rule, name) for event, rule, name, _ in found)
        wanted = {(event, "15", name): 1 for event in ("raised", "cleared") for name in names}
        expect(count == wanted, count.most_common(5))
        expect(len({notice for *_, notice in found}) == 2 * CIRCUITS, "ids are not unique")


@test
def sixty_circuits_lost_at_once_are_one_page():
    """And one end, although each of them comes back by itself."""
    names = [f"c-{i}" for i in range(1, 61)]
    with Bed(circuits=[{"name": "c", "copies": 60, "peerings": {"private": {}}}], watch=names,
             settings={"poll": {"stale": "5m"}, "alerts": {"group": {"wait": "5s", "least": 10}}}) as bed:
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == 60, "all to be usable")
        fail(bed, "c-*")
        notice = bed.wait_notice(rule=56, event="raised", severity="critical")
        expect("60 circuits" in notice["summary"] and "Equinix" in notice["text"], notice["text"])
        expect(notice["circuit"] is None and notice["owner"] == "provider", notice)
        kept_back = bed.incidents(rule=15)
        expect(len(kept_back) == 60 and all("grouped" in str(one["withheld"]) for one in kept_back), kept_back[:2])
        shown = bed.ctl("explain", notice["incident"]).out
        for part in ("About         what they share: Equinix in London\n",
                     "Waits for     To be cleared: the end of every incident that it speaks for.\n",
                     "call the provider once"):
            expect(part in shown, f"{part}: {shown}")
        expect("--subscription" not in shown, f"the steps of another kind of cause: {shown}")
        spoken_for = f"spoken for by 56 common-cause {notice['key'][:8]}"
        expect(spoken_for + ", sends nothing\n" in bed.ctl("incidents").out, bed.ctl("incidents").out)
        expect(spoken_for in bed.ctl("explain", kept_back[0]["identity"]).out, kept_back[0])
        bed.wait_kept()
        bed.stop()
        bed.start()  # what had just been taken may come once more, under the same id
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["unusable"] == 60, "all to be seen again")
        expect(len({one["id"] for one in bed.notices()}) == 1, [one["summary"] for one in bed.notices()])
        mend(bed, "c-*")
        bed.wait_notice(rule=56, event="cleared")
        wait_until(lambda: not bed.incidents(), "all to be cleared")
        expect(len({one["id"] for one in bed.notices()}) == 2, [one["summary"] for one in bed.notices()])


@test
def a_storm_is_told_to_everybody_who_hears_of_one_of_its_circuits():
    """Ten circuits of two teams: each team's receiver gets the one page."""
    names = [f"c-{i}" for i in range(1, 11)]
    watch = [{"name": name, "labels": {"team": "a" if at % 2 else "b"}} for at, name in enumerate(names)]
    with faulty_bed([usable("c", copies=10)], watch=watch, receivers=("a", "b", "rest")) as (bed, first, second, rest):
        bed.settings["routes"] = [{"match": {"team": "a"}, "to": ["a"]}, {"match": {"team": "b"}, "to": ["b"]},
                                  {"to": ["rest"]}]
        bed.settings["poll"]["stale"] = "5m"
        bed.settings["alerts"]["group"] = {"wait": "5s", "least": 10}
        bed.write_settings()
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == 10, "all to be usable")
        fail(bed, "c-*")
        for pager in (first, second):
            pager.wait_story("raised 56 -")
        mend(bed, "c-*")
        for pager in (first, second):
            pager.wait_story("raised 56 -", "cleared 56 -")
        expect(rest.story() == [], rest.story())


def restart(bed):
    """With nothing under way: what it stops in the middle of comes again."""
    wait_until(lambda: not any(one["waiting"] for one in bed.daemon.get("/v1/loop")["queues"]["deliveries"]),
               "the queues to be empty")
    bed.wait_kept()
    bed.stop()
    bed.start()
    wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["unusable"] == 10, "all to be seen again")


@test
def a_storm_that_nobody_takes_on_is_escalated_and_whoever_was_told_hears_who_has_it():
    """One of them is PagerDuty, and the daemon is started anew in between."""
    names = [f"c-{i}" for i in range(1, 11)]
    once = {"confirm": {"critical": "1/0s"}, "recover": "1/0s", "flap": {"window": 0},
            "group": {"wait": "5s", "least": 10}, "escalate": {"after": "1m", "to": ["chief"]}}
    with paged_bed([usable("c", copies=10)], pagers=("pd", "chief", "rest"), watch=names,
                   settings={"poll": {"stale": "5m"}, "alerts": once}) as (bed, duty, chief, rest):
        bed.settings["receivers"] = [duty.as_duty(bed, "pd"), chief.settings, rest.settings]
        bed.settings["routes"] = [{"match": {"rule": 15}, "to": "pd"}, {"to": "rest"}]
        bed.write_settings()
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == 10, "all to be usable")
        fail(bed, "c-*")
        wait_until(duty.duty, "PagerDuty to be told")
        storm = bed.incidents(rule=56)[0]["identity"]
        restart(bed)
        chief.wait_story("reminder 56 -")
        expect(chief.taken()[0]["incident"] == storm, chief.taken()[0])
        done = bed.ctl("ack", storm, "--why", "CHG-1")
        expect(done.status == 0 and "acknowledged by" in done.out, (done.out, done.err))
        chief.wait_story("reminder 56 -", "acknowledged 56 -")
        wait_until(lambda: ("acknowledge", storm) in duty.duty(), lambda: f"the acknowledgement; there were {duty.duty()}")
        restart(bed)
        mend(bed, "c-*")
        chief.wait_story("reminder 56 -", "acknowledged 56 -", "cleared 56 -")
        wait_until(lambda: ("resolve", storm) in duty.duty(), lambda: f"the end; there were {duty.duty()}")
        wait_until(lambda: not bed.incidents(), "all to be cleared")
        told = list(dict.fromkeys(duty.duty()))  # a reminder is a trigger, too
        expect(told == [("trigger", storm), ("acknowledge", storm), ("resolve", storm)], told)
        expect(rest.taken() == [], rest.story())


run()
