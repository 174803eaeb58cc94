#!/bin/bash
# SPDX-License-Identifier: ISC
# The VPN gateway ocserv, with its client openconnect: its scripts tell Mailwicket of VPN sessions,
# and piggyback goes by them.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
PASS_VPN=Mw-Ocserv-6sk20x
secrets+=("$PASS_VPN")
bed_up methods=piggyback "smtps=${port[smtp_trusting]}" \
    'policies=<group-policy name="Single" simultaneous-logins="1"/><group-policy name="Staff"/>'

mkdir -p "$BED/oc/run"
gateway_log=$LOG
bed_gateway mailwicket-ocserv
check "the installed script runs the installed program" grep -qx "ctl=$(mw mailwicketctl)" "$(mw mailwicket-ocserv)"

oc=${port[https]}
ocserv_start() { # [GROUP-POLICY]: and with it in ocserv's environment
    printf '%s\n%s\n' "$PASS_VPN" "$PASS_VPN" | ocpasswd -c "$BED/oc/passwd" bob
    printf '%s\n%s\n' "$PASS_VPN" "$PASS_VPN" | ocpasswd -c "$BED/oc/passwd" -g Staff alice
    cat >"$BED/oc/ocserv.conf" <<U
auth = "plain[passwd=$BED/oc/passwd]"
listen-host = 127.0.0.1
tcp-port = $oc
run-as-user = nobody
run-as-group = nogroup
socket-file = $BED/oc/run/ocserv.sock
occtl-socket-file = $BED/oc/run/occtl.sock
use-occtl = true
pid-file = $BED/oc/run/ocserv.pid
server-cert = $BED/tls/server.pem
server-key = $BED/tls/server.key
ca-cert = $BED/tls/ca.pem
isolate-workers = false
max-clients = 16
max-same-clients = 4
keepalive = 60
dpd = 60
auth-timeout = 300
cookie-timeout = 300
persistent-cookies = false
device = mw$(($$ % 10000))v
predictable-ips = true
default-domain = test
ipv4-network = 127.$((100 + $$ % 100)).0.0/24
dns = 127.0.0.53
route = 127.99.0.0/24
cisco-client-compat = true
connect-script = $hook
disconnect-script = $hook
host-update-script = $hook
log-level = 2
U
    MAILWICKET_GROUP_POLICY=${1:-} ocserv -f -c "$BED/oc/ocserv.conf" -p "$BED/oc/run/ocserv.pid" \
        >>"$BED/log/ocserv.out" 2>&1 &
    ocserv=$!
    bed_pids+=($!)
    wait_for port_open "$oc" || bed_fail "ocserv does not listen: $(tail -5 "$BED/log/ocserv.out")"
}
ocserv_stop() { kill "$ocserv" 2>/dev/null; wait "$ocserv" 2>/dev/null; }

declare -A vpn
vpn_up() { # NAME USER: openconnect, in the background
    env -u JOURNAL_STREAM openconnect --protocol=anyconnect --no-dtls -u "$2" --passwd-on-stdin \
        --cafile "$CA" --script-tun --script 'exec sleep 600' "https://localhost:$oc/" \
        <<<"$PASS_VPN" >"$BED/log/openconnect-$1" 2>&1 &
    vpn[$1]=$!
    bed_pids+=($!)
}
vpn_down() { kill -INT "${vpn[$1]}" 2>/dev/null; wait "${vpn[$1]}" 2>/dev/null; }
is_up() { grep -q 'CSTP connected' "$BED/log/openconnect-$1"; }
sessions() { ctl session list --json | grep -o '"user"' | wc -l; }
sessions_are() { [ "$(sessions)" = "$1" ]; }
until_sessions() { wait_for sessions_are "$1"; }
check_sessions() { if until_sessions "$2"; then ok "$1"; else not_ok "$1" "$(ctl session list; tail -5 "$BED"/log/ocserv.out)"; fi; }
member() { ctl session list --json | perl -MJSON::PP -e 'local $/; my $s = decode_json(<STDIN>)->[0];
    my $v = $s->{$ARGV[0]}; print ref $v ? "@$v" : $v' "$1"; }

ocserv_start
check_not "before the VPN is up: refused" curl_imap bob "$PASS_BOB" INBOX -X NOOP
vpn_up one bob
check "the VPN comes up" wait_for is_up one
check_sessions "and Mailwicket knows its session" 1
check "the user" [ "$(member user)" = bob ]
check "where the client comes from" [ "$(member addresses)" = 127.0.0.1 ]
leased=$(member leased)
check "what ocserv leased to it" grep -q "\"IPv4\": *\"$leased\"" <(occtl -s "$BED/oc/run/occtl.sock" --json show users)
check "the id is ocserv's" [ "$(member id)" = "ocserv:$(occtl -s "$BED/oc/run/occtl.sock" --json show users |
    sed -n 's/.*"ID": *\([0-9]*\).*/\1/p')" ]
check "mail from where the client comes from" curl_imap bob "$PASS_BOB" INBOX -X NOOP
# openconnect runs without a tunnel device here: the address is lent to lo.
ip address add "$leased/32" dev lo
check "mail from the leased address" curl_imap bob "$PASS_BOB" INBOX -X NOOP --interface "$leased"
ip address del "$leased/32" dev lo
check "sending without a password that counts" curl_smtp bob '' alice@localhost "$(mail_file ocserv-1)"
check "it arrives" wait_for arrived ocserv-1
check_not "mail from a third address: refused" curl_imap bob "$PASS_BOB" INBOX -X NOOP --interface 127.0.0.9
check_not "mail of another user: refused" curl_imap alice "$PASS_ALICE" INBOX -X NOOP

# After a reboot, ocserv's sessions are told of anew, as the manual says.
ctl session remove --all >/dev/null
tab=$(printf '\t')
occtl -s "$BED/oc/run/occtl.sock" --json show users | jq -r '.[] | [.Username, .ID, ."Remote IP", .IPv4] | @tsv' |
    while IFS=$tab read -r user id from leased; do
        ctl session add --user "$user" --id "ocserv:$id" --address "$from" --leased "$leased"
    done
check_sessions "told of anew" 1
check "with the same address" [ "$(member leased)" = "$leased" ]

# The client comes back over a new connection. ocserv may tell of it before the old one's end.
id=$(member id)
kill -USR2 "${vpn[one]}"
renewed() { [ -n "$(member id)" ] && [ "$(member id)" != "$id" ]; }
check "a reconnect has a new id" wait_for renewed
wait_for says '"State": *"connected"' occtl -s "$BED/oc/run/occtl.sock" --json show users
check_sessions "and is still one session" 1
check "mail goes on" curl_imap bob "$PASS_BOB" INBOX -X NOOP
vpn_down one
check_sessions "the VPN goes down, and its session goes" 0
check_not "after that: refused" curl_imap bob "$PASS_BOB" INBOX -X NOOP
vpn_up one bob; until_sessions 1
occtl -s "$BED/oc/run/occtl.sock" disconnect user bob >/dev/null
check_sessions "a session that the administrator disconnects" 0
vpn_down one

# The limit: ocserv refuses, as it is told.
ocserv_stop
ocserv_start Single
vpn_up one bob; until_sessions 1
check "the group policy of the gateway" [ "$(member group_policy)" = Single ]
imap_login mail bob "$PASS_BOB"
came_back() { # ocserv tells of the new connection first
    local e=("USERNAME=bob" "IP_REAL=127.0.0.1" "IP_REMOTE=$(member leased)" MAILWICKET_GROUP_POLICY=Single)
    env "${e[@]}" REASON=connect ID=new "$hook" && env "${e[@]}" REASON=disconnect "ID=$1" "$hook" &&
        [ "$(member id)" = ocserv:new ]
}
id=$(member id)
check "at the limit, one who comes back over a new connection is no new one" came_back "${id#ocserv:}"
check "host-update" env REASON=host-update USERNAME=bob ID=new "$hook"
ctl session remove --user bob >/dev/null
vpn_down one; check_sessions "the VPN session ends, a mail session is open" 0
log_mark
vpn_up two bob
check_log "a new one is refused: the mail session counts" 'event=limit-reached user=bob .*group-policy=Single'
gone_two() { gone "${vpn[two]}"; }
check "and the client is told so" wait_for gone_two
wait "${vpn[two]}" 2>/dev/null
check_not "it wasn't up" is_up two
check_sessions "nothing is left of it" 0
hangup mail; until_entries 0
vpn_up three bob
check_sessions "the mail session is closed, and the VPN comes up" 1
vpn_down three; until_sessions 0

# The user's group names the group policy.
ocserv_stop
ocserv_start %g
vpn_up one alice; until_sessions 1
check "MAILWICKET_GROUP_POLICY=%g: the user's group" [ "$(member group_policy)" = Staff ]
vpn_down one; until_sessions 0
# Trouble of Mailwicket's is none of the VPN's.
gateway_log=''
bed_gateway mailwicket-ocserv
mv "$BED/etc/policy.xml" "$BED/etc/policy.away"
vpn_up one bob
check "Mailwicket has no policy: the VPN comes up" wait_for is_up one
check "and ocserv's log says why there is no mail" wait_for \
    grep -q 'mailwicket-ocserv: .*policy.xml' "$BED/log/ocserv.out"
mv "$BED/etc/policy.away" "$BED/etc/policy.xml"
check_sessions "no session is known" 0
vpn_down one
check "run by hand: its own exit status" eval '! "$hook" 2>/dev/null'
ocserv_stop
check_entries "no entry is left at the end" 0
done_testing
