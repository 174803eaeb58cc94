#!/bin/bash
# SPDX-License-Identifier: ISC
# The VPN gateway OpenVPN: its client-connect and client-disconnect tell Mailwicket of VPN sessions.
# Run by hand with OpenVPN's documented environment; then by a real server, with a real client.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=piggyback "smtps=${port[smtp_trusting]}" 'policies=<group-policy name="Single" simultaneous-logins="1"/>'

gateway_log=$LOG
bed_gateway mailwicket-openvpn
check "the installed script runs the installed program" grep -qx "ctl=$(mw mailwicketctl)" "$(mw mailwicket-openvpn)"

sessions() { ctl session list --json | grep -o '"user"' | wc -l; }
sessions_are() { [ "$(sessions)" = "$1" ]; }
check_sessions() { if wait_for sessions_are "$2"; then ok "$1"; else not_ok "$1" "$(ctl session list)"; fi; }
member() { ctl session list --json | perl -MJSON::PP -e 'local $/; my $s = decode_json(<STDIN>)->[0];
    my $v = $s->{$ARGV[0]}; print ref $v ? "@$v" : $v' "$1"; }
openvpn_env() { env -i PATH="$PATH" "$@" sh "$hook" /tmp/dynamic-config; }
now=(time_unix=1700000000 trusted_port=40000 ifconfig_pool_remote_ip=10.8.0.6)

# --- by hand --------------------------------------------------------------------------------------
check "client-connect" openvpn_env script_type=client-connect common_name=bob trusted_ip=127.0.0.1 \
    ifconfig_pool_remote_ip6=fd00::6 "${now[@]}"
check_sessions "a session" 1
check "the user is the certificate's" [ "$(member user)" = bob ]
check "the addresses" [ "$(member addresses)/$(member leased)" = "127.0.0.1/10.8.0.6 fd00::6" ]
check "it lets in" curl_imap bob "$PASS_BOB" INBOX -X NOOP
check "client-disconnect, from where the client has gone to" openvpn_env script_type=client-disconnect \
    common_name=bob trusted_ip=192.0.2.99 ifconfig_pool_remote_ip6=fd00::6 "${now[@]}"
check_sessions "no session" 0
check "client-disconnect again" openvpn_env script_type=client-disconnect common_name=bob "${now[@]}"
check "a name and password count more than the certificate; IPv6" openvpn_env script_type=client-connect \
    common_name=machine username=bob trusted_ip6=::ffff:127.0.0.1 "${now[@]}"
check "the user is the one who gave a password" [ "$(member user)/$(member addresses)" = bob/127.0.0.1 ]
check "it lets in" curl_imap bob "$PASS_BOB" INBOX -X NOOP
imap_login mail bob "$PASS_BOB"
openvpn_env script_type=client-disconnect common_name=machine username=bob "${now[@]}"
check_sessions "no session" 0
limited=(script_type=client-connect common_name=bob trusted_ip=127.0.0.1 MAILWICKET_GROUP_POLICY=Single "${now[@]}")
check_not "at the limit the client is refused" openvpn_env "${limited[@]}"
check_sessions "and there is no session" 0
hangup mail; until_entries 0
check "the mail session is closed: let in" openvpn_env "${limited[@]}"
check "with the group policy" [ "$(member group_policy)" = Single ]
ctl session remove --all >/dev/null
for name in '--all' 'a b' '$(touch x)' "o'neil" '*'; do
    check "a name like $name" openvpn_env script_type=client-connect "common_name=$name" trusted_ip=127.0.0.1 "${now[@]}"
    check "is that name" [ "$(member user)" = "$name" ]
    openvpn_env script_type=client-disconnect "common_name=$name" "${now[@]}"
    check_sessions "and goes" 0
done
gateway_log=''
bed_gateway mailwicket-openvpn
check_says "a newline in a name: said, and no session" 'mailwicket-openvpn: .*invalid --user \(a control character' \
    openvpn_env script_type=client-connect common_name=$'a\nb' trusted_ip=127.0.0.1 "${now[@]}"
gateway_log=$LOG
bed_gateway mailwicket-openvpn
check_sessions "none" 0
check_not "not run by OpenVPN" openvpn_env

# --- a real server and client -----------------------------------------------------------------------
# The client has no tun of its own (--dev null): what it is told of its address is enough.
printf 'cn = "bob"\ntls_www_client\nsigning_key\nexpiration_days = 30\n' >"$BED/tls/client.t"
certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile "$BED/tls/client.key" 2>/dev/null
certtool --generate-certificate --load-privkey "$BED/tls/client.key" --template "$BED/tls/client.t" \
    --load-ca-certificate "$BED/tls/ca.pem" --load-ca-privkey "$BED/tls/ca.key" \
    --outfile "$BED/tls/client.pem" 2>/dev/null
net=127.$((100 + $$ % 100)).7.0
cat >"$BED/etc/server.ovpn" <<U
dev mwo$(($$ % 10000))
dev-type tun
local 127.0.0.1
port ${port[https]}
proto tcp-server
server $net 255.255.255.0
topology subnet
ca $BED/tls/ca.pem
cert $BED/tls/server.pem
key $BED/tls/server.key
dh none
script-security 2
client-connect $hook
client-disconnect $hook
setenv MAILWICKET_GROUP_POLICY Single
verb 3
U
cat >"$BED/etc/client.ovpn" <<U
client
dev null
proto tcp-client
remote 127.0.0.1 ${port[https]}
connect-retry-max 1
ca $BED/tls/ca.pem
cert $BED/tls/client.pem
key $BED/tls/client.key
ifconfig-noexec
route-noexec
nobind
verb 3
U
env -u JOURNAL_STREAM openvpn --config "$BED/etc/server.ovpn" >"$BED/log/openvpn-server" 2>&1 & bed_pids+=($!)
server=$!
wait_for grep -q 'Initialization Sequence Completed' "$BED/log/openvpn-server" ||
    bed_fail "OpenVPN did not start: $(tail -5 "$BED/log/openvpn-server")"
client_up() { env -u JOURNAL_STREAM openvpn --config "$BED/etc/client.ovpn" >"$BED/log/openvpn-client" 2>&1 & client=$!; bed_pids+=($!); }
client_up
check_sessions "a real server tells of a real client" 1
check "the user" [ "$(member user)" = bob ]
check "where it comes from" [ "$(member addresses)" = 127.0.0.1 ]
leased=$(member leased)
check "what the server leased to it" grep -q "ifconfig ${leased/./\\.} " "$BED/log/openvpn-client"
check "the id holds when it began" grep -Eq '^openvpn:[0-9]{9,}:127\.' <<<"$(member id)"
check "it lets in" curl_imap bob "$PASS_BOB" INBOX -X NOOP
imap_login mail bob "$PASS_BOB"
kill "$client"; wait "$client" 2>/dev/null
check_sessions "the client goes, and its session" 0
log_mark
client_up
check_log "again, while its mail session is open: refused" 'event=limit-reached user=bob'
check "the client is told so" wait_for grep -q 'AUTH_FAILED' "$BED/log/openvpn-client"
check_sessions "nothing is left of it" 0
wait "$client" 2>/dev/null
hangup mail; until_entries 0
kill "$server"; wait "$server" 2>/dev/null
check_entries "no entry is left at the end" 0
done_testing
