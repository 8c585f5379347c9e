# io: sources and tests of the journal, hooks, secrets and the service manager

libio_a_SOURCES += \
	src/io/refuse.h \
	src/io/harmless.c src/io/harmless.h \
	src/io/secret.c src/io/secret.h \
	src/io/notify.c src/io/notify.h \
	src/io/children.c src/io/children.h \
	src/io/hook.c src/io/hook.h src/io/hook_check.c \
	src/io/hook_pipes.c src/io/hook_pipes.h src/io/hook_spawn.c src/io/hook_spawn.h
