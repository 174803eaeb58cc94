#!/bin/bash
# SPDX-License-Identifier: ISC
# Authorization against slapd, FreeRADIUS, a web server and a users file: by the login's name after
# AAA and piggyback, by the mail name where the mail server alone authenticates, and by each field of
# real client certificates; who isn't known, required or not; groups that are down; whose group
# policy counts.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/slapd.sh"
. "${0%/*}/radiusd.sh"
bed_new

# --- who is known: vpn1 everywhere, with the group policy Staff; alice and bob nowhere -----------
eval "slapd_entries_as_ever() $(declare -f bed_slapd_entries | tail -n +2)"
bed_slapd_entries() {
    slapd_entries_as_ever
    cat <<'U'

dn: o=Example Systems\2C Inc.,dc=test
objectClass: organization
o: Example Systems, Inc.
description: cn=staff,dc=test

dn: emailAddress=johndoe@example.com,ou=people,dc=test
objectClass: inetOrgPerson
objectClass: extensibleObject
emailAddress: johndoe@example.com
uid: johndoe@example.com
cn: John Doe's entry
sn: Doe
U
}
mkdir -p "$BED/radius"
cat >"$BED/radius/users" <<'U'
vpn1	Cleartext-Password := "vpn1", Service-Type == Authorize-Only
	Class := "OU=Staff;"

"johndoe@example.com"	Cleartext-Password := "johndoe@example.com", Service-Type == Authorize-Only

"Example Systems, Inc."	Cleartext-Password := "Example Systems, Inc.", Service-Type == Authorize-Only
	Class := "OU=Staff;"

DEFAULT	Auth-Type := Reject
	Reply-Message := "denied"
U
export WEB_USERS="vpn1	$PASS_VPN1"
known() { # LINE …: the users file of the group KNOWN
    printf '%s\n' "$@" >"$BED/etc/known"
    chmod 644 "$BED/etc/known"
}
known 'vpn1:!:Staff' 'johndoe@example.com:!:' 'Example Systems, Inc.:!:Staff'
printf '%s\n' "$PASS_PROXY" >"$BED/etc/ldap.secret"
printf '%s\n' "$SECRET_RADIUS" >"$BED/etc/radius.secret"
chgrp mailwicket-verify "$BED"/etc/*.secret
chmod 640 "$BED"/etc/*.secret
ldap_start() { bed_slapd_start ldap back "ldap://127.0.0.1:${port[ldap]}/"; }
radius_start() { bed_radius_start radius "${port[radius]}" "${port[radacct]}"; }
web_start() {
    python3 "$MW_SRC/t/e2e/web.py" "$BED/log/web" "${port[http]}" 2>"$BED/log/web.out" &
    web_pid=$!
    bed_pids+=($!)
    wait_for port_open "${port[http]}" || bed_fail "the web server does not listen"
}
start() { case $1 in LDAP) ldap_start ;; RADIUS) radius_start ;; FORM) web_start ;; KNOWN) mv "$BED/etc/unknown" "$BED/etc/known" ;; esac; }
stop() {
    case $1 in
    LDAP) bed_slapd_stop ldap ;;
    RADIUS) bed_radius_stop radius ;;
    FORM) kill -9 "$web_pid"; wait "$web_pid" 2>/dev/null ;;
    KNOWN) mv "$BED/etc/known" "$BED/etc/unknown" ;;
    esac
}
for g in LDAP RADIUS FORM; do start $g; done

ldap() { # NAME FILTER
    printf '<server-group name="%s" type="ldap" dead-time="0"><server url="ldap://127.0.0.1:%s" bind-dn="cn=proxy,dc=test"
      bind-password="ldap.secret" base="dc=test" filter="%s" timeout="20"/><group-policy-attribute name="description">
      <map value="cn=staff,dc=test" group-policy="Staff"/></group-policy-attribute></server-group>' "$1" "${port[ldap]}" "$2"
}
groups=$(
    echo '<server-group name="KNOWN" type="local" users="known"/>'
    ldap LDAP '(|(uid=%u)(o=%u))'
    ldap ENTRY '(entryDN=%u)'
    echo "<server-group name=\"RADIUS\" type=\"radius\" dead-time=\"0\"><server host=\"127.0.0.1\" port=\"${port[radius]}\"
      accounting-port=\"${port[radacct]}\" secret=\"radius.secret\" timeout=\"20\" retries=\"0\"/></server-group>"
    echo "<server-group name=\"CACHED\" type=\"radius\" dead-time=\"0\" cache=\"600\"><server host=\"127.0.0.1\"
      port=\"${port[radius]}\" secret=\"radius.secret\" timeout=\"20\" retries=\"0\"/></server-group>"
    echo "<server-group name=\"FORM\" type=\"http\" dead-time=\"0\"><server url=\"http://127.0.0.1:${port[http]}/form\"
      user-field=\"user name\" password-field=\"pass&amp;word\" group-policy-header=\"X-Group-Policy\" timeout=\"20\"/></server-group>"
)
policies='<group-policy name="Staff"/><group-policy name="Admins"/>'
default='<default-group-policy name="Everyone"/>'
up='bed_up'
# under GROUP REQUIRED DN [KEY=VALUE …]: Mailwicket with this authorization, and nobody has guessed yet.
under() {
    local group=$1 required=$2 dn=${3:+"<authorization-dn $3/>"}; shift 3
    bed_filter_stop; bed_helper_stop; rm -f "$BED"/state/state*
    $up "groups=$groups" "policies=$policies" \
        "default=<authorization-server-group name=\"$group\" required=\"$required\"/>$dn$default" "$@"
    up=bed_restart
    log_mark
}
# again GROUP REQUIRED DN [KEY=VALUE …]: the same, for the helper alone, which loads the policy anew.
again() {
    local group=$1 required=$2 dn=${3:+"<authorization-dn $3/>"}; shift 3
    bed_policy "groups=$groups" "policies=$policies" \
        "default=<authorization-server-group name=\"$group\" required=\"$required\"/>$dn$default" "$@"
    log_mark
    kill -HUP "$helper"
    until_log 'event=policy-(loaded|rejected)'
    log_mark
}
login_options=()
answer() { # LOGIN PASSWORD: the reply
    talk t "${port[imap4s]}" "${login_options[@]}"
    hear t '^\* OK' && say t "a LOGIN \"$1\" \"$2\"" && hear t '^a '
    hangup t
    printf '%s' "$heard"
}
enters() { answer "$@" | grep -q '^a OK'; }
dials() { grep -c 'imap-login' "$BED/log/dovecot"; } # what the mail server saw
vpn1=(vpn1:alice "$PASS_VPN1:$PASS_ALICE") alice=(alice "$PASS_ALICE")

# --- after AAA, by the VPN name ------------------------------------------------------------------
for g in KNOWN LDAP RADIUS FORM; do
    under $g true ''
    check "$g: known" enters "${vpn1[@]}"
    check_log "$g: and logged" "event=authorized .* user=vpn1 mail-user=alice server=localhost group=$g name=vpn1 asa=719020\$"
    check_log "$g: the group policy is authorization's" 'event=established.* group-policy=Staff'
    before=$(dials)
    check_says "$g: not known: refused" '^a NO \[AUTHENTICATIONFAILED\]' answer "${alice[@]}"
    check_log "$g: and logged" "event=not-authorized .* user=alice .*denial=refused reason=\"$g, of alice: "
    check "$g: and the mail server hears nothing" [ "$(dials)" = "$before" ]
    stop $g
    log_mark
    check_says "$g: down: temporary" '^a NO \[UNAVAILABLE\]' answer "${vpn1[@]}"
    check_log "$g: and logged" 'event=refused .* user=vpn1 .*denial=temporary'
    again $g false ''
    check_says "$g: down, not required: temporary all the same" '^a NO \[UNAVAILABLE\]' answer "${vpn1[@]}"
    start $g
    check "$g: up again" enters "${vpn1[@]}"
    log_mark
    check "$g: not known, not required: comes in" enters "${alice[@]}"
    check_log "$g: and logged" "event=not-authorized .* server=localhost reason=\"$g, of alice: "
    check_log "$g: with the default group policy" 'event=established.* user=alice .*group-policy=Everyone'
done
asked() { grep -c . "$BED/log/web"; }
n=$(asked)
check_says "a wrong password: authorization isn't asked" '^a NO \[AUTHENTICATIONFAILED\]' answer vpn1:alice "$PASS_WRONG"
check "and nobody was" [ "$(asked)" = "$n" ]
check "a form has no password" grep -Fqx 'POST /form application/x-www-form-urlencoded user%20name=vpn1' "$BED/log/web"
check "RADIUS is asked by Authorize-Only" bash -c \
    "awk -v RS= '/Service-Type = Authorize-Only/ && /User-Name = \"vpn1\"/ {n++} END {exit !n}' '$BED/radius/requests'"

# --- a remembered yes; whose group policy counts ----------------------------------------------------
under CACHED true ''
check "cache: asked" enters "${vpn1[@]}"
bed_radius_stop radius
check "cache: remembered" enters "${vpn1[@]}"
check_says "cache: another one isn't" '^a NO \[UNAVAILABLE\]' answer "${alice[@]}"
radius_start
printf '%s\n' "$PASS_VPN1" | ctl passwd --users "$BED/etc/users" --group-policy Admins vpn1 || bed_fail "mailwicketctl passwd"
under KNOWN true ''
check "authentication names a group policy, too" enters "${vpn1[@]}"
check_log "and goes before authorization" 'event=established.* group-policy=Admins'
known 'vpn1:!:Nowhere' 'bob:!:Nowhere' 'alice:!:Admins'
check "an unknown group policy does not matter where authentication's counts" enters "${vpn1[@]}"
check "alice by authorization's alone" enters "${alice[@]}"
check_log "has that" 'event=established.* user=alice .*group-policy=Admins'

# --- the mail server alone authenticates: its name, never one that anybody can write ---------------
known 'alice:!:Staff' 'boss:!:Admins' 'vpn1:!:Admins'
under KNOWN true '' methods=mailhost
check "mailhost: by the mail name" enters "${alice[@]}"
check_log "with its group policy" 'event=established.* user=alice .*group-policy=Staff'
log_mark
check_says "mailhost: no user gets in as another" '^a NO' answer boss:bob "$PASS_BOB"
check_log "and nobody was asked" 'event=refused .*protocol=imap4s .*login=boss:bob .*reason="the VPN name differs from the mail name'
check_says "mailhost: bob as himself: KNOWN doesn't know him" '^a NO' answer bob "$PASS_BOB"
check_log "and was asked about him" 'event=not-authorized.*reason="KNOWN, of bob: unknown user"'
check_says "mailhost: known, with another VPN name" '^a NO' answer vpn1:alice "$PASS_ALICE"
check "mailhost: known, with the mail name as VPN name" enters alice:alice "$PASS_ALICE"
check_log "has its own group policy" 'event=established.* mail-user=alice .*group-policy=Staff'

# --- certificates -----------------------------------------------------------------------------------
c=$BED/clients
mkdir -p "$c"
chmod 755 "$c"
bed_ca "$c" ca
client() { # NAME SUBJECT [STRING-MASK]: a certificate by OpenSSL; the subject as "TYPE=value" lines
    local mask=${3:-utf8only}
    {
        printf '[req]\nprompt = no\nutf8 = yes\nstring_mask = %s\ndistinguished_name = dn\n[dn]\n%s\n' "$mask" "$2"
        printf '[client]\nkeyUsage = digitalSignature\nextendedKeyUsage = clientAuth\n'
    } >"$c/$1.cnf"
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$c/$1.key" -out "$c/$1.csr" \
        -config "$c/$1.cnf" 2>"$c/$1.err" &&
        openssl x509 -req -in "$c/$1.csr" -CA "$c/ca.pem" -CAkey "$c/ca.key" -CAcreateserial -days 7 -out "$c/$1.pem" \
            -extfile "$c/$1.cnf" -extensions client 2>>"$c/$1.err" || bed_fail "openssl: $(tail -3 "$c/$1.err")"
}
show() { login_options=(-cert "$c/$1.pem" -key "$c/$1.key"); }
fields='C=2.5.4.6 CN=2.5.4.3 DNQ=2.5.4.46 EA=1.2.840.113549.1.9.1 GENQ=2.5.4.44 GN=2.5.4.42 I=2.5.4.43 L=2.5.4.7
    N=2.5.4.41 O=2.5.4.10 OU=2.5.4.11 SER=2.5.4.5 SN=2.5.4.4 SP=2.5.4.8 T=2.5.4.12 UID=0.9.2342.19200300.100.1.1'
value() { if [ "$1" = C ]; then echo DE; else echo "the-$1"; fi; }
# The sixteen fields, one by one.
client all "$(for f in $fields; do echo "0.${f#*=} = $(value "${f%=*}")"; done)"
client john $'O = Example Systems, Inc.\nCN = John Doe\nemailAddress = johndoe@example.com'
client john-alone $'CN = John Doe\nemailAddress = johndoe@example.com'
client units $'0.OU = First\n1.OU = Second\n2.CN = one\n3.+CN = two'
client teletex $'CN = J\xc3\xb6rg' default
client bmp $'CN = \xc5\x81ukasz' default
client wide $'CN = \xe5\xb1\xb1\xe7\x94\xb0' utf8only
client entry $'0.DC = test\nOU = people\nUID = vpn1'
client entry-mail $'0.DC = test\nOU = people\nemailAddress = johndoe@example.com'
client stranger $'0.DC = test\nOU = people\nUID = nobody'
client forged $'CN = vpn1\nOU = x\\nvpn1'
tls=" client-ca=\"$c/ca.pem\""
names() { for f in $fields; do echo "$(value "${f%=*}"):!:Staff"; done; }
readarray -t everybody < <(names)
known "${everybody[@]}"
under KNOWN true 'primary="C" secondary="None"' methods=certificate "tlsattr=$tls" smtps="${port[smtp_trusting]}"
show all
for f in $fields; do
    again KNOWN true "primary=\"${f%=*}\" secondary=\"None\"" methods=certificate "tlsattr=$tls" smtps="${port[smtp_trusting]}"
    check "the field ${f%=*}" enters "${alice[@]}"
    check_log "the field ${f%=*}: its value" "event=authorized .* name=$(value "${f%=*}") asa=719020\$"
done
# with GROUP REQUIRED DN: certificates, SMTPS without a login
with() { again "$@" methods=certificate "tlsattr=$tls" smtps="${port[smtp_trusting]}"; }
known 'First:!:' 'one:!:Staff'
with KNOWN true 'primary="OU" secondary="CN"'
show units
check "of several values the first counts" enters "${alice[@]}"
check_log "of several RDNs, and in one of them" 'event=authorized .* name=First second-name=one asa=719020$'
known 'Second:!:' 'two:!:'
check_says "and not another one" '^a NO \[AUTHENTICATIONFAILED\]' answer "${alice[@]}"
known $'J\xc3\xb6rg:!:Staff' $'\xc5\x81ukasz:!:Staff' $'\xe5\xb1\xb1\xe7\x94\xb0:!:Staff'
with KNOWN true 'primary="CN" secondary="None"'
check_says "the first is a TeletexString" 'T61STRING' openssl asn1parse -in "$c/teletex.pem"
check_says "the second a BMPString" 'BMPSTRING' openssl asn1parse -in "$c/bmp.pem"
for k in teletex bmp wide; do
    show $k
    check "a name that isn't ASCII: $k" enters "${alice[@]}"
done
known 'vpn1:!:' 'x:!:' 'x\nvpn1:!:'
with KNOWN true 'primary="CN" secondary="OU"'
show forged
log_mark
check_says "a line break in a value that the policy asks for: refused" '^a NO \[AUTHENTICATIONFAILED\]' answer "${alice[@]}"
check_log "and the log says why" "event=not-authorized.*reason=\"the certificate's OU can't be a name: a control character"

# both, by each kind of group
for g in KNOWN LDAP RADIUS; do
    known 'johndoe@example.com:!:' 'Example Systems, Inc.:!:Staff'
    with $g true 'primary="EA" secondary="O"'
    show john
    check "$g: both are known" enters "${alice[@]}"
    check_log "$g: both are logged" "event=authorized .* group=$g name=johndoe@example.com second-name=\"Example Systems, Inc\.\" asa=719020\$"
    check_log "$g: the second one's group policy" 'event=established.* user=johndoe@example.com .*group-policy=Staff'
    log_mark
    with $g true 'primary="CN" secondary="O"'
    check_says "$g: neither John Doe" '^a NO \[AUTHENTICATIONFAILED\]' answer "${alice[@]}"
    check_log "$g: and the log says so" "event=not-authorized .*denial=refused reason=\"$g, of John Doe: "
    with $g true 'primary="O" secondary="CN"'
    check_says "$g: nor only one of two" '^a NO \[AUTHENTICATIONFAILED\]' answer "${alice[@]}"
    with $g false 'primary="O" secondary="CN"'
    check "$g: only one of two, not required" enters "${alice[@]}"
    check_log "$g: has nothing of it" 'event=established.* group-policy=Everyone'
    with $g true 'primary="EA" secondary="O"'
    show john-alone
    check_says "$g: the second is unknown" '^a NO \[AUTHENTICATIONFAILED\]' answer "${alice[@]}"
    check_log "$g: and the log says so" 'event=not-authorized .*reason="the certificate has no O"'
    with $g true 'primary="UID" secondary="EA" match="fallback"'
    check "$g: fallback" enters "${alice[@]}"
    stop $g
    log_mark
    check_says "$g: down: temporary" '^a NO \[UNAVAILABLE\]' answer "${alice[@]}"
    start $g
done

# the whole DN, as an entry's in a directory
with ENTRY true 'use-entire-name="true"'
for k in entry entry-mail; do
    show $k
    check "the whole DN is an entry's: $k" enters "${alice[@]}"
done
check_log "the log shows it" 'event=authorized .* name="emailAddress=johndoe@example\.com,OU=people,DC=test" asa=719020$'
show stranger
check_says "a DN that no entry has" '^a NO \[AUTHENTICATIONFAILED\]' answer "${alice[@]}"
check_log "and the log says so" 'event=not-authorized .*reason="ENTRY, of UID=nobody,OU=people,DC=test: unknown user"'

# SMTPS, where the certificate is all that is needed, and POP3S
smtp() { # CERTIFICATE: greeted, and a mail command
    show "$1"
    talk t "${port[smtps]}" "${login_options[@]}"
    hear t '^220' && say t 'EHLO client.test' && hear t '^250 ' && say t 'MAIL FROM:<a@example.org>' && hear t '^[0-9]{3} '
    hangup t
    printf '%s' "$heard"
}
known 'johndoe@example.com:!:' 'Example Systems, Inc.:!:Staff'
with KNOWN true 'primary="EA" secondary="O"'
check_says "SMTPS without a login: authorized" '^250 ' smtp john
check_log "with the group policy" 'event=established .*protocol=smtps .*user=johndoe@example.com .*group-policy=Staff'
check_says "SMTPS without a login: not authorized" '^5[0-9][0-9] ' smtp john-alone
check_log "and the log says so" 'event=not-authorized .*protocol=smtps .*reason="the certificate has no O"'
mv "$BED/etc/known" "$BED/etc/unknown"
check_says "SMTPS without a login: can't be told" '^4[0-9][0-9] ' smtp john
mv "$BED/etc/unknown" "$BED/etc/known"
check "POP3S: authorized" curl_pop3 alice "$PASS_ALICE" '' --cert "$c/john.pem" --key "$c/john.key"
check_not "POP3S: not authorized" curl_pop3 alice "$PASS_ALICE" '' --cert "$c/john-alone.pem" --key "$c/john-alone.key"

# certificate and AAA: the login's VPN name
known 'vpn1:!:Staff'
under KNOWN true 'primary="EA" secondary="O" must-match="false"' 'methods=aaa certificate' "tlsattr=$tls"
show john
check "aaa and certificate: the login's VPN name" enters "${vpn1[@]}"
check_log "not the certificate's" 'event=authorized .* name=vpn1 asa=719020$'
known 'johndoe@example.com:!:' 'Example Systems, Inc.:!:'
check_says "aaa and certificate: the certificate's alone" '^a NO \[AUTHENTICATIONFAILED\]' answer "${vpn1[@]}"
login_options=()

# piggyback: the VPN name, for which the VPN session vouches
known 'vpn1:!:Staff' 'alice:!:Admins'
under KNOWN true '' methods=piggyback smtps="${port[smtp_trusting]}"
check_says "piggyback: no VPN session: refused" '^a NO \[AUTHENTICATIONFAILED\]' answer vpn1:alice "$PASS_ALICE"
check_not "and no group is asked" log_has 'event=(not-)?authorized'
check "a VPN session, with a group policy" ctl session add --user vpn1 --address 127.0.0.1 --group-policy Admins --id v1
check "piggyback: known by the VPN name" enters vpn1:alice "$PASS_ALICE"
check_log "and not by the mail name" 'event=authorized .* name=vpn1 asa=719020$'
check_log "authorization's group policy goes before the VPN session's" 'event=established.* user=vpn1 .*group-policy=Staff'
known 'vpn1:!:'
log_mark
check "where it names none" enters vpn1:alice "$PASS_ALICE"
check_log "the VPN session's counts" 'event=established.* user=vpn1 .*group-policy=Admins'
known 'alice:!:'
check_says "piggyback: not known by the VPN name" '^a NO \[AUTHENTICATIONFAILED\]' answer vpn1:alice "$PASS_ALICE"
again KNOWN false '' methods=piggyback smtps="${port[smtp_trusting]}"
check "not required: comes in" enters vpn1:alice "$PASS_ALICE"
check_log "with the VPN session's group policy" 'event=established.* user=vpn1 .*group-policy=Admins'

# --- what accounting echoes -------------------------------------------------------------------------
install -d -o mailwicket-verify -m 700 "$BED/spool"
sed -i '/^vpn1:/s/:Admins$/:/' "$BED/etc/users"
under RADIUS true '' "state=$BED/state\" spool=\"$BED/spool" \
    "default=<authorization-server-group name=\"RADIUS\" required=\"true\"/><accounting-server-group name=\"RADIUS\"/>$default"
check "a session with accounting" enters "${vpn1[@]}"
told() { awk -v RS= '/Acct-Status-Type = Start/ && /User-Name = "vpn1"/' "$BED/radius/detail" 2>/dev/null | grep -q 'Class = 0x4f553d53746166663b'; }
check "its Start has the Class of authorization" wait_for told
check_entries "no entry is left" 0
done_testing
