#!/usr/bin/env python3
"""
`make bench`: what erwatchd costs, beside a program that does nothing but ask (bare.c), against the same mock (mock.py).
Prints figures and judges none of them; README.md says what they should be. Only loopback; ends what it started.

    bench.py [--rounds N] [--cycles N] [--only NAME[,NAME…]] [--sweeps N]

A round is the daemon and then the bare program, each started anew; ratios are between the two of one round.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from mock import CLIENT, TENANT, Mock, World, have_nginx

BUILD = os.environ.get("builddir", os.getcwd())
DAEMON = os.path.join(BUILD, "erwatchd")
BARE = os.path.join(BUILD, "tests/bench/bare")
PATIENCE_S = 120
WARM_UP = 2  # cycles after the first sweep that are not counted


def wait_until(condition, what, pause_s=0.01):
    deadline = time.monotonic() + PATIENCE_S
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {PATIENCE_S} s for {what}")
        time.sleep(pause_s)
    return value


def processor_ns(pid):
    """The processor time of all threads of another process: clock_getcpuclockid(3)."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as lines:
        return int(re.search(r"VmRSS:\s+(\d+)", lines.read())[1])


# ---- the daemon ----

HOOK = """#!/bin/sh
date +%s.%N >>"$1"
cat >/dev/null
"""


def circuit_lines(world):
    for circuit in world.circuits:
        yield f"  - id: {circuit.id}\n    name: {circuit.name}\n    labels: {{ site: S{circuit.number % 50} }}\n"


def hook_folder():
    """Nobody else may be able to write on the way to a hook, and the temporary folder is open to all."""
    for base in (BUILD, os.path.expanduser("~")):
        path = os.path.realpath(base)
        while path != "/" and not os.stat(path).st_mode & 0o022:
            path = os.path.dirname(path)
        if path == "/":
            return tempfile.mkdtemp(prefix="erwatch-bench-", dir=base)
    return None


class Daemon:
    """erwatchd on a world, with a state folder of its own."""

    def __init__(self, mock, hooks=None, every=None, wrapper=()):
        self.mock, self.folder = mock, tempfile.mkdtemp(prefix="daemon-", dir=mock.folder)
        self.socket = os.path.join(self.folder, "run", "control.sock")
        self.settings = os.path.join(self.folder, "erwatch.yaml")
        self.pages = os.path.join(self.folder, "pages")
        self._write_settings(hooks, every or f"{mock.world.every_s}s")
        self.began = time.monotonic()
        with open(os.path.join(self.folder, "stderr"), "ab") as err:
            self.process = subprocess.Popen([*wrapper, DAEMON, "-c", self.settings, "--state", self.folder + "/state",
                                             "--run", self.folder + "/run"], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=err, cwd=self.folder)
        self.pid = self.process.pid

    def _write_settings(self, hooks, every):
        secret = os.path.join(self.folder, "secret")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as to:
            to.write("bench\n")
        with open(self.settings, "w", encoding="utf-8") as to:
            to.write(f"azure:\n  cloud: custom\n  management: {self.mock.url}\n  login: {self.mock.url}\n"
                     f"  ca_file: {self.mock.ca}\n  credentials:\n    - name: ops\n      tenant: {TENANT}\n"
                     f"      client: {CLIENT}\n      secret_file: {secret}\n"
                     f"poll: {{ every: {every}, sessions: none }}\ndefaults: {{ credential: ops }}\n")
            if hooks is not None:
                hook = os.path.join(hooks, "page")
                with open(os.open(hook, os.O_WRONLY | os.O_CREAT, 0o755), "w", encoding="utf-8") as file:
                    file.write(HOOK)
                to.write(f"receivers:\n  - name: hook\n    exec: {{ command: [{hook}, {self.pages}] }}\n")
            to.write("circuits:\n")
            to.writelines(circuit_lines(self.mock.world))

    def ask(self, path):
        link = http.client.HTTPConnection("localhost", timeout=PATIENCE_S)
        link.sock = socket.socket(socket.AF_UNIX)
        link.sock.settimeout(PATIENCE_S)
        with contextlib.closing(link):
            link.sock.connect(self.socket)
            link.request("GET", path)
            return json.loads(link.getresponse().read())

    def loop(self):
        """The loop's figures, or None while the daemon does not answer yet."""
        if self.process.poll() is not None:
            with open(os.path.join(self.folder, "stderr"), encoding="utf-8") as err:
                raise RuntimeError(f"erwatchd ended with {self.process.returncode}: {err.read()[-2000:]}")
        try:
            return self.ask("/v1/loop")
        except (FileNotFoundError, ConnectionRefusedError):
            return None

    def polls(self):
        """How many questions about circuits were answered so far: lists, or circuits where there is no right to list."""
        loop = self.loop()
        if loop is None:
            return 0
        return sum(row["answered"] for row in loop["requests"] if row["kind"] == ("circuit" if self.mock.world.singly else "list"))

    def expect_no_failures(self):
        failed = [row for row in self.loop()["requests"] if row["failed"] > (row["kind"] == "list" and
                                                                            self.mock.world.singly) * 10]
        if failed:
            raise RuntimeError(f"questions failed: {failed}")

    def per_cycle(self):
        return len(self.mock.world.urls(""))

    def wait_cycles(self, cycles, pause_s=0.02):
        wait_until(lambda: self.polls() >= cycles * self.per_cycle(), f"{cycles} cycles", pause_s)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()


def first_sweep_ms(daemon):
    """Until all answers have been worked off, from where the settings are loaded and the control socket is there."""
    wait_until(lambda: daemon.polls() >= daemon.per_cycle(), "the first sweep", 0.002)
    return (time.time_ns() - os.stat(daemon.socket).st_ctime_ns) / 1e6


def window(daemon, cycles):
    """Processor time per circuit and poll (us) over so many cycles, and the loop's figures at the end."""
    daemon.wait_cycles(1 + WARM_UP)
    first, began = daemon.polls(), processor_ns(daemon.pid)
    wait_until(lambda: daemon.polls() >= first + cycles * daemon.per_cycle(), "the cycles", 0.2)
    last, ended = daemon.polls(), processor_ns(daemon.pid)
    per_poll = daemon.mock.world.count / daemon.per_cycle()
    return (ended - began) / 1000 / ((last - first) * per_poll)


# ---- the bare program ----

def run_bare(mock, cycles, wrapper=()):
    world = mock.world
    urls = os.path.join(mock.folder, "urls")
    with open(urls, "w", encoding="utf-8") as to:
        to.writelines(url + "\n" for url in world.urls(mock.url))
    done = subprocess.run([*wrapper, BARE, mock.ca, urls, str(world.every_s * 1000), str(WARM_UP), str(cycles), "gzip"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, text=True, timeout=PATIENCE_S * 4,
                          cwd=mock.folder)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if rows[0]["circuits"] != world.count:
        raise RuntimeError(f"the bare program saw {rows[0]['circuits']} of {world.count} circuits")
    warm, last = rows[WARM_UP], rows[-1]
    return {"us": (last["cpu_ns"] - warm["cpu_ns"]) / 1000 / (last["circuits"] - warm["circuits"]),
            "sweep_ms": rows[0]["took_us"] / 1000, "rss_kb": last["rss_kb"]}


# ---- the cases ----

class Figures:
    """The values of one thing over the rounds."""

    def __init__(self, name, unit):
        self.name, self.unit, self.rounds = name, unit, []

    def add(self, ours, bare=None):
        self.rounds.append((ours, bare))

    def show(self):
        ours = sorted(own for own, _ in self.rounds)
        text = f"{self.name:46} {ours[0]:9.2f} {statistics.median(ours):9.2f} {ours[-1]:9.2f} {self.unit:4}"
        bare = [theirs for _, theirs in self.rounds if theirs is not None]
        if bare:
            ratios = [own / theirs for own, theirs in self.rounds if theirs]
            text += f"  bare {statistics.median(bare):8.2f}  ratio {min(ratios):5.2f} .. {max(ratios):5.2f}"
        print(text, flush=True)


@contextlib.contextmanager
def mocked(count, changing, every_s, singly=False, cached=True):
    folder = tempfile.mkdtemp(prefix="erwatch-bench-")
    mock = None
    try:
        mock = Mock(World(folder, count, changing, every_s, singly), cached)
        wait_until(lambda: is_open(mock.port), "nginx")
        yield mock
    finally:
        if mock is not None:
            mock.close()
        shutil.rmtree(folder, ignore_errors=True)


def is_open(port):
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def case_polls(options, count, changing, every_s, singly=False):
    """Processor time, memory, loop and first sweep of one size."""
    what = f"{count} circuits, {'GETs' if singly else 'lists'}, {changing} % changed"
    cpu, sweep = Figures(what, "us"), Figures("  first complete sweep", "ms")
    memory, growth = Figures("  resident", "MB"), Figures("  of these since the first sweep", "MB")
    longest, slow = Figures("  longest turn of the loop", "ms"), Figures("  99.9 % of the turns took less than", "ms")
    with mocked(count, changing, every_s, singly) as mock:
        for _ in range(options.rounds):
            with Daemon(mock) as daemon:
                took_ms = first_sweep_ms(daemon)
                daemon.wait_cycles(1 + WARM_UP)
                before_kb = resident_kb(daemon.pid)
                us = window(daemon, options.cycles)
                daemon.expect_no_failures()
                loop, after_kb = daemon.loop()["loop"], resident_kb(daemon.pid)
            bare = run_bare(mock, options.cycles)
            cpu.add(us, bare["us"])
            sweep.add(took_ms, bare["sweep_ms"])
            memory.add(after_kb / 1024, bare["rss_kb"] / 1024)
            growth.add((after_kb - before_kb) / 1024)
            longest.add(loop["longest_turn_ms"])
            slow.add(loop["turns_below_ms"])
    for figures in (cpu, sweep, memory, growth, longest, slow):
        figures.show()


def case_idle(options):
    """What watching costs while nothing is asked: per second, with ten thousand circuits."""
    idle = Figures("10000 circuits, nothing asked, per second", "us")
    with mocked(10000, 0, 1) as mock, Daemon(mock, every="5m") as daemon:
        daemon.wait_cycles(1)
        time.sleep(2)
        for _ in range(options.rounds):
            began = processor_ns(daemon.pid)
            time.sleep(3)
            idle.add((processor_ns(daemon.pid) - began) / 3000)
    idle.show()


def case_settings(options):
    loaded = Figures("10000 circuits, settings loaded (erwatchd -n)", "ms")
    with mocked(10000, 0, 1) as mock, Daemon(mock, every="5m") as daemon:
        for _ in range(options.rounds):
            began = time.monotonic()
            subprocess.run([DAEMON, "-n", "-c", daemon.settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           check=True)
            loaded.add((time.monotonic() - began) * 1000)
    loaded.show()


def case_notice(options):
    """From the answer that shows it to the hook being run; rule 14 has no hold. nginx's own log says when it answered."""
    delay = Figures("10000 circuits, changed answer to hook", "ms")
    hooks = hook_folder()
    if hooks is None:
        print("changed answer to hook: left out, every folder here can be written to by others")
        return
    try:
        with mocked(10000, 0, 1, cached=False) as mock, Daemon(mock, hooks) as daemon:
            daemon.wait_cycles(1 + WARM_UP)
            for turn in range(options.rounds):
                delay.add(one_notice(mock, daemon, turn) * 1000)
    finally:
        shutil.rmtree(hooks)
    delay.show()


def one_notice(mock, daemon, turn):
    world = mock.world
    circuit = world.circuits[17 + 1000 * turn]
    known = {etag for _, _, etag in mock.answers()}
    world.write_list(circuit.subscription, {circuit.name: {"serviceProviderProvisioningState": "Deprovisioning"}})
    wait_until(lambda: os.path.exists(daemon.pages) and len(open(daemon.pages).readlines()) > turn, "the hook")
    answered = next(float(at) for at, path, etag in mock.answers()
                    if circuit.subscription in path and etag not in known)
    with open(daemon.pages, encoding="utf-8") as lines:
        return float(lines.readlines()[turn]) - answered


def case_growth(options):
    """Resident memory over many sweeps."""
    with mocked(1000, 10, 1) as mock, Daemon(mock) as daemon:
        daemon.wait_cycles(1 + WARM_UP)
        seen = []
        for sweep in range(0, options.sweeps + 1, max(1, options.sweeps // 10)):
            daemon.wait_cycles(1 + WARM_UP + sweep, 0.2)
            seen.append(resident_kb(daemon.pid))
    print(f"1000 circuits, resident over {options.sweeps} sweeps (MB):      "
          + " ".join(f"{kb / 1024:.2f}" for kb in seen), flush=True)


# ---- instructions ----

def total_of(path):
    with open(path, encoding="utf-8") as lines:
        return int(re.search(r"^(?:summary|totals): (\d+)", lines.read(), re.M)[1])


def callgrind(folder, name):
    return ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={folder}/{name}.callgrind"]


def count_daemon(mock, cycles):
    """Instructions of a run of so many cycles, and how many polls that were."""
    with Daemon(mock, wrapper=callgrind(mock.folder, "daemon")) as daemon:
        daemon.wait_cycles(cycles, 0.5)
        polls = daemon.polls()
        daemon.process.send_signal(signal.SIGTERM)
        daemon.process.wait(PATIENCE_S)
    return total_of(mock.folder + "/daemon.callgrind"), polls * mock.world.count / len(mock.world.urls(""))


def count_bare(mock, cycles):
    run_bare(mock, cycles, callgrind(mock.folder, "bare"))
    return total_of(mock.folder + "/bare.callgrind"), (cycles + WARM_UP + 1) * mock.world.count


def case_instructions(options, changing):
    """The difference of a short and a longer run, so that the start is not counted."""
    figures = Figures(f"1000 circuits, {changing} % changed, instructions", "K")
    with mocked(1000, changing, 2) as mock:
        short, long = count_daemon(mock, 3), count_daemon(mock, 3 + options.cycles)
        bare_short, bare_long = count_bare(mock, 1), count_bare(mock, 1 + options.cycles)
        figures.add((long[0] - short[0]) / (long[1] - short[1]) / 1000,
                    (bare_long[0] - bare_short[0]) / (bare_long[1] - bare_short[1]) / 1000)
        if options.keep:
            shutil.copy(mock.folder + "/daemon.callgrind", options.keep)
    figures.show()


CASES = {
    "few-10": lambda o: case_polls(o, 10, 1, 1),
    "few-1000": lambda o: case_polls(o, 1000, 1, 1),
    "few-10000": lambda o: case_polls(o, 10000, 1, 1),
    "all-10000": lambda o: case_polls(o, 10000, 100, 1),
    "get-10000": lambda o: case_polls(o, 10000, 1, 10, True),
    "idle": case_idle,
    "settings": case_settings,
    "notice": case_notice,
    "growth": case_growth,
    "instructions-few": lambda o: case_instructions(o, 1),
    "instructions-all": lambda o: case_instructions(o, 100),
}


def main():
    parser = argparse.ArgumentParser(description="Measure erwatchd beside a bare libcurl program.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cycles", type=int, default=6)
    parser.add_argument("--sweeps", type=int, default=40)
    parser.add_argument("--only", default=",".join(CASES), help=", ".join(CASES))
    parser.add_argument("--keep", help="where to leave the daemon's callgrind file")
    options = parser.parse_args()
    if not have_nginx():
        sys.exit("bench: nginx is not installed (apt install nginx-light)")
    print(f"{'':46} {'min':>9} {'median':>9} {'max':>9}")
    for name in options.only.split(","):
        if name.startswith("instructions") and shutil.which("valgrind") is None:
            print(f"{name}: left out, valgrind is not installed")
            continue
        CASES[name](options)


if __name__ == "__main__":
    main()
