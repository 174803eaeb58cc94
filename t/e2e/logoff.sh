#!/bin/bash
# SPDX-License-Identifier: ISC
# Log-off by the administrator, at any stage of the connection: a goodbye in the client's protocol
# before its login is done, and a TLS connection that is closed, not cut, then as after it.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost

declare -A hello=([imap4s]='^\* OK' [pop3s]='^\+OK' [smtps]='^220')
declare -A bye=([imap4s]='^\* BYE ' [pop3s]='^-ERR \[SYS/TEMP\] ' [smtps]='^421 4\.3\.2 ')
declare -A login=([imap4s]="a LOGIN bob $PASS_BOB" [pop3s]='USER bob' [smtps]='EHLO there')
declare -A then=([imap4s]='^a OK' [pop3s]='^\+OK' [smtps]='^250 ')
plain_bob=$(printf '\0bob\0%s' "$PASS_BOB" | base64 -w0)

log_in() { # NAME PROTOCOL: bob, whose greeting was heard
    say "$1" "${login[$2]}"; hear "$1" "${then[$2]}" || return
    case $2 in
    pop3s) say "$1" "PASS $PASS_BOB"; hear "$1" '^\+OK' ;;
    smtps) say "$1" "AUTH PLAIN $plain_bob"; hear "$1" '^235' ;;
    esac
}
# OpenSSL says so where a connection ends without close_notify, and in no other case.
cut_off() { grep -q 'unexpected eof' "$BED/cl/$1.err"; }
closed() { wait_for gone "${talk_pid[$1]}" && ! cut_off "$1"; }
index_of() { ctl show --json "$@" | grep -oE '"index": [0-9]+' | grep -oE '[0-9]+$'; }

# What tells a closed connection from one that is cut must see the difference.
talk t "${port[imap4s]}"; hear t '^\* OK'; until_entries 1
kill -9 "$(session_pid "${port[imap4s]}")"; ended t
check "a connection that is cut is seen" wait_for cut_off t
hangup t
until_entries 0

for tls in -tls1_2 -tls1_3; do
    for p in imap4s pop3s smtps; do
        # greeted, and no more
        talk t "${port[$p]}" $tls; hear t "${hello[$p]}"; until_entries 1
        check_says "$p $tls, greeted: one is logged off" '^1 logged off' ctl logoff protocol $p
        check "$p $tls, greeted: its connection ends" ended t
        check "$p $tls, greeted: with a goodbye" grep -Eq "${bye[$p]}Disconnected by the administrator" <<<"$heard"
        check "$p $tls, greeted: and close_notify" closed t
        hangup t
        check_entries "$p $tls, greeted: no entry is left" 0
        # logged in: nothing of ours is said, for the client talks to the mail server
        talk t "${port[$p]}" $tls; hear t "${hello[$p]}"; log_in t $p; until_entries 1
        log_mark
        check_says "$p $tls, logged in: one is logged off" '^1 logged off' ctl logoff user bob
        check "$p $tls, logged in: its connection ends" ended t
        check "$p $tls, logged in: without a word" [ -z "$heard" ]
        check "$p $tls, logged in: with close_notify" closed t
        hangup t
        check_log "$p $tls, logged in: the log says who ended it" "event=ended.*protocol=$p.*cause=logged-off"
        check_entries "$p $tls, logged in: no entry is left" 0
    done
done

# --- at other moments before the login is done ----------------------------------------------------
talk t "${port[pop3s]}"; hear t '^\+OK'; say t 'USER bob'; hear t '^\+OK'
check "between USER and PASS" until_says authenticating ctl show
check "between USER and PASS: logoff index" ctl logoff index "$(index_of --state authenticating)"
ended t; check "between USER and PASS: a goodbye" grep -Eq "${bye[pop3s]}" <<<"$heard"
check "between USER and PASS: close_notify" closed t
hangup t

talk t "${port[imap4s]}"; hear t '^\* OK'; say t 'a AUTHENTICATE PLAIN'; hear t '^\+'
ctl logoff all >/dev/null
ended t; check "within AUTHENTICATE: a goodbye" grep -Eq "${bye[imap4s]}" <<<"$heard"
check "within AUTHENTICATE: close_notify" closed t
hangup t

# A mail server that never greets: the login is under way.
mock_start silent mock SILENT
bed_restart methods=mailhost imap4s="${port[mock]}"
talk t "${port[imap4s]}"; hear t '^\* OK'; say t "a LOGIN bob $PASS_BOB"
check "at the mail server: the mock is dialled" wait_for eval \
    'ss -Htn state established "dport = :${port[mock]}" | grep -q .'
check_says "at the mail server: one is logged off" '^1 logged off' ctl logoff all
ended t; check "at the mail server: a goodbye" grep -Eq "${bye[imap4s]}" <<<"$heard"
check "at the mail server: close_notify" closed t
hangup t
check_entries "at the mail server: no entry is left" 0
mock_stop

# Within the TLS handshake nothing can be said, and who doesn't go on with it isn't waited for.
bed_restart methods=mailhost # tls-timeout is longer than this waits
exec 5<>"/dev/tcp/127.0.0.1/${port[imap4s]}"
until_entries 1
ctl logoff all >/dev/null
check "within the handshake: the connection ends" timeout "$patience" cat <&5
exec 5>&- 5<&-
check_log "within the handshake: the log says why" 'event=tls-failed.*logged off'
check_entries "within the handshake: no entry is left" 0

# --- the four forms, and whom they leave alone ----------------------------------------------------
imap_login one bob "$PASS_BOB"; imap_login two alice "$PASS_ALICE"
talk three "${port[pop3s]}"; hear three '^\+OK'; log_in three pop3s
until_entries 3
check_says "index: one" '^1 logged off' ctl logoff index "$(index_of --user alice)"
check "index: it is gone" closed two
check_says "protocol: one" '^1 logged off' ctl logoff protocol pop3s
check "protocol: it is gone" closed three
say one 'z NOOP'; check "the other lives" hear one '^z OK'
until_entries 1
check_says "all: one is left" '^1 logged off' ctl logoff all
check "all: it is gone" closed one
for n in one two three; do hangup $n; done
check_entries "no entry is left" 0
for wrong in '' index 'index x' 'index 1 2' user 'protocol imap' 'all now' everybody; do
    check_says "logoff $wrong: what would be right" 'usage: mailwicketctl logoff' ctl logoff $wrong
done
check_says "logoff of nobody says so" '^0 logged off' ctl logoff user nobody
done_testing
