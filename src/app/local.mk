# app: sources and tests of this room
