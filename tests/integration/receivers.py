"""Receivers over HTTP that refuse, fail, hang, cut, redirect and come back: nothing is lost, nothing is turned round."""

import base64
import collections
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading

from faulty import Receiver, fail, mend, usable
from harness import CTL, expect, run, test, wait_until
from pager import paged_bed


def ids(pager):
    return [one["notice"]["id"] for one in pager.tries()]


def queue(bed, name="pager"):
    queues = bed.daemon.get("/v1/loop")["queues"]["deliveries"]
    return next(one for one in queues if one["receiver"] == name)


def failing(bed):
    """The receivers of which rule 96 speaks."""
    listed = bed.daemon.get("/v1/incidents")["incidents"]
    return {one["subject"]["receiver"] for one in listed if one["rule"] == 96}


def wait_idle(bed, name="pager"):
    wait_until(lambda: queue(bed, name)["waiting"] == 0, f"the queue of {name} to be empty")


def testing(bed, name):
    """A test that is waited for; what is returned waits for its end."""
    ended = []
    thread = threading.Thread(target=lambda: ended.append(bed.ctl("test", name)))
    thread.start()

    def wait():
        thread.join()
        return ended[0]
    return wait


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
def a_test_takes_the_way_of_a_notice_and_says_how_it_went():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        done = bed.ctl("test", "pager")
        expect(done.status == 0 and re.fullmatch(r"pager took the test notice after [0-9.]+ m?s: HTTP 2[0-9]{2}\n", done.out),
               (done.status, done.out, done.err))
        notice = pager.taken()[0]
        expect(notice["event"] == "test" and notice["rule"] is None and notice["subject"]["receiver"] == "pager", notice)
        done = bed.ctl("--json", "test", "pager")
        expect(json.loads(done.out)["notice"] == pager.taken()[1]["id"], (done.out, pager.taken()))
        expect(notice["id"] != pager.taken()[1]["id"], "two tests have one id")
        pager.mode("500")
        done = bed.ctl("test", "pager")
        expect(done.status == 1 and "did not take the test notice" in done.out and "500" in done.out, (done.out, done.err))
        done = bed.ctl("test", "nobody")
        expect(done.status == 4 and "no receiver" in done.err, (done.status, done.err))
        pager.mode("")
        expect(queue(bed)["waiting"] == 0, "a test that was not taken is tried again")
        fail(bed, "lon-1")  # and nothing of it holds up what is real
        wait_until(lambda: [one["event"] for one in pager.taken()] == ["test", "test", "raised"], "the incident to be told")
        expect(len(pager.tries()) == 4, pager.tries())
        expect(bed.incidents(every=True, rule=96) == [], bed.incidents(every=True))


@test
def a_test_whose_client_goes_away_ends_by_itself_and_there_is_one_at_a_time():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        pager.mode("mute")
        client = subprocess.Popen([CTL, "--socket", bed.daemon.socket, "test", "pager"], stderr=subprocess.DEVNULL)
        pager.wait_tries(1)
        client.kill()
        client.wait()
        done = bed.ctl("test", "pager")
        expect(done.status == 1 and "is being tested already" in done.err, (done.status, done.err))
        pager.mode("")
        pager.drop()
        wait_idle(bed)
        done = bed.ctl("test", "pager")
        expect(done.status == 0, (done.status, done.out, done.err))
        expect({one["event"] for one in pager.taken()} == {"test"}, pager.taken())


@test
def a_test_ends_with_its_receiver_and_with_the_daemon():
    with paged_bed([usable("lon-1")], pagers=("pager", "other")) as (bed, pager, other):
        ready(bed, "lon-1")
        for one in (pager, other):
            one.mode("mute")
        waiting = testing(bed, "other")
        other.wait_tries(1)
        bed.settings["receivers"] = [pager.settings]
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, bed.err())
        done = waiting()
        expect(done.status == 1 and "no longer in the settings" in done.err, (done.status, done.err))
        waiting = testing(bed, "pager")
        pager.wait_tries(1)
        bed.stop()
        done = waiting()
        expect(done.status != 0 and "took" not in done.out, (done.status, done.out, done.err))
        pager.mode("")
        bed.start()  # whoever wanted it has gone
        bed.wait_verdict("lon-1", "usable")
        expect(queue(bed)["waiting"] == 0 and pager.taken() == [], pager.taken())


@test
def one_that_refuses_connections_is_told_when_it_is_back():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        pager.close()
        fail(bed, "lon-1")
        wait_until(lambda: queue(bed)["trouble"], "the first try to fail")
        shown = bed.ctl("status").out
        expect("\nReceiver pager: 1 notice waits, the oldest for " in shown, shown)
        pager.open()
        pager.wait_story("raised 15 lon-1")
        wait_idle(bed)
        expect("Receiver" not in bed.ctl("status").out, bed.ctl("status").out)
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
        told = [one["notice"]["rule"] for one in elsewhere.tries()]  # of the trouble itself, by its own way
        expect(set(told) <= {96}, f"the redirect was followed: {told}")


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
        hook.wait_told("raised 15 lon-1")
        fallen = next(one for one in hook.taken() if one["rule"] == 15)
        expect(fallen["id"] == pager.tries()[0]["notice"]["id"], "it has another id there")
        pager.mode("")
        expect(bed.ctl("reload").status == 0, "the reload was refused")
        pager.wait_story("raised 15 lon-1")
        mend(bed, "lon-1")
        hook.wait_told("cleared 15 lon-1")  # it was told of the begin
        expect(hook.story("lon-1") == ["raised 15 lon-1", "cleared 15 lon-1"], hook.story())
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")


@test
def of_one_that_refuses_for_good_every_other_one_is_told():
    with paged_bed([usable("lon-1")], receivers=[lambda bed: Receiver(bed, "hook")],
                   routes=[{"to": "pager"}]) as (bed, pager, hook):
        ready(bed, "lon-1")
        for mode in ("401", "400", "redirect " + pager.url):
            pager.mode(mode)
            tell = fail if mode != "400" else mend
            before = len(hook.taken())
            tell(bed, "lon-1")
            wait_until(lambda: len(hook.taken()) > before, f"the other one to be told that it answers {mode}")
            told = hook.taken()[before]
            expect(hook.story()[before:] == ["raised 96 -"], hook.story())
            expect(told["subject"]["receiver"] == "pager" and told["severity"] == "critical", told)
            expect("receiver pager does not take notices" in told["summary"], told["summary"])
            pager.mode("")
            expect(bed.ctl("reload").status == 0, "the reload was refused")
            wait_until(lambda: len(hook.taken()) > before + 1, "the other one to be told that it works again")
            expect(hook.story()[before:] == ["raised 96 -", "cleared 96 -"], hook.story())
            wait_idle(bed)
        expect(all(one["rule"] != 96 for one in pager.taken()), f"it was told of itself: {pager.taken()}")


@test
def of_two_that_refuse_for_good_only_the_journal_is_told():
    with paged_bed([usable("lon-1")], pagers=("pager", "other")) as (bed, pager, other):
        ready(bed, "lon-1")
        pager.mode("401")
        other.mode("401")
        fail(bed, "lon-1")
        wait_until(lambda: failing(bed) == {"pager", "other"}, "both to be said to fail")
        pager.mode("")
        other.mode("")
        expect(bed.ctl("reload").status == 0, "the reload was refused")
        wait_until(lambda: failing(bed) == set(), "both to be said to work")
        wait_idle(bed)
        wait_idle(bed, "other")
        for one in (pager, other):
            about = {notice["subject"]["receiver"] for notice in one.taken() if notice["rule"] == 96}
            expect(one.name not in about, f"{one.name} was told of itself: {one.story()}")
            expect(one.story().count("raised 15 lon-1") == 1, one.story())


@test
def one_that_is_all_there_is_hears_nothing_of_itself():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        pager.mode("401")
        fail(bed, "lon-1")
        wait_until(lambda: failing(bed) == {"pager"}, "it to be said to fail")
        bed.wait_said("receiver pager does not take notices")
        expect(queue(bed)["waiting"] == 1, queue(bed))
        bed.stop()
        bed.start()  # what is stored says so, too, and nothing clears it before it works
        pager.mode("")
        expect(bed.ctl("reload").status == 0, "the reload was refused")
        wait_until(lambda: failing(bed) == set(), "it to be said to work")
        pager.wait_story("raised 15 lon-1")


@test
def one_that_leaves_the_settings_fails_no_more():
    with paged_bed([usable("lon-1")], receivers=[lambda bed: Receiver(bed, "hook")],
                   routes=[{"to": "pager"}]) as (bed, pager, hook):
        ready(bed, "lon-1")
        pager.mode("401")
        fail(bed, "lon-1")
        hook.wait_story("raised 96 -")
        bed.settings["receivers"] = [hook.settings]
        bed.settings["routes"] = [{"to": "hook"}]
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, "the reload was refused")
        hook.wait_told("cleared 96 -")
        hook.wait_told("raised 15 lon-1")  # it is the heir
        expect(failing(bed) == set(), failing(bed))


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
def a_fallback_that_heard_of_it_anyway_is_not_told_again_when_it_is_over():
    with paged_bed([usable("lon-1"), usable("par-1")], pagers=("away", "both"),
                   routes=[{"match": {"circuit": "par-1"}, "to": "away"}, {"to": ["away", "both"]}]) as (bed, away, both):
        away.settings["fallback"] = {"to": "both", "after": "10s"}
        bed.write_settings()
        ready(bed, "lon-1", "par-1")
        away.mode("500")
        fail(bed, "lon-1")
        both.wait_story("raised 15 lon-1")
        mend(bed, "lon-1")
        both.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        fail(bed, "par-1")  # falls in its turn, behind whatever falls of the first
        wait_until(lambda: "raised 15 par-1" in both.story(), "the second to fall")
        wait_idle(bed, "both")
        expect(sorted(both.story()) == ["cleared 15 lon-1", "raised 15 lon-1", "raised 15 par-1"], both.story())


def only(bed, pager):
    bed.settings["receivers"] = [pager.settings]
    bed.settings["routes"] = [{"to": pager.name}]
    bed.write_settings()


@test
def the_heir_of_one_that_is_gone_hears_begin_and_end_in_order():
    with paged_bed([usable("lon-1")], pagers=("old", "new"), routes=[{"to": "old"}]) as (bed, old, new):
        ready(bed, "lon-1")
        old.mode("mute")
        fail(bed, "lon-1")
        old.wait_tries(1)
        mend(bed, "lon-1")
        wait_until(lambda: bed.incidents(every=True, rule=15, state="cleared"), "the incident to be cleared")
        only(bed, new)
        expect(bed.ctl("reload").status == 0, "the reload was refused")
        old.drop()  # the beginning was under way until now: the end must not have gone before it
        new.wait_story("raised 15 lon-1", "cleared 15 lon-1")


@test
def the_heir_hears_the_end_after_another_start():
    with paged_bed([usable("lon-1")], pagers=("old", "new"), routes=[{"to": "old"}]) as (bed, old, new):
        ready(bed, "lon-1")
        old.mode("500")
        fail(bed, "lon-1")
        old.wait_tries(1)
        bed.stop()
        only(bed, new)
        bed.start()
        new.wait_story("raised 15 lon-1")
        wait_idle(bed, "new")
        bed.stop()
        bed.start()
        bed.wait_verdict("lon-1", "unusable")
        mend(bed, "lon-1")
        new.wait_story("raised 15 lon-1", "cleared 15 lon-1")


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
    names = [f"c-{i}" for i in range(1, 201)]
    with paged_bed([usable("c", copies=len(names))], watch=names) as (bed, pager):
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == len(names), "all to be usable")
        pager.mode("slow 0.5")
        fail(bed, "c-*")
        wait_until(lambda: len(pager.taken()) >= len(names), lambda: f"all to be told of; {len(pager.taken())} were")
        wait_idle(bed)
        expect(len(pager.taken()) == len(names) and len(set(ids(pager))) == len(names), pager.story())


@test
def a_connection_that_was_closed_while_it_was_idle_costs_no_page():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        wait_idle(bed)
        pager.drop()
        mend(bed, "lon-1")
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        wait_idle(bed)
        fail(bed, "lon-1")
        wait_until(lambda: len(pager.taken()) == 3, "the next begin")
        wait_idle(bed)
        pager.mode("once cut")  # the connection ends in the moment in which it is used again
        mend(bed, "lon-1")
        wait_until(lambda: len(pager.taken()) == 4, "the next end")
        wait_idle(bed)
        expect(len(set(ids(pager))) == len(pager.taken()) == 4, ids(pager))


@test
def every_peer_of_an_alertmanager_is_told_and_one_that_was_away_hears_it_later():
    with paged_bed([usable("lon-1")], pagers=("am", "peer")) as (bed, am, peer):
        bed.settings["receivers"] = [{"name": "am", "alertmanager": {"urls": [am.peer, peer.peer]}}]
        bed.write_settings()
        peer.close()
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        wait_until(lambda: am.taken(), "the one that is there to be told")
        expect(am.tries()[0]["path"] == "/api/v2/alerts", am.tries()[0]["path"])
        wait_idle(bed, "am")
        peer.open()
        wait_until(lambda: peer.taken(), "the other one to be told again")  # within a minute
        expect(peer.taken()[0][0]["labels"] == am.taken()[0][0]["labels"], (peer.taken(), am.taken()))
        told = len(am.taken())
        mend(bed, "lon-1")
        wait_until(lambda: bed.incidents(every=True, rule=15, state="cleared"), "the incident to be cleared")
        wait_idle(bed, "am")
        last = am.taken()[told:][-1][0]
        expect(last["labels"] == am.taken()[0][0]["labels"], last)
        expect(last["endsAt"] < am.taken()[0][0]["endsAt"], "its end is not said")


@test
def an_alertmanager_that_never_answers_keeps_nothing_from_its_peer():
    names = [f"c-{i}" for i in range(1, 51)]
    with paged_bed([usable("c", copies=50)], watch=names, pagers=("am", "mute")) as (bed, am, mute):
        bed.settings["receivers"] = [{"name": "am", "alertmanager": {"urls": [am.peer, mute.peer], "timeout": "5m"}}]
        bed.settings["alerts"]["group"] = {"least": 0}
        bed.write_settings()
        mute.mode("mute")
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == 50, "all to be usable")
        fail(bed, "c-*")

        def told():
            return collections.Counter(alert["labels"]["circuit"] for body in am.taken() for alert in body)
        wait_until(lambda: len(told()) == 50, lambda: f"each alert; {len(told())} came")
        wait_idle(bed, "am")
        wait_until(lambda: len(told()) == 50 and min(told().values()) >= 2,  # within two minutes
                   lambda: f"each of them once more; {told().most_common()[-3:]}")
        expect(mute.taken() == [], mute.taken())


@test
def a_fifo_gets_each_notice_on_a_line_and_what_nobody_reads_waits():
    with paged_bed([usable("lon-1")]) as (bed, _pager):
        path = os.path.join(bed.folder, "fifo")
        os.mkfifo(path)
        bed.settings["receivers"] = [{"name": "line", "stream": {"path": path}}]
        bed.write_settings()
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        wait_until(lambda: queue(bed, "line")["trouble"], "the first try to find nobody")
        expect("nobody" in queue(bed, "line")["trouble"], queue(bed, "line"))
        with open(os.open(path, os.O_RDWR), encoding="utf-8") as reader:
            notice = json.loads(reader.readline())
            expect((notice["event"], notice["rule"]) == ("raised", 15), notice)
            wait_idle(bed, "line")


@test
def a_unix_socket_gets_each_notice_on_a_line():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with paged_bed([usable("lon-1")]) as (bed, _pager), socket.socket(socket.AF_UNIX, kind) as listener:
            path = os.path.join(bed.folder, "sock")
            listener.bind(path)
            listener.settimeout(180)
            if kind == socket.SOCK_STREAM:
                listener.listen()
            bed.settings["receivers"] = [{"name": "line", "stream": {"path": path}}]
            bed.write_settings()
            ready(bed, "lon-1")
            fail(bed, "lon-1")
            if kind == socket.SOCK_STREAM:
                with listener.accept()[0] as link, link.makefile() as reader:
                    text = reader.readline()
            else:
                text = listener.recv(65536).decode()
            expect(text.endswith("\n") and json.loads(text)["event"] == "raised", text)
            wait_idle(bed, "line")


class MailServer:
    """As much of SMTP as one mail at a time needs. refuse: the answer to each mail, before good ones."""

    def __init__(self, refuse=()):
        self.refuse, self.mails = list(refuse), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                with contextlib.suppress(OSError):
                    self._talk(self.listener.accept()[0])

    def _talk(self, link):
        with link, link.makefile("rb") as reader:
            link.sendall(b"220 here\r\n")
            while line := reader.readline().decode().strip():
                word = line.split()[0].upper()
                if word == "DATA":
                    link.sendall(b"354 go on\r\n")
                    text = b""
                    while (part := reader.readline()) != b".\r\n":
                        text += part
                    if self.refuse:
                        link.sendall(self.refuse.pop(0).encode() + b"\r\n")
                        continue
                    self.mails.append(text.decode())
                link.sendall(b"221 bye\r\n" if word == "QUIT" else b"250 fine\r\n")


@test
def a_mail_server_that_is_busy_gets_the_mail_later():
    server = MailServer(refuse=["451 later"])
    with paged_bed([usable("lon-1")]) as (bed, _pager):
        bed.settings["receivers"] = [{"name": "mail", "email": {
            "server": server.url, "starttls": False, "from": "erwatch@example.net", "to": ["noc@example.net"]}}]
        bed.write_settings()
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        wait_until(lambda: server.mails, "the mail to be taken")
        wait_idle(bed, "mail")
        expect(len(server.mails) == 1 and not server.refuse, server.mails)
        head, _, body = server.mails[0].partition("\r\n\r\n")
        expect("To: noc@example.net" in head and "lon-1" in base64.b64decode(body).decode(), server.mails[0])


run()
