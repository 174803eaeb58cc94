#!/bin/bash
# SPDX-License-Identifier: ISC
# The method certificate: certificates that are right, expired, not yet valid, revoked, of another
# CA, of a CA between, without the client's purpose, self-signed, and none; by OpenSSL and GnuTLS, TLS
# 1.2 and 1.3, by real mail programs, and by a filter that lies to the helper.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/pki.sh"
bed_new
pki_make
secrets+=(Mw-Nobody-s2k9d1)

chgrp mailwicket "$BED/etc/server.key" # the filter loads anew without root's rights
chmod 640 "$BED/etc/server.key"
bed_up methods=certificate "tlsattr=$with_crl" smtps="${port[smtp_trusting]}"

# --- by hand ------------------------------------------------------------------------------------
gnutls_alert() { # VERSION CERTIFICATE
    fed 'x LOGOUT\r\n' gnutls-cli --no-ocsp --x509cafile "$CA" --priority "NORMAL:-VERS-ALL:+VERS-$1" \
        --x509certfile "$c/$2.pem" --x509keyfile "$c/$2.key" -p "${port[imap4s]}" 127.0.0.1
}
for v in -tls1_2 -tls1_3; do
    for k in good of-sub inside; do check "OpenSSL, $v: $k is let in" imap_session $v $k; done
done
check_log "the session is logged under the certificate's name" 'event=established.* user=alice '

for v in -tls1_2 -tls1_3; do
    bad expired $v 45 'certificate expired'
    bad not-yet $v 45 'certificate not yet valid'
    bad revoked $v 44 'certificate revoked'
    bad of-other $v 48 'certificate of an unknown CA'
    bad self $v 48 'certificate of an unknown CA'
    bad server-only $v 43 'certificate not for client authentication'
    bad no-sign $v 43 'certificate not for client authentication'
    bad outside $v 46 'certificate with a name that a CA above it may not certify'
    bad of-between $v 46 'certificate of a CA whose CRL is not there'
done
bad none -tls1_2 40 'certificate missing'
bad none -tls1_3 116 'certificate missing'

# What fail2ban may count: not a missing or expired certificate, nor one that breaks a CA's rules.
log_mark
for k in none expired outside revoked; do alert -tls1_3 $k >/dev/null 2>&1; done
until_log 'certificate revoked'
grep -E 'event=(refused|not-authenticated)' < <(log_new) | sed 's/^<[0-9]*>/Nov 25 07:00:00 host mailwicket[7]: /' >"$BED/log/refused"
check "four lines tell of four refusals" [ "$(wc -l <"$BED/log/refused")" -eq 4 ]
fail2ban-regex --print-all-matched "$BED/log/refused" "$MW_SRC/units/fail2ban/filter.d/mailwicket.conf" \
    >"$BED/log/fail2ban" 2>&1
check "fail2ban counts the revoked one alone" grep -Eq '1 matched, 3 missed' "$BED/log/fail2ban"
check "and its line tells whose it was" grep -q 'certificate="CN=alice" denial=refused reason="certificate revoked"' "$BED/log/refused"

for v in TLS1.2 TLS1.3; do
    check_says "GnuTLS, $v: a valid one is let in" '\* OK' gnutls_alert $v good
    check_says "GnuTLS, $v: expired gets alert 45" '\[45\]' gnutls_alert $v expired
    check_says "GnuTLS, $v: of another CA gets alert 48" '\[48\]' gnutls_alert $v of-other
done

# A session that began with a certificate isn't resumed: it may be revoked by now.
key good
ticket -tls1_3 imap4s
check_not "TLS 1.3: no ticket is sent" test -e "$BED/cl/session"
ticket -tls1_2 imap4s
check_says "TLS 1.2: the second connection has a session of its own" '^New, TLSv1' again -tls1_2 imap4s

# The protocols differ: certificate and mailhost with POP3S and IMAP4S: name and password of the mail.
check "POP3S: the mail name and password" curl_pop3 alice "$PASS_ALICE" '' --cert "$c/good.pem" --key "$c/good.key"
check "the password is the mail server's alone, whole" curl_imap bob "$PASS_BOB" '' --cert "$c/good.pem" --key "$c/good.key"
check_log "and the user is the certificate's" 'event=established.* user=alice mail-user=bob '
check "the VPN name may be given where it is the same" curl_imap alice:bob "$PASS_BOB" '' --cert "$c/good.pem" --key "$c/good.key"
log_mark
check_not "another one's VPN name is refused" curl_imap bob:alice "$PASS_ALICE" '' --cert "$c/good.pem" --key "$c/good.key"
check_log "and the log says why" "event=refused.*reason=\"the login is for another user than the certificate's\""
check_not "a wrong mail password is refused" curl_imap alice "$PASS_WRONG" '' --cert "$c/good.pem" --key "$c/good.key"

# --- SMTPS with the certificate alone ------------------------------------------------------------
smtp good
check "SMTPS announces EXTERNAL" grep -q '^250-AUTH EXTERNAL PLAIN LOGIN$' <<<"$heard"
say t 'MAIL FROM:<a@example.org>'; hear t '^[0-9]{3} '
check "MAIL is the login" grep -q '^250' <<<"$heard"
ctl show --json >"$BED/cl/show"
check "show tells the certificate's user" grep -q '"vpn_user": *"alice"' "$BED/cl/show"
say t 'RCPT TO:<alice@localhost>'; hear t '^[0-9]{3} '
check "and the mail server takes the next command" grep -q '^250' <<<"$heard"
say t QUIT; check "and the last" ended t; hangup t
smtp good
say_raw t 'MAIL FROM:<a@example.org>\r\nRCPT TO:<alice@localhost>\r\nDATA\r\nSubject: pipelined\r\n\r\nHello.\r\n.\r\nQUIT\r\n'
ended t; hangup t
check "pipelined commands and a mail go through" wait_for arrived pipelined
external() { smtp "$1" && say t "AUTH EXTERNAL $2" && hear t '^[0-9]{3} '; local rc=$?; hangup t; [ $rc -eq 0 ] && grep -q "^$3" <<<"$heard"; }
check "AUTH EXTERNAL with an empty identity" external good = 235
check "AUTH EXTERNAL with the certificate's own" external good "$(b64 alice)" 235
log_mark
check "AUTH EXTERNAL with another's is refused" external good "$(b64 bob)" 535
check_log "and the log says why" "event=refused.*reason=\"the login is for another user than the certificate's\""
smtp good; say t 'AUTH EXTERNAL'; hear t '^334 '; say t '='; hear t '^[0-9]{3} '
check "AUTH EXTERNAL in two steps: = is not base64 after a challenge" grep -q '^501' <<<"$heard"
say t 'AUTH EXTERNAL'; hear t '^334 '; say t ''; hear t '^[0-9]{3} '
check "and an empty line is the empty identity" grep -q '^235' <<<"$heard"
say t 'NOOP'; hear t '^[0-9]{3} '
check "and the mail server answers" grep -q '^250' <<<"$heard"; hangup t
smtp good; say t "AUTH PLAIN $(b64 "\\0alice\\0${secrets[-1]}")"; hear t '^[0-9]{3} '
check "AUTH PLAIN: the password goes nowhere" grep -q '^235' <<<"$heard"; hangup t
smtp good; say t "AUTH PLAIN $(b64 '\0bob:x\0x')"; hear t '^[0-9]{3} '
check "AUTH PLAIN with another's VPN name is refused" grep -q '^535' <<<"$heard"; hangup t
for k in none of-other; do
    key $k; talk t "${port[smtps]}" "${shown[@]}"
    check_not "SMTPS: $k hears no greeting" hear t '^220'; hangup t
done

# --- mail programs -------------------------------------------------------------------------------
check "curl sends without a login" curl_send cert-curl "${mine[@]}"
check "curl's mail arrives" wait_for arrived cert-curl
check "curl sends with EXTERNAL" curl_send cert-external "${mine[@]}" -u alice: --login-options AUTH=EXTERNAL
check "curl's mail by EXTERNAL arrives" wait_for arrived cert-external
for k in expired of-other revoked; do
    check_not "curl with $k sends nothing" curl_send "cert-$k" --cert "$c/$k.pem" --key "$c/$k.key"
done
check_not "curl without a certificate sends nothing" curl_send cert-none
check_says "curl fetches by imaps" 'Subject: cert-curl' curl_imap alice "$PASS_ALICE" 'INBOX;UID=2' "${mine[@]}"
for a in off external; do
    cat >"$BED/cl/msmtprc" <<U
account a
host localhost
port ${port[smtps]}
tls on
tls_starttls off
tls_trust_file $CA
tls_cert_file $c/good.pem
tls_key_file $c/good.key
auth $a
user alice
from sender@example.org
U
    check "msmtp sends with auth $a" msmtp -C "$BED/cl/msmtprc" -a a alice@localhost <<<$'Subject: cert-msmtp-'"$a"$'\n\nHello.'
    check "msmtp's mail with auth $a arrives" wait_for arrived "cert-msmtp-$a"
done
cat >"$BED/cl/mbsyncrc" <<U
IMAPAccount a
Host localhost
Port ${port[imap4s]}
User alice
Pass $PASS_ALICE
SSLType IMAPS
CertificateFile $CA
ClientCertificate $c/good.pem
ClientKey $c/good.key
Timeout 20

IMAPStore r
Account a

MaildirStore l
Path $BED/cl/mb/
Inbox $BED/cl/mb/INBOX

Channel c
Far :r:
Near :l:
Create Near
SyncState *
U
mkdir -p "$BED/cl/mb"
check "mbsync fetches" mbsync -c "$BED/cl/mbsyncrc" c
check "mbsync's mail is here" grep -rq 'Subject: cert-curl' "$BED/cl/mb/INBOX"
sed -i '/^Client/d' "$BED/cl/mbsyncrc"
check_not "mbsync without its certificate fetches nothing" mbsync -c "$BED/cl/mbsyncrc" c
(umask 077; cat >"$BED/cl/fetchmailrc") <<U
poll localhost service ${port[pop3s]} proto POP3 auth password user "alice" pass "$PASS_ALICE" ssl sslcert $c/good.pem sslkey $c/good.key sslcertfile $CA sslcertck keep mda "cat >>$BED/cl/fm"
U
check "fetchmail fetches by POP3" env HOME="$BED/cl" fetchmail -f "$BED/cl/fetchmailrc" -a \
    -i "$BED/cl/fids" --pidfile "$BED/cl/fm.pid" -N --nosyslog
check "fetchmail's mail is here" grep -q 'Subject: cert-curl' "$BED/cl/fm"

# --- a filter that lies: the helper looks for itself ----------------------------------------------
forgive() { bed_helper_stop; rm -f "$BED"/state/state*; bed_helper_start; } # forgets who guessed
lie() { python3 "$MW_SRC/t/e2e/filter.py" "$BED/state/verify" "$@"; }
shown_to_helper() { # NAME ANSWER REASON CERTIFICATE …
    local name=$1 answer=$2 reason=$3; shift 3
    log_mark
    check_says "the helper itself: $name" "^$answer" lie smtps implicit '' '' "$@"
    [ -z "$reason" ] || check_log "and says why ($name)" "event=(refused|not-authenticated).*reason=\"$reason\""
}
shown_to_helper "right" GRANT '' "$c/good.pem"
shown_to_helper "of a CA beneath" GRANT '' "$c/of-sub.pem" "$c/sub.pem"
shown_to_helper "none" 'DENY refused' 'certificate missing'
shown_to_helper "inside its CA's name constraints" GRANT '' "$c/inside.pem"
shown_to_helper "outside them" 'DENY refused' 'certificate with a name that a CA above it may not certify' "$c/outside.pem" "$c/limited.pem"
shown_to_helper "expired" 'DENY refused' 'certificate expired' "$c/expired.pem"
shown_to_helper "revoked" 'DENY refused' 'certificate revoked' "$c/revoked.pem"
forgive
shown_to_helper "of another CA" 'DENY refused' 'certificate of an unknown CA' "$c/of-other.pem" "$c/other.pem"
shown_to_helper "for servers" 'DENY refused' 'certificate not for client authentication' "$c/server-only.pem"
head -c 300 /dev/urandom >"$c/junk"
shown_to_helper "no certificate at all" 'DENY refused' 'certificate unreadable or too large' "@$c/junk"
shown_to_helper "junk after it" 'DENY refused' 'certificate unreadable or too large' "$c/good.pem" "@$c/junk"
forgive
log_mark
check_says "the helper itself: EXTERNAL for another" '^DENY refused' lie smtps external bob '' "$c/good.pem"
check_says "the helper itself: IMAP4S does not allow EXTERNAL" '^DENY refused' lie imap4s external '' '' "$c/good.pem"
check_log "and says why" 'event=refused.*reason="the policy wants a login with a name and password"'
check_entries "no entry is left" 0
forgive

# --- reload: the helper looks into the new CRL, and a broken one changes nothing -------------------
: >"$c/crl.pem"
new_crl crl.pem root 'crl_next_update = 30' revoked good
new_crl crl.pem sub 'crl_next_update = 30'
log_mark
kill -HUP "$helper"; check_log "the helper loads anew" 'policy-loaded'
log_mark
check_says "revoked meanwhile: the filter doesn't know, the helper does" 'Login denied|login fail|denied' \
    curl_imap alice "$PASS_ALICE" '' "${mine[@]}"
check_log "and says why" 'event=not-authenticated.* login=alice .*reason="certificate revoked"'
kill -HUP "$filter"; check_log "the filter loads anew" '^<5>event=policy-loaded'
check_says "and its alert is for all" 'alert number 44$' alert -tls1_3 good
log_mark
echo junk >"$c/crl.pem"
kill -HUP "$helper"; check_log "a broken CRL is rejected, with its file" "policy-rejected.*policy.xml:[0-9]+: element <tls>: invalid crl $c/crl.pem: expected CRLs in PEM"
check_says "and the old one is in force" '^DENY refused' lie smtps implicit '' '' "$c/good.pem"
check_says "and so is the rest" '^GRANT' lie smtps implicit '' '' "$c/other-user.pem"
done_testing
