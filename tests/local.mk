# How the tests run, and what `make check` prints at the end.

TEST_EXTENSIONS = .sh .py
TEST_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TEST_LOG_DRIVER)
SH_LOG_DRIVER = $(TEST_LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
PY_LOG_DRIVER = $(TEST_LOG_DRIVER)
PY_LOG_COMPILER = python3
AM_TESTS_ENVIRONMENT = \
	CRITERION_OUTPUTS=tap:/dev/stdout; export CRITERION_OUTPUTS; \
	ASAN_OPTIONS=abort_on_error=1:handle_segv=0:detect_stack_use_after_return=1; export ASAN_OPTIONS; \
	LSAN_OPTIONS=suppressions=$(abs_top_srcdir)/tests/lsan.supp:print_suppressions=0; export LSAN_OPTIONS; \
	srcdir='$(abs_top_srcdir)'; export srcdir; builddir='$(abs_top_builddir)'; export builddir;

EXTRA_DIST += tests/lsan.supp tests/unit/leaks.h tests/check.sh

include tests/integration/itest.mk
include tests/integration/itest2.mk

if SANITIZERS
sanitizers = yes
else
sanitizers = no
endif

# Automake's own `check` ends with the first folder that fails and prints no sum; its work is check-am.
check: all
	@$(SHELL) '$(srcdir)/tests/check.sh' '$(MAKE)' '$(abs_top_srcdir)' $(sanitizers) '$(TESTS)'

# Both compilers, warnings as errors, everything that is built.
warnings:
	@for cc in gcc clang; do \
	  echo "warnings: $$cc"; \
	  $(MKDIR_P) warnings-$$cc && cd warnings-$$cc && \
	  { test -e Makefile || '$(abs_top_srcdir)/configure' --quiet --enable-werror CC=$$cc; } && \
	  $(MAKE) --no-print-directory -s all && $(MAKE) --no-print-directory -s $(check_PROGRAMS) && cd .. || exit 1; \
	done

# The static analysers: gcc's, clang-tidy, cppcheck. Clean means clean; exceptions stand where they are. .clang-tidy also
# keeps functions short.
analyze:
	@$(SHELL) '$(srcdir)/tests/analyze.sh' '$(abs_top_srcdir)' '$(LIBEVENT_CFLAGS) $(CURL_CFLAGS) $(YAML_CFLAGS) $(SYSTEMD_CFLAGS) $(SQLITE_CFLAGS) $(JANSSON_CFLAGS) $(YAJL_CFLAGS)'

EXTRA_DIST += tests/analyze.sh tests/cppcheck.cfg .clang-tidy .clang-format

# The main job on the built-in simulator, in about a minute.
demo: all
	@$(SHELL) '$(srcdir)/tests/demo/demo.sh' '$(abs_top_srcdir)' '$(abs_top_builddir)'

EXTRA_DIST += tests/demo/demo.sh tests/demo/hook.sh

.PHONY: warnings analyze demo

clean-local:
	rm -rf sanitizers warnings-gcc warnings-clang analyze

# Models of the delivery queue and of the hold. What was built does not matter to them: once is enough.
if BUILD_TESTS
if !SANITIZERS
TESTS += tests/model/run.sh
endif
endif
EXTRA_DIST += tests/model/run.sh tests/model/outbox.pml tests/model/hold.pml

include tests/scenario/local.mk
include tests/simulation/local.mk
include tests/unit/decision.mk
include tests/bench/bench.mk
