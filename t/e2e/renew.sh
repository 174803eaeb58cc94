#!/bin/bash
# SPDX-License-Identifier: ISC
# Certificates are renewed by the real certbot and lego, from a CA of ACME (pebble), and their OCSP
# responses by the timer's service, under a real systemd (boot.sh): what is not good replaces nothing,
# and no session is lost. What happens inside is renew-inside.sh.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/boot.sh"
bed_new
trap 'boot_down; bed_end' EXIT
# The ports are the protocols' own: there is nobody else inside.
port=([imap4s]=993 [pop3s]=995 [smtps]=988 [imap]=143 [imaps]=1993 [pop3]=110 [pop3s_back]=1995
    [lmtp]=24 [smtp]=25)
bed_cert "$BED/tls" ca server mail.example.org
cp "$BED/tls/server.pem" "$BED/etc/server.pem"
cp "$BED/tls/server.key" "$BED/etc/server.key"
bed_policy methods=mailhost outstanding=none state=/run/mailwicket key=keys/server.key
bed_users
boot_more=$boot_installed'
mv $E/server.key $E/keys/server.key
chown root:root $E/keys/server.key
chmod 600 $E/keys/server.key
chown root:mailwicket $E/keys
chmod 750 $E/keys
chown root:mailwicket-verify $E/users
chmod 640 $E/users
'
boot_up
boot_run "$MW_SRC/t/e2e/renew-inside.sh"
done_testing
