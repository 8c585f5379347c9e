"""
Killed between any two effects: the real daemon dies before its Nth call on the database, the network or a hook, is started
again, and the story must come out whole: nothing lost, nothing in another order, nothing twice but under the same id.

ERWATCH_SWEEP=all tries every N; else about a hundred, spread over all of them.
"""

import os
import struct

from crash_story import check_episodes
from faulty import fail, faulty_bed, mend, usable
from harness import BUILD, Skip, expect, run, sanitized, test, wait_until

SHIM = os.path.join(BUILD, "tests/integration/kill_at.so")
SLICES = 8
NAME = "lon-1"


def quick(bed):
    """Each sample counts, so that a story is over in a few seconds."""
    bed.settings["alerts"] = {"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"}, "recover": "1/0s", "flap": {"window": 0}}
    bed.settings["poll"]["stale"] = "60s"
    bed.write_settings()


def doomed(bed, number):
    """Start a daemon that dies before this call; 0: none, it only counts."""
    count = os.path.join(bed.folder, "count")
    with open(count, "wb"):
        pass
    bed.launch(env={"LD_PRELOAD": SHIM, "KILL_AT": str(number), "KILL_COUNT": count})
    return count


def calls(count):
    with open(count, "rb") as file:
        return struct.unpack("I", file.read(4).ljust(4, b"\0"))[0]


def ended(bed, pager, event, times):
    """Has the daemon died, or was this told so often?"""
    return not bed.daemon.alive() or len({one["id"] for one in pager.taken() if one["event"] == event}) >= times


def at_rest(bed, pager):
    """All was told and kept."""
    pager.wait_idle(bed.daemon)
    bed.wait_kept()


def told(pager, event):
    return len({one["id"] for one in pager.taken() if one["event"] == event})


def play(bed, pager, number):
    """One trouble from beginning to end, with a daemon that dies on the way. How many calls it came to."""
    raised, cleared = told(pager, "raised"), told(pager, "cleared")
    fail(bed, NAME)
    count = doomed(bed, number)
    wait_until(lambda: ended(bed, pager, "raised", raised + 1), "a page, or the end")
    if bed.daemon.alive():
        mend(bed, NAME)
        wait_until(lambda: ended(bed, pager, "cleared", cleared + 1), "the end of the trouble, or the daemon's")
    if bed.daemon.alive():
        bed.daemon.signal(15)
        bed.daemon.wait_end()
    made = calls(count)
    bed.start()
    wait_until(lambda: told(pager, "raised") == raised + 1, "the page")
    mend(bed, NAME)
    wait_until(lambda: told(pager, "cleared") == cleared + 1, "the end of the trouble")
    at_rest(bed, pager)
    bed.stop()
    return made


def begin_well(bed):
    """The circuit was seen in use, so that each trouble is the same one."""
    bed.start()
    bed.wait_verdict(NAME, "usable")
    bed.wait_kept()
    bed.stop()


def needs_shim():
    if sanitized() or not os.path.exists(SHIM):
        raise Skip("the address sanitizer wants to be loaded first" if sanitized() else f"{SHIM} has not been built")


def sweep(part):
    needs_shim()
    with faulty_bed([usable(NAME)]) as (bed, pager):
        quick(bed)
        begin_well(bed)
        total = play(bed, pager, 0)
        expect(total > 40, f"only {total} calls were seen")
        numbers = range(1 + part, total + 1, SLICES)
        for number in numbers:
            try:
                play(bed, pager, number)
            except AssertionError as error:
                raise AssertionError(f"killed before call {number} of {total}: {error}") from error
        check_episodes(pager.taken())
        expect(told(pager, "raised") == told(pager, "cleared") == len(numbers) + 1, pager.story())
        bed.other_ends = (-9,)


for slice_number in range(SLICES):
    def one(part=slice_number):
        sweep(part)
    one.__name__ = f"killed_between_any_two_effects_part_{slice_number + 1}_of_{SLICES}"
    test(one)


@test
def killed_while_the_database_is_made():
    """The first start: a file that is half there is no database of another release, and none that is damaged."""
    needs_shim()
    with faulty_bed([usable(NAME)]) as (bed, pager):
        quick(bed)
        for number in (1, 2, 3, 5, 8, 11, 14, 19, 24, 31):
            doomed(bed, number)
            expect(bed.daemon.wait_end() == -9, f"the daemon outlived call {number}: {bed.err()}")
        fail(bed, NAME)
        bed.start()
        pager.wait_story(f"raised 12 {NAME}")
        at_rest(bed, pager)


run()
