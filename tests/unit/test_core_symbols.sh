#!/bin/sh
# The middle cannot do I/O: what libcore.a asks of others is on a list, and the list has no clock, no files, no
# randomness and no environment.

: "${srcdir:=.}" "${builddir:=.}"
archive=$builddir/libcore.a
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# Pure functions of their arguments, and memory (mmap: none of a file, core/sparse.h). gmtime_r and strftime turn a given time into text.
allowed='abort bcmp calloc free malloc realloc mmap munmap
gmtime_r strftime snprintf vsnprintf inet_ntop inet_pton
memchr memcmp memcpy memmove memset
strcasecmp strcat strchr strcmp strcpy strcspn strdup strlen strncasecmp strncat strncmp strncpy strndup strnlen
strrchr strspn strstr strtol strtoul
bsearch qsort'
# What the compiler asks for: assertions, <ctype.h>, the stack protector, sanitizers, position-independent code.
of_compiler='^(__assert_fail|__ctype_b_loc|__ctype_tolower_loc|__ctype_toupper_loc|__stack_chk_fail(_local)?|__(asan|ubsan|lsan|sanitizer)_.*|_GLOBAL_OFFSET_TABLE_)$'
never='fopen fdopen freopen open openat creat read write close socket connect printf fprintf vprintf vfprintf dprintf puts
fputs putchar perror stdin stdout stderr time clock clock_gettime gettimeofday localtime localtime_r mktime getenv
secure_getenv setenv rand random rand_r srand arc4random getrandom syslog sd_journal_send exit sleep nanosleep'

test_count=0
report() { # STATUS WHAT
    test_count=$((test_count + 1))
    if [ "$1" -eq 0 ]; then echo "ok $test_count - $2"; else echo "not ok $test_count - $2"; fi
}

echo 1..4

nm "$archive" 2>"$work/errors" >"$work/all" && [ -s "$work/all" ]
report $? "the symbols of libcore.a can be read"

# "U name" asks, "T name" gives; a checked variant (__snprintf_chk) is the function it checks
awk 'NF == 3 && $2 ~ /^[A-TV-Z]$/ { print $3 }' "$work/all" | sort -u >"$work/given"
awk 'NF == 2 && $1 ~ /^[Uw]$/ { print $2 }' "$work/all" | sort -u | comm -23 - "$work/given" |
    grep -v -E "$of_compiler" | sed 's/^__\(.*\)_chk$/\1/' | sort -u >"$work/asked"
echo "$allowed" | tr ' ' '\n' | sort -u >"$work/allowed"
echo "$never" | tr ' ' '\n' | sort -u >"$work/never"

others=$(comm -23 "$work/asked" "$work/allowed" | tr '\n' ' ')
[ -z "$others" ]
report $? "libcore.a asks libc only for what the list allows${others:+, but also for: $others}"

wrong=$(comm -12 "$work/allowed" "$work/never" | tr '\n' ' ')$(comm -12 "$work/asked" "$work/never" | tr '\n' ' ')
[ -z "$wrong" ]
report $? "no file, clock, randomness or environment is asked for${wrong:+, but: $wrong}"

! grep -q -x main "$work/given"
report $? "the program that makes the catalogue is not part of libcore.a"
