# SPDX-License-Identifier: ISC
# check.sh - sourced by setup: runs all tests and ends with "N passed, N failed", or "N passed, N failed,
# N skipped". A part that cannot run counts as failed. What has a reason to be left out is skipped, by name.
passed=0 failed=0 skipped=0

part_passed() { passed=$((passed + 1)); printf '    ok      %s\n' "$1"; }
part_failed() { # NAME [FILE with the reason]
    failed=$((failed + 1))
    printf '    FAILED  %s\n' "$1"
    [ ! -s "${2:-}" ] || tail -n 25 "$2" | sed 's/^/            /'
}
part_skipped() { # NAME REASON
    skipped=$((skipped + 1))
    printf '    skipped %s: %s\n' "$1" "$2"
}
# part NAME COMMAND …: one test, which passes if the command succeeds.
part() {
    local name=$1 out=$SRC/build/part.log; shift
    if ("$@") >"$out" 2>&1 </dev/null; then part_passed "$name"; else part_failed "$name" "$out"; fi
}

# --- unit tests: each test of cmocka counts, other scripts count once -------------------------
unit_count() { # TRS-FILE: adds the results of one test program
    local log=${1%.trs}.log name=${1%.trs} run good
    run=$(sed -n 's/^\[==========\].* \([0-9]*\) test(s) run\..*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
    good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test(s)\..*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
    if [ "$run" -eq 0 ]; then run=1 good=$(grep -c '^:test-result: PASS' "$1"); fi
    passed=$((passed + good)) failed=$((failed + run - good))
    [ "$good" -eq "$run" ] && grep -q '^:test-result: PASS' "$1" && return
    [ "$good" -eq "$run" ] && failed=$((failed + 1)) # all passed, but the program crashed at its end
    printf '    FAILED  %s: %s of %s passed\n' "$name" "$good" "$run"
    grep -vE '^\[ +(RUN|OK) +\]' "$log" | tail -n 25 | sed 's/^/            /'
}
unit_tests() { # DIR
    local t before=$passed
    find "$1/t" -name '*.trs' -delete 2>/dev/null
    make -k -C "$1" -j"$(nproc)" check >"$1/check.log" 2>&1 </dev/null
    local status=$?
    while read -r t; do unit_count "$t"; done < <(find "$1/t" -name '*.trs' | sort)
    [ "$passed" -gt "$before" ] || part_failed "unit tests in $1: none ran" "$1/check.log"
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        part_failed "make check in $1" "$1/check.log"
    fi
    printf '    unit tests in %s: %d passed\n' "$1" $((passed - before))
}

e2e_tests() { # DIR [NAME …]
    local dir=$1 line out=$SRC/$1/e2e.log; shift
    MW_SRC=$SRC MW_BUILD=$SRC/$dir MW_INST=$(inst_dir "$dir") bash t/e2e/run.sh "$@" >"$out" 2>&1 </dev/null
    line=$(grep -E '^e2e: [0-9]+ passed, [0-9]+ failed$' "$out" | tail -1)
    if [ -z "$line" ]; then part_failed "end-to-end tests in $dir: did not run" "$out"; return; fi
    sed 's/^/    /' "$out"
    set -- $line
    passed=$((passed + $2)) failed=$((failed + $4))
}

# --- static checks ---------------------------------------------------------------------
gcc_strict() { build build-strict CFLAGS='-O2 -Werror' && make -C build-strict -j"$(nproc)" check TESTS=; }
clang_strict() {
    build build-clang CC=clang CFLAGS='-O2 -Werror' --with-relay-cc=no &&
        make -C build-clang -j"$(nproc)" check TESTS=
}
lint() { make -C build lint CHECKS="$1"; } # t/lint.sh
hardened() { local d; d=$(inst_dir build); bash t/hardening.sh "$d"/sbin/* "$d"/libexec/mailwicket-{verify,relay}; }
# systemd-analyze exits 0 for a key that it does not know, and also warns about units that are not ours.
units_verify() {
    local d out
    d=$(inst_dir build)/lib/systemd/system
    out=$(systemd-analyze verify --man=no "$d"/mailwicket*.service "$d"/mailwicket*.socket \
        "$d"/mailwicket*.timer "$d"/mailwicket*.target 2>&1)
    ! grep -E 'mailwicket' <<<"$out"
}
# SERVICE TENTHS: the damage that a broken service could do, by systemd's measure (10: anything).
units_exposed() {
    (cd "$(inst_dir build)/lib/systemd/system" && systemd-analyze security --no-pager --offline=yes \
        --threshold="$2" "./$1")
}
# As a release: builds, checks, installs and cleans out of tree, from read-only sources.
distribution() { make -C build -j"$(nproc)" distcheck; }
# The end-to-end suite package installs it, under its own systemd (t/e2e/boot.sh).
debian_package() { make -C build deb DEB_OPTIONS=-Pnocheck; }
licence_lines() { # every source file has its licence line
    local bad
    bad=$(git ls-files -- '*.[ch]' '*.sh' '*.mk' | xargs grep -L 'SPDX-License-Identifier: ISC')
    [ -z "$bad" ] || { echo "files without a licence line: $bad"; return 1; }
}

# --- the short form, here and on Debian 13 -------------------------------------------------------
# Without a terminal the example ends by itself, and leaves no file and no process.
example_ends() {
    local dir i
    dir=$(mktemp -d) && chmod 755 "$dir" && TMPDIR=$dir ./setup run || return
    for i in {1..1200}; do pgrep -f "$dir" >/dev/null || break; sleep 0.1; done
    ! pgrep -a -f "$dir" && rmdir "$dir"
}
check_smoke() {
    export CFLAGS='-O2 -g -Werror'
    part "a build without a warning" build_installed build
    unit_tests build
    part "hardening of the installed programs" hardened
    part "setup run, without a terminal" example_ends
    check_end
}

smoke_elsewhere() { # NAME RELEASE: setup smoke in a root directory of another Debian
    local dir=$SRC/build-$2 line
    local root=$dir/root log=$dir/smoke.log
    mkdir -p "$dir"
    bash t/root.sh make "$root" "$2" "${build_packages[@]}" "${run_packages[@]}" "${unit_packages[@]}" \
        >"$log" 2>&1 </dev/null
    case $? in
    0) ;;
    3) part_skipped "$1" "its packages can't be fetched: $(grep -m1 '^E:' "$log")"; return ;;
    *) part_failed "$1: no root directory" "$log"; return ;;
    esac
    rm -rf "$root/srv/mailwicket"
    mkdir "$root/srv/mailwicket"
    tar -c --exclude-vcs --exclude='./build*' --exclude='./autom4te.cache' --exclude='./configure' . |
        tar -x -C "$root/srv/mailwicket"
    bash t/root.sh run "$root" bash /srv/mailwicket/setup smoke >"$log" 2>&1 </dev/null
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    if [ -z "$line" ]; then part_failed "$1: did not run" "$log"; return; fi
    sed 's/^/    /' "$log"
    set -- $line
    passed=$((passed + $1)) failed=$((failed + $3))
}

check_end() { # the last line, and whether all is well
    printf '%d passed, %d failed' "$passed" "$failed"
    [ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped"
    echo
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

check_all() {
    local start=$SECONDS
    step "building in build/ and installing"
    build_installed build
    step "unit tests"
    unit_tests build
    step "end-to-end tests: real servers, real clients"
    e2e_tests build
    step "the release, and the Debian package under systemd"
    part "make distcheck" distribution
    part "make deb" debian_package
    e2e_tests build package
    step "warnings, static checks, man pages, units"
    part "gcc -Werror" gcc_strict
    part "clang -Werror" clang_strict
    if [ "$release" = 12 ]; then
        part "clang-format" lint format
    else
        part_skipped "clang-format" "the tree is laid out by version 14, which is Debian 12's"
    fi
    part "clang-tidy" lint tidy
    part "cppcheck" lint cppcheck
    part "gcc -fanalyzer" lint analyzer
    part "man pages: mandoc -Tlint" lint man
    part "NEWS has this version" lint release
    part "hardening of the installed programs" hardened
    part "units: systemd-analyze verify" units_verify
    part "units: the filter's exposure is at most 1.5" units_exposed mailwicket@.service 15
    part "units: the exposure with Accept=yes is at most 1.5" units_exposed mailwicket-imap4s@.service 15
    part "units: the helper's exposure is at most 2.5" units_exposed mailwicket-verify.service 25
    part "units: the sweeper's exposure is at most 2.5" units_exposed mailwicket-sweep.service 25
    part "units: the exposure of fetching OCSP responses is at most 2.5" units_exposed mailwicket-ocsp.service 25
    [ ! -d .git ] || part "licence lines" licence_lines
    step "all tests again with AddressSanitizer and UndefinedBehaviorSanitizer, in build-asan/"
    # The leak checker needs the right to trace, which the programs give up. So only the unit tests
    # look for leaks.
    if (build_installed build-asan --enable-sanitizers --with-relay-cc=no); then
        unit_tests build-asan
        ASAN_OPTIONS=detect_leaks=0 e2e_tests build-asan
    else
        part_failed "the sanitized build"
    fi
    if [ "$release" = 12 ]; then
        step "setup smoke on Debian 13, in build-trixie/"
        smoke_elsewhere "Debian 13" trixie
    fi
    step "the tests took $((SECONDS - start)) s"
    check_end
}
