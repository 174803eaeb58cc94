#!/bin/bash
# SPDX-License-Identifier: ISC
# renew-inside.sh - what renew.sh has run under a systemd of its own; see boot.sh.
. "$MW_SRC/t/e2e/bed.sh"
. "$MW_SRC/t/e2e/tap.sh"
. "$MW_SRC/t/e2e/hold.sh"
port=([imap4s]=993 [pop3s]=995 [smtps]=988 [imap]=143 [imaps]=1993 [pop3]=110 [pop3s_back]=1995
    [lmtp]=24 [smtp]=25) # as renew.sh has them
etc=$MW_INST/etc/mailwicket tls=$BED/tls d=$BED/acme fqdn=mail.example.org
LOG=$BED/log/mailwicket
journalctl -f -o cat >"$LOG" 2>&1 &
ctl() { "$(mw mailwicketctl)" "$@"; }
renew=$(mw mailwicket-renew) imap=mailwicket@imap4s-lo.service
is() { [ "$(systemctl is-active "$2")" = "$1" ]; }
pid_of() { systemctl show -P MainPID "$1"; }

# A CA of ACME, which believes every claim, and a CA of our own.
mkdir -p "$d"
bed_cert "$tls" ca acme localhost 'ip_address = "127.0.0.1"'
cat >"$d/pebble.json" <<U
{"pebble": {"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
 "certificate": "$tls/acme.pem", "privateKey": "$tls/acme.key", "httpPort": 80, "tlsPort": 5001,
 "ocspResponderURL": "", "externalAccountBindingRequired": false}}
U
PEBBLE_VA_ALWAYS_VALID=1 PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 \
    pebble -config "$d/pebble.json" >"$BED/log/pebble" 2>&1 &
acme_root() { curl -sS --cacert "$tls/ca.pem" https://127.0.0.1:15000/roots/0 >"$d/root.pem"; }
wait_for acme_root
cat "$tls/ca.pem" "$d/root.pem" >"$d/cas.pem"
CA=$d/cas.pem
export REQUESTS_CA_BUNDLE=$tls/ca.pem LEGO_CA_CERTIFICATES=$tls/ca.pem

shown() { openssl s_client -connect 127.0.0.1:993 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint; }
shows() { [ "$(shown)" = "$(openssl x509 -in "$1" -noout -fingerprint)" ]; }
rights() { stat -c '%U %G %a' "$1"; }
sums() { cat "$etc/server.pem" "$etc/keys/server.key" | sha256sum; }
only_ours() { [ "$(ls -A "$etc/keys")" = server.key ] && ! ls -A "$etc" | grep -q '^\.'; }

bed_dovecot_start
wait_for is active mailwicket-imap4s-lo.socket
check "the first certificate is shown" wait_for shows "$tls/server.pem"
check "a session" imap_login old bob "$PASS_BOB"
export HOLD_NAME=$fqdn
hold_start 993 bob "$PASS_BOB"
check_says "twenty more" '^open 20$' hold open 20
check_says "and a stream of new ones" '^streaming' hold stream
go_on

talk early 993
check "a connection that has not logged in" hear early '^\* OK'

# --- certbot, lego --------------------------------------------------------------------------------
certbot_() { certbot "$@" -n --config-dir "$d/le" --work-dir "$d/le-work" --logs-dir "$d/le-log"; }
check "certbot gets a certificate, and its deploy hook installs it" certbot_ certonly --standalone --agree-tos \
    --register-unsafely-without-email --server https://127.0.0.1:14000/dir -d $fqdn --deploy-hook "$renew"
check "it is shown" shows "$d/le/live/$fqdn/fullchain.pem"
check "it is in the policy's file" cmp "$d/le/live/$fqdn/fullchain.pem" "$etc/server.pem"
say early "a LOGIN bob $PASS_BOB"
check "the connection from before logs in" hear early '^a OK'
check "its key still is root's alone" [ "$(rights "$etc/keys/server.key")" = 'root root 600' ]
check "new sessions" go_on
sed -i '/^renew_hook/d' "$d/le/renewal/$fqdn.conf"
mkdir -p "$d/le/renewal-hooks/deploy"
ln -s "$renew" "$d/le/renewal-hooks/deploy/mailwicket"
was=$(shown)
check "certbot renew runs it from its directory of hooks" certbot_ renew --force-renewal --no-random-sleep-on-renew
check "the renewed one is shown" shows "$d/le/live/$fqdn/fullchain.pem"
check "which is another" [ "$(shown)" != "$was" ]
check "new sessions" go_on
was=$(pid_of $imap)
check "certbot renews a certificate of something else" certbot_ certonly --standalone --server https://127.0.0.1:14000/dir \
    -d www.example.org --deploy-hook "$renew"
check "that changes nothing" shows "$d/le/live/$fqdn/fullchain.pem"
check "and restarts nothing" [ "$(pid_of $imap)" = "$was" ]
lego_() { lego --accept-tos --email a@example.org --server https://127.0.0.1:14000/dir --domains $fqdn --http --path "$d/lego" "$@"; }
check "lego's hook at the first certificate" lego_ run --run-hook "$renew"
check "it is shown" shows "$d/lego/certificates/$fqdn.crt"
check "lego's renew hook" lego_ renew --days 9999 --no-random-sleep --renew-hook "$renew"
check "it is shown" shows "$d/lego/certificates/$fqdn.crt"
check "new sessions" go_on
check "nothing else is left beside them" only_ours

# --- what is not good replaces nothing ------------------------------------------------------------
dates() { printf 'activation_date = "%s"\nexpiration_date = "%s"' "$(date -u -d "$1" '+%F %T')" "$(date -u -d "$2" '+%F %T')"; }
make() { bed_cert "$tls" ca "$@"; }
make expired $fqdn "$(dates '-9 days' '-1 day')"
make early $fqdn "$(dates '+1 day' '+9 days')"
make good $fqdn
make other www.example.org
cat "$tls/good.pem" "$tls/other.pem" >"$tls/unordered.pem"
cp "$tls/good.key" "$tls/unordered.key"
cp "$tls/good.pem" "$tls/mixed.pem"
cp "$tls/other.key" "$tls/mixed.key"
cp "$tls/good.pem" "$tls/locked.pem"
openssl pkcs8 -topk8 -in "$tls/good.key" -out "$tls/locked.key" -passout pass:x
cp "$tls/good.pem" "$tls/junk.pem"
echo junk >"$tls/junk.key"
was=$(sums) served=$(shown)
bad() { # NAME WHY
    check_says "$1: $2" "$2" "$renew" "$tls/$1.pem" "$tls/$1.key"
    check "$1: nothing is replaced" [ "$(sums)" = "$was" ]
}
bad expired 'certificate 1 has expired'
bad early 'certificate 1 is not valid yet'
bad unordered "expected the server's certificate first"
bad mixed 'it is not the key of'
bad locked 'it is encrypted: expected one without a passphrase'
bad junk 'expected a private key in PEM'
bad missing 'No such file'
bad other 'nothing is replaced'
check_not "the hook fails where the pair is bad" "$renew" "$tls/mixed.pem" "$tls/mixed.key"
check "it doesn't where the pair is something else's" "$renew" "$tls/other.pem" "$tls/other.key"
check_says "without the environment of an ACME client it says so" 'expected CHAIN and KEY' "$renew"
check_says "mailwicketctl says so by its exit code" '^4$' eval 'ctl renew "$tls/other.pem" "$tls/other.key" 2>/dev/null; echo $?'
check "what was served is" [ "$(shown)" = "$served" ]
check "a name may change where the file is named" ctl renew --for "$etc/server.pem" "$tls/other.pem" "$tls/other.key"
cp "$etc/policy.xml" "$d/policy.xml"
sed -i 's|<imap4s |<imap4s colour="red" |' "$etc/policy.xml"
check_not "a broken policy: the hook fails" "$renew" --for "$etc/server.pem" "$tls/good.pem" "$tls/good.key"
check "what was served is" [ "$(shown)" = "$served" ]
cp "$d/policy.xml" "$etc/policy.xml"
check "the policy is right again" "$renew" --for "$etc/server.pem" "$tls/good.pem" "$tls/good.key"
check "the certificate is shown" shows "$tls/good.pem"
check "new sessions" go_on

# --- several certificates, one file for both --------------------------------------------------------
certtool --generate-privkey --key-type=rsa --bits=2048 --outfile "$tls/rsa.key" 2>/dev/null
rsa() { certtool --generate-certificate --load-privkey "$tls/rsa.key" --template "$tls/good.t" --load-ca-certificate \
    "$tls/ca.pem" --load-ca-privkey "$tls/ca.key" --outfile "$tls/$1.pem" 2>/dev/null; }
rsa rsa
rsa rsa2
cat "$tls/rsa.key" "$tls/rsa.pem" >"$etc/keys/both.pem"
chmod 600 "$etc/keys/both.pem"
sed -i "s|<certificate .*/>|&<certificate chain=\"keys/both.pem\" key=\"keys/both.pem\"/>|" "$etc/policy.xml"
make good2 $fqdn
check "of two certificates for a name the kind of key decides" ctl renew "$tls/good2.pem" "$tls/good2.key"
check "which is replaced" cmp "$etc/server.pem" "$tls/good2.pem"
check "so it is for the other" "$renew" "$tls/rsa2.pem" "$tls/rsa.key"
check "key and chain are one file" cmp "$etc/keys/both.pem" <(cat "$tls/rsa.key" "$tls/rsa2.pem")
check "which is root's alone" [ "$(rights "$etc/keys/both.pem")" = 'root root 600' ]
shown_rsa() { openssl s_client -connect 127.0.0.1:993 -tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 </dev/null 2>/dev/null | openssl x509 -noout -fingerprint; }
check "it is shown" [ "$(shown_rsa)" = "$(openssl x509 -in "$tls/rsa2.pem" -noout -fingerprint)" ]
cp "$d/policy.xml" "$etc/policy.xml"
rm "$etc/keys/both.pem"

# --- OCSP -----------------------------------------------------------------------------------------
uri='ocsp_uri = "http://127.0.0.1:8888/"'
make stapled $fqdn "$uri"
make stapled2 $fqdn "$uri"
cat "$tls/ca.pem" >>"$tls/stapled.pem"
cat "$tls/ca.pem" >>"$tls/stapled2.pem"
serial() { openssl x509 -noout -serial -in "$tls/$1.pem" | cut -d= -f2; }
up() { # by openssl ocsp, which answers as respond says
    python3 "$MW_SRC/t/e2e/responder.py" 8888 "$d/answer" >"$BED/log/responder" 2>&1 &
    responder=$!
    wait_for port_open 8888
}
down() { kill "$responder"; wait "$responder" 2>/dev/null; }
respond() { # STATE SIGNER WHEN: V for good, or R; given then, for two days
    local revoked='' c
    [ "$1" != R ] || revoked=260101000000Z
    for c in stapled stapled2; do
        printf '%s\t491231235959Z\t%s\t%s\tunknown\t/CN=%s\n' "$1" "$revoked" "$(serial $c)" $c
    done >"$d/index"
    printf '%s\n' "faketime '$3' openssl ocsp -index '$d/index' -CA '$tls/ca.pem' -rsigner '$tls/$2.pem' \
        -rkey '$tls/$2.key' -reqin '$d/answer.request' -respout '$d/answer.response' -ndays 2" >"$d/answer"
}
stapled() { openssl s_client -status -connect 127.0.0.1:993 </dev/null 2>&1; }
fetch() { # systemd limits how often it starts anew
    systemctl reset-failed mailwicket-ocsp.service 2>/dev/null
    systemctl start mailwicket-ocsp.service
}
sed -i 's|<certificate \(.*\)/></tls>|<certificate \1 ocsp="server.ocsp"/></tls>|' "$etc/policy.xml"
check_says "staple lists what needs one" "^$etc/server.pem	$etc/server.ocsp\$" ctl staple
up
respond V ca '1 hour ago'
check "a new certificate gets its response with it" "$renew" "$tls/stapled.pem" "$tls/stapled.key"
check "it is shown" shows "$tls/stapled.pem"
check_says "with its response" 'OCSP Response Status: successful' stapled
check "everybody may read that" [ "$(rights "$etc/server.ocsp")" = 'root root 644' ]
first=$(sha256sum <"$etc/server.ocsp") was=$(pid_of $imap)
respond V ca now
check "the service fetches a new one" fetch
check "which replaces it" [ "$(sha256sum <"$etc/server.ocsp")" != "$first" ]
check "what asked the responder was not root" [ "$(cat "$d/answer.uid")" = "$(id -u mailwicket-verify)" ]
check "and is in force by a reload" [ "$(pid_of $imap)" = "$was" ]
next() { openssl ocsp -respin "$1" -noverify -resp_text 2>/dev/null | sed -n 's/ *Next Update: //p' | head -n 1; }
check_says "new clients get it" "Next Update: $(next "$etc/server.ocsp")" stapled
check "the timer can be enabled" systemctl enable --now mailwicket-ocsp.timer
check "and waits" is active mailwicket-ocsp.timer
first=$(sha256sum <"$etc/server.ocsp")
stays() { # NAME WHY
    check_not "$1: the service fails" fetch
    check_says "$1: and says why" "$2" journalctl -q -o cat -u mailwicket-ocsp.service -n 6
    check "$1: the old response stays" [ "$(sha256sum <"$etc/server.ocsp")" = "$first" ]
}
respond R ca now
stays revoked 'the certificate is revoked'
respond V ca '9 days ago'
stays "an old one" 'past its nextUpdate'
respond V ca '2 days'
stays "one from the future" 'not valid yet'
respond V otherca now
stays "another signer" "not signed by the certificate's issuer"
respond V good now
stays "a signer that may not" "not signed by the certificate's issuer"
printf 'echo junk >"%s"\n' "$d/answer.response" >"$d/answer"
stays "junk" 'no answer from|expected an OCSP response'
down
stays "no responder" 'no answer from http://127.0.0.1:8888/'
up
respond V ca now
openssl ocsp -noverify -no_nonce -issuer "$tls/ca.pem" -cert "$tls/stapled2.pem" -url http://127.0.0.1:8888/ -respout "$d/other" >/dev/null 2>&1
check_says "a response for another certificate is refused" 'is for another certificate' ctl staple "$etc/server.pem" "$d/other"
check_says "one for no certificate of the policy too" 'no certificate with this chain' ctl staple "$tls/good.pem" "$d/other"
check_says "new clients still get the old one" 'OCSP Response Status: successful' stapled
down
check "a renewal while the responder is down" "$renew" "$tls/stapled2.pem" "$tls/stapled2.key"
check "is in force" shows "$tls/stapled2.pem"
check_says "without a response" 'OCSP response: no response sent' stapled
up
check "until the timer gets it" fetch
check_says "new clients get it" 'OCSP Response Status: successful' stapled
down

# --- and none is lost -----------------------------------------------------------------------------
settled=$(hold settle)
check "no session of the stream was lost: $settled" [ "$(awk '{print $2 - $4, ($4 > 40)}' <<<"$settled")" = '0 1' ]
check_says "no open session was lost" '^alive 20 of 20 ' hold ask
say old 'b NOOP'
check "nor the first one" hear old '^b OK'
say early 'b NOOP'
check "nor the one that logged in later" hear early '^b OK'
hangup old
hangup early
quiet() { local said; said=$("$@" 2>&1); echo "$said"; [ -z "$said" ]; }
for u in mailwicket-ocsp.service mailwicket-ocsp.timer; do
    check "systemd has nothing against $u" quiet systemd-analyze --man=no verify "/etc/systemd/system/$u"
done
bed_dovecot_stop
echo "end of the script"
