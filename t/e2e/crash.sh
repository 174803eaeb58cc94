#!/bin/bash
# SPDX-License-Identifier: ISC
# Things die or are missing: no entry, no process and no lock is left, and a client that can't be
# served is told so for the time being.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost

temporary='NO \[UNAVAILABLE\]|\* BYE'
refusal() { # NAME: bob logs in with the right password; everything that the client hears
    talk t "${port[imap4s]}"
    all=
    hear t '^\*'; all+=$heard
    say t "a LOGIN bob $PASS_BOB"; hear t '^(a |\* BYE)'; all+=$heard
    hangup t
    printf '%s' "$all"
}

# kill -9 of the filter's process before login
talk t "${port[imap4s]}"; hear t '^\* OK'
until_entries 1
pid=$(session_pid "${port[imap4s]}")
kill -9 "$pid"
check "kill -9 of a filter before login: the client's connection ends" ended t
hangup t
check_entries "no entry is left of it" 0
# ... of the relay
log_mark
imap_login t bob "$PASS_BOB"
pid=$(session_pid "${port[imap4s]}")
check_says "the session is served by the relay" mailwicket-rel cat "/proc/$pid/comm"
kill -9 "$pid"
check "kill -9 of a relay: the client's connection ends" ended t
hangup t
check_entries "no entry is left of it" 0
check "sweep finds nothing any more or did it" ctl sweep
check_log "its end is logged, cause unknown" 'event=ended.*cause=(unknown|lost)'

# kill -9 of the helper: sessions live on; new logins are told to come later; then it is back
imap_login t bob "$PASS_BOB"
kill -9 "$helper"; wait "$helper" 2>/dev/null
say t 'b NOOP'; check "kill -9 of the helper: an established session lives on" hear t '^b OK'
log_mark
talk u "${port[imap4s]}"; hear u '^\*'; got=$heard
say u "a LOGIN bob $PASS_BOB"; hear u '^(a |\* BYE)'; got+=$heard
check "without helper: a temporary failure" grep -Eq "$temporary" <<<"$got"
hangup u
check_log "without helper: the log says so" 'event=.*(helper|verify)'
rm -f "$BED/state/verify" "$BED/state/report"
bed_helper_start
check "the helper is back: logins work" imap_login u bob "$PASS_BOB"
hangup u
check_entries "the session from before is still in the state file, alone" 1
hangup t
check_entries "and its end, seen by the new helper or by a sweep, removes it" 0

# the helper dies in the middle of a connection
talk t "${port[imap4s]}"; hear t '^\* OK'
kill -9 "$helper"; wait "$helper" 2>/dev/null
say t "a LOGIN bob $PASS_BOB"; hear t '^(a |\* BYE)'
check "the helper dies under a connection: a temporary failure" grep -Eq "$temporary" <<<"$heard"
hangup t
rm -f "$BED/state/verify" "$BED/state/report"
bed_helper_start
check_entries "no entry is left of it" 0

# kill -9 of the filter's listening process: sessions live on
imap_login t bob "$PASS_BOB"
kill -9 "$filter"; wait "$filter" 2>/dev/null; filter=''
say t 'b NOOP'; check "kill -9 of the listening process: a session lives on" hear t '^b OK'
hangup t
bed_filter_start
check "a new one serves" imap_login t bob "$PASS_BOB"
hangup t
check_entries "no entry is left" 0

# the users file can't be read
bed_restart
chmod 000 "$BED/etc/users"; chown root:root "$BED/etc/users"
log_mark
talk t "${port[imap4s]}"; hear t '^\* OK'
say t "a LOGIN alice $PASS_ALICE"; hear t '^a '
check "unreadable users file: a temporary failure" grep -q '^a NO \[\(UNAVAILABLE\|CONTACTADMIN\)\]' <<<"$heard"
check_log "unreadable users file: the log names it" "event=.*$BED/etc/users|event=.*users"
hangup t
rm -f "$BED/etc/users"
check_entries "no entry is left of it" 0

# the state directory is full
full=$BED/full
mkdir -p "$full"
if mount -t tmpfs -o size=96k,mode=750,uid="$(id -u mailwicket-verify)",gid="$(id -g mailwicket)" none "$full" 2>/dev/null; then
    state_was=$BED/state
    rmdir "$BED/full/x" 2>/dev/null
    bed_filter_stop; bed_helper_stop
    mv "$BED/state" "$BED/state.was"; ln -s "$full" "$BED/state"
    bed_restart methods=mailhost "state=$full" 2>/dev/null
    head -c 200000 /dev/zero >"$full/filler" 2>/dev/null
    log_mark
    # The entries fill what pages are left.
    got=''
    for i in {1..80}; do
        exec {fd}<>"/dev/tcp/127.0.0.1/${port[imap4s]}"; fds+=($fd)
    done
    refusal >/dev/null; got=$all
    check "state file full: a temporary failure" grep -Eq "$temporary" <<<"$got"
    check_log "state file full: the log says so" 'event=.*(full|space|ENOSPC)'
    for fd in "${fds[@]}"; do exec {fd}>&-; done
    rm -f "$full/filler"
    check_entries "with room again nothing is left" 0
    check_says "and logins work" 'a OK' refusal
    bed_filter_stop; bed_helper_stop
    rm "$BED/state"; mv "$BED/state.was" "$BED/state"
    umount -l "$full"
else
    not_ok "state file full: could not mount a small tmpfs"
fi

# --- what keeps the programs from starting ------------------------------------------------------
few=()
starts_not() { # NAME OPTION …: the program ends by itself, not 0
    local rc program sockets=("imap4s=tcp:127.0.0.1:${port[extra]}")
    program=$(mw "$1"); shift
    [[ $program != *verify ]] || sockets=("verify=seqpacket:$BED/cl/v" "report=dgram:$BED/cl/r")
    timeout "$patience" "$MW_BUILD/t/e2e/listen" "${sockets[@]}" -- ${few[@]+"${few[@]}"} "$program" "$@" >>"$BED/log/start.out" 2>>"$LOG"
    rc=$?
    [ $rc -ne 0 ] && [ $rc -ne 124 ]
}
bed_filter_stop; bed_helper_stop
[ -f "$BED/etc/users" ] || bed_users
bed_policy methods=mailhost
few=(prlimit --nofile=16) # of what starts_not starts
for program in mailwicket mailwicket-verify; do
    log_mark
    check "too few descriptors: $program doesn't start" starts_not $program --policy "$BED/etc/policy.xml"
    check_log "too few descriptors: the log says what to do" 'invalid limit of open files 16: expected .*LimitNOFILE'
done
few=()
log_mark
bed_policy methods=mailhost key=missing.key
check "a missing key: the filter doesn't start" starts_not mailwicket --policy "$BED/etc/policy.xml"
check_log "a missing key: the log names it" 'missing\.key'
log_mark
bed_policy methods=mailhost outstanding=many
check "a wrong policy: the filter doesn't start" starts_not mailwicket --policy "$BED/etc/policy.xml"
line=$(grep -n 'outstanding="many"' "$BED/etc/policy.xml" | head -1 | cut -d: -f1)
check_log "a wrong policy: the log says file and line" "policy\.xml:$line"
log_mark
check "a wrong policy: the helper doesn't start" starts_not mailwicket-verify --policy "$BED/etc/policy.xml"
check_log "a wrong policy: the helper says file and line" "policy\.xml:$line"
check_says "check says it too, and what would be right" "policy\.xml:$line: .*outstanding" ctl check "$BED/etc/policy.xml"
bed_policy methods=certificate
check_says "a method that lacks something: check says what" 'policy\.xml:[0-9]+: .*client-ca' ctl check "$BED/etc/policy.xml"
rm "$BED/etc/policy.xml"
check "no policy: the filter doesn't start" starts_not mailwicket --policy "$BED/etc/policy.xml"
check "no process of ours is left" wait_for no_process "$BED/etc/policy.xml"
bed_policy methods=mailhost
done_testing
