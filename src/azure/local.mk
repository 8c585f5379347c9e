# azure: sources and tests of this room
