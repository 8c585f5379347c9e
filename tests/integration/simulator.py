"""A running erwatch-sim for tests, and a client that speaks HTTP to it. Lines of TAP come from here, too."""
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.parse

SRC = os.environ.get("srcdir", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BUILD = os.environ.get("builddir", os.path.join(SRC, "build"))
PROGRAM = os.path.join(BUILD, "erwatch-sim")

TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT = "22222222-2222-2222-2222-222222222222"
SECRET = "erwatch-sim"
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
NETWORK = "/providers/Microsoft.Network/expressRouteCircuits"
VERSION = "api-version=2024-05-01"


def circuit_id(name, group="net"):
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}{NETWORK}/{name}"


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def code(self):
        return self.json()["error"]["code"]


class Simulator:
    """Started with its options; ended, and its directory removed, when the `with` is left."""

    def __init__(self, *options, scenario=None, plain=False, tls_dir=None):
        self.dir = tempfile.mkdtemp(prefix="erwatch-sim-")
        self.tls_dir = tls_dir or self.dir
        command = [PROGRAM, *options] + (["-s", scenario] if scenario else [])
        command += ["--plain"] if plain else ["--tls-dir", self.tls_dir]
        self.log = open(os.path.join(self.dir, "log"), "w+b")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        first = self.process.stdout.readline()
        if not first.startswith("listening on "):
            self.log.seek(0)
            raise RuntimeError(self.log.read().decode() or "erwatch-sim said nothing")
        self.url = first.split()[-1]
        self.context = None if plain else ssl.create_default_context(cafile=os.path.join(self.tls_dir, "ca.pem"))
        self.metadata = self.process.stdout.readline().split()[-1] if "--metadata-listen" in options else None

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.status = self.process.wait(timeout=20)
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.dir)
        assert self.status == 0, f"erwatch-sim ended with {self.status}"

    def connect(self, url=None, timeout=20):
        parts = urllib.parse.urlsplit(url or self.url)
        if parts.scheme == "https":
            return http.client.HTTPSConnection(parts.hostname, parts.port, context=self.context, timeout=timeout)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)

    def ask(self, path, method="GET", body=None, headers=None, token="always-good", timeout=20, url=None):
        connection = self.connect(url, timeout)
        all_headers = dict(headers or {})
        if token:
            all_headers["Authorization"] = "Bearer " + token
        try:
            connection.request(method, path, body, all_headers)
            reply = connection.getresponse()
            return Reply(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    def sign_in(self, tenant=TENANT, **form):
        fields = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET,
                  "scope": self.url + "/.default"}
        fields.update(form)
        return self.ask(f"/{tenant}/oauth2/v2.0/token", "POST", urllib.parse.urlencode(fields), token=None)

    def event(self, event):
        reply = self.ask("/_sim/event", "POST", event if isinstance(event, str) else json.dumps(event))
        assert reply.status == 200, reply.body
        return reply.json()

    def fault(self, **fault):
        self.event({"fault": fault})

    def clear(self):
        self.event({"clear": "all"})


class Tap:
    """`check` prints a line; `done` prints the plan and gives the exit status."""

    def __init__(self):
        self.count = self.failed = 0

    def check(self, good, what, detail=""):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {what}")
        if not good and detail != "":
            print(f"# {detail!r}"[:2000])
        sys.stdout.flush()

    def equal(self, have, want, what):
        self.check(have == want, what, f"{have!r} is not {want!r}")

    def skip(self, what, why):
        self.count += 1
        print(f"ok {self.count} - {what} # SKIP {why}")

    def done(self):
        print(f"1..{self.count}")
        return self.failed != 0
