# What the daemon costs beside a bare program: README.md. Never part of the checks; judges nothing.

EXTRA_PROGRAMS = tests/bench/bare
tests_bench_bare_SOURCES = tests/bench/bare.c
tests_bench_bare_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(YAJL_CFLAGS)
tests_bench_bare_LDADD = $(CURL_LIBS) $(YAJL_LIBS)
CLEANFILES += tests/bench/bare
EXTRA_DIST += tests/bench/README.md tests/bench/bench.py tests/bench/figures.py tests/bench/mock.py \
	tests/bench/programs.py

# BENCH_FLAGS="--quick", "--rounds 3 --only few-10000,all-10000"; "--help" tells the rest
bench: all tests/bench/bare$(EXEEXT)
	@builddir='$(abs_top_builddir)' python3 -B '$(srcdir)/tests/bench/bench.py' $(BENCH_FLAGS)

.PHONY: bench
