#!/bin/sh
# man_options.sh PROGRAM PAGE: every option that PROGRAM --help shows is an item of the manual page, and the reverse.
# Says what is missing where, and ends with 1 then.
set -eu

program=$1
page=$2
help=$("$program" --help)

# words like -c and --state, wherever they stand in the help text
in_help=$(printf '%s\n' "$help" | grep -oE '(^|[^[:alnum:]_-])--?[[:alpha:]][[:alnum:]-]*' | sed 's/^[^-]//' | sort -u)

# what stands behind Fl on the lines that begin an item
in_page=$(awk '$1 == ".It" { for (i = 2; i < NF; i++) if ($i == "Fl") print "-" $(i + 1) }' "$page" | sort -u)

status=0
for option in $in_help; do
    printf '%s\n' "$in_page" | grep -qxe "$option" || { echo "$option is in $program --help and not in $page"; status=1; }
done
for option in $in_page; do
    printf '%s\n' "$in_help" | grep -qxe "$option" || { echo "$option is in $page and not in $program --help"; status=1; }
done
exit "$status"
