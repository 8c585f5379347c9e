#!/bin/sh
# The demonstration's pager: keeps each notice (standard input, one line of JSON) and prints what a person would be paged with.
set -eu
folder=$1
notice=$(cat)
printf '%s\n' "$notice" >>"$folder/notices.json"
printf '  PAGE %-7s %-8s %s\n' "$ERWATCH_EVENT" "$ERWATCH_SEVERITY" "$ERWATCH_SUMMARY" >>"$folder/screen"
