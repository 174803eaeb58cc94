#!/bin/bash
# SPDX-License-Identifier: ISC
# The three ways of arrival: (a) listening sockets handed over, (b) a connection on descriptor 0,
# (c) by hand on standard input and output; with a helper service and without.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_dovecot_start; bed_exim_start; bed_users
bed_policy
both=$PASS_VPN1:$PASS_ALICE

clients() { # WHAT: all three protocols, by curl
    check_says "$1: imaps" 'INBOX' curl_imap vpn1:alice "$both"
    check "$1: pop3s" curl_pop3 vpn1:alice "$both"
    check "$1: smtps" curl_smtp vpn1:alice "$both" alice@localhost "$(mail_file arrival)"
    check_entries "$1: no entry is left" 0
}
# Sockets of the way under test are on the usual ports; they are ready when in LISTEN.
listening() { ss -Hltn "sport = :${port[$1]}" | grep -q LISTEN; }
filter_cmd=("$(mw mailwicket)" --policy "$BED/etc/policy.xml")

# (a) by systemd-socket-activate
bed_helper_start
systemd-socket-activate --fdname=imap4s:pop3s:smtps -E JOURNAL_STREAM="$JOURNAL_STREAM" \
    -E ASAN_OPTIONS="${ASAN_OPTIONS:-}" \
    -l "127.0.0.1:${port[imap4s]}" -l "127.0.0.1:${port[pop3s]}" -l "127.0.0.1:${port[smtps]}" \
    "${filter_cmd[@]}" >"$BED/log/activate.out" 2>>"$LOG" &
filter=$!
wait_for listening smtps
clients "(a) systemd-socket-activate, helper service"
bed_filter_stop

# root as the units have it, who may not look into the helper's directory
chown mailwicket-verify:mailwicket "$BED/state"
chmod 750 "$BED/state"
bed_wrap=(setpriv "--bounding-set=-dac_override,-dac_read_search")
log_mark
bed_filter_start
bed_wrap=()
check_says "(a) root without its capabilities: imaps" 'INBOX' curl_imap vpn1:alice "$both"
check "(a) root without its capabilities: no helper of its own" \
    [ "$(log_new | grep -c 'event=policy-loaded')" = 0 ]
bed_filter_stop

# (b) by systemd-socket-activate --inetd -a
inetd_start() {
    local p
    inetd=()
    for p in imap4s pop3s smtps; do
        systemd-socket-activate --inetd -a -E JOURNAL_STREAM="$JOURNAL_STREAM" \
            -E ASAN_OPTIONS="${ASAN_OPTIONS:-}" -E REMOTE_ADDR=203.0.113.9 -E REMOTE_PORT=1 -l "127.0.0.1:${port[$p]}" \
            "${filter_cmd[@]}" $p >"$BED/log/inetd.out" 2>>"$LOG" &
        inetd+=($!)
        bed_pids+=($!)
        wait_for listening $p
    done
}
inetd_stop() { kill "${inetd[@]}"; wait "${inetd[@]}" 2>/dev/null; }
inetd_start
log_mark
clients "(b) systemd-socket-activate --inetd -a, helper service"
check "(b) the client's address is the socket's" log_has 'event=established.* client=127\.0\.0\.1 '
check_not "(b) and never the environment's" log_has '203\.0\.113\.9'
bed_helper_stop
clients "(b) systemd-socket-activate --inetd -a, no helper service"
# eviction reaches across helpers that were started each for one connection
inetd_stop
bed_policy outstanding=1
inetd_start
talk one "${port[imap4s]}"; hear one '^\* OK'
until_entries 1 # its helper may come up later than the greeting
talk two "${port[imap4s]}"; hear two '^\* OK'
ended one
check "(b) no helper service: the oldest is evicted" grep -q '^\* BYE' <<<"$heard"
hangup one
say two "a LOGIN vpn1:alice $both"; check "(b) no helper service: the other logs in" hear two '^a OK'
until_entries 1
check "(b) no helper service: logoff" ctl logoff all
check "(b) no helper service: logoff ends it" ended two
hangup two
check_entries "(b) no helper service: no entry is left" 0
check "(b) no helper process is left" wait_for no_process "mailwicket-verify.*$BED"
check_log "(b) no helper service: the end is logged" 'event=ended.*cause=logged-off'
inetd_stop
bed_policy

# (b) started wrongly: standard error is the client's socket, and nothing goes there
inetd_wrong() { # ARGUMENTS: what a client hears
    perl -MIO::Socket::INET -e '
        my $l = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die;
        my $c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $l->sockport) or die;
        my $s = $l->accept;
        if (!fork) {
            open STDIN, "<&", $s; open STDOUT, ">&", $s; open STDERR, ">&", $s;
            close $_ for $c, $s, $l;
            exec @ARGV;
        }
        close $s;
        print while <$c>;
        wait;
        print "exit ", $? >> 8;' "$(mw mailwicket)" "$@"
}
for wrong in "--nonsense" "imap" "--policy $BED/etc/policy.xml" "--policy $BED/none imap4s"; do
    # shellcheck disable=SC2086
    check "(b) wrongly started ($wrong): the client hears nothing" \
        grep -Eqx 'exit [12]' <<<"$(inetd_wrong $wrong)"
done

# (b) by xinetd, with the entries that the policy gives
mkdir -p "$BED/xinetd/d"
cat >"$BED/xinetd/conf" <<U
defaults
{
    log_type = FILE $BED/log/xinetd
}
includedir $BED/xinetd/d
U
check "(b) xinetd: the entries are made" ctl units --xinetd "$BED/xinetd/d"
xinetd -f "$BED/xinetd/conf" -pidfile "$BED/xinetd/pid" -stayalive -dontfork >"$BED/log/xinetd.out" 2>&1 &
xinetd=$!
bed_pids+=($xinetd)
wait_for listening smtps
clients "(b) xinetd, no helper service"
talk t "${port[imap4s]}"
talk other "${port[imap4s]}"; hear other '^\* OK'; say other garbage; hear other BAD; hangup other
hear t '^'
check "(b) xinetd: the client hears the protocol alone, no log line" grep -q '^\* OK' <<<"$heard"
hangup t
bed_helper_start
clients "(b) xinetd, helper service"
kill $xinetd; wait $xinetd 2>/dev/null

# (c) by hand: no TLS on a pipe, and never on a network socket
by_hand() { # PROTO INPUT
    fed "$2" "${filter_cmd[@]}" --no-tls --peer 192.0.2.7 "$1" 2>>"$LOG"
}
hand_input() {
    case $1 in
    imap4s) printf '%s' "a LOGIN vpn1:alice $both\\r\\nb LIST \"\" *\\r\\nc LOGOUT\\r\\n" ;;
    pop3s) printf '%s' "USER vpn1:alice\\r\\nPASS $both\\r\\nSTAT\\r\\nQUIT\\r\\n" ;;
    smtps) printf '%s' "EHLO c.test\\r\\nAUTH PLAIN $(printf '\0vpn1:alice\0%s' "$both" | base64 -w0)\\r\\nNOOP\\r\\nQUIT\\r\\n" ;;
    esac
}
log_mark
check_says "(c) by hand: imap4s" 'INBOX' by_hand imap4s "$(hand_input imap4s)"
check_says "(c) by hand: pop3s" '^\+OK [0-9]+ [0-9]+' by_hand pop3s "$(hand_input pop3s)"
check_says "(c) by hand: smtps" '^221' by_hand smtps "$(hand_input smtps)"
check_log "(c) by hand: --peer is the client's address" '192\.0\.2\.7'
check_entries "(c) by hand: no entry is left" 0
bed_helper_stop
check_says "(c) by hand, no helper service: imap4s" 'INBOX' by_hand imap4s "$(hand_input imap4s)"
check_entries "(c) by hand, no helper service: no entry is left" 0
inetd=()
systemd-socket-activate --inetd -a -l "127.0.0.1:${port[extra]}" "${filter_cmd[@]}" --no-tls \
    --peer 192.0.2.7 imap4s >"$BED/log/inetd.out" 2>>"$LOG" &
inetd+=($!); bed_pids+=($!)
wait_for bash -c "ss -Hltn 'sport = :${port[extra]}' | grep -q LISTEN"
plain() { timeout "$patience" bash -c "exec 3<>/dev/tcp/127.0.0.1/${port[extra]}; cat <&3"; }
check_not "(c) --no-tls on a network socket says nothing in clear" grep -q . < <(plain)
inetd_stop
check_entries "no entry is left at the end" 0
done_testing
