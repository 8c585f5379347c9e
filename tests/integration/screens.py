"""What an operator reads of an incident, with the real programs: why nothing is sent, and what is seen while it ends."""

import json
import os
import pwd
import time

from faulty import fail, faulty_bed, mend, usable
from harness import expect, run, test, wait_until

TWO = [usable("lon-1"), usable("lon-2")]


def words(bed, *command):
    return " ".join(bed.ctl(*command).out.split())


@test
def each_reason_to_send_nothing_has_its_own_words():
    """A silence, a maintenance window, and the wait for others, of which two more would be needed."""
    with faulty_bed(TWO) as (bed, _):
        day = 24 * 3600
        begin, end = (time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + at)) for at in (-day, day))
        bed.settings["alerts"].update(group={"wait": "5m", "least": 2}, clock="trust")
        bed.settings["maintenance"] = [{"match": {"circuit": "lon-1"}, "from": begin, "to": end, "zone": "UTC",
                                        "why": "CHG-2"}]
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        done = bed.ctl("--json", "silence", "add", "--circuit", "lon-1", "--for", "3d", "--why", "CHG-1")
        expect(done.status == 0, done.err)
        until = json.loads(done.out)["silence"]["until"]
        fail(bed, "lon-1")
        wait_until(lambda: bed.incidents(rule=15, state="raised"), "15 to be raised")
        text = (f"silenced by {pwd.getpwuid(os.geteuid()).pw_name} until {until} (CHG-1); in a maintenance window; "
                "waiting some seconds for others of its kind")
        expect(text + ", sends nothing" in words(bed, "incidents"), words(bed, "incidents"))
        key = bed.incidents(rule=15)[0]["key"]
        shown = words(bed, "explain", key)
        expect(f"Withheld {text}: it is told once that ends, if it is still open" in shown, shown)


@test
def what_is_clearing_says_what_is_seen_now_and_since_when():
    with faulty_bed(TWO) as (bed, pager):
        bed.settings["alerts"]["recover"] = "3/1h"
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        mend(bed, "lon-1")
        incident = wait_until(lambda: bed.incidents(rule=15, state="clearing"), "15 to be clearing")[0]
        shown = words(bed, "explain", incident["key"])
        for part in ("What was found What was seen since ", "is good: it is over once that has lasted",
                     "Now: circuit Enabled, provider Provisioned, last operation Succeeded.", "good samples"):
            expect(part in shown, f"{part}: {shown}")
        expect("has taken the line down. Nothing passes any more" not in shown, shown)


run()
