"""
A receiver that is away for long: what waits for it costs little memory and a bounded database, and when it is back its
view equals the truth.

ERWATCH_CHANGES=N makes N changes, by default 3,000; the figures that are promised are those of 100,000, some ten minutes.
"""

import os
import sys

from faulty import fail, mend, name_of, resident
from harness import expect, run, test, wait_until
from pager import paged_bed

CHANGES = int(os.environ.get("ERWATCH_CHANGES", "3000"))
CIRCUITS = 1000
MEMORY_MOST = 100 << 20
DATABASE_MOST = 200 << 20


def size_of(folder):
    """Of the database, and of its log, in bytes."""
    state = os.path.join(folder, "state")
    return {name: os.path.getsize(os.path.join(state, name)) for name in ("erwatch.db", "erwatch.db-wal")}


def figures(bed, what):
    sizes = size_of(bed.folder)
    memory = resident(bed.daemon)
    print(f"# {what}: {memory >> 10} KB of memory, {sizes['erwatch.db'] >> 10} KB of database, "
          f"{sizes['erwatch.db-wal'] >> 10} KB of log", file=sys.stderr)
    expect(memory < MEMORY_MOST, f"{memory} bytes of memory, {what}")
    expect(sum(sizes.values()) < DATABASE_MOST, f"{sizes}, {what}")


def view_of(pager):
    """Which circuits it takes for broken, after each notice once and in the order of their making."""
    broken = {}
    for one in pager.taken():
        if one["rule"] == 15:
            broken[name_of(one)] = one["event"] != "cleared"
    return {name for name, bad in broken.items() if bad}


def in_order(pager):
    """Episodes never go back, nor do the notices of one."""
    last = {}
    for one in pager.taken():
        at = (int(one["incident"].rpartition("-")[2]), one["sequence"])
        expect(last.get(one["key"], (0, 0)) <= at, f"{one['id']} came after {last.get(one['key'])}")
        last[one["key"]] = at


def total(bed, verdict, count):
    wait_until(lambda: bed.daemon.get("/v1/status")["totals"][verdict] == count, f"{count} to be {verdict}", 600)


def waiting(bed):
    queues = bed.daemon.get("/v1/loop")["queues"]["deliveries"]
    return next(queue["waiting"] for queue in queues if queue["receiver"] == "pager")


@test
def what_waits_for_a_receiver_that_is_away_is_bounded_and_comes_right_in_the_end():
    rounds = max(CHANGES // CIRCUITS, 1)
    names = [f"c-{i}" for i in range(1, CIRCUITS + 1)]
    with paged_bed([{"name": "c", "copies": CIRCUITS, "peerings": {"private": {}}}], watch=names) as (bed, pager):
        bed.settings["alerts"].update({"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"},
                                       "recover": "1/0s"})
        bed.write_settings()
        pager.close()
        bed.start()
        total(bed, "usable", CIRCUITS)
        for turn in range(rounds):
            (mend if turn % 2 else fail)(bed, "c-*")
            total(bed, "usable" if turn % 2 else "unusable", CIRCUITS)
        expected = set() if rounds % 2 == 0 else set(names)
        # a handful of its own, so that the end is neither all nor nothing
        flip = names[:7]
        (fail if rounds % 2 == 0 else mend)(bed, *flip)
        expected ^= set(flip)
        total(bed, "unusable", len(expected))
        bed.wait_kept()
        figures(bed, f"{waiting(bed)} notices wait after {rounds * CIRCUITS} changes")
        bed.daemon.kill()  # what it has in memory is little, and lost
        bed.other_ends = (-9,)
        bed.start()
        pager.open()
        wait_until(lambda: waiting(bed) == 0, lambda: f"the queue to be empty; {waiting(bed)} wait", 1200)
        expect(view_of(pager) == expected, f"{sorted(view_of(pager) ^ expected)[:5]} are told wrongly")
        in_order(pager)
        bed.wait_kept()
        figures(bed, f"after all {len(pager.taken())} were taken")


run()
