"""
The heartbeat comes while the whole chain works (O5), and stays away otherwise (O4). With a simulator on this host it comes
each second, and all that is measured in its intervals is so much shorter.
"""

import os
import signal
import threading
import time

from faulty import fail, faulty_bed, usable
from harness import Bed, Listener, expect, run, test, wait_until
from small_disk import SmallDisk

USABLE = {"name": "lon-1", "peerings": {"private": {}}}
SECRET = "/ping/c0ffee00-1111-2222-3333-444455556666"


class Alive(Listener):
    """The other side: it counts what it hears, and answers as it is told."""

    def __init__(self):
        self.heard, self.status, self.lock = [], 200, threading.Lock()
        super().__init__(self.answer)

    def answer(self, link):
        while True:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = link.recv(4096)
                if not piece:
                    return
                head += piece
            with self.lock:
                self.heard.append(head.decode(errors="replace"))
                status = self.status
            where = f"Location: http://{self.address}/elsewhere\r\n" if status // 100 == 3 else ""
            link.sendall(f"HTTP/1.1 {status} X\r\n{where}Content-Length: 2\r\n\r\nOK".encode())

    def count(self):
        with self.lock:
            return len(self.heard)

    def wait_more(self, more=2):
        before = self.count()
        wait_until(lambda: self.count() >= before + more, f"{more} words")


def heartbeat(alive):
    return {"heartbeat": {"url": f"http://{alive.address}/alive", "every": "1s"}}


def trouble(bed):
    return bed.daemon.get("/v1/status")["daemon"]["heartbeat"]["trouble"]


def wait_silent(bed, why):
    """For this reason. On a machine that stands still there may have been others before."""
    wait_until(lambda: why in (trouble(bed) or ""), lambda: f"silence because {why}; it says {trouble(bed)}")
    wait_until(lambda: told(bed) > 0, "the journal to say so")


def told(bed):
    """How many silences the journal tells of that are not over."""
    return bed.daemon.count("^no heartbeat is sent to ") - bed.daemon.count("^the heartbeat to .* goes on")


@test
def while_everything_works_it_comes_again_and_again():
    with Alive() as alive, Bed(circuits=[USABLE], settings=heartbeat(alive)) as bed:
        bed.start()
        alive.wait_more(4)
        request = alive.heard[0]
        expect(request.startswith("GET /alive HTTP/1.1\r\n") and "authorization" not in request.lower(), request)
        shown = bed.daemon.get("/v1/loop")["daemon"]["heartbeat"]
        expect(shown["sent"] and shown["to"].startswith("http://127.0.0.1"), shown)
        expect("Heartbeat" in bed.ctl("loop").out, bed.ctl("loop").out)
        wait_until(lambda: trouble(bed) is None, "no trouble")


@test
def the_address_is_a_secret():
    with Alive() as alive, Bed(circuits=[USABLE]) as bed:
        file = os.path.join(bed.folder, "heartbeat-url")
        bed.write_secret(f"http://{alive.address}{SECRET}", file)
        bed.forbidden[SECRET] = "the path of the heartbeat"
        bed.settings["heartbeat"] = {"url_file": file, "every": "1s"}
        bed.write_settings()
        bed.start()
        alive.wait_more(2)
        expect(SECRET in alive.heard[0], alive.heard[0])
        shown = bed.ctl("loop").out + bed.ctl("status", "--json").out + bed.check().out
        expect(SECRET not in shown and "\N{HORIZONTAL ELLIPSIS}6666" in shown, shown)
        bed.write_secret(f"http://{alive.address}/other/path-of-the-heartbeat", file)
        wait_until(lambda: "/other/" in alive.heard[-1], "the new address")
        os.unlink(file)
        wait_silent(bed, "heartbeat-url")


@test
def a_redirect_is_not_followed_and_a_refusal_is_told_once():
    with Alive() as alive, Bed(circuits=[USABLE], settings=heartbeat(alive)) as bed:
        bed.start()
        alive.wait_more(1)
        alive.status = 302
        wait_silent(bed, "HTTP 302")
        alive.wait_more(3)
        expect(not any("/elsewhere" in request for request in alive.heard), "the redirect was followed")
        expect(told(bed) == 1, bed.err())
        alive.status = 200
        bed.wait_said("the heartbeat to .* goes on")
        wait_until(lambda: trouble(bed) is None, "no trouble")


@test
def it_stops_while_a_page_waits_for_long():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        with Alive() as alive:
            bed.settings.update(heartbeat(alive))
            bed.write_settings()
            bed.start()
            bed.wait_verdict("lon-1", "usable")
            alive.wait_more(1)
            pager.mode("refuse")
            fail(bed, "lon-1")
            wait_silent(bed, "a page has been waiting for")
            before = alive.count()
            bed.sim.wait_more("circuit", 3)
            expect(alive.count() <= before + 1, "it went on")  # one may have been on its way
            pager.mode("")
            bed.wait_said("the heartbeat to .* goes on")
            alive.wait_more(2)


@test
def whoever_is_blind_and_says_so_is_alive():
    settings = {"poll": {"timeout": "2s", "stale": "20s"}}
    with Alive() as alive, Bed(circuits=[USABLE], settings={**settings, **heartbeat(alive)}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        alive.wait_more(1)
        bed.sim.fault(match=["circuit"], answer="hang")
        bed.wait_notice(rule=90, event="raised")
        alive.wait_more(2)


@test
def it_stops_with_a_full_disk():
    with Alive() as alive, faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.settings.update(heartbeat(alive))
        bed.write_settings()
        disk = SmallDisk(bed)
        try:
            disk.start()
            bed.wait_verdict("lon-1", "usable")
            alive.wait_more(2)
            disk.fill()
            wait_silent(bed, "the database takes no changes")
            disk.empty()
            bed.wait_said("the heartbeat to .* goes on")
            alive.wait_more(2)
            bed.stop()
        finally:
            bed.daemon.kill()
            disk.end()


@test
def it_stops_while_nothing_is_asked_and_nobody_says_so():
    """The token has run out and no other one comes; until that has lasted long enough to be blindness, 90 is silent."""
    with Alive() as alive, Bed(circuits=[USABLE], scenario={"token_life": "10s"},
                               settings={"poll": {"timeout": "2s"}, **heartbeat(alive)}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        alive.wait_more(1)
        bed.sim.fault(match=["token"], status=503)
        wait_silent(bed, "lon-1 was not asked about for more than 4 s")
        before = alive.count()
        bed.sim.wait_more("token")  # the pauses between them grow
        expect(alive.count() <= before + 1, "it went on")  # one may have been on its way
        expect(bed.incidents() == [], bed.incidents())
        bed.sim.clear()
        bed.wait_said("the heartbeat to .* goes on")
        alive.wait_more(2)
        wait_until(lambda: trouble(bed) is None, "no trouble")


@test
def it_stops_with_a_loop_that_is_late():
    """The daemon stands still for three seconds: the next one was due for two of them, and is left out."""
    late = r"^no heartbeat is sent to .*: the loop is \d{4} ms late"
    with Alive() as alive, Bed(circuits=[USABLE], settings=heartbeat(alive)) as bed:
        bed.start()
        alive.wait_more(1)

        def stand_still():
            wait_until(lambda: trouble(bed) is None, "no trouble")
            bed.daemon.signal(signal.SIGSTOP)
            since = time.monotonic()
            wait_until(lambda: time.monotonic() > since + 3, "three seconds to be over")
            bed.daemon.signal(signal.SIGCONT)
            bed.daemon.get("/v1/loop")

        # where another reason kept it silent just before, the journal does not tell of this one
        wait_until(lambda: stand_still() or bed.daemon.count(late), "a silence because the loop is late")
        bed.wait_said("the heartbeat to .* goes on")
        alive.wait_more(2)


@test
def it_ends_with_the_settings_and_begins_again():
    with Alive() as alive, Bed(circuits=[USABLE], settings=heartbeat(alive)) as bed:
        bed.start()
        alive.wait_more(1)
        kept = bed.settings.pop("heartbeat")
        bed.write_settings()
        expect(bed.ctl("reload").status == 0)
        before = alive.count()
        bed.wait_polls("lon-1", 2)
        expect(alive.count() <= before + 1, "it went on without settings")
        expect(bed.daemon.get("/v1/loop")["daemon"]["heartbeat"] is None)
        bed.settings["heartbeat"] = kept
        bed.write_settings()
        expect(bed.ctl("reload").status == 0)
        alive.wait_more(2)


@test
def what_is_wrong_with_it_is_found_before_the_start():
    with Bed(circuits=[USABLE]) as bed:
        for heartbeat_settings, wanted in (
                ({}, "needs an address"),
                ({"url": "http://alive.example.net/x"}, "TLS"),
                ({"url": "https://hc-ping.com/5bf66975-d4c7-4bf5-bcc8-b8d8a82ea278"}, "holds a secret"),
                ({"url": "https://a.example.net/x", "url_file": "x"}, "beside"),
                ({"url": "https://a.example.net/x", "every": "500ms"}, "every"),
                ({"url_file": "/nowhere/heartbeat-url"}, "/nowhere/heartbeat-url")):
            bed.settings["heartbeat"] = heartbeat_settings
            bed.write_settings()
            checked = bed.check()
            expect(checked.status != 0 and wanted in checked.err, (heartbeat_settings, checked.err))
            expect("5bf66975" not in checked.err, "a secret in a finding")


run()
