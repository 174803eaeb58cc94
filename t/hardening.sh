#!/bin/bash
# SPDX-License-Identifier: ISC
# hardening.sh PROGRAM …: shows that programs are built as SECURITY promises: at a random address, their
# relocations read-only before main, code apart from data, no stack or segment both writable and
# executable; dynamic ones with a stack protector and checked libc calls, static ones without a loader.
set -u
failed=0
expect() { # PROGRAM WHAT COMMAND …
    local program=$1 what=$2; shift 2
    "$@" && return
    printf '%s: expected %s\n' "$program" "$what"
    failed=1
}
has() { grep -Eq "$1" <<<"$2"; }
lacks() { ! has "$@"; }

[ $# -gt 0 ] || { echo 'usage: hardening.sh PROGRAM …' >&2; exit 2; }
for p; do
    head=$(readelf -hlW "$p") dynamic=$(readelf -dW "$p") symbols=$(readelf -sW --dyn-syms "$p") || { failed=1; continue; }
    expect "$p" "a position-independent program" has 'Type: +DYN' "$head"
    expect "$p" "read-only relocations" has 'GNU_RELRO' "$head"
    expect "$p" "all symbols bound at the start" has 'BIND_NOW|FLAGS_1\).*NOW' "$dynamic"
    expect "$p" "a stack that is not executable" has 'GNU_STACK .* RW +0x' "$head"
    expect "$p" "no segment writable and executable" lacks 'LOAD .* RWE ' "$head"
    expect "$p" "code in a segment of its own" has 'LOAD +0x0+ .* R +0x' "$head"
    expect "$p" "no relocation in code" lacks 'TEXTREL' "$dynamic"
    if has INTERP "$head"; then
        expect "$p" "a stack protector" has '__stack_chk_fail' "$symbols"
        expect "$p" "checked calls of libc (_FORTIFY_SOURCE)" has '__[a-z]+_chk(@| *$)' "$symbols"
    else
        expect "$p" "no shared library" lacks '\(NEEDED\)' "$dynamic"
    fi
    [ "$(uname -m)" != x86_64 ] ||
        expect "$p" "functions that begin with endbr64 (control-flow protection)" \
            [ "$(objdump -d --no-show-raw-insn "$p" | grep -c endbr64)" -gt 8 ]
done
exit $failed
