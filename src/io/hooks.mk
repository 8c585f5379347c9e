# io: sources and tests of the journal, hooks, secrets and the service manager

libio_a_SOURCES += \
	src/io/refuse.h \
	src/io/harmless.c src/io/harmless.h \
	src/io/secret.c src/io/secret.h \
	src/io/notify.c src/io/notify.h \
	src/io/journal.c src/io/journal.h src/io/journal_record.c src/io/journal_record.h \
	src/io/children.c src/io/children.h \
	src/io/hook.c src/io/hook.h src/io/hook_check.c \
	src/io/hook_pipes.c src/io/hook_pipes.h src/io/hook_spawn.c src/io/hook_spawn.h

if BUILD_TESTS
IO_HOOKS_TESTS = tests/unit/test_harmless tests/unit/test_journal tests/unit/test_secret tests/unit/test_notify tests/unit/test_hook tests/unit/test_hook_check
check_PROGRAMS += $(IO_HOOKS_TESTS)
TESTS += $(IO_HOOKS_TESTS)

tests_unit_test_harmless_SOURCES = tests/unit/test_harmless.c tests/unit/leaks.h
tests_unit_test_harmless_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_harmless_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_harmless_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_journal_SOURCES = tests/unit/test_journal.c tests/unit/leaks.h
tests_unit_test_journal_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_journal_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_journal_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_secret_SOURCES = tests/unit/test_secret.c tests/unit/leaks.h
tests_unit_test_secret_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_secret_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_secret_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_notify_SOURCES = tests/unit/test_notify.c tests/unit/leaks.h
tests_unit_test_notify_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_notify_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_notify_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_hook_SOURCES = tests/unit/test_hook.c tests/unit/leaks.h
tests_unit_test_hook_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_hook_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_hook_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)

tests_unit_test_hook_check_SOURCES = tests/unit/test_hook_check.c tests/unit/leaks.h
tests_unit_test_hook_check_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_hook_check_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_hook_check_LDADD = libio.a $(IO_LIBS) $(CRITERION_LIBS)
endif

# The log, read back from a real journald.
check_PROGRAMS += tests/integration/journal_check
TESTS += tests/integration/journal.sh
tests_integration_journal_check_SOURCES = tests/integration/journal_check.c
tests_integration_journal_check_LDADD = libio.a $(IO_LIBS)
EXTRA_DIST += tests/integration/journal.sh tests/integration/journal_inside.py
EXTRA_DIST += tests/testbed/README.md tests/testbed/with-journald tests/testbed/with-systemd
