"""What is asked in a cycle, and who waits when Azure wants fewer questions."""

import re
import time

from harness import Bed, expect, run, test, wait_until

SUBSCRIPTIONS = [f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 6)]
PRIVATE = {"peerings": {"private": {}}}

# Azure's metrics have a point each minute, and one that was seen is no new sample: here one sample is enough.
ONE = {"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"}, "recover": "1/0s", "flap": {"window": 0}}


def figures(bed, kind):
    return next(row for row in bed.daemon.get("/v1/loop")["requests"] if row["kind"] == kind)


def budget(bed, of, subscription=SUBSCRIPTIONS[0]):
    return next(row for row in bed.daemon.get("/v1/loop")["budgets"]
                if row["of"] == of and row["subscription"] == subscription)


def totals(bed):
    return bed.daemon.get("/v1/status")["totals"]


def thousand():
    """Two hundred copies in each of five subscriptions."""
    circuits = [{"name": f"c{n}", "copies": 200, "subscription": subscription, **PRIVATE}
                for n, subscription in enumerate(SUBSCRIPTIONS)]
    watch = [{"id": f"/subscriptions/{subscription}/resourceGroups/net/providers/Microsoft.Network"
                    f"/expressRouteCircuits/c{n}-{i}", "name": f"c{n}-{i}"}
             for n, subscription in enumerate(SUBSCRIPTIONS) for i in range(1, 201)]
    return circuits, watch


@test
def a_thousand_circuits_in_five_subscriptions_are_five_lists_in_a_cycle():
    circuits, watch = thousand()
    with Bed(circuits=circuits, watch=watch, scenario={"answers": {"page": 100}},
             settings={"poll": {"every": "5s"}}) as bed:
        bed.start()
        wait_until(lambda: totals(bed)["usable"] == 1000, lambda: f"all to be usable: {totals(bed)}")

        def two_cycles():
            row = figures(bed, "list")
            return row["questions"]["last_cycle"] == row["questions"]["cycle_before"] == 5 and \
                row["last_cycle"] == row["cycle_before"] == 10
        wait_until(two_cycles, lambda: f"five lists of two pages in each of two cycles: {figures(bed, 'list')}")
        row = figures(bed, "list")
        expect(row["sent"] <= 2 * row["questions"]["asked"], row)
        expect(bed.sim.requests("circuit") == 0, bed.sim.requests())
        shown = bed.ctl("loop").out
        expect("10 for 5" in shown and SUBSCRIPTIONS[4] in shown, shown)


@test
def when_little_is_left_the_states_go_on_and_the_rest_waits():
    """
    A hundred reads are kept for the states, and Azure gives back two a second: less than metrics of ten circuits each
    second would take. While the machine stands still the daemon may think that more is given back; so the bound is wide.
    """
    with Bed(circuits=[{"name": "c", "copies": 10, **PRIVATE}], watch=[f"c-{n}" for n in range(1, 11)],
             scenario={"quota": {"reads": 130, "reads_refill": 2, "enforce": True, "header": "subscription"}},
             settings={"poll": {"sessions": "metrics", "stale": "5m"}}) as bed:
        bed.start()
        wait_until(lambda: budget(bed, "reads")["left"] < 105, lambda: budget(bed, "reads"))
        before, begun = bed.sim.requests("metrics"), time.monotonic()
        bed.sim.wait_more("list", 8)
        more, passed = bed.sim.requests("metrics") - before, time.monotonic() - begun
        expect(more < 24 + 4 * passed, f"{more} metrics in {passed:.0f} s, as if nothing had been said")
        expect(budget(bed, "reads")["left"] >= 5 and budget(bed, "reads")["paused_for"] is None, budget(bed, "reads"))
        expect(figures(bed, "list")["failed"] == figures(bed, "metrics")["failed"] == 0, "something was refused")
        expect(bed.notices(rule=93) == [], bed.notices())


@test
def the_lowest_header_counts():
    with Bed(circuits=[{"name": "lon-1", **PRIVATE}], scenario={"quota": {"reads": 123, "header": "global"}}) as bed:
        bed.start()
        bed.wait_polls("lon-1", 2)
        learnt = budget(bed, "reads")  # it fills all the time: only that it is no longer taken for 250 is certain
        expect(learnt["capacity"] < 250 and learnt["left"] < 250, learnt)


@test
def refused_writes_pause_writes_only():
    with Bed(circuits=[{"name": "lon-1", **PRIVATE}],
             settings={"poll": {"sessions": "both", "stale": "5m"}}) as bed:
        bed.sim.fault(match=["summary"], status=429, code="SubscriptionRequestsThrottled", retry_after="600s")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.private.bgp_metric": {"primary": 0, "secondary": 100}})
        bed.sim.wait("summary")
        wait_until(lambda: budget(bed, "writes")["paused_for"] is not None, lambda: budget(bed, "writes"))
        paused = budget(bed, "writes")
        expect(400 < paused["paused_for"] <= 675 and paused["left"] == 0, paused)
        bed.wait_polls("lon-1", 3)
        bed.sim.wait_more("metrics", 2)
        expect(bed.sim.requests("summary") == 1, bed.sim.requests())
        expect(budget(bed, "reads")["paused_for"] is None, budget(bed, "reads"))
        expect(re.search(r"writes +0 of \d+ +\d+/s +\d+m", bed.ctl("loop").out), bed.ctl("loop").out)


@test
def a_login_that_throttles_says_nothing_of_a_subscription():
    with Bed(circuits=[{"name": "lon-1", **PRIVATE}], settings={"poll": {"stale": "10s"}}) as bed:
        bed.sim.fault(match=["token"], status=429, envelope="text", retry_after="1s")
        bed.start()
        bed.wait_notice(rule=90, event="raised")
        bed.expect_no_other(90)


@test
def a_lock_pauses_nothing():
    with Bed(circuits=[{"name": "lon-1", **PRIVATE}], settings={"poll": {"sessions": "both", "stale": "5m"}}) as bed:
        bed.sim.fault(match=["summary"], status=429, code="RetryableErrorDueToAnotherOperation", retry_after="600s")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.private.bgp_metric": {"primary": 0, "secondary": 100}})
        bed.sim.wait("summary", 2)
        for of in ("reads", "writes"):
            expect(budget(bed, of)["paused_for"] is None, budget(bed, of))
        expect(bed.notices(rule=93) == [], bed.notices())


def batch_bed(count, **more):
    circuits = [{"name": "lon", "copies": count, **PRIVATE}, {"name": "ams", "location": "westeurope", **PRIVATE}]
    bed = Bed(circuits=circuits, watch=[*(f"lon-{n}" for n in range(1, count + 1)), "ams"],
              settings={"poll": {"sessions": "metrics", "stale": "5m"}, "alerts": ONE}, **more)
    with_url = bed._standard_settings
    bed._standard_settings = lambda: {**with_url(), "azure": {**with_url()["azure"], "metrics_batch": bed.sim.url}}
    return bed


@test
def metrics_of_many_circuits_are_one_request_for_each_fifty_of_a_region():
    with batch_bed(120) as bed:
        bed.start()
        wait_until(lambda: totals(bed)["usable"] == 121, lambda: f"all to be usable: {totals(bed)}")

        def steady():
            row = figures(bed, "metrics batch")
            return row["last_cycle"] == row["cycle_before"] == 4
        wait_until(steady, lambda: f"four batches in each of two cycles: {figures(bed, 'metrics batch')}")
        expect(bed.sim.requests("metrics") == 0, "no circuit is asked for by itself")
        bed.sim.set("lon-7", {"peerings.private.ipv4.sessions": {"primary": "down", "secondary": "down"}})
        bed.wait_notice(rule=40, event="raised", circuit="lon-7")
        expect({notice["circuit"]["name"] for notice in bed.notices()} == {"lon-7"}, bed.notices())
        expect(any(token["for"] == "metrics" for token in bed.daemon.get("/v1/loop")["tokens"]), "no token of its own")


@test
def where_the_batch_is_refused_each_circuit_is_asked_for():
    for fault in ({"status": 403, "code": "AuthorizationFailed"}, {"status": 404}, {"status": 400}, {"status": 401},
                  {"status": 503, "envelope": "html"}, {"answer": "html"}):
        with batch_bed(3) as bed:
            bed.sim.fault(match=["metrics-batch"], **fault)
            bed.start()
            wait_until(lambda: totals(bed)["usable"] == 4, lambda: f"{fault}: all to be usable: {totals(bed)}")
            bed.sim.wait_more("metrics", 12)
            tries = bed.sim.requests("metrics-batch")
            expect(1 <= tries <= 8, f"{fault}: {tries} tries")
            said = bed.daemon.count("each circuit is asked for by itself")
            expect(1 <= said <= 2, f"{fault}: said {said} times for two regions")
            expect(bed.notices() == [], (fault, bed.notices()))


@test
def a_circuit_that_the_answer_lacks_is_asked_for_by_itself():
    with batch_bed(3) as bed:
        bed.sim.fault(match=["metrics-batch"], answer="wrong-id")
        bed.start()
        wait_until(lambda: totals(bed)["usable"] == 4, lambda: f"all to be usable: {totals(bed)}")
        apart = {name for name, asked in bed.sim.requests()["circuits"].items() if asked.get("metrics")}
        expect(apart, bed.sim.requests())
        for name in apart:
            bed.sim.wait_more("metrics", 3, name)
        expect(bed.notices() == [], bed.notices())


@test
def where_both_are_refused_it_is_one_finding():
    with batch_bed(3) as bed:
        bed.sim.fault(match=["metrics-batch", "metrics"], status=403, code="AuthorizationFailed")
        bed.start()
        bed.wait_notice(rule=92, event="raised")
        bed.sim.wait_more("metrics", 8)
        expect(len(bed.notices()) == 1, bed.notices())


@test
def a_finding_has_the_ids_that_support_asks_for():
    uuid = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")

    def ids(notice):
        return {fact["name"]: fact["value"] for fact in notice["facts"] if fact["name"].endswith(" id")}
    with Bed(circuits=[{"name": "lon-1", **PRIVATE}], settings={"poll": {"timeout": "5s", "stale": "15s"}}) as bed:
        bed.sim.fault(match=["circuit"], status=403, code="AuthorizationFailed")
        bed.start()
        found = ids(bed.wait_notice(rule=91, event="raised"))
        expect(all(uuid.match(found.get(name, "")) for name in ("correlation id", "request id", "client request id")),
               found)
        bed.sim.clear("fault")
        bed.wait_verdict("lon-1", "usable")
        bed.sim.fault(match=["circuit"], answer="hang")
        found = ids(bed.wait_notice(rule=90, event="raised"))
        expect(list(found) == ["client request id"] and uuid.match(found["client request id"]), found)


@test
def a_subscription_that_hangs_delays_no_other():
    """Its forty circuits are asked one by one, and every question waits for its whole time."""
    circuits = [{"name": "hung", "copies": 40, "subscription": SUBSCRIPTIONS[1], **PRIVATE},
                {"name": "lon", "copies": 2, **PRIVATE}]
    watch = [*({"id": f"/subscriptions/{SUBSCRIPTIONS[1]}/resourceGroups/net/providers/Microsoft.Network"
                      f"/expressRouteCircuits/hung-{n}", "name": f"hung-{n}"} for n in range(1, 41)), "lon-1", "lon-2"]
    with Bed(circuits=circuits, watch=watch) as bed:
        bed.sim.fault("no-list", match={"endpoint": ["list"], "subscription": SUBSCRIPTIONS[1]}, status=403)
        bed.sim.fault("hang", match={"endpoint": ["circuit"], "circuit": "hung-*"}, answer="hang")
        bed.start()
        bed.sim.wait_struck(8, "hang")
        bed.sim.wait_more("list", 5)
        bed.wait_verdict("lon-1", "usable")
        expect(totals(bed)["usable"] == 2, totals(bed))


run()
