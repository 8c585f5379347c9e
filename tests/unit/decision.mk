# The decision list against a second reading of it, and two checks of the tree's shape.

EXTRA_DIST += tests/unit/test_core_symbols.sh tests/unit/test_headers.sh
TESTS += tests/unit/test_core_symbols.sh tests/unit/test_headers.sh

if BUILD_TESTS
DECISION_SOURCES = tests/unit/decision.c tests/unit/decision.h tests/unit/decision_inner.h \
	tests/unit/decision_peering.c tests/unit/decision_session.c tests/unit/decision_verdict.c tests/unit/decision_compare.c \
	tests/unit/decision_bed.c tests/unit/decision_bed.h tests/unit/leaks.h
check_PROGRAMS += tests/unit/test_rules_table tests/unit/test_rules_walk tests/unit/test_rules_beyond
TESTS += tests/unit/test_rules_table tests/unit/test_rules_walk tests/unit/test_rules_beyond
tests_unit_test_rules_beyond_SOURCES = tests/unit/test_rules_beyond.c $(DECISION_SOURCES)
tests_unit_test_rules_beyond_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_rules_beyond_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_rules_beyond_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_rules_table_SOURCES = tests/unit/test_rules_table.c tests/unit/decision_text.c \
	tests/unit/decision_text.h $(DECISION_SOURCES)
tests_unit_test_rules_table_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_rules_table_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_rules_table_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_rules_walk_SOURCES = tests/unit/test_rules_walk.c $(DECISION_SOURCES)
tests_unit_test_rules_walk_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_rules_walk_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_rules_walk_LDADD = libcore.a $(CRITERION_LIBS)
endif
