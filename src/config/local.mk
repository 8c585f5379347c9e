# config: sources and tests of this room
