"""
A name server that never answers. Names are resolved in threads of libcurl's, and the loop must not notice.

The daemon gets a resolv.conf of its own in a mount namespace, which only root can make; the server is a socket on a
loopback address that nobody else uses, and it counts who asks.
"""

import os
import signal
import socket
import threading
import time

from harness import Bed, Skip, call, expect, run, test, wait_until

LONDON = {"name": "lon-1", "peerings": {"private": {}}}
# A resolver that is waited for holds one up for two and a half minutes; a machine that stands still, not so long.
HELD_UP = 75
NAME = "management.erwatch.test"


class MuteServer:
    def __init__(self):
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.address = self.find_address()
        threading.Thread(target=self.listen, daemon=True).start()

    def find_address(self):
        """One on loopback whose port 53 is free."""
        for last in range(53, 254):
            try:
                self.socket.bind((f"127.0.53.{last}", 53))
                return f"127.0.53.{last}"
            except OSError as error:
                why = error
        raise Skip(f"no name server can be started on port 53: {why}")

    def listen(self):
        while True:
            try:
                self.asked.append(self.socket.recv(4096))
            except OSError:
                return

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()


def own_resolver(folder, server):
    """Words in front of the daemon's: /etc/resolv.conf and nsswitch.conf are others for it."""
    if os.geteuid() != 0:
        raise Skip("a resolv.conf of its own needs root")
    names = {"resolv.conf": f"nameserver {server.address}\noptions timeout:30 attempts:5\n",
             "nsswitch.conf": "hosts: files dns\n"}
    words = []
    for name, text in names.items():
        path = os.path.join(folder, name)
        with open(path, "w", encoding="ascii") as to:
            to.write(text)
        if os.path.exists("/etc/" + name):
            words.append(f"mount --bind {path} $(readlink -f /etc/{name})")
        elif name == "resolv.conf":
            raise Skip("there is no /etc/resolv.conf to put another one over")
    wrapper = ("unshare", "-m", "sh", "-c", " && ".join([*words, 'exec "$@"']), "sh")
    tried = call([*wrapper, "true"])
    if tried.status != 0:
        raise Skip(f"no mount namespace: {tried.err.strip()}")
    return wrapper


def beginning(bed, server, *addresses):
    bed.settings["azure"].update({key: f"https://{NAME}:8443" for key in addresses})
    # the interval of real polls: the address is no loopback
    bed.settings["poll"].update({"every": "10s", "sessions_every": "10s", "timeout": "2s", "stale": "10s"})
    bed.write_settings()
    return bed.start(wrapper=own_resolver(bed.folder, server))


def ask_often(bed, times=25):
    """The slowest answer to erwatchctl's question, in seconds, while names are being looked up."""
    slowest = 0
    for _ in range(times):
        begin = time.monotonic()
        status, _ = bed.daemon.ask("/v1/status")
        expect(status == 200, status)
        slowest = max(slowest, time.monotonic() - begin)
        time.sleep(0.05)
    return slowest


@test
def the_daemon_answers_while_nobody_answers_it():
    with MuteServer() as server, Bed(circuits=[LONDON]) as bed:
        beginning(bed, server, "management", "login")
        wait_until(lambda: server.asked, "a question for the name server")
        slowest = ask_often(bed)
        expect(slowest < HELD_UP, f"an answer took {slowest:.2f} s")
        done = bed.ctl("status")
        expect(done.status == 0 and "unknown" in done.out, done.out)


@test
def it_is_a_blindness_in_the_end_and_no_finding_about_a_circuit():
    with MuteServer() as server, Bed(circuits=[LONDON]) as bed:
        beginning(bed, server, "management")
        notice = bed.wait_notice(rule=90, event="raised", circuit="lon-1")
        expect(server.asked, "nobody asked")
        expect(NAME in notice["text"] or "resolv" in notice["text"] or "time" in notice["text"], notice["text"])
        bed.expect_no_circuit_finding()


@test
def a_stop_does_not_wait_for_the_name_server():
    with MuteServer() as server, Bed(circuits=[LONDON]) as bed:
        daemon = beginning(bed, server, "management", "login")
        wait_until(lambda: server.asked, "a question for the name server")
        begin = time.monotonic()
        daemon.signal(signal.SIGTERM)
        expect(daemon.wait_end() == 0, daemon.process.returncode)
        took = time.monotonic() - begin
        expect(took < HELD_UP, f"the end took {took:.1f} s")


@test
def a_reload_does_not_wait_for_the_name_server():
    with MuteServer() as server, Bed(circuits=[LONDON]) as bed:
        beginning(bed, server, "management", "login")
        wait_until(lambda: server.asked, "a question for the name server")
        begin = time.monotonic()
        done = bed.ctl("reload")
        took = time.monotonic() - begin
        expect(done.status == 0, done.err)
        expect(took < HELD_UP, f"the reload took {took:.1f} s")


run()
