#!/bin/bash
# SPDX-License-Identifier: ISC
# Real mail programs fetch and send through Mailwicket.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up
login=vpn1:alice@localhost password=$PASS_VPN1:$PASS_ALICE

# curl
check "curl sends by smtps" curl_smtp "$login" "$password" alice@localhost "$(mail_file by-curl)"
check "curl's mail arrives" wait_for arrived by-curl
check_says "curl lists by imaps" 'LIST .*INBOX' curl_imap "$login" "$password"
check_says "curl fetches by imaps" 'Subject: by-curl' curl_imap "$login" "$password" 'INBOX;UID=1'
check_says "curl fetches by pop3s" 'Subject: by-curl' curl_pop3 "$login" "$password" 1
for m in PLAIN LOGIN; do
    for p in imaps:imap4s pop3s:pop3s; do
        check "curl logs in by ${p%:*} with AUTH=$m" curl -sS -m "$patience" --cacert "$CA" \
            --login-options "AUTH=$m" "$(url "${p%:*}" "$login" "$password" "${port[${p#*:}]}")"
    done
    check "curl sends by smtps with AUTH=$m" curl_smtp "$login" "$password" alice@localhost \
        "$(mail_file "by-$m")" --login-options "AUTH=$m"
    check "curl's mail by $m arrives" wait_for arrived "by-$m"
done
# As mailwicket-users(7) says: the name as it is, where no colon ends it.
(umask 077; printf 'machine localhost login %s password %s\n' "$login" "$password" >"$BED/cl/netrc")
check "curl logs in by a netrc file" curl -sS -m "$patience" --cacert "$CA" --netrc-file "$BED/cl/netrc" \
    "imaps://localhost:${port[imap4s]}/"
check "curl logs in with SASL-IR" curl_imap "$login" "$password" '' --sasl-ir --login-options AUTH=PLAIN

# mbsync, by LOGIN and by AUTHENTICATE PLAIN where its build has SASL
cat >"$BED/cl/mbsyncrc" <<U
IMAPAccount a
Host localhost
Port ${port[imap4s]}
User $login
Pass $password
SSLType IMAPS
CertificateFile $CA
AuthMechs LOGIN
Timeout 20

IMAPStore r
Account a

MaildirStore l
Path $BED/cl/mb/
Inbox $BED/cl/mb/INBOX

Channel c
Far :r:
Near :l:
Create Near
SyncState *
U
mkdir -p "$BED/cl/mb"
check "mbsync fetches" mbsync -c "$BED/cl/mbsyncrc" c
check "mbsync's mail is here" grep -rq 'Subject: by-curl' "$BED/cl/mb/INBOX"

# fetchmail, by POP3 and by IMAP
for p in POP3:pop3s IMAP:imap4s; do
    (umask 077; cat >"$BED/cl/fetchmailrc") <<U
poll localhost service ${port[${p#*:}]} proto ${p%:*} auth password user "$login" pass "$password" ssl sslcertfile $CA sslcertck keep mda "cat >>$BED/cl/fm.${p%:*}"
U
    check "fetchmail fetches by ${p%:*}" env HOME="$BED/cl" fetchmail -f "$BED/cl/fetchmailrc" -a \
        -i "$BED/cl/fids.${p%:*}" --pidfile "$BED/cl/fm.pid" -N --nosyslog
    check "fetchmail's mail by ${p%:*} is here" grep -q 'Subject: by-curl' "$BED/cl/fm.${p%:*}"
done

# mpop and msmtp
for a in user plain login; do
    (umask 077; cat >"$BED/cl/mpoprc") <<U
account a
host localhost
port ${port[pop3s]}
tls on
tls_starttls off
tls_trust_file $CA
user $login
password $password
auth $a
keep on
delivery mbox $BED/cl/mpop.$a
uidls_file $BED/cl/mpop.uidls.$a
U
    check "mpop fetches with auth $a" mpop -C "$BED/cl/mpoprc" a
    check "mpop's mail with auth $a is here" grep -q 'Subject: by-curl' "$BED/cl/mpop.$a"
done
for a in plain login; do
    (umask 077; cat >"$BED/cl/msmtprc") <<U
account a
host localhost
port ${port[smtps]}
tls on
tls_starttls off
tls_trust_file $CA
auth $a
user $login
password $password
from sender@example.org
U
    check "msmtp sends with auth $a" msmtp -C "$BED/cl/msmtprc" -a a alice@localhost \
        <<<$'Subject: by-msmtp-'"$a"$'\n\nHello.'
    check "msmtp's mail with auth $a arrives" wait_for arrived "by-msmtp-$a"
done

# swaks
for a in PLAIN LOGIN; do
    check "swaks sends with AUTH $a" swaks --server "127.0.0.1:${port[smtps]}" --tls-on-connect \
        --tls-verify --tls-ca-path "$CA" --auth "$a" --auth-user "$login" --auth-password "$password" \
        --from sender@example.org --to alice@localhost --h-Subject "by-swaks-$a" --timeout "$patience"
    check "swaks's mail with AUTH $a arrives" wait_for arrived "by-swaks-$a"
done

check_log "sessions are logged as established" 'event=established.*'
check_log "sessions are logged as ended" 'event=ended .*bytes-in=[1-9]'
check_entries "no entry is left" 0
done_testing
