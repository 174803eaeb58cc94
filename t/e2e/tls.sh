#!/bin/bash
# SPDX-License-Identifier: ISC
# TLS to the client: versions, suites, ALPN, and clients that speak no TLS. Each suite carries a
# whole session, with a mail of some size: the relay's record layer takes over the keys.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
bed_new
bed_up methods=mailhost
{ printf 'From: a@example.org\nSubject: large\n\n'; head -c 60000 /dev/urandom | base64; } >"$BED/cl/large"
doveadm -c "$BED/dov/dovecot.conf" save -u bob <"$BED/cl/large"

# session: over an open talk: log in, fetch the large mail, compare, upload one (unless no_upload is
# set), log out.
no_upload=''
session() {
    hear t '^\* OK' || return 1
    say t "a LOGIN bob $PASS_BOB"; hear t '^a ' && [[ $heard =~ 'a OK' ]] || return 1
    say t 'b SELECT INBOX'; hear t '^b OK' || return 1
    say t 'c FETCH 1 BODY.PEEK[]'; hear t '^c OK' || return 1
    sed -e '1d' -e 's/\r$//' <<<"$heard" | head -n "$(wc -l <"$BED/cl/large")" | cmp - "$BED/cl/large" || return 1
    if [ -z "$no_upload" ]; then
        say t 'e APPEND INBOX {60000}'; hear t '^\+ ' || return 1
        say t "$(head -c 60000 /dev/zero | tr '\0' 'x')"; hear t '^e OK' || return 1
    fi
    say t 'd LOGOUT'; hear t '^d OK' || return 1
    ended t
}
openssl_session() { talk t "${port[imap4s]}" "$@"; session; local rc=$?; hangup t; return $rc; }

for s in TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256; do
    check "OpenSSL, TLS 1.3, $s" openssl_session -tls1_3 -ciphersuites $s
done
for s in ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-ECDSA-CHACHA20-POLY1305; do
    check "OpenSSL, TLS 1.2, $s" openssl_session -tls1_2 -cipher $s
done

gnutls_session() { # PRIORITY [OPTION …]
    rm -f "$BED/cl/t.in" "$BED/cl/t.out"; mkfifo "$BED/cl/t.in" "$BED/cl/t.out"
    gnutls-cli --no-ocsp --logfile="$BED/cl/gnutls.log" --x509cafile "$CA" --priority "$1" "${@:2}" \
        -p "${port[imap4s]}" 127.0.0.1 <"$BED/cl/t.in" >"$BED/cl/t.out" 2>"$BED/cl/t.err" &
    talk_pid[t]=$!
    local i o rc
    exec {i}>"$BED/cl/t.in" {o}<"$BED/cl/t.out"
    talk_in[t]=$i talk_out[t]=$o
    session; rc=$?
    hangup t
    return $rc
}
for v in VERS-TLS1.3 VERS-TLS1.2; do
    for s in AES-128-GCM AES-256-GCM CHACHA20-POLY1305; do
        check "GnuTLS, ${v#VERS-TLS}, $s" gnutls_session "NORMAL:-VERS-ALL:+$v:-CIPHER-ALL:+$s"
    done
done
check_says "the log tells version and suite" 'TLS1\.3' grep -E 'event=established' "$LOG"

# Clients that take small records only, before the handover and after it: max_fragment_length
# (RFC 6066) by OpenSSL, record_size_limit (RFC 8449), too, by GnuTLS.
pop3_session() { # s_client options: fetches the large mail
    talk t "${port[pop3s]}" "$@"
    hear t '^\+OK' && say t 'USER bob' && hear t '^\+OK' && say t "PASS $PASS_BOB" && hear t '^[+-]' &&
        [[ $heard == +OK* ]] && say t 'RETR 1' && hear t '^\.$' &&
        sed -e '1d' <<<"$heard" | head -n "$(wc -l <"$BED/cl/large")" | cmp - "$BED/cl/large" &&
        say t QUIT && hear t '^\+OK' && ended t
    local rc=$?
    hangup t
    return $rc
}
smtp_session() { # SUBJECT, s_client options: sends a large mail
    local subject=$1; shift
    talk t "${port[smtps]}" "$@"
    hear t '^220' && say t 'EHLO client.test' && hear t '^250 ' &&
        say t "AUTH PLAIN $(b64 "\\0bob\\0$PASS_BOB")" && hear t '^235' &&
        say t 'MAIL FROM:<bob@localhost>' && hear t '^250' && say t 'RCPT TO:<alice@localhost>' && hear t '^250' &&
        say t 'DATA' && hear t '^354' && say t "Subject: $subject" && say t '' &&
        say t "$(sed -e '1,3d' -e 's/$/\r/' "$BED/cl/large")" && say t . && hear t '^250' &&
        say t QUIT && hear t '^221' && ended t
    local rc=$?
    hangup t
    [ $rc -eq 0 ] && wait_for arrived "$subject"
}
for v in -tls1_2 -tls1_3; do
    for n in 512 1024 2048 4096; do
        check "max_fragment_length $n, IMAP ($v)" openssl_session $v -maxfraglen $n
    done
    check "max_fragment_length 512, POP3 ($v)" pop3_session $v -maxfraglen 512
    check "max_fragment_length 512, SMTP ($v)" smtp_session "small$v" $v -maxfraglen 512
    check "max_fragment_length 512, resumed: first ($v)" openssl_session $v -maxfraglen 512 -sess_out "$BED/cl/small"
    check "max_fragment_length 512, resumed: then ($v)" openssl_session $v -maxfraglen 512 -sess_in "$BED/cl/small"
done
no_upload=1 # gnutls-cli itself loses what doesn't fit into one small record
for v in VERS-TLS1.3 VERS-TLS1.2; do
    for n in 512 1000 1024 4096; do
        check "record_size_limit $n, IMAP (${v#VERS-})" gnutls_session "NORMAL:-VERS-ALL:+$v" --recordsize=$n
    done
done
check "record_size_limit 1024, both versions offered" gnutls_session NORMAL --recordsize=1024
no_upload=''

# Mail servers that take small records only: the mail program's large ones are cut.
shrink() { # LIMIT VERSION: in front of the real servers
    local p
    for p in "imap4s mock imap" "pop3s extra pop3" "smtps extra2 smtp"; do
        set -- "$1" "$2" $p
        "$MW_BUILD/t/e2e/shrink" "${port[$4]}" "$BED/tls/back.pem" "$BED/tls/back.key" "$1" "$2" "${port[$5]}" >"$BED/log/shrink-$3" 2>&1 &
        shrinking+=($!)
        wait_for grep -q listening "$BED/log/shrink-$3" || bed_fail "shrink does not listen"
    done
    bed_pids+=("${shrinking[@]}")
}
stop_shrinking() { kill "${shrinking[@]}"; wait "${shrinking[@]}" 2>/dev/null; shrinking=(); }
shrinking=()
for v in 1.2 1.3; do
    for n in 64 1024; do
        shrink $n $v
        bed_restart methods=mailhost tls=implicit announce=- "imap4s=${port[mock]}" "pop3s=${port[extra]}" "smtps=${port[extra2]}"
        check "a server's record_size_limit $n, IMAP ($v)" openssl_session -tls1_3
        check "a server's record_size_limit $n, POP3 ($v)" pop3_session -tls1_3
        check "a server's record_size_limit $n, SMTP ($v)" smtp_session "upload-$v-$n" -tls1_2
        check "and a client's max_fragment_length ($v)" openssl_session -tls1_2 -maxfraglen 1024
        check_not "the server met no record that was too long" grep -v listening "$BED"/log/shrink-*
        stop_shrinking
    done
done
bed_restart methods=mailhost

# A client that updates its keys in the middle: "K" asks for ours too, "k" doesn't.
updates() { [ "$(grep -c KEYUPDATE "$BED/cl/k.out")" -ge "$1" ]; }
key_update() {
    local rc=1
    rm -f "$BED/cl/k.in" "$BED/cl/k.out"; mkfifo "$BED/cl/k.in"
    timeout "$patience" openssl s_client -tls1_3 -verify_return_error -CAfile "$CA" \
        -connect "127.0.0.1:${port[imap4s]}" <"$BED/cl/k.in" >"$BED/cl/k.out" 2>&1 &
    local p=$! w
    bed_pids+=($p)
    exec {w}>"$BED/cl/k.in"
    wait_for grep -q '^\* OK' "$BED/cl/k.out" &&
        printf 'a LOGIN bob %s\r\n' "$PASS_BOB" >&$w && wait_for grep -q '^a OK' "$BED/cl/k.out" &&
        printf '%s\n' "$1" >&$w && wait_for updates 1 &&
        printf 'b NOOP\r\n' >&$w && wait_for grep -q '^b OK' "$BED/cl/k.out" &&
        printf '%s\n' "$1" >&$w && wait_for updates 2 &&
        printf 'c NOOP\r\n' >&$w && wait_for grep -q '^c OK' "$BED/cl/k.out" && rc=0
    exec {w}>&-
    kill $p 2>/dev/null; wait $p 2>/dev/null
    [ $rc -eq 0 ] || tail -5 "$BED/cl/k.out"
    return $rc
}
check "KeyUpdate from the client" key_update k
check "KeyUpdate from the client that asks for one back" key_update K

# What is too old.
log_mark
refused() { ! timeout "$patience" openssl s_client -connect "127.0.0.1:${port[imap4s]}" -CAfile "$CA" \
    -verify_return_error "$@" </dev/null; }
check "TLS 1.1 is refused" refused -tls1_1 -cipher 'ALL:@SECLEVEL=0'
check "CBC suites are refused" refused -tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA
check "SHA-1 signatures are refused" refused -tls1_2 -sigalgs ECDSA+SHA1:RSA+SHA1 -cipher 'ALL:@SECLEVEL=0'
# A handshake in a finite field costs us ten times and more what one on a curve does (D(HE)at).
for g in ffdhe2048 ffdhe3072 ffdhe4096 ffdhe6144 ffdhe8192; do
    check "$g is refused" refused -tls1_3 -groups $g
done
for g in X25519 P-256 P-384 P-521; do
    check "$g is taken" openssl_session -tls1_3 -groups $g
done
check_log "a failed handshake is logged" 'event=.*tls|tls.*(failed|failure)'

# ALPN (edge case 24)
alpn() { timeout "$patience" openssl s_client -connect "127.0.0.1:${port[$1]}" -CAfile "$CA" -alpn "$2" </dev/null 2>&1; }
check_says "ALPN imap is taken" 'ALPN protocol: imap' alpn imap4s imap
check_says "ALPN pop3 is taken" 'ALPN protocol: pop3' alpn pop3s pop3
for p in smtp esmtp http/1.1,smtp; do
    check_says "ALPN $p is taken by smtps" "ALPN protocol: ${p#*,}" alpn smtps "$p"
done
for p in imap4s:http/1.1 imap4s:smtp pop3s:imap pop3s:http/1.1 imap4s:pop3 smtps:h2 smtps:http/1.1 smtps:imap; do
    check_not "ALPN ${p#*:} is refused by ${p%:*}" alpn "${p%:*}" "${p#*:}"
done

# Clients that speak in clear get nothing but a TLS failure (R1.1).
clear() { # PROTO TEXT: what comes back, as hex
    exec 5<>"/dev/tcp/127.0.0.1/${port[$1]}"
    printf "$2" >&5
    timeout "$patience" head -c 4096 <&5 2>/dev/null | od -An -tx1 | tr -d ' \n'
    exec 5<&- 5>&-
}
for p in 'imap4s:a LOGIN alice x' 'pop3s:USER alice' 'smtps:EHLO x' 'imap4s:a STARTTLS' 'pop3s:STLS' 'smtps:STARTTLS'; do
    got=$(clear "${p%%:*}" "${p#*:}\\r\\n")
    check "in clear, '${p#*:}' gets a TLS alert or nothing (${p%%:*})" grep -Eq '^(1503..00020[12]..)?$' <<<"$got"
done
# They wait for a greeting as the server waits for them.
bed_restart methods=mailhost tls_timeout=1
starttls() { timeout "$patience" openssl s_client -starttls "$1" -connect "127.0.0.1:${port[$2]}" </dev/null; }
for p in imap:imap4s pop3:pop3s smtp:smtps; do
    check_not "a STARTTLS client of ${p#*:} fails" starttls "${p%:*}" "${p#*:}"
done
bed_restart methods=mailhost

# ended: close_notify comes with the end, in both versions
notify() { printf 'a LOGOUT\r\n' | timeout "$patience" openssl s_client -ign_eof "$1" -msg -CAfile "$CA" \
    -connect "127.0.0.1:${port[imap4s]}" 2>&1; }
for v in -tls1_2 -tls1_3; do
    check_says "LOGOUT ends with close_notify ($v)" '<<< .*Alert.*close_notify' notify $v
done

# Resumption by ticket: a whole session each time, and each is another process.
first() { rm -f "$BED/cl/ticket"; openssl_session "$1" -sess_out "$BED/cl/ticket" && [ -s "$BED/cl/ticket" ]; }
resumed() { timeout "$patience" openssl s_client "$1" -sess_in "$BED/cl/ticket" -CAfile "$CA" \
    -connect "127.0.0.1:${port[imap4s]}" </dev/null 2>&1; }
for v in -tls1_2 -tls1_3; do
    check "a session that gives a ticket ($v)" first $v
    check_says "is resumed by it ($v)" '^Reused, TLSv1' resumed $v
    check "and mail goes through a resumed one ($v)" openssl_session $v -sess_in "$BED/cl/ticket"
done
reloaded() { log_mark; kill -HUP "$filter"; until_log "event=$1"; }
chgrp mailwicket "$BED/etc/server.key"; chmod 640 "$BED/etc/server.key"
check "a reload" reloaded policy-loaded
check_says "a ticket of before a reload: a whole handshake" '^New, TLSv1' resumed -tls1_3

# The OCSP response that is stapled.
tls=$BED/tls
respond() { # FILE CERTIFICATE WHEN: the CA's OCSP response for it, given then and good for a day
    printf 'V\t491231235959Z\t\t%s\tunknown\t/CN=localhost\n' \
        "$(openssl x509 -noout -serial -in "$2" | cut -d= -f2)" >"$BED/cl/index"
    openssl ocsp -issuer "$tls/ca.pem" -cert "$2" -no_nonce -reqout "$BED/cl/request" &&
        faketime "$3" openssl ocsp -index "$BED/cl/index" -CA "$tls/ca.pem" -rsigner "$tls/ca.pem" -rkey "$tls/ca.key" \
            -reqin "$BED/cl/request" -respout "$1" -ndays 1 && chmod 644 "$1"
}
stapled() { timeout "$patience" openssl s_client "$@" -status -CAfile "$CA" -connect "127.0.0.1:${port[imap4s]}" </dev/null 2>&1; }
staple() { sed -i "s|key=\"server.key\"\( ocsp=[^/]*\)\?/>|key=\"server.key\" ocsp=\"$1\"/>|" "$BED/etc/policy.xml"; }
check "an OCSP response" respond "$BED/etc/good.ocsp" "$BED/etc/server.pem" now
check "one past its nextUpdate" respond "$BED/etc/old.ocsp" "$BED/etc/server.pem" "9 days ago"
check "one of another certificate" respond "$BED/etc/other.ocsp" "$tls/back.pem" now
check_says "none, where the policy names none" 'OCSP response: no response sent' stapled -tls1_3
staple good.ocsp
check "a policy that names one" reloaded policy-loaded
for v in -tls1_2 -tls1_3; do
    check_says "is stapled ($v)" 'OCSP Response Status: successful' stapled $v
done
staple old.ocsp
check "one past its nextUpdate loads" reloaded policy-loaded
check_log "with a warning" 'event=policy-warning.*old.ocsp is past its nextUpdate'
check_says "and is not stapled" 'OCSP response: no response sent' stapled -tls1_3
staple other.ocsp
check "one for another certificate loads" reloaded policy-loaded
check_log "with a warning" 'event=policy-warning.*other.ocsp is for another certificate'
check_says "and is not stapled" 'OCSP response: no response sent' stapled -tls1_2
for f in server.pem:'expected an OCSP response' gone.ocsp:'No such file'; do
    staple "${f%%:*}"
    check "${f%%:*} is rejected" reloaded policy-rejected
    check_log "and the log says so" "policy.xml:[0-9]+: .*${f%%:*}.*(${f#*:})"
done
check_says "what was in force stays" 'OCSP response: no response sent' stapled -tls1_3
check_entries "no entry is left" 0
done_testing
