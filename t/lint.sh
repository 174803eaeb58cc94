#!/bin/bash
# SPDX-License-Identifier: ISC
# lint.sh [CHECK …] - what reads the sources: format tidy cppcheck analyzer man release, or all of
# them.
#
# Runs in the build directory; srcdir is the tree, version is configure's. tidy and analyzer read compile_commands.json, which
# `make compile_commands` makes. The exit status is 0 where no check has anything to say.
set -u
export LC_ALL=C
source=$(cd "${srcdir:-.}" && pwd) || exit 1
build=$PWD
jobs=$(nproc)

commands() { # REGEX: the database's lines "FILE<tab>COMMAND" of the files that match
    perl -MJSON::PP -0777 -ne 'for (@{decode_json($_)}) { print "$_->{file}\t$_->{command}\n" }' \
        "$build/compile_commands.json" | grep -E "^$source/$1"
}

check_format() { # each version lays out a little otherwise: the tree's is Debian 12's
    clang-format --version | grep -q 'version 14\.' || { echo "clang-format: expected version 14"; return 1; }
    find "$source"/{bin,lib,t} -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run -Werror
}

check_tidy() { # .clang-tidy has the checks, and why others are left out
    commands '' | cut -f 1 | xargs -n 4 -P "$jobs" clang-tidy --quiet -p "$build" 2>/dev/null
}

# Not believed of cppcheck: that a comparison is no int for _exit, and that it can read a compound
# literal behind a question mark; nor (2.17) that a variable is read which a call fills or which a length
# says is empty, and that fclose closes what fdopen was given. getpwnam, getgrnam, readdir: our processes have one thread.
check_cppcheck() {
    local d sees=()
    for d in "$source"/lib/*/ "$source"/bin/; do sees+=("-I$d"); done
    cppcheck -q --std=c11 -j "$jobs" --enable=warning,portability,performance --inline-suppr \
        --suppress=missingInclude --suppress=missingIncludeSystem --suppress=getpwnamCalled \
        --suppress=getgrnamCalled --suppress=readdirCalled --suppress=invalidFunctionArgBool \
        --suppress='internalAstError:*/connection.c' --suppress=normalCheckLevelMaxBranches \
        --suppress='uninitvar:*/back.c' --suppress='uninitvar:*/server_health.c' \
        --suppress='uninitvar:*/tls/client.c' --suppress='uninitvar:*/auth_cache.c' \
        --suppress='doubleFree:*/users.c' --library=posix -D_GNU_SOURCE \
        -DSYSCONFDIR='""' -DLIBEXECDIR='""' -DSBINDIR='""' -DPKGDATADIR='""' \
        -DVERSION='""' -DPACKAGE_VERSION='""' "${sees[@]}" --error-exitcode=1 "$source/lib" "$source/bin"
}

# One command of the database, read by gcc's analyzer. Not believed of it (gcc 12): that a pointer
# leaks which is kept in an array at a computed index, nor (gcc 14) that dup2 to a fixed number or standard
# input leaks, and that a message has more descriptors than there is room for. heap.c takes memory for good.
analyze() { # FILE<tab>COMMAND
    local file=${1%%$'\t'*} command=${1#*$'\t'} but=''
    case ${file#"$source"/} in
    lib/filter/helper.c) but="-Wno-analyzer-fd-leak -Wno-analyzer-out-of-bounds" ;;
    bin/ctl_import.c) but='-Wno-analyzer-malloc-leak -Wno-analyzer-fd-leak' ;;
    bin/ctl_list.c | lib/*/heap.c) but=-Wno-analyzer-malloc-leak ;;
    bin/ctl_try.c | lib/filter/*.c | lib/verify/worker.c) but=-Wno-analyzer-fd-leak ;;
    lib/verify/report.c) but=-Wno-analyzer-out-of-bounds ;;
    esac
    command=$(sed -E 's#^musl-gcc #gcc #; s# [^ ]*/(rcrt1|crti|crtn)\.o##g' <<<"$command")
    eval "$command -fanalyzer -Werror $but -fdiagnostics-path-format=none -S -o /dev/null"
}
check_analyzer() {
    export -f analyze
    export source
    commands '(bin|lib)/' | tr '\n' '\0' | xargs -0 -n 1 -P "$jobs" bash -c 'analyze "$1"' analyze
}

check_release() { # NEWS begins with this version
    [ "$(sed -n '/^[0-9]/{s/ .*//;p;q}' "$source/NEWS")" = "${version:?}" ] || { echo "NEWS doesn't begin with $version"; return 1; }
}

# Which pages of others this machine has doesn't matter; ours that they refer to must be there.
check_man() {
    local pages said page
    mapfile -t pages < <(find "$source"/{bin,xml} -name '*.[1-9]')
    said=$(
        # Findings are on standard output. Standard error, about mandoc's database, would break their lines.
        mandoc -Tlint -W style "${pages[@]}" 2>/dev/null | grep -v 'referenced manual not found'
        sed -n 's/^\.Xr \(mailwicket[a-z-]*\) \([1-9]\).*/\1.\2/p' "${pages[@]}" | sort -u |
            while read -r page; do
                printf '%s\n' "${pages[@]}" | grep -q "/$page$" || echo "there is no page $page"
            done
    )
    [ -z "$said" ] || { printf '%s\n' "$said"; return 1; }
}

status=0
[ $# -gt 0 ] || set -- format tidy cppcheck analyzer man release
for check; do
    declare -F "check_$check" >/dev/null || { echo "lint.sh: no such check: $check" >&2; exit 2; }
    if "check_$check"; then echo "lint: $check: clean"; else echo "lint: $check: FAILED"; status=1; fi
done
exit $status
