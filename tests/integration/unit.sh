#!/bin/sh
# The unit, its drop-in, the user and the folders, judged by systemd's own tools without starting anything. Prints TAP.
# shellcheck disable=SC2154 # srcdir and builddir come from make
set -u

if ! command -v systemd-analyze >/dev/null; then
    echo "1..0 # SKIP systemd-analyze is not here"
    exit 0
fi
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
count=0

check() { # what, command...: prints what the command printed when it fails
    count=$((count + 1))
    what=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok $count - $what"
    else
        echo "not ok $count - $what"
        sed 's/^/# /' "$work/out"
    fi
}

skip() { # what, why
    count=$((count + 1))
    echo "ok $count - $1 # SKIP $2"
}

no() { ! "$@"; }

verify() { # unit: good only when nothing is said about it, because an unknown key is but a warning
    systemd-analyze verify --man=no --recursive-errors=no "$1" 2>&1 | tee "$work/said"
    test ! -s "$work/said"
}

# a root of its own, with the programs and manual pages that the unit names left out of the question
units=$work/root/etc/systemd/system
mkdir -p "$units" "$work/plain" "$work/strict" "$work/wrong"
sed -E 's,^(Exec[A-Za-z]*)=/.*,\1=/bin/true,' "$builddir/systemd/erwatchd.service" >"$units/erwatchd.service"
cp "$units/erwatchd.service" "$work/plain/erwatchd.service"

check "every directory is filled in" no grep -E '^[^#]*@[a-z]+@' "$builddir/systemd/erwatchd.service" \
    "$builddir/systemd/tmpfiles.d/erwatch.conf"
check "the unit is without fault" verify "$work/plain/erwatchd.service"
sed 's/^Restart=always/Restart=sometimes/' "$units/erwatchd.service" >"$work/wrong/erwatchd.service"
check "a fault would be found" no verify "$work/wrong/erwatchd.service"
check "exposure is 2.0 at most" systemd-analyze security --offline=true --threshold=20 --no-pager \
    "$work/plain/erwatchd.service"

cat "$units/erwatchd.service" "$srcdir/systemd/erwatchd-strict.conf" >"$work/strict/erwatchd.service"
check "the strict drop-in is without fault" verify "$work/strict/erwatchd.service"
# 1.5, and 0.1 for asking about the clock
check "exposure with it is 1.6 at most" systemd-analyze security --offline=true --threshold=16 --no-pager \
    "$work/strict/erwatchd.service"

# what must not creep back in
check "operators can be told apart: no PrivateUsers" no grep -E '^PrivateUsers=yes' "$builddir/systemd/erwatchd.service"
check "no core file holds a secret" grep -qx 'LimitCORE=0' "$builddir/systemd/erwatchd.service"

if command -v systemd-sysusers >/dev/null; then
    check "the user is made" systemd-sysusers --root="$work/root" "$srcdir/systemd/sysusers.d/erwatch.conf"
    check "with its group and home" grep -E '^erwatch:.*:/var/lib/erwatch:/usr/sbin/nologin$' "$work/root/etc/passwd"
else
    skip "the user is made" "systemd-sysusers is not here"
fi
if [ "$(id -u)" -eq 0 ] && command -v systemd-tmpfiles >/dev/null && [ -e "$work/root/etc/group" ]; then
    check "the folders are made" systemd-tmpfiles --create --root="$work/root" \
        "$builddir/systemd/tmpfiles.d/erwatch.conf"
    folder=$(find "$work/root" -type d -path '*/erwatch/secrets')
    check "secrets are for the daemon alone" test "$(stat -c '%a %u' "$folder")" = '750 0'
else
    skip "the folders are made" "it takes root, systemd-tmpfiles and systemd-sysusers"
fi
echo "1..$count"
