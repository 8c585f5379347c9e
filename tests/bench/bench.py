#!/usr/bin/env python3
"""
`make bench`: what erwatchd costs, beside a program that does nothing but ask and decode (bare.c), against the same mock
(mock.py). Prints figures and their goals; README.md tells what they mean. Only loopback; ends what it started.

A round is the daemon and then the bare program, each started anew; ratios are between the two of one round.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import sys
import time

from figures import Row, Table
from mock import Mock, have, mocked
from programs import PATIENCE_S, WARM_UP, Daemon, hook_folder, load_ms, processor_ns, resident_kb, run_bare, wait_until

RESIDENT_10, RESIDENT_10000 = "10 circuits: resident", "10,000 circuits: resident"


def thousands(count):
    return f"{count:,}"


# ---- processor time, memory, first sweep, loop ----

class Polls:
    """One size: what a poll of a circuit costs, and what comes out of the same runs."""

    def __init__(self, count, changing, singly=False, every_s=1, goals=None):
        self.count, self.changing, self.singly, self.every_s = count, changing, singly, every_s
        goals = goals or {}
        how = "GETs" if singly or count <= 10 else "lists"
        what = f"{thousands(count)} circuits, {how}, {changing} % changed: "
        self.cpu = Row(what + "CPU", "us", times=goals.get("cpu"))
        self.sweep = Row("  first complete sweep", "ms", most=goals.get("sweep"))
        self.memory = Row("  resident", "MB", most=goals.get("resident"))
        self.growth = Row("  of these since the warm-up", "MB")
        self.turns = Row("  999 of 1,000 turns of the loop took less than", "ms", most=goals.get("turn"))
        self.longest = Row("  longest turn of the loop", "ms")
        if changing == 1 and not singly and count in (10, 10000):
            self.memory.name = RESIDENT_10 if count == 10 else RESIDENT_10000

    def round(self, mock, cycles):
        with Daemon(mock) as daemon:
            sweep_ms = daemon.first_sweep_ms()
            daemon.wait_cycles(1 + WARM_UP)
            warm_kb = resident_kb(daemon.pid)
            us = daemon.cost_us(cycles)
            daemon.expect_no_failures()
            loop, kb = daemon.loop()["loop"], resident_kb(daemon.pid)
        bare = run_bare(mock, cycles)
        self.cpu.add(us, bare["us"])
        self.sweep.add(sweep_ms, bare["sweep_ms"])
        self.memory.add(kb / 1024, bare["mb"])
        self.growth.add((kb - warm_kb) / 1024)
        self.turns.add(loop["turns_below_ms"])
        self.longest.add(loop["longest_turn_ms"])

    def run(self, options, table):
        cycles = max(3, options.cycles // self.every_s)
        with mocked(self.count, self.changing, self.every_s, self.singly) as mock:
            for _ in range(options.rounds):
                self.round(mock, cycles)
        table.show(self.cpu, self.sweep, self.memory, self.growth, self.turns, self.longest)


def case_each(options, table):
    """What each circuit adds."""
    small, large = table.median(RESIDENT_10), table.median(RESIDENT_10000)
    if small is None or large is None:
        return
    each = Row("resident for each circuit more", "KB", most=1)
    each.add((large - small) * 1024 / 9990)
    table.show(each)


def case_idle(options, table):
    """What watching costs while nothing is asked: per second, with ten thousand circuits."""
    idle = Row("10,000 circuits, nothing asked: CPU per second", "us")
    with mocked(10000, 0) as mock, Daemon(mock, every="5m") as daemon:
        daemon.wait_cycles(1)
        time.sleep(2)
        for _ in range(options.rounds):
            began = processor_ns(daemon.pid)
            time.sleep(3)
            idle.add((processor_ns(daemon.pid) - began) / 3000)
    table.show(idle)


def case_settings(options, table):
    loaded = Row("10,000 circuits: settings loaded (erwatchd -n), CPU", "ms", most=150)
    passed = Row("  the same, time that passed", "ms")
    with mocked(10000, 0) as mock, Daemon(mock, every="5m") as daemon:
        for _ in range(options.rounds):
            cpu, wall = load_ms(daemon.settings)
            loaded.add(cpu)
            passed.add(wall)
    table.show(loaded, passed)


# ---- from the answer to the notice ----

def case_notice(options, table):
    """From the answer that shows it to the hook that runs; rule 14 has no hold. nginx's own log says when it answered."""
    delay = Row("10,000 circuits: changed answer to hook started", "ms", most=50)
    with hook_folder() as hooks:
        if hooks is None:
            print("changed answer to hook started: left out, every folder here can be written to by others")
            return
        with mocked(10000, 0, cached=False) as mock, Daemon(mock, hooks) as daemon:
            daemon.wait_cycles(1 + WARM_UP)
            for turn in range(max(options.rounds, 5)):
                delay.add(one_notice(mock, daemon, turn) * 1000)
    table.show(delay)


def one_notice(mock, daemon, turn):
    world = mock.world
    circuit = world.circuits[17 + 1000 * (turn % 10) + turn]
    known = {etag for _, _, etag in mock.answers()}
    world.write_list(circuit.subscription, {circuit.name: {"serviceProviderProvisioningState": "Deprovisioning"}})
    wait_until(lambda: len(pages_of(daemon)) > turn, "the hook")
    answered = next(float(at) for at, path, etag in mock.answers()
                    if circuit.subscription in path and etag not in known)
    return pages_of(daemon)[turn] - answered


def pages_of(daemon):
    if not os.path.exists(daemon.pages):
        return []
    with open(daemon.pages, encoding="utf-8") as lines:
        return [float(line) for line in lines if line.endswith("\n")]


# ---- many sweeps ----

READINGS = 30  # of resident memory over all sweeps


def growth_of(readings):
    """What a sweep needs comes and goes, so low marks are compared: of the first third of the readings and of the last."""
    third = len(readings) // 3
    return min(readings[-third:]) - min(readings[:third])


def case_growth(options, table):
    """Resident memory of three sizes over many sweeps, all at once; and the loop over as many."""
    sizes = (10, 1000, 10000)
    begin = options.sweeps // 10  # before that, it grows to what it needs
    with contextlib.ExitStack() as stack:
        mocks = [stack.enter_context(mocked(count, 1)) for count in sizes]
        daemons = [stack.enter_context(Daemon(mock)) for mock in mocks]
        seen = [[] for _ in sizes]
        for reading in range(READINGS):
            for daemon, kb in zip(daemons, seen):
                daemon.wait_cycles(begin + (options.sweeps - begin) * reading // (READINGS - 1), 0.5)
                kb.append(resident_kb(daemon.pid))
        loop = daemons[-1].loop()["loop"]
    for count, kb in zip(sizes, seen):
        grown = Row(f"{thousands(count)} circuits: growth from sweep {begin} to {options.sweeps}, low marks", "KB", most=256)
        grown.add(growth_of(kb))
        table.show(grown)
        print("  resident on the way, MB: " + " ".join(f"{value / 1024:.2f}" for value in kb), flush=True)
    turns = Row(f"10,000 circuits, {options.sweeps} sweeps: 999 of 1,000 turns", "ms", most=10)
    turns.add(loop["turns_below_ms"])
    longest = Row("  longest turn, the first sweep's among them", "ms")
    longest.add(loop["longest_turn_ms"])
    table.show(turns, longest)


# ---- instructions ----

def callgrind(path):
    return ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={path}"]


def total_of(path):
    with open(path, encoding="utf-8") as lines:
        return int(re.search(r"^(?:summary|totals): (\d+)", lines.read(), re.M)[1])


def count_daemon(mock, cycles):
    """Instructions of a run of so many cycles, and how many polls that were."""
    path = mock.folder + "/daemon.callgrind"
    with Daemon(mock, wrapper=callgrind(path)) as daemon:
        daemon.wait_cycles(cycles, 0.5)
        polls = daemon.polls() * mock.world.count / daemon.per_cycle()
        daemon.end(PATIENCE_S)
    return total_of(path), polls


def count_bare(mock, cycles):
    path = mock.folder + "/bare.callgrind"
    run_bare(mock, cycles, callgrind(path))
    return total_of(path), (cycles + WARM_UP + 1) * mock.world.count


def case_instructions(options, table, changing, singly=False):
    """The difference of a short and a longer run, so that the start is not counted."""
    count = 300 if singly else 1000
    row = Row(f"{thousands(count)} circuits, {'GETs' if singly else 'lists'}, {changing} % changed: instructions", "K")
    if shutil.which("valgrind") is None:
        print(f"{row.name}: left out, valgrind is not installed")
        return
    with mocked(count, changing, 5 if singly else 2, singly) as mock:
        short, long = count_daemon(mock, 3), count_daemon(mock, 8)
        bare_short, bare_long = count_bare(mock, 1), count_bare(mock, 6)
        row.add((long[0] - short[0]) / (long[1] - short[1]) / 1000,
                (bare_long[0] - bare_short[0]) / (bare_long[1] - bare_short[1]) / 1000)
        if options.keep:
            shutil.copy(mock.folder + "/daemon.callgrind", options.keep)
    table.show(row)


CASES = {
    "few-10": Polls(10, 1, goals={"resident": 14}).run,
    "few-1000": Polls(1000, 1).run,
    "few-10000": Polls(10000, 1, goals={"cpu": 1.0, "sweep": 250, "resident": 24}).run,
    "each": case_each,
    "all-10000": Polls(10000, 100, goals={"cpu": 3.0}).run,
    "get-10000": Polls(10000, 1, singly=True, every_s=5, goals={"cpu": 1.5}).run,
    "idle": case_idle,
    "settings": case_settings,
    "notice": case_notice,
    "growth": case_growth,
    "instructions-few": lambda options, table: case_instructions(options, table, 1),
    "instructions-all": lambda options, table: case_instructions(options, table, 100),
    "instructions-get": lambda options, table: case_instructions(options, table, 1, singly=True),
}


def options_of():
    parser = argparse.ArgumentParser(description="Measure erwatchd beside a bare libcurl program.")
    parser.add_argument("--quick", action="store_true", help="one round, few cycles and sweeps: some minutes")
    parser.add_argument("--rounds", type=int, help="of each case; 5")
    parser.add_argument("--cycles", type=int, help="polls of everything in a round, after the warm-up; 10")
    parser.add_argument("--sweeps", type=int, help="over which memory is watched; 1000")
    parser.add_argument("--health", choices=("yes", "no"), default="yes", help="ask for Resource Health, too; yes")
    parser.add_argument("--only", default=",".join(CASES), metavar="CASE,…", help=", ".join(CASES))
    parser.add_argument("--keep", metavar="FILE", help="where to leave the daemon's callgrind file")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.cycles = options.cycles or (4 if options.quick else 10)
    options.sweeps = max(10, options.sweeps or (30 if options.quick else 1000))
    options.only = options.only.split(",")
    unknown = [name for name in options.only if name not in CASES]
    if unknown:
        parser.error(f"there is no case {', '.join(unknown)}; there are: {', '.join(CASES)}")
    return options


def stop(number, frame):
    sys.exit(128 + number)


def main():
    options = options_of()
    for program, package in (("nginx", "nginx-light"), ("openssl", "openssl")):
        if not have(program):
            sys.exit(f"bench: {program} is not installed, and without it nothing here plays Azure (Debian: {package})")
    signal.signal(signal.SIGTERM, stop)  # whoever asks for the end gets it, with everything put away
    signal.signal(signal.SIGHUP, stop)
    Mock.health = options.health
    table = Table()
    for name in options.only:
        CASES[name](options, table)
    table.end()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
    except RuntimeError as error:
        sys.exit(f"bench: {error}")
