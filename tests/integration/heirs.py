"""Receivers that are renamed, or leave the settings: whoever comes after them goes on where they were."""

from faulty import Receiver, fail, mend, usable
from harness import expect, run, test, wait_until
from pager import paged_bed


def queue(bed, name):
    queues = bed.daemon.get("/v1/loop")["queues"]["deliveries"]
    return next(one for one in queues if one["receiver"] == name)


def wait_idle(bed, name):
    wait_until(lambda: queue(bed, name)["waiting"] == 0, f"the queue of {name} to be empty")


def ready(bed, *names):
    bed.start()
    for name in names:
        bed.wait_verdict(name, "usable")


def with_receivers(bed, *receivers, routes=()):
    bed.settings["receivers"] = list(receivers)
    bed.settings["routes"] = list(routes)
    bed.write_settings()


def reload(bed):
    done = bed.ctl("reload")
    expect(done.status == 0, done.err)


def again(bed):
    bed.wait_kept()
    bed.stop()
    bed.start()
    bed.wait_verdict("lon-1", "unusable")


def wait_duty(pager, *events):
    def look():
        now = pager.duty()
        expect(now == list(events[:len(now)]), f"PagerDuty was told {now}, not {events}")
        return len(now) == len(events)
    wait_until(look, lambda: f"PagerDuty to be told {events}; it was told {pager.duty()}")


def identity(bed):
    return bed.incidents(every=True, rule=15)[0]["identity"]


def alert_of_a_renamed_receiver_is_closed(take_settings):
    """Its severity had risen, so it is open under another key than that of the episode."""
    with paged_bed([usable("lon-1")], pagers=("pd",)) as (bed, pager):
        bed.settings["alerts"]["rules"] = {"deprovisioned": {"severity": "warning"}}
        with_receivers(bed, pager.as_duty(bed, "pd"))
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        wait_until(pager.duty, "PagerDuty to be told")
        first = identity(bed)
        del bed.settings["alerts"]["rules"]
        bed.write_settings()
        reload(bed)
        told = [("trigger", first), ("trigger", f"{first}-2"), ("resolve", first)]
        wait_duty(pager, *told)
        wait_idle(bed, "pd")
        with_receivers(bed, pager.as_duty(bed, "on-call"))
        take_settings(bed)
        mend(bed, "lon-1")
        wait_duty(pager, *told, ("resolve", f"{first}-2"))
        wait_idle(bed, "on-call")
        expect(bed.incidents(rule=96) == [], bed.incidents(rule=96))


@test
def what_was_opened_under_another_name_is_closed_after_a_reload():
    alert_of_a_renamed_receiver_is_closed(reload)


@test
def what_was_opened_under_another_name_is_closed_after_a_restart():
    alert_of_a_renamed_receiver_is_closed(again)


@test
def two_that_swap_their_names_stay_who_they_are():
    with paged_bed([usable("lon-1")], pagers=("a", "b"), routes=[{"to": "a"}]) as (bed, first, second):
        ready(bed, "lon-1")
        first.mode("500")
        fail(bed, "lon-1")
        first.wait_tries(1)
        with_receivers(bed, {**first.settings, "name": "b"}, {**second.settings, "name": "a"}, routes=[{"to": "a"}])
        reload(bed)
        expect(queue(bed, "b")["waiting"] == 1 and queue(bed, "a")["waiting"] == 0, bed.daemon.get("/v1/loop"))
        again(bed)  # and it is stored like that
        first.mode("")
        first.wait_story("raised 15 lon-1")
        wait_idle(bed, "b")
        mend(bed, "lon-1")
        first.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        expect(second.taken() == [], second.story())


def end_goes_to_the_heir(take_settings):
    with paged_bed([usable("lon-1")], pagers=("old", "new"), routes=[{"to": "old"}]) as (bed, old, new):
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        old.wait_story("raised 15 lon-1")
        wait_idle(bed, "old")
        with_receivers(bed, new.settings, routes=[{"to": "new"}])
        take_settings(bed)
        bed.wait_said(f'"old" is no longer in the settings; what it was told of is not closed there: {identity(bed)}; '
                      "the end goes to new")
        again(bed)
        mend(bed, "lon-1")
        new.wait_story("cleared 15 lon-1")
        wait_idle(bed, "new")
        expect(old.story() == ["raised 15 lon-1"], old.story())


@test
def the_heir_hears_the_end_of_what_another_one_was_told():
    end_goes_to_the_heir(reload)


@test
def the_heir_hears_it_also_when_the_other_one_left_while_the_daemon_did_not_run():
    end_goes_to_the_heir(again)


@test
def without_an_heir_the_journal_says_what_is_not_closed():
    with paged_bed([usable("lon-1")], pagers=("old",)) as (bed, old):
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        old.wait_story("raised 15 lon-1")
        wait_idle(bed, "old")
        with_receivers(bed)
        reload(bed)
        bed.wait_said(f'"old" is no longer in the settings; what it was told of is not closed there: {identity(bed)}; '
                      "there is no receiver to hear the end")


@test
def what_the_fallback_has_is_not_told_there_again_when_the_first_one_leaves():
    with paged_bed([usable("lon-1")], receivers=[lambda bed: Receiver(bed, "hook")],
                   routes=[{"to": "pager"}]) as (bed, pager, hook):
        pager.settings["fallback"] = {"to": "hook", "after": "1h"}
        bed.write_settings()
        ready(bed, "lon-1")
        pager.mode("401")
        fail(bed, "lon-1")
        hook.wait_told("raised 15 lon-1")
        mend(bed, "lon-1")
        hook.wait_told("cleared 15 lon-1")
        wait_idle(bed, "hook")
        with_receivers(bed, hook.settings)
        reload(bed)
        wait_until(lambda: not bed.incidents(rule=96), "the other one to be forgotten")
        wait_idle(bed, "hook")
        expect(hook.story("lon-1") == ["raised 15 lon-1", "cleared 15 lon-1"], hook.story())


@test
def what_falls_late_does_not_come_behind_what_the_fallback_was_told_since():
    """The beginning waits for one that is away; that it has become worse, and its end, are told to the fallback anyway."""
    routes = [{"match": {"circuit": "par-1"}, "to": "away"}, {"match": {"severity": "warning"}, "to": "away"},
              {"to": ["away", "both"]}]
    with paged_bed([usable("lon-1"), usable("par-1")], pagers=("away", "both"), routes=routes) as (bed, away, both):
        away.settings["fallback"] = {"to": "both", "after": "20s"}
        bed.settings["alerts"]["rules"] = {"deprovisioned": {"severity": "warning"}}
        bed.write_settings()
        ready(bed, "lon-1", "par-1")
        away.mode("500")
        fail(bed, "lon-1")
        away.wait_tries(1)
        del bed.settings["alerts"]["rules"]
        bed.write_settings()
        reload(bed)
        both.wait_story("raised 15 lon-1", "changed 15 lon-1")
        mend(bed, "lon-1")
        both.wait_story("raised 15 lon-1", "changed 15 lon-1", "cleared 15 lon-1")
        fail(bed, "par-1")  # falls in its turn, behind whatever falls of the first
        wait_until(lambda: "raised 15 par-1" in both.story(), "the second to fall")
        wait_idle(bed, "both")
        expect(both.story() == ["raised 15 lon-1", "changed 15 lon-1", "cleared 15 lon-1", "raised 15 par-1"], both.story())
        away.mode("")  # and the first one hears what still counts
        wait_until(lambda: sorted(away.story()) == ["cleared 15 lon-1", "raised 15 lon-1", "raised 15 par-1"],
                   lambda: f"the first one to be told; it was told {away.story()}")


@test
def that_somebody_has_taken_it_on_is_heard_by_those_who_were_told_and_by_nobody_else():
    with paged_bed([usable("lon-1")], pagers=("old", "new"), routes=[{"to": "old"}]) as (bed, old, new):
        ready(bed, "lon-1")
        fail(bed, "lon-1")
        old.wait_story("raised 15 lon-1")
        wait_idle(bed, "old")
        bed.settings["routes"] = [{"to": "new"}]
        bed.write_settings()
        reload(bed)
        done = bed.ctl("ack", identity(bed))
        expect(done.status == 0, done.err)
        old.wait_story("raised 15 lon-1", "acknowledged 15 lon-1")
        wait_idle(bed, "old")
        wait_idle(bed, "new")
        expect(new.taken() == [], new.story())


@test
def a_body_that_was_refused_is_not_tried_whole_again_after_a_restart():
    with paged_bed([usable("lon-1")]) as (bed, pager):
        ready(bed, "lon-1")
        pager.mode("400")
        fail(bed, "lon-1")
        pager.wait_tries(2)
        whole, least = (one["len"] for one in pager.tries()[:2])
        expect(least < whole, (least, whole))
        again(bed)
        pager.wait_tries(3)
        pager.mode("")
        reload(bed)
        wait_until(pager.taken, "the notice to be taken")
        expect({one["len"] for one in pager.tries()[1:]} == {least}, [one["len"] for one in pager.tries()])


run()
