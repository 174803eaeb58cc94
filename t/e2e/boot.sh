# SPDX-License-Identifier: ISC
# boot.sh - sourced by tests that need a running systemd: boots one as process 1 of name spaces of its
# own, on this kernel, over a throw-away overlay of this machine's root. Nothing that happens inside
# changes this machine. Needs root, and a cgroup2 hierarchy that may be written.
#
#   boot_up            boots it; $BED, $MW_SRC and $MW_BUILD can be read inside
#   inside COMMAND …   runs a command there, as root, with its exit status
#   boot_run SCRIPT    runs a test script there (bash, ends with "end of the script"); what it
#                      reports counts here
#   boot_down          ends it and all that runs inside
#   boot_more          commands that change the new root $R once more before it is booted
#   boot_installed     such commands: Mailwicket in MW_INST is installed there, with $BED/etc

boot_pid='' boot_cgroup='' boot_outer='' boot_more=''

boot_cgroup2() { # where the machine has cgroup2
    awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts
}

# What becomes the new root, in the new name spaces, and at last systemd. W is an empty directory.
boot_internal='
set -e
W=$1; shift
mount -t tmpfs tmpfs $W
mkdir $W/up $W/work $W/root
R=$W/root
mount -t overlay overlay -o lowerdir=/,upperdir=$W/up,workdir=$W/work $R
mount -t proc proc $R/proc
mount --bind -o ro $R/proc/sys $R/proc/sys
mount -t sysfs sysfs $R/sys -o ro
mount -t cgroup2 cgroup2 $R/sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs $R/dev
for n in null zero full random urandom tty; do touch $R/dev/$n; mount --bind /dev/$n $R/dev/$n; done
mkdir $R/dev/pts $R/dev/shm $R/dev/mqueue $R/dev/hugepages
ln -s pts/ptmx $R/dev/ptmx
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts $R/dev/pts
mount -t tmpfs tmpfs $R/dev/shm
mount -t tmpfs -o mode=755 tmpfs $R/run
ln -s /proc/self/fd $R/dev/fd
ln -s fd/0 $R/dev/stdin
ln -s fd/1 $R/dev/stdout
ln -s fd/2 $R/dev/stderr
for d; do mkdir -p $R$d; mount --bind $d $R$d; mount -o remount,bind,ro $R$d; done
# None of this machine'\''s own services, and nothing to boot but the journal. /tmp is not emptied.
# A package may restart its services here, whatever the machine has against that.
rm -rf $R/etc/systemd/system/* $R/var/log/journal $R/usr/sbin/policy-rc.d
mkdir -p $R/etc/tmpfiles.d
ln -sf /dev/null $R/etc/tmpfiles.d/tmp.conf
echo >$R/etc/fstab
for u in systemd-udevd systemd-networkd-wait-online networking ifup@ systemd-timesyncd \
    systemd-binfmt systemd-sysctl systemd-modules-load modprobe@ systemd-firstboot systemd-pstore keyboard-setup console-setup apparmor; do
    ln -sf /dev/null $R/etc/systemd/system/$u.service
done
ln -sf /dev/null $R/etc/systemd/system/tmp.mount # Debian 13 mounts an empty /tmp
cat >$R/etc/systemd/system/boot-test.target <<U
[Unit]
DefaultDependencies=no
Wants=systemd-journald.service
U
eval "$boot_more"
cd $R
mkdir .old
pivot_root . .old
umount -l .old
rmdir .old
mount --make-rshared / # as process 1 finds it: credentials come by a mount that spreads
ip link set lo up
exec env -i container=mailwicket-test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system \
    --log-target=journal --log-level=info --show-status=no --unit=boot-test.target
'

inside() {
    nsenter -t "$boot_pid" -m -p -u -i -n -C -r -w env -u JOURNAL_STREAM SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 "$@"
}
# journalctl -f that begins before the journal has its first line may never see one.
boot_is_up() {
    inside systemctl is-active boot-test.target systemd-journald.service &&
        [ -n "$(inside journalctl -q -n 1)" ]
}

boot_up() {
    local base
    base=$(boot_cgroup2)
    [ -n "$base" ] || bed_fail "this machine has no cgroup2 hierarchy: no systemd can be booted"
    boot_cgroup=$base/mailwicket-test.${BED##*.}
    mkdir "$boot_cgroup" || bed_fail "no control group can be made in $base"
    mkdir -p "$BED/boot"
    (
        echo $BASHPID >"$boot_cgroup/cgroup.procs"
        BED=$BED MW_INST=$MW_INST boot_more=$boot_more exec unshare -m -p -f -u -i -n -C --propagation private bash -c "$boot_internal" bash \
            "$BED/boot" "$BED" "$MW_SRC" "$MW_BUILD"
    ) >"$BED/log/boot" 2>&1 </dev/null &
    boot_outer=$!
    wait_for pgrep -P "$boot_outer" || bed_fail "no name spaces: $(cat "$BED/log/boot")"
    boot_pid=$(pgrep -P "$boot_outer")
    wait_for boot_is_up || bed_fail "systemd did not boot: $(tail -5 "$BED/log/boot")"
}

boot_run() {
    local line
    inside env BED="$BED" bash "$1" >"$BED/log/inside" 2>&1
    while IFS= read -r line; do
        case $line in
        'ok '*) ok "${line#* - }" ;;
        'not ok '*) not_ok "${line#* - }" ;;
        '#   '*) echo "$line" ;; # why not
        esac
    done <"$BED/log/inside"
    check "the script inside came to its end" grep -qx 'end of the script' "$BED/log/inside"
}

boot_down() {
    [ -n "$boot_pid" ] || return 0
    kill -KILL "$boot_pid" 2>/dev/null # process 1 of its name space: all of it goes
    wait "$boot_outer" 2>/dev/null
    boot_pid=''
    local d
    for d in $(find "$boot_cgroup" -depth -type d 2>/dev/null); do
        wait_for rmdir "$d"
    done
}

# What `make install` and the administrator do, and udev for network devices alone: of this machine's
# others it hears nothing. The key is read again by the user mailwicket, at a reload. The programs may
# lie below /tmp or /root, which their units hide.
# shellcheck disable=SC2016 # $R and $name are for the shell inside, and for udev
boot_installed='
S=$R/etc/systemd/system E=$R$MW_INST/etc/mailwicket
mount -t tmpfs -o mode=755 tmpfs $R$MW_INST/etc # it may lie in MW_BUILD, which is read only here
mount -o remount,bind,rw $R$BED
mount -o remount,rw $R/sys
mkdir $R/run/udev
touch $R/run/udev/control # else systemd takes it that no udev will come
rm -f $R/{usr/,}lib/udev/rules.d/* $R/etc/udev/rules.d/* $S/systemd-udevd.service
ln -s /dev/null $S/systemd-udev-trigger.service
echo "SUBSYSTEM==\"net\", TAG+=\"systemd\", ENV{SYSTEMD_ALIAS}+=\"/sys/subsystem/net/devices/\$name\"" \
    >$R/lib/udev/rules.d/99-systemd.rules
rm -f $R/{usr/,}lib/systemd/system-generators/*
mkdir -p $R/etc/systemd/system-generators $E/keys $E/secrets $S/mailwicket@.service.d \
    $S/mailwicket-.service.d $S/boot-test.target.wants
cp $MW_INST/lib/systemd/system/* $S/
cp $MW_INST/lib/systemd/system-generators/mailwicket-generator $R/etc/systemd/system-generators/
cp $MW_INST/lib/tmpfiles.d/mailwicket.conf $R/etc/tmpfiles.d/
ln -s ../mailwicket.target $S/boot-test.target.wants/
cp $BED/etc/* $E/
chgrp mailwicket $E/server.key
chmod 640 $E/server.key
tee $S/mailwicket@.service.d/reach.conf >$S/mailwicket-.service.d/reach.conf <<U
[Service]
ProtectHome=tmpfs
BindReadOnlyPaths=$MW_INST
Environment="ASAN_OPTIONS=${ASAN_OPTIONS:-}"
U
# What is said in the log of the kernel is for the test to read. A FIFO takes it also where systemd (from 256
# on) runs generators in a root that is read only, as a device does; the journal would read it too.
mkdir -p $R/etc/systemd/journald.conf.d
printf "[Journal]\nReadKMsg=no\n" >$R/etc/systemd/journald.conf.d/kmsg.conf
mkfifo $R/dev/kmsg
exec 3<>$R/dev/kmsg 4>$BED/log/kmsg # now: soon $R is elsewhere
cat <&3 >&4 &
exec 3<&- 4>&-
'
