# paging: sources and tests of this room
