# sim: sources and tests of this room
