#!/bin/bash
# SPDX-License-Identifier: ISC
# ctl.sh - mailwicketctl check, explain, interfaces, units: exit codes, texts, width. Runs in the build
# directory.
set -u
export LC_ALL=C
source=$(cd "${srcdir:-.}" && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

ctl() { "${as[@]}" ./mailwicketctl --schema "$source/xml/policy.rng" "$@" >"$dir/out" 2>"$dir/err"; }

# expect CODE TEXT ARGUMENT …: TEXT is in the output ("-": any output).
expect() {
    local code=$1 text=$2 got; shift 2
    ctl "$@"; got=$?
    [ $got -eq "$code" ] || { echo "FAIL: $*: exit code $got, not $code"; failed=1; cat "$dir/err"; }
    [ "$text" = - ] || cat "$dir/out" "$dir/err" | tr -s ' \n' ' ' | grep -qF -- "$text" ||
        { echo "FAIL: $*: no \"$text\" in:"; failed=1; cat "$dir/out" "$dir/err"; }
}

cp "$source"/xml/example-*.xml "$source"/t/policies/*.xml "$source/t/policies/server.pem" "$dir"
(umask 077; mkdir "$dir/keys" "$dir/state"; cp "$source/t/policies/server.key" "$dir/keys"; touch "$dir/users")
# Every machine has lo; not every one has a list of CAs, or Mailwicket's directories.
sed -i -e 's/device="eth0"/device="lo"/' -e 's|\(<default-server.* tls="[a-z]*"\)/>|\1 ca="server.pem"/>|' \
    -e "s|<tls[ >]|<state directory=\"$dir/state\" spool=\"$dir/state\"/>&|" "$dir"/example-*.xml
# Root judges as the programs' users. Where there are none, somebody else judges.
as=()
if [ "$(id -u)" = 0 ] && ! getent passwd mailwicket-verify >"$dir/out"; then as=(setpriv --reuid=65534 --regid=65534 --clear-groups); fi
given() { # to whoever judges
    [ "$(id -u)" != 0 ] || chown -R "$(getent passwd mailwicket-verify 65534 | cut -d: -f3 | head -1)" "$dir"
}
given
good=$dir/example-local.xml

expect 0 "is valid" check "$good"
[ ! -s "$dir/err" ] || { echo "FAIL: check complains about a valid policy"; failed=1; }
[ "$(grep -v "$dir" "$dir/out" | wc -L)" -le 80 ] || { echo "FAIL: lines over 80 columns"; failed=1; }
expect 0 "imap4s on port 993" --policy "$good" check
expect 0 "for proxy.example.org, until 9999-12-31, 29" check "$good"
expect 1 "wrong.xml:8: element <imap4s>: invalid port \"70000\": expected a number from 1 to 65535" check "$dir/wrong.xml"
expect 1 "$dir/none.xml: cannot read the file: No such file or directory" check "$dir/none.xml"
sed 's/device="lo"/device="mailwicket-none"/' "$good" >"$dir/away.xml"
expect 0 "warning: $dir/away.xml:11: element <interface>: device mailwicket-none does not exist" \
    check "$dir/away.xml"
expect 0 "away.xml is valid: 0 errors, 1 warning." check "$dir/away.xml"
expect 0 "MAILWICKET OK: $good: 0 errors, 0 warnings" check --monitor "$good"
expect 1 "MAILWICKET WARNING: $dir/away.xml: 0 errors, 1 warning warning: $dir/away.xml:11: element" \
    check --monitor "$dir/away.xml"
[ ! -s "$dir/err" ] || { echo "FAIL: check --monitor writes to standard error"; failed=1; }
expect 1 "wrong.xml is invalid: " check "$dir/wrong.xml"
expect 2 "MAILWICKET CRITICAL: $dir/wrong.xml: " check --monitor "$dir/wrong.xml"
[ ! -s "$dir/err" ] || { echo "FAIL: check --monitor writes to standard error"; cat "$dir/err"; failed=1; }
expect 2 usage check a b
expect 2 usage check --nonsense
# Only the invalid value is reported, not the errors that follow from it.
sed -e 's|<enable interface="outside"/>|<enable interface="all"/>|' \
    -e 's|<interface name="outside".*/>|<interface name="a" device="lo" address="127.0.0.1/8"/><interface name="b" device="lo" address="127.0.0.2"/>|' \
    "$good" >"$dir/follows.xml"
expect 1 'element <interface>: invalid address "127.0.0.1/8": expected' check "$dir/follows.xml"
[ "$(wc -l <"$dir/err")" -eq 1 ] || { echo "FAIL: more than one error:"; cat "$dir/err"; failed=1; }
sed -i 's|127.0.0.1/8||' "$dir/follows.xml"
expect 1 'on interface b is already used by' check "$dir/follows.xml"
chmod o+r "$dir/users"
expect 0 "everyone may read users" check "$good"
echo junk >"$dir/server.pem"
expect 1 "element <certificate>: can't use chain $dir/server.pem with key $dir/keys/server.key: invalid chain:" check "$good"
rm "$dir/server.pem"
mkfifo "$dir/server.pem"
expect 1 "element <certificate>: invalid chain $dir/server.pem: expected a regular file" check "$good"
rm "$dir/server.pem"
cp "$source/t/policies/server.pem" "$dir"
echo "jo:plain:" >>"$dir/users"
expect 0 "element <server-group>: users $dir/users, line 1: no password of jo has this hash" check "$good"
: >"$dir/users"
sed "s|directory=\"$dir/state\"|directory=\"$dir/none\"|" "$good" >"$dir/away.xml"
expect 0 "the state directory $dir/none is missing: make it" check "$dir/away.xml"
rm "$dir/keys/server.key"
expect 1 "element <certificate>: cannot read key $dir/keys/server.key: No such file" check "$good"

expect 0 "VPN name vpn1" -p "$good" explain imap4s vpn1:alice@mail.example.org
expect 0 "mail name alice" -p "$good" explain imap4s vpn1:alice@mail.example.org
expect 0 'allowed by <default-server host="mail.example.org">, line 28' \
    -p "$good" explain imap4s vpn1:alice@mail.example.org
expect 0 "LOCAL (local) is asked for vpn1" -p "$good" explain imap4s vpn1:alice
expect 0 "port 587, TLS after STARTTLS" -p "$good" explain smtps alice
expect 0 "VPNPASSWORD:MAILPASSWORD" -p "$good" explain pop3s alice
expect 0 "the one that LOCAL names, else DfltGrpPolicy" -p "$good" explain pop3s alice
expect 1 "server evil.example matches no <default-server> or <allow-server> of imap4s" \
    -p "$good" explain imap4s alice@evil.example
expect 1 "the VPN name is empty" -p "$good" explain imap4s :alice
expect 1 "a control character" -p "$good" explain imap4s $'a\rb'
expect 0 "mail name jo@example.org" -p "$dir/example-mailhost.xml" explain imap4s jo@example.org
expect 0 'host="*.mail.example.org">, line 24' -p "$dir/example-mailhost.xml" \
    explain imap4s jo@a.mail.example.org
expect 0 "the mail password; it is not split" -p "$dir/example-mailhost.xml" explain imap4s jo
for command in "explain smtps" "explain smtps alice"; do
    expect 0 "VPN name the certificate's" -p "$dir/example-certificate.xml" $command
    expect 0 "no login is needed then" -p "$dir/example-certificate.xml" $command
    expect 0 "not needed; any password is accepted" -p "$dir/example-certificate.xml" $command
done
expect 0 "VPN name jo; refused if the certificate names another user" -p "$dir/example-certificate.xml" explain imap4s jo:jane
expect 0 "the mail password; it is not split" -p "$dir/example-certificate.xml" explain imap4s jane
expect 2 "missing login: expected explain smtps LOGIN" -p "$good" explain smtps
expect 1 "cannot read crl $dir/client-crl.pem" check "$dir/example-certificate.xml"
echo junk >"$dir/client-ca.pem"; (umask 077; touch "$dir/client-crl.pem"; cp "$source/t/policies/server.key" "$dir/keys"); given
expect 1 "example-certificate.xml:6: element <tls>: invalid client-ca $dir/client-ca.pem: expected CA" \
    check "$dir/example-certificate.xml"
expect 1 "has no pop3s" -p "$dir/example-mailhost.xml" explain pop3s jo
# Interfaces, and the files for the programs that listen for Mailwicket.
expect 0 "outside lo any 995 993 988" -p "$good" interfaces
expect 0 "mgmt eth2 any never never never" -p "$dir/rows.xml" interfaces
expect 0 "dmz eth0.100 any never never never" -p "$dir/rows.xml" interfaces
expect 0 "inside eth1 10.0.0.1 - 993 988" -p "$dir/rows.xml" interfaces
expect 0 '{"interface": "mgmt", "device": "eth2", "address": null, "can_be_enabled": false, "pop3s": null' \
    -p "$dir/rows.xml" interfaces --json
expect 2 usage interfaces a
mkdir "$dir/u"
expect 0 "written $dir/u/mailwicket-imap4s-outside.socket" -p "$good" units --systemd "$dir/u"
expect 0 "kept $dir/u/mailwicket-imap4s-outside.socket" -p "$good" units --systemd "$dir/u"
expect 0 "written $dir/u/mailwicket-imap4s-outside@.service" -p "$good" units --systemd --accept "$dir/u"
expect 0 "removed $dir/u/mailwicket-imap4s-outside@.service" -p "$good" units --systemd "$dir/u"
expect 1 "example-local.xml:11: element <interface>: missing address: xinetd can't bind to a device" \
    -p "$good" units --xinetd "$dir/u"
expect 0 "written $dir/u/mailwicket-imap4s-local" -p "$dir/minimal.xml" units --xinetd "$dir/u"
expect 0 "written $dir/u/policies/mailwicket.xml" -p "$good" units --firewalld "$dir/u"
expect 0 "written $dir/u/mailwicket " -p "$good" units --ufw "$dir/u"
expect 0 "removed $dir/u/mailwicket-imap4s-outside.socket" -p "$dir/none.xml" units --systemd --remove "$dir/u"
expect 0 "removed $dir/u/mailwicket-imap4s-local" units --xinetd --remove "$dir/u"
expect 0 "removed $dir/u/policies/mailwicket.xml" units --remove --firewalld "$dir/u"
expect 0 "removed $dir/u/mailwicket" units --ufw --remove "$dir/u"
expect 0 - units --ufw --remove "$dir/u"
[ -z "$(find "$dir/u" -type f -o -type l)" ] || { echo "FAIL: units --remove left a file"; failed=1; }
expect 1 "cannot open the directory $dir/none" units --ufw --remove "$dir/none"
expect 2 usage units --systemd --accept --remove "$dir/u"
expect 1 "cannot open the directory $dir/none: No such file or directory" -p "$good" units --ufw "$dir/none"
expect 1 "invalid port" -p "$dir/wrong.xml" units --ufw "$dir/u"
expect 2 usage -p "$good" units "$dir/u"
expect 2 usage -p "$good" units --systemd
expect 2 usage -p "$good" units --systemd --ufw "$dir/u"
expect 2 usage -p "$good" units --xinetd --accept "$dir/u"
expect 2 usage -p "$good" units --nonsense "$dir/u"
# authorized FILE REQUIRED METHOD: the example, with an authorization group of type http.
authorized() {
    local at='<aaa>' group="<server-group name=\"AUTHZ\" type=\"http\"><server url=\"https://x/\" method=\"$3\"/></server-group>"
    grep -q '<aaa>' "$dir/$1" || { at='</interfaces>' group="<aaa>$group</aaa>"; }
    sed -e "s|$at|&$group|" \
        -e "s|<default-group-policy|<authorization-server-group name=\"AUTHZ\" required=\"$2\"/>&|" \
        "$dir/$1" >"$dir/authorized.xml"
}
authorized example-local.xml true form
expect 0 "AUTHZ for the VPN name, which must be known there" check "$dir/authorized.xml"
expect 0 "AUTHZ (HTTP) is asked for vpn1, the VPN name a user unknown there is refused" \
    -p "$dir/authorized.xml" explain imap4s vpn1:alice
expect 0 "the one that LOCAL names, else the one that AUTHZ names, else DfltGrpPolicy" \
    -p "$dir/authorized.xml" explain imap4s vpn1:alice
authorized example-local.xml false form
expect 0 "AUTHZ for the VPN name, which need not be known there" check "$dir/authorized.xml"
expect 0 "a user unknown there is let in without its attributes" -p "$dir/authorized.xml" explain pop3s jo
authorized example-local.xml true basic
expect 1 "server group AUTHZ has a server with method=\"basic\", which needs the user's password: expected method=\"form\"" \
    check "$dir/authorized.xml"
authorized example-mailhost.xml true form
expect 0 "AUTHZ (HTTP) is asked for alice, the mail name" -p "$dir/authorized.xml" explain imap4s alice
expect 0 "AUTHZ (HTTP) is asked for alice, the mail name" -p "$dir/authorized.xml" explain imap4s alice:alice
expect 0 "the one that AUTHZ names, else DfltGrpPolicy" -p "$dir/authorized.xml" explain imap4s alice
expect 1 "the VPN name differs from the mail name, and imap4s has no method that verifies it" \
    -p "$dir/authorized.xml" explain imap4s boss:alice
expect 0 "MAILUSER[@SERVER]; no method verifies a VPN name" check "$dir/authorized.xml"
authorized example-certificate.xml true form
expect 0 "AUTHZ (HTTP) is asked for the certificate's CN, and then its OU" -p "$dir/authorized.xml" explain smtps
for dn in "match=\"fallback\"=the certificate's CN, else its OU" "secondary=\"None\"=the certificate's CN a user" \
    "use-entire-name=\"true\"=the certificate's whole DN"; do
    authorized example-certificate.xml true form
    sed -i "s|<default-group-policy|<authorization-dn ${dn%=*}/>&|" "$dir/authorized.xml"
    expect 0 "AUTHZ (HTTP) is asked for ${dn##*=}" -p "$dir/authorized.xml" explain imap4s jane
done

expect 0 "vpn1 must have a VPN session from the same address" -p "$source/xml/example.xml" explain smtps vpn1:jo
expect 0 "not needed; any password is accepted" -p "$source/xml/example.xml" explain smtps vpn1:jo
expect 0 "the one that the VPN session names, else DfltGrpPolicy" -p "$source/xml/example.xml" explain smtps jo
expect 2 "invalid --address: expected a client's IPv4 or IPv6 address" session add --user jo --address localhost
expect 2 "usage: mailwicketctl session" session nonsense
expect 2 "invalid protocol imap: expected pop3s, imap4s or smtps" explain imap jo
expect 2 usage check --json
expect 2 "usage: mailwicketctl metrics" metrics now
grep ' $' "$dir/err" && { echo "FAIL: a usage ends with a blank"; failed=1; }
expect 2 usage explain imap4s
expect 2 "invalid command nonsense: expected one of these usage" nonsense
expect 2 usage
expect 2 usage --nonsense
expect 0 usage --help
! grep -E '.{80}' "$dir/out" || { echo "FAIL: --help is wider than a terminal"; failed=1; }
# Each command has its own help, on standard output.
for command in $(ctl --help; sed -n 's/^  \([a-z-]*\) .*/\1/p' "$dir/out"); do
    for option in --help -h; do
        expect 0 "usage: mailwicketctl $command" "$command" $option
        ! grep -E '.{80}' "$dir/out" || { echo "FAIL: $command $option is wider than a terminal"; failed=1; }
        [ ! -s "$dir/err" ] || { echo "FAIL: $command $option complains"; cat "$dir/err"; failed=1; }
    done
done
expect 0 "mailwicketctl " --version
# Output that cannot be written: found at the end, or long before it.
awk '/<\/interfaces>/ {for (i = 0; i < 200; i++) printf "<interface name=\"i%d\" device=\"d%d\"/>\n", i, i} 1' \
    "$good" >"$dir/long.xml"
[ "$(ctl -p "$dir/long.xml" interfaces; wc -c <"$dir/out")" -gt 8192 ] || { echo "FAIL: not long"; failed=1; }
for command in --help --version "-p $dir/long.xml interfaces" "-p $dir/long.xml interfaces --json"; do
    # shellcheck disable=SC2086 # words
    ./mailwicketctl --schema "$source/xml/policy.rng" $command >/dev/full 2>"$dir/err"
    got=$?
    [ $got -eq 1 ] && grep -q '^mailwicketctl: standard output: ' "$dir/err" ||
        { echo "FAIL: $command on a full disk: exit code $got"; cat "$dir/err"; failed=1; }
done
[ $failed -eq 0 ] && echo "ctl: passed"
exit $failed
