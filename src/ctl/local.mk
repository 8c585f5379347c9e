# ctl: sources and tests of this room
