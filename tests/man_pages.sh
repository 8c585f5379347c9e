#!/bin/sh
# Every manual page passes mandoc's lint, and the options of every program are those of its page.
set -eu

: "${srcdir:=.}" "${builddir:=.}"
count=0

result() { # status, name, what it said
    count=$((count + 1))
    [ -z "$3" ] || printf '%s\n' "$3" | sed 's/^/# /'
    if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; fi
}

skip() { # name, why
    count=$((count + 1))
    echo "ok $count - $1 # SKIP $2"
}

for page in "$srcdir"/man/*.[1-8]; do
    [ -e "$page" ] || continue
    name=$(basename "$page")
    if ! command -v mandoc >/dev/null; then
        skip "$name is correct" "mandoc is not installed"
        continue
    fi
    status=0
    said=$(mandoc -T lint -W warning "$page" 2>&1) || status=$?
    result "$status" "$name is correct" "$said"
done

for pair in erwatchd:8 erwatchctl:1 erwatch-sim:1; do
    program=${pair%:*}
    page=$program.${pair#*:}
    if [ ! -x "$builddir/$program" ] || [ ! -e "$srcdir/man/$page" ]; then
        skip "$page has the options of $program" "program or page is not there"
        continue
    fi
    status=0
    said=$(sh "$srcdir/tests/man_options.sh" "$builddir/$program" "$srcdir/man/$page" 2>&1) || status=$?
    result "$status" "$page has the options of $program" "$said"
done

echo "1..$count"
