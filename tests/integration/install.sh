#!/bin/sh
# What `make install` puts where, that edited settings stay, and that `make uninstall` takes away what it put.

: "${srcdir:=.}" "${builddir:=.}"
dest=$(mktemp -d) || exit 99
trap 'rm -rf "$dest"' EXIT

count=0
report() { # STATUS WHAT
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then echo "ok $count - $2"; else echo "not ok $count - $2"; fi
}

# Without the flags of the make that runs the tests: its jobs are not ours.
run_make() { # target
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "${MAKE:-make}" -s -C "$builddir" "$1" DESTDIR="$dest" >"$dest.log" 2>&1
    made=$?
    [ "$made" -eq 0 ] || sed 's/^/# /' "$dest.log"
    rm -f "$dest.log"
    return "$made"
}

echo 1..8

run_make install
report $? "make install"
settings=$(find "$dest" -path '*/etc/erwatch/erwatch.yaml')
cmp -s "$srcdir/etc/erwatch.yaml" "$settings"
report $? "the sample is the settings where there were none"
example=$(find "$dest" -path '*/examples/erwatch.yaml')
cmp -s "$srcdir/etc/erwatch.yaml" "$example"
report $? "a copy is with the documentation"
lacking=
for page in "$srcdir"/man/*.[1-8]; do
    [ -n "$(find "$dest" -name "$(basename "$page")")" ] || lacking="$lacking $(basename "$page")"
done
[ -z "$lacking" ]
report $? "every manual page is there${lacking:+, but not$lacking}"

[ -n "$settings" ] && echo "# edited" >>"$settings" && cp "$settings" "$dest/edited"
run_make install && cmp -s "$settings" "$dest/edited"
report $? "a second install leaves edited settings alone"
run_make uninstall && cmp -s "$settings" "$dest/edited"
report $? "so does uninstall"
rm -f "$settings" "$dest/edited"

run_make install && run_make uninstall
report $? "install and uninstall"
left=$(find "$dest" ! -type d)
[ -z "$left" ]
report $? "nothing is left behind${left:+: $left}"
