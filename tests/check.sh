#!/bin/sh
# What `make check` does: every test, then (unless this is one already) the same again in a sanitizer build, then one line
# with the sum. ERWATCH_CHECK=quick leaves out the sanitizer build and the tests that start daemons.
set -u

make=$1 srcdir=$2 sanitizers=$3
status=0

run() { # folder
    "$make" --no-print-directory -C "$1" check-am || status=1
}

build_sanitizers() {
    mkdir -p sanitizers || return 1
    [ -e sanitizers/Makefile ] ||
        (cd sanitizers && "$srcdir/configure" --quiet --enable-sanitizers --prefix=/usr --sysconfdir=/etc --localstatedir=/var --runstatedir=/run) || return 1
    "$make" --no-print-directory -C sanitizers all
}

# One line `:test-result: WORD …` for each test case in every .trs file.
count() { # word, folders
    word=$1
    shift
    find "$@" -name '*.trs' -exec cat {} + 2>/dev/null | grep -c "^:test-result: $word" || :
}

find . -name '*.trs' -delete 2>/dev/null
run .
folders=.
if [ "$sanitizers" = no ] && [ "${ERWATCH_CHECK:-}" != quick ]; then
    echo "The same with the address and undefined-behaviour sanitizers."
    if build_sanitizers; then run sanitizers; else status=1; echo "The sanitizer build failed."; fi
fi

passed=$(($(count PASS $folders) + $(count XFAIL $folders)))
failed=$(($(count FAIL $folders) + $(count XPASS $folders) + $(count ERROR $folders)))
skipped=$(count SKIP $folders)
# Why: the reason stands behind SKIP in the test's own output.
find . -name '*.log' -exec grep -HE '^(ok|not ok|1\.\.0).*# SKIP' {} + 2>/dev/null |
    sed -e 's|^\./||' -e 's|\.log:.*# SKIP *|: |' -e 's|^|skipped: |' | sort -u
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1 # something broke outside a test
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
