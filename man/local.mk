# man: the pages are added by the rooms they describe; here is what holds all of them to the programs.

TESTS += tests/man_words.sh
EXTRA_DIST += tests/man_words.sh
