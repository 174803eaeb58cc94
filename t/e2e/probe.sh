#!/bin/bash
# SPDX-License-Identifier: ISC
# mailwicketctl check --probe against real mail and AAA servers: all good; certificates of another CA,
# for another name, expired, or soon to expire; nobody there; names unknown to DNS; silence; and what
# the policy announces in vain. Nobody logs in.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/radiusd.sh"
. "${0%/*}/slapd.sh"
bed_new
bed_users

# --- certificates for the servers: tls/back.pem is the one in use --------------------------------
cd "$BED/tls" || exit 1
cp back.pem good.pem; cp back.key good.key
bed_cert . ca elsewhere elsewhere.test
bed_cert . ca client mailwicket tls_www_client
day() { date -u -d "$1" '+%Y-%m-%d %H:%M:%S'; }
dated() { # NAME FROM UNTIL
    certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile "$1.key" 2>/dev/null
    printf 'cn = "localhost"\ndns_name = "localhost"\nip_address = "127.0.0.1"\ntls_www_server\nsigning_key\nactivation_date = "%s"\nexpiration_date = "%s"\n' \
        "$(day "$2")" "$(day "$3")" >"$1.t"
    certtool --generate-certificate --load-privkey "$1.key" --template "$1.t" --load-ca-certificate ca.pem \
        --load-ca-privkey ca.key --outfile "$1.pem" 2>/dev/null || bed_fail "certtool: $1"
}
dated expired '-9 days' '-1 day'
dated soon '-9 days' '+5 days 1 hour'
chmod 644 ./*.pem
cd / || exit 1

# --- servers ------------------------------------------------------------------------------------
secret() { printf '%s\n' "$2" >"$BED/etc/$1.secret"; chmod 640 "$BED/etc/$1.secret"; }
secret radius "$SECRET_RADIUS"
secret wrong "$PASS_WRONG"
secret ldap "$PASS_PROXY"
chgrp mailwicket-verify "$BED"/etc/*.secret
install -m 640 -g mailwicket-verify "$BED/tls/client.key" "$BED/etc"
export WEB_USERS="vpn1	$PASS_VPN1"
web_pid=''
radius_status=yes
servers_up() { # CERTIFICATE: all servers anew, with this one
    cp "$BED/tls/$1.pem" "$BED/tls/back.pem"
    cp "$BED/tls/$1.key" "$BED/tls/back.key"
    if [ -n "$web_pid" ]; then
        kill "$web_pid"; wait "$web_pid" 2>/dev/null
        bed_radius_stop radius
        bed_slapd_stop ldap
        bed_exim_stop; bed_dovecot_stop
        wait_for port_closed "${port[smtp]}"; wait_for port_closed "${port[imap]}"
    fi
    bed_dovecot_start
    bed_exim_start
    bed_slapd_start ldap back "ldap://127.0.0.1:${port[ldap]}/" "ldaps://127.0.0.1:${port[ldaps]}/"
    bed_radius_start radius "${port[radius]}" "${port[radacct]}" "${port[radsec]}"
    python3 "$MW_SRC/t/e2e/web.py" "$BED/log/webs" "${port[https]}" "$BED/tls/back.pem" "$BED/tls/back.key" \
        2>>"$BED/log/web.out" &
    web_pid=$!
    bed_pids+=($!)
    wait_for port_open "${port[https]}" || bed_fail "the web server does not listen"
}

# groups CA [HOST]: one of each kind, for this CA's certificates
groups() {
    local ca="ca=\"$BED/tls/$1.pem\"" h=${2:-localhost} r="accounting-port=\"${port[radacct]}\" secret=\"radius.secret\""
    local form='user-field="u" password-field="p"' ldap='base="dc=test" bind-dn="cn=proxy,dc=test" bind-password="ldap.secret"'
    cat <<E
<server-group name="RADIUS" type="radius"><server host="$h" port="${3:-${port[radius]}}" $r timeout="5" retries="1"/></server-group>
<server-group name="RADSEC" type="radius"><server host="$h" port="${3:-${port[radsec]}}" tls="true" $ca certificate="$BED/tls/client.pem" key="client.key" timeout="5"/></server-group>
<server-group name="LDAPS" type="ldap"><server url="ldaps://$h:${3:-${port[ldaps]}}" $ca $ldap/></server-group>
<server-group name="STARTTLS" type="ldap"><server url="ldap://$h:${3:-${port[ldap]}}" $ca starttls="true" $ldap/></server-group>
<server-group name="HTTPS" type="http"><server url="https://$h:${3:-${port[https]}}/form" $ca $form/></server-group>
E
}
line_of() { grep -nF -- "$1" "$BED/etc/policy.xml" | head -n 1 | cut -d: -f1; }
# probe NAME EXIT-STATUS FINDINGS KEY=VALUE …: under this policy; its output in $said
probe() {
    local name=$1 want=$2 findings=$3 rc; shift 3
    bed_policy methods=mailhost "state=$BED/state\" spool=\"$BED/state" "$@"
    said=$(ctl check --probe "$BED/etc/policy.xml" 2>&1 </dev/null)
    rc=$?
    if [ $rc = "$want" ] && grep -q "^Servers asked: .*; findings: $findings\.$" <<<"$said"; then ok "$name: $findings findings, exit status $want"
    else not_ok "$name: $findings findings, exit status $want" "exit status $rc: $said"; fi
}
# found NAME LINE-WITH ELEMENT REGEX
found() {
    local want="policy\.xml:$(line_of "$2"): element <$3>: $4"
    if grep -Eq -- "$want" <<<"$said"; then ok "$1"; else not_ok "$1" "not there: $want
$said"; fi
}
# all_mail NAME REGEX: of each default server, by its line
all_mail() {
    local p
    for p in imap4s pop3s smtps; do
        found "$1 ($p)" "<default-server host=\"${policy[host]}\" port=\"${policy[$p]}\"" default-server \
            "mail server ${policy[host]}:${policy[$p]}: $2"
    done
}
all_aaa() { # NAME RADSEC LDAP HTTPS: a regex for each
    found "$1 (RadSec)" 'name="RADSEC"' server "server [^ ]* port [0-9]*: $2"
    found "$1 (LDAPS)" 'name="LDAPS"' server "server ldaps://[^ ]*: $3"
    found "$1 (LDAP StartTLS)" 'name="STARTTLS"' server "server ldap://[^ ]*: (StartTLS: )?$3"
    found "$1 (HTTPS)" 'name="HTTPS"' server "server https://[^ ]*: $4"
}
implicit=(tls=implicit "imap4s=${port[imaps]}" "pop3s=${port[pop3s_back]}" "smtps=${port[smtps_back]}")
told='<accounting-server-group name="RADIUS"/>'

# --- all good -----------------------------------------------------------------------------------
servers_up good
probe "all good, TLS from the start" 0 0 "${implicit[@]}" "groups=$(groups ca)"
check "it asked three mail servers and five of AAA" grep -q '^Servers asked: 8;' <<<"$said"
check "and hints at the mail servers' own delays" grep -q '^imap4s: without client-address' <<<"$said"
probe "all good, STARTTLS, a pattern beside" 0 0 tls=starttls 'allow=<allow-server host="*.example.org"/>'
check "the pattern was not asked" grep -q '^Servers asked: 3;' <<<"$said"
probe "all good, without TLS" 0 0
probe "accounting has a port of its own" 0 0 "groups=$(groups ca)" "default=<default-group-policy name=\"Everyone\"/>$told"
check "it is asked" grep -q '^Servers asked: 8;' <<<"$said"
check_not "nobody logged in" grep -Eq "$dovecot_login" "$BED/log/dovecot"
check_not "the web server was asked for nothing" test -s "$BED/log/webs"
check_says "a plain check asks nobody" 'is valid: 0 errors' ctl check "$BED/etc/policy.xml"
check_not "and does not say so" says 'Servers asked' ctl check "$BED/etc/policy.xml"
check_says "check takes no other option" 'usage: ' ctl check --prob=x

# --- certificates -------------------------------------------------------------------------------
not_trusted='TLS: .*NOT trusted'
probe "another CA" 1 7 "${implicit[@]}" "ca=$BED/tls/otherca.pem" "groups=$(groups otherca)"
all_mail "another CA" "$not_trusted"
all_aaa "another CA" "$not_trusted" "$not_trusted" "$not_trusted"
probe "another CA after STARTTLS" 1 3 tls=starttls "ca=$BED/tls/otherca.pem"
all_mail "another CA after STARTTLS" "$not_trusted"
probe "another CA, verify=false" 0 0 tls=starttls "ca=$BED/tls/otherca.pem" verify=false
probe "TLS from the start at servers that greet in clear" 1 3 tls=implicit
all_mail "TLS from the start at servers that greet in clear" 'TLS: '
servers_up expired
probe "expired" 1 7 "${implicit[@]}" "groups=$(groups ca)"
all_mail "expired" 'TLS: .*expired'
all_aaa "expired" 'TLS: .*expired' 'TLS: .*expired' 'TLS: .*expired'
probe "expired, verify=false" 0 3 "${implicit[@]}" verify=false
all_mail "expired, verify=false" 'its certificate has expired'
servers_up elsewhere
probe "for another name" 1 7 "${implicit[@]}" "groups=$(groups ca)"
all_mail "for another name" 'TLS: .*name .*does not match'
all_aaa "for another name" 'TLS: .*name .*does not match' 'TLS: .*name .*does not match' 'TLS: .*name .*does not match'
servers_up soon
probe "soon to expire: warnings" 0 7 tls=starttls "groups=$(groups ca)"
all_mail "soon to expire" 'its certificate expires in 5 days'
soon='its certificate expires in 5 days'
found "soon to expire (RadSec)" 'name="RADSEC"' server "server localhost:${port[radsec]}: $soon"
found "soon to expire (LDAPS)" 'name="LDAPS"' server "server ldaps://[^ ]*: $soon"
found "soon to expire (LDAP StartTLS)" 'name="STARTTLS"' server "server ldap://[^ ]*: $soon"
found "soon to expire (HTTPS)" 'name="HTTPS"' server "server https://[^ ]*: $soon"
servers_up good

# --- not there ----------------------------------------------------------------------------------
dead=("imap4s=${port[dead]}" "pop3s=${port[dead]}" "smtps=${port[dead]}")
probe "nobody listens" 1 8 tls=implicit "${dead[@]}" "groups=$(groups ca localhost "${port[dead]}")"
all_mail "nobody listens" 'Connection refused'
all_aaa "nobody listens" 'Connection refused' 'Connection refused' 'Connection refused'
found "nobody listens (RADIUS)" 'name="RADIUS"' server 'server localhost port [0-9]*: Connection refused'
probe "unknown to DNS" 1 8 host=nowhere.invalid "groups=$(groups ca nowhere.invalid)"
all_mail "unknown to DNS" '.*(known|resol|name)'
all_aaa "unknown to DNS" '.*(known|resol|name)' '.*(known|resol|name)' '.*(known|resol|name)'
perl "$MW_SRC/t/e2e/silent.pl" "${port[mock]}" >"$BED/log/silent" 2>&1 &
bed_pids+=($!)
wait_for grep -q listening "$BED/log/silent"
mock_start silent mock SILENT
probe "silent" 1 8 tls=implicit "imap4s=${port[mock]}" "pop3s=${port[mock]}" "smtps=${port[mock]}" \
    "groups=$(groups ca localhost "${port[mock]}")"
all_mail "silent" 'no answer to the TLS handshake'
all_aaa "silent" 'no answer to the TLS handshake' '.*no answer' 'no answer to the TLS handshake'
found "silent (RADIUS): a warning" 'name="RADIUS"' server 'server localhost port [0-9]*: no answer.*Status-Server'
mock_stop

# --- what only some servers show ----------------------------------------------------------------
probe "a wrong RADIUS secret: a warning" 0 1 \
    "groups=<server-group name=\"RADIUS\" type=\"radius\"><server host=\"127.0.0.1\" port=\"${port[radius]}\" secret=\"wrong.secret\" timeout=\"1\" retries=\"0\"/></server-group>"
found "a wrong RADIUS secret" 'name="RADIUS"' server 'server 127.0.0.1 port [0-9]*: no answer.*secret right'
g=$(groups ca)
probe "a wrong bind-password" 1 1 "groups=$(grep LDAPS <<<"${g//ldap.secret/wrong.secret}")"
found "a wrong bind-password" 'name="LDAPS"' server 'server ldaps://[^ ]*: bind-dn with bind-password: Invalid credentials'
probe "announce: what is not there" 1 1 announce_smtps='BINARYMIME PIPELINING'
found "announce: what is not there (smtps)" '<smtps ' smtps "announce promises BINARYMIME, which mail server localhost:${port[smtp]} does not offer"
probe "announce: what the IMAP server does not show before the login is a warning" 0 1 announce_imap4s='IDLE XNOTHERE'
found "announce: what is not there (imap4s)" '<imap4s ' imap4s 'announce promises XNOTHERE, .*before the login'

# The bed's servers trust nobody with a client's address. Dovecot always has ID.
probe "client-address: who doesn't take it" 1 2 'server_imap4s= client-address="id"' \
    'server_pop3s= client-address="xclient"' 'server_smtps= client-address="xclient"'
for p in pop3s smtps; do
    found "client-address: who doesn't take it ($p)" "host=\"localhost\" port=\"${policy[$p]}\"" default-server \
        "mail server localhost:${policy[$p]}: the mail server doesn't offer XCLIENT"
done
mock_start nologin mock '* OK [CAPABILITY IMAP4rev1 LOGINDISABLED STARTTLS] hi\r\n'
probe "an IMAP server without a way to log in" 1 1 "imap4s=${port[mock]}"
found "an IMAP server without a way to log in" "port=\"${port[mock]}\" tls=" default-server \
    '.*offers neither LOGIN nor AUTHENTICATE PLAIN'
mock_stop
mock_start nologin mock '+OK hi\r\n' '+OK\r\nSTLS\r\n.\r\n'
probe "a POP3 server without a way to log in" 1 1 "pop3s=${port[mock]}"
found "a POP3 server without a way to log in" "port=\"${port[mock]}\" tls=" default-server \
    '.*offers neither USER nor AUTH PLAIN'
mock_stop
mock_start nologin mock '220 hi\r\n' '250 STARTTLS\r\n'
probe "an SMTP server without a way to log in" 1 1 "smtps=${port[mock]}"
found "an SMTP server without a way to log in" "port=\"${port[mock]}\" tls=" default-server \
    '.*offers neither AUTH PLAIN nor LOGIN'
probe "an SMTP server where nobody logs in" 0 0 "smtps=${port[mock]}" methods=aaa nomailhost=yes
mock_stop

# --- the end, for people and for a monitoring system ---------------------------------------------
bed_policy methods=mailhost "${dead[@]}"
check_says "the verdict tells the policy from its servers" 'policy\.xml is valid, but not all of its servers work: 3 errors, ' \
    ctl check --probe "$BED/etc/policy.xml"
ctl check --probe --monitor "$BED/etc/policy.xml" >"$BED/cl/monitor" 2>"$BED/cl/monitor.err" </dev/null
check "for a monitoring system: critical" [ $? = 2 ]
check "for a monitoring system: the counts first" eval \
    'head -n 1 "$BED/cl/monitor" | grep -q "^MAILWICKET CRITICAL: .*: 3 errors, "'
check "for a monitoring system: the findings, too" [ "$(grep -c 'Connection refused' "$BED/cl/monitor")" = 3 ]
check "for a monitoring system: nothing on standard error" diff /dev/null "$BED/cl/monitor.err"
bed_policy methods=aaa users=none
check_not "an invalid policy: nobody is asked" says 'Servers asked' ctl check --probe "$BED/etc/policy.xml"

# Who may not read a server's secret cannot ask it, and is told so.
bed_policy methods=mailhost "groups=$(groups ca)"
chmod 755 "$BED" "$BED/etc"
said=$(setpriv --reuid nobody --regid nogroup --clear-groups "$(mw mailwicketctl)" check --probe "$BED/etc/policy.xml" 2>&1 </dev/null)
check "without root: exit status 0" [ $? = 0 ]
found "without root: RADIUS is not asked" 'name="RADIUS"' server "server localhost:${port[radius]}: .*radius\.secret\$"
found "without root: LDAP is not asked" 'name="LDAPS"' server 'server ldaps://[^ ]*: .*ldap\.secret$'
check "without root: these are no findings" grep -q '^Servers asked: 4; findings: 0\.$' <<<"$said"

# --- a terminal is shown who is asked, a log is not ----------------------------------------------
bed_policy methods=mailhost
check_not "no progress without a terminal" says '1 of 3' ctl check --probe "$BED/etc/policy.xml"
check_says "progress on a terminal" "1 of 3: mail server localhost:${port[pop3]}" \
    script -qec "'$(mw mailwicketctl)' check --probe '$BED/etc/policy.xml'" /dev/null
done_testing
