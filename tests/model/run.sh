#!/bin/sh
# The models of the delivery queue and of the hold, checked by Spin. What is right has to hold, and each variant that is
# known to be wrong has to be found out: a model that finds nothing wrong there says nothing at all.
set -u

: "${srcdir:=.}"
models=$srcdir/tests/model

for program in spin gcc; do
    command -v "$program" >/dev/null 2>&1 && continue
    echo "1..0 # SKIP $program is not installed"
    exit 0
done

# model, what is asked of it ("-": its assertions, all of them or one PROPERTY; else an LTL claim), what must come out,
# what is switched on
table='
outbox - holds
outbox 1 violated MARK_FIRST
outbox 2 violated MARK_FIRST
outbox 1 violated TWO_TRANSACTIONS
outbox 2 violated TWO_TRANSACTIONS
outbox 1 violated IN_MEMORY
outbox 2 violated IN_MEMORY
outbox 2 violated NO_WAIT
outbox 3 violated NO_WAIT
outbox 2 violated WAIT_IN_MEMORY
outbox 3 violated WAIT_IN_MEMORY
hold - holds
hold pages holds
hold ends holds
hold pages violated UNKNOWN_RESTARTS
hold ends violated UNKNOWN_RESTARTS
hold - violated UNKNOWN_IS_BAD
hold - violated UNKNOWN_IS_GOOD
hold pages violated UNKNOWN_IS_GOOD
hold pages violated COUNT_IN_MEMORY
hold ends violated COUNT_IN_MEMORY
hold - violated REPEAT_COUNTS
'

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT INT TERM

in_words() { # property
    case $1 in
    1) echo "every trouble that was written down pages" ;;
    2) echo "in the end the pager shows what is so" ;;
    3) echo "no episode pages twice" ;;
    pages) echo "a lasting trouble that is seen again and again pages" ;;
    ends) echo "a lasting recovery that is seen again and again clears" ;;
    *) echo "nothing that must never happen" ;;
    esac
}

# Leaves the checker's words in $work/out. Without -f: fairness would hide the runs that matter. -A: claims alone.
check() { # model, property, switch
    set -- "$1" "$2" "${3:+-D$3}"
    case $2 in
    [0-9]) spin_options=-DPROPERTY=$2 cc_options="-DSAFETY -DNOCLAIM" run_options='' ;;
    -) spin_options='' cc_options="-DSAFETY -DNOCLAIM" run_options='' ;;
    *) spin_options='' cc_options='' run_options="-a -A -N $2" ;;
    esac
    # shellcheck disable=SC2086 # lists of options
    (cd "$work" && rm -f pan pan.* && spin -a $3 $spin_options "$1.pml" &&
        gcc -O0 -w $cc_options -o pan pan.c && timeout 60 ./pan -m100000 $run_options) \
        >"$work/out" 2>&1
}

# An error that is no violation (no compiler, a search cut short, a deadlock) is neither.
outcome() {
    if grep -q '^error: max search depth\|^pan:.*invalid end state\|^pan:.*array index' "$work/out"; then
        echo broken
    elif grep -q 'errors: 0' "$work/out"; then
        echo holds
    elif grep -q 'assertion violated\|acceptance cycle' "$work/out"; then
        echo violated
    else
        echo broken
    fi
}

cp "$models/outbox.pml" "$models/hold.pml" "$work" || exit 1
echo "1..$(printf '%s' "$table" | grep -c .)"
count=0
printf '%s' "$table" | grep . | while read -r model property wanted switch; do
    count=$((count + 1))
    name="$model${switch:+ with $switch}: $(in_words "$property"): $wanted"
    check "$model" "$property" "$switch"
    if [ "$(outcome)" = "$wanted" ]; then
        echo "ok $count - $name"
    else
        grep -v '^$' "$work/out" | head -20 | sed 's/^/# /'
        echo "not ok $count - $name"
    fi
done
