"""
Every kind of receiver over HTTPS, against services that refuse, fail, hang, cut and come back: what a person sees there
in the end is what is true. One table of faults, all kinds at once for each; what is peculiar to a kind has cases behind
it.
"""

import itertools
import json
import os
import re

from faulty import fail, mend, usable
from harness import Bed, Listener, expect, run, test, wait_until
from services import KINDS, Opsgenie, PagerDuty, Slack, SlackBot, Teams, service_bed

DOWN = {"lon-1": "critical"}
CHECKED = (PagerDuty, Opsgenie, Slack, SlackBot)  # those that say in the body of an answer that they have taken it


def about(service, circuit):
    """The requests that speak of it."""
    return [request for request in service.tries() if f"{circuit}: " in json.dumps(request["notice"])]


def queues(bed):
    return {one["receiver"]: one for one in bed.daemon.get("/v1/loop")["queues"]["deliveries"]}


def wait_idle(bed):
    """The daemon, too, knows that all was taken."""
    wait_until(lambda: not any(one["waiting"] for one in queues(bed).values()), lambda: f"empty queues: {queues(bed)}")


def ready(bed, *circuits):
    bed.start()
    for circuit in circuits or ["lon-1"]:
        bed.wait_verdict(circuit, "usable")


def see(services, view):
    for one in services.values():
        one.wait_view(view)


def set_mode(services, *modes):
    """In turn, when there are several."""
    for one, mode in zip(services.values(), itertools.cycle(modes)):
        one.mode(mode)


def reload(bed):
    done = bed.ctl("reload")
    expect(done.status == 0, done.err)


def acknowledge(bed):
    identity = bed.incidents(rule=15)[0]["identity"]
    done = bed.ctl("ack", identity)
    expect(done.status == 0, done.err)
    return identity


def over(bed, services, *circuits):
    """The trouble ends, and nobody shows any of it any more."""
    mend(bed, *circuits or ["lon-1"])
    see(services, {})
    wait_idle(bed)


@test
def each_is_told_begin_change_acknowledgement_and_end():
    with service_bed([usable("lon-1")]) as (bed, services):
        bed.settings["alerts"]["rules"] = {"deprovisioned": {"severity": "warning"}}
        bed.write_settings()
        ready(bed)
        fail(bed, "lon-1")
        see(services, {"lon-1": "warning"})
        wait_idle(bed)  # or the change would take the place of the beginning
        del bed.settings["alerts"]["rules"]
        bed.write_settings()
        reload(bed)
        see(services, DOWN)
        wait_idle(bed)
        identity = acknowledge(bed)
        see(services, {"lon-1": "acknowledged"})
        over(bed, services)
        posts = services["slackbot"].of("lon-1")
        expect(len(posts) == 1, f"an incident has more than one live message: {posts}")
        asked = [one["notice"] for one in services["pagerduty"].tries()]
        asked = [one for one in asked if one["dedup_key"].startswith(identity)]
        said = [one["event_action"] + one["dedup_key"].removeprefix(identity) for one in asked]
        expect(said == ["trigger", "trigger-2", "resolve", "acknowledge-2", "resolve-2"], said)


# ---- faults that pass ----

# One after the other, each on a circuit of its own: how long it lasts, and whom it concerns.
BROKEN = {
    "closes-the-connection": {"mode": "cut"},
    "closes-it-after-it-has-acted": {"mode": "act and cut", "tries": 1},
    "ends-in-the-midst-of-its-answer": {"mode": "half"},
    "speaks-another-protocol": {"mode": "garbage"},
    "hangs": {"mode": "mute"},
}
ANSWERING = {
    "has-a-gateway-that-fails": {"mode": "502"},
    "has-a-gateway-that-gives-up-after-it-has-acted": {"mode": "act and 504", "tries": 1},
    "answers-with-a-megabyte": {"mode": "huge", "tries": 1},
    "answers-with-a-page-for-people": {"mode": "page", "kinds": CHECKED},
    "answers-500": {"mode": "500", "tries": 3},
}


def wait_about(service, circuit, count):
    wait_until(lambda: len(about(service, circuit)) >= count,
               lambda: f"{count} tries of {service.name}; there were {len(about(service, circuit))}")


def one_fault(bed, services, circuit, shown, mode, tries=2, kinds=KINDS):
    """They do so for a while; then they are told, under the same identity."""
    struck = [services[kind.kind] for kind in kinds]
    for one in struck:
        one.mode(mode)
    fail(bed, circuit)
    for one in struck:
        wait_about(one, circuit, tries)
    for one in struck:
        one.mode("")
    shown[circuit] = "critical"
    see(services, shown)
    wait_idle(bed)
    for one in struck:
        found = {one.identity(request) for request in about(one, circuit)}
        expect(len(found) == 1, f"{one.name} that {circuit} heard of it as of {found}")


def passing(faults):
    with service_bed([usable(name) for name in faults], timeout="5s") as (bed, services):
        ready(bed, *faults)
        shown = {}
        for circuit, fault in faults.items():
            one_fault(bed, services, circuit, shown, **fault)
        over(bed, services, *faults)


@test
def what_is_true_arrives_over_connections_that_break():
    passing(BROKEN)


@test
def what_is_true_arrives_behind_answers_that_are_none():
    passing(ANSWERING)


@test
def each_is_left_alone_for_as_long_as_it_asks():
    with service_bed([usable("lon-1")]) as (bed, services):
        ready(bed)
        set_mode(services, "429 3")
        fail(bed, "lon-1")
        for one in services.values():
            one.wait_tries(2)
            first, second = one.tries()[:2]
            expect(second["time"] - first["time"] >= 2.9, f"{one.name}: {second['time'] - first['time']}")
        set_mode(services, "")
        see(services, DOWN)
        over(bed, services)


# ---- refused ----

@test
def each_takes_the_least_when_it_does_not_take_the_whole():
    with service_bed([usable("lon-1")]) as (bed, services):
        ready(bed)
        set_mode(services, "large")
        fail(bed, "lon-1")
        see(services, DOWN)
        wait_idle(bed)
        for one in services.values():
            sizes = [request["len"] for request in about(one, "lon-1")]
            expect(len(sizes) == 2 and sizes[1] < sizes[0], f"{one.name}: {sizes}")
            expect(len({one.identity(request) for request in about(one, "lon-1")}) == 1, f"{one.name}: {one.tries()}")
        set_mode(services, "")
        over(bed, services)


def refused_for_good(*modes, tries=1):
    """At once the fallback hears it, and of each of them; and when they work again, they are told, too."""
    with service_bed([usable("lon-1")], fallback=True) as (bed, services, hook):
        ready(bed)
        set_mode(services, *modes)
        fail(bed, "lon-1")
        hook.wait_told("raised 15 lon-1")
        wait_until(lambda: {one["subject"]["receiver"] for one in hook.taken() if one["rule"] == 96} == set(services),
                   "the hook to be told of each of them")
        for one in services.values():
            expect(len(about(one, "lon-1")) == tries, f"{one.name} was not left alone: {about(one, 'lon-1')}")
        set_mode(services, "")
        reload(bed)  # it need not wait for the five minutes
        see(services, DOWN)
        wait_until(lambda: hook.story("-").count("cleared 96 -") == len(services), "all of them to be said to work")
        over(bed, services)
        hook.wait_told("cleared 15 lon-1")
        expect(hook.story("lon-1") == ["raised 15 lon-1", "cleared 15 lon-1"], hook.story())


@test
def what_somebody_must_mend_goes_to_the_fallback_at_once():
    refused_for_good("401", "403", "404", "410")


@test
def what_is_refused_with_the_least_too_goes_to_the_fallback():
    refused_for_good("400", tries=2)


@test
def a_redirect_is_followed_nowhere():
    with Listener() as elsewhere:
        refused_for_good(f"redirect https://127.0.0.1:{elsewhere.port}/in")
        expect(elsewhere.came == 0, "a redirect was followed")


@test
def one_with_a_certificate_of_another_name_is_told_nothing():
    with service_bed([usable("lon-1")], tls_fault="wrong-name") as (bed, services):
        ready(bed)
        fail(bed, "lon-1")
        wait_until(lambda: all(one["trouble"] for one in queues(bed).values()), "all tries to fail")
        for name, one in queues(bed).items():
            expect("certificate" in one["trouble"], f"{name}: {one['trouble']}")
        expect(not any(one.tries() for one in services.values()), "a request left")


# ---- a test of each ----

@test
def each_is_tested_by_the_way_of_a_notice():
    with service_bed([usable("lon-1")]) as (bed, services):
        ready(bed)
        for name, one in services.items():
            done = bed.ctl("test", name)
            expect(done.status == 0 and re.fullmatch(name + r" took the test notice after [0-9.]+ m?s: HTTP 20[0-2]\n", done.out),
                   (done.status, done.out, done.err))
            tests = [notice for notice in one.taken() if f"A test of receiver {name} by " in json.dumps(notice)]
            expect(len(tests) == 1 and not one.wrong, (one.taken(), one.wrong))
            one.mode("403")
            done = bed.ctl("test", name)
            expect(done.status == 1 and "did not take the test notice" in done.out and "403" in done.out,
                   (done.status, done.out, done.err))
            one.mode("")


# ---- what is peculiar to a kind ----

def answering(service, *bodies):
    """The service answers 200 with these, and does not act; then as it should."""
    left = list(bodies)
    good = service._good

    def answer(link, request):
        if left:
            return service._send(link, 200, "", left.pop(0).encode())
        return good(link, request)
    service._good = answer


@test
def slack_and_teams_fail_with_a_status_that_says_well():
    with service_bed([usable("lon-1")], (Slack, SlackBot, Teams)) as (bed, services):
        ready(bed)
        answering(services["slack"], "rollup_error", "okay")
        answering(services["slackbot"], '{"ok":false,"error":"internal_error"}', '{"ok":"true"}')
        teams = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 500"
        answering(services["teams"], teams, teams)
        fail(bed, "lon-1")
        see(services, DOWN)
        wait_idle(bed)
        for one in services.values():
            expect(len(about(one, "lon-1")) == 3, f"{one.name}: {one.tries()}")
        over(bed, services)


@test
def a_live_message_that_somebody_deleted_is_made_anew():
    with service_bed([usable("lon-1")], (SlackBot,)) as (bed, services):
        ready(bed)
        slack = services["slackbot"]
        fail(bed, "lon-1")
        slack.wait_view(DOWN)
        wait_idle(bed)
        answering(slack, '{"ok":false,"error":"message_not_found"}')
        acknowledge(bed)
        slack.wait_view({"lon-1": "acknowledged"})
        over(bed, services)
        expect(len(slack.of("lon-1")) == 2, slack.posts)


@test
def a_stream_is_tested_by_the_way_of_a_notice():
    with Bed(circuits=[usable("lon-1")]) as bed:
        path = os.path.join(bed.folder, "fifo")
        os.mkfifo(path)
        bed.settings["receivers"] = [{"name": "line", "stream": {"path": path}}]
        bed.write_settings()
        bed.start()
        done = bed.ctl("test", "line")
        expect(done.status == 1 and "nobody" in done.out, (done.status, done.out, done.err))
        with open(os.open(path, os.O_RDWR), encoding="utf-8") as reader:
            done = bed.ctl("test", "line")
            expect(done.status == 0 and re.fullmatch(r"line took the test notice after [0-9.]+ m?s: written\n", done.out),
                   (done.status, done.out, done.err))
            expect(json.loads(reader.readline())["event"] == "test", "it is no test")


# ---- names ----

HOSTILE = ["$(touch owned) `id` ; rm -rf ~", "--option=\"'\\u0000", "]]>{\"event\":\"cleared\"}",
           "<@U1> <!channel> & **b**", "東京 \u200b – Zürich"]


@test
def names_are_told_as_they_are():
    with service_bed([usable(f"c-{i}") for i in range(len(HOSTILE))]) as (bed, services):
        for circuit, name in zip(bed.settings["circuits"], HOSTILE):
            circuit.update(name=name, labels={"site": name})
        bed.write_settings()
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == len(HOSTILE), "all to be usable")
        fail(bed, "c-*")
        for one in services.values():  # a body that is no JSON would not be taken
            wait_until(lambda o=one: len(o.taken()) >= len(HOSTILE) and not queues(bed)[o.name]["waiting"],
                       lambda o=one: f"{o.name} to be told of all; it was of {o.taken()}")
        told = [one["circuit"] for one in services["webhook"].taken() if one["rule"] == 15]
        expect({one["name"] for one in told} == set(HOSTILE), told)
        expect(all(one["labels"]["site"] == one["name"] for one in told), told)
        sources = {one["payload"]["source"] for one in services["pagerduty"].taken()}
        expect(sources >= set(HOSTILE), sources)
        entities = {one["entity"] for one in services["opsgenie"].taken()}
        expect(entities >= set(HOSTILE), entities)
        labels = {alert["labels"].get("circuit") for alerts in services["alertmanager"].taken() for alert in alerts}
        expect(labels >= set(HOSTILE), labels)
        for name in ("slack", "slackbot"):
            texts = [one["text"] for one in services[name].taken()]
            expect(not any("<" in text or ">" in text for text in texts), f"markup that is none of ours: {texts}")


run()
