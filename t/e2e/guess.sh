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
check_not "and isn't held up" log_has 'event=slowed-down.*client=127\.0\.0\.2'
check "a correct login from here is let in, later" imap_login t vpn1:alice "$both"; hangup t
log_mark
check_says "and again" INBOX curl_imap vpn1:alice "$both"
check_not "at once: that cleared the address" log_has 'event=slowed-down'
check_entries "no entry is left" 0

# --- many connections at once guess no faster than one: by the order of the lines
log_mark
for i in 1 2 3 4 5 6 7 8; do talk "p$i" "${port[imap4s]}" -bind 127.0.0.3:0; hear "p$i" '^\* OK'; done
for i in 1 2 3 4 5 6 7 8; do say "p$i" "a LOGIN nobody-$i guess"; done
for i in 1 2 3 4 5 6 7 8; do wait_for eval '[ "$(log_new | grep -c event=not-authenticated)" -ge '$i' ]'; hear "p$i" '^a NO'; hangup "p$i"; done
order=$(log_new | sed -nE 's/.*event=(slowed|not-auth).*/\1/p' | tr '\n' ' ')
five='not-auth not-auth not-auth not-auth not-auth '
check "five at once, then one after the other ($order)" \
    [ "$order" = "${five}slowed not-auth slowed not-auth slowed not-auth " ]
# nobody clears guesses at others by a login of his own
own_login() { curl_imap vpn1:alice "$both" "" --interface 127.0.0.4; }
log_mark
for i in 1 2 3; do
    talk t "${port[imap4s]}" -bind 127.0.0.4:0; hear t '^\* OK'
    for k in a b; do say t "$k LOGIN \"victim\" \"Guess-$k$i\""; hear t "^$k NO"; done; hangup t
    check_says "guesses at another, and a login of one's own ($i)" INBOX own_login
done
check_log "the sixth guess is slowed down" 'event=slowed-down.*client=127\.0\.0\.4'

# what isn't guessing isn't counted: a server that isn't allowed, however often
log_mark
talk t "${port[imap4s]}"; hear t '^\* OK'
for i in 1 2 3 4 5 6 7; do say t "s$i LOGIN \"vpn1:alice@elsewhere.example.org\" x$i"; hear t "^s$i NO"; done; hangup t
check "seven refusals of a server" [ "$(log_new | grep -c 'event=refused.*reason="the policy does')" = 7 ]
check_not "slow nobody down" log_has 'event=slowed-down'

# --- fail2ban: the shipped filter, on lines of real logins, some of whose names forge
forged='event=not-authenticated protocol=imap4s client=192.0.2.99 denial=refused reason=x'
try() { # LOGIN-AS-A-QUOTED-STRING: a refused or failed login
    talk t "${port[imap4s]}"; hear t '^\* OK'
    say t "x LOGIN \"$1\" \"guess\""; hear t '^x NO'
    hangup t
}
# syslog: the lines that came since the mark, as fail2ban reads them.
syslog() { log_new | sed -n 's/^<[0-9]*>event=/Nov 25 07:00:00 host mailwicket-verify[7]: event=/p'; }
banned() { fail2ban-regex -o ip "$BED/log/auth" "$MW_SRC/units/fail2ban/filter.d/mailwicket.conf"; }
lines() { syslog | grep -c "$1"; }
matches() { banned | grep -c '^127\.0\.0\.1$'; }

log_mark
long=$(printf '\\"%.0s' {1..500}) # each quote takes four octets in the log
for login in jo "jo $forged" "jo\\\" $forged user=\\\"" "$forged:jo" "jo@$forged" "$long"; do try "$login"; done
check "names that forge were refused" [ "$(log_new | grep -c 'event=not-authenticated.*192\.0\.2\.99')" -ge 3 ]
check_log "and one is too long for its line" 'event=not-authenticated.*cut=yes$'
syslog >"$BED/log/auth"
check "fail2ban's filter knows each refused login" [ "$(matches)" = "$(lines ': event=not-authenticated')" ]
check_not "and none by a forged address" says '192\.0\.2\.99' banned

# temporary failures are not guesses, whatever is in them
log_mark
mv "$BED/etc/users" "$BED/etc/users.away"
for login in jo "jo $forged" "jo\\\" $forged user=\\\"" "jo@$forged"; do try "$login"; done
mv "$BED/etc/users.away" "$BED/etc/users"
check "temporary failures hold forged text" [ "$(log_new | grep -c '192\.0\.2\.99.*denial=temporary')" -ge 2 ]
syslog >"$BED/log/auth"
check "and fail2ban's filter passes them over" [ "$(banned | wc -l)" = "$(lines ': event=not-authenticated')" ]
check_not "with whatever address" says '192\.0\.2\.99' banned

# the form of a line that the journal gives, and of IPv6
{
    echo 'Nov 25 07:00:00 host mailwicket-verify[7]: event=not-authenticated id=9 protocol=pop3s client=2001:db8::7 login=jo denial=refused reason="wrong password"'
    echo 'Nov 25 07:00:00 mailwicket-verify: event=not-authenticated protocol=smtps client=192.0.2.7 denial=refused reason="an empty name"'
    echo "Nov 25 07:00:00 host mailwicket-verify[7]: event=refused id=9 protocol=pop3s client=192.0.2.8 login=\"$forged\" denial=refused reason=\"outside the access-hours\""
    echo 'Nov 25 07:00:00 host mailwicket[7]: event=not-authenticated protocol=imap4s client=192.0.2.6 reason="no login at all"'
    echo "Nov 25 07:00:00 host other[7]: $forged"
} >"$BED/log/auth"
check "IPv6, and a line without host and process" [ "$(banned | sort | tr '\n' ' ')" = '192.0.2.7 2001:db8::7 ' ]
check "the example jail is installed, and its filter" test -s "$MW_INST/share/mailwicket/fail2ban/jail.d/mailwicket.conf" \
    -a -s "$MW_INST/etc/fail2ban/filter.d/mailwicket.conf"
done_testing
