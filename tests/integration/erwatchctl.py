"""The real erwatchctl against a fake daemon that serves what the real API would say."""

import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unicodedata

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fake_control import FakeControl  # noqa: E402

BUILD = os.environ.get("builddir", os.getcwd())
CTL = os.path.join(BUILD, "erwatchctl")
WORK = tempfile.mkdtemp(prefix="erwatchctl-")
SOCKET = os.path.join(WORK, "control.sock")
LON = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/lon-1"

tests = []


def test(function):
    tests.append(function)
    return function


def run(*words, at=SOCKET, utf8=True, **environment):
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8" if utf8 else "C"}
    environ.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
    environ.update(environment)
    options = ["--socket", at] if at else []
    done = subprocess.run([CTL, *options, *words], env=environ, stdin=subprocess.DEVNULL, capture_output=True, timeout=180)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def expect(fine, said):
    if not fine:
        raise AssertionError(said)


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def harmful(text):
    return [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]


@test
def the_list_is_sorted_fits_80_columns_and_ends_with_the_totals():
    status, out, err = run("status", COLUMNS="80")
    expect(status == 0 and err == "", err)
    lines = out.splitlines()
    expect(all(width(line) <= 80 for line in lines), out)
    verdicts = [re.split(r"  +", line)[1] for line in lines[1:7]]
    expect(verdicts == ["unknown", "unknown", "degraded", "degraded*", "waiting", "usable"], verdicts)
    expect("…" in lines[3] and lines[3].startswith("Frank"), lines[3])
    expect("NotProvisioned" in out and "1/2 manual" in out and "pri 1/2 ms 2/2" in out, out)
    expect(lines[-2].startswith("6 circuits: 1 usable, 1 waiting, 2 degraded, 2 unknown;"), lines[-2])
    expect(lines[-1] == "4 incidents raised (2 critical), 1 pending, 1 suppressed", lines[-1])


@test
def the_list_says_which_receivers_are_not_reached_and_only_those():
    lines = run("status")[1].splitlines()
    said = [line for line in lines if line.startswith("Receiver ")]
    expect(said == ["Receiver pagerduty: 3 notices wait, the oldest for 95s: the program ended with status 7"], lines)


@test
def without_a_terminal_nothing_is_cut():
    out = run("status")[1]
    expect("Frankfurt backbone, 東京 customers, second line" in out and "33 prefix-manual-validation" in out, out)
    expect(all(line == line.rstrip() for line in out.splitlines()), "blanks at the end of a line")


@test
def hostile_names_reach_no_terminal():
    for words in (("status",), ("show", "evil"), ("incidents",), ("explain", "evil"), ("loop",), ("history",)):
        for utf8 in (True, False):
            status, out, err = run(*words, utf8=utf8, COLUMNS="80")
            expect(status == 0, err)
            expect(not harmful(out), (words, harmful(out)))
            expect(utf8 or out.isascii(), out)
            expect("evil\\x1b" in out, out)


@test
def json_is_whole_and_ascii():
    for words in (("status",), ("show", "evil"), ("incidents",), ("explain", "fae6"), ("loop",), ("history", "fae6")):
        status, out, err = run("--json", *words)
        expect(status == 0 and out.isascii() and not harmful(out), out)
        document = json.loads(out)
        expect(document["schema"].startswith("erwatch."), out)
    expect(json.loads(run("status", "--json")[1])["circuits"][5]["name"] == "evil\x1b[31m\x9b31m\u202egnp\x07\nx", "the name as it is")


def keys(value):
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from () if key == "labels" else keys(below)
    elif isinstance(value, list):
        for below in value:
            yield from keys(below)


@test
def every_key_is_in_the_manual():
    page = os.path.join(os.environ.get("srcdir", "."), "man", "erwatchctl.1")
    with open(page, encoding="utf-8") as file:
        text = file.read().split(".Sh JSON", 1)[1]
    for name in sorted(os.listdir(WORK)):
        if name.endswith(".json") and name not in ("refused.json", "no-circuit.json", "no-receiver.json"):
            for key in set(keys(json.loads(document(name)))):
                plain = re.sub(r"_age$", "", key)
                expect(re.search(rf"\b{key}\b", text) or re.search(rf"\b{plain}\b", text), f"{key} of {name}")


@test
def a_circuit_in_full():
    status, out, err = run("show", "London 1", COLUMNS="80")
    expect(status == 0 and server.seen[-1] == "GET /v1/circuits/London%201", (err, server.seen[-1]))
    for part in ("London 1: usable for 29h", "Equinix in London", "ends in 4f0c", "12s old, next poll in 47s", "4 routed ✓",
                 "5 linked ?", "100% (42s)  12 (3m)  3d04h", "203.0.113.0/24  IPv4    Configured"):
        expect(part in out, f"{part}: {out}")


@test
def an_id_is_sent_encoded():
    run("show", LON)
    expect(server.seen[-1] == "GET /v1/circuits/" + LON.replace("/", "%2F"), server.seen[-1])
    run("show", "..")
    expect(server.seen[-1] == "GET /v1/circuits/..", server.seen[-1])


@test
def an_incident_explained():
    status, out, err = run("explain", "fae6", COLUMNS="80")
    expect(status == 0, err)
    for part in ("41 redundancy-lost: warning, clearing", "2 of 3 good samples, 40 s of 120 s",
                 "To be cleared: 1 more good sample, and 80 s more.", " 2. Ask Equinix", "metric.secondary   42s  metrics   0",
                 "Withheld      silenced; in a maintenance window: what has changed is told once", "also to those of alerts.escalate"):
        expect(part in out, f"{part}: {out}")


@test
def incidents_open_and_all():
    status, out, err = run("incidents", COLUMNS="80")
    expect(status == 0 and server.seen[-1] == "GET /v1/incidents", err)
    expect(out.splitlines()[1].startswith("0bf75e8d-1  raised    critical  12 provider-not-provisioned"), out)
    expect("explained by 12 provider-not-provisioned, sends nothing" in out, out)
    expect("\n  silenced; in a maintenance window, sends only its end\n" in out, out)
    expect(all(width(line) <= 80 for line in out.splitlines()), out)
    status, out, err = run("incidents", "--all")
    expect(server.seen[-1] == "GET /v1/incidents?all=1" and out == "no incidents\n", out)


@test
def the_history_is_a_time_line_with_the_newest_last():
    status, out, err = run("history", COLUMNS="80")
    expect(status == 0 and err == "", err)
    lines = out.splitlines()
    expect(all(width(line) <= 80 for line in lines), out)
    expect(lines[0].split() == ["TIME", "WHAT", "SEVERITY", "INCIDENT", "RULE", "CIRCUIT"], lines[0])
    expect([line.split()[1] for line in lines if line.startswith("2026-")] ==
           ["new", "started", "raised", "acknowledged", "cleared", "worse", "better"], out)
    flat = " ".join(out.split())
    for said in ("session (not sent: silenced)", "(acknowledged by ada)", "are up (after 3h05m)", "41 red", "erwatchd starts"):
        expect(said in flat, (said, out))
    narrow = run("history", COLUMNS="60")[1]
    expect("London 1: both paths are up (after 3h05m)" in " ".join(narrow.split()), "a sentence is never cut")


@test
def the_history_says_that_there_is_more_and_what_a_word_names():
    status, out, err = run("history", "--limit", "2")
    expect(status == 0 and "there are older lines" in err, err)
    status, out, err = run("history", "fae6")
    expect(status == 0 and "new kind" in out, "no circuit is called fae6, but an incident begins like that")
    status, out, err = run("history", "nowhere")
    expect(status == 4 and "no circuit has that name" in err, err)
    status, out, err = run("history", "--json")
    decoder, at, pages = json.JSONDecoder(), 0, []
    while at < len(out.rstrip()):
        page, at = decoder.raw_decode(out, at)
        pages.append(page)
        at += 1
    expect([len(page["history"]) for page in pages] == [6, 1], "a document for each page")


@test
def a_poll_shows_the_circuit():
    status, out, err = run("poll", "London 1")
    expect(status == 0 and server.seen[-1] == "POST /v1/poll?circuit=London%201", err)
    expect(out.startswith("London 1: usable"), out)


@test
def a_test_says_whether_it_was_taken_and_how_long_that_took():
    status, out, err = run("test", "page me")
    expect(status == 0 and server.seen[-1] == "POST /v1/receivers/page%20me/test", err)
    expect(out == "pager took the test notice after 212 ms: HTTP 202\n" and err == "", (out, err))
    status, out, err = run("test", "chat")
    expect(status == 1 and out.startswith("chat did not take the test notice, after 20.0 s: nobody"), (status, out))
    expect(not harmful(out), out)
    status, out, err = run("--json", "test", "chat")
    expect(status == 1 and json.loads(out)["taken"] is False, (status, out))
    status, out, err = run("test", "nobody")
    expect(status == 4 and "no receiver of the settings" in err and out == "", (status, out, err))


@test
def a_poll_without_an_answer_fails_with_the_reason():
    status, out, err = run("poll", "mad-1")
    expect(status == 1 and "connecting to management.azure.com timed out" in err, (status, err))
    expect(out.startswith("Madrid 1: unknown"), out)


@test
def a_reload_that_is_taken():
    status, out, err = run("reload")
    expect(status == 0 and out == "/etc/erwatch/erwatch.yaml: 6 circuits, 1 added, 0 removed, 0 changed\n", out)


@test
def a_reload_that_is_refused():
    server.answers["POST /v1/reload"] = (422, document("refused.json"))
    status, out, err = run("reload")
    server.answers["POST /v1/reload"] = (200, document("reload.json"))
    expect(status == 1 and out == "", (status, out))
    expect(err.splitlines()[0].startswith('erwatch.yaml:3:5: error: "evry"'), err)
    expect(err.splitlines()[1] == "erwatchctl: the settings were not taken; the old ones stay", err)


@test
def no_such_circuit():
    status, out, err = run("show", "nowhere")
    expect(status == 4 and err == "erwatchctl: no circuit has that name or id\n" and out == "", (status, err))


@test
def no_socket():
    status, out, err = run("status", at=os.path.join(WORK, "none.sock"))
    expect(status == 3 and "erwatchd is not running, or --socket names the wrong path" in err, (status, err))


@test
def nobody_behind_the_socket():
    path = os.path.join(WORK, "left.sock")
    left = socket.socket(socket.AF_UNIX)
    left.bind(path)
    left.close()
    status, out, err = run("status", at=path)
    expect(status == 3 and err.endswith("erwatchd is not running\n"), (status, err))


@test
def no_socket_but_a_file():
    path = os.path.join(WORK, "file")
    open(path, "w").close()
    status, out, err = run("status", at=path)
    expect(status == 3 and "is not a socket" in err, (status, err))


@test
def a_path_that_no_socket_can_have():
    status, out, err = run("status", at="/tmp/" + "x" * 200)
    expect(status == 3 and "too long" in err, (status, err))


@test
def not_in_the_group():
    if os.geteuid() != 0:
        return "needs root"
    os.chmod(SOCKET, 0o660)
    os.chmod(WORK, 0o755)

    def nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    environ = {"LC_ALL": "C.UTF-8", "ASAN_OPTIONS": "detect_leaks=0"}
    reachable = subprocess.run(["test", "-x", CTL], preexec_fn=nobody).returncode == 0
    if not reachable:
        return "another user cannot reach the build folder"
    done = subprocess.run([CTL, "--socket", SOCKET, "status"], env=environ, capture_output=True, preexec_fn=nobody, timeout=180)
    expect(done.returncode == 3 and b"you need to be in group erwatch" in done.stderr, (done.returncode, done.stderr))


@test
def the_runtime_directory_of_systemd():
    status, out, err = run("reload", at=None, RUNTIME_DIRECTORY=WORK)
    expect(status == 0, err)


@test
def answers_that_are_none():
    for what, body in (("no JSON", b"<html>"), ("an array", b"[]"), ("twice a key", b'{"a":1,"a":2}'), ("nothing", b""),
                       ("too deep", b'{"a":' * 500 + b"1" + b"}" * 500)):
        server.answers["GET /v1/loop"] = (200, body)
        status, out, err = run("loop")
        expect(status == 1 and "not one of erwatchd" in err and out == "", (what, status, err))
    server.answers["GET /v1/loop"] = (500, b"{}")
    status, out, err = run("loop")
    expect(status == 1 and "refused without saying why" in err, err)
    server.answers["GET /v1/loop"] = (200, b"{}")
    expect(run("loop")[0] == 0, "an empty document is shown as unknown")
    server.answers["GET /v1/loop"] = (200, document("loop.json"))


@test
def an_answer_without_end():
    def flood(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        piece = b" " * 1048576
        try:
            for _ in range(200):
                connection.sendall(piece)
        except OSError:
            pass
    server.answers["GET /v1/loop"] = (200, flood)
    status, out, err = run("loop")
    server.answers["GET /v1/loop"] = (200, document("loop.json"))
    expect(status == 1 and "too large" in err, (status, err))


@test
def a_cut_answer():
    def cut(connection):
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"schema"')
    server.answers["GET /v1/loop"] = (200, cut)
    status, out, err = run("loop")
    server.answers["GET /v1/loop"] = (200, document("loop.json"))
    expect(status == 1 and "talking to erwatchd" in err, (status, err))


@test
def usage():
    for words in ((), ("dance",), ("show",), ("show", ""), ("show", "a", "b"), ("status", "x"), ("--color", "pink", "status"),
                  ("--timeout", "0", "loop"), ("--timeout", "", "loop"), ("--timeout", "5s", "loop"),
                  ("show", "x", "--watch"), ("status", "--all"), ("--nonsense",), ("status", "--watch"), ("status", "--watch", "--json")):
        status, out, err = run(*words)
        expect(status == 2 and out == "" and err.endswith("Try `erwatchctl --help`.\n"), (words, status, err))
    for words in (("--help",), ("help",), ("-h",)):
        status, out, err = run(*words)
        expect(status == 0 and out.startswith("Usage: erwatchctl") and err == "", words)
    for words in (("-V",), ("--version",)):
        status, out, err = run(*words)
        expect(status == 0 and re.fullmatch(r"erwatchctl \S+\n", out), out)


@test
def colours():
    expect("\x1b" not in run("status")[1], "none into a pipe")
    expect("\x1b[32musable\x1b[0m" in run("--color", "always", "status", NO_COLOR="1")[1], "asked for")
    expect("\x1b[" in on_terminal("status", TERM="xterm"), "on a terminal")
    expect("\x1b[" not in on_terminal("status", TERM="xterm", NO_COLOR="1"), "NO_COLOR")
    expect("\x1b[" not in on_terminal("--color", "never", "status", TERM="xterm"), "refused")


def start_on_terminal(*words, **environment):
    """A process on a terminal of 80 columns; LC_ALL and TERM as given."""
    pid, master = pty.fork()
    if pid == 0:
        import fcntl
        import struct
        import termios
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 80, 0, 0))
        keep = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        os.execve(CTL, [CTL, "--socket", SOCKET, *words], {"LC_ALL": "C.UTF-8", **keep, **environment})
    return pid, master


def read_until(master, enough, seconds=180):
    out, end = b"", time.monotonic() + seconds
    while not enough(out) and time.monotonic() < end:
        if not select.select([master], [], [], 0.5)[0]:
            continue
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        out += piece
    return out


def on_terminal(*words, **environment):
    pid, master = start_on_terminal(*words, **environment)
    out = read_until(master, lambda got: False)
    os.close(master)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    expect(status == 0, (status, out))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out.decode())
    expect(all(width(line) <= 80 for line in plain.splitlines()), plain)
    return out.decode()


@test
def watching_draws_again_until_interrupted():
    before = server.seen.count("GET /v1/status")
    pid, master = start_on_terminal("status", "--watch", TERM="xterm")
    out = read_until(master, lambda got: got.count(b"\x1b[H") >= 2 and got.endswith(b"\x1b[J"))
    os.kill(pid, signal.SIGINT)
    out += read_until(master, lambda got: False)
    os.close(master)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    expect(status == 0, status)
    expect(server.seen.count("GET /v1/status") - before >= 2, "asked twice")
    frame = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", out.decode().split("\x1b[H")[1])
    expect("erwatchd 0.1.0 on nms1" in frame and "Madrid 1" in frame and " more" in frame, frame)
    expect(len(frame.splitlines()) == 11, f"it fits the terminal's 12 lines, the last for the cursor: {frame}")


@test
def a_daemon_that_hangs_is_left():
    server.answers["GET /v1/loop"] = (200, None)
    status, out, err = run("--timeout", "1", "loop")
    server.answers["GET /v1/loop"] = (200, document("loop.json"))
    expect(status == 3 and "did not answer within 1 s" in err, (status, err))


def document(name):
    with open(os.path.join(WORK, name), "rb") as file:
        return file.read()


def answers():
    by_uri = {
        "GET /v1/status": "status.json",
        "GET /v1/incidents": "incidents.json",
        "GET /v1/loop": "loop.json",
        "GET /v1/history?limit=100": "history.json",
        "GET /v1/history?limit=94&before=1796151600000-17": "history-rest.json",
        "GET /v1/history?limit=2": "history.json",
        "GET /v1/history?limit=100&incident=fae6": "history-rest.json",
        "GET /v1/circuits/London%201": "good.json",
        "GET /v1/circuits/evil": "hostile.json",
        "GET /v1/incidents/fae6": "incident.json",
        "GET /v1/incidents/evil": "hostile-incident.json",
        "POST /v1/poll?circuit=London%201": "poll.json",
        "POST /v1/poll?circuit=mad-1": "poll-failed.json",
        "POST /v1/reload": "reload.json",
        "POST /v1/receivers/page%20me/test": "test.json",
        "POST /v1/receivers/chat/test": "test-failed.json",
    }
    table = {uri: (200, document(name)) for uri, name in by_uri.items()}
    table["POST /v1/receivers/nobody/test"] = (404, document("no-receiver.json"))
    table["GET /v1/history?limit=100&circuit=fae6"] = (404, document("no-circuit.json"))
    table["GET /v1/history?limit=100&circuit=nowhere"] = (404, document("no-circuit.json"))
    table["GET /v1/circuits/nowhere"] = (404, document("no-circuit.json"))
    table["GET /v1/incidents?all=1"] = (200, b'{"schema":"erwatch.incidents/1","time":"2026-11-21T21:00:00Z","incidents":[]}')
    return table


try:
    subprocess.run([os.path.join(BUILD, "tests/integration/control_documents"), WORK], check=True)
    server = FakeControl(SOCKET, answers())
    assert stat.S_ISSOCK(os.stat(SOCKET).st_mode)
    print(f"1..{len(tests)}", flush=True)
    for number, function in enumerate(tests, 1):
        try:
            skipped = function()
            result, note = "ok", f" # SKIP {skipped}" if skipped else ""
        except (AssertionError, subprocess.TimeoutExpired) as problem:
            result, note = "not ok", ""
            print("# " + str(problem).replace("\n", "\n# "))
        print(f"{result} {number} - {function.__name__.replace('_', ' ')}{note}", flush=True)
    server.close()
finally:
    shutil.rmtree(WORK)
