# The daemon under faults: receivers that fail, SIGKILL, full disks, hostile clients; and as a service of a real systemd.

FAULT_TESTS = tests/integration/delivery.py tests/integration/crash.py tests/integration/storm.py tests/integration/hooks.py \
	tests/integration/disk.py tests/integration/hung_disk.py tests/integration/long_queue.py tests/integration/migration.py tests/integration/control.py tests/integration/hygiene.py tests/integration/hostile.py \
	tests/integration/beyond_rules.py tests/integration/kill_sweep.py tests/integration/watchdog.py tests/integration/receivers.py \
	tests/integration/heirs.py tests/integration/screens.py tests/integration/pagers.py tests/integration/mail.py \
	tests/integration/clock.py tests/integration/heartbeat.py tests/integration/digest.py
SERVICE_TESTS = tests/integration/systemd.sh

if BUILD_TESTS
TESTS += $(FAULT_TESTS) $(SERVICE_TESTS)

check_PROGRAMS += tests/integration/kill_at.so
tests_integration_kill_at_so_SOURCES = tests/integration/kill_at.c
tests_integration_kill_at_so_CPPFLAGS = -D_GNU_SOURCE
tests_integration_kill_at_so_CFLAGS = $(ERWATCH_CFLAGS) -fPIC
tests_integration_kill_at_so_LDFLAGS = -shared

check_PROGRAMS += tests/integration/hang_at.so
tests_integration_hang_at_so_SOURCES = tests/integration/hang_at.c
tests_integration_hang_at_so_CPPFLAGS = -D_GNU_SOURCE
tests_integration_hang_at_so_CFLAGS = $(ERWATCH_CFLAGS) -fPIC
tests_integration_hang_at_so_LDFLAGS = -shared

check_PROGRAMS += tests/integration/migrate
tests_integration_migrate_SOURCES = tests/integration/migrate.c
tests_integration_migrate_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS)
tests_integration_migrate_LDADD = libstore.a libcore.a $(SQLITE_LIBS)

check_PROGRAMS += tests/integration/clock_at.so
tests_integration_clock_at_so_SOURCES = tests/integration/clock_at.c
tests_integration_clock_at_so_CPPFLAGS = -D_GNU_SOURCE
tests_integration_clock_at_so_CFLAGS = $(ERWATCH_CFLAGS) -fPIC
tests_integration_clock_at_so_LDFLAGS = -shared

check_PROGRAMS += tests/integration/spawn_fails.so
tests_integration_spawn_fails_so_SOURCES = tests/integration/spawn_fails.c
tests_integration_spawn_fails_so_CPPFLAGS = -D_GNU_SOURCE
tests_integration_spawn_fails_so_CFLAGS = $(ERWATCH_CFLAGS) -fPIC
tests_integration_spawn_fails_so_LDFLAGS = -shared
endif
EXTRA_DIST += $(FAULT_TESTS) $(SERVICE_TESTS) tests/integration/clocks.py tests/integration/faulty.py tests/integration/small_disk.py \
	tests/integration/pager.py tests/integration/services.py tests/integration/mailserver.py tests/integration/crash_story.py \
	tests/integration/systemd_inside.sh

# The small system that systemd.sh boots: built once, and kept.
testbed: all
	@srcdir='$(abs_top_srcdir)' builddir='$(abs_top_builddir)' $(SHELL) '$(srcdir)/tests/integration/systemd.sh' prepare

.PHONY: testbed
