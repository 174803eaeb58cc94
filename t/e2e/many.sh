#!/bin/bash
# SPDX-License-Identifier: ISC
# Hundreds of sessions, many at once: all work, and none leaves anything.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost outstanding=none
sessions=${MW_SESSIONS:-300}
config() { # PROTO URL-SCHEME COUNT: a curl configuration of so many transfers, each its own connection
    local i
    for ((i = 0; i < $3; i++)); do
        [ $i -eq 0 ] || echo next
        printf 'url = "%s"\ncacert = "%s"\noutput = /dev/null\nfail\nmax-time = %d\nwrite-out = "%%{exitcode}\\n"\n' \
            "$(url "$2" bob "$PASS_BOB" "${port[$1]}")" "$CA" "$patience"
    done
}
batch() { # PROTO SCHEME
    config "$1" "$2" $((sessions / 3)) >"$BED/cl/curl.$1"
    curl -sS --no-keepalive --parallel --parallel-max 20 -K "$BED/cl/curl.$1" \
        2>"$BED/cl/curl.$1.err" | grep -cx 0
}
log_mark
for p in imap4s:imaps pop3s:pop3s; do
    good=$(batch "${p%:*}" "${p#*:}")
    check "$((sessions / 3)) transfers by ${p#*:}, 20 at once: $good" [ "$good" -eq $((sessions / 3)) ]
done
# As many sessions open at the same time.
open=40
for ((i = 0; i < open; i++)); do talk "s$i" "${port[imap4s]}"; done
good=0
for ((i = 0; i < open; i++)); do
    hear "s$i" '^\* OK' && say "s$i" "a LOGIN bob $PASS_BOB" && hear "s$i" '^a OK' && good=$((good + 1))
done
check "$open sessions at once" [ $good -eq $open ]
check_entries "$open entries" $open
check_says "summary counts them" "imap4s +authenticated +$open " ctl summary
good=0
for ((i = 0; i < open; i++)); do say "s$i" "b NOOP"; hear "s$i" '^b OK' && good=$((good + 1)); done
check "all of them answer" [ $good -eq $open ]
for ((i = 0; i < open; i++)); do hangup "s$i"; done
check_entries "no entry is left" 0
check "the listening process has no child left" wait_for no_child "$filter"
ends=$(log_new | grep -c 'event=ended.*bytes-in=')
starts=$(log_new | grep -c 'event=established')
check "as many ends as starts are logged: $ends of $starts" [ "$ends" -eq "$starts" ]
done_testing
