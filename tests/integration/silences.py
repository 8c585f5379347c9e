"""Silences of operators and maintenance windows of the settings, with the real programs."""

import ctypes
import datetime
import http.client
import json
import os
import pwd
import signal
import socket

from faulty import fail, faulty_bed, mend, usable
from harness import expect, run, test, wait_until

TWO = [usable("lon-1"), usable("lon-2")]


def me():
    return pwd.getpwuid(os.geteuid()).pw_name


def start(bed):
    """Both were seen to be well: what is deprovisioned before that is another finding."""
    bed.start()
    for name in ("lon-1", "lon-2"):
        bed.wait_verdict(name, "usable")


def silence(bed, *words):
    done = bed.ctl("--json", "silence", "add", "--why", "CHG-1234", *words)
    expect(done.status == 0, done.err)
    return json.loads(done.out)["silence"]


def end(bed, number):
    done = bed.ctl("silence", "end", str(number))
    expect(done.status == 0, done.err)


def silences(bed):
    return bed.daemon.get("/v1/silences")["silences"]


def wait_withheld(bed, name, *reasons):
    """It is raised, and these withhold it."""
    def look():
        found = [one for one in bed.incidents(rule=15) if one["circuit"]["name"] == name and one["state"] == "raised"]
        return found[0] if found and found[0]["withheld"] == list(reasons) else None
    return wait_until(look, lambda: f"15 of {name} to be raised and {reasons}: {bed.incidents(rule=15)}")


def told_by_now(bed, pager):
    """What the pager took before something that is not silenced, which has begun after it, and is told."""
    fail(bed, "lon-2")
    pager.wait_told("raised 15 lon-2")
    return pager.story("lon-1")


@test
def a_silenced_circuit_that_breaks_is_paged_when_the_silence_is_ended():
    with faulty_bed(TWO) as (bed, pager):
        start(bed)
        made = silence(bed, "--for", "2h", "--circuit", "lon-1")
        expect(made["who"] == me() and made["uid"] == os.geteuid() and made["holds"], made)
        fail(bed, "lon-1")
        incident = wait_withheld(bed, "lon-1", "silenced")
        expect(incident["muted_by"]["why"] == "CHG-1234" and incident["muted_by"]["who"] == me(), incident)
        expect(told_by_now(bed, pager) == [], pager.story())
        expect([one["incidents"] for one in silences(bed)] == [1], silences(bed))
        end(bed, made["id"])
        pager.wait_told("raised 15 lon-1")
        expect(silences(bed) == [], silences(bed))
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")
        expect(pager.story("lon-1") == ["raised 15 lon-1", "cleared 15 lon-1"], pager.story())


@test
def what_was_told_before_is_told_to_be_over_inside_a_silence():
    with faulty_bed(TWO) as (bed, pager):
        start(bed)
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        silence(bed, "--for", "2h", "--severity", "critical", "--circuit", "lon-1")
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")


@test
def what_begins_and_ends_inside_a_silence_is_never_told():
    with faulty_bed(TWO) as (bed, pager):
        start(bed)
        made = silence(bed, "--for", "2h", "--circuit", "lon-1", "--rule", "deprovisioned", "--rule", "40")
        fail(bed, "lon-1")
        wait_withheld(bed, "lon-1", "silenced")
        mend(bed, "lon-1")
        wait_until(lambda: not bed.incidents(rule=15), "it to be over")
        end(bed, made["id"])
        expect(told_by_now(bed, pager) == [], pager.story())


@test
def a_restart_inside_a_silence_pages_nothing():
    with faulty_bed(TWO) as (bed, pager):
        start(bed)
        made = silence(bed, "--for", "2h", "--circuit", "lon-1")
        fail(bed, "lon-1")
        wait_withheld(bed, "lon-1", "silenced")
        bed.wait_kept()
        bed.stop()
        bed.start()
        wait_withheld(bed, "lon-1", "silenced")
        bed.daemon.signal(signal.SIGKILL)
        bed.daemon.wait_end()
        bed.start()
        wait_withheld(bed, "lon-1", "silenced")
        kept = silences(bed)
        expect([(one["id"], one["who"], one["why"], one["until"]) for one in kept] ==
               [(made["id"], me(), "CHG-1234", made["until"])], kept)
        expect(told_by_now(bed, pager) == [], pager.story())
        end(bed, made["id"])
        pager.wait_told("raised 15 lon-1")
        later = silence(bed, "--for", "2h", "--circuit", "lon-1")
        expect(later["id"] > made["id"], f"the number {made['id']} is given again")


@test
def a_silence_that_ends_by_itself_lets_go_of_what_is_still_wrong():
    with faulty_bed(TWO) as (bed, pager):
        start(bed)
        fail(bed, "lon-1")
        made = silence(bed, "--for", "1s", "--all")
        expect(made["match"] == {}, made)
        pager.wait_told("raised 15 lon-1")
        wait_until(lambda: silences(bed) == [], "the list to be empty")
        bed.wait_said(rf"silence {made['id']} of \S+ is over: CHG-1234")


@test
def a_day_before_a_long_silence_ends_that_is_said():
    with faulty_bed(TWO) as (bed, pager):
        start(bed)
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        made = silence(bed, "--for", "86402s", "--circuit", "lon-1")  # two seconds more than a day
        pager.wait_told("raised 99 -")
        notice = [one for one in pager.taken() if one["rule"] == 99][-1]
        expect(notice["severity"] == "info" and notice["owner"] == "self", notice)
        expect(f"silence {made['id']} ends in" in notice["summary"], notice)
        end(bed, made["id"])
        pager.wait_told("cleared 99 -")


@test
def the_screens_say_who_has_silenced_what():
    with faulty_bed(TWO) as (bed, _):
        start(bed)
        expect(bed.ctl("silence", "list").out == "no silences\n", "there is something")
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=30)
        made = silence(bed, "--until", until.strftime("%Y-%m-%dT%H:%MZ"), "--circuit", "lon-1")
        fail(bed, "lon-1")
        wait_withheld(bed, "lon-1", "silenced")
        for words in (["incidents"], ["explain", bed.incidents(rule=15)[0]["key"][:12]]):
            shown = " ".join(bed.ctl(*words).out.split())
            expect(f"silenced by {me()} until {made['until']} (CHG-1234)" in shown, shown)
        expect("1 silence, ends in " in bed.ctl("status").out, bed.ctl("status").out)
        listed = bed.ctl("silence").out
        expect("circuit=lon-1" in listed and "CHG-1234" in listed and me() in listed, listed)
        bed.wait_said(rf"silence {made['id']} was made by {me()} for \d+ min: CHG-1234")


@test
def what_makes_no_sense_is_refused():
    with faulty_bed(TWO) as (bed, _):
        start(bed)
        why = ["--why", "x"]
        for words, status, said in (
                ([*why, "--for", "1h"], 2, "needs to know what"),
                ([*why, "--circuit", "lon-1"], 2, "--for DURATION or --until TIME"),
                (["--for", "1h", "--circuit", "lon-1"], 2, "--why TEXT"),
                ([*why, "--for", "soon", "--circuit", "lon-1"], 2, "--for takes a duration"),
                ([*why, "--until", "noon", "--circuit", "lon-1"], 2, "--until takes a time"),
                ([*why, "--for", "1h", "--label", "LON"], 2, "--label takes NAME=VALUE"),
                ([*why, "--for", "31d", "--circuit", "lon-1"], 1, "at most 30 days"),
                ([*why, "--until", "2020-01-01T00:00Z", "--circuit", "lon-1"], 1, "ends after now"),
                ([*why, "--for", "1h", "--circuit", "lon-9"], 4, "no circuit has that name"),
                ([*why, "--for", "1h", "--rule", "nonsense"], 1, "There is no such rule"),
                ([*why, "--for", "1h", "--severity", "bad"], 1, "A severity is"),
                ([*why, "--for", "1h", "--incident", "0123456789abcdef"], 4, "no such incident"),
                ([*why, "--for", "1h", "--all", "--circuit", "lon-1"], 1, "goes with an empty"),
                (["--why", "x" * 600, "--for", "1h", "--all"], 1, "at most 511 bytes")):
            done = bed.ctl("silence", "add", *words)
            expect(done.status == status and said in done.err, f"{words}: {done.status} {done.err}")
        expect(bed.ctl("silence", "end", "1").status == 4, "there is no silence to end")
        expect(bed.ctl("silence", "mend", "1").status == 2, "it knows no such word")
        expect(bed.ctl("status", "--for", "1h").status == 2, "a status takes no duration")
        expect(silences(bed) == [], silences(bed))


def post(bed, body):
    link = http.client.HTTPConnection("localhost", timeout=60)
    link.sock = socket.socket(socket.AF_UNIX)
    link.sock.settimeout(60)
    link.sock.connect(bed.daemon.socket)
    link.request("POST", "/v1/silences", body=body)
    answer = link.getresponse()
    text = answer.read().decode()
    link.close()
    return answer.status, json.loads(text)


@test
def bodies_that_are_no_silence_are_refused():
    good = {"match": {"circuit": "lon-1"}, "seconds": 60, "why": "x"}
    with faulty_bed(TWO) as (bed, _):
        start(bed)
        for body in (b"", b"{", b"[]", b"null", b'{"match":{},"match":{}}', b"[" * 5000,
                     {**good, "match": {"circuits": "lon-1"}}, {**good, "second": 1}, {**good, "seconds": 0},
                     {**good, "seconds": 1e9}, {**good, "seconds": 2 ** 62}, {**good, "seconds": "60"},
                     {**good, "until": "2026-12-01T22:00:00Z"}, {**good, "why": ""}, {**good, "why": 7},
                     {**good, "match": []}, {**good, "match": {"circuit": ["lon-1"]}}, {**good, "match": {"rule": []}},
                     {**good, "match": {"rule": [40, 41]}}, {**good, "match": {"labels": {"site": []}}},
                     {**good, "match": {"labels": {f"l{n}": "x" for n in range(40)}}},
                     {**good, "match": {"labels": {"a": "x" * 5000}}}, {**good, "match": {}},
                     {"match": good["match"], "until": "2026-13-01T22:00:00Z", "why": "x"},
                     {"match": good["match"], "until": "tomorrow", "why": "x"}):
            status, answer = post(bed, body if isinstance(body, bytes) else json.dumps(body))
            expect(status == 400 and answer["error"]["code"] == "bad-request", f"{body}: {status} {answer}")
        expect(post(bed, json.dumps(good))[0] == 200, "a good one is refused")
        expect(len(silences(bed)) == 1, silences(bed))


def window(before, after):
    """From so many minutes ago to so many from now."""
    now = datetime.datetime.now(datetime.timezone.utc)
    times = [(now + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ") for minutes in (-before, after)]
    return {"match": {"circuit": "lon-1"}, "from": times[0], "to": times[1], "why": "CHG-5678"}


def reload(bed, **settings):
    bed.settings.update(settings)
    bed.write_settings()
    done = bed.ctl("reload")
    expect(done.status == 0, done.err)


@test
def a_maintenance_window_withholds_until_it_is_taken_out_of_the_settings():
    with faulty_bed(TWO) as (bed, pager):
        bed.settings["maintenance"] = [window(60, 600)]
        bed.settings.setdefault("alerts", {})["clock"] = "trust"
        bed.write_settings()
        start(bed)
        fail(bed, "lon-1")
        incident = wait_withheld(bed, "lon-1", "maintenance")
        expect(incident["muted_by"]["why"] == "CHG-5678", incident)
        expect(told_by_now(bed, pager) == [], pager.story())
        expect("1 maintenance window" in bed.ctl("status").out, bed.ctl("status").out)
        expect("CHG-5678" in bed.ctl("silence").out, bed.ctl("silence").out)
        bed.wait_kept()
        bed.stop()
        bed.start()
        wait_withheld(bed, "lon-1", "maintenance")
        reload(bed, maintenance=[window(60, 600), {**window(60, 600), "match": {"severity": "info"}}])
        wait_withheld(bed, "lon-1", "maintenance")
        expect(pager.story("lon-1") == [], pager.story())
        reload(bed, maintenance=[window(60, -1), {**window(60, 600), "match": {"severity": "info"}}])
        pager.wait_told("raised 15 lon-1")


def clock_is_synchronised():
    """What the daemon should see: adjtimex(2)."""
    room = ctypes.create_string_buffer(512)  # struct timex; 0: only look
    state = ctypes.CDLL(None).adjtimex(room)
    status = ctypes.c_int.from_buffer(room, 5 * ctypes.sizeof(ctypes.c_long)).value
    return state not in (-1, 5) and not status & 0x40


@test
def a_window_holds_only_while_the_clock_is_synchronised():
    with faulty_bed(TWO) as (bed, pager):
        bed.settings["maintenance"] = [window(60, 600)]
        bed.write_settings()
        right = clock_is_synchronised()
        start(bed)
        fail(bed, "lon-1")
        if right and clock_is_synchronised():
            wait_withheld(bed, "lon-1", "maintenance")
        elif not right:
            pager.wait_told("raised 15 lon-1")
            shown = " ".join(bed.ctl("status").out.split())
            expect("Clock: the clock of this host is not synchronised; maintenance windows mute nothing" in shown, shown)
            bed.wait_said("the clock of this host is not synchronised: maintenance windows mute nothing")


run()
