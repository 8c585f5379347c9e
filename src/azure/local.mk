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
