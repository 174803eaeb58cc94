#!/bin/bash
# SPDX-License-Identifier: ISC
# Several certificates: which one a client gets by the name that it asks for (SNI) and by the keys
# that it takes, in both versions of TLS, by OpenSSL and GnuTLS, with its own chain and OCSP response.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/pki.sh"
bed_new
c=$BED/server
mkdir "$c"
chmod 755 "$c"

key() { # NAME rsa|p256|p384
    local how=(--key-type=rsa --bits=2048)
    [ "$2" = rsa ] || how=(--key-type=ecdsa --curve=secp${2#p}r1)
    certtool --generate-privkey "${how[@]}" --outfile "$c/$1.key" 2>/dev/null || bed_fail "certtool made no key"
}
new_key() { key "$1" "$kind"; } # pki.sh makes its CAs of them
kind=rsa new_ca root-rsa
kind=rsa new_ca between-rsa root-rsa
kind=p256 new_ca root-ecdsa
kind=p256 new_ca between-ecdsa root-ecdsa
cat "$c/root-rsa.pem" "$c/root-ecdsa.pem" >"$c/roots.pem"

elements='' # the <certificate> elements
server() { # CN KEY NAME: with its chain, in the order of the calls
    local ca=between-ecdsa
    [ "$2" = rsa ] && ca=between-rsa
    key "$1" "$2"
    printf 'cn = "%s"\ndns_name = "%s"\ntls_www_server\nsigning_key\nexpiration_days = 30\n' "$1" "$3" >"$c/$1.t"
    certtool --generate-certificate --load-privkey "$c/$1.key" --template "$c/$1.t" --load-ca-certificate "$c/$ca.pem" \
        --load-ca-privkey "$c/$ca.key" --outfile "$c/$1.one" 2>/dev/null || bed_fail "certtool made no certificate"
    cat "$c/$1.one" "$c/$ca.pem" >"$c/$1.pem"
    printf 'V\t491231235959Z\t\t%s\tunknown\t/CN=x\n' "$(openssl x509 -noout -serial -in "$c/$1.one" | cut -d= -f2)" >"$c/index"
    openssl ocsp -issuer "$c/$ca.pem" -cert "$c/$1.one" -no_nonce -reqout "$c/request" &&
        openssl ocsp -index "$c/index" -CA "$c/$ca.pem" -rsigner "$c/$ca.pem" -rkey "$c/$ca.key" -reqin "$c/request" \
            -respout "$c/$1.ocsp" -ndays 1 || bed_fail "openssl made no OCSP response"
    chgrp mailwicket "$c/$1.key"
    chmod 640 "$c/$1.key"
    elements+="<certificate chain=\"$c/$1.pem\" key=\"$c/$1.key\" ocsp=\"$c/$1.ocsp\"/>"
}
server first p256 first.example.org
server rsa rsa rsa.example.org
server both-rsa rsa both.example.org
server both-p256 p256 both.example.org
server wild p256 '*.wild.example.org'
server exact rsa exact.wild.example.org
chmod 644 "$c"/*.pem "$c"/*.ocsp
bed_up methods=mailhost
with() { # ELEMENTS: a policy with these
    sed -i "s|<tls\([^>]*\)>.*</tls>|<tls\1>$1</tls>|" "$BED/etc/policy.xml"
    log_mark
    kill -HUP "$filter"
    until_log 'event=policy-loaded'
}
check "a policy with six certificates" with "$elements"

# Each prints the certificate's CN, if the client takes it with its chain and OCSP response.
by_openssl() { # OPTION …
    timeout "$patience" openssl s_client -connect "127.0.0.1:${port[imap4s]}" -CAfile "$c/roots.pem" -verify_return_error \
        -status "$@" </dev/null >"$BED/cl/tls" 2>&1 && grep -q 'Cert Status: good' "$BED/cl/tls" &&
        sed -n 's/^subject=CN *= *//p' "$BED/cl/tls"
}
by_gnutls() { # PRIORITY [OPTION …]
    printf 'a LOGOUT\r\n' | timeout "$patience" gnutls-cli --logfile="$BED/cl/gnutls.log" --x509cafile "$c/roots.pem" \
        --priority "NORMAL:-VERS-ALL:$1" -p "${port[imap4s]}" --crlf "${@:2}" 127.0.0.1 >"$BED/cl/tls" 2>&1
    cat "$BED/cl/gnutls.log" >>"$BED/cl/tls"
    grep -q 'Status: The certificate is trusted' "$BED/cl/tls" && grep -q 'Options:.*OCSP status request' "$BED/cl/tls" &&
        sed -n 's/.*subject `CN=\([^,'\'']*\).*/\1/p' "$BED/cl/tls" | head -n 1
}
gets() { # CN COMMAND …
    local got
    got=$("${@:2}") && [ "$got" = "$1" ] && return
    echo "expected $1, got $got"
    tail -n 30 "$BED/cl/tls"
    return 1
}
named() { # CN NAME: in both versions, by both libraries
    local v
    for v in 1.2 1.3; do
        check "$2 gets $1 (OpenSSL, TLS $v)" gets "$1" by_openssl "-tls${v/./_}" -servername "$2" -verify_hostname "$2"
        check "$2 gets $1 (GnuTLS, TLS $v)" gets "$1" by_gnutls "+VERS-TLS$v" --sni-hostname "$2" --verify-hostname "$2"
    done
}
named first first.example.org
named rsa rsa.example.org
named rsa RSA.Example.ORG
named both-p256 both.example.org
named wild any.wild.example.org
named exact exact.wild.example.org
for v in -tls1_2 -tls1_3; do
    check "another name gets the first ($v)" gets first by_openssl $v -servername other.example.org
    check "no name gets the first ($v)" gets first by_openssl $v -noservername
    check "a wildcard is for one label ($v)" gets first by_openssl $v -servername a.b.wild.example.org
    check "and not for none ($v)" gets first by_openssl $v -servername wild.example.org
done

# The keys that a client takes.
both=(-servername both.example.org -verify_hostname both.example.org)
pss=rsa_pss_rsae_sha256
check "TLS 1.2, suites for RSA" gets both-rsa by_openssl -tls1_2 "${both[@]}" -cipher ECDHE-RSA-AES128-GCM-SHA256
check "TLS 1.2, suites for ECDSA" gets both-p256 by_openssl -tls1_2 "${both[@]}" -cipher ECDHE-ECDSA-AES128-GCM-SHA256
check "TLS 1.2, RSA's suite first" gets both-p256 by_openssl -tls1_2 "${both[@]}" \
    -cipher ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256
check "TLS 1.2, signatures by RSA" gets both-rsa by_openssl -tls1_2 "${both[@]}" -sigalgs "RSA+SHA256:$pss"
check "TLS 1.3, signatures by RSA" gets both-rsa by_openssl -tls1_3 "${both[@]}" -sigalgs "$pss:RSA+SHA256"
check "TLS 1.3, signatures by ECDSA" gets both-p256 by_openssl -tls1_3 "${both[@]}" -sigalgs ECDSA+SHA256
check "both versions, signatures by RSA" gets both-rsa by_openssl "${both[@]}" -sigalgs "$pss:RSA+SHA256"
both=(--sni-hostname both.example.org --verify-hostname both.example.org)
for v in 1.2 1.3; do
    check "GnuTLS, signatures by RSA ($v)" gets both-rsa by_gnutls \
        "+VERS-TLS$v:-SIGN-ALL:+SIGN-RSA-SHA256:+SIGN-RSA-PSS-RSAE-SHA256" "${both[@]}"
    check "GnuTLS, signatures by ECDSA ($v)" gets both-p256 by_gnutls \
        "+VERS-TLS$v:-SIGN-ALL:+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SECP256R1-SHA256" "${both[@]}"
done
check "GnuTLS, suites for RSA" gets both-rsa by_gnutls '+VERS-TLS1.2:-KX-ALL:+ECDHE-RSA' "${both[@]}"
check "a name whose key the client doesn't take: another, rather than none" gets rsa \
    by_openssl -tls1_2 -servername first.example.org -cipher ECDHE-RSA-AES128-GCM-SHA256
# The second ClientHello, behind a HelloRetryRequest, chooses again.
check "TLS 1.3, a group that we ask for" gets rsa by_openssl -tls1_3 -servername rsa.example.org -groups P-521:P-256

# Tickets, and whole sessions.
CA=$c/roots.pem
mail() { # OPTION …: logs in and out
    talk t "${port[imap4s]}" "$@"
    hear t '^\* OK' && say t "a LOGIN bob $PASS_BOB" && hear t '^a ' && [[ $heard == *'a OK'* ]] &&
        say t 'b LOGOUT' && hear t '^b OK' && ended t
    local rc=$?
    hangup t
    return $rc
}
resumed() { timeout "$patience" openssl s_client "$@" -sess_in "$BED/cl/ticket" -CAfile "$CA" \
    -connect "127.0.0.1:${port[imap4s]}" </dev/null 2>&1; }
for v in -tls1_2 -tls1_3; do
    for n in rsa.example.org both.example.org; do
        check "a session with $n ($v)" mail $v -servername $n -verify_hostname $n -sess_out "$BED/cl/ticket"
        check_says "is resumed by its ticket ($v)" '^Reused, TLSv1' resumed $v -servername $n
        check "and mail goes through it ($v)" mail $v -servername $n -sess_in "$BED/cl/ticket"
    done
done

# A broken ClientHello: an alert, and the next client is served.
mangled() { # what comes back, as hex
    exec 5<>"/dev/tcp/127.0.0.1/${port[imap4s]}"
    printf '\x16\x03\x01\x00\x2a\x01\x00\x00\x26\x03\x03%032d\xff\x00\x00\x00' 0 >&5
    timeout "$patience" head -c 4096 <&5 2>/dev/null | od -An -tx1 | tr -d ' \n'
    exec 5<&- 5>&-
}
check_says "a broken ClientHello gets an alert" '^1503030002(02..)$' mangled
check "and the next client its certificate" gets rsa by_openssl -tls1_2 -servername rsa.example.org

# One that can't be used: rejected, and what was in force stays.
sed -i "s|key=\"$c/exact.key\"|key=\"$c/wild.key\"|" "$BED/etc/policy.xml"
log_mark
kill -HUP "$filter"
check "another's key among them: rejected" until_log 'event=policy-rejected'
check_log "and the log says which" "can't use chain $c/exact.pem with key $c/wild.key"
check "what was in force stays" gets exact by_openssl -tls1_3 -servername exact.wild.example.org

# A client that must show a certificate still gets the one that it asks for.
kind=p256 new_ca clients
kind=p256 new_client alice clients alice
chmod 644 "$c/clients.pem"
bed_restart methods=certificate "tlsattr= client-ca=\"$c/clients.pem\""
check "a policy with a client CA" with "$elements"
for v in -tls1_2 -tls1_3; do
    check "with a client's certificate ($v)" gets both-rsa by_openssl $v -servername both.example.org -cert "$c/alice.pem" \
        -key "$c/alice.key" -sigalgs "$pss:RSA+SHA256" -client_sigalgs ECDSA+SHA256
    check "the client CA is announced ($v)" grep -q '^CN *= *Clients clients$' "$BED/cl/tls"
done
check_entries "no entry is left" 0
done_testing
