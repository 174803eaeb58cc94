#!/bin/bash
# SPDX-License-Identifier: ISC
# Under a real systemd (boot.sh): the generator, its sockets on devices that come late, go and come
# again, a changed policy, a broken one, and Accept=yes. What happens inside is systemd-inside.sh.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/boot.sh"
bed_new
trap 'boot_down; bed_end' EXIT
# The ports are the protocols' own: there is nobody else inside.
port=([imap4s]=993 [pop3s]=995 [smtps]=988 [imap]=143 [imaps]=1993 [pop3]=110 [pop3s_back]=1995
    [lmtp]=24 [smtp]=25)
bed_policy methods=mailhost state=/run/mailwicket \
    interfaces='<interface name="outside" device="mw-out"/><interface name="inside" device="mw-in"/>' \
    enable='<enable interface="outside"/>'

# What `make install` and the administrator do, and udev for network devices alone: of this machine's
# others it hears nothing. The key is read again by the user mailwicket, at a reload. The programs may
# lie below /tmp or /root, which their units hide.
# shellcheck disable=SC2016 # $R and $name are for the shell inside, and for udev
boot_more='
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
boot_up
inside env BED="$BED" bash "$MW_SRC/t/e2e/systemd-inside.sh" >"$BED/log/inside" 2>&1
while IFS= read -r line; do
    case $line in
    'ok '*) ok "${line#* - }" ;;
    'not ok '*) not_ok "${line#* - }" ;;
    '#   '*) echo "$line" ;; # why not
    esac
done <"$BED/log/inside"
check "the script inside came to its end" grep -qx 'end of the script' "$BED/log/inside"
done_testing
