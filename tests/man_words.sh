#!/bin/sh
# The words that texts and programs share: commands of erwatchctl, fields and events of the journal, settings of the README.
# What each test holds together stands in its name; what differs is said above it.
set -eu

: "${srcdir:=.}" "${builddir:=.}"
count=0

result() { # name, what differs
    count=$((count + 1))
    if [ -z "$2" ]; then
        echo "ok $count - $1"
    else
        printf '%s\n' "$2" | sed 's/^/# /'
        echo "not ok $count - $1"
    fi
}

# Two lists, one word on each line: what only one of them has.
differ() { # list, its place, list, its place
    for word in $1; do
        printf '%s\n' "$3" | grep -qxe "$word" || echo "$word is in $2 and not in $4"
    done
    for word in $3; do
        printf '%s\n' "$1" | grep -qxe "$word" || echo "$word is in $4 and not in $2"
    done
}

section() { # page, title
    awk -v title="$2" '/^\.Sh/ { on = $0 == ".Sh " title } on' "$1"
}

# ---- commands ----

ctl=$srcdir/man/erwatchctl.1
commands=$("$builddir/erwatchctl" --help | awk '/^Options:/ { exit } on && /^  [a-z]/ { print $1 } /^Commands:/ { on = 1 }' | sort)
in_page=$(section "$ctl" DESCRIPTION | awk '/^\.Bl/ { on++ } on == 1 && $1 == ".It" && $2 == "Ic" { print $3 }' | sort)
result "erwatchctl --help and erwatchctl.1 have the same commands" \
    "$(differ "$commands" "the help" "$in_page" "the page")"

# Texts for operators must not send them to a command that is not there.
asked=$(grep -ohE 'erwatchctl [a-z]+' "$builddir/systemd/erwatch.catalog" "$srcdir/README.md" |
    awk '{ print $2 }' | sort -u)
result "the catalogue and the README name no other command of erwatchctl" "$(
    for word in $asked; do
        printf '%s\n' "$commands" | grep -qxe "$word" || echo "there is no command $word"
    done
)"

# ---- the journal ----

daemon=$srcdir/man/erwatchd.8
in_source=$(grep -rohE '"ERWATCH_[A-Z_]+' "$srcdir/src" | tr -d '"' | sort -u)
in_page=$(section "$daemon" JOURNAL | awk '$1 == ".It"' | grep -oE 'ERWATCH_[A-Z_]+' | sort -u)
result "the source and erwatchd.8 have the same fields" \
    "$(differ "$in_source" "the source" "$in_page" "the page")"

# Events are the names of the messages, which erwatch-rules.7 lists, and those of an incident.
events=$(section "$srcdir/man/erwatch-rules.7" MESSAGES |
    awk '$1 == ".It" && $4 ~ /^[0-9a-f]+$/ && length($4) == 32 { print $2 }'; printf 'raised\nchanged\ncleared\nreminder\nacknowledged\n')
in_page=$(section "$daemon" JOURNAL | awk '/^\.Bl/ { list++ } list == 2 && $1 == ".It"' |
    tr -s ' ,' '[\n*]' | grep -E '^[a-z][a-z-]+$')
result "erwatch-rules.7 and erwatchd.8 have the same events" \
    "$(differ "$events" "the rules" "$in_page" "the page")"

# ---- the README ----

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
awk '/^```yaml/ { on = 1; next } /^```/ { on = 0 } on' "$srcdir/README.md" >"$folder/erwatch.yaml"
(umask 077 && echo secret >"$folder/azure-secret" && echo 00000000000000000000000000000000 >"$folder/pagerduty-key")
result "the README's settings are good settings" "$(
    CREDENTIALS_DIRECTORY=$folder "$builddir/erwatchd" -n -c "$folder/erwatch.yaml" 2>&1 >/dev/null || echo "exit status $?"
)"

rooms=$(cd "$srcdir/src" && for room in */; do echo "${room%/}"; done | sort)
# shellcheck disable=SC2016 # the backquotes are the README's
in_readme=$(grep -oE '^\| `src/[a-z]+/`' "$srcdir/README.md" | tr -d '|` ' | sed 's|^src/||; s|/$||' | sort)
result "the README's table has every room" "$(differ "$rooms" "src/" "$in_readme" "the README")"

rules=$(grep -cE '^\.Ss [0-9]+ [a-z]' "$srcdir/man/erwatch-rules.7")
result "the README knows how many rules there are" "$(
    grep -q "follow $rules rules" "$srcdir/README.md" || echo "there are $rules"
)"

lines=$(wc -l <"$srcdir/README.md")
result "the README stays short" "$([ "$lines" -le 150 ] || echo "$lines lines")"

echo "1..$count"
