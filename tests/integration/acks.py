"""Operators take incidents on and let them go, with the real programs."""

import json
import os
import pwd

from faulty import fail, faulty_bed, mend, usable
from harness import expect, run, test

ONE = [usable("lon-1")]


def me():
    return pwd.getpwuid(os.geteuid()).pw_name


def raised(bed, pager):
    """The circuit breaks, and the pager has been told; returns the incident."""
    bed.start()
    bed.wait_verdict("lon-1", "usable")
    fail(bed, "lon-1")
    pager.wait_told("raised 15 lon-1")
    return bed.incidents(rule=15)[0]["identity"]


def explained(bed, identity):
    done = bed.ctl("--json", "explain", identity)
    expect(done.status == 0, done.err)
    return json.loads(done.out)["incident"]


@test
def whoever_was_told_hears_who_has_taken_it_on_and_a_restart_keeps_it():
    with faulty_bed(ONE) as (bed, pager):
        identity = raised(bed, pager)
        done = bed.ctl("ack", identity, "--for", "4h", "--sticky", "--why", "CHG-1234")
        expect(done.status == 0 and f"acknowledged by {me()} until " in done.out, (done.out, done.err))
        pager.wait_told("acknowledged 15 lon-1")
        bed.wait_kept()
        bed.stop()
        bed.start()
        ack = explained(bed, identity)["acknowledged"]
        expect(ack["by"] == me() and ack["why"] == "CHG-1234" and ack["sticky"] and ack["until"] is not None, ack)
        shown = bed.ctl("explain", identity).out
        expect(f"by {me()} at " in shown and "CHG-1234" in shown, shown)
        expect(f"acknowledged by {me()}" in bed.ctl("incidents").out, bed.ctl("incidents").out)
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")
        expect(pager.story("lon-1") == ["raised 15 lon-1", "acknowledged 15 lon-1", "cleared 15 lon-1"], pager.story())


@test
def what_is_let_go_is_nobodys():
    with faulty_bed(ONE) as (bed, pager):
        identity = raised(bed, pager)
        expect(bed.ctl("ack", identity).status == 0, identity)
        done = bed.ctl("unack", identity)
        expect(done.status == 0 and "acknowledged by nobody" in done.out, (done.out, done.err))
        expect(explained(bed, identity)["acknowledged"] is None, explained(bed, identity))
        done = bed.ctl("unack", identity)
        expect(done.status == 1 and "nobody has acknowledged" in done.err, (done.status, done.err))


@test
def what_cannot_be_acknowledged_is_refused_with_the_reason():
    with faulty_bed(ONE) as (bed, pager):
        identity = raised(bed, pager)
        for words, status, why in ((("ack", "ffffffff-1"), 4, "there is no such incident"),
                                   (("ack", identity, "--for", "soon"), 2, "--for takes a duration"),
                                   (("ack", identity, "--until", "2026-12-01T22:00"), 2, "belong to ack"),
                                   (("status", "--sticky"), 2, "belong to ack"),
                                   (("ack",), 2, "needs a name behind it"),
                                   (("ack", identity, "--why", "x" * 300), 1, "at most 255 bytes")):
            done = bed.ctl(*words)
            expect(done.status == status and why in done.err, (words, done.status, done.err))
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")
        done = bed.ctl("ack", identity)
        expect(done.status == 1 and "not raised, or is over" in done.err, (done.status, done.err))


run()
