"""
Clocks that do more than go on: steps of the wall clock and a sleep of the machine cost no poll, page nothing and resolve
nothing (T1, T3). The daemon has clocks of its own (clock_at.c), and a step of them wakes it as the kernel would; those of the
machine are left alone.
"""

import datetime

from clocks import Clock
from faulty import Receiver, fail, usable
from harness import Bed, expect, run, test, wait_until
from pager import paged_bed

USABLE = {"name": "lon-1", "peerings": {"private": {}}}
DOWN = {"name": "lon-2", "peerings": {"private": {}}}
HOUR, DAY = 3600, 24 * 3600


def bed_with_an_open_incident():
    # nothing grows stale within the test: what is paged would be a step's doing
    return Bed(circuits=[USABLE, DOWN], settings={"poll": {"stale": "10m"}})


def begin(bed, clock):
    bed.start(env=clock.environment)
    bed.wait_verdict("lon-1", "usable")
    bed.wait_verdict("lon-2", "usable")
    bed.sim.set("lon-2", {"provider_state": "NotProvisioned"})
    bed.wait_notice(rule=15, event="raised", circuit="lon-2")


def since(bed):
    text = bed.incidents(rule=15)[0]["since"]
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


@test
def steps_of_the_wall_clock_are_told_and_change_nothing():
    with bed_with_an_open_incident() as bed:
        clock = Clock(bed)
        begin(bed, clock)
        began = since(bed)
        for number, (by, said) in enumerate([(HOUR, "forward by 1 h"), (-HOUR, "back by 1 h"), (-DAY, "back by 1 d"),
                                             (DAY, "forward by 1 d")], 1):
            clock.step(by)
            notice = bed.wait_notice(number, rule=97, event="raised", severity="info")
            expect(said in notice["summary"], notice["summary"])
            expect(abs(since(bed) - began - clock.ahead) < 2, "the age of what is open is what it was")
            bed.sim.wait_more("list", 2)
        clock.to_1970()
        bed.wait_notice(5, rule=97, event="raised")
        bed.sim.wait_more("list", 3)
        expect(since(bed) < HOUR, "what began before is of 1970, too")
        bed.expect_no_other(15, 97)
        expect(len(bed.notices(rule=15)) == 1, bed.notices(rule=15))
        bed.sim.set("lon-2", {"provider_state": "Provisioned"})
        bed.wait_notice(rule=15, event="cleared", circuit="lon-2")
        expect(bed.incidents() == [], bed.incidents())


@test
def a_step_wakes_a_daemon_that_has_nothing_to_do():
    """No poll is due for an hour, and nobody asks it anything."""
    with Bed(circuits=[USABLE], settings={"poll": {"every": "1h", "stale": "4h"}}) as bed:
        clock = Clock(bed)
        bed.start(env=clock.environment)
        bed.wait_verdict("lon-1", "usable")
        bed.wait_kept()
        for number, by in enumerate((DAY, -DAY), 1):
            clock.step(by)
            bed.wait_notice(number, rule=97, event="raised")
        bed.expect_no_other(97)


@test
def after_a_sleep_everything_is_asked_for_at_once():
    with Bed(circuits=[USABLE, DOWN], settings={"poll": {"every": "1h", "stale": "4h"}}) as bed:
        clock = Clock(bed)
        bed.start(env=clock.environment)
        bed.wait_verdict("lon-1", "usable")
        bed.wait_kept()
        lists, tokens = bed.sim.requests("list"), bed.sim.requests("token")
        clock.sleep(8 * HOUR)
        bed.daemon.get("/v1/loop")  # it wakes up
        notice = bed.wait_notice(rule=97, event="raised")
        expect("slept for 8 h" in notice["summary"], notice["summary"])
        bed.sim.wait("list", lists + 1)
        expect(bed.sim.requests("token") > tokens, "the token has run out meanwhile")
        bed.wait_circuit("lon-1", lambda circuit: circuit["verdict"] == "usable", "to be usable again")
        bed.expect_no_other(97)


@test
def a_clock_that_is_behind_the_database_at_the_start():
    with bed_with_an_open_incident() as bed:
        clock = Clock(bed)
        begin(bed, clock)
        bed.wait_said("hook took notice")
        bed.wait_kept()
        bed.stop()
        clock.to_1970()
        bed.start(env=clock.environment)
        notice = bed.wait_notice(rule=97, event="raised")
        expect("is behind" in notice["summary"] and "1970-01-01" in notice["text"], notice)
        bed.sim.wait_more("list", 3)
        bed.expect_no_other(15, 97)
        expect(len(bed.notices(rule=15)) == 1, bed.notices(rule=15))
        bed.sim.set("lon-2", {"provider_state": "Provisioned"})
        bed.wait_notice(rule=15, event="cleared", circuit="lon-2")
        wait_until(lambda: bed.incidents() == [], "nothing to be open")


@test
def of_a_receiver_that_fails_for_five_minutes_the_others_are_told():
    with paged_bed([usable("lon-1")], receivers=[lambda bed: Receiver(bed, "hook")],
                   routes=[{"to": "pager"}]) as (bed, pager, hook):
        clock = Clock(bed)
        bed.start(env=clock.environment)
        bed.wait_verdict("lon-1", "usable")
        pager.mode("500")
        fail(bed, "lon-1")
        wait_until(lambda: len(pager.tries()) >= 2, "it to have refused twice")
        expect(hook.story() == [], "a failure of a moment is no failure")
        clock.sleep(301)
        bed.daemon.get("/v1/loop")  # it wakes up
        hook.wait_told("raised 96 -")
        told = next(notice for notice in hook.taken() if notice["rule"] == 96)
        expect("500" in told["text"] and told["severity"] == "critical", told)
        pager.mode("")
        hook.wait_told("cleared 96 -")
        wait_until(lambda: "raised 15 lon-1" in pager.story(), "it to take what waited")
        expect(hook.story() == ["raised 96 -", "cleared 96 -"], hook.story())


run()
