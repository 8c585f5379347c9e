"""What happened is told again later: in order, once, a page at a time, and for as long as the settings say."""

import http.client
import json
import os
import pwd
import re
import signal
import socket
import sqlite3
import time

from faulty import fail, faulty_bed, mend, usable
from harness import PATIENCE, Bed, circuit_id, expect, run, sanitized, test, wait_until

ONE = [usable("lon-1")]
HOUR = 3600 * 1000
COLUMNS = ("wall_ms, kind, scope, circuit, key, episode, rule, severity, peering, path, family, feature, item_name,"
           " who, quiet, lasted_ms, text")


def me():
    return pwd.getpwuid(os.geteuid()).pw_name


def pages(bed, query="", limit=500):
    """All lines, newest first, and by how many pages they came."""
    lines, cursor, count = [], None, 0
    while True:
        behind = f"&before={cursor}" if cursor else ""
        page = bed.daemon.get(f"/v1/history?limit={limit}{query}{behind}")
        expect(page["schema"] == "erwatch.history/1" and len(page["history"]) <= limit, page["schema"])
        lines += page["history"]
        count += 1
        cursor = page["next"]
        if cursor is None:
            return lines, count


def lines_of(bed, query=""):
    """Oldest first."""
    return pages(bed, query)[0][::-1]


def kinds(lines):
    return [line["kind"] for line in lines]


def wait_kinds(bed, query, *wanted):
    """Until these lines are there, and an error as soon as they cannot be any more."""
    def look():
        now = kinds(lines_of(bed, query))
        expect(now == list(wanted[:len(now)]), f"{now}, not {list(wanted)}")
        return len(now) == len(wanted)
    wait_until(look, lambda: f"{wanted}; there is {kinds(lines_of(bed, query))}")
    return lines_of(bed, query)


def database(bed):
    return sqlite3.connect(os.path.join(bed.folder, "state", "erwatch.db"))


def put_lines(bed, count, first_wall_ms, step_ms, text="line %d"):
    """So many lines, put into the database of a daemon that does not run."""
    link = database(bed)
    scope = circuit_id("lon-1").lower()
    rows = ((first_wall_ms + i * step_ms, "word", scope, "lon-1", "0" * 16, 0, 0, 0, 3, 2, 2, 0, "", "", "", -1, text % i)
            for i in range(count))
    with link:
        link.executemany(f"INSERT INTO history ({COLUMNS}) VALUES ({', '.join('?' * 17)})", rows)
    link.close()


def count_rows(bed):
    link = database(bed)
    try:
        return link.execute("SELECT count(*), max(id) FROM history").fetchone()
    finally:
        link.close()


@test
def an_outage_is_told_in_order_and_once_though_the_daemon_was_killed_in_between():
    with faulty_bed(ONE) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        pager.wait_idle(bed.daemon)  # else it may be taken on before the daemon knows that the page was taken
        identity = bed.incidents(rule=15)[0]["identity"]
        expect(bed.ctl("ack", identity, "--why", "CHG-1234").status == 0, identity)
        pager.wait_told("acknowledged 15 lon-1")
        pager.wait_idle(bed.daemon)  # what it stopped in the middle of would be sent, and told, again
        bed.wait_kept()
        bed.daemon.signal(signal.SIGKILL)
        bed.daemon.wait_end()
        bed.start()
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")
        pager.wait_idle(bed.daemon)
        story = ("raised", "delivered", "acknowledged", "delivered", "cleared", "delivered")
        told = wait_kinds(bed, f"&incident={identity}", *story)
        expect(wait_kinds(bed, f"&incident={identity[:6]}", *story) == told, "the beginning of its key names it, too")
        expect(kinds(line for line in lines_of(bed, "&circuit=lon-1") if line["key"]) == list(story), "by its circuit")
        expect(lines_of(bed, "&circuit=" + circuit_id("LON-1").replace("/", "%2F"))[-1] == told[-1], "by its id")
        for line in told:
            expect(line["identity"] == identity and line["rule"] == 15 and line["name"] == "deprovisioned", line)
            expect(line["circuit"] == {"id": circuit_id("lon-1").lower(), "name": "lon-1"}, line)
            expect(line["severity"] == "critical" and line["not_sent"] is None, line)
        expect([line["time"] for line in told] == sorted(line["time"] for line in told), told)
        expect(told[2]["text"] == f"acknowledged by {me()}: CHG-1234", told[2])
        expect(told[2]["who"] == me() and told[1]["who"] == pager.name, told)
        expect(told[4]["lasted"] > 0 and told[0]["lasted"] is None, told)
        whole = lines_of(bed)
        expect([kind for kind in kinds(whole) if kind in ("started", "stopped")] == ["started", "started"], whole)
        shown = bed.ctl("history", identity)
        expect(shown.status == 0 and shown.err == "", shown.err)
        places = [shown.out.find(word) for word in (" raised ", f"acknowledged by {me()}", " cleared ", "(after ")]
        expect(places == sorted(places) and places[0] > 0, shown.out)
        shown = bed.ctl("history", "lon-1", "--limit", "1")
        expect("older lines" in shown.err and len(shown.out.splitlines()) == 3, (shown.out, shown.err))
        expect("nothing is known" in bed.ctl("history", "--until", "1d").out, bed.ctl("history", "--until", "1d").out)
        expect(bed.ctl("history", "lon-1", "--since", "1h").out == bed.ctl("history", "lon-1").out, "--since 1h")


@test
def silences_and_who_let_it_go_are_told():
    with faulty_bed(ONE) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        identity = bed.incidents(rule=15)[0]["identity"]
        done = bed.ctl("--json", "silence", "add", "--circuit", "lon-1", "--for", "1h", "--why", "CHG-9")
        number = json.loads(done.out)["silence"]["id"]
        expect(bed.ctl("silence", "end", str(number)).status == 0, number)
        done = bed.ctl("ack", identity, "--for", "1h", "--sticky", "--why", "mine")
        expect(done.status == 0 and bed.ctl("unack", identity).status == 0, identity)
        pager.wait_told("acknowledged 15 lon-1")
        pager.wait_idle(bed.daemon)
        lines = [line for line in lines_of(bed, "&circuit=lon-1") if line["kind"] != "word"]
        told = kinds(line for line in lines if line["kind"] != "delivered")
        expect(told == ["raised", "silence-made", "silenced", "silence-ended", "unsilenced", "acknowledged",
                        "unacknowledged"], told)
        expect([line["who"] for line in lines if line["kind"] in ("silence-made", "silenced", "silence-ended",
                                                                  "unacknowledged")] == [me()] * 4, lines)
        text = next(line["text"] for line in lines if line["kind"] == "acknowledged")
        shape = rf"acknowledged by {re.escape(me())} until 20\d\d-\d\d-\d\d \S+ UTC, later episodes, too: mine"
        expect(re.fullmatch(shape, text), text)
        expect("CHG-9" in next(line["text"] for line in lines if line["kind"] == "silenced"), lines)


@test
def what_cannot_be_asked_is_refused_with_the_reason():
    with Bed(circuits=ONE) as bed:
        bed.start()
        for words, status, why in ((("history", "nobody"), 4, "no circuit has that name"),
                                   (("history", "ffffffff-1"), 4, "there is no such incident"),
                                   (("history", "lon-1", "x"), 2, "too many words"),
                                   (("history", "--since", "soon"), 2, "--since takes a time"),
                                   (("history", "--limit", "0"), 2, "--limit may be"),
                                   (("history", "--why", "x"), 2, "belong to silence add"),
                                   (("status", "--since", "1d"), 2, "belong to history"),
                                   (("status", "--until", "1d"), 2, "belong to silence add")):
            done = bed.ctl(*words)
            expect(done.status == status and why in done.err, (words, done.status, done.err))
        for query in ("limit=0", "limit=501", "limit=x", "since=soon", "until=1", "seconds=-1", "before=1",
                      "before=1-x", "since=2026-01-01T00:00:00Z&seconds=5", "circuit=lon-1&incident=abcd",
                      "incident=" + "a" * 40, "circuit=", "circuit=" + "a" * 1200, "incident=", "limit=",
                      "since=" + "2" * 1200, "before="):
            status, body = bed.daemon.ask("/v1/history?" + query)
            expect(status == 400 and body["error"]["code"] == "bad-request", (query, status, body))
        expect(bed.daemon.ask("/v1/history?circuit=nobody")[0] == 404, "a circuit that nobody knows")
        expect(bed.daemon.ask("/v1/history?incident=ffff-0")[0] == 404, "an episode that cannot be")
        expect(bed.daemon.get("/v1/history?incident=" + "f" * 16)["history"] == [], "a whole key that nobody knows")


def resident_most(bed):
    """KB, at any time until now."""
    with open(f"/proc/{bed.daemon.pid}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


@test
def a_long_history_is_paged_through_without_growing():
    count = 100000
    with Bed(circuits=ONE) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.stop()
        put_lines(bed, count, int(time.time() * 1000) - 2 * HOUR - count * 60, 60)
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        for _ in range(3):
            bed.daemon.get("/v1/history?limit=500")
        before = resident_most(bed)
        lines, number = pages(bed, "&until=" + time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600)))
        grown = resident_most(bed) - before
        expect([line["text"] for line in lines] == [f"line {i}" for i in range(count - 1, -1, -1)], "each line, once")
        expect(number == count // 500, number)
        expect(sanitized() or grown < 4096, f"it has grown by {grown} KB")
        shown = bed.ctl("history", "lon-1", "--until", "1h", "--limit", "1200").out.splitlines()
        expect(len(shown) == 1 + 2 * 1200, f"{len(shown)} lines")
        expect(shown[2].strip() == f"line {count - 1200}" and shown[-1].strip() == f"line {count - 1}", shown[-3:])


def set_history(bed, **keys):
    bed.settings["history"] = keys
    bed.write_settings()
    done = bed.ctl("reload")
    expect(done.status == 0, (done.out, done.err))


def make_silences(bed, count):
    """And end each of them: two lines every time."""
    body = json.dumps({"match": {"circuit": "lon-1"}, "seconds": 3600, "why": "much to write down"})
    link = http.client.HTTPConnection("localhost", timeout=PATIENCE)
    link.sock = socket.socket(socket.AF_UNIX)
    link.sock.connect(bed.daemon.socket)
    for _ in range(count):
        link.request("POST", "/v1/silences", body=body)
        number = json.loads(link.getresponse().read())["silence"]["id"]
        link.request("DELETE", f"/v1/silences/{number}")
        expect(link.getresponse().read(), "an answer")
    link.close()


@test
def what_is_old_or_too_much_is_dropped_and_settings_apply_at_once():
    with Bed(circuits=ONE) as bed:
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.stop()
        now = int(time.time() * 1000)
        put_lines(bed, 5000, now - 60 * 24 * HOUR, 1, "old %d")
        put_lines(bed, 3000, now - 20 * 24 * HOUR, 1, "young %d")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        shown = bed.check().out
        expect("The history is kept for 90d" in " ".join(shown.split()), shown)
        set_history(bed, keep="30d")
        wait_until(lambda: count_rows(bed)[0] < 4000, lambda: f"the old ones to go: {count_rows(bed)}")
        texts = [line["text"] for line in pages(bed)[0]]
        expect(not [text for text in texts if text.startswith("old")] and "young 0" in texts, "by age")
        set_history(bed, keep="30d", most=1000)
        wait_until(lambda: count_rows(bed)[0] <= 1000, lambda: f"the others to go: {count_rows(bed)}")
        texts = [line["text"] for line in pages(bed)[0]]
        expect("young 2999" in texts and "young 0" not in texts, "the newest stay")
        last = count_rows(bed)[1]
        make_silences(bed, 550)  # from now on the next piece would go in an hour, if it were not for so many new lines
        wait_until(lambda: count_rows(bed)[1] >= last + 1100, lambda: f"1100 lines more: {count_rows(bed)}")
        wait_until(lambda: count_rows(bed)[0] < 1700, lambda: f"a piece of them to go: {count_rows(bed)}")
        bed.settings["history"] = {"keep": "1h"}
        bed.write_settings()
        done = bed.check()
        expect(done.status != 0 and "24h to 3650d" in done.err, done.err)


run()
