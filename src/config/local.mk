# config: settings files to typed settings, with findings. The YAML reader serves the simulator's scenarios too.

noinst_LIBRARIES += libconfig.a
libconfig_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS)
libconfig_a_SOURCES = \
	src/config/arena.c src/config/arena.h src/config/shared.c src/config/shared.h \
	src/config/utf8.c src/config/utf8.h \
	src/config/diag.c src/config/diag.h \
	src/config/bytes.c src/config/bytes.h \
	src/config/yaml.c src/config/yaml.h \
	src/config/date.c src/config/date.h \
	src/config/duration.c src/config/duration.h \
	src/config/nearest.c src/config/nearest.h \
	src/config/names.c src/config/names.h \
	src/config/schema.c src/config/schema_azure.c src/config/schema_receivers.c \
	src/config/schema.h src/config/row.h src/config/draft.h \
	src/config/keys.c \
	src/config/value.c src/config/value.h \
	src/config/read.c src/config/read.h \
	src/config/origin.c src/config/origin.h \
	src/config/address.c src/config/address.h \
	src/config/destination.c \
	src/config/circuit_id.c src/config/circuit_id.h \
	src/config/parts.c src/config/parts.h \
	src/config/load.c src/config/load.h \
	src/config/load_azure.c src/config/load_credentials.c \
	src/config/load_alerts.c src/config/load_receivers.c src/config/load_wires.c src/config/load_wires.h src/config/load_digest.c src/config/load_digest.h \
	src/config/load_routes.c src/config/load_match.c \
	src/config/load_windows.c src/config/load_heartbeat.c src/config/zone_file.c src/config/zone_file.h \
	src/config/load_labels.c src/config/load_circuits.c src/config/load_connections.c src/config/load_discover.c \
	src/config/found.c \
	src/config/print.c src/config/print_receivers.c src/config/print_receivers.h \
	src/config/paragraph.c src/config/paragraph.h \
	src/config/config.h

dist_man_MANS += man/erwatch.yaml.5
EXTRA_DIST += etc/erwatch.yaml tests/fuzz/settings

CONFIG_TEST_CPPFLAGS = $(TEST_CPPFLAGS) -DERWATCH_SOURCE='"$(abs_top_srcdir)"'
CONFIG_TEST_LIBS = libconfig.a libcore.a $(YAML_LIBS) $(CRITERION_LIBS)

if BUILD_TESTS
check_PROGRAMS += tests/unit/test_yaml tests/unit/test_settings tests/unit/test_findings tests/unit/test_manual \
	tests/unit/test_discover_settings tests/unit/test_receiver_settings tests/unit/test_windows
TESTS += tests/unit/test_yaml tests/unit/test_settings tests/unit/test_findings tests/unit/test_manual \
	tests/unit/test_discover_settings tests/unit/test_receiver_settings tests/unit/test_windows

tests_unit_test_yaml_SOURCES = tests/unit/test_yaml.c tests/unit/leaks.h
tests_unit_test_yaml_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_yaml_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_yaml_LDADD = $(CONFIG_TEST_LIBS)

tests_unit_test_settings_SOURCES = tests/unit/test_settings.c tests/unit/settings_files.h tests/unit/leaks.h
tests_unit_test_settings_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_settings_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_settings_LDADD = $(CONFIG_TEST_LIBS)

tests_unit_test_discover_settings_SOURCES = tests/unit/test_discover_settings.c tests/unit/settings_files.h \
	tests/unit/leaks.h
tests_unit_test_discover_settings_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_discover_settings_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_discover_settings_LDADD = $(CONFIG_TEST_LIBS)

tests_unit_test_windows_SOURCES = tests/unit/test_windows.c tests/unit/settings_files.h tests/unit/leaks.h
tests_unit_test_windows_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_windows_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_windows_LDADD = $(CONFIG_TEST_LIBS)

tests_unit_test_receiver_settings_SOURCES = tests/unit/test_receiver_settings.c tests/unit/settings_files.h \
	tests/unit/leaks.h
tests_unit_test_receiver_settings_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_receiver_settings_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_receiver_settings_LDADD = $(CONFIG_TEST_LIBS)

tests_unit_test_findings_SOURCES = tests/unit/test_findings.c tests/unit/settings_files.h tests/unit/leaks.h
tests_unit_test_findings_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_findings_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_findings_LDADD = $(CONFIG_TEST_LIBS)

tests_unit_test_manual_SOURCES = tests/unit/test_manual.c tests/unit/settings_files.h tests/unit/leaks.h
tests_unit_test_manual_CPPFLAGS = $(CONFIG_TEST_CPPFLAGS)
tests_unit_test_manual_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_manual_LDADD = $(CONFIG_TEST_LIBS)
endif

# clang only: tests/fuzz/fuzz_settings tests/fuzz/settings
if FUZZER
noinst_PROGRAMS += tests/fuzz/fuzz_settings
tests_fuzz_fuzz_settings_SOURCES = tests/fuzz/fuzz_settings.c $(libconfig_a_SOURCES) $(libcore_a_SOURCES)
tests_fuzz_fuzz_settings_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS)
tests_fuzz_fuzz_settings_CFLAGS = $(AM_CFLAGS) -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
tests_fuzz_fuzz_settings_LDADD = $(YAML_LIBS)
endif
