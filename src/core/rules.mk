# The published rules, the words about them, and the journal's catalogue made from both.

libcore_a_SOURCES += \
	src/core/rule.c src/core/rule_text.h \
	src/core/rule_circuit.c src/core/rule_peering.c src/core/rule_prefixes.c src/core/rule_session.c src/core/rule_self.c
