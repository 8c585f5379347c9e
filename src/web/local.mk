# web: sources and tests of this room
