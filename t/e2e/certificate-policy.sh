#!/bin/bash
# SPDX-License-Identifier: ISC
# The method certificate beside others: with aaa, mailhost, piggyback; with CRLs that are out of date,
# and without; protocols that ask for none; the ways of arrival; and files that can't be used.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/pki.sh"
bed_new
pki_make

bed_up methods=certificate "tlsattr= client-ca=\"$c/cas.pem\" crl=\"$c/old-crl.pem\"" smtps="${port[smtp_trusting]}"
check_log "a CRL that is out of date is warned of" 'policy-warning.*the CRL of CN=Clients root is out of date'
check_says "and check warns" 'element <tls>: the CRL of CN=Clients root is out of date' ctl check
bad good -tls1_3 46 'certificate of a CA whose CRL is out of date'
bad of-sub -tls1_3 46 'certificate of a CA whose CRL is out of date' # its CA may be revoked by now
bed_restart methods=certificate "tlsattr=$without_crl" smtps="${port[smtp_trusting]}"
for v in -tls1_2 -tls1_3; do check "without CRL, $v: a CA between that the client shows" imap_session $v of-between; done
check "without CRL: the revoked one is right" imap_session -tls1_3 revoked
bad expired -tls1_3 45 'certificate expired'

bed_restart 'methods=aaa certificate' "tlsattr=$without_crl"
new_client vpn1 root VPN1 # users are compared without regard to case
own=(--cert "$c/vpn1.pem" --key "$c/vpn1.key")
check "aaa and certificate: both" curl_imap vpn1:alice "$PASS_VPN1:$PASS_ALICE" '' "${own[@]}"
check_log "the user is AAA's" 'event=established.* user=vpn1 mail-user=alice '
check_not "aaa and certificate: no certificate" curl_imap vpn1:alice "$PASS_VPN1:$PASS_ALICE"
check_not "aaa and certificate: a wrong VPN password" curl_imap vpn1:alice "$PASS_WRONG:$PASS_ALICE" '' "${own[@]}"
log_mark
check_not "aaa and certificate: another user's certificate" curl_imap vpn1:alice "$PASS_VPN1:$PASS_ALICE" '' "${mine[@]}"
check_log "and the log says why" "event=refused.* login=vpn1:alice denial=refused reason=\"the login is for another user than the certificate's\""
check_says "explain says that it must name the VPN user" 'signed and that names the VPN user' ctl explain imap4s vpn1:alice
sed -i 's|<default-group-policy|<authorization-dn must-match="false"/>&|' "$BED/etc/policy.xml"
bed_filter_stop; bed_helper_stop; bed_helper_start; bed_filter_start
check "must-match=false: any good certificate will do" curl_imap vpn1:alice "$PASS_VPN1:$PASS_ALICE" '' "${mine[@]}"
bed_restart 'methods=aaa certificate' "tlsattr=$without_crl"
smtp good; say t 'MAIL FROM:<a@example.org>'; hear t '^[0-9]{3} '
check "aaa and certificate: SMTPS wants a login" grep -q '^530' <<<"$heard"; hangup t

# Piggyback beside the certificate: both, and the user is the VPN session's.
bed_restart 'methods=certificate piggyback' "tlsattr=$with_crl" smtps="${port[smtp_trusting]}"
check_not "certificate and piggyback: no VPN session" curl_imap vpn1:alice "$PASS_ALICE" '' "${own[@]}"
check_log "certificate and piggyback: the log says why" 'event=piggyback-failed.* user=vpn1 '
ctl session add --user vpn1 --address 127.0.0.1 --id g1 >"$BED/log/session.out"
check "certificate and piggyback: both" curl_imap vpn1:alice "$PASS_ALICE" '' "${own[@]}"
check_log "certificate and piggyback: the user is the VPN session's" 'event=established.* user=vpn1 mail-user=alice '
log_mark
check_not "certificate and piggyback: another user's certificate" curl_imap vpn1:alice "$PASS_ALICE" '' "${mine[@]}"
check_log "and the log says why" "event=refused.*reason=\"the login is for another user than the certificate's\""
check_not "certificate and piggyback: no certificate" curl_imap vpn1:alice "$PASS_ALICE"
check_not "certificate and piggyback: a revoked one" curl_imap vpn1:alice "$PASS_ALICE" '' --cert "$c/revoked.pem" --key "$c/revoked.key"
check_not "certificate and piggyback: the certificate's user has no VPN session" curl_imap alice "$PASS_ALICE" '' "${mine[@]}"
smtp vpn1; say t 'MAIL FROM:<a@example.org>'; hear t '^[0-9]{3} '
check "certificate and piggyback: SMTPS wants the VPN name" grep -q '^530' <<<"$heard"
say t "AUTH PLAIN $(printf '\0vpn1:alice\0' | base64 -w0)"; hear t '^[0-9]{3} '
check "certificate and piggyback: SMTPS needs no password" grep -q '^235' <<<"$heard"; hangup t
ctl session remove --user vpn1 --id g1 >>"$BED/log/session.out"

# SMTPS with mailhost beside the certificate: the login is the mail server's, the user the certificate's.
bed_restart 'methods=certificate mailhost' "tlsattr=$without_crl"
check "certificate and mailhost: SMTPS logs in" curl_smtp bob "$PASS_BOB" alice@localhost "$(mail_file cert-mailhost)" "${mine[@]}"
check_log "certificate and mailhost: the user is the certificate's" 'event=established.*protocol=smtps.* user=alice mail-user=bob '
check "certificate and mailhost: the mail arrives" wait_for arrived cert-mailhost
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
    check_log "$v: but not where a certificate is asked for" 'event=refused( id=[0-9]+)? protocol=pop3s .*reason="certificate missing"'
    check_not "$v: which greets nobody" grep -q '^+OK' "$BED/cl/again"
done

# By hand there is no TLS, and so no certificate.
bed_policy methods=certificate "tlsattr=$with_crl" smtps="${port[smtp_trusting]}"
: >"$c/crl.pem"
new_crl crl.pem root 'crl_next_update = 30' revoked
check_says "by hand: the helper misses the certificate" '^530' timeout "$patience" "$(mw mailwicket)" --policy "$BED/etc/policy.xml" \
    --no-tls --peer 192.0.2.7 smtps <<<$'EHLO x\r\nMAIL FROM:<a@example.org>\r\nQUIT\r'

# One connection a process, each with a helper of its own.
bed_filter_stop; bed_helper_stop
systemd-socket-activate --inetd -a -E JOURNAL_STREAM="$JOURNAL_STREAM" -E ASAN_OPTIONS="${ASAN_OPTIONS:-}" \
    -l "127.0.0.1:${port[smtps]}" "$(mw mailwicket)" --policy "$BED/etc/policy.xml" smtps >"$BED/log/inetd.out" 2>>"$LOG" &
inetd=$!
bed_pids+=($inetd)
wait_for port_open "${port[smtps]}"
check "without a helper service: right" curl_send cert-inetd "${mine[@]}"
check_not "without a helper service: revoked" curl_send cert-inetd-not --cert "$c/revoked.pem" --key "$c/revoked.key"
check "without a helper service: the mail arrives" wait_for arrived cert-inetd
kill $inetd; wait $inetd 2>/dev/null

# Files that can't be used stop the start, with their name and what would be right.
helper_fails() {
    timeout "$patience" "$MW_BUILD/t/e2e/listen" "verify=seqpacket:$BED/state/v" "report=dgram:$BED/state/r" -- \
        "$(mw mailwicket-verify)" --policy "$BED/etc/policy.xml" >/dev/null 2>>"$LOG"
    [ $? -eq 1 ]
}
starts_not() { # NAME FILTER-REGEX TLS-ATTRIBUTES
    bed_policy methods=certificate "tlsattr=$3"
    check_says "$1: mailwicket doesn't start" "$2" timeout "$patience" "$(mw mailwicket)" --policy "$BED/etc/policy.xml" imap4s
    check_says "$1: check says it" "$2" ctl check
    log_mark
    check "$1: the helper doesn't start" helper_fails
    check_log "$1: and its log says why" "policy-rejected.*($2)"
    check_not "$1: and doesn't say that it started" log_has 'event=started'
}
bed_filter_stop
cp "$c/good.pem" "$c/no-ca.pem"
starts_not "a missing client CA" 'can(.t|not) read client-ca .*/nowhere.pem' " client-ca=\"$c/nowhere.pem\""
starts_not "a client CA that is none" 'no-ca.pem: certificate 1, CN=alice, is not a CA.s' " client-ca=\"$c/no-ca.pem\""
starts_not "a CRL of a stranger" 'is not signed by a CA of client-ca' " client-ca=\"$c/other.pem\" crl=\"$c/old-crl.pem\""
# A delta CRL is not the whole truth.
mkdir -p "$c/ca"; : >"$c/ca/index.txt"
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ndefault_md=sha256\n[x]\n2.5.29.27=critical,DER:020101\n' "$c/ca/index.txt" >"$c/ca/conf"
openssl ca -config "$c/ca/conf" -gencrl -crldays 9 -crlexts x -cert "$c/root.pem" -keyfile "$c/root.key" -out "$c/delta.pem" 2>/dev/null ||
    bed_fail "openssl made no CRL"
starts_not "a delta CRL" 'delta.pem: CRL 1, of CN=Clients root, is a delta or covers only a part' " client-ca=\"$c/cas.pem\" crl=\"$c/delta.pem\""
check_says "method certificate without client-ca" 'policy.xml:[0-9]+: element <authentication>: method certificate without a CA' \
    bash -c "sed -i 's/ client-ca=.*crl=\"[^\"]*\"//' '$BED/etc/policy.xml'; '$(mw mailwicketctl)' check '$BED/etc/policy.xml'"
done_testing
