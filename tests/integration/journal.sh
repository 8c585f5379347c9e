#!/bin/sh
# The log as journald has it: a real journald of our own, tests/testbed/with-journald. Prints TAP.
# shellcheck disable=SC2154 # srcdir and builddir come from make
bed=$srcdir/tests/testbed/with-journald
if ! why=$("$bed" --check 2>&1); then
    echo "1..0 # SKIP $why"
    exit 0
fi
exec "$bed" -- python3 "$srcdir/tests/integration/journal_inside.py" "$builddir/tests/integration/journal_check"
