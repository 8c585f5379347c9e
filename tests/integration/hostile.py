"""An Azure that means harm: what it sends costs little memory, is not believed, and lures no token elsewhere."""

import os
import re

from harness import SUBSCRIPTION, Bed, Sim, expect, run, sanitized, test

OTHER = "00000000-0000-0000-0000-00000000000a"
HERE = [{"name": f"lon-{n}", "peerings": {"private": {}}} for n in (1, 2)]
THERE = [{"name": f"par-{n}", "subscription": OTHER, "peerings": {"private": {}}} for n in (1, 2)]
MEBI = 1 << 20


def circuits():
    return [dict(one) for one in (*HERE, *THERE)]


def peak_bytes(bed):
    """The most memory that the daemon ever had in use."""
    with open(f"/proc/{bed.daemon.process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"^VmHWM:\s+(\d+) kB$", file.read(), re.M)[1]) * 1024


def usable(bed, begin=""):
    for circuit in bed.circuits:
        if circuit["name"].startswith(begin):
            bed.wait_verdict(circuit["name"], "usable")


def harmed(fault, most, words="", endpoint="list", **more):
    """The lists of one subscription are spoilt: it is told, the peak grows by so much at most, the other goes on."""
    with Bed(circuits=circuits(), **more) as bed:
        bed.start()
        usable(bed)
        before = peak_bytes(bed)
        bed.sim.fault(match={"endpoint": [endpoint], "subscription": SUBSCRIPTION}, **fault)
        notice = bed.wait_notice(rule=95, event="raised", severity="warning")
        expect(words in notice["text"], notice["text"])
        bed.sim.wait_struck(3)
        grown = peak_bytes(bed) - before
        expect(sanitized() or grown < most, f"the peak grew by {grown >> 10} KiB, more than {most >> 10} KiB")
        bed.sim.set("par-1", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised", circuit="par-1")
        bed.sim.clear()
        bed.wait_notice(rule=95, event="cleared")
        usable(bed, "lon")
        expect(not any(notice["rule"] < 90 and notice["circuit"]["name"].startswith("lon") for notice in bed.notices()),
               bed.notices())


# ---- sizes ----

@test
def a_bomb_is_not_inflated_to_its_end():
    harmed({"answer": "bomb", "bytes": 8192 * MEBI}, 48 * MEBI)


@test
def others_are_heard_while_a_huge_list_is_read():
    """31 MiB come in a packet or two: unpacked and read in one turn of the loop, they would leave nobody else any."""
    with Bed(circuits=circuits()) as bed:
        bed.start()
        usable(bed)
        before = bed.daemon.get("/v1/loop")["loop"]["turns"]
        bed.sim.fault(match={"endpoint": ["list"], "subscription": SUBSCRIPTION}, answer="bomb", bytes=31 * MEBI)
        bed.sim.wait_struck(2)  # the first was read to its end before the next one was asked for
        turns = bed.daemon.get("/v1/loop")["loop"]["turns"] - before
        expect(turns >= 31 * MEBI // (96 * 1024), f"{turns} turns of the loop")
        bed.sim.clear()
        usable(bed)


@test
def a_bomb_that_was_not_asked_for_is_no_answer():
    """A single read does not offer gzip; here the list is refused, so that circuits are read one by one."""
    with Bed(circuits=circuits()) as bed:
        bed.sim.fault(match=["list"], status=403, name="lists")
        bed.sim.fault(match={"endpoint": ["circuit"], "circuit": "lon-*"}, answer="bomb", name="bomb",
                      bytes=8192 * MEBI)
        bed.start()
        usable(bed, "par")
        bed.sim.wait_struck(4, "bomb")
        bed.wait_notice(rule=95, event="raised")
        expect(sanitized() or peak_bytes(bed) < 96 * MEBI, peak_bytes(bed))
        bed.sim.clear()
        usable(bed)


@test
def an_endless_list_is_not_read_to_its_end():
    harmed({"answer": "endless", "bytes": 256 * MEBI}, 48 * MEBI)


@test
def ten_megabytes_about_a_circuit_are_too_many():
    with Bed(circuits=[circuits()[0], circuits()[2]]) as bed:
        bed.start()
        usable(bed)
        before = peak_bytes(bed)
        bed.sim.fault(match={"endpoint": ["circuit"], "circuit": "lon-*"}, answer="huge", bytes=10 * MEBI)
        bed.wait_notice(rule=95, event="raised", circuit="lon-1")
        expect(sanitized() or peak_bytes(bed) - before < 10 * MEBI, peak_bytes(bed) - before)
        bed.sim.wait_more("circuit", 2, "par-1")
        bed.expect_no_circuit_finding()


@test
def brackets_in_brackets_do_not_reach_the_stack():
    harmed({"answer": "deep"}, 16 * MEBI)


@test
def the_same_page_again_and_again_ends():
    harmed({"answer": "page-loop"}, 16 * MEBI)


@test
def keys_that_come_twice_are_not_believed():
    harmed({"answer": "duplicate-key"}, 16 * MEBI)


# ---- what is fine ----

@test
def compressed_lists_on_pages_are_understood():
    with Bed(circuits=circuits(), scenario={"answers": {"gzip": True, "page": 1}}) as bed:
        bed.start()
        usable(bed)
        bed.sim.fault(match=["list"], answer="bom")
        bed.sim.wait_struck(8)
        expect(bed.sim.requests("circuit") == 0 and bed.notices() == [], bed.notices())
        bed.sim.set("lon-2", {"provider_state": "NotProvisioned"})
        bed.wait_notice(rule=15, event="raised", circuit="lon-2")


# ---- the token ----

class Lure:
    """A second simulator that the daemon would trust: its certificate is of the same authority."""

    def __init__(self, bed):
        os.symlink(bed.sim.tls, os.path.join(bed.folder, "lure-tls"))
        self.sim = bed.add(Sim(bed.folder, {"circuits": []}, name="lure"))
        self.url = self.sim.url

    def expect_nobody(self):
        table = self.sim.ask("GET", "/_sim/requests")[1]
        expect(table["total"] == 0, f"the token went astray: {table}")


def lured(fault, ways, **more):
    """One after the other; the newest fault strikes."""
    with Bed(circuits=circuits(), **more) as bed:
        lure = Lure(bed)
        bed.start()
        usable(bed)
        for name, way in ways.items():
            bed.sim.fault(answer=fault, to=way(lure.url, bed.sim.url), name=name,
                          match=["list", "circuit", "summary", "operation", "metrics"])
            bed.sim.wait_struck(4, name)
            lure.expect_nobody()
        bed.wait_notice(rule=95, event="raised")
        bed.sim.clear()
        usable(bed)


WAYS = {
    "another port": lambda lure, sim: lure,
    "another name": lambda lure, sim: lure.replace("127.0.0.1", "localhost"),
    "a user": lambda lure, sim: f"{sim}@{lure.removeprefix('https://')}",
    "no tls": lambda lure, sim: lure.replace("https", "http"),
}


@test
def no_page_elsewhere_gets_the_token():
    lured("next-link-elsewhere", WAYS)


@test
def no_redirect_gets_the_token():
    lured("redirect", WAYS)


@test
def no_location_elsewhere_gets_the_token():
    lured("location-elsewhere", WAYS, settings={"poll": {"sessions": "routes"}})


run()
