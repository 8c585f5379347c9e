# sim: erwatch-sim, an Azure that plays a scenario. Uses config's YAML reader, io and core's words; nothing of app.

noinst_LIBRARIES += libsim.a
libsim_a_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
libsim_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS) $(ZLIB_CFLAGS)
libsim_a_SOURCES = \
	src/sim/target.c src/sim/target.h \
	src/sim/answer.c src/sim/answer.h \
	src/sim/schema.c src/sim/schema.h src/sim/fields.c src/sim/fields.h \
	src/sim/keys.c src/sim/keys.h src/sim/keys_beyond.c \
	src/sim/fault.c src/sim/fault.h src/sim/spoil.c src/sim/spoil.h \
	src/sim/gzip.c src/sim/gzip.h \
	src/sim/circuit.c src/sim/circuit.h \
	src/sim/thing.c src/sim/thing.h \
	src/sim/put.c src/sim/put.h \
	src/sim/render.c src/sim/render.h \
	src/sim/reach.c src/sim/reach.h src/sim/gateway.c src/sim/gateway.h src/sim/port.c src/sim/port.h \
	src/sim/tables.c \
	src/sim/scenario.c src/sim/scenario.h \
	src/sim/world.c src/sim/world.h \
	src/sim/story.c \
	src/sim/handlers.h \
	src/sim/arm.c src/sim/version.c src/sim/operation.c src/sim/login.c src/sim/machine.c \
	src/sim/beyond.c src/sim/health.c src/sim/graph.c src/sim/graph_query.c src/sim/graph_query.h \
	src/sim/metrics.c src/sim/metrics.h src/sim/metrics_question.c src/sim/metrics_question.h \
	src/sim/metrics_series.c src/sim/metrics_kinds.c \
	src/sim/assertion.c src/sim/assertion.h \
	src/sim/control.c src/sim/control.h \
	src/sim/cassette.c src/sim/cassette.h \
	src/sim/cert.c src/sim/cert.h \
	src/sim/settings_file.c src/sim/settings_file.h \
	src/sim/serve.c src/sim/serve.h
SIM_LIBS = libsim.a libconfig.a libio.a libcore.a $(JANSSON_LIBS) $(YAML_LIBS) $(ZLIB_LIBS) $(IO_LIBS) -lm

bin_PROGRAMS += erwatch-sim
erwatch_sim_SOURCES = src/sim/main.c
erwatch_sim_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
erwatch_sim_LDADD = $(SIM_LIBS)

scenariosdir = $(pkgdatadir)/scenarios
dist_scenarios_DATA = etc/scenarios/healthy.yaml etc/scenarios/demo.yaml etc/scenarios/fire-drill.yaml
dist_man_MANS += man/erwatch-sim.1

if BUILD_TESTS
SIM_TEST_CPPFLAGS = $(TEST_CPPFLAGS) -D_GNU_SOURCE -DTEST_SOURCE='"$(abs_top_srcdir)"'
SIM_TEST_CFLAGS = $(TEST_CFLAGS) $(JANSSON_CFLAGS) $(ZLIB_CFLAGS)
check_PROGRAMS += tests/unit/test_sim_render tests/unit/test_sim_scenario tests/unit/test_sim_fault \
	tests/unit/test_sim_assertion
TESTS += tests/unit/test_sim_render tests/unit/test_sim_scenario tests/unit/test_sim_fault tests/unit/test_sim_assertion
tests_unit_test_sim_render_SOURCES = tests/unit/test_sim_render.c tests/unit/leaks.h
tests_unit_test_sim_render_CPPFLAGS = $(SIM_TEST_CPPFLAGS)
tests_unit_test_sim_render_CFLAGS = $(SIM_TEST_CFLAGS)
tests_unit_test_sim_render_LDADD = $(SIM_LIBS) $(CRITERION_LIBS)
tests_unit_test_sim_scenario_SOURCES = tests/unit/test_sim_scenario.c tests/unit/leaks.h
tests_unit_test_sim_scenario_CPPFLAGS = $(SIM_TEST_CPPFLAGS)
tests_unit_test_sim_scenario_CFLAGS = $(SIM_TEST_CFLAGS)
tests_unit_test_sim_scenario_LDADD = $(SIM_LIBS) $(CRITERION_LIBS)
tests_unit_test_sim_fault_SOURCES = tests/unit/test_sim_fault.c tests/unit/leaks.h
tests_unit_test_sim_fault_CPPFLAGS = $(SIM_TEST_CPPFLAGS)
tests_unit_test_sim_fault_CFLAGS = $(SIM_TEST_CFLAGS)
tests_unit_test_sim_fault_LDADD = $(SIM_LIBS) $(CRITERION_LIBS)
tests_unit_test_sim_assertion_SOURCES = tests/unit/test_sim_assertion.c tests/unit/leaks.h
tests_unit_test_sim_assertion_CPPFLAGS = $(SIM_TEST_CPPFLAGS)
tests_unit_test_sim_assertion_CFLAGS = $(SIM_TEST_CFLAGS)
tests_unit_test_sim_assertion_LDADD = $(SIM_LIBS) $(CRITERION_LIBS)
endif

# Against the program itself, over its socket.
TESTS += tests/integration/sim.py tests/integration/sim_beyond.py tests/integration/azure_clients.py
EXTRA_DIST += tests/integration/sim.py tests/integration/sim_beyond.py tests/integration/azure_clients.py tests/integration/simulator.py \
	tests/data/sim/README.md tests/data/sim/recorded.yaml tests/data/sim/stats-circuit.json tests/data/sim/faults.yaml \
	tests/data/sim/beyond.yaml
