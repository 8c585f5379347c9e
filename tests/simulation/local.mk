# The whole daemon in a world that is made of a seed: README.md.

check_PROGRAMS += tests/simulation/simulation
TESTS += tests/simulation/simulation
tests_simulation_simulation_SOURCES = \
	tests/simulation/simulation.c tests/simulation/simulation.h tests/simulation/run.c \
	tests/simulation/agenda.c tests/simulation/agenda.h tests/simulation/dice.c tests/simulation/dice.h \
	tests/simulation/events.c tests/simulation/events.h tests/simulation/clocks.c \
	tests/simulation/wire.c tests/simulation/wire.h tests/simulation/disk.c tests/simulation/machine.c \
	tests/simulation/azure.c tests/simulation/azure.h tests/simulation/answers.c tests/simulation/pager.c tests/simulation/pager.h \
	tests/simulation/settings.c tests/simulation/people.c tests/simulation/judge.c tests/simulation/judge.h
tests_simulation_simulation_CPPFLAGS = $(AM_CPPFLAGS) -DSIMULATION_SEEDS=$(simulation_seeds)
# The linker puts the simulation's in front of these: a disk that fails, and what differs from process to process.
tests_simulation_simulation_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=store_apply -Wl,--wrap=getrandom -Wl,--wrap=gethostname -Wl,--wrap=prctl -Wl,--wrap=mallinfo2
# All of the daemon but io, of which only what needs no world comes from the library.
tests_simulation_simulation_LDADD = $(erwatchd_LDADD)
EXTRA_DIST += tests/simulation/README.md

if SANITIZERS
simulation_seeds = 1
else
simulation_seeds = 6
endif
