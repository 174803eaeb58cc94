#!/bin/bash
# SPDX-License-Identifier: ISC
# Members of the group mailwicket-admin look without root: show, summary, metrics, session list, check.
# They steer nothing, and can't touch the state.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
admin=$(getent group mailwicket-admin | cut -d: -f3)
[ -n "$admin" ] || bed_fail "there is no group mailwicket-admin"
bed_up methods=mailhost
chmod 755 "$BED" "$BED/etc"
chmod 644 "$BED/etc/policy.xml"
ctl_argv=("$(mw mailwicketctl)" --policy "$BED/etc/policy.xml")
as() { env -u JOURNAL_STREAM setpriv --reuid=nobody --regid=nogroup "$@"; }
member() { as --groups="$admin" "${ctl_argv[@]}" "$@"; }
stranger() { as --clear-groups "${ctl_argv[@]}" "$@"; }
json() { /usr/bin/python3 -c "import json, sys; d = json.load(sys.stdin); $1"; }

imap_login one alice "$PASS_ALICE"
imap_login two bob "$PASS_BOB"
check "a VPN session" ctl session add --user vpn1 --address 192.0.2.7 --id v1

# --- they see what root sees ----------------------------------------------------------------------
sessions='print(sorted((r["index"], r["vpn_user"], r["state"], r["pid"]) for r in d))'
seen_by() { "$1" show --json 2>/dev/null | json "$sessions"; }
check "a member sees what root sees" [ "$(seen_by member)" = "$(seen_by ctl)" ]
check_says "both sessions" "'alice'.*'bob'" seen_by member
say one 'b NOOP'; hear one '^b OK'
check_says "and is told that only root has the octets of now" 'only root may ask the relays' member show
check "show --user" [ "$(member show --user bob --json 2>/dev/null | json 'print(len(d))')" = 1 ]
check_says "summary" '^imap4s +authenticated +2 ' member summary
check "summary --json is root's" [ "$(member summary --json)" = "$(ctl summary --json)" ]
check_says "summary has the certificates" 'server\.pem' member summary
check "show --servers is root's" [ "$(member show --servers --json)" = "$(ctl show --servers --json)" ]
check "session list is root's" [ "$(member session list --json)" = "$(ctl session list --json)" ]
check_says "with the VPN session" 'vpn1' member session list
samples() { /usr/bin/python3 "$MW_SRC/t/e2e/prometheus.py" | grep -v '^mailwicket_state_used_bytes\|^mailwicket_accounting_waiting'; }
member metrics >"$BED/cl/metrics" 2>"$BED/cl/left-out"
check "metrics" [ "$(samples <"$BED/cl/metrics")" = "$(ctl metrics | samples)" ]
check_says "which names what it leaves out" 'accounting_waiting is left out: only root can see the spool' cat "$BED/cl/left-out"
check_not "and prints no wrong number" grep -q accounting_waiting "$BED/cl/metrics"
imap_login three alice "$PASS_ALICE"
sees_three() { [ "$(member show --json 2>/dev/null | json 'print(len(d))')" = 3 ]; }
check "a member sees a new session at once" wait_for sees_three
hangup three
check_entries "which ends" 2
watch_twice() { # until it has been drawn a second time
    coproc watched { as --groups="$admin" "${ctl_argv[@]}" show --watch 1 2>&1; }
    local n=0 pid=$watched_PID line
    while [ $n -lt 2 ] && read -r -t "$patience" -u "${watched[0]}" line; do [[ $line != *'2 shown'* ]] || n=$((n + 1)); done
    kill "$pid"
    [ $n -eq 2 ]
}
check "show --watch asks for a new copy each time" watch_twice

# check judges what a member may read, and names the rest.
check_says "root's check judges all" 'policy\.xml is valid: 0 errors, [0-9]+ warnings?\.$' ctl check
member check >"$BED/cl/checked" 2>"$BED/cl/unseen"; status=$?
check "check by a member" [ $status = 0 ]
check_says "which says that it didn't see all" 'policy\.xml is valid: 0 errors, [0-9]+ warnings?, as far as you may see: 2 files were not checked; run this as root\.' cat "$BED/cl/checked"
check_says "and which it didn't" "^not checked, only root may read it: .*policy\.xml:[0-9]+: element <certificate>: key .*server\.key\$" cat "$BED/cl/unseen"
check_says "a users file, too" "^not checked, .*element <server-group>: users " cat "$BED/cl/unseen"
check_says "and what the policy means" '^imap4s on port' cat "$BED/cl/checked"
mv "$BED/etc/server.pem" "$BED/etc/away.pem"
check_says "what a member can see to be wrong is wrong" 'cannot read chain .*server\.pem: No such file' member check
check_not "so that check fails" member check
mv "$BED/etc/away.pem" "$BED/etc/server.pem"
sed 's/port="[0-9]*"/port="none"/' "$BED/etc/policy.xml" >"$BED/etc/bad.xml"
check_says "so is a broken policy" 'bad\.xml:[0-9]+: element .*invalid port' as --groups="$admin" "${ctl_argv[0]}" check "$BED/etc/bad.xml"

# --- they steer nothing ---------------------------------------------------------------------------
before=$(seen_by ctl)
log_mark
while IFS='|' read -r command says; do
    # shellcheck disable=SC2086 # several words
    member $command >"$BED/cl/refused" 2>&1 </dev/null && not_ok "refused: $command" "$(cat "$BED/cl/refused")"
    check_says "refused, and what to do: $command" "$says" cat "$BED/cl/refused"
done <<LIST
logoff user bob|logoff changes the state.*run it as root.*mailwicket-admin may only look
logoff all|logoff changes the state.*run it as root
session add --user bob --address 192.0.2.8 --id v2|session changes the state.*run it as root
session remove --all|session changes the state.*run it as root
session touch --user vpn1 --id v1|session changes the state.*run it as root
sweep|sweep changes the state.*run it as root
reload $helper|no right to send it signals: run this as root
LIST
check "nothing has changed" [ "$(seen_by ctl)" = "$before" ]
check "nor have the VPN sessions" [ "$(ctl session list --json | json 'print(len(d))')" = 1 ]
check_not "nor was anything logged" grep -q 'event=\(logoff\|vpn-\)' <(tail -n "+$log_from" "$LOG")
say two 'b NOOP'; check "the session lives" hear two '^b OK'

# --- nor can they touch what is the helper's ------------------------------------------------------
as_member() { as --groups="$admin" "$@"; }
for f in state state-lock; do
    check_not "a member can't read $f" as_member cat "$BED/state/$f"
    check_not "nor write to it" as_member bash -c ": >>'$BED/state/$f'"
done
check_not "nor list the directory" as_member ls "$BED/state"
check_not "nor make a file there" as_member touch "$BED/state/x"
reach() { # SOCKET: connects to it, as a member
    as_member /usr/bin/python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if sys.argv[1].endswith("report") else socket.SOCK_SEQPACKET)
s.connect(sys.argv[1])' "$BED/state/$1"
}
check "a member reaches the socket for copies" reach snapshot
check_not "but not the filters' one" reach verify
check_not "nor the relays' one" reach report
check "a copy can't be written to" as_member /usr/bin/python3 -c 'import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(sys.argv[1])
_, fds, _, _ = socket.recv_fds(s, 16, 1)
try: os.pwrite(fds[0], b"x", 0)
except PermissionError: sys.exit(0)
sys.exit(1)' "$BED/state/snapshot"

# Those who ask on and on, or ask and never read, hold no login up.
(while :; do as_member "${ctl_argv[@]}" show; done) >/dev/null 2>&1 & bed_pids+=($!)
asking=$!
as_member /usr/bin/python3 -c 'import socket, sys, time
all = []
for i in range(300):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect(sys.argv[1])
    all.append(s)
print("asked", flush=True)
time.sleep(600)' "$BED/state/snapshot" >"$BED/cl/asked" 2>&1 & bed_pids+=($!)
wait_for grep -q asked "$BED/cl/asked"
check "a login beside many who ask" imap_login four alice "$PASS_ALICE"
hangup four
kill "$asking"

# --- others see nothing ---------------------------------------------------------------------------
check_says "who isn't a member is told of the group" 'snapshot: Permission denied; run this as root, or join the group mailwicket-admin' \
    stranger show
check_not "and sees nothing" stranger summary
check_says "nor steers" 'logoff changes the state' stranger logoff all
cp "$BED/etc/policy.xml" "$BED/etc/mine.xml"; chmod 600 "$BED/etc/mine.xml"
check_says "without the policy nothing is shown" 'mine\.xml.*Permission denied' \
    as_member "${ctl_argv[0]}" --policy "$BED/etc/mine.xml" show

# --- without a helper -----------------------------------------------------------------------------
hangup one; hangup two
until_entries 0
bed_helper_stop
check_says "without the helper a member is told what to do" \
    'snapshot: Connection refused; run this as root, or start mailwicket-verify' member show
rm "$BED/state/snapshot"
check_says "and with units of an older version" 'snapshot: No such file' member show
done_testing
