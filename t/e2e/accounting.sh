#!/bin/bash
# SPDX-License-Identifier: ISC
# Accounting: one Start and one Stop a session, however it ends, with its cause and octets; a server
# that is away.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/radiusd.sh"
bed_new
install -d -o mailwicket-verify -m 700 "$BED/spool"
printf '%s' "$SECRET_RADIUS" >"$BED/etc/radius.secret"
chown mailwicket-verify "$BED/etc/radius.secret"; chmod 600 "$BED/etc/radius.secret"
bed_cert "$BED/tls" ca client mailwicket tls_www_client
install -o mailwicket-verify -m 600 "$BED/tls/client.key" "$BED/etc/client.key"
detail=$BED/rad/detail
bed_radius_start rad "${port[radius]}" "${port[radacct]}"
group="<server-group name=\"RAD\" type=\"radius\"><server host=\"127.0.0.1\" port=\"${port[radius]}\"
 accounting-port=\"${port[radacct]}\" secret=\"radius.secret\" timeout=\"20\" retries=\"0\"/></server-group>"
group_tls="<server-group name=\"RAD\" type=\"radius\"><server host=\"localhost\" port=\"${port[radsec]}\" tls=\"true\"
 ca=\"$BED/tls/ca.pem\" certificate=\"$BED/tls/client.pem\" key=\"client.key\" timeout=\"1\" retries=\"0\"/></server-group>"
mine() { # [KEY=VALUE …]: restarts with accounting
    bed_restart methods=aaa group=RAD "groups=$group" "state=$BED/state\" spool=\"$BED/spool" \
        'policies=<group-policy name="Staff" idle-timeout="none"/>' \
        'default=<accounting-server-group name="RAD" interim="60"/><default-group-policy name="Everyone"/>' "$@"
}
bed_dovecot_start
mine

# count STATUS USER: of the requests in the detail file.
requests() { awk -v RS= -v s="Acct-Status-Type = $1" -v u="User-Name = \"$2\"" 'index($0, s) && index($0, u)' "$detail" 2>/dev/null; }
count() { awk -v RS= -v s="Acct-Status-Type = $1" 'index($0, s) {n++} END {print n + 0}' "$detail" 2>/dev/null || echo 0; }
counts_are() { [ "$(count Start)/$(count Stop)" = "$1" ]; }
spool_empty() { [ -z "$(ls "$BED/spool/due" "$BED/spool/open" | grep -- -)" ]; }
last_stop() { awk -v RS= '/Acct-Status-Type = Stop/ {l = $0} END {print l}' "$detail"; }
open_session() { imap_login t vpn1:bob "$PASS_VPN1:$PASS_BOB" || echo "# no login: $heard"; }
n=0
# ends NAME CAUSE: the session that was opened last has ended: one more Start and Stop.
ends() {
    n=$((n + 1))
    check "$1: one Start, one Stop" wait_for counts_are $n/$n
    check_says "$1: the cause is $2" "Acct-Terminate-Cause = $2" last_stop
    check "$1: nothing is left in the spool" wait_for spool_empty
}

# the client logs out: octets as the log has them
log_mark
open_session
check "a Start comes while the session is open" wait_for counts_are 1/0
said=$(requests Start vpn1)
for a in 'Acct-Session-Id = "[0-9a-f]{16}-' 'Calling-Station-Id = "127.0.0.1"' 'Called-Station-Id = "localhost"' \
    'Class = 0x4f553d53746166663b' 'ASA-SessionType|Attr-26\.3076\.151|SessionType'; do
    check_says "Start has $a" "$a" printf '%s' "$said"
done
say t 'b NOOP'; hear t '^b OK'; say t 'c LOGOUT'; ended t; hangup t
ends "the client logs out" '(User|Host)-Request'
bytes() { log_new | grep -oE "event=ended.*bytes-in=[0-9]+ bytes-out=[0-9]+" | tail -1 | grep -oE "bytes-$1=[0-9]+" | cut -d= -f2; }
in=$(bytes in) out=$(bytes out)
check "octets went both ways" [ "${in:-0}" -gt 10 -a "${out:-0}" -gt 10 ]
check_says "Acct-Input-Octets is the log's" "Acct-Input-Octets = $in\$" last_stop
check_says "Acct-Output-Octets is the log's" "Acct-Output-Octets = $out\$" last_stop
check_says "the two have one session id" '^1$' eval "grep -o 'Acct-Session-Id = .*' '$detail' | sort -u | wc -l"

open_session; kill -9 "${talk_pid[t]}"; hangup t
ends "the client is killed" '(User-Request|Lost-Carrier)'

open_session; doveadm -c "$BED/dov/dovecot.conf" kick bob >/dev/null 2>&1; ended t; hangup t
ends "the mail server closes" '(Host-Request|Lost-Service)'

open_session; ctl logoff user vpn1 >/dev/null; ended t; hangup t
ends "logged off" 'Admin-Reset'

open_session; kill_session "${port[imap4s]}"; ended t; hangup t
ctl sweep >/dev/null
ends "kill -9 of the relay, and a sweep" 'NAS-Error'

open_session; wait_for counts_are $((n + 1))/$n
kill -9 "$helper"; wait "$helper" 2>/dev/null
rm -f "$BED/state/verify" "$BED/state/report"
say t 'b NOOP'; check "the helper is killed: the session lives on" hear t '^b OK'
bed_helper_start
say t 'c LOGOUT'; ended t; hangup t
wait_for entries_are 0; ctl sweep >/dev/null
ends "the helper is killed and started anew" '(User-Request|Host-Request|NAS-Error)'

# as after a reboot: neither processes nor the state file are there any more
open_session; wait_for counts_are $((n + 1))/$n
bed_filter_stop; kill -9 "$helper" "$(session_pid "${port[imap4s]}")"; wait "$helper" 2>/dev/null
hangup t
rm -f "$BED"/state/*
mine
ends "a reboot" 'NAS-Reboot'

# --- the server is away: logins go on by another way than it, and are told of later
mine group=LOCAL
open_session; wait_for counts_are $((n + 1))/$n
bed_radius_stop rad
log_mark
imap_login u vpn1:bob "$PASS_VPN1:$PASS_BOB"; check "the server is away: a login" [ $? -eq 0 ]
check_log "the log says that the server is away" 'event=accounting-failed'
check "which the login didn't wait for" \
    grep -q established <(log_new | grep -m1 -E 'event=(established|accounting-failed)')
for x in t u; do say $x 'c LOGOUT'; ended $x; hangup $x; done
check_entries "both are over" 0
: >"$BED/log/both-over"
bed_helper_stop; bed_helper_start
check "a restart of the helper keeps what is due" [ "$(ls "$BED/spool/due" | wc -l)" = 2 ]
check_says "and metrics counts it" "^mailwicket_accounting_waiting 2$" ctl metrics
old() { [ $(($(date +%s) - $(stat -c %Y "$BED/log/both-over"))) -ge 2 ]; } # by whole seconds
wait_for old
bed_radius_start rad "${port[radius]}" "${port[radacct]}"
n=$((n + 1))
ctl sweep >/dev/null
ends "the server is back" 'User-Request|Host-Request'
check_says "what came later says how much" 'Acct-Delay-Time = [1-9]' last_stop
check "each was told once" [ "$(grep -o 'Acct-Session-Id = .*' "$detail" | sort | uniq -c | awk '$1 != 2' | wc -l)" = 0 ]

# --- over TLS: what waits is told over one connection
bed_radius_stop rad
mine group=LOCAL "groups=$group_tls"
open_session
imap_login u vpn1:bob "$PASS_VPN1:$PASS_BOB"; check "over TLS, the server is away: two logins" [ $? -eq 0 ]
for x in t u; do say $x 'c LOGOUT'; ended $x; hangup $x; done
check_entries "both are over" 0
bed_radius_start rad "${port[radius]}" "${port[radacct]}" "${port[radsec]}"
n=$((n + 1))
ctl sweep >/dev/null
ends "over TLS" 'User-Request|Host-Request'
check_says "two Starts and two Stops, one connection" '^1$' grep -c 'adding new socket' "$BED/rad/out"
bed_radius_stop rad
bed_radius_start rad "${port[radius]}" "${port[radacct]}"
mine group=LOCAL

# --- a helper for one connection alone tells of it itself: nobody sweeps here
bed_filter_stop; bed_helper_stop
inetd_start() {
    systemd-socket-activate --inetd -a -E JOURNAL_STREAM="$JOURNAL_STREAM" -E ASAN_OPTIONS="${ASAN_OPTIONS:-}" \
        -l "127.0.0.1:${port[imap4s]}" "$(mw mailwicket)" --policy "$BED/etc/policy.xml" imap4s \
        >"$BED/log/inetd.out" 2>>"$LOG" &
    inetd=$!
    bed_pids+=($!)
    wait_for port_listens
}
port_listens() { ss -Hltn "sport = :${port[imap4s]}" | grep -q LISTEN; }
inetd_start
open_session
check "no helper service: a Start while the session is open" wait_for counts_are $((n + 1))/$n
say t 'c LOGOUT'; ended t; hangup t
ends "no helper service: the client logs out" '(User|Host)-Request'
for i in 1 2 3 4; do # at once, each a little later, so that the Start may just be on its way
    open_session; sleep "0.0$((i * 2))"; kill_session "${port[imap4s]}"; ended t; hangup t
    wait_for no_process "mailwicket-verify.*$BED"
    ctl sweep >/dev/null # where two told at once, one left it to this
    ends "no helper service: kill -9 of the relay ($i)" 'NAS-Error'
done
check "no helper process is left" wait_for no_process "mailwicket-verify.*$BED"
# and where the server is away, its end isn't held up, and the sweep tells of it later
bed_radius_stop rad
open_session; say t 'c LOGOUT'; ended t; hangup t
check "no helper service, the server is away: nobody stays" wait_for no_process "mailwicket-verify.*$BED"
check "and the session waits in the spool" [ "$(ls "$BED/spool/due" | wc -l)" = 1 ]
bed_radius_start rad "${port[radius]}" "${port[radacct]}"
check "mailwicketctl sweep" ctl sweep
ends "no helper service: told by the sweep" '(User|Host)-Request'
kill "$inetd"

# --- what can't be read
before=$(count Stop)
damaged=$BED/spool/due/00000000000000ff-1
printf 'nonsense' >"$damaged"; chown mailwicket-verify "$damaged"; touch -d '-2 minutes' "$damaged"
log_mark
check "a damaged file holds nothing up" ctl sweep
check_not "it is gone" test -e "$damaged"
check "no server hears of it" [ "$(count Stop)" = "$before" ]

# --- a machine where the helper never ran, and a spool that is none
bed_helper_stop
rm -r "$BED/spool/due" "$BED/spool/open"
log_mark
logged() { ctl "$@" 2>>"$LOG"; }
check "no helper ran yet: summary" logged summary
check_not "and it says nothing of the spool" log_has accounting-failed
check_not "nor has it made one" test -e "$BED/spool/due"
rmdir "$BED/spool" && : >"$BED/spool"
check "the spool is a file: summary" logged summary
check_log "and it says so" "event=accounting-failed reason=.*$BED/spool: Not a directory: expected a directory"
done_testing
