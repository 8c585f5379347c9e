"""SIGKILL at any moment: nothing is lost, nothing is forgotten, what comes twice has the same id."""

import random
import threading
import time

from crash_story import check_episodes
from faulty import fail, faulty_bed, mend, name_of, usable
from harness import expect, run, test, wait_until

RESTARTS = 18
CIRCUITS = [f"c-{i}" for i in range(4)]


def kill(bed):
    bed.daemon.process.kill()
    bed.daemon.process.wait()


@test
def killed_at_random_while_circuits_change():
    chance = random.Random(20261121)
    with faulty_bed([usable(name) for name in CIRCUITS]) as (bed, pager):
        bed.settings["alerts"] = {"confirm": {"critical": "1/0s", "warning": "1/0s", "long": "1/0s"}, "recover": "1/0s", "flap": {"window": 0}}
        bed.write_settings()
        bed.start()
        for name in CIRCUITS:
            bed.wait_verdict(name, "usable")
        bed.wait_kept()
        over = threading.Event()

        def trouble():
            """Circuits fail and come back, the receiver fails and comes back, all the time."""
            own = random.Random(7)
            while not over.wait(own.uniform(0.2, 0.9)):
                name = own.choice(CIRCUITS)
                own.choice((fail, fail, mend))(bed, name)
                pager.mode(own.choice(("", "", "refuse", "act and fail")))

        thread = threading.Thread(target=trouble)
        thread.start()
        try:
            for run in range(4 * RESTARTS):
                if run >= RESTARTS and len(pager.taken()) >= 4 * len(CIRCUITS):
                    break  # on a busy machine it takes more runs until much has happened
                time.sleep(chance.uniform(0, 1.6))  # the moment is the subject
                kill(bed)
                bed.launch() if chance.random() < 0.3 else bed.start()
        finally:
            over.set()
            thread.join()
        pager.mode("")
        kill(bed)
        bed.start()
        fail(bed, *CIRCUITS)
        wait_until(lambda: {one["circuit"]["name"] for one in bed.incidents(state="raised", rule=15)} == set(CIRCUITS),
                   "all to be raised")
        mend(bed, *CIRCUITS)
        wait_until(lambda: not bed.incidents(), "all to be cleared")
        pager.wait_idle(bed.daemon)
        incidents = check_episodes(pager.taken())
        expect(len(incidents) == len(CIRCUITS), f"incidents: {list(incidents)}")


@test
def killed_after_the_first_of_two_bad_samples_it_pages_all_the_same():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        bed.wait_kept()
        kill(bed)
        fail(bed, "lon-1")
        for restarts in range(11):
            expect(restarts < 10, "it was not paged in ten runs")
            bed.start()
            bed.sim.wait_more("circuit", 1, "lon-1")
            wait_until(lambda: bed.incidents(rule=15), "the finding to be seen")
            if pager.taken():
                break
            kill(bed)
        wait_until(pager.taken, "the page")
        pager.wait_idle(bed.daemon)
        expect({one["id"] for one in pager.taken()} == {pager.taken()[0]["incident"] + "-1"}, pager.taken())


@test
def killed_while_the_end_is_being_told_it_is_told_after_the_restart():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        pager.mode("hang")
        mend(bed, "lon-1")
        pager.wait_tries(2)
        kill(bed)
        pager.mode("")
        bed.start()
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        cleared = [one["id"] for one in pager.tries() if one["notice"]["event"] == "cleared"]
        expect(len(cleared) == 2 and len(set(cleared)) == 1, cleared)


@test
def killed_with_an_open_incident_again_and_again_it_pages_no_second_time():
    with faulty_bed([usable("lon-1")]) as (bed, pager):
        bed.start()
        bed.wait_verdict("lon-1", "usable")
        fail(bed, "lon-1")
        pager.wait_story("raised 15 lon-1")
        pager.wait_idle(bed.daemon)
        wait_until(lambda: bed.daemon.get("/v1/loop")["queues"]["store"]["waiting"] == 0, "the disk")
        for _ in range(8):
            kill(bed)
            bed.start()
            bed.sim.wait_more("circuit", 2, "lon-1")
            bed.wait_verdict("lon-1", "unusable")
        expect(pager.story() == ["raised 15 lon-1"], pager.story())
        mend(bed, "lon-1")
        pager.wait_story("raised 15 lon-1", "cleared 15 lon-1")
        check_episodes(pager.taken())


@test
def killed_while_200_notices_are_on_their_way_each_arrives():
    """A receiver that is slow enough for several kills while the queue is full."""
    with faulty_bed([usable("c", copies=200)], watch=[f"c-{i}" for i in range(1, 201)]) as (bed, pager):
        bed.start()
        bed.wait_verdict("c-1", "usable")
        fail(bed, "c-*")
        pager.wait_tries(20)
        for goal in (60, 100, 140):
            kill(bed)
            bed.start()
            pager.wait_tries(goal)
        wait_until(lambda: len({name_of(one) for one in pager.taken()}) == 200, "each circuit to be told of")
        mend(bed, "c-*")
        wait_until(lambda: not bed.incidents(), "all to be cleared")
        pager.wait_idle(bed.daemon)
        expect(len(check_episodes(pager.taken())) == 200, "some incidents are lacking")


run()
