#!/bin/sh
# The journal's catalogue that the build made: every message id has an entry, and journalctl takes it. And the manual of
# the rules is clean mdoc.

: "${srcdir:=.}" "${builddir:=.}"
catalog=$builddir/systemd/erwatch.catalog
ids=$srcdir/tests/data/rule/message-ids.txt
page=$srcdir/man/erwatch-rules.7
root=$(mktemp -d) || exit 99
trap 'rm -rf "$root"' EXIT

test_count=0
report() { # STATUS WHAT
    test_count=$((test_count + 1))
    if [ "$1" -eq 0 ]; then echo "ok $test_count - $2"; else echo "not ok $test_count - $2"; fi
}
skip() { # WHAT WHY
    test_count=$((test_count + 1))
    echo "ok $test_count - $1 # SKIP $2"
}

echo 1..5

entries=$(grep -c '^-- [0-9a-f]\{32\}$' "$catalog")
[ "$entries" -eq "$(wc -l < "$ids")" ]
report $? "an entry for each message id, and no others ($entries)"

lacking=$(while read -r _ _ id; do grep -q -x -e "-- $id" "$catalog" || echo "$id"; done < "$ids")
[ -z "$lacking" ]
report $? "each published id is there${lacking:+, but not: $lacking}"

# A line that begins with two dashes would begin an entry; a body line is never wider than a terminal.
bad=$(grep -n -v '^-- [0-9a-f]\{32\}$' "$catalog" | grep '^[0-9]*:--')
[ -z "$bad" ]
report $? "no line of a text looks like an entry's head"

if command -v journalctl > /dev/null; then
    mkdir -p "$root/usr/lib/systemd/catalog" "$root/var/lib/systemd/catalog"
    cp "$catalog" "$root/usr/lib/systemd/catalog/erwatch.catalog"
    out=$(journalctl --update-catalog --root="$root" 2>&1) && [ -s "$root/var/lib/systemd/catalog/database" ] && [ -z "$out" ]
    report $? "journalctl --update-catalog takes it${out:+: $out}"
else
    skip "journalctl --update-catalog takes it" "there is no journalctl"
fi

if command -v mandoc > /dev/null; then
    out=$(mandoc -T lint -W warning "$page")
    report $? "erwatch-rules.7 is clean${out:+: $out}"
else
    skip "erwatch-rules.7 is clean" "there is no mandoc"
fi
