# The published rules, the words about them, and the journal's catalogue made from both.

libcore_a_SOURCES += \
	src/core/text.c src/core/text.h \
	src/core/span.c src/core/span.h \
	src/core/trouble.c \
	src/core/message.c src/core/message.h \
	src/core/rule.c src/core/rule_find.c src/core/rule_text.h \
	src/core/rule_circuit.c src/core/rule_peering.c src/core/rule_prefixes.c src/core/rule_session.c src/core/rule_beyond.c src/core/rule_self.c \
	src/core/story.c src/core/telling.c src/core/telling_step.c src/core/telling.h \
	src/core/story_circuit.c src/core/story_how.c src/core/story_peering.c src/core/story_prefixes.c src/core/story_session.c \
	src/core/story_self.c src/core/story_silence.c src/core/story_delivery.c src/core/story_settings.c src/core/story_clock.c src/core/story_beyond.c src/core/story_port.c src/core/story_cause.c

noinst_PROGRAMS += erwatch-catalog
erwatch_catalog_SOURCES = src/core/catalog_main.c
erwatch_catalog_LDADD = libcore.a

systemd/erwatch.catalog: erwatch-catalog$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) systemd && ./erwatch-catalog$(EXEEXT) > $@.new && mv $@.new $@
CLEANFILES += systemd/erwatch.catalog systemd/erwatch.catalog.new
if HAVE_CATALOGDIR
nodist_catalog_DATA = systemd/erwatch.catalog
else
noinst_DATA = systemd/erwatch.catalog
endif

EXTRA_DIST += tests/integration/catalog.sh
TESTS += tests/integration/catalog.sh
dist_man_MANS += man/erwatch-rules.7
EXTRA_DIST += tests/data/rule/message-ids.txt tests/data/story
if BUILD_TESTS
check_PROGRAMS += tests/unit/test_text tests/unit/test_rule tests/unit/test_story tests/unit/test_beyond
TESTS += tests/unit/test_text tests/unit/test_rule tests/unit/test_story tests/unit/test_beyond
tests_unit_test_beyond_SOURCES = tests/unit/test_beyond.c tests/unit/leaks.h
tests_unit_test_beyond_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_beyond_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_beyond_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_text_SOURCES = tests/unit/test_text.c tests/unit/leaks.h
tests_unit_test_text_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_text_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_text_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_rule_SOURCES = tests/unit/test_rule.c tests/unit/leaks.h
tests_unit_test_rule_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_rule_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_rule_LDADD = libcore.a $(CRITERION_LIBS)
tests_unit_test_story_SOURCES = tests/unit/test_story.c tests/unit/story_world.c tests/unit/story_world.h \
	tests/unit/leaks.h
tests_unit_test_story_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_story_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_story_LDADD = libcore.a $(CRITERION_LIBS)
endif
