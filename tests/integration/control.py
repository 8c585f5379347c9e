"""The control socket: who may use it for what, and what clients cannot do to the daemon."""

import contextlib
import json
import os
import shutil
import socket
import stat
import threading
import time

from faulty import fail, faulty_bed, resident, usable
from harness import CTL, PATIENCE, Skip, call, expect, run, test, wait_until

NOBODY = 65534


@contextlib.contextmanager
def running():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        yield bed, pager


def connect(bed):
    client = socket.socket(socket.AF_UNIX)
    client.connect(bed.daemon.socket)  # with a limit it would not wait where many do
    client.settimeout(PATIENCE)
    return client


def still_works(bed, pager):
    """It polls, answers and pages."""
    expect(bed.ctl("status").status == 0, "erwatchctl has no answer")
    bed.wait_polls("lon-1", 1)
    fail(bed, "lon-1")
    pager.wait_story("raised 15 lon-1")


def open_descriptors(bed):
    return len(os.listdir(f"/proc/{bed.daemon.pid}/fd"))


@test
def curl_gets_json():
    if shutil.which("curl") is None:
        raise Skip("curl is not here")
    with running() as (bed, _):
        got = call(["curl", "-sf", "--unix-socket", bed.daemon.socket, "http://localhost/v1/status"])
        expect(got.status == 0, got.err)
        expect(json.loads(got.out)["circuits"][0]["name"] == "lon-1", got.out)
        got = call(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "--unix-socket", bed.daemon.socket,
                    "http://localhost/v1/nonsense"])
        expect(got.out == "404", got.out)
        got = call(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "-X", "DELETE",
                    "--unix-socket", bed.daemon.socket, "http://localhost/v1/status"])
        expect(got.out == "405", got.out)


@test
def it_is_for_the_group_alone():
    with running() as (bed, _):
        there = os.stat(bed.daemon.socket)
        expect(stat.S_IMODE(there.st_mode) == 0o660, oct(there.st_mode))
        expect(stat.S_IMODE(os.stat(bed.daemon.run).st_mode) & 0o007 == 0, "others may look into the folder")


@test
def members_of_the_group_look_and_poll_but_do_not_reload():
    if os.geteuid() != 0:
        raise Skip("only root can become somebody else")
    with running() as (bed, _):
        os.chmod(bed.folder, 0o755)
        group = os.stat(bed.daemon.socket).st_gid
        shutil.copy(CTL, os.path.join(bed.folder, "erwatchctl"))
        ctl = os.path.join(bed.folder, "erwatchctl")

        def ask(gid, *words):
            who = ["setpriv", f"--reuid={NOBODY}", f"--regid={gid}", "--clear-groups", "--"]
            return call([*who, ctl, "--socket", bed.daemon.socket, *words])

        stranger = ask(NOBODY, "status")
        expect(stranger.status == 3 and "ermission" in stranger.err, (stranger.status, stranger.err))
        os.chmod(bed.daemon.run, 0o755)  # also when somebody was careless with the folder
        expect(ask(NOBODY, "status").status == 3, "a stranger got an answer")
        expect(ask(group, "status").status == 0, ask(group, "status").err)
        expect(ask(group, "poll", "lon-1").status == 0, ask(group, "poll", "lon-1").err)
        bed.wait_said(rf"lon-1: a poll was asked for by uid {NOBODY}$")
        refused = ask(group, "reload")
        expect(refused.status == 1, refused.err)
        expect("only root and the daemon's own user" in refused.err, refused.err)
        expect(bed.ctl("reload").status == 0, "root may not reload")
        bed.wait_said("settings of .* taken")


@test
def a_line_without_end_is_cut():
    with running() as (bed, pager):
        before, block = resident(bed.daemon), b"x" * (1 << 16)
        for head in (b"", b"GET /v1/status HTTP/1.1\r\nX: ",
                     b"POST /v1/reload HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n"):
            with connect(bed) as client, contextlib.suppress(BrokenPipeError, ConnectionResetError):
                client.sendall(head)
                end = time.monotonic() + PATIENCE
                while time.monotonic() < end:
                    client.sendall(block)
                expect(False, "it listened to nonsense without end")
        expect(resident(bed.daemon) - before < 16 << 20, "its memory grew")
        still_works(bed, pager)


@test
def clients_that_read_nothing_or_write_slowly_hold_nobody_up():
    with running() as (bed, pager):
        idle = [connect(bed) for _ in range(8)]
        for client in idle[:4]:
            client.sendall(b"GET /v1/status HTT")  # and nothing more
        for client in idle[4:]:
            for _ in range(50):  # answers that nobody reads
                with contextlib.suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
                    client.setblocking(False)
                    client.sendall(b"GET /v1/status HTTP/1.1\r\nHost: e\r\n\r\n")
        expect(bed.ctl("status").status == 0, "another client waited for them")
        still_works(bed, pager)
        for client in idle:
            client.close()


@test
def fifty_clients_at_once():
    with running() as (bed, pager):
        before = open_descriptors(bed)
        ends = []

        def answered():
            """Newcomers push out who has not finished asking: that one tries again."""
            try:
                return bed.daemon.ask("/v1/status")[0] == 200
            except (OSError, ValueError):
                return False

        def ask():
            for _ in range(4):
                wait_until(answered, "an answer")
                ends.append(200)

        threads = [threading.Thread(target=ask) for _ in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect(len(ends) == 200, f"{len(ends)} answers")
        still_works(bed, pager)
        wait_until(lambda: open_descriptors(bed) <= before + 2, "the connections to be closed")


@test
def half_requests_are_dropped_when_others_come():
    with running() as (bed, pager):
        held = []
        for _ in range(200):
            client = connect(bed)
            client.sendall(b"GET /")
            held.append(client)
        expect(bed.ctl("status").status == 0, "a newcomer has no answer")
        still_works(bed, pager)
        wait_until(lambda: open_descriptors(bed) < 100, lambda: f"{open_descriptors(bed)} descriptors to be closed")
        for client in held:
            client.close()


@test
def nonsense_is_refused():
    with running() as (bed, pager):
        for text in (b"\0\1\2\r\n\r\n", b"GET\r\n\r\n", b"GET /v1/circuits/%00%zz HTTP/1.1\r\n\r\n",
                     b"GET " + b"/" * 5000 + b" HTTP/1.1\r\n\r\n", b"POST /v1/circuits/lon-1/poll HTTP/9.9\r\n\r\n",
                     b"GET /v1/status HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                     b"GET /v1/status HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                     b"GET /v1/status HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"):
            with connect(bed) as client:
                client.sendall(text)
                client.shutdown(socket.SHUT_WR)
                answer = b""
                with contextlib.suppress(ConnectionResetError):
                    while block := client.recv(65536):
                        answer += block
                expect(not answer.startswith(b"HTTP/1.1 2") or b"zz" in text, (text[:60], answer[:200]))
        still_works(bed, pager)


@test
def the_socket_of_a_run_that_was_killed_is_no_hindrance():
    with running() as (bed, pager):
        bed.daemon.process.kill()
        bed.daemon.process.wait()
        expect(os.path.exists(bed.daemon.socket), "there is nothing to test")
        expect(bed.ctl("status").status == 3, "somebody answers")
        bed.start()
        still_works(bed, pager)


run()
