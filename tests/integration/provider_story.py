"""What a circuit goes through, from the answer to the page: its provider, its prefixes, updates that pass."""

from harness import Bed, circuit_id, expect, run, test

PRIVATE = {"name": "lon-1", "peerings": {"private": {}}}
SUPPORT = "https://"


def order(bed, *rules):
    """(rule, event) of what was told, oldest first."""
    return [(notice["rule"], notice["event"]) for notice in bed.notices() if not rules or notice["rule"] in rules]


@test
def a_circuit_in_order_pages_nobody():
    with Bed(circuits=[PRIVATE]) as bed:
        bed.start()
        bed.wait_polls("lon-1", 3)
        bed.wait_verdict("lon-1", "usable")
        expect(bed.notices() == [], bed.notices())


@test
def a_new_line_from_order_to_use():
    with Bed(circuits=[{**PRIVATE, "provider_state": "NotProvisioned", "peerings": {}}]) as bed:
        bed.start()
        notice = bed.wait_notice(rule=12, event="raised", severity="critical", owner="provider", circuit="lon-1")
        tail = bed.circuits[0]["service_key"][-4:]
        expect(notice["circuit"]["service_key_tail"] == tail and tail in notice["text"], notice["text"])
        bed.wait_verdict("lon-1", "waiting")
        bed.sim.set("lon-1", {"provider_state": "Provisioning"})
        bed.wait_notice(rule=13, event="raised")
        bed.wait_notice(rule=12, event="cleared")
        bed.sim.set("lon-1", {"provider_state": "Provisioned"})
        bed.wait_notice(rule=13, event="cleared")
        bed.wait_notice(rule=20, event="raised", severity="critical")
        bed.sim.set("lon-1", {"peerings.private": {}})
        bed.wait_notice(rule=20, event="cleared")
        bed.wait_verdict("lon-1", "usable")
        expect(order(bed, 12) == [(12, "raised"), (12, "cleared")] and order(bed, 15) == [], order(bed))


@test
def an_ordered_line_is_no_page():
    with Bed(circuits=[{**PRIVATE, "provider_state": "NotProvisioned"}],
             watch=[{"name": "lon-1", "expect": {"provider": "ordered"}}]) as bed:
        bed.start()
        notice = bed.wait_notice(rule=12, event="raised", severity="info")
        expect("as expected" in notice["summary"], notice["summary"])
        bed.wait_verdict("lon-1", "waiting")
        bed.expect_no_other(12)


@test
def an_event_is_told_once_and_closed_at_once():
    """54: one notice for each change, also of one while nobody watched; nothing open, nothing cleared."""
    with Bed(circuits=[PRIVATE]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"bandwidth": 2000})
        first = bed.wait_notice(rule=54, event="raised", severity="info", circuit="lon-1")
        expect("from 1000 Mbps to 2000 Mbps" in first["summary"], first["summary"])
        expect({"bandwidth": "1000 Mbps -> 2000 Mbps"}.items() <=
               {fact["name"]: fact["value"] for fact in first["facts"]}.items(), first["facts"])
        expect(bed.incidents() == [], "an event is not open")
        closed, = bed.incidents(every=True, rule=54)
        expect(closed["state"] == "cleared" and closed["cleared_at"] == closed["raised_at"], closed)
        said = bed.ctl("explain", first["incident"])
        expect(said.status == 0 and "from 1000 Mbps to 2000 Mbps" in said.out, said.out)
        bed.wait_kept()
        bed.stop()
        bed.sim.set("lon-1", {"bandwidth": 5000})
        bed.start()
        second = bed.wait_notice(2, rule=54)
        expect("from 2000 Mbps to 5000 Mbps" in second["summary"], second["summary"])
        expect(second["key"] == first["key"] and second["incident"] == first["incident"][:-1] + "2", second["incident"])
        bed.wait_kept()
        bed.stop()
        bed.start()
        bed.wait_polls("lon-1", 2)
        expect(order(bed) == [(54, "raised"), (54, "raised")], order(bed))


@test
def deprovisioning_is_told_in_order_and_only_once():
    with Bed(circuits=[PRIVATE]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised", circuit="lon-1", severity="critical", owner="provider")
        bed.wait_verdict("lon-1", "unusable")
        bed.wait_polls("lon-1", 2)
        bed.sim.set("lon-1", {"provider_state": "Provisioned"})
        bed.wait_notice(rule=15, event="cleared", circuit="lon-1")
        bed.wait_verdict("lon-1", "usable")
        expect(order(bed) == [(15, "raised"), (15, "cleared")], order(bed))
        ids = [notice["id"] for notice in bed.notices()]
        expect(len(set(ids)) == 2 and len({notice["incident"] for notice in bed.notices()}) == 1, ids)
        expect([notice["sequence"] for notice in bed.notices()] == [1, 2], bed.notices())


@test
def a_hook_gets_the_change_of_severity():
    """12 of an ordered line becomes a warning once the days to wait are over; here they are none."""
    with Bed(circuits=[{**PRIVATE, "provider_state": "NotProvisioned"}],
             watch=[{"name": "lon-1", "expect": {"provider": "ordered"}}]) as bed:
        bed.start()
        bed.wait_notice(rule=12, event="raised", severity="info")
        bed.settings["alerts"]["waiting_days"] = 0
        bed.write_settings()
        expect(bed.ctl("reload").status == 0, "reload")
        bed.wait_notice(rule=12, event="changed", severity="warning")
        bed.sim.set("lon-1", {"provider_state": "Provisioned"})
        bed.wait_notice(rule=12, event="cleared")
        expect(order(bed, 12) == [(12, "raised"), (12, "changed"), (12, "cleared")], order(bed))


@test
def what_a_hook_gets_beside_the_notice():
    labels = {"site": "LON", "carrier": "x$(touch y);`z`'\""}
    with Bed(circuits=[PRIVATE], watch=[{"name": "lon-1", "labels": labels}]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised")
        page = bed.pages()[0]
        has, notice = page["environment"], page["notice"]
        expect(has["ERWATCH_EVENT"] == "raised" and has["ERWATCH_RULE"] == "15", has)
        expect(has["ERWATCH_CIRCUIT"] == "lon-1" and has["ERWATCH_CIRCUIT_ID"] == circuit_id("lon-1"), has)
        expect(has["ERWATCH_LABEL_SITE"] == "LON" and has["ERWATCH_LABEL_CARRIER"] == labels["carrier"], has)
        expect(has["ERWATCH_NOTICE_ID"] == notice["id"] and has["ERWATCH_INCIDENT"] == notice["incident"], has)
        others = {name for name in has if not name.startswith("ERWATCH_")} - {"PATH", "LANG", "LC_CTYPE", "PWD", "_"}
        expect(not others, others)
        expect(page["argv"] == [bed.hook, bed.pages_file], page["argv"])


@test
def a_disabled_circuit_is_microsofts():
    with Bed(circuits=[PRIVATE]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"circuit_state": "Disabled"})
        bed.wait_notice(rule=11, event="raised", severity="critical", owner="microsoft")
        bed.sim.set("lon-1", {"circuit_state": "Enabled"})
        bed.wait_notice(rule=11, event="cleared")
        bed.expect_no_other(11)


@test
def an_update_in_motion_causes_nothing():
    """The answers to each update show peerings Disabled for a moment, and the circuit itself, too."""
    with Bed(circuits=[PRIVATE]) as bed:
        bed.settings["alerts"]["confirm"]["long"] = "3/1h"
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"operation": "Updating", "circuit_state": "Disabled",
                              "peerings.private": {"ipv4": {"state": "Disabled"}, "operation": "Updating"}})
        bed.wait_polls("lon-1", 4)
        bed.sim.set("lon-1", {"operation": "Succeeded", "circuit_state": "Enabled",
                              "peerings.private": {"ipv4": {"state": "Enabled"}, "operation": "Succeeded"}})
        bed.wait_polls("lon-1", 3)
        bed.wait_verdict("lon-1", "usable")
        expect(bed.notices() == [], bed.notices())


@test
def an_update_clears_nothing_either():
    with Bed(circuits=[PRIVATE]) as bed:
        bed.settings["alerts"]["confirm"]["long"] = "3/1h"
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.private": None})
        bed.wait_notice(rule=20, event="raised")
        bed.sim.set("lon-1", {"operation": "Updating", "circuit_state": "Disabled", "peerings.private": {}})
        bed.wait_polls("lon-1", 4)
        expect(bed.notices(event="cleared") == [], bed.notices())
        bed.sim.set("lon-1", {"operation": "Succeeded", "circuit_state": "Enabled"})
        bed.wait_notice(rule=20, event="cleared")


@test
def an_operation_that_failed_is_a_warning_and_the_circuit_stays_usable():
    with Bed(circuits=[PRIVATE]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"operation": "Failed"})
        bed.wait_notice(rule=17, event="raised", severity="warning")
        expect(bed.circuit("lon-1")["verdict"] == "usable", bed.circuit("lon-1"))
        bed.expect_no_other(17)


@test
def a_word_nobody_knows_is_quoted_and_raises_nothing_else():
    with Bed(circuits=[PRIVATE]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"provider_state": "Paused\x1b[31m"})
        notice = bed.wait_notice(rule=16, event="raised", severity="warning", owner="microsoft")
        expect("Paused" in notice["summary"] and "\x1b" not in notice["summary"], notice)
        expect("\x1b" not in bed.err(), "it reached the journal as it is")
        bed.wait_verdict("lon-1", "unknown")
        bed.expect_no_other(16)


@test
def a_peering_that_is_expected_and_gone():
    with Bed(circuits=[PRIVATE], watch=[{"name": "lon-1", "expect": {"peerings": ["private", "microsoft"]}}]) as bed:
        bed.start()
        bed.wait_notice(rule=21, event="raised", severity="critical", subject={"peering": "microsoft"})
        bed.expect_no_other(21)


def microsoft(state, **more):
    return {"name": "lon-1", "peerings": {"microsoft": {"asn": 65002, "ipv4": {
        "prefixes": {"203.0.113.0/24": state, "198.51.100.0/24": "Configured"}, "registry": "RIPENCC",
        "customer_asn": 65077, "route_filter": "office", **more}}}}


def expect_request(text, *parts):
    """All that a support request needs is in the text."""
    for part in ("65002", "65077", "RIPENCC", "203.0.113.0/24", circuit_id("lon-1"), SUPPORT, *parts):
        expect(part in text, f"{part} is not in: {text}")


@test
def validation_needed_says_what_a_support_request_needs():
    with Bed(circuits=[microsoft("Configured")]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"peerings.microsoft.ipv4.prefixes.203.0.113.0/24": "ValidationNeeded"})
        notice = bed.wait_notice(rule=32, event="raised", severity="critical", owner="you",
                                 subject={"peering": "microsoft", "family": "ipv4"})
        expect_request(notice["text"], "ValidationNeeded")
        bed.sim.set("lon-1", {"peerings.microsoft.ipv4.prefixes.203.0.113.0/24": "Configured"})
        bed.wait_notice(rule=32, event="cleared")


@test
def manual_validation_is_a_page_with_the_link_to_support():
    with Bed(circuits=[microsoft("ManualValidationNeeded")]) as bed:
        bed.start()
        notice = bed.wait_notice(rule=33, event="raised", severity="critical", owner="you")
        expect_request(notice["text"], "ManualValidationNeeded")
        expect("support request" in notice["summary"], notice["summary"])


@test
def without_states_of_single_prefixes_the_text_says_so():
    with Bed(circuits=[microsoft("ValidationNeeded", prefix_info=False)]) as bed:
        bed.start()
        notice = bed.wait_notice(rule=32, event="raised")
        expect("no states of single prefixes" in notice["text"], notice["text"])


@test
def a_refused_prefix_has_a_text_of_its_own():
    with Bed(circuits=[microsoft("AsnValidationFailed")]) as bed:
        bed.start()
        notice = bed.wait_notice(rule=34, event="raised", severity="critical", owner="you")
        expect("AsnValidationFailed" in notice["summary"] and "origin" in notice["text"], notice)


@test
def a_peering_without_route_filter_is_a_warning():
    with Bed(circuits=[microsoft("Configured", route_filter=None)]) as bed:
        bed.start()
        bed.wait_notice(rule=25, event="raised", severity="warning", subject={"peering": "microsoft"})
        bed.expect_no_other(25)


@test
def nothing_is_forgotten_over_a_restart():
    with Bed(circuits=[PRIVATE]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised")
        bed.wait_said("hook took notice")
        bed.stop()
        bed.start()
        bed.wait_polls("lon-1", 2)
        expect(order(bed) == [(15, "raised")], order(bed))
        bed.sim.set("lon-1", {"provider_state": "Provisioned"})
        bed.wait_notice(rule=15, event="cleared")
        expect(order(bed) == [(15, "raised"), (15, "cleared")], order(bed))


@test
def what_was_deprovisioned_while_the_daemon_was_down_is_15_and_not_12():
    with Bed(circuits=[PRIVATE]) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.stop()
        bed.sim.set("lon-1", {"provider_state": "NotProvisioned"})
        bed.start()
        bed.wait_notice(rule=15, event="raised")
        bed.expect_no_other(15)


run()
