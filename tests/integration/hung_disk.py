"""A disk that hangs: it neither takes a write nor fails. Watching and paging go on, and nothing is told twice afterwards."""

import contextlib
import fcntl
import json
import os

from datetime import datetime, timedelta, timezone

from faulty import fail, faulty_bed, mend, usable
from harness import BUILD, Skip, expect, run, sanitized, test, wait_until
from pager import paged_bed
from small_disk import SmallDisk

SHIM = os.path.join(BUILD, "tests/integration/hang_at.so")
LIVES = "WATCHDOG=1"


class Disk:
    """What the shim looks at: the disk hangs while this holds the lock."""

    def __init__(self, bed):
        if sanitized() or not os.path.exists(SHIM):
            raise Skip("the address sanitizer wants to be loaded first" if sanitized() else f"{SHIM} has not been built")
        path, after = os.path.join(bed.folder, "disk"), os.path.join(bed.folder, "next")
        self.file = open(path, "w", encoding="utf-8")
        self.next = open(after, "w", encoding="utf-8")
        self.env = {"LD_PRELOAD": SHIM, "HANG_LOCK": path, "HANG_NEXT": after, "WATCHDOG_USEC": "300000"}

    def hang(self):
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def go_on(self):
        fcntl.flock(self.file, fcntl.LOCK_UN)

    def holds(self, daemon):
        """Is something of the daemon's hanging?"""
        folder = f"/proc/{daemon.pid}/fd"
        for number in os.listdir(folder):
            with contextlib.suppress(FileNotFoundError):
                if os.readlink(os.path.join(folder, number)) == self.file.name:
                    return True
        return False

    def hang_again(self):
        """What hangs goes on, and the commit behind it hangs."""
        fcntl.flock(self.next, fcntl.LOCK_EX)
        self.go_on()

    def go_on_at_last(self):
        fcntl.flock(self.next, fcntl.LOCK_UN)


@contextlib.contextmanager
def hanging_bed(circuits, **more):
    with faulty_bed(circuits, **more) as (bed, pager):
        disk = Disk(bed)
        with disk.file, disk.next:
            yield bed, disk, pager


def only_once(pager, names):
    """Each began and ended once, whatever came twice under the same id."""
    for name in names:
        told = list(dict.fromkeys((one["id"], one["event"]) for one in pager.taken()
                                  if one["rule"] == 15 and (one["circuit"] or {}).get("name") == name))
        expect([event for _, event in told] == ["raised", "cleared"], f"{name}: {told}")


@test
def pages_leave_from_memory_and_nothing_is_told_twice_when_the_disk_goes_on():
    names = ["before", "during", "short", "ends"]
    with hanging_bed([usable(name) for name in names]) as (bed, disk, pager):
        bed.start(env=disk.env)
        for name in names:
            bed.wait_verdict(name, "usable")
        fail(bed, "before", "ends")
        pager.wait_told("raised 15 before")
        pager.wait_told("raised 15 ends")
        bed.wait_kept()
        disk.hang()
        fail(bed, "during")
        bed.wait_said(r"has not taken a change for 10 s: the disk hangs.*Monitoring goes on from memory")
        pager.wait_told("raised 15 during")
        pager.wait_told("raised 95 -")
        lives = bed.daemon.hear().count(LIVES)
        wait_until(lambda: bed.daemon.hear().count(LIVES) > lives + 3, "signs of life while the disk hangs")
        fail(bed, "short")
        mend(bed, "ends")
        pager.wait_told("raised 15 short")
        pager.wait_told("cleared 15 ends")
        mend(bed, "short")
        pager.wait_told("cleared 15 short")
        expect("can be written again" not in bed.err(), "the disk did not hang")
        disk.go_on()
        bed.wait_said(r"can be written again; everything is kept")
        pager.wait_told("cleared 95 -")
        pager.wait_idle(bed.daemon)
        bed.wait_kept()
        bed.daemon.kill()  # what is not on the disk now is forgotten
        bed.other_ends = (-9,)
        bed.start()
        bed.wait_verdict("before", "unusable")
        bed.wait_verdict("during", "unusable")
        bed.sim.wait_more("list", 2)
        mend(bed, "before", "during")
        pager.wait_told("cleared 15 before")
        pager.wait_told("cleared 15 during")
        only_once(pager, names)


@test
def what_comes_while_the_whole_picture_hangs_is_kept_too():
    """The receiver was told of it, so the next run must know: it tells the end."""
    said = "has not taken a change for 10 s: the disk hangs"
    with hanging_bed([usable("before"), usable("during")]) as (bed, disk, pager):
        bed.start(env=disk.env)
        for name in ("before", "during"):
            bed.wait_verdict(name, "usable")
        bed.wait_kept()
        disk.hang()
        fail(bed, "before")
        bed.wait_said(said)
        pager.wait_told("raised 15 before")
        disk.hang_again()
        wait_until(lambda: bed.err().count(said) == 2, "the picture to hang, too")
        fail(bed, "during")
        pager.wait_told("raised 15 during")
        pager.wait_idle(bed.daemon)
        disk.go_on_at_last()
        bed.wait_said("can be written again; everything is kept")
        bed.wait_kept()
        bed.daemon.kill()
        bed.other_ends = (-9,)
        mend(bed, "before", "during")
        bed.start()
        pager.wait_told("cleared 15 before")
        pager.wait_told("cleared 15 during")
        only_once(pager, ["before", "during"])


@test
def killed_while_the_disk_hangs_the_next_run_tells_the_end_of_what_it_knows():
    """What was told from memory only is told again, under the same id: the trouble is the same episode."""
    with hanging_bed([usable("lon-1")]) as (bed, disk, pager):
        bed.start(env=disk.env)
        bed.wait_verdict("lon-1", "usable")
        bed.wait_kept()
        disk.hang()
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        bed.daemon.kill()
        bed.other_ends = (-9,)
        disk.go_on()
        bed.start()
        bed.wait_verdict("lon-1", "unusable")
        wait_until(lambda: bed.incidents(rule=15), "the incident to be open again")
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")
        only_once(pager, ["lon-1"])


@test
def asked_to_stop_while_the_disk_hangs_it_ends_all_the_same():
    with hanging_bed([usable("lon-1")]) as (bed, disk, pager):
        bed.start(env=disk.env)
        bed.wait_verdict("lon-1", "usable")
        bed.wait_kept()
        disk.hang()
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        bed.daemon.signal(15)
        bed.wait_said("the disk did not take the last changes within 5 s")
        disk.go_on()
        bed.daemon.wait_end()


def changed(bed, *words):
    """What an answer to a change says of the disk."""
    done = bed.ctl("--json", *words)
    expect(done.status == 0, (words, done.err))
    answer = json.loads(done.out)
    expect((answer["trouble"] or "") in done.err and (answer["trouble"] is None) == answer["kept"], (answer, done.err))
    return answer


@test
def what_an_operator_changes_is_answered_when_it_is_on_the_disk():
    with hanging_bed([usable("lon-1")]) as (bed, disk, pager):
        bed.start(env=disk.env)
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        bed.wait_kept()
        incident = bed.incidents(rule=15)[0]["identity"]
        disk.hang()
        for words in (("ack", incident), ("silence", "add", "--circuit", "lon-1", "--for", "1h", "--why", "CHG-1")):
            answer = changed(bed, *words)
            expect(not answer["kept"] and "in memory only" in answer["trouble"], answer)
        disk.go_on()
        wait_until(lambda: changed(bed, "ack", incident)["kept"], "the disk to have what is changed")
        expect(changed(bed, "unack", incident)["kept"], "the disk has it")
        expect(changed(bed, "silence", "add", "--rule", "15", "--for", "1h", "--why", "CHG-2")["kept"], "the disk has it")
        bed.daemon.kill()  # it was said that they are kept
        bed.other_ends = (-9,)
        bed.start()
        expect(json.loads(bed.ctl("--json", "explain", incident).out)["incident"]["acknowledged"] is None, "it is let go")
        expect(len(json.loads(bed.ctl("--json", "silence").out)["silences"]) == 2, bed.ctl("silence").out)


@test
def with_a_disk_that_hangs_at_the_start_it_watches_from_memory_and_joins_what_was_stored():
    """One trouble goes on, one ends meanwhile, one is new, and one is open as its second episode, which nobody remembers."""
    names = ["same", "ends", "new", "again"]
    disabled, enabled = {"circuit_state": "Disabled"}, {"circuit_state": "Enabled"}
    with hanging_bed([usable(name) for name in names]) as (bed, disk, pager):
        bed.start()
        for name in names:
            bed.wait_verdict(name, "usable")
        bed.sim.set("again", disabled)
        pager.wait_told("raised 11 again")
        bed.sim.set("again", enabled)
        pager.wait_told("cleared 11 again")
        bed.sim.set("again", disabled)
        wait_until(lambda: pager.story("again").count("raised 11 again") == 2, "the second page")
        fail(bed, "same", "ends")
        pager.wait_told("raised 15 same")
        pager.wait_told("raised 15 ends")
        pager.wait_idle(bed.daemon)
        bed.wait_kept()
        bed.stop()
        disk.hang()
        mend(bed, "ends")
        fail(bed, "new")
        bed.start(env=disk.env)
        bed.wait_said(r"could not be opened within 30 s: the disk hangs.*Monitoring goes on from memory")
        pager.wait_told("raised 95 -")
        # nobody remembers that these were ever provisioned, nor that they were told of
        pager.wait_told("raised 12 new")
        pager.wait_told("raised 12 same")
        wait_until(lambda: pager.story("again").count("raised 11 again") == 3, "the page of an incident that is taken for new")
        bed.wait_verdict("ends", "usable")
        lives = bed.daemon.hear().count(LIVES)
        wait_until(lambda: bed.daemon.hear().count(LIVES) > lives + 3, "signs of life while the disk hangs")
        disk.go_on()
        bed.wait_said(r"can be written again; everything is kept")
        pager.wait_told("cleared 15 ends")
        pager.wait_told("cleared 95 -")
        second = [one["incident"] for one in pager.taken() if one["rule"] == 11 and one["incident"].endswith("-2")]
        wait_until(lambda: [one["incident"] for one in pager.taken() if one["event"] == "cleared"].count(second[0]) == 1,
                   "the end of the episode that the database had as open")
        mend(bed, "same", "new")
        bed.sim.set("again", enabled)
        wait_until(lambda: not bed.incidents(), "all to be over")
        pager.wait_idle(bed.daemon)
        opened, closed = (sorted({one["incident"] for one in pager.taken() if one["event"] == event})
                          for event in ("raised", "cleared"))
        expect(opened == closed, f"raised {opened}, cleared {closed}")


@test
def what_an_alertmanager_was_told_by_the_run_before_goes_on_behind_a_late_opening():
    with paged_bed([usable("lon-1")], pagers=("am",)) as (bed, am):
        disk = Disk(bed)
        with disk.file, disk.next:
            bed.settings["receivers"] = [{"name": "am", "alertmanager": {"urls": [am.peer]}}]
            bed.write_settings()
            bed.start()
            bed.wait_verdict("lon-1", "usable")
            fail(bed, "lon-1")
            wait_until(am.taken, "the alert")
            bed.wait_kept()
            bed.stop()
            alert = am.taken()[0][0]
            disk.hang()
            bed.start(env=disk.env)
            bed.wait_said("could not be opened within 30 s: the disk hangs")
            disk.go_on()
            bed.wait_said("can be written again; everything is kept")
            told, alive = len(am.taken()), (datetime.now(timezone.utc) + timedelta(minutes=10)).isoformat()
            wait_until(lambda: any(one["labels"] == alert["labels"] and one["endsAt"] > alive
                                   for body in am.taken()[told:] for one in body), "it to be told again")  # within a minute


@test
def a_disk_that_fails_at_the_start_and_then_hangs_does_not_keep_the_daemon_from_living():
    """A restart would forget what was told from memory."""
    with hanging_bed([usable("lon-1")]) as (bed, disk, _pager):
        small = SmallDisk(bed)
        try:
            small.fill()
            bed.start(env=disk.env, wrapper=small.enter)
            bed.wait_said("Monitoring goes on from memory until it can be opened")
            disk.hang()
            small.empty()
            wait_until(lambda: disk.holds(bed.daemon), "the disk to hang")
            lives = bed.daemon.hear().count(LIVES)
            wait_until(lambda: bed.daemon.hear().count(LIVES) > lives + 3, "signs of life while the disk hangs")
            disk.go_on()
            bed.wait_said("can be written again; everything is kept")
            bed.stop()
        finally:
            small.end()


run()
