#!/bin/bash
# SPDX-License-Identifier: ISC
# Interfaces without systemd: what mailwicketctl units writes, read by its real readers: xinetd between
# two networks, firewalld, ufw, systemd-analyze. Under a real systemd: systemd.sh.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_dovecot_start; bed_exim_start; bed_users

# A gateway with two devices, each with a client's machine at its other end.
gw=mw-gw-$$ out=mw-out-$$ in=mw-in-$$
nets_end() {
    local n
    for n in "$gw" "$out" "$in"; do ip netns del "$n" 2>/dev/null; done
}
trap 'nets_end; bed_end' EXIT
for n in "$gw" "$out" "$in"; do ip netns add "$n" || bed_fail "no network namespace can be made"; done
connect() { # DEVICE NAMESPACE NETWORK
    ip -n "$gw" link add "$1" type veth peer name eth0 netns "$2" &&
        ip -n "$gw" address add "$3.1/24" dev "$1" && ip -n "$gw" address add "2001:db8:${3##*.}::1/64" dev "$1" nodad &&
        ip -n "$gw" link set "$1" up && ip -n "$2" address add "$3.2/24" dev eth0 &&
        ip -n "$2" address add "2001:db8:${3##*.}::2/64" dev eth0 nodad && ip -n "$2" link set eth0 up
}
connect veth.out "$out" 192.0.2 && connect veth-in "$in" 198.51.100 && ip -n "$gw" link set lo up ||
    bed_fail "the networks can't be made"
bed_policy interfaces='<interface name="out.side" device="veth.out" address="192.0.2.1"/>
  <interface name="out.side6" device="veth.out" address="2001:db8:2::1"/>
  <interface name="in" device="veth-in" address="198.51.100.1"/>
  <interface name="mgmt" device="veth-m" management-only="true"/>' \
    enable='<enable interface="out.side"/><enable interface="out.side6"/>'

# The table.
check_says "interfaces: enabled ones have their ports" \
    "^out\.side +veth\.out +192\.0\.2\.1 +${port[pop3s]} +${port[imap4s]} +${port[smtps]}$" ctl interfaces
check_says "interfaces: one where nothing is enabled" '^in +veth-in +198\.51\.100\.1 +- +- +-$' ctl interfaces
check_says "interfaces: one that can't have it" '^mgmt +veth-m +any +never +never +never$' ctl interfaces
check "interfaces --json is JSON" python3 -m json.tool <(ctl interfaces --json)

# What check says of this machine's devices.
at() { ip netns exec "$@"; }
check_not "check finds no fault where the devices exist" says 'device' at "$gw" "$(mw mailwicketctl)" \
    check "$BED/etc/policy.xml"
check_says "check warns of a missing device" 'warning: .*policy\.xml:6: .*device veth\.out does not exist' ctl check
vlan() { # a device is a VLAN in fact, though its name doesn't say so
    at "$gw" unshare -m sh -c 'mount -t tmpfs tmpfs /sys/class/net && mkdir /sys/class/net/veth.out &&
        printf "DEVTYPE=vlan\nINTERFACE=veth.out\nIFINDEX=2\n" >/sys/class/net/veth.out/uevent && exec "$@"' sh \
        "$(mw mailwicketctl)" check "$BED/etc/policy.xml"
}
check_says "check warns of a VLAN by the kernel's word" 'warning: .*policy\.xml:6: .*device veth\.out is a VLAN' vlan

# xinetd, in the gateway's network; the helper is outside of it, and dials the mail server.
mkdir -p "$BED/xinetd/d"
printf 'defaults\n{\n    log_type = FILE %s\n}\nincludedir %s\n' "$BED/log/xinetd" "$BED/xinetd/d" >"$BED/xinetd/conf"
check "xinetd: the entries are made" ctl units --xinetd "$BED/xinetd/d"
bed_helper_start
ip netns exec "$gw" xinetd -f "$BED/xinetd/conf" -pidfile "$BED/xinetd/pid" -stayalive -dontfork >"$BED/log/xinetd.out" 2>&1 &
xinetd=$!
bed_pids+=($xinetd)
listening() { at "$gw" ss -Hltn "sport = :$1" | wc -l | grep -qx "$2"; }
check "xinetd listens at two addresses" wait_for listening "${port[smtps]}" 2
login() { # NAMESPACE ADDRESS: a login over IMAP
    talk_wrap=(ip netns exec "$1")
    talk t "${port[imap4s]}" -connect "$2:${port[imap4s]}"
    hear t '^\* OK' && say t "a LOGIN alice $PASS_ALICE" && hear t '^a OK'
    local rc=$?
    hangup t
    return $rc
}
refused() { # NAMESPACE ADDRESS PORT
    at "$1" bash -c "exec 3<>/dev/tcp/$2/$3" 2>&1 | grep -q 'Connection refused'
}
check "xinetd: a login on the enabled interface, IPv4" login "$out" 192.0.2.1
check "xinetd: IPv6" login "$out" '[2001:db8:2::1]'
check "the client's address is its own" log_has 'client=192\.0\.2\.2 '
check "xinetd: refused on the other interface" refused "$in" 198.51.100.1 "${port[imap4s]}"
sed -i 's|<enable interface="out.side6"/>|<enable interface="in"/>|' "$BED/etc/policy.xml"
check_says "xinetd: another policy, and what it no longer wants is removed" \
    'removed .*/mailwicket-imap4s-out\+side6$' ctl units --xinetd "$BED/xinetd/d"
kill -HUP $xinetd
check "xinetd: reloaded, the other interface is served" wait_for login "$in" 198.51.100.1
check "xinetd: and the one that was taken away is closed" wait_for refused "$out" 2001:db8:2::1 "${port[imap4s]}"
kill $xinetd
wait $xinetd 2>/dev/null

# systemd's own judgement of the files.
units=$MW_INST/lib/systemd/system
verified() { # DIR: systemd-analyze has nothing to say of ours
    systemd-analyze verify --man=no "$units"/mailwicket* "$1"/mailwicket* >"$BED/cl/verify" 2>&1
    ! grep -E 'mailwicket-(pop3s|imap4s|smtps)-|veth' "$BED/cl/verify"
}
mkdir "$BED"/{systemd,accept,firewalld,ufw}
check "systemd: the units are written" ctl units --systemd "$BED/systemd"
check "systemd: the device's name is escaped as systemd-escape has it" test -L \
    "$BED/systemd/$(systemd-escape --suffix=device --path /sys/subsystem/net/devices/veth-in).wants/mailwicket-smtps-in.socket"
check "systemd-analyze verify" verified "$BED/systemd"
ctl units --systemd --accept "$BED/accept" >/dev/null
check "systemd-analyze verify, Accept=yes" verified "$BED/accept"
sed -i 's/^BindToDevice/BindToDevices/' "$BED/systemd/mailwicket-imap4s-in.socket"
check_not "systemd-analyze verify sees what is wrong" verified "$BED/systemd"
check "the generator makes the same as mailwicketctl units" bash -c '
    mkdir -p "$1/generated" && "$2" -p "$1/etc/policy.xml" units --systemd "$1/systemd" >/dev/null &&
    unshare -m sh -c "mkdir -p $3/etc/mailwicket && mount --bind $1/etc $3/etc/mailwicket &&
        exec $3/lib/systemd/system-generators/mailwicket-generator $1/generated" &&
    for f in $(cd "$1/systemd" && find . -type f); do
        diff <(sed "s|$1/etc/|$3/etc/mailwicket/|" "$1/systemd/$f") "$1/generated/$f" || exit 1
    done && diff <(cd "$1/systemd" && find . | sort) <(cd "$1/generated" && find . | sort)' \
    bash "$BED" "$(mw mailwicketctl)" "$MW_INST"

# firewalld and ufw, by what their own programs read with.
firewalld_reads() {
    /usr/bin/python3 -c 'import sys
from firewall.core.io.policy import policy_reader
from firewall.core.io.service import service_reader
policy = policy_reader("mailwicket.xml", sys.argv[1] + "/policies")
print(policy.target, *policy.ingress_zones, *policy.egress_zones)
for name in policy.services:
    print(name, service_reader(name + ".xml", sys.argv[1] + "/services").ports)' "$BED/firewalld"
}
check "firewalld: the files are written" ctl units --firewalld "$BED/firewalld"
check_says "firewalld reads a policy for whoever comes to this machine" '^CONTINUE ANY HOST$' firewalld_reads
for p in imap4s pop3s smtps; do
    check_says "firewalld reads what it lets in: $p" "^mailwicket-$p \[\('${port[$p]}', 'tcp'\)\]$" firewalld_reads
done
check "ufw: the profiles are written" ctl units --ufw "$BED/ufw"
ufw_reads() {
    /usr/bin/python3 -c 'import builtins, sys, ufw.applications as a
builtins._ = str # which its own program takes from gettext
for name, profile in sorted(a.get_profiles(sys.argv[1]).items()):
    a.verify_profile(name, profile)
    print(name, a.get_ports(profile))' "$BED/ufw"
}
check_says "ufw reads one for all" "^Mailwicket \['${port[pop3s]},${port[imap4s]},${port[smtps]}/tcp'\]" ufw_reads
check_says "ufw reads one for each protocol" "^Mailwicket SMTPS \['${port[smtps]}/tcp'\]" ufw_reads
done_testing
