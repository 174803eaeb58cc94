#!/bin/bash
# SPDX-License-Identifier: ISC
# ask.sh - sourced after bed.sh and tap.sh: questions to server groups.

ask_wrap=() # a command in front of it
# ask GROUP USER PASSWORD [DEAD [authorize]]: what the server group says, under the bed's policy.
ask() {
    local group=$1 user=$2 password=$3; shift 3
    printf '%s' "$password" | timeout "$patience" "${ask_wrap[@]}" "$MW_BUILD/t/e2e/ask" "$BED/etc/policy.xml" \
        "$MW_SRC/xml/policy.rng" "$group" "$user" "$@" 2>"$BED/log/ask"
    cat "$BED/log/ask" >&2
}
# said NAME REGEX, and ask's arguments: it says this, and in no case a password.
said() {
    local name=$1 re=$2 out s; shift 2
    out=$(ask "$@" 2>&1 | grep -v '^warning: ')
    for s in "${secrets[@]}"; do [[ $out != *"$s"* ]] || out="(with a password) $out"; done
    if grep -Eq -- "^$re" <<<"$out"; then ok "$name"; else not_ok "$name" "$out"; fi
}
