# SPDX-License-Identifier: ISC
# bed.sh - sourced by the end-to-end tests and by the built-in example: a mail system of one's own
# on loopback under one temporary directory: a CA, Dovecot, Exim, and Mailwicket in front of them.
#
# Expects in the environment: MW_SRC (source tree), MW_INST (prefix that Mailwicket is installed
# in), MW_BUILD (build tree, for t/e2e/listen). Everything that is started is recorded in bed_pids
# and ended by bed_end, which an EXIT trap calls.
set -u
export LC_ALL=C
umask 022

bed_pids=() bed_wrap=() bed_exim=''
declare -A port policy

mw() { # the installed program's file name
    local d
    for d in bin sbin libexec; do
        [ -x "$MW_INST/$d/$1" ] && echo "$MW_INST/$d/$1" && return
    done
    bed_fail "the program $1 is not installed under $MW_INST"
}

bed_fail() { echo "bed: $*" >&2; exit 1; }

# wait_for COMMAND …: runs it until it succeeds; its output is dropped. Only what never comes takes
# $patience seconds: a busy machine doesn't. Behind one that ran out the others are shorter, so that
# a broken program doesn't take hours to be seen.
patience=120
wait_for() {
    local end=$((SECONDS + patience))
    [[ $1 != [0-9]* ]] || bed_fail "wait_for takes no seconds"
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $end ]; then
            echo "# in vain: waited ${patience} s for: $*" >&2
            patience=10
            return 1
        fi
        sleep 0.05
    done
}

# until_says REGEX COMMAND …: waits until the command's output matches.
says() { local re=$1; shift; "$@" 2>&1 | grep -Eq -- "$re"; }
until_says() { local re=$1; shift; wait_for says "$re" "$@"; }

port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port_closed() { ! port_open "$1"; }

# Ports that nobody else gets while this shell lives, the same names everywhere.
port_names=(imap4s pop3s smtps imap imaps pop3 pop3s_back lmtp smtp smtps_back
    mock extra extra2 dead ldap ldaps ldap2 ldaps2 http https
    radius radacct radsec radius2 radacct2 radsec2 smtp_trusting)
bed_ports() {
    local numbers i
    coproc bed_ports_held { exec perl "$MW_SRC/t/e2e/ports.pl" "${#port_names[@]}"; }
    read -r -u "${bed_ports_held[0]}" -a numbers || bed_fail "no ports"
    for i in "${!port_names[@]}"; do port[${port_names[i]}]=${numbers[i]}; done
}

# --- certificates -------------------------------------------------------------------------------
bed_ca() { # DIR NAME: a CA
    certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile "$1/$2.key" 2>/dev/null
    printf 'cn = "%s"\nca\ncert_signing_key\nexpiration_days = 30\n' "Mailwicket test $2" >"$1/$2.t"
    certtool --generate-self-signed --load-privkey "$1/$2.key" --template "$1/$2.t" \
        --outfile "$1/$2.pem" 2>/dev/null || bed_fail "certtool could not make a CA"
}

bed_cert() { # DIR CA NAME HOST [more template lines]
    certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --outfile "$1/$3.key" 2>/dev/null
    printf 'cn = "%s"\ndns_name = "%s"\ntls_www_server\nsigning_key\nexpiration_days = 30\n%s\n' \
        "$4" "$4" "${5:-}" >"$1/$3.t"
    certtool --generate-certificate --load-privkey "$1/$3.key" --template "$1/$3.t" \
        --load-ca-certificate "$1/$2.pem" --load-ca-privkey "$1/$2.key" \
        --outfile "$1/$3.pem" 2>/dev/null || bed_fail "certtool could not make a certificate"
}

bed_tls() { # one set for all beds of a run, in MW_TLS where that is set
    local d=${MW_TLS:-${BED:-}/tls}
    if [ ! -f "$d/done" ]; then
        mkdir -p "$d"
        bed_ca "$d" ca
        bed_ca "$d" otherca
        bed_cert "$d" ca server localhost 'ip_address = "127.0.0.1"'
        bed_cert "$d" ca back localhost $'ip_address = "127.0.0.1"\nip_address = "::1"'
        chmod 644 "$d"/*.pem
        : >"$d/done"
    fi
    [ -z "${BED:-}" ] || [ "$d" = "$BED/tls" ] || cp -r "$d" "$BED/tls"
}

# --- the bed itself -----------------------------------------------------------------------------
# The passwords, so that they can be looked for afterwards. alice's mailbox and VPN account share
# one; vpn1 has its own; bob is in the mail system alone.
PASS_ALICE=Mw-Alice-83h2kd PASS_BOB=Mw-Bob-k2jd93 PASS_VPN1=Mw-Vpn1-x8s2me PASS_WRONG=Mw-Wrong-w9d8a1
secrets=("$PASS_ALICE" "$PASS_BOB" "$PASS_VPN1" "$PASS_WRONG")

bed_new() {
    BED=$(mktemp -d "${TMPDIR:-/tmp}/mailwicket.XXXXXX") || exit 1
    trap bed_end EXIT
    trap 'exit 130' INT TERM HUP
    chmod 755 "$BED"
    mkdir -p "$BED"/{etc,log,state,dov,exim,cl}
    chown mailwicket-verify:mailwicket "$BED/state"
    chmod 751 "$BED/state"
    LOG=$BED/log/mailwicket
    : >"$LOG"
    # The programs log to standard error where JOURNAL_STREAM names it.
    JOURNAL_STREAM=$(stat -c %d:%i "$LOG")
    export JOURNAL_STREAM
    bed_ports
    bed_tls
    install -m 600 "$BED/tls/server.key" "$BED/etc/server.key"
    install -m 644 "$BED/tls/server.pem" "$BED/etc/server.pem"
    CA=$BED/tls/ca.pem
}

bed_end() {
    trap - EXIT
    trap '' INT TERM HUP
    local p
    bed_filter_stop
    bed_helper_stop
    for p in "${bed_pids[@]}"; do kill "$p" 2>/dev/null; done
    for p in "${bed_pids[@]}"; do wait "$p" 2>/dev/null; done
    bed_sessions_end
    bed_exim_stop
    bed_dovecot_stop
    [ -n "${MW_KEEP:-}" ] && echo "# kept: $BED" && return
    rm -rf "$BED"
}

# Sessions outlive the service that they came from: end the ones whose client was on our ports.
session_pids() {
    ss -Htnp "( sport = :${port[imap4s]} or sport = :${port[pop3s]} or sport = :${port[smtps]} )" 2>/dev/null |
        grep -o 'pid=[0-9]*' | sort -u | cut -d= -f2
}
bed_sessions_end() {
    local p
    for p in $(session_pids); do
        case $(cat "/proc/$p/comm" 2>/dev/null) in mailwicket*) kill "$p" 2>/dev/null ;; esac
    done
}

# --- mail servers -------------------------------------------------------------------------------
. "$MW_SRC/t/e2e/dovecot.sh"

bed_exim_start() {
    local d=$BED/exim
    mkdir -p "$d"/{spool,log}
    install -m 0640 -g Debian-exim "$BED/tls/back.key" "$d/srv.key"
    install -m 0644 "$BED/tls/back.pem" "$d/srv.pem"
    printf '%s: %s\n' alice "$PASS_ALICE" bob "$PASS_BOB" bob@example.org "$PASS_BOB" >"$d/users"
    sed -e "s|@D@|$d|g" -e "s|@SMTP@|${port[smtp]}|g" -e "s|@SMTPS@|${port[smtps_back]}|g" \
        -e "s|@LMTP@|${port[lmtp]}|g" -e "s|@TRUSTING@|${port[smtp_trusting]}|g" "$MW_SRC/t/e2e/exim.conf.in" >"$d/exim.conf"
    chown -R Debian-exim:Debian-exim "$d/spool" "$d/log"
    chgrp Debian-exim "$d"
    chmod 775 "$d"
    chmod 644 "$d/exim.conf"
    exim4 -C "$d/exim.conf" -bd -oP "$d/exim.pid" >"$BED/log/exim-start" 2>&1 || bed_fail "Exim did not start"
    bed_exim=$d/exim.pid
    wait_for port_open "${port[smtp]}" || bed_fail "Exim does not listen"
}

bed_exim_stop() {
    [ -n "$bed_exim" ] && [ -f "$bed_exim" ] || return 0
    kill "$(cat "$bed_exim")" 2>/dev/null
    bed_exim=''
}

# mock NAME PORTNAME STEP …: a mail server that says each step in turn (see mock.pl).
mock_start() {
    local name=$1 p=${port[$2]}; shift 2
    : >"$BED/log/mock-$name" # else the line of the one before may be found in it
    perl "$MW_SRC/t/e2e/mock.pl" "$p" "$@" >"$BED/log/mock-$name" 2>&1 &
    bed_pids+=($!)
    mock_pid=$!
    wait_for grep -q listening "$BED/log/mock-$name" || bed_fail "the mock server did not start"
}
mock_stop() { kill "$mock_pid" 2>/dev/null; wait "$mock_pid" 2>/dev/null; return 0; }

# --- Mailwicket ---------------------------------------------------------------------------------
# bed_policy KEY=VALUE …: writes $BED/etc/policy.xml. Keys and defaults:
bed_policy() {
    local kv p
    policy=([methods]=aaa [outstanding]=100 [max]=none [attempts]=3 [tls_timeout]=600 [login_timeout]=600
        [host]=localhost [tls]=none [ca]="$BED/tls/ca.pem" [verify]=true [unknown]=deny
        [imap4s]=${port[imap]} [pop3s]=${port[pop3]} [smtps]=${port[smtp]}
        [idle]=30 [session]=none [default]='<default-group-policy name="Everyone"/>' [allow]=''
        [key]=server.key [users]=users [state]="$BED/state" [level]=debug [announce]=''
        [interfaces]='<interface name="lo" device="lo" address="127.0.0.1"/>'
        [enable]='<enable interface="all"/>'
        [aaa]='' [groups]='' [group]=LOCAL [policies]='' [ranges]='' [raw]='' [server]='' [tlsattr]='' [nomailhost]='')
    for kv; do policy[${kv%%=*}]=${kv#*=}; done
    {
        echo '<?xml version="1.0" encoding="UTF-8"?>'
        echo '<email-proxy xmlns="urn:mailwicket:policy:1">'
        echo " <state directory=\"${policy[state]}\"/>"
        echo " <log facility=\"mail\" level=\"${policy[level]}\"/>"
        echo " <tls${policy[tlsattr]}><certificate chain=\"server.pem\" key=\"${policy[key]}\"/></tls>"
        echo " <interfaces>${policy[interfaces]}</interfaces>"
        echo " <aaa${policy[aaa]}><server-group name=\"LOCAL\" type=\"local\" users=\"${policy[users]}\"/>${policy[groups]}</aaa>"
        echo " ${policy[ranges]}"
        echo ' <group-policies>'
        echo "  <group-policy name=\"Everyone\" idle-timeout=\"${policy[idle]}\"" \
            "session-timeout=\"${policy[session]}\"/>${policy[policies]}"
        echo ' </group-policies>'
        for p in imap4s pop3s smtps; do bed_policy_protocol "$p"; done
        echo "${policy[raw]}</email-proxy>"
    } >"$BED/etc/policy.xml"
}

bed_policy_protocol() {
    local ca='' announce='' methods=${policy[methods]}
    # SMTPS logs in at the mail server only where mailhost is listed (R4.1).
    [ "$1" != smtps ] || [ -n "${policy[nomailhost]}" ] || methods=${methods/#aaa/aaa mailhost}
    [ "${policy[tls]}" = none ] || ca=" ca=\"${policy[ca]}\" verify=\"${policy[verify]}\""
    # By default what the default server offers is announced; announce=- is nothing of it.
    local words=${policy[announce_$1]-${policy[announce]}}
    [ -z "$words" ] || announce=" announce=\"${words#-}\""
    echo " <$1 port=\"${port[$1]}\" outstanding=\"${policy[outstanding]}\" max-sessions=\"${policy[max]}\"" \
        "login-attempts=\"${policy[attempts]}\" tls-timeout=\"${policy[tls_timeout]}\"" \
        "login-timeout=\"${policy[login_timeout]}\"$announce>"
    echo "  ${policy[enable]}"
    echo "  <authentication methods=\"$methods\"/>"
    [[ ${policy[methods]} != *aaa* ]] || echo "  <authentication-server-group name=\"${policy[group]}\"/>"
    echo "  ${policy[default]}"
    echo "  <servers unknown-server=\"${policy[unknown]}\">"
    echo "   <default-server host=\"${policy[host]}\" port=\"${policy[$1]}\" tls=\"${policy[tls]}\"$ca${policy[server]}${policy[server_$1]-}/>"
    echo "   ${policy[allow]}</servers>"
    echo " </$1>"
}

bed_users() { # the local users, by mailwicketctl passwd
    local kv
    : >"$BED/etc/users"
    for kv in "alice $PASS_ALICE" "vpn1 $PASS_VPN1"; do
        printf '%s\n' "${kv#* }" | "$(mw mailwicketctl)" passwd --users "$BED/etc/users" "${kv%% *}" ||
            bed_fail "mailwicketctl passwd failed"
    done
    chown root:mailwicket-verify "$BED/etc/users"
    chmod 640 "$BED/etc/users"
}

# A VPN gateway's script as it is installed, but with our policy: $hook. mailwicketctl's standard
# error, and so its log, goes to $gateway_log, or where that is empty to the script.
gateway_log=''
bed_gateway() { # SCRIPT
    hook=$BED/etc/hook
    printf '#!/bin/sh\nexport JOURNAL_STREAM="%s"\nexec "%s" --policy "%s" "$@" %s\n' "$JOURNAL_STREAM" \
        "$(mw mailwicketctl)" "$BED/etc/policy.xml" "${gateway_log:+2>>"$gateway_log"}" >"$BED/etc/ctl"
    sed "s|^ctl=.*|ctl=$BED/etc/ctl|" "$(mw "$1")" >"$hook"
    chmod 755 "$BED/etc/ctl" "$hook"
}

ctl() { "$(mw mailwicketctl)" --policy "$BED/etc/policy.xml" "$@"; }

helper='' filter='' bed_keep=() # (-k): what listens stays, and restarts them (see listen.c)
helper_settled() { tail -n "+$1" "$LOG" | grep -q 'event=started' || ! kill -0 "$helper"; }
bed_helper_start() {
    local s=$BED/state from=$(($(wc -l <"$LOG") + 1))
    "${bed_wrap[@]}" "$MW_BUILD/t/e2e/listen" "${bed_keep[@]}" "verify=seqpacket:$s/verify" "report=dgram:$s/report" "snapshot=admin:$s/snapshot" -- \
        "$(mw mailwicket-verify)" --policy "$BED/etc/policy.xml" >>"$BED/log/helper.out" 2>>"$LOG" &
    helper=$!
    wait_for test -S "$s/report" || bed_fail "no report socket"
    chgrp mailwicket "$s/verify" # as the socket units have it
    chown mailwicket-verify "$s/report"
    wait_for helper_settled "$from"
    kill -0 $helper 2>/dev/null || bed_fail "mailwicket-verify did not start: $(tail -3 "$LOG")"
}
bed_helper_stop() {
    [ -n "$helper" ] || return 0
    kill "$helper" 2>/dev/null
    wait "$helper" 2>/dev/null
    helper=''
    rm -f "$BED/state/verify" "$BED/state/report"
}

filter_settled() { tail -n "+$1" "$LOG" | grep -q 'listening sockets' || ! kill -0 "$filter"; }
bed_filter_start() { # arrival (a): listening sockets handed over
    local from=$(($(wc -l <"$LOG") + 1))
    "${bed_wrap[@]}" "$MW_BUILD/t/e2e/listen" "${bed_keep[@]}" "imap4s=tcp:127.0.0.1:${port[imap4s]}" "pop3s=tcp:127.0.0.1:${port[pop3s]}" \
        "smtps=tcp:127.0.0.1:${port[smtps]}" -- \
        "$(mw mailwicket)" --policy "$BED/etc/policy.xml" >>"$BED/log/filter.out" 2>>"$LOG" &
    filter=$!
    # Not by connecting: that would be a connection in its log.
    wait_for filter_settled "$from"
    kill -0 $filter 2>/dev/null || bed_fail "mailwicket did not start: $(tail -3 "$LOG")"
}
bed_filter_stop() {
    [ -n "$filter" ] || return 0
    kill "$filter" 2>/dev/null
    wait "$filter" 2>/dev/null
    filter=''
}

# bed_up [KEY=VALUE …]: all of it, with this policy.
bed_up() {
    bed_dovecot_start
    bed_exim_start
    bed_restart "$@"
}
bed_restart() { # Mailwicket alone, with another policy
    bed_filter_stop
    bed_helper_stop
    [ -f "$BED/etc/users" ] || bed_users
    bed_policy "$@"
    bed_helper_start
    bed_filter_start
}

# --- looking ------------------------------------------------------------------------------------
log_mark() { log_from=$(($(wc -l <"$LOG") + 1)); }
log_from=1
log_new() { tail -n +"$log_from" "$LOG"; }
log_has() { log_new | grep -Eq -- "$1"; }
until_log() { wait_for log_has "$1"; }

entries() {
    local all
    all=$(ctl show --json 2>>"$LOG") || { echo "no answer"; return 1; }
    grep -o '"pid"' <<<"$all" | wc -l
}
entries_are() { [ "$(entries)" = "$1" ]; }
until_entries() { wait_for entries_are "$1"; }
