#!/bin/bash
# SPDX-License-Identifier: ISC
# An appliance's running configuration, imported, and then logins through what came of it: RADIUS,
# LDAP with its attribute map, local users; no line of the policy is written by hand but <state>.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/slapd.sh"
. "${0%/*}/radiusd.sh"
bed_new
bed_slapd_start slapd '' "ldap://127.0.0.1:${port[ldap]}"
bed_radius_start radius "${port[radius]}" "${port[radacct]}"
cat >"$BED/cl/running.cfg" <<E
ASA Version 8.4(7)
names
name 127.0.0.1 mailhost
interface GigabitEthernet0/0
 nameif outside
 ip address 127.0.0.1 255.0.0.0
interface Management0/0
 nameif mgmt
 management-only
time-range PAST
 absolute end 23:59 31 December 2010
ldap attribute-map POLICIES
  map-name  description Group-Policy
  map-value description "cn=staff, dc=test" Staff
  map-value description "cn=admins, dc=test" ADM
aaa-server RAD protocol radius
aaa-server RAD (inside) host 127.0.0.1
 key "$SECRET_RADIUS"
 authentication-port ${port[radius]}
 accounting-port ${port[radacct]}
aaa-server DIR protocol ldap
aaa-server DIR (inside) host 127.0.0.1
 server-port ${port[ldap]}
 ldap-base-dn ou=people, dc=test
 ldap-scope onelevel
 ldap-naming-attribute uid
 ldap-login-dn cn=proxy,dc=test
 ldap-login-password $PASS_PROXY
 ldap-attribute-map POLICIES
group-policy Staff internal
group-policy Staff attributes
 vpn-idle-timeout 45
group-policy ADM internal
group-policy Closed internal
group-policy Closed attributes
 vpn-access-hours value PAST
username alice password 8Ry2YjIyt7RRXU24 encrypted
username alice attributes
 vpn-group-policy Staff
username two password 8Ry2YjIyt7RRXU24 encrypted
username two attributes
 vpn-group-policy Closed
imap4s
 port ${port[imap4s]}
 enable outside
 enable mgmt
 server mailhost ${port[imap]}
 name-separator #
 authentication aaa
 authentication-server-group RAD
pop3s
 port ${port[pop3s]}
 enable outside
 server mailhost ${port[pop3]}
 authentication aaa
 authentication-server-group DIR
smtps
 port ${port[smtps]}
 enable outside
 server mailhost ${port[smtp]}
 authentication-server-group LOCAL
E
import() {
    "$(mw mailwicketctl)" import-asa --verbose --output-dir "$BED/etc" --device outside=lo --device mgmt=lo \
        "$BED/cl/running.cfg" >"$BED/log/import.out" 2>"$BED/cl/report"
}
check "it is imported" import
check_says "the enabling that is not carried over is told, with its line" \
    "running.cfg:$(grep -n ' enable mgmt' "$BED/cl/running.cfg" | cut -d: -f1): needs you: enable: mgmt" \
    cat "$BED/cl/report"
cat "$BED/cl/report" >>"$BED/log/import.out" # where passwords are looked for
check_says "the key that was there is kept" "server.key: already exists, kept" cat "$BED/cl/report"

# The report's own commands make the users.
while read -r words; do
    # shellcheck disable=SC2086 # words
    (cd "$BED/etc" && printf '%s\n' "$PASS_ALICE" | "$(mw mailwicketctl)" $words) || echo "# failed: $words"
done < <(sed -n 's/.*set one: mailwicketctl //p' "$BED/cl/report")
check_says "the users have their group policies" '^alice:\$y\$.*:Staff$' cat "$BED/etc/users"
for f in users RAD-127.0.0.1.secret DIR-127.0.0.1.secret; do
    check_says "the helper may read $f" '^mailwicket-verify 640$' stat -c '%G %a' "$BED/etc/$f"
done
check "check says yes" ctl check
check_says "all three are enabled on the interface" 'lo, 127.0.0.1: pop3s, imap4s, smtps' ctl check

sed -i "s|  <tls>|  <state directory=\"$BED/state\"/><log level=\"debug\"/>\n&|" "$BED/etc/policy.xml"
bed_dovecot_start
bed_exim_start
bed_helper_start
bed_filter_start

check "IMAP: RADIUS lets in, with the appliance's delimiter" \
    imap_login t "vpn1#alice" "$PASS_VPN1#$PASS_ALICE"
check_says "the Class names the group policy" '"group_policy": *"Staff"' ctl show --json
hangup t
check_says "a wrong password is refused" 'a NO \[AUTHENTICATIONFAILED\]' \
    imap_answer "vpn1#alice" "$PASS_WRONG#$PASS_ALICE"

pop() { # LOGIN PASSWORD
    talk t "${port[pop3s]}"
    hear t '^\+OK' && say t "USER $1" && hear t '^\+OK' && say t "PASS $2" && hear t '^[+-]' &&
        [[ $heard == *+OK* ]]
}
check "POP3: LDAP lets in, by the naming attribute" pop two:bob "$PASS_VPN1:$PASS_BOB"
check_says "of two values the alphabetically first group policy counts, under its new name" \
    '"group_policy": *"ADMPolicy"' ctl show --json
hangup t
check_not "who is not there is refused" pop nobody:bob "$PASS_VPN1:$PASS_BOB"
hangup t

auth() { # NAME PASSWORD
    talk t "${port[smtps]}"
    hear t '^220' && say t 'EHLO me' && hear t '^250 ' &&
        say t "AUTH PLAIN $(printf '\0%s\0%s' "$1" "$2" | base64 -w 0)" && hear t '^[245]'
    [[ $heard =~ (^|$'\n')235 ]]
}
check "SMTP: a local user is let in" auth alice "$PASS_ALICE"
hangup t
log_mark
check_not "a group policy whose hours can't be carried over blocks" auth two "$PASS_ALICE"
hangup t
check_log "and the log says so" 'event=.*two.*Closed'
check_entries "no entry is left" 0
done_testing
