#!/bin/bash
# SPDX-License-Identifier: ISC
# systemd-inside.sh - what systemd.sh has run under a systemd of its own; see boot.sh.
. "$MW_SRC/t/e2e/bed.sh"
. "$MW_SRC/t/e2e/tap.sh"
port=([imap4s]=993 [pop3s]=995 [smtps]=988 [imap]=143 [imaps]=1993 [pop3]=110 [pop3s_back]=1995
    [lmtp]=24 [smtp]=25) # as systemd.sh has them
etc=$MW_INST/etc/mailwicket CA=$BED/tls/ca.pem
LOG=$BED/log/mailwicket
journalctl -f -o cat >"$LOG" 2>&1 &

is() { [ "$(systemctl is-active "$2")" = "$1" ]; }
until_is() { wait_for is "$1" "$2"; } # STATE UNIT
sockets() { systemctl list-units --all --plain --no-legend 'mailwicket-*s-*.socket'; }

# Two devices, each with a client of its own at its other end: mw-out and mw-in.
device() { # NAME NAMESPACE NETWORK
    ip link add "$1" type veth peer name eth0 netns "$2" &&
        ip address add "$3.1/24" dev "$1" && ip address add "2001:db8:${3##*.}::1/64" dev "$1" nodad &&
        ip link set "$1" up && ip -n "$2" address add "$3.2/24" dev eth0 &&
        ip -n "$2" address add "2001:db8:${3##*.}::2/64" dev eth0 nodad &&
        ip -n "$2" link set eth0 up && ip -n "$2" route add default via "$3.1"
}
at() { ip netns exec "$@"; }
open_at() { # NAMESPACE ADDRESS PORT
    at "$1" bash -c "exec 3<>/dev/tcp/$2/$3" 2>"$BED/cl/open"
}
refused_at() { ! open_at "$@" && grep -q 'Connection refused' "$BED/cl/open"; }
greets() { # NAMESPACE ADDRESS PORT: TLS, and the protocol's greeting
    local greeted
    talk_wrap=(ip netns exec "$1")
    talk g "$3" -connect "$2:$3"
    hear g '^(\* OK|\+OK|220 )'; greeted=$?
    hangup g
    return $greeted
}
policy() { # KEY=VALUE …: as bed_policy, in force for whoever reads it next
    bed_policy methods=mailhost state=/run/mailwicket "$@" && cp "$BED/etc/policy.xml" "$etc/policy.xml"
}
both='<interface name="outside" device="mw-out"/><interface name="inside" device="mw-in" address="198.51.100.1"/>
  <interface name="link" device="mw-in" address="fe80::77"/>'

ip netns add out
ip netns add in
bed_dovecot_start

# At boot: the devices aren't there yet, and that holds nothing up.
check "the target is active before its devices are there" until_is active mailwicket.target
check "so is the helper's socket" until_is active mailwicket-verify.socket
check_not "no socket listens yet" is active mailwicket-imap4s-outside.socket
device mw-out out 192.0.2
check "a device comes, and its socket listens" until_is active mailwicket-imap4s-outside.socket
device mw-in in 198.51.100
check "each of the three protocols has a socket" until_is active mailwicket-smtps-outside.socket
check "IPv4 on the enabled interface" greets out 192.0.2.1 993
check "IPv6 on the enabled interface" greets out '[2001:db8:2::1]' 995
check "smtps too" greets out 192.0.2.1 988
check "refused on the other interface" refused_at in 198.51.100.1 993
check "refused there also for the enabled one's address" refused_at in 192.0.2.1 993
check "one process serves one socket" is active mailwicket@imap4s-outside.service
check_log "the log says on which interface it is enabled" \
    'event=interface-enabled protocol=imap4s interface=outside'
check_says "systemctl status names the policy" "$etc/policy.xml" systemctl status mailwicket-imap4s-outside.socket

# A whole login, which is there until the end of this script.
talk_wrap=(ip netns exec out)
talk session 993 -connect 192.0.2.1:993
hear session '^\* OK'; say session "a LOGIN bob $PASS_BOB"
check "a login through systemd's socket" hear session '^a OK'
check_says "mailwicketctl sees it" '192\.0\.2\.2' "$(mw mailwicketctl)" show
as_member() { setpriv --reuid=nobody --regid=nogroup --groups="$(getent group mailwicket-admin | cut -d: -f3)" "$@"; }
check_says "so does a member of mailwicket-admin" '192\.0\.2\.2' as_member "$(mw mailwicketctl)" show
check_says "who can't end it" 'logoff changes the state.*run it as root' as_member "$(mw mailwicketctl)" logoff all
systemctl stop mailwicket-verify.service
check_says "a member's look starts the helper" '192\.0\.2\.2' as_member "$(mw mailwicketctl)" show
check "which is active then" until_is active mailwicket-verify.service
systemctl stop mailwicket-verify.service
mv /run/mailwicket /run/away
log_mark
systemctl --no-block start mailwicket-verify.service
check_log "without /run/mailwicket the helper says what is missing, and what to do" \
    '/run/mailwicket: No such file or directory; create it \(systemd-tmpfiles --create\)'
check_not "and systemd doesn't fail before it" log_has 'NAMESPACE'
mv /run/away /run/mailwicket
check "it starts as soon as the directory is there" until_is active mailwicket-verify.service

# What fail2ban reads of the journal: the helper's lines, also of what filters tell it as their last word.
journal() { eval "journalctl -q -o cat $(sed -n 's/^journalmatch = //p' "$MW_SRC/units/fail2ban/filter.d/mailwicket.conf")"; }
refusals() { # REASON COUNT
    [ "$(journal | grep -c "event=not-authenticated .*reason=\"$1\"")" -eq "$2" ]
}
long=$(printf 'x%.0s' {1..1100})
for _ in 1 2 3 4 5 6 7 8; do
    talk g 993 -connect 192.0.2.1:993
    hear g '^\* OK'; say g "a LOGIN $long x"; hear g '^a NO'; hangup g
done
talk g 993 -connect 192.0.2.1:993
hear g '^\* OK'; say g "a LOGIN bob $PASS_WRONG"; hear g '^a NO'; hangup g
check "fail2ban's journalmatch has the helper's lines" wait_for refusals 'the mail server refuses the login' 1
check "and those of filters that are gone" wait_for refusals 'the name is too long' 8

# The journal's fields, of the lines of the helper, of the listening process, and of the control program,
# which go to syslog's socket where that is the journal's.
entries() { journalctl -q -o cat "$@"; }
entry() { # LINE MATCH …: the journal has a line like this among those that match
    local line=$1; shift
    entries "$@" | grep -qE "$line"
}
check "journalctl finds a user's lines" wait_for entry '^event=established .* user=bob ' MAILWICKET_USER=bob
check "and no others" [ -z "$(entries MAILWICKET_USER=bob | grep -v ' user=bob ')" ]
check "several fields together" wait_for entry ' tls=' MAILWICKET_EVENT=established MAILWICKET_PROTOCOL=imap4s \
    MAILWICKET_CLIENT=192.0.2.2 _UID="$(id -u mailwicket-verify)" SYSLOG_IDENTIFIER=mailwicket-verify SYSLOG_FACILITY=2
check "a dash in a key is an underscore" wait_for entry '^event=established' MAILWICKET_MAIL_USER=bob
check "the reason, without its quotes" wait_for entry '^event=not-authenticated' \
    "MAILWICKET_REASON=the mail server refuses the login"
check "nobody has tried as alice" [ -z "$(entries MAILWICKET_USER=alice)" ]
at out bash -c 'exec 3<>/dev/tcp/192.0.2.1/993; echo "no TLS" >&3; cat <&3' >"$BED/cl/no-tls" 2>&1
check "what a filter notes has fields, and the helper's unit" wait_for entry '^event=tls-failed ' MAILWICKET_EVENT=tls-failed \
    MAILWICKET_CLIENT=192.0.2.2 MAILWICKET_PROTOCOL=imap4s _SYSTEMD_UNIT=mailwicket-verify.service
talk g 993 -connect 192.0.2.1:993 # in its jail it loses its helper, and logs itself
hear g '^\* OK'
systemctl kill --signal=KILL mailwicket-verify.service
check "a jailed filter's own line has fields, too" wait_for entry '^event=helper-lost ' MAILWICKET_EVENT=helper-lost \
    _UID="$(id -u mailwicket)" SYSLOG_IDENTIFIER=mailwicket
hangup g
check "the helper comes back" until_is active mailwicket-verify.service
check "so have the listening process's" wait_for entry '^event=interface-enabled ' MAILWICKET_INTERFACE=outside \
    _UID="$(id -u mailwicket)" _SYSTEMD_UNIT=mailwicket@imap4s-outside.service
systemctl start systemd-journald-dev-log.socket
check_not "mailwicketctl has logged no VPN session" entry . SYSLOG_IDENTIFIER=mailwicketctl MAILWICKET_EVENT=vpn-added
"$(mw mailwicketctl)" session add --user journal --address 203.0.113.9 --id j1
check "with fields" wait_for entry '^event=vpn-added ' SYSLOG_IDENTIFIER=mailwicketctl MAILWICKET_USER=journal \
    MAILWICKET_CLIENT=203.0.113.9
check "nothing is there twice" [ "$(entries -n all | grep -c '^event=vpn-added user=journal ')" -eq 1 ]
"$(mw mailwicketctl)" session remove --user journal --id j1

# The device goes and comes again: so do socket and service.
ip netns add away
talk_wrap=(ip netns exec in)
ip link del mw-out
check "the device goes: its socket goes" until_is inactive mailwicket-imap4s-outside.socket
check "and with it the service" until_is inactive mailwicket@imap4s-outside.service
device mw-out out 192.0.2
check "it comes again: the socket listens again" until_is active mailwicket-imap4s-outside.socket
check "and is served" wait_for greets out 192.0.2.1 993
hangup session
talk_wrap=(ip netns exec out)
talk session 993 -connect 192.0.2.1:993
hear session '^\* OK'; say session "a LOGIN bob $PASS_BOB"; hear session '^a OK'

# Another policy: the other interface too, by its address, and another port.
port[pop3s]=2995
policy interfaces="$both" enable='<enable interface="all"/>'
check "daemon-reload" systemctl daemon-reload
check "restart of the target" systemctl restart mailwicket.target
check "the newly enabled interface listens" until_is active mailwicket-imap4s-inside.socket
check "and is served" greets in 198.51.100.1 993
ip address add fe80::77/64 dev mw-in nodad # which comes later than its socket
check "likewise a link-local address" greets in '[fe80::77%eth0]' 993
check "only at its address" refused_at in '2001:db8:100::1' 993
check "the new port is open" greets out 192.0.2.1 2995
check "the old port is closed" refused_at out 192.0.2.1 995
say session 'b NOOP'; check "the session from before lives" hear session '^b OK'

# A broken policy: no units, a word about it, and what serves goes on.
log_mark
sed -i 's|<imap4s |<imap4s colour="red" |' "$etc/policy.xml"
check "daemon-reload with a broken policy" systemctl daemon-reload
check_says "the kernel's log has file and line" "mailwicket-generator: .*policy\.xml:[0-9]+: .*colour" cat "$BED/log/kmsg"
check "no units are made" [ ! -e /run/systemd/generator/mailwicket-imap4s-outside.socket ]
check "who serves, serves" greets out 192.0.2.1 993
systemctl reload mailwicket@imap4s-outside.service
check_log "a reload says that the policy is rejected" 'event=policy-rejected.*policy\.xml:[0-9]+'
check "and goes on under the old one" greets out 192.0.2.1 993
open_at out 192.0.2.1 988
check "where nobody had come yet the first client closes the socket" wait_for refused_at out 192.0.2.1 988
policy interfaces="$both" enable='<enable interface="all"/>'
systemctl daemon-reload
systemctl restart mailwicket.target
check "the policy is right again: it listens again" until_is active mailwicket-smtps-outside.socket
check "and is served" greets out 192.0.2.1 988
check "so is the other interface" wait_for greets in 198.51.100.1 993

# A broken policy that no daemon-reload has met, and who has to start anew under it: helper and filter
# are tried until it is right, their sockets stay, and a client waits.
sed -i 's|<imap4s |<imap4s colour="red" |' "$etc/policy.xml"
check_not "the helper doesn't start under a broken policy" systemctl restart mailwicket-verify.service
check_not "nor does a filter" systemctl restart mailwicket@imap4s-outside.service
talk_wrap=(ip netns exec out)
talk waits 993 -connect 192.0.2.1:993
check "the helper's socket stays" is active mailwicket-verify.socket
check "so does the one for the relays' reports" is active mailwicket-report.socket
check "and the filter's" is active mailwicket-imap4s-outside.socket
policy interfaces="$both" enable='<enable interface="all"/>'
check "the policy is right: the helper starts by itself" until_is active mailwicket-verify.service
check "so does the filter" until_is active mailwicket@imap4s-outside.service
check "the client that waited is greeted" hear waits '^\* OK'
say waits "a LOGIN bob $PASS_BOB"
check "and logs in" hear waits '^a OK'
hangup waits

# A policy without one of the pairs: its socket stays until it is stopped, and serves no one.
policy interfaces="$both" enable='<enable interface="outside"/>'
systemctl daemon-reload
log_mark
check "reload of all" systemctl reload mailwicket
check_log "the log says that the interface is disabled" \
    'event=interface-disabled protocol=imap4s interface=inside'
check_says "the socket is listed as one without a unit" 'mailwicket-imap4s-inside.socket +not-found active' sockets
check_not "it serves no one" greets in 198.51.100.1 993
check "the others are" greets out 192.0.2.1 993
systemctl stop mailwicket@imap4s-inside.service
open_at in 198.51.100.1 993 # what begins anew is closed by the first client
check "without its service it closes at the first client" wait_for refused_at in 198.51.100.1 993
stale=$(systemctl list-units --plain --no-legend --state=not-found 'mailwicket-*.socket' | cut -d' ' -f1)
# shellcheck disable=SC2086 # several
check "what is stale can be stopped as the manual says" systemctl stop $stale
check "and is closed" refused_at in 198.51.100.1 988
say session 'c NOOP'; check "the session from before still lives" hear session '^c OK'

# All of it.
check "stop of the target" systemctl stop mailwicket.target
check "closes every port" refused_at out 192.0.2.1 993
policy interfaces="$both" enable='<enable interface="all"/>'
systemctl daemon-reload
ip link del mw-in
device mw-in in 198.51.100
until_is active 'sys-subsystem-net-devices-mw\x2din.device'
check_log "a device that comes while it is stopped" 'Dependency failed for .*imap4s on interface inside'
check "opens none" refused_at in 198.51.100.1 993
policy interfaces="$both" enable='<enable interface="outside"/>'
say session 'd NOOP'; check "the session from before lives also then" hear session '^d OK'

# A service for each connection instead.
"$(mw mailwicketctl)" units --systemd --accept /etc/systemd/system >"$BED/log/units.out" 2>&1
systemctl daemon-reload
check "start of the target, with Accept=yes" systemctl start mailwicket.target
check "Accept=yes: the socket listens" until_is active mailwicket-imap4s-outside.socket
check "Accept=yes: it is served" greets out 192.0.2.1 993
talk_wrap=(ip netns exec out)
talk one 993 -connect 192.0.2.1:993
hear one '^\* OK'; say one "a LOGIN bob $PASS_BOB"
check "Accept=yes: a login" hear one '^a OK'
check_says "Accept=yes: the connection has a service of its own" '@[0-9]+-192\.0\.2\.1:993-192\.0\.2\.2:[0-9]+\.service .*running' \
    systemctl list-units --plain --no-legend 'mailwicket-*@*.service'
hangup one
hangup session
check_says "Accept=yes: the general service isn't used" '^inactive' systemctl is-active mailwicket@imap4s-outside.service

# Each connection loads the policy anew: a broken one turns clients away, and no failed service stays.
log_mark
sed -i 's|<imap4s |<imap4s colour="red" |' "$etc/policy.xml"
for _ in 1 2 3; do check_not "Accept=yes: under a broken policy no one is served" greets out 192.0.2.1 993; done
check_log "Accept=yes: the log has file and line" 'policy\.xml:[0-9]+: .*colour'
failed_services() { systemctl list-units --all --plain --no-legend 'mailwicket-imap4s-outside@*.service'; }
none_failed() { [ -z "$(failed_services)" ]; }
check "Accept=yes: no service that failed is left" wait_for none_failed
check "Accept=yes: the socket stays" is active mailwicket-imap4s-outside.socket
policy interfaces="$both" enable='<enable interface="outside"/>'
check "Accept=yes: the policy is right, and who comes is served" greets out 192.0.2.1 993
bed_dovecot_stop

echo "end of the script"
