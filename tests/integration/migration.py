"""From one release's database to the next one's: killed at every call on a file, the next start succeeds; back is refused."""

import contextlib
import os
import shutil
import struct
import tempfile

from harness import BUILD, Skip, call, environment, expect, run, sanitized, test

PROGRAM = os.path.join(BUILD, "tests/integration/migrate")
SHIM = os.path.join(BUILD, "tests/integration/kill_at.so")


@contextlib.contextmanager
def folder():
    path = tempfile.mkdtemp(prefix="erwatch-migration-")
    try:
        yield path
    finally:
        shutil.rmtree(path)


def migrate(what, state, **env):
    return call([PROGRAM, what, state], env=environment(**env))


def well(what, state):
    done = migrate(what, state)
    expect(done.status == 0, f"{what} ended with {done.status}: {done.err}")
    expect(not [name for name in os.listdir(state) if "damaged" in name], os.listdir(state))
    return done


@test
def what_an_older_release_has_left_is_brought_up_to_date_and_the_way_back_is_refused():
    with folder() as state:
        well("make", state)
        well("check", state)
        well("check", state)
        said = well("back", state).out
        expect("was written by a newer release (version 3, this one knows 1)" in said and "install that release again" in said, said)
        well("check", state)


@test
def killed_at_any_call_the_next_start_succeeds():
    if sanitized() or not os.path.exists(SHIM):
        raise Skip("the address sanitizer wants to be loaded first" if sanitized() else f"{SHIM} has not been built")
    with folder() as base:
        old, state, count = (os.path.join(base, name) for name in ("old", "state", "count"))
        os.mkdir(old, 0o700)
        well("make", old)
        for number in range(1, 1000):
            shutil.copytree(old, state)
            with open(count, "wb"):
                pass
            done = migrate("next", state, LD_PRELOAD=SHIM, KILL_AT=str(number), KILL_COUNT=count)
            well("check", state)
            shutil.rmtree(state)
            if done.status == 0:
                break
            expect(done.status == -9, f"killed before call {number} it ended with {done.status}: {done.err}")
        with open(count, "rb") as file:
            made = struct.unpack("I", file.read(4))[0]
        expect(number == made + 1 and made > 10, f"{made} calls were made, {number - 1} of them its last")


run()
