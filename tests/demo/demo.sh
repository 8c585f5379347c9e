#!/bin/sh
# The main job on the built-in simulator, in about a minute: erwatch-sim plays Azure over TLS on loopback, erwatchd watches
# it with a real settings file, a shell script is the pager. Exit status 0 only when all of the story was seen and told.
set -eu

srcdir=$1 builddir=$2
folder=$(mktemp -d "${TMPDIR:-/tmp}/erwatch-demo.XXXXXX")
sim='' daemon='' screen='' log=''
LC_ALL=C.UTF-8
export LC_ALL

stop() { # process
    kill "$1" 2>/dev/null || return 0
    wait "$1" 2>/dev/null || :
}

finish() {
    for pid in $screen $daemon $sim $log; do
        stop "$pid"
    done
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

wait_for() { # seconds, command...
    tries=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

ctl() {
    "$builddir/erwatchctl" --socket "$folder/run/control.sock" "$@"
}

# A notice about a circuit, or about a credential, was sent.
told() { # event, rule, circuit or credential
    grep -E "\"event\":\"$1\"" "$folder/notices.json" | grep -E "\"rule\":$2," | grep -qE "\"(name|credential)\":\"$3\""
}

usable() { # circuit
    ctl status | grep -qE "^$1 +usable "
}

failed=0
expect() { # what, command...
    what=$1
    shift
    if wait_for 30 "$@"; then
        echo "  seen: $what"
    else
        echo "  NOT SEEN: $what"
        failed=1
    fi
}

touch "$folder/notices.json" "$folder/screen"
mkfifo "$folder/stderr" "$folder/story"
sed -u 's/^/story /' <"$folder/story" >>"$folder/screen" &
"$builddir/erwatch-sim" --scenario "$srcdir/etc/scenarios/demo.yaml" --tls-dir "$folder/tls" \
    --write-settings "$folder/erwatch.yaml" >"$folder/sim.out" 2>"$folder/story" &
sim=$!
wait_for 10 grep -q '^listening on' "$folder/sim.out" || { cat "$folder/screen" >&2; exit 1; }
cat >>"$folder/erwatch.yaml" <<EOF
receivers:
  - name: pager
    exec: { command: [/bin/sh, "$srcdir/tests/demo/hook.sh", "$folder"], timeout: 10s }
EOF

echo "Azure is played by erwatch-sim, $(cat "$folder/sim.out"). These settings are used:"
sed 's/^/  | /' "$folder/erwatch.yaml"
echo
echo "What happens (story), what the daemon writes to its log (log), and who is paged (PAGE):"
tail -n +1 -f "$folder/screen" &
screen=$!
sed -u 's/^/  log  /' <"$folder/stderr" >>"$folder/screen" &
if [ -S /run/systemd/journal/socket ] && command -v journalctl >/dev/null; then
    # there is a journal, so the entries go there and not to standard error
    journalctl -f -n 0 -o cat -t erwatchd 2>/dev/null | sed -u 's/^/  log  /' >>"$folder/screen" &
    log=$!
fi
"$builddir/erwatchd" -c "$folder/erwatch.yaml" --state "$folder/state" --run "$folder/run" >"$folder/stderr" 2>&1 &
daemon=$!
wait_for 10 ctl status || { echo "erwatchd did not start" >&2; exit 1; }

wait_for 90 told cleared 90 sim || :
wait_for 20 told cleared 33 frankfurt || :
stop "$screen"
screen=''

echo
echo "Was all of it seen?"
expect "london: not provisioned" told raised 12 london
expect "london: no longer waits for the order" told cleared 12 london
expect "london: waits for the provider" told raised 13 london
expect "london: no longer waits" told cleared 13 london
expect "london: usable" usable london
expect "frankfurt: prefixes need validation" told raised 32 frankfurt
expect "frankfurt: one prefix needs a support request, with the link" \
    sh -c "grep '\"event\":\"raised\"' '$folder/notices.json' | grep '\"rule\":33,' | grep -q HelpAndSupport"
expect "amsterdam: redundancy lost" told raised 41 amsterdam
expect "amsterdam: both sessions down" told raised 40 amsterdam
expect "amsterdam: a session is back" told cleared 40 amsterdam
expect "amsterdam: redundancy restored" told cleared 41 amsterdam
expect "amsterdam: usable" usable amsterdam
expect "dublin: deprovisioned and still billed" \
    sh -c "grep '\"event\":\"raised\"' '$folder/notices.json' | grep '\"rule\":15,' | grep dublin | grep -q bill"
expect "the API was gone: blind" told raised 90 sim
expect "the API is back: no longer blind" told cleared 90 sim
others=$(grep '"event":"raised"' "$folder/notices.json" | grep -vE '"rule":(12|13|32|33|40|41|15|90),' || :)
if [ -z "$others" ]; then
    echo "  seen: no other page, above all no false one while the API was gone"
else
    echo "  NOT EXPECTED: $others"
    failed=1
fi

echo
echo "\$ erwatchctl status"
ctl status
echo
echo "\$ erwatchctl incidents --all"
ctl incidents --all
exit $failed
