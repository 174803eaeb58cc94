#!/bin/bash
# SPDX-License-Identifier: ISC
# A new policy and new certificates by SIGHUP, a broken one, a restart of either program: new
# connections get the new, and no session, open or new, is lost.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/hold.sh"
bed_new
sessions=${MW_HELD:-200}
bed_keep=(-k)
bed_up methods=mailhost outstanding=none default='<default-group-policy name="Everyone"/>'

child_of() { pgrep -o -P "$1"; } # the program that listen keeps: the oldest, its sessions are younger
reload() { ctl reload "$(child_of "$filter")"; }
reload_helper() { ctl reload "$(child_of "$helper")"; }
restart() { # the process of listen; the sockets stay
    local was; was=$(child_of "$1")
    kill -USR2 "$1"
    wait_for gone "$was" && wait_for child_of "$1"
}
shown() { # the certificate that a client is shown
    openssl s_client -connect "127.0.0.1:${port[imap4s]}" </dev/null 2>/dev/null |
        openssl x509 -noout -fingerprint -sha256
}
of_file() { openssl x509 -in "$1" -noout -fingerprint -sha256; }
shows() { [ "$(shown)" = "$(of_file "$1")" ]; }
imap_as() { imap_login x "$1" "$2"; local rc=$?; hangup x; return $rc; }

# --- a new policy ---------------------------------------------------------------------------------
chgrp mailwicket "$BED/etc/server.key" && chmod 640 "$BED/etc/server.key"
check_not "under the first policy bob@example.org names a server that is not allowed" \
    imap_as bob@example.org "$PASS_BOB"
check "a session" imap_login old bob "$PASS_BOB"
bed_policy methods=mailhost outstanding=none attempts=1 unknown=mail-user
log_mark
check "the filter takes a new policy" reload
check_log "and says so" 'event=policy-loaded.*policy.xml'
check "the helper takes it" reload_helper
check "under it bob@example.org is a mail name" imap_as bob@example.org "$PASS_BOB"
talk wrong "${port[imap4s]}"
check "and who is refused once …" hear wrong '^\* OK'
say wrong "a LOGIN bob $PASS_WRONG"
check "… is sent away" ended wrong
check_says "with the reply of before" 'a NO \[AUTHENTICATIONFAILED\]' printf '%s' "$heard"
hangup wrong
say old 'b NOOP'
check "the session from before goes on" hear old '^b OK'

# --- a broken policy ------------------------------------------------------------------------------
cp "$BED/etc/policy.xml" "$BED/etc/good.xml"
sed -i 's|login-attempts="1"|login-attempts="none at all"|' "$BED/etc/policy.xml"
line=$(grep -n 'none at all' "$BED/etc/policy.xml" | head -1 | cut -d: -f1)
log_mark
check_not "the filter's reload fails where the policy is broken" reload
check_log "the log names file and line" "event=policy-rejected.*policy.xml:$line: element <imap4s>"
check_log "and says that the old one stays" 'event=policy-rejected.*the old policy stays in force'
log_mark
check_not "so does the helper's" reload_helper
check_log "with file and line" "event=policy-rejected.*policy.xml:$line: element <imap4s>"
check "the old one is in force in both" imap_as bob@example.org "$PASS_BOB"
say old 'b NOOP'
check "the session goes on" hear old '^b OK'
cp "$BED/etc/good.xml" "$BED/etc/policy.xml"
check "what is right again is taken" reload
log_mark
kill -HUP "$(child_of "$filter")"
check_log "SIGHUP by hand is obeyed too" 'event=policy-loaded'
check_says "reload of a missing process says so" 'there is no such process' \
    ctl reload 99999999
check_says "reload of something that is not a process shows the usage" 'usage: mailwicketctl reload PID' ctl reload x

# --- new certificates -----------------------------------------------------------------------------
check "the client is shown the first certificate" shows "$BED/tls/server.pem"
bed_cert "$BED/tls" ca renewed localhost 'ip_address = "127.0.0.1"'
cp "$BED/etc/server.pem" "$BED/etc/first.pem"
cp "$BED/tls/renewed.pem" "$BED/etc/server.pem"
log_mark
check_not "a chain without its key is refused" reload
check_log "and the log names line and files" \
    'event=policy-rejected.*policy.xml:[0-9]+: .*server.pem.*server.key'
check "the first certificate is shown still" shows "$BED/etc/first.pem"
install -m 600 "$BED/tls/renewed.key" "$BED/etc/server.key"
check_not "a key that the user mailwicket may not read is refused" reload
install -m 640 -g mailwicket "$BED/tls/renewed.key" "$BED/etc/server.key"
check "with its key the new certificate is taken" reload
check "and shown to new clients" shows "$BED/tls/renewed.pem"
say old 'b NOOP'
check "the session goes on" hear old '^b OK'
hangup old

# --- credentials ----------------------------------------------------------------------------------
# What systemd does with LoadCredential=: the key where the service's user may read it, by its name.
mkdir -m 750 "$BED/etc/keys" "$BED/handed"
chgrp mailwicket "$BED/handed"
install -m 600 "$BED/tls/renewed.key" "$BED/etc/keys/server.key"
install -m 640 -g mailwicket "$BED/tls/renewed.key" "$BED/handed/keys_server.key"
bed_filter_stop
bed_policy methods=mailhost outstanding=none key=keys/server.key
env_was=("${bed_wrap[@]}")
bed_wrap=("${bed_wrap[@]}" env "CREDENTIALS_DIRECTORY=$BED/handed")
bed_filter_start
check "a key that is root's is read from its credential at reload" reload
check "and works" shows "$BED/tls/renewed.pem"
cp "$BED/etc/first.pem" "$BED/etc/server.pem"
log_mark
check_not "a chain that is newer than the credential is refused" reload
check_log "and the log says how credentials are renewed" 'credentials are renewed by a restart only'
check_log "it names the key as the policy does" "with key $BED/etc/keys/server.key: the key belongs to no certificate"
check_not "and not its credential" log_has "$BED/handed"
cp "$BED/tls/renewed.pem" "$BED/etc/server.pem"
bed_filter_stop
bed_wrap=("${env_was[@]}")
bed_policy methods=mailhost outstanding=none
bed_filter_start

# --- in the middle of a login ---------------------------------------------------------------------
talk slow "${port[imap4s]}"
hear slow '^\* OK'
was=$(child_of "$helper")
kill -USR2 "$helper"
told() { ! grep -q '^tfd: *3 ' "/proc/$was/fdinfo"/*; } # it no longer waits for new connections
check "the helper is told to go" wait_for told
say slow "a LOGIN bob $PASS_BOB"
check "who was greeted before the helper is told to go still logs in" hear slow '^a OK'
check "and then it goes" wait_for gone "$was"
check "and the next one serves" wait_for imap_as bob "$PASS_BOB"
hangup slow

# --- many, and none is lost -----------------------------------------------------------------------
hold_start "${port[imap4s]}" bob "$PASS_BOB"
check_says "$sessions sessions" "^open $sessions\$" hold open "$sessions"
check_says "a stream of new ones beside them" '^streaming' hold stream
go_on
for what in "the filter's reload" "the helper's reload" "the filter's restart" "the helper's restart"; do
    case $what in
    *filter*reload) check "$what" reload ;;
    *helper*reload) check "$what" reload_helper ;;
    *filter*) check "$what" restart "$filter" ;;
    *) check "$what" restart "$helper" ;;
    esac
    check "new sessions after $what" go_on
done
settled=$(hold settle)
check "no session of the stream was lost: $settled" \
    [ "$(awk '{print $2 - $4, ($4 > 40)}' <<<"$settled")" = '0 1' ]
check_says "no open session was lost" "^alive $sessions of $sessions " hold ask
check_entries "and the state file knows them all" "$sessions"
check_says "they log out" "^closed $sessions" hold close
check_entries "no entry is left" 0
done_testing
