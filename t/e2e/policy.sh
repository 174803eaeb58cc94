#!/bin/bash
# SPDX-License-Identifier: ISC
# The policy from the command line, and its reload in the running programs.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up
check "check says yes to the bed's policy" ctl check "$BED/etc/policy.xml"
check_says "explain reads a login name" 'alice' ctl explain imap4s vpn1:alice@localhost
check_says "explain says no to a server that is not allowed" 'not allowed|refused' ctl explain imap4s vpn1:alice@evil.example
wrong() { # NAME SED-PROGRAM REGEX
    sed "$2" "$BED/etc/policy.xml" >"$BED/etc/wrong.xml"
    check_says "check: $1" "wrong\.xml:[0-9]+: .*$3" ctl check "$BED/etc/wrong.xml"
}
wrong "an unknown element" 's|<aaa>|<aaaa/><aaa>|' aaaa
wrong "an unknown attribute" 's|<imap4s |<imap4s colour="red" |' colour
wrong "equal delimiters" 's|<authentication-server-group name="LOCAL"/>|&<delimiters name="@" server="@"/>|' delimiters
wrong "an unknown group" 's|<authentication-server-group name="LOCAL"/>|<authentication-server-group name="NONE"/>|' NONE
wrong "a port out of range" 's|port="[0-9]*" outstanding|port="70000" outstanding|' port
wrong "no XML" 's|<email-proxy|<email-proxy<|' ''

# Reload: a good policy comes into force, a broken one doesn't, and no session is lost (R8.3).
imap_login t alice "$PASS_ALICE"
log_mark
bed_policy methods=mailhost
kill -HUP "$helper"
check_log "SIGHUP: the helper has the new policy" 'event=policy-loaded'
check "the new policy is in force: bob needs no VPN account" imap_login u bob "$PASS_BOB"
hangup u
log_mark
sed -i 's|<imap4s |<imap4s colour="red" |' "$BED/etc/policy.xml"
kill -HUP "$helper"
check_log "SIGHUP with a broken policy: rejected, file and line" 'event=policy-rejected.*policy\.xml:[0-9]+'
check "the old one stays in force" imap_login u bob "$PASS_BOB"
hangup u
say t 'b NOOP'; check "the session from before lives" hear t '^b OK'
hangup t
bed_policy methods=mailhost
check_entries "no entry is left" 0
done_testing
