"""
Digests: what is not urgent is collected, and goes out as one notice at its time; over crashes, restarts, reloads and
receivers that are down nothing of it is lost and nothing comes twice.

The moment at which a digest is due is never waited for: either the settings make one due every second, or none is due
for hours and the database is told that the last one is days ago, or the daemon's clock is set.
"""

import contextlib
import json
import os
import re
import signal
import sqlite3
import time

from clocks import Clock
from faulty import fail, mend, usable
from harness import expect, run, test, wait_until
from pager import paged_bed


def far_from_now():
    """A time of day that will not come within this test."""
    return time.strftime("%H:%M", time.gmtime(time.time() + 12 * 3600))


def digest(name="daily", to="chat", **keys):
    return {"name": name, "digest": {"to": to, **(keys or {"at": far_from_now()})}}


def collecting(to="daily"):
    """Everything goes to the digest only."""
    return [{"to": [to]}]


def add(bed, *receivers, routes=None):
    bed.settings["receivers"] += receivers
    if routes is not None:
        bed.settings["routes"] = routes
    bed.write_settings()


def shown(bed, name="daily"):
    queues = bed.daemon.get("/v1/loop")["queues"]["deliveries"]
    return next(one for one in queues if one["receiver"] == name)["digest"]


def wait_collected(bed, count, name="daily"):
    """So many incidents wait, and the disk knows."""
    wait_until(lambda: shown(bed, name)["incidents"] == count, lambda: f"{count} incidents to wait; {shown(bed, name)}")
    wait_until(lambda: len(rows(bed, name)) >= count, "them to be on the disk")


@contextlib.contextmanager
def database(bed):
    link = sqlite3.connect(os.path.join(bed.daemon.state, "erwatch.db"), timeout=60)
    try:
        with link:
            yield link
    finally:
        link.close()


def rows(bed, name="daily"):
    with database(bed) as link:
        found = link.execute("SELECT id, event FROM delivery WHERE state = 0 AND receiver = ? ORDER BY id", (name,))
        return found.fetchall()


def days_ago(bed, days=2):
    """While the daemon is down: the last digest was made then, so that one is missing."""
    with database(bed) as link:
        expect(link.execute("UPDATE digest SET made_wall_ms = made_wall_ms - ?", (days * 86400000,)).rowcount == 1)


def kill(bed):
    bed.daemon.signal(signal.SIGKILL)
    bed.daemon.process.wait()


def lines(notice):
    return sorted((one["state"], one["circuit"], one["rule"]) for one in notice["digest"]["lines"])


def ids(pager):
    return [one["id"] for one in pager.taken()]


@test
def what_is_collected_goes_out_as_one_notice_when_the_daemon_was_down_at_its_time():
    with paged_bed([usable("lon-1"), usable("par-1")], pagers=("chat",)) as (bed, chat):
        add(bed, digest(), routes=collecting())
        bed.start()
        for name in ("lon-1", "par-1"):
            bed.wait_verdict(name, "usable")
        fail(bed, "lon-1", "par-1")
        wait_collected(bed, 2)
        mend(bed, "par-1")
        wait_until(lambda: [event for _, event in rows(bed)] == [0, 2], "the end of one, and no beginning")
        expect(chat.tries() == [], "something was sent before its time")
        expect(shown(bed)["to"] == "chat" and 11 * 3600 < shown(bed)["next_in"] <= 12 * 3600, shown(bed))
        text = bed.ctl("loop").out
        shape = r"^ *DIGEST +TO +INCIDENTS +NEXT +IN\n *daily +chat +2 +20\S+T\S+Z +1[12]h$"
        expect(re.search(shape, text, re.M), text)
        kill(bed)
        days_ago(bed)
        bed.start()
        wait_until(chat.taken, "the digest")
        notice = chat.taken()[0]
        expect(notice["event"] == "digest" and notice["severity"] == "info" and notice["rule"] is None, notice)
        expect(lines(notice) == [("open", "lon-1", 15), ("over", "par-1", 15)], notice["digest"])
        expect(notice["digest"]["receiver"] == notice["subject"]["receiver"] == "daily", notice)
        expect("Digest daily: 1 open (1 critical), 1 over since " in notice["summary"], notice["summary"])
        # what is open stays for the next one; what is over was told
        wait_until(lambda: len(rows(bed)) == 1 and rows(bed, "chat") == [], "what was told to be done")
        bed.wait_verdict("lon-1", "unusable")
        kill(bed)  # and a restart makes no second one
        bed.start()
        mend(bed, "lon-1")
        wait_until(lambda: [event for _, event in rows(bed)] == [2], "the end to be collected")
        expect(len(chat.tries()) == 1, chat.tries())
        kill(bed)
        days_ago(bed)
        bed.start()
        wait_until(lambda: len(chat.taken()) == 2, "the second digest")
        expect(lines(chat.taken()[1]) == [("over", "lon-1", 15)], chat.taken()[1]["digest"])
        expect(len(set(ids(chat))) == 2, ids(chat))
        wait_until(lambda: rows(bed) == rows(bed, "chat") == [], "nothing to wait")
        kill(bed)
        days_ago(bed)
        bed.start()  # nothing is open, and nothing has happened
        wait_until(lambda: shown(bed)["next_in"] > 0, "the digest to be looked at")
        bed.sim.wait_more("list", 2)
        expect(len(chat.tries()) == 2, chat.tries())


@test
def what_was_made_and_not_taken_is_sent_after_a_crash_with_the_same_id():
    with paged_bed([usable("lon-1")], pagers=("chat",)) as (bed, chat):
        add(bed, digest(), routes=collecting())
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_collected(bed, 1)
        kill(bed)
        days_ago(bed)
        chat.mode("500")
        bed.start()
        chat.wait_tries(2)
        first = chat.tries()[0]["notice"]
        kill(bed)
        chat.mode("")
        bed.start()
        wait_until(chat.taken, "the digest")
        tried = [one["notice"]["id"] for one in chat.tries()]
        expect(set(tried) == {first["id"]}, tried)
        expect(all(one["notice"] == first for one in chat.tries()), "the text changed between two tries")
        bed.wait_verdict("lon-1", "unusable")
        mend(bed, "lon-1")
        wait_until(lambda: [event for _, event in rows(bed)] == [2], "the end to be collected")
        expect(len(chat.taken()) == 1, chat.story())


@test
def one_every_second_tells_of_what_is_open_and_once_that_it_is_over():
    with paged_bed([usable("lon-1")], pagers=("chat",)) as (bed, chat):
        add(bed, digest(every="1s"), routes=collecting())
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.wait_polls("lon-1", 2)
        expect(chat.tries() == [], "something was sent though nothing had happened")
        fail(bed, "lon-1")
        wait_until(lambda: len(chat.taken()) >= 2, "two digests")
        mend(bed, "lon-1")
        wait_until(lambda: "over" in [line[0] for one in chat.taken() for line in lines(one)], "the end")
        wait_until(lambda: shown(bed)["incidents"] == 0 and rows(bed, "chat") == [], "all to be told")
        said = [line for one in chat.taken() for line in lines(one)]
        expect(said == [("open", "lon-1", 15)] * (len(said) - 1) + [("over", "lon-1", 15)], said)
        fresh = [line["new"] for one in chat.taken() for line in one["digest"]["lines"] if line["state"] == "open"]
        expect(fresh == [True] + [False] * (len(fresh) - 1), fresh)
        expect(len(set(ids(chat))) == len(chat.taken()) and ids(chat) == sorted(ids(chat)), ids(chat))
        for before, after in zip(chat.taken(), chat.taken()[1:]):
            expect(before["digest"]["to"] == after["digest"]["from"], (before["digest"], after["digest"]))
        bed.wait_polls("lon-1", 2)
        expect([line for one in chat.taken() for line in lines(one)] == said, "an end was told twice")


@test
def who_has_taken_it_on_is_said_as_long_as_that_holds():
    with paged_bed([usable("lon-1")], pagers=("chat",)) as (bed, chat):
        add(bed, digest(every="1s"), routes=collecting())
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_until(chat.taken, "a digest")
        identity = bed.incidents(rule=15)[0]["identity"]

        def names():
            line = chat.taken()[-1]["digest"]["lines"][0]
            expect(line["state"] == "open" and "acknowledged by" not in line["summary"], line)
            return line["acknowledged_by"]
        expect(bed.ctl("ack", identity).status == 0, identity)
        wait_until(names, "a digest that names who has it")
        expect(bed.ctl("unack", identity).status == 0, identity)  # which nobody is told of
        wait_until(lambda: names() is None, "a digest that names nobody")


@test
def nothing_is_told_too_when_that_is_wanted():
    with paged_bed([usable("lon-1")], pagers=("chat",)) as (bed, chat):
        add(bed, digest(every="1s", empty=True), routes=collecting())
        bed.start()
        wait_until(lambda: len(chat.taken()) >= 2, "two digests")
        expect(all(one["digest"]["lines"] == [] for one in chat.taken()), chat.taken())
        expect("Digest daily: of what goes to it nothing is open" in chat.taken()[0]["summary"], chat.taken()[0]["summary"])


@test
def a_digest_with_another_name_or_time_is_the_same_one():
    with paged_bed([usable("lon-1"), usable("par-1")], pagers=("chat",)) as (bed, chat):
        add(bed, digest(), routes=collecting())
        bed.start()
        for name in ("lon-1", "par-1"):
            bed.wait_verdict(name, "usable")
        fail(bed, "lon-1")
        wait_collected(bed, 1)
        bed.settings["receivers"][-1]["name"] = "morning"
        bed.settings["routes"] = collecting("morning")
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, bed.err())
        expect(shown(bed, "morning")["incidents"] == 1, shown(bed, "morning"))
        fail(bed, "par-1")
        wait_collected(bed, 2, "morning")
        kill(bed)  # and renamed again while it does not run
        bed.settings["receivers"][-1]["name"] = "evening"
        bed.settings["routes"] = collecting("evening")
        bed.write_settings()
        days_ago(bed)
        bed.start()
        wait_until(chat.taken, "the digest")
        expect(lines(chat.taken()[0]) == [("open", "lon-1", 15), ("open", "par-1", 15)], chat.taken()[0])
        expect(chat.taken()[0]["digest"]["receiver"] == "evening", chat.taken()[0])
        expect(len(chat.tries()) == 1, chat.tries())
        bed.settings["receivers"][-1]["digest"] = {"to": "chat", "every": "1s"}
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, bed.err())
        wait_until(lambda: len(chat.taken()) >= 2, "the next one")
        expect(lines(chat.taken()[1]) == [("open", "lon-1", 15), ("open", "par-1", 15)], chat.taken()[1])


@test
def what_a_digest_has_collected_goes_to_the_heir_when_it_is_gone():
    with paged_bed([usable("lon-1"), usable("par-1")], pagers=("chat", "other")) as (bed, chat, other):
        add(bed, digest(), routes=collecting())
        bed.start()
        for name in ("lon-1", "par-1"):
            bed.wait_verdict(name, "usable")
        fail(bed, "lon-1")
        wait_collected(bed, 1)
        bed.settings["receivers"].pop()
        bed.settings["routes"] = collecting("other")
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, bed.err())
        other.wait_story("raised 15 lon-1")
        mend(bed, "lon-1")
        other.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        expect(chat.tries() == [], chat.tries())


@test
def a_digest_for_a_receiver_that_is_gone_goes_to_one_that_has_a_form_for_it():
    with paged_bed([usable("lon-1")], pagers=("chat", "other", "alerts")) as (bed, chat, other, alerts):
        bed.settings["receivers"][2] = {"name": "alerts", "webhook": {"url": alerts.url, "format": "prometheus"}}
        add(bed, digest(), routes=collecting())
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_collected(bed, 1)
        kill(bed)
        days_ago(bed)
        chat.mode("500")
        bed.start()
        chat.wait_tries(1)
        waiting = chat.tries()[0]["notice"]
        bed.settings["receivers"] = bed.settings["receivers"][1:]
        bed.settings["receivers"][-1]["digest"]["to"] = "other"
        bed.settings["routes"] = [{"match": {"severity": "critical"}, "to": ["daily"]}, {"to": ["alerts"]}]
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, bed.err())
        wait_until(lambda: waiting["id"] in ids(other), "the digest to be taken by the other one")
        expect(alerts.tries() == [], alerts.tries())


@test
def what_the_receiver_refuses_goes_to_its_fallback():
    with paged_bed([usable("lon-1")], pagers=("chat", "other")) as (bed, chat, other):
        bed.settings["receivers"][0]["fallback"] = {"to": "other", "after": "1h"}
        add(bed, digest(every="1s"), routes=collecting())
        chat.mode("400")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_until(lambda: any(one["event"] == "digest" for one in other.taken()), "the digest to fall")
        fallen = next(one for one in other.taken() if one["event"] == "digest")
        expect(lines(fallen) == [("open", "lon-1", 15)] and fallen["id"] == chat.tries()[0]["notice"]["id"], fallen)


@test
def the_test_of_a_digest_goes_at_once_to_where_it_goes():
    with paged_bed([usable("lon-1")], pagers=("chat",)) as (bed, chat):
        add(bed, digest(), routes=collecting())
        bed.start()
        done = bed.ctl("test", "daily")
        expect(done.status == 0 and re.fullmatch(r"daily took the test notice after [0-9.]+ m?s: HTTP 200\n", done.out),
               (done.out, done.err))
        notice = chat.taken()[0]
        expect(notice["event"] == "test" and notice["subject"]["receiver"] == "daily", notice)
        expect("digests of erwatchd arrive here" in notice["text"], notice["text"])
        chat.mode("500")
        done = bed.ctl("--json", "test", "daily")
        expect(done.status == 1 and json.loads(done.out)["receiver"] == "daily" and "500" in done.out,
               (done.out, done.err))
        expect(shown(bed)["incidents"] == 0, shown(bed))


@test
def it_goes_by_the_wall_clock_and_comes_once_a_day():
    with paged_bed([usable("lon-1")], pagers=("chat",)) as (bed, chat):
        clock = Clock(bed)
        add(bed, digest(), routes=collecting())
        bed.start(env=clock.environment)
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_collected(bed, 1)
        clock.step(13 * 3600)
        wait_until(lambda: len(chat.taken()) == 1, "the digest")
        clock.step(-5400)
        wait_until(lambda: 24 * 3600 < shown(bed)["next_in"] < 25 * 3600, "the next one to be due tomorrow")
        clock.step(3600)  # the time of the digest has come again
        wait_until(lambda: 23 * 3600 < shown(bed)["next_in"] < 24 * 3600, "it to be over")
        clock.step(24 * 3600)
        wait_until(lambda: len(chat.taken()) >= 2, "that of the next day")
        first, second = chat.taken()
        expect(first["digest"]["to"] == second["digest"]["from"], (first["digest"], second["digest"]))
        expect(first["time"][:10] != second["time"][:10], (first["time"], second["time"]))
        expect(("open", "lon-1", 15) in lines(second) and ("happened", None, 97) in lines(second), lines(second))


@test
def what_waits_for_a_digest_is_no_trouble_with_a_receiver():
    with paged_bed([usable("lon-1")], pagers=("chat",)) as (bed, chat):
        clock = Clock(bed)
        add(bed, digest(), routes=collecting())
        bed.start(env=clock.environment)
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_collected(bed, 1)
        clock.sleep(3600)  # a page that waits for so long elsewhere raises rule 96, and stops the heartbeat
        wait_until(lambda: shown(bed)["incidents"] == 2, "the sleep to be collected")
        bed.wait_polls("lon-1", 3)
        expect(bed.incidents(every=True, rule=96) == [], bed.incidents(every=True, rule=96))
        expect("Receiver" not in bed.ctl("status").out, bed.ctl("status").out)
        expect(chat.tries() == [], chat.tries())


@test
def what_is_too_much_is_counted():
    kept, more = 10000, 50
    with paged_bed([usable("lon-1")], pagers=("chat",)) as (bed, chat):
        add(bed, digest(), routes=collecting())
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_collected(bed, 1)
        kill(bed)
        days_ago(bed)
        with database(bed) as link:  # ends of so many others
            names = [row[1] for row in link.execute("PRAGMA table_info(delivery)")]
            row = dict(zip(names, link.execute("SELECT * FROM delivery WHERE state = 0").fetchone()))
            for i in range(kept + more):
                other = {**row, "id": row["id"] + 1 + i, "key": f"{i + 1:016x}", "event": 2,
                         "notice_id": f"{i + 1:016x}-1-2"}
                link.execute(f"INSERT INTO delivery ({','.join(names)}) VALUES ({','.join('?' * len(names))})",
                             [other[name] for name in names])
                link.execute("INSERT INTO body SELECT ?, text FROM body WHERE id = ?", (other["id"], row["id"]))
        bed.start()
        wait_until(chat.taken, "the digest")
        told = chat.taken()[0]["digest"]
        expect("was damaged" not in bed.err(), "a text was not found")
        # the one that is open has a place among those that are kept
        expect((told["open"], told["over"], told["left_out"]) == (1, kept - 1, more + 1), {**told, "lines": None})
        expect(len(told["lines"]) == 100 and told["lines"][0]["circuit"] == "lon-1", told["lines"][:2])
        text = chat.taken()[0]["text"]
        listed = len(re.findall(r"^- ", text, re.M))
        expect(f"… and {kept + more + 1 - listed} more" in text, text)
        wait_until(lambda: len(rows(bed)) == 1, "only what is open to wait")


run()
