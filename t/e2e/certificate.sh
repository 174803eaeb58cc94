#!/bin/bash
# SPDX-License-Identifier: ISC
# The method certificate: certificates that are right, expired, not yet valid, revoked, of another
# CA, of a CA between, without the client's purpose, self-signed, and none; by OpenSSL and GnuTLS, TLS
# 1.2 and 1.3, by real mail programs, and by a filter that lies to the helper.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/pki.sh"
bed_new
c=$BED/clients
mkdir -p "$c"
chmod 755 "$c"
secrets+=(Mw-Nobody-s2k9d1)

new_ca root
new_ca sub root
new_ca between root
new_ca other
new_client good root alice
new_client other-user root bob
new_client of-sub sub alice
new_client of-between between alice
new_client expired root alice "tls_www_client\nactivation_date = \"$(day '-9 days')\"\nexpiration_date = \"$(day '-1 day')\""
new_client not-yet root alice "tls_www_client\nactivation_date = \"$(day '+1 day')\"\nexpiration_date = \"$(day '+9 days')\""
new_client revoked root alice
new_client of-other other alice
new_client server-only root alice 'tls_www_server\nexpiration_days = 30'
new_client self - alice
cat "$c/of-between.pem" "$c/between.pem" >"$c/of-between.chain"
cat "$c/root.pem" "$c/sub.pem" >"$c/cas.pem"
new_crl crl.pem root 'crl_next_update = 30' revoked
new_crl crl.pem sub 'crl_next_update = 30'
new_crl old-crl.pem root "crl_this_update_date = \"$(day '-9 days')\"\ncrl_next_update_date = \"$(day '-1 day')\"" revoked
new_crl old-crl.pem sub 'crl_next_update = 30'
with_crl=" client-ca=\"$c/cas.pem\" crl=\"$c/crl.pem\""
without_crl=" client-ca=\"$c/cas.pem\""

chgrp mailwicket "$BED/etc/server.key" # the filter loads anew without root's rights
chmod 640 "$BED/etc/server.key"
bed_up methods=certificate "tlsattr=$with_crl" smtps="${port[smtp_trusting]}"

# --- by hand ------------------------------------------------------------------------------------
# key NAME: s_client's options for a certificate; "none": no options.
key() {
    shown=()
    case $1 in
    none) ;;
    of-between) shown=(-cert "$c/of-between.pem" -key "$c/of-between.key" -cert_chain "$c/between.pem") ;;
    *) shown=(-cert "$c/$1.pem" -key "$c/$1.key") ;;
    esac
}
imap_session() { # VERSION CERTIFICATE: a whole session
    key "$2"
    talk t "${port[imap4s]}" "$1" "${shown[@]}"
    hear t '^\* OK' && say t "a LOGIN alice $PASS_ALICE" && hear t '^a ' && [[ $heard =~ 'a OK' ]] &&
        say t 'b SELECT INBOX' && hear t '^b OK' && say t 'c LOGOUT' && ended t
    local rc=$?
    hangup t
    return $rc
}
dials() { grep -c 'imap-login' "$BED/log/dovecot"; } # what the mail server saw
alert() { # VERSION CERTIFICATE: what OpenSSL says of our alert
    key "$2"
    timeout 20 openssl s_client "$1" -ign_eof -CAfile "$CA" -connect "127.0.0.1:${port[imap4s]}" \
        "${shown[@]}" <<<$'x LOGOUT\r'
}
gnutls_alert() { # VERSION CERTIFICATE
    timeout 20 gnutls-cli --no-ocsp --x509cafile "$CA" --priority "NORMAL:-VERS-ALL:+VERS-$1" \
        --x509certfile "$c/$2.pem" --x509keyfile "$c/$2.key" -p "${port[imap4s]}" 127.0.0.1 \
        < <(printf 'x LOGOUT\r\n'; sleep 3)
}
for v in -tls1_2 -tls1_3; do
    for k in good of-sub; do check "OpenSSL, $v: $k is let in" imap_session $v $k; done
done
check_log "the session is logged under the certificate's name" 'event=established.* user=alice '

# bad NAME VERSION ALERT REASON
bad() {
    local before=$(dials)
    log_mark
    check_says "OpenSSL, $2: $1 gets alert $3" "alert number $3$" alert "$2" "$1"
    check_log "and the log says why ($2: $1)" "event=(refused|not-authenticated) protocol=imap4s client=127\.0\.0\.1 (.*)?reason=\"$4\""
    check "and the mail server hears nothing ($2: $1)" [ "$(dials)" = "$before" ]
}
for v in -tls1_2 -tls1_3; do
    bad expired $v 45 'certificate expired'
    bad not-yet $v 45 'certificate not yet valid'
    bad revoked $v 44 'certificate revoked'
    bad of-other $v 48 'certificate of an unknown CA'
    bad self $v 48 'certificate of an unknown CA'
    bad server-only $v 43 'certificate not for client authentication'
    bad of-between $v 46 'certificate of a CA whose CRL is not there'
done
bad none -tls1_2 40 'certificate missing'
bad none -tls1_3 116 'certificate missing'

# What fail2ban may count: not who has none, or an old one.
log_mark
for k in none expired revoked; do alert -tls1_3 $k >/dev/null 2>&1; done
until_log 'certificate revoked'
grep -E 'event=(refused|not-authenticated)' < <(log_new) | sed 's/^<[0-9]*>/Nov 25 07:00:00 host mailwicket[7]: /' >"$BED/log/refused"
check "three lines tell of three refusals" [ "$(wc -l <"$BED/log/refused")" -eq 3 ]
fail2ban-regex --print-all-matched "$BED/log/refused" "$MW_SRC/units/fail2ban/filter.d/mailwicket.conf" \
    >"$BED/log/fail2ban" 2>&1
check "fail2ban counts the revoked one alone" grep -Eq '1 matched, 2 missed' "$BED/log/fail2ban"
check "and its line tells whose it was" grep -q 'certificate="CN=alice" denial=refused reason="certificate revoked"' "$BED/log/refused"

for v in TLS1.2 TLS1.3; do
    check_says "GnuTLS, $v: right is let in" '\* OK' gnutls_alert $v good
    check_says "GnuTLS, $v: expired gets alert 45" '\[45\]' gnutls_alert $v expired
    check_says "GnuTLS, $v: of another CA gets alert 48" '\[48\]' gnutls_alert $v of-other
done

# A session that began with a certificate isn't resumed, as it may be revoked by now; nor does a ticket of
# a protocol that asks for none let in here.
ticket() { # VERSION PROTOCOL: connects, and keeps what it gets to come again
    rm -f "$BED/cl/session"
    timeout 20 openssl s_client "$1" -ign_eof -CAfile "$CA" -connect "127.0.0.1:${port[$2]}" \
        -sess_out "$BED/cl/session" "${shown[@]}" <<<$'x LOGOUT\r' >/dev/null 2>&1
}
again() { # VERSION PROTOCOL: connects with it
    timeout 20 openssl s_client "$1" -ign_eof -CAfile "$CA" -connect "127.0.0.1:${port[$2]}" \
        -sess_in "$BED/cl/session" "${shown[@]}" <<<$'x LOGOUT\r'
}
key good
ticket -tls1_3 imap4s
check_not "TLS 1.3: there is no ticket" test -e "$BED/cl/session"
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
smtp() { # CERTIFICATE: greeted
    key "$1"
    talk t "${port[smtps]}" "${shown[@]}"
    hear t '^220' && say t 'EHLO client.test' && hear t '^250 '
}
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
check "pipelined commands and a mail go through" wait_for 10 arrived pipelined
b64() { printf "$1" | base64 -w0; }
external() { smtp "$1" && say t "AUTH EXTERNAL $2" && hear t '^[0-9]{3} '; local rc=$?; hangup t; [ $rc -eq 0 ] && grep -q "^$3" <<<"$heard"; }
check "AUTH EXTERNAL with an empty identity" external good = 235
check "AUTH EXTERNAL with the certificate's own" external good "$(b64 alice)" 235
log_mark
check "AUTH EXTERNAL with another's is refused" external good "$(b64 bob)" 535
check_log "and the log says why" "event=refused.*reason=\"the login is for another user than the certificate's\""
smtp good; say t 'AUTH EXTERNAL'; hear t '^334 '; say t '='; hear t '^[0-9]{3} '
check "AUTH EXTERNAL in two steps: = is no base64 behind a challenge" grep -q '^501' <<<"$heard"
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
mine=(--cert "$c/good.pem" --key "$c/good.key")
curl_send() { curl -sS -m 30 --cacert "$CA" --mail-from sender@example.org --mail-rcpt alice@localhost \
    -T "$(mail_file "$1")" "${@:2}" "smtps://127.0.0.1:${port[smtps]}/"; }
check "curl sends without a login" curl_send cert-curl "${mine[@]}"
check "curl's mail arrives" wait_for 10 arrived cert-curl
check "curl sends with EXTERNAL" curl_send cert-external "${mine[@]}" -u alice: --login-options AUTH=EXTERNAL
check "curl's mail by EXTERNAL arrives" wait_for 10 arrived cert-external
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
    check "msmtp's mail with auth $a arrives" wait_for 10 arrived "cert-msmtp-$a"
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
lie() { timeout 30 python3 "$MW_SRC/t/e2e/filter.py" "$BED/state/verify" "$@"; }
shown_to_helper() { # NAME ANSWER REASON CERTIFICATE …
    local name=$1 answer=$2 reason=$3; shift 3
    log_mark
    check_says "the helper itself: $name" "^$answer" lie smtps implicit '' '' "$@"
    [ -z "$reason" ] || check_log "and says why ($name)" "event=(refused|not-authenticated).*reason=\"$reason\""
}
shown_to_helper "right" GRANT '' "$c/good.pem"
shown_to_helper "of a CA beneath" GRANT '' "$c/of-sub.pem" "$c/sub.pem"
shown_to_helper "none" 'DENY refused' 'certificate missing'
shown_to_helper "expired" 'DENY refused' 'certificate expired' "$c/expired.pem"
shown_to_helper "revoked" 'DENY refused' 'certificate revoked' "$c/revoked.pem"
forgive
shown_to_helper "of another CA" 'DENY refused' 'certificate of an unknown CA' "$c/of-other.pem" "$c/other.pem"
shown_to_helper "for servers" 'DENY refused' 'certificate not for client authentication' "$c/server-only.pem"
head -c 300 /dev/urandom >"$c/junk"
shown_to_helper "no certificate at all" 'DENY refused' 'certificate unreadable or too large' "@$c/junk"
shown_to_helper "junk behind it" 'DENY refused' 'certificate unreadable or too large' "$c/good.pem" "@$c/junk"
forgive
log_mark
check_says "the helper itself: EXTERNAL for another" '^DENY refused' lie smtps external bob '' "$c/good.pem"
check_says "the helper itself: IMAP4S is no place for EXTERNAL" '^DENY refused' lie imap4s external '' '' "$c/good.pem"
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
kill -HUP "$helper"; check_log "a broken CRL is rejected, with its file" "policy-rejected.*policy.xml:[0-9]+: tls: crl $c/crl.pem has no CRL that can be read"
check_says "and the old one is in force" '^DENY refused' lie smtps implicit '' '' "$c/good.pem"
check_says "and so is the rest" '^GRANT' lie smtps implicit '' '' "$c/other-user.pem"

bed_filter_stop; bed_helper_stop; rm -f "$BED"/state/state*

# --- other policies --------------------------------------------------------------------------------
log_mark
bed_restart methods=certificate "tlsattr= client-ca=\"$c/cas.pem\" crl=\"$c/old-crl.pem\"" smtps="${port[smtp_trusting]}"
check_log "a CRL that is out of date is warned of" 'policy-warning.*the CRL of CN=Clients root is out of date'
check_says "and check warns" 'element <tls>: the CRL of CN=Clients root is out of date' ctl check
bad good -tls1_3 46 'certificate of a CA whose CRL is out of date'
bad of-sub -tls1_3 46 'certificate of a CA whose CRL is out of date' # its CA may be revoked by now
bed_restart methods=certificate "tlsattr=$without_crl" smtps="${port[smtp_trusting]}"
for v in -tls1_2 -tls1_3; do check "without CRL, $v: a CA between that the client shows" imap_session $v of-between; done
check "without CRL: the revoked one is right" imap_session -tls1_3 revoked
bad expired -tls1_3 45 'certificate expired'

bed_restart 'methods=aaa certificate' "tlsattr=$without_crl"
check "aaa and certificate: both" curl_imap vpn1:alice "$PASS_VPN1:$PASS_ALICE" '' "${mine[@]}"
check_log "the user is AAA's" 'event=established.* user=vpn1 mail-user=alice '
check_not "aaa and certificate: no certificate" curl_imap vpn1:alice "$PASS_VPN1:$PASS_ALICE"
check_not "aaa and certificate: a wrong VPN password" curl_imap vpn1:alice "$PASS_WRONG:$PASS_ALICE" '' "${mine[@]}"
smtp good; say t 'MAIL FROM:<a@example.org>'; hear t '^[0-9]{3} '
check "aaa and certificate: SMTPS wants a login" grep -q '^530' <<<"$heard"; hangup t

# SMTPS with mailhost beside the certificate: the login is the mail server's, the user the certificate's.
bed_restart 'methods=certificate mailhost' "tlsattr=$without_crl"
check "certificate and mailhost: SMTPS logs in" curl_smtp bob "$PASS_BOB" alice@localhost "$(mail_file cert-mailhost)" "${mine[@]}"
check_log "certificate and mailhost: the user is the certificate's" 'event=established.*protocol=smtps.* user=alice mail-user=bob '
check "certificate and mailhost: the mail arrives" wait_for 10 arrived cert-mailhost
smtp good
check "certificate and mailhost: no EXTERNAL" grep -q '^250-AUTH PLAIN LOGIN$' <<<"$heard"; hangup t

# Other fields than the CN.
new_client mail-only root alice "tls_www_client\nexpiration_days = 30\nou = \"Sales\""
bed_policy methods=certificate "tlsattr=$without_crl" smtps="${port[smtp_trusting]}"
sed -i 's|<default-group-policy|<authorization-dn primary="OU" secondary="None"/>&|' "$BED/etc/policy.xml"
bed_filter_stop; bed_helper_stop; bed_helper_start; bed_filter_start
log_mark
check "authorization-dn's primary field names the user" curl_send cert-ou --cert "$c/mail-only.pem" --key "$c/mail-only.key"
check_log "as the log tells" 'event=established.* user=Sales '
check_not "who lacks the field is refused" curl_send cert-no-ou "${mine[@]}"
check_log "and the log says why" 'event=refused.*reason="the certificate has no OU"'

# A protocol without the method asks for nothing, also beside one with it.
bed_policy methods=certificate "tlsattr=$without_crl"
sed -i '/<imap4s/,/<\/imap4s/s/methods="certificate"/methods="mailhost"/' "$BED/etc/policy.xml"
bed_filter_stop; bed_helper_stop; bed_helper_start; bed_filter_start
check "a protocol without the method lets in without a certificate" curl_imap bob "$PASS_BOB"
check_says "and doesn't ask for one" 'No client certificate CA names sent' alert -tls1_2 none
check_not "while the one beside it does" curl_pop3 bob "$PASS_BOB"
key none
for v in -tls1_2 -tls1_3; do
    check "$v: a ticket, where none is asked for" eval "ticket $v imap4s && test -s '$BED/cl/session'"
    check_says "$v: and it is taken there" '^Reused, TLSv1' again $v imap4s
    log_mark
    again $v pop3s >"$BED/cl/again" 2>&1
    check_log "$v: but not where a certificate is asked for" 'event=refused protocol=pop3s .*reason="certificate missing"'
    check_not "$v: which greets nobody" grep -q '^+OK' "$BED/cl/again"
done

# By hand there is no TLS, and so no certificate.
bed_policy methods=certificate "tlsattr=$with_crl" smtps="${port[smtp_trusting]}"
: >"$c/crl.pem"
new_crl crl.pem root 'crl_next_update = 30' revoked
check_says "by hand: the helper misses the certificate" '^530' timeout 30 "$(mw mailwicket)" --policy "$BED/etc/policy.xml" \
    --no-tls --peer 192.0.2.7 smtps <<<$'EHLO x\r\nMAIL FROM:<a@example.org>\r\nQUIT\r'

# One connection a process, each with a helper of its own.
bed_filter_stop; bed_helper_stop
systemd-socket-activate --inetd -a -E JOURNAL_STREAM="$JOURNAL_STREAM" -E ASAN_OPTIONS="${ASAN_OPTIONS:-}" \
    -l "127.0.0.1:${port[smtps]}" "$(mw mailwicket)" --policy "$BED/etc/policy.xml" smtps >"$BED/log/inetd.out" 2>>"$LOG" &
inetd=$!
bed_pids+=($inetd)
wait_for 10 port_open "${port[smtps]}"
check "without a helper service: right" curl_send cert-inetd "${mine[@]}"
check_not "without a helper service: revoked" curl_send cert-inetd-not --cert "$c/revoked.pem" --key "$c/revoked.key"
check "without a helper service: the mail arrives" wait_for 10 arrived cert-inetd
kill $inetd; wait $inetd 2>/dev/null

# Files that can't be used stop the start, with their name and what would be right.
helper_fails() {
    timeout 20 "$MW_BUILD/t/e2e/listen" "verify=seqpacket:$BED/state/v" "report=dgram:$BED/state/r" -- \
        "$(mw mailwicket-verify)" --policy "$BED/etc/policy.xml" >/dev/null 2>>"$LOG"
    [ $? -eq 1 ]
}
starts_not() { # NAME FILTER-REGEX TLS-ATTRIBUTES
    bed_policy methods=certificate "tlsattr=$3"
    check_says "$1: mailwicket doesn't start" "$2" timeout 20 "$(mw mailwicket)" --policy "$BED/etc/policy.xml" imap4s
    check_says "$1: check says it" "$2" ctl check
    log_mark
    check "$1: the helper doesn't start" helper_fails
    check_log "$1: and its log says why" "policy-rejected.*($2)"
    check_not "$1: and doesn't say that it started" log_has 'event=started'
}
bed_filter_stop
cp "$c/good.pem" "$c/no-ca.pem"
starts_not "a client CA that isn't there" 'client-ca .*/nowhere.pem can.t be read|client-ca .*/nowhere.pem cannot be read' " client-ca=\"$c/nowhere.pem\""
starts_not "a client CA that is none" 'no-ca.pem: its certificate 1, CN=alice, is not a CA.s' " client-ca=\"$c/no-ca.pem\""
starts_not "a CRL of a stranger" 'is not signed by a CA of client-ca' " client-ca=\"$c/other.pem\" crl=\"$c/old-crl.pem\""
# A delta CRL is not the whole truth.
mkdir -p "$c/ca"; : >"$c/ca/index.txt"
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ndefault_md=sha256\n[x]\n2.5.29.27=critical,DER:020101\n' "$c/ca/index.txt" >"$c/ca/conf"
openssl ca -config "$c/ca/conf" -gencrl -crldays 9 -crlexts x -cert "$c/root.pem" -keyfile "$c/root.key" -out "$c/delta.pem" 2>/dev/null ||
    bed_fail "openssl made no CRL"
starts_not "a delta CRL" 'delta.pem: its CRL 1, of CN=Clients root, is a delta or covers a part only' " client-ca=\"$c/cas.pem\" crl=\"$c/delta.pem\""
check_says "method certificate without client-ca" 'policy.xml:[0-9]+: element <authentication>: method certificate, but no CA' \
    bash -c "sed -i 's/ client-ca=.*crl=\"[^\"]*\"//' '$BED/etc/policy.xml'; '$(mw mailwicketctl)' check '$BED/etc/policy.xml'"
done_testing
