#!/bin/bash
# SPDX-License-Identifier: ISC
# Under a real systemd: the generator, its sockets on devices that come late, go and come again, a
# changed policy, a broken one, and Accept=yes. What happens inside is systemd-inside.sh.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/systemd-boot.sh"
bed_new
boot_ports
bed_policy methods=mailhost state=/run/mailwicket \
    interfaces='<interface name="outside" device="mw-out"/><interface name="inside" device="mw-in"/>' \
    enable='<enable interface="outside"/>'

check "systemd boots, the script inside runs to its end, and systemd halts" \
    boot_systemd "$MW_SRC/t/e2e/systemd-inside.sh"
while IFS= read -r line; do
    case $line in
    'ok '*) ok "${line#* - }" ;;
    'not ok '*) not_ok "${line#* - }" ;;
    '#   '*) echo "$line" ;; # why not
    esac
done <"$BED/log/inside"
check "the script inside came to its end" grep -qx 'end of the script' "$BED/log/inside"
[ $tap_failed -eq 0 ] || sed 's/^/# systemd: /' "$BED/log/systemd" | tail -40
done_testing
