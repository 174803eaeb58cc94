#!/bin/bash
# SPDX-License-Identifier: ISC
# What is announced before the login (R1.6a): what the default server offers, learned at the first
# start, refreshed by each login, or fixed by the policy. Programs that ask only once behave as they do
# at the mail server itself.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up
login=vpn1:alice@localhost password=$PASS_VPN1:$PASS_ALICE
python=python3

once() { # WHAT PORTNAME LOGIN PASSWORD
    timeout "$patience" $python "$MW_SRC/t/e2e/once.py" "$1" "${port[$2]}" "$3" "$4" "$CA"
}
# same NAME WHAT PROTOCOL SERVER: both runs say the same, and this in it
same() { # NAME WHAT PROTOCOL SERVER REGEX
    local direct through
    direct=$(once "$2" "$4" alice "$PASS_ALICE" 2>&1)
    through=$(once "$2" "$3" "$login" "$password" 2>&1)
    if [ "$direct" = "$through" ] && grep -Eq -- "$5" <<<"$through"; then ok "$1"; else
        not_ok "$1" "$(diff <(echo "$direct") <(echo "$through")) $through"
    fi
}
announced() { # PROTOCOL: before the login
    talk t "${port[$1]}"
    case $1 in
        imap4s) hear t '^\* OK' ;;
        pop3s) hear t '^\+OK'; say t CAPA; hear t '^\.' ;;
        smtps) hear t '^220'; say t 'EHLO c.test'; hear t '^250 ' ;;
    esac
    hangup t
    tr -d '\r' <<<"$heard"
}
announces() { announced "$1" | grep -Eq -- "$2"; }
until_announced() { wait_for announces "$@"; }

# --- the first start: learned without any login ---------------------------------------------------
check "IMAP: what Dovecot offers is announced" until_announced imap4s 'CAPABILITY IMAP4rev1.* IDLE'
check "POP3: what Dovecot offers is announced" until_announced pop3s '^UIDL$'
check "SMTP: what Exim offers is announced" until_announced smtps '^250-SIZE 104857600$'
check_log "the log says that it was learned" 'event=learned protocol=smtps server=localhost'
check_not "nobody has logged in for that" log_has 'event=established'
grep -Eq "$dovecot_login" "$BED/log/dovecot" && not_ok "Dovecot saw no login" || ok "Dovecot saw no login"
for word in LOGINDISABLED STARTTLS LOGIN-REFERRALS COMPRESS; do
    check_not "IMAP: $word is ours to say" announces imap4s "$word"
done
check "IMAP: our own mechanisms" announces imap4s 'SASL-IR AUTH=PLAIN AUTH=LOGIN\]'
check_not "POP3: STLS is ours to say" announces pop3s STLS
check "SMTP: one AUTH, and it is ours" [ "$(announced smtps | grep AUTH)" = '250-AUTH PLAIN LOGIN' ]
check_not "SMTP: STARTTLS and PIPECONNECT are ours to say" announces smtps 'STARTTLS|PIPECONNECT'

# --- programs that ask once, directly and through us ----------------------------------------------
check "a mail to look at" curl_smtp "$login" "$password" alice@localhost "$(mail_file seed)"
check "it arrives" wait_for arrived seed
same "POP3, asked once as JavaMail does: TOP, UIDL, PIPELINING" pop3 pop3s pop3s_back 'UIDL \+OK'
same "imaplib: enable, IDLE" imap imap4s imaps 'enable CONDSTORE OK'
same "… IDLE too" imap imap4s imaps 'IDLE OK'
same "smtplib: SIZE, 8BITMIME, DSN, CHUNKING" smtp smtps smtps_back 'size 104857600 .*8BITMIME.*NOTIFY'
# The programs themselves: JavaMail, and nodemailer.
mail_jar=/usr/share/java/javax.mail.jar:/usr/share/java/javax.activation.jar
same_run() { # NAME REGEX PROTOCOL SERVER COMMAND …: both runs say the same, and this in it
    local name=$1 re=$2 proto=$3 server=$4 direct through; shift 4
    direct=$("$@" "${port[$server]}" alice "$PASS_ALICE" 2>&1)
    through=$("$@" "${port[$proto]}" "$login" "$password" 2>&1)
    if [ "$direct" = "$through" ] && grep -Eq -- "$re" <<<"$through"; then ok "$name"; else
        not_ok "$name" "$(diff <(echo "$direct") <(echo "$through")) $through"
    fi
}
java_once() { (cd "$BED/cl" && timeout "$patience" java -cp "$mail_jar" "$MW_SRC/t/e2e/Once.java" "$@"); }
node_once() { NODE_PATH=/usr/share/nodejs timeout "$patience" node "$MW_SRC/t/e2e/once.js" "$@" "$CA"; }
same_run "JavaMail, POP3: the list, UIDs and TOP" 'UID true TOP true' pop3s pop3s_back java_once pop3s
same_run "JavaMail, IMAP" 'IDLE true' imap4s imaps java_once imaps
same_run "JavaMail, SMTP: SIZE, DSN, CHUNKING" 'SIZE true 104857600' smtps smtps_back java_once smtps
same_run "nodemailer: the list, a mail too large, DSN" 'accepted 1' smtps smtps_back node_once
msmtp_dsn() { # PORTNAME LOGIN PASSWORD
    mail_file dsn >/dev/null
    timeout "$patience" msmtp --file=/dev/null --host=localhost --port="${port[$1]}" --tls=on --tls-starttls=off \
        --tls-trust-file="$CA" --auth=plain --user="$2" --passwordeval="echo '$3'" --from=alice@localhost \
        --dsn-notify=failure --dsn-return=headers alice@localhost <"$(mail_file "dsn-$1")"
}
check "msmtp asks for a DSN at Exim" msmtp_dsn smtps_back alice "$PASS_ALICE"
check "msmtp asks for a DSN through Mailwicket" msmtp_dsn smtps "$login" "$password"
check "its mail arrives" wait_for arrived dsn-smtps

# --- SIZE: a mail too large is refused before it is uploaded --------------------------------------
exim_says() { curl -sv --max-time "$patience" "smtp://127.0.0.1:${port[smtp]}" 2>&1 | tr -d '\r' | grep -Eq -- "$1"; }
exim_says_not() { ! exim_says "$1"; }
sed -i 's/^message_size_limit.*/message_size_limit = 1M/' "$BED/exim/exim.conf"
kill -HUP "$(cat "$BED/exim/exim.pid")"
wait_for exim_says '^< 250-SIZE 1048576$'
check "the old SIZE is announced once more" announces smtps '^250-SIZE 104857600$'
check_says "… and the login refreshes it" 'refused before it was sent 552' once big smtps "$login" "$password"
check "the new SIZE is announced" announces smtps '^250-SIZE 1048576$'
same "smtplib: too large" big smtps smtps_back 'refused before it was sent 552'

# --- what is remembered ---------------------------------------------------------------------------
check_says "show --servers" 'smtps +localhost +'"${port[smtp]}"' .*SIZE=1048576' ctl show --servers
servers_json() {
    ctl show --servers --json | $python -c '
import json, sys
all = {(s["protocol"], s["port"]): s for s in json.load(sys.stdin)}
s = all[sys.argv[1], int(sys.argv[2])]
print(s["server"], s["seen"], *s["offers"])' "$@"
}
check_says "show --servers --json" '^localhost 20.*Z .*IMAP4rev1.* IDLE' servers_json imap4s "${port[imap]}"
check_says "show --servers and a filter" 'invalid options with --servers' ctl show --servers --user alice

# --- restarted: remembered, nobody asks -----------------------------------------------------------
log_mark
bed_restart
check "after a restart it is announced at once" announces imap4s 'CAPABILITY IMAP4rev1.* IDLE'
check_not "nobody asked again" log_has 'event=learned|event=not-learned'

# --- TLS to the mail server, and a server that is down --------------------------------------------
rm -f "$BED"/state/state*
bed_restart tls=starttls
check "behind STARTTLS it is learned too: IMAP" until_announced imap4s 'CAPABILITY IMAP4rev1.* IDLE'
check "POP3" until_announced pop3s '^UIDL$'
check "SMTP" until_announced smtps '^250-SIZE 1048576$'
same "IMAP behind STARTTLS: the programs behave the same" imap imap4s imaps 'enable CONDSTORE OK'
rm -f "$BED"/state/state*
bed_restart tls=implicit imap4s="${port[imaps]}" pop3s="${port[pop3s_back]}" smtps="${port[smtps_back]}"
check "with implicit TLS too" until_announced imap4s 'CAPABILITY IMAP4rev1.* IDLE'
rm -f "$BED"/state/state*
log_mark
bed_restart imap4s="${port[dead]}"
check_log "a server that is down is logged" 'event=not-learned protocol=imap4s server=localhost reason='
check "… and nothing of it is announced" announces imap4s 'CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN\]'
check "… others are learned" until_announced pop3s '^UIDL$'

# --- fixed by the policy --------------------------------------------------------------------------
rm -f "$BED"/state/state*
log_mark
bed_restart announce_imap4s='IMAP4rev1 IDLE' announce_pop3s='TOP LOGIN-DELAY=900' announce_smtps='SIZE=5000 LIMITS=A=1,B=2'
check "IMAP: fixed" announces imap4s 'CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN AUTH=LOGIN\]'
check "POP3: fixed, with a parameter" announces pop3s '^LOGIN-DELAY 900$'
check "SMTP: fixed, with parameters" announces smtps '^250-LIMITS A=1 B=2$'
check "SMTP: the policy's SIZE" announces smtps '^250-SIZE 5000$'
check_not "nobody asked" log_has 'event=learned|event=not-learned'

# --- a server without SIZE and PIPELINING (A4) ----------------------------------------------------
$python "$MW_SRC/t/e2e/without.py" "${port[extra]}" "${port[smtp]}" SIZE PIPELINING >"$BED/log/without" 2>&1 &
bed_pids+=($!)
wait_for grep -q listening "$BED/log/without" || bed_fail "without.py does not listen"
rm -f "$BED"/state/state*
bed_restart smtps="${port[extra]}"
check "its other words are announced" until_announced smtps '^250-8BITMIME$'
check_not "SIZE and PIPELINING are not" announces smtps 'SIZE|PIPELINING'
check "curl sends through it" curl_smtp "$login" "$password" alice@localhost "$(mail_file without)"
check "its mail arrives" wait_for arrived without
# Learned, then gone: the login goes on, and the list is refreshed.
rm -f "$BED"/state/state*
bed_restart
check "PIPELINING is learned" until_announced smtps '^250-PIPELINING$'
sed -i '1i pipelining_advertise_hosts = :' "$BED/exim/exim.conf"
kill -HUP "$(cat "$BED/exim/exim.pid")"
wait_for exim_says_not PIPELINING
check "it is announced, and gone" announces smtps '^250-PIPELINING$'
check_says "the login goes on" '^sent$' once smtp smtps "$login" "$password"
check_not "and now it isn't announced" announces smtps PIPELINING
# Fixed by the policy: only the administrator can help.
log_mark
bed_restart smtps="${port[extra]}" announce_smtps='8BITMIME PIPELINING'
talk t "${port[smtps]}"; hear t '^220'; say t 'EHLO c.test'; hear t '^250 '
say t "AUTH PLAIN $(b64 "\\0$login\\0$password")"; hear t '^[0-9]{3} '
check "the client is sent to the administrator, not told to try again" \
    grep -q '^454 4.7.0 Login is not possible, contact your administrator' <<<"$heard"
hangup t
check_log "the log names the word" \
    'denial=admin reason="mail server [^ ]+: lacks PIPELINING, which the policy announces \(announce\)"'

# --- long lists, and a server that asks again for what it was sent --------------------------------
words=$(printf ' X-WORD-%03d' {1..300}) # 3,300 octets
rm -f "$BED"/state/state*
mock_start long mock "* OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN LOGINDISABLED$words] ready\r\n" \
    '+ \r\n' "W1 OK [CAPABILITY IMAP4rev1 IDLE$words] in\r\n"
bed_restart imap4s="${port[mock]}"
check "IMAP: the last word of a long list is announced" until_announced imap4s 'X-WORD-001 .*X-WORD-300 '
check "IMAP: a + after the initial response: it is sent again" imap_login t "$login" "$password"
check "IMAP: and the whole list is the client's after the login" grep -q 'X-WORD-300\] Logged in' <<<"$heard"
hangup t
plain=$(b64 "\\0alice\\0$PASS_ALICE")
check "IMAP: the same response" [ "$(grep -c "^C: .*$plain" "$BED/log/mock-long")" = 2 ]
mock_stop
rm -f "$BED/log/mock-long" # it holds the password
mock_start again mock '220 m ESMTP\r\n' '250-m\r\n250 AUTH PLAIN\r\n' '334 \r\n' '235 2.7.0 in\r\n' '250 2.0.0 still there\r\n'
bed_restart smtps="${port[mock]}" announce_smtps=-
talk t "${port[smtps]}"; hear t '^220'; say t 'EHLO c.test'; hear t '^250 '
say t "AUTH PLAIN $(b64 "\\0$login\\0$password")"
check "SMTP: a 334 after the initial response: it is sent again" hear t '^235'
say t NOOP
check "SMTP: and the session is the server's" hear t 'still there'
hangup t
mock_stop
rm -f "$BED/log/mock-again"
check_entries "no entry is left at the end" 0
done_testing
