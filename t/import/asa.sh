#!/bin/bash
# SPDX-License-Identifier: ISC
# asa.sh - mailwicketctl import-asa: whole running configurations, their policies and reports, the
# files, options and exit codes. Runs in the build directory.
#
# ca.pem is any CA, because check reads the CA of client certificates. NAME.xml is the policy of
# NAME.cfg and NAME.report is its report in full; MW_ACCEPT=1 writes both again.
set -u
export LC_ALL=C
source=$(cd "${srcdir:-.}" && pwd)
here=$source/t/import program=$PWD/mailwicketctl
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

fail() { echo "FAIL: $*"; failed=1; }
ctl() { "$program" --schema "$source/xml/policy.rng" "$@" >"$dir/out" 2>"$dir/err"; }

# expect CODE TEXT ARGUMENT …: TEXT is on standard error ("-": any text).
expect() {
    local code=$1 text=$2 got; shift 2
    ctl "$@"; got=$?
    [ $got -eq "$code" ] || { fail "$*: exit code $got, not $code"; cat "$dir/err"; }
    [ "$text" = - ] || grep -qF -- "$text" "$dir/err" || { fail "$*: no \"$text\" in:"; cat "$dir/err"; }
}

# all_counted CFG: each line of it has one of the three fates. The report is in $dir/err.
all_counted() {
    local all sum
    all=$(grep -avcE '^ *([!:]|$)|^[^ ]+[#>]( show.*)?$|^<---' "$1")
    sum=$(sed -nE 's/^[^:]*: ([0-9]+) lines?: ([0-9]+) carried over, ([0-9]+) needs? you, ([0-9]+) not about mail$/\1 \2+\3+\4/p' "$dir/err")
    [ "$all" = "${sum% *}" ] && [ "$all" -eq $((${sum#* })) ] || fail "$1: $all lines, and the report says $sum"
}

# complete NAME: makes a copy of the directory in which nothing needs the administrator any more: files
# that are empty or of another machine are filled, and belong to whoever judges them.
complete() {
    local f whole=$dir/whole/$1
    rm -rf "$dir/whole"; mkdir -p "$dir/whole"; cp -r "$dir/$1" "$dir/whole"; chmod 755 "$dir" "$dir/whole" "$whole"
    cp "$source/t/policies/server.pem" "$source/t/policies/server.key" "$whole"
    for f in "$whole"/*; do
        case $f in
        *.secret) [ -s "$f" ] || echo secret >"$f" ;;
        *.pem) [ -s "$f" ] || cp "$here/ca.pem" "$f" ;;
        esac
    done
    [ "$(id -u)" != 0 ] || chown -R "$(getent passwd mailwicket-verify 65534 | cut -d: -f3 | head -1)" "$whole"
}
# Root judges as the programs' users. Where there are none, somebody else judges.
as=()
if [ "$(id -u)" = 0 ] && ! getent passwd mailwicket-verify >"$dir/out"; then as=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi

# is_valid NAME: check accepts the policy once it is complete, with warnings at most.
is_valid() {
    complete "$1"
    "${as[@]}" "$program" --schema "$source/xml/policy.rng" check "$dir/whole/$1/policy.xml" >"$dir/out" 2>"$dir/err" ||
        { fail "check $1"; cat "$dir/out"; }
    grep -v '^warning: ' "$dir/err" && fail "check $1 reports an error"
}

cd "$here" || exit 1
for cfg in *.cfg; do
    name=${cfg%.cfg}
    ctl import-asa --verbose --device outside=eth0 "$cfg" || { fail "$cfg is not imported"; cat "$dir/err"; }
    [ -z "${MW_ACCEPT:-}" ] || { cp "$dir/out" "$name.xml"; cp "$dir/err" "$name.report"; }
    diff -u "$name.xml" "$dir/out" || fail "$cfg: another policy"
    diff -u "$name.report" "$dir/err" || fail "$cfg: another report"

    all_counted "$cfg"
    head -n 1 "$dir/err" | grep -qE "^$cfg: imported; [0-9]+ things need you\$" || fail "$cfg: the verdict is not first"

    # Without --verbose: the verdict, the counts, and what needs the administrator.
    ctl import-asa --device outside=eth0 "$cfg" && cmp "$name.xml" "$dir/out" || fail "$cfg without --verbose"
    diff <(head -n 2 "$name.report"; grep ': needs you: ' "$name.report") <(grep -v ': changed: ' "$dir/err") ||
        fail "$cfg: another summary"

    # With CR LF, on standard input: the same policy.
    sed 's/$/\r/' "$cfg" | ctl import-asa --device outside=eth0 - && cmp "$name.xml" "$dir/out" ||
        fail "$cfg with CR LF on standard input"
    grep -q '^standard input: ' "$dir/err" || fail "standard input has no name"

    ctl import-asa --device outside=eth0 --output-dir "$dir/$name" "$cfg" ||
        { fail "$cfg into a directory"; cat "$dir/err"; }
    cmp "$name.xml" "$dir/$name/policy.xml" || fail "$cfg: another policy in the directory"
    is_valid "$name"
    printf '%s: %s lines\n' "$cfg" "$(wc -l <"$cfg")"
done
cd "$OLDPWD" || exit 1

# Before, check names what is still to be filled in.
plain=$here/plain.cfg
expect 1 'server.key: invalid chain' check "$dir/plain/policy.xml"
grep -q 'secret .*RAD-10.1.1.5.secret: invalid secret: expected' "$dir/err" || fail "check does not say that a secret is empty"

# The files: their modes, a secret in clear text, and no file is overwritten.
mode() { stat -c %a "$dir/plain/$1"; }
[ "$(mode policy.xml) $(mode server.pem) $(mode server.key) $(mode RAD-10.1.1.5.secret) $(mode users)" = \
    "644 644 600 640 640" ] || { fail "modes:"; stat -c '%a %n' "$dir"/plain/*; }
[ "$(cat "$dir/plain/RAD-10.1.1.6.secret")" = 'open sesame' ] || fail "the secret in clear text is not in its file"
[ ! -s "$dir/plain/RAD-10.1.1.5.secret" ] || fail "the file of a hidden secret is not empty"
grep -rqF sesame "$dir/err" "$dir/out" "$here/plain.report" "$here/plain.xml" && fail "a secret is shown"
echo kept >"$dir/plain/server.key"; cp "$dir/plain/policy.xml" "$dir/before"
echo changed >>"$dir/plain/policy.xml"
expect 1 'policy.xml: File exists; --force replaces it' import-asa --output-dir "$dir/plain" "$plain"
tail -1 "$dir/plain/policy.xml" | grep -q changed || fail "a policy was overwritten without --force"
expect 0 'server.key: already exists, kept' import-asa -v --force --device outside=eth0 \
    --output-dir "$dir/plain" "$plain"
[ "$(cat "$dir/plain/server.key")" = kept ] || fail "a file that was there is not kept"
cmp "$dir/before" "$dir/plain/policy.xml" || fail "--force wrote something else"
[ "$(find "$dir/plain" -name '*.??????' ! -name '*.secret' | wc -l)" -eq 0 ] || fail "a temporary file is left"

# A failure leaves nothing behind.
mkdir "$dir/taken" && : >"$dir/taken/policy.xml"
expect 1 'File exists' import-asa --output-dir "$dir/taken" "$plain"
[ "$(ls "$dir/taken")" = policy.xml ] || { fail "files are left behind:"; ls "$dir/taken"; }
expect 1 'No such file or directory' import-asa --output "$dir/none/policy.xml" "$plain"
expect 1 'No such file or directory' import-asa --output-dir "$dir/none/deeper" "$plain"
expect 1 'Not a directory' import-asa --output-dir "$plain/x" "$plain"

expect 0 'plain.cfg: imported; ' import-asa --output "$dir/one.xml" --device outside=eth0 "$plain"
[ ! -s "$dir/out" ] || fail "--output also writes to standard output"
cmp "$here/plain.xml" "$dir/one.xml" || fail "--output wrote something else"
expect 1 'one.xml: File exists; --force replaces it' import-asa --output "$dir/one.xml" "$plain"
expect 0 - import-asa -f -o "$dir/one.xml" -d outside=eth7 -d inside=eth8 "$plain"
grep -q 'device="eth7"' "$dir/one.xml" && grep -q 'device="eth8"' "$dir/one.xml" || fail "--device has no effect"

# A line that was read and turned out to be useless counts too, once.
{ printf 'interface G0\n nameif outside\n management-only\nimap4s\n enable outside\n server a.example\n'
    echo ' default-group-policy Nobody'; } >"$dir/counted.cfg"
expect 0 'counted.cfg: 7 lines: 5 carried over, 2 need you, 0 not about mail' \
    import-asa -o "$dir/counted.xml" "$dir/counted.cfg"
printf 'imap4s\n' | ctl import-asa - || fail "a block alone is not imported"
grep -q '^standard input: 1 line: 1 carried over, 0 need you, 0 not about mail' "$dir/err" || { fail "one line:"; cat "$dir/err"; }

expect 1 'plain.cfg: not imported: --device outsde: no interface has that nameif' import-asa --device outsde=eth0 "$plain"
[ ! -s "$dir/out" ] || fail "an invalid --device still gives a policy"
expect 2 'expected NAME=DEVICE' import-asa --device eth0 "$plain"
expect 2 'expected NAME=DEVICE' import-asa --device outside=eth0/1 "$plain"
expect 2 usage import-asa
expect 2 usage import-asa "$plain" "$plain"
expect 2 usage import-asa --output a --output-dir b "$plain"
expect 2 usage import-asa --nonsense "$plain"
expect 1 'No such file or directory' import-asa "$dir/none.cfg"
expect 1 'Is a directory' import-asa "$dir"
expect 1 'policy.rng: not imported: expected at least one of pop3s, imap4s and smtps' import-asa "$source/xml/policy.rng"
[ ! -s "$dir/out" ] || fail "a policy was made of nothing"
printf '\377\376i\0m\0' >"$dir/wide.cfg"
expect 1 'wide.cfg: not imported: invalid encoding UTF-16: expected UTF-8' import-asa "$dir/wide.cfg"
truncate -s 17M "$dir/large.cfg"
expect 1 'File too large' import-asa "$dir/large.cfg"
{ yes 'access-list x extended permit ip any any' | head -n 60000; echo imap4s; } >"$dir/long.cfg"
expect 0 ':1: not about mail: access-list (60000 lines, to line 60000)' import-asa -v "$dir/long.cfg"
expect 0 'long.cfg: 60001 lines: 1 carried over, 0 need you, 60000 not about mail' import-asa "$dir/long.cfg"
{ yes 'username jo password *****' | head -n 90000; echo imap4s; } >"$dir/many.cfg"
expect 1 'too many groups, users or other objects to import' import-asa "$dir/many.cfg"
{ for i in $(seq 11000); do echo "group-policy Policy$i internal"; done; echo imap4s; } >"$dir/wide.cfg"
expect 1 'wide.cfg: not imported: policy: File too large' import-asa "$dir/wide.cfg"
"$program" import-asa "$plain" >/dev/full 2>"$dir/err" && fail "a full disk is not noticed"

[ $failed -eq 0 ] && echo "asa: passed"
exit $failed
