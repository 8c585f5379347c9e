"""Each way in which an answer about a circuit can go wrong: it is never the circuit's fault, and it passes."""

import re
import time

from harness import Bed, Listener, expect, run, test, wait_until

LONDON = {"name": "lon-1", "peerings": {"private": {}}}
CIRCUIT = ["circuit"]


def struck(fault, rule, words="", severity=None, verdict=None, poll=None):
    """The circuit is usable, then this strikes every poll of it: what is told, and that it clears."""
    with Bed(circuits=[LONDON], settings={"poll": poll or {}}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=CIRCUIT, **fault)
        wanted = {"severity": severity} if severity else {}
        notice = bed.wait_notice(rule=rule, event="raised", **wanted)
        expect(words in notice["text"], notice["text"])
        if verdict:
            bed.wait_verdict("lon-1", verdict)
        bed.sim.clear()
        bed.wait_notice(rule=rule, event="cleared")
        bed.wait_verdict("lon-1", "usable")
        bed.expect_no_circuit_finding()
        return notice


# ---- not reached: blind once the facts are stale ----

def blind(fault, words=""):
    struck(fault, 90, words, severity="critical", verdict="unknown", poll={"timeout": "2s", "stale": "15s"})


@test
def a_500_is_not_the_circuit():
    blind({"status": 500}, "HTTP 500")


@test
def a_503_as_a_web_page_is_not_the_circuit():
    blind({"status": 503, "envelope": "html"}, "HTTP 503")


@test
def a_504_without_a_body_is_not_the_circuit():
    blind({"status": 504, "envelope": "empty"}, "HTTP 504")


@test
def a_408_is_not_the_circuit():
    blind({"status": 408}, "HTTP 408")


@test
def silence_is_not_the_circuit():
    blind({"answer": "hang"})


@test
def an_answer_that_is_too_late_is_not_the_circuit():
    blind({"delay": "5s"})


@test
def a_connection_cut_before_the_body_is_not_the_circuit():
    blind({"cut": 0})


@test
def a_connection_cut_in_the_middle_is_not_the_circuit():
    blind({"cut": 300})


@test
def one_failed_poll_is_no_news():
    for fault in ({"status": 500}, {"cut": 10}, {"answer": "html"}, {"status": 404, "code": "NotFound"},
                  {"status": 404}, {"status": 403}, {"answer": "expired-token"}, {"status": 429, "retry_after": "1s"}):
        with Bed(circuits=[LONDON]) as bed:
            bed.start()
            bed.wait_verdict("lon-1", "usable")
            bed.sim.fault(match=CIRCUIT, count=1, **fault)
            bed.wait_polls("lon-1", 3)
            expect(bed.notices() == [], (fault, bed.notices()))
            expect(bed.circuit("lon-1")["verdict"] == "usable", fault)


# ---- answers that cannot be believed ----

def odd(fault, words=""):
    notice = struck(fault, 95, words, severity="warning")
    expect("the circuit itself may be fine" in notice["summary"], notice["summary"])


@test
def half_a_document_is_not_believed():
    odd({"answer": "wrong-json"}, "no well-formed JSON")


@test
def a_web_page_is_not_believed():
    odd({"answer": "html"}, "JSON")


@test
def nothing_at_all_is_not_believed():
    odd({"answer": "empty"}, "0 bytes")


@test
def a_huge_answer_is_not_read_to_its_end():
    odd({"answer": "huge", "bytes": 8 << 20})


@test
def an_endless_answer_is_not_read_to_its_end():
    odd({"answer": "endless"})


@test
def a_duplicate_key_is_not_believed():
    odd({"answer": "duplicate-key"})


@test
def an_answer_about_another_circuit_is_not_believed():
    odd({"answer": "wrong-id"}, "another circuit")


@test
def a_redirect_is_not_followed():
    with Listener() as other:
        odd({"answer": "redirect", "to": f"https://{other.address}"}, "leads elsewhere")
        expect(other.came == 0, f"{other.came} connections")


@test
def a_404_that_does_not_name_the_circuit_is_not_believed():
    odd({"status": 404, "code": "NotFound"}, "NotFound")


@test
def a_404_as_a_web_page_is_not_believed():
    odd({"status": 404, "envelope": "html"})


@test
def an_api_version_that_the_cloud_does_not_know_is_named():
    odd({"status": 400, "code": "InvalidApiVersionParameter"}, "azure.api_version")


@test
def ten_answers_that_cannot_be_believed_are_critical():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=CIRCUIT, answer="html")
        bed.wait_notice(rule=95, event="raised", severity="warning")
        notice = bed.wait_notice(rule=95, event="changed", severity="critical")
        expect(re.search(r"(\d+) times in a row", notice["text"]), notice["text"])
        bed.expect_no_circuit_finding()


@test
def a_byte_order_mark_changes_nothing():
    with Bed(circuits=[LONDON]) as bed:
        bed.sim.fault(match=CIRCUIT, answer="bom")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised")


@test
def a_slow_answer_within_the_time_is_fine():
    with Bed(circuits=[LONDON]) as bed:
        bed.sim.fault(match=CIRCUIT, delay="900ms")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.wait_polls("lon-1", 2)
        expect(bed.notices() == [], bed.notices())


@test
def all_shapes_of_an_error_are_understood():
    for envelope in ("arm", "bare", "capitals", "value", "nested"):
        with Bed(circuits=[LONDON]) as bed:
            bed.sim.fault(match=CIRCUIT, status=404, code="ResourceNotFound", envelope=envelope,
                          message="The Resource was not found.")
            bed.start()
            notice = bed.wait_notice(rule=10, event="raised", circuit="lon-1")
            expect("check the id" in notice["summary"], (envelope, notice["summary"]))


# ---- rights and things that are gone ----

@test
def a_403_on_the_circuit_is_a_matter_of_rights():
    notice = struck({"status": 403, "message": (
        "The client 'x' with object id 'y' does not have authorization to perform action "
        "'Microsoft.Network/expressRouteCircuits/read' over scope '/subscriptions/z' or the scope is invalid.")},
        91, "Microsoft.Network/expressRouteCircuits/read", severity="critical")
    expect("/subscriptions/z" in notice["text"] and notice["circuit"]["name"] == "lon-1", notice)


@test
def a_subscription_that_is_not_seen_is_a_matter_of_rights():
    struck({"status": 404, "code": "SubscriptionNotFound"}, 91, "SubscriptionNotFound", severity="critical")


def gone(code):
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        before = bed.sim.requests("circuit", "lon-1")
        bed.sim.fault(match=CIRCUIT, status=404, code=code)
        notice = bed.wait_notice(rule=10, event="raised", severity="critical", owner="you", circuit="lon-1")
        expect("It was there before" in notice["text"], notice["text"])
        expect(bed.sim.requests("circuit", "lon-1") >= before + 3, "three polls must agree")
        bed.wait_verdict("lon-1", "unusable")
        bed.sim.clear()
        bed.wait_notice(rule=10, event="cleared")
        bed.wait_verdict("lon-1", "usable")
        expect({notice["rule"] for notice in bed.notices()} == {10}, bed.notices())


@test
def a_circuit_that_was_deleted_is_missing():
    gone("ResourceNotFound")


@test
def a_group_that_was_deleted_takes_its_circuit_along():
    gone("ResourceGroupNotFound")


# ---- 429 ----

def last_before_struck(bed):
    """The last moment at which the fault still waited."""
    begin = now = time.monotonic()

    def struck_at_last():
        nonlocal begin, now
        begin, now = now, time.monotonic()
        return bed.sim.struck()
    wait_until(struck_at_last, "the fault")
    return begin


def pause_kept(seconds, **fault):
    """
    One 429 of the circuit, and the time until its next request. Both ends are seen from outside: the beginning is
    the last moment at which the fault still waited, so the time can only come out too long.
    """
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=["circuit"], status=429, count=1, **fault)
        begin = last_before_struck(bed)
        asked = bed.sim.requests("circuit", "lon-1")
        wait_until(lambda: bed.sim.requests("circuit", "lon-1") > asked, "the next request")
        passed = time.monotonic() - begin
        expect(passed >= seconds, f"asked again after {passed:.2f} s, not {seconds}")
        bed.wait_verdict("lon-1", "usable")
        bed.expect_no_circuit_finding()


@test
def retry_after_in_seconds_is_kept():
    pause_kept(3.9, retry_after="4s")


@test
def retry_after_as_a_date_is_kept():
    pause_kept(2.9, retry_after="4s", retry_after_date=True)  # dates have whole seconds


@test
def a_429_without_retry_after_gets_a_long_pause():
    pause_kept(29.9)


@test
def an_operators_poll_keeps_the_pause_too():
    with Bed(circuits=[LONDON]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=["circuit"], status=429, retry_after="5s", count=1)
        begin = last_before_struck(bed)
        asked = bed.sim.requests("circuit", "lon-1")
        done = bed.ctl("poll", "lon-1")
        expect(done.status == 0, done.err)
        expect(bed.sim.requests("circuit", "lon-1") > asked and time.monotonic() - begin > 4.9, "it was asked at once")


@test
def throttling_that_lasts_is_told_as_such():
    with Bed(circuits=[LONDON], settings={"poll": {"stale": "15s"}}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=["arm"], status=429, retry_after="1s")
        notice = bed.wait_notice(rule=93, event="raised", severity="warning")
        expect(notice["subject"]["subscription"] and notice["subject"]["credential"] == "ops", notice["subject"])
        bed.wait_notice(rule=93, event="changed", severity="critical")
        bed.sim.clear()
        bed.wait_notice(rule=93, event="cleared")
        expect(bed.notices(rule=90) == [], "93 explains it")
        bed.expect_no_circuit_finding()


@test
def a_429_of_another_operation_is_no_throttling():
    with Bed(circuits=[LONDON], settings={"poll": {"stale": "10s"}}) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=CIRCUIT, status=429, code="RetryableError",
                      message="A retryable error occurred. Another operation holds an exclusive lock.")
        bed.wait_notice(rule=90, event="raised")
        expect(bed.notices(rule=93) == [], bed.notices())
        bed.sim.clear()
        bed.wait_notice(rule=90, event="cleared")
        bed.expect_no_circuit_finding()


@test
def one_throttled_subscription_delays_no_other():
    other = {"name": "par-1", "subscription": "00000000-0000-0000-0000-00000000000a", "peerings": {"private": {}}}
    with Bed(circuits=[LONDON, other]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.wait_verdict("par-1", "usable")
        bed.sim.fault(match={"endpoint": CIRCUIT, "circuit": "lon-1"}, status=429, retry_after="60s", count=1)
        bed.sim.wait_struck()
        asked = bed.sim.requests("circuit", "lon-1")
        bed.sim.wait_more("circuit", 4, "par-1")
        expect(bed.sim.requests("circuit", "lon-1") == asked, bed.sim.requests())


# ---- many circuits ----

@test
def an_outage_of_azure_is_one_page():
    circuits = [{"name": f"lon-{n}", "peerings": {"private": {}}} for n in range(1, 7)]
    with Bed(circuits=circuits, settings={"poll": {"stale": "10s"}}) as bed:
        bed.start()
        for circuit in circuits:
            bed.wait_verdict(circuit["name"], "usable")
        bed.sim.fault(match=["arm"], status=503, envelope="html")
        bed.wait_notice(rule=90, event="raised", circuit=None, subject={"credential": "ops"})
        bed.sim.wait_more("list", 3)
        bed.sim.clear()
        bed.wait_notice(rule=90, event="cleared", circuit=None)
        for circuit in circuits:
            bed.wait_verdict(circuit["name"], "usable")
        expect(all(notice["rule"] == 90 and notice["circuit"] is None for notice in bed.notices()), bed.notices())


run()
