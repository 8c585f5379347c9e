# azure: requests and answers of login, ARM and metrics, as text and structs. No sockets.

noinst_LIBRARIES += libazure.a
libazure_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAJL_CFLAGS)
azure_sources = \
	src/azure/azure.h \
	src/azure/answer.c src/azure/answer.h \
	src/azure/arm.h src/azure/ask.c src/azure/list.c src/azure/routes.c \
	src/azure/circuit.c src/azure/circuit.h \
	src/azure/json.c src/azure/json.h \
	src/azure/metrics.c src/azure/metrics.h \
	src/azure/request.c src/azure/request.h \
	src/azure/text.c src/azure/text.h \
	src/azure/token.c src/azure/token.h \
	src/azure/value.c src/azure/value.h \
	src/azure/when.c src/azure/when.h
libazure_a_SOURCES = $(azure_sources)

# every test of this room is built in the same way
if BUILD_TESTS
azure_tests = tests/unit/test_azure_circuit tests/unit/test_azure_hostile tests/unit/test_azure_list
check_PROGRAMS += $(azure_tests)
TESTS += $(azure_tests)
azure_test_libs = libazure.a libcore.a $(YAJL_LIBS) $(CRITERION_LIBS)

tests_unit_test_azure_circuit_SOURCES = tests/unit/test_azure_circuit.c tests/unit/azure_data.h
tests_unit_test_azure_circuit_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_circuit_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_circuit_LDADD = $(azure_test_libs)

tests_unit_test_azure_hostile_SOURCES = tests/unit/test_azure_hostile.c tests/unit/azure_data.h
tests_unit_test_azure_hostile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_hostile_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_hostile_LDADD = $(azure_test_libs)

tests_unit_test_azure_list_SOURCES = tests/unit/test_azure_list.c tests/unit/azure_data.h tests/unit/azure_cassette.h
tests_unit_test_azure_list_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_list_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_list_LDADD = $(azure_test_libs)
endif

EXTRA_DIST += tests/data/azure
