# config: settings files to typed settings, with findings. The YAML reader serves the simulator's scenarios too.

noinst_LIBRARIES += libconfig.a
libconfig_a_CPPFLAGS = $(AM_CPPFLAGS) $(YAML_CFLAGS)
libconfig_a_SOURCES = \
	src/config/arena.c src/config/arena.h \
	src/config/utf8.c src/config/utf8.h \
	src/config/diag.c src/config/diag.h \
	src/config/yaml.c src/config/yaml.h \
	src/config/duration.c src/config/duration.h \
	src/config/nearest.c src/config/nearest.h \
	src/config/config.h

if BUILD_TESTS
check_PROGRAMS += tests/unit/test_yaml
TESTS += tests/unit/test_yaml
tests_unit_test_yaml_SOURCES = tests/unit/test_yaml.c tests/unit/leaks.h
tests_unit_test_yaml_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_yaml_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_yaml_LDADD = libconfig.a libcore.a $(YAML_LIBS) $(CRITERION_LIBS)
endif
