"""SIGTERM and SIGINT while something is under way: the end is soon, in order, and says so."""

import signal
import threading

from harness import Bed, expect, run, test, wait_until

PAIR = [{"name": "lon-1", "peerings": {"private": {}}}, {"name": "lon-2", "peerings": {"private": {}}}]


def while_it_hangs(endpoint, circuits=PAIR[:1], number=signal.SIGTERM, sessions="none", **fault):
    with Bed(circuits=circuits, settings={"poll": {"sessions": sessions, "timeout": "5m"}}) as bed:
        bed.sim.fault(match=[endpoint], **(fault or {"answer": "hang"}))
        bed.start()
        bed.sim.wait(endpoint)
        bed.daemon.signal(number)
        expect(bed.daemon.wait_end() == 0, bed.daemon.process.returncode)
        wait_until(lambda: "STOPPING=1" in bed.daemon.hear(), "STOPPING=1")
        expect(bed.notices() == [], bed.notices())


@test
def while_the_login_hangs():
    while_it_hangs("token")


@test
def while_a_circuit_hangs():
    while_it_hangs("circuit")


@test
def while_a_list_hangs():
    while_it_hangs("list", PAIR)


@test
def while_metrics_hang():
    while_it_hangs("metrics", sessions="metrics")


@test
def while_a_route_summary_is_awaited():
    while_it_hangs("operation", sessions="routes", polls=1000)


@test
def while_a_route_summary_hangs():
    while_it_hangs("summary", sessions="routes")


@test
def while_a_body_does_not_end():
    while_it_hangs("circuit", delay="30s")


@test
def by_the_keyboard():
    while_it_hangs("circuit", number=signal.SIGINT)


@test
def during_a_pause_after_429():
    while_it_hangs("circuit", status=429, retry_after="60s")


@test
def whoever_waits_for_a_poll_is_told():
    with Bed(circuits=PAIR[:1], settings={"poll": {"timeout": "5m"}}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=["circuit"], answer="hang")
        bed.sim.wait_more("circuit")
        ends = []
        asker = threading.Thread(target=lambda: ends.append(bed.ctl("poll", "lon-1")))
        asker.start()
        bed.wait_said("a poll was asked for")
        bed.stop()
        asker.join()
        expect(ends[0].status in (1, 3) and ends[0].err, (ends[0].status, ends[0].err))


@test
def twice_is_as_good_as_once():
    with Bed(circuits=PAIR) as bed:
        bed.start()
        bed.sim.wait("list")
        bed.daemon.signal(signal.SIGTERM)
        bed.daemon.signal(signal.SIGTERM)
        bed.daemon.signal(signal.SIGHUP)
        expect(bed.daemon.wait_end() == 0, bed.daemon.process.returncode)


run()
