#!/bin/bash
# SPDX-License-Identifier: ISC
# Every combination of the methods with every protocol, and for each what must come of a login where
# all is right, where one thing is wrong or missing, and where a server is down: let in, refused or a
# temporary failure, by the protocol's own words. At its end the mail servers have seen just those
# logins that got as far as them.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
c=$BED/clients
mkdir -p "$c"
chmod 755 "$c"
bed_ca "$c" ca
bed_ca "$c" other
bed_cert "$c" ca mine vpn1 tls_www_client
bed_cert "$c" ca boss boss tls_www_client
bed_cert "$c" other foreign vpn1 tls_www_client
export WEB_USERS="vpn1	$PASS_VPN1"
web_start() {
    python3 "$MW_SRC/t/e2e/web.py" "$BED/log/web" "${port[http]}" 2>"$BED/log/web.out" &
    web_pid=$!
    bed_pids+=($!)
    wait_for port_open "${port[http]}" || bed_fail "the web server does not listen"
}
web_stop() { kill -9 "$web_pid"; wait "$web_pid" 2>/dev/null; return 0; }
group="<server-group name=\"WEB\" type=\"http\" dead-time=\"0\"><server url=\"http://127.0.0.1:${port[http]}/form\"
    user-field=\"user name\" password-field=\"pass&amp;word\" timeout=\"20\"/></server-group>"
# announce=-: nothing is learned from the mail servers, whose connections are counted.
down=127.0.0.9 # a mail server that the policy allows, and where nobody listens
common=("groups=$group" group=WEB "allow=<allow-server host=\"$down\" port=\"${port[dead]}\"/>" attempts=10 announce=-
    "smtps=${port[smtp_trusting]}" nomailhost=1)
bed_users
bed_dovecot_start
bed_exim_start

# --- one login --------------------------------------------------------------------------------------
classify() { # the last line that was heard
    case $1 in
    'a OK '* | '+OK Logged in'* | '235 2.7.0 '*) echo in ;;
    'a NO [AUTHENTICATIONFAILED] '* | '-ERR [AUTH] '* | '535 5.7.8 '*) echo refused ;;
    'a NO [UNAVAILABLE] '* | '-ERR [SYS/TEMP] '* | '454 4.7.0 '*) echo temporary ;;
    *) echo "not understood: $1" ;;
    esac
}
# attempt PROTOCOL CERTIFICATE LOGIN PASSWORD: in, refused, temporary; or "no TLS". CERTIFICATE "-": none.
attempt() {
    local p=$1 key=() greeting='^(\* OK|\+OK|220 )' last=''
    [ "$2" = - ] || key=(-cert "$c/$2.pem" -key "$c/$2.key")
    talk t "${port[$p]}" "${key[@]}"
    if hear t "$greeting"; then
        case $p in
        imap4s) say t "a LOGIN \"$3\" \"$4\""; hear t '^a ' ;;
        pop3s) say t "USER $3"; hear t '^[-+]'; say t "PASS $4"; hear t '^[-+]' ;;
        smtps)
            say t 'EHLO client.test'; hear t '^250 '
            say t "AUTH PLAIN $(printf '\0%s\0%s' "$3" "$4" | base64 -w0)"; hear t '^[0-9]{3} ' ;;
        esac
        last=$(tail -n 1 <<<"${heard%$'\n'}")
    fi
    hangup t
    if [ -n "$last" ]; then classify "$last"; else echo 'no TLS'; fi
}

# --- what the mail servers have seen -----------------------------------------------------------------
seen() {
    local imap smtp
    imap=$(grep -cE '(imap|pop3)-login: ' "$BED/log/dovecot")
    smtp=$(grep -c 'TCP/IP connection count = ' "$BED/exim/log/mainlog")
    echo $((imap + smtp))
}
seen_are() { [ "$(seen)" = "$1" ]; }
expected=2 # one each that asked whether they listen
wait_for seen_are $expected || bed_fail "the mail servers have seen $(seen) connections, not $expected"

# --- the table ----------------------------------------------------------------------------------------
has() { [[ " $methods " == *" $1 "* ]]; }
# one NAME EXPECTED ARRIVES PROTOCOL …: ARRIVES 1: the mail server sees it
one() {
    local name=$1 want=$2 arrives=$3 got; shift 3
    got=$(attempt "$@")
    expected=$((expected + arrives))
    if [ "$got" = "$want" ]; then ok "$methods, $1: $name: $want"; else not_ok "$methods, $1: $name: $want" "$got"; fi
}
# The password where all is right, and with one part wrong.
passwords() { # PROTOCOL
    local vpn='' mail=''
    has aaa && vpn=$PASS_VPN1
    if [ "$1" != smtps ] || has mailhost; then mail=$PASS_ALICE; fi
    right=$vpn${vpn:+${mail:+:}}$mail
    wrong_vpn=${vpn:+$PASS_WRONG${mail:+:$mail}}
    wrong_mail=${mail:+$vpn${vpn:+:}$PASS_WRONG}
    [ -n "$right" ] || right=any
}
forgive() { bed_helper_stop; rm -f "$BED"/state/state*; bed_helper_start; } # who guessed
vpn_session() { ctl session add --user "$1" --address "$2" --id "$3" >>"$LOG" 2>&1; }
protocol() { # PROTOCOL: all that can come of it under $methods
    local p=$1 cert=- vpn=vpn1:
    has certificate && cert=mine
    [ "$methods" != mailhost ] || vpn='' # nothing verifies a VPN name
    passwords "$p"
    forgive
    ! has piggyback || vpn_session vpn1 127.0.0.1 one
    one "all is right" in 1 "$p" $cert ${vpn}alice "$right"
    one "the mail server is down" temporary 0 "$p" $cert "${vpn}alice@$down" "$right"
    one "a mail server that isn't allowed" refused 0 "$p" $cert ${vpn}alice@evil.test "$right"
    [ -n "$vpn" ] || one "a VPN name that nothing verifies" refused 0 "$p" $cert vpn1:alice "$right"
    [ -z "$wrong_vpn" ] || one "the VPN password is wrong" refused 0 "$p" $cert ${vpn}alice "$wrong_vpn"
    [ -z "$wrong_mail" ] || one "the mail password is wrong" refused 1 "$p" $cert ${vpn}alice "$wrong_mail"
    if [ "$right" = any ]; then one "no password" in 1 "$p" $cert ${vpn}alice ''
    else one "no password" refused 0 "$p" $cert ${vpn}alice ''; fi
    forgive
    ! has piggyback || vpn_session vpn1 127.0.0.1 one
    if has aaa; then
        web_stop
        one "the AAA server is down" temporary 0 "$p" $cert ${vpn}alice "$right"
        web_start
        one "the VPN user isn't known" refused 0 "$p" $cert nobody:alice "$right"
    fi
    if has certificate; then
        one "no certificate" 'no TLS' 0 "$p" - ${vpn}alice "$right"
        one "a certificate of another CA" 'no TLS' 0 "$p" foreign ${vpn}alice "$right"
        one "another one's certificate" refused 0 "$p" boss ${vpn}alice "$right"
    fi
    if has piggyback; then
        forgive
        one "no VPN session" refused 0 "$p" $cert ${vpn}alice "$right"
        vpn_session vpn1 127.0.0.8 two
        one "a VPN session from elsewhere" refused 0 "$p" $cert ${vpn}alice "$right"
        vpn_session boss 127.0.0.1 three
        one "another one's VPN session" refused 0 "$p" $cert ${vpn}alice "$right"
        vpn_session vpn1 127.0.0.1 four
        one "a VPN session at last" in 1 "$p" $cert ${vpn}alice "$right"
    fi
}
web_start
sets=(aaa certificate piggyback mailhost 'aaa certificate' 'aaa piggyback' 'aaa mailhost' 'certificate piggyback'
    'certificate mailhost' 'piggyback mailhost' 'aaa certificate piggyback' 'aaa certificate mailhost'
    'aaa piggyback mailhost' 'certificate piggyback mailhost' 'aaa certificate piggyback mailhost')
for methods in "${sets[@]}"; do
    tls=''
    ! has certificate || tls=" client-ca=\"$c/ca.pem\""
    # announce: nobody asks the mail servers what they offer, and each connection to them is a login's.
    bed_restart "${common[@]}" announce=- "methods=$methods" "tlsattr=$tls"
    # IMAP4S and POP3S have mailhost without it being listed; where it is, they are as they were.
    if [ "$methods" = mailhost ] || ! has mailhost; then protocol imap4s; protocol pop3s; fi
    protocol smtps
    check "$methods: the mail servers have seen $expected logins, and not one more" wait_for seen_are "$expected"
done
check_entries "no entry is left" 0
done_testing
