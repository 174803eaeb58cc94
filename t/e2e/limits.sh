#!/bin/bash
# SPDX-License-Identifier: ISC
# Limits: outstanding connections and who is evicted, max-sessions, log-off, login timeout.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost outstanding=2

# Three idle connections, two may be outstanding: the oldest gets BYE.
talk one "${port[imap4s]}"; hear one '^\* OK'
talk two "${port[imap4s]}"; hear two '^\* OK'
check_entries "two connections, two entries" 2
log_mark
talk three "${port[imap4s]}"; hear three '^\* OK'
ended one
check "the oldest of three gets BYE" grep -q '^\* BYE' <<<"$heard"
check_log "the eviction is logged" 'event=evicted'
check_entries "two entries are left" 2
say two 'a NOOP'; check "the second lives" hear two '^a OK'
hangup one

# An unauthenticated one goes before an older authenticating one. A user name is presented: two is
# authenticating from its VERIFY on, so give it a wrong password (the state stays).
say two "b LOGIN bob $PASS_WRONG"; hear two '^b NO'
check_says "two is authenticating" 'authenticating' ctl show
# A name whose password is to come as a literal has been presented.
say two 'c LOGIN alice {20}'; hear two '^\+'
check_says "the name alone tells who is logging in" 'authenticating.*alice' ctl show
talk four "${port[imap4s]}"; hear four '^\* OK'
ended three
check "the unauthenticated one is evicted before the older authenticating one" grep -q '^\* BYE' <<<"$heard"
hangup three

# Authenticated sessions don't count and are never evicted.
say four "a LOGIN bob $PASS_BOB"; check "four logs in" hear four '^a OK'
talk five "${port[imap4s]}"; hear five '^\* OK'
talk six "${port[imap4s]}"; hear six '^\* OK'
check_entries "an authenticated one and two outstanding ones" 3
say four 'b NOOP'; check "the authenticated one lives" hear four '^b OK'
hangup five; hangup six
until_entries 2
# The protocols count apart; each says goodbye in its own words.
for p in pop3s smtps; do
    declare -A hello=([pop3s]='^\+OK' [smtps]='^220') bye=([pop3s]='^-ERR \[SYS/TEMP\]' [smtps]='^421 4\.(3\.2|7\.0)')
    for n in x y z; do talk $n "${port[$p]}"; hear $n "${hello[$p]}"; done
    ended x
    check "goodbye of $p" grep -Eq "${bye[$p]}" <<<"$heard"
    for n in x y z; do hangup $n; done
done
hangup two

# --- seeing and steering ------------------------------------------------------------------------
until_entries 1
check_says "show: a row for the session" 'authenticated.* bob .*127\.0\.0\.1.*imap4s' ctl show
check "show --json is JSON" perl -MJSON::PP -e 'local $/; decode_json(<STDIN>)' < <(ctl show --json)
check_says "show --json: the same" '"mail_user": "bob"' ctl show --json
check_says "summary: one active" 'imap4s +authenticated +1 ' ctl summary
log_mark
check "logoff user bob" ctl logoff user bob
ended four
check "the client's connection ends properly" [ $? -eq 0 ]
hangup four
check_log "its end is logged with the cause" 'event=ended.*cause=logged-off'
check_entries "its entry is gone" 0
check_not "logoff user nobody says that there is none" ctl logoff user nobody
check_not "logoff of an unknown index" ctl logoff index 999999
for how in "protocol imap4s" all index; do
    imap_login t bob "$PASS_BOB"
    until_entries 1
    [ "$how" = index ] && how="index $(ctl show --json | grep -oE '"index": [0-9]+' | head -1 | grep -oE '[0-9]+$')"
    check "logoff $how" ctl logoff $how
    check "logoff $how: the connection ends" ended t
    hangup t
    check_entries "logoff $how: no entry" 0
done

# --- max-sessions -------------------------------------------------------------------------------
bed_restart methods=mailhost max=2
imap_login one bob "$PASS_BOB"; imap_login two bob "$PASS_BOB"
log_mark
talk three "${port[imap4s]}"; ended three
check "beyond max-sessions: BYE" grep -q '^\* BYE' <<<"$heard"
check_log "max-sessions is logged" 'event=limit-reached'
say one 'z NOOP'; check "the others live" hear one '^z OK'
for n in one two three; do hangup $n; done
check_entries "no entry is left" 0

# --- group policies: access-hours, a blocked user, mail-sessions ----------------------------------
today=$(LC_ALL=C date +%a)
case $today in Mon) other=Tue ;; *) other=Mon ;; esac
group_policy() { # ATTRIBUTES: the default group policy has them
    bed_restart methods=mailhost "policies=<group-policy name=\"Limited\" $1/>" \
        default='<default-group-policy name="Limited"/>'
    log_mark
}
group_policy "access-hours=\"$other 00:00-24:00\""
talk t "${port[imap4s]}"; hear t '^\* OK'
say t "a LOGIN bob $PASS_BOB"; check "outside the access-hours: refused" hear t '^a NO \[AUTHENTICATIONFAILED\]'
check_log "outside the access-hours: the log says why" 'event=refused.*outside the access-hours'
hangup t
group_policy "access-hours=\"$today 00:00-24:00, $other 00:00-24:00\""
talk t "${port[imap4s]}"; hear t '^\* OK'
say t "a LOGIN bob $PASS_BOB"; check "within the access-hours: in" hear t '^a OK'
hangup t
hour() { printf '%02d:00' $(((10#$(date +%H) + $1) % 24)); }
group_policy "access-hours=\"Weekdays,Sat,Sun $(hour 2)-$(hour 1)\"" # over midnight
login_is "within hours over midnight: in" imap4s bob "$PASS_BOB" "${yes[imap4s]}"
group_policy "access-hours=\"Daily $(hour 2)-$(hour 3)\""
login_is "outside the hours of every day: refused" imap4s bob "$PASS_BOB" "${no[imap4s]}"
group_policy 'simultaneous-logins="0"'
talk t "${port[imap4s]}"; hear t '^\* OK'
say t "a LOGIN bob $PASS_BOB"; check "simultaneous-logins 0: refused" hear t '^a NO \[AUTHENTICATIONFAILED\]'
check_log "simultaneous-logins 0: the log says why" 'event=refused.*simultaneous-logins is 0'
hangup t
group_policy 'mail-sessions="1"'
until_entries 0
imap_login one bob "$PASS_BOB"
talk two "${port[imap4s]}"; hear two '^\* OK'
say two "a LOGIN bob $PASS_BOB"; check "beyond mail-sessions: [LIMIT]" hear two '^a NO \[LIMIT\]'
check_log "beyond mail-sessions: the log says why" 'event=limit-reached.*mail-sessions'
say two "b LOGIN alice $PASS_ALICE"; check "mail-sessions are a user's own" hear two '^b OK'
hangup one; hangup two
check_entries "they end" 0
# Nobody can use up another one's (R2.6): with mailhost alone the user is the mail name.
log_mark
for p in imap4s pop3s smtps; do
    login_is "as alice, with bob's mail password: refused" $p alice:bob "$PASS_BOB" "${no[$p]}"
    check_log "$p: the log says why, and takes nobody for alice" \
        "event=refused .*protocol=$p .*login=alice:bob denial=refused reason=\"the VPN name differs from the mail name, and no method verifies it\""
done
check_says "no session is alice's, and guessing isn't counted" '^0$' eval 'log_new | grep -cE " user=alice|event=slowed-down"'
imap_login one alice "$PASS_ALICE"; check "alice's one session is still free" [ $? -eq 0 ]
hangup one
imap_login one bob:bob "$PASS_BOB"; check "the mail name may be written twice" [ $? -eq 0 ]
check_says "and is the user" '"vpn_user": "bob"' ctl show --json
hangup one
check_entries "no entry is left of them" 0

# --- time to log in, time to finish TLS ---------------------------------------------------------
bed_restart methods=mailhost login_timeout=5
talk t "${port[imap4s]}"; hear t '^\* OK'
check "login timeout ends the connection" ended t
check "and says BYE" grep -q '^\* BYE' <<<"$heard"
hangup t
bed_restart methods=mailhost tls_timeout=2
exec 5<>"/dev/tcp/127.0.0.1/${port[imap4s]}"
until_entries 1
check "TLS timeout ends a connection that says nothing" timeout "$patience" cat <&5
exec 5>&- 5<&-
check_entries "no entry is left of both" 0
# Too many bad commands (R1.5)
bed_restart methods=mailhost
for p in imap4s:'x NONSENSE' pop3s:NONSENSE smtps:NONSENSE; do
    talk t "${port[${p%%:*}]}"; hear t '^(\* OK|\+OK|220)'
    for i in {1..12}; do say t "${p#*:}"; done
    check "too many unknown commands end ${p%%:*}" ended t
    hangup t
done
check_entries "no entry is left at the end" 0
done_testing
