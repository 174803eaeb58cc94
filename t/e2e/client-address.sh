#!/bin/bash
# SPDX-License-Identifier: ISC
# The client's address told to the mail server: IMAP ID, POP3 and SMTP XCLIENT, PROXY protocol v2. The
# mail server's own log says who it believes is there.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_exim_start
dovecot_log=$BED/log/dovecot
client=127.0.0.5 # where the mail program comes from; the proxy comes from 127.0.0.1
imap_proxy=${port[extra]} pop3_proxy=${port[extra2]} smtp_proxy=${port[dead]} submission=${port[mock]}
bed_dovecot_protocols+=(submission)
bed_dovecot_start "
login_trusted_networks = 127.0.0.1/32
haproxy_trusted_networks = 127.0.0.1/32
hostname = dovecot.test
submission_relay_host = 127.0.0.1
submission_relay_port = ${port[smtp]}
service auth {
  client_limit = 12000
}
service imap-login {
  inet_listener imap_proxy {
    port = $imap_proxy
    haproxy = yes
  }
}
service pop3-login {
  inet_listener pop3_proxy {
    port = $pop3_proxy
    haproxy = yes
  }
}
service submission-login {
  inet_listener submission {
    port = $submission
  }
  inet_listener submission_proxy {
    port = $smtp_proxy
    haproxy = yes
  }
}"
for p in "${port[imap]}" "$imap_proxy" "$pop3_proxy" "$submission" "$smtp_proxy"; do
    wait_for port_open "$p" || bed_fail "Dovecot does not listen on port $p"
done

declare -A service=([imap4s]=imap [pop3s]=pop3 [smtps]=submission)
login() { # PROTO: bob logs in from the client's address, asks something and goes
    local command=()
    [ "$1" != smtps ] || command=(-X NOOP)
    curl -sS -m "$patience" --interface "$client" --cacert "$CA" \
        "$(url "${1/4/}" bob "$PASS_BOB" "${port[$1]}")" "${command[@]}"
}
seen() { tail -n "+$from" "$dovecot_log" | grep -aE "${service[$1]}-login: .*$dovecot_login user=<bob>.* rip=$2,"; }
told() { # NAME PROTO ADDRESS: Dovecot sees the login come from there
    from=$(($(wc -l <"$dovecot_log") + 1))
    login "$2" >"$BED/cl/said" 2>&1
    if wait_for seen "$2" "$3"; then ok "$1"
    else not_ok "$1" "$(cat "$BED/cl/said"; tail -n "+$from" "$dovecot_log")"; fi
}
way() { printf 'server_%s= client-address="%s"' "$1" "$2"; }

bed_restart methods=mailhost "smtps=$submission"
for p in imap4s pop3s smtps; do told "untold, Dovecot sees the proxy ($p)" $p 127.0.0.1; done

bed_restart methods=mailhost "smtps=$submission" "$(way imap4s id)" "$(way pop3s xclient)" "$(way smtps xclient)"
for p in imap4s pop3s smtps; do told "by ID or XCLIENT ($p)" $p "$client"; done

bed_restart methods=mailhost "smtps=$submission" tls=starttls "$(way imap4s id)" "$(way pop3s xclient)" \
    "$(way smtps xclient)"
for p in imap4s pop3s smtps; do told "by ID or XCLIENT, after STARTTLS ($p)" $p "$client"; done

# The client's own name goes along, cleaned; Dovecot refuses none that we send.
named() { # EHLO's argument
    talk t "${port[smtps]}"; hear t '^220'; say t "EHLO $1"; hear t '^250 '
    say t "AUTH PLAIN $(b64 "\\0bob\\0$PASS_BOB")"; hear t '^235'
    local said=$?
    hangup t
    return $said
}
for name in '' 'my pc' my_pc $'J\xf6rg' "$(printf 'n%.0s' {1..500})"; do
    check "XCLIENT for EHLO ${name:0:20}" named "$name"
done

proxies="imap4s=$imap_proxy pop3s=$pop3_proxy smtps=$smtp_proxy"
bed_restart methods=mailhost $proxies server=' client-address="proxy-v2"'
for p in imap4s pop3s smtps; do told "by PROXY protocol v2 ($p)" $p "$client"; done
bed_restart methods=mailhost $proxies tls=starttls server=' client-address="proxy-v2"'
for p in imap4s pop3s smtps; do told "by PROXY protocol v2, before STARTTLS ($p)" $p "$client"; done

# A server that doesn't take it: trouble, not a session under another address.
bed_restart methods=mailhost "$(way smtps xclient)" # Exim has none
log_mark
check_not "an SMTP server without XCLIENT: no session" login smtps
check_log "the log says so" 'denial=temporary.*XCLIENT'
check_entries "no entry is left" 0
done_testing
