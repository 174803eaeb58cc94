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
    env -u COLUMNS TERM=xterm script -qec "$size; $(printf '%q ' "$@")" /dev/null </dev/null | tr -d '\r'
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
check "--watch: shown again and again" wait_for 15 eval '[ "$(grep -c "4 shown, every 1 s" "$BED/cl/watch")" -ge 2 ]'
hangup two
check "--watch: a connection is gone" until_says '3 shown, every 1 s' cat "$BED/cl/watch"
kill -INT $watcher 2>/dev/null || true
kill -TERM $watcher
wait $watcher
check "--watch: ends well when it is told to" [ $? -eq 0 ]
on_terminal 80 6 timeout --foreground -s TERM 3 "${ctl_argv[@]}" show --watch=1 >"$BED/cl/drawn"
check "--watch on a terminal: it is drawn anew" grep -q $'^\033\\[H' "$BED/cl/drawn"
check "--watch on a terminal: no more lines than it has" \
    awk -v RS='\033\\[H' -F '\n' 'last > 6 {bad = 1} {last = NF} END {exit bad || NR < 3}' "$BED/cl/drawn"
hangup one; hangup three; hangup four
check_entries "no entry is left" 0
done_testing
