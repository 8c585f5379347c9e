#!/bin/sh
# The daemon as a service of a real systemd, in a throw-away system of its own: tests/testbed/with-systemd. Prints TAP.
#
# The system's root tree is built once by mmdebstrap, in some 20 seconds, and kept; `make testbed` builds it as a step
# of its own.
# shellcheck disable=SC2154 # srcdir and builddir come from make
bed=$srcdir/tests/testbed/with-systemd
packages="curl libjansson4 libsqlite3-0 libyajl2"

skip() {
    echo "1..0 # SKIP $1"
    exit 0
}

[ "${ERWATCH_CHECK:-full}" != quick ] || skip "only quick tests are wanted"
why=$("$bed" --check 2>&1) || skip "$why"
! ldd "$builddir/erwatchd" | grep -q 'lib[at]san' || skip "there are no sanitizers in the small system"
echo "# the root tree; built if it is not there yet"
"$bed" --packages "$packages" --prepare >&2 || skip "the root tree could not be built"
[ "${1-}" != prepare ] || exit 0

dest=$(mktemp -d) || exit 99
trap 'rm -rf "$dest"' EXIT
${MAKE:-make} -s -C "$builddir" install DESTDIR="$dest" >"$dest.log" 2>&1 || {
    cat "$dest.log" >&2
    rm -f "$dest.log"
    echo "Bail out! make install"
    exit 99
}
rm -f "$dest.log"
"$bed" --packages "$packages" --destdir "$dest" --bind-ro "$srcdir/tests/integration:/tests" --timeout 120 -- \
    bash /tests/systemd_inside.sh
