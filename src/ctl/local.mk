# ctl: erwatchctl, the operator's view of the control socket. Uses io's harmless text, jansson and libcurl.

bin_PROGRAMS += erwatchctl
noinst_LIBRARIES += libctl.a
CTL_LIBS = libctl.a libconfig.a libio.a $(CURL_LIBS) $(JANSSON_LIBS)

libctl_a_SOURCES = \
	src/ctl/screen.c src/ctl/screen.h \
	src/ctl/table.c src/ctl/table.h \
	src/ctl/doc.c src/ctl/doc.h \
	src/ctl/ask.c src/ctl/ask.h \
	src/ctl/show.h \
	src/ctl/show_status.c src/ctl/show_circuit.c src/ctl/show_beyond.c src/ctl/show_incident.c src/ctl/show_loop.c \
	src/ctl/show_discover.c src/ctl/show_silence.c src/ctl/silence.c src/ctl/silence.h \
	src/ctl/history.c src/ctl/show_history.c src/ctl/when.c src/ctl/when.h \
	src/ctl/withheld.c src/ctl/withheld.h \
	src/ctl/watch.c src/ctl/watch.h \
	src/ctl/command.c src/ctl/command.h
libctl_a_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
libctl_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS)

erwatchctl_SOURCES = src/ctl/main.c
erwatchctl_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
erwatchctl_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(JANSSON_CFLAGS)
erwatchctl_LDADD = $(CTL_LIBS)

if BUILD_TESTS
CTL_TESTS = tests/unit/test_screen tests/unit/test_table tests/unit/test_doc tests/unit/test_yaml_text \
	tests/unit/test_withheld
check_PROGRAMS += $(CTL_TESTS)
TESTS += $(CTL_TESTS)

tests_unit_test_screen_SOURCES = tests/unit/test_screen.c tests/unit/leaks.h
tests_unit_test_screen_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_screen_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_screen_LDADD = $(CTL_LIBS) $(CRITERION_LIBS)

tests_unit_test_table_SOURCES = tests/unit/test_table.c tests/unit/leaks.h
tests_unit_test_table_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_table_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_table_LDADD = $(CTL_LIBS) $(CRITERION_LIBS)

tests_unit_test_doc_SOURCES = tests/unit/test_doc.c tests/unit/leaks.h
tests_unit_test_doc_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_doc_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_doc_LDADD = $(CTL_LIBS) $(CRITERION_LIBS)

tests_unit_test_withheld_SOURCES = tests/unit/test_withheld.c tests/unit/leaks.h
tests_unit_test_withheld_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_withheld_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_withheld_LDADD = $(CTL_LIBS) $(CRITERION_LIBS)

tests_unit_test_yaml_text_SOURCES = tests/unit/test_yaml_text.c tests/unit/leaks.h
tests_unit_test_yaml_text_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_yaml_text_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_yaml_text_LDADD = $(CTL_LIBS) libconfig.a libcore.a $(YAML_LIBS) $(CRITERION_LIBS)
endif

dist_man_MANS += man/erwatchctl.1 man/erwatchd.8

TESTS += tests/integration/erwatchctl.py tests/man_pages.sh
EXTRA_DIST += tests/integration/erwatchctl.py tests/integration/fake_control.py \
	tests/man_pages.sh tests/man_options.sh
