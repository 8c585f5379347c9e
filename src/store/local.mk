# store: sources and tests of this room
