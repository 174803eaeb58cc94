#!/bin/bash
# SPDX-License-Identifier: ISC
# Guessing is slowed down (R6.5): by address before anyone is asked, by user before a refusal is
# answered; and fail2ban reads the log lines.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_users
bed_up attempts=20
both=$PASS_VPN1:$PASS_ALICE
seconds() { # COMMAND …: how long it takes, whole seconds
    local from=$EPOCHREALTIME to
    "$@" >/dev/null 2>&1
    to=$EPOCHREALTIME
    echo $(((${to/./} - ${from/./}) / 1000000))
}
from_elsewhere() { curl_imap vpn1:alice "$both" "" --interface 127.0.0.2; }
refused() { say t "$1 LOGIN \"vpn1:alice\" \"$2\""; hear t "^$1 NO \\[AUTHENTICATIONFAILED\\]"; }

check "a correct login to begin with" imap_login t vpn1:alice "$both"; hangup t
log_mark
talk t "${port[imap4s]}"; hear t '^\* OK'
for i in 1 2 3 4 5; do refused "f$i" "Guess-$i"; done
check "five refusals are not slowed down" [ "$(log_new | grep -c 'event=slowed-down')" = 0 ]
took=$(seconds refused f6 Guess-6)
check "the sixth is (${took} s)" [ "$took" -ge 1 ]
check_log "and the log says so" 'event=slowed-down.*client=127.0.0.1.*delay=1'
took=$(seconds refused f7 Guess-7)
check "the seventh more (${took} s)" [ "$took" -ge 3 ]
hangup t
check_says "a correct login from elsewhere is let in" INBOX from_elsewhere
took=$(seconds from_elsewhere)
check "and isn't held up (${took} s)" [ "$took" -lt 1 ]
check "a correct login from here is let in, later" imap_login t vpn1:alice "$both"; hangup t
took=$(seconds curl_imap vpn1:alice "$both")
check "which clears the address (${took} s)" [ "$took" -lt 1 ]
check_entries "no entry is left" 0

# fail2ban: the shipped filter, on the lines that were just logged, and on one that a login name forges
talk t "${port[imap4s]}"; hear t '^\* OK'
say t 'x LOGIN "jo event=not-authenticated client=192.0.2.99 denial=refused" "guess"'; hear t '^x NO'
hangup t
grep -E '^<[0-9]>event=(not-authenticated|refused)' "$LOG" | sed 's/^<[0-9]*>/Nov 25 07:00:00 host mailwicket-verify[7]: /' \
    >"$BED/log/auth"
if command -v fail2ban-regex >/dev/null; then
    fail2ban-regex --print-all-matched "$BED/log/auth" "$MW_SRC/units/fail2ban/filter.d/mailwicket.conf" \
        >"$BED/log/fail2ban" 2>&1
    check "fail2ban's filter knows all of them" grep -Eq "[1-9][0-9]* matched, 0 missed" "$BED/log/fail2ban"
    check "and none by a forged address" bash -c "! fail2ban-regex -o ip '$BED/log/auth' \
        '$MW_SRC/units/fail2ban/filter.d/mailwicket.conf' | grep -q '192\\.0\\.2\\.99'"
else
    check "fail2ban-regex is installed" false
fi
done_testing
