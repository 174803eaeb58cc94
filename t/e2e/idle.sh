#!/bin/bash
# SPDX-License-Identifier: ISC
# Idle and session timeouts: a minute is the shortest that a policy can say, so this takes one.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost idle=1 session=1
imap_login quiet bob "$PASS_BOB" || echo "# no login: $heard"
start=$SECONDS
pid=$(session_pid "${port[imap4s]}")
check "a session stands" [ -n "$pid" ]
until [ $((SECONDS - start)) -ge 50 ]; do sleep 1; done
check "it stands after 50 s" kill -0 "$pid"
ticks=$(awk '{print $14 + $15}' "/proc/$pid/stat")
check "and took less than 0.2 s of CPU" [ "$ticks" -lt 20 ]
heard=''; end=$((SECONDS + 30))
until [ $SECONDS -ge $end ] || ! kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
check "a session is ended in time" gone "$pid"
took=$((SECONDS - start))
check "not before a minute" [ $took -ge 58 ]
check "the client's connection ends" ended quiet
check_log "the log says why" 'event=ended.*cause=(idle|session)-timeout'
check_entries "no entry is left" 0
done_testing
