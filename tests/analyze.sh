#!/bin/sh
# gcc -fanalyzer, clang-tidy and cppcheck over every source of ours; exit status 1 when one of them says anything.
set -u

srcdir=$1 cc=$2 libraries=$3
status=0
flags="-std=gnu11 -D_GNU_SOURCE -I$srcdir/src -I. $libraries -DERWATCH_SYSCONFDIR=\"/etc/erwatch\" -DERWATCH_STATEDIR=\"/var/lib/erwatch\" -DERWATCH_RUNDIR=\"/run/erwatch\""
sources=$(find "$srcdir/src" -name '*.c' | sort)

echo "analyze: $cc -fanalyzer"
for source in $sources; do
    # shellcheck disable=SC2086 # lists of words
    "$cc" $flags -O1 -fanalyzer -Werror -c -o /dev/null "$source" || status=1
done

if command -v clang-tidy >/dev/null; then
    echo "analyze: clang-tidy"
    # shellcheck disable=SC2086
    printf '%s\n' $sources | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I {} \
        clang-tidy --quiet --warnings-as-errors='*' {} -- $flags 2>/dev/null || status=1
else
    echo "analyze: clang-tidy is not here" && status=1
fi

if command -v cppcheck >/dev/null; then
    echo "analyze: cppcheck"
    cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingIncludeSystem -I "$srcdir/src" "$srcdir/src" || status=1
else
    echo "analyze: cppcheck is not here" && status=1
fi
exit $status
