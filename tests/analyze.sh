#!/bin/sh
# gcc's analyser, clang-tidy and cppcheck over every source of ours, two at a time or as many as there are processors.
# Prints what each of them finds, then one line for it; exit status 1 when one found something or is not here.
# Run in a build folder, where config.h is: `make analyze`.
set -u

srcdir=$1 libraries=$2
jobs=$(getconf _NPROCESSORS_ONLN)
found=$(mktemp) || exit 1
trap 'rm -f "$found"' EXIT
status=0

# The same for every tool; -I. is for config.h. The quotes belong to the C text.
# shellcheck disable=SC2089
flags="-std=gnu11 -D_GNU_SOURCE -I$srcdir/src -I. $libraries -DERWATCH_SYSCONFDIR=\"/etc/erwatch\" \
-DERWATCH_STATEDIR=\"/var/lib/erwatch\" -DERWATCH_RUNDIR=\"/run/erwatch\""

each() { # what to run for each source, with {} for its name
    find "$srcdir/src" -name '*.c' | sort | xargs -P "$jobs" -I {} "$@"
}

# gcc 12 loses a pointer that realloc() or calloc() gave as soon as it is put into an array of structs, and calls it a
# leak; clang-tidy looks for leaks as well, and the tests run under the leak sanitizer.
run_gcc() {
    # shellcheck disable=SC2086,SC2090 # a list of words
    each gcc $flags -O1 -fanalyzer -Wno-analyzer-malloc-leak -Werror -S -o /dev/null {} 2>&1
}

# What it says beside its findings goes to standard error: how many it keeps to itself.
run_clang_tidy() {
    # shellcheck disable=SC2086,SC2090 # a list of words
    each clang-tidy --quiet {} -- $flags 2>/dev/null
}

# It reads no headers of libraries: --library and tests/cppcheck.cfg tell it what it has to know of them. readdir_r(),
# which it would like, is deprecated: readdir() is safe as long as each thread has its own directory open.
run_cppcheck() {
    cppcheck --quiet -j "$jobs" --std=c11 --language=c --enable=warning,performance,portability --inline-suppr \
        --library="posix,gnu,$srcdir/tests/cppcheck.cfg" --suppress=readdirCalled --error-exitcode=1 \
        -I "$srcdir/src" "$srcdir/src" 2>&1
}

report() { # name, command, function
    if ! command -v "$2" >/dev/null; then
        echo "analyze: $1: not installed"
        status=1
    elif "$3" >"$found" && ! [ -s "$found" ]; then
        echo "analyze: $1: clean"
    else
        cat "$found"
        echo "analyze: $1: $(grep -cE '(error|warning|style|performance|portability): ' "$found") findings"
        status=1
    fi
}

report "gcc -fanalyzer" gcc run_gcc
report clang-tidy clang-tidy run_clang_tidy
report cppcheck cppcheck run_cppcheck
exit $status
