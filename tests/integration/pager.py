"""
A receiver of web hooks that misbehaves on request.

    with paged_bed([usable("lon-1")]) as (bed, pager):
        pager.mode("500")
        bed.start()

Every request is noted as it has come, whole: tries(). What it acted upon is noted in taken(), as of faulty.py's receivers.
"""

import contextlib
import json
import os
import socket
import threading
import time

from faulty import name_of
from harness import TOKEN, Bed, expect, wait_until

# What it does in each mode:
#   cut            closes the connection without an answer
#   act and cut    the same, and it has acted
#   act and NUMBER the same with that status
#   half           begins a good answer and closes
#   huge           takes the notice, and its answer has a megabyte
#   garbage        answers with what is no HTTP
#   page           answers 200 with a page for people
#   mute           never answers
#   drip           a byte of the answer each second
#   slow SECONDS   takes the notice, and answers only then
#   redirect URL   302
#   429 SECONDS    with Retry-After
#   large          400 unless the body is smaller than the first one that came so
#   once MODE      that for one request
#   a number       that status
#   anything else  takes the notice


class Pager:
    def __init__(self, name="pager"):
        self.name, self.how, self.says, self.lock = name, "", "", threading.Lock()
        self.seen, self.acted, self.links, self.over, self.least = [], [], [], False, None
        self.holder = socket.socket()  # bound, and never listening: nobody else gets the port while it is closed
        self.holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.holder.bind(("127.0.0.1", 0))
        self.port = self.holder.getsockname()[1]
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.url = f"http://127.0.0.1:{self.port}/in"
        self.peer = f"http://127.0.0.1:{self.port}"
        self.settings = {"name": name, "webhook": {"url": self.url, "format": "erwatch", "timeout": "20s"}}
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    # -- for tests

    def mode(self, how):
        self.how, self.least = how, None

    def close(self):
        """Connections are refused from now on; the port stays ours."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.drop()

    def as_duty(self, bed, name):
        """Settings of a receiver that takes it for PagerDuty, and what it says then; the key is always the same one."""
        self.says = '{"status":"success"}'
        key = os.path.join(bed.folder, "integration-key")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as to:
            to.write("0123456789abcdef0123456789abcdef\n")  # it is told this one
        return {"name": name, "pagerduty": {"url": self.peer, "routing_key_file": key}}

    def duty(self):
        """What PagerDuty was told: actions and keys."""
        return [(one["event_action"], one["dedup_key"]) for one in self.taken()]

    def open(self):
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def drop(self):
        """Whoever is connected is thrown out."""
        with self.lock:
            links, self.links = self.links, []
        for link in links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def tries(self):
        with self.lock:
            return list(self.seen)

    def taken(self):
        with self.lock:
            return list(self.acted)

    def story(self):
        return [f"{one['event']} {one['rule']} {name_of(one)}" for one in self.taken()]

    def wait_tries(self, count):
        wait_until(lambda: len(self.tries()) >= count, lambda: f"{count} tries of {self.name}; {len(self.tries())} came")

    def wait_story(self, *story):
        def look():
            now = self.story()
            expect(now == list(story[:len(now)]), f"{self.name} took {now}, not {list(story)}")
            return len(now) == len(story)
        wait_until(look, lambda: f"{self.name} to take {list(story)}; it took {self.story()}")

    def stop(self):
        self.over = True
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.holder.close()
        self.drop()

    # -- its work

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                link = listener.accept()[0]
                threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _wrap(self, link):
        """Before the first byte is read."""
        return link

    def _serve(self, link):
        with contextlib.suppress(OSError, ValueError), self._wrap(link) as wrapped, wrapped.makefile("rb") as reader:
            with self.lock:
                self.links.append(wrapped)
            while self._one(wrapped, reader):
                pass

    def _one(self, link, reader):
        first = reader.readline().decode()
        if not first:
            return False
        headers = {}
        while (line := reader.readline().decode().rstrip("\r\n")):
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
        mode, _, word = self.how.partition(" ")
        if mode == "once":
            mode, _, word = word.partition(" ")
            self.mode("")
        request = {"method": first.split()[0], "path": first.split()[1], "headers": headers, "len": len(body),
                   "notice": json.loads(body), "time": time.monotonic()}
        with self.lock:
            self.seen.append(request)
        return self._answer(link, mode, word, request)

    def _act(self, request):
        with self.lock:
            self.acted.append(request["notice"])

    def _good(self, link, request):
        """It does as it was asked, and says so."""
        self._act(request)
        return self._send(link, 200, "")

    def _too_large(self, size):
        self.least = self.least or size
        return size >= self.least

    def _answer(self, link, mode, word, request):
        if mode in ("act", "huge"):
            self._act(request)
        if mode == "act":
            word = word.split()[-1]
            return word.isdigit() and self._send(link, int(word), "")
        if mode == "huge":
            return self._send(link, 200, "", b"x" * (1 << 20))
        if mode == "garbage":
            link.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
            return False
        if mode == "page":
            return self._send(link, 200, "Content-Type: text/html\r\n", b"<html>Welcome to the hotel</html>")
        if mode == "cut":
            return False
        if mode == "mute":
            link.recv(1)
            return False
        if mode == "half":
            link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nha")
            return False
        if mode == "drip":
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n":
                link.sendall(bytes([byte]))
                time.sleep(1)
            return False
        if mode == "redirect":
            return self._send(link, 302, f"Location: {word}\r\n")
        if mode == "429":
            return self._send(link, 429, f"Retry-After: {word}\r\n" if word else "")
        if mode.isdigit():
            return self._send(link, int(mode), "")
        if mode == "large" and self._too_large(request["len"]):
            return self._send(link, 400, "")
        if mode == "slow":
            time.sleep(float(word))
        return self._good(link, request)

    def _send(self, link, status, more, body=b""):
        body = body or (self.says if status == 200 else "").encode()
        link.sendall(f"HTTP/1.1 {status} X\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return True


@contextlib.contextmanager
def paged_bed(circuits, pagers=("pager",), receivers=(), routes=None, **more):
    """A bed whose receivers are these pagers, and behind them others, made for the bed: functions of it."""
    made = [Pager(name) for name in pagers]
    try:
        with Bed(circuits=circuits, **more) as bed:
            others = [make(bed) for make in receivers]
            bed.settings["receivers"] = [one.settings for one in [*made, *others]]
            if routes is not None:
                bed.settings["routes"] = routes
            bed.write_settings()
            yield (bed, *made, *others)
            for one in made:
                text = json.dumps(one.taken())
                expect(not any(secret in text for secret in bed.forbidden), f"{one.name} was told a secret")
                expect(not TOKEN.search(text), f"{one.name} was told a token")
    finally:
        for one in made:
            one.stop()
