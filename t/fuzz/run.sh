#!/bin/bash
# SPDX-License-Identifier: ISC
# run.sh - builds and runs the fuzz targets; "make fuzz" calls it in the build directory.
#
# run.sh SRCDIR SOURCE …: the sources that targets may need, relative to SRCDIR; headers are skipped.
# From the environment: CLANG, SECONDS_EACH, LIBS, FUZZ_CPPFLAGS, and FUZZ_ONLY="back wire" to run only
# these targets. Exit status 1: a target doesn't build, or it found something.
set -u
src=$1; shift
only=${FUZZ_ONLY:-}

die() { echo "fuzz: $*" >&2; exit 1; }
command -v "$CLANG" >/dev/null || die "needs $CLANG with its libFuzzer (Debian: clang, libclang-rt-N-dev of its version)"

# shellcheck disable=SC2206 # options are words
flags=(-std=gnu11 -O1 -g -D_GNU_SOURCE $FUZZ_CPPFLAGS -I. -fno-sanitize-recover=all
    -fsanitize=address,undefined)
for dir in "$src"/lib/{base,proto,radius,record,wire,policy,import,login}; do flags+=(-I"$dir"); done

mkdir -p fuzz/objects || exit 1
rm -f fuzz/objects/* fuzz/pure.a
for source; do
    case $source in *.c) ;; *) continue ;; esac
    object=fuzz/objects/${source//\//-}.o
    "$CLANG" "${flags[@]}" -fsanitize=fuzzer-no-link -c -o "$object" "$src/$source" ||
        die "$source doesn't compile"
done
ar rc fuzz/pure.a fuzz/objects/*.o || exit 1

ran=0 failed=0
for target in "$src"/t/fuzz/*.c; do
    name=$(basename "$target" .c)
    [ -z "$only" ] || [[ " $only " == *" $name "* ]] || continue
    mkdir -p "fuzz/corpus/$name"
    seeds=()
    [ ! -d "$src/t/fuzz/corpus/$name" ] || seeds=("$src/t/fuzz/corpus/$name")
    ran=$((ran + 1))
    # shellcheck disable=SC2086
    "$CLANG" "${flags[@]}" -fsanitize=fuzzer -o "fuzz/$name" "$target" fuzz/pure.a $LIBS &&
        "fuzz/$name" -max_total_time="$SECONDS_EACH" -max_len=8192 -timeout=10 -print_final_stats=1 \
            -artifact_prefix="fuzz/$name." "fuzz/corpus/$name" "${seeds[@]}" >"fuzz/$name.log" 2>&1
    if [ $? -eq 0 ]; then
        echo "fuzz: $name: $(sed -n 's/^Done \([0-9]* runs\).*/\1/p' "fuzz/$name.log"), nothing found"
    else
        failed=$((failed + 1))
        echo "fuzz: $name FAILED; see fuzz/$name.log, whose end is:"
        tail -n 15 "fuzz/$name.log" 2>/dev/null
    fi
done
echo "fuzz: $ran targets, $failed failed"
[ "$ran" -gt 0 ] && [ "$failed" -eq 0 ]
