#!/bin/bash
# SPDX-License-Identifier: ISC
# mailwicketctl try: each outcome, step by step; and nothing of a trial lasts.
. "${0%/*}/bed.sh"
. "${0%/*}/tap.sh"
. "${0%/*}/radiusd.sh"
. "${0%/*}/pki.sh"
bed_new
bed_users
bed_up
both=$PASS_VPN1:$PASS_ALICE

# try PASSWORD ARGUMENT …: its output in $said, a step a line, its exit status in $rc; its log is the
# common one.
try() {
    local password=$1; shift
    said=$(printf '%s\n' "$password" | ctl try "$@" 2>>"$LOG")
    rc=$?
    said=$(sed -E ':a;N;$!ba;s/\n {22}/ /g' <<<"$said")
}
says() { grep -Eq -- "$1" <<<"$said"; }
# outcome NAME RC REGEX …: of the last trial; the last line is what the client sees.
outcome() {
    local name=$1 want=$2 re; shift 2
    check "$name: exit status $want" [ "$rc" = "$want" ]
    for re; do
        if says "$re"; then ok "$name: $re"; else not_ok "$name: $re" "$said"; fi
    done
}
sees() { tail -n 1 <<<"$said" | grep -Eq "^  the client sees +$1"; }

log_mark
try "$both" imap4s vpn1:alice
outcome "a good login" 0 '^  client +127\.0\.0\.1$' 'connections +0 of imap4s \(no limit\), 0 of them not logged in \(at most 100\)' \
    "guessing +a login from this address isn't slowed down" '^  VPN name +vpn1$' '^  mail name +alice$' \
    "server +localhost, port ${port[imap]}; the default server" 'aaa +LOCAL: users file ' 'aaa +LOCAL says yes to vpn1' \
    'group policy +Everyone, the default one' 'access +now \(hours: all\)' 'mail sessions +0 \(no limit\)' \
    'address +(127\.0\.0\.1|::1)' "mail server +127\.0\.0\.1, port ${port[imap]} takes connections" \
    "greeting +localhost:${port[imap]} greets, without TLS$" 'mail login +not tried'
check "a good login: its last line" sees 'OK Logged in, if the mail server also accepts the name and password'
check_log "and one line in the log" 'event=tried protocol=imap4s client=127\.0\.0\.1 login=vpn1:alice'
check "no session was opened at the mail server" [ "$(grep -cE "$dovecot_login user=<alice>" "$BED/log/dovecot")" = 0 ]
check_entries "no entry is left" 0

try "$PASS_WRONG" --address 192.0.2.7 imap4s vpn1:alice
outcome "a wrong password" 1 '^  client +192\.0\.2\.7$' 'aaa +refused: wrong password'
check "a wrong password: its last line" sees 'NO \[AUTHENTICATIONFAILED\]'
check_log "the log says that it was tried" 'event=tried .*client=192\.0\.2\.7 .*denial=refused reason="wrong password"'
check_not "and not that somebody failed" log_has 'event=not-authenticated'
try x imap4s nobody; outcome "an unknown user" 1 'aaa +refused: unknown user'
try "$both" imap4s vpn1:alice@elsewhere.example.org
outcome "a server that isn't allowed" 1 "login name +refused: the policy doesn't allow this mail server"
try a:b:c imap4s vpn1:alice; outcome "a password with two delimiters" 1 'login name +refused: .*delimiter'
try "$both" pop3s vpn1:alice; outcome "POP3S" 0
check "POP3S: its last line" sees '\+OK Logged in'
try "$both" smtps vpn1:alice; outcome "SMTPS" 0
check "SMTPS: its last line" sees '235 2\.7\.0'

# --- at the mail server: greeting, TLS, and with --login its login, in every protocol
logins() { grep -cE "$dovecot_login user=<alice>" "$BED/log/dovecot"; }
for p in imap4s pop3s smtps; do
    log_mark
    try "$both" --login $p vpn1:alice
    outcome "--login ($p)" 0 'mail login +alice is logged in$'
    check_not "--login ($p): its last line leaves nothing open" says 'not tried'
    check_log "--login ($p): one line in the log" "event=tried protocol=$p .*login=vpn1:alice"
    try "$PASS_VPN1:$PASS_WRONG" --login $p vpn1:alice
    outcome "--login, the mail password is wrong ($p)" 1 'mail server +refused: the mail server refuses the login'
    check_log "--login ($p): the log says that it was refused" "event=tried protocol=$p .*denial=refused reason=\"the mail server refuses the login"
    check "--login ($p): one line for each in the log" [ "$(log_new | grep -c event=tried)" = 2 ]
done
check "imap4s and pop3s were logged in at the mail server" wait_for eval '[ "$(logins)" = 2 ]'
try "$PASS_VPN1:$PASS_WRONG" imap4s vpn1:alice
outcome "the mail password is wrong, without --login" 0 'mail login +not tried'
bed_restart announce_smtps=BINARYMIME
try "$both" smtps vpn1:alice
outcome "announce fixes what the server lacks" 1 "mail server +admin: mail server localhost:${port[smtp]}: lacks BINARYMIME, which the policy announces"
ports_tls="imap4s=${port[imaps]} pop3s=${port[pop3s_back]} smtps=${port[smtps_back]}"
for way in "starttls " "implicit $ports_tls"; do
    how="after STARTTLS"; [ "${way%% *}" = starttls ] || how="from the start"
    bed_restart tls=${way}
    for p in imap4s pop3s smtps; do
        try "$both" --login $p vpn1:alice
        outcome "TLS ${way%% *} ($p)" 0 "greeting +localhost:[0-9]+ greets; TLS1\.[23] $how, certificate good" 'mail login +alice is logged in'
    done
    bed_restart tls=${way} "ca=$BED/tls/otherca.pem"
    for p in imap4s pop3s smtps; do
        log_mark
        try "$both" $p vpn1:alice
        outcome "TLS ${way%% *}, another CA ($p)" 3 'mail server +temporary: mail server localhost:[0-9]+: TLS: .*NOT trusted'
        check_log "TLS ${way%% *}, another CA ($p): the log" 'event=tried .*denial=temporary reason="mail server localhost:[0-9]+: TLS: '
    done
    bed_restart tls=${way} "ca=$BED/tls/otherca.pem" verify=false
    try "$both" imap4s vpn1:alice
    outcome "TLS ${way%% *}, not verified" 0 'greeting +localhost:[0-9]+ greets; TLS1\.[23] .*, certificate not verified'
done
bed_restart tls=implicit
try "$both" imap4s vpn1:alice
outcome "implicit TLS at a server that greets in clear" 3 "mail server +temporary: mail server localhost:${port[imap]}: TLS: "
mock_start mute mock CLOSE
bed_restart imap4s="${port[mock]}" announce=-
try "$both" imap4s vpn1:alice
outcome "a server that hangs up" 3 "mail server +temporary: mail server localhost:${port[mock]}: the server closed the connection"
mock_stop
bed_restart

# a trial guesses nothing: no delay, no count, however often
log_mark
from=$(wc -l <"$LOG")
for i in 1 2 3 4 5 6 7 8; do try "$PASS_WRONG" imap4s vpn1:alice; done
outcome "the eighth wrong password" 1 "guessing +a login from this address isn't slowed down" 'aaa +refused: wrong password'
check "a login from there isn't slowed down" imap_login t vpn1:alice "$both"; hangup t; until_entries 0
check_not "by the log" log_has 'event=slowed-down'
# and it shows what others' guessing has come to
talk t "${port[imap4s]}"; hear t '^\* OK'
for i in 1 2 3; do say t "f$i LOGIN vpn1:alice Guess-$i"; hear t "^f$i NO"; done; hangup t
talk t "${port[imap4s]}"; hear t '^\* OK'
for i in 4 5; do say t "f$i LOGIN vpn1:alice Guess-$i"; hear t "^f$i NO"; done; hangup t
try "$both" imap4s vpn1:alice
outcome "after real guessing" 0 'guessing +so many logins from this address were refused that one waits 1 s first'

# --- group policies, limits
staff='<group-policy name="Staff" mail-sessions="1" session-timeout="7"/><group-policy name="Closed" access-hours="Mon 00:00-00:01"/>'
set_policy() { # USER GROUP-POLICY PASSWORD
    printf '%s\n' "$3" | ctl passwd --users "$BED/etc/users" --group-policy "$2" "$1" 2>>"$LOG"
}
bed_restart policies="$staff" outstanding=1 max=2
set_policy vpn1 Staff "$PASS_VPN1"
try "$both" imap4s vpn1:alice
outcome "a group policy of its own" 0 'group policy +Staff, which the AAA server named' 'a session may last 420 s' 'mail sessions +0 \(at most 1\)'
imap_login t vpn1:alice "$both" || echo "# no login: $heard"
try "$both" imap4s vpn1:alice
outcome "all mail sessions are in use" 1 'mail sessions +1 \(at most 1\)' 'mail sessions +limit: mail-sessions'
check "all mail sessions are in use: its last line" sees 'NO \[LIMIT\]'
talk u "${port[imap4s]}"; hear u '^\* OK'
try "$both" imap4s vpn1:alice
outcome "the protocol is full" 3 'connections +2 of imap4s \(at most 2\), 1 of them not logged in \(at most 1\): one more ends the oldest' \
    'connections +max-sessions is reached'
check "the protocol is full: its last line" sees '\* BYE Too many connections'
say u 'a NOOP'; check "nobody was evicted" hear u '^a OK'
hangup t; hangup u
check_entries "all are gone" 0
set_policy vpn1 Nowhere "$PASS_VPN1"
try "$both" imap4s vpn1:alice; outcome "an unknown group policy" 1 'group policy +refused: no group policy of the name'
set_policy vpn1 Closed "$PASS_VPN1"
try "$both" imap4s vpn1:alice
if [ "$(date +%a%H%M)" != Mon0000 ]; then outcome "outside the access-hours" 1 'access +refused: outside the access-hours'; fi

# --- temporary failures, which are not refusals
bed_restart host=127.0.0.1 imap4s="${port[dead]}"
set_policy vpn1 '' "$PASS_VPN1" || true
try "$PASS_ALICE" imap4s alice
outcome "the mail server is away" 3 'address +127\.0\.0\.1' 'mail server +temporary: .*refused'
check "the mail server is away: its last line" sees 'NO \[UNAVAILABLE\]'
bed_restart host=no-such-host.invalid
try "$PASS_ALICE" imap4s alice
outcome "DNS fails" 3 'address +temporary: '
bed_restart
mv "$BED/etc/users" "$BED/etc/users.away"
try "$PASS_ALICE" imap4s alice; outcome "the users file is away" 3 'aaa +temporary: users file'
mv "$BED/etc/users.away" "$BED/etc/users"
chmod 600 "$BED/etc/users"; chown root:root "$BED/etc/users"
try "$PASS_ALICE" imap4s alice; outcome "a users file that the helper can't read" 3 'aaa +temporary: users file .*Permission denied'
chown root:mailwicket-verify "$BED/etc/users"; chmod 640 "$BED/etc/users"

# --- two servers of a group: which one said what; a trial marks none, and remembers nothing
printf '%s' "$SECRET_RADIUS" >"$BED/etc/radius.secret"
chown mailwicket-verify "$BED/etc/radius.secret"; chmod 600 "$BED/etc/radius.secret"
bed_radius_start rad "${port[radius]}" "${port[radacct]}"
server() { echo "<server host=\"127.0.0.1\" port=\"$1\" secret=\"radius.secret\" timeout=\"20\" retries=\"0\"/>"; }
away=radius://127.0.0.1:${port[dead]} there=radius://127.0.0.1:${port[radius]}
bed_restart group=RAD policies="$staff" \
    groups="<server-group name=\"RAD\" type=\"radius\" cache=\"600\">$(server "${port[dead]}")$(server "${port[radius]}")</server-group>"
asked() { grep -c 'User-Name = "vpn1"' "$BED/rad/requests" 2>/dev/null || true; }
log_mark
try "$both" imap4s vpn1:alice
outcome "the second server" 0 "aaa +RAD: $away gave no good answer" "aaa +RAD: $there answered" \
    'aaa +RAD says yes to vpn1' 'group policy +Staff, which the AAA server named'
check_not "a trial marks no server dead" log_has 'event=aaa-server-dead'
check "a real login finds the first one away itself" imap_login t vpn1:alice "$both"; hangup t; until_entries 0
check_log "and marks it" "event=aaa-server-dead.*server=$away"
before=$(asked)
check "a real login is remembered" imap_login t vpn1:alice "$both"; hangup t; until_entries 0
check "and asks nobody" [ "$(asked)" = "$before" ]
try "$both" imap4s vpn1:alice
outcome "a server marked dead" 0 "aaa +RAD: $away is left out" "aaa +RAD: $there answered"
check "a trial asks, whatever is remembered" [ "$(asked)" = $((before + 1)) ]
try "$PASS_WRONG:x" imap4s vpn1:alice
outcome "a RADIUS server's no" 1 "aaa +RAD: $there answered" 'aaa +refused: '
try "$both" imap4s other:alice
outcome "somebody the RADIUS server doesn't know" 1 'aaa +refused: .*denied'
bed_radius_stop rad
try "$both" imap4s vpn1:alice
outcome "all servers are away" 3 "aaa +RAD: $there gave no good answer" 'aaa +temporary: '
check "all servers are away: its last line" sees 'NO \[UNAVAILABLE\]'

# --- authorization
for required in true false; do
    bed_restart methods=mailhost default="<authorization-server-group name=\"LOCAL\" required=\"$required\"/><default-group-policy name=\"Everyone\"/>"
    try "$PASS_ALICE" imap4s alice
    outcome "authorized (required=$required)" 0 'authorization +LOCAL: users file' 'authorization +LOCAL knows alice'
    try "$PASS_BOB" imap4s bob
    if [ $required = true ]; then outcome "not authorized" 1 'authorization +refused: LOCAL, of bob: unknown user'
    else outcome "not authorized, and it isn't required" 0 "authorization +no, and it isn't required: LOCAL, of bob: unknown user"; fi
done
check_not "the log has no line of authorization" log_has 'event=(not-)?authorized'

# --- piggyback: the address counts
bed_restart methods='piggyback mailhost' policies="$staff"
try "$PASS_BOB" --address 192.0.2.7 imap4s bob
outcome "no VPN session" 1 'piggyback +refused: no VPN session of this user from this address'
ctl session add --user bob --address 192.0.2.7 --id 1 --group-policy Staff >/dev/null 2>>"$LOG"
try "$PASS_BOB" --address 192.0.2.7 imap4s bob
outcome "a VPN session" 0 'piggyback +bob has a VPN session from 192\.0\.2\.7' 'group policy +Staff, which the VPN session has'
try "$PASS_BOB" imap4s bob; outcome "a VPN session from elsewhere" 1 'piggyback +refused: '

# --- the method certificate: judged as in the handshake, and by the helper
pki_make
bed_restart methods=certificate "tlsattr=$with_crl"
tls() { # NAME CERTIFICATE-FILE REASON: refused in the handshake
    try "$PASS_ALICE" --certificate "$c/$2.pem" imap4s alice
    outcome "$1" 1 "^  TLS handshake +refused: $3\$"
    check "$1: its last line" sees 'a TLS alert instead of a greeting'
}
try "$PASS_ALICE" imap4s alice
outcome "no certificate" 1 '^  TLS handshake +refused: certificate missing; --certificate FILE names the mail program'
tls "an expired one" expired 'certificate expired'
tls "a revoked one" revoked 'certificate revoked'
tls "one of another CA" of-other 'certificate of an unknown CA'
tls "one for servers" server-only 'certificate not for client authentication'
cat "$c/good.pem" "$c/good.key" >"$c/both.pem"
for k in good both; do
    try "$PASS_ALICE" --certificate "$c/$k.pem" imap4s alice
    outcome "a good certificate" 0 'certificate +good, and names alice$' 'mail server +127\.0\.0\.1, port '
done
check "a good certificate: its last line" sees 'OK Logged in, if the mail server'
try "$PASS_ALICE" --certificate "$c/other-user.pem" imap4s alice:alice
outcome "another one's certificate" 1 "login name +refused: the login is for another user than the certificate's"
cat "$c/of-between.chain" >"$c/of-between-chain.pem"
tls "of a CA without a CRL" of-between-chain 'certificate of a CA whose CRL is not there'
try '' --certificate "$c/good.pem" smtps </dev/null
outcome "SMTPS without a login" 0 'certificate +good, and names alice$' 'mail name +alice$'
check "SMTPS without a login: its last line" sees 'what the mail server answers'
try x --certificate "$c/good.key" imap4s alice; outcome "a file without a certificate" 3
try x --certificate "$c/none.pem" imap4s alice; outcome "a missing file" 3
check_says "and it is named" 'none\.pem: cannot read the file' ctl try --certificate "$c/none.pem" imap4s alice </dev/null
try x --certificate "$c/good.pem" imap4s; check "IMAP4S needs a login all the same: usage" [ "$rc" = 2 ]
try x smtps; outcome "SMTPS without anything" 1 'TLS handshake +refused: certificate missing'
bed_restart 'methods=aaa certificate' "tlsattr=$without_crl"
set_policy vpn1 Everyone "$PASS_VPN1"
new_client vpn1 between vpn1
cat "$c/vpn1.pem" "$c/between.pem" >"$c/vpn1-chain.pem"
try "$both" --certificate "$c/vpn1-chain.pem" imap4s vpn1:alice
outcome "a CA in between, without CRLs, and aaa" 0 'certificate +good, and names vpn1$' 'aaa +LOCAL says yes to vpn1'
try "$both" --certificate "$c/of-between-chain.pem" imap4s vpn1:alice
outcome "another user's certificate beside aaa" 1 'certificate +good, and names alice$' \
    "login name +refused: the login is for another user than the certificate's"

# --- no password is asked for where none is needed
bed_restart methods=mailhost
try "$PASS_BOB" imap4s bob
outcome "mailhost alone" 0 'aaa +no method of imap4s' 'group policy +Everyone'

# --- what isn't right
try x imap4s; check "no login: usage" [ "$rc" = 2 ]
try x --certificate "$BED/tls/server.pem" imap4s bob; check "a certificate that nobody asks for: usage" [ "$rc" = 2 ]
try x imap4s "$(printf 'x%.0s' {1..3000})"; check "a login that is too long: refused" [ "$rc" = 1 ]
try x imap5s alice; check "no such protocol: usage" [ "$rc" = 2 ]
check_says "an address that is none" 'invalid --address here: expected an IPv4 or IPv6 address' ctl try --address here imap4s alice
try '' imap4s alice </dev/null; outcome "an empty password" 1 'login name +refused'
check_says "no password at all" 'no password was read' ctl try imap4s alice </dev/null
check_says "a missing policy" 'No such file' "$(mw mailwicketctl)" --policy "$BED/none.xml" try imap4s alice
chmod 700 "$BED/state"; install -m 600 /dev/null "$BED/etc/secret.xml"; cp "$BED/etc/policy.xml" "$BED/etc/secret.xml"
check_says "without the right to read the policy" 'Permission denied' \
    setpriv --reuid nobody --regid nogroup --clear-groups "$(mw mailwicketctl)" --policy "$BED/etc/secret.xml" try imap4s alice
chmod 755 "$BED" "$BED/etc"
nobody_tries() {
    echo x | env -u JOURNAL_STREAM setpriv --reuid nobody --regid nogroup --clear-groups "$(mw mailwicketctl)" \
        --policy "$BED/etc/policy.xml" try imap4s alice
}
check_says "without the right to the state file" 'state: Permission denied.*run this as that user or root' nobody_tries
nobody_tries >/dev/null 2>&1; check "and its exit status is 3" [ $? = 3 ]
chmod 750 "$BED/state"
check_entries "no entry is left" 0
check_not "no helper is left" pgrep -P $$ mailwicket-veri -f -- --try
done_testing
