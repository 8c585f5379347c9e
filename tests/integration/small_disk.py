"""A disk so small that a test can fill it."""

import contextlib
import os
import subprocess

from harness import JOURNAL, PATIENCE, Skip, call, environment, expect

SIZE = "4m"


class SmallDisk:
    """A file system of 4 MB in place of the state directory, in a mount namespace that outlives the daemon."""

    def __init__(self, bed):
        if os.geteuid() != 0 or call(["unshare", "-m", "true"]).status != 0:
            raise Skip("only root can mount a small disk")
        self.bed, state = bed, os.path.join(bed.folder, "state")
        os.makedirs(state, mode=0o700)
        hide = f"test ! -e {JOURNAL}/socket || mount -t tmpfs none {JOURNAL}; "
        mount = f"mount -t tmpfs -o size={SIZE},mode=700 none {state}"
        script = f"{hide}{mount} && echo ready && exec sleep {10 * PATIENCE}"
        self.keeper = subprocess.Popen(["unshare", "-m", "sh", "-c", script], stdout=subprocess.PIPE, env=environment())
        expect(self.keeper.stdout.readline() == b"ready\n", "the small disk could not be mounted")
        self.path = f"/proc/{self.keeper.pid}/root{state}"
        bed.wrapper = ()
        self.enter = ("nsenter", "-t", str(self.keeper.pid), "-m", "--")

    def start(self):
        return self.bed.start(wrapper=self.enter)

    def fill(self):
        with open(self.path + "/filler", "ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(bytes(size))

    def empty(self):
        os.unlink(self.path + "/filler")

    def end(self):
        self.keeper.kill()
        self.keeper.wait()
        self.keeper.stdout.close()
