#!/bin/sh
# What `make check` does: every test, then (unless this is one already) the same again in a sanitizer build, then one line
# with the sum. ERWATCH_CHECK=quick leaves out the sanitizer build and the tests that start daemons.
set -u

make=$1 srcdir=$2 sanitizers=$3 tests=$4
status=0
jobs=$(getconf _NPROCESSORS_ONLN) # most tests wait for the daemons that they started, more than they work

run() { # folder
    "$make" --no-print-directory -j "$jobs" -C "$1" check-am || status=1
}

run_quick() {
    # shellcheck disable=SC2086 # a list of words
    tests=$(printf '%s\n' $tests | grep -v '^tests/integration/' | tr '\n' ' ')
    "$make" --no-print-directory -j "$jobs" check-am TESTS="$tests" || status=1
}

build_sanitizers() {
    mkdir -p sanitizers || return 1
    [ -e sanitizers/Makefile ] ||
        (cd sanitizers && "$srcdir/configure" --quiet --enable-sanitizers --prefix=/usr --sysconfdir=/etc --localstatedir=/var --runstatedir=/run) || return 1
    "$make" --no-print-directory -j "$jobs" -C sanitizers all
}

# One line `:test-result: WORD …` for each test case in every .trs file.
count() { # word, folders
    word=$1
    shift
    find "$@" -name '*.trs' -exec cat {} + 2>/dev/null | grep -c "^:test-result: $word" || :
}

# The log beside every .trs file with such a result, as ran in this very check.
logs() { # words, as a regular expression
    find . -name '*.trs' -exec grep -lE "^:test-result: ($1)" {} + 2>/dev/null | sort | sed 's/trs$/log/'
}

# Why: the reason stands behind SKIP in the test's own output.
skipped_ones() {
    for log in $(logs SKIP); do
        test=${log%.log}
        sed -nE "s|^(ok\|not ok\|1\.\.0).*# SKIP *|skipped: ${test#./}: |p" "$log" | sort -u
    done
}

# A person who sees the end of the output only learns what failed, and why. A program that ended before it could say
# which case it was has its last lines shown.
failed_ones() {
    for log in $(logs 'FAIL|XPASS|ERROR'); do
        awk -v test="${log#./}" -v most=25 '
            BEGIN { sub(/\.log$/, "", test); last[0] = "" }
            /^(FAIL|XPASS): / { named = 1; left = most; sub(/: [^ ]+ /, ": " test " "); print; next }
            /^ERROR: / && !named {
                print "ERROR: " test substr($0, index($0, " - "))
                for (n = seen < most ? 1 : seen - most + 1; n <= seen; n++) print "    " last[n]
                next
            }
            /^(ok|not ok|PASS|SKIP|XFAIL|ERROR|1\.\.)/ { left = 0 }
            { last[++seen] = substr($0, 1, 400) }
            left > 0 { left--; print "    " substr($0, 1, 400) }' "$log"
    done
}

find . -name '*.trs' -delete 2>/dev/null
if [ "${ERWATCH_CHECK:-}" = quick ]; then run_quick; else run .; fi
folders=.
if [ "$sanitizers" = no ] && [ "${ERWATCH_CHECK:-}" != quick ]; then
    echo "The same with the address and undefined-behaviour sanitizers."
    if build_sanitizers; then run sanitizers; else status=1; echo "The sanitizer build failed."; fi
fi

passed=$(($(count PASS $folders) + $(count XFAIL $folders)))
failed=$(($(count FAIL $folders) + $(count XPASS $folders) + $(count ERROR $folders)))
skipped=$(count SKIP $folders)
skipped_ones
failed_ones
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1 # something broke outside a test
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
