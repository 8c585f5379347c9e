# sim: erwatch-sim, an Azure that plays a scenario. Uses config's YAML reader, io and core's words; nothing of app.

noinst_LIBRARIES += libsim.a
libsim_a_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
libsim_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(CRYPTO_CFLAGS)
libsim_a_SOURCES = \
	src/sim/target.c src/sim/target.h \
	src/sim/answer.c src/sim/answer.h \
	src/sim/schema.c src/sim/schema.h \
	src/sim/keys.c src/sim/keys.h \
	src/sim/fault.c src/sim/fault.h \
	src/sim/circuit.c src/sim/circuit.h \
	src/sim/render.c src/sim/render.h \
	src/sim/tables.c \
	src/sim/scenario.c src/sim/scenario.h \
	src/sim/world.c src/sim/world.h \
	src/sim/story.c \
	src/sim/handlers.h \
	src/sim/arm.c src/sim/operation.c src/sim/login.c src/sim/metrics.c \
	src/sim/control.c src/sim/control.h \
	src/sim/cassette.c src/sim/cassette.h \
	src/sim/cert.c src/sim/cert.h \
	src/sim/settings_file.c src/sim/settings_file.h \
	src/sim/serve.c src/sim/serve.h
SIM_LIBS = libsim.a libconfig.a libio.a libcore.a $(JANSSON_LIBS) $(YAML_LIBS) $(IO_LIBS) -lm

bin_PROGRAMS += erwatch-sim
erwatch_sim_SOURCES = src/sim/main.c
erwatch_sim_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE
erwatch_sim_LDADD = $(SIM_LIBS)
