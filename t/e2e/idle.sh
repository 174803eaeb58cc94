#!/bin/bash
# SPDX-License-Identifier: ISC
# What ends a session by the clock: idle-timeout, session-timeout, and the end of the access-hours in
# the time zone that TZ names; and what accounting is told of each. A minute is the shortest that a
# policy can say, so this takes two.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/radiusd.sh"
bed_new
install -d -o mailwicket-verify -m 700 "$BED/spool"
install -o mailwicket-verify -m 600 <(printf '%s' "$SECRET_RADIUS") "$BED/etc/radius.secret"
bed_radius_start rad "${port[radius]}" "${port[radacct]}"
radius="<server-group name=\"RAD\" type=\"radius\"><server host=\"127.0.0.1\" port=\"${port[radius]}\"
 accounting-port=\"${port[radacct]}\" secret=\"radius.secret\"/></server-group>"

bed_users
for kv in "vpn1 Quiet $PASS_VPN1" "alice Short $PASS_ALICE" "carol Hours $PASS_BOB"; do
    read -r user group password <<<"$kv"
    "$(mw mailwicketctl)" passwd --users "$BED/etc/users" --group-policy "$group" "$user" <<<"$password"
done
bed_dovecot_start
bed_exim_start

# A time zone in which it is near noon, so that midnight is far; the hours end on a full minute, and
# leave time for a session of more than one.
now=$(date +%s)
export TZ=Noon$((10#$(date -u -d "@$now" +%H) - 12))
until=$(date -d "@$((now + 150 - (now + 150) % 60))" +%H:%M)
bed_restart "groups=$radius" "state=$BED/state\" spool=\"$BED/spool" "policies=
 <group-policy name=\"Quiet\" idle-timeout=\"1\"/>
 <group-policy name=\"Short\" idle-timeout=\"none\" session-timeout=\"1\"/>
 <group-policy name=\"Hours\" idle-timeout=\"none\" access-hours=\"Mon-Sun 00:00-$until\"/>" \
    'default=<accounting-server-group name="RAD" interim="60"/>'

start=$SECONDS
declare -A login=([vpn1]="vpn1:bob $PASS_VPN1:$PASS_BOB" [alice]="alice $PASS_ALICE" [carol]="carol:bob $PASS_BOB")
for user in carol alice vpn1; do # this one is served last
    check "$user: a session is established" imap_login $user ${login[$user]}
done
pid=$(ctl show --json | perl -MJSON::PP -e 'local $/; print $_->{pid} for grep { $_->{vpn_user} eq "vpn1" } @{decode_json(<STDIN>)}')
check "which a process serves" kill -0 "$pid"
ticks() { awk '{print $14 + $15}' "/proc/$pid/stat"; }
before=$(ticks)
say carol 'n NOOP'; hear carol '^n OK'
until [ $((SECONDS - start)) -ge 40 ]; do
    sleep 1
    say alice 'n NOOP'; hear alice '^n OK' # never idle
done
check_entries "all are open after 40 s" 3
check "and who is quiet took less than 0.2 s of CPU" [ $(($(ticks) - before)) -lt 20 ]

declare -A cause=([vpn1]=idle [alice]=session [carol]=session) stop=([vpn1]=Idle [alice]=Session [carol]=Session)
over() { log_has "event=ended.* user=$1 .*bytes-out="; }
logged() { log_new | grep "event=ended.* user=$1 .*bytes-out="; }
number() { logged "$1" | grep -oE " $2=[0-9]+" | cut -d= -f2; }
for user in alice vpn1 carol; do
    wait_for over $user
    check_says "$user: ended by the $([ $user = carol ] && echo access-hours || echo "${cause[$user]}-timeout")" \
        " cause=${cause[$user]}-timeout " logged $user
    check "$user: the client's connection ends" ended $user
    hangup $user
    [ $user = carol ] || check "$user: not before a minute" [ "$(number $user duration)" -ge 59 ]
done
check "carol: not before the hours' end" [ "$(date +%H:%M)" \> "$until" -o "$(date +%H:%M)" = "$until" ]
check_says "carol: and then she isn't let in" '^a NO \[AUTHENTICATIONFAILED\]' imap_answer ${login[carol]}
check_log "carol: the log says why" 'event=refused.* user=carol .*outside the access-hours'
check_entries "no entry is left" 0

# --- what accounting was told -------------------------------------------------------------------
detail=$BED/rad/detail
told() { awk -v RS= -v s="Acct-Status-Type = $1" -v u="User-Name = \"$2\"" 'index($0, s) && index($0, u)' "$detail"; }
count() { told "$1" "$2" | grep -c Acct-Status-Type; }
counts_are() { [ "$(count Start "$1")/$(count Stop "$1")" = "$2" ]; }
for user in vpn1 alice carol; do
    check "$user: one Start, one Stop" wait_for counts_are $user 1/1
    check_says "$user: the cause" "Acct-Terminate-Cause = ${stop[$user]}-Timeout" told Stop $user
    check_says "$user: the octets are the log's" "Acct-Output-Octets = $(number $user bytes-out)\$" told Stop $user
    took=$(told Stop $user | grep -oE 'Acct-Session-Time = [0-9]+' | grep -oE '[0-9]+$')
    off=$((took - $(number $user duration)))
    check "$user: and so is the time ($took s)" [ "${off#-}" -le 2 ]
done
check_says "octets both ways" 'Acct-Input-Octets = [1-9]' told Stop alice
check "a session longer than a minute: updates" [ "$(count Interim-Update carol)" -ge 1 ]
check_says "they have its octets" 'Acct-Output-Octets = [1-9]' told Interim-Update carol
check_says "its time" 'Acct-Session-Time = [1-9]' told Interim-Update carol
check_not "and no cause" says Acct-Terminate-Cause told Interim-Update carol
done_testing
