# SPDX-License-Identifier: ISC
# pki.sh - sourced behind bed.sh: CAs, client certificates and CRLs by certtool, in the directory $c.
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
