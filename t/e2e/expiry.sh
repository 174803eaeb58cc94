#!/bin/bash
# SPDX-License-Identifier: ISC
# Until when certificates, OCSP responses and CRLs are good, in the log: at the start, after a reload,
# once a day.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/pki.sh"
bed_new
pki_make
tls=$BED/tls
until_day() { # NAME HOW: a server certificate of 20 days that ends then
    bed_cert "$tls" ca "$1" localhost "ip_address = \"127.0.0.1\"
activation_date = \"$(day "$2 -20 days")\"
expiration_date = \"$(day "$2")\""
}
until_day soon '+10 days +1 hour'
until_day over '-3 days +1 hour'
reloaded() { # NAME: with this certificate in force
    cp "$tls/$1.pem" "$BED/etc/server.pem"
    install -m 640 -g mailwicket "$tls/$1.key" "$BED/etc/server.key"
    log_mark
    kill -HUP "$filter"
    until_log 'event=policy-loaded'
}

bed_restart methods=mailhost
check_log "at the start: a certificate that is good for long, at info" \
    '^<6>event=certificate-expiry file=[^ ]*/server.pem subject="CN=localhost" expires=20[0-9TZ:-]* days-left=(29|30)$'
check "a certificate for ten days more" reloaded soon
check_log "at warning" '^<4>event=certificate-expiry file=[^ ]*/server.pem .* days-left=10 reason="expires soon: renew it'
check "one that has expired" reloaded over
check_log "at error" '^<3>event=certificate-expiry file=[^ ]*/server.pem .* days-left=-3 reason="has expired'
check_not "and nothing else of it" log_has 'certificate-expiry.*days-left=[^-]'
openssl s_client -connect "127.0.0.1:${port[imap4s]}" </dev/null >"$BED/cl/said" 2>&1
check "a connection says nothing of it" [ "$(log_new | grep -c certificate-expiry)" = 1 ]

# A chain ends with the first of its certificates.
cat "$tls/server.pem" "$tls/soon.pem" >"$tls/chain.pem"
cp "$tls/server.key" "$tls/chain.key"
check "a chain" reloaded chain
check_log "whose CA expires first" '^<4>event=certificate-expiry .* days-left=10 '

# OCSP responses and CRLs.
respond() { # FILE WHEN: given then, good for 8 days
    printf 'V\t491231235959Z\t\t%s\tunknown\t/CN=localhost\n' \
        "$(openssl x509 -noout -serial -in "$tls/server.pem" | cut -d= -f2)" >"$BED/cl/index"
    openssl ocsp -issuer "$tls/ca.pem" -cert "$tls/server.pem" -no_nonce -reqout "$BED/cl/request" &&
        faketime "$2" openssl ocsp -index "$BED/cl/index" -CA "$tls/ca.pem" -rsigner "$tls/ca.pem" \
            -rkey "$tls/ca.key" -reqin "$BED/cl/request" -respout "$1" -ndays 8 && chmod 644 "$1"
}
with_ocsp() { # WHEN
    respond "$BED/etc/ocsp" "$1"
    sed -i 's|key="server.key"/>|key="server.key" ocsp="ocsp"/>|' "$BED/etc/policy.xml"
    reloaded server
}
check "an OCSP response" with_ocsp '1 hour ago'
check_log "is good for a week" '^<6>event=ocsp-expiry file=[^ ]*/ocsp subject="CN=localhost" expires=20[^ ]* days-left=7$'
check "one with its last day before it" with_ocsp '7 days ago'
check_log "at warning" '^<4>event=ocsp-expiry .* days-left=(0|1) reason="expires soon'
check "an old one" with_ocsp '9 days ago'
check_log "at error" '^<3>event=ocsp-expiry .* days-left=-(1|2) reason="has expired and is not sent'
chmod 755 "$c"; chmod 644 "$c"/*.pem
bed_policy methods='certificate mailhost' tlsattr=" client-ca=\"$c/cas.pem\" crl=\"$c/crl.pem\""
check "CRLs" reloaded server
check_log "are good for a month" '^<6>event=crl-expiry file=[^ ]*/crl.pem issuer="CN=Clients root" expires=20[^ ]* days-left=(29|30)$'
check_log "each of them" 'event=crl-expiry .*Clients sub'
check_log "so are the CAs" '^<6>event=certificate-expiry file=[^ ]*/cas.pem subject="CN=Clients sub" expires=20[^ ]* days-left=(29|30)$'
bed_policy methods='certificate mailhost' tlsattr=" client-ca=\"$c/cas.pem\" crl=\"$c/old-crl.pem\""
check "an old one" reloaded server
check_log "at error" '^<3>event=crl-expiry .*Clients root.* days-left=-(1|2) reason="has expired, its certificates are refused'

# The helper's own certificate, for RADIUS over TLS.
for n in soon over; do chmod 644 "$tls/$n.pem"; done
radius="<server-group name=\"TLS\" type=\"radius\"><server host=\"localhost\" port=\"${port[dead]}\" tls=\"true\"
  ca=\"$tls/ca.pem\" certificate=\"$tls/soon.pem\" key=\"$tls/soon.key\"/></server-group>"
log_mark
bed_restart methods=mailhost "groups=$radius"
check_log "a certificate for RADIUS: the helper logs it" \
    '^<4>event=certificate-expiry file=[^ ]*/soon.pem subject="CN=localhost" .* days-left=10 reason="expires soon'
bed_policy methods=mailhost "groups=${radius//soon/over}"
kill -HUP "$helper"
check_log "after a reload too" '^<3>event=certificate-expiry file=[^ ]*/over.pem .* days-left=-3 reason="has expired, RADIUS servers refuse it'
check_says "summary has it" ' -3 +radius +.*over.pem' ctl summary
bed_policy methods=mailhost
bed_filter_stop

# Without a listening process each connection logs what is urgent, and nothing else.
one_connection() { # NAME: with this certificate, served as by inetd
    cp "$tls/$1.pem" "$BED/etc/server.pem"
    cp "$tls/$1.key" "$BED/etc/server.key"
    rm -f "$BED/cl/inetd"
    log_mark
    perl -MIO::Socket::INET -e 'my $l = IO::Socket::INET->new(Listen => 1, ReuseAddr => 1,
        LocalAddr => "127.0.0.1", LocalPort => shift) or die; open my $f, ">", shift; close $f;
        my $c = $l->accept; close $l; open STDIN, "<&", $c; open STDOUT, ">&", $c; close $c; exec @ARGV' \
        "${port[extra]}" "$BED/cl/inetd" "$(mw mailwicket)" --policy "$BED/etc/policy.xml" imap4s 2>>"$LOG" &
    bed_pids+=($!)
    wait_for test -e "$BED/cl/inetd"
    openssl s_client -connect "127.0.0.1:${port[extra]}" </dev/null >"$BED/cl/said" 2>&1
    until_log 'event=ended|event=tls-failed'
}
check "a connection by inetd" one_connection soon
check_log "says what expires soon" '^<4>event=certificate-expiry .* days-left=10 '
check "one with a good certificate" one_connection server
check_not "says nothing of it" log_has 'certificate-expiry'

# Once a day: for this one two seconds are a day.
until_day daily '+3 days +1 hour'
install -m 640 -g mailwicket "$tls/daily.key" "$BED/etc/server.key"
cp "$tls/daily.pem" "$BED/etc/server.pem"
log_mark
# (A sanitizer wants its library to be the first.)
bed_wrap=(env "ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0" faketime -f '+0 x43200')
bed_filter_start
bed_wrap=()
check_log "day by day" 'event=certificate-expiry .* days-left=-1'
days() { log_new | sed -n 's/.*event=certificate-expiry .* days-left=\([-0-9]*\).*/\1/p'; }
check "each day it says so once: $(days | tr '\n' ' ')" [ "$(days | uniq -d | wc -l)" = 0 -a "$(days | wc -l)" -ge 3 ]
check_log "on the last day at warning" '^<4>event=certificate-expiry .* days-left=[0-2] '
check_log "then at error" '^<3>event=certificate-expiry .* days-left=-1 '
done_testing
