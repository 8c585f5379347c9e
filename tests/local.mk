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

EXTRA_DIST += tests/lsan.supp tests/unit/leaks.h

include tests/integration/itest.mk
