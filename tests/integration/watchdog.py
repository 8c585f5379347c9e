"""What the service manager's watchdog hears: that the daemon lives, for as long as all of it does."""

import contextlib
import fcntl
import os

from harness import Bed, expect, find_key, run, test, wait_until

LIVES = "WATCHDOG=1"
USABLE = {"name": "lon-1", "peerings": {"private": {}}}
INTERVAL = {"WATCHDOG_USEC": "300000"}  # it says so three times within this


class DeafLog:
    """Standard error of the daemon as a pipe, which is read until it is not."""

    def __init__(self, bed):
        self.path = os.path.join(bed.folder, "log")
        os.mkfifo(self.path)
        self.pipe = os.open(self.path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.fcntl(self.pipe, fcntl.F_SETPIPE_SZ, 1 << 20)  # what is said until the test begins has room
        self.wrapper = ("sh", "-c", f'exec "$@" 2>{self.path}', "sh")

    def fill(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.pipe, b"." * 4096)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(self.pipe, b".")

    def read(self):
        with contextlib.suppress(BlockingIOError):
            while os.read(self.pipe, 1 << 20):
                pass


def lives(bed):
    return bed.daemon.hear().count(LIVES)


def wait_lives(bed, more):
    before = lives(bed)
    wait_until(lambda: lives(bed) >= before + more, "signs of life")


def wait_status(bed, words):
    """What was sent before this status was heard before it: where in all that was heard it stands."""
    def look():
        heard = bed.daemon.hear()
        return next((i for i in range(len(heard) - 1, -1, -1) if heard[i].startswith("STATUS=") and words in heard[i]), 0)
    return wait_until(look, f"a status with {words}")


@test
def a_daemon_that_works_says_so_again_and_again():
    with Bed(circuits=[USABLE]) as bed:
        bed.start(env=INTERVAL)
        wait_lives(bed, 10)
        bed.stop()


@test
def with_a_thread_that_is_stuck_it_does_not_say_so():
    """The log takes nothing, so the thread that writes it waits; polls, pages and answers go on."""
    with Bed(circuits=[USABLE], settings={"alerts": {"confirm": {"critical": "1/0s"}}}) as bed:
        log = DeafLog(bed)
        bed.start(env=INTERVAL, wrapper=log.wrapper)
        bed.wait_verdict("lon-1", "usable")
        wait_lives(bed, 3)
        log.fill()
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised")
        first = wait_status(bed, "1 unusable")
        # what was said of it is more than one entry: the thread is in the first, the others wait
        wait_until(lambda: find_key(bed.daemon.get("/v1/loop"), "journal")["waiting"] > 0, "entries that wait")
        bed.wait_polls("lon-1", 3)
        bed.sim.set("lon-1", {"provider_state": "Provisioned"})
        bed.wait_notice(rule=15, event="cleared")
        last = wait_status(bed, "1 usable")
        said = bed.daemon.hear()[first:last].count(LIVES)
        # one answer may not have been told yet when the thread was given the entry, and another one came just before it
        expect(said <= 2, f"{said} times during several polls")
        wait_until(lambda: log.read() or lives(bed) > bed.daemon.hear()[:last].count(LIVES) + 3, "life to go on")


run()
