#!/bin/bash
# SPDX-License-Identifier: ISC
# Server groups of type ldap against slapd: who gets in and who doesn't, names that mean mischief,
# TLS both ways, servers that are down, slow or talk nonsense, group policies, and whole logins.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/ask.sh"
. "${0%/*}/slapd.sh"
bed_new
printf '%s\n' "$PASS_PROXY" >"$BED/etc/ldap.secret"
printf '%s\n' "$PASS_WRONG" >"$BED/etc/wrong.secret"
chgrp mailwicket-verify "$BED"/etc/*.secret
chmod 640 "$BED"/etc/*.secret
ldap=ldap://127.0.0.1:${port[ldap]} ldaps=ldaps://localhost:${port[ldaps]}
ldap2=ldap://127.0.0.1:${port[ldap2]} dead=ldap://127.0.0.1:${port[dead]}
mock=ldap://127.0.0.1:${port[mock]}
ca="ca=\"$BED/tls/ca.pem\""

# server URL [more attributes]: what isn't among them is as below.
server() {
    local more=${*:2}
    [[ $more == *bind-dn=* ]] || more+=' bind-dn="cn=proxy,dc=test" bind-password="ldap.secret"'
    [[ $more == *base=* ]] || more+=' base="dc=test"'
    [[ $1 == "$mock" && $more != *timeout=* ]] && more+=' timeout="1"'
    [[ $more == *timeout=* ]] || more+=' timeout="20"'
    printf '<server url="%s" %s/>' "$1" "$more"
}
group() { # NAME CONTENT …
    printf '<server-group name="%s" type="ldap">%s</server-group>' "$1" "${*:2}"
}
maps='<group-policy-attribute name="description"><map value="CN=Admins, dc=test" group-policy="Admins"/>'
maps+='<map value="cn=staff,dc=test" group-policy="Staff"/></group-policy-attribute>'
ou='<group-policy-attribute name="ou"/>'
groups=$(
    group LDAP "$(server "$ldap")"
    group LDAPS "$(server "$ldaps" "$ca")" "$maps"
    group STARTTLS "$(server "ldap://localhost:${port[ldap]}/" "$ca" 'starttls="true"')"
    group OTHERCA "$(server "$ldaps" "ca=\"$BED/tls/otherca.pem\"")"
    group OTHERCA2 "$(server "$ldap" "ca=\"$BED/tls/otherca.pem\"" 'starttls="true"')"
    group SYSTEMCA "$(server "$ldaps")"
    group OTHERNAME "$(server "ldaps://127.0.0.2:${port[ldaps2]}" "$ca")"
    group OTHERNAME2 "$(server "ldap://127.0.0.2:${port[ldap2]}" "$ca" 'starttls="true"')"
    group NOTLS "$(server "$ldap2" "$ca" 'starttls="true"')"
    group EXTRA "$(server "ldaps://localhost:${port[extra]}" "$ca")"
    group EXTRA2 "$(server "ldap://localhost:${port[extra2]}" "$ca" 'starttls="true"')"
    group DOT "$(server "ldaps://localhost.:${port[ldaps]}" "$ca")"
    group ADDRESS "$(server "ldaps://[::1]:${port[ldaps]}/" "$ca")"
    group NOCA "$(server "$ldaps" "ca=\"$BED/etc/none.pem\"")"
    group REFERRAL "$(server "$ldap" 'base="ou=elsewhere,dc=test"')"
    group SN "$(server "$ldap" 'filter="(sn=%u)"')"
    group BASE "$(server "$ldap" 'base="uid=%u,ou=people,dc=test" scope="base" filter="(objectClass=person)"')"
    group ONE "$(server "$ldap" 'base="dc=test" scope="one"')"
    group PROXY "$(server "$ldap" 'bind-dn="cn=proxy,dc=test" bind-password="wrong.secret"')"
    group NOFILE "$(server "$ldap" 'bind-dn="cn=proxy,dc=test" bind-password="none.secret"')"
    group ANONYMOUS "$(server "$ldap" 'bind-dn=""')"
    group NOBASE "$(server "$ldap" 'base="dc=none"')"
    group FILTER "$(server "$ldap" 'filter="((uid=%u)"')"
    group OU "$(server "$ldap")" "$ou"
    group DEAD "$(server "$dead")"
    group SECOND "$(server "$dead")$(server "$mock")$(server "$ldap")"
    group STILL "$(server "$ldap" 'timeout="1"')"
    group MOCK "$(server "$mock")"
    group MOCKTLS "$(server "$mock" 'starttls="true"' "$ca")"
    group MOCKCLEAR "$(server "$mock" 'starttls="true"' "$ca" 'timeout="20"')"
    group MOCKLDAPS "$(server "${mock/ldap:/ldaps:}" "$ca" 'timeout="1"')$(server "$ldap")"
)
policies='<group-policy name="Staff"/><group-policy name="Admins"/>'
bed_policy "groups=$groups" "policies=$policies" group=LDAP
bed_slapd_start ldap back "ldap://127.0.0.1:${port[ldap]}/" "ldaps://127.0.0.1:${port[ldaps]}/"
bed_slapd_start ldap6 back "ldaps://[::1]:${port[ldaps]}/"
bed_slapd_start ldap2 '' "ldap://127.0.0.1:${port[ldap2]}/"

# --- who gets in --------------------------------------------------------------------------------
for g in LDAP LDAPS STARTTLS BASE; do
    said "$g: the right password" 'yes ' $g vpn1 "$PASS_VPN1"
    said "$g: a wrong one" 'no wrong password dead=0' $g vpn1 "$PASS_WRONG"
    said "$g: an unknown user" 'no unknown user dead=0' $g nobody "$PASS_VPN1"
    said "$g: an empty password is refused" 'no an empty password' $g vpn1 ''
    said "$g: and one that is not UTF-8" 'no a password that is not UTF-8' $g vpn1 $'\xff'
    said "$g: without a password, a known user" 'yes ' $g vpn1 '' 0 authorize
    said "$g: without a password, an unknown one" 'no unknown user' $g nobody '' 0 authorize
done
said "a name with comma, brackets, star, backslash, number sign" 'yes ' LDAP 'jo, (the) *\#' "$PASS_VPN1"
said "a name that isn't ASCII, in a DN that isn't" 'yes ' LDAP jörg "$PASS_VPN1"
said "an entry without a password" 'no ' LDAP nopassword "$PASS_VPN1"
said "several entries match" 'no several entries' SN Smith "$PASS_VPN1"
said "scope one doesn't look below" 'no unknown user' ONE vpn1 "$PASS_VPN1"
said "a long password" 'no wrong password' LDAP vpn1 "$(printf 'x%.0s' {1..8000})"

# --- names that mean something else in a filter or DN -------------------------------------------
for name in '*' 'vpn*' '*)(uid=*' 'vpn1)(uid=*' 'vpn1)(|(uid=vpn1' 'vpn1\2a' 'vpn1\' '(' ')' '&' '|(uid=vpn1)' \
    'vpn1,ou=people,dc=test' 'vpn1,ou=people' 'vpn1?sub' 'vpn1?uid?sub?(uid=vpn1)' '%u' '%76pn1' 'vpn1 #' '#76706e31'; do
    said "in a filter: $name" 'no unknown user' LDAP "$name" "$PASS_VPN1"
    said "in a DN: $name" 'no unknown user' BASE "$name" "$PASS_VPN1"
done

# --- TLS ----------------------------------------------------------------------------------------
for g in OTHERCA OTHERCA2 SYSTEMCA; do
    said "$g: the certificate is of another CA" 'temporary .*certificate.* dead=1' $g vpn1 "$PASS_VPN1"
done
said "the server refuses StartTLS" 'temporary .*StartTLS: the server refuses' NOTLS vpn1 "$PASS_VPN1"
bed_slapd_stop ldap2
rm -r "$BED/ldap2"
bed_slapd_start ldap2 back "ldap://127.0.0.2:${port[ldap2]}/" "ldaps://127.0.0.2:${port[ldaps2]}/"
for g in OTHERNAME OTHERNAME2; do
    said "$g: the certificate is for another name" 'temporary .*certificate.* dead=1' $g vpn1 "$PASS_VPN1"
done

said "an address: the certificate is for it" 'yes ' ADDRESS vpn1 "$PASS_VPN1"
printf '::1 localhost\n127.0.0.1 localhost localhost.\n' >"$BED/etc/hosts"
ask_wrap=(unshare -m bash -c 'mount --bind "$0" /etc/hosts && exec "$@"' "$BED/etc/hosts")
said "a final dot: the certificate is for the name without" 'yes ' DOT vpn1 "$PASS_VPN1"
said "two addresses, and nobody listens at the first" 'yes ' STARTTLS vpn1 "$PASS_VPN1"
ask_wrap=()
said "a CA file that isn't there" "temporary .*$BED/etc/none.pem: .*dead=1" NOCA vpn1 "$PASS_VPN1"
# extra NAME REGEX CERTIFICATE: what is said of a server with this certificate, by TLS and StartTLS.
extra() {
    bed_slapd_start "$3" "$3" "ldaps://127.0.0.1:${port[extra]}/" "ldap://127.0.0.1:${port[extra2]}/"
    said "$1" "$2" EXTRA vpn1 "$PASS_VPN1"
    said "$1: StartTLS" "$2" EXTRA2 vpn1 "$PASS_VPN1"
    bed_slapd_stop "$3"
}
bed_cert "$BED/tls" ca machine "$(hostname)"
bed_cert "$BED/tls" ca expired localhost $'activation_date = "2020-01-01 00:00:00"\nexpiration_date = "2020-02-02 02:02:02"'
extra "for localhost, a certificate in this machine's name is not good" 'temporary .*name.* does not match' machine
extra "an expired certificate" 'temporary .*expired' expired
cp "$BED/tls/back.pem" "$BED/tls/old.pem"
cp "$BED/tls/back.key" "$BED/tls/old.key"
# Debian 12 builds slapd with GnuTLS, which reads the first; Debian 13 with OpenSSL, which reads the second.
if ldd "$(command -v slapd)" | grep -q libgnutls; then
    slapd_more='TLSCipherSuite NORMAL:-VERS-ALL:+VERS-TLS1.1'
else
    printf 'openssl_conf = o\n[o]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\n%s\n' \
        $'MinProtocol = TLSv1\nMaxProtocol = TLSv1.1\nCipherString = DEFAULT:@SECLEVEL=0' >"$BED/etc/openssl.cnf"
    slapd_env=(OPENSSL_CONF="$BED/etc/openssl.cnf")
fi
extra "a server that speaks no more than TLS 1.1" 'temporary .*TLS: ' old
slapd_more='' slapd_env=()

# --- nothing of libldap's configuration counts --------------------------------------------------
mkdir "$BED/hostile"
cat >"$BED/hostile/.ldaprc" <<E
URI ldap://127.0.0.1:${port[dead]}
TLS_REQCERT never
TLS_CACERT $BED/tls/otherca.pem
TLS_CIPHER_SUITE NONE
REFERRALS on
DEREF always
SIZELIMIT 1
TIMELIMIT 1
VERSION 2
E
cp "$BED/hostile/.ldaprc" "$BED/hostile/ldaprc"
hostile() { # as said
    local HOME=$BED/hostile
    local -x HOME LDAPCONF=$HOME/ldaprc LDAPRC=$HOME/ldaprc LDAPURI=ldap://127.0.0.1:${port[dead]} \
        LDAPTLS_REQCERT=never LDAPTLS_CACERT=$BED/tls/otherca.pem LDAPTLS_CIPHER_SUITE=NONE \
        LDAPREFERRALS=on LDAPDEREF=always LDAPSIZELIMIT=1 LDAPTIMELIMIT=1 LDAPVERSION=2
    said "with a hostile ldap.conf: $1" "${@:2}"
}
hostile "the right password" 'yes Staff ' LDAPS vpn1 "$PASS_VPN1"
hostile "by StartTLS" 'yes ' STARTTLS vpn1 "$PASS_VPN1"
hostile "in clear" 'yes ' LDAP vpn1 "$PASS_VPN1"
hostile "another CA" 'temporary .*certificate.* dead=1' OTHERCA vpn1 "$PASS_VPN1"
hostile "another name" 'temporary .*certificate.* dead=1' OTHERNAME2 vpn1 "$PASS_VPN1"
hostile "several entries" 'no several entries' SN Smith "$PASS_VPN1"
hostile "a referral" 'temporary .*search: Referral' REFERRAL vpn1 "$PASS_VPN1"
rm "$BED/hostile/.ldaprc"
mkfifo "$BED/hostile/.ldaprc"
hostile "its files are not read" 'yes ' LDAP vpn1 "$PASS_VPN1"

# --- servers in trouble -------------------------------------------------------------------------
said "the proxy's own password is wrong" 'temporary .*bind-dn' PROXY vpn1 "$PASS_VPN1"
said "the proxy's own password is missing" 'temporary .*none\.secret: No such file' NOFILE vpn1 "$PASS_VPN1"
said "who asks as nobody may not look" 'temporary .*dead=1' ANONYMOUS vpn1 "$PASS_VPN1"
said "no such base" 'temporary .*No such object.*dead=1' NOBASE vpn1 "$PASS_VPN1"
said "a referral is not followed" 'temporary .*search: Referral.* dead=1' REFERRAL vpn1 "$PASS_VPN1"
said "a filter that isn't one" 'temporary .*filter' FILTER vpn1 "$PASS_VPN1"
said "nobody listens" 'temporary .*dead=1' DEAD vpn1 "$PASS_VPN1"
for nonsense in 'HTTP/1.1 400 Bad Request\r\n\r\n' '\xff\xff\xff\xff\xff\xff' '0\x84\x7f\xff\xff\xff' '0\x0c\x02\x01' \
    '0\x0c\x02\x01\x01\x61\x07\x0a\x01' '* OK IMAP\r\n' SILENT FLOOD CLOSE; do
    mock_start ldap mock "$nonsense"
    said "nonsense: $nonsense" 'temporary .*dead=1' MOCK vpn1 "$PASS_VPN1"
    said "nonsense to StartTLS: $nonsense" 'temporary .*dead=1' MOCKTLS vpn1 "$PASS_VPN1"
    said "nonsense: $nonsense, and a server that knows" 'yes .*dead=3' SECOND vpn1 "$PASS_VPN1"
    mock_stop
done
mock_start goodbye mock '0\x24\x02\x01\0x\x1f\x0a\x01\x34\x04\0\x04\0\x8a\x161.3.6.1.4.1.1466.20036'
said "a server that says goodbye" 'temporary .*Server is unavailable dead=1' MOCK vpn1 "$PASS_VPN1"
mock_stop
said "servers known to be dead are left out" 'yes .*dead=0' SECOND vpn1 "$PASS_VPN1" 3
said "all known to be dead: all are asked" 'yes .*dead=3' SECOND vpn1 "$PASS_VPN1" 7
said "the last server's no is a no" 'no wrong password dead=3' SECOND vpn1 "$PASS_WRONG"
# StartTLS's yes followed by a bind's yes, all in clear: no password is sent.
starttls_yes='0\x0c\x02\x01\x01x\x07\x0a\x01\0\x04\0\x04\0' bind_yes='0\x0c\x02\x01\x02a\x07\x0a\x01\0\x04\0\x04\0'
mock_start starttls mock "$starttls_yes$bind_yes"
said "an answer in clear after StartTLS's" "temporary .*StartTLS: TLS: " MOCKCLEAR vpn1 "$PASS_VPN1"
mock_stop
mock_start starttls2 mock "$starttls_yes"
said "nothing but silence where TLS begins" 'temporary ' MOCKTLS vpn1 "$PASS_VPN1"
mock_stop
# Half a handshake, and silence: the next server still has its turn.
hello='\x16\x03\x03\0\x7a\x02\0\0\x76\x03\x03'
mock_start half mock "$hello" SILENT
said "silence in the middle of the handshake" 'yes .*dead=1' MOCKLDAPS vpn1 "$PASS_VPN1"
mock_stop
mock_start half2 mock "$starttls_yes" "=$hello"
said "silence in the middle of StartTLS's handshake" 'temporary .*StartTLS: no answer' MOCKTLS vpn1 "$PASS_VPN1"
mock_stop
check_not "and nothing went out in clear" grep -aF cn=proxy "$BED/log/mock-starttls" "$BED/log/mock-starttls2"
kill -STOP "${slapd_pid[ldap]}"
said "a server that hangs" 'temporary .*dead=1' STILL vpn1 "$PASS_VPN1"
kill -CONT "${slapd_pid[ldap]}"
said "and goes on" 'yes ' LDAP vpn1 "$PASS_VPN1"

# --- group policies -----------------------------------------------------------------------------
said "a mapped value" 'yes Staff ' LDAPS vpn1 "$PASS_VPN1"
said "of two mapped values the first map counts" 'yes Admins ' LDAPS two "$PASS_VPN1"
said "no mapped value" 'yes  dead' LDAPS jörg "$PASS_VPN1"
said "also for authorization" 'yes Staff ' LDAPS vpn1 '' 0 authorize
said "not for a wrong password" 'no wrong' LDAPS vpn1 "$PASS_WRONG"
said "without maps the value itself" 'yes Staff ' OU vpn1 "$PASS_VPN1"
said "or a DN's first RDN" 'yes Staff ' OU two "$PASS_VPN1"
said "a value that is not ASCII" 'unfit .*invalid group policy' OU jörg "$PASS_VPN1"
said "a value that no name can be" 'unfit .*invalid group policy' OU 'jo, (the) *\#' "$PASS_VPN1"

# --- whole logins -------------------------------------------------------------------------------
bed_up "groups=$groups" "policies=$policies" group=LDAPS default=''
both=$PASS_VPN1:$PASS_ALICE
log_mark
check "a login" imap_login t vpn1:alice "$both"
check_log "its group policy is the directory's" 'event=authenticated.*group-policy=Staff'
hangup t
log_mark
check_says "a wrong password: refused" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer vpn1:alice "$PASS_WRONG:$PASS_ALICE"
check_log "and logged" 'event=not-authenticated.*reason="wrong password"'
log_mark
log_mark
check_says "a password that isn't UTF-8: refused" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer vpn1:alice $'gr\xfc\xdf'":$PASS_ALICE"
check_log "and logged as such" 'event=not-authenticated.*reason="a password that is not UTF-8, which LDAP and HTTP need"'
check_says "an unknown user: the same answer" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer nobody:alice "$both"
check_log "another reason in the log" 'event=not-authenticated.*reason="unknown user"'
check_says "mischief: the same answer" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer '*)(uid=*:alice' "$both"
log_mark
check_says "no group policy: no session" '^a NO' imap_answer "joerg:alice" "$both"
check_log "no group policy: the log says so" 'event=refused.*no group policy'
bed_slapd_stop ldap6 # which localhost may be, too
bed_slapd_stop ldap
log_mark
check_says "the directory is killed: temporary" '^a NO \[UNAVAILABLE\]' imap_answer vpn1:alice "$both"
check_log "and the log names the server" "event=refused.*denial=temporary.*ldaps://localhost"
bed_slapd_start ldap back "ldap://127.0.0.1:${port[ldap]}/" "ldaps://127.0.0.1:${port[ldaps]}/"
kill -STOP "${slapd_pid[ldap]}"
talk t "${port[imap4s]}"
hear t '^\* OK'
say t "a LOGIN \"vpn1:alice\" \"$both\""
wait_for unread -t "${port[ldaps]}"
bed_slapd_stop ldap
check "killed in the middle: temporary" hear t '^a NO \[UNAVAILABLE\]'
bed_slapd_start ldap back "ldap://127.0.0.1:${port[ldap]}/" "ldaps://127.0.0.1:${port[ldaps]}/"
say t "b LOGIN \"vpn1:alice@localhost\" \"$both\"" # not the login of before: that is answered from memory
check "back again: the same connection gets in" hear t '^b OK'
hangup t
check_entries "no entry is left" 0
done_testing
