#!/bin/sh
# Every header under src/ compiles alone: it includes what its own lines need.

: "${srcdir:=.}" "${builddir:=.}" "${CC:=cc}"

list=$(cd "$srcdir/src" && find . -name '*.h' | sed 's|^\./||' | sort)
set -- $list

echo "1..$#"
number=0
for header; do
    number=$((number + 1))
    # shellcheck disable=SC2086
    if said=$(printf '#include "%s"\n' "$header" |
        $CC -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -I"$srcdir/src" -I"$builddir" -x c - 2>&1); then
        echo "ok $number - $header"
    else
        echo "not ok $number - $header"
        echo "$said" | sed 's/^/# /'
    fi
done
