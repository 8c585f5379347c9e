# azure: requests and answers of login, ARM and metrics, as text and structs. No sockets, no files.

noinst_LIBRARIES += libazure.a
libazure_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAJL_CFLAGS)
libazure_a_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
azure_sources = \
	src/azure/azure.h \
	src/azure/answer.c src/azure/answer.h \
	src/azure/arm.h src/azure/ask.c src/azure/ask.h src/azure/list.c src/azure/routes.c \
	src/azure/assertion.c src/azure/assertion.h \
	src/azure/certificate.c src/azure/certificate.h \
	src/azure/circuit.c src/azure/circuit_part.c src/azure/circuit_shape.c src/azure/circuit.h \
	src/azure/connection.c src/azure/connection.h \
	src/azure/digest.c src/azure/digest.h \
	src/azure/elements.c src/azure/elements.h \
	src/azure/graph.c src/azure/graph.h \
	src/azure/event.c src/azure/health.c src/azure/health.h src/azure/impacted.c \
	src/azure/json.c src/azure/json.h \
	src/azure/metrics.c src/azure/metrics.h \
	src/azure/page.c src/azure/page.h \
	src/azure/plain.c src/azure/plain.h \
	src/azure/port.c src/azure/port.h \
	src/azure/quota.c src/azure/quota.h \
	src/azure/request.c src/azure/request.h \
	src/azure/series.c src/azure/series.h \
	src/azure/subscriptions.c src/azure/subscriptions.h \
	src/azure/text.c src/azure/text.h \
	src/azure/token.c src/azure/token_ask.c src/azure/token.h \
	src/azure/value.c src/azure/value.h \
	src/azure/when.c src/azure/when.h
libazure_a_SOURCES = $(azure_sources)

# every test of this room is built in the same way
if BUILD_TESTS
azure_tests = tests/unit/test_azure_answer tests/unit/test_azure_assertion tests/unit/test_azure_circuit \
	tests/unit/test_azure_connection tests/unit/test_azure_graph tests/unit/test_azure_subscriptions tests/unit/test_azure_health \
	tests/unit/test_azure_hostile tests/unit/test_azure_json tests/unit/test_azure_list tests/unit/test_azure_list_again \
	tests/unit/test_azure_metrics \
	tests/unit/test_azure_port tests/unit/test_azure_quota tests/unit/test_azure_readers tests/unit/test_azure_request tests/unit/test_azure_routes tests/unit/test_azure_token
check_PROGRAMS += $(azure_tests)
TESTS += $(azure_tests)
azure_test_libs = libazure.a libcore.a $(YAJL_LIBS) $(CRYPTO_LIBS) $(CRITERION_LIBS)

tests_unit_test_azure_answer_SOURCES = tests/unit/test_azure_answer.c tests/unit/azure_data.h
tests_unit_test_azure_answer_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_answer_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_answer_LDADD = $(azure_test_libs)

tests_unit_test_azure_assertion_SOURCES = tests/unit/test_azure_assertion.c tests/unit/azure_data.h tests/unit/leaks.h
tests_unit_test_azure_assertion_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_assertion_CFLAGS = $(TEST_CFLAGS) $(CRYPTO_CFLAGS)
tests_unit_test_azure_assertion_LDADD = $(azure_test_libs)

tests_unit_test_azure_circuit_SOURCES = tests/unit/test_azure_circuit.c tests/unit/azure_data.h
tests_unit_test_azure_circuit_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_circuit_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_circuit_LDADD = $(azure_test_libs)

tests_unit_test_azure_connection_SOURCES = tests/unit/test_azure_connection.c tests/unit/azure_data.h tests/unit/leaks.h
tests_unit_test_azure_connection_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_connection_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_connection_LDADD = $(azure_test_libs)

tests_unit_test_azure_subscriptions_SOURCES = tests/unit/test_azure_subscriptions.c tests/unit/azure_data.h \
	tests/unit/leaks.h
tests_unit_test_azure_subscriptions_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_subscriptions_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_subscriptions_LDADD = $(azure_test_libs)

tests_unit_test_azure_graph_SOURCES = tests/unit/test_azure_graph.c tests/unit/azure_data.h tests/unit/leaks.h
tests_unit_test_azure_graph_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_graph_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_graph_LDADD = $(azure_test_libs)

tests_unit_test_azure_health_SOURCES = tests/unit/test_azure_health.c tests/unit/azure_data.h tests/unit/leaks.h
tests_unit_test_azure_health_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_health_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_health_LDADD = $(azure_test_libs)

tests_unit_test_azure_hostile_SOURCES = tests/unit/test_azure_hostile.c \
	tests/unit/azure_data.h tests/unit/azure_walk.h
tests_unit_test_azure_hostile_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_hostile_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_hostile_LDADD = $(azure_test_libs)

tests_unit_test_azure_json_SOURCES = tests/unit/test_azure_json.c tests/unit/azure_data.h
tests_unit_test_azure_json_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_json_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_json_LDADD = $(azure_test_libs)

tests_unit_test_azure_list_SOURCES = tests/unit/test_azure_list.c tests/unit/azure_data.h tests/unit/azure_cassette.h
tests_unit_test_azure_list_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_list_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_list_LDADD = $(azure_test_libs)

tests_unit_test_azure_list_again_SOURCES = tests/unit/test_azure_list_again.c tests/unit/azure_data.h
tests_unit_test_azure_list_again_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_list_again_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_list_again_LDADD = $(azure_test_libs)

tests_unit_test_azure_metrics_SOURCES = tests/unit/test_azure_metrics.c tests/unit/azure_data.h
tests_unit_test_azure_metrics_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_metrics_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_metrics_LDADD = $(azure_test_libs)

tests_unit_test_azure_port_SOURCES = tests/unit/test_azure_port.c tests/unit/azure_data.h tests/unit/leaks.h
tests_unit_test_azure_port_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_port_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_port_LDADD = $(azure_test_libs)

tests_unit_test_azure_quota_SOURCES = tests/unit/test_azure_quota.c tests/unit/azure_data.h tests/unit/leaks.h
tests_unit_test_azure_quota_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_quota_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_quota_LDADD = $(azure_test_libs)

tests_unit_test_azure_readers_SOURCES = tests/unit/test_azure_readers.c \
	tests/unit/azure_data.h tests/unit/azure_walk.h tests/unit/leaks.h
tests_unit_test_azure_readers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_readers_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_readers_LDADD = $(azure_test_libs)

tests_unit_test_azure_request_SOURCES = tests/unit/test_azure_request.c tests/unit/azure_data.h
tests_unit_test_azure_request_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_request_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_request_LDADD = $(azure_test_libs)

tests_unit_test_azure_routes_SOURCES = tests/unit/test_azure_routes.c \
	tests/unit/azure_data.h tests/unit/azure_cassette.h
tests_unit_test_azure_routes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_routes_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_routes_LDADD = $(azure_test_libs)

tests_unit_test_azure_token_SOURCES = tests/unit/test_azure_token.c tests/unit/azure_data.h
tests_unit_test_azure_token_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_azure_token_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_azure_token_LDADD = $(azure_test_libs)
endif

EXTRA_DIST += tests/data/azure tests/data/signin
EXTRA_DIST += tests/fuzz/arm.dict tests/fuzz/arm

# compiled from the sources, so that the room itself is measured
if FUZZER
noinst_PROGRAMS += tests/fuzz/fuzz_arm
tests_fuzz_fuzz_arm_SOURCES = tests/fuzz/fuzz_arm.c $(azure_sources) $(libcore_a_SOURCES)
tests_fuzz_fuzz_arm_CPPFLAGS = $(AM_CPPFLAGS) $(YAJL_CFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_arm_CFLAGS = $(AM_CFLAGS) -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
tests_fuzz_fuzz_arm_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer,address,undefined
tests_fuzz_fuzz_arm_LDADD = $(YAJL_LIBS) $(CRYPTO_LIBS)
endif
