#!/bin/bash
# SPDX-License-Identifier: ISC
# run.sh [NAME …]: runs the end-to-end tests (all, or the named ones) against the programs installed
# under MW_INST, and ends with the line "e2e: N passed, N failed".
#
# MW_E2E_JOBS tests run at once. Each has processes, mounts and a network of its own, so that tests
# don't meet each other and nothing that a test starts outlives it. Where the kernel doesn't allow
# that, a line says so, and the tests share the machine: their ports are reserved there too (bed.sh).
# A test has MW_E2E_TIMEOUT seconds; that is for one that hangs, however busy the machine is.
set -u
here=$(cd "$(dirname "$0")" && pwd)
export MW_SRC=${MW_SRC:-${here%/t/e2e}} MW_BUILD=${MW_BUILD:-${here%/t/e2e}/build}
export MW_INST=${MW_INST:-$MW_BUILD/inst}
tests=("$@")
# The slowest first: they mostly wait.
[ $# -gt 0 ] || tests=(
    idle
    lost
    combinations
    aaa-radius
    guess
    piggyback
    aaa-ldap
    seeing
    limits
    login
    systemd
    renew
    authorization
    certificate
    reload
    accounting
    logoff
    try
    aaa-http
    clients
    certificate-policy
    servers
    probe
    capabilities
    liberal
    client-address
    crash
    ocserv
    openvpn
    tls
    sni
    arrival
    interfaces
    member
    metrics
    check
    expiry
    jail
    policy
    import
    many
    ports
)

out=$(mktemp -d "${TMPDIR:-/tmp}/mailwicket-e2e.XXXXXX") || exit 1
trap 'rm -rf "$out"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; wait; exit 130' INT TERM
chmod 755 "$out"
export MW_TLS=$out/certificates
(. "$here/bed.sh" && bed_tls) || exit 1

# The first process of the new name spaces stays until the test has ended, and takes along whatever is
# left then. The tests give names to networks; a directory of their own has them. faketime
# names shared memory by its process id, which is another's in another name space.
apart=(unshare --pid --fork --kill-child --mount-proc --net --mount bash -c '
    mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && mount -t tmpfs tmpfs /dev/shm && ip link set lo up || exit 1
    "$@"
    exit' bash)
if ! why=$("${apart[@]}" true 2>&1); then
    echo "e2e: skipped: name spaces for each test: $why"
    apart=()
fi

one() { # NAME: its output in a file; a script that breaks off is one more failure
    local f=$out/$1.tap test start=$SECONDS
    timeout -k 60 "${MW_E2E_TIMEOUT:-1800}" "${apart[@]}" bash "$here/$1.sh" >"$f" 2>&1 </dev/null &
    test=$!
    trap 'kill "$test"; wait "$test"; exit' TERM
    wait "$test"
    grep -Eq '^1\.\.[0-9]+$' "$f" || echo "not ok - $1: broke off before its end" >>"$f"
    grep -Ev '^(1\.\.|ok )' "$f" | sed "s/^/$1: /" >"$f.bad"
    echo "$1: $(grep -c '^ok ' "$f") passed, $(grep -c '^not ok' "$f") failed, $((SECONDS - start)) s"
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
