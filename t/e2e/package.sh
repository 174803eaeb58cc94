#!/bin/bash
# SPDX-License-Identifier: ISC
# The Debian package on a machine with systemd: installed as mailwicket-deployment(7) says,
# used, reloaded, restarted and upgraded under load, removed and purged.
#
# Needs the package in MW_BUILD/deb (make deb). It runs inside a systemd of its own (boot.sh): the
# script starts itself there once more.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/hold.sh"
if [ -z "${MW_INSIDE:-}" ]; then
    . "${0%/*}/boot.sh"
    bed_new
    trap 'boot_down; bed_end' EXIT
    export MW_TLS=$BED/tls
    boot_up
    inside env MW_INSIDE=1 MW_INST=/usr TMPDIR=/tmp bash "$0"
    exit
fi

sessions=${MW_HELD:-200}
bed_new
unset JOURNAL_STREAM
debs=("$MW_BUILD"/deb/mailwicket_*.deb)
[ -e "${debs[0]}" ] || bed_fail "no package in $MW_BUILD/deb: make deb"
journalctl -f -n 0 -o cat >>"$LOG" 2>/dev/null &
bed_pids+=($!)
port[imap4s]=993 port[pop3s]=995 port[smtps]=988
ctl() { mailwicketctl "$@"; }
bed_dovecot_start
bed_exim_start
conf=/etc/mailwicket

# --- installed ------------------------------------------------------------------------------------
# As on a machine that has never seen it.
for u in mailwicket mailwicket-verify; do
    userdel "$u" 2>/dev/null
    groupdel "$u" 2>/dev/null
done
groupdel mailwicket-admin 2>/dev/null
find / -xdev \( -path "$MW_SRC" -o -path "$MW_BUILD" -o -path /tmp -o -path /proc -o -path /sys \) -prune -o \
    -type f -print | sort >"$BED/cl/before"
check "the package installs" dpkg -i "${debs[0]}"
check "the users are there" id mailwicket mailwicket-verify
check "so is the group of those who may look" getent group mailwicket-admin
check_says "the keys' directory is root's, and its group's to look into" '^root mailwicket 750' \
    stat -c '%U %G %a' $conf/keys
check_says "the secrets' likewise" '^root mailwicket-verify 750' stat -c '%U %G %a' $conf/secrets
check "the manual pages are there" ls /usr/share/man/man8/mailwicket{,-verify,-relay,ctl}.8.gz \
    /usr/share/man/man5/mailwicket-{log,policy}.5.gz /usr/share/man/man7/mailwicket-{deployment,design,gateways,migration,users}.7.gz
check "and the documents" ls /usr/share/doc/mailwicket/{README,NEWS,CONTRIBUTING,SECURITY}*
check "the hooks for ACME clients are there" test -x /usr/libexec/mailwicket-renew -a -x /usr/libexec/mailwicket-ocsp
check_says "and the timer for OCSP responses, to be enabled" '^disabled' systemctl is-enabled mailwicket-ocsp.timer
check_not "nothing listens yet" systemctl -q is-active mailwicket.target mailwicket-verify.socket
check_not "nothing is to start at boot" systemctl -q is-enabled mailwicket.target

# --- deployed by the commands of mailwicket-deployment(7) ---------------------------------------------
manual() { # STEP: the commands after its "#", with their continuation lines
    awk -v step="$1" '/^\.Sh / {on = /DEPLOYMENT WITH SYSTEMD/; n = 0} on && /^\.It/ {n++}
        on && n == step && (more || sub(/^(\.Dl )?# /, "")) {more = sub(/\\e$/, "\\"); print}' \
        "$MW_SRC/bin/mailwicket-deployment.7"
}
step() { # STEP: does what the manual says, in a directory with the certificate and its key
    local commands; commands=$(manual "$1")
    [ -n "$commands" ] && (cd "$BED/tls" && bash -exc "$commands")
}
check "the manual's step 1: users, directories, units" step 1
check "step 2: the policy" step 2
# The device, the mail server: here Dovecot and Exim, in clear. And no limit that a test would reach.
sed -i -e 's|device="eth0"|device="lo"|' -e 's|<imap4s>|<imap4s outstanding="none">|' \
    -e "s|host=\"mail.example.org\" tls=\"implicit\"|host=\"localhost\" port=\"IN\"|" \
    -e "s|host=\"mail.example.org\" port=\"587\" tls=\"starttls\"|host=\"localhost\" port=\"${port[smtp]}\"|" \
    -e 's|<group-policy name="DfltGrpPolicy"/>|<group-policy name="DfltGrpPolicy" simultaneous-logins="1000"/>|' \
    -e "/<imap4s/,/<.imap4s>/s|IN|${port[imap]}|; /<pop3s>/,/<.pop3s>/s|\"IN\"|\"${port[pop3]}\"|" $conf/policy.xml
cp $conf/policy.xml $conf/all.xml
sed -i '/<pop3s>/,/<\/pop3s>/d' $conf/policy.xml
check "step 3: certificate and key" step 3
check "step 4: a user" step 4 < <(printf '%s\n' "$PASS_ALICE")
check_says "whose file the helper alone may read" '^root mailwicket-verify 640' stat -c '%U %G %a' $conf/users
check_says "step 5: the policy is right" 'IMAP4S' step 5
check "step 6: it starts" step 6
check_says "at each boot" '^enabled' systemctl is-enabled mailwicket.target
check "which takes a moment" wait_for port_open 993
curl_imap alice "$PASS_ALICE" >"$BED/cl/said" 2>&1 || {
    not_ok "IMAP4S, and so nothing else" "$(cat "$BED/cl/said"; tail -n 40 "$LOG")"
    done_testing
}
ok "IMAP4S"
check_not "nothing listens that the policy doesn't enable" port_open 995
mv $conf/all.xml $conf/policy.xml
check "a protocol is added" systemctl daemon-reload
check "by a restart of the target" systemctl restart mailwicket.target
check "its socket opens" wait_for port_open 995
check "POP3S" curl_pop3 alice "$PASS_ALICE"
check "SMTPS" curl_smtp alice "$PASS_ALICE" alice@localhost "$(mail_file packaged)"
check "the mail arrives" wait_for arrived packaged
check "a wrong password is refused" [ "$(curl_imap alice "$PASS_WRONG" >/dev/null 2>&1; echo $?)" = 67 ]

# --- who they are ---------------------------------------------------------------------------------
imap=mailwicket@imap4s-outside.service # the filter for that socket
pid_of() { systemctl show -P MainPID "$1"; }
status_of() { sed -n 's/^\(Uid\|CapEff\|CapBnd\|NoNewPrivs\|Seccomp\):[[:space:]]*\([^[:space:]]*\).*/\1=\2/p' "/proc/$(pid_of "$1")/status"; }
for u in mailwicket mailwicket-verify; do
    check "$u runs as its user, without a right" [ "$(status_of ${u/%mailwicket/$imap} | sort | tr '\n' ' ')" = \
        "CapBnd=0000000000000000 CapEff=0000000000000000 NoNewPrivs=1 Seccomp=2 Uid=$(id -u $u) " ]
done
check_not "the user mailwicket can't read the key's file" runuser -u mailwicket -- cat $conf/keys/server.key
check "the sweeper works" systemctl start mailwicket-sweep.service
check_says "and its timer runs" '^active' systemctl is-active mailwicket-sweep.timer

# Members of the group look without root.
as_member() { setpriv --reuid=nobody --regid=nogroup --groups="$(getent group mailwicket-admin | cut -d: -f3)" "$@"; }
check "a session" imap_login looked alice "$PASS_ALICE"
check_says "a member of mailwicket-admin sees it" 'alice' as_member mailwicketctl show
check_says "and has the metrics" '^mailwicket_connections\{protocol="imap4s",state="authenticated"\} 1' as_member mailwicketctl metrics
check_says "but can't end it" 'logoff changes the state.*run it as root' as_member mailwicketctl logoff all
check_not "nobody else sees it" setpriv --reuid=nobody --regid=nogroup --clear-groups mailwicketctl show
hangup looked
check "the examples for monitoring are there" ls /usr/share/mailwicket/prometheus/mailwicket.rules.yml \
    /usr/share/mailwicket/grafana/mailwicket.json

# --- reload ---------------------------------------------------------------------------------------
# The certificate by a file that the group may read: a reload takes it.
log_mark
check "an open session" imap_login old alice "$PASS_ALICE"
sed -i 's|<imap4s |<imap4s login-attempts="1" |' $conf/policy.xml
was=$(pid_of $imap)
check "reload takes a new policy" systemctl reload mailwicket
check_log "in the filter" 'event=policy-loaded reason=.?/etc/mailwicket/policy.xml'
talk wrong 993
hear wrong '^\* OK'
say wrong "a LOGIN alice $PASS_WRONG"
check "it is in force" ended wrong
hangup wrong
check "the filter is the process that it was" [ "$(pid_of $imap)" = "$was" ]
helper_loads() { [ "$(grep -c '^event=policy-loaded' "$LOG")" -ge "$1" ]; }
check "the helper reloads with it" wait_for helper_loads 2
sed -i.good 's|login-attempts="1"|login-attempts="x"|' $conf/policy.xml
line=$(grep -n 'login-attempts="x"' $conf/policy.xml | cut -d: -f1)
log_mark
check_not "reload fails where the policy is broken" systemctl reload mailwicket
check_log "with file and line in the journal" "event=policy-rejected.*/etc/mailwicket/policy.xml:$line: element <imap4s>"
check "the old one serves" curl_imap alice "$PASS_ALICE"
check_says "the service is not failed" '^active' systemctl is-active $imap mailwicket-verify
mv $conf/policy.xml.good $conf/policy.xml
shown() { openssl s_client -connect 127.0.0.1:993 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint; }
shows() { [ "$(shown)" = "$(openssl x509 -in "$1" -noout -fingerprint)" ]; }
bed_cert "$BED/tls" ca renewed localhost 'ip_address = "127.0.0.1"'
bed_cert "$BED/tls" ca third localhost 'ip_address = "127.0.0.1"'
install -m 644 "$BED/tls/renewed.pem" $conf/server.pem
install -m 600 "$BED/tls/renewed.key" $conf/keys/server.key
log_mark
check_not "reload fails where only root may read the new key" systemctl reload mailwicket
check_log "and says what helps" 'credentials are renewed by a restart only'
check "the old certificate is shown" shows "$BED/tls/server.pem"
check "restart takes it" systemctl restart 'mailwicket@*.service'
check "the new certificate is shown" shows "$BED/tls/renewed.pem"
install -m 644 "$BED/tls/third.pem" $conf/server.pem
install -m 640 -g mailwicket "$BED/tls/third.key" $conf/keys/server.key
check "reload takes a new key that the group may read" systemctl reload mailwicket
check "and it is shown" shows "$BED/tls/third.pem"
say old 'b NOOP'
check "the session from before all that goes on" hear old '^b OK'
hangup old
for u in $imap mailwicket-verify; do
    check_says "out of memory, $u is not the first to end" '^-500$' systemctl show -P OOMScoreAdjust $u
    check_says "nor with one that ends" '^continue$' systemctl show -P OOMPolicy $u
done
echo 300 >"/proc/$(pid_of $imap)/oom_score_adj" # a container may not lower it
check "a session" imap_login one alice "$PASS_ALICE"
check_says "does not inherit that" '^0$' cat "/proc/$(pgrep -x mailwicket-rela | head -1)/oom_score_adj"
hangup one

# --- many, and none is lost -----------------------------------------------------------------------
hold_start 993 alice "$PASS_ALICE"
check_says "$sessions sessions" "^open $sessions\$" hold open "$sessions"
check_says "a stream of new ones beside them" '^streaming' hold stream
go_on
set -f # the stars are systemd's
for what in "reload mailwicket" "restart mailwicket@*.service" "restart mailwicket-verify" \
    "restart mailwicket-verify mailwicket@*.service"; do
    check "systemctl $what" systemctl $what
    check "new sessions after it" go_on
done
set +f
was=$(pid_of $imap)
check "the package is installed over itself, as an upgrade does" dpkg -i "${debs[0]}"
check "new sessions after it" go_on
check "by a new process" [ "$(pid_of $imap)" != "$was" ]
settled=$(hold settle)
check "no session of the stream was lost: $settled" \
    [ "$(awk '{print $2 - $4, ($4 > 60)}' <<<"$settled")" = '0 1' ]
check_says "no open session was lost" "^alive $sessions of $sessions " hold ask
check_entries "and the state file knows them all" "$sessions"

# --- Accept=yes -----------------------------------------------------------------------------------
check "a service for each connection instead" mailwicketctl units --systemd --accept /etc/systemd/system
check "in the place of the generated ones" systemctl daemon-reload
check "from a restart of the target on" systemctl restart mailwicket.target
check "whose sockets open" wait_for port_open 993
check "one by one" wait_for port_open 995
check "IMAP4S" curl_imap alice "$PASS_ALICE"
check "POP3S" curl_pop3 alice "$PASS_ALICE"
talk one 995
check "a connection" hear one '^\+OK'
unit=$(systemctl --plain --no-legend list-units 'mailwicket-pop3s@*' | awk '{print $1}' | tail -1)
check_says "is a unit of its own" '^mailwicket-pop3s@[^ ]+\.service$' printf '%s\n' "$unit"
check_says "of the user mailwicket" '^mailwicket$' systemctl show -P User "$unit"
say one 'USER alice'
hear one '^\+OK'
say one "PASS $PASS_ALICE"
check "that logs in" hear one '^\+OK'
say one QUIT
check "and ends" hear one '^\+OK'
hangup one
check_says "one address may have so many" '^256$' systemctl show -P MaxConnectionsPerSource \
    mailwicket-pop3s-outside.socket
rm -rf /etc/systemd/system/mailwicket* /etc/systemd/system/*.wants/mailwicket-*.socket

# --- removed --------------------------------------------------------------------------------------
check "a timer that the administrator has enabled" systemctl enable --now mailwicket-ocsp.timer
check "the package is removed" dpkg -r mailwicket
check_says "its sessions have ended" "^alive 0 of $sessions " hold ask
check_not "nothing listens" port_open 993
no_programs() { ! pgrep -x 'mailwicket.*'; }
check "no program runs" wait_for no_programs
check "policy and key stay" test -e $conf/policy.xml -a -e $conf/keys/server.key
check "the package is purged" dpkg -P mailwicket
find / -xdev \( -path "$MW_SRC" -o -path "$MW_BUILD" -o -path /tmp -o -path /proc -o -path /sys \) -prune -o \
    -type f -print | sort >"$BED/cl/after"
left=$(comm -13 "$BED/cl/before" "$BED/cl/after" | grep -i mailwicket)
check "no file is left: ${left:-none}" [ -z "$left" ]
left=$(find /etc/systemd /var/lib /run -iname '*mailwicket*' -not -path '/var/lib/dpkg/*' -not -path '/var/lib/mailwicket-setup*' -not -path '/run/mailwicket-test*' 2>/dev/null)
check "no directory or link is left: ${left:-none}" [ -z "$left" ]
done_testing
