# web: the API's answers as text. Links against core and jansson.

noinst_LIBRARIES += libweb.a
libweb_a_SOURCES = \
	src/web/put.c src/web/put.h \
	src/web/list.c src/web/list.h \
	src/web/entry.h src/web/view.h \
	src/web/workflow.c src/web/workflow.h \
	src/web/view_circuit.c src/web/view_beyond.c \
	src/web/view_status.c \
	src/web/view_incident.c src/web/view_wait.c \
	src/web/view_loop.c src/web/view_silence.c src/web/silence.c src/web/silence.h src/web/acknowledge.c src/web/acknowledge.h \
	src/web/view_discover.c \
	src/web/kept.c src/web/kept.h \
	src/web/history.c src/web/history.h src/web/instant.c src/web/instant.h src/web/uri.c src/web/uri.h \
	src/web/route.c src/web/route.h
libweb_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)

WEB_LIBS = libweb.a libcore.a $(JANSSON_LIBS)

# what the fake daemon of erwatchctl's tests serves
check_PROGRAMS += tests/integration/control_documents
tests_integration_control_documents_SOURCES = tests/integration/control_documents.c tests/unit/view_case.c tests/unit/view_case.h
tests_integration_control_documents_CPPFLAGS = $(TEST_CPPFLAGS)
tests_integration_control_documents_CFLAGS = $(AM_CFLAGS)
tests_integration_control_documents_LDADD = $(WEB_LIBS)

if BUILD_TESTS
WEB_TESTS = tests/unit/test_route tests/unit/test_view tests/unit/test_silence
check_PROGRAMS += $(WEB_TESTS)
TESTS += $(WEB_TESTS)

tests_unit_test_route_SOURCES = tests/unit/test_route.c tests/unit/leaks.h
tests_unit_test_route_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_route_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_route_LDADD = $(WEB_LIBS) $(CRITERION_LIBS)

tests_unit_test_silence_SOURCES = tests/unit/test_silence.c tests/unit/leaks.h
tests_unit_test_silence_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_silence_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_silence_LDADD = $(WEB_LIBS) $(CRITERION_LIBS)

tests_unit_test_view_SOURCES = tests/unit/test_view.c tests/unit/view_case.c tests/unit/view_case.h tests/unit/leaks.h
tests_unit_test_view_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_view_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_view_LDADD = $(WEB_LIBS) $(CRITERION_LIBS)
endif
