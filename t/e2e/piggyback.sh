#!/bin/bash
# SPDX-License-Identifier: ISC
# Piggyback: a user with a VPN session from this address logs in by mail name; and the counting of
# VPN sessions and mail sessions, with the three ways out where the limit is reached.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
limited() { # SIMULTANEOUS-LOGINS: the arguments of bed_policy
    common=(methods=piggyback "smtps=${port[smtp_trusting]}"
        "policies=<group-policy name=\"Limited\" simultaneous-logins=\"$1\"/><group-policy name=\"Staff\"/><group-policy name=\"Tight\" simultaneous-logins=\"1\"/>"
        'default=<default-group-policy name="Limited"/>')
}
limited 3
bed_up "${common[@]}"

session() { ctl session "$@"; }
quietly() { session "$@" >>"$BED/log/session.out"; }
exits() { # CODE COMMAND …
    local want=$1 got; shift
    "$@"; got=$?
    [ $got -eq "$want" ] || { echo "exit status $got"; false; }
}
declare -A password=([imap4s]=$PASS_BOB [pop3s]=$PASS_BOB [smtps]='')

# --- in, and not in -------------------------------------------------------------------------------
for p in imap4s pop3s smtps; do
    log_mark
    login_is "without a VPN session" $p vpn1:bob "${password[$p]}" "${no[$p]}"
    check_log "the log says so, with user and address ($p)" \
        "event=piggyback-failed.*protocol=$p client=127.0.0.1 .* user=vpn1 .*denial=refused"
done
check_says "and it counts as guessing: for the address, and for the user" \
    '^mailwicket_failures_counted 3$' ctl metrics
check "session add" session add --user vpn1 --address 127.0.0.1 --leased 10.8.0.2 --id g1
for p in imap4s pop3s smtps; do
    login_is "with a VPN session: vpn1:bob" $p vpn1:bob "${password[$p]}" "${yes[$p]}"
    login_is "another VPN user's isn't ours" $p bob "${password[$p]}" "${no[$p]}"
done
session add --user bob --address 127.0.0.1 --id g2
for p in imap4s pop3s smtps; do
    login_is "the mail name alone where both are the same" $p bob "${password[$p]}" "${yes[$p]}"
done
for p in imap4s pop3s; do
    login_is "the mail server still wants its password" $p bob "$PASS_WRONG" "${no[$p]}"
    login_is "and an empty one is not a password" $p bob '' "${no[$p]/AUTH*/}"
done
check "curl reads mail" curl_imap vpn1:bob "$PASS_BOB" INBOX -X NOOP
check "curl sends mail, with a password that nobody needs" \
    curl_smtp vpn1:bob "$PASS_WRONG" alice@localhost "$(mail_file piggyback-1)"
check "it arrives" wait_for arrived piggyback-1
talk t "${port[smtps]}"; hear t '^220'; say t 'EHLO c'; hear t '^250 '
say t "AUTH LOGIN $(b64 vpn1:bob)"; hear t '^334'; say t ''
check "AUTH LOGIN with an empty line for the password" hear t '^235'
say t 'MAIL FROM:<a@example.org>'; hear t '^250'; say t 'RCPT TO:<alice@localhost>'; hear t '^[0-9]'
check "the mail server takes it from Mailwicket without a login" grep -q '^250' <<<"$heard"
hangup t
check_entries "no entry is left of these" 0

# --- addresses ------------------------------------------------------------------------------------
quietly remove --all
session add --user bob --address ::ffff:127.0.0.1
login_is "an IPv4-mapped address is the IPv4 address" imap4s bob "$PASS_BOB" "${yes[imap4s]}"
check_not "from another address: refused" curl_imap bob "$PASS_BOB" INBOX -X NOOP --interface 127.0.0.2
session add --user bob --address 127.0.0.3 --leased 127.0.0.2 --id leased
check "from the leased address: in" curl_imap bob "$PASS_BOB" INBOX -X NOOP --interface 127.0.0.2
session add --user alice --address 127.0.0.4 --leased 127.0.0.2 --id leased
check_not "a lease that somebody else has now: refused" \
    curl_imap bob "$PASS_BOB" INBOX -X NOOP --interface 127.0.0.2
check "and he is in" curl_imap alice "$PASS_ALICE" INBOX -X NOOP --interface 127.0.0.2
check_says "list" '^alice +127\.0\.0\.4 127\.0\.0\.2 ' session list
check "list --json is JSON" perl -MJSON::PP -e 'local $/; my $d = decode_json(<STDIN>);
    my ($s) = grep { $_->{user} eq "alice" } @$d; exit !($s->{leased}[0] eq "127.0.0.2" && $s->{id} eq "leased")' \
    < <(session list --json)

# --- one user in two cases ------------------------------------------------------------------------
quietly remove --all
session add --user BOB --address 127.0.0.1 --id one
check "VPN1 and vpn1 are one user: another case renews" eval \
    'session add --user Bob --address 127.0.0.1 --id one; [ "$(session list --json | grep -o "\"id\"" | wc -l)" -eq 1 ]'
for p in imap4s pop3s smtps; do
    login_is "another case: in" $p bob "${password[$p]}" "${yes[$p]}"
    login_is "another case in front: in" $p bOB:bob "${password[$p]}" "${yes[$p]}"
done
log_mark
imap_login t boB:bob "$PASS_BOB"
check_log "the log has the name as presented" 'event=established .* user=boB mail-user=bob'
check_says "show --user" ' boB ' ctl show --user BOb
check "logoff user" ctl logoff user BOB
check "which ends the session" ended t
hangup t; until_entries 0
check "session touch" session touch --user bOb
check "session remove" session remove --user bOB --id one
login_is "and nobody is in" imap4s bob "$PASS_BOB" "${no[imap4s]}"
session add --user VPN1 --address 127.0.0.1 --id one
for n in one two three four; do imap_login $n vPn1:bob "$PASS_BOB"; done
check_says "mail sessions in one case count for the VPN sessions of another" \
    'simultaneous-logins of Limited is 3, and this user has 1 VPN session and 4 mail sessions' \
    session add --user vpn1 --address 127.0.0.1 --id two
for n in one two three four; do hangup $n; done
until_entries 0
bed_policy "${common[@]}" 'aaa= case="exact"' # the VPN session stays
log_mark; kill -HUP "$helper"; until_log event=policy-loaded
login_is "case=exact: another case isn't the user" imap4s vpn1:bob "$PASS_BOB" "${no[imap4s]}"
login_is "case=exact: the user is" imap4s VPN1:bob "$PASS_BOB" "${yes[imap4s]}"
check "case=exact: not removed under another case" exits 4 session remove --user vpn1
check "case=exact: two users" session add --user vpn1 --address 127.0.0.1 --id one
check_says "are two sessions" '^2$' eval 'session list --json | grep -o "\"id\"" | wc -l'
bed_restart "${common[@]}"

# --- the group policy, and expiry -----------------------------------------------------------------
quietly remove --all
session add --user bob --address 127.0.0.1 --group-policy Staff
imap_login t bob "$PASS_BOB"
check_says "the VPN session's group policy is the mail session's" '"group_policy": "Staff", "piggyback": true' \
    ctl show --json
hangup t; until_entries 0
session add --user bob --address 127.0.0.1 --expires 900
check_says "expires" '"expires_in": (900|8[0-9][0-9])}' session list --json
quietly remove --all
session add --user bob --address 127.0.0.1 --expires 1
expired() { ! session list | grep -q bob; }
check "an expired session is gone" wait_for expired
login_is "an expired session lets in nobody" imap4s bob "$PASS_BOB" "${no[imap4s]}"
session add --user bob --address 127.0.0.1 --expires 60
check "touch" session touch --user bob --expires 600
check_says "touch renews" '"expires_in": (600|5[0-9][0-9])}' session list --json

# --- the document's story: the limit is three -----------------------------------------------------
story() { # VPN session, four mail sessions, and the VPN session ends
    quietly remove --all
    session add --user vpn1 --address 127.0.0.1 --id "$1" || return
    for n in one two three four; do imap_login $n vpn1:bob "$PASS_BOB" || return; done
    quietly remove --user vpn1 --id "$1"
}
check "four mail sessions, none refused by simultaneous-logins=3; the VPN session ends" story a
check_entries "the mail sessions live on" 4
log_mark
session add --user vpn1 --address 127.0.0.1 --id b 2>>"$LOG" # where its log goes, as in the journal
check "a new VPN session is refused, with an exit status of its own" \
    exits 3 session add --user vpn1 --address 127.0.0.1 --id b
check_says "and it says what would be right" 'refused: simultaneous-logins of Limited is 3.* 0 VPN sessions and 4 mail sessions let in by piggyback' \
    session add --user vpn1 --address 127.0.0.1 --id b
check_log "the log has it" 'event=limit-reached user=vpn1 .*mail-sessions=4 denial=limit reason=simultaneous-logins'
check "nothing is left of it" exits 1 grep -q vpn1 < <(session list)
check "another user isn't concerned" session add --user alice --address 127.0.0.1
say one 'x NOOP'; check "the mail sessions work" hear one '^x OK'
# 1: mail sessions are closed
hangup four; until_entries 3
check "three are still too many" exits 3 session add --user vpn1 --address 127.0.0.1 --id b
hangup three; until_entries 2
check "first way out: mail sessions are closed" session add --user vpn1 --address 127.0.0.1 --id b
quietly remove --user vpn1
check_not "without it no further mail session" imap_login three vpn1:bob "$PASS_BOB"
hangup three
session add --user vpn1 --address 127.0.0.1 --id c
imap_login three vpn1:bob "$PASS_BOB"
quietly remove --user vpn1
check "three mail sessions again: refused" exits 3 session add --user vpn1 --address 127.0.0.1 --id d
# 2: the administrator raises the limit
limited 4; bed_policy "${common[@]}"
check "second way out: the limit is raised" session add --user vpn1 --address 127.0.0.1 --id d
check "and no more than that" exits 3 session add --user vpn1 --address 127.0.0.1 --id e
quietly remove --user vpn1
limited 3; bed_policy "${common[@]}"
check "lowered again: refused" exits 3 session add --user vpn1 --address 127.0.0.1 --id d
# 3: piggyback is turned off for that protocol
off() { sed -i "/<$1 /,/<\\/$1>/s/methods=\"[^\"]*\"/methods=\"mailhost\"/" "$BED/etc/policy.xml"; }
off pop3s
check "piggyback off for another protocol: refused" exits 3 session add --user vpn1 --address 127.0.0.1 --id d
off imap4s
check "third way out: piggyback is off for imap4s" session add --user vpn1 --address 127.0.0.1 --id d
say one 'y NOOP'; check "its mail sessions live on" hear one '^y OK'
log_mark; kill -HUP "$helper"; until_log event=policy-loaded
quietly remove --all
login_is "and logins need no VPN session any more" imap4s bob "$PASS_BOB" "${yes[imap4s]}"
for n in one two three; do hangup $n; done
check_entries "no entry is left of the story" 0

# --- which group policy limits a VPN session that names none ---------------------------------------
bed_policy "${common[@]}"
sed -i '/<pop3s /,/<\/pop3s>/s/<default-group-policy name="Limited"/<default-group-policy name="Tight"/' "$BED/etc/policy.xml"
check "the protocols' default group policies differ" session add --user vpn1 --address 127.0.0.1 --id a
check_says "the one that allows least counts" 'simultaneous-logins of Tight is 1' \
    session add --user vpn1 --address 127.0.0.1 --id b
check "but not where the session names one" session add --user vpn1 --address 127.0.0.1 --id b --group-policy Limited
check_says "metrics count them" '^mailwicket_vpn_sessions 2$' ctl metrics
sed -i '/<default-group-policy/d' "$BED/etc/policy.xml"
check "no default group policy: one has to be named" exits 1 session add --user bob --address 127.0.0.1
check "and is enough" session add --user bob --address 127.0.0.1 --group-policy Staff
quietly remove --all

# --- what is killed doesn't count -----------------------------------------------------------------
bed_restart "${common[@]}"
check "again four mail sessions without a VPN session" story f
for n in one two three four; do kill_session "${port[imap4s]}"; ended $n; hangup $n; done
check "mail sessions whose relay was killed don't count" session add --user vpn1 --address 127.0.0.1 --id g
quietly remove --all
for i in {1..30}; do
    ctl session add --user vpn1 --address 127.0.0.1 --id "k$((i % 4))" >/dev/null 2>&1 & pid=$!
    sleep "0.0$((RANDOM % 30 + 10))"
    kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null
done
listed=$(session list --json | grep -o '"id"' | wc -l)
check "killed in the middle: at most the limit is there" [ "$listed" -le 3 ]
check "killed in the middle: what is there can be removed" session remove --all
check "killed in the middle: and added anew" session add --user vpn1 --address 127.0.0.1
login_is "killed in the middle: and lets in" imap4s vpn1:bob "$PASS_BOB" "${yes[imap4s]}"

# --- arguments ------------------------------------------------------------------------------------
check "an unknown session: its own exit status" exits 4 session remove --user nobody
check "an unknown id" exits 4 session remove --user vpn1 --id nothing
check "touch of an unknown one" exits 4 session touch --user nobody
check "removing all where there is none is good" eval 'session remove --all && session remove --all'
check "an unknown group policy" exits 1 session add --user bob --address 127.0.0.1 --group-policy Nowhere
for wrong in "add --address 127.0.0.1" "add --user bob" "add --user bob --address host" "add --user bob --address 0.0.0.0" \
    "add --user= --address ::1" "add --user bob --address ::1 --expires soon" "add --user bob --address ::1 --all" \
    "add --user bob --address ::1 extra" "remove" "remove --all --user bob" "remove --id x" "touch" "list --user bob" \
    "list extra" "show" ""; do
    check "not right: session $wrong" exits 2 session $wrong
done
check "not right: a newline in a name" exits 2 session add --user $'bo\nb' --address 127.0.0.1
check "not right: five addresses" exits 2 \
    session add --user bob --address ::1 --address ::2 --address ::3 --leased ::4 --leased ::5
check "a name that begins with a dash is a name" session add --user --all --address 127.0.0.1
check_says "and is in the list" '^--all +127\.0\.0\.1 ' session list
check "none of the wrong ones left anything" [ "$(session list --json | grep -o '"id"' | wc -l)" -eq 1 ]
check_entries "no entry is left at the end" 0
done_testing
