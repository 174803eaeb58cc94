#!/bin/bash
# SPDX-License-Identifier: ISC
# The mail server's side: TLS with right and wrong certificates, servers that are down, unknown to
# DNS, slow, or that answer nonsense. Trouble is never a refusal, and leaves no entry.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost

works() { # PROTO
    case $1 in
    imap4s) curl_imap bob "$PASS_BOB" ;;
    pop3s) curl_pop3 bob "$PASS_BOB" ;;
    smtps) curl_smtp bob "$PASS_BOB" alice@localhost "$(mail_file x)" ;;
    esac
}
declare -A trouble=([imap4s]='a NO \[UNAVAILABLE\]' [pop3s]='^-ERR \[SYS/TEMP\]' [smtps]='^454 4\.7\.0')
answer() { # PROTO: bob logs in with the right password; the reply
    talk t "${port[$1]}"
    case $1 in
    imap4s) hear t '^\* OK' && say t "a LOGIN bob $PASS_BOB" && hear t '^a ' ;;
    pop3s) hear t '^\+OK' && say t "USER bob" && hear t '^\+OK' && say t "PASS $PASS_BOB" && hear t '^[+-]' ;;
    smtps) hear t '^220' && say t 'EHLO c.test' && hear t '^250 ' &&
        say t "AUTH PLAIN $(printf '\0bob\0%s' "$PASS_BOB" | base64)" && hear t '^[0-9]{3} ' ;;
    esac
    hangup t
    printf '%s' "$heard"
}
# trouble NAME LOG: all three protocols say temporary failure, the log says LOG, no entry is left.
in_trouble() {
    local name=$1 log=$2 p; shift 2
    for p in "${@:-imap4s}"; do
        log_mark
        check_says "$name: temporary failure ($p)" "${trouble[$p]}" answer "$p"
        check_log "$name: the log says so ($p)" "$log"
    done
    check_entries "$name: no entry is left" 0
}

# --- TLS to the mail server ---------------------------------------------------------------------
back_ports="imap4s=${port[imaps]} pop3s=${port[pop3s_back]} smtps=${port[smtps_back]}"
bed_restart methods=mailhost tls=starttls
for p in imap4s pop3s smtps; do check "STARTTLS to the mail server ($p)" works $p; done
check_says "the mailbox is reached after STARTTLS" 'INBOX' curl_imap bob "$PASS_BOB"
bed_restart methods=mailhost tls=implicit $back_ports
for p in imap4s pop3s smtps; do check "implicit TLS to the mail server ($p)" works $p; done
check_says "the mailbox is reached over implicit TLS" 'INBOX' curl_imap bob "$PASS_BOB"

bed_restart methods=mailhost tls=starttls "ca=$BED/tls/otherca.pem"
# The reason says which side, and which server.
at='event=refused .*denial=temporary reason="mail server localhost:[0-9]+: '
in_trouble "STARTTLS, another CA" "${at}TLS: .*NOT trusted" imap4s pop3s smtps
bed_restart methods=mailhost tls=implicit $back_ports "ca=$BED/tls/otherca.pem"
in_trouble "implicit TLS, another CA" "${at}TLS: .*NOT trusted" imap4s pop3s smtps
bed_restart methods=mailhost tls=implicit
in_trouble "implicit TLS at a server that greets in clear" "${at}TLS: " imap4s pop3s smtps
bed_restart methods=mailhost tls=implicit $back_ports "ca=$BED/tls/otherca.pem" verify=false
check "verify=false takes it all the same" works imap4s
# The certificate is for localhost and 127.0.0.1; 127.0.0.2 is another name.
bed_dovecot_stop
bed_dovecot_start 'listen = 127.0.0.1, 127.0.0.2'
bed_restart methods=mailhost tls=starttls host=127.0.0.2
in_trouble "the certificate is for another name" \
    'reason="mail server 127\.0\.0\.2:[0-9]+: TLS: .*name .*not match' imap4s pop3s

# --- servers that are not there -----------------------------------------------------------------
dead="imap4s=${port[dead]} pop3s=${port[dead]} smtps=${port[dead]}"
bed_restart methods=mailhost $dead
in_trouble "nothing listens there" "event=server-unreachable .*reason=\"mail server localhost:${port[dead]}: .*Connection refused" imap4s pop3s smtps
# A program that asks again at once (Thunderbird: two or three times at each click) dials it once.
log_mark
talk t "${port[imap4s]}"; hear t '^\* OK'
for i in 1 2 3; do say t "a$i LOGIN bob $PASS_BOB"; hear t "^a$i NO \[UNAVAILABLE\]"; done
hangup t
check "three logins on one connection dial a dead server once" [ "$(log_new | grep -c event=server-unreachable)" = 1 ]
bed_restart methods=mailhost host=nowhere.invalid
in_trouble "a name that DNS doesn't know" 'event=dns-failed .*reason="mail server nowhere\.invalid:[0-9]+: ' imap4s pop3s smtps

# --- servers that answer nonsense ---------------------------------------------------------------
# Nobody asks these what they offer: that would be in the log too.
mocks="imap4s=${port[mock]} pop3s=${port[mock]} smtps=${port[mock]} announce=-"
bed_restart methods=mailhost $mocks
mocked() { # NAME LOG PROTO STEP …
    local name=$1 log=$2 proto=$3; shift 3
    mock_start nonsense mock "$@"
    in_trouble "$name" "$log" "$proto"
    mock_stop
}
any='event=not-authenticated|event=server-unreachable|event=.*reason='
mocked "the server closes at once" "${at}closed the connection" imap4s CLOSE
mocked "the server closes after its greeting" "$any" imap4s '* OK hi\r\n' CLOSE
mocked "the server speaks HTTP" "${at}" imap4s 'HTTP/1.1 400 Bad Request\r\n\r\n'
mocked "the server greets without end" "$any" imap4s FLOOD
mocked "the server says NUL" "$any" imap4s '* OK \0\0\r\n' '\0\0\0\r\n'
mocked "the server greets BYE" "$any" imap4s '* BYE go away\r\n' CLOSE
mocked "the server greets PREAUTH" "$any" imap4s '* PREAUTH hello\r\n'
mocked "a POP3 server that greets -ERR" "${at}greets with an error" pop3s '-ERR no\r\n' CLOSE
mocked "a POP3 server that speaks IMAP" "$any" pop3s '* OK hi\r\n'
mocked "an SMTP server that greets 554" "${at}greets with an error" smtps '554 no\r\n' CLOSE
mocked "an SMTP server that has no AUTH" "$any" smtps '220 hi\r\n' '250 hi\r\n'
mocked "a server that says temporary" "$any" imap4s '* OK [CAPABILITY IMAP4rev1] hi\r\n' '@TAG@ NO [UNAVAILABLE] x\r\n'
mocked "a server that doesn't list its capabilities" 'lists? its capabilities' imap4s '* OK hi\r\n' '@TAG@ OK done\r\n'

# What a server says without a code, and what the user is to be shown.
told() { # NAME PROTO REGEX(of the reply) REGEX(of the log) STEP …
    local name=$1 proto=$2 reply=$3 log=$4 heard_all; shift 4
    mock_start nonsense mock "$@"
    log_mark
    talk t "${port[$proto]}"
    case $proto in
        imap4s) hear t '^\* OK'; say t 'a LOGIN bob secret'; hear t '^a ' ;;
        pop3s) hear t '^\+OK'; say t 'USER bob'; hear t '^\+OK'; say t 'PASS secret'; hear t '^[+-]' ;;
        smtps) hear t '^220'; say t 'EHLO x'; hear t '^250 '; say t "AUTH PLAIN $(b64 '\0bob\0secret')"; hear t '^[0-9]{3} ' ;;
    esac
    heard_all=$heard
    hangup t
    mock_stop
    check_says "$name" "$reply" printf '%s' "$heard_all"
    check_log "$name: the log" "$log"
}
no_capa=('+OK hi\r\n' '-ERR\r\n' '+OK\r\n')
told "POP3: maildrop locked" pop3s '^-ERR \[IN-USE\] ' 'event=refused .*denial=limit .*the mailbox is in use' \
    "${no_capa[@]}" '-ERR maildrop already locked\r\n'
told "POP3: nothing that can be told" pop3s '^-ERR The mail server refuses' 'event=refused .*denial=unclear ' \
    "${no_capa[@]}" '-ERR sorry\r\n'
told "POP3: bad password, without a code" pop3s '^-ERR \[AUTH\]' 'event=not-authenticated .*denial=refused' \
    "${no_capa[@]}" '-ERR Logon failure: bad password\r\n'
told "IMAP: nothing that can be told" imap4s '^a NO The mail server refuses' 'event=refused .*denial=unclear ' \
    '* OK [CAPABILITY IMAP4rev1] hi\r\n' '@TAG@ NO\r\n'
told "SMTP: nothing that can be told" smtps '^554 5\.7\.0 The mail server refuses' 'event=refused .*denial=unclear ' \
    '220 hi\r\n' '250-hi\r\n250 AUTH PLAIN\r\n' '554 5.7.1 sorry\r\n'
failures() { ctl metrics | sed -n 's/^mailwicket_failures_counted //p'; }
check "only the bad password counts as guessing" [ "$(failures)" = 3 ]
told "IMAP: ALERT in a refusal" imap4s '^\* NO \[ALERT\] Pay your  bill' 'event=refused .*denial=unclear ' \
    '* OK [CAPABILITY IMAP4rev1] hi\r\n' '@TAG@ NO [ALERT] Pay your \x07bill\r\n'
told "IMAP: ALERT in the OK" imap4s '^\* OK \[ALERT\] Down at 8' 'event=established' \
    '* OK [CAPABILITY IMAP4rev1] hi\r\n' '* OK [ALERT] Down at 8\r\n@TAG@ OK [CAPABILITY IMAP4rev1 IDLE] in\r\n'
told "IMAP: and its capabilities" imap4s '^a OK \[CAPABILITY IMAP4rev1 IDLE\] Logged in' 'event=established' \
    '* OK [CAPABILITY IMAP4rev1] hi\r\n' '* OK [ALERT] Down at 8\r\n@TAG@ OK [CAPABILITY IMAP4rev1 IDLE] in\r\n'
told "IMAP: other text is not passed on" imap4s '^a NO The mail' 'event=refused' \
    '* OK [CAPABILITY IMAP4rev1] hi\r\n' '* OK [PARSE] nobody reads this\r\n@TAG@ NO nor this\r\n'
check_not "really" says 'nobody|nor this' printf '%s' "$heard"
# The sixth guess would be slowed down.
mock_start nonsense mock "${no_capa[@]}" '-ERR sorry\r\n'
log_mark
for i in 1 2 3 4 5 6 7 8; do talk t "${port[pop3s]}"; hear t '^\+OK'; say t 'USER bob'; hear t '^\+OK'; say t "PASS no-$i"; hear t '^-ERR'; hangup t; done
check "what can't be told is not slowed down" [ "$(log_new | grep -cE 'denial=unclear|slowed-down' )-$(log_new | grep -c slowed-down)" = 8-0 ]
mock_stop
# Dovecot lets one POP3 session in at a time: the second hears that, and it is no wrong password.
bed_dovecot_stop
bed_dovecot_start 'pop3_lock_session = yes'
bed_restart methods=mailhost
bob_pop3() { talk "$1" "${port[pop3s]}"; hear "$1" '^\+OK'; say "$1" 'USER bob'; hear "$1" '^\+OK'; say "$1" "PASS $2"; hear "$1" '^[+-]'; }
bob_pop3_says() { bob_pop3 t "$1"; hangup t; printf '%s' "$heard"; }
bob_pop3 first "$PASS_BOB"; check "POP3: a first session" grep -q '^+OK' <<<"$heard"
log_mark
check_says "POP3: the second hears IN-USE" '^-ERR \[IN-USE\] ' bob_pop3_says "$PASS_BOB"
check_log "POP3: the log says so" 'event=refused .*denial=limit .*the mailbox is in use \(IN-USE\)'
check_not "POP3: it is no guess" log_has event=not-authenticated
check_says "POP3: a wrong password is one" '^-ERR \[AUTH\] ' bob_pop3_says Wrong-1
check_log "POP3: as the log says" 'event=not-authenticated .*denial=refused'
say first QUIT; hear first '^\+OK'; hangup first
bed_dovecot_stop
bed_dovecot_start 'listen = 127.0.0.1, 127.0.0.2'

# login-timeout holds while the mail server is silent, and while an AAA server is.
bed_restart methods=mailhost $mocks login_timeout=2
for p in imap4s pop3s smtps; do
    mocked "$p: a mail server that is silent longer than login-timeout" "${at}took longer than login-timeout" $p SILENT
done
mocked "one that is silent after the login was sent" "${at}took longer than login-timeout" imap4s \
    '* OK [CAPABILITY IMAP4rev1] hi\r\n' SILENT

bed_restart "groups=<server-group name=\"SILENT\" type=\"http\"><server url=\"http://127.0.0.1:${port[mock]}/\" timeout=\"60\"/></server-group>" \
    group=SILENT login_timeout=2
mock_start silent mock SILENT
log_mark
talk t "${port[imap4s]}"; hear t '^\* OK'; say t "a LOGIN vpn1:bob x"
check "an AAA server that is silent longer than login-timeout" hear t '^\* BYE The login took too long'
hangup t; mock_stop
check_entries "no entry is left of it" 0

# STARTTLS that is required: bytes in clear after the reply, a refusal, PREAUTH (edge cases 13, 23)
bed_restart methods=mailhost $mocks tls=starttls
mocked "STARTTLS is not offered" "${at}doesn't offer STARTTLS" imap4s '* OK [CAPABILITY IMAP4rev1] hi\r\n' '* CAPABILITY IMAP4rev1\r\n@TAG@ BAD no\r\n'
mocked "PREAUTH where STARTTLS is required" "$any" imap4s '* PREAUTH hi\r\n'
mocked "STLS is refused" "${at}refuses STLS" pop3s '+OK hi\r\n' '-ERR no\r\n' '-ERR no\r\n'
mocked "bytes in clear after the STLS reply" "$any" pop3s '+OK hi\r\n' '+OK go\r\n+OK injected\r\n+OK injected\r\n'
check "no password was sent in clear to any of them" \
    bash -c "! grep -F '$PASS_BOB' '$BED/log/mock-nonsense'"

# A server that offers UNAUTHENTICATE is refused (edge case 12): here by its greeting's list.
bed_restart methods=mailhost $mocks
mock_start unauth mock '* OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] hi\r\n' \
    '@TAG@ OK [CAPABILITY IMAP4rev1 UNAUTHENTICATE] in\r\n' '* CAPABILITY IMAP4rev1 UNAUTHENTICATE\r\n@TAG@ OK\r\n'
check_says "a server with UNAUTHENTICATE: no session" '^a NO' answer imap4s
mock_stop
# --- servers are compared as what they are ---------------------------------------------------------
# The names are unknown to DNS: that it is asked, and for which name, shows that they are allowed.
bed_restart methods=mailhost "allow=<allow-server host=\"[2001:DB8:0::1]\" port=\"${port[dead]}\"/>
    <allow-server host=\"münchen.invalid\"/><allow-server host=\"*.xn--bcher-kva.invalid\"/>"
named() { # NAME SERVER REPLY [LOG]
    log_mark
    login_is "$1" imap4s "bob@$2" "$PASS_BOB" "$3"
    [ -z "${4:-}" ] || check_log "$1: the log" "$4"
}
named "an address by value" '2001:db8::1' "${trouble[imap4s]}" 'event=server-unreachable .*server=2001:DB8:0::1 '
named "an address in brackets" '[IPv6:2001:db8:0:0::1]' "${trouble[imap4s]}" 'event=server-unreachable .*server=2001:DB8:0::1 '
named "another address" '2001:db8::2' "${no[imap4s]}" "event=refused .*doesn't allow this mail server"
named "a name with an umlaut" 'MÜNCHEN.invalid' "${trouble[imap4s]}" 'event=dns-failed .*server=xn--mnchen-3ya.invalid '
named "the same by its A-label" 'XN--mnchen-3ya.invalid.' "${trouble[imap4s]}" 'event=dns-failed .*server=xn--mnchen-3ya.invalid '
named "below a pattern" 'Post.bücher.invalid' "${trouble[imap4s]}" 'event=dns-failed .*server=post.xn--bcher-kva.invalid '
named "a name that looks alike" 'munchen.invalid' "${no[imap4s]}" "event=refused .*doesn't allow this mail server"
check_says "explain names the server as DNS has it" 'server +post.xn--bcher-kva.invalid, port 143' \
    ctl explain imap4s bob@post.bücher.invalid

check_entries "no entry is left at the end" 0
done_testing
