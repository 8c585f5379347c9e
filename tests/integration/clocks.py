"""The daemon's clocks, for the tests that set them: clock_at.c, loaded before the C library."""

import os
import struct
import time

from harness import BUILD, Skip, sanitized

SHIM = os.path.join(BUILD, "tests/integration/clock_at.so")


class Clock:
    """The daemon's, as the file says by which it goes."""

    def __init__(self, bed):
        if sanitized() or not os.path.exists(SHIM):
            raise Skip("the address sanitizer wants to be loaded first" if sanitized() else f"{SHIM} has not been built")
        self.file, self.ahead, self.slept = os.path.join(bed.folder, "clock"), 0, 0
        self.write()
        self.environment = {"LD_PRELOAD": SHIM, "CLOCK_AT": self.file}

    def write(self):
        with open(self.file, "r+b" if os.path.exists(self.file) else "w+b", buffering=0) as to:
            to.write(struct.pack("qq", self.ahead * 1000, self.slept * 1000))

    def step(self, seconds):
        self.ahead += seconds
        self.write()

    def to_1970(self):
        self.ahead = -int(time.time())
        self.write()

    def sleep(self, seconds):
        self.slept += seconds
        self.write()
