"""What a circuit goes through with its provider, from the answer to the page."""

from harness import Bed, expect, run, test


@test
def a_circuit_in_order_pages_nobody():
    with Bed(circuits=[{"name": "lon-1", "peerings": {"private": {}}}]) as bed:
        bed.start()
        bed.wait_polls("lon-1", 3)
        bed.wait_verdict("lon-1", "usable")
        expect(bed.notices() == [], bed.notices())


@test
def deprovisioning_is_told_once_and_cleared_once():
    with Bed(circuits=[{"name": "lon-1", "peerings": {"private": {}}}]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised", circuit="lon-1", severity="critical", owner="provider")
        bed.sim.set("lon-1", {"provider_state": "Provisioned"})
        bed.wait_notice(rule=15, event="cleared", circuit="lon-1")
        expect([notice["event"] for notice in bed.notices(rule=15)] == ["raised", "cleared"], bed.notices())


run()
