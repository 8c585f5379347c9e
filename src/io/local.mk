# io: sources and tests of this room
