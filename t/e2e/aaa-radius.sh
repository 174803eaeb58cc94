#!/bin/bash
# SPDX-License-Identifier: ISC
# Server groups of type radius against FreeRADIUS: who gets in and who doesn't, group policies, TLS,
# servers that are down, silent or don't share the secret, dead-time, accounting, and whole logins.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/ask.sh"
. "${0%/*}/radiusd.sh"
bed_new
bed_cert "$BED/tls" ca client mailwicket tls_www_client
bed_cert "$BED/tls" otherca stranger mailwicket tls_www_client
secret() { printf '%s\n' "$2" >"$BED/etc/$1.secret"; }
secret radius "$SECRET_RADIUS"
secret wrong "$PASS_WRONG"
secret radsec radsec
: >"$BED/etc/empty.secret"
cp "$BED/tls/client.key" "$BED/tls/stranger.key" "$BED/etc"
chgrp mailwicket-verify "$BED"/etc/*.secret "$BED"/etc/{client,stranger}.key
chmod 640 "$BED"/etc/*.secret "$BED"/etc/{client,stranger}.key

# server HOST PORT-NAME [more attributes]: what isn't among them is as below. Who answers has time to.
server() {
    local more=${*:3}
    [[ $more == *secret=* ]] || more+=' secret="radius.secret"'
    [[ $more == *accounting-port=* ]] || more+=" accounting-port=\"${port[radacct]}\""
    [[ $2 != radius || $more == *timeout=* ]] || more+=' timeout="10" retries="1"'
    [[ $more == *timeout=* ]] || more+=' timeout="1" retries="1"'
    printf '<server host="%s" port="%s" %s/>' "$1" "${port[$2]}" "$more"
}
server_tls() { # HOST PORT-NAME CA CLIENT [more attributes]
    local more=${*:5}
    [[ $more == *timeout=* ]] || more+=" timeout=\"$([ "$2" = mock ] && echo 2 || echo 20)\""
    printf '<server host="%s" port="%s" tls="true" ca="%s" certificate="%s" key="%s" retries="0" %s/>' \
        "$1" "${port[$2]}" "$BED/tls/$3.pem" "$BED/tls/$4.pem" "$4.key" "$more"
}
group() { printf '<server-group name="%s" type="radius" dead-time="60">%s</server-group>' "$1" "${*:2}"; }
groups=$(
    group R "$(server 127.0.0.1 radius)"
    group NAME "$(server localhost radius)"
    group SIX "$(server ::1 radius)"
    group WRONG "$(server 127.0.0.1 radius 'secret="wrong.secret" timeout="1" retries="1"')"
    group UNSIGNED "$(server 127.0.0.1 radius 'require-message-authenticator="false"')"
    group FORGE "$(server 127.0.0.1 mock "accounting-port=\"${port[mock]}\"")"
    group EMPTY "$(server 127.0.0.1 radius 'secret="empty.secret"')"
    group NOFILE "$(server 127.0.0.1 radius 'secret="none.secret"')"
    group DEAD "$(server 127.0.0.1 dead)"
    group SILENT "$(server 127.0.0.1 radius2 'timeout="1" retries="0"')"
    group SLOW "$(server 127.0.0.1 radius2 'timeout="60" retries="10"')$(server 127.0.0.1 radius)"
    group UNKNOWN "$(server no.such.name.invalid radius 'timeout="1" retries="1"')"
    group SECOND "$(server 127.0.0.1 dead)$(server 127.0.0.1 radius2)$(server 127.0.0.1 radius)"
    group TWO "$(server 127.0.0.1 radius2)$(server 127.0.0.1 radius 'timeout="4" retries="2"')"
    group ACCT "$(server 127.0.0.1 dead "accounting-port=\"${port[dead]}\"")$(server 127.0.0.1 radius)"
    group TLS "$(server_tls localhost radsec ca client)"
    group TLS127 "$(server_tls 127.0.0.1 radsec ca client)"
    group TLS6 "$(server_tls ::1 radsec2 ca client)"
    group UNSIGNEDTLS "$(server_tls localhost radsec ca client 'require-message-authenticator="false"')"
    group SECRETTLS "$(server_tls localhost radsec ca client 'secret="radsec.secret"')"
    group WRONGTLS "$(server_tls localhost radsec ca client 'secret="wrong.secret" timeout="2"')"
    group OTHERCA "$(server_tls localhost radsec otherca client)"
    group OTHERNAME "$(server_tls 127.0.0.2 radsec ca client)"
    group STRANGER "$(server_tls localhost radsec ca stranger)"
    group MOCK "$(server_tls localhost mock ca client)"
    group MOCK2 "$(server_tls localhost mock ca client)$(server 127.0.0.1 radius)"
)
policies='<group-policy name="Staff"/><group-policy name="Admins"/>'
bed_policy "groups=$groups" "policies=$policies" group=R
radius_start() {
    bed_radius_start radius "${port[radius]}" "${port[radacct]}" "${port[radsec]}" "${port[radsec2]}"
}
radius_start

# --- who gets in --------------------------------------------------------------------------------
for g in R NAME SIX TLS TLS127 TLS6; do
    said "$g: the right password" 'yes Staff dead=0 alive=1 class=10' $g vpn1 "$PASS_VPN1"
    said "$g: a wrong one" 'no the server refuses dead=0 alive=1' $g vpn1 "$PASS_WRONG"
    said "$g: an unknown user" 'no the server refuses: denied dead=0 alive=1' $g nobody "$PASS_VPN1"
done
said "an empty password is refused" 'no an empty password dead=0 alive=0' R vpn1 ''
said "a challenge is a no" 'no the server asks for more than a password: and the token\?' R challenge "$PASS_VPN1"
said "the longest password" 'yes Staff' R long "$(printf 'p%.0s' {1..128})"
for g in R TLS; do
    said "$g: a password that is not UTF-8 goes as it is" 'yes Staff' $g eightbit $'Mw-\xe4\xff-8'
    said "$g: and no other" 'no the server refuses' $g eightbit $'Mw-\xe4\xfe-8'
done
said "the longest password over TLS" 'yes Staff' TLS long "$(printf 'p%.0s' {1..128})"
for g in R TLS; do
    said "$g: one octet more isn't cut off" 'no the password is too long for RADIUS: at most 128 octets' \
        $g long "$(printf 'p%.0s' {1..129})"
done
said "a name too long" 'no the name is too long for RADIUS: at most 253 octets' R "$(printf 'n%.0s' {1..254})" "$PASS_VPN1"
said "the longest name" 'no the server refuses' R "$(printf 'n%.0s' {1..253})" "$PASS_VPN1"
said "without a password, a known user" 'yes Staff' R known '' 0 authorize
said "without a password, an unknown one" 'no the server refuses: denied' R nobody '' 0 authorize
said "its name as password gets nobody in elsewhere" 'no the server refuses: denied' R known known
asked() { grep -A14 "Packet-Type = Access-Request" "$BED/radius/requests" | grep -Eq "^	$1\$"; }
for a in 'NAS-Identifier = "mailwicket"' 'Calling-Station-Id = "192\.0\.2\.1"' 'Service-Type = Login-User' \
    'Service-Type = Authorize-Only' 'NAS-Port-Type = Virtual' 'ASA-SessionType = Clientless-Email-Proxy'; do
    check "what is asked with: $a" asked "$a"
done

# --- group policies -----------------------------------------------------------------------------
said "Class with a name alone" 'yes Staff dead' R plain "$PASS_VPN1"
said "of several Classes the one with OU" 'yes Staff dead' R ou "$PASS_VPN1"
said "blanks and quotes" 'yes Staff dead' R quoted "$PASS_VPN1"
said "the vendor's attribute goes before Class" 'yes Admins dead' R vendor "$PASS_VPN1"
said "a Class that is not a name" 'yes  dead=0 alive=1 class=23' R foreign "$PASS_VPN1"
said "a Class that is not text" 'yes  dead=0 alive=1 class=5' R binary "$PASS_VPN1"
said "a Class that no policy has: as it is" 'yes sess-group-A dead' R group "$PASS_VPN1"
said "an OU that is not a name" "unfit the server names an invalid group policy" R bad "$PASS_VPN1"
said "no Class, but other attributes" 'yes  dead=0 alive=1 class=0' R none "$PASS_VPN1"
said "more Class than there is room for" 'yes Staff dead=0 alive=1 class=216' R many "$PASS_VPN1"

# --- TLS ----------------------------------------------------------------------------------------
said "the certificate is of another CA" 'temporary .*TLS: .*NOT trusted.* dead=1' OTHERCA vpn1 "$PASS_VPN1"
said "the certificate is for another name" 'temporary .*TLS: .*name in the certificate does not match.* dead=1' OTHERNAME vpn1 "$PASS_VPN1"
said "our certificate isn't taken" 'temporary .* dead=1' STRANGER vpn1 "$PASS_VPN1"
said "the secret is radsec" 'yes Staff dead=0' SECRETTLS vpn1 "$PASS_VPN1"
said "another one is used where the policy has it" 'temporary .*' WRONGTLS vpn1 "$PASS_VPN1"
# Under a hosts file where the name has two addresses, and nobody listens at the first.
named_twice() {
    printf '::1 localhost\n127.0.0.1 localhost\n' >"$BED/etc/hosts"
    unshare -m bash -c '. "$MW_SRC/t/e2e/bed.sh"; . "$MW_SRC/t/e2e/ask.sh"
        BED=$1
        mount --bind "$BED/etc/hosts" /etc/hosts && getent ahosts localhost >"$BED/log/first" && ask TLS vpn1 "$2"' \
        bash "$BED" "$PASS_VPN1"
}
check_says "the second address of a name" '^yes Staff dead=0' named_twice
check_says "nobody listens at the first" '^::1 ' head -n 1 "$BED/log/first"
for nonsense in 'HTTP/1.1 400 Bad Request\r\n\r\n' '\x16\x03\x03\0\x02\xff\xff' SILENT CLOSE; do
    mock_start radsec mock "$nonsense"
    said "nonsense: $nonsense" 'temporary .* dead=1' MOCK vpn1 "$PASS_VPN1"
    said "nonsense: $nonsense, and a server that knows" 'yes Staff dead=1 alive=2' MOCK2 vpn1 "$PASS_VPN1"
    mock_stop
done

# --- servers in trouble -------------------------------------------------------------------------
perl "$MW_SRC/t/e2e/silent.pl" "${port[radius2]}" >"$BED/log/silent" &
silent=$!
bed_pids+=($!)
wait_for grep -q listening "$BED/log/silent"
said "another secret" 'temporary .*the secret right.* dead=1' WRONG vpn1 "$PASS_VPN1"
perl "$MW_SRC/t/e2e/forge.pl" "${port[mock]}" >"$BED/log/forge" &
bed_pids+=($!)
wait_for grep -q listening "$BED/log/forge"
said "whoever doesn't know the secret forges nothing" 'temporary .*the secret right.* dead=1' FORGE vpn1 "$PASS_VPN1"
said "nor a record's receipt" 'temporary .*the secret right.* dead=1' FORGE vpn1 '' 0 account 2
if bed_radius_signs_all; then
    for g in R TLS; do said "$g: it signs without being told" 'yes Staff dead=0' $g unsigned "$PASS_VPN1"; done
else
    for g in R TLS; do
        said "$g: an answer without Message-Authenticator" 'temporary .*no Message-Authenticator.* dead=1' \
            $g unsigned "$PASS_VPN1"
    done
fi
for g in UNSIGNED UNSIGNEDTLS; do
    said "$g: unless the policy says so" 'yes Staff dead=0' $g unsigned "$PASS_VPN1"
done
said "an empty secret" 'temporary .*invalid secret' EMPTY vpn1 "$PASS_VPN1"
said "no secret" 'temporary .*none\.secret: No such file' NOFILE vpn1 "$PASS_VPN1"
said "nobody listens" 'temporary .*Connection refused.* dead=1' DEAD vpn1 "$PASS_VPN1"
said "nobody answers" 'temporary .*no answer.* dead=1' SILENT vpn1 "$PASS_VPN1"
said "a name that does not resolve" 'temporary .* dead=1' UNKNOWN vpn1 "$PASS_VPN1"
# In a network of its own, where the only name server says nothing.
unnamed() {
    printf 'nameserver 127.0.0.1\n' >"$BED/etc/resolv.conf"
    unshare -m -n bash -c '. "$MW_SRC/t/e2e/bed.sh"; . "$MW_SRC/t/e2e/ask.sh"
        BED=$1 dns=$(readlink -f /etc/resolv.conf)
        ip link set lo up && { [ ! -e "$dns" ] || mount --bind "$BED/etc/resolv.conf" "$dns"; } || exit 1
        perl "$MW_SRC/t/e2e/silent.pl" 53 >"$BED/log/dns" &
        wait_for grep -q listening "$BED/log/dns"
        { time ask UNKNOWN vpn1 x 2>/dev/null; } 2>"$BED/log/dns.time"
        kill $!' bash "$BED" 2>&1
    grep -q asked "$BED/log/dns"
}
check_says "the name server doesn't answer: it ends in time" 'temporary .*could not be looked up in time dead=1' unnamed
check "after its two tries of a second, not the resolver's ten" grep -Eq '^real.0m[2-7]\.' "$BED/log/dns.time"
said "the third server knows" 'yes Staff dead=3 alive=4' SECOND vpn1 "$PASS_VPN1"
said "the third server's no is a no" 'no the server refuses dead=3 alive=4' SECOND vpn1 "$PASS_WRONG"
said "servers known to be dead are left out" 'yes Staff dead=0 alive=4' SECOND vpn1 "$PASS_VPN1" 3
said "all known to be dead: all are asked" 'yes Staff dead=3 alive=4' SECOND vpn1 "$PASS_VPN1" 7
said "a slow server leaves the next one its turn" 'yes Staff dead=1 alive=2' SLOW vpn1 "$PASS_VPN1"

# --- accounting ---------------------------------------------------------------------------------
told() { # FIELD VALUE: the last record has it
    awk -v RS= 'END { print }' "$BED/radius/detail" | grep -Eq "^	$1\$"
}
untold() { ! told "$1"; }
for g in R TLS; do
    said "$g: Start" 'yes  dead=0' $g vpn1 $'a:b\001' 0 account 1
    for a in 'Acct-Status-Type = Start' 'User-Name = "vpn1"' 'Acct-Session-Id = "e1f2-00000007"' \
        'Class = 0x613a6201' 'Calling-Station-Id = "192\.0\.2\.1"' 'Called-Station-Id = "mail\.example\.org"' \
        'NAS-Identifier = "mailwicket"' 'Acct-Delay-Time = 9' 'ASA-SessionType = Clientless-Email-Proxy' \
        'Event-Timestamp = "Nov 14 2023 22:13:20 UTC"'; do
        check "$g: Start has $a" told "$a"
    done
    check "$g: Start has no octets" untold 'Acct-Input-Octets.*'
done
said "Interim-Update" 'yes  dead=0' R vpn1 '' 0 account 3
for a in 'Acct-Status-Type = Interim-Update' 'Acct-Input-Octets = 5' 'Acct-Output-Octets = 7' \
    'Acct-Output-Gigawords = 3' 'Acct-Session-Time = 61'; do
    check "Interim-Update has $a" told "$a"
done
check "Interim-Update has no cause" untold 'Acct-Terminate-Cause.*'
check "no Gigawords where there are none" untold 'Acct-Input-Gigawords.*'
check "no Class where there was none" untold 'Class.*'
said "Stop" 'yes  dead=0' R vpn1 '' 0 account 2
for a in 'Acct-Status-Type = Stop' 'Acct-Terminate-Cause = Idle-Timeout' 'Acct-Output-Gigawords = 3'; do
    check "Stop has $a" told "$a"
done
said "On" 'yes  dead=0' R vpn1 '' 0 account 7
check "On is told" told 'Acct-Status-Type = Accounting-On'
check "On has no user" untold 'User-Name.*'
said "the second server confirms" 'yes  dead=1' ACCT vpn1 '' 0 account 2
said "the first isn't asked again" 'yes  dead=1' ACCT vpn1 '' 1 account 2
said "a long name is cut" 'yes ' R "$(printf 'n%.0s' {1..252})ää" '' 0 account 1
check "in front of a character" told "User-Name = \"$(printf 'n%.0s' {1..252})\""
said "nobody confirms" 'temporary .*the secret right.* dead=1' WRONG vpn1 '' 0 account 2

# --- whole logins -------------------------------------------------------------------------------
bed_up "groups=$groups" "policies=$policies" group=TWO default=''
both=$PASS_VPN1:$PASS_ALICE
log_mark
check "a login, by the second server" imap_login t vpn1:alice "$both"
check_log "its group policy is the server's" 'event=authenticated.*group-policy=Staff'
check_log "the silent server is dead" "event=aaa-server-dead group=TWO server=\"?radius://127.0.0.1:${port[radius2]}\"? seconds=60"
hangup t
log_mark
asked=$(grep -c asked "$BED/log/silent")
for _ in 1 2 3; do check "the next logins leave it out" imap_login t vpn1:alice "$both"; hangup t; done
check "and it isn't asked" test "$(grep -c asked "$BED/log/silent")" = "$asked"
check_not "nobody marks it again" log_has event=aaa-server-dead
bed_helper_stop
bed_helper_start
check "a new helper" imap_login t vpn1:alice "$both"
hangup t
check_not "knows it too" log_has event=aaa-server-dead
log_mark
check_says "a wrong password: refused" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer vpn1:alice "$PASS_WRONG:$PASS_ALICE"
check_log "and logged" 'event=not-authenticated.*reason="the server refuses"'
log_mark
check_says "no group policy: no session" '^a NO \[' imap_answer none:alice "$both"
check_log "the log says so" 'event=refused.*no group policy'
log_mark
check_says "an unknown group policy: no session" '^a NO \[' imap_answer group:alice "$both"
check_log "the log names it" 'event=refused.*group-policy=sess-group-A.*no group policy of the name'
# --- limits that come with the answer -----------------------------------------------------------
elsewhen=$(date -d '+3 days' +%a)
bed_restart "groups=$groups" "policies=$policies" group=R default='' \
    "ranges=<time-ranges><time-range name=\"OPEN\" hours=\"Daily 00:00-24:00\"/><time-range name=\"CLOSED\" hours=\"$elsewhen 10:00-11:00\"/></time-ranges>"
denied() { # NAME USER REASON
    log_mark
    check_says "$1" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer "$2:alice" "$both"
    check_log "$1: the log says why" "event=refused.*user=$2.*reason=\"$3\""
}
denied "Simultaneous-Logins 0 blocks" blocked 'simultaneous-logins is 0'
denied "Access-Hours: outside the time range" closed 'outside the access-hours'
denied "Access-Hours: an unknown time range" norange 'no time range of the name that AAA gave'
check "Access-Hours: within the time range" imap_login t open:alice "$both"; hangup t
check "Session-Timeout: a session" imap_login t short:alice "$both"
check "Session-Timeout ends it" ended t; hangup t
check_log "Session-Timeout is the cause" 'event=ended.*user=short.*cause=session-timeout'
check "Idle-Timeout: a session" imap_login t idle:alice "$both"
check "Idle-Timeout ends it" ended t; hangup t
check_log "Idle-Timeout is the cause" 'event=ended.*user=idle.*cause=idle-timeout'
# What is not honoured is told once per attribute and server, also by another helper.
log_mark
for _ in 1 2; do check "Filter-Id: a session" imap_login t filter:alice "$both"; hangup t; done
check_log "Filter-Id: the log says that it is not honoured" \
    "event=attribute-unheeded group=R server=\"?radius://[^ ]*:${port[radius]}\"? reason=\"Filter-Id \(11\) is not honoured\""
bed_helper_stop
bed_helper_start
check "Filter-Id: a session by another helper" imap_login t filter:alice "$both"; hangup t
check "Filter-Id: that is logged once" [ "$(log_new | grep -c 'event=attribute-unheeded')" = 1 ]
check_not "nor does the log say what the filter is" says 'acl-7' log_new
try_filter() { printf '%s\n' "$both" | ctl try imap4s filter:alice; }
check_says "mailwicketctl try says it each time" 'R: Filter-Id \(11\) is not honoured' try_filter
bed_restart "groups=$groups" "policies=$policies" group=TWO default=''
kill -STOP "${radius_pid[radius]}"
talk t "${port[imap4s]}"
hear t '^\* OK'
say t "a LOGIN \"vpn1:alice\" \"$both\""
wait_for unread -u "${port[radius]}"
bed_radius_stop radius
check "killed in the middle: temporary" hear t '^a NO \[UNAVAILABLE\]'
radius_start
say t "b LOGIN \"vpn1:alice@localhost\" \"$both\"" # not the login of before: that is answered from memory
check "back again: though it was marked, the same connection gets in" hear t '^b OK'
hangup t
# --- a remembered success -----------------------------------------------------------------------
cached() { # SECONDS
    bed_restart "policies=$policies" group=CACHED \
        "groups=<server-group name=\"CACHED\" type=\"radius\" dead-time=\"0\" cache=\"$1\">$(server 127.0.0.1 radius)</server-group>"
}
cached 1
check "cache: a login that is remembered for a second" imap_login t vpn1:alice "$both"; hangup t
bed_radius_stop radius
check "cache: when that is over it isn't" wait_for says '^a NO \[UNAVAILABLE\]' imap_answer vpn1:alice "$both"
radius_start
cached 600
log_mark
check "cache: the server is asked" imap_login t vpn1:alice "$both"; hangup t
check_not "cache: nothing was remembered before" log_has event=remembered
bed_radius_stop radius
check "cache: the server is gone, and its yes is remembered" imap_login t vpn1:alice "$both"; hangup t
check_log "cache: the log says so" 'event=remembered.*login=vpn1:alice'
check_says "cache: another password is not" '^a NO \[UNAVAILABLE\]' imap_answer vpn1:alice "$PASS_WRONG:$PASS_ALICE"
log_mark
kill -HUP "$helper"
until_log 'event=policy-loaded'
check_says "cache: a reloaded policy forgets it" '^a NO \[UNAVAILABLE\]' imap_answer vpn1:alice "$both"
radius_start

bed_restart "groups=$groups" "policies=$policies" group=TLS
check "a login over TLS" imap_login t vpn1:alice "$both"
hangup t
check_entries "no entry is left" 0
kill "$silent"
done_testing
