"""Receivers over HTTP that refuse, fail, hang, cut, redirect and come back: nothing is lost, nothing is turned round."""

import os
import signal

from faulty import Receiver, fail, mend, usable
from harness import expect, run, test, wait_until
from pager import paged_bed


def ids(pager):
    return [one["notice"]["id"] for one in pager.tries()]


def queue(bed, name="pager"):
    queues = bed.daemon.get("/v1/loop")["queues"]["deliveries"]
    return next(one for one in queues if one["receiver"] == name)


def wait_idle(bed, name="pager"):
    wait_until(lambda: queue(bed, name)["waiting"] == 0, f"the queue of {name} to be empty")


def ready(bed, *names):
    bed.start()
    for name in names:
        bed.wait_verdict(name, "usable")


@test
def a_webhook_is_told_begin_and_end_once():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        mend(bed, "lon-1")
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        wait_idle(bed)
        expect(len(pager.tries()) == 2, pager.tries())
        for one in pager.tries():
            expect(one["method"] == "POST" and one["path"] == "/in", one)
            expect(one["headers"]["webhook-id"] == one["notice"]["id"], one["headers"])
            expect(one["headers"]["content-type"].startswith("application/json"), one["headers"])


@test
def one_that_refuses_connections_is_told_when_it_is_back():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        pager.close()
        fail(bed, "lon-1")
        wait_until(lambda: queue(bed)["trouble"], "the first try to fail")
        pager.open()
        pager.wait_story("raised 15 lon-1")
        wait_idle(bed)
        expect(len(pager.taken()) == 1, pager.story())


@test
def one_that_fails_is_told_once_when_it_works():
    for mode in ("500", "503", "408", "cut", "half"):
        with paged_bed([usable("lon-1")]) as (bed, pager):
            ready(bed, "lon-1")
            pager.mode(mode)
            fail(bed, "lon-1")
            pager.wait_tries(2)
            pager.mode("")
            pager.wait_story("raised 15 lon-1")
            wait_idle(bed)
            expect(len(pager.taken()) == 1 and len(set(ids(pager))) == 1, f"{mode}: {ids(pager)}")


@test
def retry_after_is_obeyed():
    with paged_bed([usable("lon-1"), usable("par-1")]) as (bed, pager):
        ready(bed, "lon-1", "par-1")
        pager.mode("429 3")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        fail(bed, "par-1")  # its page waits, too
        pager.wait_tries(2)
        first, second = pager.tries()[:2]
        expect(second["time"] - first["time"] >= 2.9, second["time"] - first["time"])
        pager.mode("")
        wait_until(lambda: len(pager.taken()) == 2, "both to be taken")


@test
def a_redirect_is_not_followed_and_not_taken_for_a_delivery():
    with paged_bed([usable("lon-1")], pagers=("pager", "elsewhere"), routes=[{"to": "pager"}]) as (bed, pager, elsewhere):
        ready(bed, "lon-1")
        pager.mode("redirect " + elsewhere.url)
        fail(bed, "lon-1")
        pager.wait_tries(1)
        wait_until(lambda: queue(bed)["trouble"], "the trouble to be shown")
        expect(queue(bed)["waiting"] == 1 and "302" in queue(bed)["trouble"], queue(bed))
        pager.mode("")
        expect(bed.ctl("reload").status == 0, "the reload was refused")  # it need not wait for the five minutes
        pager.wait_story("raised 15 lon-1")
        expect(elsewhere.tries() == [], "the redirect was followed")


@test
def a_mute_receiver_delays_no_other_and_takes_few_connections():
    names = [f"c-{i}" for i in range(6)]
    with paged_bed([usable(name) for name in names], pagers=("mute", "alive")) as (bed, mute, alive):
        mute.mode("mute")
        ready(bed, *names)
        files = len(os.listdir(f"/proc/{bed.daemon.pid}/fd"))
        fail(bed, "c-*")
        wait_until(lambda: len(alive.taken()) == len(names), "the other to be told of all")
        expect(mute.taken() == [] and len(mute.tries()) <= 4, f"{len(mute.tries())} at once")
        wait_idle(bed, "alive")
        expect(len(os.listdir(f"/proc/{bed.daemon.pid}/fd")) < files + 30, "descriptors grow")
        mute.mode("")
        mute.drop()
        wait_until(lambda: len(mute.taken()) == len(names), "the mute one to hear of all")


@test
def a_receiver_that_acts_and_is_cut_off_sees_one_identity_twice():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        pager.mode("act and cut")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        pager.mode("")
        wait_idle(bed)
        expect(len(pager.taken()) >= 2 and len(set(ids(pager))) == 1, ids(pager))


@test
def what_is_refused_is_sent_once_more_with_the_least():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        pager.mode("large")
        fail(bed, "lon-1")
        pager.wait_tries(2)
        sizes = [one["len"] for one in pager.tries()]
        expect(sizes[1] < sizes[0], f"the second was not smaller: {sizes}")
        expect(len(set(ids(pager))) == 1, ids(pager))


@test
def what_is_refused_for_good_goes_to_the_fallback_and_later_to_both():
    with paged_bed([usable("lon-1")], receivers=[lambda bed: Receiver(bed, "hook")],
                   routes=[{"to": "pager"}]) as (bed, pager, hook):
        pager.settings["fallback"] = {"to": "hook", "after": "1h"}
        bed.write_settings()
        ready(bed, "lon-1")
        pager.mode("401")
        fail(bed, "lon-1")
        hook.wait_story("raised 15 lon-1")
        expect(hook.taken()[0]["id"] == pager.tries()[0]["notice"]["id"], "it has another id there")
        pager.mode("")
        expect(bed.ctl("reload").status == 0, "the reload was refused")
        pager.wait_story("raised 15 lon-1")
        mend(bed, "lon-1")
        hook.wait_story("raised 15 lon-1", "cleared 15 lon-1")  # it was told of the begin
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")


@test
def what_is_not_taken_for_a_while_goes_to_the_fallback():
    with paged_bed([usable("lon-1")], receivers=[lambda bed: Receiver(bed, "hook")],
                   routes=[{"to": "pager"}]) as (bed, pager, hook):
        pager.settings["fallback"] = {"to": "hook", "after": "10s"}
        bed.write_settings()
        ready(bed, "lon-1")
        pager.mode("500")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        expect(hook.taken() == [], "it fell at once")
        hook.wait_story("raised 15 lon-1")
        pager.mode("")
        pager.wait_story("raised 15 lon-1")
        wait_idle(bed)
        wait_idle(bed, "hook")
        expect(len(hook.taken()) == 1, hook.story())


@test
def whoever_was_told_hears_the_end_whatever_the_routes_say_by_then():
    with paged_bed([usable("lon-1")], pagers=("old", "new"), routes=[{"to": "old"}]) as (bed, old, new):
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        old.wait_story("raised 15 lon-1")
        wait_idle(bed, "old")
        bed.settings["routes"] = [{"to": "new"}]
        bed.write_settings()
        bed.stop()
        bed.start()
        bed.wait_verdict("lon-1", "unusable")
        mend(bed, "lon-1")
        old.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        wait_idle(bed, "old")
        expect(new.taken() == [], f"one that never heard of it was told {new.story()}")
        fail(bed, "lon-1")
        new.wait_story("raised 15 lon-1")


@test
def killed_while_the_end_is_being_sent_it_is_sent_after_the_start():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        wait_idle(bed)
        pager.mode("mute")
        mend(bed, "lon-1")
        pager.wait_tries(2)
        bed.other_ends = (-signal.SIGKILL,)
        bed.daemon.kill()
        pager.mode("")
        bed.start()
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        expect(len(set(ids(pager))) == 2, ids(pager))


@test
def begun_and_ended_while_it_was_away_comes_in_order():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        pager.mode("503")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        mend(bed, "lon-1")
        wait_until(lambda: bed.incidents(every=True, rule=15, state="cleared"), "the incident to be cleared")
        pager.mode("")
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        raised, cleared = pager.taken()
        expect(raised["time"] < cleared["time"] and raised["incident"] == cleared["incident"], pager.taken())


@test
def many_at_once_are_each_told_once():
    names = [f"c-{i}" for i in range(60)]
    with paged_bed([usable(name) for name in names]) as (bed, pager):
        ready(bed, *names)
        pager.mode("slow 0.2")
        fail(bed, "c-*")
        wait_until(lambda: len(pager.taken()) >= len(names), lambda: f"all to be told of; {len(pager.taken())} were")
        wait_idle(bed)
        expect(len(pager.taken()) == len(names) and len(set(ids(pager))) == len(names), pager.story())


run()
