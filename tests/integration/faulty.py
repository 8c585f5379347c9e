"""
Receivers that misbehave on request, for the tests of delivery.

    with faulty_bed(circuits=[...]) as (bed, pager):
        pager.mode("refuse")
        bed.start()

Each try of the hook is noted before anything else happens, what it takes is noted after that: tries() and taken().
"""

import contextlib
import json
import os
import signal
import sys

from harness import TOKEN, Bed, expect, hook_program, wait_until

# What a hook does in each mode:
#   refuse        ends with 1
#   act and fail  takes the notice, then ends with 1
#   act and wait  takes it, and ends well when it is asked to
#   hang          never ends by itself
#   stubborn      not even when it is asked to
#   loud          writes 12 MB after a first line, without another line's end
#   leave         takes it, and leaves a process behind, in a session of its own, that holds the output open
#   inherit       notes what it was given
#   anything else takes the notice and ends with 0
# "MODE only WORD" is for notices of this event or circuit.
FAULTY = """#!{python} -IS
import json, os, signal, sys
notice = json.load(sys.stdin)
signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0 if mode == "act and wait" else 143))

def note(ending, what):
    to = os.open(sys.argv[1] + ending, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(to, json.dumps(what).encode() + b"\\n")
    os.close(to)

with open(sys.argv[1] + ".mode") as file:
    mode, _, only = file.read().partition(" only ")
if only and only not in (notice["event"], (notice["circuit"] or {{}}).get("name")):
    mode = ""
note(".tries", {{"id": notice["id"], "mode": mode, "pid": os.getpid(), "notice": notice}})
if mode == "refuse":
    sys.exit(1)
if mode == "hang":
    signal.pause()
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        signal.pause()
if mode == "loud":
    os.write(1, b"at first\\n")
    for i in range(12):
        sys.stdout.write("\\0\\x1b[31m loud 1234" * (1 << 20 >> 4))
if mode == "leave":
    ready, go = os.pipe()
    if not os.fork():
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        note(".left", {{"pid": os.getpid()}})
        os.write(go, b".")
        while True:
            signal.pause()
    os.read(ready, 1)
if mode == "inherit":
    with open("/proc/self/environ", "rb") as file:
        environ = file.read().decode().split("\\0")[:-1]
    links = {{fd: os.readlink("/proc/self/fd/" + fd) for fd in os.listdir("/proc/self/fd")
             if os.path.lexists("/proc/self/fd/" + fd)}}
    with open("/proc/self/status") as file:
        status = dict(line.rstrip("\\n").split(":\\t", 1) for line in file if ":\\t" in line)
    note(".inherited", {{"environ": environ, "fds": links, "status": status, "session": os.getsid(0),
                       "pid": os.getpid(), "argv": sys.argv}})
note("", notice)
if mode == "act and fail":
    sys.exit(1)
if mode == "act and wait":
    signal.pause()
"""


def read_lines(path):
    try:
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


class Receiver:
    def __init__(self, bed, name="pager", timeout="5m"):
        self.name, self.path = name, os.path.join(bed.folder, "taken-" + name)
        program = hook_program(FAULTY.format(python=os.path.realpath(sys.executable)), "faulty")
        command = [program, self.path, "--fixed", "$HOME"]
        self.settings = {"name": name, "exec": {"command": command, "timeout": timeout}}
        self.mode("")

    def mode(self, mode):
        """At once, so that no hook reads half of it."""
        with open(self.path + ".new", "w", encoding="utf-8") as to:
            to.write(mode)
        os.rename(self.path + ".new", self.path + ".mode")

    def tries(self):
        return read_lines(self.path + ".tries")

    def taken(self):
        return read_lines(self.path)

    def left(self):
        """The processes that its hooks have left behind."""
        return [one["pid"] for one in read_lines(self.path + ".left")]

    def inherited(self):
        return read_lines(self.path + ".inherited")

    def story(self, circuit=None):
        """What was taken, as "raised 15 lon-1" and so on."""
        return [f"{one['event']} {one['rule']} {name_of(one)}" for one in self.taken()
                if circuit in (None, name_of(one))]

    def wait_tries(self, count):
        wait_until(lambda: len(self.tries()) >= count, f"{count} tries of {self.name}")

    def wait_story(self, *story):
        """Until exactly this was taken; an error as soon as it cannot be any more."""
        def look():
            now = self.story()
            expect(now == list(story[:len(now)]), f"{self.name} took {now}, not {list(story)}")
            return len(now) == len(story)
        wait_until(look, lambda: f"{self.name} to take {list(story)}; it took {self.story()}")

    def wait_told(self, line):
        """Until this was taken, whatever else was."""
        wait_until(lambda: line in self.story(), lambda: f"{self.name} to take {line}; it took {self.story()}")

    def wait_idle(self, daemon):
        """Until the daemon, too, knows that all was taken."""
        def look():
            queues = daemon.get("/v1/loop")["queues"]["deliveries"]
            return next(queue["waiting"] for queue in queues if queue["receiver"] == self.name) == 0
        wait_until(look, f"the queue of {self.name} to be empty")

    def end_all(self, *modes):
        """Hooks that outlived their daemon, which had been killed; or those in one of these modes."""
        for one in self.tries():
            if modes and one["mode"] not in modes:
                continue
            with contextlib.suppress(OSError):
                with open(f"/proc/{one['pid']}/cmdline", encoding="utf-8") as file:
                    ours = self.path in file.read()
                if ours:
                    os.kill(one["pid"], signal.SIGKILL)


def name_of(notice):
    return (notice["circuit"] or {}).get("name", "-")


@contextlib.contextmanager
def faulty_bed(circuits, receivers=("pager",), timeout="5m", **more):
    """A bed whose receivers are these; yields it and them."""
    with Bed(circuits=circuits, **more) as bed:
        made = [Receiver(bed, name, timeout) for name in receivers]
        bed.settings["receivers"] = [receiver.settings for receiver in made]
        bed.write_settings()
        try:
            yield (bed, *made)
        finally:
            for receiver in made:
                receiver.end_all()
        for receiver in made:
            text = json.dumps(receiver.taken())
            expect(not any(secret in text for secret in bed.forbidden), f"{receiver.name} was told a secret")
            expect(not TOKEN.search(text), f"{receiver.name} was told a token")


def resident(daemon):
    """Bytes of memory; always the same in a sanitizer build, which keeps what was given back."""
    with open(f"/proc/{daemon.pid}/maps", encoding="utf-8") as file:
        if "libasan" in file.read():
            return 0
    with open(f"/proc/{daemon.pid}/statm", encoding="utf-8") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def usable(name, **more):
    return {"name": name, "peerings": {"private": {}}, **more}


def fail(bed, *names):
    for name in names:
        bed.sim.set(name, {"provider_state": "NotProvisioned"})


def mend(bed, *names):
    for name in names:
        bed.sim.set(name, {"provider_state": "Provisioned"})
