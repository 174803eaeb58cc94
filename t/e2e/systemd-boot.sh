# SPDX-License-Identifier: ISC
# systemd-boot.sh - sourced behind bed.sh: a real systemd as process 1, in namespaces of its own (processes,
# mounts, network, control groups) over a throw-away overlay of this machine's file system.
#
# Of this machine's units, wants, generators and udev rules nothing is left in there but what the test
# needs: no service of the machine starts, no kernel setting is touched.

# The ports are the protocols' own: there is nobody else.
boot_ports() {
    port=([imap4s]=993 [pop3s]=995 [smtps]=988 [imap]=143 [imaps]=1993 [pop3]=110 [pop3s_back]=1995
        [lmtp]=24 [smtp]=25)
}

# boot_systemd SCRIPT: boots, runs the script as a service with $BED as on the outside, and halts;
# false after 100 s. What systemd itself says is in the journal, and before that in $BED/log/systemd.
boot_systemd() {
    local cgroup=/sys/fs/cgroup
    [ -e $cgroup/cgroup.controllers ] || cgroup+=/unified
    cgroup+=/mailwicket.$$
    mkdir "$cgroup" || bed_fail "no control group can be made: is this root on cgroup v2?"
    boot_units "$1" >"$BED/boot.target"
    (
        echo "$BASHPID" >"$cgroup/cgroup.procs"
        # shellcheck disable=SC2016 # it is the inner shell's to expand
        exec timeout -k 5 100 unshare -m -p -f --kill-child -u -i -n -C --propagation private bash -c \
            "$(declare -f boot_devices boot_root boot_enter); set -e; boot_root; boot_enter"
    ) >"$BED/log/systemd" 2>&1 </dev/null
    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null
    rm -rf "$BED/root"
    grep -qx done "$BED/log/inside-end"
}

# All there is to boot: the script, with mailwicket.target as if it had been enabled.
boot_units() {
    cat <<U
[Unit]
DefaultDependencies=no
Wants=systemd-journald.service mailwicket.target boot-test.service
U
    mkdir -p "$BED/units"
    cat >"$BED/units/boot-test.service" <<U
[Unit]
DefaultDependencies=no
After=systemd-journald.service boot-tmpfiles.service
[Service]
Type=oneshot
Environment=BED=$BED MW_SRC=$MW_SRC MW_INST=$MW_INST MW_BUILD=$MW_BUILD
ExecStart=/bin/bash $1
ExecStopPost=/bin/sh -c 'echo done >$BED/log/inside-end; exec halt -f'
StandardOutput=file:$BED/log/inside
StandardError=file:$BED/log/inside
U
    cat >"$BED/units/boot-tmpfiles.service" <<U
[Unit]
DefaultDependencies=no
Before=sysinit.target
[Service]
Type=oneshot
ExecStart=/usr/bin/systemd-tmpfiles --create $MW_INST/lib/tmpfiles.d/mailwicket.conf
U
}

boot_devices() { # ROOT: the few device nodes that a container has
    local n
    mount -t tmpfs -o mode=755 tmpfs "$1/dev"
    for n in null zero full random urandom tty; do
        touch "$1/dev/$n"
        mount --bind "/dev/$n" "$1/dev/$n"
    done
    mkdir "$1/dev/pts" "$1/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$1/dev/pts"
    ln -s pts/ptmx "$1/dev/ptmx"
    mount -t tmpfs tmpfs "$1/dev/shm"
    ln -s /proc/self/fd "$1/dev/fd"
    touch "$1/dev/console" "$1/dev/kmsg" # files: what is said there is for the test to read
}

boot_root() {
    local w=$BED/root r=$BED/root/root
    mkdir -p "$w"
    mount -t tmpfs tmpfs "$w"
    mkdir "$w"/{up,work,root}
    mount -t overlay overlay -o "lowerdir=/,upperdir=$w/up,workdir=$w/work" "$r"
    mount -t proc proc "$r/proc"
    mount -t sysfs sysfs "$r/sys"
    mount -t cgroup2 cgroup2 "$r/sys/fs/cgroup"
    boot_devices "$r"
    mount -t tmpfs -o mode=755 tmpfs "$r/run"
    mkdir "$r/run/udev"
    touch "$r/run/udev/control" # else systemd takes it that no udev will come
    mount --bind "$BED" "$r$BED"
    rm -rf "$r"/etc/systemd/system/* "$r"/{usr/,}lib/systemd/system/*.wants \
        "$r"/{usr/,}lib/systemd/system-generators/* "$r"/{usr/,}lib/udev/rules.d/* "$r"/etc/udev/rules.d/*
    # shellcheck disable=SC2016 # udev's own variable
    echo 'SUBSYSTEM=="net", TAG+="systemd", ENV{SYSTEMD_ALIAS}+="/sys/subsystem/net/devices/$name"' \
        >"$r/lib/udev/rules.d/99-systemd.rules"
    mkdir -p "$r/etc/systemd/system/sysinit.target.wants" "$r/etc/systemd/system-generators"
    cp "$MW_INST"/lib/systemd/system/* "$BED"/units/* "$r/etc/systemd/system/"
    cp "$BED/boot.target" "$r/etc/systemd/system/boot.target"
    ln -s ../boot-tmpfiles.service "$r/etc/systemd/system/sysinit.target.wants/"
    cp "$MW_INST/lib/systemd/system-generators/mailwicket-generator" "$r/etc/systemd/system-generators/"
    mkdir -p "$r$MW_INST/etc/mailwicket" "$r/etc/systemd/system/mailwicket@.service.d" \
        "$r/etc/systemd/system/mailwicket-.service.d"
    mkdir -p "$r$MW_INST"/etc/mailwicket/{keys,secrets}
    cp "$BED"/etc/* "$r$MW_INST/etc/mailwicket/"
    # A reload reads it as the user mailwicket.
    chgrp mailwicket "$r$MW_INST/etc/mailwicket/server.key"
    chmod 640 "$r$MW_INST/etc/mailwicket/server.key"
    # The programs under test may lie below /tmp or /root, which their units hide.
    tee "$r/etc/systemd/system/mailwicket@.service.d/reach.conf" \
        >"$r/etc/systemd/system/mailwicket-.service.d/reach.conf" <<U
[Service]
ProtectHome=tmpfs
BindReadOnlyPaths=$MW_INST
Environment="ASAN_OPTIONS=${ASAN_OPTIONS:-}"
U
}

boot_enter() {
    cd "$BED/root/root"
    mkdir -p .old
    pivot_root . .old
    umount -l /.old
    mount --make-rshared / # as process 1 finds it on a machine
    exec env -i container=mailwicket PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system \
        --log-target=journal --log-level=info --show-status=no --unit=boot.target
}
