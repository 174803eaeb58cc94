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

boot_more=$boot_installed
boot_up
boot_run "$MW_SRC/t/e2e/systemd-inside.sh"
done_testing
