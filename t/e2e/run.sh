#!/bin/bash
# SPDX-License-Identifier: ISC
# run.sh [NAME …]: runs the end-to-end tests (all, or the named ones), two at a time, against the
# programs installed under MW_INST, and ends with the line "e2e: N passed, N failed".
set -u
here=$(cd "$(dirname "$0")" && pwd)
export MW_SRC=${MW_SRC:-${here%/t/e2e}} MW_BUILD=${MW_BUILD:-${here%/t/e2e}/build}
export MW_INST=${MW_INST:-$MW_BUILD/inst}
tests=("$@")
# The slowest first: they mostly wait.
[ $# -gt 0 ] || tests=(
    idle
    logoff
    seeing
    guess
    reload
    accounting
    try
    aaa-ldap
    aaa-radius
    aaa-http
    clients
    certificate
    certificate-policy
    authorization
    combinations
    servers
    client-address
    crash
    limits
    piggyback
    ocserv
    openvpn
    login
    tls
    arrival
    systemd
    interfaces
    jail
    policy
    import
    many
)

out=$(mktemp -d "${TMPDIR:-/tmp}/mailwicket-e2e.XXXXXX") || exit 1
trap 'rm -rf "$out"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; wait; exit 130' INT TERM
chmod 755 "$out"
export MW_TLS=$out/certificates
(. "$here/bed.sh" && bed_tls) || exit 1

one() { # NAME: its output in a file; a script that breaks off is one more failure
    local f=$out/$1.tap
    timeout -k 10 "${MW_E2E_TIMEOUT:-240}" bash "$here/$1.sh" >"$f" 2>&1 </dev/null
    grep -Eq '^1\.\.[0-9]+$' "$f" || echo "not ok - $1: broke off before its end" >>"$f"
    grep -Ev '^(1\.\.|ok )' "$f" | sed "s/^/$1: /" >"$f.bad"
    echo "$1: $(grep -c '^ok ' "$f") passed, $(grep -c '^not ok' "$f") failed"
    cat "$f.bad"
}

for t in "${tests[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "${MW_E2E_JOBS:-3}" ]; do wait -n; done
    one "$t" &
done
wait
failed=$(for t in "${tests[@]}"; do cat "$out/$t.tap"; done | grep -c '^not ok')
passed=$(for t in "${tests[@]}"; do cat "$out/$t.tap"; done | grep -c '^ok ')
echo "e2e: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
