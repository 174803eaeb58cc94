#!/bin/bash
# SPDX-License-Identifier: ISC
# pure.sh - the pure layers call nothing that could touch a descriptor, a clock, a log or the heap.
#
# Runs in the build directory after the libraries are built. Every undefined symbol of a pure library
# must be defined in the library itself or in a lower pure layer, or be in the list below. CC compiles
# objects that the check must catch, because a check that cannot fail proves nothing.
set -u
export LC_ALL=C

libc='bcmp memchr memcmp memcpy memmem memmove memrchr memset strchr strcmp strcspn strlen
    strncmp strnlen strrchr strspn strstr explicit_bzero snprintf vsnprintf inet_ntop inet_pton'
# Added by compilers: position independence, stack protector, sanitizers.
compilers='_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__(asan|ubsan|sanitizer)_.*'

defined() { nm --defined-only "$@" 2>/dev/null | awk 'NF == 3 {print $3}'; }
undefined() { nm -u "$@" 2>/dev/null | awk 'NF == 2 {print $2}' | sort -u; }

# foreign LIBRARY "LOWER …" REGEX: the symbols that the library must not need, one per line.
foreign() {
    local known
    known=$(defined "$1" $2; printf '%s\n' $libc)
    # _FORTIFY_SOURCE turns memcpy into __memcpy_chk.
    undefined "$1" | sed -E 's/^__(.*)_chk$/\1/' | grep -vxE "$compilers${3:+|$3}" |
        grep -vxF -e "$known"
}

failed=0
pure() { # LIBRARY "LOWER …" [REGEX of other symbols that the library may need]
    local symbols
    [ -n "$(defined "$1")" ] || { echo "pure: $1 is missing or empty"; failed=1; return; }
    symbols=$(foreign "$1" "$2" "${3:-}")
    [ -z "$symbols" ] && { echo "pure: $1"; return; }
    failed=1
    for symbol in $symbols; do
        echo "pure: $1 needs $symbol: $(nm -A -u "$1" | awk -v s="$symbol" '$NF == s {print $1}' | tr '\n' ' ')"
    done
}

can_fail() { # SYMBOL PARAMETERS CALL: an object that calls it is caught, for that symbol alone
    local dir=$(mktemp -d) found
    printf 'long %s(%s);\nlong probe(void);\nlong probe(void) { return %s%s; }\n' \
        "$1" "$2" "$1" "$3" >"$dir/probe.c"
    # shellcheck disable=SC2086 # CC may carry options
    ${CC:-cc} -fno-builtin -c -o "$dir/probe.o" "$dir/probe.c" && ar rc "$dir/probe.a" "$dir/probe.o" 2>/dev/null
    found=$(foreign "$dir/probe.a" libbase.a)
    rm -rf "$dir"
    [ "$found" = "$1" ] && return
    echo "pure: a call of $1() was not caught"
    failed=1
}

pure libbase.a ''
pure libproto.a libbase.a
pure librecord.a libbase.a 'nettle_.*'
pure libradius.a libbase.a 'nettle_.*'
pure libwire.a libbase.a
pure libpolicy.a libbase.a
pure libunits.a 'libbase.a libpolicy.a'
pure libimport.a 'libbase.a libpolicy.a'
pure liblogin.a 'libbase.a libproto.a libwire.a libpolicy.a'

can_fail open 'const char *, int' '("file", 0)'
can_fail malloc 'unsigned long' '(1)'
can_fail time 'void *' '(0)'
can_fail log_event int '(1)'
exit $failed
