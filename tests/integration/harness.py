"""
The bed of the integration tests: the real erwatchd against the real erwatch-sim over TLS on loopback, each test in a
folder of its own. Nothing sleeps for a result: every wait is for an event and ends with an error at its deadline.

    from harness import Bed, expect, run, test

    @test
    def a_circuit_that_was_deprovisioned_pages():
        with Bed(circuits=[{"name": "lon-1"}]) as bed:
            bed.start()
            bed.wait_polls("lon-1", 2)
            bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
            bed.wait_notice(rule=15, event="raised")

    run()

At the end of the `with` the daemon must end with status 0, and neither its words nor anything that it wrote may hold
a sanitizer's report, the client secret, a token or a whole service key.

ERWATCH_TEST_ONLY=PATTERN runs the tests whose names fit, ERWATCH_TEST_KEEP=1 keeps their folders, ERWATCH_TEST_JOBS=N
runs so many at a time.
"""

import atexit
import concurrent.futures
import contextlib
import fnmatch
import http.client
import json
import os
import re
import secrets
import select
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid

import yaml

BUILD = os.environ.get("builddir", os.getcwd())
DAEMON = os.path.join(BUILD, "erwatchd")
CTL = os.path.join(BUILD, "erwatchctl")
SIM = os.path.join(BUILD, "erwatch-sim")

PATIENCE = 180  # seconds that any event may take, on a machine that stands still at times, and with sanitizers
TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT = "22222222-2222-2222-2222-222222222222"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
JOURNAL = "/run/systemd/journal"
CLOCK_JUMPED = 97

TOKEN = re.compile(r"\bsim\.[0-9a-f]{8}-[0-9a-f]{4}")
SANITIZER = re.compile(r"Sanitizer|runtime error:|Assertion .* failed|libevent.*\[err\]")


class Skip(Exception):
    """This machine cannot run the test; the reason is shown."""


def find_key(value, key):
    """The value of a key, wherever in nested objects it is."""
    if not isinstance(value, dict):
        return None
    found = (find_key(inner, key) for inner in value.values())
    return value[key] if key in value else next((one for one in found if one is not None), None)


def expect(fine, said="it is not as expected"):
    if not fine:
        raise AssertionError(said if isinstance(said, str) else repr(said))


class PlainDumper(yaml.SafeDumper):
    """Without anchors and aliases, which neither program takes."""

    def ignore_aliases(self, data):
        return True


def sanitized():
    """Is it a build with the sanitizers? They keep what was given back, so sizes say nothing."""
    with open(DAEMON, "rb") as file:
        return b"__asan_init" in file.read()


def as_yaml(value):
    return yaml.dump(value, Dumper=PlainDumper, sort_keys=False)


def circuit_id(name, subscription=SUBSCRIPTION, group="net"):
    return (f"/subscriptions/{subscription}/resourceGroups/{group}"
            f"/providers/Microsoft.Network/expressRouteCircuits/{name}")


def wait_until(condition, what, seconds=PATIENCE):
    """The first true value of condition(); an error that says what was waited for when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what() if callable(what) else what}")
        time.sleep(0.02)


def environment(**more):
    """Nothing of the caller's but what the programs cannot run without."""
    kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", **kept, **more}


# ---- a place for hooks: erwatchd runs no program that others could change ----

HOOK = """#!{python} -IS
import json, os, sys
line = {{"notice": json.load(sys.stdin), "environment": dict(os.environ), "argv": sys.argv}}
to = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
os.write(to, json.dumps(line).encode() + b"\\n")
"""

_hook_folder = None
_hook_lock = threading.Lock()


def out_of_reach(path):
    """Does every folder on the way belong to root or us, and may nobody else change what lies there?"""
    path = os.path.realpath(path)
    while True:
        try:
            found = os.stat(path)
        except OSError:
            return False
        open_to_all = found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX
        if found.st_uid not in (0, os.geteuid()) or open_to_all:
            return False
        if path == "/":
            return True
        path = os.path.dirname(path)


def hook_folder():
    """A folder for hook programs, made once for the whole file of tests."""
    global _hook_folder
    if _hook_folder is None:
        for base in (BUILD, os.environ.get("XDG_RUNTIME_DIR"), os.path.expanduser("~"), "/run", "/var/lib"):
            if base and out_of_reach(base) and os.access(base, os.W_OK | os.X_OK):
                _hook_folder = tempfile.mkdtemp(prefix="erwatch-hooks-", dir=base)
                atexit.register(shutil.rmtree, _hook_folder, ignore_errors=True)
                break
        else:
            raise Skip("there is no folder for a hook that others cannot write to")
    return _hook_folder


def hook_program(text=None, name="page"):
    """Write a hook; by default one that keeps what it is given, one JSON text to a line of its first argument."""
    with _hook_lock:
        path = os.path.join(hook_folder(), name)
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as to:
                to.write(text or HOOK.format(python=os.path.realpath(sys.executable)))
            os.chmod(path, 0o755)
    return path


# ---- programs ----

class Program:
    """One that was started here, its output in files."""

    def __init__(self, folder, name, argv, env=None):
        self.name, self.argv = name, argv
        self.out_file = os.path.join(folder, name + ".stdout")
        self.err_file = os.path.join(folder, name + ".stderr")
        with open(self.out_file, "ab") as out, open(self.err_file, "ab") as err:
            self.process = subprocess.Popen(argv, env=env or environment(), stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=err, cwd=folder)
        self.pid = self.process.pid

    def out(self):
        with open(self.out_file, encoding="utf-8", errors="replace") as file:
            return file.read()

    def err(self):
        with open(self.err_file, encoding="utf-8", errors="replace") as file:
            return file.read()

    def alive(self):
        return self.process.poll() is None

    def count(self, pattern):
        """In how many places of standard error this is found."""
        return len(re.findall(pattern, self.err(), re.M))

    def wait_line(self, pattern):
        """The match of the first line of standard output that fits."""
        def look():
            found = re.search(pattern, self.out(), re.M)
            expect(found or self.alive(), f"{self.name} ended with {self.process.returncode}: {self.err()}")
            return found
        return wait_until(look, f"{pattern} of {self.name}")

    def signal(self, number):
        self.process.send_signal(number)

    def wait_end(self):
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} has not ended within {PATIENCE} s") from None

    def kill(self):
        if self.alive():
            self.process.kill()
            self.process.wait()


class Sim(Program):
    """The simulator, with a scenario of its own. More of its options: words."""

    def __init__(self, folder, scenario, *words, name="sim", metadata=False):
        self.tls = os.path.join(folder, name + "-tls")
        os.makedirs(self.tls, exist_ok=True)
        file = os.path.join(folder, name + ".yaml")
        with open(file, "w", encoding="utf-8") as to:
            to.write(as_yaml(scenario))
        argv = [SIM, "--scenario", file, "--listen", "127.0.0.1:0", "--tls-dir", self.tls, "-v", *words]
        super().__init__(folder, name, argv + (["--metadata-listen", "127.0.0.1:0"] if metadata else []))
        try:
            self.url = self.wait_line(r"^listening on (https://\S+)$")[1]
            self.metadata = self.wait_line(r"^metadata on (http://\S+)$")[1] if metadata else None
        except AssertionError:
            self.kill()
            raise
        self.address = self.url.removeprefix("https://")
        self.ca = os.path.join(self.tls, "ca.pem")

    def ask(self, method, path, body=None):
        """Talk to /_sim/; its JSON."""
        trust_all = ssl.create_default_context()  # what certificate it shows may be the test's subject
        trust_all.check_hostname = False
        trust_all.verify_mode = ssl.CERT_NONE
        link = http.client.HTTPSConnection(self.address, context=trust_all, timeout=PATIENCE + 10)
        try:
            link.request(method, path, body=None if body is None else json.dumps(body))
            answer = link.getresponse()
            text = answer.read().decode()
            expect(answer.status in (200, 504), f"{method} {path}: {answer.status} {text}")
            return answer.status, json.loads(text)
        finally:
            link.close()

    def event(self, **event):
        self.ask("POST", "/_sim/event", event)

    def set(self, circuit, keys):
        self.event(circuit=circuit, set=keys)

    def fault(self, name="fault", **keys):
        """match: endpoint names, or {endpoint, circuit, subscription}."""
        match = keys.pop("match", None)
        if match is not None:
            keys["match"] = match if isinstance(match, dict) else {"endpoint": match}
        self.event(fault={"name": name, **keys})

    def clear(self, name="all"):
        self.event(clear=name)

    def struck(self, name="fault"):
        """How many requests this fault has spoiled."""
        return self.count(f'fault "{re.escape(name)}"')

    def wait_struck(self, count=1, name="fault"):
        wait_until(lambda: self.struck(name) >= count, f"fault {name}")

    def requests(self, endpoint=None, circuit=None):
        """How many requests came; without an endpoint the whole table."""
        table = self.ask("GET", "/_sim/requests")[1]
        if endpoint is None:
            return table
        return (table["endpoints"] if circuit is None else table["circuits"].get(circuit, {})).get(endpoint, 0)

    def wait(self, endpoint, count=1, circuit=None, seconds=PATIENCE):
        """Until this counter has got to a number."""
        query = f"endpoint={endpoint}&count={count}&timeout={seconds}s" + (f"&circuit={circuit}" if circuit else "")
        status, body = self.ask("GET", "/_sim/wait?" + query)
        expect(status == 200, f"only {body['count']} of {count} requests {endpoint} {circuit or ''}")

    def wait_more(self, endpoint, more=1, circuit=None):
        """Until so many further requests have come."""
        self.wait(endpoint, self.requests(endpoint, circuit) + more, circuit)


class Daemon(Program):
    def __init__(self, folder, settings, *words, env=None, wrapper=()):
        self.state, self.run = os.path.join(folder, "state"), os.path.join(folder, "run")
        self.socket = os.path.join(self.run, "control.sock")
        self.heard = []
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        path = os.path.join(folder, f"notify-{secrets.token_hex(3)}")
        self.notify.bind(path)
        self.reading, self.over = True, False
        argv = [*wrapper, DAEMON, "-c", settings, "--state", self.state, "--run", self.run, *words]
        super().__init__(folder, "erwatchd", argv, environment(NOTIFY_SOCKET=path, **(env or {})))
        threading.Thread(target=self._listen, args=(self.notify,), daemon=True).start()

    def _listen(self, notify):
        """As a service manager: its queue is short, and somebody must read it."""
        with notify:
            while not self.over:
                if select.select([notify] if self.reading else [], [], [], 0.1)[0]:
                    self.heard += notify.recv(65536).decode().split("\n")

    def hear(self):
        """What it told the service manager so far: a list of "READY=1", "STATUS=…" and so on."""
        return list(self.heard)

    def wait_ready(self):
        def look():
            if "READY=1" in self.hear():
                return True
            expect(self.alive(), f"erwatchd ended with {self.process.returncode}: {self.err()}")
            return False
        wait_until(look, "READY=1")

    def cmdline(self):
        with contextlib.suppress(OSError):
            with open(f"/proc/{self.pid}/cmdline", encoding="utf-8") as file:
                return file.read()
        return ""

    def ask(self, path, method="GET", seconds=PATIENCE):
        """Ask the control socket; the status and the JSON."""
        link = http.client.HTTPConnection("localhost", timeout=seconds)
        link.sock = socket.socket(socket.AF_UNIX)
        link.sock.settimeout(seconds)
        try:
            link.sock.connect(self.socket)
            link.request(method, path)
            answer = link.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            link.close()

    def get(self, path):
        status, body = self.ask(path)
        expect(status == 200, f"{path}: {status} {body}")
        return body


class Ended:
    def __init__(self, done):
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr


def call(argv, **keys):
    """Run a program to its end."""
    return Ended(subprocess.run(argv, env=keys.pop("env", None) or environment(), stdin=subprocess.DEVNULL, text=True,
                                capture_output=True, timeout=PATIENCE, errors="replace", check=False, **keys))


def away_from_journald():
    """Words in front of the daemon's, so that it speaks on standard error where a journald runs, too."""
    if not os.path.exists(JOURNAL + "/socket"):
        return ()
    hide = ("unshare", "-m", "sh", "-c", f'mount -t tmpfs none {JOURNAL} && exec "$@"', "sh")
    if os.geteuid() != 0 or call([*hide, "true"]).status != 0:
        raise Skip("a journald runs here, and it cannot be hidden from the daemon without root")
    return hide


# ---- others on the network ----

@contextlib.contextmanager
def closed_port():
    """A port on loopback that is taken, so that no other test gets it, and where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


class Listener:
    """
    A port on loopback where somebody pretends to be something: serve(socket). Without that, one where the daemon should
    not come: it counts who speaks TLS or gives erwatch's name, so that somebody who looks for open ports is no failure.
    """

    def __init__(self, serve=None):
        self.came, self.serve, self.open = 0, serve or self._hear, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                link = self.socket.accept()[0]
                self.came += self.serve != self._hear
                self.open.append(link)
                threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _hear(self, link):
        link.settimeout(PATIENCE)
        said = link.recv(4096)
        self.came += said.startswith(b"\x16\x03") or b"erwatch" in said

    def _serve(self, link):
        with contextlib.suppress(OSError), link:
            self.serve(link)

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for link in self.open:
            link.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class Proxy(Listener):
    """An HTTP proxy; `asked` has the first line of each request."""

    def __init__(self):
        self.asked = []
        super().__init__(self.tunnel)

    def tunnel(self, link):
        head = b""
        while b"\r\n\r\n" not in head:
            head += link.recv(4096) or b"\r\n\r\n"
        line = head.split(b"\r\n")[0].decode(errors="replace")
        self.asked.append(line)
        method, target = (line.split() + ["", ""])[:2]
        if method != "CONNECT":
            link.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        host, port = target.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as other:
            link.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(other, link), daemon=True)
            back.start()
            pump(link, other)
            back.join()


def pump(source, to):
    with contextlib.suppress(OSError):
        while True:
            piece = source.recv(65536)
            if not piece:
                to.shutdown(socket.SHUT_WR)
                return
            to.sendall(piece)


# ---- the bed ----

class Bed:
    """
    A folder, a simulator and a daemon.

    circuits   as in a scenario; each gets a service key of its own, which nobody may see
    watch      circuits in the settings: names, or mappings with "id" or "name"; None: all of the scenario
    scenario   further keys of the scenario
    settings   merged over the standard ones, mapping by mapping
    sim_words  further options of erwatch-sim
    """

    def __init__(self, circuits=(), watch=None, scenario=None, settings=None, metadata=False, sim_words=()):
        self.circuits, self.watch = [dict(circuit) for circuit in circuits], watch
        self.scenario_more, self.settings_more = scenario or {}, settings or {}
        self.metadata, self.sim_words = metadata, sim_words
        self.secret = "secret-" + secrets.token_urlsafe(18)
        self.forbidden = {self.secret: "the client secret"}
        self.daemon = self.sim = None
        self.launches = 0
        self.programs, self.seen_notices = [], []
        self.other_ends = ()  # exit statuses that a test expects beside 0

    # -- set up and take down

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="erwatch-test-")
        try:
            self._set_up()
        except BaseException:
            self._take_down()
            raise
        return self

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self._end_well()
            elif kind is not Skip:
                self._explain(error)
        except AssertionError as end:
            self._explain(end)
            raise
        finally:
            self._take_down()

    def _set_up(self):
        self.settings_file = os.path.join(self.folder, "erwatch.yaml")
        self.secret_file = os.path.join(self.folder, "secret")
        self.pages_file = os.path.join(self.folder, "pages")
        self.hook = hook_program()
        self.wrapper = away_from_journald()
        for circuit in self.circuits:
            circuit.setdefault("service_key", str(uuid.uuid4()))
            self.forbidden[circuit["service_key"]] = "a whole service key"
        self.write_secret(self.secret)
        self.scenario = {"metrics": {"lag": "0s"}, "secret": self.secret, **self.scenario_more,
                         "circuits": self.circuits}
        self.sim = self.add(Sim(self.folder, self.scenario, *self.sim_words, metadata=self.metadata))
        self.settings = merge(self._standard_settings(), self.settings_more)
        self.write_settings()

    def _take_down(self):
        for program in reversed(self.programs):
            program.kill()
        if self.daemon is not None:
            self.daemon.over = True
        if os.environ.get("ERWATCH_TEST_KEEP"):
            print(f"# {self.folder}", file=sys.stderr)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, program):
        """It is ended with the bed."""
        self.programs.append(program)
        return program

    def _standard_settings(self):
        """Quick where an event follows, and slow where nothing may: a machine that stands still makes nobody blind."""
        watched = [circuit["name"] for circuit in self.circuits] if self.watch is None else self.watch
        return {
            "azure": {
                "cloud": "custom", "management": self.sim.url, "login": self.sim.url, "ca_file": self.sim.ca,
                "credentials": [{"name": "ops", "tenant": TENANT, "client": CLIENT, "secret_file": self.secret_file}],
            },
            "poll": {"every": "1s", "retry": "1s", "timeout": "60s", "stale": "10m", "sessions": "none",
                     "sessions_every": "1s"},
            "alerts": {"confirm": {"critical": "2/1s", "warning": "2/1s", "long": "2/2s"}, "recover": "2/1s",
                       "flap": {"window": 0},  # tests change things more often than circuits do
                       "group": {"least": 0}},
            "receivers": [{"name": "hook", "exec": {"command": [self.hook, self.pages_file], "timeout": "5m"}}],
            "circuits": [self._circuit_settings(circuit) for circuit in watched],
        }

    def _circuit_settings(self, circuit):
        if isinstance(circuit, str):
            circuit = {"name": circuit}
        if "id" in circuit:
            return circuit
        known = next((one for one in self.circuits if one["name"] == circuit["name"]), {})
        at = circuit_id(circuit["name"], known.get("subscription", SUBSCRIPTION), known.get("group", "net"))
        return {"id": at, **circuit}

    def write_settings(self, text=None):
        """self.settings, or this text, in place of the settings; at once, as an editor would."""
        with open(self.settings_file + ".new", "w", encoding="utf-8") as to:
            to.write(text if text is not None else as_yaml(self.settings))
        os.rename(self.settings_file + ".new", self.settings_file)

    def write_secret(self, text, path=None):
        path = path or self.secret_file
        fd = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(fd, text.encode() + b"\n")
        os.close(fd)
        os.rename(path + ".new", path)
        self.forbidden.setdefault(text, "what is in a secret file")

    # -- the daemon

    def launch(self, *words, env=None, wrapper=()):
        """Start the daemon and do not wait."""
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.over = True
        self.launches += 1
        self.daemon = self.add(Daemon(self.folder, self.settings_file, *words, env=env,
                                      wrapper=(*self.wrapper, *wrapper)))
        return self.daemon

    def start(self, *words, env=None, wrapper=()):
        self.launch(*words, env=env, wrapper=wrapper).wait_ready()
        return self.daemon

    def stop(self):
        """SIGTERM, and what must hold then."""
        self.daemon.signal(signal.SIGTERM)
        status = self.daemon.wait_end()
        expect(status == 0, f"erwatchd ended with {status} after SIGTERM")

    def check(self, *words):
        """erwatchd -n: status, out, err"""
        return call([*self.wrapper, DAEMON, "-n", "-c", self.settings_file, *words], cwd=self.folder)

    def ctl(self, *words):
        return call([CTL, "--socket", self.daemon.socket, *words])

    def err(self):
        return self.daemon.err()

    def wait_said(self, pattern):
        """The match of a line on standard error."""
        return wait_until(lambda: re.search(pattern, self.err(), re.M), f'"{pattern}" on standard error')

    # -- what it tells and thinks

    def notices(self, **wanted):
        """
        The notices that the hook was given so far, oldest first, whose values are these. Somebody may set this host's
        clock meanwhile: 97 is left out unless it is asked for. What a daemon that was stopped under way sends again, under
        the same id, is left out, too.
        """
        given, seen = [], set()
        for notice in (page["notice"] for page in self.pages()):
            if self.launches < 2 or notice["id"] not in seen:
                given.append(notice)
            seen.add(notice["id"])
        return [notice for notice in given
                if fits(notice, wanted) and ("rule" in wanted or notice["rule"] != CLOCK_JUMPED)]

    def pages(self):
        """What the hook was given so far: notice, environment, argv."""
        try:
            with open(self.pages_file, encoding="utf-8") as file:
                return [json.loads(line) for line in file if line.endswith("\n")]
        except FileNotFoundError:
            return []

    def wait_notice(self, count=1, **wanted):
        """The newest of at least `count` notices with these values: rule=15, event="raised", circuit="lon-1" …"""
        def look():
            found = self.notices(**wanted)
            return found[-1] if len(found) >= count else None
        return wait_until(look, lambda: f"notice {wanted}; there were {[brief(one) for one in self.notices()]}")

    def incidents(self, every=False, **wanted):
        found = self.daemon.get("/v1/incidents" + ("?all=1" if every else ""))["incidents"]
        return [incident for incident in found if fits(incident, wanted)]

    def circuit(self, name):
        """What GET /v1/circuits/NAME says of it."""
        return self.daemon.get("/v1/circuits/" + name)["circuit"]

    def wait_circuit(self, name, condition, what):
        return wait_until(lambda: condition(self.circuit(name)), lambda: f"{name} {what}: {self.circuit(name)}")

    def wait_verdict(self, name, verdict):
        self.wait_circuit(name, lambda circuit: circuit["verdict"] == verdict, f"to be {verdict}")

    def wait_kept(self):
        """What was seen so far is on the disk."""
        wait_until(lambda: find_key(self.daemon.get("/v1/loop"), "store")["waiting"] == 0, "everything to be kept")

    def token_trouble(self, credential="ops"):
        """Why there is no token, as GET /v1/loop says; None when there is one."""
        tokens = self.daemon.get("/v1/loop")["tokens"]
        return next(token["trouble"] for token in tokens if token["credential"] == credential)

    def expect_no_other(self, *rules):
        """Nothing was told but by these rules."""
        others = [brief(notice) for notice in self.notices() if notice["rule"] not in rules]
        expect(others == [], others)

    def expect_no_circuit_finding(self):
        """Nothing was told but by the rules of the monitoring itself."""
        others = [brief(notice) for notice in self.notices() if notice["rule"] < 90]
        expect(others == [], others)

    def wait_polls(self, name, more=1):
        """Until the circuit's own GET was asked so many times more, and the answers before the last are digested."""
        self.sim.wait_more("circuit", more + 1, name)

    # -- the end

    def _end_well(self):
        if self.daemon is not None and self.daemon.alive():
            self.cmdline = self.daemon.cmdline()
            self.stop()
        elif self.daemon is not None:
            ends = (0, *self.other_ends)
            expect(self.daemon.process.returncode in ends, f"erwatchd ended with {self.daemon.process.returncode}")
        expect(self.sim.alive(), f"erwatch-sim ended with {self.sim.process.returncode}: {self.sim.err()}")
        self.sim.signal(signal.SIGTERM)
        expect(self.sim.wait_end() == 0, f"erwatch-sim ended with {self.sim.process.returncode}: {self.sim.err()}")
        self.scan()

    def scan(self):
        """No report of a sanitizer, and nothing secret in what was written."""
        for program in self.programs:
            found = SANITIZER.search(program.err())
            expect(not found, f"{program.name} says \"{found and found[0]}\"")
        for name, text in self._written():
            for secret, what in self.forbidden.items():
                expect(secret not in text, f"{what} is in {name}")
            found = TOKEN.search(text)
            expect(not found, f"a token is in {name}")

    def _written(self):
        """Everything that came from the daemon, by name."""
        if self.daemon is None:
            return
        yield "standard error", self.daemon.err()
        yield "standard output", self.daemon.out()
        yield "what the service manager heard", "\n".join(self.daemon.hear())
        yield "its arguments", getattr(self, "cmdline", "")
        for at, _, names in os.walk(self.daemon.state):
            for name in names:
                with open(os.path.join(at, name), encoding="latin-1") as file:
                    yield name, file.read()
        with contextlib.suppress(FileNotFoundError):
            with open(self.pages_file, encoding="utf-8") as file:
                yield "what the hook was given", file.read()

    def _explain(self, error):
        """What a person wants to see when a test has failed."""
        lines = [f"in {self.folder}", "notices:"] + ["  " + brief(notice) for notice in self.notices()[-20:]]
        with contextlib.suppress(AssertionError, OSError):
            lines.append("requests: " + json.dumps(self.sim.requests()))
        if self.daemon is not None:
            lines += ["erwatchd said:"] + ["  " + line[:400] for line in self.daemon.err().splitlines()[-40:]]
        error.add_note("\n".join(lines))


def merge(base, over):
    """Mappings are merged, None takes a key away, everything else is replaced."""
    out = dict(base)
    for key, value in over.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merge(out[key], value)
        else:
            out[key] = value
    return out


def fits(found, wanted):
    """Does a notice or incident have these values? A circuit is meant by its name; a function decides itself."""
    for key, value in wanted.items():
        has = found.get(key)
        if key == "circuit" and isinstance(has, dict):
            has = has["name"]
        elif isinstance(value, dict):
            has = {name: (has or {}).get(name) for name in value}
        if not (value(has) if callable(value) else has == value):
            return False
    return True


def brief(notice):
    circuit = (notice["circuit"] or {}).get("name", "-")
    return f"{notice['rule']} {notice['event']} {notice['severity']} {circuit}: {notice['summary']}"


# ---- running ----

tests = []


def test(function):
    tests.append(function)
    return function


def run_one(function):
    """"" when it went well, else ("SKIP", why) or ("FAIL", why)."""
    try:
        function()
    except Skip as why:
        return "SKIP", str(why)
    except BaseException as error:  # pylint: disable=broad-except; the other tests go on
        return "FAIL", "".join(traceback.format_exception(error))
    return "", ""


def jobs():
    return int(os.environ.get("ERWATCH_TEST_JOBS", "8"))


def run():
    """Run the tests of this file, several at a time as they mostly wait, and print TAP. Ends the program."""
    if os.environ.get("ERWATCH_CHECK") == "quick":
        print("1..0 # SKIP ERWATCH_CHECK=quick: no test that starts the daemon")
        sys.exit(0)
    only = os.environ.get("ERWATCH_TEST_ONLY", "*")
    chosen = [function for function in tests if fnmatch.fnmatch(function.__name__, only)]
    for program in (DAEMON, CTL, SIM):
        if not os.access(program, os.X_OK):
            print(f"1..0 # SKIP {program} has not been built")
            sys.exit(0)
    failed = 0
    print(f"1..{len(chosen)}")
    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs()) as pool:
        for number, (function, end) in enumerate(zip(chosen, pool.map(run_one, chosen)), 1):
            failed += end[0] == "FAIL"
            skipped = f" # SKIP {end[1]}" if end[0] == "SKIP" else ""
            print(f"{'not ok' if end[0] == 'FAIL' else 'ok'} {number} - {function.__name__.replace('_', ' ')}{skipped}")
            if end[0] == "FAIL":
                print("".join(f"# {line}\n" for line in end[1].splitlines()), end="")
            sys.stdout.flush()
    sys.exit(1 if failed else 0)
