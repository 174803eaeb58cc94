#!/bin/bash
# SPDX-License-Identifier: ISC
# slapd.sh - sourced after bed.sh: directories of one's own.

PASS_PROXY=Mw-Proxy-d73hs0
secrets+=("$PASS_PROXY")

# Everybody's entries. Whoever binds as the proxy may read, the others may only bind.
bed_slapd_entries() {
    cat <<E
dn: dc=test
objectClass: dcObject
objectClass: organization
dc: test
o: test

dn: ou=people,dc=test
objectClass: organizationalUnit
ou: people

dn: cn=proxy,dc=test
objectClass: person
cn: proxy
sn: proxy
userPassword: $PASS_PROXY

dn: uid=vpn1,ou=people,dc=test
objectClass: inetOrgPerson
uid: vpn1
cn: vpn1
sn: Smith
ou: Staff
description: cn=others,dc=test
description: cn=staff,dc=test
userPassword: $PASS_VPN1

dn: uid=two,ou=people,dc=test
objectClass: inetOrgPerson
uid: two
cn: two
sn: Smith
ou: cn=Staff,ou=groups,dc=test
description: cn=staff,dc=test
description: cn=admins,dc=test
userPassword: $PASS_VPN1

dn: uid=nopassword,ou=people,dc=test
objectClass: inetOrgPerson
uid: nopassword
cn: nopassword
sn: x

dn: cn=Jo\2C (the) *\5C#,ou=people,dc=test
objectClass: inetOrgPerson
uid: jo, (the) *\\#
cn: Jo, (the) *\\#
sn: x
ou: 01234567890123456789012345678901234567890123456789012345678901234
userPassword: $PASS_VPN1

dn:: $(printf 'cn=Jörg Ä,ou=people,dc=test' | base64)
objectClass: inetOrgPerson
uid: joerg
uid:: $(printf 'jörg' | base64)
cn:: $(printf 'Jörg Ä' | base64)
sn: x
ou:: $(printf 'Abteilung Ä' | base64)
userPassword: $PASS_VPN1

dn: ou=elsewhere,dc=test
objectClass: referral
objectClass: extensibleObject
ou: elsewhere
ref: ldap://127.0.0.1:${port[ldap2]}/dc=test
E
}

# bed_slapd_start NAME CERTIFICATE URL …: a directory in $BED/NAME. CERTIFICATE "": no TLS. slapd_more
# goes into its configuration, slapd_env into its environment.
declare -A slapd_pid
slapd_more='' slapd_env=()
bed_slapd_start() {
    local name=$1 cert=$2 d=$BED/$1 url host; shift 2
    if [ ! -d "$d" ]; then
        mkdir -p "$d/db"
        {
            printf 'include /etc/ldap/schema/%s.schema\n' core cosine inetorgperson
            printf 'modulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile %s\n' "$d/pid"
            printf '%s\n' "$slapd_more"
            [ -z "$cert" ] || printf 'TLSCertificateFile %s\nTLSCertificateKeyFile %s\n' \
                "$BED/tls/$cert.pem" "$BED/tls/$cert.key"
            printf 'database mdb\nmaxsize 16777216\nsuffix "dc=test"\ndirectory %s\ndbnosync\n' "$d/db"
            printf 'access to attrs=userPassword by anonymous auth by * none\n'
            printf 'access to * by dn.exact="cn=proxy,dc=test" read by anonymous auth by * none\n'
        } >"$d/slapd.conf"
        bed_slapd_entries | slapadd -q -f "$d/slapd.conf" >"$d/log" 2>&1 || bed_fail "slapadd: $(tail -3 "$d/log")"
    fi
    env "${slapd_env[@]}" slapd -d 0 -f "$d/slapd.conf" -h "$*" >>"$d/log" 2>&1 &
    slapd_pid[$name]=$!
    bed_pids+=($!)
    for url; do
        url=${url#*//}; url=${url%/}
        host=${url%:*}
        host=${host//[][]/} # [::1]
        wait_for bash -c "exec 3<>/dev/tcp/$host/${url##*:}" || bed_fail "slapd: $url: $(tail -3 "$d/log")"
    done
}
bed_slapd_stop() { # NAME
    kill -9 "${slapd_pid[$1]}" 2>/dev/null
    wait "${slapd_pid[$1]}" 2>/dev/null
    return 0
}
