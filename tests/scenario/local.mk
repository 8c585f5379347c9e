# Stories with a clock of their own, through the core and an app that is a fake: README.md.

check_PROGRAMS += tests/scenario/run
TESTS += tests/scenario/run
tests_scenario_run_SOURCES = \
	tests/scenario/run.c tests/scenario/scenario.c tests/scenario/scenario.h \
	tests/scenario/plan.c tests/scenario/plan.h tests/scenario/azure.c tests/scenario/azure.h \
	tests/scenario/who.c tests/scenario/who.h tests/scenario/log.c tests/scenario/log.h \
	tests/scenario/kept.c tests/scenario/kept.h tests/scenario/daemon.c tests/scenario/daemon.h \
	tests/scenario/polls.c tests/scenario/check.c tests/scenario/expect.c tests/scenario/expect.h \
	tests/scenario/play.c tests/scenario/play.h
tests_scenario_run_LDADD = libcore.a
