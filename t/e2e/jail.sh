#!/bin/bash
# SPDX-License-Identifier: ISC
# What the processes are allowed and hold: users, no new privileges, seccomp, descriptors, and that
# no password is in an argument, an environment or (later) a log.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up
status() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }
uid_of() { status "$1" Uid | tr '\t' ' '; }
mw_uid=$(id -u mailwicket) verify_uid=$(id -u mailwicket-verify)

jailed() { # WHO PID: a process of the user mailwicket that can do little
    check "$1: user mailwicket, for good" [ "$(uid_of "$2")" = "$mw_uid $mw_uid $mw_uid $mw_uid" ]
    check "$1: no capability" [ "$(status "$2" CapEff) $(status "$2" CapPrm)" = "0000000000000000 0000000000000000" ]
    check "$1: no new privileges" [ "$(status "$2" NoNewPrivs)" = 1 ]
    check "$1: system calls are filtered" [ "$(status "$2" Seccomp)" = 2 ]
    check "$1: only its own groups" [ "$(status "$2" Groups | tr -d ' ')" = "$(id -G mailwicket | tr -d ' ')" ]
}
clean() { # WHO PID
    local s found=''
    for s in "${secrets[@]}"; do
        grep -aqF -- "$s" "/proc/$2/cmdline" "/proc/$2/environ" && found=1
    done
    check "$1: no password in arguments or environment" [ -r "/proc/$2/environ" -a -z "$found" ]
}
# descriptors PID: "0:socket 1:socket 3:socket …"
descriptors() { (cd "/proc/$1/fd" && for f in $(ls | sort -n); do printf '%s:%s ' "$f" "$(readlink "$f" | sed 's/:\[.*//')"; done); }

talk t "${port[imap4s]}"; hear t '^\* OK'
filter_pid=$(session_pid "${port[imap4s]}")
check "the connection's process is found" [ -n "$filter_pid" ]
check "a process of its own serves the connection" [ "$filter_pid" != "$filter" ]
jailed filter "$filter_pid"
clean filter "$filter_pid"
check "filter: it may be read by nobody but root" [ "$(stat -c %U "/proc/$filter_pid/fd")" = root ]
# A process that may open nothing: the table of its jail is compiled into the program; see that the
# kernel enforces it where a tracer can see it.
say t "a LOGIN vpn1:alice $PASS_VPN1:$PASS_ALICE"; hear t '^a OK'
relay_pid=$(session_pid "${port[imap4s]}")
check "the relay has the filter's process id" [ "$relay_pid" = "$filter_pid" ]
check "the relay is another program" [ "$(readlink "/proc/$relay_pid/exe")" = "$(readlink -f "$(mw mailwicket-relay)")" ]
jailed relay "$relay_pid"
clean relay "$relay_pid"
check "the relay's environment is empty" [ ! -s "/proc/$relay_pid/environ" ]
say t 'b NOOP'; hear t '^b OK'
fds=$(descriptors "$relay_pid")
check_says "the relay's descriptors are as documented ($fds)" '^0:socket 1:socket (2:[^ ]* )?3:socket 5:socket $' echo "$fds"
check "no certificate key in the relay's memory file map" bash -c "! grep -q server.key '/proc/$relay_pid/maps'"
check_says "the helper is another user" "^$verify_uid " uid_of "$helper"
check "helper: no capability" [ "$(status "$helper" CapEff)" = 0000000000000000 ]
check "helper: no new privileges" [ "$(status "$helper" NoNewPrivs)" = 1 ]
clean helper "$helper"
clean "listening filter" "$filter"
check "one process a session, none of the helper's" [ "$(pgrep -P "$filter" | wc -l)" -eq 1 ]
check "the helper has no process left" wait_for no_child "$helper"
check "users can't read the state file" [ "$(stat -c %a "$BED/state/state")" = 600 ]
hangup t
check "the relay ends with its client" wait_for gone "$relay_pid"
check_entries "no entry is left" 0
for p in pop3s smtps; do
    talk t "${port[$p]}"; hear t '^(\+OK|220)'
    jailed "filter ($p)" "$(session_pid "${port[$p]}")"
    hangup t
done
done_testing
