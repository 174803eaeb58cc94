#!/bin/bash
# SPDX-License-Identifier: ISC
# Server groups of type http against a web server: form and basic, what each status means, TLS,
# servers that are down, slow or talk nonsense, group policies, and whole logins.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/ask.sh"
bed_new
odd='a&b=c%20+ä"\ /?#'
WEB_USERS=$(printf '%s\t%s\n' vpn1 "$PASS_VPN1" "$odd" "$PASS_VPN1" odd "$odd" long "$PASS_VPN1" two "$PASS_VPN1")
export WEB_USERS
web=http://127.0.0.1:${port[http]} https=https://localhost:${port[https]}
dead=http://127.0.0.1:${port[dead]}/form mock=http://127.0.0.1:${port[mock]}/form
ca="ca=\"$BED/tls/ca.pem\""
form='user-field="user name" password-field="pass&amp;word" group-policy-header="X-Group-Policy"'

web_pid=''
web_start() {
    python3 "$MW_SRC/t/e2e/web.py" "$BED/log/web" "${port[http]}" 2>"$BED/log/web.out" &
    web_pid=$!
    bed_pids+=($!)
    python3 "$MW_SRC/t/e2e/web.py" "$BED/log/webs" "${port[https]}" "$BED/tls/back.pem" "$BED/tls/back.key" \
        2>>"$BED/log/web.out" &
    webs_pid=$!
    bed_pids+=($!)
    wait_for port_open "${port[http]}" && wait_for port_open "${port[https]}" ||
        bed_fail "the web server does not listen: $(cat "$BED/log/web.out")"
}
server() { # URL [attributes]
    local more=${*:2}
    [[ $more == *timeout=* ]] || more+=' timeout="20"'
    printf '<server url="%s" %s/>' "$1" "$more"
}
group() { # NAME SERVERS
    printf '<server-group name="%s" type="http">%s</server-group>' "$1" "$2"
}
paths=(302 status/500 status/503 status/404 status/407 status/204 huge headers twice cut cut-header early slow drip)
groups=$(
    group FORM "$(server "$web/form" "$form")"
    group QUERY "$(server "$web/form?a=b&amp;c" "$form")"
    group BASIC "$(server "$web/basic" 'method="basic"' 'group-policy-header="X-Group-Policy"')"
    group NOHEADER "$(server "$web/basic" 'method="basic"')"
    group TLS "$(server "$https/form" "$form" "$ca")"
    group OTHERCA "$(server "$https/form" "$form" "ca=\"$BED/tls/otherca.pem\"")"
    group SYSTEMCA "$(server "$https/form" "$form")"
    group OTHERNAME "$(server "https://ip6-localhost.localhost:${port[https]}/form" "$form" "$ca")"
    group CLEAR "$(server "https://127.0.0.1:${port[http]}/form" "$form" "$ca")"
    group NOCLEAR "$(server "http://127.0.0.1:${port[https]}/form" "$form")"
    group DEAD "$(server "$dead" "$form")"
    group MOCK "$(server "$mock" "$form" 'timeout="1"')"
    group SECOND "$(server "$dead" "$form")$(server "$mock" "$form" 'timeout="1"')$(server "$web/form" "$form")"
    group FIRST "$(server "$web/form" "$form")$(server "$web/status/204" "$form")"
    for p in "${paths[@]}"; do
        t=20
        [[ $p != slow && $p != drip ]] || t=1
        group "P-${p/\//-}" "$(server "$web/$p" "timeout=\"$t\"" 'group-policy-header="X-Group-Policy"')"
    done
)
policies='<group-policy name="Staff"/><group-policy name="Admins"/>'
bed_policy "groups=$groups" "policies=$policies" group=FORM
web_start

# --- who gets in --------------------------------------------------------------------------------
for g in FORM QUERY BASIC TLS; do
    said "$g: the right password" 'yes Staff dead=0' $g vpn1 "$PASS_VPN1"
    said "$g: a wrong one" 'no the server refuses \(status 401\) dead=0' $g vpn1 "$PASS_WRONG"
    said "$g: an unknown user" 'no the server refuses \(status 401\)' $g nobody "$PASS_VPN1"
    said "$g: a user that it bans" 'no the server refuses \(status 403\)' $g banned "$PASS_VPN1"
    said "$g: an empty password is refused" 'no an empty password' $g vpn1 ''
    said "$g: and one that is not UTF-8" 'no a password that is not UTF-8' $g vpn1 $'\xff'
    said "$g: a name with everything that means something" 'yes  dead' $g "$odd" "$PASS_VPN1"
    said "$g: a password likewise" 'yes  dead' $g odd "$odd"
done
said "a name with a colon isn't for basic" 'no a name with a colon' BASIC "vpn1:x" "$PASS_VPN1"
said "basic: a colon in the name does not lead to another password" 'no ' BASIC "vpn1:${PASS_VPN1%?}" "${PASS_VPN1: -1}"
said "more fields in a name stay in the name" 'no ' FORM "vpn1&pass%26word=x" "$PASS_VPN1"
said "a long password" 'no ' FORM vpn1 "$(printf 'ä%.0s' {1..4000})"
for g in FORM TLS; do
    said "$g: without a password, a known user" 'yes Staff' $g vpn1 '' 0 authorize
    said "$g: without a password, an unknown one" 'no ' $g nobody '' 0 authorize
done
said "basic without a password" 'temporary .*without a password' BASIC vpn1 '' 0 authorize
check "a form is a form" grep -Fqx 'POST /form application/x-www-form-urlencoded user%20name=vpn1&pass%26word=PASSWORD' "$BED/log/web"
check "authorization leaves the password's field out" grep -Fqx \
    'POST /form application/x-www-form-urlencoded user%20name=vpn1' "$BED/log/web"
check "a query in the URL goes along" grep -Fq 'POST /form?a=b&c application' "$BED/log/web"

# --- what a status means ------------------------------------------------------------------------
said "204" 'yes  dead' P-status-204 vpn1 "$PASS_VPN1"
for s in 500 503 404 407; do
    said "status $s" "temporary .*status $s dead=1" P-status-$s vpn1 "$PASS_VPN1"
done
said "a redirect" 'temporary .*status 302' P-302 vpn1 "$PASS_VPN1"
check_not "is not followed" grep -q /page "$BED/log/web"

# --- group policies -----------------------------------------------------------------------------
said "two names" 'unfit .*invalid group policy' P-twice vpn1 "$PASS_VPN1"
said "a name that is too long" 'unfit .*invalid group policy' FORM long "$PASS_VPN1"
said "an invalid name" 'unfit .*invalid group policy' FORM two "$PASS_VPN1"
said "an interim answer's doesn't count" 'yes  dead' P-early vpn1 "$PASS_VPN1"
said "none is asked for" 'yes  dead' NOHEADER vpn1 "$PASS_VPN1"

# --- TLS ----------------------------------------------------------------------------------------
for g in OTHERCA SYSTEMCA; do
    said "$g: the certificate is of another CA" 'temporary .*certificate.* dead=1' $g vpn1 "$PASS_VPN1"
done
said "the certificate is for another name" 'temporary .*(certificate|resolve).* dead=1' OTHERNAME vpn1 "$PASS_VPN1"
said "TLS where none is spoken" 'temporary ' CLEAR vpn1 "$PASS_VPN1"
said "none where TLS is spoken" 'temporary ' NOCLEAR vpn1 "$PASS_VPN1"

# --- servers in trouble -------------------------------------------------------------------------
said "a body without end" 'temporary .*too long' P-huge vpn1 "$PASS_VPN1"
said "too many headers" 'temporary .*too long' P-headers vpn1 "$PASS_VPN1"
said "a body that is cut" 'temporary ' P-cut vpn1 "$PASS_VPN1"
said "headers that are cut" 'temporary ' P-cut-header vpn1 "$PASS_VPN1"
said "no answer in time" 'temporary .*timed out' P-slow vpn1 "$PASS_VPN1"
said "an answer drop by drop" 'temporary .*timed out' P-drip vpn1 "$PASS_VPN1"
said "nobody listens" 'temporary .*dead=1' DEAD vpn1 "$PASS_VPN1"
said "the first that knows is enough" 'no ' FIRST vpn1 "$PASS_WRONG"
for nonsense in '* OK IMAP\r\n' 'yes\r\n' '\x16\x03\x01\x02\x00' 'HTTP/1.1 2000 OK\r\n\r\n' 'HTTP/9.9 OK\r\n\r\n' \
    'HTTP/1.1 100 Continue\r\n\r\n' SILENT FLOOD CLOSE; do
    mock_start http mock "$nonsense"
    said "nonsense: $nonsense" 'temporary .*dead=1' MOCK vpn1 "$PASS_VPN1"
    said "nonsense: $nonsense, and a server that knows" 'yes .*dead=3' SECOND vpn1 "$PASS_VPN1"
    mock_stop
done
said "servers known to be dead are left out" 'yes .*dead=0' SECOND vpn1 "$PASS_VPN1" 3
said "all known to be dead: all are asked" 'yes .*dead=3' SECOND vpn1 "$PASS_VPN1" 7
for v in http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY; do export $v=http://127.0.0.1:${port[dead]}; done
said "no proxy from the environment" 'yes ' FORM vpn1 "$PASS_VPN1"
said "neither for TLS" 'yes ' TLS vpn1 "$PASS_VPN1"
unset http_proxy HTTP_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY
printf 'machine 127.0.0.1 login vpn1 password %s\n' "$PASS_VPN1" >"$BED/.netrc"
HOME=$BED said "no password from a netrc" 'no ' FORM vpn1 "$PASS_WRONG"

# --- whole logins -------------------------------------------------------------------------------
bed_up "groups=$groups" "policies=$policies" group=TLS default=''
both=$PASS_VPN1:$PASS_ALICE
log_mark
check "a login" imap_login t vpn1:alice "$both"
check_log "its group policy is the header's" 'event=authenticated.*group-policy=Staff'
hangup t
log_mark
check_says "a wrong password: refused" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer vpn1:alice "$PASS_WRONG:$PASS_ALICE"
check_log "and logged" 'event=not-authenticated.*reason="the server refuses \(status 401\)"'
log_mark
check_says "a password that isn't UTF-8: refused" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer vpn1:alice $'gr\xfc\xdf'":$PASS_ALICE"
check_log "and logged as such" 'event=not-authenticated.*reason="a password that is not UTF-8, which LDAP and HTTP need"'
kill -STOP "$webs_pid"
talk t "${port[imap4s]}"
hear t '^\* OK'
say t "a LOGIN \"vpn1:alice\" \"$both\""
wait_for unread -t "${port[https]}"
log_mark
{ kill -9 "$webs_pid"; wait "$webs_pid"; } 2>/dev/null
check "killed in the middle: temporary" hear t '^a NO \[UNAVAILABLE\]'
hangup t
check_log "and the log names the server" 'event=refused.*denial=temporary.*https://localhost'
check_says "and gone: temporary" '^a NO \[UNAVAILABLE\]' imap_answer vpn1:alice "$both"
check_entries "no entry is left" 0
done_testing
