#!/bin/bash
# SPDX-License-Identifier: ISC
# demo.sh - the built-in example of `setup run`: Mailwicket in front of a private Dovecot and Exim,
# on loopback; a mail is sent and fetched through it. Where standard input is a terminal it then stays
# until it is interrupted.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"

title() { printf '\n==> %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    [ ! -s "$LOG" ] || { echo "the log of Mailwicket ends with:"; tail -n 5 "$LOG"; } >&2
    exit 1
}

title "a mail system in a directory of its own: CA, users, Dovecot, Exim, Mailwicket"
bed_new
bed_up level=info
echo "directory: $BED"
login=vpn1:alice@localhost password=$PASS_VPN1:$PASS_ALICE

title "msmtp sends a mail by SMTPS, as $login"
cat >"$BED/cl/msmtprc" <<U
account a
host localhost
port ${port[smtps]}
tls on
tls_starttls off
tls_trust_file $CA
auth plain
user $login
password $password
from sender@example.org
U
chmod 600 "$BED/cl/msmtprc"
printf 'From: sender@example.org\nTo: alice@localhost\nSubject: through Mailwicket\n\nHello, Alice.\n' |
    msmtp -C "$BED/cl/msmtprc" --debug -a a alice@localhost >"$BED/cl/msmtp.out" 2>&1 ||
    fail "msmtp could not send: $(tail -n 3 "$BED/cl/msmtp.out")"
grep -E '^(-->|<--)' "$BED/cl/msmtp.out"
wait_for arrived 'through Mailwicket' || fail "the mail did not arrive"

title "curl fetches it by IMAPS"
curl -v -sS -m "$patience" --cacert "$CA" "$(url imaps "$login" "$password" "${port[imap4s]}" 'INBOX;UID=1')" \
    >"$BED/cl/mail" 2>"$BED/cl/curl.out" || fail "curl could not fetch: $(tail -n 3 "$BED/cl/curl.out")"
grep -aE '^[<>] ' "$BED/cl/curl.out" | tr -d '\r'
title "the mail, fetched once more by POP3S"
curl_pop3 "$login" "$password" 1 || fail "curl could not fetch by POP3S"

title "mailwicketctl show, while a session is open"
imap_login t "$login" "$password" || fail "an IMAP login failed: $heard"
ctl show || fail "mailwicketctl show failed"
ctl summary || fail "mailwicketctl summary failed"
hangup t
title "the log"
sed 's/^<[0-9]>//' "$LOG"

title "connect by hand, for example: curl --cacert $CA URL"
url imaps "$login" "$password" "${port[imap4s]}"; echo
url pop3s "$login" "$password" "${port[pop3s]}"; echo
url smtps "$login" "$password" "${port[smtps]}"; echo
echo "CA file: $CA"
echo "policy:  $BED/etc/policy.xml"
echo "control: $(mw mailwicketctl) --policy $BED/etc/policy.xml show"
if [ ! -t 0 ]; then
    title "done; from a terminal it would go on until it is interrupted: removing $BED"
    exit 0
fi
echo "It runs until it is interrupted (Ctrl-C), and then removes $BED."
trap 'echo; echo "==> cleaning up"; exit 0' INT TERM HUP
while kill -0 "$filter" && kill -0 "$helper"; do
    sleep 1 &
    wait $!
done 2>/dev/null
fail "Mailwicket ended by itself"
