#!/bin/bash
# What systemd.sh runs inside: erwatchd under its shipped unit, against erwatch-sim. Prints TAP.
set -u

settings=$(erwatchd --help | sed -n 's/.*(default \(.*erwatch\.yaml\))/\1/p')
secrets=${settings%/*}/secrets
drop_in=/run/systemd/system/erwatchd.service.d
pages=/var/lib/erwatch/pages
sim=http://127.0.0.1:9100
secret="a-client-secret-that-nobody-may-see"
key="5e41f1c3-0000-4000-8000-00000000c0de"
count=0

check() { # what, command...: prints what the command printed when it fails
    local what=$1
    count=$((count + 1))
    shift
    if "$@" >/tmp/out 2>&1; then
        echo "ok $count - $what"
    else
        echo "not ok $count - $what"
        tail -n 30 /tmp/out | sed 's/^/# /'
    fi
}

no() { ! "$@"; }

wait_for() { # seconds, command...: until it succeeds
    local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
    shift
    until "$@"; do
        [ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
        sleep 0.03
    done
}

property() { systemctl show -P "$1" erwatchd; }
has() { [ "$(property "$1")" = "$2" ]; }
shows() { grep -q -- "$2" <<<"$(property "$1")"; }
event() { curl -sf -d "$1" "$sim/_sim/event" >/tmp/event; }
paged() { [ -e "$pages" ] && grep -q "^$1" "$pages"; }
pages_of() { grep -c "^$1" "$pages"; } # how often
journal() { journalctl --sync && journalctl -q -u erwatchd "$@"; }
entry_has() { # field=value...: all in one entry of the log
    local match=$1
    shift
    journal -o export "$match" >/tmp/entry
    for field in "$@"; do
        grep -q -- "^$field" /tmp/entry || {
            echo "there is no $field in"
            cat /tmp/entry
            return 1
        }
    done
}
override() { # text of a drop-in; none takes it away
    mkdir -p "$drop_in"
    if [ $# -gt 0 ]; then printf '[Service]\n%s\n' "$@" >"$drop_in/test.conf"; else rm -f "$drop_in/test.conf"; fi
    systemctl daemon-reload
}

all_end() { # pids: each of them with status 0
    local pid
    for pid in "$@"; do wait "$pid" || return 1; done
}

write_settings() { # further lines
    cat >"$settings" <<-END
	azure:
	  cloud: custom
	  management: $sim
	  login: $sim
	  credentials:
	    - name: ops
	      tenant: 11111111-1111-1111-1111-111111111111
	      client: 22222222-2222-2222-2222-222222222222
	      secret_file: azure-secret
	poll: { every: 1s, retry: 1s, timeout: 3s, stale: 1m, sessions: none }
	alerts: { confirm: { critical: 1/0s, warning: 1/0s, long: 1/0s }, recover: 1/0s }
	receivers:
	  - name: pager
	    exec: { command: [/usr/local/lib/erwatch/page, fixed], timeout: 5s }
	circuits:
	  - id: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/lon
	    name: London 1
	    labels: { site: LON }
	  - id: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/fra
	    name: Frankfurt 2
	$*
	END
}

prepare() {
    mkdir -p "$secrets" /usr/local/lib/erwatch /etc/credstore
    systemd-tmpfiles --create erwatch.conf
    cat >/tmp/scenario.yaml <<-END
	tenant: 11111111-1111-1111-1111-111111111111
	client: 22222222-2222-2222-2222-222222222222
	secret: $secret
	subscription: 00000000-0000-0000-0000-000000000000
	circuits:
	  - { name: lon, service_key: $key, peerings: { private: {} } }
	  - { name: fra, peerings: { private: {} } }
	END
    # what a hook sees of the unit's hardening is written down beside the page
    cat >/usr/local/lib/erwatch/page <<-'END'
	#!/bin/sh
	notice=$(cat)
	touch /etc/passwd 2>/dev/null && echo "can write /etc" >>/var/lib/erwatch/pages
	grep -q '^NoNewPrivs:.1' /proc/self/status || echo "may gain privileges" >>/var/lib/erwatch/pages
	case $notice in '{'*'"erwatch.notice/1"'*'}') body=whole ;; *) body=broken ;; esac
	echo "$ERWATCH_EVENT $ERWATCH_CIRCUIT $ERWATCH_RULE $ERWATCH_INCIDENT $1 $body" >>/var/lib/erwatch/pages
	echo "paged $ERWATCH_RULE_NAME"
	END
    chmod 755 /usr/local/lib/erwatch/page
    write_settings
    echo "$secret" >"$secrets/azure-secret"
    chown erwatch: "$secrets/azure-secret"
    chmod 400 "$secrets/azure-secret"
    systemd-run --quiet --unit=erwatch-sim --service-type=exec --property=Environment=HOME=/ \
        erwatch-sim --plain --listen 127.0.0.1:9100 --scenario /tmp/scenario.yaml
    wait_for 5 curl -sf -o /tmp/state "$sim/_sim/state"
}

starting() {
    override UnsetEnvironment=NOTIFY_SOCKET TimeoutStartSec=1 Restart=no
    check "without READY the start does not succeed" no systemctl start erwatchd
    check "and runs out of time" has Result timeout
    systemctl reset-failed erwatchd
    override
    check "it starts under the shipped unit" systemctl start erwatchd
    check "and answers as soon as it is active" erwatchctl status
    check "polls with the secret of the folder" wait_for 5 shows StatusText '^2 circuits: 2 usable; 0 incidents'
    check "systemctl status shows what it watches" grep -q 'Status: "2 circuits: 2 usable' <(systemctl status erwatchd)
    check "exposure is 2.0 at most" systemd-analyze security --threshold=20 --no-pager erwatchd
    check "it is not root" [ "$(ps -o user= -p "$(property MainPID)")" = erwatch ]
}

telling() {
    event '{ circuit: lon, set: { provider_state: NotProvisioned } }'
    check "a deprovisioned circuit is paged by the hook, inside the hardened unit" wait_for 8 paged 'raised London 1 15'
    check "the hook has its argument and the whole notice" grep -q '^raised London 1 15 [0-9a-f]*-1 fixed whole$' "$pages"
    check "and can do no more than the daemon" no grep -Eq 'can write|may gain' "$pages"
    check "the entry of the journal has all fields" entry_has ERWATCH_EVENT=raised \
        MESSAGE_ID=[0-9a-f]*$ PRIORITY=[23]$ ERWATCH_RULE=15$ ERWATCH_RULE_NAME=deprovisioned$ \
        'ERWATCH_INCIDENT=[0-9a-f]*-1$' 'ERWATCH_CIRCUIT=London 1$' ERWATCH_CIRCUIT_ID=/subscriptions/ \
        ERWATCH_VERDICT=unusable$ ERWATCH_SEVERITY=critical$ ERWATCH_OWNER=provider$ ERWATCH_LABEL_SITE=LON$ \
        CODE_FILE=src/app/effects.c$ MESSAGE=London _SYSTEMD_UNIT=erwatchd.service$ SYSLOG_IDENTIFIER=erwatchd$
    check "each change of a word is an entry" entry_has ERWATCH_EVENT=state-word-changed \
        ERWATCH_OLD=Provisioned$ ERWATCH_NEW=NotProvisioned$ 'ERWATCH_CIRCUIT=London 1$' ERWATCH_LABEL_SITE=LON$ \
        CODE_FILE=src/app/effects.c$ CODE_FUNC=run_one$
    check "what the hook wrote is in the journal" entry_has ERWATCH_EVENT=hook-output 'MESSAGE=pager: .*paged deprovisioned'
    journal -x ERWATCH_EVENT=raised >/tmp/explained
    check "journalctl -x explains it" grep -q '░░ Subject: .*London 1' /tmp/explained
    check "and says what to do" grep -q '░░ .*provider' /tmp/explained
    check "the status counts it" wait_for 5 shows StatusText '1 incidents, 1 critical'
}

asking() { # operators: members of the group
    local nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
    local member=(setpriv --reuid=nobody --regid=nogroup "--groups=$(getent group erwatch | cut -d: -f3)")
    check "who is not in the group gets no answer" no "${nobody[@]}" curl -sf --unix-socket /run/erwatch/control.sock http://e/v1/status
    check "a member of the group may look" "${member[@]}" erwatchctl status
    check "and have a circuit polled" "${member[@]}" erwatchctl poll 'London 1'
    check "which is written down with who it was" entry_has ERWATCH_EVENT=poll-asked "MESSAGE=.*uid $(id -u nobody)$"
    check "but may not have the settings read" no "${member[@]}" erwatchctl reload
}

reloading() {
    write_settings "  - id: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.Network/expressRouteCircuits/new"
    check "a reload is taken" systemctl reload erwatchd
    check "and is over when systemctl returns" grep -q '^new ' <(erwatchctl status)
    write_settings "sirens: [loud]"
    check "settings with an error make the reload fail" no systemctl reload erwatchd
    check "with the finding" entry_has ERWATCH_EVENT=settings-rejected 'MESSAGE=.*"sirens" is not a key'
    check "which whoever asked gets, too" grep -q '"sirens" is not a key' <(erwatchctl reload 2>&1)
    check "the old settings go on" grep -q '^new ' <(erwatchctl status)
    check "and the service is active" systemctl is-active erwatchd
    check "the status says so" wait_for 5 shows StatusText 'new settings were refused'
    write_settings
    check "good ones are taken after that" systemctl reload erwatchd
}

dying() {
    local was told
    wait_for 5 paged 'cleared new 10'
    told=$(grep -c . "$pages")
    was=$(property MainPID)
    override RestartSec=200ms
    kill -KILL "$was"
    check "after kill -9 it is started again" wait_for 10 eval "[ \"\$(property MainPID)\" != $was ] && has ActiveState active"
    check "polls" wait_for 8 shows StatusText '1 usable, 1 unusable'
    check "and pages nothing twice" [ "$(grep -c . "$pages")" = "$told" ]
    event '{ circuit: lon, set: { provider_state: Provisioned } }'
    check "what was raised before is cleared after it" wait_for 8 paged 'cleared London 1 15'
    check "once, with the same identity" [ "$(sed -n 's/.* London 1 15 //p' "$pages" | sort -u | wc -l)" = 1 ]
}

hanging() {
    local was
    override RestartSec=200ms WatchdogSec=2s
    systemctl restart erwatchd
    event '{ circuit: fra, set: { provider_state: NotProvisioned } }'
    check "it is alive under a watchdog of two seconds" wait_for 8 paged 'raised Frankfurt 2 15'
    was=$(property MainPID)
    kill -STOP "$was"
    check "one that hangs is restarted by the watchdog" wait_for 15 eval "[ \"\$(property MainPID)\" != $was ] && has ActiveState active"
    check "which says so" grep -q 'Watchdog timeout' <(journal)
    check "it polls again" wait_for 8 shows StatusText '1 usable, 1 unusable'
    check "and the incident is not paged again" [ "$(pages_of 'raised Frankfurt')" = 1 ]
    override RestartSec=200ms
    systemctl restart erwatchd
}

deaf_journal() {
    local journald polls=()
    journald=$(systemctl show -P MainPID systemd-journald)
    kill -STOP "$journald"
    event '{ circuit: fra, set: { provider_state: Provisioned } }'
    check "with a journal that reads nothing it goes on paging" wait_for 8 paged 'cleared Frankfurt 2 15'
    check "and answering" timeout 2 erwatchctl status
    for i in $(seq 12); do
        erwatchctl poll 'London 1' >"/tmp/poll.$i" 2>&1 &
        polls+=($!)
    done
    check "also when entries pile up" all_end "${polls[@]}"
    kill -CONT "$journald"
    check "which are written when it reads again" wait_for 8 entry_has ERWATCH_EVENT=poll-asked MESSAGE=London
}

stopping() {
    local begun
    # shellcheck disable=SC2016 # the hook expands it
    sed -i 's/^echo "paged.*/case $ERWATCH_CIRCUIT in London*) trap "" TERM; sleep 60 ;; esac/' /usr/local/lib/erwatch/page
    override
    systemctl restart erwatchd
    event '{ circuit: lon, set: { provider_state: NotProvisioned } }'
    wait_for 8 eval "[ \"\$(pages_of 'raised London 1 15')\" = 2 ]"
    begun=$SECONDS
    check "it stops while a hook that ignores SIGTERM runs" systemctl stop erwatchd
    check "in good time" [ $((SECONDS - begun)) -lt 15 ]
    check "in order" has Result success
    check "and nothing of it is left" [ -z "$(cat "/sys/fs/cgroup$(property ControlGroup)/cgroup.procs" 2>/dev/null)" ]
}

handed_over() {
    rm "$secrets/azure-secret"
    sed -i 's/.*trap "" TERM.*//' /usr/local/lib/erwatch/page
    echo "$secret" >/etc/credstore/azure-secret
    chmod 600 /etc/credstore/azure-secret
    check "without its secret it does not start" no systemctl start erwatchd
    override LoadCredential=azure-secret:/etc/credstore/azure-secret
    systemctl reset-failed erwatchd
    check "with a secret that systemd hands over it does" systemctl start erwatchd
    check "and signs in with it" wait_for 8 shows StatusText '1 usable, 1 unusable'
    check "the notice that a stop cut short is sent again" wait_for 8 eval "[ \"\$(pages_of 'raised London 1 15')\" = 3 ]"
    check "under the same identity" [ "$(grep '^raised London 1 15' "$pages" | tail -n 2 | uniq | wc -l)" = 1 ]
}

prepare
starting
telling
asking
reloading
dying
hanging
deaf_journal
stopping
handed_over
check "the journal holds no secret, token or whole service key" no grep -aEq "$secret|$key|sim\.[0-9a-f]{8}-" \
    <(journalctl -o export --all)
echo "1..$count"
