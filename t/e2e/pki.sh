# SPDX-License-Identifier: ISC
# pki.sh - sourced after bed.sh and tap.sh: CAs, client certificates and CRLs by certtool, in the
# directory $c, and clients that show them.
new_key() { certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile "$c/$1.key" 2>/dev/null; }
new_ca() { # NAME [ISSUER]: a CA that may sign CRLs, by itself or by another
    new_key "$1"
    printf 'cn = "Clients %s"\nca\ncert_signing_key\ncrl_signing_key\nexpiration_days = 30\n' "$1" >"$c/$1.t"
    local by=(--generate-self-signed)
    [ -z "${2:-}" ] || by=(--generate-certificate --load-ca-certificate "$c/$2.pem" --load-ca-privkey "$c/$2.key")
    certtool "${by[@]}" --load-privkey "$c/$1.key" --template "$c/$1.t" --outfile "$c/$1.pem" 2>/dev/null ||
        bed_fail "certtool made no CA $1"
}
new_client() { # NAME CA CN [TEMPLATE LINES]: CA "-": by itself
    new_key "$1"
    printf 'cn = "%s"\nsigning_key\n%b\n' "$3" "${4:-tls_www_client\\nexpiration_days = 30}" >"$c/$1.t"
    local by=(--generate-certificate --load-ca-certificate "$c/$2.pem" --load-ca-privkey "$c/$2.key")
    [ "$2" != - ] || by=(--generate-self-signed)
    certtool "${by[@]}" --load-privkey "$c/$1.key" --template "$c/$1.t" --outfile "$c/$1.pem" 2>/dev/null ||
        bed_fail "certtool made no certificate $1"
}
new_extended() { # NAME CA SUBJECT EXTENSION-LINES…: with extensions that certtool doesn't write
    new_key "$1"
    printf '%s\n' 'subjectKeyIdentifier=hash' 'authorityKeyIdentifier=keyid' "${@:4}" >"$c/$1.t"
    openssl req -new -key "$c/$1.key" -subj "$3" 2>/dev/null |
        openssl x509 -req -CA "$c/$2.pem" -CAkey "$c/$2.key" -set_serial 77 -days 30 \
            -extfile "$c/$1.t" -out "$c/$1.pem" 2>/dev/null || bed_fail "openssl made no certificate $1"
}
new_crl() { # FILE CA TEMPLATE-LINES [REVOKED …]: appends to the file
    local file=$c/$1 ca=$2 k revoked=()
    printf '%b\ncrl_number = 1\n' "$3" >"$c/crl.t"; shift 3
    if [ $# -gt 0 ]; then
        for k; do cat "$c/$k.pem"; done >"$c/gone.pem"
        revoked=(--load-certificate "$c/gone.pem")
    fi
    certtool --generate-crl --load-ca-certificate "$c/$ca.pem" --load-ca-privkey "$c/$ca.key" \
        "${revoked[@]}" --template "$c/crl.t" --outfile "$c/crl.one" 2>/dev/null ||
        bed_fail "certtool made no CRL"
    cat "$c/crl.one" >>"$file"
}
day() { date -u -d "$1" '+%Y-%m-%d %H:%M:%S'; }

# pki_make: one certificate of every kind, and the attributes of <tls> that go with them.
pki_make() {
    c=$BED/clients
    mkdir -p "$c"
    chmod 755 "$c"
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
    new_extended no-sign root /CN=alice keyUsage=keyAgreement extendedKeyUsage=clientAuth
    new_extended limited root '/CN=Clients limited' basicConstraints=critical,CA:TRUE keyUsage=keyCertSign,cRLSign \
        'nameConstraints=critical,permitted;dirName:allowed' '[allowed]' O=Allowed
    new_client outside limited alice 'organization = "Other"\ntls_www_client\nexpiration_days = 30'
    new_client inside limited alice 'organization = "Allowed"\ntls_www_client\nexpiration_days = 30'
    cat "$c/of-between.pem" "$c/between.pem" >"$c/of-between.chain"
    cat "$c/root.pem" "$c/sub.pem" "$c/limited.pem" >"$c/cas.pem"
    new_crl crl.pem root 'crl_next_update = 30' revoked
    new_crl crl.pem sub 'crl_next_update = 30'
    new_crl crl.pem limited 'crl_next_update = 30'
    new_crl old-crl.pem root "crl_this_update_date = \"$(day '-9 days')\"\ncrl_next_update_date = \"$(day '-1 day')\"" revoked
    new_crl old-crl.pem sub 'crl_next_update = 30'
    with_crl=" client-ca=\"$c/cas.pem\" crl=\"$c/crl.pem\""
    without_crl=" client-ca=\"$c/cas.pem\""
    mine=(--cert "$c/good.pem" --key "$c/good.key") # curl's options
}

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
    timeout "$patience" openssl s_client "$1" -ign_eof -CAfile "$CA" -connect "127.0.0.1:${port[imap4s]}" \
        "${shown[@]}" <<<$'x LOGOUT\r'
}
# bad NAME VERSION ALERT REASON
bad() {
    local before=$(dials)
    log_mark
    check_says "OpenSSL, $2: $1 gets alert $3" "alert number $3$" alert "$2" "$1"
    check_log "and the log says why ($2: $1)" "event=(refused|not-authenticated)( id=[0-9]+)? protocol=imap4s client=127\.0\.0\.1 (.*)?reason=\"$4\""
    check "and the mail server hears nothing ($2: $1)" [ "$(dials)" = "$before" ]
}
smtp() { # CERTIFICATE: greeted
    key "$1"
    talk t "${port[smtps]}" "${shown[@]}"
    hear t '^220' && say t 'EHLO client.test' && hear t '^250 '
}
ticket() { # VERSION PROTOCOL: connects, and keeps what it gets to come again
    rm -f "$BED/cl/session"
    timeout "$patience" openssl s_client "$1" -ign_eof -CAfile "$CA" -connect "127.0.0.1:${port[$2]}" \
        -sess_out "$BED/cl/session" "${shown[@]}" <<<$'x LOGOUT\r' >/dev/null 2>&1
}
again() { # VERSION PROTOCOL: connects with it
    timeout "$patience" openssl s_client "$1" -ign_eof -CAfile "$CA" -connect "127.0.0.1:${port[$2]}" \
        -sess_in "$BED/cl/session" "${shown[@]}" <<<$'x LOGOUT\r'
}
curl_send() { curl -sS -m "$patience" --cacert "$CA" --mail-from sender@example.org --mail-rcpt alice@localhost \
    -T "$(mail_file "$1")" "${@:2}" "smtps://127.0.0.1:${port[smtps]}/"; }
