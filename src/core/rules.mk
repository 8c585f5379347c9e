# The published rules, the words about them, and the journal's catalogue made from both.

libcore_a_SOURCES += \
	src/core/text.c src/core/text.h \
	src/core/span.c src/core/span.h \
	src/core/trouble.c \
	src/core/message.c src/core/message.h \
	src/core/rule.c src/core/rule_text.h \
	src/core/rule_circuit.c src/core/rule_peering.c src/core/rule_prefixes.c src/core/rule_session.c src/core/rule_self.c

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
