"""Hooks: what they inherit, what they may do to the daemon (nothing), and which are not run at all."""

import os
import re
import unicodedata

from faulty import fail, faulty_bed, mend, resident, usable
from harness import BUILD, Skip, expect, hook_program, run, sanitized, test, wait_until

SHIM = os.path.join(BUILD, "tests/integration/spawn_fails.so")

# Python itself ignores SIGPIPE and SIGXFSZ; posix_spawn() of glibc leaves its own two ignored.
EXPECTED_IGNORED = 1 << 12 | 1 << 24 | 1 << 31 | 1 << 32

FIXED = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
NAMES = {"ERWATCH_" + name for name in (
    "EVENT", "RULE", "RULE_NAME", "INCIDENT", "CIRCUIT", "CIRCUIT_ID", "PEERING", "PATH", "FAMILY", "PREFIX", "VERDICT",
    "SEVERITY", "OWNER", "NOTICE_ID", "SUMMARY", "LABEL_SITE")}

# What somebody could write who may name circuits, labels, providers and places. The settings take no control
# characters, Azure's answers may hold all of them.
HOSTILE = ["$(touch owned) `id` ; rm -rf ~", "--option=\"'\\", "%s%n%s%n", "\u200b\ufeff", "東京 – Zürich",
           "<script>alert(1)</script>&amp;", "]]>{\"event\":\"cleared\"}"]
WORDS = HOSTILE + ["\u202egnp.exe\u2066", "line\u2028two\u0085three", "\x1b]0;owned\x07",
                   "a\nPRIORITY=0\nMESSAGE=forged", "x" * 20000]


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(") ", 1)[1][0] in "ZX"
    except OSError:
        return True


@test
def one_that_never_ends_delays_neither_other_pages_nor_other_receivers():
    with faulty_bed([usable("lon-1"), usable("par-1")], receivers=("pager", "other")) as (bed, pager, other):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        pager.mode("stubborn only lon-1")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        fail(bed, "par-1")
        wait_until(lambda: pager.story("par-1"), "the other page")
        for circuit in ("lon-1", "par-1"):
            other.wait_told(f"raised 15 {circuit}")
        expect(not gone(pager.tries()[0]["pid"]), "it was ended long before its time limit of five minutes")


@test
def one_that_never_ends_is_ended_and_its_page_retried():
    with faulty_bed([usable("lon-1")], timeout="1s") as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        pager.mode("stubborn")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        pager.mode("")
        first = pager.tries()[0]
        wait_until(lambda: gone(first["pid"]), "the hook to be gone")
        wait_until(pager.story, "the page to be retried")
        pager.wait_idle(bed.daemon)
        expect({one["id"] for one in pager.tries()} == {first["id"]}, pager.tries())
        bed.wait_said(r"pager did not take notice \S+: the hook did not end within its time limit; trying again in \d")


@test
def what_a_hook_leaves_behind_keeps_nothing_open():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.mode("leave")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        pager.wait_idle(bed.daemon)  # long before the time limit of five minutes
        expect(len(pager.tries()) == len(pager.left()) == 1, pager.tries())
        wait_until(lambda: gone(pager.left()[0]), "what it left to be ended")


@test
def without_a_process_to_be_had_it_is_tried_again():
    if sanitized() or not os.path.exists(SHIM):
        raise Skip("the address sanitizer wants to be loaded first" if sanitized() else f"{SHIM} has not been built")
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        refusals = os.path.join(bed.folder, "refusals")
        with open(refusals, "wb"):
            pass
        bed.start(env={"LD_PRELOAD": SHIM, "SPAWN_FAILS": refusals})
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        wait_until(lambda: os.path.getsize(refusals) >= 2, "it to be tried twice")
        bed.wait_said(r"pager did not take notice \S+: the hook could not be started: .*Resource temporarily unavail")
        expect(pager.tries() == [], pager.tries())
        os.rename(refusals, refusals + ".over")
        pager.wait_story("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        expect(len(pager.tries()) == 1, pager.tries())


@test
def a_hook_is_tested_by_the_way_of_a_notice():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.start()
        done = bed.ctl("test", "pager")
        expect(done.status == 0 and re.fullmatch(r"pager took the test notice after [0-9.]+ m?s: exit status 0\n", done.out),
               (done.status, done.out, done.err))
        pager.mode("refuse")
        done = bed.ctl("test", "pager")
        expect(done.status == 1 and "did not take the test notice" in done.out and "exit status 1" in done.out,
               (done.status, done.out, done.err))
        expect([one["notice"]["event"] for one in pager.tries()] == ["test", "test"], pager.tries())


@test
def twelve_megabytes_of_output_hurt_nobody():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.mode("loud")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        before = resident(bed.daemon)
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        said = bed.wait_said(r"the hook wrote: at first")
        expect(said and len(bed.err()) < 20000, f"{len(bed.err())} bytes were logged")
        expect(harmless(bed.err()), repr(bed.err()))
        expect(resident(bed.daemon) - before < 8 << 20, "its memory grew")


def harmless(text):
    """Nothing that a terminal obeys or that hides what is there, but for the ends of lines."""
    return not [c for c in text if c != "\n" and (unicodedata.category(c) in ("Cc", "Zl", "Zp") or c in
                                                  "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")]


@test
def a_hook_inherits_what_is_documented_and_nothing_else():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.settings["circuits"][0]["labels"] = {"site": "LON"}
        bed.write_settings()
        pager.mode("inherit")
        bed.start(env={"SECRET": "from-the-environment", "https_proxy": "http://127.0.0.1:1",
                       "CREDENTIALS_DIRECTORY": "/x", "WATCHDOG_USEC": "600000000", "LISTEN_FDS": "0",
                       "INVOCATION_ID": "0123"})
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        had = pager.inherited()[0]
        environ = dict(one.split("=", 1) for one in had["environ"])
        expect({name: environ.pop(name) for name in FIXED} == FIXED, had["environ"])
        expect(set(environ) <= NAMES, set(environ) - NAMES)
        expect(environ["ERWATCH_CIRCUIT"] == "lon-1" and environ["ERWATCH_LABEL_SITE"] == "LON", environ)
        others = {fd: to for fd, to in had["fds"].items() if int(fd) > 2 and "/proc/" not in to and to != pager.path}
        expect(set(had["fds"]) >= {"0", "1", "2"} and not others, had["fds"])
        expect(had["fds"]["1"] == had["fds"]["2"] and had["fds"]["0"].startswith("pipe:"), had["fds"])
        expect(had["session"] == had["pid"], "it is in the daemon's session")
        ignored, blocked = (int(had["status"][name], 16) for name in ("SigIgn", "SigBlk"))
        expect(ignored & ~EXPECTED_IGNORED == 0, f"signals are ignored: {ignored:x}")
        expect(blocked == 0, f"signals are blocked: {blocked:x}")
        expect(had["argv"] == pager.settings["exec"]["command"], had["argv"])


@test
def hostile_names_are_data():
    circuits = [usable(f"c-{i}", provider=name, peering_location=WORDS[-2]) for i, name in enumerate(HOSTILE)]
    with faulty_bed(circuits) as (bed, pager):
        pager.mode("inherit")
        for circuit, name in zip(bed.settings["circuits"], HOSTILE):
            circuit.update(name=name, labels={"site": name})
        bed.write_settings()
        bed.start("-v")
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == len(HOSTILE), "all to be usable")
        fail(bed, "c-*")
        wait_until(lambda: len(pager.taken()) == len(HOSTILE), "all pages")
        told = {one["circuit"]["name"]: one for one in pager.taken()}
        expect(set(told) == set(HOSTILE), list(told))
        for name, notice in told.items():
            expect(notice["circuit"]["labels"]["site"] == notice["circuit"]["provider"] == name, notice["circuit"])
            expect(harmless(notice["summary"]), repr(notice["summary"]))
        for had in pager.inherited():
            expect(had["argv"] == pager.settings["exec"]["command"], had["argv"])
            expect(not [one for one in had["environ"] if one.split("=")[0] not in NAMES | set(FIXED)], had["environ"])
            expect(harmless("".join(had["environ"])), had["environ"])
        expect(not os.path.exists(os.path.join(bed.folder, "owned")), "a name was run by a shell")
        expect(harmless(bed.err()), repr([line for line in bed.err().splitlines() if not harmless(line)]))
        for words in (["status"], ["incidents"], ["show", HOSTILE[0]]):
            shown = bed.ctl(*words)
            expect(shown.status == 0 and harmless(shown.out + shown.err), (words, shown.status, shown.out, shown.err))
        status, _ = bed.daemon.ask("/v1/circuits/" + "c-0")
        expect(status == 404, "a circuit that has a name is found by its resource's name")


@test
def answers_full_of_hostile_words_are_data_too():
    circuits = [usable(f"c-{i}", subscription=f"00000000-0000-0000-0000-{i:012}") for i in range(len(WORDS))]
    with faulty_bed(circuits) as (bed, pager):
        bed.start("-v")
        for i, _ in enumerate(WORDS):
            bed.wait_verdict(f"c-{i}", "usable")
        for i, word in enumerate(WORDS):
            bed.sim.set(f"c-{i}", {"provider_state": word, "operation": word, "provider_notes": word})
        for i, _ in enumerate(WORDS):
            pager.wait_told(f"raised 16 c-{i}")
        for i, word in enumerate(WORDS):
            match = {"endpoint": "circuit", "circuit": f"c-{i}"}
            bed.sim.fault(f"f-{i}", match=match, status=403, code=word, message=word)
        pager.wait_told("raised 91 -")  # one for the credential: most of its circuits refuse
        for i, _ in enumerate(WORDS):
            bed.sim.wait_more("circuit", 2, f"c-{i}")
        expect(harmless(bed.err()), repr([line for line in bed.err().splitlines() if not harmless(line)]))
        expect(not re.search(r"^MESSAGE=forged|^PRIORITY=", bed.err(), re.M), bed.err())
        expect(max(len(line) for line in bed.err().splitlines()) < 5000, "a line has no bound")
        for notice in pager.taken():
            expect(len(notice["summary"]) <= 1024 and harmless(notice["summary"]), repr(notice["summary"]))
            expect("\n" not in notice["summary"], repr(notice["summary"]))


def not_for_others(bed, change, back, component):
    """The start is refused, and a reload is, naming the part of the path that others may change."""
    change()
    bed.launch()
    expect(bed.daemon.wait_end() == 1, "it started with a hook that others may change")
    expect(component in bed.err(), bed.err())
    checked = bed.check()
    expect(checked.status == 1 and component in checked.err, checked.err)
    back()
    bed.start()
    change()
    reload = bed.ctl("reload")
    expect(reload.status == 1 and component in reload.err, reload.err)
    bed.wait_polls("lon-1", 1)
    back()
    expect(bed.ctl("reload").status == 0, "a reload was refused although all is well again")


@test
def a_hook_that_others_may_change_is_not_run():
    program = hook_program("#!/bin/sh\ncat\n", "deep")
    folder = os.path.join(os.path.dirname(program), "below")
    os.makedirs(os.path.join(folder, "deeper"), exist_ok=True)
    deep = os.path.join(folder, "deeper", "page")
    os.rename(program, deep)
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.settings["exec"]["command"][0] = deep
        bed.write_settings()
        for part, was in ((deep, 0o755), (folder, 0o755)):
            not_for_others(bed, lambda p=part: os.chmod(p, 0o777), lambda p=part, w=was: os.chmod(p, w),
                           f"{part} may be changed by others")
            bed.stop()
        bed.other_ends = (1,)


@test
def a_hook_of_another_user_is_not_run():
    if os.geteuid() != 0:
        raise Skip("only root can give a file away")
    program = hook_program("#!/bin/sh\ncat\n", "foreign")
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.settings["exec"]["command"][0] = program
        bed.write_settings()
        os.chown(program, 65534, 65534)
        bed.launch()
        expect(bed.daemon.wait_end() == 1 and "belongs to user 65534" in bed.err() and program in bed.err(), bed.err())
        bed.other_ends = (1,)


@test
def one_that_vanished_is_told_of_and_tried_again():
    program = hook_program(name="brief")
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.settings["exec"]["command"] = [program, bed.pages_file]
        bed.write_settings()
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        os.rename(program, program + ".away")
        fail(bed, "lon-1")
        bed.wait_said(r"pager did not take notice \S+: the hook could not be started: .*No such file")
        os.rename(program + ".away", program)
        bed.wait_notice(rule=15, event="raised")


@test
def a_thousand_runs_leave_nothing_behind():
    with faulty_bed([usable("c", copies=100)], watch=[f"c-{i}" for i in range(1, 101)]) as (bed, pager):
        dots = os.path.join(bed.folder, "dots")
        pager.settings["exec"]["command"] = [hook_program('#!/bin/sh\ncat >/dev/null\necho . >>"$1"\n', "dot"), dots]
        bed.settings["alerts"].update({"confirm": {"critical": "1/0s"}, "recover": "1/0s"})
        bed.write_settings()
        bed.start()
        wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["usable"] == 100, "all to be usable")
        fds = len(os.listdir(f"/proc/{bed.daemon.pid}/fd"))
        for goal in range(200, 1001, 200):
            fail(bed, "c-*")
            wait_until(lambda: bed.daemon.get("/v1/status")["totals"]["unusable"] == 100, "all to fail")
            mend(bed, "c-*")
            wait_until(lambda g=goal: os.path.exists(dots) and os.path.getsize(dots) >= 2 * g, f"{goal} runs")
        pager.wait_idle(bed.daemon)
        with open(f"/proc/{bed.daemon.pid}/task/{bed.daemon.pid}/children", encoding="utf-8") as file:
            expect(file.read().split() == [], "children are left")
        wait_until(lambda: len(os.listdir(f"/proc/{bed.daemon.pid}/fd")) <= fds + 2, "the descriptors to be closed")


run()
