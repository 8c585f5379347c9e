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
#   half           begins a good answer and closes
#   mute           never answers
#   drip           a byte of the answer each second
#   slow SECONDS   takes the notice, and answers only then
#   redirect URL   302
#   429 SECONDS    with Retry-After
#   large          400 unless the body has less than 1500 bytes
#   a number       that status
#   anything else  takes the notice


class Pager:
    def __init__(self, name="pager"):
        self.name, self.how, self.says, self.lock = name, "", "", threading.Lock()
        self.seen, self.acted, self.links, self.over = [], [], [], False
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
        self.how = how

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
                with self.lock:
                    self.links.append(link)
                threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link):
        with link, link.makefile("rb") as reader, contextlib.suppress(OSError, ValueError):
            while self._one(link, reader):
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
        notice = json.loads(body)
        mode, _, word = self.how.partition(" ")
        with self.lock:
            self.seen.append({"method": first.split()[0], "path": first.split()[1], "headers": headers, "len": len(body),
                              "notice": notice, "time": time.monotonic()})
        return self._answer(link, mode, word, notice, len(body))

    def _act(self, notice):
        with self.lock:
            self.acted.append(notice)

    def _answer(self, link, mode, word, notice, size):
        if mode == "act":
            self._act(notice)
            return False
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
        if mode == "large" and size >= 1500:
            return self._send(link, 400, "")
        if mode == "slow":
            time.sleep(float(word))
        self._act(notice)
        return self._send(link, 200, "")

    def _send(self, link, status, more):
        says = self.says if status == 200 else ""
        link.sendall(f"HTTP/1.1 {status} X\r\n{more}Content-Length: {len(says)}\r\n\r\n{says}".encode())
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
