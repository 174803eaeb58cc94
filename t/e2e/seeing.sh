#!/bin/bash
# SPDX-License-Identifier: ISC
# What mailwicketctl shows of real connections: filters, order, width, JSON, watching.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost

# json PROGRAM: runs Python with d, what standard input holds as JSON; its exit status.
json() { python3 -c "import json, sys; d = json.load(sys.stdin); $1"; }
shown() { ctl show "$@" --json | json 'print(" ".join(str(s["index"]) for s in d))'; }
shows() { local want=$1; shift; [ "$(shown "$@")" = "$want" ] || { shown "$@"; false; }; }
# on_terminal COLUMNS ROWS COMMAND …: with a terminal of this size; COLUMNS isn't set.
on_terminal() {
    local size="stty cols $1 rows $2"; shift 2
    env -u COLUMNS TERM=xterm script -qec "$size; $(printf '%q ' "$@")" /dev/null </dev/null | stdbuf -o0 tr -d '\r'
}
ctl_argv=("$(mw mailwicketctl)" --policy "$BED/etc/policy.xml")

# --- four connections: bob twice, alice, and one that isn't logged in -----------------------------
imap_login one bob "$PASS_BOB"
imap_login two alice "$PASS_ALICE"
talk three "${port[pop3s]}"; hear three '^\+OK'
say three 'USER bob'; hear three '^\+OK'; say three "PASS $PASS_BOB"; hear three '^\+OK'
talk four "${port[smtps]}"; hear four '^220'
check_entries "four connections" 4
read -r i1 i2 i3 i4 <<<"$(shown)"
check "in order of their index" [ "$i1" -lt "$i2" -a "$i2" -lt "$i3" -a "$i3" -lt "$i4" ]
check "--user" shows "$i1 $i3" --user bob
check "--protocol" shows "$i1 $i2" --protocol imap4s
check "--state" shows "$i4" --state unauthenticated
check "--address of all" shows "$i1 $i2 $i3 $i4" --address 127.0.0.1
check "--address of a network" shows "$i1 $i2 $i3 $i4" --address 127.0.0.0/8
check "--address of none" shows "" --address 192.0.2.1
check "filters combine" shows "$i1" --user bob --protocol imap4s --state authenticated
check "--sort the other way" shows "$i4 $i3 $i2 $i1" --sort=-index
check "--sort by mail user" shows "$i4 $i2 $i1 $i3" --sort mail-user
check "--sort by protocol" shows "$i1 $i2 $i3 $i4" --sort protocol
for wrong in '--user=' --protocol=imap --state=x --address=1.2.3 --sort=size --watch=0 '--json --watch' \
    --nonsense extra; do
    check_says "show $wrong: what would be right" 'usage: mailwicketctl show' ctl show $wrong
done
check_not "and it fails" ctl show --state=x

columns='index state protocol login vpn_user mail_user client_address client_port server tls
    group_policy piggyback bytes_in bytes_out login_time idle pid'
check "--json: every column" json "
assert all(set(s) == set('''$columns'''.split()) for s in d), d
s = d[0]
assert s['state'] == 'authenticated' and s['protocol'] == 'imap4s' and s['mail_user'] == 'bob'
assert s['client_address'] == '127.0.0.1' and s['client_port'] > 0 and s['server'] == 'localhost'
assert s['tls'].startswith('TLS1.') and s['group_policy'] == 'Everyone' and s['login_time'][-1] == 'Z'
assert d[3]['login_time'] is None and d[3]['mail_user'] == ''" < <(ctl show --json)
check "--json of nothing is an empty array" [ "$(ctl show --json --user nobody)" = '[]' ]
check "summary --json" json "
n = {(s['protocol'], s['state']): s for s in d}
assert len(n) == 9
assert n['imap4s', 'authenticated'] == {'protocol': 'imap4s', 'state': 'authenticated', 'active': 2,
                                        'peak': 2, 'cumulative': 2}, n
assert n['smtps', 'unauthenticated']['active'] == 1" < <(ctl summary --json)
check_not "summary --nonsense" ctl summary --nonsense

# --- octets as they are now, though the relay's last report is up to a minute old -----------------
# Asks again until every relay has answered: a busy machine may not give one the time.
all_answer() { ctl show --json "$@" >"$BED/cl/now" 2>"$BED/cl/late" && [ ! -s "$BED/cl/late" ]; }
field() { wait_for all_answer --user "$1" --protocol imap4s; json "print(d[0]['$2'])" <"$BED/cl/now"; }
is_over() { [ "$(field "$1" "$2")" -gt "$3" ]; }
in1=$(field bob bytes_in)
say one 'b NOOP'; hear one '^b OK'
check "octets from the client are there at once" [ "$(field bob bytes_in)" -eq $((in1 + 8)) ]
out1=$(field bob bytes_out)
say one 'c NOOP'; hear one '^c OK'; said=$heard
check "octets to the client too" [ "$(field bob bytes_out)" -eq $((out1 + ${#said} + 1)) ]
check "idle is counted from then" is_over bob idle -1
wait_for is_over bob idle 2
check "and goes on" is_over bob idle 2
check "its neighbour is idle for longer" [ "$(field alice idle)" -ge "$(field bob idle)" ]

# Who is quiet isn't woken: the relay doesn't run for a look.
switches() { awk '/ctxt_switches/ {n += $2} END {print n}' "/proc/$1/status"; }
pid_of() { ctl show --json --user "$1" --protocol imap4s | json "print(d[0]['pid'])"; }
quiet=$(pid_of alice)
before=$(switches "$quiet"); for i in 1 2 3; do ctl show >/dev/null; done
check "a quiet session isn't woken" [ "$(switches "$quiet")" -eq "$before" ]
busy=$(pid_of bob)
before=$(switches "$busy"); say one 'd NOOP'; hear one '^d OK'; ctl show >/dev/null
check "one in which something moved is" [ "$(switches "$busy")" -gt "$before" ]

# A relay that doesn't answer, and who may not ask.
say one 'e NOOP'; hear one '^e OK'
kill -STOP "$busy"
say one 'f NOOP'
wait_for unread -t "${port[imap4s]}"
check_says "a relay that is stopped: its octets are older, and that is said" \
    "octets in 1 row\(s\) are as of the last report: the relays did not answer" ctl show
kill -CONT "$busy"; hear one '^f OK'
# (How many: the kernel tells to the millisecond, and the helper when it hears.)
check_says "who isn't root can't ask, and that is said" "octets in [1-4] row\(s\) are as of the last report: only root" \
    setpriv --reuid=mailwicket-verify --regid=mailwicket --clear-groups "${ctl_argv[@]}" show
check "now all is as of now" wait_for all_answer

# --- what bash proposes: who is there -------------------------------------------------------------
completion=$MW_INST/share/bash-completion/completions/mailwicketctl
check "the completion for bash is installed" test -f "$completion"
proposals() { # WORDS: what is proposed at their end
    (
        . "$completion"
        COMP_LINE="${ctl_argv[*]} $1" COMP_POINT=$((${#ctl_argv[0]} + ${#ctl_argv[1]} + ${#ctl_argv[2]} + 3 + ${#1}))
        _mailwicketctl
        echo "${COMPREPLY[*]}"
    )
}
check_says "completion: users" '^alice bob$' proposals 'logoff user '
check_says "completion: a user by his first letters" '^bob$' proposals 'show --user=b'
check_says "completion: indexes" "^$i1 $i2 $i3 $i4\$" proposals 'logoff index '
check_says "completion: addresses" '^127\.0\.0\.1$' proposals 'show --address '
cat >"$BED/cl/tab.py" <<'P'
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp('bash', ['bash', '--norc', '-i'])
def wait_for(text):
    seen, end = b'', time.time() + 120
    while text not in seen and time.time() < end and select.select([fd], [], [], 120)[0]:
        seen += os.read(fd, 4096)
    sys.stdout.write(seen.decode(errors='replace'))
    return text in seen
os.write(fd, b'bind "set enable-bracketed-paste off"; . %s; PATH=%s:$PATH; echo rea""dy\n' % (sys.argv[1].encode(), sys.argv[2].encode()))
good = wait_for(b'ready')
os.write(fd, b'mailwicketctl --policy=%s logoff user b\t' % sys.argv[3].encode())
good = wait_for(b'logoff user bob ') and good
os.write(fd, b'\x15exit\n')
sys.exit(not good)
P
check "completion: a real bash completes at a TAB" env -u COLUMNS TERM=dumb python3 "$BED/cl/tab.py" \
    "$completion" "${ctl_argv[0]%/*}" "$BED/etc/policy.xml"

# --- the width of a terminal, and names that would do something to it -----------------------------
check "a wide terminal: a line each" [ "$(on_terminal 250 40 "${ctl_argv[@]}" show | wc -l)" -eq 5 ]
for width in 80 60 40; do
    on_terminal $width 40 "${ctl_argv[@]}" show >"$BED/cl/narrow"
    check "$width columns: no line is wider" [ "$(wc -L <"$BED/cl/narrow")" -le $width ]
    check "$width columns: two lines each" [ "$(wc -l <"$BED/cl/narrow")" -eq 10 ]
done
check "COLUMNS is the width where it is set" [ "$(COLUMNS=70 ctl show | wc -L)" -le 70 ]
check "no terminal: as wide as it is" [ "$(ctl show | wc -l)" -eq 5 ]
say four 'EHLO x'; hear four '^250 '
say four "AUTH PLAIN $(printf '\0e\033[2J\xe2\x80\xaevil\0%s' "$PASS_WRONG" | base64 -w0)"; hear four '^[45]'
check "a control character in a login never gets to the state file" [ "$(ctl show | grep -c $'\033')" -eq 0 ]
say four "AUTH PLAIN $(printf '\0\xe5\xb1\xb1\xe2\x80\xaevil\0%s' "$PASS_WRONG" | base64 -w0)"; hear four '^[45]'
check_says "a wide character in a login is shown, one that turns the line isn't" $'\xe5\xb1\xb1''\?vil' ctl show

# --- watching -------------------------------------------------------------------------------------
"${ctl_argv[@]}" show --watch 1 >"$BED/cl/watch" 2>&1 &
watcher=$!
bed_pids+=($watcher)
check "--watch: shown again and again" wait_for eval '[ "$(grep -c "4 shown, every 1 s" "$BED/cl/watch")" -ge 2 ]'
hangup two
check "--watch: a connection is gone" until_says '3 shown, every 1 s' cat "$BED/cl/watch"
kill -INT $watcher 2>/dev/null || true
kill -TERM $watcher
wait $watcher
check "--watch: ends well when it is told to" [ $? -eq 0 ]
on_terminal 80 6 "${ctl_argv[@]}" show --watch=1 >"$BED/cl/drawn" &
drawing=$!
drawn() { [ "$(grep -ao $'\033\\[H' "$BED/cl/drawn" | wc -l)" -ge 3 ]; }
wait_for drawn
pkill -TERM -f -- "^${ctl_argv[*]} show --watch=1\$"
wait "$drawing"
check "--watch on a terminal: it is drawn anew" grep -q $'^\033\\[H' "$BED/cl/drawn"
check "--watch on a terminal: no more lines than it has" \
    awk -v RS='\033\\[H' -F '\n' 'last > 6 {bad = 1} {last = NF} END {exit bad || NR < 3}' "$BED/cl/drawn"
hangup one; hangup three; hangup four
check_entries "no entry is left" 0

# --- the log names who steers ------------------------------------------------------------------
log_mark
talk t "${port[imap4s]}"; hear t '^\* OK'; until_entries 1
: >"$BED/log/ctl"
JOURNAL_STREAM=$(stat -c %d:%i "$BED/log/ctl") "${ctl_argv[@]}" logoff all >/dev/null 2>>"$BED/log/ctl"
check_says "logoff is logged, and who it was" "event=logoff id=[0-9]+ uid=$(id -u)\$" cat "$BED/log/ctl"
ended t; hangup t
until_entries 0

# --- a session by hand: no TCP connection, and a helper of its own that its relay reports to ------
mkfifo "$BED/cl/hand.in" "$BED/cl/hand.out"
env -u JOURNAL_STREAM "$(mw mailwicket)" --policy "$BED/etc/policy.xml" --no-tls --peer 2001:db8::7 imap4s \
    <"$BED/cl/hand.in" >"$BED/cl/hand.out" 2>"$BED/cl/hand.err" &
bed_pids+=($!)
exec {i}>"$BED/cl/hand.in" {o}<"$BED/cl/hand.out"
talk_in[hand]=$i talk_out[hand]=$o
hear hand '^\* OK'; say hand "a LOGIN bob $PASS_BOB"
check "by hand: a session" hear hand '^a OK'
say hand 'b NOOP'; hear hand '^b OK'
check "by hand: its octets are there at once" \
    [ "$(wait_for all_answer --address 2001:db8::/32; json 'print(d[0]["bytes_in"])' <"$BED/cl/now")" -eq 8 ]
check_says "by hand: logoff" '^1 logged off' ctl logoff all
check "by hand: it ends" ended hand
check_entries "by hand: no entry is left" 0
done_testing
