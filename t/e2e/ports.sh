#!/bin/bash
# SPDX-License-Identifier: ISC
# The test bed itself: two beds never have a port in common, and a bed's servers can have its ports.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new

holders=20 each=${#port_names[@]}
for ((i = 0; i < holders; i++)); do # all look at the same place, so that they meet
    exec {in}> >(MW_PORTS_FROM=20000 exec perl "$MW_SRC/t/e2e/ports.pl" "$each" >"$BED/cl/$i")
    ins+=("$in")
done
for ((i = 0; i < holders; i++)); do
    wait_for test -s "$BED/cl/$i"
    read -r -a numbers <"$BED/cl/$i" && all+=("${numbers[@]}")
done
check "$holders beds have $((holders * each)) ports" [ "${#all[@]}" -eq $((holders * each)) ]
check "no two have one in common" [ -z "$(printf '%s\n' "${all[@]}" "${port[@]}" | sort | uniq -d)" ]

listens() { # PORT OPTION: a server with the option, or without, can listen there
    perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) or die; setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 0 + $ARGV[1]);
        bind(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) && listen(S, 1) or die "$!\n"' "$1" "$2"
}
check "a server can listen on a port of its bed" listens "${all[0]}" 1
check_not "whoever asks for a port of his own doesn't get it" listens "${all[0]}" 0
check "nobody listens there of himself" port_closed "${all[0]}"
for in in "${ins[@]}"; do exec {in}>&-; done
check "when its bed ends, a port is free" wait_for listens "${all[0]}" 0
done_testing
