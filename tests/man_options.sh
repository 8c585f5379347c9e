#!/bin/sh
# man_options.sh PROGRAM PAGE: every option that PROGRAM --help shows is an item of the manual page, and the reverse; what
# the usage line and the page's synopsis show is explained there. Says what is missing where, and ends with 1 then.
set -eu

program=$1
page=$2
help=$("$program" --help)

# Words like -c and --state, wherever they stand. "[-nv]" is -n and -v.
options_of() {
    grep -oE '(^|[^[:alnum:]_-])--?[[:alpha:]][[:alnum:]-]*' | sed 's/^[^-]//' |
        awk '/^-[^-]/ { for (i = 2; i <= length($0); i++) print "-" substr($0, i, 1); next } { print }' | sort -u
}

in_help=$(printf '%s\n' "$help" | grep -v '^Usage:' | options_of)
in_usage=$(printf '%s\n' "$help" | grep '^Usage:' | options_of)
# what stands behind Fl on the lines that begin an item; in the synopsis, wherever
in_page=$(awk '$1 == ".It" { for (i = 2; i < NF; i++) if ($i == "Fl") print "-" $(i + 1) }' "$page" | sort -u)
in_synopsis=$(awk '/^\.Sh/ { on = $2 == "SYNOPSIS" } on { for (i = 1; i < NF; i++) if ($i == "Fl") print "-" $(i + 1) }' \
    "$page" | options_of)

status=0
compare() { # options, of what, others, of what
    for option in $1; do
        printf '%s\n' "$3" | grep -qxe "$option" || { echo "$option is in $2 and not in $4"; status=1; }
    done
}
compare "$in_help" "$program --help" "$in_page" "$page"
compare "$in_page" "$page" "$in_help" "$program --help"
compare "$in_usage" "the usage line of $program" "$in_help" "its own help"
compare "$in_synopsis" "the synopsis of $page" "$in_page" "its own list"
exit "$status"
