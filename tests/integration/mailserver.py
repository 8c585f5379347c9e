"""
A mail server that misbehaves on request: plain, with STARTTLS, or with TLS from the beginning, and with users.

    server = MailServer(bed, "starttls", user=("erwatch", "a password"))
    server.mode("after dot 451")

Every line that it was told is in `heard`, with whether TLS was there; what it took is in `mails`.
"""

import base64
import contextlib
import os
import socket
import ssl
import threading
from email import message_from_bytes, policy

from harness import expect, wait_until
from services import state_of

# Where it does something else than its work, and what: "WORD ANSWER" or "WORD how":
#   helo, starttls, auth, mail, rcpt, data, dot    the command, or the greeting, or the dot at the end of the text
#   ANSWER                                         "451 later" and the like, instead of doing it
#   close, mute                                    it closes the connection, or says nothing any more
#   act close, act mute, act 451 …                 it does it, and says so in this manner
# A mode for RCPT may name an address: "rcpt 550 no for noc@example.net".


class MailServer:
    def __init__(self, bed, way="plain", user=None, mechanisms="PLAIN LOGIN", sim=None, offers_tls=True):
        sim = sim or bed.sim
        self.way, self.user, self.mechanisms, self.offers_tls = way, user, mechanisms, offers_tls
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(os.path.join(sim.tls, "server.pem"), os.path.join(sim.tls, "server.key"))
        self.how, self.left, self.then, self.lock = "", 0, "", threading.Lock()
        self.heard, self.mails, self.links = [], [], []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        scheme = "smtps" if way == "smtps" else "smtp"
        self.url = f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}"
        self.keys = {"server": self.url, "from": "erwatch@example.net", "to": ["noc@example.net"]}
        if way == "plain":
            self.keys["starttls"] = False
        else:
            self.keys["ca_file"] = sim.ca
        if user is not None:
            self.password_file = os.path.join(bed.folder, "password")
            bed.write_secret(user[1], self.password_file)
            for text in (user[1], f"\0{user[0]}\0{user[1]}"):
                bed.forbidden[base64.b64encode(text.encode()).decode()] = "a password"
            self.keys.update(user=user[0], password_file=self.password_file)
        self.settings = {"name": "mail", "email": self.keys}
        threading.Thread(target=self._accept, daemon=True).start()

    # -- for tests

    def mode(self, how, times=1 << 30, then=""):
        """So often, and then another one. What concerns the begin of a connection finds none that stands."""
        with self.lock:
            begins = how.split(" ")[0] in ("helo", "starttls", "auth")
            self.how, self.left, self.then = how, times, then
            links = list(self.links)
        for link in links if begins else ():
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def stop(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def taken(self):
        with self.lock:
            return list(self.mails)

    def tries(self, word="DATA"):
        """How often it was told this."""
        with self.lock:
            return sum(line.upper().startswith(word) for _, line in self.heard)

    def wait_tries(self, count, word="DATA"):
        wait_until(lambda: self.tries(word) >= count, lambda: f"{count} times {word}; it heard {self.heard}")

    def wait_over(self):
        """Until the mode has been of effect as often as it should."""
        wait_until(lambda: self.left == 0, lambda: f"{self.how} {self.left} times more; it heard {self.heard}")

    def strikes(self, word, line):
        """What it does instead of this; None: its work."""
        at, _, how = self.how.partition(" ")
        how, _, address = how.partition(" for ")
        with self.lock:
            if at != word or self.left == 0 or (address and f"<{address}>" not in line):
                return None
            self.left -= 1
            if self.left == 0 and self.then:
                self.how, self.left = self.then, 1 << 30
            return how

    def letters(self, circuit=None):
        """What people read, each mail once: a mail that comes again has the id that it had."""
        seen = {}
        for mail in self.taken():
            seen.setdefault(mail["letter"]["Message-ID"], mail)
        return [one["letter"] for one in seen.values() if circuit is None or f" {circuit}: " in one["subject"]]

    def view(self, names):
        """As services.py's: what the last mail says of each circuit."""
        shown = {}
        for mail in self.taken():  # one that comes again is the last one's
            state, circuit = state_of(mail["subject"].removeprefix("[erwatch] "))
            if circuit in names:
                shown[circuit] = state
        return {circuit: state for circuit, state in shown.items() if state}

    # -- its work

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                link = self.listener.accept()[0]
                threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link):
        with contextlib.suppress(OSError, ValueError):
            talk = Talk(self, link)
            with talk.link:
                with self.lock:
                    self.links.append(talk.link)
                talk.run()


class Talk:
    """One connection."""

    def __init__(self, server, link):
        self.server, self.link, self.tls, self.user = server, link, False, None
        if server.way == "smtps":
            self.wrap()
        self.reader = self.link.makefile("rb")
        self.sender, self.to = None, []

    def wrap(self):
        self.link = self.server.tls.wrap_socket(self.link, server_side=True)
        self.tls = True

    def say(self, text):
        self.link.sendall(text.encode() + b"\r\n")
        return True

    def line(self):
        text = self.reader.readline().decode()
        if not text:
            raise ValueError("it has gone")
        expect(text.endswith("\r\n"), f"a line ends otherwise: {text!r}")
        with self.server.lock:
            self.server.heard.append((self.tls, text[:-2]))
        return text[:-2]

    def misbehave(self, how):
        if how == "close":
            raise ValueError("it is to be closed")
        if how == "mute":
            self.link.recv(1)
            raise ValueError("it has gone")
        return self.say(how)

    def step(self, word, line, act, answer):
        """Do it and say so, or what the mode wants."""
        how = self.server.strikes(word, line)
        if how is None or how.startswith("act "):
            act()
        return self.say(answer) if how is None else self.misbehave(how.removeprefix("act "))

    def run(self):
        self.step("helo", "", lambda: None, "220 mail.example.net ESMTP")
        while True:
            line = self.line()
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                self.say("221 bye")
                return
            commands = {"EHLO": self.ehlo, "STARTTLS": self.starttls, "AUTH": self.auth, "MAIL": self.mail,
                        "RCPT": self.rcpt, "DATA": self.data}
            if verb in commands:
                commands[verb](line)
            else:
                self.say("502 what?")

    def ehlo(self, _line):
        words = ["mail.example.net", "8BITMIME", "SIZE 1000000"]
        if self.server.way == "starttls" and not self.tls and self.server.offers_tls:
            words.append("STARTTLS")
        if self.server.user is not None and (self.tls or self.server.way == "plain"):
            words.append("AUTH " + self.server.mechanisms)
        for word in words[:-1]:
            self.say("250-" + word)
        self.say("250 " + words[-1])

    def starttls(self, line):
        how = self.server.strikes("starttls", line)
        if how is not None:
            self.misbehave(how)
            return
        self.say("220 go ahead")
        self.wrap()
        self.reader = self.link.makefile("rb")

    def auth(self, line):
        words = line.split(" ")
        if words[1] == "PLAIN":
            if len(words) == 2:
                self.say("334 ")
            _, name, password = base64.b64decode(words[2] if len(words) > 2 else self.line()).decode().split("\0")
        else:
            if len(words) == 2:
                self.say("334 VXNlcm5hbWU6")
            name = base64.b64decode(words[2] if len(words) > 2 else self.line()).decode()
            self.say("334 UGFzc3dvcmQ6")
            password = base64.b64decode(self.line()).decode()
        if (name, password) != self.server.user:
            self.say("535 5.7.8 no")
            return
        self.step("auth", line, lambda: setattr(self, "user", name), "235 welcome")

    def mail(self, line):
        if self.server.user is not None and self.user is None:
            self.say("530 5.7.0 sign in")
            return

        def begin():
            self.sender, self.to = line.partition("<")[2].partition(">")[0], []
        self.step("mail", line, begin, "250 fine")

    def rcpt(self, line):
        self.step("rcpt", line, lambda: self.to.append(line.partition("<")[2].partition(">")[0]), "250 fine")

    def data(self, line):
        if not self.to:
            self.say("503 to whom?")
            return
        how = self.server.strikes("data", line)
        if how is not None:
            self.misbehave(how)
            return
        self.say("354 go on")
        text = b""
        while (part := self.reader.readline()) != b".\r\n":
            if not part:
                raise ValueError("it has gone")
            text += part[1:] if part.startswith(b".") else part
        letter = message_from_bytes(text, policy=policy.SMTP)
        mail = {"from": self.sender, "to": self.to, "text": text, "letter": letter, "subject": str(letter["Subject"]),
                "tls": self.tls, "user": self.user}

        def take():
            with self.server.lock:
                self.server.mails.append(mail)
        self.step("dot", line, take, "250 queued")
