"""
The services that a daemon pages, as far as it can tell them from the real ones: over TLS, each with its addresses, its
keys and its answers, and each with what a person sees there, view(). Misbehaves as a pager does.

    with service_bed([usable("lon-1")]) as (bed, services):
        services["pagerduty"].mode("500")
        bed.start()
        services["pagerduty"].wait_view({"lon-1": "critical"})
"""

import contextlib
import json
import os
import re
import secrets
import ssl
from datetime import datetime, timezone

from faulty import Receiver
from harness import TOKEN, Bed, Sim, expect, wait_until
from pager import Pager


class Service(Pager):
    """One kind. Its view says of a circuit "warning", "critical" or "acknowledged", and nothing once it is over."""

    kind = None

    def __init__(self, bed, timeout, sim=None):
        super().__init__(self.kind)
        sim = sim or bed.sim  # whose certificate it has
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(os.path.join(sim.tls, "server.pem"), os.path.join(sim.tls, "server.key"))
        self.origin = f"https://127.0.0.1:{self.port}"
        self.key = self.make_key()
        self.key_file = os.path.join(bed.folder, self.kind + "-key")
        bed.write_secret(self.key, self.key_file)
        self.alerts, self.wrong, self.names = {}, [], {circuit["name"] for circuit in bed.circuits}
        self.settings = {"name": self.kind, self.word(): {**self.keys(), "ca_file": sim.ca, "timeout": timeout}}

    def _wrap(self, link):
        return self.tls.wrap_socket(link, server_side=True)

    def _act(self, request):
        super()._act(request)
        with self.lock:
            try:
                self.take(request, request["notice"])
            except (KeyError, IndexError, TypeError, ValueError, AssertionError) as error:
                self.wrong.append(f"{error!r}: {request['path']} {request['notice']}")

    def _good(self, link, request):
        self._act(request)
        status, body = self.answer(request)
        return self._send(link, status, "", body.encode())

    # -- what kinds are made of

    def word(self):
        """Its key in the settings."""
        return self.kind

    def make_key(self):
        return secrets.token_hex(16)

    def keys(self):
        raise NotImplementedError

    def take(self, request, body):
        """Do what is asked. Whatever the real one would refuse is an error."""
        raise NotImplementedError

    def answer(self, _request):
        return 200, ""

    def identity(self, request):
        """What tells the service that it has had this before; None: nothing does."""
        raise NotImplementedError

    def view(self):
        """Of every circuit with something open, what it is; several of one with a + between them."""
        with self.lock:
            shown = {}
            for circuit, state in self.alerts.values():
                shown.setdefault(circuit, []).append(state)
            return {circuit: "+".join(sorted(states)) for circuit, states in shown.items() if circuit in self.names}

    # -- for tests

    def wait_view(self, want):
        def look():
            expect(not self.wrong, self.wrong)
            return self.view() == want
        wait_until(look, lambda: f"{self.name} to show {want}; it shows {self.view()} {self.wrong}")


def state_of(headline):
    """What the first words of a message for people say, None once it is over; and of which circuit."""
    found = re.fullmatch(r"(?:Still |)(\w+)(?:, changed| by \S+|): ([\w-]+): .*", headline)
    if not found:
        return None, None  # of the monitoring itself, or a test
    return {"Cleared": None}.get(found[1], found[1].lower()), found[2]


class Chat(Service):
    """One that only has messages: the last one counts."""

    def say(self, headline):
        state, circuit = state_of(headline)
        if circuit is not None:
            self.alerts.pop(circuit, None)
        if state is not None:
            self.alerts[circuit] = (circuit, state)


class Webhook(Chat):
    kind = "webhook"

    def keys(self):
        return {"url": self.origin + "/in", "format": "erwatch"}

    def take(self, request, body):
        expect((request["method"], request["path"]) == ("POST", "/in"), "the address")
        circuit = body["summary"].partition(":")[0]  # the least body has no other word of it
        states = {"acknowledged": "acknowledged", "cleared": None, "test": None}
        state = states.get(body["event"], body["severity"])
        self.alerts.pop(circuit, None)
        if state is not None:
            self.alerts[circuit] = (circuit, state)

    def identity(self, request):
        return request["headers"]["webhook-id"]


class Alertmanager(Service):
    """An alert is its labels, and open until its endsAt has come."""

    kind = "alertmanager"

    def __init__(self, *words):
        self.ends = {}
        super().__init__(*words)

    def keys(self):
        return {"urls": [self.origin]}

    def view(self):
        with self.lock:
            now = datetime.now(timezone.utc)
            self.alerts = {key: alert for key, alert in self.alerts.items() if self.ends[key] > now}
        return super().view()

    def take(self, request, body):
        expect((request["method"], request["path"]) == ("POST", "/api/v2/alerts"), "the address")
        expect(request["headers"]["content-type"] == "application/json", "the type")
        for alert in body:
            labels = alert["labels"]
            expect(labels["alertname"] and all(labels.values()), "an empty label")
            expect(alert["startsAt"] <= alert["endsAt"], "it ends before it starts")
            key = json.dumps(labels, sort_keys=True)
            acked = alert.get("annotations", {}).get("acknowledged_by")
            self.alerts[key] = (labels.get("circuit"), "acknowledged" if acked else labels["severity"])
            self.ends[key] = datetime.fromisoformat(alert["endsAt"])

    def identity(self, request):
        return json.dumps(request["notice"][0]["labels"], sort_keys=True)


class Keyed(Service):
    """One that knows an alert by a key. What it was opened with stays, whoever opens it again."""

    def trigger(self, key, circuit, severity):
        self.alerts.setdefault(key, (circuit, severity))

    def acknowledge(self, key):
        if key in self.alerts:
            self.alerts[key] = (self.alerts[key][0], "acknowledged")

    def resolve(self, key):
        self.alerts.pop(key, None)


class PagerDuty(Keyed):
    kind = "pagerduty"

    def keys(self):
        return {"routing_key_file": self.key_file, "url": self.origin}

    def take(self, request, body):
        expect((request["method"], request["path"]) == ("POST", "/v2/enqueue"), "the address")
        expect(body["routing_key"] == self.key and 0 < len(body["dedup_key"]) <= 255, "the keys")
        key = body["dedup_key"]
        if body["event_action"] == "trigger":
            payload = body["payload"]
            expect(0 < len(payload["summary"]) <= 1024 and payload["source"], "the payload")
            expect(payload["severity"] in ("critical", "error", "warning", "info"), "the severity")
            self.trigger(key, payload["source"], payload["severity"])
        else:
            {"acknowledge": self.acknowledge, "resolve": self.resolve}[body["event_action"]](key)

    def answer(self, request):
        said = {"status": "success", "message": "Event processed", "dedup_key": request["notice"]["dedup_key"]}
        return 202, json.dumps(said)

    def identity(self, request):
        return request["notice"]["event_action"] + " " + request["notice"]["dedup_key"]


class Opsgenie(Keyed):
    kind = "opsgenie"

    def keys(self):
        return {"api_key_file": self.key_file, "url": self.origin}

    def take(self, request, body):
        path = r"/v2/alerts(?:/([\w-]+)/(notes|acknowledge|close)\?identifierType=alias|)"
        found = re.fullmatch(path, request["path"])
        expect(request["method"] == "POST" and found, "the address")
        expect(request["headers"]["authorization"] == "GenieKey " + self.key, "the key")
        if found[1] is None:
            expect(0 < len(body["message"]) <= 130 and len(body["alias"]) <= 512, "the message")
            severity = {"P1": "critical", "P3": "warning", "P5": "info"}[body["priority"]]
            self.trigger(body["alias"], body.get("entity"), severity)
        elif found[2] != "notes":
            {"acknowledge": self.acknowledge, "close": self.resolve}[found[2]](found[1])

    def answer(self, _request):
        said = {"result": "Request will be processed", "took": 0.1, "requestId": "43a29c5c-3dbf-4fa4-9c26-f4f71023e120"}
        return 202, json.dumps(said)

    def identity(self, request):
        return request["path"] + " " + request["notice"].get("alias", "")


class Slack(Chat):
    """An incoming webhook; its address is its secret."""

    kind = "slack"

    def make_key(self):
        return f"{self.origin}/services/T0/B0/{secrets.token_hex(12)}"

    def keys(self):
        return {"url_file": self.key_file}

    def take(self, request, body):
        expect((request["method"], self.origin + request["path"]) == ("POST", self.key), "the address")
        self.say(body["text"])

    def answer(self, _request):
        return 200, "ok"

    def identity(self, request):
        return request["notice"]["text"]


class SlackBot(Service):
    """
    The API. Its live messages are those of the channel that are no answers to another one; what it shows of a circuit
    is the newest of them, because one that was posted stays when the answer was lost.
    """

    kind = "slackbot"

    def __init__(self, *words):
        self.posts, self.live = [], {}  # the text of each message in the channel, and the newest of each circuit
        super().__init__(*words)

    def word(self):
        return "slack"

    def make_key(self):
        return "xoxb-" + secrets.token_hex(16)

    def keys(self):
        return {"token_file": self.key_file, "channel": "#noc", "url": self.origin}

    def take(self, request, body):
        expect(request["headers"]["authorization"] == "Bearer " + self.key, "the token")
        method = {"/api/chat.postMessage": self.post, "/api/chat.update": self.update}[request["path"]]
        expect(request["method"] == "POST" and body["text"], "the request")
        method(body)

    def post(self, body):
        if "thread_ts" in body:
            expect(self.known(body["thread_ts"]), "the thread")
            return
        expect(body["channel"] == "#noc", "the channel")
        self.posts.append(body["text"])
        self.show(f"1700000000.{len(self.posts):06}", body["text"])

    def of(self, circuit):
        """How its live messages began."""
        return [text for text in self.posts if state_of(text)[1] == circuit]

    def known(self, ts):
        return 0 < int(ts.rpartition(".")[2]) <= len(self.posts)

    def update(self, body):
        expect(body["channel"] == "C024BE91L" and self.known(body["ts"]), "what is to be changed")
        self.show(body["ts"], body["text"])

    def show(self, ts, text):
        state, circuit = state_of(text)
        if circuit is not None:
            self.live[circuit] = max(ts, self.live.get(circuit, ts))
        if circuit is None or ts != self.live[circuit]:
            return
        self.alerts.pop(circuit, None)
        if state is not None:
            self.alerts[circuit] = (circuit, state)

    def answer(self, request):
        ts = request["notice"].get("ts", f"1700000000.{len(self.posts):06}")
        return 200, json.dumps({"ok": True, "channel": "C024BE91L", "ts": ts})

    def identity(self, _request):
        return None


class Teams(Chat):
    """A workflow; its address is its secret."""

    kind = "teams"

    def make_key(self):
        return f"{self.origin}/workflows/{secrets.token_hex(12)}/manual/paths/invoke?sig={secrets.token_hex()}"

    def keys(self):
        return {"url_file": self.key_file}

    def take(self, request, body):
        expect((request["method"], self.origin + request["path"]) == ("POST", self.key), "the address")
        expect(body["type"] == "message" and request["len"] < 28 * 1024, "the message")
        card = body["attachments"][0]
        expect(card["contentType"] == "application/vnd.microsoft.card.adaptive", "the card")
        self.say(card["content"]["body"][0]["inlines"][0]["text"])

    def answer(self, _request):
        return 202, ""

    def identity(self, request):
        return request["notice"]["attachments"][0]["content"]["body"][0]["inlines"][0]["text"]


KINDS = (Webhook, Alertmanager, PagerDuty, Opsgenie, Slack, SlackBot, Teams)


@contextlib.contextmanager
def service_bed(circuits, kinds=KINDS, timeout="60s", fallback=False, tls_fault=None, **more):
    """A bed that tells all of them, and with `fallback` a hook, which hears of incidents only when they fail."""
    services = {}
    try:
        with Bed(circuits=circuits, **more) as bed:
            sim = bed.add(Sim(bed.folder, {}, "--tls-fault", tls_fault, name="other")) if tls_fault else None
            services.update((kind.kind, kind(bed, timeout, sim)) for kind in kinds)
            bed.settings["receivers"] = [one.settings for one in services.values()]
            bed.settings["routes"] = [{"to": list(services)}]
            given = [bed, services]
            if fallback:
                given.append(Receiver(bed, "hook"))
                for one in services.values():
                    one.settings["fallback"] = {"to": "hook", "after": "1h"}
                bed.settings["receivers"].append(given[-1].settings)
            bed.write_settings()
            yield given
            for one in services.values():
                expect(not one.wrong, f"{one.name} was asked for what it does not know: {one.wrong}")
                text = json.dumps(one.taken())
                expect(bed.secret not in text and not TOKEN.search(text), f"{one.name} was told a secret")
    finally:
        for one in services.values():
            one.stop()
