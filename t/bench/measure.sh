#!/bin/bash
# SPDX-License-Identifier: ISC
# measure.sh [NAME …]: measures an IMAP proxy with TLS in front of a private Dovecot. Run it as root.
# Prints logins per second (one at a time and eight at once), server CPU per login, memory per idle
# session (with the kernel's share), FETCH speed and CPU per GB. NAME is mailwicket or perdition;
# without arguments both are measured. Needs the build of ./setup run, libssl-dev, and for perdition
# the package perdition.
#
# Each server runs in its own control group, whose CPU and memory are read from outside.
# Environment: N logins of each kind (300), H idle sessions (300), F fetches of a 49 MB mail (20).
here=$(cd "$(dirname "$0")" && pwd)
export MW_SRC=${here%/t/bench}
export MW_BUILD=${MW_BUILD:-$MW_SRC/build}
export MW_INST=${MW_INST:-$MW_BUILD/inst}
. "$MW_SRC/t/e2e/bed.sh"
N=${N:-300} H=${H:-300} F=${F:-20}
names=("$@")
[ $# -gt 0 ] || names=(mailwicket perdition)

# --- control groups, version 1 or 2 -------------------------------------------------------------
cg=/sys/fs/cgroup
if [ -d $cg/cpuacct ]; then groups=("$cg/cpuacct" "$cg/memory"); else groups=("$cg"); fi
in_group() { # NAME COMMAND …: runs the command in the group, in place of this shell
    local g n=mw-$1; shift
    for g in "${groups[@]}"; do mkdir -p "$g/$n" && echo $BASHPID >"$g/$n/cgroup.procs"; done
    exec "$@"
}
cpu() { # NAME: its CPU time in ns
    if [ -d $cg/cpuacct ]; then cat "$cg/cpuacct/mw-$1/cpuacct.usage"
    else awk '/^usage_usec/ {print $2 * 1000}' "$cg/mw-$1/cpu.stat"; fi
}
mem() { cat "$cg/memory/mw-$1/memory.usage_in_bytes" 2>/dev/null || cat "$cg/mw-$1/memory.current"; }
calc() { awk "BEGIN {printf \"$1\", $2}"; }

# --- one server ---------------------------------------------------------------------------------
logins() { # NAME PORT PARALLEL
    local a b result
    a=$(cpu "$1"); result=$("$load" login imap 127.0.0.1 "$2" bob "$PASS_BOB" "$N" "$3"); b=$(cpu "$1")
    echo "$1, $3 at once: $result; server CPU $(calc '%.2f ms' "($b - $a) / 1e6 / $N") per login"
}
idle() { # NAME PORT
    local m0 m1 hold
    m0=$(mem "$1")
    mkfifo "$BED/hold"
    "$load" hold imap 127.0.0.1 "$2" bob "$PASS_BOB" "$H" <"$BED/hold" >"$BED/hold.out" &
    hold=$!
    exec 9>"$BED/hold"
    wait_for grep -q ready "$BED/hold.out" || bed_fail "the idle sessions did not come up"
    sleep 3 # idle sessions give memory back
    m1=$(mem "$1")
    echo "$1, idle: $(cat "$BED/hold.out") sessions, $(calc '%.0f KiB' "($m1 - $m0) / 1024 / $H") each"
    exec 9>&-
    wait $hold
    rm -f "$BED/hold"
}
fetch() { # NAME PORT
    local a b result
    a=$(cpu "$1"); result=$("$load" fetch 127.0.0.1 "$2" bob "$PASS_BOB" "$F"); b=$(cpu "$1")
    echo "$1, fetch: $result; server CPU $(calc '%.2f s' "($b - $a) / 1e9 / ($F * $size / 1e9)") per GB"
}
measure() { # NAME PORT
    "$load" login imap 127.0.0.1 "$2" bob "$PASS_BOB" 20 2 >/dev/null || bed_fail "$1 takes no login"
    logins "$1" "$2" 1
    logins "$1" "$2" 8
    idle "$1" "$2"
    fetch "$1" "$2"
}

bed_new
ulimit -n "$(ulimit -Hn)"
load=$BED/load
gcc -O2 -w -o "$load" "$here/load.c" -lssl -lcrypto -lpthread || bed_fail "load.c needs libssl-dev"
bed_dovecot_start
{ printf 'From: a@example.org\nSubject: big\n\n'; head -c 36000000 /dev/urandom | base64; } >"$BED/big"
doveadm -c "$BED/dov/dovecot.conf" save -u bob <"$BED/big"
size=$(stat -c %s "$BED/big")
for name in "${names[@]}"; do
    case $name in
    mailwicket)
        bed_wrap=(in_group mailwicket)
        bed_restart methods=mailhost outstanding=none level=info host=127.0.0.1
        measure mailwicket "${port[imap4s]}"
        bed_filter_stop
        bed_helper_stop
        ;;
    perdition)
        command -v perdition >/dev/null || bed_fail "perdition is not installed"
        in_group perdition perdition --no_daemon --protocol IMAP4S --listen_port "${port[extra]}" \
            --bind_address 127.0.0.1 --outgoing_server 127.0.0.1 --outgoing_port "${port[imap]}" \
            --ssl_mode ssl_listen --ssl_cert_file "$BED/tls/server.pem" --ssl_key_file "$BED/tls/server.key" \
            --username vmail --group vmail --quiet --pid_file "$BED/perdition.pid" \
            --ssl_listen_min_proto_version tlsv1.2 --no_lookup >"$BED/log/perdition" 2>&1 &
        bed_pids+=($!)
        wait_for port_open "${port[extra]}" || bed_fail "perdition does not listen: $(tail -2 "$BED/log/perdition")"
        measure perdition "${port[extra]}"
        ;;
    *) bed_fail "unknown server: $name" ;;
    esac
done
