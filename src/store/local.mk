# store: incidents, memories, the delivery queue and the history on disk. The only room that includes sqlite3.h.

noinst_LIBRARIES += libstore.a
libstore_a_SOURCES = \
	src/store/store.c src/store/store.h src/store/database.h \
	src/store/folder.c src/store/folder.h \
	src/store/schema.c src/store/schema.h \
	src/store/table.c src/store/table.h \
	src/store/batch.c src/store/batch.h \
	src/store/apply.c \
	src/store/prune.c \
	src/store/read.c
libstore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)

if BUILD_TESTS
check_PROGRAMS += tests/unit/test_store tests/unit/test_store_folder tests/unit/test_store_crash \
	tests/unit/test_store_history
TESTS += tests/unit/test_store tests/unit/test_store_folder tests/unit/test_store_crash tests/unit/test_store_history

STORE_TEST_LDADD = libstore.a libcore.a $(SQLITE_LIBS) $(CRITERION_LIBS)

tests_unit_test_store_SOURCES = tests/unit/test_store.c tests/unit/store_bed.c tests/unit/store_bed.h tests/unit/leaks.h
tests_unit_test_store_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_store_LDADD = $(STORE_TEST_LDADD)

tests_unit_test_store_history_SOURCES = tests/unit/test_store_history.c tests/unit/store_bed.c tests/unit/store_bed.h \
	tests/unit/leaks.h
tests_unit_test_store_history_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_history_CFLAGS = $(TEST_CFLAGS) $(SQLITE_CFLAGS)
tests_unit_test_store_history_LDADD = $(STORE_TEST_LDADD)

tests_unit_test_store_folder_SOURCES = tests/unit/test_store_folder.c tests/unit/store_bed.c tests/unit/store_bed.h \
	tests/unit/leaks.h
tests_unit_test_store_folder_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_folder_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_store_folder_LDADD = $(STORE_TEST_LDADD)

tests_unit_test_store_crash_SOURCES = tests/unit/test_store_crash.c tests/unit/store_bed.c tests/unit/store_bed.h \
	tests/unit/leaks.h
tests_unit_test_store_crash_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_crash_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_store_crash_LDADD = $(STORE_TEST_LDADD)
endif
