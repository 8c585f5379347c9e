# core: what is true and what follows. Links against libc only.

noinst_LIBRARIES += libcore.a
libcore_a_SOURCES = \
	src/core/mono.h \
	src/core/words.c src/core/words.h \
	src/core/net.c src/core/net.h \
	src/core/sample.c src/core/sample.h \
	src/core/witness.c src/core/witness.h \
	src/core/policy.c src/core/policy.h \
	src/core/rule.h src/core/opinion.h src/core/judge.h src/core/notice.h src/core/incident.h
include src/core/rules.mk
