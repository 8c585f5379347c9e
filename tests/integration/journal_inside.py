"""What journald has of the entries that journal_check writes. Runs inside with-journald; prints TAP."""

import glob
import json
import os
import pty
import signal
import subprocess
import sys
import time

PROGRAM = sys.argv[1]
SOCKET = "/run/systemd/journal/socket"
HOSTILE = "'\"$(id)` --option %s\n\nPRIORITY=0\n_PID=1\\x1b[31m\\x7f\\x9b\\u202e\N{REPLACEMENT CHARACTER}"
ONE_LINE = HOSTILE.replace("\n", " ")

count = 0


def check(good, what, seen=None):
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {what}")
    if not good and seen is not None:
        print("# " + repr(seen))
    sys.stdout.flush()


def run(*arguments, **more):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=180, **more)


def entries(*matches, since=None):
    """Our entries, oldest first, after the cursor that since() gave."""
    subprocess.run(["journalctl", "--sync"], check=True)
    command = ["journalctl", "-q", "-o", "json", "--all", "SYSLOG_IDENTIFIER=journal-check", *matches]
    if since:
        command += ["--after-cursor", since]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


def now():
    subprocess.run(["journalctl", "--sync"], check=True)
    shown = subprocess.run(["journalctl", "-q", "-n", "1", "-o", "json"], capture_output=True, text=True, check=True)
    return json.loads(shown.stdout)["__CURSOR"] if shown.stdout else None


def own(entry):
    """The fields the program gave; those that begin with an underscore are journald's."""
    return {name: value for name, value in entry.items() if not name.startswith("_")}


def journald():
    for path in glob.glob("/proc/[0-9]*/comm"):
        with open(path) as comm:
            if comm.read().startswith("systemd-journal"):
                return path.split("/")[2]
    raise SystemExit("Bail out! there is no journald")


def fields():
    result = run("entries")
    check(result.returncode == 0 and result.stderr == "", "nothing on standard error while journald is there",
          result.stderr)
    seen = entries()
    check(len(seen) == 2, "two entries; one is for verbose only", seen)
    first = own(seen[0])
    for transport in ("SYSLOG_TIMESTAMP", "SYSLOG_RAW"):
        first.pop(transport, None)
    expected = {
        "MESSAGE": HOSTILE, "PRIORITY": "2", "MESSAGE_ID": "5c1d0a9e775f4e0c9e2c3a2b0f9b1d02",
        "SYSLOG_IDENTIFIER": "journal-check", "CODE_FILE": "src/x.c", "CODE_LINE": "77", "CODE_FUNC": "where",
        "ERWATCH_CIRCUIT": HOSTILE, "ERWATCH_OLD": "",
    }
    check(first == expected, "exactly our fields, whatever is in them", first)
    check(seen[0]["_TRANSPORT"] == "journal" and seen[0]["_PID"] != "1", "no field of journald's can be forged",
          seen[0])
    check(len(entries("MESSAGE_ID=5c1d0a9e775f4e0c9e2c3a2b0f9b1d02")) == 1, "the entry is found by its message id")
    second = own(seen[1])
    check(second["MESSAGE"] == "said 1" and second["PRIORITY"] == "5", "a plain line", second)
    check(second["CODE_FILE"].endswith("tests/integration/journal_check.c") and second["CODE_FUNC"] == "write_entries"
          and second["CODE_LINE"].isdigit(), "the place is the caller's", second)


def verbose_on_a_terminal():
    since = now()
    leader, follower = pty.openpty()
    subprocess.run([PROGRAM, "verbose"], stderr=follower, check=True, timeout=180)
    os.close(follower)
    shown = b""
    try:
        while part := os.read(leader, 65536):
            shown += part
    except OSError:  # the other end is closed
        pass
    os.close(leader)
    check(shown.decode() == f"{ONE_LINE}\r\nsaid 1\r\ndetails\r\n", "verbose on a terminal shows every line", shown)
    check([entry["MESSAGE"] for entry in entries(since=since)][1:] == ["said 1", "details"],
          "and journald gets them too")


def stalled():
    since = now()
    result = run("stall", journald())
    stopped, after = (json.loads(line) for line in result.stdout.splitlines())
    check(stopped["waiting"] > 1000 and stopped["lost"] > 0, "journald stands still and the queue has a bound", stopped)
    check(stopped["ticks"] == 30, "the loop goes on meanwhile", stopped)
    check(after["lost"] == stopped["lost"] and after["waiting"] == 0, "nothing more is lost afterwards", after)
    seen = entries(since=since)
    check(len(seen) == after["written"], "every entry that was counted as written is there", (len(seen), after))
    told = [entry for entry in seen if "ERWATCH_LOST" in entry]
    check(len(told) == 1 and told[0]["ERWATCH_LOST"] == str(after["lost"]) and told[0]["PRIORITY"] == "4",
          "how many were lost is told", told)
    check(told[0].get("MESSAGE_ID") == "deefdfc40e7642b4b039249ceac1a30b" and
          told[0].get("ERWATCH_EVENT") == "journal-lost", "by an entry that the catalogue explains", told)
    numbers = [int(entry["MESSAGE"].split()[1]) for entry in seen if "ERWATCH_LOST" not in entry]
    check(numbers == list(range(len(numbers))), "in order, from the first on")


def leaving():
    pid = journald()
    began = time.monotonic()
    result = run("leave", pid)
    took = time.monotonic() - began
    os.kill(int(pid), signal.SIGCONT)
    check(result.returncode == 0 and took < 60, "a journald that stands still does not keep the program",
          (result, took))


def nobody_there():
    since = now()
    os.rename(SOCKET, SOCKET + ".away")
    plain = run("entries")
    as_the_manager = 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$0" entries'
    stream = subprocess.run(["systemd-cat", "-t", "journal-check", "-p", "info", "sh", "-c", as_the_manager, PROGRAM],
                            timeout=180)
    os.rename(SOCKET + ".away", SOCKET)
    check(plain.stderr == f"{ONE_LINE}\nsaid 1\n", "without journald's socket: one line each", plain.stderr)
    seen = entries(since=since)
    check(stream.returncode == 0 and [(entry["MESSAGE"], entry["PRIORITY"], entry["_TRANSPORT"]) for entry in seen] ==
          [(ONE_LINE, "2", "stdout"), ("said 1", "5", "stdout")],
          "standard error that journald reads: with their priorities", seen)


def journald_ended():
    os.kill(int(journald()), signal.SIGKILL)
    deadline = time.monotonic() + 120
    result = run("entries")
    while result.stderr == "" and time.monotonic() < deadline:  # until the kernel has closed its socket
        result = run("entries")
    check(result.stderr.endswith(f"{ONE_LINE}\nsaid 1\n"), "a socket nobody listens at: one line each", result.stderr)


fields()
verbose_on_a_terminal()
stalled()
leaving()
nobody_there()
journald_ended()
print(f"1..{count}")
