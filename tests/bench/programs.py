"""erwatchd and the bare program as the benchmark runs them: started on a world of mock.py, looked at, ended."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from mock import CLIENT, TENANT, is_refused

BUILD = os.environ.get("builddir", os.getcwd())
DAEMON = os.path.join(BUILD, "erwatchd")
BARE = os.path.join(BUILD, "tests/bench/bare")
PATIENCE_S = 120  # for whatever should be there in a moment
WARM_UP = 2  # cycles after the first sweep that are not counted

HOOK = """#!/bin/sh
date +%s.%N >>"$1"
cat >/dev/null
"""


def wait_until(condition, what, pause_s=0.01, patience_s=PATIENCE_S):
    deadline = time.monotonic() + patience_s
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {patience_s} s for {what}")
        time.sleep(pause_s)
    return value


def processor_ns(pid):
    """The processor time of all threads of another process: clock_getcpuclockid(3)."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as lines:
        return int(re.search(r"VmRSS:\s+(\d+)", lines.read())[1])


@contextlib.contextmanager
def hook_folder():
    """Nobody else may be able to write on the way to a hook, and the temporary folder is open to all; None: nowhere."""
    made = None
    for base in (BUILD, os.path.expanduser("~")):
        path = os.path.realpath(base)
        while path != "/" and not os.stat(path).st_mode & 0o022:
            path = os.path.dirname(path)
        if path == "/" and made is None:
            made = tempfile.mkdtemp(prefix="erwatch-bench-", dir=base)
    try:
        yield made
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def circuit_lines(world):
    for circuit in world.circuits:
        yield f"  - id: {circuit.id}\n    name: {circuit.name}\n    labels: {{ site: S{circuit.number % 50} }}\n"


class Daemon:
    """erwatchd on a world, with a state folder of its own."""

    def __init__(self, mock, hooks=None, every=None, wrapper=()):
        self.mock, self.world = mock, mock.world
        self.folder = tempfile.mkdtemp(prefix="daemon-", dir=mock.folder)
        self.socket = os.path.join(self.folder, "run", "control.sock")
        self.settings = os.path.join(self.folder, "erwatch.yaml")
        self.pages = os.path.join(self.folder, "pages")
        self._write_settings(hooks, every or f"{self.world.every_s}s")
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
                     f"poll: {{ every: {every}, sessions: none, health: {self.mock.health} }}\ndefaults: {{ credential: ops }}\n")
            if hooks is not None:
                hook = os.path.join(hooks, "page")
                with open(os.open(hook, os.O_WRONLY | os.O_CREAT, 0o755), "w", encoding="utf-8") as file:
                    file.write(HOOK)
                to.write("alerts: { group: { least: 0 } }\n")  # nothing waits for others of its kind
                to.write(f"receivers:\n  - name: hook\n    exec: {{ command: [{hook}, {self.pages}] }}\n")
            to.write("circuits:\n")
            to.writelines(circuit_lines(self.world))

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
        """How many questions about circuits were answered so far: lists, or circuits where each is asked for alone."""
        loop = self.loop()
        kind = "circuit" if self.world.singly else "list"
        return sum(row["answered"] for row in loop["requests"] if row["kind"] == kind) if loop is not None else 0

    def expect_no_failures(self):
        """Only lists may be refused, and only where the world refuses them."""
        failed = [row for row in self.loop()["requests"]
                  if row["failed"] > 0 and not (row["kind"] == "list" and is_refused(self.world))]
        if failed:
            raise RuntimeError(f"questions failed: {failed}")

    def per_cycle(self):
        return len(self.world.urls(""))

    def wait_cycles(self, cycles, pause_s=0.02):
        patience_s = PATIENCE_S + 2 * cycles * self.world.every_s
        wait_until(lambda: self.polls() >= cycles * self.per_cycle(), f"{cycles} cycles", pause_s, patience_s)

    def first_sweep_ms(self):
        """Until all answers have been worked off, from where the settings are loaded and the control socket is there."""
        wait_until(lambda: self.polls() >= self.per_cycle(), "the first sweep", 0.002)
        return (time.time_ns() - os.stat(self.socket).st_ctime_ns) / 1e6

    def cost_us(self, cycles):
        """Processor time per circuit and poll over so many cycles."""
        self.wait_cycles(1 + WARM_UP)
        first, began = self.polls(), processor_ns(self.pid)
        last_cycle = first / self.per_cycle() + cycles
        self.wait_cycles(last_cycle, 0.2)
        last, ended = self.polls(), processor_ns(self.pid)
        return (ended - began) / 1000 / ((last - first) * self.world.count / self.per_cycle())

    def end(self, patience_s=30):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)


def load_ms(settings):
    """`erwatchd -n`: processor time and time, both in ms."""
    began = time.monotonic()
    with subprocess.Popen([DAEMON, "-n", "-c", settings], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"erwatchd -n ended with {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000, (time.monotonic() - began) * 1000


def run_bare(mock, cycles, wrapper=()):
    """The bare program over so many cycles: microseconds per circuit and poll, its first sweep, what is resident."""
    world = mock.world
    urls = os.path.join(mock.folder, "urls")
    with open(urls, "w", encoding="utf-8") as to:
        to.writelines(url + "\n" for url in world.urls(mock.url))
    done = subprocess.run([*wrapper, BARE, mock.ca, urls, str(world.every_s * 1000), str(WARM_UP), str(cycles), "gzip"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, text=True, cwd=mock.folder,
                          timeout=PATIENCE_S + 4 * cycles * world.every_s)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if rows[0]["circuits"] != world.count:
        raise RuntimeError(f"the bare program saw {rows[0]['circuits']} of {world.count} circuits")
    warm, last = rows[WARM_UP], rows[-1]
    return {"us": (last["cpu_ns"] - warm["cpu_ns"]) / 1000 / (last["circuits"] - warm["circuits"]),
            "sweep_ms": rows[0]["took_us"] / 1000, "mb": last["rss_kb"] / 1024}
