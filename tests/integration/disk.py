"""The state directory: full, damaged, taken, or not ours. Paging goes on, or the start is refused with a reason."""

import contextlib
import os
import random
import re
import shutil
import sqlite3

from faulty import fail, faulty_bed, mend, name_of, usable
from harness import Daemon, Skip, expect, run, test, wait_until
from small_disk import SmallDisk


@contextlib.contextmanager
def small_disk(circuits, **more):
    with faulty_bed(circuits, **more) as (bed, *receivers):
        disk = SmallDisk(bed)
        try:
            yield (bed, disk, *receivers)
            if bed.daemon.alive():
                bed.stop()
        finally:
            bed.daemon.kill()
            disk.end()


@test
def a_full_disk_stops_no_page_and_nothing_is_forgotten_when_there_is_room_again():
    circuits = [usable(name) for name in ("before", "during", "ends", "short", "after")]
    with small_disk(circuits) as (bed, disk, pager):
        disk.start()
        for circuit in circuits:
            bed.wait_verdict(circuit["name"], "usable")
        fail(bed, "before", "ends")
        pager.wait_told("raised 15 before")
        pager.wait_told("raised 15 ends")
        pager.wait_idle(bed.daemon)
        disk.fill()
        fail(bed, "during", "short")
        mend(bed, "ends")
        pager.wait_told("raised 15 during")
        pager.wait_told("cleared 15 ends")
        pager.wait_told("raised 95 -")
        bed.wait_said(r"Going on from memory; trying again in \d+ s")
        done = bed.ctl("silence", "add", "--rule", "97", "--for", "1h", "--why", "CHG-1")
        expect(done.status == 0 and "kept in memory only: the database cannot be written" in done.err, done.err)
        mend(bed, "short")
        pager.wait_told("cleared 15 short")
        pager.wait_idle(bed.daemon)
        disk.empty()
        bed.wait_said(r"the database in \S+ can be written again; everything is kept")
        pager.wait_told("cleared 95 -")
        fail(bed, "after")
        pager.wait_told("raised 15 after")
        pager.wait_idle(bed.daemon)
        wait_until(lambda: bed.daemon.get("/v1/loop")["queues"]["store"]["waiting"] == 0, "the disk")
        story = sorted(pager.story())
        bed.daemon.kill()  # what is not on the disk now is forgotten
        disk.start()
        for name in ("before", "during", "after"):
            bed.wait_verdict(name, "unusable")
        bed.sim.wait_more("list", 2)
        expect(sorted(pager.story()) == story, f"after the restart it told {pager.story()}, before {story}")
        mend(bed, "before", "during", "after")
        for name in ("before", "during", "after"):
            pager.wait_told(f"cleared 15 {name}")
        pager.wait_idle(bed.daemon)
        for circuit in circuits:
            name = circuit["name"]
            expect(pager.story(name) == [f"raised 15 {name}", f"cleared 15 {name}"], pager.story(name))


@test
def what_happens_while_the_disk_comes_back_is_kept_too():
    """Changes at every moment around the first write that succeeds again."""
    names = [f"c-{i}" for i in range(1, 41)]
    with small_disk([usable("c", copies=40)], watch=names) as (bed, disk, pager):
        disk.start()
        bed.wait_verdict("c-1", "usable")
        disk.fill()
        fail(bed, "c-1")
        pager.wait_told("raised 15 c-1")
        bed.wait_said("Going on from memory")
        disk.empty()
        for name in names[1:]:
            fail(bed, name)
            if "can be written again" in bed.err():
                break
            bed.sim.wait_more("list", 1)
        bed.wait_said("can be written again")
        fail(bed, "c-*")
        wait_until(lambda: len(pager.story()) >= len(names), "all to be told")
        pager.wait_idle(bed.daemon)
        wait_until(lambda: bed.daemon.get("/v1/loop")["queues"]["store"]["waiting"] == 0, "the disk")
        bed.daemon.kill()
        disk.start()
        bed.wait_verdict("c-1", "unusable")
        bed.sim.wait_more("list", 2)
        told = [line for line in pager.story() if " 15 " in line]
        expect(sorted(told) == sorted(f"raised 15 {name}" for name in names), told)


@test
def with_a_full_disk_at_the_start_it_watches_from_memory():
    with small_disk([usable("lon-1")]) as (bed, disk, pager):
        disk.fill()
        disk.start()
        bed.wait_said(r"Monitoring goes on from memory until it can be opened; a restart before that forgets what is open")
        pager.wait_told("raised 95 -")
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")
        fail(bed, "lon-1")
        wait_until(lambda: pager.story("lon-1").count("raised 15 lon-1") == 2, "the second page")
        disk.empty()
        bed.wait_said(r"can be written again; everything is kept")
        pager.wait_told("cleared 95 -")
        pager.wait_idle(bed.daemon)
        bed.wait_kept()
        bed.daemon.kill()  # it is in use: the next run knows
        bed.other_ends = (-9,)
        disk.start()
        wait_until(lambda: bed.incidents(rule=15), "what is open to be known")
        mend(bed, "lon-1")
        wait_until(lambda: pager.story("lon-1").count("cleared 15 lon-1") == 2, "the second end")
        ids = [one["incident"] for one in pager.taken() if one["rule"] == 15]
        expect(len(set(ids)) == 2, f"episodes {ids}")


@test
def with_a_database_there_a_full_disk_at_the_start_forgets_nothing():
    with small_disk([usable("lon-1"), usable("par-1")]) as (bed, disk, pager):
        disk.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_told("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        bed.stop()
        disk.fill()
        disk.start()
        bed.wait_verdict("lon-1", "unusable")
        fail(bed, "par-1")
        pager.wait_told("raised 15 par-1")
        pager.wait_told("raised 95 -")
        disk.empty()
        pager.wait_told("cleared 95 -")
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")
        expect(pager.story("lon-1") == ["raised 15 lon-1", "cleared 15 lon-1"], pager.story())


@test
def trouble_with_the_disk_is_cleared_after_a_restart_too():
    with small_disk([usable("lon-1")]) as (bed, disk, pager):
        bed.settings["alerts"]["rules"] = {"unexpected-answer": {"recover": "4/3s"}}
        bed.write_settings()
        disk.start()
        bed.wait_verdict("lon-1", "usable")
        disk.fill()
        fail(bed, "lon-1")
        pager.wait_told("raised 95 -")
        disk.empty()
        bed.wait_said("can be written again")
        wait_until(lambda: bed.daemon.get("/v1/loop")["queues"]["store"]["waiting"] == 0, "the disk")
        bed.daemon.kill()
        disk.start()
        pager.wait_told("cleared 95 -")


@test
def a_second_daemon_on_the_same_state_ends_at_once_and_changes_nothing():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        second = bed.add(Daemon(bed.folder, bed.settings_file, "--run", os.path.join(bed.folder, "run-2"),
                                wrapper=bed.wrapper))
        expect(second.wait_end() == 1, "the second daemon started")
        expect("READY=1" not in second.hear(), "it said that it is ready")
        said = second.err().splitlines()[-1]
        expect(said.startswith("Another erwatchd") and bed.daemon.state in said and "Not starting" in said, said)
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")


def refused(bed, what):
    bed.launch()
    status = bed.daemon.wait_end()
    expect(status == 1 and "not starting" in bed.err().lower(), f"{what}: {status} {bed.err()}")
    return bed.err()


@test
def a_state_directory_that_is_not_ours_alone_is_refused():
    with faulty_bed([usable("lon-1")]) as (bed, _):
        state, real = os.path.join(bed.folder, "state"), os.path.join(bed.folder, "real")
        os.mkdir(real, 0o700)
        os.symlink(real, state)
        expect(state in refused(bed, "a link"), bed.err())
        expect(os.listdir(real) == [], "it wrote behind the link")
        os.unlink(state)
        os.mkdir(state)
        for mode in (0o777, 0o770, 0o1777):
            os.chmod(state, mode)
            expect("others can write to it" in refused(bed, oct(mode)), bed.err())
        os.chmod(state, 0o700)
        os.symlink("/etc/passwd", os.path.join(state, "erwatch.db"))
        refused_or_apart(bed, state)
        bed.other_ends = (1,)


def refused_or_apart(bed, state):
    """A link in place of the database is not followed."""
    before = os.stat("/etc/passwd")
    bed.launch()
    wait_until(lambda: not bed.daemon.alive() or "READY=1" in bed.daemon.hear(), "it to start or end")
    after = os.stat("/etc/passwd")
    expect((before.st_mtime, before.st_size, before.st_ino) == (after.st_mtime, after.st_size, after.st_ino), state)
    if bed.daemon.alive():
        bed.stop()


@test
def a_state_directory_of_another_user_is_refused():
    if os.geteuid() != 0:
        raise Skip("only root can give a folder away")
    with faulty_bed([usable("lon-1")]) as (bed, _):
        os.mkdir(os.path.join(bed.folder, "state"), 0o700)
        os.chown(os.path.join(bed.folder, "state"), 65534, 65534)
        expect("belongs to user 65534" in refused(bed, "a foreign folder"), bed.err())
        bed.other_ends = (1,)


def damage_of(path):
    """Ways in which a database gets damaged: a function and its name."""
    def cut(share):
        os.truncate(path, int(os.path.getsize(path) * share))

    def scribble(seed):
        chance = random.Random(seed)
        with open(path, "r+b") as file:
            for _ in range(200):
                file.seek(chance.randrange(os.path.getsize(path)))
                file.write(chance.randbytes(16))

    def replace():
        with open(path, "wb") as file:
            file.write(random.Random(3).randbytes(40000))

    return [("cut to nothing", lambda: cut(0)), ("cut in the middle", lambda: cut(0.5)),
            ("random bytes in it", lambda: scribble(1)),
            ("nothing but random bytes", replace), ("no database but a text", lambda: shutil.copy("/etc/passwd", path))]


@test
def a_damaged_database_is_set_aside_and_watching_goes_on():
    """Every receiver is told of it, whatever the routes say."""
    with faulty_bed([usable("lon-1")], receivers=("pager", "other")) as (bed, pager, other):
        bed.settings["routes"] = [{"to": "pager"}]
        bed.write_settings()
        path = os.path.join(bed.folder, "state", "erwatch.db")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.stop()
        for number, (what, damage) in enumerate(damage_of(path), 1):
            for name in os.listdir(os.path.dirname(path)):
                if name.startswith("erwatch.db-"):
                    os.unlink(os.path.join(os.path.dirname(path), name))
            damage()
            told = len(pager.taken())
            bed.start()
            wait_until(lambda n=number: len(set_aside(bed)) >= n, f"a word about a database with {what}")
            wait_until(lambda t=told: "raised 95 -" in pager.story()[t:], f"a page about a database with {what}")
            wait_until(lambda n=number: other.story().count("raised 95 -") >= n, f"the other to hear of {what}")
            fail(bed, "lon-1")
            wait_until(lambda t=told: "raised 15 lon-1" in pager.story()[t:], "the page")
            mend(bed, "lon-1")
            wait_until(lambda t=told: {"cleared 15 lon-1", "cleared 95 -"} <= set(pager.story()[t:]), "the ends")
            aside = [name for name in os.listdir(os.path.dirname(path)) if name.startswith("erwatch.db.")]
            expect(len(aside) == number, f"{what}: set aside are {aside}")
            bed.stop()


def spoil(state, seed):
    """Bits flipped here and there, or an end missing, in the database or in its log. What was done."""
    chance = random.Random(seed)
    path = os.path.join(state, "erwatch.db" + chance.choice(["", "", "-wal"]))
    size = os.path.getsize(path)
    if size == 0 or chance.random() < 0.15:
        os.truncate(path, chance.randrange(size + 1))
        return f"{path} cut to {os.path.getsize(path)} bytes of {size}"
    with open(path, "r+b") as file:
        for _ in range(chance.choice([1, 10, 100])):
            at = chance.randrange(size)
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))
    return f"bits of {path} flipped"


@test
def whatever_bits_the_disk_has_changed_it_starts_and_watches():
    """Texts have no bounds that are checked: what is read of them must do no harm. ERWATCH_COPIES=N tries N of them."""
    with faulty_bed([usable("lon-1"), usable("par-1")]) as (bed, pager):
        state, good = os.path.join(bed.folder, "state"), os.path.join(bed.folder, "good")
        pager.mode("refuse")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        bed.daemon.kill()
        bed.other_ends = (-9,)
        pager.mode("")
        mend(bed, "lon-1")
        os.rename(state, good)
        for seed in range(int(os.environ.get("ERWATCH_COPIES", "5"))):
            shutil.rmtree(state, ignore_errors=True)
            shutil.copytree(good, state)
            what = f"seed {seed}, {spoil(state, seed)}"
            try:
                bed.start()
                bed.wait_verdict("par-1", "usable")
                bed.sim.wait_more("list", 2)
                bed.stop()
            except AssertionError as error:
                raise AssertionError(f"{what}: {error}") from error


@test
def a_notice_whose_text_was_damaged_on_the_disk_is_told_all_the_same():
    """The database is sound, what it holds is not: one text is none any more, one is gone."""
    with faulty_bed([usable("lon-1"), usable("par-1")]) as (bed, pager):
        pager.mode("refuse")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.wait_verdict("par-1", "usable")
        fail(bed, "lon-1", "par-1")
        wait_until(lambda: {name_of(one["notice"]) for one in pager.tries()} == {"lon-1", "par-1"}, "tries of both")
        bed.daemon.kill()
        bed.other_ends = (-9,)
        with contextlib.closing(sqlite3.connect(os.path.join(bed.folder, "state", "erwatch.db"))) as database, database:
            ids = [one for one, in database.execute("SELECT id FROM body ORDER BY id")]
            expect(len(ids) == 2, ids)
            database.execute("UPDATE body SET text = replace(text, '\"schema\"', '\"sc') WHERE id = ?", ids[:1])
            database.execute("DELETE FROM body WHERE id = ?", ids[1:])
            database.execute("UPDATE incident SET notice = 'no notice'")
        pager.mode("")
        tried = {one["id"] for one in pager.tries()}
        bed.start()
        pager.wait_told("raised 15 lon-1")
        pager.wait_told("raised 15 par-1")
        expect({one["id"] for one in pager.taken()} == tried, f"{pager.taken()}, tried were {tried}")
        expect(len(re.findall("was damaged on the disk; it was made anew", bed.err())) == 2, bed.err())
        mend(bed, "lon-1", "par-1")
        pager.wait_told("cleared 15 lon-1")
        pager.wait_told("cleared 15 par-1")


@test
def a_notice_whose_text_cannot_be_read_from_the_disk_is_told_all_the_same():
    """The database is sound, but for one text that SQLite does not give: longer than any row may be."""
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        pager.mode("refuse")
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_tries(1)
        bed.daemon.kill()
        bed.other_ends = (-9,)
        with contextlib.closing(sqlite3.connect(os.path.join(bed.folder, "state", "erwatch.db"))) as database, database:
            database.execute("UPDATE body SET text = printf('%.*c', 17000000, 'x')")
        pager.mode("")
        tried = {one["id"] for one in pager.tries()}
        bed.start()
        pager.wait_told("raised 15 lon-1")
        expect({one["id"] for one in pager.taken()} == tried, f"{pager.taken()}, tried were {tried}")
        expect("cannot be read from the disk; it was made anew" in bed.err(), bed.err())
        mend(bed, "lon-1")
        pager.wait_told("cleared 15 lon-1")


def set_aside(bed):
    return [line for line in bed.err().splitlines() if "was damaged" in line and "is kept as" in line]


run()
